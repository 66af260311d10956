/*
 * sbm.hpp: the library of SBM for C++17 and later. It has no code of its own to link: all of it stands in this file, over sbm.h,
 * which is the manual. What a call means, what it needs and how it fails is said there, beside the function of the same name.
 *
 *     auto config = sbm::config::create("/var/lib/minibackup/sbm");
 *     if (!config) return complain(config.error());
 *     auto client = sbm::client::open(*config);
 *     if (!client) return complain(client.error());
 *     auto effect = client->may(sbm::action::create_profile);
 *     if (!effect) return complain(effect.error());
 *     if (*effect == sbm::effect::deny) ...
 *
 * The rules of every function:
 *
 * Results    What can fail gives an sbm::result<T>, which must not be thrown away: true in a condition if the call worked, *r and
 *            r-> its value, r.error() why it did not. Asking a failed one for its value with *r ends the program
 *            (std::terminate), it never gives rubbish. That works everywhere, with -fno-exceptions and -fno-rtti as well.
 * Exceptions Where the compiler has them on there is one more way, and it is the same for every call: r.value() gives the value
 *            or throws an sbm::exception. Nothing else here throws, but for std::bad_alloc of the C++ library.
 * Ownership  Every handle is a class that may be moved and not copied; its destructor frees it. get() gives the handle of C,
 *            which stays owned; release() gives it away; the constructor from a handle of C takes it over. One that was moved
 *            away is empty, and calls with it fail with status::null_argument or status::bad_handle, as in C.
 * Texts      UTF-8. They go in as std::string_view; a copy that ends with NUL is made where C needs one, and wiped behind the
 *            call. A text with a NUL inside is status::invalid_argument. std::nullopt is C's NULL, and "" is an empty text:
 *            never the same. Texts and contents that come out are borrowed from the object they were asked of.
 * Callbacks  Any callable, a lambda that can only be moved as well. It is kept until the library is done with it, and no
 *            exception leaves it: each callback says what happens to one. Without exceptions it must not fail.
 * Enums      sbm::state, sbm::effect and so on have the numbers of C. A newer library may give numbers that are not named here.
 * Records    Structs that need no struct_size, in which every field has a default; std::chrono::milliseconds are since
 *            1970-01-01 UTC where they are a time.
 * Threads    As for the handles of C: client, run and worker from any number of threads at once, while the object itself is
 *            neither moved nor destroyed; sbm::cancel_handle is a copy of what is needed to end calls from elsewhere.
 *
 * Part of SBM 0.1, SBM_ABI 3.
 */

#ifndef SBM_HPP
#define SBM_HPP

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sbm.h"

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define SBM_HPP_EXCEPTIONS 1
#define SBM_HPP_NAMESPACE throwing
#else
#define SBM_HPP_EXCEPTIONS 0
#define SBM_HPP_NAMESPACE quiet
#endif

