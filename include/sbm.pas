{
  sbm.pas: SBM for Delphi (XE2 and later) and Free Pascal (3.2 and later). sbm.h is the manual; this unit is all of it:

  1. Flat imports of every function, with the names, types and rules of sbm.h. Texts are UTF-8 ended by #0. Parameters whose
     names Pascal keeps for itself end with an underscore.
  2. Interfaces over them, which free themselves. Texts are UnicodeString, in Free Pascal as well. A status that is not SBM_OK is
     an exception ESbm with the status as its Code. Floating-point exceptions are masked during a call and as they were
     behind it and in callbacks. No exception leaves a callback: see SbmCallbackFailed.

         Client := SbmOpen('C:\ProgramData\MiniBackup\sbm');
         if not Client.Allows(SBM_ACTION_CREATE) then ShowMessage(Client.Explain(SBM_ACTION_CREATE).Sentence);

     A compiler may hold a result until the end of the routine that asked for it: Close, Stop and Finish say when.

  An interface may be used by several threads where sbm.h says so of its handle: client, run and worker.

  Define SBM_DELAYED to load the library at the first call in place of the start of the program: SbmAvailable tells before
  whether it is there. In Free Pascal SbmLibraryFile says which file it is.

  Free Pascal on Unix: name the unit cthreads first in your program if it starts a worker, and cwstring if its own strings are
  not UnicodeString. A program that links the library finds it with -Fl at build time and with the loader's path at run time.
}
unit Sbm;

{$IFDEF FPC}
  {$MODE DELPHI}
  {$IFDEF SBM_DELAYED}{$DEFINE SBM_LOADER}{$ENDIF}
{$ENDIF}
{$A8}
{$Z4}
{$H+}

interface

uses
{$IFDEF FPC}
  SysUtils;
{$ELSE}
  System.SysUtils;
{$ENDIF}

const
{$IFDEF MSWINDOWS}
  SBM_LIBRARY = 'sbm.dll';
{$ELSE}
  SBM_LIBRARY = 'libsbm.so.0';
{$ENDIF}

{ --- interface, made from sbm.h: begin --- }
const

  { The numbers of sbm_status: the one error table of SBM. Numbers are never reused. }
  /// <summary>nothing is wrong</summary>
  SBM_OK = 0;
  /// <summary>an argument has a value that is not allowed</summary>
  SBM_STATUS_INVALID_ARGUMENT = 101;
  /// <summary>a required pointer is null</summary>
  SBM_STATUS_NULL_ARGUMENT = 102;
  /// <summary>the handle is not open: it was freed or never came from this library</summary>
  SBM_STATUS_BAD_HANDLE = 103;
  /// <summary>a text is not valid UTF-8</summary>
  SBM_STATUS_NOT_UTF8 = 104;
  /// <summary>the library met a fault of its own and stopped this call</summary>
  SBM_STATUS_PANIC = 105;
  /// <summary>the handle was opened before a fork; open a new one in the child</summary>
  SBM_STATUS_FORKED = 106;
  /// <summary>the header is newer than the library</summary>
  SBM_STATUS_ABI_MISMATCH = 107;
  /// <summary>too many handles are open at once</summary>
  SBM_STATUS_TOO_MANY_HANDLES = 108;
  /// <summary>something inside SBM went wrong; the log names it</summary>
  SBM_STATUS_INTERNAL = 109;
  /// <summary>the call does not fit the state of the object</summary>
  SBM_STATUS_NOT_FINISHED = 110;
  /// <summary>the server cannot be reached</summary>
  SBM_STATUS_UNREACHABLE = 201;
  /// <summary>the server did not answer in time</summary>
  SBM_STATUS_TIMED_OUT = 202;
  /// <summary>no secure connection could be made</summary>
  SBM_STATUS_TLS_FAILED = 203;
  /// <summary>the server's certificate is not the one that was confirmed</summary>
  SBM_STATUS_UNTRUSTED_SERVER = 204;
  /// <summary>the server does not admit this address</summary>
  SBM_STATUS_ADDRESS_REFUSED = 205;
  /// <summary>the server's answer cannot be understood</summary>
  SBM_STATUS_MALFORMED_ANSWER = 206;
  /// <summary>the request cannot be understood</summary>
  SBM_STATUS_MALFORMED_REQUEST = 207;
  /// <summary>more bytes than the limit allows</summary>
  SBM_STATUS_TOO_LARGE = 208;
  /// <summary>too much is being asked for at the moment</summary>
  SBM_STATUS_BUSY = 209;
  /// <summary>the server does not offer what this needs</summary>
  SBM_STATUS_CAPABILITY_MISSING = 210;
  /// <summary>there is nothing at this address</summary>
  SBM_STATUS_NO_SUCH_ROUTE = 211;
  /// <summary>a forwarding header came from an address that is not a configured proxy</summary>
  SBM_STATUS_FORWARDING_REFUSED = 212;
  /// <summary>the host name asked for is not one of this server's</summary>
  SBM_STATUS_HOST_REFUSED = 213;
  /// <summary>the connection string is not of the form sbm://host:port#ca-sha256=…</summary>
  SBM_STATUS_BAD_CONNECTION_STRING = 214;
  /// <summary>the call was ended by its caller before it was done</summary>
  SBM_STATUS_CANCELLED = 215;
  /// <summary>the server has lost touch with the other servers and answers again by itself</summary>
  SBM_STATUS_SERVER_BEHIND = 216;
  /// <summary>the user name or the password is wrong</summary>
  SBM_STATUS_WRONG_CREDENTIALS = 301;
  /// <summary>the token is unknown, expired or revoked</summary>
  SBM_STATUS_TOKEN_REFUSED = 302;
  /// <summary>the token is meant for another kind of use</summary>
  SBM_STATUS_WRONG_AUDIENCE = 303;
  /// <summary>the user is disabled</summary>
  SBM_STATUS_USER_DISABLED = 304;
  /// <summary>the device was removed from the server</summary>
  SBM_STATUS_DEVICE_REMOVED = 305;
  /// <summary>the setup code is wrong or used up</summary>
  SBM_STATUS_SETUP_CODE_WRONG = 306;
  /// <summary>the server has not been set up yet</summary>
  SBM_STATUS_NOT_CLAIMED = 307;
  /// <summary>the server has been set up already</summary>
  SBM_STATUS_ALREADY_CLAIMED = 308;
  /// <summary>the password is shorter than twelve characters</summary>
  SBM_STATUS_PASSWORD_TOO_SHORT = 309;
  /// <summary>the password is among the most common ones</summary>
  SBM_STATUS_PASSWORD_TOO_COMMON = 310;
  /// <summary>nobody is logged in here</summary>
  SBM_STATUS_NOT_LOGGED_IN = 311;
  /// <summary>too many attempts; wait before the next one</summary>
  SBM_STATUS_THROTTLED = 312;
  /// <summary>the password is longer than 1,024 bytes</summary>
  SBM_STATUS_PASSWORD_TOO_LONG = 313;
  /// <summary>the connection to the server is locked; an administrator of that server can change it</summary>
  SBM_STATUS_CONNECTION_LOCKED = 314;
  /// <summary>the enrolment code is wrong, used up, expired or revoked; ask for a new one</summary>
  SBM_STATUS_ENROLMENT_REFUSED = 315;
  /// <summary>the code of the second factor is wrong or was used before</summary>
  SBM_STATUS_SECOND_FACTOR_WRONG = 316;
  /// <summary>the backup account is in use on another machine, and it is for one</summary>
  SBM_STATUS_OTHER_MACHINE = 317;
  /// <summary>the code could not be sent</summary>
  SBM_STATUS_CODE_NOT_SENT = 318;
  /// <summary>the address is not on the allowlist</summary>
  SBM_STATUS_DENIED_ADDRESS = 401;
  /// <summary>nobody is logged in</summary>
  SBM_STATUS_DENIED_AUTHENTICATION = 402;
  /// <summary>the second factor is missing</summary>
  SBM_STATUS_DENIED_SECOND_FACTOR = 403;
  /// <summary>the account is disabled</summary>
  SBM_STATUS_DENIED_ACCOUNT_DISABLED = 404;
  /// <summary>the account supervises others and makes no backups</summary>
  SBM_STATUS_DENIED_ACCOUNT_SUPERVISOR = 405;
  /// <summary>the account is about to be deleted</summary>
  SBM_STATUS_DENIED_ACCOUNT_DELETION = 406;
  /// <summary>no role of the user allows this on the server</summary>
  SBM_STATUS_DENIED_ROLE = 407;
  /// <summary>the account's level does not have this module</summary>
  SBM_STATUS_DENIED_MODULE = 408;
  /// <summary>the user has no security profile, hence no rights</summary>
  SBM_STATUS_DENIED_NO_SECURITY_PROFILE = 409;
  /// <summary>the user's security profile does not have this right</summary>
  SBM_STATUS_DENIED_RIGHT = 410;
  /// <summary>the user shares no group with the profile</summary>
  SBM_STATUS_DENIED_ENTITLEMENT = 411;
  /// <summary>there is no room left for new data</summary>
  SBM_STATUS_DENIED_QUOTA = 412;
  /// <summary>the job is disabled</summary>
  SBM_STATUS_DENIED_JOB_DISABLED = 413;
  /// <summary>the schedule does not allow a run now</summary>
  SBM_STATUS_DENIED_SCHEDULE = 414;
  /// <summary>the connection is slower than the job requires</summary>
  SBM_STATUS_DENIED_BANDWIDTH = 415;
  /// <summary>there is no trustworthy permission; while the cache can be read, scheduled runs of known managed profiles and
  /// restores go on, and without a readable one nothing does before the next login or contact with the server</summary>
  SBM_STATUS_DENIED_FLOOR = 416;
  /// <summary>the last contact with the server is longer ago than it allows</summary>
  SBM_STATUS_DENIED_OFFLINE_AGE = 417;
  /// <summary>the profile is marked for deletion</summary>
  SBM_STATUS_DENIED_MARKED_FOR_DELETION = 418;
  /// <summary>the token is limited, and this is beyond its limit</summary>
  SBM_STATUS_DENIED_TOKEN = 419;
  /// <summary>there is no such object</summary>
  SBM_STATUS_NOT_FOUND = 501;
  /// <summary>the name is taken</summary>
  SBM_STATUS_NAME_TAKEN = 502;
  /// <summary>the object was changed by somebody else in the meantime</summary>
  SBM_STATUS_STALE = 503;
  /// <summary>the object is still in use</summary>
  SBM_STATUS_IN_USE = 504;
  /// <summary>a built-in object cannot be changed or removed</summary>
  SBM_STATUS_BUILT_IN = 505;
  /// <summary>the last superuser, and oneself, cannot be deleted, disabled or demoted</summary>
  SBM_STATUS_LAST_SUPERUSER = 506;
  /// <summary>this cuts off whoever asks; it must be confirmed</summary>
  SBM_STATUS_CONFIRMATION_NEEDED = 507;
  /// <summary>a name or description is empty, too long or has characters that are not allowed</summary>
  SBM_STATUS_INVALID_NAME = 508;
  /// <summary>the allowlist entry is not a pattern</summary>
  SBM_STATUS_INVALID_PATTERN = 509;
  /// <summary>the GUID is not 32 hexadecimal digits</summary>
  SBM_STATUS_INVALID_GUID = 510;
  /// <summary>a history record breaks the rules and was set aside</summary>
  SBM_STATUS_INVALID_RECORD = 511;
  /// <summary>nothing would change</summary>
  SBM_STATUS_NOTHING_TO_CHANGE = 512;
  /// <summary>there are as many of these as the server allows</summary>
  SBM_STATUS_TOO_MANY = 513;
  /// <summary>the account name is not parts joined by &gt;</summary>
  SBM_STATUS_INVALID_ACCOUNT = 514;
  /// <summary>the client has seen a state that the server does not know; its head is needed as proof</summary>
  SBM_STATUS_NUMBER_AHEAD = 515;
  /// <summary>the same run id came before with other content</summary>
  SBM_STATUS_CONFLICTING_RUN = 516;
  /// <summary>the object is not at the state that the request was made for</summary>
  SBM_STATUS_PRECONDITION_FAILED = 517;
  /// <summary>a list cannot be filtered, sorted or continued like that</summary>
  SBM_STATUS_INVALID_QUERY = 518;
  /// <summary>the permission document came without a signature</summary>
  SBM_STATUS_HEAD_UNSIGNED = 601;
  /// <summary>the signature of the permission document is empty or cut off</summary>
  SBM_STATUS_HEAD_SIGNATURE_STRIPPED = 602;
  /// <summary>the permission document is signed with a key that is not the server's</summary>
  SBM_STATUS_HEAD_WRONG_KEY = 603;
  /// <summary>the permission document is not what was signed</summary>
  SBM_STATUS_HEAD_SIGNATURE_INVALID = 604;
  /// <summary>the permission document is for another device or user</summary>
  SBM_STATUS_HEAD_OTHER_DEVICE = 605;
  /// <summary>the permission document is older than one seen before</summary>
  SBM_STATUS_HEAD_OLDER = 606;
  /// <summary>the permission document has a number seen before with other content</summary>
  SBM_STATUS_HEAD_CONFLICT = 607;
  /// <summary>a profile's entry in the list is older than one seen before</summary>
  SBM_STATUS_TOMBSTONE_REPLAYED = 608;
  /// <summary>the permission document claims an epoch that no key document proves</summary>
  SBM_STATUS_EPOCH_JUMP = 609;
  /// <summary>the list of profiles is not the one that the permission document names</summary>
  SBM_STATUS_LIST_MISMATCH = 610;
  /// <summary>the profile's content is not the one that the list names</summary>
  SBM_STATUS_BODY_MISMATCH = 611;
  /// <summary>a signed document or list is larger than its limit</summary>
  SBM_STATUS_DOCUMENT_TOO_LARGE = 612;
  /// <summary>a document ends too early</summary>
  SBM_STATUS_DOCUMENT_TRUNCATED = 613;
  /// <summary>a document is not of its form</summary>
  SBM_STATUS_DOCUMENT_MALFORMED = 614;
  /// <summary>the server asks for something that this version does not know; update this program</summary>
  SBM_STATUS_UNKNOWN_CRITICAL_FEATURE = 615;
  /// <summary>the key document is not signed by the server's root key</summary>
  SBM_STATUS_KEYS_INVALID = 616;
  /// <summary>the key document is older than one seen before</summary>
  SBM_STATUS_KEYS_OLDER = 617;
  /// <summary>the cache was made on another machine</summary>
  SBM_STATUS_CACHE_OTHER_MACHINE = 618;
  /// <summary>the cache cannot be read or was changed by something else</summary>
  SBM_STATUS_CACHE_DAMAGED = 619;
  /// <summary>this installation is managed, but its cache is missing</summary>
  SBM_STATUS_CACHE_MISSING = 620;
  /// <summary>the cache is older than one this machine has had</summary>
  SBM_STATUS_CACHE_ROLLED_BACK = 621;
  /// <summary>the cache was written by a newer version of this program</summary>
  SBM_STATUS_CACHE_NEWER = 622;
  /// <summary>another process is using the cache</summary>
  SBM_STATUS_CACHE_BUSY = 623;
  /// <summary>there is no room to keep more history until the server was reached</summary>
  SBM_STATUS_OUTBOX_FULL = 624;
  /// <summary>the cache cannot be written</summary>
  SBM_STATUS_CACHE_UNWRITABLE = 625;
  /// <summary>the database cannot be used at the moment</summary>
  SBM_STATUS_STORE_UNAVAILABLE = 701;
  /// <summary>the database is damaged</summary>
  SBM_STATUS_STORE_DAMAGED = 702;
  /// <summary>the database was written by a newer version of this program</summary>
  SBM_STATUS_STORE_NEWER = 703;
  /// <summary>another server uses this data directory</summary>
  SBM_STATUS_STORE_LOCKED = 704;
  /// <summary>the disk is full</summary>
  SBM_STATUS_DISK_FULL = 705;
  /// <summary>the audit log was changed by something else</summary>
  SBM_STATUS_AUDIT_BROKEN = 706;
  /// <summary>the export is damaged, or none of this program's</summary>
  SBM_STATUS_EXPORT_INVALID = 707;
  /// <summary>the database that is to be filled is not empty</summary>
  SBM_STATUS_STORE_NOT_EMPTY = 708;
  /// <summary>the database was moved to another place, or is being moved</summary>
  SBM_STATUS_STORE_MOVED = 709;
  /// <summary>the backup is damaged, or none of this program's</summary>
  SBM_STATUS_BACKUP_INVALID = 710;
  /// <summary>the configuration cannot be read</summary>
  SBM_STATUS_CONFIG_UNREADABLE = 801;
  /// <summary>the configuration has a setting that does not exist</summary>
  SBM_STATUS_CONFIG_UNKNOWN_KEY = 802;
  /// <summary>a setting has a value that is not allowed</summary>
  SBM_STATUS_CONFIG_INVALID = 803;
  /// <summary>the configured certificate or its key cannot be used</summary>
  SBM_STATUS_CERTIFICATE_INVALID = 804;
  /// <summary>The version of this header. Hand it to sbm_config_new(), which refuses a header that is newer than the library.
  /// Since 0.1.</summary>
  SBM_ABI = 4;

  { How much a message of the log matters. Greater is more talkative. Since 0.1, SBM_ABI 3. }
  /// <summary>Something failed that somebody must see to.</summary>
  SBM_LOG_LEVEL_ERROR = 1;
  /// <summary>Something is not as it should be, and work goes on.</summary>
  SBM_LOG_LEVEL_WARNING = 2;
  /// <summary>What the library did.</summary>
  SBM_LOG_LEVEL_INFO = 3;
  /// <summary>Each request and connection besides.</summary>
  SBM_LOG_LEVEL_DEBUG = 4;

  { How this installation stands to its server. Since 0.1. }
  /// <summary>Never connected to a server: the host program decides everything.</summary>
  SBM_STATE_UNMANAGED = 1;
  /// <summary>The server answered at the last contact.</summary>
  SBM_STATE_ONLINE = 2;
  /// <summary>The server could not be reached, or was not asked since the client was opened; what it said last holds.</summary>
  SBM_STATE_OFFLINE = 3;
  /// <summary>The server refused this installation or its user; little is allowed until it accepts them again.</summary>
  SBM_STATE_REFUSED = 4;
  /// <summary>There is no permission document that can be trusted; little is allowed until the server was reached.</summary>
  SBM_STATE_FLOOR = 5;

  { What a decision comes to. Since 0.1. }
  /// <summary>Go on.</summary>
  SBM_EFFECT_ALLOW = 1;
  /// <summary>Do not do it, and tell the user why: sbm_client_explain().</summary>
  SBM_EFFECT_DENY = 2;
  /// <summary>This installation was never connected to a server: SBM has no say, the host program decides.</summary>
  SBM_EFFECT_UNMANAGED = 3;

  { What became of an enrolment. Since 0.1, SBM_ABI 4. }
  /// <summary>This installation is a device, and has its permissions.</summary>
  SBM_ENROLMENT_ENROLLED = 1;
  /// <summary>A person has yet to let it in. Ask again after a while, with the same code.</summary>
  SBM_ENROLMENT_WAITING = 2;

  { Where a decision was taken, in the order in which the gates are asked. Since 0.1. }
  /// <summary>No gate refused.</summary>
  SBM_GATE_NONE = -1;
  /// <summary>Is there a permission document that can be trusted?</summary>
  SBM_GATE_FLOOR = 0;
  /// <summary>Is the address on the allowlist?</summary>
  SBM_GATE_NETWORK = 1;
  /// <summary>Is somebody logged in?</summary>
  SBM_GATE_AUTHENTICATION = 2;
  /// <summary>Was the second factor given?</summary>
  SBM_GATE_SECOND_FACTOR = 3;
  /// <summary>Does the account's state allow it?</summary>
  SBM_GATE_ACCOUNT_STATE = 4;
  /// <summary>Does a role allow it on the server?</summary>
  SBM_GATE_ROLE = 5;
  /// <summary>Does the account's level have the module?</summary>
  SBM_GATE_MODULE = 6;
  /// <summary>Does the security profile have the right?</summary>
  SBM_GATE_RIGHT = 7;
  /// <summary>Do the user and the managed profile share a group?</summary>
  SBM_GATE_ENTITLEMENT = 8;
  /// <summary>Is there room for new data?</summary>
  SBM_GATE_QUOTA = 9;
  /// <summary>Do the job, its schedule and the bandwidth allow a run now?</summary>
  SBM_GATE_JOB = 10;

  { What a worker has to say. Since 0.1, SBM_ABI 2. }
  /// <summary>Another process, or the server, changed something: rights, standing, the list or the queue. Look again.</summary>
  SBM_NOTICE_CHANGED = 1;
  /// <summary>A check was made: why is SBM_OK, or why the server did not answer or refused.</summary>
  SBM_NOTICE_SYNCED = 2;
  /// <summary>A check could not be made: why tells what is wrong with the cache.</summary>
  SBM_NOTICE_FAILED = 3;

  { How a setting is handed down. Since 0.1, SBM_ABI 4. }
  /// <summary>No policy has it: the host program decides.</summary>
  SBM_SETTING_MODE_NONE = 0;
  /// <summary>It counts, whatever the host program has of its own.</summary>
  SBM_SETTING_MODE_FORCED = 1;
  /// <summary>It counts where the host program has none of its own.</summary>
  SBM_SETTING_MODE_DEFAULT = 2;
  /// <summary>It is left to the host program.</summary>
  SBM_SETTING_MODE_LOCAL = 3;

  { What the host is to do with a managed profile. Since 0.1. }
  /// <summary>Nothing: there is no change.</summary>
  SBM_DELIVERY_NONE = 0;
  /// <summary>Take the profile over. A local profile of the same name keeps its data under another name.</summary>
  SBM_DELIVERY_INSTALL = 1;
  /// <summary>Replace the managed copy. Without a schedule the host's own stays as it is.</summary>
  SBM_DELIVERY_UPDATE = 2;
  /// <summary>Remove the managed copy; never the user's files.</summary>
  SBM_DELIVERY_REMOVE = 3;

  { How one question of a server test was answered. Since 0.1. }
  /// <summary>It could not be asked: an earlier one failed, or no user was given.</summary>
  SBM_CHECK_NOT_TRIED = 0;
  /// <summary>It is as it should be.</summary>
  SBM_CHECK_PASSED = 1;
  /// <summary>It is not; the report says why.</summary>
  SBM_CHECK_FAILED = 2;

  { What a host program asks about. Given to functions as int32_t. Since 0.1. }
  /// <summary>Create a profile.</summary>
  SBM_ACTION_CREATE = 1;
  /// <summary>Delete a profile.</summary>
  SBM_ACTION_DELETE = 2;
  /// <summary>Modify a profile.</summary>
  SBM_ACTION_MODIFY = 3;
  /// <summary>Export a profile.</summary>
  SBM_ACTION_EXPORT = 4;
  /// <summary>Import a profile.</summary>
  SBM_ACTION_IMPORT = 5;
  /// <summary>Rename a profile.</summary>
  SBM_ACTION_RENAME = 6;
  /// <summary>Modify the program's global settings.</summary>
  SBM_ACTION_MODIFY_GLOBAL_SETTINGS = 7;
  /// <summary>Modify the program's own login settings.</summary>
  SBM_ACTION_MODIFY_LOGIN_SETTINGS = 8;
  /// <summary>Run a profile by hand.</summary>
  SBM_ACTION_RUN_MANUALLY = 9;
  /// <summary>Run a profile to restore.</summary>
  SBM_ACTION_RESTORE = 10;
  /// <summary>Run a profile by its schedule. It needs no right.</summary>
  SBM_ACTION_RUN_SCHEDULED = 11;

  { How the code of a second factor can be sent. Since 0.1, SBM_ABI 4. }
  /// <summary>By mail.</summary>
  SBM_CHANNEL_EMAIL = 1;
  /// <summary>By a short message to a phone.</summary>
  SBM_CHANNEL_SMS = 2;

  { What kind of profile runs. Since 0.1. }
  /// <summary>A backup.</summary>
  SBM_PROFILE_KIND_BACKUP = 1;
  /// <summary>Both sides become alike.</summary>
  SBM_PROFILE_KIND_SYNCHRONIZE = 2;
  /// <summary>The destination becomes like the source.</summary>
  SBM_PROFILE_KIND_MIRROR = 3;
  /// <summary>Something else; kind_text says what, and must.</summary>
  SBM_PROFILE_KIND_OTHER = 4;

  { How a run ended. Since 0.1. }
  /// <summary>Everything was done.</summary>
  SBM_RESULT_SUCCESS = 1;
  /// <summary>It was done, with something to look at.</summary>
  SBM_RESULT_WARNING = 2;
  /// <summary>It was not done.</summary>
  SBM_RESULT_FAILURE = 3;
  /// <summary>Somebody stopped it.</summary>
  SBM_RESULT_ABORTED = 4;
  /// <summary>It was not begun, on purpose.</summary>
  SBM_RESULT_SKIPPED = 5;
  /// <summary>The host program died meanwhile. SBM alone says so; sbm_run_finish() refuses it.</summary>
  SBM_RESULT_INTERRUPTED = 6;

  { What began a run. Since 0.1. }
  /// <summary>A person.</summary>
  SBM_TRIGGER_MANUAL = 1;
  /// <summary>The schedule.</summary>
  SBM_TRIGGER_SCHEDULE = 2;
  /// <summary>A group run of the host program.</summary>
  SBM_TRIGGER_GROUP = 3;
  /// <summary>A person, to restore; sbm_run_start's restore is 1 then.</summary>
  SBM_TRIGGER_RESTORE = 4;

