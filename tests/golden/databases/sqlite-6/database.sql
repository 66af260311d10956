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
CREATE TABLE audit_accounts (
    account_id INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    PRIMARY KEY (account_id, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "migrations" (version, min_program, sha256) VALUES (1, 1, '0793673a90d00d190ff6bfe3294fd653ecca5a22828bde057bda0b86a4054dc8');
INSERT INTO "migrations" (version, min_program, sha256) VALUES (2, 2, 'd88c3130d5049d0ed8a55270e61ee7acd6c9d1fc52c41536ed8c96ef525a6c84');
INSERT INTO "migrations" (version, min_program, sha256) VALUES (3, 2, '14dcef729fb340e53f0df5258410b64118ab76c300319900494e95917d6e6c89');
INSERT INTO "migrations" (version, min_program, sha256) VALUES (4, 4, '7ace9d35e076fcb89f22901f7e352ec5a62f648e99bac061910f4efedd42e8ba');
INSERT INTO "migrations" (version, min_program, sha256) VALUES (5, 5, '0e774aef8b5315000c53822eed9d307e3994a140d7a66937b31fe4279ae61a12');
INSERT INTO "migrations" (version, min_program, sha256) VALUES (6, 6, '8ad3cbf6db7f70de6e1ca2c2396f5d8ac0d4f941b85f365e181f782d99e6b046');
INSERT INTO "revision" (one, value) VALUES (1, 14);
INSERT INTO "change_log" (revision, changes, revoked) VALUES (2, '[{"server":{"claimed":false,"epoch":1,"keys":{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJESUdrUXNJRXNpWWZiRjZLb1NkTTVrZGwzQjFBNWlEUFVJV1RCd3dMc1ZBPSJdLCJjYSI6WyJkNTdiYTkwN2E0YjU1MjgyNjQ5MGQyODI0YWRkYWY3YjdjMmNiNmUwOGYzMjkxMDRmNzVlYmI0NDBkZjc2ZTdiIl19","key":"7feaf1bb5c138df8","signature":"TDMOkiTH2Pc0OCC1tSVSWjT3WVo+JBjAvNhqjIX35voTlRtf1xpLXStchd2nK39ubn+0fRDhDZ9zJUr4NnlpAA=="},"stamp":2}},{"mark":"1c18cb82ef6a31fa"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (3, '[{"server":{"claimed":true,"epoch":1,"keys":{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJESUdrUXNJRXNpWWZiRjZLb1NkTTVrZGwzQjFBNWlEUFVJV1RCd3dMc1ZBPSJdLCJjYSI6WyJkNTdiYTkwN2E0YjU1MjgyNjQ5MGQyODI0YWRkYWY3YjdjMmNiNmUwOGYzMjkxMDRmNzVlYmI0NDBkZjc2ZTdiIl19","key":"7feaf1bb5c138df8","signature":"TDMOkiTH2Pc0OCC1tSVSWjT3WVo+JBjAvNhqjIX35voTlRtf1xpLXStchd2nK39ubn+0fRDhDZ9zJUr4NnlpAA=="},"stamp":3}},{"password":{"user":1}},{"mark":"7ab5310416392f77"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (4, '[{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":4}},{"mark":"42d6fb195afc89ef"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (5, '[{"security_profile":{"id":2,"account":1,"name":"End user","description":"","rights":["run_manually","restore"],"built_in":false,"stamp":5}},{"mark":"78c58afeee6d39f0"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (6, '[{"user":{"id":2,"account":1,"name":"carol","description":"","disabled":false,"built_in":false,"roles":[],"security_profile":2,"groups":[1],"stamp":6}},{"password":{"user":2}},{"mark":"7347ff52d84cfe95"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (7, '[{"body":{"account":1,"hash":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4"}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":1,"body":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[],"uploaded_by":"admin","uploaded_at":1795375935366,"stamp":7}},{"mark":"71132e53066ac463"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (8, '[{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":8}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":1,"body":"aae2c213d37be884cb0d3a3fe22085a508f831b8fb344068458297cf24f752e4","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[1],"uploaded_by":"admin","uploaded_at":1795375935366,"stamp":8}},{"mark":"77af2d46a667db7d"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (9, '[{"user":{"id":3,"account":1,"name":"dora","description":"","disabled":false,"built_in":false,"roles":[],"security_profile":null,"groups":[],"stamp":9}},{"password":{"user":3}},{"mark":"60d6434d4e141ff1"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (10, '[{"body":{"account":1,"hash":"fb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0"}},{"group":{"id":1,"account":1,"name":"Finance","description":"","stamp":10}},{"profile":{"id":1,"account":1,"guid":"94D3D1C174724DC9A5E99EE763E23159","name":"Finance documents","description":"every night","version":26,"revision":2,"body":"fb465647adfb00f1a07bf44e2dcaa6f2eb9d22970f9324a8b351ac3119aa95d0","size":12,"schedule":null,"import_schedule":false,"delete":false,"groups":[1],"uploaded_by":"admin","uploaded_at":1795375935407,"stamp":10}},{"mark":"3571bb6b9295b161"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (11, '[{"device":{"id":1,"account":1,"user":2,"installation":"23c2544af5f35c95e0704562a017c92f","computer":"pc-17","program":"tests 1.0","enrolled":1795375935494,"stamp":11}},{"mark":"0d92fd6b1b2d2dbc"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (12, '[{"mark":"57842d4700835bb8"}]', '[{"device":1}]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (13, '[{"device":{"id":2,"account":1,"user":2,"installation":"0a0b0c0d0e0f00010203040506070809","computer":"pc-17","program":"tests 1.0","enrolled":1795375935827,"stamp":13}},{"mark":"5085426a10fb07a5"}]', '[]');
INSERT INTO "change_log" (revision, changes, revoked) VALUES (14, '[{"mark":"5dc7aa64b0ddb159"}]', '[{"device":2}]');
INSERT INTO "marks" (revision, mark) VALUES (2, 2024591795725939194);
INSERT INTO "marks" (revision, mark) VALUES (3, 8842027337034313591);
INSERT INTO "marks" (revision, mark) VALUES (4, 4816312937838578159);
INSERT INTO "marks" (revision, mark) VALUES (5, 8702514682489813488);
INSERT INTO "marks" (revision, mark) VALUES (6, 8306888768989494933);
INSERT INTO "marks" (revision, mark) VALUES (7, 8147907084968182883);
INSERT INTO "marks" (revision, mark) VALUES (8, 8624161592900574077);
INSERT INTO "marks" (revision, mark) VALUES (9, 6977838671958646769);
INSERT INTO "marks" (revision, mark) VALUES (10, 3851065227073663329);
INSERT INTO "marks" (revision, mark) VALUES (11, 978122705552092604);
INSERT INTO "marks" (revision, mark) VALUES (12, 6306215161200073656);
INSERT INTO "marks" (revision, mark) VALUES (13, 5802116718255605669);
INSERT INTO "marks" (revision, mark) VALUES (14, 6757557115333488985);
INSERT INTO "next_numbers" (kind, next) VALUES ('account', 2);
INSERT INTO "next_numbers" (kind, next) VALUES ('allow', 2);
INSERT INTO "next_numbers" (kind, next) VALUES ('attempt', 1);
INSERT INTO "next_numbers" (kind, next) VALUES ('audit', 15);
INSERT INTO "next_numbers" (kind, next) VALUES ('device', 3);
INSERT INTO "next_numbers" (kind, next) VALUES ('group', 2);
INSERT INTO "next_numbers" (kind, next) VALUES ('profile', 2);
INSERT INTO "next_numbers" (kind, next) VALUES ('security_profile', 3);
INSERT INTO "next_numbers" (kind, next) VALUES ('user', 4);
INSERT INTO "server" (one, claimed, epoch, keys, stamp, max_offline, second_factor) VALUES (1, 1, 1, '{"document":"eyJ2IjoxLCJlcG9jaCI6MSwia2V5cyI6WyJESUdrUXNJRXNpWWZiRjZLb1NkTTVrZGwzQjFBNWlEUFVJV1RCd3dMc1ZBPSJdLCJjYSI6WyJkNTdiYTkwN2E0YjU1MjgyNjQ5MGQyODI0YWRkYWY3YjdjMmNiNmUwOGYzMjkxMDRmNzVlYmI0NDBkZjc2ZTdiIl19","key":"7feaf1bb5c138df8","signature":"TDMOkiTH2Pc0OCC1tSVSWjT3WVo+JBjAvNhqjIX35voTlRtf1xpLXStchd2nK39ubn+0fRDhDZ9zJUr4NnlpAA=="}', 3, NULL, NULL);
INSERT INTO "accounts" (account_id, parent_id, name, name_key, state, stamp, kind, level, deletion, quota_hard, quota_soft, policy, comment, about, second_factor, agent) VALUES (1, NULL, 'root', 'root', 0, 1, 2, 3, NULL, NULL, NULL, NULL, '', NULL, 0, NULL);
INSERT INTO "security_profiles" (account_id, security_profile_id, name, name_key, description, rights, built_in, stamp) VALUES (1, 1, 'AllAccess', 'allaccess', 'every present and future right', 1, 1, 1);
INSERT INTO "security_profiles" (account_id, security_profile_id, name, name_key, description, rights, built_in, stamp) VALUES (1, 2, 'End user', 'end user', '', 1536, 0, 5);
INSERT INTO "groups" (account_id, group_id, name, name_key, description, stamp) VALUES (1, 1, 'Finance', 'finance', '', 10);
INSERT INTO "users" (account_id, user_id, name, name_key, description, disabled, built_in, roles, security_profile_id, stamp) VALUES (1, 1, 'admin', 'admin', 'the built-in superuser', 0, 1, 33, 1, 1);
INSERT INTO "users" (account_id, user_id, name, name_key, description, disabled, built_in, roles, security_profile_id, stamp) VALUES (1, 2, 'carol', 'carol', '', 0, 0, 0, 2, 6);
INSERT INTO "users" (account_id, user_id, name, name_key, description, disabled, built_in, roles, security_profile_id, stamp) VALUES (1, 3, 'dora', 'dora', '', 0, 0, 0, NULL, 9);
INSERT INTO "user_groups" (account_id, user_id, group_id) VALUES (1, 2, 1);
INSERT INTO "user_passwords" (account_id, user_id, phc) VALUES (1, 1, '$argon2id$v=19$m=19456,t=2,p=1$PBldL76gfHLpWEG/EivmZg$QOeI0pqch24XydqOkDwPeZ6EGIfBLXf12apOBnrj4sk');
INSERT INTO "user_passwords" (account_id, user_id, phc) VALUES (1, 2, '$argon2id$v=19$m=19456,t=2,p=1$xlQImVB8roSTIyppCE9ZYg$GPk5NJh0pVjWTzkOQjJyXOZG7WNPob4zdYLFx9OC3+g');
INSERT INTO "user_passwords" (account_id, user_id, phc) VALUES (1, 3, '$argon2id$v=19$m=19456,t=2,p=1$5p8Rq4F2YVbI0sWYGRB1kg$d29KUvJ9vdcAt76iTBFpwR+VDMrV96Tw3g+7dVNtffg');
INSERT INTO "user_logins" (account_id, user_id, at, address) VALUES (1, 1, 1795375935318, '127.0.0.1');
INSERT INTO "user_logins" (account_id, user_id, at, address) VALUES (1, 2, 1795375935838, '127.0.0.1');
INSERT INTO "bodies" (account_id, hash, bytes) VALUES (1, X'AAE2C213D37BE884CB0D3A3FE22085A508F831B8FB344068458297CF24F752E4', X'7265766973696F6E206F6E65');
INSERT INTO "bodies" (account_id, hash, bytes) VALUES (1, X'FB465647ADFB00F1A07BF44E2DCAA6F2EB9D22970F9324A8B351AC3119AA95D0', X'7265766973696F6E2074776F');
INSERT INTO "profiles" (account_id, profile_id, guid, name, description, version, revision, body, size, schedule, import_schedule, marked, uploaded_by, uploaded_at, stamp) VALUES (1, 1, X'94D3D1C174724DC9A5E99EE763E23159', 'Finance documents', 'every night', 26, 2, X'FB465647ADFB00F1A07BF44E2DCAA6F2EB9D22970F9324A8B351AC3119AA95D0', 12, NULL, 0, 0, 'admin', 1795375935407, 10);
INSERT INTO "profile_groups" (account_id, profile_id, group_id) VALUES (1, 1, 1);
INSERT INTO "profile_revisions" (account_id, guid, revision, version, name, description, body, size, schedule, uploaded_by, uploaded_at) VALUES (1, X'94D3D1C174724DC9A5E99EE763E23159', 1, 26, 'Finance documents', 'every night', X'AAE2C213D37BE884CB0D3A3FE22085A508F831B8FB344068458297CF24F752E4', 12, NULL, 'admin', 1795375935366);
INSERT INTO "profile_revisions" (account_id, guid, revision, version, name, description, body, size, schedule, uploaded_by, uploaded_at) VALUES (1, X'94D3D1C174724DC9A5E99EE763E23159', 2, 26, 'Finance documents', 'every night', X'FB465647ADFB00F1A07BF44E2DCAA6F2EB9D22970F9324A8B351AC3119AA95D0', 12, NULL, 'admin', 1795375935407);
INSERT INTO "devices" (account_id, device_id, user_id, installation, computer, program, enrolled, stamp) VALUES (1, 1, 2, X'23C2544AF5F35C95E0704562A017C92F', 'pc-17', 'tests 1.0', 1795375935494, 11);
INSERT INTO "devices" (account_id, device_id, user_id, installation, computer, program, enrolled, stamp) VALUES (1, 2, 2, X'0A0B0C0D0E0F00010203040506070809', 'pc-17', 'tests 1.0', 1795375935827, 13);
INSERT INTO "device_seen" (account_id, device_id, at) VALUES (1, 1, 1795375935756);
INSERT INTO "allowlist" (account_id, allow_id, pattern, comment, stamp, kind) VALUES (1, 1, 'localhost', 'this machine', 1, 0);
INSERT INTO "tokens" (token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked, name, ceiling, below) VALUES (1541040719939288098, 2, 1, 2, 1, X'DDDAB278F84C0411CF9CFBC90E8D7D98CB158D26237A107B1A7BF231C0A16F46', 1795375935502, 1795375935502, NULL, 0, NULL, NULL, NULL);
INSERT INTO "tokens" (token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked, name, ceiling, below) VALUES (2570012510883215826, 2, 1, 2, 2, X'AC553C835B5F3B0E942E249B748BC4896943286F8D69EEBBE37A66D39B60AD77', 1795375935836, 1795375935836, NULL, 0, NULL, NULL, NULL);
INSERT INTO "tokens" (token_id, audience, account_id, user_id, device_id, hash, created, last_used, expires, revoked, name, ceiling, below) VALUES (4657817473642642143, 1, 1, 1, NULL, X'C4F7403D20F7476D942FE468BB704A367E44F7634ACD1B957A6D29875C4C52C5', 1795375935309, 1795375935847, 1795419135309, 0, NULL, NULL, NULL);
INSERT INTO "outcomes" (account_id, guid, device_id, revision, failure, at) VALUES (1, X'94D3D1C174724DC9A5E99EE763E23159', 1, 2, NULL, 1795375935556);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A204BEB03D71119C7184C14D2E5A04', 1, 1, 1795375935575, X'23C2544AF5F35C95E0704562A017C92F', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A204BEB06A72F3A4D9D28588BB3A31', 1, 2, 1795375935615, X'23C2544AF5F35C95E0704562A017C92F', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A204BEB09A71368E446D45C4B0147B', 1, 3, 1795375935671, X'23C2544AF5F35C95E0704562A017C92F', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A204BEB0C27AE195ECD2EDEC8E90E1', 1, 4, 1795375935703, X'23C2544AF5F35C95E0704562A017C92F', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "runs" (account_id, run_id, device_id, sequence, received, installation, computer, login, profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error, gap) VALUES (1, X'01A204BEB0E67997BB68FB5D6D29E7E4', 1, 5, 1795375935743, X'23C2544AF5F35C95E0704562A017C92F', 'pc-17', 'carol', 'Finance documents', X'94D3D1C174724DC9A5E99EE763E23159', 26, 2, 1, '', 1, 0, 1795000000000, 1795000000000, NULL, 0, 'carol', 1, 1795000001000, 3, 0, 0, 4096, 0, 0, NULL, '', NULL);
INSERT INTO "sequences" (account_id, installation, highest) VALUES (1, X'23C2544AF5F35C95E0704562A017C92F', 5);
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (1, 1795375935174, 1, 'system', '', 'keys.rotate', '1', 'ok', 'first start', X'F34DA475B8288C31755FAEDDF812E20FEFD1EA8C533D2CBA2DA2ED38E6CA3EBB');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (2, 1795375935246, 1, 'setup', '127.0.0.1', 'server.claim', 'admin', 'ok', '', X'84DDE4E7FD323D380163EAA19F1AF946619C7D930BA1FEC0D8CDC14993938ADB');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (3, 1795375935319, 1, 'admin', '127.0.0.1', 'session.login', '', 'ok', '', X'417FBA5BEA845892C92B25F6B1172A837A2FF64119B703601F1749C3CBFF0D3E');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (4, 1795375935323, 1, 'admin', '127.0.0.1', 'group.create', 'Finance', 'ok', '', X'7DBAE10E819214BAD01103688A4CABA177827EC24C542206ADE23595C22E5D7E');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (5, 1795375935326, 1, 'admin', '127.0.0.1', 'security_profile.create', 'End user', 'ok', 'rights +run_manually +restore', X'0EA5DC4B5950E561A6BEB5C296165B2A67CE357990D7F7C9093F0D06566D03F4');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (6, 1795375935362, 1, 'admin', '127.0.0.1', 'user.create', 'carol', 'ok', 'security profile End user, groups +Finance', X'69DBAF842F93DBA6957BDBA8C5E836E1FEDF35C314ECBDAF5E82B2AAD7B8E271');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (7, 1795375935366, 1, 'admin', '127.0.0.1', 'profile.upload', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'revision 1 of `Finance documents`', X'073F0DB76004BF5E1794C564B7813A56DE8C788CCFE533EAF9B50C648D96D39A');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (8, 1795375935369, 1, 'admin', '127.0.0.1', 'profile.modify', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'groups +Finance', X'3F2829AD5254BE7F1B78E1FDE173A9ECBA778FF03E1F89D8C875BAA30A89F3E2');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (9, 1795375935403, 1, 'admin', '127.0.0.1', 'user.create', 'dora', 'ok', '', X'DDA6FBAE0AE56CD297C98CD4AB6EBAD5830E42ADB791338DBAE4661943536C97');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (10, 1795375935407, 1, 'admin', '127.0.0.1', 'profile.upload', '94D3D1C174724DC9A5E99EE763E23159', 'ok', 'revision 2 of `Finance documents`', X'43075AA0F47BC9286EED1A893194801768EFB8BD2B30FFEC4742016C6FA06141');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (11, 1795375935494, 1, 'carol', '127.0.0.1', 'device.enrol', '23c2544af5f35c95e0704562a017c92f', 'ok', '`pc-17`', X'BA0A889A9543D42C1D7B374CBAF2F8C7702CAF3E6D0625C861602583CC227C3E');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (12, 1795375935509, 1, 'carol', '127.0.0.1', 'device.login', '23c2544af5f35c95e0704562a017c92f', 'ok', '', X'5990CABD5725E59762A28A3EEBE0239421207CFE24E83E96E22FDABDF28AC0BA');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (13, 1795375935827, 1, 'carol', '127.0.0.1', 'device.enrol', '0a0b0c0d0e0f00010203040506070809', 'ok', '`pc-17`', X'E5EC6EB06C9A7EA0D21F2F5A8BA896FC63047DFD69C513F3F5F1D5B7705BBD72');
INSERT INTO "audit" (number, at, account_id, actor, address, act, object, outcome, detail, hash) VALUES (14, 1795375935841, 1, 'carol', '127.0.0.1', 'device.login', '0a0b0c0d0e0f00010203040506070809', 'ok', '', X'B466A41B7F15CAB506765E6EBB0C44DD0CAB26AB7E68B27B93286B38E4038A6C');
INSERT INTO "holders" (account_id, guid, device_id, revision, fetched_at) VALUES (1, X'94D3D1C174724DC9A5E99EE763E23159', 1, 2, 1795375935542);
INSERT INTO "tasks" (name, turn, due, begun, lease_until, done, failed, failure) VALUES ('attempts', 1, 1795376535246, 1795375935246, NULL, 1795375935262, NULL, NULL);
INSERT INTO "tasks" (name, turn, due, begun, lease_until, done, failed, failure) VALUES ('ended_tokens', 1, 1795376535214, 1795375935214, NULL, 1795375935224, NULL, NULL);
INSERT INTO "tasks" (name, turn, due, begun, lease_until, done, failed, failure) VALUES ('months', 1, 1795462335270, 1795375935270, NULL, 1795375935271, NULL, NULL);
INSERT INTO "tasks" (name, turn, due, begun, lease_until, done, failed, failure) VALUES ('reservations', 1, 1795379535198, 1795375935198, NULL, 1795375935206, NULL, NULL);
INSERT INTO "filled" (account_id, stored, reserved) VALUES (1, 0, 0);
INSERT INTO "audit_accounts" (account_id, number) VALUES (1, 1);
INSERT INTO "audit_accounts" (account_id, number) VALUES (1, 2);
INSERT INTO "audit_accounts" (account_id, number) VALUES (1, 3);
INSERT INTO "audit_accounts" (account_id, number) VALUES (1, 4);
INSERT INTO "audit_accounts" (account_id, number) VALUES (1, 5);
INSERT INTO "audit_accounts" (account_id, number) VALUES (1, 6);
INSERT INTO "audit_accounts" (account_id, number) VALUES (1, 7);
INSERT INTO "audit_accounts" (account_id, number) VALUES (1, 8);
INSERT INTO "audit_accounts" (account_id, number) VALUES (1, 9);
INSERT INTO "audit_accounts" (account_id, number) VALUES (1, 10);
INSERT INTO "audit_accounts" (account_id, number) VALUES (1, 11);
INSERT INTO "audit_accounts" (account_id, number) VALUES (1, 12);
INSERT INTO "audit_accounts" (account_id, number) VALUES (1, 13);
INSERT INTO "audit_accounts" (account_id, number) VALUES (1, 14);
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
