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
, max_offline INTEGER) STRICT;
CREATE TABLE accounts (
    account_id INTEGER PRIMARY KEY,
    parent_id  INTEGER REFERENCES accounts (account_id),
    name       TEXT NOT NULL,
    name_key   TEXT NOT NULL,
    state      INTEGER NOT NULL,
    stamp      INTEGER NOT NULL
) STRICT;
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
) STRICT;
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
INSERT INTO "migrations" (version, min_program, sha256) VALUES (1, 1, '0793673a90d00d190ff6bfe3294fd653ecca5a22828bde057bda0b86a4054dc8');
INSERT INTO "migrations" (version, min_program, sha256) VALUES (2, 2, 'd88c3130d5049d0ed8a55270e61ee7acd6c9d1fc52c41536ed8c96ef525a6c84');
INSERT INTO "migrations" (version, min_program, sha256) VALUES (3, 2, '14dcef729fb340e53f0df5258410b64118ab76c300319900494e95917d6e6c89');
INSERT INTO "revision" (one, value) VALUES (1, 14);
INSERT INTO "change_log" (revision, changes, revoked) VALUES (2, '[{"server":{"claimed":false,"epoch":1,"keys":{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJhWHpDUUxwWUg5c2c4bnpYeC9pRGVaKzVVakVBTUxxU2JmdVdtNlFVZnpvPSJdLCJjYSI6WyJhNTNkNjExMGFiMjRhZGRiNTI5YTJmNTU3ZDFhZWZmM2QzMDE4NGFkMjYwMjFhNjMzYzVmZTllZjcxYzQ3Mzg0Il19","key":"b3e6146c53608265","signature":"fDtN9XsPV1UI080w9vxgaMH7bs1VdfpD7NyFSFSO0LTQ2I2ADjIrU23wRzhaloToXzKDS63zTpsabIdl1H7KAQ=="},"stamp":2}},{"mark":"1c397da05ece729f"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (3, '[{"server":{"claimed":true,"epoch":1,"keys":{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJhWHpDUUxwWUg5c2c4bnpYeC9pRGVaKzVVakVBTUxxU2JmdVdtNlFVZnpvPSJdLCJjYSI6WyJhNTNkNjExMGFiMjRhZGRiNTI5YTJmNTU3ZDFhZWZmM2QzMDE4NGFkMjYwMjFhNjMzYzVmZTllZjcxYzQ3Mzg0Il19","key":"b3e6146c53608265","signature":"fDtN9XsPV1UI080w9vxgaMH7bs1VdfpD7NyFSFSO0LTQ2I2ADjIrU23wRzhaloToXzKDS63zTpsabIdl1H7KAQ=="},"stamp":3}},{"password":{"user":1}},{"mark":"1b7e354da2621035"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (4, '[{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":4}},{"mark":"1fc594dbe6889aa2"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (5, '[{"security_profile":{"id":2,"account":1,"name":"End user","description":"","rights":["run_manually","restore"],"built_in":false,"stamp":5}},{"mark":"5f359fad89caf1c7"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (6, '[{"user":{"id":2,"account":1,"name":"carol","description":"","disabled":false,"built_in":false,"roles":[],"security_profile":2,"groups":[1],"stamp":6}},{"password":{"user":2}},{"mark":"7c4222ef790b48fc"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (7, '[{"body":{"account":1,"hash":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4"}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":1,"body":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[],"uploaded_by":"admin","uploaded_at":1795327162856,"stamp":7}},{"mark":"758aec248c31036c"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (8, '[{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":8}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":1,"body":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[1],"uploaded_by":"admin","uploaded_at":1795327162856,"stamp":8}},{"mark":"7cd98dbd0ac7f9a1"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (9, '[{"user":{"id":3,"account":1,"name":"dora","description":"","disabled":false,"built_in":false,"roles":[],"security_profile":null,"groups":[],"stamp":9}},{"password":{"user":3}},{"mark":"071498935f0f1a18"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (10, '[{"body":{"account":1,"hash":"fb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0"}},{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":10}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":2,"body":"fb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[1],"uploaded_by":"admin","uploaded_at":1795327162952,"stamp":10}},{"mark":"120415814586fd39"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (11, '[{"device":{"id":1,"account":1,"user":2,"installation":"325c11feb75e9c2400ba626919554c0c","computer":"pc-17","program":"tests 1.0","enrolled":1795327163053,"stamp":11}},{"mark":"3f98e6b5fa51fcb8"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (12, '[{"mark":"6c8a3ec38cb3b4d7"}]', '[{"device":1}]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (13, '[{"device":{"id":2,"account":1,"user":2,"installation":"0a0b0c0d0e0f00010203040506070809","computer":"pc-17","program":"tests 1.0","enrolled":1795327163395,"stamp":13}},{"mark":"75b5bc82c47a5922"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (14, '[{"mark":"56f9cdcd07169115"}]', '[{"device":2}]');
INSERT INTO "marks" (revision, mark) VALUES (2, 2033794834473317023);
INSERT INTO "marks" (revision, mark) VALUES (3, 1981079493642686517);
INSERT INTO "marks" (revision, mark) VALUES (4, 2289399657774226082);
INSERT INTO "marks" (revision, mark) VALUES (5, 6860565175058756039);
INSERT INTO "marks" (revision, mark) VALUES (6, 8953757421089278204);
INSERT INTO "marks" (revision, mark) VALUES (7, 8469841690938639212);
INSERT INTO "marks" (revision, mark) VALUES (8, 8996377573718489505);
INSERT INTO "marks" (revision, mark) VALUES (9, 510200416522148376);
INSERT INTO "marks" (revision, mark) VALUES (10, 1298186237550984505);
INSERT INTO "marks" (revision, mark) VALUES (11, 4582666290112625848);
INSERT INTO "marks" (revision, mark) VALUES (12, 7821132712482419927);
INSERT INTO "marks" (revision, mark) VALUES (13, 8481892743050320162);
INSERT INTO "marks" (revision, mark) VALUES (14, 6267266636933665045);
INSERT INTO "next_numbers" (kind, next) VALUES ('account', 2);
INSERT INTO "next_numbers" (kind, next) VALUES ('allow', 2);
INSERT INTO "next_numbers" (kind, next) VALUES ('attempt', 1);
INSERT INTO "next_numbers" (kind, next) VALUES ('audit', 15);
INSERT INTO "next_numbers" (kind, next) VALUES ('device', 3);
INSERT INTO "next_numbers" (kind, next) VALUES ('group', 2);
INSERT INTO "next_numbers" (kind, next) VALUES ('profile', 2);
INSERT INTO "next_numbers" (kind, next) VALUES ('security_profile', 3);
INSERT INTO "next_numbers" (kind, next) VALUES ('user', 4);
INSERT INTO "server" (one, claimed, epoch, keys, stamp, max_offline) VALUES (1, 1, 1, '{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJhWHpDUUxwWUg5c2c4bnpYeC9pRGVaKzVVakVBTUxxU2JmdVdtNlFVZnpvPSJdLCJjYSI6WyJhNTNkNjExMGFiMjRhZGRiNTI5YTJmNTU3ZDFhZWZmM2QzMDE4NGFkMjYwMjFhNjMzYzVmZTllZjcxYzQ3Mzg0Il19","key":"b3e6146c53608265","signature":"fDtN9XsPV1UI080w9vxgaMH7bs1VdfpD7NyFSFSO0LTQ2I2ADjIrU23wRzhaloToXzKDS63zTpsabIdl1H7KAQ=="}', 3, NULL);
INSERT INTO "accounts" (account_id, parent_id, name, name_key, state, stamp) VALUES (1, NULL, 'root', 'root', 0, 1);
INSERT INTO "security_profiles" (account_id, security_profile_id, name, name_key, description, rights, built_in, stamp) VALUES (1, 1, 'AllAccess', 'allaccess', 'every present and future right', 1, 1, 1);
INSERT INTO "security_profiles" (account_id, security_profile_id, name, name_key, description, rights, built_in, stamp) VALUES (1, 2, 'End user', 'end user', '', 1536, 0, 5);
INSERT INTO "groups" (account_id, group_id, name, name_key, description, stamp) VALUES (1, 1, 'Finance', 'finance', '', 10);
INSERT INTO "users" (account_id, user_id, name, name_key, description, disabled, built_in, roles, security_profile_id, stamp) VALUES (1, 1, 'admin', 'admin', 'the built-in superuser', 0, 1, 1, 1, 1);
INSERT INTO "users" (account_id, user_id, name, name_key, description, disabled, built_in, roles, security_profile_id, stamp) VALUES (1, 2, 'carol', 'carol', '', 0, 0, 0, 2, 6);
INSERT INTO "users" (account_id, user_id, name, name_key, description, disabled, built_in, roles, security_profile_id, stamp) VALUES (1, 3, 'dora', 'dora', '', 0, 0, 0, NULL, 9);
INSERT INTO "user_groups" (account_id, user_id, group_id) VALUES (1, 2, 1);
INSERT INTO "user_passwords" (account_id, user_id, phc) VALUES (1, 1, '$argon2id$v=19$m=19456,t=2,p=1$N/084cJMKr4PfuKQMl0iLA$Z9QDDOByI6zECXVx55V7oW7oIqwcnYF5ZNmzwafqUhk');
INSERT INTO "user_passwords" (account_id, user_id, phc) VALUES (1, 2, '$argon2id$v=19$m=19456,t=2,p=1$z6mkMY2el+TKEpjg3i5d0w$uTZ16I2sTL9ICfhGa+G7iPMYdI9uYltvTgLhgxVni8M');
INSERT INTO "user_passwords" (account_id, user_id, phc) VALUES (1, 3, '$argon2id$v=19$m=19456,t=2,p=1$WXPjMHn4JKFPBlHqCfscDw$h41IWka6OA+Y7iHt1zW5pv0ntmBC9o1miRBKcLraKW0');
INSERT INTO "user_logins" (account_id, user_id, at, address) VALUES (1, 1, 1795327162806, '127.0.0.1');
INSERT INTO "user_logins" (account_id, user_id, at, address) VALUES (1, 2, 1795327163397, '127.0.0.1');
INSERT INTO "bodies" (account_id, hash, bytes) VALUES (1, X'AAE2C213D37BE884CB0D3A3FE22085A508F831B8FB344068458297CF24F752E4', X'7265766973696F6E206F6E65');
INSERT INTO "bodies" (account_id, hash, bytes) VALUES (1, X'FB465647ADFB00F1A07BF44E2DCAA6F2EB9D22970F9324A8B351AC3119AA95D0', X'7265766973696F6E2074776F');
INSERT INTO "profiles" (account_id, profile_id, guid, name, description, version, revision, body, size, schedule, import_schedule, marked, uploaded_by, uploaded_at, stamp) VALUES (1, 1, X'94D3D1C174724DC9A5E99EE763E23159', 'Finance documents', 'every night', 26, 2, X'FB465647ADFB00F1A07BF44E2DCAA6F2EB9D22970F9324A8B351AC3119AA95D0', 12, NULL, 0, 0, 'admin', 1795327162952, 10);
INSERT INTO "profile_groups" (account_id, profile_id, group_id) VALUES (1, 1, 1);
INSERT INTO "profile_revisions" (account_id, guid, revision, version, name, description, body, size, schedule, uploaded_by, uploaded_at) VALUES (1, X'94D3D1C174724DC9A5E99EE763E23159', 1, 26, 'Finance documents', 'every night', X'AAE2C213D37BE884CB0D3A3FE22085A508F831B8FB344068458297CF24F752E4', 12, NULL, 'admin', 1795327162856);
INSERT INTO "profile_revisions" (account_id, guid, revision, version, name, description, body, size, schedule, uploaded_by, uploaded_at) VALUES (1, X'94D3D1C174724DC9A5E99EE763E23159', 2, 26, 'Finance documents', 'every night', X'FB465647ADFB00F1A07BF44E2DCAA6F2EB9D22970F9324A8B351AC3119AA95D0', 12, NULL, 'admin', 1795327162952);
INSERT INTO "devices" (account_id, device_id, user_id, installation, computer, program, enrolled, stamp) VALUES (1, 1, 2, X'325C11FEB75E9C2400BA626919554C0C', 'pc-17', 'tests 1.0', 1795327163053, 11);
INSERT INTO "devices" (account_id, device_id, user_id, installation, computer, program, enrolled, stamp) VALUES (1, 2, 2, X'0A0B0C0D0E0F00010203040506070809', 'pc-17', 'tests 1.0', 1795327163395, 13);
INSERT INTO "device_seen" (account_id, device_id, at) VALUES (1, 1, 1795327163299);
INSERT INTO "allowlist" (account_id, allow_id, pattern, comment, stamp, kind) VALUES (1, 1, 'localhost', 'this machine', 1, 0);
INSERT INTO "tokens" (token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked) VALUES (992362131998262959, 2, 1, 2, 2, X'9995C3CB971CC3D0EC2AB9D121AC43269826FC62EDEAB3C8AE9C7F88CDE4E4CC', 1795327163397, 1795327163397, NULL, 0);
INSERT INTO "tokens" (token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked) VALUES (1368943845230131911, 2, 1, 2, 1, X'C25A4F9C3C460F80CF726536A7567DF91C9812E26B5D05429127BF320D062556', 1795327163058, 1795327163058, NULL, 0);
INSERT INTO "tokens" (token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked) VALUES (5397239964119242490, 1, 1, 1, NULL, X'B5B04B92035AE7DBCA900CE0FEF76B809CE98A14BE3618DF5037783E64F64E54', 1795327162803, 1795327163399, 1795370362803, 0);
INSERT INTO "outcomes" (account_id, guid, device_id, revision, failure, at) VALUES (1, X'94D3D1C174724DC9A5E99EE763E23159', 1, 2, NULL, 1795327163115);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A201D67AE270F1BA85FE44CD3556CA', 1, 1, 1795327163133, X'325C11FEB75E9C2400BA626919554C0C', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A201D67B0975CBAFA95CD5A14E925B', 1, 2, 1795327163174, X'325C11FEB75E9C2400BA626919554C0C', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A201D67B317CD39F5E7626ED78A151', 1, 3, 1795327163207, X'325C11FEB75E9C2400BA626919554C0C', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A201D67B567BCD8ABD98C9C8BFAEBE', 1, 4, 1795327163258, X'325C11FEB75E9C2400BA626919554C0C', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A201D67B867EE189EE466A2717E1B9', 1, 5, 1795327163286, X'325C11FEB75E9C2400BA626919554C0C', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "sequences" (account_id, installation, highest) VALUES (1, X'325C11FEB75E9C2400BA626919554C0C', 5);
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (1, 1795327162602, 1, 'system', '', 'keys.rotate', '1', 'ok', 'first start', X'E9DDEAE0ECEF352E889D07FC46E4B142F6FE3078E703C9896A5B4E80F6D61FAE');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (2, 1795327162767, 1, 'setup', '127.0.0.1', 'server.claim', 'admin', 'ok', '', X'DEC312C73E5D3EDDE2456EF6F2AD6480447938CE90A5B8DE86A039AC54A40C36');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (3, 1795327162809, 1, 'admin', '127.0.0.1', 'session.login', '', 'ok', '', X'75561A41E11FADCD3AC7550B6F784B94353EDD22BD055DAE1FBE2EF36DD678E7');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (4, 1795327162815, 1, 'admin', '127.0.0.1', 'group.create', 'Finance', 'ok', '', X'6801D99FA9D32BD8A6892CF24878A5563E1C37D024C7987457D2AD020B153CB3');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (5, 1795327162821, 1, 'admin', '127.0.0.1', 'security_profile.create', 'End user', 'ok', 'rights +run_manually +restore', X'D47EBD389C1A57FA4A64F4C325A3A37D2B27654DDEA5DF394EB0B7822E71758D');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (6, 1795327162851, 1, 'admin', '127.0.0.1', 'user.create', 'carol', 'ok', 'security profile End user, groups +Finance', X'E65ABF3690658C896B47DF7151A7511239544C3F455CCB48D8A419BAF017B1CC');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (7, 1795327162856, 1, 'admin', '127.0.0.1', 'profile.upload', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'revision 1 of `Finance documents`', X'710288046B05CBF6EF034329C781C65D761F22E83279E35F6D5228E7D00D151B');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (8, 1795327162858, 1, 'admin', '127.0.0.1', 'profile.modify', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'groups +Finance', X'3F966C94608717FA61D2E0A29F1D453CD53A0C5ED8D8AF77F456527738F9B16D');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (9, 1795327162949, 1, 'admin', '127.0.0.1', 'user.create', 'dora', 'ok', '', X'612329CF5576B52A0E4F099311EE95042EE224061104A78A3424B4F0A6C01AEE');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (10, 1795327162952, 1, 'admin', '127.0.0.1', 'profile.upload', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'revision 2 of `Finance documents`', X'1BD017B204B1276CA08EF00175B7C2F2E2838C03CC90127094A055F25FC0F29D');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (11, 1795327163053, 1, 'carol', '127.0.0.1', 'device.enrol', '325c11feb75e9c2400ba626919554c0c', 'ok', '`pc-17`', X'4631463839BAAA85528AE5FF20BBAE42F5D0E2BA5F662C0D535CB06D2023876D');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (12, 1795327163062, 1, 'carol', '127.0.0.1', 'device.login', '325c11feb75e9c2400ba626919554c0c', 'ok', '', X'7F8ECD2368482B921BC0B116365231342E2ED3F42DD4617FD3E36F090C675F63');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (13, 1795327163395, 1, 'carol', '127.0.0.1', 'device.enrol', '0a0b0c0d0e0f00010203040506070809', 'ok', '`pc-17`', X'1FD29FCDF85041DE9F0A4E70828C35A84D2AD71F3FFAD68B87E15C0A13DF1B2D');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (14, 1795327163398, 1, 'carol', '127.0.0.1', 'device.login', '0a0b0c0d0e0f00010203040506070809', 'ok', '', X'A0C83563A003EBDDC58A35718C812297A17F51AAEA41E8C306E901670EA1EFB8');
INSERT INTO "holders" (account_id, guid, device_id, revision, fetched_at) VALUES (1, X'94D3D1C174724DC9A5E99EE763E23159', 1, 2, 1795327163090);
INSERT INTO "tasks" (name, turn, due, begun, lease_until, done, failed, failure) VALUES ('attempts', 1, 1795327762707, 1795327162707, NULL, 1795327162714, NULL, NULL);
INSERT INTO "tasks" (name, turn, due, begun, lease_until, done, failed, failure) VALUES ('ended_tokens', 1, 1795327762699, 1795327162699, NULL, 1795327162700, NULL, NULL);
INSERT INTO "tasks" (name, turn, due, begun, lease_until, done, failed, failure) VALUES ('months', 1, 1795413562715, 1795327162715, NULL, 1795327162715, NULL, NULL);
CREATE UNIQUE INDEX accounts_by_name ON accounts (coalesce(parent_id, 0), name_key);
CREATE INDEX users_by_security_profile ON users (security_profile_id);
CREATE INDEX user_groups_by_group ON user_groups (group_id);
CREATE INDEX profile_groups_by_group ON profile_groups (group_id);
CREATE TRIGGER profile_revisions_stay BEFORE UPDATE ON profile_revisions BEGIN SELECT raise(ABORT, 'a revision is never changed'); END;
CREATE TRIGGER profile_revisions_last BEFORE DELETE ON profile_revisions BEGIN SELECT raise(ABORT, 'a revision is never removed'); END;
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
COMMIT;
