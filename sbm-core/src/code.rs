//! The error table: every failure SBM can tell anybody about, once (ERR-1).
//!
//! 1. A code has a number, a name, an HTTP status and says whether trying again can help. Rust, C, the wire, the logs
//!    and the command line all use this table; none of them keeps a list of its own.
//! 2. Numbers are grouped in hundreds by origin and never reused. `tests/golden/codes.txt` pins them.
//! 3. The text is for a person: what is wrong in general. The message of an error adds the value and the next step.

/// One row a code: variant, number, name, HTTP status, retryable, text.
macro_rules! codes {
    ($( $(#[$group:meta])* $variant:ident = $number:literal, $name:literal, $status:literal, $retry:literal, $text:literal; )*) => {
        /// A failure or refusal, as it is known everywhere.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(i32)]
        #[non_exhaustive]
        pub enum Code {
            $( #[doc = $text] $variant = $number, )*
        }

        impl Code {
            /// Every code, in the order of the numbers.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )* ];

            /// The stable name: lower case, words joined by `_`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )* }
            }

            /// The HTTP status that carries this code.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $( Self::$variant => $status, )* }
            }

            /// Whether the same request may succeed later without anybody changing anything.
            #[must_use]
            pub const fn is_retryable(self) -> bool {
                match self { $( Self::$variant => $retry, )* }
            }

            /// One sentence for a person, without values.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $( Self::$variant => $text, )* }
            }

            /// The code with this number.
            #[must_use]
            pub const fn from_number(number: i32) -> Option<Self> {
                match number { $( $number => Some(Self::$variant), )* _ => None }
            }

            /// The code with this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $( $name => Some(Self::$variant), )* _ => None }
            }
        }
    };
}