type
  /// <summary>How much a message of the log matters. Greater is more talkative. Since 0.1, SBM_ABI 3.</summary>
  sbm_log_level = Integer;
  Psbm_log_level = ^sbm_log_level;
  /// <summary>How this installation stands to its server. Since 0.1.</summary>
  sbm_state = Integer;
  Psbm_state = ^sbm_state;
  /// <summary>What a decision comes to. Since 0.1.</summary>
  sbm_effect = Integer;
  Psbm_effect = ^sbm_effect;
  /// <summary>What became of an enrolment. Since 0.1, SBM_ABI 4.</summary>
  sbm_enrolment = Integer;
  Psbm_enrolment = ^sbm_enrolment;
  /// <summary>Where a decision was taken, in the order in which the gates are asked. Since 0.1.</summary>
  sbm_gate = Integer;
  Psbm_gate = ^sbm_gate;
  /// <summary>What a worker has to say. Since 0.1, SBM_ABI 2.</summary>
  sbm_notice = Integer;
  Psbm_notice = ^sbm_notice;
  /// <summary>How a setting is handed down. Since 0.1, SBM_ABI 4.</summary>
  sbm_setting_mode = Integer;
  Psbm_setting_mode = ^sbm_setting_mode;
  /// <summary>What the host is to do with a managed profile. Since 0.1.</summary>
  sbm_delivery = Integer;
  Psbm_delivery = ^sbm_delivery;
  /// <summary>How one question of a server test was answered. Since 0.1.</summary>
  sbm_check = Integer;
  Psbm_check = ^sbm_check;
  /// <summary>What a host program asks about. Given to functions as int32_t. Since 0.1.</summary>
  sbm_action = Integer;
  Psbm_action = ^sbm_action;
  /// <summary>How the code of a second factor can be sent. Since 0.1, SBM_ABI 4.</summary>
  sbm_channel = Integer;
  Psbm_channel = ^sbm_channel;
  /// <summary>What kind of profile runs. Since 0.1.</summary>
  sbm_profile_kind = Integer;
  Psbm_profile_kind = ^sbm_profile_kind;
  /// <summary>How a run ended. Since 0.1.</summary>
  sbm_result = Integer;
  Psbm_result = ^sbm_result;
  /// <summary>What began a run. Since 0.1.</summary>
  sbm_trigger = Integer;
  Psbm_trigger = ^sbm_trigger;
  /// <summary>How the host program is to look, as the nearest account above says that says anything.</summary>
  sbm_branding = record end;
  Psbm_branding = ^sbm_branding;
  PPsbm_branding = ^Psbm_branding;
  /// <summary>Bytes of their own: the content of a profile. SBM never looks into them.</summary>
  sbm_bytes = record end;
  Psbm_bytes = ^sbm_bytes;
  PPsbm_bytes = ^Psbm_bytes;
  /// <summary>One thing to do. Do it, then answer with sbm_change_done() or sbm_change_failed(). Freed without an answer, or after
  /// a crash, it is delivered again.</summary>
  sbm_change = record end;
  Psbm_change = ^sbm_change;
  PPsbm_change = ^Psbm_change;
  /// <summary>One installation of the host program, as one user uses it. Open it once and keep it.</summary>
  sbm_client = record end;
  Psbm_client = ^sbm_client;
  PPsbm_client = ^Psbm_client;
  /// <summary>How a client is to be opened. It may be freed, changed or used again once a client was opened with it.</summary>
  sbm_config = record end;
  Psbm_config = ^sbm_config;
  PPsbm_config = ^Psbm_config;
  /// <summary>A decision with its reasons.</summary>
  sbm_decision = record end;
  Psbm_decision = ^sbm_decision;
  PPsbm_decision = ^Psbm_decision;
  /// <summary>Why a call failed: its status again, a sentence for a person, and when to try again. A call that fails puts one into
  /// `*error` if `error` is not NULL; a call that succeeds sets `*error` to NULL. Free it before you reuse the variable.</summary>
  sbm_error = record end;
  Psbm_error = ^sbm_error;
  PPsbm_error = ^Psbm_error;
  /// <summary>The managed profiles as they were when the list was made.</summary>
  sbm_profile_list = record end;
  Psbm_profile_list = ^sbm_profile_list;
  PPsbm_profile_list = ^Psbm_profile_list;
  /// <summary>A silent roll-out: the settings of the management connection, from arguments, from the environment and from a file.
  /// It counts only while nothing is locked. What is said first wins: set what the command line says, then add the environment,
  /// then the file.</summary>
  sbm_rollout = record end;
  Psbm_rollout = ^sbm_rollout;
  PPsbm_rollout = ^Psbm_rollout;
  /// <summary>One execution of a profile that has begun. A pointer to it is a number, not an address: using it after
  /// sbm_run_free(), or freeing it twice, is SBM_STATUS_BAD_HANDLE.</summary>
  sbm_run = record end;
  Psbm_run = ^sbm_run;
  PPsbm_run = ^Psbm_run;
  /// <summary>What a server test found.</summary>
  sbm_server_test = record end;
  Psbm_server_test = ^sbm_server_test;
  PPsbm_server_test = ^Psbm_server_test;
  /// <summary>A text of its own.</summary>
  sbm_text = record end;
  Psbm_text = ^sbm_text;
  PPsbm_text = ^Psbm_text;
  /// <summary>A thread that keeps a client up to date. A pointer to it is a number, not an address: using it after
  /// sbm_worker_free(), or freeing it twice, is SBM_STATUS_BAD_HANDLE.</summary>
  sbm_worker = record end;
  Psbm_worker = ^sbm_worker;
  PPsbm_worker = ^Psbm_worker;
  /// <summary>What a call came to: SBM_OK, or one of SBM_STATUS_*. Numbers are never reused. A later library may answer with
  /// numbers that this header does not name; sbm_status_text() knows them. Since 0.1.</summary>
  sbm_status = Integer;
  Psbm_status = ^sbm_status;
  /// <summary>Tells the time: milliseconds since 1970-01-01 00:00 UTC.</summary>
  sbm_clock_callback = function(user_data: Pointer): Int64; cdecl;
  /// <summary>Called once when the library is done with user_data, by whichever thread that is, and under no lock. It must return:
  /// not throw, not longjmp.</summary>
  sbm_destroy = procedure(user_data: Pointer); cdecl;
  /// <summary>Takes a message of the library for the host's log.</summary>
  sbm_log_callback = procedure(user_data: Pointer; level: sbm_log_level; message: PAnsiChar); cdecl;
  /// <summary>Called by a worker, on its thread and under no lock. It only says "look": wake your own thread and let it call
  /// sbm_client_next_change() and sbm_client_state(); calling them from here is allowed as well. It must return: not throw, not
  /// longjmp. The floating-point state is the one of the thread that started the worker.</summary>
  sbm_worker_callback = procedure(user_data: Pointer; notice: sbm_notice; why: sbm_status); cdecl;
  PPsbm_byte = ^PByte;

{$IFDEF FPC}{$PUSH}{$PACKRECORDS C}{$ENDIF}
  /// <summary>What one exchange with the server came to. Set struct_size to sizeof(sbm_sync_summary) before the call. Since 0.1.</summary>
  sbm_sync_summary = record
    /// <summary>sizeof(sbm_sync_summary), set by the caller.</summary>
    struct_size: Cardinal;
    /// <summary>1 if the server answered, else 0: work goes on under what it said last.</summary>
    online: Integer;
    /// <summary>Why it did not answer, or refused; SBM_OK if all is well.</summary>
    why: sbm_status;
    /// <summary>How many changes wait for sbm_client_next_change().</summary>
    changes_waiting: Cardinal;
    /// <summary>How many runs the server has acknowledged in this exchange.</summary>
    runs_sent: Cardinal;
    /// <summary>1 if the rights or the list of profiles changed, else 0.</summary>
    permissions_changed: Integer;
    /// <summary>How many runs still wait for the server.</summary>
    runs_waiting: Cardinal;
    /// <summary>1 if the server was asked, else 0: it was not due.</summary>
    tried: Integer;
  end;
  Psbm_sync_summary = ^sbm_sync_summary;
  /// <summary>What is known when a run begins. Set all of it to zero, then struct_size, kind, trigger and profile_name at least.
  /// Times are milliseconds since 1970-01-01 UTC. A text that is too long is cut at a character, never refused. Since 0.1.</summary>
  sbm_run_start = record
    /// <summary>sizeof(sbm_run_start).</summary>
    struct_size: Cardinal;
    /// <summary>One of SBM_PROFILE_KIND_*.</summary>
    kind: Integer;
    /// <summary>One of SBM_TRIGGER_*.</summary>
    trigger: Integer;
    /// <summary>1 if it restores, else 0. With SBM_TRIGGER_RESTORE it must be 1; with another trigger 1 counts as well.</summary>
    restore: Integer;
    /// <summary>When the host's thread started; 0: now.</summary>
    thread_start_ms: Int64;
    /// <summary>When the profile started; 0: now.</summary>
    profile_start_ms: Int64;
    /// <summary>When the group run it is part of started; 0: it is not part of one.</summary>
    group_start_ms: Int64;
    /// <summary>The version of the profile, as the host counts it.</summary>
    version: Int64;
    /// <summary>The name of the profile; cut at 256 bytes. "" only beside a profile_guid.</summary>
    profile_name: PAnsiChar;
    /// <summary>The GUID of a managed profile; NULL for a local one.</summary>
    profile_guid: PAnsiChar;
    /// <summary>What kind it is, for SBM_PROFILE_KIND_OTHER; else NULL. Cut at 256 bytes.</summary>
    kind_text: PAnsiChar;
    /// <summary>The operating system's user; NULL: the one as whom this process acts. Cut at 256 bytes.</summary>
    os_user: PAnsiChar;
    /// <summary>How many minutes local time is ahead of UTC, from -1080 to 1080 (18 hours).</summary>
    utc_offset_minutes: Integer;
    /// <summary>Zero.</summary>
    reserved: Integer;
  end;
  Psbm_run_start = ^sbm_run_start;
  /// <summary>What is known when a run has ended. Set all of it to zero, then struct_size, result and what you know. Since 0.1.</summary>
  sbm_run_end = record
    /// <summary>sizeof(sbm_run_end).</summary>
    struct_size: Cardinal;
    /// <summary>One of SBM_RESULT_*, but not SBM_RESULT_INTERRUPTED.</summary>
    result: Integer;
    /// <summary>When it ended, in milliseconds since 1970-01-01 UTC; 0: now.</summary>
    end_ms: Int64;
    /// <summary>Files copied.</summary>
    files_copied: UInt64;
    /// <summary>Files deleted.</summary>
    files_deleted: UInt64;
    /// <summary>Files that failed.</summary>
    files_failed: UInt64;
    /// <summary>Bytes copied.</summary>
    bytes_copied: UInt64;
    /// <summary>Bytes deleted.</summary>
    bytes_deleted: UInt64;
    /// <summary>Bytes of the files that failed.</summary>
    bytes_failed: UInt64;
    /// <summary>Bytes that the destination holds now; -1 if you do not know.</summary>
    bytes_stored: Int64;
    /// <summary>What went wrong, in the host's words; NULL: nothing. Cut at 4096 bytes.</summary>
    error_text: PAnsiChar;
    /// <summary>NULL.</summary>
    reserved: PAnsiChar;
  end;
  Psbm_run_end = ^sbm_run_end;
  /// <summary>A profile to upload. Set all of it to zero, then what you know. Since 0.1.</summary>
  sbm_upload = record
    /// <summary>sizeof(sbm_upload).</summary>
    struct_size: Cardinal;
    /// <summary>Zero.</summary>
    reserved: Integer;
    /// <summary>The version, as the host counts it.</summary>
    version: Int64;
    /// <summary>The server's revision that the host had when the profile was changed; 0 for a new one.</summary>
    based_on: UInt64;
    /// <summary>The GUID that the host made for this profile, in any spelling. A known one is replaced.</summary>
    guid: PAnsiChar;
    /// <summary>The profile's name.</summary>
    name: PAnsiChar;
    /// <summary>What is to be said of it; it must not be empty.</summary>
    description: PAnsiChar;
    /// <summary>NULL.</summary>
    reserved_text: PAnsiChar;
    /// <summary>The content, which only the host understands: at most 4 MiB.</summary>
    body: PByte;
    /// <summary>How many bytes the content has.</summary>
    body_size: NativeUInt;
    /// <summary>The schedule, which only the host understands: at most 4 MiB; NULL if there is none.</summary>
    schedule: PByte;
    /// <summary>How many bytes the schedule has.</summary>
    schedule_size: NativeUInt;
  end;
  Psbm_upload = ^sbm_upload;
{$IFDEF FPC}{$POP}{$ENDIF}

