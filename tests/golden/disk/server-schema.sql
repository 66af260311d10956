CREATE UNIQUE INDEX accounts_by_name ON accounts (coalesce(parent_id, 0), name_key);
CREATE INDEX attempts_by_time ON attempts (at);
CREATE INDEX communications_by_account ON communications (account_id);
CREATE INDEX enrolments_by_account ON enrolments (account_id);
CREATE INDEX enrolments_by_user ON enrolments (user_id);
CREATE INDEX erase_orders_due ON erase_orders (due) WHERE done IS NULL;
CREATE INDEX gone_accounts_by_parent ON gone_accounts (parent_id);
CREATE INDEX grants_by_role ON grants (role_id);
CREATE INDEX grants_by_user ON grants (user_id);
CREATE INDEX half_logins_by_user ON half_logins (account_id, user_id);
CREATE INDEX holders_by_device ON holders (device_id);
CREATE INDEX outcomes_by_device ON outcomes (device_id);
CREATE INDEX profile_groups_by_group ON profile_groups (group_id);
CREATE INDEX reservations_by_device ON reservations (device_id);
CREATE INDEX reservations_by_time ON reservations (at);
CREATE INDEX runs_by_time ON runs (account_id, profile_start, run_id, device_id);
CREATE INDEX runs_newest ON runs (profile_start);
CREATE INDEX stored_by_device ON stored (device_id);
CREATE INDEX tokens_by_device ON tokens (device_id);
CREATE INDEX tokens_by_user ON tokens (user_id);
CREATE INDEX user_groups_by_group ON user_groups (group_id);
CREATE INDEX users_by_security_profile ON users (security_profile_id);
CREATE TABLE accounts (
    account_id INTEGER PRIMARY KEY,
    parent_id  INTEGER REFERENCES accounts (account_id),
    name       TEXT NOT NULL,
    name_key   TEXT NOT NULL,
    state      INTEGER NOT NULL,
    stamp      INTEGER NOT NULL
, kind INTEGER NOT NULL DEFAULT 2 CHECK (kind IN (0, 1, 2)), level INTEGER DEFAULT 3 CHECK (level BETWEEN 1 AND 5 AND kind = 2 OR level IS NULL AND kind <> 2), deletion INTEGER, quota_hard INTEGER, quota_soft INTEGER, policy TEXT, comment TEXT NOT NULL DEFAULT '', about TEXT, second_factor INTEGER NOT NULL DEFAULT 0 CHECK (second_factor IN (0, 1)), agent INTEGER) STRICT;
CREATE TABLE allowlist (
    account_id INTEGER NOT NULL REFERENCES accounts (account_id),
    allow_id   INTEGER NOT NULL UNIQUE,
    pattern    TEXT NOT NULL,
    comment    TEXT NOT NULL,
    stamp      INTEGER NOT NULL, kind INTEGER NOT NULL DEFAULT 0 CHECK (kind IN (0, 1)),
    PRIMARY KEY (account_id, allow_id)
) STRICT;
CREATE TABLE attempts (
    attempt INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    name    BLOB NOT NULL CHECK (length(name) = 32),
    network TEXT NOT NULL
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
CREATE TABLE audit_accounts (
    account_id INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    PRIMARY KEY (account_id, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE bodies (
    account_id INTEGER NOT NULL REFERENCES accounts (account_id),
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    bytes      BLOB NOT NULL,
    PRIMARY KEY (account_id, hash)
) STRICT;
CREATE TABLE branding_images (
    account_id INTEGER NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    bytes      BLOB NOT NULL,
    PRIMARY KEY (account_id, hash)
) STRICT;
CREATE TABLE change_log (
    revision INTEGER PRIMARY KEY,
    changes  TEXT NOT NULL
, revoked TEXT) STRICT;
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
CREATE TABLE device_seen (
    account_id INTEGER NOT NULL,
    device_id  INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (account_id, device_id),
    FOREIGN KEY (account_id, device_id) REFERENCES devices (account_id, device_id) ON DELETE CASCADE ON UPDATE CASCADE
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
CREATE TABLE filled (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (account_id) ON DELETE CASCADE,
    stored     INTEGER NOT NULL,
    reserved   INTEGER NOT NULL
) STRICT;
CREATE TABLE followed (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL
) STRICT;
CREATE TABLE gone_accounts (
    account_id INTEGER PRIMARY KEY,
    parent_id  INTEGER NOT NULL
) STRICT;
CREATE TABLE grants (
    account_id INTEGER NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    grant_id   INTEGER NOT NULL UNIQUE,
    user_id    INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    built_in   INTEGER,
    role_id    INTEGER REFERENCES custom_roles (role_id) ON DELETE CASCADE,
    stamp      INTEGER NOT NULL,
    PRIMARY KEY (account_id, grant_id)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE holders (
    account_id INTEGER NOT NULL,
    guid       BLOB NOT NULL CHECK (length(guid) = 16),
    device_id  INTEGER NOT NULL REFERENCES devices (device_id) ON DELETE CASCADE,
    revision   INTEGER NOT NULL,
    fetched_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, guid, device_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE marks (
    revision INTEGER PRIMARY KEY,
    mark     INTEGER NOT NULL
) STRICT;
CREATE TABLE migrations (
    version     INTEGER PRIMARY KEY,
    min_program INTEGER NOT NULL,
    sha256      TEXT NOT NULL
) STRICT;
CREATE TABLE next_numbers (
    kind    TEXT PRIMARY KEY,
    next    INTEGER NOT NULL CHECK (next > 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE outcomes (
    account_id INTEGER NOT NULL,
    guid       BLOB NOT NULL CHECK (length(guid) = 16),
    device_id  INTEGER NOT NULL,
    revision   INTEGER NOT NULL,
    failure    TEXT,
    at         INTEGER NOT NULL,
    PRIMARY KEY (account_id, guid, device_id)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE pruned (
    account_id   INTEGER NOT NULL,
    installation BLOB NOT NULL,
    run_id       BLOB NOT NULL CHECK (length(run_id) = 16),
    sequence     INTEGER NOT NULL,
    PRIMARY KEY (account_id, installation)
) STRICT, WITHOUT ROWID;
CREATE TABLE recovery_codes (
    account_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (account_id, user_id, hash),
    FOREIGN KEY (account_id, user_id) REFERENCES factors (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
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
CREATE TABLE reservations (
    account_id INTEGER NOT NULL,
    device_id  INTEGER NOT NULL,
    run_id     BLOB NOT NULL CHECK (length(run_id) = 16),
    bytes      INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (account_id, device_id, run_id),
    FOREIGN KEY (account_id, device_id) REFERENCES devices (account_id, device_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE revision (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    value   INTEGER NOT NULL CHECK (value > 0)
) STRICT;
CREATE TABLE run_stubs (
    account_id   INTEGER NOT NULL,
    run_id       BLOB NOT NULL,
    installation BLOB NOT NULL,
    sequence     INTEGER NOT NULL,
    PRIMARY KEY (account_id, installation, run_id)
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
CREATE TABLE secrets (
    name   TEXT PRIMARY KEY,
    nonce  BLOB NOT NULL CHECK (length(nonce) = 24),
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
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
CREATE TABLE sendings (
    account_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    hour       INTEGER NOT NULL,
    codes      INTEGER NOT NULL,
    PRIMARY KEY (account_id, user_id, hour)
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
CREATE TABLE sequences (
    account_id   INTEGER NOT NULL,
    installation BLOB NOT NULL,
    highest      INTEGER NOT NULL,
    PRIMARY KEY (account_id, installation)
) STRICT, WITHOUT ROWID;
CREATE TABLE server (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    claimed INTEGER NOT NULL CHECK (claimed IN (0, 1)),
    epoch   INTEGER NOT NULL,
    keys    TEXT,
    stamp   INTEGER NOT NULL
, max_offline INTEGER, second_factor TEXT) STRICT;
CREATE TABLE servers (
    server_id   BLOB PRIMARY KEY CHECK (length(server_id) = 16),
    name        TEXT NOT NULL,
    program     TEXT NOT NULL,
    started     INTEGER NOT NULL,
    lease_until INTEGER,
    confirmed   INTEGER NOT NULL
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
CREATE TABLE setup_code (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    hash    BLOB NOT NULL CHECK (length(hash) = 32),
    expires INTEGER,
    wrong   INTEGER NOT NULL
, place TEXT) STRICT;
CREATE TABLE silos (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (account_id) ON DELETE CASCADE,
    own_user   INTEGER UNIQUE,
    fence      INTEGER NOT NULL,
    holder     INTEGER
) STRICT;
CREATE TABLE stored (
    account_id INTEGER NOT NULL,
    device_id  INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    PRIMARY KEY (account_id, device_id),
    FOREIGN KEY (account_id, device_id) REFERENCES devices (account_id, device_id) ON DELETE CASCADE ON UPDATE CASCADE
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
CREATE TABLE user_groups (
    account_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    group_id   INTEGER NOT NULL REFERENCES groups (group_id),
    PRIMARY KEY (account_id, user_id, group_id),
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
CREATE TABLE user_passwords (
    account_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    phc        TEXT NOT NULL,
    PRIMARY KEY (account_id, user_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
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
CREATE TRIGGER audit_lasts BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is never shortened'); END;
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is never changed'); END;
CREATE TRIGGER outcomes_go_with_the_device AFTER DELETE ON devices BEGIN DELETE FROM outcomes WHERE device_id = old.device_id; END;
CREATE TRIGGER profile_revisions_last BEFORE DELETE ON profile_revisions
    WHEN NOT EXISTS (SELECT 1 FROM accounts WHERE account_id = OLD.account_id AND deletion = 0)
    BEGIN SELECT raise(ABORT, 'a revision is never removed'); END;
CREATE TRIGGER profile_revisions_stay BEFORE UPDATE ON profile_revisions BEGIN SELECT raise(ABORT, 'a revision is never changed'); END;
CREATE TRIGGER runs_stay BEFORE UPDATE ON runs BEGIN SELECT raise(ABORT, 'a run is never changed'); END;
