/*
 * sbm.h: the library of SBM, which manages and monitors installations of backup programs.
 *
 * A host program opens one client, lets its user log in once, exchanges with the server now and then, asks before each act
 * whether its user may do it, applies the changes that the server wants, and reports each run:
 *
 *     sbm_config *config; sbm_client *client; sbm_effect effect; sbm_error *error;
 *     if (sbm_config_new(SBM_ABI, "/var/lib/minibackup/sbm", &config, &error) != SBM_OK) ...
 *     if (sbm_client_open(config, &client, &error) != SBM_OK) ...
 *     if (sbm_client_may(client, SBM_ACTION_CREATE, NULL, &effect, &error) != SBM_OK) ...
 *     if (effect == SBM_EFFECT_DENY) ...
 *
 * examples/minibackup.c is a whole backup program made this way.
 *
 * The rules of every function:
 *
 * Status     A function that can fail returns an sbm_status; SBM_OK is 0. Its last parameter is where it puts an sbm_error
 *            with the details, or NULL if you do not want them. There is no "last error" to ask for.
 *            Besides what a function names under "Errors": SBM_STATUS_NULL_ARGUMENT for a pointer that must be given,
 *            SBM_STATUS_NOT_UTF8 for a text, SBM_STATUS_BAD_HANDLE and SBM_STATUS_FORKED for a client, run or worker,
 *            SBM_STATUS_PANIC for a fault inside the library.
 * Outputs    A handle output and *error are set to NULL before anything else, so you may free them whatever happened; do not
 *            let them hold something that you still need. Other outputs are written on success only.
 * Ownership  What a function puts into `out` is yours; free it with the one function of its type, sbm_<type>_free(). NULL is
 *            fine there. What you pass in stays yours and is copied where it is needed longer. "Borrowed" texts and bytes
 *            belong to the handle they came from and are valid until that is freed. Nothing here is ever freed with free().
 * Texts      UTF-8, ended by NUL, in and out. Getters of texts never return NULL.
 * Enums      Come out as their type and go in as int32_t; a number that is none of them is SBM_STATUS_INVALID_ARGUMENT.
 * Records    Flat structs begin with struct_size: set the whole struct to zero, then struct_size to its sizeof. Fields are
 *            only ever added at the end.
 * Threads    sbm_client, sbm_run and sbm_worker: any number of threads at once. Everything else: one thread at a time, any
 *            thread. No thread is started but by sbm_client_start_worker(). Its callback comes from that thread alone; a clock
 *            and a log of your own are called by every thread that calls the library. After fork(), every call with a client,
 *            run, worker or change of the parent is SBM_STATUS_FORKED. A child may open clients of its own, on the same
 *            directory too, whatever the parent's threads were at. A library that is loaded by hand is loaded before the host
 *            registers a pthread_atfork() of its own that takes locks under which it calls this one. Nothing of this holds
 *            for a child of clone() or _Fork(), nor for SQLite in one of a fork() in a signal's handler.
 * Offline    "Offline: works" means without the server; the other calls say what they need. Calls that speak to the server
 *            block, at most as long as sbm_config_set_timeout_ms() says for each exchange; sbm_client_cancel() ends them:
 *            they are SBM_STATUS_CANCELLED, or say so in their summary where it is no error to be without the server.
 * Host       No signal is touched and nothing is printed. Floating-point traps may be on (Delphi): they are put off for the
 *            time of a call and on again behind it and in callbacks. A fault inside the library is SBM_STATUS_PANIC, never a crash.
 *
 * Windows: functions are cdecl; if you compile with /Gz or /Gr, declare __cdecl as the default around this header. The DLL
 * stays loaded once a client was opened. Define SBM_STATIC to link the static library.
 *
 * C99 or later, or C++11 or later. This file is generated from sbm-ffi/src.
 */


#ifndef SBM_H
#define SBM_H

#include <stddef.h>
#include <stdint.h>

#if !defined(SBM_API)
#if defined(_WIN32) && !defined(SBM_STATIC)
#define SBM_API __declspec(dllimport)
#else
#define SBM_API
#endif
#endif

#if defined(__cplusplus)
#define SBM_NOEXCEPT noexcept
#else
#define SBM_NOEXCEPT
#endif

/**
 * The numbers of sbm_status: the one error table of SBM. Numbers are never reused.
 */
enum {
    SBM_OK = 0, /**< nothing is wrong */
    SBM_STATUS_INVALID_ARGUMENT = 101, /**< an argument has a value that is not allowed */
    SBM_STATUS_NULL_ARGUMENT = 102, /**< a required pointer is null */
    SBM_STATUS_BAD_HANDLE = 103, /**< the handle is not open: it was freed or never came from this library */
    SBM_STATUS_NOT_UTF8 = 104, /**< a text is not valid UTF-8 */
    SBM_STATUS_PANIC = 105, /**< the library met a fault of its own and stopped this call */
    SBM_STATUS_FORKED = 106, /**< the handle was opened before a fork; open a new one in the child */
    SBM_STATUS_ABI_MISMATCH = 107, /**< the header is newer than the library */
    SBM_STATUS_TOO_MANY_HANDLES = 108, /**< too many handles are open at once */
    SBM_STATUS_INTERNAL = 109, /**< something inside SBM went wrong; the log names it */
    SBM_STATUS_NOT_FINISHED = 110, /**< the call does not fit the state of the object */
    SBM_STATUS_UNREACHABLE = 201, /**< the server cannot be reached */
    SBM_STATUS_TIMED_OUT = 202, /**< the server did not answer in time */
    SBM_STATUS_TLS_FAILED = 203, /**< no secure connection could be made */
    SBM_STATUS_UNTRUSTED_SERVER = 204, /**< the server's certificate is not the one that was confirmed */
    SBM_STATUS_ADDRESS_REFUSED = 205, /**< the server does not admit this address */
    SBM_STATUS_MALFORMED_ANSWER = 206, /**< the server's answer cannot be understood */
    SBM_STATUS_MALFORMED_REQUEST = 207, /**< the request cannot be understood */
    SBM_STATUS_TOO_LARGE = 208, /**< more bytes than the limit allows */
    SBM_STATUS_BUSY = 209, /**< too much is being asked for at the moment */
    SBM_STATUS_CAPABILITY_MISSING = 210, /**< the server does not offer what this needs */
    SBM_STATUS_NO_SUCH_ROUTE = 211, /**< there is nothing at this address */
    SBM_STATUS_FORWARDING_REFUSED = 212, /**< a forwarding header came from an address that is not a configured proxy */
    SBM_STATUS_HOST_REFUSED = 213, /**< the host name asked for is not one of this server's */
    SBM_STATUS_BAD_CONNECTION_STRING = 214, /**< the connection string is not of the form sbm://host:port#ca-sha256=… */
    SBM_STATUS_CANCELLED = 215, /**< the call was ended by its caller before it was done */
    SBM_STATUS_SERVER_BEHIND = 216, /**< the server has lost touch with the other servers and answers again by itself */
    SBM_STATUS_WRONG_CREDENTIALS = 301, /**< the user name or the password is wrong */
    SBM_STATUS_TOKEN_REFUSED = 302, /**< the token is unknown, expired or revoked */
    SBM_STATUS_WRONG_AUDIENCE = 303, /**< the token is meant for another kind of use */
    SBM_STATUS_USER_DISABLED = 304, /**< the user is disabled */
    SBM_STATUS_DEVICE_REMOVED = 305, /**< the device was removed from the server */
    SBM_STATUS_SETUP_CODE_WRONG = 306, /**< the setup code is wrong or used up */
    SBM_STATUS_NOT_CLAIMED = 307, /**< the server has not been set up yet */
    SBM_STATUS_ALREADY_CLAIMED = 308, /**< the server has been set up already */
    SBM_STATUS_PASSWORD_TOO_SHORT = 309, /**< the password is shorter than twelve characters */
    SBM_STATUS_PASSWORD_TOO_COMMON = 310, /**< the password is among the most common ones */
    SBM_STATUS_NOT_LOGGED_IN = 311, /**< nobody is logged in here */
    SBM_STATUS_THROTTLED = 312, /**< too many attempts; wait before the next one */
    SBM_STATUS_PASSWORD_TOO_LONG = 313, /**< the password is longer than 1,024 bytes */
    SBM_STATUS_CONNECTION_LOCKED = 314, /**< the connection to the server is locked; an administrator of that server can change it */
    SBM_STATUS_ENROLMENT_REFUSED = 315, /**< the enrolment code is wrong, used up, expired or revoked; ask for a new one */
    SBM_STATUS_SECOND_FACTOR_WRONG = 316, /**< the code of the second factor is wrong or was used before */
    SBM_STATUS_OTHER_MACHINE = 317, /**< the backup account is in use on another machine, and it is for one */
    SBM_STATUS_CODE_NOT_SENT = 318, /**< the code could not be sent */
    SBM_STATUS_DENIED_ADDRESS = 401, /**< the address is not on the allowlist */
    SBM_STATUS_DENIED_AUTHENTICATION = 402, /**< nobody is logged in */
    SBM_STATUS_DENIED_SECOND_FACTOR = 403, /**< the second factor is missing */
    SBM_STATUS_DENIED_ACCOUNT_DISABLED = 404, /**< the account is disabled */
    SBM_STATUS_DENIED_ACCOUNT_SUPERVISOR = 405, /**< the account supervises others and makes no backups */
    SBM_STATUS_DENIED_ACCOUNT_DELETION = 406, /**< the account is about to be deleted */
    SBM_STATUS_DENIED_ROLE = 407, /**< no role of the user allows this on the server */
    SBM_STATUS_DENIED_MODULE = 408, /**< the account's level does not have this module */
    SBM_STATUS_DENIED_NO_SECURITY_PROFILE = 409, /**< the user has no security profile, hence no rights */
    SBM_STATUS_DENIED_RIGHT = 410, /**< the user's security profile does not have this right */
    SBM_STATUS_DENIED_ENTITLEMENT = 411, /**< the user shares no group with the profile */
    SBM_STATUS_DENIED_QUOTA = 412, /**< there is no room left for new data */
    SBM_STATUS_DENIED_JOB_DISABLED = 413, /**< the job is disabled */
    SBM_STATUS_DENIED_SCHEDULE = 414, /**< the schedule does not allow a run now */
    SBM_STATUS_DENIED_BANDWIDTH = 415, /**< the connection is slower than the job requires */
    SBM_STATUS_DENIED_FLOOR = 416, /**< there is no trustworthy permission; while the cache can be read, scheduled runs of known managed profiles and restores go on, and without a readable one nothing does before the next login or contact with the server */
    SBM_STATUS_DENIED_OFFLINE_AGE = 417, /**< the last contact with the server is longer ago than it allows */
    SBM_STATUS_DENIED_MARKED_FOR_DELETION = 418, /**< the profile is marked for deletion */
    SBM_STATUS_DENIED_TOKEN = 419, /**< the token is limited, and this is beyond its limit */
    SBM_STATUS_NOT_FOUND = 501, /**< there is no such object */
    SBM_STATUS_NAME_TAKEN = 502, /**< the name is taken */
    SBM_STATUS_STALE = 503, /**< the object was changed by somebody else in the meantime */
    SBM_STATUS_IN_USE = 504, /**< the object is still in use */
    SBM_STATUS_BUILT_IN = 505, /**< a built-in object cannot be changed or removed */
    SBM_STATUS_LAST_SUPERUSER = 506, /**< the last superuser, and oneself, cannot be deleted, disabled or demoted */
    SBM_STATUS_CONFIRMATION_NEEDED = 507, /**< this cuts off whoever asks; it must be confirmed */
    SBM_STATUS_INVALID_NAME = 508, /**< a name or description is empty, too long or has characters that are not allowed */
    SBM_STATUS_INVALID_PATTERN = 509, /**< the allowlist entry is not a pattern */
    SBM_STATUS_INVALID_GUID = 510, /**< the GUID is not 32 hexadecimal digits */
    SBM_STATUS_INVALID_RECORD = 511, /**< a history record breaks the rules and was set aside */
    SBM_STATUS_NOTHING_TO_CHANGE = 512, /**< nothing would change */
    SBM_STATUS_TOO_MANY = 513, /**< there are as many of these as the server allows */
    SBM_STATUS_INVALID_ACCOUNT = 514, /**< the account name is not parts joined by > */
    SBM_STATUS_NUMBER_AHEAD = 515, /**< the client has seen a state that the server does not know; its head is needed as proof */
    SBM_STATUS_CONFLICTING_RUN = 516, /**< the same run id came before with other content */
    SBM_STATUS_PRECONDITION_FAILED = 517, /**< the object is not at the state that the request was made for */
    SBM_STATUS_INVALID_QUERY = 518, /**< a list cannot be filtered, sorted or continued like that */
    SBM_STATUS_HEAD_UNSIGNED = 601, /**< the permission document came without a signature */
    SBM_STATUS_HEAD_SIGNATURE_STRIPPED = 602, /**< the signature of the permission document is empty or cut off */
    SBM_STATUS_HEAD_WRONG_KEY = 603, /**< the permission document is signed with a key that is not the server's */
    SBM_STATUS_HEAD_SIGNATURE_INVALID = 604, /**< the permission document is not what was signed */
    SBM_STATUS_HEAD_OTHER_DEVICE = 605, /**< the permission document is for another device or user */
    SBM_STATUS_HEAD_OLDER = 606, /**< the permission document is older than one seen before */
    SBM_STATUS_HEAD_CONFLICT = 607, /**< the permission document has a number seen before with other content */
    SBM_STATUS_TOMBSTONE_REPLAYED = 608, /**< a profile's entry in the list is older than one seen before */
    SBM_STATUS_EPOCH_JUMP = 609, /**< the permission document claims an epoch that no key document proves */
    SBM_STATUS_LIST_MISMATCH = 610, /**< the list of profiles is not the one that the permission document names */
    SBM_STATUS_BODY_MISMATCH = 611, /**< the profile's content is not the one that the list names */
    SBM_STATUS_DOCUMENT_TOO_LARGE = 612, /**< a signed document or list is larger than its limit */
    SBM_STATUS_DOCUMENT_TRUNCATED = 613, /**< a document ends too early */
    SBM_STATUS_DOCUMENT_MALFORMED = 614, /**< a document is not of its form */
    SBM_STATUS_UNKNOWN_CRITICAL_FEATURE = 615, /**< the server asks for something that this version does not know; update this program */
    SBM_STATUS_KEYS_INVALID = 616, /**< the key document is not signed by the server's root key */
    SBM_STATUS_KEYS_OLDER = 617, /**< the key document is older than one seen before */
    SBM_STATUS_CACHE_OTHER_MACHINE = 618, /**< the cache was made on another machine */
    SBM_STATUS_CACHE_DAMAGED = 619, /**< the cache cannot be read or was changed by something else */
    SBM_STATUS_CACHE_MISSING = 620, /**< this installation is managed, but its cache is missing */
    SBM_STATUS_CACHE_ROLLED_BACK = 621, /**< the cache is older than one this machine has had */
    SBM_STATUS_CACHE_NEWER = 622, /**< the cache was written by a newer version of this program */
    SBM_STATUS_CACHE_BUSY = 623, /**< another process is using the cache */
    SBM_STATUS_OUTBOX_FULL = 624, /**< there is no room to keep more history until the server was reached */
    SBM_STATUS_CACHE_UNWRITABLE = 625, /**< the cache cannot be written */
    SBM_STATUS_STORE_UNAVAILABLE = 701, /**< the database cannot be used at the moment */
    SBM_STATUS_STORE_DAMAGED = 702, /**< the database is damaged */
    SBM_STATUS_STORE_NEWER = 703, /**< the database was written by a newer version of this program */
    SBM_STATUS_STORE_LOCKED = 704, /**< another server uses this data directory */
    SBM_STATUS_DISK_FULL = 705, /**< the disk is full */
    SBM_STATUS_AUDIT_BROKEN = 706, /**< the audit log was changed by something else */
    SBM_STATUS_EXPORT_INVALID = 707, /**< the export is damaged, or none of this program's */
    SBM_STATUS_STORE_NOT_EMPTY = 708, /**< the database that is to be filled is not empty */
    SBM_STATUS_STORE_MOVED = 709, /**< the database was moved to another place, or is being moved */
    SBM_STATUS_BACKUP_INVALID = 710, /**< the backup is damaged, or none of this program's */
    SBM_STATUS_CONFIG_UNREADABLE = 801, /**< the configuration cannot be read */
    SBM_STATUS_CONFIG_UNKNOWN_KEY = 802, /**< the configuration has a setting that does not exist */
    SBM_STATUS_CONFIG_INVALID = 803, /**< a setting has a value that is not allowed */
    SBM_STATUS_CERTIFICATE_INVALID = 804 /**< the configured certificate or its key cannot be used */
};