codes! {
    // 0: success, so that C can compare with one constant.
    Ok = 0, "ok", 200, false, "nothing is wrong";

    // 1xx: the call itself.
    InvalidArgument = 101, "invalid_argument", 400, false, "an argument has a value that is not allowed";
    NullArgument = 102, "null_argument", 400, false, "a required pointer is null";
    BadHandle = 103, "bad_handle", 400, false, "the handle is not open: it was freed or never came from this library";
    NotUtf8 = 104, "not_utf8", 400, false, "a text is not valid UTF-8";
    Panic = 105, "panic", 500, false, "the library met a fault of its own and stopped this call";
    Forked = 106, "forked", 400, false, "the handle was opened before a fork; open a new one in the child";
    AbiMismatch = 107, "abi_mismatch", 400, false, "the header is newer than the library";
    TooManyHandles = 108, "too_many_handles", 400, false, "too many handles are open at once";
    Internal = 109, "internal", 500, false, "something inside SBM went wrong; the log names it";
    NotFinished = 110, "not_finished", 409, false, "the call does not fit the state of the object";

    // 2xx: between the two ends.
    Unreachable = 201, "unreachable", 503, true, "the server cannot be reached";
    TimedOut = 202, "timed_out", 503, true, "the server did not answer in time";
    TlsFailed = 203, "tls_failed", 502, false, "no secure connection could be made";
    UntrustedServer = 204, "untrusted_server", 502, false, "the server's certificate is not the one that was confirmed";
    AddressRefused = 205, "address_refused", 403, false, "the server does not admit this address";
    MalformedAnswer = 206, "malformed_answer", 502, false, "the server's answer cannot be understood";
    MalformedRequest = 207, "malformed_request", 400, false, "the request cannot be understood";
    TooLarge = 208, "too_large", 413, false, "more bytes than the limit allows";
    Busy = 209, "busy", 503, true, "too much is being asked for at the moment";
    CapabilityMissing = 210, "capability_missing", 501, false, "the server does not offer what this needs";
    NoSuchRoute = 211, "no_such_route", 404, false, "there is nothing at this address";
    ForwardingRefused = 212, "forwarding_refused", 403, false, "a forwarding header came from an address that is not a configured proxy";
    HostRefused = 213, "host_refused", 421, false, "the host name asked for is not one of this server's";
    BadConnectionString = 214, "bad_connection_string", 400, false, "the connection string is not of the form sbm://host:port#ca-sha256=…";
    Cancelled = 215, "cancelled", 503, true, "the call was ended by its caller before it was done";
    ServerBehind = 216, "server_behind", 503, true, "the server has lost touch with the other servers and answers again by itself";

    // 3xx: who is asking.
    WrongCredentials = 301, "wrong_credentials", 401, false, "the user name or the password is wrong";
    TokenRefused = 302, "token_refused", 401, false, "the token is unknown, expired or revoked";
    WrongAudience = 303, "wrong_audience", 403, false, "the token is meant for another kind of use";
    UserDisabled = 304, "user_disabled", 403, false, "the user is disabled";
    DeviceRemoved = 305, "device_removed", 403, false, "the device was removed from the server";
    SetupCodeWrong = 306, "setup_code_wrong", 403, false, "the setup code is wrong or used up";
    NotClaimed = 307, "not_claimed", 403, false, "the server has not been set up yet";
    AlreadyClaimed = 308, "already_claimed", 409, false, "the server has been set up already";
    PasswordTooShort = 309, "password_too_short", 422, false, "the password is shorter than twelve characters";
    PasswordTooCommon = 310, "password_too_common", 422, false, "the password is among the most common ones";
    NotLoggedIn = 311, "not_logged_in", 401, false, "nobody is logged in here";
    Throttled = 312, "throttled", 429, true, "too many attempts; wait before the next one";
    PasswordTooLong = 313, "password_too_long", 422, false, "the password is longer than 1,024 bytes";
    ConnectionLocked = 314, "connection_locked", 409, false, "the connection to the server is locked; an administrator of that server can change it";
    EnrolmentRefused = 315, "enrolment_refused", 401, false, "the enrolment code is wrong, used up, expired or revoked; ask for a new one";
    SecondFactorWrong = 316, "second_factor_wrong", 403, false, "the code of the second factor is wrong or was used before";
    OtherMachine = 317, "other_machine", 409, false, "the backup account is in use on another machine, and it is for one";
    CodeNotSent = 318, "code_not_sent", 503, true, "the code could not be sent";

    // 4xx: decisions. The gate says where, the code says why.
    DeniedAddress = 401, "denied_address", 403, false, "the address is not on the allowlist";
    DeniedAuthentication = 402, "denied_authentication", 401, false, "nobody is logged in";
    DeniedSecondFactor = 403, "denied_second_factor", 403, false, "the second factor is missing";
    DeniedAccountDisabled = 404, "denied_account_disabled", 403, false, "the account is disabled";
    DeniedAccountSupervisor = 405, "denied_account_supervisor", 403, false, "the account supervises others and makes no backups";
    DeniedAccountDeletion = 406, "denied_account_deletion", 403, false, "the account is about to be deleted";
    DeniedRole = 407, "denied_role", 403, false, "no role of the user allows this on the server";
    DeniedModule = 408, "denied_module", 403, false, "the account's level does not have this module";
    DeniedNoSecurityProfile = 409, "denied_no_security_profile", 403, false, "the user has no security profile, hence no rights";
    DeniedRight = 410, "denied_right", 403, false, "the user's security profile does not have this right";
    DeniedEntitlement = 411, "denied_entitlement", 403, false, "the user shares no group with the profile";
    DeniedQuota = 412, "denied_quota", 403, false, "there is no room left for new data";
    DeniedJobDisabled = 413, "denied_job_disabled", 403, false, "the job is disabled";
    DeniedSchedule = 414, "denied_schedule", 403, false, "the schedule does not allow a run now";
    DeniedBandwidth = 415, "denied_bandwidth", 403, false, "the connection is slower than the job requires";
    DeniedFloor = 416, "denied_floor", 403, false, "there is no trustworthy permission; while the cache can be read, scheduled runs of known managed profiles and restores go on, and without a readable one nothing does before the next login or contact with the server";
    DeniedOfflineAge = 417, "denied_offline_age", 403, false, "the last contact with the server is longer ago than it allows";
    DeniedMarkedForDeletion = 418, "denied_marked_for_deletion", 403, false, "the profile is marked for deletion";
    DeniedToken = 419, "denied_token", 403, false, "the token is limited, and this is beyond its limit";

    // 5xx: the server's objects.
    NotFound = 501, "not_found", 404, false, "there is no such object";
    NameTaken = 502, "name_taken", 409, false, "the name is taken";
    Stale = 503, "stale", 409, false, "the object was changed by somebody else in the meantime";
    InUse = 504, "in_use", 409, false, "the object is still in use";
    BuiltIn = 505, "built_in", 409, false, "a built-in object cannot be changed or removed";
    LastSuperuser = 506, "last_superuser", 409, false, "the last superuser, and oneself, cannot be deleted, disabled or demoted";
    ConfirmationNeeded = 507, "confirmation_needed", 409, false, "this cuts off whoever asks; it must be confirmed";
    InvalidName = 508, "invalid_name", 422, false, "a name or description is empty, too long or has characters that are not allowed";
    InvalidPattern = 509, "invalid_pattern", 422, false, "the allowlist entry is not a pattern";
    InvalidGuid = 510, "invalid_guid", 422, false, "the GUID is not 32 hexadecimal digits";
    InvalidRecord = 511, "invalid_record", 422, false, "a history record breaks the rules and was set aside";
    NothingToChange = 512, "nothing_to_change", 409, false, "nothing would change";
    TooMany = 513, "too_many", 409, false, "there are as many of these as the server allows";
    InvalidAccount = 514, "invalid_account", 422, false, "the account name is not parts joined by >";
    NumberAhead = 515, "number_ahead", 409, false, "the client has seen a state that the server does not know; its head is needed as proof";
    ConflictingRun = 516, "conflicting_run", 409, false, "the same run id came before with other content";
    PreconditionFailed = 517, "precondition_failed", 412, false, "the object is not at the state that the request was made for";
    InvalidQuery = 518, "invalid_query", 422, false, "a list cannot be filtered, sorted or continued like that";

    // 6xx: what a client stores and receives. Each attack has its own name.
    HeadUnsigned = 601, "head_unsigned", 502, false, "the permission document came without a signature";
    HeadSignatureStripped = 602, "head_signature_stripped", 502, false, "the signature of the permission document is empty or cut off";
    HeadWrongKey = 603, "head_wrong_key", 502, false, "the permission document is signed with a key that is not the server's";
    HeadSignatureInvalid = 604, "head_signature_invalid", 502, false, "the permission document is not what was signed";
    HeadOtherDevice = 605, "head_other_device", 502, false, "the permission document is for another device or user";
    HeadOlder = 606, "head_older", 502, false, "the permission document is older than one seen before";
    HeadConflict = 607, "head_conflict", 502, false, "the permission document has a number seen before with other content";
    TombstoneReplayed = 608, "tombstone_replayed", 502, false, "a profile's entry in the list is older than one seen before";
    EpochJump = 609, "epoch_jump", 502, false, "the permission document claims an epoch that no key document proves";
    ListMismatch = 610, "list_mismatch", 502, false, "the list of profiles is not the one that the permission document names";
    BodyMismatch = 611, "body_mismatch", 502, false, "the profile's content is not the one that the list names";
    DocumentTooLarge = 612, "document_too_large", 502, false, "a signed document or list is larger than its limit";
    DocumentTruncated = 613, "document_truncated", 502, false, "a document ends too early";
    DocumentMalformed = 614, "document_malformed", 502, false, "a document is not of its form";
    UnknownCriticalFeature = 615, "unknown_critical_feature", 502, false, "the server asks for something that this version does not know; update this program";
    KeysInvalid = 616, "keys_invalid", 502, false, "the key document is not signed by the server's root key";
    KeysOlder = 617, "keys_older", 502, false, "the key document is older than one seen before";
    CacheOtherMachine = 618, "cache_other_machine", 500, false, "the cache was made on another machine";
    CacheDamaged = 619, "cache_damaged", 500, false, "the cache cannot be read or was changed by something else";
    CacheMissing = 620, "cache_missing", 500, false, "this installation is managed, but its cache is missing";
    CacheRolledBack = 621, "cache_rolled_back", 500, false, "the cache is older than one this machine has had";
    CacheNewer = 622, "cache_newer", 500, false, "the cache was written by a newer version of this program";
    CacheBusy = 623, "cache_busy", 503, true, "another process is using the cache";
    OutboxFull = 624, "outbox_full", 507, true, "there is no room to keep more history until the server was reached";
    CacheUnwritable = 625, "cache_unwritable", 507, true, "the cache cannot be written";

    // 7xx: the server's store.
    StoreUnavailable = 701, "store_unavailable", 503, true, "the database cannot be used at the moment";
    StoreDamaged = 702, "store_damaged", 500, false, "the database is damaged";
    StoreNewer = 703, "store_newer", 500, false, "the database was written by a newer version of this program";
    StoreLocked = 704, "store_locked", 500, false, "another server uses this data directory";
    DiskFull = 705, "disk_full", 507, true, "the disk is full";
    AuditBroken = 706, "audit_broken", 500, false, "the audit log was changed by something else";
    ExportInvalid = 707, "export_invalid", 422, false, "the export is damaged, or none of this program's";
    StoreNotEmpty = 708, "store_not_empty", 409, false, "the database that is to be filled is not empty";
    StoreMoved = 709, "store_moved", 500, false, "the database was moved to another place, or is being moved";
    BackupInvalid = 710, "backup_invalid", 500, false, "the backup is damaged, or none of this program's";

    // 8xx: configuration.
    ConfigUnreadable = 801, "config_unreadable", 500, false, "the configuration cannot be read";
    ConfigUnknownKey = 802, "config_unknown_key", 500, false, "the configuration has a setting that does not exist";
    ConfigInvalid = 803, "config_invalid", 500, false, "a setting has a value that is not allowed";
    CertificateInvalid = 804, "certificate_invalid", 500, false, "the configured certificate or its key cannot be used";
}

impl Code {
    /// The number, as C and the wire know it.
    #[must_use]
    pub const fn number(self) -> i32 {
        self as i32
    }
}

impl core::fmt::Display for Code {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    #[test]
    fn every_code_is_found_by_its_number_and_by_its_name() {
        for code in Code::ALL {
            assert_eq!(Code::from_number(code.number()), Some(*code));
            assert_eq!(Code::from_name(code.name()), Some(*code));
        }
        assert_eq!(Code::from_number(-1), None);
        assert_eq!(Code::from_name("no_such_code"), None);
    }

    #[test]
    fn numbers_grow_and_names_are_unique_plain_words() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(Code::ALL.windows(2).all(|pair| pair[0].number() < pair[1].number()));
        for code in Code::ALL {
            assert!(code.name().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'), "{code}");
            assert!((200..600).contains(&code.status()), "{code}");
            assert!(!code.text().ends_with('.'), "{code}");
        }
    }
}
