PRAGMA application_id = 1396854065;
PRAGMA journal_mode = WAL;
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE migrations (
    version     INTEGER PRIMARY KEY,
    min_program INTEGER NOT NULL,
    sha256      TEXT NOT NULL
) STRICT;
CREATE TABLE revision (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    value   INTEGER NOT NULL CHECK (value > 0)
) STRICT;
CREATE TABLE change_log (
    revision INTEGER PRIMARY KEY,
    changes  TEXT NOT NULL
, revoked TEXT) STRICT;
CREATE TABLE marks (
    revision INTEGER PRIMARY KEY,
    mark     INTEGER NOT NULL
) STRICT;
CREATE TABLE next_numbers (
    kind    TEXT PRIMARY KEY,
    next    INTEGER NOT NULL CHECK (next > 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE server (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    claimed INTEGER NOT NULL CHECK (claimed IN (0, 1)),
    epoch   INTEGER NOT NULL,
    keys    TEXT,
    stamp   INTEGER NOT NULL
, max_offline INTEGER, second_factor TEXT) STRICT;
CREATE TABLE accounts (
    account_id INTEGER PRIMARY KEY,
    parent_id  INTEGER REFERENCES accounts (account_id),
    name       TEXT NOT NULL,
    name_key   TEXT NOT NULL,
    state      INTEGER NOT NULL,
    stamp      INTEGER NOT NULL
, kind INTEGER NOT NULL DEFAULT 2 CHECK (kind IN (0, 1, 2)), level INTEGER DEFAULT 3 CHECK (level BETWEEN 1 AND 5 AND kind = 2 OR level IS NULL AND kind <> 2), deletion INTEGER, quota_hard INTEGER, quota_soft INTEGER, policy TEXT, comment TEXT NOT NULL DEFAULT '', about TEXT) STRICT;
CREATE TABLE security_profiles (
    account_id          INTEGER NOT NULL REFERENCES accounts (account_id),
    security_profile_id INTEGER NOT NULL UNIQUE,
    name                TEXT NOT NULL,
    name_key            TEXT NOT NULL,
    description         TEXT NOT NULL,
    rights              INTEGER NOT NULL,
    built_in            INTEGER NOT NULL CHECK (built_in IN (0, 1)),
    stamp               INTEGER NOT NULL,
    PRIMARY KEY (account_id, security_profile_id),
    UNIQUE (account_id, name_key)
) STRICT;
CREATE TABLE groups (
    account_id  INTEGER NOT NULL REFERENCES accounts (account_id),
    group_id    INTEGER NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    description TEXT NOT NULL,
    stamp       INTEGER NOT NULL,
    PRIMARY KEY (account_id, group_id),
    UNIQUE (account_id, name_key)
) STRICT;
CREATE TABLE users (
    account_id          INTEGER NOT NULL REFERENCES accounts (account_id),
    user_id             INTEGER NOT NULL UNIQUE,
    name                TEXT NOT NULL,
    name_key            TEXT NOT NULL,
    description         TEXT NOT NULL,
    disabled            INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    built_in            INTEGER NOT NULL CHECK (built_in IN (0, 1)),
    roles               INTEGER NOT NULL,
    security_profile_id INTEGER REFERENCES security_profiles (security_profile_id),
    stamp               INTEGER NOT NULL,
    PRIMARY KEY (account_id, user_id),
    UNIQUE (account_id, name_key)
) STRICT;
CREATE TABLE user_groups (
    account_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    group_id   INTEGER NOT NULL REFERENCES groups (group_id),
    PRIMARY KEY (account_id, user_id, group_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE user_passwords (
    account_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    phc        TEXT NOT NULL,
    PRIMARY KEY (account_id, user_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE user_logins (
    account_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    address    TEXT NOT NULL,
    PRIMARY KEY (account_id, user_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE bodies (
    account_id INTEGER NOT NULL REFERENCES accounts (account_id),
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    bytes      BLOB NOT NULL,
    PRIMARY KEY (account_id, hash)
) STRICT;
CREATE TABLE profiles (
    account_id      INTEGER NOT NULL REFERENCES accounts (account_id),
    profile_id      INTEGER NOT NULL UNIQUE,
    guid            BLOB NOT NULL CHECK (length(guid) = 16),
    name            TEXT NOT NULL,
    description     TEXT NOT NULL,
    version         INTEGER NOT NULL,
    revision        INTEGER NOT NULL CHECK (revision > 0),
    body            BLOB NOT NULL,
    size            INTEGER NOT NULL,
    schedule        BLOB,
    import_schedule INTEGER NOT NULL CHECK (import_schedule IN (0, 1)),
    marked          INTEGER NOT NULL CHECK (marked IN (0, 1)),
    uploaded_by     TEXT NOT NULL,
    uploaded_at     INTEGER NOT NULL,
    stamp           INTEGER NOT NULL,
    PRIMARY KEY (account_id, profile_id),
    UNIQUE (account_id, guid),
    FOREIGN KEY (account_id, body) REFERENCES bodies (account_id, hash),
    FOREIGN KEY (account_id, schedule) REFERENCES bodies (account_id, hash)
) STRICT;
CREATE TABLE profile_groups (
    account_id INTEGER NOT NULL,
    profile_id INTEGER NOT NULL,
    group_id   INTEGER NOT NULL REFERENCES groups (group_id),
    PRIMARY KEY (account_id, profile_id, group_id),
    FOREIGN KEY (account_id, profile_id) REFERENCES profiles (account_id, profile_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE profile_revisions (
    account_id  INTEGER NOT NULL,
    guid        BLOB NOT NULL CHECK (length(guid) = 16),
    revision    INTEGER NOT NULL CHECK (revision > 0),
    version     INTEGER NOT NULL,
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    body        BLOB NOT NULL,
    size        INTEGER NOT NULL,
    schedule    BLOB,
    uploaded_by TEXT NOT NULL,
    uploaded_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, guid, revision),
    FOREIGN KEY (account_id, body) REFERENCES bodies (account_id, hash),
    FOREIGN KEY (account_id, schedule) REFERENCES bodies (account_id, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE devices (
    account_id   INTEGER NOT NULL REFERENCES accounts (account_id),
    device_id    INTEGER NOT NULL UNIQUE,
    user_id      INTEGER NOT NULL,
    installation BLOB NOT NULL CHECK (length(installation) = 16),
    computer     TEXT NOT NULL,
    program      TEXT NOT NULL,
    enrolled     INTEGER NOT NULL,
    stamp        INTEGER NOT NULL,
    PRIMARY KEY (account_id, device_id),
    UNIQUE (account_id, installation)
) STRICT;
CREATE TABLE device_seen (
    account_id INTEGER NOT NULL,
    device_id  INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (account_id, device_id),
    FOREIGN KEY (account_id, device_id) REFERENCES devices (account_id, device_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE allowlist (
    account_id INTEGER NOT NULL REFERENCES accounts (account_id),
    allow_id   INTEGER NOT NULL UNIQUE,
    pattern    TEXT NOT NULL,
    comment    TEXT NOT NULL,
    stamp      INTEGER NOT NULL, kind INTEGER NOT NULL DEFAULT 0 CHECK (kind IN (0, 1)),
    PRIMARY KEY (account_id, allow_id)
) STRICT;
CREATE TABLE tokens (
    token_id   INTEGER PRIMARY KEY,
    audience   INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    device_id  INTEGER REFERENCES devices (device_id) ON DELETE CASCADE,
    hash       BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    created    INTEGER NOT NULL,
    last_used  INTEGER NOT NULL,
    expires    INTEGER,
    revoked    INTEGER NOT NULL CHECK (revoked IN (0, 1))
, name TEXT, ceiling INTEGER, below INTEGER) STRICT;
CREATE TABLE setup_code (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    hash    BLOB NOT NULL CHECK (length(hash) = 32),
    expires INTEGER,
    wrong   INTEGER NOT NULL
, place TEXT) STRICT;
CREATE TABLE outcomes (
    account_id INTEGER NOT NULL,
    guid       BLOB NOT NULL CHECK (length(guid) = 16),
    device_id  INTEGER NOT NULL,
    revision   INTEGER NOT NULL,
    failure    TEXT,
    at         INTEGER NOT NULL,
    PRIMARY KEY (account_id, guid, device_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
    account_id       INTEGER NOT NULL,
    run_id           BLOB NOT NULL CHECK (length(run_id) = 16),
    device_id        INTEGER NOT NULL,
    sequence         INTEGER NOT NULL CHECK (sequence > 0),
    received         INTEGER NOT NULL,
    installation     BLOB NOT NULL CHECK (length(installation) = 16),
    computer         TEXT NOT NULL,
    login            TEXT NOT NULL,
    profile_name     TEXT NOT NULL,
    profile_guid     BLOB CHECK (length(profile_guid) = 16),
    profile_version  INTEGER NOT NULL,
    profile_revision INTEGER NOT NULL,
    kind             INTEGER NOT NULL,
    kind_text        TEXT NOT NULL,
    begun_by         INTEGER NOT NULL,
    restore          INTEGER NOT NULL CHECK (restore IN (0, 1)),
    thread_start     INTEGER NOT NULL,
    profile_start    INTEGER NOT NULL,
    group_start      INTEGER,
    utc_offset       INTEGER NOT NULL,
    os_user          TEXT NOT NULL,
    result           INTEGER NOT NULL,
    ended            INTEGER NOT NULL,
    files_copied     INTEGER NOT NULL,
    files_deleted    INTEGER NOT NULL,
    files_failed     INTEGER NOT NULL,
    bytes_copied     INTEGER NOT NULL,
    bytes_deleted    INTEGER NOT NULL,
    bytes_failed     INTEGER NOT NULL,
    bytes_stored     INTEGER,
    error            TEXT NOT NULL, gap TEXT,
    UNIQUE (account_id, run_id, installation)
) STRICT;
CREATE TABLE run_stubs (
    account_id   INTEGER NOT NULL,
    run_id       BLOB NOT NULL,
    installation BLOB NOT NULL,
    sequence     INTEGER NOT NULL,
    PRIMARY KEY (account_id, installation, run_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE sequences (
    account_id   INTEGER NOT NULL,
    installation BLOB NOT NULL,
    highest      INTEGER NOT NULL,
    PRIMARY KEY (account_id, installation)
) STRICT, WITHOUT ROWID;
CREATE TABLE set_aside (
    account_id INTEGER NOT NULL,
    device_id  INTEGER NOT NULL,
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    received   INTEGER NOT NULL,
    reason     TEXT NOT NULL,
    raw        TEXT NOT NULL,
    PRIMARY KEY (account_id, device_id, hash)
) STRICT;
CREATE TABLE audit (
    number     INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    actor      TEXT NOT NULL,
    address    TEXT NOT NULL,
    act        TEXT NOT NULL,
    object     TEXT NOT NULL,
    outcome    TEXT NOT NULL,
    detail     TEXT NOT NULL,
    hash       BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TABLE tombstones (
    account_id INTEGER NOT NULL REFERENCES accounts (account_id),
    guid       BLOB NOT NULL CHECK (length(guid) = 16),
    name       TEXT NOT NULL,
    revision   INTEGER NOT NULL CHECK (revision > 0),
    deleted_by TEXT NOT NULL,
    deleted_at INTEGER NOT NULL,
    stamp      INTEGER NOT NULL,
    PRIMARY KEY (account_id, guid)
) STRICT, WITHOUT ROWID;
CREATE TABLE holders (
    account_id INTEGER NOT NULL,
    guid       BLOB NOT NULL CHECK (length(guid) = 16),
    device_id  INTEGER NOT NULL REFERENCES devices (device_id) ON DELETE CASCADE,
    revision   INTEGER NOT NULL,
    fetched_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, guid, device_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE followed (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL
) STRICT;
CREATE TABLE servers (
    server_id   BLOB PRIMARY KEY CHECK (length(server_id) = 16),
    name        TEXT NOT NULL,
    program     TEXT NOT NULL,
    started     INTEGER NOT NULL,
    lease_until INTEGER,
    confirmed   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE tasks (
    name        TEXT PRIMARY KEY,
    turn        INTEGER NOT NULL,
    due         INTEGER NOT NULL,
    begun       INTEGER,
    lease_until INTEGER,
    done        INTEGER,
    failed      INTEGER,
    failure     TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE attempts (
    attempt INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    name    BLOB NOT NULL CHECK (length(name) = 32),
    network TEXT NOT NULL
) STRICT;
CREATE TABLE secrets (
    name   TEXT PRIMARY KEY,
    nonce  BLOB NOT NULL CHECK (length(nonce) = 24),
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE pruned (
    account_id   INTEGER NOT NULL,
    installation BLOB NOT NULL,
    run_id       BLOB NOT NULL CHECK (length(run_id) = 16),
    sequence     INTEGER NOT NULL,
    PRIMARY KEY (account_id, installation)
) STRICT, WITHOUT ROWID;
CREATE TABLE relocation (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    move  BLOB NOT NULL CHECK (length(move) = 16),
    role  INTEGER NOT NULL CHECK (role IN (1, 2)),
    place TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    part  INTEGER NOT NULL,
    done  INTEGER NOT NULL
) STRICT;
CREATE TABLE gone_accounts (
    account_id INTEGER PRIMARY KEY,
    parent_id  INTEGER NOT NULL
) STRICT;
CREATE TABLE enrolments (
    enrolment_id INTEGER PRIMARY KEY,
    account_id   INTEGER NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    user_id      INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    kind         INTEGER NOT NULL,
    hash         BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    most         INTEGER NOT NULL,
    uses         INTEGER NOT NULL CHECK (uses BETWEEN 0 AND most),
    expires      INTEGER NOT NULL,
    approval     INTEGER NOT NULL CHECK (approval IN (0, 1)),
    revoked      INTEGER NOT NULL CHECK (revoked IN (0, 1)),
    comment      TEXT NOT NULL,
    made_by      TEXT NOT NULL,
    made         INTEGER NOT NULL
) STRICT;
CREATE TABLE enrolment_devices (
    enrolment_id INTEGER NOT NULL REFERENCES enrolments (enrolment_id) ON DELETE CASCADE,
    installation BLOB NOT NULL CHECK (length(installation) = 16),
    phase        INTEGER NOT NULL,
    computer     TEXT NOT NULL,
    program      TEXT NOT NULL,
    address      TEXT NOT NULL,
    asked        INTEGER NOT NULL,
    PRIMARY KEY (enrolment_id, installation)
) STRICT, WITHOUT ROWID;
CREATE TABLE factors (
    account_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    nonce      BLOB NOT NULL CHECK (length(nonce) = 24),
    sealed     BLOB NOT NULL,
    step       INTEGER NOT NULL,
    since      INTEGER NOT NULL,
    PRIMARY KEY (account_id, user_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE recovery_codes (
    account_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (account_id, user_id, hash),
    FOREIGN KEY (account_id, user_id) REFERENCES factors (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE half_logins (
    hash         BLOB PRIMARY KEY CHECK (length(hash) = 32),
    account_id   INTEGER NOT NULL,
    user_id      INTEGER NOT NULL,
    installation BLOB CHECK (length(installation) = 16),
    proved       BLOB NOT NULL CHECK (length(proved) = 32),
    begun        INTEGER NOT NULL,
    tries        INTEGER NOT NULL,
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE stored (
    account_id INTEGER NOT NULL,
    device_id  INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    PRIMARY KEY (account_id, device_id),
    FOREIGN KEY (account_id, device_id) REFERENCES devices (account_id, device_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE reservations (
    account_id INTEGER NOT NULL,
    device_id  INTEGER NOT NULL,
    run_id     BLOB NOT NULL CHECK (length(run_id) = 16),
    bytes      INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (account_id, device_id, run_id),
    FOREIGN KEY (account_id, device_id) REFERENCES devices (account_id, device_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE filled (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (account_id) ON DELETE CASCADE,
    stored     INTEGER NOT NULL,
    reserved   INTEGER NOT NULL
) STRICT;
INSERT INTO "migrations" (version, min_program, sha256) VALUES (1, 1, '0793673a90d00d190ff6bfe3294fd653ecca5a22828bde057bda0b86a4054dc8');
INSERT INTO "migrations" (version, min_program, sha256) VALUES (2, 2, 'd88c3130d5049d0ed8a55270e61ee7acd6c9d1fc52c41536ed8c96ef525a6c84');
INSERT INTO "migrations" (version, min_program, sha256) VALUES (3, 2, '14dcef729fb340e53f0df5258410b64118ab76c300319900494e95917d6e6c89');
INSERT INTO "migrations" (version, min_program, sha256) VALUES (4, 4, '7ace9d35e076fcb89f22901f7e352ec5a62f648e99bac061910f4efedd42e8ba');
INSERT INTO "revision" (one, value) VALUES (1, 14);
INSERT INTO "change_log" (revision, changes, revoked) VALUES (2, '[{"server":{"claimed":false,"epoch":1,"keys":{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJtcEpudkQ1N3RBYVJGa0RZV2ozY09EZXROb0p1NWNCZ1pEaXJRN0xDanpzPSJdLCJjYSI6WyIyODAzNGJmMzljMGQ5MjU3NTc1NzY4Zjg2ZTY2NDdiZTg0YzFhMjQxMzYwNDkzMTU5ODlmZTY4NTllZWE2NGQ1Il19","key":"09306db199c93d45","signature":"E09/TyCt0ax/7BYN3+dLT1wqM/9DZWv7X2WqBB5JDtdvWk1Zap11XueoEAoabhrgJwblc/O0jnd2xa2nVYutCA=="},"stamp":2}},{"mark":"250a42651c801cb2"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (3, '[{"server":{"claimed":true,"epoch":1,"keys":{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJtcEpudkQ1N3RBYVJGa0RZV2ozY09EZXROb0p1NWNCZ1pEaXJRN0xDanpzPSJdLCJjYSI6WyIyODAzNGJmMzljMGQ5MjU3NTc1NzY4Zjg2ZTY2NDdiZTg0YzFhMjQxMzYwNDkzMTU5ODlmZTY4NTllZWE2NGQ1Il19","key":"09306db199c93d45","signature":"E09/TyCt0ax/7BYN3+dLT1wqM/9DZWv7X2WqBB5JDtdvWk1Zap11XueoEAoabhrgJwblc/O0jnd2xa2nVYutCA=="},"stamp":3}},{"password":{"user":1}},{"mark":"46350974bcd1be64"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (4, '[{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":4}},{"mark":"58425e49d476147d"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (5, '[{"security_profile":{"id":2,"account":1,"name":"End user","description":"","rights":["run_manually","restore"],"built_in":false,"stamp":5}},{"mark":"02ceef7617c7f28b"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (6, '[{"user":{"id":2,"account":1,"name":"carol","description":"","disabled":false,"built_in":false,"roles":[],"security_profile":2,"groups":[1],"stamp":6}},{"password":{"user":2}},{"mark":"06bdff7378d61b16"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (7, '[{"body":{"account":1,"hash":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4"}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":1,"body":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[],"uploaded_by":"admin","uploaded_at":1795355114868,"stamp":7}},{"mark":"2532d0222f4c8c0d"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (8, '[{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":8}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":1,"body":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[1],"uploaded_by":"admin","uploaded_at":1795355114868,"stamp":8}},{"mark":"69d7f0a698ef7edd"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (9, '[{"user":{"id":3,"account":1,"name":"dora","description":"","disabled":false,"built_in":false,"roles":[],"security_profile":null,"groups":[],"stamp":9}},{"password":{"user":3}},{"mark":"44f58ed939059384"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (10, '[{"body":{"account":1,"hash":"fb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0"}},{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":10}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":2,"body":"fb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[1],"uploaded_by":"admin","uploaded_at":1795355114938,"stamp":10}},{"mark":"52ceb9d0d40de984"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (11, '[{"device":{"id":1,"account":1,"user":2,"installation":"a6ec0ba56de93689192adf26aff9b157","computer":"pc-17","program":"tests 1.0","enrolled":1795355115001,"stamp":11}},{"mark":"766cb126f3651954"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (12, '[{"mark":"6b9a53d75e7f9b6f"}]', '[{"device":1}]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (13, '[{"device":{"id":2,"account":1,"user":2,"installation":"0a0b0c0d0e0f00010203040506070809","computer":"pc-17","program":"tests 1.0","enrolled":1795355115139,"stamp":13}},{"mark":"30241af05b75efcb"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (14, '[{"mark":"3fb4f212ad8987f2"}]', '[{"device":2}]');
INSERT INTO "marks" (revision, mark) VALUES (2, 2669018731207728306);
INSERT INTO "marks" (revision, mark) VALUES (3, 5058960153409338980);
INSERT INTO "marks" (revision, mark) VALUES (4, 6359749294990693501);
INSERT INTO "marks" (revision, mark) VALUES (5, 202362323762410123);
INSERT INTO "marks" (revision, mark) VALUES (6, 485825206239501078);
INSERT INTO "marks" (revision, mark) VALUES (7, 2680433573479877645);
INSERT INTO "marks" (revision, mark) VALUES (8, 7626829092296294109);
INSERT INTO "marks" (revision, mark) VALUES (9, 4969034827488924548);
INSERT INTO "marks" (revision, mark) VALUES (10, 5966910862874503556);
INSERT INTO "marks" (revision, mark) VALUES (11, 8533390174810610004);
INSERT INTO "marks" (revision, mark) VALUES (12, 7753601892940225391);
INSERT INTO "marks" (revision, mark) VALUES (13, 3468927232611053515);
INSERT INTO "marks" (revision, mark) VALUES (14, 4590560082232182770);
INSERT INTO "next_numbers" (kind, next) VALUES ('account', 2);
INSERT INTO "next_numbers" (kind, next) VALUES ('allow', 2);
INSERT INTO "next_numbers" (kind, next) VALUES ('attempt', 1);
INSERT INTO "next_numbers" (kind, next) VALUES ('audit', 15);
INSERT INTO "next_numbers" (kind, next) VALUES ('device', 3);
INSERT INTO "next_numbers" (kind, next) VALUES ('group', 2);
INSERT INTO "next_numbers" (kind, next) VALUES ('profile', 2);
INSERT INTO "next_numbers" (kind, next) VALUES ('security_profile', 3);
INSERT INTO "next_numbers" (kind, next) VALUES ('user', 4);
INSERT INTO "server" (one, claimed, epoch, keys, stamp, max_offline, second_factor) VALUES (1, 1, 1, '{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJtcEpudkQ1N3RBYVJGa0RZV2ozY09EZXROb0p1NWNCZ1pEaXJRN0xDanpzPSJdLCJjYSI6WyIyODAzNGJmMzljMGQ5MjU3NTc1NzY4Zjg2ZTY2NDdiZTg0YzFhMjQxMzYwNDkzMTU5ODlmZTY4NTllZWE2NGQ1Il19","key":"09306db199c93d45","signature":"E09/TyCt0ax/7BYN3+dLT1wqM/9DZWv7X2WqBB5JDtdvWk1Zap11XueoEAoabhrgJwblc/O0jnd2xa2nVYutCA=="}', 3, NULL, NULL);
INSERT INTO "accounts" (account_id, parent_id, name, name_key, state, stamp, kind, level, deletion, quota_hard, quota_soft, policy, comment, about) VALUES (1, NULL, 'root', 'root', 0, 1, 2, 3, NULL, NULL, NULL, NULL, '', NULL);
INSERT INTO "security_profiles" (account_id, security_profile_id, name, name_key, description, rights, built_in, stamp) VALUES (1, 1, 'AllAccess', 'allaccess', 'every present and future right', 1, 1, 1);
INSERT INTO "security_profiles" (account_id, security_profile_id, name, name_key, description, rights, built_in, stamp) VALUES (1, 2, 'End user', 'end user', '', 1536, 0, 5);
INSERT INTO "groups" (account_id, group_id, name, name_key, description, stamp) VALUES (1, 1, 'Finance', 'finance', '', 10);
INSERT INTO "users" (account_id, user_id, name, name_key, description, disabled, built_in, roles, security_profile_id, stamp) VALUES (1, 1, 'admin', 'admin', 'the built-in superuser', 0, 1, 33, 1, 1);
INSERT INTO "users" (account_id, user_id, name, name_key, description, disabled, built_in, roles, security_profile_id, stamp) VALUES (1, 2, 'carol', 'carol', '', 0, 0, 0, 2, 6);
INSERT INTO "users" (account_id, user_id, name, name_key, description, disabled, built_in, roles, security_profile_id, stamp) VALUES (1, 3, 'dora', 'dora', '', 0, 0, 0, NULL, 9);
INSERT INTO "user_groups" (account_id, user_id, group_id) VALUES (1, 2, 1);
INSERT INTO "user_passwords" (account_id, user_id, phc) VALUES (1, 1, '$argon2id$v=19$m=19456,t=2,p=1$Jq3VAgRehIzm2Rej3woxvg$qyhE0o0knOCKQ3qfhzIU9WYE7T5GUFeYFfYBq05cKLY');
INSERT INTO "user_passwords" (account_id, user_id, phc) VALUES (1, 2, '$argon2id$v=19$m=19456,t=2,p=1$kxCj1hGEaD/BKeSQiInnDA$jb9RKRjD7DR2CDmITl0wiVHrw97LMhjuznSccxfkH/Y');
INSERT INTO "user_passwords" (account_id, user_id, phc) VALUES (1, 3, '$argon2id$v=19$m=19456,t=2,p=1$nRna3FthEM8XPxRgGrQCKw$hzlSDoJd8uqNY+t6kZo9Gl8sLi6aq5/wn5jLXAnXE18');
INSERT INTO "user_logins" (account_id, user_id, at, address) VALUES (1, 1, 1795355114790, '127.0.0.1');
INSERT INTO "user_logins" (account_id, user_id, at, address) VALUES (1, 2, 1795355115148, '127.0.0.1');
INSERT INTO "bodies" (account_id, hash, bytes) VALUES (1, X'AAE2C213D37BE884CB0D3A3FE22085A508F831B8FB344068458297CF24F752E4', X'7265766973696F6E206F6E65');
INSERT INTO "bodies" (account_id, hash, bytes) VALUES (1, X'FB465647ADFB00F1A07BF44E2DCAA6F2EB9D22970F9324A8B351AC3119AA95D0', X'7265766973696F6E2074776F');
INSERT INTO "profiles" (account_id, profile_id, guid, name, description, version, revision, body, size, schedule, import_schedule, marked, uploaded_by, uploaded_at, stamp) VALUES (1, 1, X'94D3D1C174724DC9A5E99EE763E23159', 'Finance documents', 'every night', 26, 2, X'FB465647ADFB00F1A07BF44E2DCAA6F2EB9D22970F9324A8B351AC3119AA95D0', 12, NULL, 0, 0, 'admin', 1795355114938, 10);
INSERT INTO "profile_groups" (account_id, profile_id, group_id) VALUES (1, 1, 1);
INSERT INTO "profile_revisions" (account_id, guid, revision, version, name, description, body, size, schedule, uploaded_by, uploaded_at) VALUES (1, X'94D3D1C174724DC9A5E99EE763E23159', 1, 26, 'Finance documents', 'every night', X'AAE2C213D37BE884CB0D3A3FE22085A508F831B8FB344068458297CF24F752E4', 12, NULL, 'admin', 1795355114868);
INSERT INTO "profile_revisions" (account_id, guid, revision, version, name, description, body, size, schedule, uploaded_by, uploaded_at) VALUES (1, X'94D3D1C174724DC9A5E99EE763E23159', 2, 26, 'Finance documents', 'every night', X'FB465647ADFB00F1A07BF44E2DCAA6F2EB9D22970F9324A8B351AC3119AA95D0', 12, NULL, 'admin', 1795355114938);
INSERT INTO "devices" (account_id, device_id, user_id, installation, computer, program, enrolled, stamp) VALUES (1, 1, 2, X'A6EC0BA56DE93689192ADF26AFF9B157', 'pc-17', 'tests 1.0', 1795355115001, 11);
INSERT INTO "devices" (account_id, device_id, user_id, installation, computer, program, enrolled, stamp) VALUES (1, 2, 2, X'0A0B0C0D0E0F00010203040506070809', 'pc-17', 'tests 1.0', 1795355115139, 13);
INSERT INTO "device_seen" (account_id, device_id, at) VALUES (1, 1, 1795355115081);
INSERT INTO "allowlist" (account_id, allow_id, pattern, comment, stamp, kind) VALUES (1, 1, 'localhost', 'this machine', 1, 0);
INSERT INTO "tokens" (token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked, name, ceiling, below) VALUES (1799912664382940985, 2, 1, 2, 2, X'0315FBE402A3AA057EAEBEEA2DC251C1737D7D50E3A9F13D6144A0E4CDE73D7F', 1795355115147, 1795355115147, NULL, 0, NULL, NULL, NULL);
INSERT INTO "tokens" (token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked, name, ceiling, below) VALUES (6306207187634514066, 1, 1, 1, NULL, X'2DF0869FBB74A618F254F80B02FA6835A6C4038E9808364B3867188B0030DF4C', 1795355114785, 1795355115150, 1795398314784, 0, NULL, NULL, NULL);
INSERT INTO "tokens" (token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked, name, ceiling, below) VALUES (7397239075260699835, 2, 1, 2, 1, X'2A9ABD0AAC288513BFD398C5DC83D75131F9923E7785543F1E677D39C9451E60', 1795355115007, 1795355115007, NULL, 0, NULL, NULL, NULL);
INSERT INTO "outcomes" (account_id, guid, device_id, revision, failure, at) VALUES (1, X'94D3D1C174724DC9A5E99EE763E23159', 1, 2, NULL, 1795355115024);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A20380FE0E739B9448E44C3E6C17A9', 1, 1, 1795355115028, X'A6EC0BA56DE93689192ADF26AFF9B157', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A20380FE1B779B97C99DEFE7B242BC', 1, 2, 1795355115040, X'A6EC0BA56DE93689192ADF26AFF9B157', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A20380FE27753192536D97F990A028', 1, 3, 1795355115056, X'A6EC0BA56DE93689192ADF26AFF9B157', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A20380FE337D0EB9DD4F3B3088627E', 1, 4, 1795355115064, X'A6EC0BA56DE93689192ADF26AFF9B157', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A20380FE3F734F9117645EB3B7FA04', 1, 5, 1795355115077, X'A6EC0BA56DE93689192ADF26AFF9B157', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "sequences" (account_id, installation, highest) VALUES (1, X'A6EC0BA56DE93689192ADF26AFF9B157', 5);
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (1, 1795355114657, 1, 'system', '', 'keys.rotate', '1', 'ok', 'first start', X'AD74868C033B194AA7DB5D2FCD986BF43C36C7D8602420384395AD02F76B4290');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (2, 1795355114742, 1, 'setup', '127.0.0.1', 'server.claim', 'admin', 'ok', '', X'85C806740244A359EBD745E8D5DF738E6572179462FD8A28690170B480E4D0F6');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (3, 1795355114794, 1, 'admin', '127.0.0.1', 'session.login', '', 'ok', '', X'8E1701592EABF7E90609BB116C72DCCA30C4B88642B1FEF7AD728BC964F551C9');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (4, 1795355114799, 1, 'admin', '127.0.0.1', 'group.create', 'Finance', 'ok', '', X'E8054FFA45F893D00DC5B8ED66A10E0FB3A06BF4B2234F4C0FA9BD70EAA2FAC9');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (5, 1795355114803, 1, 'admin', '127.0.0.1', 'security_profile.create', 'End user', 'ok', 'rights +run_manually +restore', X'394FC941962F247D8BDA840C1D0BBCC8627791EE656E34380D91B5436567BE62');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (6, 1795355114860, 1, 'admin', '127.0.0.1', 'user.create', 'carol', 'ok', 'security profile End user, groups +Finance', X'A818109986B783577565CAD31E0AAD55C2EACC47D2E75F20DEE60A3F730B6996');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (7, 1795355114868, 1, 'admin', '127.0.0.1', 'profile.upload', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'revision 1 of `Finance documents`', X'87731EFC0EA97439A3F772D29AD084A23C6F3CD400B5C4A65770A1761D61D528');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (8, 1795355114875, 1, 'admin', '127.0.0.1', 'profile.modify', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'groups +Finance', X'48ABCB7A8619E14B1F32DC20153177525BDD8BBEEF42110D1FE545E6A6CBD247');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (9, 1795355114931, 1, 'admin', '127.0.0.1', 'user.create', 'dora', 'ok', '', X'560A48C20CFE5094286E89B8FED2037ACD03AC59CE5D05BE139BA28687C1986C');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (10, 1795355114938, 1, 'admin', '127.0.0.1', 'profile.upload', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'revision 2 of `Finance documents`', X'75EBEC8DFEF016A693543E8ADF28DE17C3539114447581F0CA5073E525D91708');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (11, 1795355115001, 1, 'carol', '127.0.0.1', 'device.enrol', 'a6ec0ba56de93689192adf26aff9b157', 'ok', '`pc-17`', X'566BE3A5BCF305166EC13A34EF0AF7BABDF7B14826708A49E2467CA421644480');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (12, 1795355115008, 1, 'carol', '127.0.0.1', 'device.login', 'a6ec0ba56de93689192adf26aff9b157', 'ok', '', X'4661FDA45F18B1DCBBDBD4E2C8E77DDCC4E7686149425318CDFC49192DAC76F3');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (13, 1795355115139, 1, 'carol', '127.0.0.1', 'device.enrol', '0a0b0c0d0e0f00010203040506070809', 'ok', '`pc-17`', X'B2801AEA30821E2C57DFAA21B07D128D682FFCEECA8470B82E94A10F9505B422');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (14, 1795355115148, 1, 'carol', '127.0.0.1', 'device.login', '0a0b0c0d0e0f00010203040506070809', 'ok', '', X'F07DE8B849AF2247A8D52F622B763CC33593C136E297844CF1841C2C70BE2057');
INSERT INTO "holders" (account_id, guid, device_id, revision, fetched_at) VALUES (1, X'94D3D1C174724DC9A5E99EE763E23159', 1, 2, 1795355115019);
INSERT INTO "tasks" (name, turn, due, begun, lease_until, done, failed, failure) VALUES ('attempts', 1, 1795355714690, 1795355114690, NULL, 1795355114694, NULL, NULL);
INSERT INTO "tasks" (name, turn, due, begun, lease_until, done, failed, failure) VALUES ('ended_tokens', 1, 1795355714680, 1795355114680, NULL, 1795355114681, NULL, NULL);
INSERT INTO "tasks" (name, turn, due, begun, lease_until, done, failed, failure) VALUES ('months', 1, 1795441514695, 1795355114695, NULL, 1795355114695, NULL, NULL);
INSERT INTO "tasks" (name, turn, due, begun, lease_until, done, failed, failure) VALUES ('reservations', 1, 1795358714679, 1795355114679, NULL, 1795355114680, NULL, NULL);
INSERT INTO "filled" (account_id, stored, reserved) VALUES (1, 0, 0);
CREATE UNIQUE INDEX accounts_by_name ON accounts (coalesce(parent_id, 0), name_key);
CREATE INDEX users_by_security_profile ON users (security_profile_id);
CREATE INDEX user_groups_by_group ON user_groups (group_id);
CREATE INDEX profile_groups_by_group ON profile_groups (group_id);
CREATE TRIGGER profile_revisions_stay BEFORE UPDATE ON profile_revisions BEGIN SELECT raise(ABORT, 'a revision is never changed'); END;
CREATE INDEX tokens_by_user ON tokens (user_id);
CREATE INDEX tokens_by_device ON tokens (device_id);
CREATE INDEX runs_by_time ON runs (account_id, profile_start, run_id, device_id);
CREATE TRIGGER runs_stay BEFORE UPDATE ON runs BEGIN SELECT raise(ABORT, 'a run is never changed'); END;
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is never changed'); END;
CREATE TRIGGER audit_lasts BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is never shortened'); END;
CREATE INDEX holders_by_device ON holders (device_id);
CREATE INDEX outcomes_by_device ON outcomes (device_id);
CREATE TRIGGER outcomes_go_with_the_device AFTER DELETE ON devices BEGIN DELETE FROM outcomes WHERE device_id = old.device_id; END;
CREATE INDEX attempts_by_time ON attempts (at);
CREATE INDEX gone_accounts_by_parent ON gone_accounts (parent_id);
CREATE INDEX enrolments_by_account ON enrolments (account_id);
CREATE INDEX enrolments_by_user ON enrolments (user_id);
CREATE INDEX half_logins_by_user ON half_logins (account_id, user_id);
CREATE INDEX stored_by_device ON stored (device_id);
CREATE INDEX reservations_by_device ON reservations (device_id);
CREATE INDEX reservations_by_time ON reservations (at);
CREATE TRIGGER profile_revisions_last BEFORE DELETE ON profile_revisions
    WHEN NOT EXISTS (SELECT 1 FROM accounts WHERE account_id = OLD.account_id AND deletion = 0)
    BEGIN SELECT raise(ABORT, 'a revision is never removed'); END;
COMMIT;