/**
 * The version of this header. Hand it to sbm_config_new(), which refuses a header that is newer than the library.
 * Since 0.1.
 */
#define SBM_ABI 4

/**
 * How much a message of the log matters. Greater is more talkative. Since 0.1, SBM_ABI 3.
 */
enum sbm_log_level
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Something failed that somebody must see to.
     */
    SBM_LOG_LEVEL_ERROR = 1,
    /**
     * Something is not as it should be, and work goes on.
     */
    SBM_LOG_LEVEL_WARNING = 2,
    /**
     * What the library did.
     */
    SBM_LOG_LEVEL_INFO = 3,
    /**
     * Each request and connection besides.
     */
    SBM_LOG_LEVEL_DEBUG = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum sbm_log_level sbm_log_level;
#else
typedef int32_t sbm_log_level;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How this installation stands to its server. Since 0.1.
 */
enum sbm_state
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Never connected to a server: the host program decides everything.
     */
    SBM_STATE_UNMANAGED = 1,
    /**
     * The server answered at the last contact.
     */
    SBM_STATE_ONLINE = 2,
    /**
     * The server could not be reached, or was not asked since the client was opened; what it said last holds.
     */
    SBM_STATE_OFFLINE = 3,
    /**
     * The server refused this installation or its user; little is allowed until it accepts them again.
     */
    SBM_STATE_REFUSED = 4,
    /**
     * There is no permission document that can be trusted; little is allowed until the server was reached.
     */
    SBM_STATE_FLOOR = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum sbm_state sbm_state;
#else
typedef int32_t sbm_state;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a decision comes to. Since 0.1.
 */
enum sbm_effect
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Go on.
     */
    SBM_EFFECT_ALLOW = 1,
    /**
     * Do not do it, and tell the user why: sbm_client_explain().
     */
    SBM_EFFECT_DENY = 2,
    /**
     * This installation was never connected to a server: SBM has no say, the host program decides.
     */
    SBM_EFFECT_UNMANAGED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum sbm_effect sbm_effect;
#else
typedef int32_t sbm_effect;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What became of an enrolment. Since 0.1, SBM_ABI 4.
 */
enum sbm_enrolment
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * This installation is a device, and has its permissions.
     */
    SBM_ENROLMENT_ENROLLED = 1,
    /**
     * A person has yet to let it in. Ask again after a while, with the same code.
     */
    SBM_ENROLMENT_WAITING = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum sbm_enrolment sbm_enrolment;
#else
typedef int32_t sbm_enrolment;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Where a decision was taken, in the order in which the gates are asked. Since 0.1.
 */
enum sbm_gate
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * No gate refused.
     */
    SBM_GATE_NONE = -1,
    /**
     * Is there a permission document that can be trusted?
     */
    SBM_GATE_FLOOR = 0,
    /**
     * Is the address on the allowlist?
     */
    SBM_GATE_NETWORK = 1,
    /**
     * Is somebody logged in?
     */
    SBM_GATE_AUTHENTICATION = 2,
    /**
     * Was the second factor given?
     */
    SBM_GATE_SECOND_FACTOR = 3,
    /**
     * Does the account's state allow it?
     */
    SBM_GATE_ACCOUNT_STATE = 4,
    /**
     * Does a role allow it on the server?
     */
    SBM_GATE_ROLE = 5,
    /**
     * Does the account's level have the module?
     */
    SBM_GATE_MODULE = 6,
    /**
     * Does the security profile have the right?
     */
    SBM_GATE_RIGHT = 7,
    /**
     * Do the user and the managed profile share a group?
     */
    SBM_GATE_ENTITLEMENT = 8,
    /**
     * Is there room for new data?
     */
    SBM_GATE_QUOTA = 9,
    /**
     * Do the job, its schedule and the bandwidth allow a run now?
     */
    SBM_GATE_JOB = 10,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum sbm_gate sbm_gate;
#else
typedef int32_t sbm_gate;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a worker has to say. Since 0.1, SBM_ABI 2.
 */
enum sbm_notice
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Another process, or the server, changed something: rights, standing, the list or the queue. Look again.
     */
    SBM_NOTICE_CHANGED = 1,
    /**
     * A check was made: why is SBM_OK, or why the server did not answer or refused.
     */
    SBM_NOTICE_SYNCED = 2,
    /**
     * A check could not be made: why tells what is wrong with the cache.
     */
    SBM_NOTICE_FAILED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum sbm_notice sbm_notice;
#else
typedef int32_t sbm_notice;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How a setting is handed down. Since 0.1, SBM_ABI 4.
 */
enum sbm_setting_mode
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * No policy has it: the host program decides.
     */
    SBM_SETTING_MODE_NONE = 0,
    /**
     * It counts, whatever the host program has of its own.
     */
    SBM_SETTING_MODE_FORCED = 1,
    /**
     * It counts where the host program has none of its own.
     */
    SBM_SETTING_MODE_DEFAULT = 2,
    /**
     * It is left to the host program.
     */
    SBM_SETTING_MODE_LOCAL = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum sbm_setting_mode sbm_setting_mode;
#else
typedef int32_t sbm_setting_mode;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What the host is to do with a managed profile. Since 0.1.
 */
enum sbm_delivery
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Nothing: there is no change.
     */
    SBM_DELIVERY_NONE = 0,
    /**
     * Take the profile over. A local profile of the same name keeps its data under another name.
     */
    SBM_DELIVERY_INSTALL = 1,
    /**
     * Replace the managed copy. Without a schedule the host's own stays as it is.
     */
    SBM_DELIVERY_UPDATE = 2,
    /**
     * Remove the managed copy; never the user's files.
     */
    SBM_DELIVERY_REMOVE = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum sbm_delivery sbm_delivery;
#else
typedef int32_t sbm_delivery;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How one question of a server test was answered. Since 0.1.
 */
enum sbm_check
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * It could not be asked: an earlier one failed, or no user was given.
     */
    SBM_CHECK_NOT_TRIED = 0,
    /**
     * It is as it should be.
     */
    SBM_CHECK_PASSED = 1,
    /**
     * It is not; the report says why.
     */
    SBM_CHECK_FAILED = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum sbm_check sbm_check;
#else
typedef int32_t sbm_check;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a host program asks about. Given to functions as int32_t. Since 0.1.
 */
