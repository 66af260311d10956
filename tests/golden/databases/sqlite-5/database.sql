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
, kind INTEGER NOT NULL DEFAULT 2 CHECK (kind IN (0, 1, 2)), level INTEGER DEFAULT 3 CHECK (level BETWEEN 1 AND 5 AND kind = 2 OR level IS NULL AND kind <> 2), deletion INTEGER, quota_hard INTEGER, quota_soft INTEGER, policy TEXT, comment TEXT NOT NULL DEFAULT '', about TEXT, second_factor INTEGER NOT NULL DEFAULT 0 CHECK (second_factor IN (0, 1)), agent INTEGER) STRICT;
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
CREATE TABLE custom_roles (
    account_id  INTEGER NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    role_id     INTEGER NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    description TEXT NOT NULL,
    tasks       INTEGER NOT NULL,
    stamp       INTEGER NOT NULL,
    PRIMARY KEY (account_id, role_id),
    UNIQUE (account_id, name_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE grants (
    account_id INTEGER NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    grant_id   INTEGER NOT NULL UNIQUE,
    user_id    INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    built_in   INTEGER,
    role_id    INTEGER REFERENCES custom_roles (role_id) ON DELETE CASCADE,
    stamp      INTEGER NOT NULL,
    PRIMARY KEY (account_id, grant_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE factor_channels (
    account_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    channel    INTEGER NOT NULL CHECK (channel IN (1, 2)),
    nonce      BLOB NOT NULL CHECK (length(nonce) = 24),
    sealed     BLOB NOT NULL,
    since      INTEGER NOT NULL,
    PRIMARY KEY (account_id, user_id, channel),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE sent_codes (
    account_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    bound      BLOB NOT NULL CHECK (length(bound) = 32),
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    sent       INTEGER NOT NULL,
    tries      INTEGER NOT NULL,
    PRIMARY KEY (account_id, user_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE sendings (
    account_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    hour       INTEGER NOT NULL,
    codes      INTEGER NOT NULL,
    PRIMARY KEY (account_id, user_id, hour)
) STRICT, WITHOUT ROWID;
CREATE TABLE erase_orders (
    order_id   BLOB NOT NULL PRIMARY KEY CHECK (length(order_id) = 16),
    account_id INTEGER NOT NULL,
    name       TEXT NOT NULL,
    deleted    INTEGER NOT NULL,
    tries      INTEGER NOT NULL,
    due        INTEGER NOT NULL,
    tried      INTEGER,
    failure    TEXT,
    done       INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE branding_images (
    account_id INTEGER NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    bytes      BLOB NOT NULL,
    PRIMARY KEY (account_id, hash)
) STRICT;
CREATE TABLE communications (
    communication_id INTEGER PRIMARY KEY,
    account_id       INTEGER NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    kind             INTEGER NOT NULL,
    at               INTEGER NOT NULL,
    planned          INTEGER NOT NULL CHECK (planned IN (0, 1)),
    with_whom        TEXT NOT NULL,
    text             TEXT NOT NULL,
    author           TEXT NOT NULL,
    made             INTEGER NOT NULL
) STRICT;
CREATE TABLE silos (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (account_id) ON DELETE CASCADE,
    own_user   INTEGER UNIQUE,
    fence      INTEGER NOT NULL,
    holder     INTEGER
) STRICT;
INSERT INTO "migrations" (version, min_program, sha256) VALUES (1, 1, '0793673a90d00d190ff6bfe3294fd653ecca5a22828bde057bda0b86a4054dc8');
INSERT INTO "migrations" (version, min_program, sha256) VALUES (2, 2, 'd88c3130d5049d0ed8a55270e61ee7acd6c9d1fc52c41536ed8c96ef525a6c84');
INSERT INTO "migrations" (version, min_program, sha256) VALUES (3, 2, '14dcef729fb340e53f0df5258410b64118ab76c300319900494e95917d6e6c89');
INSERT INTO "migrations" (version, min_program, sha256) VALUES (4, 4, '7ace9d35e076fcb89f22901f7e352ec5a62f648e99bac061910f4efedd42e8ba');
INSERT INTO "migrations" (version, min_program, sha256) VALUES (5, 5, '0e774aef8b5315000c53822eed9d307e3994a140d7a66937b31fe4279ae61a12');
INSERT INTO "revision" (one, value) VALUES (1, 14);
INSERT INTO "change_log" (revision, changes, revoked) VALUES (2, '[{"server":{"claimed":false,"epoch":1,"keys":{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJuNTR0RHNtaWhxbEVUZ2lFYWNuclQvNkJLbzNmNXg1ZFBrMWFDWUgyNmhrPSJdLCJjYSI6WyI4ZGI0ZGMwZTA4Y2IwZTMzMGU0NGZlMzdlZjBiYzdjNTJhZDQ0ZmQ2NTkyZGE1MjM1OGJkNDk5OTRlNGMyYzAwIl19","key":"fcb6292573a5cb27","signature":"rX/pbhgI8BiiiRAMV0UdahvF+ada8MPw9HUF6JFbpzysZXlWzo+oYkukXdwVGO/g1g2ddRBfarMitv4yP1ziAQ=="},"stamp":2}},{"mark":"6ee72263d10b0872"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (3, '[{"server":{"claimed":true,"epoch":1,"keys":{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJuNTR0RHNtaWhxbEVUZ2lFYWNuclQvNkJLbzNmNXg1ZFBrMWFDWUgyNmhrPSJdLCJjYSI6WyI4ZGI0ZGMwZTA4Y2IwZTMzMGU0NGZlMzdlZjBiYzdjNTJhZDQ0ZmQ2NTkyZGE1MjM1OGJkNDk5OTRlNGMyYzAwIl19","key":"fcb6292573a5cb27","signature":"rX/pbhgI8BiiiRAMV0UdahvF+ada8MPw9HUF6JFbpzysZXlWzo+oYkukXdwVGO/g1g2ddRBfarMitv4yP1ziAQ=="},"stamp":3}},{"password":{"user":1}},{"mark":"181764f7e369e334"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (4, '[{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":4}},{"mark":"581d2a3a0c54e849"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (5, '[{"security_profile":{"id":2,"account":1,"name":"End user","description":"","rights":["run_manually","restore"],"built_in":false,"stamp":5}},{"mark":"1a2b3bf0ba652e2b"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (6, '[{"user":{"id":2,"account":1,"name":"carol","description":"","disabled":false,"built_in":false,"roles":[],"security_profile":2,"groups":[1],"stamp":6}},{"password":{"user":2}},{"mark":"5ec6d82d28312d5e"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (7, '[{"body":{"account":1,"hash":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4"}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":1,"body":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[],"uploaded_by":"admin","uploaded_at":1795366643021,"stamp":7}},{"mark":"787a00b5e2aa5df0"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (8, '[{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":8}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":1,"body":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[1],"uploaded_by":"admin","uploaded_at":1795366643021,"stamp":8}},{"mark":"286341a9f57502cb"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (9, '[{"user":{"id":3,"account":1,"name":"dora","description":"","disabled":false,"built_in":false,"roles":[],"security_profile":null,"groups":[],"stamp":9}},{"password":{"user":3}},{"mark":"6f62d8d310e3af9d"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (10, '[{"body":{"account":1,"hash":"fb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0"}},{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":10}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":2,"body":"fb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[1],"uploaded_by":"admin","uploaded_at":1795366643050,"stamp":10}},{"mark":"09619b3ae6ed5437"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (11, '[{"device":{"id":1,"account":1,"user":2,"installation":"a0474e373fe9953816a8d3d0986d4b26","computer":"pc-17","program":"tests 1.0","enrolled":1795366643080,"stamp":11}},{"mark":"6eae4ea32c712883"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (12, '[{"mark":"47e64f9f502c1aac"}]', '[{"device":1}]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (13, '[{"device":{"id":2,"account":1,"user":2,"installation":"0a0b0c0d0e0f00010203040506070809","computer":"pc-17","program":"tests 1.0","enrolled":1795366643148,"stamp":13}},{"mark":"2036b03545c84d7b"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (14, '[{"mark":"26fe1c0d9163896c"}]', '[{"device":2}]');
INSERT INTO "marks" (revision, mark) VALUES (2, 7991393875896502386);
INSERT INTO "marks" (revision, mark) VALUES (3, 1735967197209682740);
INSERT INTO "marks" (revision, mark) VALUES (4, 6349277478465628233);
INSERT INTO "marks" (revision, mark) VALUES (5, 1885666774090067499);
INSERT INTO "marks" (revision, mark) VALUES (6, 6829383573413375326);
INSERT INTO "marks" (revision, mark) VALUES (7, 8681252012901948912);
INSERT INTO "marks" (revision, mark) VALUES (8, 2910241982434837195);
INSERT INTO "marks" (revision, mark) VALUES (9, 8026215886960701341);
INSERT INTO "marks" (revision, mark) VALUES (10, 675992096367006775);
INSERT INTO "marks" (revision, mark) VALUES (11, 7975398452851976323);
INSERT INTO "marks" (revision, mark) VALUES (12, 5180915966999796396);
INSERT INTO "marks" (revision, mark) VALUES (13, 2321236400806579579);
INSERT INTO "marks" (revision, mark) VALUES (14, 2809714062125140332);
INSERT INTO "next_numbers" (kind, next) VALUES ('account', 2);
INSERT INTO "next_numbers" (kind, next) VALUES ('allow', 2);
INSERT INTO "next_numbers" (kind, next) VALUES ('attempt', 1);
INSERT INTO "next_numbers" (kind, next) VALUES ('audit', 15);
INSERT INTO "next_numbers" (kind, next) VALUES ('device', 3);
INSERT INTO "next_numbers" (kind, next) VALUES ('group', 2);
INSERT INTO "next_numbers" (kind, next) VALUES ('profile', 2);
INSERT INTO "next_numbers" (kind, next) VALUES ('security_profile', 3);
INSERT INTO "next_numbers" (kind, next) VALUES ('user', 4);
INSERT INTO "server" (one, claimed, epoch, keys, stamp, max_offline, second_factor) VALUES (1, 1, 1, '{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJuNTR0RHNtaWhxbEVUZ2lFYWNuclQvNkJLbzNmNXg1ZFBrMWFDWUgyNmhrPSJdLCJjYSI6WyI4ZGI0ZGMwZTA4Y2IwZTMzMGU0NGZlMzdlZjBiYzdjNTJhZDQ0ZmQ2NTkyZGE1MjM1OGJkNDk5OTRlNGMyYzAwIl19","key":"fcb6292573a5cb27","signature":"rX/pbhgI8BiiiRAMV0UdahvF+ada8MPw9HUF6JFbpzysZXlWzo+oYkukXdwVGO/g1g2ddRBfarMitv4yP1ziAQ=="}', 3, NULL, NULL);
INSERT INTO "accounts" (account_id, parent_id, name, name_key, state, stamp, kind, level, deletion, quota_hard, quota_soft, policy, comment, about, second_factor, agent) VALUES (1, NULL, 'root', 'root', 0, 1, 2, 3, NULL, NULL, NULL, NULL, '', NULL, 0, NULL);
INSERT INTO "security_profiles" (account_id, security_profile_id, name, name_key, description, rights, built_in, stamp) VALUES (1, 1, 'AllAccess', 'allaccess', 'every present and future right', 1, 1, 1);
INSERT INTO "security_profiles" (account_id, security_profile_id, name, name_key, description, rights, built_in, stamp) VALUES (1, 2, 'End user', 'end user', '', 1536, 0, 5);
INSERT INTO "groups" (account_id, group_id, name, name_key, description, stamp) VALUES (1, 1, 'Finance', 'finance', '', 10);
INSERT INTO "users" (account_id, user_id, name, name_key, description, disabled, built_in, roles, security_profile_id, stamp) VALUES (1, 1, 'admin', 'admin', 'the built-in superuser', 0, 1, 33, 1, 1);
INSERT INTO "users" (account_id, user_id, name, name_key, description, disabled, built_in, roles, security_profile_id, stamp) VALUES (1, 2, 'carol', 'carol', '', 0, 0, 0, 2, 6);
INSERT INTO "users" (account_id, user_id, name, name_key, description, disabled, built_in, roles, security_profile_id, stamp) VALUES (1, 3, 'dora', 'dora', '', 0, 0, 0, NULL, 9);
INSERT INTO "user_groups" (account_id, user_id, group_id) VALUES (1, 2, 1);
INSERT INTO "user_passwords" (account_id, user_id, phc) VALUES (1, 1, '$argon2id$v=19$m=19456,t=2,p=1$PtzpKADyqav4C7eX56mFWg$Rc5InUwTooQEMwXFsWLGX3SvcnjDJDzdXJNDWGHh4D8');
INSERT INTO "user_passwords" (account_id, user_id, phc) VALUES (1, 2, '$argon2id$v=19$m=19456,t=2,p=1$FC2SnSqGHeKLeyGpQ3a7Ig$ZMbPDh2asJ0aINfx3pG313fEilljcUxQZ6I3E7AzHDA');
INSERT INTO "user_passwords" (account_id, user_id, phc) VALUES (1, 3, '$argon2id$v=19$m=19456,t=2,p=1$Zn9AHo+uKaV1uDMM8rluDA$gZEej9UNVTrya4rOtaDxlu2fZh+6aIhUaKAdVCpw0Gg');
INSERT INTO "user_logins" (account_id, user_id, at, address) VALUES (1, 1, 1795366642990, '127.0.0.1');
INSERT INTO "user_logins" (account_id, user_id, at, address) VALUES (1, 2, 1795366643150, '127.0.0.1');
INSERT INTO "bodies" (account_id, hash, bytes) VALUES (1, X'AAE2C213D37BE884CB0D3A3FE22085A508F831B8FB344068458297CF24F752E4', X'7265766973696F6E206F6E65');
INSERT INTO "bodies" (account_id, hash, bytes) VALUES (1, X'FB465647ADFB00F1A07BF44E2DCAA6F2EB9D22970F9324A8B351AC3119AA95D0', X'7265766973696F6E2074776F');
INSERT INTO "profiles" (account_id, profile_id, guid, name, description, version, revision, body, size, schedule, import_schedule, marked, uploaded_by, uploaded_at, stamp) VALUES (1, 1, X'94D3D1C174724DC9A5E99EE763E23159', 'Finance documents', 'every night', 26, 2, X'FB465647ADFB00F1A07BF44E2DCAA6F2EB9D22970F9324A8B351AC3119AA95D0', 12, NULL, 0, 0, 'admin', 1795366643050, 10);
INSERT INTO "profile_groups" (account_id, profile_id, group_id) VALUES (1, 1, 1);
INSERT INTO "profile_revisions" (account_id, guid, revision, version, name, description, body, size, schedule, uploaded_by, uploaded_at) VALUES (1, X'94D3D1C174724DC9A5E99EE763E23159', 1, 26, 'Finance documents', 'every night', X'AAE2C213D37BE884CB0D3A3FE22085A508F831B8FB344068458297CF24F752E4', 12, NULL, 'admin', 1795366643021);
INSERT INTO "profile_revisions" (account_id, guid, revision, version, name, description, body, size, schedule, uploaded_by, uploaded_at) VALUES (1, X'94D3D1C174724DC9A5E99EE763E23159', 2, 26, 'Finance documents', 'every night', X'FB465647ADFB00F1A07BF44E2DCAA6F2EB9D22970F9324A8B351AC3119AA95D0', 12, NULL, 'admin', 1795366643050);
INSERT INTO "devices" (account_id, device_id, user_id, installation, computer, program, enrolled, stamp) VALUES (1, 1, 2, X'A0474E373FE9953816A8D3D0986D4B26', 'pc-17', 'tests 1.0', 1795366643080, 11);
INSERT INTO "devices" (account_id, device_id, user_id, installation, computer, program, enrolled, stamp) VALUES (1, 2, 2, X'0A0B0C0D0E0F00010203040506070809', 'pc-17', 'tests 1.0', 1795366643148, 13);
INSERT INTO "device_seen" (account_id, device_id, at) VALUES (1, 1, 1795366643120);
INSERT INTO "allowlist" (account_id, allow_id, pattern, comment, stamp, kind) VALUES (1, 1, 'localhost', 'this machine', 1, 0);
INSERT INTO "tokens" (token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked, name, ceiling, below) VALUES (953685184940214894, 2, 1, 2, 2, X'D826BBD2869CB15FC6DD0DAEA3ABE97BC92D44FB85B7488DA6DD7E7B00196E84', 1795366643150, 1795366643150, NULL, 0, NULL, NULL, NULL);
INSERT INTO "tokens" (token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked, name, ceiling, below) VALUES (7175047240081353352, 1, 1, 1, NULL, X'7116AE8867F34D5505AEB5EB87C8EA162706B3CD61F83E6872A98EA796A39B02', 1795366642989, 1795366643152, 1795409842989, 0, NULL, NULL, NULL);
INSERT INTO "tokens" (token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked, name, ceiling, below) VALUES (8545712962812950431, 2, 1, 2, 1, X'0A2231EBEBB515128A5132AB6CFFAD0BA4E6DE990B253C2C5B7D2B5077D858F7', 1795366643082, 1795366643082, NULL, 0, NULL, NULL, NULL);
INSERT INTO "outcomes" (account_id, guid, device_id, revision, failure, at) VALUES (1, X'94D3D1C174724DC9A5E99EE763E23159', 1, 2, NULL, 1795366643093);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A20430E5937A7AAB803B0123E383E2', 1, 1, 1795366643096, X'A0474E373FE9953816A8D3D0986D4B26', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A20430E59A7C6388FF455A27D8BFBA', 1, 2, 1795366643101, X'A0474E373FE9953816A8D3D0986D4B26', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A20430E59F7DC0A6C9DD12FB5EF85D', 1, 3, 1795366643106, X'A0474E373FE9953816A8D3D0986D4B26', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A20430E5A47AAABF258AF864A431AD', 1, 4, 1795366643111, X'A0474E373FE9953816A8D3D0986D4B26', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A20430E5A9703885284558D1316489', 1, 5, 1795366643117, X'A0474E373FE9953816A8D3D0986D4B26', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "sequences" (account_id, installation, highest) VALUES (1, X'A0474E373FE9953816A8D3D0986D4B26', 5);
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (1, 1795366642926, 1, 'system', '', 'keys.rotate', '1', 'ok', 'first start', X'FA5632B32CB07975A31097A5A7DB57D3C03D56529764587FB3ADCA37E792B16C');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (2, 1795366642961, 1, 'setup', '127.0.0.1', 'server.claim', 'admin', 'ok', '', X'57538CE40517A2E792F4872E1CD7FC8AAE99ECA487C77F0B08A62543827D9EA0');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (3, 1795366642990, 1, 'admin', '127.0.0.1', 'session.login', '', 'ok', '', X'A51E4986E6EB6BBAC0BAF6A6586A7B0F0D8AFC222B66E4A10431B063CFF208E6');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (4, 1795366642992, 1, 'admin', '127.0.0.1', 'group.create', 'Finance', 'ok', '', X'089171309A380569B1D9B193E8D463D65696EA4A451584FF968362B7D5B2EA0E');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (5, 1795366642994, 1, 'admin', '127.0.0.1', 'security_profile.create', 'End user', 'ok', 'rights +run_manually +restore', X'58D27A6F870F92F5AD8E6053DC9953B4C887FD2683B085B7F43A1338BE1C64F6');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (6, 1795366643018, 1, 'admin', '127.0.0.1', 'user.create', 'carol', 'ok', 'security profile End user, groups +Finance', X'69D9726E41521CD2D70A5890E0A6D7600267999FABE896652225A562ABAF2A95');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (7, 1795366643021, 1, 'admin', '127.0.0.1', 'profile.upload', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'revision 1 of `Finance documents`', X'B8562CAE08E616395BD02C15A2F1E3C432EADFF25211EEB55A0105D762D3AC42');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (8, 1795366643023, 1, 'admin', '127.0.0.1', 'profile.modify', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'groups +Finance', X'0481FE99A8992EAC98CA1BF65651872BF48BB10A8570FDB95D35D4C9222AD42C');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (9, 1795366643047, 1, 'admin', '127.0.0.1', 'user.create', 'dora', 'ok', '', X'20EEFCBB867873FB7108C745D923F48E78807DEDAAD4DF5C9CB59ACFB6DD94D4');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (10, 1795366643050, 1, 'admin', '127.0.0.1', 'profile.upload', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'revision 2 of `Finance documents`', X'03558364FE5883716F5D3548875C729D1DA6B05CE0265B81615B934A9D0A0DAA');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (11, 1795366643080, 1, 'carol', '127.0.0.1', 'device.enrol', 'a0474e373fe9953816a8d3d0986d4b26', 'ok', '`pc-17`', X'518B31E051F039E54759B29C3EF8CDD0076879BE6B294F51264EA02B58E35650');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (12, 1795366643083, 1, 'carol', '127.0.0.1', 'device.login', 'a0474e373fe9953816a8d3d0986d4b26', 'ok', '', X'C25FE777D64AB9A8F3DA1D4E248C2D065D1D6A19056CA9D0FA587F9E3CBAE752');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (13, 1795366643148, 1, 'carol', '127.0.0.1', 'device.enrol', '0a0b0c0d0e0f00010203040506070809', 'ok', '`pc-17`', X'62D0FDA823B29061A7C2A2C18230F42614473AF45551C0D845160DA53F12391E');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (14, 1795366643151, 1, 'carol', '127.0.0.1', 'device.login', '0a0b0c0d0e0f00010203040506070809', 'ok', '', X'8B75B24DF527742C868475E6848A5A6A636AD660966DB64F96EB12968F540767');
INSERT INTO "holders" (account_id, guid, device_id, revision, fetched_at) VALUES (1, X'94D3D1C174724DC9A5E99EE763E23159', 1, 2, 1795366643089);
INSERT INTO "tasks" (name, turn, due, begun, lease_until, done, failed, failure) VALUES ('attempts', 1, 1795367242937, 1795366642937, NULL, 1795366642938, NULL, NULL);
INSERT INTO "tasks" (name, turn, due, begun, lease_until, done, failed, failure) VALUES ('ended_tokens', 1, 1795367242936, 1795366642936, NULL, 1795366642937, NULL, NULL);
INSERT INTO "tasks" (name, turn, due, begun, lease_until, done, failed, failure) VALUES ('months', 1, 1795453042938, 1795366642938, NULL, 1795366642939, NULL, NULL);
INSERT INTO "tasks" (name, turn, due, begun, lease_until, done, failed, failure) VALUES ('reservations', 1, 1795370242934, 1795366642934, NULL, 1795366642935, NULL, NULL);
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
CREATE INDEX grants_by_user ON grants (user_id);
CREATE INDEX grants_by_role ON grants (role_id);
CREATE INDEX erase_orders_due ON erase_orders (due) WHERE done IS NULL;
CREATE INDEX communications_by_account ON communications (account_id);
CREATE INDEX runs_newest ON runs (profile_start);
COMMIT;