/// <summary>The library's version, such as "0.1.0". Never NULL; valid for ever. Any thread. It cannot fail. Since 0.1.</summary>
function sbm_version: PAnsiChar; cdecl;
/// <summary>The newest header that the library fits: at least the SBM_ABI it was built with. Any thread. It cannot fail. Since
/// 0.1.</summary>
function sbm_abi_version: Cardinal; cdecl;
/// <summary>The stable name of a status, such as "denied_right": lower case, for logs and scripts. "unknown" for a number that is
/// no status. Never NULL; valid for ever. Any thread. It cannot fail. Since 0.1.</summary>
function sbm_status_name(status: sbm_status): PAnsiChar; cdecl;
/// <summary>What a status means in general: one sentence, lower case. The message of an error says more. Never NULL; valid for
/// ever. Any thread. It cannot fail. Since 0.1.</summary>
function sbm_status_text(status: sbm_status): PAnsiChar; cdecl;
/// <summary>1 if the same call may succeed later without anybody changing anything, else 0. Any thread. status: any number. It
/// cannot fail. Since 0.1.</summary>
function sbm_status_is_retryable(status: sbm_status): Integer; cdecl;
/// <summary>The status of an error: what the call returned. SBM_OK for NULL. It cannot fail. Since 0.1.</summary>
function sbm_error_status(error: Psbm_error): sbm_status; cdecl;
/// <summary>What went wrong: one sentence, lower case, UTF-8, with the value that was wrong and what to do next; never a password
/// or other secret. Borrowed: valid until the error is freed. Never NULL; "" for a NULL error. It cannot fail. Since 0.1.</summary>
function sbm_error_message(error: Psbm_error): PAnsiChar; cdecl;
/// <summary>After how many milliseconds the same call is worth another attempt, where the server said so; -1 where nobody did. It
/// cannot fail. Since 0.1.</summary>
function sbm_error_retry_after_ms(error: Psbm_error): Int64; cdecl;
/// <summary>Where sbm_client_send_login_code() would send a code to by a channel, so much of it that its owner knows it; "" if it
/// sends none that way. It says something of a login that failed with SBM_STATUS_DENIED_SECOND_FACTOR. channel: one of
/// SBM_CHANNEL_*. Borrowed: valid until the error is freed. Never NULL; "" for a NULL error. It cannot fail. Since 0.1, SBM_ABI 4.</summary>
function sbm_error_code_address(error: Psbm_error; channel: Integer): PAnsiChar; cdecl;
/// <summary>Frees an error and its message. NULL is fine. It cannot fail. Since 0.1.</summary>
procedure sbm_error_free(error: Psbm_error); cdecl;
/// <summary>The text, UTF-8, ended by NUL. Borrowed: valid until the text is freed. Never NULL; "" for a NULL text. It cannot
/// fail. Since 0.1.</summary>
function sbm_text_data(text: Psbm_text): PAnsiChar; cdecl;
/// <summary>Frees a text. NULL is fine. It cannot fail. Since 0.1.</summary>
procedure sbm_text_free(text: Psbm_text); cdecl;
/// <summary>The first byte. Borrowed: valid until the bytes are freed. NULL if there are none. It cannot fail. Since 0.1.</summary>
function sbm_bytes_data(bytes: Psbm_bytes): PByte; cdecl;
/// <summary>How many bytes there are; 0 for NULL. It cannot fail. Since 0.1.</summary>
function sbm_bytes_size(bytes: Psbm_bytes): NativeUInt; cdecl;
/// <summary>Frees bytes. NULL is fine. It cannot fail. Since 0.1.</summary>
procedure sbm_bytes_free(bytes: Psbm_bytes); cdecl;
/// <summary>Makes a configuration.</summary>
function sbm_config_new(abi: Cardinal; directory: PAnsiChar; out_: PPsbm_config; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Says what the host program is and which version, such as "MiniBackup 1.0"; the server shows it. Errors:
/// SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_NOT_UTF8. Since 0.1.</summary>
function sbm_config_set_program(config: Psbm_config; program_: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Says how long one exchange with the server may take, in milliseconds from 1 to 3,600,000; 30 seconds if you say
/// nothing. It bounds every call that speaks to the server. timeout_ms: that time. Errors: SBM_STATUS_INVALID_ARGUMENT. Since 0.1.</summary>
function sbm_config_set_timeout_ms(config: Psbm_config; timeout_ms: Integer; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Says how long it may take until there is a connection to the server, in milliseconds from 1 to 3,600,000 and never
/// longer than the whole exchange; 10 seconds if you say nothing. timeout_ms: that time. Errors: SBM_STATUS_INVALID_ARGUMENT.
/// Since 0.1, SBM_ABI 2.</summary>
function sbm_config_set_connect_timeout_ms(config: Psbm_config; timeout_ms: Integer; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Says how long it may take from there until the connection is secure, in the same way; 10 seconds if you say nothing.
/// timeout_ms: that time. Errors: SBM_STATUS_INVALID_ARGUMENT. Since 0.1, SBM_ABI 2.</summary>
function sbm_config_set_handshake_timeout_ms(config: Psbm_config; timeout_ms: Integer; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Says with 1 that a connection string without a fingerprint may be used: the roots that the operating system trusts
/// vouch for the server then. 0 is the default: it is refused, and nobody is trusted on first use. yes: 0 or 1. Errors:
/// SBM_STATUS_INVALID_ARGUMENT for any other number. Since 0.1, SBM_ABI 2.</summary>
function sbm_config_set_system_roots(config: Psbm_config; yes: Integer; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Takes from a roll-out what must be known before a client is opened: whether this installation is managed even before
/// its first login. rollout: stays yours. Errors: SBM_STATUS_NULL_ARGUMENT. Since 0.1, SBM_ABI 2.</summary>
function sbm_config_set_rollout(config: Psbm_config; rollout: Psbm_rollout; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Says with 1 that this installation is managed even if it was never connected: until its first login everything is
/// denied, instead of left to the host program. 0 is the default. A connection that was once saved counts as 1, whatever is set
/// here. required: 0 or 1. Errors: SBM_STATUS_INVALID_ARGUMENT for any other number. Since 0.1.</summary>
function sbm_config_set_managed_required(config: Psbm_config; required: Integer; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Says through which HTTP proxy servers are reached. The proxy is asked to CONNECT to the server and looks its name up;
/// what goes through is TLS to the server as ever, which the proxy can neither read nor change. Without this no proxy is used,
/// whatever the environment says.</summary>
function sbm_config_set_proxy(config: Psbm_config; proxy: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Says with 1 that the cache is kept in plain files, in place of a SQLite database: for host programs that bring a
/// SQLite of their own. 0 is the default. A directory has the one or the other; opening it as what it is not is an error.</summary>
function sbm_config_set_plain_files(config: Psbm_config; yes: Integer; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Says how many records of runs may wait for the server; 100,000 with 64 MiB if you say nothing. No run is ever refused
/// for want of room: the oldest records lose their details first, then they become one record that counts them.</summary>
function sbm_config_set_outbox(config: Psbm_config; records: Cardinal; bytes: UInt64; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Frees a configuration. NULL is fine. It cannot fail. Since 0.1.</summary>
procedure sbm_config_free(config: Psbm_config); cdecl;
/// <summary>Gives clients a clock of the host program's own, in place of the computer's: for a program that knows the time better,
/// and for tests.</summary>
function sbm_config_set_clock(config: Psbm_config; callback: sbm_clock_callback; user_data: Pointer; destroy: sbm_destroy;
  error: PPsbm_error): sbm_status; cdecl;
/// <summary>Tells a log of the host program's own what the library does and why: a cache that cannot be trusted, connections by
/// name and port, exchanges and what came of them, refusals, runs that were sent or given up. Without it nothing is logged and
/// nothing is printed.</summary>
function sbm_config_set_log(config: Psbm_config; level: Integer; callback: sbm_log_callback; user_data: Pointer; destroy: sbm_destroy;
  error: PPsbm_error): sbm_status; cdecl;
/// <summary>Opens the client on its directory. Nothing is sent and no thread is started. A cache that is damaged still opens:
/// sbm_client_state() tells it, and rights are narrow until the server was reached. Runs that a dead process left behind are noted
/// as interrupted.</summary>
function sbm_client_open(config: Psbm_config; out_: PPsbm_client; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Closes a client. NULL is fine. Runs and changes that came from it stay usable until they are freed. Answers
/// SBM_STATUS_BAD_HANDLE if it is closed already; then nothing happens. Errors: SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED. Since
/// 0.1.</summary>
function sbm_client_free(client: Psbm_client): sbm_status; cdecl;
/// <summary>Tells how this installation stands to its server, and takes notice of what other processes of it did. Nothing is sent.</summary>
function sbm_client_state(client: Psbm_client; out_: Psbm_state; why: Psbm_status; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Tells who is logged in.</summary>
function sbm_client_user(client: Psbm_client; out_: PPsbm_text; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Logs a user in and makes this installation a device of his account, then fetches his rights and profiles. The password
/// is used for this one exchange and kept nowhere; the client keeps a token of its own. From then on the installation is managed,
/// whatever happens to the server.</summary>
function sbm_client_login(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Logs the user out: the token is handed back if the server can be reached, and forgotten here in any case. The
/// installation stays managed; nothing is allowed afterwards that was not before. Offline: works.</summary>
function sbm_client_logout(client: Psbm_client; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Asks whether the user may do something. From memory: no file, no network, no allocation but at a thread's first
/// question, no lock that anybody holds while he writes; ask as often as you like, for example to grey out a menu. Ask again right
/// before the act. It is a question, not an error: a denial is SBM_OK with *out = SBM_EFFECT_DENY. What another process of this
/// installation learnt counts from the next sbm_client_state() or other call that reads the cache.</summary>
function sbm_client_may(client: Psbm_client; action: Integer; profile_guid: PAnsiChar; out_: Psbm_effect; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Asks the same as sbm_client_may() and tells all about the answer: the sentence to show, the rule, and what would turn
/// it round.</summary>
function sbm_client_explain(client: Psbm_client; action: Integer; profile_guid: PAnsiChar; out_: PPsbm_decision;
  error: PPsbm_error): sbm_status; cdecl;
/// <summary>Tells whether the management connection is read-only. It is open until its first valid test: a login, or a
/// sbm_client_test_server() with user and password in which everything is right. From then on the same user logs in at the same
/// server and nothing else is taken; sbm_client_change_connection() is the way. Logging out does not open it. An installation that
/// was tested and never logged in is locked, and unmanaged all the same: nobody gave it rights yet.</summary>
function sbm_client_is_locked(client: Psbm_client; out_: PInteger; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Tells what the management connection is locked to, or, while it is open, what it is set to: what a form shows,
/// read-only or not.</summary>
function sbm_client_connection(client: Psbm_client; connection: PPsbm_text; user: PPsbm_text; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Tells the fingerprint of the CA that vouches for the server, for a person to compare: 64 hexadecimal digits.</summary>
function sbm_client_fingerprint(client: Psbm_client; out_: PPsbm_text; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Tells when the server was last reached and what it said could be trusted.</summary>
function sbm_client_last_contact(client: Psbm_client; contact_ms: PInt64; age_ms: PInt64; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Changes the management connection while it is locked: an administrator proves himself at the locked server, for this
/// one act, and the user logs in to the new one. He is logged in nowhere by it, and neither password is kept. An open connection
/// asks for no proof. Whatever fails, the old connection stays. Needs the server, the locked one as well as the new one.</summary>
function sbm_client_change_connection(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar;
  admin_user: PAnsiChar; admin_password: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Does the same where the user or the administrator has a second factor, for which sbm_client_change_connection()
/// answers SBM_STATUS_DENIED_SECOND_FACTOR. Needs the server, the locked one as well as the new one.</summary>
function sbm_client_change_connection_with_code(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar;
  code: PAnsiChar; admin_user: PAnsiChar; admin_password: PAnsiChar; admin_code: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Ends every call of this client that waits for the network, on whatever thread, within a moment: it answers
/// SBM_STATUS_CANCELLED. What was done by then is done and on disk; calls that begin later are not affected. For a window that is
/// closed while a login goes on. The look-up of a host name is the system's and is not interrupted; nothing is sent after it.
/// Offline: works. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED. Since 0.1, SBM_ABI 2.</summary>
function sbm_client_cancel(client: Psbm_client; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Makes this installation a device with a code or a passphrase, without any password, then fetches its rights and
/// profiles. The code is used for this one exchange and kept nowhere. Where a person has to let the device in, the call does not
/// wait for that: the state is SBM_ENROLMENT_WAITING, the installation is what it was, and the same call with the same code asks
/// again, after a restart, too. An enrolment locks the management connection as a login does. Needs the server.</summary>
function sbm_client_enrol(client: Psbm_client; connection: PAnsiChar; code: PAnsiChar; out_: Psbm_enrolment;
  error: PPsbm_error): sbm_status; cdecl;
/// <summary>Logs a user in who has a second factor. sbm_client_login() answers SBM_STATUS_DENIED_SECOND_FACTOR for such a user:
/// ask him for the code and call this. The device's token is asked for no code later. Needs the server.</summary>
function sbm_client_login_with_code(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; code: PAnsiChar;
  error: PPsbm_error): sbm_status; cdecl;
/// <summary>Logs a user in as sbm_client_login() does, and takes a backup account over from the machine that it is on: it is on
/// this one from then on. A backup account is for one machine; sbm_client_login() answers SBM_STATUS_OTHER_MACHINE on another one,
/// and its message names the machine that has it. Ask your user, and call this only if he says so. What the other machine did
/// stays in the history; it is answered SBM_STATUS_OTHER_MACHINE from then on, makes no more backups, and still restores. Needs
/// the server.</summary>
function sbm_client_take_over(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; code: PAnsiChar;
  error: PPsbm_error): sbm_status; cdecl;
/// <summary>Has a code sent to a user for a login, which sbm_client_login_with_code() then ends in this process with the same
/// connection, user and password. By which channels a code can be sent is told by sbm_error_code_address(). Needs the server.</summary>
function sbm_client_send_login_code(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; channel: Integer;
  out_: PPsbm_text; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Makes a roll-out without any setting. out: free it with sbm_rollout_free(). Errors: SBM_STATUS_NULL_ARGUMENT. Since
/// 0.1, SBM_ABI 2.</summary>
function sbm_rollout_new(out_: PPsbm_rollout; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Says which server. connection: sbm://host:port#ca-sha256=…; without the fingerprint it is refused, unless
/// sbm_rollout_set_system_roots() says that the system's roots vouch. Errors: SBM_STATUS_BAD_CONNECTION_STRING. Since 0.1, SBM_ABI
/// 2.</summary>
function sbm_rollout_set_connection(rollout: Psbm_rollout; connection: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Says with 1 that the roots which the operating system trusts vouch for the server, in place of a fingerprint; 0 is the
/// default. yes: 0 or 1. Errors: SBM_STATUS_INVALID_ARGUMENT for any other number. Since 0.1, SBM_ABI 2.</summary>
function sbm_rollout_set_system_roots(rollout: Psbm_rollout; yes: Integer; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Says who logs in. user: that name. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_NOT_UTF8. Since 0.1, SBM_ABI 2.</summary>
function sbm_rollout_set_user(rollout: Psbm_rollout; user: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Says his password. It logs in once and is kept nowhere. password: in place of one that was set before. Errors:
/// SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_NOT_UTF8. Since 0.1, SBM_ABI 2.</summary>
function sbm_rollout_set_password(rollout: Psbm_rollout; password: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Says which file holds the password and nothing else. Nobody but its owner may read it; it is read by
/// sbm_client_roll_out(). path: where the file is. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_NOT_UTF8. Since 0.1, SBM_ABI 2.</summary>
function sbm_rollout_set_password_file(rollout: Psbm_rollout; path: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Says with 1 that this installation is managed even before its first login; see sbm_config_set_managed_required() and
/// hand the roll-out to sbm_config_set_rollout(). required: 0 or 1. Errors: SBM_STATUS_INVALID_ARGUMENT unless it is 0 or 1. Since
/// 0.1, SBM_ABI 2.</summary>
function sbm_rollout_set_managed_required(rollout: Psbm_rollout; required: Integer; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Adds what the environment says and nobody said before: SBM_CONNECTION, SBM_ROOTS (pinned or system), SBM_USER,
/// SBM_PASSWORD_FILE, SBM_MANAGED (required or optional). One that is empty counts as not set. A required that anybody said stays,
/// whatever is said elsewhere.</summary>
function sbm_rollout_add_environment(rollout: Psbm_rollout; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Adds what a file says and nobody said before: TOML with connection, roots, user, password or password_file, and
/// managed. It belongs to root or to the user of this program; nobody else may change it, nor read it if it holds the password.</summary>
function sbm_rollout_add_file(rollout: Psbm_rollout; path: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
/// <summary>1 if no connection was given, so that there is nothing to roll out; else 0. 1 for NULL. It cannot fail. Since 0.1,
/// SBM_ABI 2.</summary>
function sbm_rollout_is_empty(rollout: Psbm_rollout): Integer; cdecl;
/// <summary>Frees a roll-out and forgets its password. NULL is fine. It cannot fail. Since 0.1, SBM_ABI 2.</summary>
procedure sbm_rollout_free(rollout: Psbm_rollout); cdecl;
/// <summary>Logs in with the settings of a roll-out, while nothing is locked; the connection is locked then. Where one is locked
/// already, or the roll-out has no connection, it does not count and nothing happens. Needs the server.</summary>
function sbm_client_roll_out(client: Psbm_client; rollout: Psbm_rollout; out_: Psbm_sync_summary; error: PPsbm_error): sbm_status; cdecl;
/// <summary>What it comes to. SBM_EFFECT_DENY for NULL. It cannot fail. Since 0.1.</summary>
function sbm_decision_effect(decision: Psbm_decision): sbm_effect; cdecl;
/// <summary>The gate that refused; SBM_GATE_NONE if none did, and for NULL. It cannot fail. Since 0.1.</summary>
function sbm_decision_gate(decision: Psbm_decision): sbm_gate; cdecl;
/// <summary>The reason as a status: SBM_OK if nothing refused, else mostly SBM_STATUS_DENIED_*. SBM_STATUS_NULL_ARGUMENT for NULL.
/// It cannot fail. Since 0.1.</summary>
function sbm_decision_code(decision: Psbm_decision): sbm_status; cdecl;
/// <summary>One plain sentence to show to the user. Borrowed: valid until the decision is freed. Never NULL; "" for NULL. It
/// cannot fail. Since 0.1.</summary>
function sbm_decision_sentence(decision: Psbm_decision): PAnsiChar; cdecl;
/// <summary>The smallest change that would turn the decision round, for an administrator; "" if it allows. Borrowed: valid until
/// the decision is freed. Never NULL. It cannot fail. Since 0.1.</summary>
function sbm_decision_change(decision: Psbm_decision): PAnsiChar; cdecl;
/// <summary>The id of the rule that decided, such as "USR-3". Borrowed: valid until the decision is freed. Never NULL. It cannot
/// fail. Since 0.1.</summary>
function sbm_decision_rule(decision: Psbm_decision): PAnsiChar; cdecl;
/// <summary>All of it as JSON, the same that the server and the command line give. Borrowed: valid until the decision is freed.
/// Never NULL; "" for NULL. It cannot fail. Since 0.1.</summary>
function sbm_decision_json(decision: Psbm_decision): PAnsiChar; cdecl;
/// <summary>Frees a decision and its texts. NULL is fine. It cannot fail. Since 0.1.</summary>
procedure sbm_decision_free(decision: Psbm_decision); cdecl;
/// <summary>Exchanges everything with the server now: rights, profiles and history. A server that cannot be reached is no error:
/// the summary says so. Call it when the user wants it.</summary>
function sbm_client_sync(client: Psbm_client; out_: Psbm_sync_summary; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Does the same if it is due: at the first call after the client was opened, and then every 54 to 60 minutes. Call it
/// from a timer, as often as you like. Runs that were made offline go with it at most once an hour.</summary>
function sbm_client_sync_if_due(client: Psbm_client; out_: Psbm_sync_summary; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Starts a thread that checks with the server at once, unless a check of this installation is less than an hour old,
/// then every 54 to 60 minutes and whenever sbm_worker_sync_now() asks, later and later while it fails, and that notices within a
/// second what other processes of this installation did. Without it nothing happens by itself; a program with a loop of its own
/// may call sbm_client_sync_if_due() there instead. One is enough.</summary>
function sbm_client_start_worker(client: Psbm_client; callback: sbm_worker_callback; user_data: Pointer; destroy: sbm_destroy;
  out_: PPsbm_worker; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Asks a worker to exchange profiles and history now. It returns at once; the callback tells when it is done. Offline:
/// works. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED. Since 0.1, SBM_ABI 2.</summary>
function sbm_worker_sync_now(worker: Psbm_worker; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Stops a worker: ends the exchange it is in, as sbm_client_cancel() does, and waits until its thread has ended, so hold
/// nothing that its callback waits for. Called from the callback itself it does not wait; the thread ends behind it. NULL is fine.
/// Answers SBM_STATUS_BAD_HANDLE if it is stopped already; then nothing happens. Errors: SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED.
/// Since 0.1, SBM_ABI 2.</summary>
function sbm_worker_free(worker: Psbm_worker): sbm_status; cdecl;
/// <summary>Lists the managed profiles that this user may use here.</summary>
function sbm_client_profiles(client: Psbm_client; out_: PPsbm_profile_list; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Reads the content of a managed profile from the cache, checked against the hash that the server signed for.</summary>
function sbm_client_profile_body(client: Psbm_client; guid: PAnsiChar; out_: PPsbm_bytes; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Says that the host removed its copy of a managed profile by itself, as a user may who has the right to delete. It is
/// kept on disk, and the server hears of it at the next sync: until then it takes the profile for one that is here.</summary>
function sbm_client_profile_removed(client: Psbm_client; guid: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
/// <summary>How many profiles there are; 0 for NULL. It cannot fail. Since 0.1.</summary>
function sbm_profile_list_count(list: Psbm_profile_list): NativeUInt; cdecl;
/// <summary>The GUID of the profile at that place, from 0: 32 upper-case hexadecimal digits. Borrowed: valid until the list is
/// freed. Never NULL; "" where there is no such profile. index: from 0 on. It cannot fail. Since 0.1.</summary>
function sbm_profile_list_guid(list: Psbm_profile_list; index: NativeUInt): PAnsiChar; cdecl;
/// <summary>Its name. Borrowed: valid until the list is freed. Never NULL; "" where there is no such profile. index: from 0 on. It
/// cannot fail. Since 0.1.</summary>
function sbm_profile_list_name(list: Psbm_profile_list; index: NativeUInt): PAnsiChar; cdecl;
/// <summary>What its uploader said of it. Borrowed: valid until the list is freed. Never NULL; "" where there is no such profile.
/// index: from 0 on. It cannot fail. Since 0.1.</summary>
function sbm_profile_list_description(list: Psbm_profile_list; index: NativeUInt): PAnsiChar; cdecl;
/// <summary>The version that its uploader stated; 0 where there is no such profile. index: from 0 on. It cannot fail. Since 0.1.</summary>
function sbm_profile_list_version(list: Psbm_profile_list; index: NativeUInt): Int64; cdecl;
/// <summary>The server's revision of it, from 1; 0 where there is no such profile. index: from 0 on. It cannot fail. Since 0.1.</summary>
function sbm_profile_list_revision(list: Psbm_profile_list; index: NativeUInt): UInt64; cdecl;
/// <summary>Frees a list and its texts. NULL is fine. It cannot fail. Since 0.1.</summary>
procedure sbm_profile_list_free(list: Psbm_profile_list); cdecl;
/// <summary>Tells what a setting comes to, by the policies of the accounts above this installation and by what the host program
/// has of its own. From memory; nothing is sent. Show what is forced read-only.</summary>
function sbm_client_setting(client: Psbm_client; name: PAnsiChar; own: PAnsiChar; out_: PPsbm_text; mode: Psbm_setting_mode;
  origin: PPsbm_text; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Tells how the host program is to look. Nothing is sent.</summary>
function sbm_client_branding(client: Psbm_client; out_: PPsbm_branding; error: PPsbm_error): sbm_status; cdecl;
/// <summary>What the host program is to call itself. Borrowed: valid until the branding is freed. Never NULL; "" for a NULL
/// branding. It cannot fail. Since 0.1, SBM_ABI 4.</summary>
function sbm_branding_name(branding: Psbm_branding): PAnsiChar; cdecl;
/// <summary>A colour as "#rrggbb", by its use. usage: such as "accent". Borrowed: valid until the branding is freed. Never NULL;
/// "" if there is none for that use, or for NULL. It cannot fail. Since 0.1, SBM_ABI 4.</summary>
function sbm_branding_colour(branding: Psbm_branding; usage: PAnsiChar): PAnsiChar; cdecl;
/// <summary>An image, by its use: a PNG or an ICO file of at most 128 KiB; its first bytes say which. usage: "logo", or the name
/// of an icon. size: how many bytes it has; 0 if there is none, or if it was not fetched yet; NULL if you do not want it.
/// Borrowed: valid until the branding is freed. NULL if there is none. It cannot fail. Since 0.1, SBM_ABI 4.</summary>
function sbm_branding_image(branding: Psbm_branding; usage: PAnsiChar; size: PNativeUInt): PByte; cdecl;
/// <summary>Frees a branding. NULL is fine. It cannot fail. Since 0.1, SBM_ABI 4.</summary>
procedure sbm_branding_free(branding: Psbm_branding); cdecl;
/// <summary>Takes the next change that waits. They wait on disk until they are answered, so a crash loses none. A change to a
/// profile that is running waits until the run is over.</summary>
function sbm_client_next_change(client: Psbm_client; out_: PPsbm_change; error: PPsbm_error): sbm_status; cdecl;
/// <summary>What is to be done; SBM_DELIVERY_NONE for NULL. It cannot fail. Since 0.1.</summary>
function sbm_change_kind(change: Psbm_change): sbm_delivery; cdecl;
/// <summary>The GUID of the profile: 32 upper-case hexadecimal digits. Borrowed: valid until the change is freed. Never NULL; ""
/// for NULL. It cannot fail. Since 0.1.</summary>
function sbm_change_guid(change: Psbm_change): PAnsiChar; cdecl;
/// <summary>The name of the profile. Borrowed: valid until the change is freed. Never NULL; "" for NULL. It cannot fail. Since
/// 0.1.</summary>
function sbm_change_name(change: Psbm_change): PAnsiChar; cdecl;
/// <summary>What the uploader said of the profile. Borrowed: valid until the change is freed. Never NULL; "" for NULL. It cannot
/// fail. Since 0.1.</summary>
function sbm_change_description(change: Psbm_change): PAnsiChar; cdecl;
/// <summary>The version that the uploader stated; 0 for NULL. It cannot fail. Since 0.1.</summary>
function sbm_change_version(change: Psbm_change): Int64; cdecl;
/// <summary>The server's revision to arrive at, or the one to remove; 0 for NULL. It cannot fail. Since 0.1.</summary>
function sbm_change_revision(change: Psbm_change): UInt64; cdecl;
/// <summary>The content of the profile. data and size: where it begins and how many bytes it has; NULL and 0 for a removal.
/// Borrowed: valid until the change is freed.</summary>
function sbm_change_body(change: Psbm_change; data: PPsbm_byte; size: PNativeUInt; error: PPsbm_error): sbm_status; cdecl;
/// <summary>The schedule to take over. data and size: as for sbm_change_body(); NULL and 0 if there is none, and the host's own
/// stays as it is. Borrowed: valid until the change is freed.</summary>
function sbm_change_schedule(change: Psbm_change; data: PPsbm_byte; size: PNativeUInt; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Answers that the change was applied; call it after your own files are safe on disk. The server hears it at the next
/// exchange. Offline: works.</summary>
function sbm_change_done(change: Psbm_change; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Answers that the change could not be applied. The server hears the reason, and the change is tried again at a later
/// exchange. Offline: works.</summary>
function sbm_change_failed(change: Psbm_change; reason: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Frees a change. NULL is fine. One that was not answered is delivered again. It cannot fail. Since 0.1.</summary>
procedure sbm_change_free(change: Psbm_change); cdecl;
/// <summary>Begins a run: asks first whether it is allowed (as SBM_ACTION_RESTORE for a restore, SBM_ACTION_RUN_SCHEDULED for
/// SBM_TRIGGER_SCHEDULE, else SBM_ACTION_RUN_MANUALLY), then notes on disk that it has begun. Should the host die, the run is
/// reported as interrupted at the next sbm_client_open(). An unmanaged installation keeps no history; its runs work all the same.
/// Where a quota is set the server is asked for room, too: see sbm_client_begin_run_storing().</summary>
function sbm_client_begin_run(client: Psbm_client; start: Psbm_run_start; out_: PPsbm_run; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Ends a run. Its record is on disk before this returns; then, if the server can be reached, it is sent at once. A
/// server that cannot be reached is no error: the record goes later.</summary>
function sbm_run_finish(run: Psbm_run; end_: Psbm_run_end; sequence: PUInt64; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Frees a run. NULL is fine. One that was not finished is reported as interrupted at the next sbm_client_open(). Answers
/// SBM_STATUS_BAD_HANDLE if it is freed already; then nothing happens. Errors: SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED. Since
/// 0.1.</summary>
function sbm_run_free(run: Psbm_run): sbm_status; cdecl;
/// <summary>Says how many bytes this installation stores in all; not how many came. Say it after each run, and whenever something
/// was deleted. It is on disk before this returns and goes to the server with the next exchange; of several words that wait the
/// newest goes, once.</summary>
function sbm_client_report_stored(client: Psbm_client; bytes: UInt64; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Tells how much room is left for new data, as far as this installation knows: as the server said at the last exchange,
/// less what was stored since and what the runs that go on expect to store. Nothing is sent.</summary>
function sbm_client_room(client: Psbm_client; left: PInt64; warns: PInteger; stored: PInt64; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Begins a run as sbm_client_begin_run() does, which expects to store so many bytes of new data. Where a quota is set,
/// the server is asked first, if it was there the last time, and keeps that much room until it has the run's record; else what it
/// said last decides. Nothing is kept for a restore, and what is over its quota refuses none.</summary>
function sbm_client_begin_run_storing(client: Psbm_client; start: Psbm_run_start; estimate_bytes: UInt64; out_: PPsbm_run;
  error: PPsbm_error): sbm_status; cdecl;
/// <summary>Uploads a profile to the server. It needs a superuser's name and password, for this one act: the client's own user
/// stays logged in, and the administrator's session is ended behind it. Needs the server.</summary>
function sbm_client_upload_profile(client: Psbm_client; admin_user: PAnsiChar; admin_password: PAnsiChar; upload: Psbm_upload;
  revision: PUInt64; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Does the same for an administrator who has a second factor, for which sbm_client_upload_profile() answers
/// SBM_STATUS_DENIED_SECOND_FACTOR. Needs the server.</summary>
function sbm_client_upload_profile_with_code(client: Psbm_client; admin_user: PAnsiChar; admin_password: PAnsiChar; admin_code: PAnsiChar;
  upload: Psbm_upload; revision: PUInt64; error: PPsbm_error): sbm_status; cdecl;
/// <summary>Tests a server, where it changes nothing: can it be reached, is its certificate the confirmed one, does it admit this
/// address, are user and password right, do the versions fit, how do the clocks differ. A test with user and password in which
/// everything is right locks an open connection to them (since SBM_ABI 2); nobody is logged in by it.</summary>
function sbm_client_test_server(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; out_: PPsbm_server_test;
  error: PPsbm_error): sbm_status; cdecl;
/// <summary>Whether the server can be reached. SBM_CHECK_NOT_TRIED for NULL. It cannot fail. Since 0.1.</summary>
function sbm_server_test_reachable(test: Psbm_server_test): sbm_check; cdecl;
/// <summary>Whether its certificate is the confirmed one. SBM_CHECK_NOT_TRIED for NULL. It cannot fail. Since 0.1.</summary>
function sbm_server_test_certificate(test: Psbm_server_test): sbm_check; cdecl;
/// <summary>Whether it admits this address. SBM_CHECK_NOT_TRIED for NULL. It cannot fail. Since 0.1.</summary>
function sbm_server_test_address(test: Psbm_server_test): sbm_check; cdecl;
/// <summary>Whether user and password are right. SBM_CHECK_NOT_TRIED for NULL. It cannot fail. Since 0.1.</summary>
function sbm_server_test_credentials(test: Psbm_server_test): sbm_check; cdecl;
/// <summary>Whether server and library understand each other. SBM_CHECK_NOT_TRIED for NULL. It cannot fail. Since 0.1.</summary>
function sbm_server_test_versions(test: Psbm_server_test): sbm_check; cdecl;
/// <summary>Whether the management connection is locked now: passed also where it was locked before, be it to something else,
/// which sbm_client_connection() tells; failed if the cache cannot be written. SBM_CHECK_NOT_TRIED for NULL, without user and
/// password, and if something else is wrong. It cannot fail. Since 0.1, SBM_ABI 2.</summary>
function sbm_server_test_locked(test: Psbm_server_test): sbm_check; cdecl;
/// <summary>By how many milliseconds the server's clock is ahead of this computer's, negative if it is behind; 0 if it could not
/// be asked. It cannot fail. Since 0.1.</summary>
function sbm_server_test_clock_skew_ms(test: Psbm_server_test): Int64; cdecl;
/// <summary>All findings as text, one line a question, with the reasons. Borrowed: valid until the test is freed. Never NULL; ""
/// for NULL. It cannot fail. Since 0.1.</summary>
function sbm_server_test_report(test: Psbm_server_test): PAnsiChar; cdecl;
/// <summary>Frees a test's findings. NULL is fine. It cannot fail. Since 0.1.</summary>
procedure sbm_server_test_free(test: Psbm_server_test); cdecl;
{ --- interface, made from sbm.h: end --- }

type
  /// <summary>A call that failed. Message is for a person, as far as the system's code page has its characters; Text is all of it.</summary>
  ESbm = class(Exception)
  private
    FCode: sbm_status;
    FText: UnicodeString;
    FRetryAfterMs: Int64;
    FMail, FPhone: UnicodeString;
    function GetName: UnicodeString;
  public
    constructor Create(Code: sbm_status; const Text: UnicodeString; RetryAfterMs: Int64 = -1);
    /// <summary>Where SendLoginCode would send a code to by a channel, masked; '' if it sends none that way.</summary>
    function CodeAddress(Channel: sbm_channel): UnicodeString;
    /// <summary>Whether it is SBM that says no: a denial, 4xx.</summary>
    function IsDenial: Boolean;
    /// <summary>Whether the same call may succeed later without anybody changing anything.</summary>
    function IsRetryable: Boolean;
    /// <summary>One of SBM_STATUS_*.</summary>
    property Code: sbm_status read FCode;
    /// <summary>Its stable name for logs and scripts, such as denied_right.</summary>
    property Name: UnicodeString read GetName;
    /// <summary>What went wrong and what to do next.</summary>
    property Text: UnicodeString read FText;
    /// <summary>After how many milliseconds another attempt is worth it; -1 where the server did not say.</summary>
    property RetryAfterMs: Int64 read FRetryAfterMs;
  end;

  /// <summary>The library cannot be loaded, or is too old for this unit (SBM_DELAYED).</summary>
  ESbmLibrary = class(Exception);

  { Callbacks are methods. Keep, beside them, is an interface that is held as long as one may come: of the object that has the
    method, if it is counted. An object that is not counted must outlive the client or worker. }

  /// <summary>Milliseconds since 1970-01-01 UTC, for any thread that calls SBM.</summary>
  TSbmClock = function: Int64 of object;
  /// <summary>One line of the log, on the thread of the call or the worker's.</summary>
  TSbmLog = procedure(Level: sbm_log_level; const Line: UnicodeString) of object;
  /// <summary>Something to look at, on the worker's thread: wake your own.</summary>
  TSbmNotice = procedure(Notice: sbm_notice; Why: sbm_status) of object;

  /// <summary>A managed profile, as it was when the list was made.</summary>
  TSbmProfile = record
    Guid, Name, Description: UnicodeString;
    Version: Int64;
    Revision: UInt64;
  end;
  TSbmProfiles = array of TSbmProfile;

  /// <summary>sbm_run_start with strings. '' is NULL but for ProfileName; times are milliseconds since 1970-01-01 UTC, 0 is now.</summary>
  TSbmRunStart = record
    ProfileName, ProfileGuid, KindText, OsUser: UnicodeString;
    Kind: sbm_profile_kind;
    Trigger: sbm_trigger;
    Restore: Boolean;
    ThreadStartMs, ProfileStartMs, GroupStartMs, Version: Int64;
    UtcOffsetMinutes: Integer;
    /// <summary>A backup that begins now, in the local time zone; SBM_TRIGGER_RESTORE makes it a restore.</summary>
    class function Make(const ProfileName: UnicodeString; Trigger: sbm_trigger): TSbmRunStart; static;
  end;

  /// <summary>sbm_run_end with strings.</summary>
  TSbmRunEnd = record
    Result: sbm_result;
    EndMs: Int64;
    FilesCopied, FilesDeleted, FilesFailed, BytesCopied, BytesDeleted, BytesFailed: UInt64;
    BytesStored: Int64;
    ErrorText: UnicodeString;
    /// <summary>A run that ends now; what the destination holds is not known.</summary>
    class function Make(Outcome: sbm_result): TSbmRunEnd; static;
  end;

  /// <summary>sbm_upload with strings. An empty schedule with HasSchedule is one; without, there is none.</summary>
  TSbmUpload = record
    Guid, Name, Description: UnicodeString;
    Version: Int64;
    BasedOn: UInt64;
    Body, Schedule: TBytes;
    HasSchedule: Boolean;
  end;

  /// <summary>sbm_decision_*.</summary>
  ISbmDecision = interface
    ['{3C0A4E31-8F0B-4C0C-9C0B-5B8E3D0F6A01}']
    function Effect: sbm_effect;
    function Gate: sbm_gate;
    function Code: sbm_status;
    function Sentence: UnicodeString;
    function Change: UnicodeString;
    function Rule: UnicodeString;
    function Json: UnicodeString;
  end;

  /// <summary>sbm_change_*. One that is released without Done or Failed comes again.</summary>
  ISbmChange = interface
    ['{3C0A4E31-8F0B-4C0C-9C0B-5B8E3D0F6A02}']
    function Kind: sbm_delivery;
    function Guid: UnicodeString;
    function Name: UnicodeString;
    function Description: UnicodeString;
    function Version: Int64;
    function Revision: UInt64;
    function Body: TBytes;
    function Schedule: TBytes;
    procedure Done;
    procedure Failed(const Reason: UnicodeString);
  end;

  /// <summary>sbm_run_*. One that is released without Finish is reported as interrupted.</summary>
  ISbmRun = interface
    ['{3C0A4E31-8F0B-4C0C-9C0B-5B8E3D0F6A03}']
    function Handle: Psbm_run;
    /// <summary>Its number on this installation; 0 if that is unmanaged.</summary>
    function Finish(const RunEnd: TSbmRunEnd): UInt64;
  end;

  /// <summary>sbm_worker_*. It stops when it is released: hold nothing then that its callback waits for.</summary>
  ISbmWorker = interface
    ['{3C0A4E31-8F0B-4C0C-9C0B-5B8E3D0F6A04}']
    function Handle: Psbm_worker;
    procedure SyncNow;
    procedure Stop;
  end;

  /// <summary>sbm_server_test_*.</summary>
  ISbmServerTest = interface
    ['{3C0A4E31-8F0B-4C0C-9C0B-5B8E3D0F6A05}']
    function Reachable: sbm_check;
    function Certificate: sbm_check;
    function Address: sbm_check;
    function Credentials: sbm_check;
    function Versions: sbm_check;
    function Locked: sbm_check;
    function ClockSkewMs: Int64;
    function Report: UnicodeString;
  end;

  /// <summary>sbm_rollout_*.</summary>
  ISbmRollout = interface
    ['{3C0A4E31-8F0B-4C0C-9C0B-5B8E3D0F6A06}']
    function Handle: Psbm_rollout;
    procedure SetConnection(const Connection: UnicodeString);
    procedure SetSystemRoots(Yes: Boolean);
    procedure SetUser(const User: UnicodeString);
    procedure SetPassword(const Password: UnicodeString);
    procedure SetPasswordFile(const Path: UnicodeString);
    procedure SetManagedRequired(Yes: Boolean);
    procedure AddEnvironment;
    procedure AddFile(const Path: UnicodeString);
    function IsEmpty: Boolean;
  end;

  /// <summary>How much room is left for new data. Left is -1 where there is no ceiling, Stored -1 if nothing was said yet.</summary>
  TSbmRoom = record
    Left, Stored: Int64;
    Warns: Boolean;
  end;

  /// <summary>What a setting comes to. HasValue is False if nobody has one; Origin is '' above the user's own account.</summary>
  TSbmSetting = record
    Value, Origin: UnicodeString;
    HasValue: Boolean;
    Mode: sbm_setting_mode;
  end;

  /// <summary>sbm_branding_*.</summary>
  ISbmBranding = interface
    ['{3C0A4E31-8F0B-4C0C-9C0B-5B8E3D0F6A09}']
    function Name: UnicodeString;
    /// <summary>'#rrggbb', by its use; '' if there is none.</summary>
    function Colour(const Usage: UnicodeString): UnicodeString;
    /// <summary>A PNG or an ICO file; empty if there is none.</summary>
    function Image(const Usage: UnicodeString): TBytes;
  end;

  /// <summary>sbm_client_*. It is closed when it is released, or by Close; afterwards every call is SBM_STATUS_BAD_HANDLE.</summary>
  ISbmClient = interface
    ['{3C0A4E31-8F0B-4C0C-9C0B-5B8E3D0F6A07}']
    function Handle: Psbm_client;
    procedure Close;
    function State: sbm_state; overload;
    function State(out Why: sbm_status): sbm_state; overload;
    /// <summary>The login name; '' if nobody is logged in.</summary>
    function User: UnicodeString;
    procedure Login(const Connection, User, Password: UnicodeString); overload;
    /// <summary>For a user with a second factor: Login raised SBM_STATUS_DENIED_SECOND_FACTOR.</summary>
    procedure Login(const Connection, User, Password, Code: UnicodeString); overload;
    /// <summary>For a user who was asked: Login raised SBM_STATUS_OTHER_MACHINE, and the account is to be on this machine from now
    /// on. Code: '' if there is no second factor; one that Login used does not count again.</summary>
    procedure TakeOver(const Connection, User, Password: UnicodeString; const Code: UnicodeString = '');
    /// <summary>Where the code was sent to, masked; '' if the user has no second factor and is logged in.</summary>
    function SendLoginCode(const Connection, User, Password: UnicodeString; Channel: sbm_channel): UnicodeString;
    function Enrol(const Connection, Code: UnicodeString): sbm_enrolment;
    procedure ReportStored(Bytes: UInt64);
    function Room: TSbmRoom;
    /// <summary>What a setting comes to where the host has no value of its own.</summary>
    function Setting(const Name: UnicodeString): TSbmSetting; overload;
    /// <summary>With the host's own value.</summary>
    function Setting(const Name, Own: UnicodeString): TSbmSetting; overload;
    /// <summary>nil if nobody above says anything.</summary>
    function Branding: ISbmBranding;
    procedure Logout;
    function May(Action: sbm_action; const Guid: UnicodeString = ''): sbm_effect;
    /// <summary>Whether May() is anything but SBM_EFFECT_DENY; an unmanaged host decides for itself.</summary>
    function Allows(Action: sbm_action; const Guid: UnicodeString = ''): Boolean;
    function Explain(Action: sbm_action; const Guid: UnicodeString = ''): ISbmDecision;
    function IsLocked: Boolean;
    /// <summary>The connection string; '' if there is none.</summary>
    function Connection: UnicodeString; overload;
    function Connection(out User: UnicodeString): UnicodeString; overload;
    function Fingerprint: UnicodeString;
    /// <summary>In milliseconds since 1970-01-01 UTC; -1 if there never was one.</summary>
    function LastContact: Int64; overload;
    function LastContact(out AgeMs: Int64): Int64; overload;
    procedure ChangeConnection(const Connection, User, Password, AdminUser, AdminPassword: UnicodeString); overload;
    /// <summary>With the codes of second factors; '' for who has none.</summary>
    procedure ChangeConnection(const Connection, User, Password, Code, AdminUser, AdminPassword, AdminCode: UnicodeString); overload;
    procedure Cancel;
    function RollOut(const Rollout: ISbmRollout): sbm_sync_summary;
    function Sync: sbm_sync_summary;
    function SyncIfDue: sbm_sync_summary;
    /// <summary>Callback: nil if you only want things to happen. IsMultiThread is set; Free Pascal on Unix needs cthreads.</summary>
    function StartWorker(const Callback: TSbmNotice; const Keep: IInterface = nil): ISbmWorker;
    function Profiles: TSbmProfiles;
    function ProfileBody(const Guid: UnicodeString): TBytes;
    procedure ProfileRemoved(const Guid: UnicodeString);
    /// <summary>False if no change waits.</summary>
    function NextChange(out Change: ISbmChange): Boolean;
    /// <summary>EstimateBytes: how many bytes of new data it expects to store; 0 if it cannot say.</summary>
    function BeginRun(const Start: TSbmRunStart; EstimateBytes: UInt64 = 0): ISbmRun;
    /// <summary>The server's new revision. AdminCode: '' if the administrator has no second factor.</summary>
    function UploadProfile(const AdminUser, AdminPassword: UnicodeString; const Upload: TSbmUpload;
      const AdminCode: UnicodeString = ''): UInt64;
    function TestServer(const Connection: UnicodeString): ISbmServerTest; overload;
    function TestServer(const Connection, User, Password: UnicodeString): ISbmServerTest; overload;
  end;

  /// <summary>sbm_config_*.</summary>
  ISbmConfig = interface
    ['{3C0A4E31-8F0B-4C0C-9C0B-5B8E3D0F6A08}']
    function Handle: Psbm_config;
    procedure SetProgram(const Name: UnicodeString);
    procedure SetTimeoutMs(Ms: Integer);
    procedure SetConnectTimeoutMs(Ms: Integer);
    procedure SetHandshakeTimeoutMs(Ms: Integer);
    procedure SetSystemRoots(Yes: Boolean);
    procedure SetManagedRequired(Yes: Boolean);
    procedure SetRollout(const Rollout: ISbmRollout);
    procedure SetClock(const Clock: TSbmClock; const Keep: IInterface = nil);
    procedure SetLog(Level: sbm_log_level; const Log: TSbmLog; const Keep: IInterface = nil);
    /// <summary>''  is no proxy.</summary>
    procedure SetProxy(const Proxy: UnicodeString);
    procedure SetPlainFiles(Yes: Boolean);
    procedure SetOutbox(Records: Cardinal; Bytes: UInt64);
    function Open: ISbmClient;
    /// <summary>Frees it now; the clients that were opened with it have what they need.</summary>
    procedure Close;
  end;

/// <summary>Makes a configuration; Directory is where the client keeps its cache.</summary>
function SbmNewConfig(const Directory: UnicodeString): ISbmConfig;
/// <summary>Opens a client on a directory as it is configured when nothing is said.</summary>
function SbmOpen(const Directory: UnicodeString): ISbmClient;
/// <summary>Makes a roll-out without any setting.</summary>
function SbmNewRollout: ISbmRollout;
/// <summary>The library's version, such as 0.1.0.</summary>
function SbmVersion: UnicodeString;
/// <summary>The stable name of a status, such as denied_right.</summary>
function SbmStatusName(Status: sbm_status): UnicodeString;
/// <summary>What a status means in general.</summary>
function SbmStatusText(Status: sbm_status): UnicodeString;
/// <summary>Whether the library can be loaded and has every function of this unit; always true without SBM_DELAYED.</summary>
function SbmAvailable: Boolean;
/// <summary>A point in time as the library counts them; Utc is in UTC.</summary>
function SbmTime(const Utc: TDateTime): Int64;
/// <summary>The other way round, in UTC.</summary>
function SbmDateTime(Ms: Int64): TDateTime;
/// <summary>By how many minutes local time is ahead of UTC now.</summary>
function SbmUtcOffsetMinutes: Integer;
/// <summary>UTF-8, as the flat functions take and give it. #0 inside is ESbm with SBM_STATUS_INVALID_ARGUMENT, half a surrogate pair
/// SBM_STATUS_NOT_UTF8.</summary>
function SbmToUtf8(const Text: UnicodeString): UTF8String;
function SbmFromUtf8(Text: PAnsiChar): UnicodeString;
/// <summary>For console programs: what is written is UTF-8; in Free Pascal strings are UTF-8 as well, as Lazarus has them.</summary>
procedure SbmConsole;

var
  /// <summary>Told of an exception in one of your callbacks, on the thread where it happened; nil: it is forgotten.</summary>
  SbmCallbackFailed: procedure(Error: Exception) = nil;
{$IFDEF SBM_LOADER}
  /// <summary>Which file the library is.</summary>
  SbmLibraryFile: string = SBM_LIBRARY;
{$ENDIF}

implementation

uses
{$IFDEF FPC}
  Math{$IFDEF SBM_LOADER}, DynLibs{$ENDIF};
{$ELSE}
  {$IFDEF MSWINDOWS}{$IFDEF SBM_DELAYED}Winapi.Windows,{$ENDIF}{$ENDIF} System.Math, System.TimeSpan, System.DateUtils;
{$ENDIF}

{ --- implementation, made from sbm.h: begin --- }
{$IFNDEF SBM_LOADER}
function sbm_version; external SBM_LIBRARY name 'sbm_version'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_abi_version; external SBM_LIBRARY name 'sbm_abi_version'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_status_name; external SBM_LIBRARY name 'sbm_status_name'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_status_text; external SBM_LIBRARY name 'sbm_status_text'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_status_is_retryable; external SBM_LIBRARY name 'sbm_status_is_retryable'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_error_status; external SBM_LIBRARY name 'sbm_error_status'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_error_message; external SBM_LIBRARY name 'sbm_error_message'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_error_retry_after_ms; external SBM_LIBRARY name 'sbm_error_retry_after_ms'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_error_code_address; external SBM_LIBRARY name 'sbm_error_code_address'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
procedure sbm_error_free; external SBM_LIBRARY name 'sbm_error_free'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_text_data; external SBM_LIBRARY name 'sbm_text_data'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
procedure sbm_text_free; external SBM_LIBRARY name 'sbm_text_free'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_bytes_data; external SBM_LIBRARY name 'sbm_bytes_data'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_bytes_size; external SBM_LIBRARY name 'sbm_bytes_size'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
procedure sbm_bytes_free; external SBM_LIBRARY name 'sbm_bytes_free'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_config_new; external SBM_LIBRARY name 'sbm_config_new'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_config_set_program; external SBM_LIBRARY name 'sbm_config_set_program'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_config_set_timeout_ms; external SBM_LIBRARY name 'sbm_config_set_timeout_ms'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_config_set_connect_timeout_ms; external SBM_LIBRARY name 'sbm_config_set_connect_timeout_ms'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_config_set_handshake_timeout_ms; external SBM_LIBRARY name 'sbm_config_set_handshake_timeout_ms'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_config_set_system_roots; external SBM_LIBRARY name 'sbm_config_set_system_roots'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_config_set_rollout; external SBM_LIBRARY name 'sbm_config_set_rollout'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_config_set_managed_required; external SBM_LIBRARY name 'sbm_config_set_managed_required'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_config_set_proxy; external SBM_LIBRARY name 'sbm_config_set_proxy'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_config_set_plain_files; external SBM_LIBRARY name 'sbm_config_set_plain_files'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_config_set_outbox; external SBM_LIBRARY name 'sbm_config_set_outbox'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
procedure sbm_config_free; external SBM_LIBRARY name 'sbm_config_free'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_config_set_clock; external SBM_LIBRARY name 'sbm_config_set_clock'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_config_set_log; external SBM_LIBRARY name 'sbm_config_set_log'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_open; external SBM_LIBRARY name 'sbm_client_open'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_free; external SBM_LIBRARY name 'sbm_client_free'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_state; external SBM_LIBRARY name 'sbm_client_state'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_user; external SBM_LIBRARY name 'sbm_client_user'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_login; external SBM_LIBRARY name 'sbm_client_login'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_logout; external SBM_LIBRARY name 'sbm_client_logout'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_may; external SBM_LIBRARY name 'sbm_client_may'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_explain; external SBM_LIBRARY name 'sbm_client_explain'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_is_locked; external SBM_LIBRARY name 'sbm_client_is_locked'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_connection; external SBM_LIBRARY name 'sbm_client_connection'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_fingerprint; external SBM_LIBRARY name 'sbm_client_fingerprint'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_last_contact; external SBM_LIBRARY name 'sbm_client_last_contact'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_change_connection; external SBM_LIBRARY name 'sbm_client_change_connection'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_change_connection_with_code; external SBM_LIBRARY name 'sbm_client_change_connection_with_code'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_cancel; external SBM_LIBRARY name 'sbm_client_cancel'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_enrol; external SBM_LIBRARY name 'sbm_client_enrol'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_login_with_code; external SBM_LIBRARY name 'sbm_client_login_with_code'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_take_over; external SBM_LIBRARY name 'sbm_client_take_over'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_send_login_code; external SBM_LIBRARY name 'sbm_client_send_login_code'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_rollout_new; external SBM_LIBRARY name 'sbm_rollout_new'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_rollout_set_connection; external SBM_LIBRARY name 'sbm_rollout_set_connection'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_rollout_set_system_roots; external SBM_LIBRARY name 'sbm_rollout_set_system_roots'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_rollout_set_user; external SBM_LIBRARY name 'sbm_rollout_set_user'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_rollout_set_password; external SBM_LIBRARY name 'sbm_rollout_set_password'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_rollout_set_password_file; external SBM_LIBRARY name 'sbm_rollout_set_password_file'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_rollout_set_managed_required; external SBM_LIBRARY name 'sbm_rollout_set_managed_required'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_rollout_add_environment; external SBM_LIBRARY name 'sbm_rollout_add_environment'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_rollout_add_file; external SBM_LIBRARY name 'sbm_rollout_add_file'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_rollout_is_empty; external SBM_LIBRARY name 'sbm_rollout_is_empty'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
procedure sbm_rollout_free; external SBM_LIBRARY name 'sbm_rollout_free'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_roll_out; external SBM_LIBRARY name 'sbm_client_roll_out'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_decision_effect; external SBM_LIBRARY name 'sbm_decision_effect'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_decision_gate; external SBM_LIBRARY name 'sbm_decision_gate'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_decision_code; external SBM_LIBRARY name 'sbm_decision_code'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_decision_sentence; external SBM_LIBRARY name 'sbm_decision_sentence'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_decision_change; external SBM_LIBRARY name 'sbm_decision_change'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_decision_rule; external SBM_LIBRARY name 'sbm_decision_rule'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_decision_json; external SBM_LIBRARY name 'sbm_decision_json'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
procedure sbm_decision_free; external SBM_LIBRARY name 'sbm_decision_free'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_sync; external SBM_LIBRARY name 'sbm_client_sync'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_sync_if_due; external SBM_LIBRARY name 'sbm_client_sync_if_due'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_start_worker; external SBM_LIBRARY name 'sbm_client_start_worker'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_worker_sync_now; external SBM_LIBRARY name 'sbm_worker_sync_now'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_worker_free; external SBM_LIBRARY name 'sbm_worker_free'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_profiles; external SBM_LIBRARY name 'sbm_client_profiles'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_profile_body; external SBM_LIBRARY name 'sbm_client_profile_body'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_profile_removed; external SBM_LIBRARY name 'sbm_client_profile_removed'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_profile_list_count; external SBM_LIBRARY name 'sbm_profile_list_count'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_profile_list_guid; external SBM_LIBRARY name 'sbm_profile_list_guid'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_profile_list_name; external SBM_LIBRARY name 'sbm_profile_list_name'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_profile_list_description; external SBM_LIBRARY name 'sbm_profile_list_description'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_profile_list_version; external SBM_LIBRARY name 'sbm_profile_list_version'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_profile_list_revision; external SBM_LIBRARY name 'sbm_profile_list_revision'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
procedure sbm_profile_list_free; external SBM_LIBRARY name 'sbm_profile_list_free'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_setting; external SBM_LIBRARY name 'sbm_client_setting'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_branding; external SBM_LIBRARY name 'sbm_client_branding'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_branding_name; external SBM_LIBRARY name 'sbm_branding_name'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_branding_colour; external SBM_LIBRARY name 'sbm_branding_colour'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_branding_image; external SBM_LIBRARY name 'sbm_branding_image'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
procedure sbm_branding_free; external SBM_LIBRARY name 'sbm_branding_free'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_next_change; external SBM_LIBRARY name 'sbm_client_next_change'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_change_kind; external SBM_LIBRARY name 'sbm_change_kind'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_change_guid; external SBM_LIBRARY name 'sbm_change_guid'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_change_name; external SBM_LIBRARY name 'sbm_change_name'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_change_description; external SBM_LIBRARY name 'sbm_change_description'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_change_version; external SBM_LIBRARY name 'sbm_change_version'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_change_revision; external SBM_LIBRARY name 'sbm_change_revision'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_change_body; external SBM_LIBRARY name 'sbm_change_body'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_change_schedule; external SBM_LIBRARY name 'sbm_change_schedule'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_change_done; external SBM_LIBRARY name 'sbm_change_done'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_change_failed; external SBM_LIBRARY name 'sbm_change_failed'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
procedure sbm_change_free; external SBM_LIBRARY name 'sbm_change_free'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_begin_run; external SBM_LIBRARY name 'sbm_client_begin_run'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_run_finish; external SBM_LIBRARY name 'sbm_run_finish'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_run_free; external SBM_LIBRARY name 'sbm_run_free'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_report_stored; external SBM_LIBRARY name 'sbm_client_report_stored'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_room; external SBM_LIBRARY name 'sbm_client_room'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_begin_run_storing; external SBM_LIBRARY name 'sbm_client_begin_run_storing'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_upload_profile; external SBM_LIBRARY name 'sbm_client_upload_profile'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_upload_profile_with_code; external SBM_LIBRARY name 'sbm_client_upload_profile_with_code'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_client_test_server; external SBM_LIBRARY name 'sbm_client_test_server'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_server_test_reachable; external SBM_LIBRARY name 'sbm_server_test_reachable'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_server_test_certificate; external SBM_LIBRARY name 'sbm_server_test_certificate'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_server_test_address; external SBM_LIBRARY name 'sbm_server_test_address'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_server_test_credentials; external SBM_LIBRARY name 'sbm_server_test_credentials'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_server_test_versions; external SBM_LIBRARY name 'sbm_server_test_versions'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_server_test_locked; external SBM_LIBRARY name 'sbm_server_test_locked'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_server_test_clock_skew_ms; external SBM_LIBRARY name 'sbm_server_test_clock_skew_ms'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
function sbm_server_test_report; external SBM_LIBRARY name 'sbm_server_test_report'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
procedure sbm_server_test_free; external SBM_LIBRARY name 'sbm_server_test_free'{$IFDEF SBM_DELAYED} delayed{$ENDIF};
{$ELSE}
const
  SbmNames: array[0..118] of PAnsiChar = (
    'sbm_version',
    'sbm_abi_version',
    'sbm_status_name',
    'sbm_status_text',
    'sbm_status_is_retryable',
    'sbm_error_status',
    'sbm_error_message',
    'sbm_error_retry_after_ms',
    'sbm_error_code_address',
    'sbm_error_free',
    'sbm_text_data',
    'sbm_text_free',
    'sbm_bytes_data',
    'sbm_bytes_size',
    'sbm_bytes_free',
    'sbm_config_new',
    'sbm_config_set_program',
    'sbm_config_set_timeout_ms',
    'sbm_config_set_connect_timeout_ms',
    'sbm_config_set_handshake_timeout_ms',
    'sbm_config_set_system_roots',
    'sbm_config_set_rollout',
    'sbm_config_set_managed_required',
    'sbm_config_set_proxy',
    'sbm_config_set_plain_files',
    'sbm_config_set_outbox',
    'sbm_config_free',
    'sbm_config_set_clock',
    'sbm_config_set_log',
    'sbm_client_open',
    'sbm_client_free',
    'sbm_client_state',
    'sbm_client_user',
    'sbm_client_login',
    'sbm_client_logout',
    'sbm_client_may',
    'sbm_client_explain',
    'sbm_client_is_locked',
    'sbm_client_connection',
    'sbm_client_fingerprint',
    'sbm_client_last_contact',
    'sbm_client_change_connection',
    'sbm_client_change_connection_with_code',
    'sbm_client_cancel',
    'sbm_client_enrol',
    'sbm_client_login_with_code',
    'sbm_client_take_over',
    'sbm_client_send_login_code',
    'sbm_rollout_new',
    'sbm_rollout_set_connection',
    'sbm_rollout_set_system_roots',
    'sbm_rollout_set_user',
    'sbm_rollout_set_password',
    'sbm_rollout_set_password_file',
    'sbm_rollout_set_managed_required',
    'sbm_rollout_add_environment',
    'sbm_rollout_add_file',
    'sbm_rollout_is_empty',
    'sbm_rollout_free',
    'sbm_client_roll_out',
    'sbm_decision_effect',
    'sbm_decision_gate',
    'sbm_decision_code',
    'sbm_decision_sentence',
    'sbm_decision_change',
    'sbm_decision_rule',
    'sbm_decision_json',
    'sbm_decision_free',
    'sbm_client_sync',
    'sbm_client_sync_if_due',
    'sbm_client_start_worker',
    'sbm_worker_sync_now',
    'sbm_worker_free',
    'sbm_client_profiles',
    'sbm_client_profile_body',
    'sbm_client_profile_removed',
    'sbm_profile_list_count',
    'sbm_profile_list_guid',
    'sbm_profile_list_name',
    'sbm_profile_list_description',
    'sbm_profile_list_version',
    'sbm_profile_list_revision',
    'sbm_profile_list_free',
    'sbm_client_setting',
    'sbm_client_branding',
    'sbm_branding_name',
    'sbm_branding_colour',
    'sbm_branding_image',
    'sbm_branding_free',
    'sbm_client_next_change',
    'sbm_change_kind',
    'sbm_change_guid',
    'sbm_change_name',
    'sbm_change_description',
    'sbm_change_version',
    'sbm_change_revision',
    'sbm_change_body',
    'sbm_change_schedule',
    'sbm_change_done',
    'sbm_change_failed',
    'sbm_change_free',
    'sbm_client_begin_run',
    'sbm_run_finish',
    'sbm_run_free',
    'sbm_client_report_stored',
    'sbm_client_room',
    'sbm_client_begin_run_storing',
    'sbm_client_upload_profile',
    'sbm_client_upload_profile_with_code',
    'sbm_client_test_server',
    'sbm_server_test_reachable',
    'sbm_server_test_certificate',
    'sbm_server_test_address',
    'sbm_server_test_credentials',
    'sbm_server_test_versions',
    'sbm_server_test_locked',
    'sbm_server_test_clock_skew_ms',
    'sbm_server_test_report',
    'sbm_server_test_free');

var
  SbmEntries: array[0..118] of Pointer;

function SbmEntry(Index: Integer): Pointer; forward;

function sbm_version: PAnsiChar; cdecl;
type
  TEntry = function: PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(0))();
end;

function sbm_abi_version: Cardinal; cdecl;
type
  TEntry = function: Cardinal; cdecl;
begin
  Result := TEntry(SbmEntry(1))();
end;

function sbm_status_name(status: sbm_status): PAnsiChar; cdecl;
type
  TEntry = function(status: sbm_status): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(2))(status);
end;

function sbm_status_text(status: sbm_status): PAnsiChar; cdecl;
type
  TEntry = function(status: sbm_status): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(3))(status);
end;

function sbm_status_is_retryable(status: sbm_status): Integer; cdecl;
type
  TEntry = function(status: sbm_status): Integer; cdecl;
begin
  Result := TEntry(SbmEntry(4))(status);
end;

function sbm_error_status(error: Psbm_error): sbm_status; cdecl;
type
  TEntry = function(error: Psbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(5))(error);
end;

function sbm_error_message(error: Psbm_error): PAnsiChar; cdecl;
type
  TEntry = function(error: Psbm_error): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(6))(error);
end;

function sbm_error_retry_after_ms(error: Psbm_error): Int64; cdecl;
type
  TEntry = function(error: Psbm_error): Int64; cdecl;
begin
  Result := TEntry(SbmEntry(7))(error);
end;

function sbm_error_code_address(error: Psbm_error; channel: Integer): PAnsiChar; cdecl;
type
  TEntry = function(error: Psbm_error; channel: Integer): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(8))(error, channel);
end;

procedure sbm_error_free(error: Psbm_error); cdecl;
type
  TEntry = procedure(error: Psbm_error); cdecl;
begin
  TEntry(SbmEntry(9))(error);
end;

function sbm_text_data(text: Psbm_text): PAnsiChar; cdecl;
type
  TEntry = function(text: Psbm_text): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(10))(text);
end;

procedure sbm_text_free(text: Psbm_text); cdecl;
type
  TEntry = procedure(text: Psbm_text); cdecl;
begin
  TEntry(SbmEntry(11))(text);
end;

function sbm_bytes_data(bytes: Psbm_bytes): PByte; cdecl;
type
  TEntry = function(bytes: Psbm_bytes): PByte; cdecl;
begin
  Result := TEntry(SbmEntry(12))(bytes);
end;

function sbm_bytes_size(bytes: Psbm_bytes): NativeUInt; cdecl;
type
  TEntry = function(bytes: Psbm_bytes): NativeUInt; cdecl;
begin
  Result := TEntry(SbmEntry(13))(bytes);
end;

procedure sbm_bytes_free(bytes: Psbm_bytes); cdecl;
type
  TEntry = procedure(bytes: Psbm_bytes); cdecl;
begin
  TEntry(SbmEntry(14))(bytes);
end;

function sbm_config_new(abi: Cardinal; directory: PAnsiChar; out_: PPsbm_config; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(abi: Cardinal; directory: PAnsiChar; out_: PPsbm_config; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(15))(abi, directory, out_, error);
end;

function sbm_config_set_program(config: Psbm_config; program_: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(config: Psbm_config; program_: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(16))(config, program_, error);
end;

function sbm_config_set_timeout_ms(config: Psbm_config; timeout_ms: Integer; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(config: Psbm_config; timeout_ms: Integer; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(17))(config, timeout_ms, error);
end;

function sbm_config_set_connect_timeout_ms(config: Psbm_config; timeout_ms: Integer; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(config: Psbm_config; timeout_ms: Integer; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(18))(config, timeout_ms, error);
end;

function sbm_config_set_handshake_timeout_ms(config: Psbm_config; timeout_ms: Integer; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(config: Psbm_config; timeout_ms: Integer; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(19))(config, timeout_ms, error);
end;

function sbm_config_set_system_roots(config: Psbm_config; yes: Integer; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(config: Psbm_config; yes: Integer; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(20))(config, yes, error);
end;

function sbm_config_set_rollout(config: Psbm_config; rollout: Psbm_rollout; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(config: Psbm_config; rollout: Psbm_rollout; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(21))(config, rollout, error);
end;

function sbm_config_set_managed_required(config: Psbm_config; required: Integer; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(config: Psbm_config; required: Integer; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(22))(config, required, error);
end;

function sbm_config_set_proxy(config: Psbm_config; proxy: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(config: Psbm_config; proxy: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(23))(config, proxy, error);
end;

function sbm_config_set_plain_files(config: Psbm_config; yes: Integer; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(config: Psbm_config; yes: Integer; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(24))(config, yes, error);
end;

function sbm_config_set_outbox(config: Psbm_config; records: Cardinal; bytes: UInt64; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(config: Psbm_config; records: Cardinal; bytes: UInt64; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(25))(config, records, bytes, error);
end;

procedure sbm_config_free(config: Psbm_config); cdecl;
type
  TEntry = procedure(config: Psbm_config); cdecl;
begin
  TEntry(SbmEntry(26))(config);
end;

function sbm_config_set_clock(config: Psbm_config; callback: sbm_clock_callback; user_data: Pointer; destroy: sbm_destroy;
  error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(config: Psbm_config; callback: sbm_clock_callback; user_data: Pointer; destroy: sbm_destroy; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(27))(config, callback, user_data, destroy, error);
end;

function sbm_config_set_log(config: Psbm_config; level: Integer; callback: sbm_log_callback; user_data: Pointer; destroy: sbm_destroy;
  error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(config: Psbm_config; level: Integer; callback: sbm_log_callback; user_data: Pointer; destroy: sbm_destroy;
  error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(28))(config, level, callback, user_data, destroy, error);
end;

function sbm_client_open(config: Psbm_config; out_: PPsbm_client; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(config: Psbm_config; out_: PPsbm_client; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(29))(config, out_, error);
end;

function sbm_client_free(client: Psbm_client): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(30))(client);
end;

function sbm_client_state(client: Psbm_client; out_: Psbm_state; why: Psbm_status; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; out_: Psbm_state; why: Psbm_status; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(31))(client, out_, why, error);
end;

function sbm_client_user(client: Psbm_client; out_: PPsbm_text; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; out_: PPsbm_text; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(32))(client, out_, error);
end;

function sbm_client_login(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(33))(client, connection, user, password, error);
end;

function sbm_client_logout(client: Psbm_client; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(34))(client, error);
end;

function sbm_client_may(client: Psbm_client; action: Integer; profile_guid: PAnsiChar; out_: Psbm_effect; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; action: Integer; profile_guid: PAnsiChar; out_: Psbm_effect; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(35))(client, action, profile_guid, out_, error);
end;

function sbm_client_explain(client: Psbm_client; action: Integer; profile_guid: PAnsiChar; out_: PPsbm_decision;
  error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; action: Integer; profile_guid: PAnsiChar; out_: PPsbm_decision; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(36))(client, action, profile_guid, out_, error);
end;

function sbm_client_is_locked(client: Psbm_client; out_: PInteger; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; out_: PInteger; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(37))(client, out_, error);
end;

function sbm_client_connection(client: Psbm_client; connection: PPsbm_text; user: PPsbm_text; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; connection: PPsbm_text; user: PPsbm_text; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(38))(client, connection, user, error);
end;

function sbm_client_fingerprint(client: Psbm_client; out_: PPsbm_text; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; out_: PPsbm_text; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(39))(client, out_, error);
end;

function sbm_client_last_contact(client: Psbm_client; contact_ms: PInt64; age_ms: PInt64; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; contact_ms: PInt64; age_ms: PInt64; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(40))(client, contact_ms, age_ms, error);
end;

function sbm_client_change_connection(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar;
  admin_user: PAnsiChar; admin_password: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; admin_user: PAnsiChar;
  admin_password: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(41))(client, connection, user, password, admin_user, admin_password, error);
end;

function sbm_client_change_connection_with_code(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar;
  code: PAnsiChar; admin_user: PAnsiChar; admin_password: PAnsiChar; admin_code: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; code: PAnsiChar; admin_user: PAnsiChar;
  admin_password: PAnsiChar; admin_code: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(42))(client, connection, user, password, code, admin_user, admin_password, admin_code, error);
end;

function sbm_client_cancel(client: Psbm_client; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(43))(client, error);
end;

function sbm_client_enrol(client: Psbm_client; connection: PAnsiChar; code: PAnsiChar; out_: Psbm_enrolment;
  error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; connection: PAnsiChar; code: PAnsiChar; out_: Psbm_enrolment; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(44))(client, connection, code, out_, error);
end;

function sbm_client_login_with_code(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; code: PAnsiChar;
  error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; code: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(45))(client, connection, user, password, code, error);
end;

function sbm_client_take_over(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; code: PAnsiChar;
  error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; code: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(46))(client, connection, user, password, code, error);
end;

function sbm_client_send_login_code(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; channel: Integer;
  out_: PPsbm_text; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; channel: Integer; out_: PPsbm_text;
  error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(47))(client, connection, user, password, channel, out_, error);
end;

function sbm_rollout_new(out_: PPsbm_rollout; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(out_: PPsbm_rollout; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(48))(out_, error);
end;

function sbm_rollout_set_connection(rollout: Psbm_rollout; connection: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(rollout: Psbm_rollout; connection: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(49))(rollout, connection, error);
end;

function sbm_rollout_set_system_roots(rollout: Psbm_rollout; yes: Integer; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(rollout: Psbm_rollout; yes: Integer; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(50))(rollout, yes, error);
end;

function sbm_rollout_set_user(rollout: Psbm_rollout; user: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(rollout: Psbm_rollout; user: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(51))(rollout, user, error);
end;

function sbm_rollout_set_password(rollout: Psbm_rollout; password: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(rollout: Psbm_rollout; password: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(52))(rollout, password, error);
end;

function sbm_rollout_set_password_file(rollout: Psbm_rollout; path: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(rollout: Psbm_rollout; path: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(53))(rollout, path, error);
end;

function sbm_rollout_set_managed_required(rollout: Psbm_rollout; required: Integer; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(rollout: Psbm_rollout; required: Integer; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(54))(rollout, required, error);
end;

function sbm_rollout_add_environment(rollout: Psbm_rollout; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(rollout: Psbm_rollout; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(55))(rollout, error);
end;

function sbm_rollout_add_file(rollout: Psbm_rollout; path: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(rollout: Psbm_rollout; path: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(56))(rollout, path, error);
end;

function sbm_rollout_is_empty(rollout: Psbm_rollout): Integer; cdecl;
type
  TEntry = function(rollout: Psbm_rollout): Integer; cdecl;
begin
  Result := TEntry(SbmEntry(57))(rollout);
end;

procedure sbm_rollout_free(rollout: Psbm_rollout); cdecl;
type
  TEntry = procedure(rollout: Psbm_rollout); cdecl;
begin
  TEntry(SbmEntry(58))(rollout);
end;

function sbm_client_roll_out(client: Psbm_client; rollout: Psbm_rollout; out_: Psbm_sync_summary; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; rollout: Psbm_rollout; out_: Psbm_sync_summary; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(59))(client, rollout, out_, error);
end;

function sbm_decision_effect(decision: Psbm_decision): sbm_effect; cdecl;
type
  TEntry = function(decision: Psbm_decision): sbm_effect; cdecl;
begin
  Result := TEntry(SbmEntry(60))(decision);
end;

function sbm_decision_gate(decision: Psbm_decision): sbm_gate; cdecl;
type
  TEntry = function(decision: Psbm_decision): sbm_gate; cdecl;
begin
  Result := TEntry(SbmEntry(61))(decision);
end;

function sbm_decision_code(decision: Psbm_decision): sbm_status; cdecl;
type
  TEntry = function(decision: Psbm_decision): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(62))(decision);
end;

function sbm_decision_sentence(decision: Psbm_decision): PAnsiChar; cdecl;
type
  TEntry = function(decision: Psbm_decision): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(63))(decision);
end;

function sbm_decision_change(decision: Psbm_decision): PAnsiChar; cdecl;
type
  TEntry = function(decision: Psbm_decision): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(64))(decision);
end;

function sbm_decision_rule(decision: Psbm_decision): PAnsiChar; cdecl;
type
  TEntry = function(decision: Psbm_decision): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(65))(decision);
end;

function sbm_decision_json(decision: Psbm_decision): PAnsiChar; cdecl;
type
  TEntry = function(decision: Psbm_decision): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(66))(decision);
end;

procedure sbm_decision_free(decision: Psbm_decision); cdecl;
type
  TEntry = procedure(decision: Psbm_decision); cdecl;
begin
  TEntry(SbmEntry(67))(decision);
end;

function sbm_client_sync(client: Psbm_client; out_: Psbm_sync_summary; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; out_: Psbm_sync_summary; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(68))(client, out_, error);
end;

function sbm_client_sync_if_due(client: Psbm_client; out_: Psbm_sync_summary; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; out_: Psbm_sync_summary; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(69))(client, out_, error);
end;

function sbm_client_start_worker(client: Psbm_client; callback: sbm_worker_callback; user_data: Pointer; destroy: sbm_destroy;
  out_: PPsbm_worker; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; callback: sbm_worker_callback; user_data: Pointer; destroy: sbm_destroy; out_: PPsbm_worker;
  error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(70))(client, callback, user_data, destroy, out_, error);
end;

function sbm_worker_sync_now(worker: Psbm_worker; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(worker: Psbm_worker; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(71))(worker, error);
end;

function sbm_worker_free(worker: Psbm_worker): sbm_status; cdecl;
type
  TEntry = function(worker: Psbm_worker): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(72))(worker);
end;

function sbm_client_profiles(client: Psbm_client; out_: PPsbm_profile_list; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; out_: PPsbm_profile_list; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(73))(client, out_, error);
end;

function sbm_client_profile_body(client: Psbm_client; guid: PAnsiChar; out_: PPsbm_bytes; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; guid: PAnsiChar; out_: PPsbm_bytes; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(74))(client, guid, out_, error);
end;

function sbm_client_profile_removed(client: Psbm_client; guid: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; guid: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(75))(client, guid, error);
end;

function sbm_profile_list_count(list: Psbm_profile_list): NativeUInt; cdecl;
type
  TEntry = function(list: Psbm_profile_list): NativeUInt; cdecl;
begin
  Result := TEntry(SbmEntry(76))(list);
end;

function sbm_profile_list_guid(list: Psbm_profile_list; index: NativeUInt): PAnsiChar; cdecl;
type
  TEntry = function(list: Psbm_profile_list; index: NativeUInt): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(77))(list, index);
end;

function sbm_profile_list_name(list: Psbm_profile_list; index: NativeUInt): PAnsiChar; cdecl;
type
  TEntry = function(list: Psbm_profile_list; index: NativeUInt): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(78))(list, index);
end;

function sbm_profile_list_description(list: Psbm_profile_list; index: NativeUInt): PAnsiChar; cdecl;
type
  TEntry = function(list: Psbm_profile_list; index: NativeUInt): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(79))(list, index);
end;

function sbm_profile_list_version(list: Psbm_profile_list; index: NativeUInt): Int64; cdecl;
type
  TEntry = function(list: Psbm_profile_list; index: NativeUInt): Int64; cdecl;
begin
  Result := TEntry(SbmEntry(80))(list, index);
end;

function sbm_profile_list_revision(list: Psbm_profile_list; index: NativeUInt): UInt64; cdecl;
type
  TEntry = function(list: Psbm_profile_list; index: NativeUInt): UInt64; cdecl;
begin
  Result := TEntry(SbmEntry(81))(list, index);
end;

procedure sbm_profile_list_free(list: Psbm_profile_list); cdecl;
type
  TEntry = procedure(list: Psbm_profile_list); cdecl;
begin
  TEntry(SbmEntry(82))(list);
end;

function sbm_client_setting(client: Psbm_client; name: PAnsiChar; own: PAnsiChar; out_: PPsbm_text; mode: Psbm_setting_mode;
  origin: PPsbm_text; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; name: PAnsiChar; own: PAnsiChar; out_: PPsbm_text; mode: Psbm_setting_mode; origin: PPsbm_text;
  error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(83))(client, name, own, out_, mode, origin, error);
end;

function sbm_client_branding(client: Psbm_client; out_: PPsbm_branding; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; out_: PPsbm_branding; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(84))(client, out_, error);
end;

function sbm_branding_name(branding: Psbm_branding): PAnsiChar; cdecl;
type
  TEntry = function(branding: Psbm_branding): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(85))(branding);
end;

function sbm_branding_colour(branding: Psbm_branding; usage: PAnsiChar): PAnsiChar; cdecl;
type
  TEntry = function(branding: Psbm_branding; usage: PAnsiChar): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(86))(branding, usage);
end;

function sbm_branding_image(branding: Psbm_branding; usage: PAnsiChar; size: PNativeUInt): PByte; cdecl;
type
  TEntry = function(branding: Psbm_branding; usage: PAnsiChar; size: PNativeUInt): PByte; cdecl;
begin
  Result := TEntry(SbmEntry(87))(branding, usage, size);
end;

procedure sbm_branding_free(branding: Psbm_branding); cdecl;
type
  TEntry = procedure(branding: Psbm_branding); cdecl;
begin
  TEntry(SbmEntry(88))(branding);
end;

function sbm_client_next_change(client: Psbm_client; out_: PPsbm_change; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; out_: PPsbm_change; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(89))(client, out_, error);
end;

function sbm_change_kind(change: Psbm_change): sbm_delivery; cdecl;
type
  TEntry = function(change: Psbm_change): sbm_delivery; cdecl;
begin
  Result := TEntry(SbmEntry(90))(change);
end;

function sbm_change_guid(change: Psbm_change): PAnsiChar; cdecl;
type
  TEntry = function(change: Psbm_change): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(91))(change);
end;

function sbm_change_name(change: Psbm_change): PAnsiChar; cdecl;
type
  TEntry = function(change: Psbm_change): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(92))(change);
end;

function sbm_change_description(change: Psbm_change): PAnsiChar; cdecl;
type
  TEntry = function(change: Psbm_change): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(93))(change);
end;

function sbm_change_version(change: Psbm_change): Int64; cdecl;
type
  TEntry = function(change: Psbm_change): Int64; cdecl;
begin
  Result := TEntry(SbmEntry(94))(change);
end;

function sbm_change_revision(change: Psbm_change): UInt64; cdecl;
type
  TEntry = function(change: Psbm_change): UInt64; cdecl;
begin
  Result := TEntry(SbmEntry(95))(change);
end;

function sbm_change_body(change: Psbm_change; data: PPsbm_byte; size: PNativeUInt; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(change: Psbm_change; data: PPsbm_byte; size: PNativeUInt; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(96))(change, data, size, error);
end;

function sbm_change_schedule(change: Psbm_change; data: PPsbm_byte; size: PNativeUInt; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(change: Psbm_change; data: PPsbm_byte; size: PNativeUInt; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(97))(change, data, size, error);
end;

function sbm_change_done(change: Psbm_change; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(change: Psbm_change; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(98))(change, error);
end;

function sbm_change_failed(change: Psbm_change; reason: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(change: Psbm_change; reason: PAnsiChar; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(99))(change, reason, error);
end;

procedure sbm_change_free(change: Psbm_change); cdecl;
type
  TEntry = procedure(change: Psbm_change); cdecl;
begin
  TEntry(SbmEntry(100))(change);
end;

function sbm_client_begin_run(client: Psbm_client; start: Psbm_run_start; out_: PPsbm_run; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; start: Psbm_run_start; out_: PPsbm_run; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(101))(client, start, out_, error);
end;

function sbm_run_finish(run: Psbm_run; end_: Psbm_run_end; sequence: PUInt64; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(run: Psbm_run; end_: Psbm_run_end; sequence: PUInt64; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(102))(run, end_, sequence, error);
end;

function sbm_run_free(run: Psbm_run): sbm_status; cdecl;
type
  TEntry = function(run: Psbm_run): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(103))(run);
end;

function sbm_client_report_stored(client: Psbm_client; bytes: UInt64; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; bytes: UInt64; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(104))(client, bytes, error);
end;

function sbm_client_room(client: Psbm_client; left: PInt64; warns: PInteger; stored: PInt64; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; left: PInt64; warns: PInteger; stored: PInt64; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(105))(client, left, warns, stored, error);
end;

function sbm_client_begin_run_storing(client: Psbm_client; start: Psbm_run_start; estimate_bytes: UInt64; out_: PPsbm_run;
  error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; start: Psbm_run_start; estimate_bytes: UInt64; out_: PPsbm_run; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(106))(client, start, estimate_bytes, out_, error);
end;

function sbm_client_upload_profile(client: Psbm_client; admin_user: PAnsiChar; admin_password: PAnsiChar; upload: Psbm_upload;
  revision: PUInt64; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; admin_user: PAnsiChar; admin_password: PAnsiChar; upload: Psbm_upload; revision: PUInt64;
  error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(107))(client, admin_user, admin_password, upload, revision, error);
end;

function sbm_client_upload_profile_with_code(client: Psbm_client; admin_user: PAnsiChar; admin_password: PAnsiChar; admin_code: PAnsiChar;
  upload: Psbm_upload; revision: PUInt64; error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; admin_user: PAnsiChar; admin_password: PAnsiChar; admin_code: PAnsiChar; upload: Psbm_upload;
  revision: PUInt64; error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(108))(client, admin_user, admin_password, admin_code, upload, revision, error);
end;

function sbm_client_test_server(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; out_: PPsbm_server_test;
  error: PPsbm_error): sbm_status; cdecl;
type
  TEntry = function(client: Psbm_client; connection: PAnsiChar; user: PAnsiChar; password: PAnsiChar; out_: PPsbm_server_test;
  error: PPsbm_error): sbm_status; cdecl;
begin
  Result := TEntry(SbmEntry(109))(client, connection, user, password, out_, error);
end;

function sbm_server_test_reachable(test: Psbm_server_test): sbm_check; cdecl;
type
  TEntry = function(test: Psbm_server_test): sbm_check; cdecl;
begin
  Result := TEntry(SbmEntry(110))(test);
end;

function sbm_server_test_certificate(test: Psbm_server_test): sbm_check; cdecl;
type
  TEntry = function(test: Psbm_server_test): sbm_check; cdecl;
begin
  Result := TEntry(SbmEntry(111))(test);
end;

function sbm_server_test_address(test: Psbm_server_test): sbm_check; cdecl;
type
  TEntry = function(test: Psbm_server_test): sbm_check; cdecl;
begin
  Result := TEntry(SbmEntry(112))(test);
end;

function sbm_server_test_credentials(test: Psbm_server_test): sbm_check; cdecl;
type
  TEntry = function(test: Psbm_server_test): sbm_check; cdecl;
begin
  Result := TEntry(SbmEntry(113))(test);
end;

function sbm_server_test_versions(test: Psbm_server_test): sbm_check; cdecl;
type
  TEntry = function(test: Psbm_server_test): sbm_check; cdecl;
begin
  Result := TEntry(SbmEntry(114))(test);
end;

function sbm_server_test_locked(test: Psbm_server_test): sbm_check; cdecl;
type
  TEntry = function(test: Psbm_server_test): sbm_check; cdecl;
begin
  Result := TEntry(SbmEntry(115))(test);
end;

function sbm_server_test_clock_skew_ms(test: Psbm_server_test): Int64; cdecl;
type
  TEntry = function(test: Psbm_server_test): Int64; cdecl;
begin
  Result := TEntry(SbmEntry(116))(test);
end;

function sbm_server_test_report(test: Psbm_server_test): PAnsiChar; cdecl;
type
  TEntry = function(test: Psbm_server_test): PAnsiChar; cdecl;
begin
  Result := TEntry(SbmEntry(117))(test);
end;

procedure sbm_server_test_free(test: Psbm_server_test); cdecl;
type
  TEntry = procedure(test: Psbm_server_test); cdecl;
begin
  TEntry(SbmEntry(118))(test);
end;

{$ENDIF}
{ --- implementation, made from sbm.h: end --- }

{ ---- the library ---- }

{$IFDEF SBM_LOADER}
var
  Loaded: TLibHandle = NilHandle;

function Find(Index: Integer): Pointer;
begin
  if Loaded = NilHandle then
    Loaded := LoadLibrary(SbmLibraryFile);
  Result := nil;
  if Loaded <> NilHandle then
    Result := GetProcedureAddress(Loaded, SbmNames[Index]);
end;

{ Two threads at the same first call find the same. }
function SbmEntry(Index: Integer): Pointer;
begin
  Result := SbmEntries[Index];
  if Result <> nil then
    Exit;
  Result := Find(Index);
  if Loaded = NilHandle then
    raise ESbmLibrary.CreateFmt('%s cannot be loaded; put it beside the program', [SbmLibraryFile]);
  if Result = nil then
    raise ESbmLibrary.CreateFmt('%s has no %s; it is too old for this program', [SbmLibraryFile, SbmNames[Index]]);
  SbmEntries[Index] := Result;
end;

function SbmAvailable: Boolean;
var
  Index: Integer;
begin
  Result := True;
  for Index := Low(SbmNames) to High(SbmNames) do
    Result := Result and (Find(Index) <> nil);
end;
{$ELSE}
function SbmAvailable: Boolean;
{$IF DEFINED(SBM_DELAYED) AND DEFINED(MSWINDOWS)}
begin
  Result := LoadLibrary(SBM_LIBRARY) <> 0;
end;
{$ELSE}
begin
  Result := True;
end;
{$IFEND}
{$ENDIF}

{ ---- texts ---- }

{ Whether each half of a character beyond U+FFFF has its other half. }
function IsWhole(const Text: UnicodeString): Boolean;
var
  Index: Integer;
begin
  Result := True;
  Index := 1;
  while Result and (Index <= Length(Text)) do
  begin
    case Ord(Text[Index]) of
      $D800..$DBFF:
        begin
          Inc(Index);
          Result := (Index <= Length(Text)) and (Ord(Text[Index]) >= $DC00) and (Ord(Text[Index]) <= $DFFF);
        end;
      $DC00..$DFFF:
        Result := False;
    end;
    Inc(Index);
  end;
end;

function SbmToUtf8(const Text: UnicodeString): UTF8String;
begin
  if Pos(#0, Text) > 0 then
    raise ESbm.Create(SBM_STATUS_INVALID_ARGUMENT, 'the text has a character #0 inside; leave it out');
  if not IsWhole(Text) then
    raise ESbm.Create(SBM_STATUS_NOT_UTF8, 'the text has half a character; it was cut somewhere');
  Result := UTF8String(UTF8Encode(Text));
end;

function SbmFromUtf8(Text: PAnsiChar): UnicodeString;
var
  Bytes: UTF8String;
begin
  SetString(Bytes, Text, Length(Text));
  Result := UTF8ToString(Bytes);
end;

{ NULL for nothing. The text lives as long as the variable of the caller. }
function OrNull(const Text: UTF8String): PAnsiChar;
begin
  if Text = '' then
    Result := nil
  else
    Result := PAnsiChar(Text);
end;

function TakeText(Text: Psbm_text): UnicodeString;
begin
  Result := SbmFromUtf8(sbm_text_data(Text));
  sbm_text_free(Text);
end;

function Copied(Data: PByte; Size: NativeUInt): TBytes;
begin
  Result := nil;
  SetLength(Result, Size);
  if Size > 0 then
    Move(Data^, Result[0], Size);
end;

function SbmVersion: UnicodeString;
begin
  Result := SbmFromUtf8(sbm_version);
end;

function SbmStatusName(Status: sbm_status): UnicodeString;
begin
  Result := SbmFromUtf8(sbm_status_name(Status));
end;

function SbmStatusText(Status: sbm_status): UnicodeString;
begin
  Result := SbmFromUtf8(sbm_status_text(Status));
end;

procedure SbmConsole;
begin
{$IFDEF FPC}
  SetMultiByteConversionCodePage(CP_UTF8);
  SetMultiByteRTLFileSystemCodePage(CP_UTF8);
{$ENDIF}
  SetTextCodePage(Output, 65001);
  SetTextCodePage(ErrOutput, 65001);
end;

{ ---- errors ---- }

constructor ESbm.Create(Code: sbm_status; const Text: UnicodeString; RetryAfterMs: Int64);
begin
  inherited Create(string(Text));
  FCode := Code;
  FText := Text;
  FRetryAfterMs := RetryAfterMs;
end;

function ESbm.GetName: UnicodeString;
begin
  Result := SbmStatusName(FCode);
end;

function ESbm.CodeAddress(Channel: sbm_channel): UnicodeString;
begin
  case Channel of
    SBM_CHANNEL_EMAIL: Result := FMail;
    SBM_CHANNEL_SMS: Result := FPhone;
  else
    Result := '';
  end;
end;

function ESbm.IsDenial: Boolean;
begin
  Result := FCode div 100 = 4;
end;

function ESbm.IsRetryable: Boolean;
begin
  Result := sbm_status_is_retryable(FCode) <> 0;
end;

{ ---- floating point: the host's exceptions are masked between Enter and Leave ---- }

type
{$IFDEF FPC}
  TFloatMask = TFPUExceptionMask;
{$ELSE}
  TFloatMask = TArithmeticExceptionMask;
{$ENDIF}

  TCall = record
    Mask: TFloatMask;
    Error: Psbm_error;
    procedure Enter;
    procedure Leave(Status: sbm_status);
    function Failed(Status: sbm_status): ESbm;
  end;

function MaskAll: TFloatMask;
begin
  Result := SetExceptionMask([exInvalidOp, exDenormalized, exZeroDivide, exOverflow, exUnderflow, exPrecision]);
end;

{ What was found meanwhile is forgotten first, or it would be raised here. }
procedure Unmask(const Mask: TFloatMask);
begin
  ClearExceptions(False);
  SetExceptionMask(Mask);
end;

procedure TCall.Enter;
begin
  Error := nil;
{$IFDEF SBM_DELAYED}
  sbm_abi_version; { a library that is not there is an exception before the mask is changed }
{$ENDIF}
  Mask := MaskAll;
end;

function TCall.Failed(Status: sbm_status): ESbm;
begin
  if Error = nil then
    Result := ESbm.Create(Status, SbmStatusText(Status))
  else
  begin
    Result := ESbm.Create(Status, SbmFromUtf8(sbm_error_message(Error)), sbm_error_retry_after_ms(Error));
    Result.FMail := SbmFromUtf8(sbm_error_code_address(Error, SBM_CHANNEL_EMAIL));
    Result.FPhone := SbmFromUtf8(sbm_error_code_address(Error, SBM_CHANNEL_SMS));
    sbm_error_free(Error);
  end;
end;

procedure TCall.Leave(Status: sbm_status);
var
  Raised: ESbm;
begin
  Raised := nil;
  if Status <> SBM_OK then
    Raised := Failed(Status);
  Unmask(Mask);
  if Raised <> nil then
    raise Raised;
end;

{ ---- times ---- }

const
  DaysTo1970 = 719163; { from 0001-01-01, as TTimeStamp counts }
  MsOfDay = 86400000;

function SbmTime(const Utc: TDateTime): Int64;
var
  Mask: TFloatMask;
  Stamp: TTimeStamp;
begin
  Mask := MaskAll;
  Stamp := DateTimeToTimeStamp(Utc);
  Unmask(Mask);
  Result := (Int64(Stamp.Date) - DaysTo1970) * MsOfDay + Stamp.Time;
end;

function SbmDateTime(Ms: Int64): TDateTime;
var
  Mask: TFloatMask;
  Stamp: TTimeStamp;
begin
  Stamp.Time := Integer(((Ms mod MsOfDay) + MsOfDay) mod MsOfDay);
  Stamp.Date := Integer((Ms - Stamp.Time) div MsOfDay + DaysTo1970);
  Mask := MaskAll;
  Result := TimeStampToDateTime(Stamp);
  Unmask(Mask);
end;

function SbmUtcOffsetMinutes: Integer;
var
  Mask: TFloatMask;
begin
  Mask := MaskAll;
{$IFDEF FPC}
  Result := -GetLocalTimeOffset;
{$ELSE}
  Result := Trunc(TTimeZone.Local.GetUtcOffset(Now).TotalMinutes);
{$ENDIF}
  Unmask(Mask);
end;

class function TSbmRunStart.Make(const ProfileName: UnicodeString; Trigger: sbm_trigger): TSbmRunStart;
begin
  Result.ProfileName := ProfileName;
  Result.ProfileGuid := '';
  Result.KindText := '';
  Result.OsUser := '';
  Result.Kind := SBM_PROFILE_KIND_BACKUP;
  Result.Trigger := Trigger;
  Result.Restore := Trigger = SBM_TRIGGER_RESTORE;
  Result.ThreadStartMs := 0;
  Result.ProfileStartMs := 0;
  Result.GroupStartMs := 0;
  Result.Version := 0;
  Result.UtcOffsetMinutes := SbmUtcOffsetMinutes;
end;

class function TSbmRunEnd.Make(Outcome: sbm_result): TSbmRunEnd;
begin
  Result.Result := Outcome;
  Result.EndMs := 0;
  Result.FilesCopied := 0;
  Result.FilesDeleted := 0;
  Result.FilesFailed := 0;
  Result.BytesCopied := 0;
  Result.BytesDeleted := 0;
  Result.BytesFailed := 0;
  Result.BytesStored := -1;
  Result.ErrorText := '';
end;

{ ---- callbacks: each has an object on the heap, which the library gives back by Forget ---- }

type
  THeld = class
    Mask: TFloatMask;
    Clock: TSbmClock;
    Log: TSbmLog;
    Notice: TSbmNotice;
    Keep: IInterface;
    constructor Create;
  end;

constructor THeld.Create;
begin
  Mask := MaskAll;
  Unmask(Mask);
end;

procedure Forget(user_data: Pointer); cdecl;
begin
  try
    THeld(user_data).Free;
  except
  end;
end;

procedure Tell(Error: TObject);
begin
  try
    if Assigned(SbmCallbackFailed) and (Error is Exception) then
      SbmCallbackFailed(Exception(Error));
  except
  end;
end;

{ The clock of this computer, where the host's has failed. }
function SystemTime: Int64;
var
  Mask: TFloatMask;
begin
  Mask := MaskAll;
  Result := SbmTime(Now) - Int64(SbmUtcOffsetMinutes) * 60000;
  Unmask(Mask);
end;

function AskClock(user_data: Pointer): Int64; cdecl;
var
  Mask: TFloatMask;
begin
  Mask := SetExceptionMask(THeld(user_data).Mask);
  try
    Result := THeld(user_data).Clock();
  except
    Result := SystemTime;
    Tell(ExceptObject);
  end;
  Unmask(Mask);
end;

procedure TellLog(user_data: Pointer; level: sbm_log_level; message: PAnsiChar); cdecl;
var
  Mask: TFloatMask;
begin
  Mask := SetExceptionMask(THeld(user_data).Mask);
  try
    THeld(user_data).Log(level, SbmFromUtf8(message));
  except
    Tell(ExceptObject);
  end;
  Unmask(Mask);
end;

procedure TellNotice(user_data: Pointer; notice: sbm_notice; why: sbm_status); cdecl;
var
  Mask: TFloatMask;
begin
  Mask := SetExceptionMask(THeld(user_data).Mask);
  try
    THeld(user_data).Notice(notice, why);
  except
    Tell(ExceptObject);
  end;
  Unmask(Mask);
end;

{ ---- decision, change, run, worker, test ---- }

type
  TDecision = class(TInterfacedObject, ISbmDecision)
  private
    FHandle: Psbm_decision;
  public
    destructor Destroy; override;
    function Effect: sbm_effect;
    function Gate: sbm_gate;
    function Code: sbm_status;
    function Sentence: UnicodeString;
    function Change: UnicodeString;
    function Rule: UnicodeString;
    function Json: UnicodeString;
  end;

destructor TDecision.Destroy;
begin
  sbm_decision_free(FHandle);
  inherited;
end;

function TDecision.Effect: sbm_effect;
begin
  Result := sbm_decision_effect(FHandle);
end;

function TDecision.Gate: sbm_gate;
begin
  Result := sbm_decision_gate(FHandle);
end;

function TDecision.Code: sbm_status;
begin
  Result := sbm_decision_code(FHandle);
end;

function TDecision.Sentence: UnicodeString;
begin
  Result := SbmFromUtf8(sbm_decision_sentence(FHandle));
end;

function TDecision.Change: UnicodeString;
begin
  Result := SbmFromUtf8(sbm_decision_change(FHandle));
end;

function TDecision.Rule: UnicodeString;
begin
  Result := SbmFromUtf8(sbm_decision_rule(FHandle));
end;

function TDecision.Json: UnicodeString;
begin
  Result := SbmFromUtf8(sbm_decision_json(FHandle));
end;

type
  TChange = class(TInterfacedObject, ISbmChange)
  private
    FHandle: Psbm_change;
  public
    destructor Destroy; override;
    function Kind: sbm_delivery;
    function Guid: UnicodeString;
    function Name: UnicodeString;
    function Description: UnicodeString;
    function Version: Int64;
    function Revision: UInt64;
    function Body: TBytes;
    function Schedule: TBytes;
    procedure Done;
    procedure Failed(const Reason: UnicodeString);
  end;

destructor TChange.Destroy;
begin
  sbm_change_free(FHandle);
  inherited;
end;

function TChange.Kind: sbm_delivery;
begin
  Result := sbm_change_kind(FHandle);
end;

function TChange.Guid: UnicodeString;
begin
  Result := SbmFromUtf8(sbm_change_guid(FHandle));
end;

function TChange.Name: UnicodeString;
begin
  Result := SbmFromUtf8(sbm_change_name(FHandle));
end;

function TChange.Description: UnicodeString;
begin
  Result := SbmFromUtf8(sbm_change_description(FHandle));
end;

function TChange.Version: Int64;
begin
  Result := sbm_change_version(FHandle);
end;

function TChange.Revision: UInt64;
begin
  Result := sbm_change_revision(FHandle);
end;

function TChange.Body: TBytes;
var
  Call: TCall;
  Data: PByte;
  Size: NativeUInt;
begin
  Data := nil;
  Size := 0;
  Call.Enter;
  Call.Leave(sbm_change_body(FHandle, @Data, @Size, @Call.Error));
  Result := Copied(Data, Size);
end;

function TChange.Schedule: TBytes;
var
  Call: TCall;
  Data: PByte;
  Size: NativeUInt;
begin
  Data := nil;
  Size := 0;
  Call.Enter;
  Call.Leave(sbm_change_schedule(FHandle, @Data, @Size, @Call.Error));
  Result := Copied(Data, Size);
end;

procedure TChange.Done;
var
  Call: TCall;
begin
  Call.Enter;
  Call.Leave(sbm_change_done(FHandle, @Call.Error));
end;

procedure TChange.Failed(const Reason: UnicodeString);
var
  Call: TCall;
  Text: UTF8String;
begin
  Text := SbmToUtf8(Reason);
  Call.Enter;
  Call.Leave(sbm_change_failed(FHandle, PAnsiChar(Text), @Call.Error));
end;

type
  TRun = class(TInterfacedObject, ISbmRun)
  private
    FHandle: Psbm_run;
  public
    destructor Destroy; override;
    function Handle: Psbm_run;
    function Finish(const RunEnd: TSbmRunEnd): UInt64;
  end;

destructor TRun.Destroy;
begin
  if FHandle <> nil then
    sbm_run_free(FHandle);
  inherited;
end;

function TRun.Handle: Psbm_run;
begin
  Result := FHandle;
end;

function TRun.Finish(const RunEnd: TSbmRunEnd): UInt64;
var
  Call: TCall;
  Flat: sbm_run_end;
  Text: UTF8String;
begin
  Text := SbmToUtf8(RunEnd.ErrorText);
  FillChar(Flat, SizeOf(Flat), 0);
  Flat.struct_size := SizeOf(Flat);
  Flat.result := RunEnd.Result;
  Flat.end_ms := RunEnd.EndMs;
  Flat.files_copied := RunEnd.FilesCopied;
  Flat.files_deleted := RunEnd.FilesDeleted;
  Flat.files_failed := RunEnd.FilesFailed;
  Flat.bytes_copied := RunEnd.BytesCopied;
  Flat.bytes_deleted := RunEnd.BytesDeleted;
  Flat.bytes_failed := RunEnd.BytesFailed;
  Flat.bytes_stored := RunEnd.BytesStored;
  Flat.error_text := OrNull(Text);
  Result := 0;
  Call.Enter;
  Call.Leave(sbm_run_finish(FHandle, @Flat, @Result, @Call.Error));
end;

type
  TWorker = class(TInterfacedObject, ISbmWorker)
  private
    FHandle: Psbm_worker;
  public
    destructor Destroy; override;
    function Handle: Psbm_worker;
    procedure SyncNow;
    procedure Stop;
  end;

destructor TWorker.Destroy;
begin
  Stop;
  inherited;
end;

function TWorker.Handle: Psbm_worker;
begin
  Result := FHandle;
end;

procedure TWorker.SyncNow;
var
  Call: TCall;
begin
  Call.Enter;
  Call.Leave(sbm_worker_sync_now(FHandle, @Call.Error));
end;

{ A second time it is a bad handle, and nothing happens. }
procedure TWorker.Stop;
var
  Mask: TFloatMask;
begin
  Mask := MaskAll;
  if FHandle <> nil then
    sbm_worker_free(FHandle);
  Unmask(Mask);
end;

type
  TServerTest = class(TInterfacedObject, ISbmServerTest)
  private
    FHandle: Psbm_server_test;
  public
    destructor Destroy; override;
    function Reachable: sbm_check;
    function Certificate: sbm_check;
    function Address: sbm_check;
    function Credentials: sbm_check;
    function Versions: sbm_check;
    function Locked: sbm_check;
    function ClockSkewMs: Int64;
    function Report: UnicodeString;
  end;

destructor TServerTest.Destroy;
begin
  sbm_server_test_free(FHandle);
  inherited;
end;

function TServerTest.Reachable: sbm_check;
begin
  Result := sbm_server_test_reachable(FHandle);
end;

function TServerTest.Certificate: sbm_check;
begin
  Result := sbm_server_test_certificate(FHandle);
end;

function TServerTest.Address: sbm_check;
begin
  Result := sbm_server_test_address(FHandle);
end;

function TServerTest.Credentials: sbm_check;
begin
  Result := sbm_server_test_credentials(FHandle);
end;

function TServerTest.Versions: sbm_check;
begin
  Result := sbm_server_test_versions(FHandle);
end;

function TServerTest.Locked: sbm_check;
begin
  Result := sbm_server_test_locked(FHandle);
end;

function TServerTest.ClockSkewMs: Int64;
begin
  Result := sbm_server_test_clock_skew_ms(FHandle);
end;

function TServerTest.Report: UnicodeString;
begin
  Result := SbmFromUtf8(sbm_server_test_report(FHandle));
end;

{ ---- roll-out ---- }

type
  TTextSetter = function(Rollout: Psbm_rollout; Text: PAnsiChar; Error: PPsbm_error): sbm_status; cdecl;

  TRollout = class(TInterfacedObject, ISbmRollout)
  private
    FHandle: Psbm_rollout;
    procedure SetText(Setter: TTextSetter; const Text: UnicodeString);
  public
    constructor Create;
    destructor Destroy; override;
    function Handle: Psbm_rollout;
    procedure SetConnection(const Connection: UnicodeString);
    procedure SetSystemRoots(Yes: Boolean);
    procedure SetUser(const User: UnicodeString);
    procedure SetPassword(const Password: UnicodeString);
    procedure SetPasswordFile(const Path: UnicodeString);
    procedure SetManagedRequired(Yes: Boolean);
    procedure AddEnvironment;
    procedure AddFile(const Path: UnicodeString);
    function IsEmpty: Boolean;
  end;

constructor TRollout.Create;
var
  Call: TCall;
begin
  inherited;
  Call.Enter;
  Call.Leave(sbm_rollout_new(@FHandle, @Call.Error));
end;

destructor TRollout.Destroy;
begin
  if FHandle <> nil then
    sbm_rollout_free(FHandle);
  inherited;
end;

function TRollout.Handle: Psbm_rollout;
begin
  Result := FHandle;
end;

procedure TRollout.SetText(Setter: TTextSetter; const Text: UnicodeString);
var
  Call: TCall;
  Bytes: UTF8String;
begin
  Bytes := SbmToUtf8(Text);
  Call.Enter;
  Call.Leave(Setter(FHandle, PAnsiChar(Bytes), @Call.Error));
end;

procedure TRollout.SetConnection(const Connection: UnicodeString);
begin
  SetText(@sbm_rollout_set_connection, Connection);
end;

procedure TRollout.SetUser(const User: UnicodeString);
begin
  SetText(@sbm_rollout_set_user, User);
end;

procedure TRollout.SetPassword(const Password: UnicodeString);
begin
  SetText(@sbm_rollout_set_password, Password);
end;

procedure TRollout.SetPasswordFile(const Path: UnicodeString);
begin
  SetText(@sbm_rollout_set_password_file, Path);
end;

procedure TRollout.AddFile(const Path: UnicodeString);
begin
  SetText(@sbm_rollout_add_file, Path);
end;

procedure TRollout.SetSystemRoots(Yes: Boolean);
var
  Call: TCall;
begin
  Call.Enter;
  Call.Leave(sbm_rollout_set_system_roots(FHandle, Ord(Yes), @Call.Error));
end;

procedure TRollout.SetManagedRequired(Yes: Boolean);
var
  Call: TCall;
begin
  Call.Enter;
  Call.Leave(sbm_rollout_set_managed_required(FHandle, Ord(Yes), @Call.Error));
end;

procedure TRollout.AddEnvironment;
var
  Call: TCall;
begin
  Call.Enter;
  Call.Leave(sbm_rollout_add_environment(FHandle, @Call.Error));
end;

function TRollout.IsEmpty: Boolean;
begin
  Result := sbm_rollout_is_empty(FHandle) <> 0;
end;

{ ---- branding ---- }

type
  TBranding = class(TInterfacedObject, ISbmBranding)
  private
    FHandle: Psbm_branding;
  public
    destructor Destroy; override;
    function Name: UnicodeString;
    function Colour(const Usage: UnicodeString): UnicodeString;
    function Image(const Usage: UnicodeString): TBytes;
  end;

destructor TBranding.Destroy;
begin
  sbm_branding_free(FHandle);
  inherited;
end;

function TBranding.Name: UnicodeString;
begin
  Result := SbmFromUtf8(sbm_branding_name(FHandle));
end;

function TBranding.Colour(const Usage: UnicodeString): UnicodeString;
begin
  Result := SbmFromUtf8(sbm_branding_colour(FHandle, PAnsiChar(SbmToUtf8(Usage))));
end;

function TBranding.Image(const Usage: UnicodeString): TBytes;
var
  Size: NativeUInt;
  Data: PByte;
begin
  Size := 0;
  Data := sbm_branding_image(FHandle, PAnsiChar(SbmToUtf8(Usage)), @Size);
  Result := Copied(Data, Size);
end;

{ ---- client ---- }

type
  TClient = class(TInterfacedObject, ISbmClient)
  private
    FHandle: Psbm_client;
    function FindSetting(const Name: UnicodeString; Own: PAnsiChar): TSbmSetting;
  public
    destructor Destroy; override;
    function Handle: Psbm_client;
    procedure Close;
    function State: sbm_state; overload;
    function State(out Why: sbm_status): sbm_state; overload;
    function User: UnicodeString;
    procedure Login(const Connection, User, Password: UnicodeString); overload;
    procedure Login(const Connection, User, Password, Code: UnicodeString); overload;
    procedure TakeOver(const Connection, User, Password: UnicodeString; const Code: UnicodeString);
    function SendLoginCode(const Connection, User, Password: UnicodeString; Channel: sbm_channel): UnicodeString;
    function Enrol(const Connection, Code: UnicodeString): sbm_enrolment;
    procedure ReportStored(Bytes: UInt64);
    function Room: TSbmRoom;
    function Setting(const Name: UnicodeString): TSbmSetting; overload;
    function Setting(const Name, Own: UnicodeString): TSbmSetting; overload;
    function Branding: ISbmBranding;
    procedure Logout;
    function May(Action: sbm_action; const Guid: UnicodeString): sbm_effect;
    function Allows(Action: sbm_action; const Guid: UnicodeString): Boolean;
    function Explain(Action: sbm_action; const Guid: UnicodeString): ISbmDecision;
    function IsLocked: Boolean;
    function Connection: UnicodeString; overload;
    function Connection(out User: UnicodeString): UnicodeString; overload;
    function Fingerprint: UnicodeString;
    function LastContact: Int64; overload;
    function LastContact(out AgeMs: Int64): Int64; overload;
    procedure ChangeConnection(const Connection, User, Password, AdminUser, AdminPassword: UnicodeString); overload;
    procedure ChangeConnection(const Connection, User, Password, Code, AdminUser, AdminPassword, AdminCode: UnicodeString); overload;
    procedure Cancel;
    function RollOut(const Rollout: ISbmRollout): sbm_sync_summary;
    function Sync: sbm_sync_summary;
    function SyncIfDue: sbm_sync_summary;
    function StartWorker(const Callback: TSbmNotice; const Keep: IInterface = nil): ISbmWorker;
    function Profiles: TSbmProfiles;
    function ProfileBody(const Guid: UnicodeString): TBytes;
    procedure ProfileRemoved(const Guid: UnicodeString);
    function NextChange(out Change: ISbmChange): Boolean;
    function BeginRun(const Start: TSbmRunStart; EstimateBytes: UInt64): ISbmRun;
    function UploadProfile(const AdminUser, AdminPassword: UnicodeString; const Upload: TSbmUpload;
      const AdminCode: UnicodeString): UInt64;
    function TestServer(const Connection: UnicodeString): ISbmServerTest; overload;
    function TestServer(const Connection, User, Password: UnicodeString): ISbmServerTest; overload;
  end;

destructor TClient.Destroy;
begin
  Close;
  inherited;
end;

function TClient.Handle: Psbm_client;
begin
  Result := FHandle;
end;

{ The number stays: a call that comes later is told that the handle is bad. }
procedure TClient.Close;
var
  Mask: TFloatMask;
begin
  Mask := MaskAll;
  if FHandle <> nil then
    sbm_client_free(FHandle);
  Unmask(Mask);
end;

function TClient.State: sbm_state;
var
  Why: sbm_status;
begin
  Result := State(Why);
end;

function TClient.State(out Why: sbm_status): sbm_state;
var
  Call: TCall;
begin
  Result := 0;
  Why := SBM_OK;
  Call.Enter;
  Call.Leave(sbm_client_state(FHandle, @Result, @Why, @Call.Error));
end;

function TClient.User: UnicodeString;
var
  Call: TCall;
  Text: Psbm_text;
begin
  Call.Enter;
  Call.Leave(sbm_client_user(FHandle, @Text, @Call.Error));
  Result := TakeText(Text);
end;

procedure TClient.Login(const Connection, User, Password: UnicodeString);
var
  Call: TCall;
  Server, Name, Secret: UTF8String;
begin
  Server := SbmToUtf8(Connection);
  Name := SbmToUtf8(User);
  Secret := SbmToUtf8(Password);
  Call.Enter;
  Call.Leave(sbm_client_login(FHandle, PAnsiChar(Server), PAnsiChar(Name), PAnsiChar(Secret), @Call.Error));
end;

procedure TClient.Login(const Connection, User, Password, Code: UnicodeString);
var
  Call: TCall;
  Server, Name, Secret, Shown: UTF8String;
begin
  Server := SbmToUtf8(Connection);
  Name := SbmToUtf8(User);
  Secret := SbmToUtf8(Password);
  Shown := SbmToUtf8(Code);
  Call.Enter;
  Call.Leave(sbm_client_login_with_code(FHandle, PAnsiChar(Server), PAnsiChar(Name), PAnsiChar(Secret), PAnsiChar(Shown),
    @Call.Error));
end;

{ No code is NULL. }
function CodeOrNil(const Code: UTF8String): PAnsiChar;
begin
  if Code = '' then
    Result := nil
  else
    Result := PAnsiChar(Code);
end;

procedure TClient.TakeOver(const Connection, User, Password: UnicodeString; const Code: UnicodeString);
var
  Call: TCall;
  Server, Name, Secret, Shown: UTF8String;
begin
  Server := SbmToUtf8(Connection);
  Name := SbmToUtf8(User);
  Secret := SbmToUtf8(Password);
  Shown := SbmToUtf8(Code);
  Call.Enter;
  Call.Leave(sbm_client_take_over(FHandle, PAnsiChar(Server), PAnsiChar(Name), PAnsiChar(Secret), CodeOrNil(Shown), @Call.Error));
end;

function TClient.SendLoginCode(const Connection, User, Password: UnicodeString; Channel: sbm_channel): UnicodeString;
var
  Call: TCall;
  Server, Name, Secret: UTF8String;
  Address: Psbm_text;
begin
  Server := SbmToUtf8(Connection);
  Name := SbmToUtf8(User);
  Secret := SbmToUtf8(Password);
  Call.Enter;
  Call.Leave(sbm_client_send_login_code(FHandle, PAnsiChar(Server), PAnsiChar(Name), PAnsiChar(Secret), Channel, @Address,
    @Call.Error));
  Result := TakeText(Address);
end;

function TClient.Enrol(const Connection, Code: UnicodeString): sbm_enrolment;
var
  Call: TCall;
  Server, Given: UTF8String;
begin
  Server := SbmToUtf8(Connection);
  Given := SbmToUtf8(Code);
  Result := 0;
  Call.Enter;
  Call.Leave(sbm_client_enrol(FHandle, PAnsiChar(Server), PAnsiChar(Given), @Result, @Call.Error));
end;

procedure TClient.ReportStored(Bytes: UInt64);
var
  Call: TCall;
begin
  Call.Enter;
  Call.Leave(sbm_client_report_stored(FHandle, Bytes, @Call.Error));
end;

function TClient.Room: TSbmRoom;
var
  Call: TCall;
  Warns: Integer;
begin
  Warns := 0;
  Call.Enter;
  Call.Leave(sbm_client_room(FHandle, @Result.Left, @Warns, @Result.Stored, @Call.Error));
  Result.Warns := Warns <> 0;
end;

function TClient.Setting(const Name: UnicodeString): TSbmSetting;
begin
  Result := FindSetting(Name, nil);
end;

function TClient.Setting(const Name, Own: UnicodeString): TSbmSetting;
var
  Text: UTF8String;
begin
  Text := SbmToUtf8(Own);
  Result := FindSetting(Name, PAnsiChar(Text));
end;

function TClient.FindSetting(const Name: UnicodeString; Own: PAnsiChar): TSbmSetting;
var
  Call: TCall;
  Called: UTF8String;
  Value, Origin: Psbm_text;
begin
  Called := SbmToUtf8(Name);
  Call.Enter;
  Call.Leave(sbm_client_setting(FHandle, PAnsiChar(Called), Own, @Value, @Result.Mode, @Origin, @Call.Error));
  Result.HasValue := Value <> nil;
  Result.Value := TakeText(Value);
  Result.Origin := TakeText(Origin);
end;

function TClient.Branding: ISbmBranding;
var
  Call: TCall;
  Made: TBranding;
begin
  Made := TBranding.Create;
  Result := Made;
  Call.Enter;
  Call.Leave(sbm_client_branding(FHandle, @Made.FHandle, @Call.Error));
  if Made.FHandle = nil then
    Result := nil;
end;

procedure TClient.Logout;
var
  Call: TCall;
begin
  Call.Enter;
  Call.Leave(sbm_client_logout(FHandle, @Call.Error));
end;

function TClient.May(Action: sbm_action; const Guid: UnicodeString): sbm_effect;
var
  Call: TCall;
  Text: UTF8String;
begin
  Text := SbmToUtf8(Guid);
  Result := SBM_EFFECT_DENY;
  Call.Enter;
  Call.Leave(sbm_client_may(FHandle, Action, OrNull(Text), @Result, @Call.Error));
end;

function TClient.Allows(Action: sbm_action; const Guid: UnicodeString): Boolean;
begin
  Result := May(Action, Guid) <> SBM_EFFECT_DENY;
end;

function TClient.Explain(Action: sbm_action; const Guid: UnicodeString): ISbmDecision;
var
  Call: TCall;
  Text: UTF8String;
  Made: TDecision;
begin
  Text := SbmToUtf8(Guid);
  Made := TDecision.Create;
  Result := Made;
  Call.Enter;
  Call.Leave(sbm_client_explain(FHandle, Action, OrNull(Text), @Made.FHandle, @Call.Error));
end;

function TClient.IsLocked: Boolean;
var
  Call: TCall;
  Locked: Integer;
begin
  Locked := 0;
  Call.Enter;
  Call.Leave(sbm_client_is_locked(FHandle, @Locked, @Call.Error));
  Result := Locked <> 0;
end;

function TClient.Connection: UnicodeString;
var
  User: UnicodeString;
begin
  Result := Connection(User);
end;

function TClient.Connection(out User: UnicodeString): UnicodeString;
var
  Call: TCall;
  Server, Name: Psbm_text;
begin
  Call.Enter;
  Call.Leave(sbm_client_connection(FHandle, @Server, @Name, @Call.Error));
  Result := TakeText(Server);
  User := TakeText(Name);
end;

function TClient.Fingerprint: UnicodeString;
var
  Call: TCall;
  Text: Psbm_text;
begin
  Call.Enter;
  Call.Leave(sbm_client_fingerprint(FHandle, @Text, @Call.Error));
  Result := TakeText(Text);
end;

function TClient.LastContact: Int64;
var
  AgeMs: Int64;
begin
  Result := LastContact(AgeMs);
end;

function TClient.LastContact(out AgeMs: Int64): Int64;
var
  Call: TCall;
begin
  Result := -1;
  AgeMs := -1;
  Call.Enter;
  Call.Leave(sbm_client_last_contact(FHandle, @Result, @AgeMs, @Call.Error));
end;

procedure TClient.ChangeConnection(const Connection, User, Password, AdminUser, AdminPassword: UnicodeString);
var
  Call: TCall;
  Server, Name, Secret, Admin, AdminSecret: UTF8String;
begin
  Server := SbmToUtf8(Connection);
  Name := SbmToUtf8(User);
  Secret := SbmToUtf8(Password);
  Admin := SbmToUtf8(AdminUser);
  AdminSecret := SbmToUtf8(AdminPassword);
  Call.Enter;
  Call.Leave(sbm_client_change_connection(FHandle, PAnsiChar(Server), PAnsiChar(Name), PAnsiChar(Secret), PAnsiChar(Admin),
    PAnsiChar(AdminSecret), @Call.Error));
end;

procedure TClient.ChangeConnection(const Connection, User, Password, Code, AdminUser, AdminPassword, AdminCode: UnicodeString);
var
  Call: TCall;
  Server, Name, Secret, Shown, Admin, AdminSecret, AdminShown: UTF8String;
begin
  Server := SbmToUtf8(Connection);
  Name := SbmToUtf8(User);
  Secret := SbmToUtf8(Password);
  Admin := SbmToUtf8(AdminUser);
  AdminSecret := SbmToUtf8(AdminPassword);
  Shown := SbmToUtf8(Code);
  AdminShown := SbmToUtf8(AdminCode);
  Call.Enter;
  Call.Leave(sbm_client_change_connection_with_code(FHandle, PAnsiChar(Server), PAnsiChar(Name), PAnsiChar(Secret),
    CodeOrNil(Shown), PAnsiChar(Admin), PAnsiChar(AdminSecret), CodeOrNil(AdminShown), @Call.Error));
end;

procedure TClient.Cancel;
var
  Call: TCall;
begin
  Call.Enter;
  Call.Leave(sbm_client_cancel(FHandle, @Call.Error));
end;

procedure Prepare(out Summary: sbm_sync_summary);
begin
  FillChar(Summary, SizeOf(Summary), 0);
  Summary.struct_size := SizeOf(Summary);
end;

function TClient.RollOut(const Rollout: ISbmRollout): sbm_sync_summary;
var
  Call: TCall;
begin
  Prepare(Result);
  Call.Enter;
  Call.Leave(sbm_client_roll_out(FHandle, Rollout.Handle, @Result, @Call.Error));
end;

function TClient.Sync: sbm_sync_summary;
var
  Call: TCall;
begin
  Prepare(Result);
  Call.Enter;
  Call.Leave(sbm_client_sync(FHandle, @Result, @Call.Error));
end;

function TClient.SyncIfDue: sbm_sync_summary;
var
  Call: TCall;
begin
  Prepare(Result);
  Call.Enter;
  Call.Leave(sbm_client_sync_if_due(FHandle, @Result, @Call.Error));
end;

{$IFDEF FPC}
function Nothing(Parameter: Pointer): PtrInt;
begin
  Result := 0;
end;
{$ENDIF}

{ The run-time library must know of threads before one comes that it did not start itself. In Free Pascal its first own thread
  sees to that. }
procedure ExpectThreads;
{$IFDEF FPC}
begin
  if not IsMultiThread then
    WaitForThreadTerminate(BeginThread(@Nothing, nil), 0);
  IsMultiThread := True;
end;
{$ELSE}
begin
  IsMultiThread := True;
end;
{$ENDIF}

function TClient.StartWorker(const Callback: TSbmNotice; const Keep: IInterface): ISbmWorker;
var
  Call: TCall;
  Held: THeld;
  Made: TWorker;
begin
  ExpectThreads;
  Made := TWorker.Create;
  Result := Made;
  if not Assigned(Callback) then
  begin
    Call.Enter;
    Call.Leave(sbm_client_start_worker(FHandle, nil, nil, nil, @Made.FHandle, @Call.Error));
    Exit;
  end;
  Held := THeld.Create;
  Held.Notice := Callback;
  Held.Keep := Keep;
  Call.Enter;
  Call.Leave(sbm_client_start_worker(FHandle, TellNotice, Held, Forget, @Made.FHandle, @Call.Error));
end;

function TClient.Profiles: TSbmProfiles;
var
  Call: TCall;
  List: Psbm_profile_list;
  Index: NativeUInt;
begin
  Result := nil;
  Call.Enter;
  Call.Leave(sbm_client_profiles(FHandle, @List, @Call.Error));
  try
    SetLength(Result, sbm_profile_list_count(List));
    Index := 0;
    while Index < NativeUInt(Length(Result)) do
    begin
      Result[Index].Guid := SbmFromUtf8(sbm_profile_list_guid(List, Index));
      Result[Index].Name := SbmFromUtf8(sbm_profile_list_name(List, Index));
      Result[Index].Description := SbmFromUtf8(sbm_profile_list_description(List, Index));
      Result[Index].Version := sbm_profile_list_version(List, Index);
      Result[Index].Revision := sbm_profile_list_revision(List, Index);
      Inc(Index);
    end;
  finally
    sbm_profile_list_free(List);
  end;
end;

function TClient.ProfileBody(const Guid: UnicodeString): TBytes;
var
  Call: TCall;
  Text: UTF8String;
  Bytes: Psbm_bytes;
begin
  Text := SbmToUtf8(Guid);
  Call.Enter;
  Call.Leave(sbm_client_profile_body(FHandle, PAnsiChar(Text), @Bytes, @Call.Error));
  try
    Result := Copied(sbm_bytes_data(Bytes), sbm_bytes_size(Bytes));
  finally
    sbm_bytes_free(Bytes);
  end;
end;

procedure TClient.ProfileRemoved(const Guid: UnicodeString);
var
  Call: TCall;
  Text: UTF8String;
begin
  Text := SbmToUtf8(Guid);
  Call.Enter;
  Call.Leave(sbm_client_profile_removed(FHandle, PAnsiChar(Text), @Call.Error));
end;

function TClient.NextChange(out Change: ISbmChange): Boolean;
var
  Call: TCall;
  Made: TChange;
begin
  Made := TChange.Create;
  Change := Made;
  Call.Enter;
  Call.Leave(sbm_client_next_change(FHandle, @Made.FHandle, @Call.Error));
  Result := Made.FHandle <> nil;
  if not Result then
    Change := nil;
end;

function TClient.BeginRun(const Start: TSbmRunStart; EstimateBytes: UInt64): ISbmRun;
var
  Call: TCall;
  Flat: sbm_run_start;
  Name, Guid, Kind, Os: UTF8String;
  Made: TRun;
begin
  Name := SbmToUtf8(Start.ProfileName);
  Guid := SbmToUtf8(Start.ProfileGuid);
  Kind := SbmToUtf8(Start.KindText);
  Os := SbmToUtf8(Start.OsUser);
  FillChar(Flat, SizeOf(Flat), 0);
  Flat.struct_size := SizeOf(Flat);
  Flat.kind := Start.Kind;
  Flat.trigger := Start.Trigger;
  Flat.restore := Ord(Start.Restore);
  Flat.thread_start_ms := Start.ThreadStartMs;
  Flat.profile_start_ms := Start.ProfileStartMs;
  Flat.group_start_ms := Start.GroupStartMs;
  Flat.version := Start.Version;
  Flat.profile_name := PAnsiChar(Name);
  Flat.profile_guid := OrNull(Guid);
  Flat.kind_text := OrNull(Kind);
  Flat.os_user := OrNull(Os);
  Flat.utc_offset_minutes := Start.UtcOffsetMinutes;
  Made := TRun.Create;
  Result := Made;
  Call.Enter;
  if EstimateBytes = 0 then
    Call.Leave(sbm_client_begin_run(FHandle, @Flat, @Made.FHandle, @Call.Error))
  else
    Call.Leave(sbm_client_begin_run_storing(FHandle, @Flat, EstimateBytes, @Made.FHandle, @Call.Error));
end;

function TClient.UploadProfile(const AdminUser, AdminPassword: UnicodeString; const Upload: TSbmUpload;
  const AdminCode: UnicodeString): UInt64;
const
  Empty: Byte = 0;
var
  Call: TCall;
  Flat: sbm_upload;
  Admin, Secret, Shown, Guid, Name, Description: UTF8String;
begin
  Admin := SbmToUtf8(AdminUser);
  Shown := SbmToUtf8(AdminCode);
  Secret := SbmToUtf8(AdminPassword);
  Guid := SbmToUtf8(Upload.Guid);
  Name := SbmToUtf8(Upload.Name);
  Description := SbmToUtf8(Upload.Description);
  FillChar(Flat, SizeOf(Flat), 0);
  Flat.struct_size := SizeOf(Flat);
  Flat.version := Upload.Version;
  Flat.based_on := Upload.BasedOn;
  Flat.guid := PAnsiChar(Guid);
  Flat.name := PAnsiChar(Name);
  Flat.description := PAnsiChar(Description);
  Flat.body := Pointer(Upload.Body);
  Flat.body_size := Length(Upload.Body);
  if Upload.HasSchedule then
  begin
    Flat.schedule := Pointer(Upload.Schedule);
    Flat.schedule_size := Length(Upload.Schedule);
    if Flat.schedule = nil then
      Flat.schedule := @Empty;
  end;
  if Flat.body = nil then
    Flat.body := @Empty;
  Result := 0;
  Call.Enter;
  if Shown = '' then
    Call.Leave(sbm_client_upload_profile(FHandle, PAnsiChar(Admin), PAnsiChar(Secret), @Flat, @Result, @Call.Error))
  else
    Call.Leave(sbm_client_upload_profile_with_code(FHandle, PAnsiChar(Admin), PAnsiChar(Secret), PAnsiChar(Shown), @Flat, @Result,
      @Call.Error));
end;

function TClient.TestServer(const Connection: UnicodeString): ISbmServerTest;
var
  Call: TCall;
  Server: UTF8String;
  Made: TServerTest;
begin
  Server := SbmToUtf8(Connection);
  Made := TServerTest.Create;
  Result := Made;
  Call.Enter;
  Call.Leave(sbm_client_test_server(FHandle, PAnsiChar(Server), nil, nil, @Made.FHandle, @Call.Error));
end;

function TClient.TestServer(const Connection, User, Password: UnicodeString): ISbmServerTest;
var
  Call: TCall;
  Server, Name, Secret: UTF8String;
  Made: TServerTest;
begin
  Server := SbmToUtf8(Connection);
  Name := SbmToUtf8(User);
  Secret := SbmToUtf8(Password);
  Made := TServerTest.Create;
  Result := Made;
  Call.Enter;
  Call.Leave(sbm_client_test_server(FHandle, PAnsiChar(Server), PAnsiChar(Name), PAnsiChar(Secret), @Made.FHandle, @Call.Error));
end;

{ ---- configuration ---- }

type
  TConfig = class(TInterfacedObject, ISbmConfig)
  private
    FHandle: Psbm_config;
  public
    constructor Create(const Directory: UnicodeString);
    destructor Destroy; override;
    function Handle: Psbm_config;
    procedure SetProgram(const Name: UnicodeString);
    procedure SetTimeoutMs(Ms: Integer);
    procedure SetConnectTimeoutMs(Ms: Integer);
    procedure SetHandshakeTimeoutMs(Ms: Integer);
    procedure SetSystemRoots(Yes: Boolean);
    procedure SetManagedRequired(Yes: Boolean);
    procedure SetRollout(const Rollout: ISbmRollout);
    procedure SetClock(const Clock: TSbmClock; const Keep: IInterface = nil);
    procedure SetLog(Level: sbm_log_level; const Log: TSbmLog; const Keep: IInterface = nil);
    procedure SetProxy(const Proxy: UnicodeString);
    procedure SetPlainFiles(Yes: Boolean);
    procedure SetOutbox(Records: Cardinal; Bytes: UInt64);
    function Open: ISbmClient;
    /// <summary>Frees it now; the clients that were opened with it have what they need.</summary>
    procedure Close;
  end;

constructor TConfig.Create(const Directory: UnicodeString);
var
  Call: TCall;
  Path: UTF8String;
begin
  inherited Create;
  Path := SbmToUtf8(Directory);
  Call.Enter;
  Call.Leave(sbm_config_new(SBM_ABI, PAnsiChar(Path), @FHandle, @Call.Error));
end;

destructor TConfig.Destroy;
begin
  Close;
  inherited;
end;

{ What is asked of it afterwards is told that there is none. }
procedure TConfig.Close;
var
  Mask: TFloatMask;
begin
  Mask := MaskAll;
  if FHandle <> nil then
    sbm_config_free(FHandle);
  FHandle := nil;
  Unmask(Mask);
end;

function TConfig.Handle: Psbm_config;
begin
  Result := FHandle;
end;

procedure TConfig.SetProgram(const Name: UnicodeString);
var
  Call: TCall;
  Text: UTF8String;
begin
  Text := SbmToUtf8(Name);
  Call.Enter;
  Call.Leave(sbm_config_set_program(FHandle, PAnsiChar(Text), @Call.Error));
end;

procedure TConfig.SetTimeoutMs(Ms: Integer);
var
  Call: TCall;
begin
  Call.Enter;
  Call.Leave(sbm_config_set_timeout_ms(FHandle, Ms, @Call.Error));
end;

procedure TConfig.SetConnectTimeoutMs(Ms: Integer);
var
  Call: TCall;
begin
  Call.Enter;
  Call.Leave(sbm_config_set_connect_timeout_ms(FHandle, Ms, @Call.Error));
end;

procedure TConfig.SetHandshakeTimeoutMs(Ms: Integer);
var
  Call: TCall;
begin
  Call.Enter;
  Call.Leave(sbm_config_set_handshake_timeout_ms(FHandle, Ms, @Call.Error));
end;

procedure TConfig.SetSystemRoots(Yes: Boolean);
var
  Call: TCall;
begin
  Call.Enter;
  Call.Leave(sbm_config_set_system_roots(FHandle, Ord(Yes), @Call.Error));
end;

procedure TConfig.SetManagedRequired(Yes: Boolean);
var
  Call: TCall;
begin
  Call.Enter;
  Call.Leave(sbm_config_set_managed_required(FHandle, Ord(Yes), @Call.Error));
end;

procedure TConfig.SetRollout(const Rollout: ISbmRollout);
var
  Call: TCall;
begin
  Call.Enter;
  Call.Leave(sbm_config_set_rollout(FHandle, Rollout.Handle, @Call.Error));
end;

procedure TConfig.SetClock(const Clock: TSbmClock; const Keep: IInterface);
var
  Call: TCall;
  Held: THeld;
  Ask: sbm_clock_callback;
begin
  Ask := nil; { which the library refuses, and gives back what is held }
  if Assigned(Clock) then
    Ask := AskClock;
  Held := THeld.Create;
  Held.Clock := Clock;
  Held.Keep := Keep;
  Call.Enter;
  Call.Leave(sbm_config_set_clock(FHandle, Ask, Held, Forget, @Call.Error));
end;

procedure TConfig.SetLog(Level: sbm_log_level; const Log: TSbmLog; const Keep: IInterface);
var
  Call: TCall;
  Held: THeld;
  Ask: sbm_log_callback;
begin
  Ask := nil; { which the library refuses, and gives back what is held }
  if Assigned(Log) then
    Ask := TellLog;
  Held := THeld.Create;
  Held.Log := Log;
  Held.Keep := Keep;
  Call.Enter;
  Call.Leave(sbm_config_set_log(FHandle, Level, Ask, Held, Forget, @Call.Error));
end;

procedure TConfig.SetProxy(const Proxy: UnicodeString);
var
  Call: TCall;
  Text: UTF8String;
begin
  Text := SbmToUtf8(Proxy);
  Call.Enter;
  Call.Leave(sbm_config_set_proxy(FHandle, OrNull(Text), @Call.Error));
end;

procedure TConfig.SetPlainFiles(Yes: Boolean);
var
  Call: TCall;
begin
  Call.Enter;
  Call.Leave(sbm_config_set_plain_files(FHandle, Ord(Yes), @Call.Error));
end;

procedure TConfig.SetOutbox(Records: Cardinal; Bytes: UInt64);
var
  Call: TCall;
begin
  Call.Enter;
  Call.Leave(sbm_config_set_outbox(FHandle, Records, Bytes, @Call.Error));
end;

function TConfig.Open: ISbmClient;
var
  Call: TCall;
  Made: TClient;
begin
  Made := TClient.Create;
  Result := Made;
  Call.Enter;
  Call.Leave(sbm_client_open(FHandle, @Made.FHandle, @Call.Error));
end;

function SbmNewConfig(const Directory: UnicodeString): ISbmConfig;
begin
  Result := TConfig.Create(Directory);
end;

function SbmOpen(const Directory: UnicodeString): ISbmClient;
begin
  Result := SbmNewConfig(Directory).Open;
end;

function SbmNewRollout: ISbmRollout;
begin
  Result := TRollout.Create;
end;

end.