enum sbm_action
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Create a profile.
     */
    SBM_ACTION_CREATE = 1,
    /**
     * Delete a profile.
     */
    SBM_ACTION_DELETE = 2,
    /**
     * Modify a profile.
     */
    SBM_ACTION_MODIFY = 3,
    /**
     * Export a profile.
     */
    SBM_ACTION_EXPORT = 4,
    /**
     * Import a profile.
     */
    SBM_ACTION_IMPORT = 5,
    /**
     * Rename a profile.
     */
    SBM_ACTION_RENAME = 6,
    /**
     * Modify the program's global settings.
     */
    SBM_ACTION_MODIFY_GLOBAL_SETTINGS = 7,
    /**
     * Modify the program's own login settings.
     */
    SBM_ACTION_MODIFY_LOGIN_SETTINGS = 8,
    /**
     * Run a profile by hand.
     */
    SBM_ACTION_RUN_MANUALLY = 9,
    /**
     * Run a profile to restore.
     */
    SBM_ACTION_RESTORE = 10,
    /**
     * Run a profile by its schedule. It needs no right.
     */
    SBM_ACTION_RUN_SCHEDULED = 11,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum sbm_action sbm_action;
#else
typedef int32_t sbm_action;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How the code of a second factor can be sent. Since 0.1, SBM_ABI 4.
 */
enum sbm_channel
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * By mail.
     */
    SBM_CHANNEL_EMAIL = 1,
    /**
     * By a short message to a phone.
     */
    SBM_CHANNEL_SMS = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum sbm_channel sbm_channel;
#else
typedef int32_t sbm_channel;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What kind of profile runs. Since 0.1.
 */
enum sbm_profile_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * A backup.
     */
    SBM_PROFILE_KIND_BACKUP = 1,
    /**
     * Both sides become alike.
     */
    SBM_PROFILE_KIND_SYNCHRONIZE = 2,
    /**
     * The destination becomes like the source.
     */
    SBM_PROFILE_KIND_MIRROR = 3,
    /**
     * Something else; kind_text says what, and must.
     */
    SBM_PROFILE_KIND_OTHER = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum sbm_profile_kind sbm_profile_kind;
#else
typedef int32_t sbm_profile_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How a run ended. Since 0.1.
 */
enum sbm_result
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Everything was done.
     */
    SBM_RESULT_SUCCESS = 1,
    /**
     * It was done, with something to look at.
     */
    SBM_RESULT_WARNING = 2,
    /**
     * It was not done.
     */
    SBM_RESULT_FAILURE = 3,
    /**
     * Somebody stopped it.
     */
    SBM_RESULT_ABORTED = 4,
    /**
     * It was not begun, on purpose.
     */
    SBM_RESULT_SKIPPED = 5,
    /**
     * The host program died meanwhile. SBM alone says so; sbm_run_finish() refuses it.
     */
    SBM_RESULT_INTERRUPTED = 6,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum sbm_result sbm_result;
#else
typedef int32_t sbm_result;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What began a run. Since 0.1.
 */
enum sbm_trigger
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * A person.
     */
    SBM_TRIGGER_MANUAL = 1,
    /**
     * The schedule.
     */
    SBM_TRIGGER_SCHEDULE = 2,
    /**
     * A group run of the host program.
     */
    SBM_TRIGGER_GROUP = 3,
    /**
     * A person, to restore; sbm_run_start's restore is 1 then.
     */
    SBM_TRIGGER_RESTORE = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum sbm_trigger sbm_trigger;
#else
typedef int32_t sbm_trigger;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How the host program is to look, as the nearest account above says that says anything.
 *
 * Threads: one at a time; it may move between threads. Since 0.1, SBM_ABI 4.
 */
typedef struct sbm_branding sbm_branding;

/**
 * Bytes of their own: the content of a profile. SBM never looks into them.
 *
 * Threads: one at a time; it may move between threads. Since 0.1.
 */
typedef struct sbm_bytes sbm_bytes;

/**
 * One thing to do. Do it, then answer with sbm_change_done() or sbm_change_failed(). Freed without an answer, or after a
 * crash, it is delivered again.
 *
 * Threads: one at a time; it may move between threads. Since 0.1.
 */
typedef struct sbm_change sbm_change;

/**
 * One installation of the host program, as one user uses it. Open it once and keep it.
 *
 * A pointer to it is a number, not an address: using it after sbm_client_free(), freeing it twice, or passing something
 * else is SBM_STATUS_BAD_HANDLE.
 *
 * Threads: any number at once. A call that is running while another thread frees the client ends normally. After fork()
 * every call in the child answers SBM_STATUS_FORKED; the child opens a client of its own. Since 0.1.
 */
typedef struct sbm_client sbm_client;

/**
 * How a client is to be opened. It may be freed, changed or used again once a client was opened with it.
 *
 * Threads: one at a time; it may move between threads. Since 0.1.
 */
typedef struct sbm_config sbm_config;

/**
 * A decision with its reasons.
 *
 * Threads: one at a time; it may move between threads. Since 0.1.
 */
typedef struct sbm_decision sbm_decision;

/**
 * Why a call failed: its status again, a sentence for a person, and when to try again. A call that fails puts one into
 * `*error` if `error` is not NULL; a call that succeeds sets `*error` to NULL. Free it before you reuse the variable.
 *
 * Threads: one at a time; it may move between threads. Since 0.1.
 */
typedef struct sbm_error sbm_error;

/**
 * The managed profiles as they were when the list was made.
 *
 * Threads: one at a time; it may move between threads. Since 0.1.
 */
typedef struct sbm_profile_list sbm_profile_list;

/**
 * A silent roll-out: the settings of the management connection, from arguments, from the environment and from a file. It
 * counts only while nothing is locked. What is said first wins: set what the command line says, then add the environment,
 * then the file.
 *
 * Threads: one at a time; it may move between threads. Since 0.1, SBM_ABI 2.
 */
typedef struct sbm_rollout sbm_rollout;

/**
 * One execution of a profile that has begun. A pointer to it is a number, not an address: using it after sbm_run_free(), or
 * freeing it twice, is SBM_STATUS_BAD_HANDLE.
 *
 * Threads: any number at once; one of them finishes it. Since 0.1.
 */
typedef struct sbm_run sbm_run;

/**
 * What a server test found.
 *
 * Threads: one at a time; it may move between threads. Since 0.1.
 */
typedef struct sbm_server_test sbm_server_test;

/**
 * A text of its own.
 *
 * Threads: one at a time; it may move between threads. Since 0.1.
 */
typedef struct sbm_text sbm_text;

/**
 * A thread that keeps a client up to date. A pointer to it is a number, not an address: using it after sbm_worker_free(),
 * or freeing it twice, is SBM_STATUS_BAD_HANDLE.
 *
 * Threads: any number at once. Since 0.1, SBM_ABI 2.
 */
typedef struct sbm_worker sbm_worker;

/**
 * What a call came to: SBM_OK, or one of SBM_STATUS_*. Numbers are never reused. A later library may answer with numbers
 * that this header does not name; sbm_status_text() knows them. Since 0.1.
 */
typedef int32_t sbm_status;

/**
 * Tells the time: milliseconds since 1970-01-01 00:00 UTC.
 *
 * Threads: called on every thread that calls the library, and on the worker's, several at once. It must be quick, as
 * sbm_client_may() may ask it, must not call the library, and must return: not throw, not longjmp. The floating-point state
 * is the one of the thread that set it.
 *
 * A clock that goes back widens nothing and holds nothing up: what was once seen counts on, and an exchange that is due
 * goes on being made. A clock that is wrong by days makes the server's certificate no less valid, which is checked by the
 * computer's own clock.
 *
 * user_data: what was given with the callback. It cannot fail. Since 0.1, SBM_ABI 3.
 */
typedef int64_t (*sbm_clock_callback)(void *user_data);

/**
 * Called once when the library is done with user_data, by whichever thread that is, and under no lock. It must return: not
 * throw, not longjmp.
 *
 * user_data: what was given with the callback. It cannot fail. Since 0.1.
 */
typedef void (*sbm_destroy)(void *user_data);

/**
 * Takes a message of the library for the host's log.
 *
 * Threads: called on the thread of the call that it tells of, when that call is as good as over, or on the worker's; several
 * at once; under no lock of the library. It may call the library; what such a call does is not logged. It must return: not
 * throw, not longjmp. The floating-point state is the one of the thread that set it.
 *
 * user_data: what was given with the callback. level: one of SBM_LOG_LEVEL_*, never above the one that was set; a later library
 * may have more of them. message: one sentence, lower case, UTF-8, without a line break; never a password, a token or the content of a profile.
 * Borrowed: valid until the callback returns. It cannot fail. Since 0.1, SBM_ABI 3.
 */
typedef void (*sbm_log_callback)(void *user_data, sbm_log_level level, const char *message);

/**
 * What one exchange with the server came to. Set struct_size to sizeof(sbm_sync_summary) before the call. Since 0.1.
 */
typedef struct sbm_sync_summary {
    /**
     * sizeof(sbm_sync_summary), set by the caller.
     */
    uint32_t struct_size;
    /**
     * 1 if the server answered, else 0: work goes on under what it said last.
     */
    int32_t online;
    /**
     * Why it did not answer, or refused; SBM_OK if all is well.
     */
    sbm_status why;
    /**
     * How many changes wait for sbm_client_next_change().
     */
    uint32_t changes_waiting;
    /**
     * How many runs the server has acknowledged in this exchange.
     */
    uint32_t runs_sent;
    /**
     * 1 if the rights or the list of profiles changed, else 0.
     */
    int32_t permissions_changed;
    /**
     * How many runs still wait for the server.
     */
    uint32_t runs_waiting;
    /**
     * 1 if the server was asked, else 0: it was not due.
     */
    int32_t tried;
} sbm_sync_summary;

/**
 * Called by a worker, on its thread and under no lock. It only says "look": wake your own thread and let it call
 * sbm_client_next_change() and sbm_client_state(); calling them from here is allowed as well. It must return: not throw,
 * not longjmp. The floating-point state is the one of the thread that started the worker.
 *
 * user_data: what was given with the callback. notice: one of SBM_NOTICE_*; a later library may have more of them. why: see
 * there. It cannot fail. Since 0.1, SBM_ABI 2.
 */
typedef void (*sbm_worker_callback)(void *user_data, sbm_notice notice, sbm_status why);

/**
 * What is known when a run begins. Set all of it to zero, then struct_size, kind, trigger and profile_name at least. Times
 * are milliseconds since 1970-01-01 UTC. A text that is too long is cut at a character, never refused. Since 0.1.
 */
typedef struct sbm_run_start {
    /**
     * sizeof(sbm_run_start).
     */
    uint32_t struct_size;
    /**
     * One of SBM_PROFILE_KIND_*.
     */
    int32_t kind;
    /**
     * One of SBM_TRIGGER_*.
     */
    int32_t trigger;
    /**
     * 1 if it restores, else 0. With SBM_TRIGGER_RESTORE it must be 1; with another trigger 1 counts as well.
     */
    int32_t restore;
    /**
     * When the host's thread started; 0: now.
     */
    int64_t thread_start_ms;
    /**
     * When the profile started; 0: now.
     */
    int64_t profile_start_ms;
    /**
     * When the group run it is part of started; 0: it is not part of one.
     */
    int64_t group_start_ms;
    /**
     * The version of the profile, as the host counts it.
     */
    int64_t version;
    /**
     * The name of the profile; cut at 256 bytes. "" only beside a profile_guid.
     */
    const char *profile_name;
    /**
     * The GUID of a managed profile; NULL for a local one.
     */
    const char *profile_guid;
    /**
     * What kind it is, for SBM_PROFILE_KIND_OTHER; else NULL. Cut at 256 bytes.
     */
    const char *kind_text;
    /**
     * The operating system's user; NULL: the one as whom this process acts. Cut at 256 bytes.
     */
    const char *os_user;
    /**
     * How many minutes local time is ahead of UTC, from -1080 to 1080 (18 hours).
     */
    int32_t utc_offset_minutes;
    /**
     * Zero.
     */
    int32_t reserved;
} sbm_run_start;