namespace sbm {
/* Object files with and without exceptions may meet in one program: their classes differ, and so do their names. */
inline namespace SBM_HPP_NAMESPACE {

/** Times since 1970-01-01 UTC, and spans of time. */
using milliseconds = std::chrono::milliseconds;

/** What a call came to: SBM_OK and SBM_STATUS_*. */
enum class status : std::int32_t {
    ok = SBM_OK, /**< nothing is wrong */
    invalid_argument = SBM_STATUS_INVALID_ARGUMENT, /**< an argument has a value that is not allowed */
    null_argument = SBM_STATUS_NULL_ARGUMENT, /**< a required pointer is null */
    bad_handle = SBM_STATUS_BAD_HANDLE, /**< the handle is not open: it was freed or never came from this library */
    not_utf8 = SBM_STATUS_NOT_UTF8, /**< a text is not valid UTF-8 */
    panic = SBM_STATUS_PANIC, /**< the library met a fault of its own and stopped this call */
    forked = SBM_STATUS_FORKED, /**< the handle was opened before a fork; open a new one in the child */
    abi_mismatch = SBM_STATUS_ABI_MISMATCH, /**< the header is newer than the library */
    too_many_handles = SBM_STATUS_TOO_MANY_HANDLES, /**< too many handles are open at once */
    internal = SBM_STATUS_INTERNAL, /**< something inside SBM went wrong; the log names it */
    not_finished = SBM_STATUS_NOT_FINISHED, /**< the call does not fit the state of the object */
    unreachable = SBM_STATUS_UNREACHABLE, /**< the server cannot be reached */
    timed_out = SBM_STATUS_TIMED_OUT, /**< the server did not answer in time */
    tls_failed = SBM_STATUS_TLS_FAILED, /**< no secure connection could be made */
    untrusted_server = SBM_STATUS_UNTRUSTED_SERVER, /**< the server's certificate is not the one that was confirmed */
    address_refused = SBM_STATUS_ADDRESS_REFUSED, /**< the server does not admit this address */
    malformed_answer = SBM_STATUS_MALFORMED_ANSWER, /**< the server's answer cannot be understood */
    malformed_request = SBM_STATUS_MALFORMED_REQUEST, /**< the request cannot be understood */
    too_large = SBM_STATUS_TOO_LARGE, /**< more bytes than the limit allows */
    busy = SBM_STATUS_BUSY, /**< too much is being asked for at the moment */
    capability_missing = SBM_STATUS_CAPABILITY_MISSING, /**< the server does not offer what this needs */
    no_such_route = SBM_STATUS_NO_SUCH_ROUTE, /**< there is nothing at this address */
    forwarding_refused = SBM_STATUS_FORWARDING_REFUSED, /**< a forwarding header came from an address that is not a configured proxy */
    host_refused = SBM_STATUS_HOST_REFUSED, /**< the host name asked for is not one of this server's */
    bad_connection_string = SBM_STATUS_BAD_CONNECTION_STRING, /**< the connection string is not of the form sbm://host:port#ca-sha256=… */
    cancelled = SBM_STATUS_CANCELLED, /**< the call was ended by its caller before it was done */
    server_behind = SBM_STATUS_SERVER_BEHIND, /**< the server has lost touch with the other servers and answers again by itself */
    wrong_credentials = SBM_STATUS_WRONG_CREDENTIALS, /**< the user name or the password is wrong */
    token_refused = SBM_STATUS_TOKEN_REFUSED, /**< the token is unknown, expired or revoked */
    wrong_audience = SBM_STATUS_WRONG_AUDIENCE, /**< the token is meant for another kind of use */
    user_disabled = SBM_STATUS_USER_DISABLED, /**< the user is disabled */
    device_removed = SBM_STATUS_DEVICE_REMOVED, /**< the device was removed from the server */
    setup_code_wrong = SBM_STATUS_SETUP_CODE_WRONG, /**< the setup code is wrong or used up */
    not_claimed = SBM_STATUS_NOT_CLAIMED, /**< the server has not been set up yet */
    already_claimed = SBM_STATUS_ALREADY_CLAIMED, /**< the server has been set up already */
    password_too_short = SBM_STATUS_PASSWORD_TOO_SHORT, /**< the password is shorter than twelve characters */
    password_too_common = SBM_STATUS_PASSWORD_TOO_COMMON, /**< the password is among the most common ones */
    not_logged_in = SBM_STATUS_NOT_LOGGED_IN, /**< nobody is logged in here */
    throttled = SBM_STATUS_THROTTLED, /**< too many attempts; wait before the next one */
    password_too_long = SBM_STATUS_PASSWORD_TOO_LONG, /**< the password is longer than 1,024 bytes */
    connection_locked = SBM_STATUS_CONNECTION_LOCKED, /**< the connection to the server is locked; an administrator of that server can change it */
    enrolment_refused = SBM_STATUS_ENROLMENT_REFUSED, /**< the enrolment code is wrong, used up, expired or revoked; ask for a new one */
    second_factor_wrong = SBM_STATUS_SECOND_FACTOR_WRONG, /**< the code of the second factor is wrong or was used before */
    other_machine = SBM_STATUS_OTHER_MACHINE, /**< the backup account is in use on another machine, and it is for one */
    code_not_sent = SBM_STATUS_CODE_NOT_SENT, /**< the code could not be sent */
    denied_address = SBM_STATUS_DENIED_ADDRESS, /**< the address is not on the allowlist */
    denied_authentication = SBM_STATUS_DENIED_AUTHENTICATION, /**< nobody is logged in */
    denied_second_factor = SBM_STATUS_DENIED_SECOND_FACTOR, /**< the second factor is missing */
    denied_account_disabled = SBM_STATUS_DENIED_ACCOUNT_DISABLED, /**< the account is disabled */
    denied_account_supervisor = SBM_STATUS_DENIED_ACCOUNT_SUPERVISOR, /**< the account supervises others and makes no backups */
    denied_account_deletion = SBM_STATUS_DENIED_ACCOUNT_DELETION, /**< the account is about to be deleted */
    denied_role = SBM_STATUS_DENIED_ROLE, /**< no role of the user allows this on the server */
    denied_module = SBM_STATUS_DENIED_MODULE, /**< the account's level does not have this module */
    denied_no_security_profile = SBM_STATUS_DENIED_NO_SECURITY_PROFILE, /**< the user has no security profile, hence no rights */
    denied_right = SBM_STATUS_DENIED_RIGHT, /**< the user's security profile does not have this right */
    denied_entitlement = SBM_STATUS_DENIED_ENTITLEMENT, /**< the user shares no group with the profile */
    denied_quota = SBM_STATUS_DENIED_QUOTA, /**< there is no room left for new data */
    denied_job_disabled = SBM_STATUS_DENIED_JOB_DISABLED, /**< the job is disabled */
    denied_schedule = SBM_STATUS_DENIED_SCHEDULE, /**< the schedule does not allow a run now */
    denied_bandwidth = SBM_STATUS_DENIED_BANDWIDTH, /**< the connection is slower than the job requires */
    denied_floor = SBM_STATUS_DENIED_FLOOR, /**< there is no trustworthy permission; while the cache can be read, scheduled runs of known managed profiles and restores go on, and without a readable one nothing does before the next login or contact with the server */
    denied_offline_age = SBM_STATUS_DENIED_OFFLINE_AGE, /**< the last contact with the server is longer ago than it allows */
    denied_marked_for_deletion = SBM_STATUS_DENIED_MARKED_FOR_DELETION, /**< the profile is marked for deletion */
    denied_token = SBM_STATUS_DENIED_TOKEN, /**< the token is limited, and this is beyond its limit */
    not_found = SBM_STATUS_NOT_FOUND, /**< there is no such object */
    name_taken = SBM_STATUS_NAME_TAKEN, /**< the name is taken */
    stale = SBM_STATUS_STALE, /**< the object was changed by somebody else in the meantime */
    in_use = SBM_STATUS_IN_USE, /**< the object is still in use */
    built_in = SBM_STATUS_BUILT_IN, /**< a built-in object cannot be changed or removed */
    last_superuser = SBM_STATUS_LAST_SUPERUSER, /**< the last superuser, and oneself, cannot be deleted, disabled or demoted */
    confirmation_needed = SBM_STATUS_CONFIRMATION_NEEDED, /**< this cuts off whoever asks; it must be confirmed */
    invalid_name = SBM_STATUS_INVALID_NAME, /**< a name or description is empty, too long or has characters that are not allowed */
    invalid_pattern = SBM_STATUS_INVALID_PATTERN, /**< the allowlist entry is not a pattern */
    invalid_guid = SBM_STATUS_INVALID_GUID, /**< the GUID is not 32 hexadecimal digits */
    invalid_record = SBM_STATUS_INVALID_RECORD, /**< a history record breaks the rules and was set aside */
    nothing_to_change = SBM_STATUS_NOTHING_TO_CHANGE, /**< nothing would change */
    too_many = SBM_STATUS_TOO_MANY, /**< there are as many of these as the server allows */
    invalid_account = SBM_STATUS_INVALID_ACCOUNT, /**< the account name is not parts joined by > */
    number_ahead = SBM_STATUS_NUMBER_AHEAD, /**< the client has seen a state that the server does not know; its head is needed as proof */
    conflicting_run = SBM_STATUS_CONFLICTING_RUN, /**< the same run id came before with other content */
    precondition_failed = SBM_STATUS_PRECONDITION_FAILED, /**< the object is not at the state that the request was made for */
    invalid_query = SBM_STATUS_INVALID_QUERY, /**< a list cannot be filtered, sorted or continued like that */
    head_unsigned = SBM_STATUS_HEAD_UNSIGNED, /**< the permission document came without a signature */
    head_signature_stripped = SBM_STATUS_HEAD_SIGNATURE_STRIPPED, /**< the signature of the permission document is empty or cut off */
    head_wrong_key = SBM_STATUS_HEAD_WRONG_KEY, /**< the permission document is signed with a key that is not the server's */
    head_signature_invalid = SBM_STATUS_HEAD_SIGNATURE_INVALID, /**< the permission document is not what was signed */
    head_other_device = SBM_STATUS_HEAD_OTHER_DEVICE, /**< the permission document is for another device or user */
    head_older = SBM_STATUS_HEAD_OLDER, /**< the permission document is older than one seen before */
    head_conflict = SBM_STATUS_HEAD_CONFLICT, /**< the permission document has a number seen before with other content */
    tombstone_replayed = SBM_STATUS_TOMBSTONE_REPLAYED, /**< a profile's entry in the list is older than one seen before */
    epoch_jump = SBM_STATUS_EPOCH_JUMP, /**< the permission document claims an epoch that no key document proves */
    list_mismatch = SBM_STATUS_LIST_MISMATCH, /**< the list of profiles is not the one that the permission document names */
    body_mismatch = SBM_STATUS_BODY_MISMATCH, /**< the profile's content is not the one that the list names */
    document_too_large = SBM_STATUS_DOCUMENT_TOO_LARGE, /**< a signed document or list is larger than its limit */
    document_truncated = SBM_STATUS_DOCUMENT_TRUNCATED, /**< a document ends too early */
    document_malformed = SBM_STATUS_DOCUMENT_MALFORMED, /**< a document is not of its form */
    unknown_critical_feature = SBM_STATUS_UNKNOWN_CRITICAL_FEATURE, /**< the server asks for something that this version does not know; update this program */
    keys_invalid = SBM_STATUS_KEYS_INVALID, /**< the key document is not signed by the server's root key */
    keys_older = SBM_STATUS_KEYS_OLDER, /**< the key document is older than one seen before */
    cache_other_machine = SBM_STATUS_CACHE_OTHER_MACHINE, /**< the cache was made on another machine */
    cache_damaged = SBM_STATUS_CACHE_DAMAGED, /**< the cache cannot be read or was changed by something else */
    cache_missing = SBM_STATUS_CACHE_MISSING, /**< this installation is managed, but its cache is missing */
    cache_rolled_back = SBM_STATUS_CACHE_ROLLED_BACK, /**< the cache is older than one this machine has had */
    cache_newer = SBM_STATUS_CACHE_NEWER, /**< the cache was written by a newer version of this program */
    cache_busy = SBM_STATUS_CACHE_BUSY, /**< another process is using the cache */
    outbox_full = SBM_STATUS_OUTBOX_FULL, /**< there is no room to keep more history until the server was reached */
    cache_unwritable = SBM_STATUS_CACHE_UNWRITABLE, /**< the cache cannot be written */
    store_unavailable = SBM_STATUS_STORE_UNAVAILABLE, /**< the database cannot be used at the moment */
    store_damaged = SBM_STATUS_STORE_DAMAGED, /**< the database is damaged */
    store_newer = SBM_STATUS_STORE_NEWER, /**< the database was written by a newer version of this program */
    store_locked = SBM_STATUS_STORE_LOCKED, /**< another server uses this data directory */
    disk_full = SBM_STATUS_DISK_FULL, /**< the disk is full */
    audit_broken = SBM_STATUS_AUDIT_BROKEN, /**< the audit log was changed by something else */
    export_invalid = SBM_STATUS_EXPORT_INVALID, /**< the export is damaged, or none of this program's */
    store_not_empty = SBM_STATUS_STORE_NOT_EMPTY, /**< the database that is to be filled is not empty */
    store_moved = SBM_STATUS_STORE_MOVED, /**< the database was moved to another place, or is being moved */
    backup_invalid = SBM_STATUS_BACKUP_INVALID, /**< the backup is damaged, or none of this program's */
    config_unreadable = SBM_STATUS_CONFIG_UNREADABLE, /**< the configuration cannot be read */
    config_unknown_key = SBM_STATUS_CONFIG_UNKNOWN_KEY, /**< the configuration has a setting that does not exist */
    config_invalid = SBM_STATUS_CONFIG_INVALID, /**< a setting has a value that is not allowed */
    certificate_invalid = SBM_STATUS_CERTIFICATE_INVALID, /**< the configured certificate or its key cannot be used */
};

/** How this installation stands to its server: SBM_STATE_*. */
enum class state : std::int32_t {
    unmanaged = SBM_STATE_UNMANAGED, /**< never connected to a server: the host program decides everything */
    online = SBM_STATE_ONLINE,       /**< the server answered at the last contact */
    offline = SBM_STATE_OFFLINE,     /**< it could not be reached or was not asked yet; what it said last holds */
    refused = SBM_STATE_REFUSED,     /**< it refused this installation or its user */
    floor = SBM_STATE_FLOOR,         /**< there is no permission document that can be trusted */
};

/** What a decision comes to: SBM_EFFECT_*. */
enum class effect : std::int32_t {
    allow = SBM_EFFECT_ALLOW,         /**< go on */
    deny = SBM_EFFECT_DENY,           /**< do not do it, and tell the user why: client::explain() */
    unmanaged = SBM_EFFECT_UNMANAGED, /**< SBM has no say, the host program decides */
};

/** Where a decision was taken: SBM_GATE_*. */
enum class gate : std::int32_t {
    none = SBM_GATE_NONE,                     /**< no gate refused */
    floor = SBM_GATE_FLOOR,                   /**< is there a permission document that can be trusted? */
    network = SBM_GATE_NETWORK,               /**< is the address on the allowlist? */
    authentication = SBM_GATE_AUTHENTICATION, /**< is somebody logged in? */
    second_factor = SBM_GATE_SECOND_FACTOR,   /**< was the second factor given? */
    account_state = SBM_GATE_ACCOUNT_STATE,   /**< does the account's state allow it? */
    role = SBM_GATE_ROLE,                     /**< does a role allow it on the server? */
    module_of_level = SBM_GATE_MODULE,        /**< does the account's level have the module? */
    right = SBM_GATE_RIGHT,                   /**< does the security profile have the right? */
    entitlement = SBM_GATE_ENTITLEMENT,       /**< do the user and the managed profile share a group? */
    quota = SBM_GATE_QUOTA,                   /**< is there room for new data? */
    job = SBM_GATE_JOB,                       /**< do the job, its schedule and the bandwidth allow a run now? */
};

/** What a worker has to say: SBM_NOTICE_*. */
enum class notice : std::int32_t {
    changed = SBM_NOTICE_CHANGED, /**< another process, or the server, changed something: look again */
    synced = SBM_NOTICE_SYNCED,   /**< a check was made; the status says how it went */
    failed = SBM_NOTICE_FAILED,   /**< a check could not be made; the status says what is wrong with the cache */
};

/** What the host is to do with a managed profile: SBM_DELIVERY_*. */
enum class delivery : std::int32_t {
    none = SBM_DELIVERY_NONE,       /**< nothing: there is no change */
    install = SBM_DELIVERY_INSTALL, /**< take the profile over; a local one of the same name gets another name */
    update = SBM_DELIVERY_UPDATE,   /**< replace the managed copy */
    remove = SBM_DELIVERY_REMOVE,   /**< remove the managed copy; never the user's files */
};

/** How one question of a server test was answered: SBM_CHECK_*. */
enum class check : std::int32_t {
    not_tried = SBM_CHECK_NOT_TRIED, /**< it could not be asked: an earlier one failed, or no user was given */
    passed = SBM_CHECK_PASSED,       /**< it is as it should be */
    failed = SBM_CHECK_FAILED,       /**< it is not; the report says why */
};

/** What a host program asks about: SBM_ACTION_*. */
enum class action : std::int32_t {
    create_profile = SBM_ACTION_CREATE,                         /**< create a profile */
    delete_profile = SBM_ACTION_DELETE,                         /**< delete one */
    modify_profile = SBM_ACTION_MODIFY,                         /**< modify one */
    export_profile = SBM_ACTION_EXPORT,                         /**< export one */
    import_profile = SBM_ACTION_IMPORT,                         /**< import one */
    rename_profile = SBM_ACTION_RENAME,                         /**< rename one */
    modify_global_settings = SBM_ACTION_MODIFY_GLOBAL_SETTINGS, /**< modify the program's global settings */
    modify_login_settings = SBM_ACTION_MODIFY_LOGIN_SETTINGS,   /**< modify the program's own login settings */
    run_manually = SBM_ACTION_RUN_MANUALLY,                     /**< run a profile by hand */
    restore = SBM_ACTION_RESTORE,                               /**< run a profile to restore */
    run_scheduled = SBM_ACTION_RUN_SCHEDULED,                   /**< run a profile by its schedule; it needs no right */
};

/** What became of an enrolment: SBM_ENROLMENT_*. */
enum class enrolment : std::int32_t {
    enrolled = SBM_ENROLMENT_ENROLLED, /**< this installation is a device, and has its permissions */
    waiting = SBM_ENROLMENT_WAITING,   /**< a person has yet to let it in; ask again with the same code */
};

/** How the code of a second factor can be sent: SBM_CHANNEL_*. */
enum class channel : std::int32_t {
    email = SBM_CHANNEL_EMAIL, /**< by mail */
    sms = SBM_CHANNEL_SMS,     /**< by a short message to a phone */
};

/** How a setting is handed down: SBM_SETTING_MODE_*. */
enum class setting_mode : std::int32_t {
    none = SBM_SETTING_MODE_NONE,           /**< no policy has it: the host program decides */
    forced = SBM_SETTING_MODE_FORCED,       /**< it counts, whatever the host has of its own */
    by_default = SBM_SETTING_MODE_DEFAULT,  /**< it counts where the host has none of its own */
    local = SBM_SETTING_MODE_LOCAL,         /**< it is left to the host program */
};

/** What kind of profile runs: SBM_PROFILE_KIND_*. */
enum class profile_kind : std::int32_t {
    backup = SBM_PROFILE_KIND_BACKUP,           /**< a backup */
    synchronize = SBM_PROFILE_KIND_SYNCHRONIZE, /**< both sides become alike */
    mirror = SBM_PROFILE_KIND_MIRROR,           /**< the destination becomes like the source */
    other = SBM_PROFILE_KIND_OTHER,             /**< something else; run_start::kind_text says what, and must */
};

/** How a run ended: SBM_RESULT_*. */
enum class run_result : std::int32_t {
    success = SBM_RESULT_SUCCESS,         /**< everything was done */
    warning = SBM_RESULT_WARNING,         /**< it was done, with something to look at */
    failure = SBM_RESULT_FAILURE,         /**< it was not done */
    aborted = SBM_RESULT_ABORTED,         /**< somebody stopped it */
    skipped = SBM_RESULT_SKIPPED,         /**< it was not begun, on purpose */
    interrupted = SBM_RESULT_INTERRUPTED, /**< the host died meanwhile; SBM alone says so, run::finish() refuses it */
};

/** What began a run: SBM_TRIGGER_*. */
enum class trigger : std::int32_t {
    manual = SBM_TRIGGER_MANUAL,     /**< a person */
    schedule = SBM_TRIGGER_SCHEDULE, /**< the schedule */
    group = SBM_TRIGGER_GROUP,       /**< a group run of the host program */
    restore = SBM_TRIGGER_RESTORE,   /**< a person, to restore; run_start::restore is true then */
};

/** How much a log is to hold: SBM_LOG_LEVEL_*. */
enum class log_level : std::int32_t {
    error = SBM_LOG_LEVEL_ERROR,     /**< what went wrong */
    warning = SBM_LOG_LEVEL_WARNING, /**< and what may go wrong */
    info = SBM_LOG_LEVEL_INFO,       /**< and what was done */
    debug = SBM_LOG_LEVEL_DEBUG,     /**< and how */
};

/** The library's version, such as "0.1.0": sbm_version(). */
[[nodiscard]] inline std::string_view version() noexcept { return sbm_version(); }

/** The newest header that the library fits: sbm_abi_version(). */
[[nodiscard]] inline std::uint32_t abi_version() noexcept { return sbm_abi_version(); }

/** The stable name of a status, such as "denied_right": sbm_status_name(). */
[[nodiscard]] inline std::string_view name(status code) noexcept { return sbm_status_name(static_cast<sbm_status>(code)); }

/** What a status means in general, one sentence: sbm_status_text(). */
[[nodiscard]] inline std::string_view text_of(status code) noexcept { return sbm_status_text(static_cast<sbm_status>(code)); }

/** Whether the same call may succeed later without anybody changing anything: sbm_status_is_retryable(). */
[[nodiscard]] inline bool is_retryable(status code) noexcept {
    return sbm_status_is_retryable(static_cast<sbm_status>(code)) != 0;
}

/* ---- errors and results --------------------------------------------------------------------------------------------- */

/** Why a call failed. A value of its own: it may be copied and kept. */
class error {
  public:
    /** An error made here rather than by the library. */
    error(sbm::status code, std::string message) : code_(code), message_(std::move(message)) {}

    /** What the library said. It is read, not freed. */
    error(sbm_status code, const sbm_error *said)
        : code_(static_cast<sbm::status>(code)), message_(sbm_error_message(said)), retry_after_ms_(sbm_error_retry_after_ms(said)) {
        /* A library that gave no details has at least the sentence of the table. */
        if (sbm_error_status(said) == SBM_OK) message_ = sbm_status_text(code);
        mail_ = sbm_error_code_address(said, SBM_CHANNEL_EMAIL);
        phone_ = sbm_error_code_address(said, SBM_CHANNEL_SMS);
    }

    /** What the call came to; never status::ok. */
    [[nodiscard]] sbm::status code() const noexcept { return code_; }

    /** One sentence for a person, with the value that was wrong and what to do next; never a secret. */
    [[nodiscard]] const std::string &message() const noexcept { return message_; }

    /** After how long the same call is worth another attempt, where the server said so. */
    [[nodiscard]] std::optional<milliseconds> retry_after() const {
        if (retry_after_ms_ < 0) return std::nullopt;
        return milliseconds(retry_after_ms_);
    }

    /** Whether the same call may succeed later without anybody changing anything. */
    [[nodiscard]] bool is_retryable() const noexcept { return sbm::is_retryable(code_); }

    /** Where client::send_login_code() would send a code to by that channel, masked; "" if it sends none that way. */
    [[nodiscard]] const std::string &code_address(channel by) const noexcept { return by == channel::email ? mail_ : phone_; }

  private:
    std::string mail_, phone_;
    sbm::status code_;
    std::string message_;
    std::int64_t retry_after_ms_ = -1;
};

#if SBM_HPP_EXCEPTIONS
/** What result::value() throws. */
class exception : public std::exception {
  public:
    /** Of that error. */
    explicit exception(sbm::error error) : error_(std::make_shared<const sbm::error>(std::move(error))) {}

    /** The sentence of the error. */
    [[nodiscard]] const char *what() const noexcept override { return error_->message().c_str(); }

    /** The error. */
    [[nodiscard]] const sbm::error &error() const noexcept { return *error_; }

    /** Its status. */
    [[nodiscard]] sbm::status code() const noexcept { return error_->code(); }

  private:
    /* Shared, since a copy of an exception must not throw. */
    std::shared_ptr<const sbm::error> error_;
};
#endif

/** What a call gives: a value, or why there is none. */
template <class T> class [[nodiscard]] result {
  public:
    /** A call that worked. */
    result(T value) : either_(std::in_place_index<0>, std::move(value)) {}

    /** A call that failed. */
    result(sbm::error why) : either_(std::in_place_index<1>, std::move(why)) {}

    /** Whether it worked. */
    [[nodiscard]] bool ok() const noexcept { return either_.index() == 0; }

    /** Whether it worked. */
    [[nodiscard]] explicit operator bool() const noexcept { return ok(); }

    /** What it came to. */
    [[nodiscard]] sbm::status code() const noexcept { return ok() ? sbm::status::ok : error().code(); }

    /** The value. Ends the program if there is none. */
    [[nodiscard]] T &operator*() & noexcept { return there(std::get_if<0>(&either_)); }
    /** The same of a constant. */
    [[nodiscard]] const T &operator*() const & noexcept { return there(std::get_if<0>(&either_)); }
    /** The value, to be moved away. */
    [[nodiscard]] T &&operator*() && noexcept { return std::move(there(std::get_if<0>(&either_))); }
    /** The value. Ends the program if there is none. */
    [[nodiscard]] T *operator->() noexcept { return &**this; }
    /** The same of a constant. */
    [[nodiscard]] const T *operator->() const noexcept { return &**this; }

    /** Why it failed. Ends the program if it worked. */
    [[nodiscard]] const sbm::error &error() const & noexcept { return there(std::get_if<1>(&either_)); }
    /** The same, to be moved away. */
    [[nodiscard]] sbm::error &&error() && noexcept { return std::move(there(std::get_if<1>(&either_))); }

    /** The value, or another one where it failed. */
    [[nodiscard]] T value_or(T other) && { return ok() ? std::move(**this) : std::move(other); }

#if SBM_HPP_EXCEPTIONS
    /** The value; throws an sbm::exception if there is none. */
    T &value() & {
        if (!ok()) throw sbm::exception(error());
        return **this;
    }
    /** The same of a constant. */
    const T &value() const & {
        if (!ok()) throw sbm::exception(error());
        return **this;
    }
    /** The value, moved away; throws an sbm::exception if there is none. */
    T value() && {
        if (!ok()) throw sbm::exception(std::move(*this).error());
        return std::move(**this);
    }
#endif

  private:
    template <class U> static U &there(U *value) noexcept {
        if (value == nullptr) std::terminate();
        return *value;
    }

    std::variant<T, sbm::error> either_;
};

/** What a call gives that has no value: nothing, or why it failed. */
template <> class [[nodiscard]] result<void> {
  public:
    /** A call that worked. */
    result() = default;

    /** A call that failed. */
    result(sbm::error why) : why_(std::move(why)) {}

    /** Whether it worked. */
    [[nodiscard]] bool ok() const noexcept { return !why_; }

    /** Whether it worked. */
    [[nodiscard]] explicit operator bool() const noexcept { return ok(); }

    /** What it came to. */
    [[nodiscard]] sbm::status code() const noexcept { return why_ ? why_->code() : sbm::status::ok; }

    /** Why it failed. Ends the program if it worked. */
    [[nodiscard]] const sbm::error &error() const noexcept {
        if (!why_) std::terminate();
        return *why_;
    }

#if SBM_HPP_EXCEPTIONS
    /** Nothing; throws an sbm::exception if it failed. */
    void value() const {
        if (why_) throw sbm::exception(*why_);
    }
#endif

  private:
    std::optional<sbm::error> why_;
};

/* ---- what the classes below are made of: not for hosts -------------------------------------------------------------- */

/** Not for hosts. */
namespace detail {

/** Owns a handle of C. The free functions take what is NULL. */
template <class Raw, auto Free> class handle {
  public:
    handle(const handle &) = delete;
    handle &operator=(const handle &) = delete;
    handle(handle &&other) noexcept : raw_(other.release()) {}
    handle &operator=(handle &&other) noexcept {
        if (this != &other) reset(other.release());
        return *this;
    }
    ~handle() { reset(); }

    /** The handle of C, which stays owned; NULL if it was moved away. */
    [[nodiscard]] Raw *get() const noexcept { return raw_; }

    /** Gives the handle of C away; whoever takes it frees it. */
    [[nodiscard]] Raw *release() noexcept { return std::exchange(raw_, nullptr); }

    /** Whether there is a handle. */
    [[nodiscard]] explicit operator bool() const noexcept { return raw_ != nullptr; }

  protected:
    explicit handle(Raw *raw) noexcept : raw_(raw) {}

    void reset(Raw *next = nullptr) noexcept {
        Raw *before = std::exchange(raw_, next);
        if (before != nullptr) static_cast<void>(Free(before));
    }

  private:
    Raw *raw_;
};

/** Where C puts an error, freed in any case. */
class slot {
  public:
    slot() = default;
    slot(const slot &) = delete;
    slot &operator=(const slot &) = delete;
    ~slot() { sbm_error_free(raw_); }

    sbm_error **place() noexcept { return &raw_; }
    error take(sbm_status code) const { return error(code, raw_); }

  private:
    sbm_error *raw_ = nullptr;
};

/** A call without an output. */
template <class Call> result<void> attempt(Call call) {
    slot why;
    const sbm_status code = call(why.place());
    if (code != SBM_OK) return why.take(code);
    return {};
}

/** A call that puts a handle somewhere. */
template <class Class, class Raw, class Call> result<Class> make(Call call) {
    slot why;
    Raw *out = nullptr;
    const sbm_status code = call(&out, why.place());
    if (code != SBM_OK) return why.take(code);
    return Class(out);
}

/** A call that may put NULL there with SBM_OK: there is nothing. */
template <class Class, class Raw, class Call> result<std::optional<Class>> find(Call call) {
    slot why;
    Raw *out = nullptr;
    const sbm_status code = call(&out, why.place());
    if (code != SBM_OK) return why.take(code);
    if (out == nullptr) return std::optional<Class>();
    return std::optional<Class>(Class(out));
}

/** A text as C wants it: ended by NUL. Short ones need no memory, and none is left in it: it may be a password. */
class argument {
  public:
    argument(const char *what, std::optional<std::string_view> text) : what_(what) {
        if (!text) return;
        is_given_ = true;
        size_ = text->size();
        nul_ = size_ == 0 ? std::string_view::npos : text->find('\0');
        if (size_ < sizeof small_) {
            if (size_ != 0) std::memcpy(small_, text->data(), size_);
            small_[size_] = '\0';
        } else {
            large_.assign(text->data(), size_);
        }
    }
    argument(const argument &) = delete;
    argument &operator=(const argument &) = delete;
    ~argument() {
        /* volatile: the compiler must not leave it out because nobody reads it. */
        volatile char *byte = start();
        for (std::size_t i = 0; i < size_; i++) byte[i] = 0;
    }

    const char *get() const noexcept {
        if (!is_given_) return nullptr;
        return large_.empty() ? small_ : large_.c_str();
    }

    std::optional<error> complaint() const {
        if (nul_ == std::string_view::npos) return std::nullopt;
        return error(status::invalid_argument,
                     std::string("the ") + what_ + " has a NUL at byte `" + std::to_string(nul_) + "`; texts must not have any");
    }

  private:
    char *start() noexcept { return large_.empty() ? small_ : large_.data(); }

    const char *what_;
    bool is_given_ = false;
    std::size_t size_ = 0;
    std::size_t nul_ = std::string_view::npos;
    char small_[120];
    std::string large_;
};

/** What is wrong with the first text that has something wrong with it. */
template <class... Arguments> std::optional<error> complaint(const Arguments &...arguments) {
    std::optional<error> first;
    static_cast<void>(((first = arguments.complaint()).has_value() || ...));
    return first;
}

/** A number as the int32_t of C: the library refuses what is too large, so that is what a larger one must stay. */
inline std::int32_t narrow(std::int64_t time) noexcept {
    constexpr auto lowest = std::numeric_limits<std::int32_t>::min(), highest = std::numeric_limits<std::int32_t>::max();
    if (time < lowest) return lowest;
    if (time > highest) return highest;
    return static_cast<std::int32_t>(time);
}

/** A view of what is optional. */
inline std::optional<std::string_view> view(const std::optional<std::string> &text) {
    if (!text) return std::nullopt;
    return std::string_view(*text);
}

/** Calls something, and lets no exception out: C is behind. */
template <class Call> bool guarded(Call &&call) noexcept {
#if SBM_HPP_EXCEPTIONS
    try {
        std::forward<Call>(call)();
        return true;
    } catch (...) {
        return false;
    }
#else
    std::forward<Call>(call)();
    return true;
#endif
}

/** What calling would fail at: a null pointer or an empty std::function. */
template <class F> bool is_empty(const F &) noexcept { return false; }
template <class Answer, class... Of> bool is_empty(const std::function<Answer(Of...)> &callable) noexcept { return !callable; }
template <class Answer, class... Of> bool is_empty(Answer (*const &callable)(Of...)) noexcept { return callable == nullptr; }

inline error empty_callback() { return error(status::null_argument, "the callback is empty; give one that can be called"); }

/** The first exception of a callback, until somebody takes it. Without a lock: whoever has `taken` has `what`. */
class caught {
  public:
#if SBM_HPP_EXCEPTIONS
    void keep(std::exception_ptr exception) noexcept {
        if (is_taken_.exchange(true)) return;
        what_ = std::move(exception);
        is_there_.store(true);
    }
    std::exception_ptr take() noexcept {
        if (!is_there_.exchange(false)) return nullptr;
        std::exception_ptr exception = std::exchange(what_, nullptr);
        is_taken_.store(false);
        return exception;
    }

  private:
    std::exception_ptr what_;
#endif
    std::atomic<bool> is_taken_{false}, is_there_{false};
};

/** A callable as C keeps it, and the functions that C calls. */
template <class F> class box {
  public:
    explicit box(F callable, std::shared_ptr<caught> thrown = nullptr) : call_(std::move(callable)), caught_(std::move(thrown)) {}

    static void destroy(void *self) noexcept {
        guarded([self] { delete static_cast<box *>(self); });
    }

    static void on_notice(void *self, sbm_notice what, sbm_status why) noexcept {
        auto &box_ = *static_cast<box *>(self);
#if SBM_HPP_EXCEPTIONS
        try {
            box_.call_(static_cast<notice>(what), static_cast<status>(why));
        } catch (...) {
            box_.caught_->keep(std::current_exception());
        }
#else
        box_.call_(static_cast<notice>(what), static_cast<status>(why));
#endif
    }

    static std::int64_t on_clock(void *self) noexcept {
        auto &box_ = *static_cast<box *>(self);
        milliseconds now{};
        if (guarded([&] { now = box_.call_(); })) return now.count();
        /* The library must have some time; the computer's is the one it would have without this clock. */
        return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    }

    static void on_log(void *self, sbm_log_level level, const char *message) noexcept {
        auto &box_ = *static_cast<box *>(self);
        guarded([&] { box_.call_(static_cast<log_level>(level), std::string_view(message)); });
    }

  private:
    F call_;
    std::shared_ptr<caught> caught_;
};

} // namespace detail

/* ---- texts and contents --------------------------------------------------------------------------------------------- */

/** Bytes that belong to somebody else. */
class bytes_view {
  public:
    /** No bytes. */
    constexpr bytes_view() noexcept = default;
    /** So many bytes from there on. */
    constexpr bytes_view(const std::uint8_t *data, std::size_t size) noexcept : data_(data), size_(size) {}
    /** The bytes of a text. */
    bytes_view(std::string_view text) noexcept
        : data_(reinterpret_cast<const std::uint8_t *>(text.data())), size_(text.size()) {}
    /** The bytes of a string. */
    bytes_view(const std::string &text) noexcept : bytes_view(std::string_view(text)) {}
    /** The bytes of a vector. */
    bytes_view(const std::vector<std::uint8_t> &bytes) noexcept : data_(bytes.data()), size_(bytes.size()) {}
    /** Not of what is gone at the end of the line. */
    bytes_view(std::string &&) = delete;
    /** Not of what is gone at the end of the line. */
    bytes_view(std::vector<std::uint8_t> &&) = delete;

    /** The first byte; NULL if there are none. */
    [[nodiscard]] constexpr const std::uint8_t *data() const noexcept { return data_; }
    /** How many there are. */
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    /** Whether there are none. */
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
    /** The first. */
    [[nodiscard]] constexpr const std::uint8_t *begin() const noexcept { return data_; }
    /** Behind the last. */
    [[nodiscard]] constexpr const std::uint8_t *end() const noexcept { return data_ + size_; }
    /** The same bytes, as text. */
    [[nodiscard]] std::string_view text() const noexcept { return {reinterpret_cast<const char *>(data_), size_}; }

  private:
    const std::uint8_t *data_ = nullptr;
    std::size_t size_ = 0;
};

/** A text of its own. */
class text : public detail::handle<sbm_text, sbm_text_free> {
  public:
    /** Takes a text of C over. */
    explicit text(sbm_text *raw) noexcept : handle(raw) {}

    /** The text. Borrowed: valid as long as this object. */
    [[nodiscard]] std::string_view view() const noexcept { return c_str(); }
    /** The same, ended by NUL; never NULL. */
    [[nodiscard]] const char *c_str() const noexcept { return sbm_text_data(get()); }
};

/** Bytes of their own: the content of a profile. */
class bytes : public detail::handle<sbm_bytes, sbm_bytes_free> {
  public:
    /** Takes bytes of C over. */
    explicit bytes(sbm_bytes *raw) noexcept : handle(raw) {}

    /** The bytes. Borrowed: valid as long as this object. */
    [[nodiscard]] bytes_view view() const noexcept { return {sbm_bytes_data(get()), sbm_bytes_size(get())}; }
};

/* ---- records -------------------------------------------------------------------------------------------------------- */

/** How this installation stands to its server, and why. */
struct standing {
    /** How it stands. */
    sbm::state state = sbm::state::unmanaged;
    /** Why, for state::offline (status::ok: not asked yet), state::refused and state::floor; else status::ok. */
    sbm::status why = sbm::status::ok;
};

/** The management connection: what it is locked to, or set to. */
struct connection_settings {
    /** The connection string, if there is one. */
    std::optional<sbm::text> connection;
    /** The login name, if there is one. */
    std::optional<sbm::text> user;
};

/** When the server was last reached and what it said could be trusted. */
struct contact {
    /** By this computer's clock then. */
    milliseconds at{0};
    /** How long ago that is; 0 if the clock was set back behind it. */
    milliseconds age{0};
};

/** What one exchange with the server came to. */
struct sync_summary {
    /** Whether the server answered; if not, work goes on under what it said last. */
    bool online = false;
    /** Why it did not answer, or refused. */
    sbm::status why = sbm::status::ok;
    /** How many changes wait for client::next_change(). */
    std::uint32_t changes_waiting = 0;
    /** How many runs the server has acknowledged in this exchange. */
    std::uint32_t runs_sent = 0;
    /** Whether the rights or the list of profiles changed. */
    bool permissions_changed = false;
    /** How many runs still wait for the server. */
    std::uint32_t runs_waiting = 0;
    /** Whether the server was asked; if not, it was not due. */
    bool tried = false;
};

/** How much room is left for new data, as far as this installation knows. */
struct room {
    /** Bytes below the tightest quota; nothing where there is no ceiling. */
    std::optional<std::uint64_t> left;
    /** Whether it is time to tell somebody: a quota is nearly used up. */
    bool warns = false;
    /** What client::report_stored() said last, if it said anything. */
    std::optional<std::uint64_t> stored;
};

/** What a setting comes to. */
struct setting {
    /** The value that counts; nothing if nobody has one. */
    std::optional<std::string> value;
    /** How it is handed down. What is forced is not the host's to change. */
    setting_mode mode = setting_mode::none;
    /** The account that says so, by its full name; nothing if it is above the user's own. */
    std::optional<std::string> origin;
};

/** What is known when a run begins: the profile's name at least. */
struct run_start {
    /** The name of the profile; "" only beside a profile_guid. */
    std::string profile_name;
    /** The GUID of a managed profile; nothing for a local one. */
    std::optional<std::string> profile_guid;
    /** What kind of profile it is. */
    profile_kind kind = profile_kind::backup;
    /** What kind it is, for profile_kind::other. */
    std::optional<std::string> kind_text;
    /** What began it. */
    sbm::trigger trigger = sbm::trigger::manual;
    /** Whether it restores. With trigger::restore it must. */
    bool restore = false;
    /** When the host's thread started; 0: now. */
    milliseconds thread_start{0};
    /** When the profile started; 0: now. */
    milliseconds profile_start{0};
    /** When the group run it is part of started; 0: it is not part of one. */
    milliseconds group_start{0};
    /** The version of the profile, as the host counts it. */
    std::int64_t version = 0;
    /** The operating system's user; nothing: the one as whom this process acts. */
    std::optional<std::string> os_user;
    /** How far local time is ahead of UTC, at most 18 hours. */
    std::chrono::minutes utc_offset{0};
};

/** What is known when a run has ended. */
struct run_end {
    /** How it ended. */
    run_result result = run_result::success;
    /** When it ended; 0: now. */
    milliseconds end{0};
    /** Files copied. */
    std::uint64_t files_copied = 0;
    /** Files deleted. */
    std::uint64_t files_deleted = 0;
    /** Files that failed. */
    std::uint64_t files_failed = 0;
    /** Bytes copied. */
    std::uint64_t bytes_copied = 0;
    /** Bytes deleted. */
    std::uint64_t bytes_deleted = 0;
    /** Bytes of the files that failed. */
    std::uint64_t bytes_failed = 0;
    /** Bytes that the destination holds now, if you know. */
    std::optional<std::int64_t> bytes_stored;
    /** What went wrong, in the host's words. */
    std::optional<std::string> error_text;
};

/** A profile to upload. */
struct upload {
    /** The GUID that the host made for this profile, in any spelling. A known one is replaced. */
    std::string guid;
    /** The profile's name. */
    std::string name;
    /** What is to be said of it; it must not be empty. */
    std::string description;
    /** The version, as the host counts it. */
    std::int64_t version = 0;
    /** The server's revision that the host had when the profile was changed; 0 for a new one. */
    std::uint64_t based_on = 0;
    /** The content, at most 4 MiB. Borrowed: it must live until the call has returned. */
    bytes_view body;
    /** The schedule, if there is one, at most 4 MiB. Borrowed likewise. */
    std::optional<bytes_view> schedule;
};

namespace detail {

/** A summary as C fills it. */
inline sbm_sync_summary blank_summary() noexcept {
    sbm_sync_summary summary = {};
    summary.struct_size = static_cast<std::uint32_t>(sizeof summary);
    return summary;
}

template <class Call> result<sync_summary> summarize(Call call) {
    slot why;
    sbm_sync_summary raw = blank_summary();
    const sbm_status code = call(&raw, why.place());
    if (code != SBM_OK) return why.take(code);
    sync_summary summary;
    summary.online = raw.online != 0;
    summary.why = static_cast<status>(raw.why);
    summary.changes_waiting = raw.changes_waiting;
    summary.runs_sent = raw.runs_sent;
    summary.permissions_changed = raw.permissions_changed != 0;
    summary.runs_waiting = raw.runs_waiting;
    summary.tried = raw.tried != 0;
    return summary;
}

} // namespace detail

/* ---- what comes out of a client ------------------------------------------------------------------------------------- */

/** A decision with its reasons. Its texts are borrowed: valid as long as this object. */
class decision : public detail::handle<sbm_decision, sbm_decision_free> {
  public:
    /** Takes a decision of C over. */
    explicit decision(sbm_decision *raw) noexcept : handle(raw) {}

    /** What it comes to. */
    [[nodiscard]] sbm::effect effect() const noexcept { return static_cast<sbm::effect>(sbm_decision_effect(get())); }
    /** The gate that refused; gate::none if none did. */
    [[nodiscard]] sbm::gate gate() const noexcept { return static_cast<sbm::gate>(sbm_decision_gate(get())); }
    /** The reason as a status; status::ok if nothing refused. */
    [[nodiscard]] sbm::status code() const noexcept { return static_cast<sbm::status>(sbm_decision_code(get())); }
    /** One plain sentence to show to the user. */
    [[nodiscard]] std::string_view sentence() const noexcept { return sbm_decision_sentence(get()); }
    /** The smallest change that would turn the decision round, for an administrator; "" if it allows. */
    [[nodiscard]] std::string_view change() const noexcept { return sbm_decision_change(get()); }
    /** The id of the rule that decided, such as "USR-3". */
    [[nodiscard]] std::string_view rule() const noexcept { return sbm_decision_rule(get()); }
    /** All of it as JSON. */
    [[nodiscard]] std::string_view json() const noexcept { return sbm_decision_json(get()); }
};

/** How the host program is to look. Its texts and images are borrowed: valid as long as this object. */
class branding : public detail::handle<sbm_branding, sbm_branding_free> {
  public:
    /** Takes a branding of C over. */
    explicit branding(sbm_branding *raw) noexcept : handle(raw) {}

    /** What the host program is to call itself. */
    [[nodiscard]] std::string_view name() const noexcept { return sbm_branding_name(get()); }
    /** A colour as "#rrggbb", by its use, such as "accent"; "" if there is none. */
    [[nodiscard]] std::string_view colour(const char *usage) const noexcept { return sbm_branding_colour(get(), usage); }
    /** An image, "logo" or an icon by its name: PNG or ICO; no bytes if there is none. */
    [[nodiscard]] bytes_view image(const char *usage) const noexcept {
        std::size_t size = 0;
        const std::uint8_t *data = sbm_branding_image(get(), usage, &size);
        return {data, size};
    }
};

/** One managed profile of a list. Its texts are borrowed from the list. */
struct profile {
    /** 32 upper-case hexadecimal digits. */
    std::string_view guid;
    /** Its name. */
    std::string_view name;
    /** What its uploader said of it. */
    std::string_view description;
    /** The version that its uploader stated. */
    std::int64_t version = 0;
    /** The server's revision of it, from 1. */
    std::uint64_t revision = 0;
};

/** The managed profiles as they were when the list was made; for (sbm::profile one : list) goes through it. */
class profile_list : public detail::handle<sbm_profile_list, sbm_profile_list_free> {
  public:
    /** Takes a list of C over. */
    explicit profile_list(sbm_profile_list *raw) noexcept : handle(raw) {}

    /** How many there are. */
    [[nodiscard]] std::size_t size() const noexcept { return sbm_profile_list_count(get()); }

    /** The one at that place, from 0; one of empty texts where there is none. */
    [[nodiscard]] profile operator[](std::size_t index) const noexcept {
        return {sbm_profile_list_guid(get(), index), sbm_profile_list_name(get(), index), sbm_profile_list_description(get(), index),
                sbm_profile_list_version(get(), index), sbm_profile_list_revision(get(), index)};
    }

    /** A place in the list. */
    class iterator {
      public:
        /** At that place. */
        iterator(const profile_list *list, std::size_t index) noexcept : list_(list), index_(index) {}
        /** The profile there. */
        [[nodiscard]] profile operator*() const noexcept { return (*list_)[index_]; }
        /** The next place. */
        iterator &operator++() noexcept {
            ++index_;
            return *this;
        }
        /** Whether it is another place. */
        [[nodiscard]] bool operator!=(const iterator &other) const noexcept { return index_ != other.index_; }

      private:
        const profile_list *list_;
        std::size_t index_;
    };

    /** The first. */
    [[nodiscard]] iterator begin() const noexcept { return {this, 0}; }
    /** Behind the last. */
    [[nodiscard]] iterator end() const noexcept { return {this, size()}; }
};

/** One thing to do: do it, then answer with done() or failed(). Dropped without an answer, it is delivered again. Its texts and
 *  contents are borrowed: valid as long as this object. */
class change : public detail::handle<sbm_change, sbm_change_free> {
  public:
    /** Takes a change of C over. */
    explicit change(sbm_change *raw) noexcept : handle(raw) {}

    /** What is to be done. */
    [[nodiscard]] delivery kind() const noexcept { return static_cast<delivery>(sbm_change_kind(get())); }
    /** The GUID of the profile: 32 upper-case hexadecimal digits. */
    [[nodiscard]] std::string_view guid() const noexcept { return sbm_change_guid(get()); }
    /** The name of the profile. */
    [[nodiscard]] std::string_view name() const noexcept { return sbm_change_name(get()); }
    /** What the uploader said of it. */
    [[nodiscard]] std::string_view description() const noexcept { return sbm_change_description(get()); }
    /** The version that the uploader stated. */
    [[nodiscard]] std::int64_t version() const noexcept { return sbm_change_version(get()); }
    /** The server's revision to arrive at, or the one to remove. */
    [[nodiscard]] std::uint64_t revision() const noexcept { return sbm_change_revision(get()); }

    /** The content of the profile; nothing for a removal. */
    [[nodiscard]] std::optional<bytes_view> body() const noexcept { return content(sbm_change_body); }
    /** The schedule to take over; nothing if there is none, and the host's own stays as it is. */
    [[nodiscard]] std::optional<bytes_view> schedule() const noexcept { return content(sbm_change_schedule); }

    /** Answers that it was applied; call it after your own files are safe on disk. */
    result<void> done() {
        return detail::attempt([&](sbm_error **why) { return sbm_change_done(get(), why); });
    }
    /** Answers that it could not be applied, and why. */
    result<void> failed(std::string_view reason) {
        const detail::argument words("reason", reason);
        if (auto bad = words.complaint()) return *std::move(bad);
        return detail::attempt([&](sbm_error **why) { return sbm_change_failed(get(), words.get(), why); });
    }

  private:
    template <class Ask> std::optional<bytes_view> content(Ask ask) const noexcept {
        const std::uint8_t *data = nullptr;
        std::size_t size = 0;
        /* It fails for a change that was moved away alone, which has no content. */
        if (ask(get(), &data, &size, nullptr) != SBM_OK || data == nullptr) return std::nullopt;
        return bytes_view(data, size);
    }
};

/** One execution of a profile that has begun. One that was not finished is reported as interrupted later. */
class run : public detail::handle<sbm_run, sbm_run_free> {
  public:
    /** Takes a run of C over. */
    explicit run(sbm_run *raw) noexcept : handle(raw) {}

    /** Ends it; gives its number on this installation, from 1 without gaps, 0 if that is unmanaged. */
    result<std::uint64_t> finish(const run_end &end) const {
        const detail::argument words("error text", detail::view(end.error_text));
        if (auto bad = words.complaint()) return *std::move(bad);
        sbm_run_end raw = {};
        raw.struct_size = static_cast<std::uint32_t>(sizeof raw);
        raw.result = static_cast<std::int32_t>(end.result);
        raw.end_ms = end.end.count();
        raw.files_copied = end.files_copied;
        raw.files_deleted = end.files_deleted;
        raw.files_failed = end.files_failed;
        raw.bytes_copied = end.bytes_copied;
        raw.bytes_deleted = end.bytes_deleted;
        raw.bytes_failed = end.bytes_failed;
        raw.bytes_stored = end.bytes_stored.value_or(-1);
        raw.error_text = words.get();
        std::uint64_t sequence = 0;
        detail::slot why;
        const sbm_status code = sbm_run_finish(get(), &raw, &sequence, why.place());
        if (code != SBM_OK) return why.take(code);
        return sequence;
    }

    /** Frees it before its time; says so if it was freed already behind this object's back. */
    status close() noexcept { return static_cast<status>(sbm_run_free(release())); }
};

/** What a server test found. */
class server_test : public detail::handle<sbm_server_test, sbm_server_test_free> {
  public:
    /** Takes findings of C over. */
    explicit server_test(sbm_server_test *raw) noexcept : handle(raw) {}

    /** Whether the server can be reached. */
    [[nodiscard]] check reachable() const noexcept { return static_cast<check>(sbm_server_test_reachable(get())); }
    /** Whether its certificate is the confirmed one. */
    [[nodiscard]] check certificate() const noexcept { return static_cast<check>(sbm_server_test_certificate(get())); }
    /** Whether it admits this address. */
    [[nodiscard]] check address() const noexcept { return static_cast<check>(sbm_server_test_address(get())); }
    /** Whether user and password are right. */
    [[nodiscard]] check credentials() const noexcept { return static_cast<check>(sbm_server_test_credentials(get())); }
    /** Whether server and library understand each other. */
    [[nodiscard]] check versions() const noexcept { return static_cast<check>(sbm_server_test_versions(get())); }
    /** Whether the management connection is locked now. */
    [[nodiscard]] check locked() const noexcept { return static_cast<check>(sbm_server_test_locked(get())); }
    /** By how much the server's clock is ahead of this computer's. */
    [[nodiscard]] milliseconds clock_skew() const noexcept { return milliseconds(sbm_server_test_clock_skew_ms(get())); }
    /** All findings as text. Borrowed: valid as long as this object. */
    [[nodiscard]] std::string_view report() const noexcept { return sbm_server_test_report(get()); }
};

/** A thread that keeps a client up to date, until this object is destroyed; that waits for the thread, so hold nothing that its
 *  callback waits for. */
class worker : public detail::handle<sbm_worker, sbm_worker_free> {
  public:
    /** Takes a worker of C over. */
    explicit worker(sbm_worker *raw, std::shared_ptr<detail::caught> thrown = nullptr) noexcept
        : handle(raw), caught_(std::move(thrown)) {}

    /** Asks it to exchange profiles and history now; the callback tells when it is done. */
    result<void> sync_now() const {
        return detail::attempt([&](sbm_error **why) { return sbm_worker_sync_now(get(), why); });
    }

    /** Stops it; says so if it was stopped already behind this object's back. */
    status close() noexcept { return static_cast<status>(sbm_worker_free(release())); }

#if SBM_HPP_EXCEPTIONS
    /** The first exception that the callback threw since this was asked last; null if there was none. The worker went on. */
    [[nodiscard]] std::exception_ptr take_exception() const noexcept { return caught_ ? caught_->take() : nullptr; }
#endif

  private:
    std::shared_ptr<detail::caught> caught_;
};

/* ---- how a client is opened ----------------------------------------------------------------------------------------- */

/** A silent roll-out: the settings of the management connection. What is said first wins. */
class rollout : public detail::handle<sbm_rollout, sbm_rollout_free> {
  public:
    /** Takes a roll-out of C over. */
    explicit rollout(sbm_rollout *raw) noexcept : handle(raw) {}

    /** One without any setting. */
    static result<rollout> create() { return detail::make<rollout, sbm_rollout>(sbm_rollout_new); }

    /** Says which server. */
    result<void> set_connection(std::string_view connection) { return set(sbm_rollout_set_connection, "connection", connection); }
    /** Says whether the system's roots vouch for it. */
    result<void> set_system_roots(bool yes) { return set(sbm_rollout_set_system_roots, yes); }
    /** Says who logs in. */
    result<void> set_user(std::string_view user) { return set(sbm_rollout_set_user, "user", user); }
    /** Says his password. */
    result<void> set_password(std::string_view password) { return set(sbm_rollout_set_password, "password", password); }
    /** Says which file holds it. */
    result<void> set_password_file(std::string_view path) { return set(sbm_rollout_set_password_file, "path", path); }
    /** Says whether this installation is managed even before its first login. */
    result<void> set_managed_required(bool yes) { return set(sbm_rollout_set_managed_required, yes); }
    /** Adds what the environment says and nobody said before. */
    result<void> add_environment() {
        return detail::attempt([&](sbm_error **why) { return sbm_rollout_add_environment(get(), why); });
    }
    /** Adds what a file says and nobody said before. */
    result<void> add_file(std::string_view path) { return set(sbm_rollout_add_file, "path", path); }
    /** Whether no connection was given, so that there is nothing to roll out. */
    [[nodiscard]] bool is_empty() const noexcept { return sbm_rollout_is_empty(get()) != 0; }

  private:
    template <class Set> result<void> set(Set setter, const char *what, std::string_view text) {
        const detail::argument argument(what, text);
        if (auto bad = argument.complaint()) return *std::move(bad);
        return detail::attempt([&](sbm_error **why) { return setter(get(), argument.get(), why); });
    }
    template <class Set> result<void> set(Set setter, bool yes) {
        return detail::attempt([&](sbm_error **why) { return setter(get(), yes ? 1 : 0, why); });
    }
};

/** How a client is to be opened. */
class config : public detail::handle<sbm_config, sbm_config_free> {
  public:
    /** Takes a configuration of C over. */
    explicit config(sbm_config *raw) noexcept : handle(raw) {}

    /** One with that directory for the cache. */
    static result<config> create(std::string_view directory) {
        const detail::argument path("directory", directory);
        if (auto bad = path.complaint()) return *std::move(bad);
        return detail::make<config, sbm_config>(
            [&](sbm_config **out, sbm_error **why) { return sbm_config_new(SBM_ABI, path.get(), out, why); });
    }

    /** Says what the host program is and which version. */
    result<void> set_program(std::string_view program) { return set(sbm_config_set_program, "program", program); }
    /** Says how long one exchange with the server may take: up to an hour; 30 seconds if you say nothing. */
    result<void> set_timeout(milliseconds time) { return set(sbm_config_set_timeout_ms, detail::narrow(time.count())); }
    /** Says how long it may take until there is a connection; 10 seconds if you say nothing. */
    result<void> set_connect_timeout(milliseconds time) { return set(sbm_config_set_connect_timeout_ms, detail::narrow(time.count())); }
    /** Says how long it may take from there until it is secure; 10 seconds if you say nothing. */
    result<void> set_handshake_timeout(milliseconds time) { return set(sbm_config_set_handshake_timeout_ms, detail::narrow(time.count())); }
    /** Says whether a connection string without a fingerprint may be used, for which the system's roots vouch. */
    result<void> set_system_roots(bool yes) { return set(sbm_config_set_system_roots, yes ? 1 : 0); }
    /** Says whether this installation is managed even if it was never connected. */
    result<void> set_managed_required(bool yes) { return set(sbm_config_set_managed_required, yes ? 1 : 0); }
    /** Says whether the cache is kept in plain files, in place of SQLite. */
    result<void> set_plain_files(bool yes) { return set(sbm_config_set_plain_files, yes ? 1 : 0); }
    /** Says by which HTTP proxy the server is reached, http://[user:password@]host:port; nothing: by none. */
    result<void> set_proxy(std::optional<std::string_view> proxy) { return set(sbm_config_set_proxy, "proxy", proxy); }

    /** Says how many runs, and bytes of them, are kept until the server was reached. */
    result<void> set_outbox(std::uint32_t records, std::uint64_t size) {
        return detail::attempt([&](sbm_error **why) { return sbm_config_set_outbox(get(), records, size, why); });
    }

    /** Takes from a roll-out what must be known before a client is opened. */
    result<void> set_rollout(const rollout &settings) {
        return detail::attempt([&](sbm_error **why) { return sbm_config_set_rollout(get(), settings.get(), why); });
    }

    /** Gives the library another clock, a callable that gives milliseconds since 1970-01-01 UTC. It is called by any thread that
     *  calls the library, by several at once. If it throws, the computer's clock is asked instead. */
    template <class Clock> result<void> set_clock(Clock clock) {
        static_assert(std::is_invocable_r_v<milliseconds, Clock &>, "a clock gives std::chrono::milliseconds since 1970");
        if (detail::is_empty(clock)) return detail::empty_callback();
        using box = detail::box<Clock>;
        /* The library destroys it, also when the call fails. */
        auto *kept = new box(std::move(clock));
        return detail::attempt(
            [&](sbm_error **why) { return sbm_config_set_clock(get(), box::on_clock, kept, box::destroy, why); });
    }

    /** Has the library tell what it does, down to that level, to a callable that takes an sbm::log_level and a std::string_view,
     *  which is borrowed for the call. It is called on the thread of the call, or the worker's, under no lock. What it throws is
     *  dropped: a log must not stop a backup. */
    template <class Log> result<void> set_log(log_level level, Log log) {
        static_assert(std::is_invocable_v<Log &, log_level, std::string_view>, "a log takes a level and a text");
        if (detail::is_empty(log)) return detail::empty_callback();
        using box = detail::box<Log>;
        auto *kept = new box(std::move(log));
        return detail::attempt([&](sbm_error **why) {
            return sbm_config_set_log(get(), static_cast<std::int32_t>(level), box::on_log, kept, box::destroy, why);
        });
    }

  private:
    template <class Set> result<void> set(Set setter, const char *what, std::optional<std::string_view> text) {
        const detail::argument argument(what, text);
        if (auto bad = argument.complaint()) return *std::move(bad);
        return detail::attempt([&](sbm_error **why) { return setter(get(), argument.get(), why); });
    }
    template <class Set> result<void> set(Set setter, std::int32_t number) {
        return detail::attempt([&](sbm_error **why) { return setter(get(), number, why); });
    }
};

/* ---- the client ----------------------------------------------------------------------------------------------------- */

/** What is needed to end the calls of a client from elsewhere. It may be copied, and outlive the client: then it says so. */
class cancel_handle {
  public:
    /** Of that client. */
    explicit cancel_handle(sbm_client *client) noexcept : client_(client) {}

    /** Ends every call of the client that waits for the network, within a moment: it answers status::cancelled. */
    result<void> cancel() const {
        return detail::attempt([&](sbm_error **why) { return sbm_client_cancel(client_, why); });
    }

  private:
    /* A number, not an address: a client that was closed is a status. */
    sbm_client *client_;
};

/** One installation of the host program, as one user uses it. Open it once and keep it. */
class client : public detail::handle<sbm_client, sbm_client_free> {
  public:
    /** Takes a client of C over. */
    explicit client(sbm_client *raw) noexcept : handle(raw) {}

    /** Opens it on its directory. Nothing is sent and no thread is started. */
    static result<client> open(const config &settings) {
        return detail::make<client, sbm_client>(
            [&](sbm_client **out, sbm_error **why) { return sbm_client_open(settings.get(), out, why); });
    }

    /** Closes it before its time; says so if it was closed already behind this object's back. */
    status close() noexcept { return static_cast<status>(sbm_client_free(release())); }

    /** Tells how this installation stands to its server. */
    result<standing> state() const {
        sbm_state out{};
        sbm_status reason = SBM_OK;
        detail::slot why;
        const sbm_status code = sbm_client_state(get(), &out, &reason, why.place());
        if (code != SBM_OK) return why.take(code);
        return standing{static_cast<sbm::state>(out), static_cast<status>(reason)};
    }

    /** Tells who is logged in; nothing if nobody is. */
    result<std::optional<text>> user() const {
        return detail::find<text, sbm_text>([&](sbm_text **out, sbm_error **why) { return sbm_client_user(get(), out, why); });
    }

    /** Logs a user in and makes this installation a device of his account. Needs the server. */
    result<void> login(std::string_view connection, std::string_view user_name, std::string_view password) const {
        const detail::argument where("connection", connection), who("user", user_name), secret("password", password);
        if (auto bad = detail::complaint(where, who, secret)) return *std::move(bad);
        return detail::attempt(
            [&](sbm_error **why) { return sbm_client_login(get(), where.get(), who.get(), secret.get(), why); });
    }

    /** Logs a user in who has a second factor, with the code that he was asked for. Needs the server. */
    result<void> login(std::string_view connection, std::string_view user_name, std::string_view password,
                       std::string_view code) const {
        const detail::argument where("connection", connection), who("user", user_name), secret("password", password),
            shown("code", code);
        if (auto bad = detail::complaint(where, who, secret, shown)) return *std::move(bad);
        return detail::attempt([&](sbm_error **why) {
            return sbm_client_login_with_code(get(), where.get(), who.get(), secret.get(), shown.get(), why);
        });
    }

    /** Logs a user in and takes a backup account over from the machine that it is on, for a user who was asked: login() failed with
     *  status::other_machine. A code that was used for that login does not count again. Needs the server. */
    result<void> take_over(std::string_view connection, std::string_view user_name, std::string_view password,
                           std::optional<std::string_view> code = std::nullopt) const {
        const detail::argument where("connection", connection), who("user", user_name), secret("password", password),
            shown("code", code);
        if (auto bad = detail::complaint(where, who, secret, shown)) return *std::move(bad);
        return detail::attempt([&](sbm_error **why) {
            return sbm_client_take_over(get(), where.get(), who.get(), secret.get(), shown.get(), why);
        });
    }

    /** Has a code sent to a user for the login with a code that comes next; tells where to, masked. Nothing if he has no second
     *  factor: he is logged in then. Needs the server. */
    result<std::optional<text>> send_login_code(std::string_view connection, std::string_view user_name,
                                                std::string_view password, channel by) const {
        const detail::argument where("connection", connection), who("user", user_name), secret("password", password);
        if (auto bad = detail::complaint(where, who, secret)) return *std::move(bad);
        return detail::find<text, sbm_text>([&](sbm_text **out, sbm_error **why) {
            return sbm_client_send_login_code(get(), where.get(), who.get(), secret.get(), static_cast<std::int32_t>(by), out, why);
        });
    }

    /** Makes this installation a device with a code or a passphrase, without a password. Where a person has to let it in, ask
     *  again with the same code after a while. Needs the server. */
    result<enrolment> enrol(std::string_view connection, std::string_view code) const {
        const detail::argument where("connection", connection), given("code", code);
        if (auto bad = detail::complaint(where, given)) return *std::move(bad);
        sbm_enrolment out{};
        detail::slot why;
        const sbm_status status_ = sbm_client_enrol(get(), where.get(), given.get(), &out, why.place());
        if (status_ != SBM_OK) return why.take(status_);
        return static_cast<enrolment>(out);
    }

    /** Says how many bytes this installation stores in all; the server hears of it at the next exchange. */
    result<void> report_stored(std::uint64_t stored) const {
        return detail::attempt([&](sbm_error **why) { return sbm_client_report_stored(get(), stored, why); });
    }

    /** Tells how much room is left for new data, as of the last exchange. */
    result<sbm::room> room() const {
        std::int64_t left = -1, stored = -1;
        std::int32_t warns = 0;
        detail::slot why;
        const sbm_status code = sbm_client_room(get(), &left, &warns, &stored, why.place());
        if (code != SBM_OK) return why.take(code);
        sbm::room told;
        if (left >= 0) told.left = static_cast<std::uint64_t>(left);
        if (stored >= 0) told.stored = static_cast<std::uint64_t>(stored);
        told.warns = warns != 0;
        return told;
    }

    /** Tells what a setting comes to, by the policies above and by what the host has of its own. */
    result<sbm::setting> setting(std::string_view setting_name, std::optional<std::string_view> own = std::nullopt) const {
        const detail::argument called("setting", setting_name), given("own value", own);
        if (auto bad = detail::complaint(called, given)) return *std::move(bad);
        sbm_text *value = nullptr, *origin = nullptr;
        sbm_setting_mode mode{};
        detail::slot why;
        const sbm_status code = sbm_client_setting(get(), called.get(), given.get(), &value, &mode, &origin, why.place());
        const text value_(value), origin_(origin);
        if (code != SBM_OK) return why.take(code);
        sbm::setting told;
        if (value_) told.value = std::string(value_.view());
        told.mode = static_cast<setting_mode>(mode);
        if (origin_) told.origin = std::string(origin_.view());
        return told;
    }

    /** Tells how the host program is to look; nothing if nobody above says anything. */
    result<std::optional<sbm::branding>> branding() const {
        return detail::find<sbm::branding, sbm_branding>(
            [&](sbm_branding **out, sbm_error **why) { return sbm_client_branding(get(), out, why); });
    }

    /** Logs the user out. */
    result<void> logout() const {
        return detail::attempt([&](sbm_error **why) { return sbm_client_logout(get(), why); });
    }

    /** Asks whether the user may do something, to a managed profile or to none. From memory: ask as often as you like, and again
     *  right before the act. A denial is an answer, not an error. */
    result<effect> may(action what, std::optional<std::string_view> profile_guid = std::nullopt) const {
        const detail::argument guid("profile", profile_guid);
        if (auto bad = guid.complaint()) return *std::move(bad);
        sbm_effect out{};
        detail::slot why;
        const sbm_status code = sbm_client_may(get(), static_cast<std::int32_t>(what), guid.get(), &out, why.place());
        if (code != SBM_OK) return why.take(code);
        return static_cast<effect>(out);
    }

    /** Asks the same and tells all about the answer. */
    result<decision> explain(action what, std::optional<std::string_view> profile_guid = std::nullopt) const {
        const detail::argument guid("profile", profile_guid);
        if (auto bad = guid.complaint()) return *std::move(bad);
        return detail::make<decision, sbm_decision>([&](sbm_decision **out, sbm_error **why) {
            return sbm_client_explain(get(), static_cast<std::int32_t>(what), guid.get(), out, why);
        });
    }

    /** Tells whether the management connection is read-only. */
    result<bool> is_locked() const {
        std::int32_t out = 0;
        detail::slot why;
        const sbm_status code = sbm_client_is_locked(get(), &out, why.place());
        if (code != SBM_OK) return why.take(code);
        return out != 0;
    }

    /** Tells what the management connection is locked to, or, while it is open, what it is set to. */
    result<connection_settings> connection() const {
        sbm_text *where = nullptr, *who = nullptr;
        detail::slot why;
        const sbm_status code = sbm_client_connection(get(), &where, &who, why.place());
        connection_settings settings;
        if (where != nullptr) settings.connection.emplace(where);
        if (who != nullptr) settings.user.emplace(who);
        if (code != SBM_OK) return why.take(code);
        return settings;
    }

    /** Tells the fingerprint of the CA that vouches for the server; nothing if there is no server or the system's roots vouch. */
    result<std::optional<text>> fingerprint() const {
        return detail::find<text, sbm_text>(
            [&](sbm_text **out, sbm_error **why) { return sbm_client_fingerprint(get(), out, why); });
    }

    /** Tells when the server was last reached; nothing if it never was. */
    result<std::optional<contact>> last_contact() const {
        std::int64_t at = -1, age = -1;
        detail::slot why;
        const sbm_status code = sbm_client_last_contact(get(), &at, &age, why.place());
        if (code != SBM_OK) return why.take(code);
        if (at < 0) return std::optional<contact>();
        return std::optional<contact>(contact{milliseconds(at), milliseconds(age)});
    }

    /** Changes the management connection while it is locked: an administrator proves himself at the locked server. */
    result<void> change_connection(std::string_view connection_string, std::string_view user_name, std::string_view password,
                                   std::string_view admin_user, std::string_view admin_password) const {
        const detail::argument where("connection", connection_string), who("user", user_name), secret("password", password);
        const detail::argument admin("administrator", admin_user), proof("administrator's password", admin_password);
        if (auto bad = detail::complaint(where, who, secret, admin, proof)) return *std::move(bad);
        return detail::attempt([&](sbm_error **why) {
            return sbm_client_change_connection(get(), where.get(), who.get(), secret.get(), admin.get(), proof.get(), why);
        });
    }

    /** The same with the codes of second factors: the user's, the administrator's, or both. */
    result<void> change_connection(std::string_view connection_string, std::string_view user_name, std::string_view password,
                                   std::optional<std::string_view> code, std::string_view admin_user,
                                   std::string_view admin_password, std::optional<std::string_view> admin_code) const {
        const detail::argument where("connection", connection_string), who("user", user_name), secret("password", password);
        const detail::argument admin("administrator", admin_user), proof("administrator's password", admin_password);
        const detail::argument shown("code", code), his("administrator's code", admin_code);
        if (auto bad = detail::complaint(where, who, secret, shown, admin, proof, his)) return *std::move(bad);
        return detail::attempt([&](sbm_error **why) {
            return sbm_client_change_connection_with_code(get(), where.get(), who.get(), secret.get(), shown.get(), admin.get(),
                                                          proof.get(), his.get(), why);
        });
    }

    /** Ends every call of this client that waits for the network, on whatever thread. */
    result<void> cancel() const { return canceller().cancel(); }

    /** The same, to be kept elsewhere. */
    [[nodiscard]] cancel_handle canceller() const noexcept { return cancel_handle(get()); }

    /** Logs in with the settings of a roll-out, while nothing is locked. */
    result<sync_summary> roll_out(const rollout &settings) const {
        return detail::summarize([&](sbm_sync_summary *out, sbm_error **why) {
            return sbm_client_roll_out(get(), settings.get(), out, why);
        });
    }

    /** Exchanges everything with the server now. A server that cannot be reached is no error: the summary says so. */
    result<sync_summary> sync() const {
        return detail::summarize([&](sbm_sync_summary *out, sbm_error **why) { return sbm_client_sync(get(), out, why); });
    }

    /** Does the same if it is due. */
    result<sync_summary> sync_if_due() const {
        return detail::summarize([&](sbm_sync_summary *out, sbm_error **why) { return sbm_client_sync_if_due(get(), out, why); });
    }

    /** Starts a thread that keeps this client up to date and says nothing. */
    result<worker> start_worker() const {
        return detail::make<worker, sbm_worker>([&](sbm_worker **out, sbm_error **why) {
            return sbm_client_start_worker(get(), nullptr, nullptr, nullptr, out, why);
        });
    }

    /** Starts a thread that keeps this client up to date, and calls a callable with an sbm::notice and an sbm::status there. If
     *  it throws, the worker goes on; worker::take_exception() has the exception. */
    template <class Look> result<worker> start_worker(Look look) const {
        static_assert(std::is_invocable_v<Look &, notice, status>, "a worker's callback takes a notice and a status");
        if (detail::is_empty(look)) return detail::empty_callback();
        using box = detail::box<Look>;
        auto thrown = std::make_shared<detail::caught>();
        auto *kept = new box(std::move(look), thrown);
        sbm_worker *out = nullptr;
        detail::slot why;
        const sbm_status code = sbm_client_start_worker(get(), box::on_notice, kept, box::destroy, &out, why.place());
        if (code != SBM_OK) return why.take(code);
        return worker(out, std::move(thrown));
    }

    /** Lists the managed profiles that this user may use here. */
    result<profile_list> profiles() const {
        return detail::make<profile_list, sbm_profile_list>(
            [&](sbm_profile_list **out, sbm_error **why) { return sbm_client_profiles(get(), out, why); });
    }

    /** Reads the content of a managed profile from the cache. */
    result<bytes> profile_body(std::string_view profile_guid) const {
        const detail::argument guid("profile", profile_guid);
        if (auto bad = guid.complaint()) return *std::move(bad);
        return detail::make<bytes, sbm_bytes>(
            [&](sbm_bytes **out, sbm_error **why) { return sbm_client_profile_body(get(), guid.get(), out, why); });
    }

    /** Says that the host removed its copy of a managed profile by itself. */
    result<void> profile_removed(std::string_view profile_guid) const {
        const detail::argument guid("profile", profile_guid);
        if (auto bad = guid.complaint()) return *std::move(bad);
        return detail::attempt([&](sbm_error **why) { return sbm_client_profile_removed(get(), guid.get(), why); });
    }

    /** Takes the next change that waits; nothing if none does. */
    result<std::optional<change>> next_change() const {
        return detail::find<change, sbm_change>(
            [&](sbm_change **out, sbm_error **why) { return sbm_client_next_change(get(), out, why); });
    }

    /** Begins a run: asks first whether it is allowed, then notes on disk that it has begun. A denial is an error here, whose
     *  message is the sentence to show. With an estimate of the bytes of new data the server is asked for room where a quota is
     *  set, if it was there the last time. */
    result<run> begin_run(const run_start &start, std::uint64_t estimate = 0) const {
        const detail::argument name_("profile name", std::string_view(start.profile_name)),
            guid("profile", detail::view(start.profile_guid)), kind("kind", detail::view(start.kind_text)),
            who("user of the operating system", detail::view(start.os_user));
        if (auto bad = detail::complaint(name_, guid, kind, who)) return *std::move(bad);
        sbm_run_start raw = {};
        raw.struct_size = static_cast<std::uint32_t>(sizeof raw);
        raw.kind = static_cast<std::int32_t>(start.kind);
        raw.trigger = static_cast<std::int32_t>(start.trigger);
        raw.restore = start.restore ? 1 : 0;
        raw.thread_start_ms = start.thread_start.count();
        raw.profile_start_ms = start.profile_start.count();
        raw.group_start_ms = start.group_start.count();
        raw.version = start.version;
        raw.profile_name = name_.get();
        raw.profile_guid = guid.get();
        raw.kind_text = kind.get();
        raw.os_user = who.get();
        raw.utc_offset_minutes = detail::narrow(start.utc_offset.count());
        return detail::make<run, sbm_run>(
            [&](sbm_run **out, sbm_error **why) {
                if (estimate == 0) return sbm_client_begin_run(get(), &raw, out, why);
                return sbm_client_begin_run_storing(get(), &raw, estimate, out, why);
            });
    }

    /** Uploads a profile to the server with a superuser's name and password, and his code if he has a second factor; gives the
     *  server's new revision of it. */
    result<std::uint64_t> upload_profile(std::string_view admin_user, std::string_view admin_password, const upload &what,
                                         std::optional<std::string_view> admin_code = std::nullopt) const {
        const detail::argument admin("administrator", admin_user), proof("administrator's password", admin_password),
            his("administrator's code", admin_code);
        const detail::argument guid("profile", std::string_view(what.guid)), name_("name", std::string_view(what.name)),
            description("description", std::string_view(what.description));
        if (auto bad = detail::complaint(admin, proof, his, guid, name_, description)) return *std::move(bad);
        sbm_upload raw = {};
        raw.struct_size = static_cast<std::uint32_t>(sizeof raw);
        raw.version = what.version;
        raw.based_on = what.based_on;
        raw.guid = guid.get();
        raw.name = name_.get();
        raw.description = description.get();
        raw.body = what.body.data();
        raw.body_size = what.body.size();
        raw.schedule = what.schedule ? what.schedule->data() : nullptr;
        raw.schedule_size = what.schedule ? what.schedule->size() : 0;
        std::uint64_t revision = 0;
        detail::slot why;
        const sbm_status code =
            admin_code
                ? sbm_client_upload_profile_with_code(get(), admin.get(), proof.get(), his.get(), &raw, &revision, why.place())
                : sbm_client_upload_profile(get(), admin.get(), proof.get(), &raw, &revision, why.place());
        if (code != SBM_OK) return why.take(code);
        return revision;
    }

    /** Tests a server without a login. What fails in the test is a finding, not an error. */
    result<server_test> test_server(std::string_view connection_string) const {
        return test(connection_string, std::nullopt, std::nullopt);
    }

    /** Tests a server with user and password; where everything is right, it locks an open connection to them. */
    result<server_test> test_server(std::string_view connection_string, std::string_view user_name,
                                    std::string_view password) const {
        return test(connection_string, user_name, password);
    }

  private:
    result<server_test> test(std::string_view connection_string, std::optional<std::string_view> user_name,
                             std::optional<std::string_view> password) const {
        const detail::argument where("connection", connection_string), who("user", user_name), secret("password", password);
        if (auto bad = detail::complaint(where, who, secret)) return *std::move(bad);
        return detail::make<server_test, sbm_server_test>([&](sbm_server_test **out, sbm_error **why) {
            return sbm_client_test_server(get(), where.get(), who.get(), secret.get(), out, why);
        });
    }
};

} // namespace SBM_HPP_NAMESPACE
} // namespace sbm

#undef SBM_HPP_NAMESPACE

#endif /* SBM_HPP */