/**
 * What is known when a run has ended. Set all of it to zero, then struct_size, result and what you know. Since 0.1.
 */
typedef struct sbm_run_end {
    /**
     * sizeof(sbm_run_end).
     */
    uint32_t struct_size;
    /**
     * One of SBM_RESULT_*, but not SBM_RESULT_INTERRUPTED.
     */
    int32_t result;
    /**
     * When it ended, in milliseconds since 1970-01-01 UTC; 0: now.
     */
    int64_t end_ms;
    /**
     * Files copied.
     */
    uint64_t files_copied;
    /**
     * Files deleted.
     */
    uint64_t files_deleted;
    /**
     * Files that failed.
     */
    uint64_t files_failed;
    /**
     * Bytes copied.
     */
    uint64_t bytes_copied;
    /**
     * Bytes deleted.
     */
    uint64_t bytes_deleted;
    /**
     * Bytes of the files that failed.
     */
    uint64_t bytes_failed;
    /**
     * Bytes that the destination holds now; -1 if you do not know.
     */
    int64_t bytes_stored;
    /**
     * What went wrong, in the host's words; NULL: nothing. Cut at 4096 bytes.
     */
    const char *error_text;
    /**
     * NULL.
     */
    const char *reserved;
} sbm_run_end;

/**
 * A profile to upload. Set all of it to zero, then what you know. Since 0.1.
 */
typedef struct sbm_upload {
    /**
     * sizeof(sbm_upload).
     */
    uint32_t struct_size;
    /**
     * Zero.
     */
    int32_t reserved;
    /**
     * The version, as the host counts it.
     */
    int64_t version;
    /**
     * The server's revision that the host had when the profile was changed; 0 for a new one.
     */
    uint64_t based_on;
    /**
     * The GUID that the host made for this profile, in any spelling. A known one is replaced.
     */
    const char *guid;
    /**
     * The profile's name.
     */
    const char *name;
    /**
     * What is to be said of it; it must not be empty.
     */
    const char *description;
    /**
     * NULL.
     */
    const char *reserved_text;
    /**
     * The content, which only the host understands: at most 4 MiB.
     */
    const uint8_t *body;
    /**
     * How many bytes the content has.
     */
    size_t body_size;
    /**
     * The schedule, which only the host understands: at most 4 MiB; NULL if there is none.
     */
    const uint8_t *schedule;
    /**
     * How many bytes the schedule has.
     */
    size_t schedule_size;
} sbm_upload;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The library's version, such as "0.1.0". Never NULL; valid for ever. Any thread. It cannot fail. Since 0.1.
 */
SBM_API const char *sbm_version(void) SBM_NOEXCEPT;

/**
 * The newest header that the library fits: at least the SBM_ABI it was built with. Any thread. It cannot fail. Since 0.1.
 */
SBM_API
uint32_t sbm_abi_version(void)
SBM_NOEXCEPT;

/**
 * The stable name of a status, such as "denied_right": lower case, for logs and scripts. "unknown" for a number that is no
 * status. Never NULL; valid for ever. Any thread. It cannot fail. Since 0.1.
 */
SBM_API
const char *sbm_status_name(sbm_status status)
SBM_NOEXCEPT;

/**
 * What a status means in general: one sentence, lower case. The message of an error says more. Never NULL; valid for ever.
 * Any thread. It cannot fail. Since 0.1.
 */
SBM_API
const char *sbm_status_text(sbm_status status)
SBM_NOEXCEPT;

/**
 * 1 if the same call may succeed later without anybody changing anything, else 0. Any thread. status: any number. It cannot
 * fail. Since 0.1.
 */
SBM_API
int32_t sbm_status_is_retryable(sbm_status status)
SBM_NOEXCEPT;

/**
 * The status of an error: what the call returned. SBM_OK for NULL. It cannot fail. Since 0.1.
 */
SBM_API sbm_status sbm_error_status(const struct sbm_error *error) SBM_NOEXCEPT;

/**
 * What went wrong: one sentence, lower case, UTF-8, with the value that was wrong and what to do next; never a password or
 * other secret. Borrowed: valid until the error is freed. Never NULL; "" for a NULL error. It cannot fail. Since 0.1.
 */
SBM_API
const char *sbm_error_message(const struct sbm_error *error)
SBM_NOEXCEPT;

/**
 * After how many milliseconds the same call is worth another attempt, where the server said so; -1 where nobody did. It
 * cannot fail. Since 0.1.
 */
SBM_API int64_t sbm_error_retry_after_ms(const struct sbm_error *error) SBM_NOEXCEPT;

/**
 * Where sbm_client_send_login_code() would send a code to by a channel, so much of it that its owner knows it; "" if it sends none
 * that way. It says something of a login that failed with SBM_STATUS_DENIED_SECOND_FACTOR. channel: one of SBM_CHANNEL_*.
 * Borrowed: valid until the error is freed. Never NULL; "" for a NULL error. It cannot fail. Since 0.1, SBM_ABI 4.
 */
SBM_API
const char *sbm_error_code_address(const struct sbm_error *error,
                                   int32_t channel)
SBM_NOEXCEPT;

/**
 * Frees an error and its message. NULL is fine. It cannot fail. Since 0.1.
 */
SBM_API void sbm_error_free(struct sbm_error *error) SBM_NOEXCEPT;

/**
 * The text, UTF-8, ended by NUL. Borrowed: valid until the text is freed. Never NULL; "" for a NULL text. It cannot fail.
 * Since 0.1.
 */
SBM_API
const char *sbm_text_data(const struct sbm_text *text)
SBM_NOEXCEPT;

/**
 * Frees a text. NULL is fine. It cannot fail. Since 0.1.
 */
SBM_API void sbm_text_free(struct sbm_text *text) SBM_NOEXCEPT;

/**
 * The first byte. Borrowed: valid until the bytes are freed. NULL if there are none. It cannot fail. Since 0.1.
 */
SBM_API const uint8_t *sbm_bytes_data(const struct sbm_bytes *bytes) SBM_NOEXCEPT;

/**
 * How many bytes there are; 0 for NULL. It cannot fail. Since 0.1.
 */
SBM_API size_t sbm_bytes_size(const struct sbm_bytes *bytes) SBM_NOEXCEPT;

/**
 * Frees bytes. NULL is fine. It cannot fail. Since 0.1.
 */
SBM_API void sbm_bytes_free(struct sbm_bytes *bytes) SBM_NOEXCEPT;

/**
 * Makes a configuration.
 *
 * abi: SBM_ABI, always. directory: where the client keeps its cache, UTF-8; it is made when the client is opened, and
 * readable by its owner alone. One directory belongs to one user of one installation; several processes may share it.
 * out: the configuration; free it with sbm_config_free().
 *
 * Errors: SBM_STATUS_ABI_MISMATCH if the header is newer than the library, SBM_STATUS_INVALID_ARGUMENT for an empty
 * directory. Since 0.1.
 */
SBM_API
sbm_status sbm_config_new(uint32_t abi,
                          const char *directory,
                          struct sbm_config **out,
                          struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Says what the host program is and which version, such as "MiniBackup 1.0"; the server shows it. Errors:
 * SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_NOT_UTF8. Since 0.1.
 */
SBM_API
sbm_status sbm_config_set_program(struct sbm_config *config,
                                  const char *program,
                                  struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Says how long one exchange with the server may take, in milliseconds from 1 to 3,600,000; 30 seconds if you say nothing.
 * It bounds every call that speaks to the server. timeout_ms: that time. Errors: SBM_STATUS_INVALID_ARGUMENT. Since 0.1.
 */
SBM_API
sbm_status sbm_config_set_timeout_ms(struct sbm_config *config,
                                     int32_t timeout_ms,
                                     struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Says how long it may take until there is a connection to the server, in milliseconds from 1 to 3,600,000 and never longer
 * than the whole exchange; 10 seconds if you say nothing. timeout_ms: that time. Errors: SBM_STATUS_INVALID_ARGUMENT.
 * Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_config_set_connect_timeout_ms(struct sbm_config *config,
                                             int32_t timeout_ms,
                                             struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Says how long it may take from there until the connection is secure, in the same way; 10 seconds if you say nothing.
 * timeout_ms: that time. Errors: SBM_STATUS_INVALID_ARGUMENT. Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_config_set_handshake_timeout_ms(struct sbm_config *config,
                                               int32_t timeout_ms,
                                               struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Says with 1 that a connection string without a fingerprint may be used: the roots that the operating system trusts vouch
 * for the server then. 0 is the default: it is refused, and nobody is trusted on first use. yes: 0 or 1. Errors:
 * SBM_STATUS_INVALID_ARGUMENT for any other number. Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_config_set_system_roots(struct sbm_config *config,
                                       int32_t yes,
                                       struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Takes from a roll-out what must be known before a client is opened: whether this installation is managed even before its
 * first login. rollout: stays yours. Errors: SBM_STATUS_NULL_ARGUMENT. Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_config_set_rollout(struct sbm_config *config,
                                  const struct sbm_rollout *rollout,
                                  struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Says with 1 that this installation is managed even if it was never connected: until its first login everything is denied,
 * instead of left to the host program. 0 is the default. A connection that was once saved counts as 1, whatever is set
 * here. required: 0 or 1. Errors: SBM_STATUS_INVALID_ARGUMENT for any other number. Since 0.1.
 */
SBM_API
sbm_status sbm_config_set_managed_required(struct sbm_config *config,
                                           int32_t required,
                                           struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Says through which HTTP proxy servers are reached. The proxy is asked to CONNECT to the server and looks its name up; what
 * goes through is TLS to the server as ever, which the proxy can neither read nor change. Without this no proxy is used,
 * whatever the environment says.
 *
 * config: stays yours. proxy: http://[user:password@]host:port, where % spells a byte of user and password by two
 * hexadecimal digits; NULL for none.
 *
 * Errors: SBM_STATUS_INVALID_ARGUMENT, which does not repeat the text. Since 0.1, SBM_ABI 3.
 */
SBM_API
sbm_status sbm_config_set_proxy(struct sbm_config *config,
                                const char *proxy,
                                struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Says with 1 that the cache is kept in plain files, in place of a SQLite database: for host programs that bring a SQLite of
 * their own. 0 is the default. A directory has the one or the other; opening it as what it is not is an error.
 *
 * config: stays yours. yes: 0 or 1.
 *
 * Errors: SBM_STATUS_INVALID_ARGUMENT for any other number. Since 0.1, SBM_ABI 3.
 */
SBM_API
sbm_status sbm_config_set_plain_files(struct sbm_config *config,
                                      int32_t yes,
                                      struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Says how many records of runs may wait for the server; 100,000 with 64 MiB if you say nothing. No run is ever refused for
 * want of room: the oldest records lose their details first, then they become one record that counts them.
 *
 * config: stays yours. records: the most records; fewer than 8 count as 8. bytes: the most bytes of all of them; fewer than
 * 128 KiB count as that.
 *
 * Errors: SBM_STATUS_INVALID_ARGUMENT for 0. Since 0.1, SBM_ABI 3.
 */
SBM_API
sbm_status sbm_config_set_outbox(struct sbm_config *config,
                                 uint32_t records,
                                 uint64_t bytes,
                                 struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Frees a configuration. NULL is fine. It cannot fail. Since 0.1.
 */
SBM_API void sbm_config_free(struct sbm_config *config) SBM_NOEXCEPT;

/**
 * Gives clients a clock of the host program's own, in place of the computer's: for a program that knows the time better, and
 * for tests.
 *
 * config: stays yours. callback: the clock. user_data: handed to it. destroy: called once with user_data when the last
 * configuration and client that hold it are freed, and also if this call fails; NULL if there is nothing to do.
 *
 * Errors: SBM_STATUS_NULL_ARGUMENT. Since 0.1, SBM_ABI 3.
 */
SBM_API
sbm_status sbm_config_set_clock(struct sbm_config *config,
                                sbm_clock_callback callback,
                                void *user_data,
                                sbm_destroy destroy,
                                struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Tells a log of the host program's own what the library does and why: a cache that cannot be trusted, connections by name
 * and port, exchanges and what came of them, refusals, runs that were sent or given up. Without it nothing is logged and
 * nothing is printed.
 *
 * config: stays yours. level: the most talkative level that is wanted, one of SBM_LOG_LEVEL_*. callback: the log. user_data:
 * handed to it. destroy: called once with user_data when the last configuration and client that hold it are freed, and also
 * if this call fails; NULL if there is nothing to do.
 *
 * Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_INVALID_ARGUMENT for a level that is none. Since 0.1, SBM_ABI 3.
 */
SBM_API
sbm_status sbm_config_set_log(struct sbm_config *config,
                              int32_t level,
                              sbm_log_callback callback,
                              void *user_data,
                              sbm_destroy destroy,
                              struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Opens the client on its directory. Nothing is sent and no thread is started. A cache that is damaged still opens:
 * sbm_client_state() tells it, and rights are narrow until the server was reached. Runs that a dead process left behind
 * are noted as interrupted.
 *
 * config: stays yours. out: the client; free it with sbm_client_free(). Offline: works.
 *
 * Errors: SBM_STATUS_CACHE_UNWRITABLE, SBM_STATUS_CACHE_BUSY, SBM_STATUS_TOO_MANY_HANDLES (4,096 open clients);
 * SBM_STATUS_CONFIG_INVALID when a cache of the other kind lies there. Since 0.1.
 */
SBM_API
sbm_status sbm_client_open(const struct sbm_config *config,
                           struct sbm_client **out,
                           struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Closes a client. NULL is fine. Runs and changes that came from it stay usable until they are freed. Answers
 * SBM_STATUS_BAD_HANDLE if it is closed already; then nothing happens. Errors: SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED.
 * Since 0.1.
 */
SBM_API
sbm_status sbm_client_free(struct sbm_client *client)
SBM_NOEXCEPT;

/**
 * Tells how this installation stands to its server, and takes notice of what other processes of it did. Nothing is sent.
 *
 * out: the state. why: the reason for SBM_STATE_OFFLINE (SBM_OK: not asked yet), SBM_STATE_REFUSED and SBM_STATE_FLOOR,
 * else SBM_OK; NULL if you do not want it. Offline: works. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE,
 * SBM_STATUS_FORKED. Since 0.1.
 */
SBM_API
sbm_status sbm_client_state(const struct sbm_client *client,
                            sbm_state *out,
                            sbm_status *why,
                            struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Tells who is logged in.
 *
 * out: the user's login name, freed with sbm_text_free(); NULL, with SBM_OK, if nobody is. Offline: works. Errors:
 * SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED. Since 0.1.
 */
SBM_API
sbm_status sbm_client_user(const struct sbm_client *client,
                           struct sbm_text **out,
                           struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Logs a user in and makes this installation a device of his account, then fetches his rights and profiles. The password
 * is used for this one exchange and kept nowhere; the client keeps a token of its own. From then on the installation is
 * managed, whatever happens to the server.
 *
 * connection: the server's connection string, sbm://host:port#ca-sha256=…, as the administrator gave it and a person
 * confirmed it. A login that succeeds locks the management connection (since SBM_ABI 2): see sbm_client_is_locked(). Needs
 * the server.
 *
 * Errors: SBM_STATUS_CONNECTION_LOCKED, SBM_STATUS_BAD_CONNECTION_STRING, SBM_STATUS_WRONG_CREDENTIALS, SBM_STATUS_USER_DISABLED,
 * SBM_STATUS_ADDRESS_REFUSED, SBM_STATUS_UNTRUSTED_SERVER, SBM_STATUS_UNREACHABLE, SBM_STATUS_TIMED_OUT,
 * SBM_STATUS_TLS_FAILED, SBM_STATUS_THROTTLED, SBM_STATUS_CANCELLED, SBM_STATUS_CACHE_BUSY, SBM_STATUS_CACHE_UNWRITABLE;
 * SBM_STATUS_DENIED_SECOND_FACTOR, for which there is sbm_client_login_with_code(); SBM_STATUS_OTHER_MACHINE, for which there is
 * sbm_client_take_over(). Nothing is changed here then, but by the reason of a refusal after the password was taken, such as a
 * missing role: that user is logged in. Where the answer was lost or the call cancelled, the server may have logged him in
 * all the same; it has ended the token that this installation had before then, and the state is SBM_STATE_REFUSED at the
 * next exchange: log in again. Since 0.1.
 */
SBM_API
sbm_status sbm_client_login(const struct sbm_client *client,
                            const char *connection,
                            const char *user,
                            const char *password,
                            struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Logs the user out: the token is handed back if the server can be reached, and forgotten here in any case. The
 * installation stays managed; nothing is allowed afterwards that was not before. Offline: works.
 *
 * Errors: SBM_STATUS_NOT_LOGGED_IN. Since 0.1.
 */
SBM_API sbm_status sbm_client_logout(const struct sbm_client *client, struct sbm_error **error) SBM_NOEXCEPT;

/**
 * Asks whether the user may do something. From memory: no file, no network, no allocation but at a thread's first question,
 * no lock that anybody holds while he writes; ask as often as you like, for example to grey out a menu. Ask again right
 * before the act. It is a question, not an error: a denial is SBM_OK with *out = SBM_EFFECT_DENY. What another process of
 * this installation learnt counts from the next sbm_client_state() or other call that reads the cache.
 *
 * action: one of SBM_ACTION_*. profile_guid: the managed profile it is done to, in any spelling of a GUID; NULL for a
 * local profile, or if no profile is involved. Offline: works.
 *
 * Errors: SBM_STATUS_INVALID_ARGUMENT, SBM_STATUS_INVALID_GUID, SBM_STATUS_BAD_HANDLE. Since 0.1.
 */
SBM_API
sbm_status sbm_client_may(const struct sbm_client *client,
                          int32_t action,
                          const char *profile_guid,
                          sbm_effect *out,
                          struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Asks the same as sbm_client_may() and tells all about the answer: the sentence to show, the rule, and what would turn it
 * round.
 *
 * out: the decision; free it with sbm_decision_free(). Offline: works. action, profile_guid: as for sbm_client_may().
 * Errors: as for sbm_client_may(). Since 0.1.
 */
SBM_API
sbm_status sbm_client_explain(const struct sbm_client *client,
                              int32_t action,
                              const char *profile_guid,
                              struct sbm_decision **out,
                              struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Tells whether the management connection is read-only. It is open until its first valid test: a login, or a
 * sbm_client_test_server() with user and password in which everything is right. From then on the same user logs in at the
 * same server and nothing else is taken; sbm_client_change_connection() is the way. Logging out does not open it. An
 * installation that was tested and never logged in is locked, and unmanaged all the same: nobody gave it rights yet.
 *
 * out: 1 if it is locked, else 0. Offline: works. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE,
 * SBM_STATUS_FORKED. Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_client_is_locked(const struct sbm_client *client,
                                int32_t *out,
                                struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Tells what the management connection is locked to, or, while it is open, what it is set to: what a form shows, read-only
 * or not.
 *
 * connection: the connection string, freed with sbm_text_free(); NULL, with SBM_OK, if there is none. user: the login name,
 * likewise; NULL if you do not want it. Offline: works. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE,
 * SBM_STATUS_FORKED. Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_client_connection(const struct sbm_client *client,
                                 struct sbm_text **connection,
                                 struct sbm_text **user,
                                 struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Tells the fingerprint of the CA that vouches for the server, for a person to compare: 64 hexadecimal digits.
 *
 * out: the fingerprint, freed with sbm_text_free(); NULL, with SBM_OK, if there is no server or the system's roots vouch.
 * Offline: works. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED. Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_client_fingerprint(const struct sbm_client *client,
                                  struct sbm_text **out,
                                  struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Tells when the server was last reached and what it said could be trusted.
 *
 * contact_ms: in milliseconds since 1970-01-01 UTC, by this computer's clock then; -1 if it never was. age_ms: how long ago
 * that is; 0 if the clock was set back behind it, -1 if it never was; NULL if you do not want it. Offline: works. Errors:
 * SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED. Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_client_last_contact(const struct sbm_client *client,
                                   int64_t *contact_ms,
                                   int64_t *age_ms,
                                   struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Changes the management connection while it is locked: an administrator proves himself at the locked server, for this one
 * act, and the user logs in to the new one. He is logged in nowhere by it, and neither password is kept. An open connection
 * asks for no proof. Whatever fails, the old connection stays. Needs the server, the locked one as well as the new one.
 *
 * connection, user and password: as for sbm_client_login(). admin_user and admin_password: of somebody with the role
 * superuser at the locked server.
 *
 * Errors: SBM_STATUS_UNREACHABLE and the others of 2xx, SBM_STATUS_WRONG_CREDENTIALS, SBM_STATUS_DENIED_ROLE,
 * SBM_STATUS_THROTTLED, SBM_STATUS_CAPABILITY_MISSING if the locked server knows no locks; those of sbm_client_login().
 * Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_client_change_connection(const struct sbm_client *client,
                                        const char *connection,
                                        const char *user,
                                        const char *password,
                                        const char *admin_user,
                                        const char *admin_password,
                                        struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Does the same where the user or the administrator has a second factor, for which sbm_client_change_connection() answers
 * SBM_STATUS_DENIED_SECOND_FACTOR. Needs the server, the locked one as well as the new one.
 *
 * connection, user, password, admin_user, admin_password: as for sbm_client_change_connection(). code: the user's, as for
 * sbm_client_login_with_code(); NULL if there is none. admin_code: what the administrator's authenticator shows, or a recovery
 * code; NULL if he has no second factor.
 *
 * Errors: SBM_STATUS_SECOND_FACTOR_WRONG; those of sbm_client_change_connection(). Since 0.1, SBM_ABI 4.
 */
SBM_API
sbm_status sbm_client_change_connection_with_code(const struct sbm_client *client,
                                                  const char *connection,
                                                  const char *user,
                                                  const char *password,
                                                  const char *code,
                                                  const char *admin_user,
                                                  const char *admin_password,
                                                  const char *admin_code,
                                                  struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Ends every call of this client that waits for the network, on whatever thread, within a moment: it answers
 * SBM_STATUS_CANCELLED. What was done by then is done and on disk; calls that begin later are not affected. For a window
 * that is closed while a login goes on. The look-up of a host name is the system's and is not interrupted; nothing is sent
 * after it. Offline: works. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED. Since 0.1,
 * SBM_ABI 2.
 */
SBM_API
sbm_status sbm_client_cancel(const struct sbm_client *client,
                             struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Makes this installation a device with a code or a passphrase, without any password, then fetches its rights and profiles.
 * The code is used for this one exchange and kept nowhere. Where a person has to let the device in, the call does not wait for
 * that: the state is SBM_ENROLMENT_WAITING, the installation is what it was, and the same call with the same code asks again,
 * after a restart, too. An enrolment locks the management connection as a login does. Needs the server.
 *
 * connection: as for sbm_client_login(). code: as it was given out, in any case, with or without dashes. out: what became of
 * it.
 *
 * Errors: SBM_STATUS_ENROLMENT_REFUSED for a code that is wrong, used up, expired or revoked, and for a device that was
 * rejected; SBM_STATUS_CONNECTION_LOCKED, SBM_STATUS_CAPABILITY_MISSING at a server that knows no codes; SBM_STATUS_OTHER_MACHINE
 * for a backup account that is on another machine, which no code takes over; but for credentials those of sbm_client_login().
 * Since 0.1, SBM_ABI 4.
 */
SBM_API
sbm_status sbm_client_enrol(const struct sbm_client *client,
                            const char *connection,
                            const char *code,
                            sbm_enrolment *out,
                            struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Logs a user in who has a second factor. sbm_client_login() answers SBM_STATUS_DENIED_SECOND_FACTOR for such a user: ask him
 * for the code and call this. The device's token is asked for no code later. Needs the server.
 *
 * connection, user, password: as for sbm_client_login(). code: what his authenticator shows, a recovery code, or the code that
 * sbm_client_send_login_code() had sent to him. A user without a second factor is logged in whatever it says.
 *
 * Errors: SBM_STATUS_SECOND_FACTOR_WRONG; those of sbm_client_login(). Since 0.1, SBM_ABI 4.
 */
SBM_API
sbm_status sbm_client_login_with_code(const struct sbm_client *client,
                                      const char *connection,
                                      const char *user,
                                      const char *password,
                                      const char *code,
                                      struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Logs a user in as sbm_client_login() does, and takes a backup account over from the machine that it is on: it is on this one
 * from then on. A backup account is for one machine; sbm_client_login() answers SBM_STATUS_OTHER_MACHINE on another one, and its
 * message names the machine that has it. Ask your user, and call this only if he says so. What the other machine did stays in
 * the history; it is answered SBM_STATUS_OTHER_MACHINE from then on, makes no more backups, and still restores. Needs the server.
 *
 * connection, user, password: as for sbm_client_login(); user is the account's full name and password its secret, or somebody
 * of that account who may change its devices. code: as for sbm_client_login_with_code(), one that was not used for the login
 * that failed; NULL if there is no second factor.
 *
 * Errors: SBM_STATUS_DENIED_ROLE for a user who may not, SBM_STATUS_CAPABILITY_MISSING at a server that knows no such login;
 * those of sbm_client_login_with_code(). Since 0.1, SBM_ABI 4.
 */
SBM_API
sbm_status sbm_client_take_over(const struct sbm_client *client,
                                const char *connection,
                                const char *user,
                                const char *password,
                                const char *code,
                                struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Has a code sent to a user for a login, which sbm_client_login_with_code() then ends in this process with the same connection,
 * user and password. By which channels a code can be sent is told by sbm_error_code_address(). Needs the server.
 *
 * connection, user, password: as for sbm_client_login(). channel: one of SBM_CHANNEL_*. out: where it was sent to, so much of
 * it that its owner knows it, freed with sbm_text_free(); NULL, with SBM_OK, if this user has no second factor: he is logged in
 * then.
 *
 * Errors: SBM_STATUS_INVALID_ARGUMENT for no channel, SBM_STATUS_NOT_FOUND if the user has no address there,
 * SBM_STATUS_CODE_NOT_SENT, SBM_STATUS_THROTTLED when as many were sent as may be; those of sbm_client_login(). Since 0.1,
 * SBM_ABI 4.
 */
SBM_API
sbm_status sbm_client_send_login_code(const struct sbm_client *client,
                                      const char *connection,
                                      const char *user,
                                      const char *password,
                                      int32_t channel,
                                      struct sbm_text **out,
                                      struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Makes a roll-out without any setting. out: free it with sbm_rollout_free(). Errors: SBM_STATUS_NULL_ARGUMENT. Since 0.1,
 * SBM_ABI 2.
 */
SBM_API
sbm_status sbm_rollout_new(struct sbm_rollout **out,
                           struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Says which server. connection: sbm://host:port#ca-sha256=…; without the fingerprint it is refused, unless
 * sbm_rollout_set_system_roots() says that the system's roots vouch. Errors: SBM_STATUS_BAD_CONNECTION_STRING.
 * Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_rollout_set_connection(struct sbm_rollout *rollout,
                                      const char *connection,
                                      struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Says with 1 that the roots which the operating system trusts vouch for the server, in place of a fingerprint; 0 is the
 * default. yes: 0 or 1. Errors: SBM_STATUS_INVALID_ARGUMENT for any other number. Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_rollout_set_system_roots(struct sbm_rollout *rollout,
                                        int32_t yes,
                                        struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Says who logs in. user: that name. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_NOT_UTF8. Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_rollout_set_user(struct sbm_rollout *rollout,
                                const char *user,
                                struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Says his password. It logs in once and is kept nowhere. password: in place of one that was set before. Errors:
 * SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_NOT_UTF8. Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_rollout_set_password(struct sbm_rollout *rollout,
                                    const char *password,
                                    struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Says which file holds the password and nothing else. Nobody but its owner may read it; it is read by
 * sbm_client_roll_out(). path: where the file is. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_NOT_UTF8. Since 0.1,
 * SBM_ABI 2.
 */
SBM_API
sbm_status sbm_rollout_set_password_file(struct sbm_rollout *rollout,
                                         const char *path,
                                         struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Says with 1 that this installation is managed even before its first login; see sbm_config_set_managed_required() and hand
 * the roll-out to sbm_config_set_rollout(). required: 0 or 1. Errors: SBM_STATUS_INVALID_ARGUMENT unless it is 0 or 1.
 * Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_rollout_set_managed_required(struct sbm_rollout *rollout,
                                            int32_t required,
                                            struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Adds what the environment says and nobody said before: SBM_CONNECTION, SBM_ROOTS (pinned or system), SBM_USER,
 * SBM_PASSWORD_FILE, SBM_MANAGED (required or optional). One that is empty counts as not set. A required that anybody said
 * stays, whatever is said elsewhere.
 *
 * Errors: SBM_STATUS_CONFIG_INVALID, SBM_STATUS_BAD_CONNECTION_STRING; nothing is added then. Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_rollout_add_environment(struct sbm_rollout *rollout,
                                       struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Adds what a file says and nobody said before: TOML with connection, roots, user, password or password_file, and managed.
 * It belongs to root or to the user of this program; nobody else may change it, nor read it if it holds the password.
 *
 * path: where the file is. Errors: SBM_STATUS_CONFIG_UNREADABLE, SBM_STATUS_CONFIG_UNKNOWN_KEY, SBM_STATUS_CONFIG_INVALID,
 * SBM_STATUS_BAD_CONNECTION_STRING; nothing is added then. Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_rollout_add_file(struct sbm_rollout *rollout,
                                const char *path,
                                struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * 1 if no connection was given, so that there is nothing to roll out; else 0. 1 for NULL. It cannot fail. Since 0.1,
 * SBM_ABI 2.
 */
SBM_API int32_t sbm_rollout_is_empty(const struct sbm_rollout *rollout) SBM_NOEXCEPT;

/**
 * Frees a roll-out and forgets its password. NULL is fine. It cannot fail. Since 0.1, SBM_ABI 2.
 */
SBM_API void sbm_rollout_free(struct sbm_rollout *rollout) SBM_NOEXCEPT;

/**
 * Logs in with the settings of a roll-out, while nothing is locked; the connection is locked then. Where one is locked
 * already, or the roll-out has no connection, it does not count and nothing happens. Needs the server.
 *
 * out: the summary of the exchange behind the login; set its struct_size first. With tried = 0 the roll-out did not count.
 *
 * rollout: stays yours. Errors: SBM_STATUS_UNTRUSTED_SERVER for a connection without a fingerprint,
 * SBM_STATUS_CONFIG_INVALID and SBM_STATUS_CONFIG_UNREADABLE if settings are missing or cannot be read; those of
 * sbm_client_login(). Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_client_roll_out(const struct sbm_client *client,
                               const struct sbm_rollout *rollout,
                               struct sbm_sync_summary *out,
                               struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * What it comes to. SBM_EFFECT_DENY for NULL. It cannot fail. Since 0.1.
 */
SBM_API sbm_effect sbm_decision_effect(const struct sbm_decision *decision) SBM_NOEXCEPT;

/**
 * The gate that refused; SBM_GATE_NONE if none did, and for NULL. It cannot fail. Since 0.1.
 */
SBM_API sbm_gate sbm_decision_gate(const struct sbm_decision *decision) SBM_NOEXCEPT;

/**
 * The reason as a status: SBM_OK if nothing refused, else mostly SBM_STATUS_DENIED_*. SBM_STATUS_NULL_ARGUMENT for NULL. It
 * cannot fail. Since 0.1.
 */
SBM_API
sbm_status sbm_decision_code(const struct sbm_decision *decision)
SBM_NOEXCEPT;

/**
 * One plain sentence to show to the user. Borrowed: valid until the decision is freed. Never NULL; "" for NULL. It cannot
 * fail. Since 0.1.
 */
SBM_API
const char *sbm_decision_sentence(const struct sbm_decision *decision)
SBM_NOEXCEPT;

/**
 * The smallest change that would turn the decision round, for an administrator; "" if it allows. Borrowed: valid until the
 * decision is freed. Never NULL. It cannot fail. Since 0.1.
 */
SBM_API
const char *sbm_decision_change(const struct sbm_decision *decision)
SBM_NOEXCEPT;

/**
 * The id of the rule that decided, such as "USR-3". Borrowed: valid until the decision is freed. Never NULL. It cannot
 * fail. Since 0.1.
 */
SBM_API const char *sbm_decision_rule(const struct sbm_decision *decision) SBM_NOEXCEPT;

/**
 * All of it as JSON, the same that the server and the command line give. Borrowed: valid until the decision is freed. Never
 * NULL; "" for NULL. It cannot fail. Since 0.1.
 */
SBM_API
const char *sbm_decision_json(const struct sbm_decision *decision)
SBM_NOEXCEPT;

/**
 * Frees a decision and its texts. NULL is fine. It cannot fail. Since 0.1.
 */
SBM_API void sbm_decision_free(struct sbm_decision *decision) SBM_NOEXCEPT;

/**
 * Exchanges everything with the server now: rights, profiles and history. A server that cannot be reached is no error:
 * the summary says so. Call it when the user wants it.
 *
 * out: the summary; set its struct_size first. Offline: SBM_OK with online = 0.
 *
 * Errors: SBM_STATUS_NOT_LOGGED_IN, SBM_STATUS_CACHE_UNWRITABLE, SBM_STATUS_CACHE_BUSY, SBM_STATUS_INVALID_ARGUMENT for a
 * wrong struct_size. Since 0.1.
 */
SBM_API
sbm_status sbm_client_sync(const struct sbm_client *client,
                           struct sbm_sync_summary *out,
                           struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Does the same if it is due: at the first call after the client was opened, and then every 54 to 60 minutes. Call it from a
 * timer, as often as you like. Runs that were made offline go with it at most once an hour.
 *
 * out: the summary; set its struct_size first. With tried = 0, nothing was due and the rest is zero. Offline: SBM_OK with
 * online = 0.
 *
 * Errors: SBM_STATUS_CACHE_UNWRITABLE, SBM_STATUS_INVALID_ARGUMENT for a wrong struct_size. Since 0.1.
 */
SBM_API
sbm_status sbm_client_sync_if_due(const struct sbm_client *client,
                                  struct sbm_sync_summary *out,
                                  struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Starts a thread that checks with the server at once, unless a check of this installation is less than an hour old, then
 * every 54 to 60 minutes and whenever sbm_worker_sync_now() asks, later and later while it fails, and that notices within a
 * second what other processes of this installation did. Without it nothing happens by itself; a program with a loop of its
 * own may call sbm_client_sync_if_due() there instead. One is enough.
 *
 * callback: NULL if you only want things to happen. user_data: handed to it. destroy: called once with user_data when it is
 * not needed any more, also if this call fails; NULL if there is nothing to do. out: the worker; stop it with
 * sbm_worker_free(). It keeps working when the client is freed; free it first. Delphi and Free Pascal: set IsMultiThread to
 * True before this call (Free Pascal on Unix: use the unit cthreads), and let no exception leave the callback.
 *
 * Errors: SBM_STATUS_INTERNAL if the system gives no thread, SBM_STATUS_TOO_MANY_HANDLES. Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_client_start_worker(const struct sbm_client *client,
                                   sbm_worker_callback callback,
                                   void *user_data,
                                   sbm_destroy destroy,
                                   struct sbm_worker **out,
                                   struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Asks a worker to exchange profiles and history now. It returns at once; the callback tells when it is done. Offline:
 * works. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED. Since 0.1, SBM_ABI 2.
 */
SBM_API sbm_status sbm_worker_sync_now(const struct sbm_worker *worker, struct sbm_error **error) SBM_NOEXCEPT;

/**
 * Stops a worker: ends the exchange it is in, as sbm_client_cancel() does, and waits until its thread has ended, so hold
 * nothing that its callback waits for. Called from the callback itself it does not wait; the thread ends behind it. NULL is
 * fine. Answers SBM_STATUS_BAD_HANDLE if it is stopped already; then nothing happens. Errors: SBM_STATUS_BAD_HANDLE,
 * SBM_STATUS_FORKED. Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_worker_free(struct sbm_worker *worker)
SBM_NOEXCEPT;

/**
 * Lists the managed profiles that this user may use here.
 *
 * out: the list; free it with sbm_profile_list_free(). Offline: works, as of the last contact.
 *
 * Errors: SBM_STATUS_CACHE_DAMAGED, SBM_STATUS_CACHE_OTHER_MACHINE, SBM_STATUS_CACHE_NEWER, SBM_STATUS_CACHE_BUSY.
 * Since 0.1.
 */
SBM_API
sbm_status sbm_client_profiles(const struct sbm_client *client,
                               struct sbm_profile_list **out,
                               struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Reads the content of a managed profile from the cache, checked against the hash that the server signed for.
 *
 * guid: in any spelling. out: the bytes; free them with sbm_bytes_free(). Offline: works.
 *
 * Errors: SBM_STATUS_NOT_FOUND, SBM_STATUS_INVALID_GUID, SBM_STATUS_CACHE_DAMAGED, SBM_STATUS_CACHE_OTHER_MACHINE,
 * SBM_STATUS_CACHE_NEWER, SBM_STATUS_CACHE_BUSY. Since 0.1.
 */
SBM_API
sbm_status sbm_client_profile_body(const struct sbm_client *client,
                                   const char *guid,
                                   struct sbm_bytes **out,
                                   struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Says that the host removed its copy of a managed profile by itself, as a user may who has the right to delete. It is kept on
 * disk, and the server hears of it at the next sync: until then it takes the profile for one that is here.
 *
 * Syncs do not put the profile back. It comes again, as SBM_DELIVERY_INSTALL, when there is something new to take over: the next
 * revision or another schedule, or after it was withdrawn and given again. When it is withdrawn before, SBM_DELIVERY_REMOVE comes
 * all the same: answer that it is done. Said twice, it does no harm.
 *
 * guid: in any spelling. Offline: works; the server hears of it later.
 *
 * Errors: SBM_STATUS_NOT_FOUND for a profile that was never taken over here, SBM_STATUS_INVALID_GUID,
 * SBM_STATUS_CACHE_DAMAGED, SBM_STATUS_CACHE_OTHER_MACHINE, SBM_STATUS_CACHE_NEWER, SBM_STATUS_CACHE_UNWRITABLE,
 * SBM_STATUS_CACHE_BUSY. Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_status sbm_client_profile_removed(const struct sbm_client *client,
                                      const char *guid,
                                      struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * How many profiles there are; 0 for NULL. It cannot fail. Since 0.1.
 */
SBM_API size_t sbm_profile_list_count(const struct sbm_profile_list *list) SBM_NOEXCEPT;

/**
 * The GUID of the profile at that place, from 0: 32 upper-case hexadecimal digits. Borrowed: valid until the list is freed.
 * Never NULL; "" where there is no such profile. index: from 0 on. It cannot fail. Since 0.1.
 */
SBM_API
const char *sbm_profile_list_guid(const struct sbm_profile_list *list,
                                  size_t index)
SBM_NOEXCEPT;

/**
 * Its name. Borrowed: valid until the list is freed. Never NULL; "" where there is no such profile. index: from 0 on. It
 * cannot fail. Since 0.1.
 */
SBM_API
const char *sbm_profile_list_name(const struct sbm_profile_list *list,
                                  size_t index)
SBM_NOEXCEPT;

/**
 * What its uploader said of it. Borrowed: valid until the list is freed. Never NULL; "" where there is no such profile.
 * index: from 0 on. It cannot fail. Since 0.1.
 */
SBM_API const char *sbm_profile_list_description(const struct sbm_profile_list *list, size_t index) SBM_NOEXCEPT;

/**
 * The version that its uploader stated; 0 where there is no such profile. index: from 0 on. It cannot fail. Since 0.1.
 */
SBM_API int64_t sbm_profile_list_version(const struct sbm_profile_list *list, size_t index) SBM_NOEXCEPT;

/**
 * The server's revision of it, from 1; 0 where there is no such profile. index: from 0 on. It cannot fail. Since 0.1.
 */
SBM_API uint64_t sbm_profile_list_revision(const struct sbm_profile_list *list, size_t index) SBM_NOEXCEPT;

/**
 * Frees a list and its texts. NULL is fine. It cannot fail. Since 0.1.
 */
SBM_API void sbm_profile_list_free(struct sbm_profile_list *list) SBM_NOEXCEPT;

/**
 * Tells what a setting comes to, by the policies of the accounts above this installation and by what the host program has of
 * its own. From memory; nothing is sent. Show what is forced read-only.
 *
 * name: the setting's name, as the host program and its administrators know it. own: the host's own value, NULL if it has none.
 * out: the value that counts, freed with sbm_text_free(); NULL, with SBM_OK, if nobody has one. mode: how it is handed down;
 * NULL if you do not want it. origin: the full name of the account that says so, freed with sbm_text_free(); NULL in it if no
 * policy has the setting, or if that account is above the user's own; NULL if you do not want it. Offline: works, as of the last
 * exchange. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_NOT_UTF8. Since 0.1, SBM_ABI 4.
 */
SBM_API
sbm_status sbm_client_setting(const struct sbm_client *client,
                              const char *name,
                              const char *own,
                              struct sbm_text **out,
                              sbm_setting_mode *mode,
                              struct sbm_text **origin,
                              struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Tells how the host program is to look. Nothing is sent.
 *
 * out: the branding; free it with sbm_branding_free(). NULL, with SBM_OK, if nobody above says anything. Offline: works, as of
 * the last exchange.
 *
 * Errors: SBM_STATUS_CACHE_DAMAGED, SBM_STATUS_CACHE_OTHER_MACHINE, SBM_STATUS_CACHE_NEWER, SBM_STATUS_CACHE_BUSY. Since 0.1,
 * SBM_ABI 4.
 */
SBM_API
sbm_status sbm_client_branding(const struct sbm_client *client,
                               struct sbm_branding **out,
                               struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * What the host program is to call itself. Borrowed: valid until the branding is freed. Never NULL; "" for a NULL branding. It
 * cannot fail. Since 0.1, SBM_ABI 4.
 */
SBM_API
const char *sbm_branding_name(const struct sbm_branding *branding)
SBM_NOEXCEPT;

/**
 * A colour as "#rrggbb", by its use. usage: such as "accent". Borrowed: valid until the branding is freed. Never NULL; "" if there
 * is none for that use, or for NULL. It cannot fail. Since 0.1, SBM_ABI 4.
 */
SBM_API
const char *sbm_branding_colour(const struct sbm_branding *branding,
                                const char *usage)
SBM_NOEXCEPT;

/**
 * An image, by its use: a PNG or an ICO file of at most 128 KiB; its first bytes say which. usage: "logo", or the name of an icon.
 * size: how many bytes it has; 0 if there is none, or if it was not fetched yet; NULL if you do not want it. Borrowed: valid until
 * the branding is freed. NULL if there is none. It cannot fail. Since 0.1, SBM_ABI 4.
 */
SBM_API
const uint8_t *sbm_branding_image(const struct sbm_branding *branding,
                                  const char *usage,
                                  size_t *size)
SBM_NOEXCEPT;

/**
 * Frees a branding. NULL is fine. It cannot fail. Since 0.1, SBM_ABI 4.
 */
SBM_API void sbm_branding_free(struct sbm_branding *branding) SBM_NOEXCEPT;

/**
 * Takes the next change that waits. They wait on disk until they are answered, so a crash loses none. A change to a
 * profile that is running waits until the run is over.
 *
 * out: the change, freed with sbm_change_free(); NULL, with SBM_OK, if none waits. Offline: works.
 *
 * Errors: SBM_STATUS_CACHE_DAMAGED, SBM_STATUS_CACHE_OTHER_MACHINE, SBM_STATUS_CACHE_NEWER, SBM_STATUS_CACHE_BUSY.
 * Since 0.1.
 */
SBM_API
sbm_status sbm_client_next_change(const struct sbm_client *client,
                                  struct sbm_change **out,
                                  struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * What is to be done; SBM_DELIVERY_NONE for NULL. It cannot fail. Since 0.1.
 */
SBM_API sbm_delivery sbm_change_kind(const struct sbm_change *change) SBM_NOEXCEPT;

/**
 * The GUID of the profile: 32 upper-case hexadecimal digits. Borrowed: valid until the change is freed. Never NULL; "" for
 * NULL. It cannot fail. Since 0.1.
 */
SBM_API
const char *sbm_change_guid(const struct sbm_change *change)
SBM_NOEXCEPT;

/**
 * The name of the profile. Borrowed: valid until the change is freed. Never NULL; "" for NULL. It cannot fail. Since 0.1.
 */
SBM_API
const char *sbm_change_name(const struct sbm_change *change)
SBM_NOEXCEPT;

/**
 * What the uploader said of the profile. Borrowed: valid until the change is freed. Never NULL; "" for NULL. It cannot
 * fail. Since 0.1.
 */
SBM_API const char *sbm_change_description(const struct sbm_change *change) SBM_NOEXCEPT;

/**
 * The version that the uploader stated; 0 for NULL. It cannot fail. Since 0.1.
 */
SBM_API int64_t sbm_change_version(const struct sbm_change *change) SBM_NOEXCEPT;

/**
 * The server's revision to arrive at, or the one to remove; 0 for NULL. It cannot fail. Since 0.1.
 */
SBM_API uint64_t sbm_change_revision(const struct sbm_change *change) SBM_NOEXCEPT;

/**
 * The content of the profile. data and size: where it begins and how many bytes it has; NULL and 0 for a removal.
 * Borrowed: valid until the change is freed.
 *
 * Errors: SBM_STATUS_NULL_ARGUMENT; SBM_STATUS_FORKED in a child of the process that took it. Since 0.1.
 */
SBM_API
sbm_status sbm_change_body(const struct sbm_change *change,
                           const uint8_t **data,
                           size_t *size,
                           struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * The schedule to take over. data and size: as for sbm_change_body(); NULL and 0 if there is none, and the host's own
 * stays as it is. Borrowed: valid until the change is freed.
 *
 * Errors: SBM_STATUS_NULL_ARGUMENT; SBM_STATUS_FORKED in a child of the process that took it. Since 0.1.
 */
SBM_API
sbm_status sbm_change_schedule(const struct sbm_change *change,
                               const uint8_t **data,
                               size_t *size,
                               struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Answers that the change was applied; call it after your own files are safe on disk. The server hears it at the next
 * exchange. Offline: works.
 *
 * Errors: SBM_STATUS_NOT_FINISHED if it was answered already; SBM_STATUS_CACHE_UNWRITABLE: it is delivered again then;
 * SBM_STATUS_FORKED in a child of the process that took it. Since 0.1.
 */
SBM_API sbm_status sbm_change_done(struct sbm_change *change, struct sbm_error **error) SBM_NOEXCEPT;

/**
 * Answers that the change could not be applied. The server hears the reason, and the change is tried again at a later
 * exchange. Offline: works.
 *
 * reason: for the administrator, in the host's words. Errors: as for sbm_change_done(). Since 0.1.
 */
SBM_API
sbm_status sbm_change_failed(struct sbm_change *change,
                             const char *reason,
                             struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Frees a change. NULL is fine. One that was not answered is delivered again. It cannot fail. Since 0.1.
 */
SBM_API void sbm_change_free(struct sbm_change *change) SBM_NOEXCEPT;

/**
 * Begins a run: asks first whether it is allowed (as SBM_ACTION_RESTORE for a restore,
 * SBM_ACTION_RUN_SCHEDULED for SBM_TRIGGER_SCHEDULE, else SBM_ACTION_RUN_MANUALLY), then notes on disk that it has
 * begun. Should the host die, the run is reported as interrupted at the next sbm_client_open(). An unmanaged installation
 * keeps no history; its runs work all the same. Where a quota is set the server is asked for room, too: see
 * sbm_client_begin_run_storing().
 *
 * start: copied. out: the run; free it with sbm_run_free(). Offline: works.
 *
 * Errors: the reason of a denial (SBM_STATUS_DENIED_* and others that sbm_decision_code() gives), with its sentence as
 * message; SBM_STATUS_INVALID_ARGUMENT, SBM_STATUS_INVALID_GUID, SBM_STATUS_CACHE_UNWRITABLE, SBM_STATUS_CACHE_BUSY,
 * SBM_STATUS_TOO_MANY_HANDLES (4,096 open runs). Since 0.1.
 */
SBM_API
sbm_status sbm_client_begin_run(const struct sbm_client *client,
                                const struct sbm_run_start *start,
                                struct sbm_run **out,
                                struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Ends a run. Its record is on disk before this returns; then, if the server can be reached, it is sent at once. A server
 * that cannot be reached is no error: the record goes later.
 *
 * end: copied. sequence: the number of the run on this installation, from 1 without gaps, 0 if it is unmanaged; NULL if you
 * do not want it.
 * Free the run afterwards. When the cache cannot be written (a full disk) the run is still going on: free some room and
 * finish it again. Offline: works.
 *
 * Errors: SBM_STATUS_NOT_FINISHED if it was finished already, SBM_STATUS_INVALID_ARGUMENT, SBM_STATUS_CACHE_UNWRITABLE,
 * SBM_STATUS_CACHE_BUSY. Since 0.1.
 */
SBM_API
sbm_status sbm_run_finish(const struct sbm_run *run,
                          const struct sbm_run_end *end,
                          uint64_t *sequence,
                          struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Frees a run. NULL is fine. One that was not finished is reported as interrupted at the next sbm_client_open(). Answers
 * SBM_STATUS_BAD_HANDLE if it is freed already; then nothing happens. Errors: SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED.
 * Since 0.1.
 */
SBM_API
sbm_status sbm_run_free(struct sbm_run *run)
SBM_NOEXCEPT;

/**
 * Says how many bytes this installation stores in all; not how many came. Say it after each run, and whenever something was
 * deleted. It is on disk before this returns and goes to the server with the next exchange; of several words that wait the
 * newest goes, once.
 *
 * bytes: all that is stored. Offline: works; the room that is left gets less by what is stored more.
 *
 * Errors: SBM_STATUS_INVALID_ARGUMENT for more bytes than anything holds, SBM_STATUS_NOT_LOGGED_IN on an installation that is
 * unmanaged, SBM_STATUS_CACHE_UNWRITABLE, SBM_STATUS_CACHE_BUSY. Since 0.1, SBM_ABI 4.
 */
SBM_API
sbm_status sbm_client_report_stored(const struct sbm_client *client,
                                    uint64_t bytes,
                                    struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Tells how much room is left for new data, as far as this installation knows: as the server said at the last exchange, less
 * what was stored since and what the runs that go on expect to store. Nothing is sent.
 *
 * left: bytes below the tightest quota; -1 where there is no ceiling. warns: 1 if it is time to tell somebody, as a quota is
 * nearly used up, else 0; NULL if you do not want it. stored: what was said last by sbm_client_report_stored(), -1 if nothing
 * was; NULL likewise. Offline: works.
 *
 * Errors: SBM_STATUS_CACHE_DAMAGED, SBM_STATUS_CACHE_OTHER_MACHINE, SBM_STATUS_CACHE_NEWER, SBM_STATUS_CACHE_BUSY. Since 0.1,
 * SBM_ABI 4.
 */
SBM_API
sbm_status sbm_client_room(const struct sbm_client *client,
                           int64_t *left,
                           int32_t *warns,
                           int64_t *stored,
                           struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Begins a run as sbm_client_begin_run() does, which expects to store so many bytes of new data. Where a quota is set, the
 * server is asked first, if it was there the last time, and keeps that much room until it has the run's record; else what it
 * said last decides. Nothing is kept for a restore, and what is over its quota refuses none.
 *
 * start: copied. estimate_bytes: that many; 0 if you cannot say, as for sbm_client_begin_run(). out: the run; free it with
 * sbm_run_free(). Offline: works, under the room of the last exchange.
 *
 * Errors: SBM_STATUS_DENIED_QUOTA; SBM_STATUS_CANCELLED; those of sbm_client_begin_run(). Since 0.1, SBM_ABI 4.
 */
SBM_API
sbm_status sbm_client_begin_run_storing(const struct sbm_client *client,
                                        const struct sbm_run_start *start,
                                        uint64_t estimate_bytes,
                                        struct sbm_run **out,
                                        struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Uploads a profile to the server. It needs a superuser's name and password, for this one act: the client's own user stays
 * logged in, and the administrator's session is ended behind it. Needs the server.
 *
 * upload: copied. revision: the server's new revision of the profile; NULL if you do not want it. Identical content makes
 * no new revision.
 *
 * admin_user, admin_password: the credentials of whoever may upload; used for this one act and kept nowhere. Errors:
 * SBM_STATUS_WRONG_CREDENTIALS, SBM_STATUS_DENIED_ROLE, SBM_STATUS_STALE if somebody uploaded in between,
 * SBM_STATUS_INVALID_NAME, SBM_STATUS_INVALID_GUID, SBM_STATUS_TOO_LARGE, SBM_STATUS_NOT_LOGGED_IN if this installation
 * knows no server, SBM_STATUS_UNREACHABLE, SBM_STATUS_TIMED_OUT. Since 0.1.
 */
SBM_API
sbm_status sbm_client_upload_profile(const struct sbm_client *client,
                                     const char *admin_user,
                                     const char *admin_password,
                                     const struct sbm_upload *upload,
                                     uint64_t *revision,
                                     struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Does the same for an administrator who has a second factor, for which sbm_client_upload_profile() answers
 * SBM_STATUS_DENIED_SECOND_FACTOR. Needs the server.
 *
 * admin_user, admin_password, upload, revision: as for sbm_client_upload_profile(). admin_code: what his authenticator shows, or
 * a recovery code; NULL if he has no second factor.
 *
 * Errors: SBM_STATUS_SECOND_FACTOR_WRONG; those of sbm_client_upload_profile(). Since 0.1, SBM_ABI 4.
 */
SBM_API
sbm_status sbm_client_upload_profile_with_code(const struct sbm_client *client,
                                               const char *admin_user,
                                               const char *admin_password,
                                               const char *admin_code,
                                               const struct sbm_upload *upload,
                                               uint64_t *revision,
                                               struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Tests a server, where it changes nothing: can it be reached, is its certificate the confirmed one, does it admit this
 * address, are user and password right, do the versions fit, how do the clocks differ. A test with user and password in
 * which everything is right locks an open connection to them (since SBM_ABI 2); nobody is logged in by it.
 *
 * connection: as for sbm_client_login(). user and password: both NULL to leave that question out. out: the findings;
 * free them with sbm_server_test_free(). What fails in the test is a finding, not an error.
 *
 * Errors: SBM_STATUS_BAD_CONNECTION_STRING, SBM_STATUS_NULL_ARGUMENT if only one of user and password is given. Since 0.1.
 */
SBM_API
sbm_status sbm_client_test_server(const struct sbm_client *client,
                                  const char *connection,
                                  const char *user,
                                  const char *password,
                                  struct sbm_server_test **out,
                                  struct sbm_error **error)
SBM_NOEXCEPT;

/**
 * Whether the server can be reached. SBM_CHECK_NOT_TRIED for NULL. It cannot fail. Since 0.1.
 */
SBM_API sbm_check sbm_server_test_reachable(const struct sbm_server_test *test) SBM_NOEXCEPT;

/**
 * Whether its certificate is the confirmed one. SBM_CHECK_NOT_TRIED for NULL. It cannot fail. Since 0.1.
 */
SBM_API sbm_check sbm_server_test_certificate(const struct sbm_server_test *test) SBM_NOEXCEPT;

/**
 * Whether it admits this address. SBM_CHECK_NOT_TRIED for NULL. It cannot fail. Since 0.1.
 */
SBM_API sbm_check sbm_server_test_address(const struct sbm_server_test *test) SBM_NOEXCEPT;

/**
 * Whether user and password are right. SBM_CHECK_NOT_TRIED for NULL. It cannot fail. Since 0.1.
 */
SBM_API sbm_check sbm_server_test_credentials(const struct sbm_server_test *test) SBM_NOEXCEPT;

/**
 * Whether server and library understand each other. SBM_CHECK_NOT_TRIED for NULL. It cannot fail. Since 0.1.
 */
SBM_API sbm_check sbm_server_test_versions(const struct sbm_server_test *test) SBM_NOEXCEPT;

/**
 * Whether the management connection is locked now: passed also where it was locked before, be it to something else, which
 * sbm_client_connection() tells; failed if the cache cannot be written. SBM_CHECK_NOT_TRIED for NULL, without user and
 * password, and if something else is wrong. It cannot fail. Since 0.1, SBM_ABI 2.
 */
SBM_API
sbm_check sbm_server_test_locked(const struct sbm_server_test *test)
SBM_NOEXCEPT;

/**
 * By how many milliseconds the server's clock is ahead of this computer's, negative if it is behind; 0 if it could not be
 * asked. It cannot fail. Since 0.1.
 */
SBM_API
int64_t sbm_server_test_clock_skew_ms(const struct sbm_server_test *test)
SBM_NOEXCEPT;

/**
 * All findings as text, one line a question, with the reasons. Borrowed: valid until the test is freed. Never NULL; "" for
 * NULL. It cannot fail. Since 0.1.
 */
SBM_API
const char *sbm_server_test_report(const struct sbm_server_test *test)
SBM_NOEXCEPT;

/**
 * Frees a test's findings. NULL is fine. It cannot fail. Since 0.1.
 */
SBM_API void sbm_server_test_free(struct sbm_server_test *test) SBM_NOEXCEPT;

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* SBM_H */
