-- Migration 3, the first of PostgreSQL: what migrations 1 to 3 of SQLite amount to. Frozen once released: what comes later is
-- a migration of its own, with one number in both databases.
--
-- Everything is in the schema `sbm`. Every key carries the account. Times are milliseconds since 1970. Rows of the directory
-- have the revision at which they last changed as their stamp. GUIDs and hashes are bytes. Texts are compared by their bytes,
-- whatever the database's own order is.

-- What is never changed says so itself, whoever asks.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$;

-- The one revision, raised by compare-and-swap with every commit (OFF-3). Whoever listens hears of it after the commit.
CREATE TABLE revision (
    one     bigint PRIMARY KEY CHECK (one = 1),
    value   bigint NOT NULL CHECK (value > 0)
);
CREATE FUNCTION tell_revision() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_notify('sbm_revision', NEW.value::text); RETURN NULL; END $$;
CREATE TRIGGER revision_told AFTER UPDATE ON revision FOR EACH ROW EXECUTE FUNCTION tell_revision();

-- What was committed at each revision, as JSON, for other servers; and which tokens ended with it (RUN-7).
CREATE TABLE change_log (
    revision bigint PRIMARY KEY,
    changes  text COLLATE "C" NOT NULL,
    revoked  text COLLATE "C"
);

-- The mark of each revision, which tells it from one of the same number in another history of this server (OFF-3).
CREATE TABLE marks (
    revision bigint PRIMARY KEY,
    mark     bigint NOT NULL
);

-- The lowest number of each kind that was never given; numbers are not given twice.
CREATE TABLE next_numbers (
    kind    text COLLATE "C" PRIMARY KEY,
    next    bigint NOT NULL CHECK (next > 0)
);

CREATE TABLE server (
    one         bigint PRIMARY KEY CHECK (one = 1),
    claimed     boolean NOT NULL,
    epoch       bigint NOT NULL,
    keys        text COLLATE "C",
    stamp       bigint NOT NULL,
    max_offline bigint
);

CREATE TABLE accounts (
    account_id bigint PRIMARY KEY,
    parent_id  bigint REFERENCES accounts (account_id),
    name       text COLLATE "C" NOT NULL,
    name_key   text COLLATE "C" NOT NULL,
    state      bigint NOT NULL,
    stamp      bigint NOT NULL
);
CREATE UNIQUE INDEX accounts_by_name ON accounts (coalesce(parent_id, 0), name_key);

CREATE TABLE security_profiles (
    account_id          bigint NOT NULL REFERENCES accounts (account_id),
    security_profile_id bigint NOT NULL UNIQUE,
    name                text COLLATE "C" NOT NULL,
    name_key            text COLLATE "C" NOT NULL,
    description         text COLLATE "C" NOT NULL,
    rights              bigint NOT NULL,
    built_in            boolean NOT NULL,
    stamp               bigint NOT NULL,
    PRIMARY KEY (account_id, security_profile_id),
    UNIQUE (account_id, name_key)
);

CREATE TABLE groups (
    account_id  bigint NOT NULL REFERENCES accounts (account_id),
    group_id    bigint NOT NULL UNIQUE,
    name        text COLLATE "C" NOT NULL,
    name_key    text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    stamp       bigint NOT NULL,
    PRIMARY KEY (account_id, group_id),
    UNIQUE (account_id, name_key)
);

CREATE TABLE users (
    account_id          bigint NOT NULL REFERENCES accounts (account_id),
    user_id             bigint NOT NULL UNIQUE,
    name                text COLLATE "C" NOT NULL,
    name_key            text COLLATE "C" NOT NULL,
    description         text COLLATE "C" NOT NULL,
    disabled            boolean NOT NULL,
    built_in            boolean NOT NULL,
    roles               bigint NOT NULL,
    security_profile_id bigint REFERENCES security_profiles (security_profile_id),
    stamp               bigint NOT NULL,
    PRIMARY KEY (account_id, user_id),
    UNIQUE (account_id, name_key)
);
CREATE INDEX users_by_security_profile ON users (security_profile_id);

CREATE TABLE user_groups (
    account_id bigint NOT NULL,
    user_id    bigint NOT NULL,
    group_id   bigint NOT NULL REFERENCES groups (group_id),
    PRIMARY KEY (account_id, user_id, group_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX user_groups_by_group ON user_groups (group_id);

-- Hashes in PHC form, apart from the users, so that no list of users can hold one.
CREATE TABLE user_passwords (
    account_id bigint NOT NULL,
    user_id    bigint NOT NULL,
    phc        text COLLATE "C" NOT NULL,
    PRIMARY KEY (account_id, user_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE user_logins (
    account_id bigint NOT NULL,
    user_id    bigint NOT NULL,
    at         bigint NOT NULL,
    address    text COLLATE "C" NOT NULL,
    PRIMARY KEY (account_id, user_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE bodies (
    account_id bigint NOT NULL REFERENCES accounts (account_id),
    hash       bytea NOT NULL CHECK (octet_length(hash) = 32),
    bytes      bytea NOT NULL,
    PRIMARY KEY (account_id, hash)
);

CREATE TABLE profiles (
    account_id      bigint NOT NULL REFERENCES accounts (account_id),
    profile_id      bigint NOT NULL UNIQUE,
    guid            bytea NOT NULL CHECK (octet_length(guid) = 16),
    name            text COLLATE "C" NOT NULL,
    description     text COLLATE "C" NOT NULL,
    version         bigint NOT NULL,
    revision        bigint NOT NULL CHECK (revision > 0),
    body            bytea NOT NULL,
    size            bigint NOT NULL,
    schedule        bytea,
    import_schedule boolean NOT NULL,
    marked          boolean NOT NULL,
    uploaded_by     text COLLATE "C" NOT NULL,
    uploaded_at     bigint NOT NULL,
    stamp           bigint NOT NULL,
    PRIMARY KEY (account_id, profile_id),
    UNIQUE (account_id, guid),
    FOREIGN KEY (account_id, body) REFERENCES bodies (account_id, hash),
    FOREIGN KEY (account_id, schedule) REFERENCES bodies (account_id, hash)
);

CREATE TABLE profile_groups (
    account_id bigint NOT NULL,
    profile_id bigint NOT NULL,
    group_id   bigint NOT NULL REFERENCES groups (group_id),
    PRIMARY KEY (account_id, profile_id, group_id),
    FOREIGN KEY (account_id, profile_id) REFERENCES profiles (account_id, profile_id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX profile_groups_by_group ON profile_groups (group_id);

-- What a managed profile was at each revision, for ever (PRO-4).
CREATE TABLE profile_revisions (
    account_id  bigint NOT NULL,
    guid        bytea NOT NULL CHECK (octet_length(guid) = 16),
    revision    bigint NOT NULL CHECK (revision > 0),
    version     bigint NOT NULL,
    name        text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    body        bytea NOT NULL,
    size        bigint NOT NULL,
    schedule    bytea,
    uploaded_by text COLLATE "C" NOT NULL,
    uploaded_at bigint NOT NULL,
    PRIMARY KEY (account_id, guid, revision),
    FOREIGN KEY (account_id, body) REFERENCES bodies (account_id, hash),
    FOREIGN KEY (account_id, schedule) REFERENCES bodies (account_id, hash)
);
CREATE TRIGGER profile_revisions_stay BEFORE UPDATE ON profile_revisions
    FOR EACH ROW EXECUTE FUNCTION refuse('a revision is never changed');
CREATE TRIGGER profile_revisions_last BEFORE DELETE ON profile_revisions
    FOR EACH ROW EXECUTE FUNCTION refuse('a revision is never removed');
CREATE TRIGGER profile_revisions_all_last BEFORE TRUNCATE ON profile_revisions EXECUTE FUNCTION refuse('a revision is never removed');

-- What is left of a managed profile whose record was deleted (PRO-7). Its revisions go on from here if it comes again.
CREATE TABLE tombstones (
    account_id bigint NOT NULL REFERENCES accounts (account_id),
    guid       bytea NOT NULL CHECK (octet_length(guid) = 16),
    name       text COLLATE "C" NOT NULL,
    revision   bigint NOT NULL CHECK (revision > 0),
    deleted_by text COLLATE "C" NOT NULL,
    deleted_at bigint NOT NULL,
    stamp      bigint NOT NULL,
    PRIMARY KEY (account_id, guid)
);

CREATE TABLE devices (
    account_id   bigint NOT NULL REFERENCES accounts (account_id),
    device_id    bigint NOT NULL UNIQUE,
    user_id      bigint NOT NULL,
    installation bytea NOT NULL CHECK (octet_length(installation) = 16),
    computer     text COLLATE "C" NOT NULL,
    program      text COLLATE "C" NOT NULL,
    enrolled     bigint NOT NULL,
    stamp        bigint NOT NULL,
    PRIMARY KEY (account_id, device_id),
    UNIQUE (account_id, installation)
);

CREATE TABLE device_seen (
    account_id bigint NOT NULL,
    device_id  bigint NOT NULL,
    at         bigint NOT NULL,
    PRIMARY KEY (account_id, device_id),
    FOREIGN KEY (account_id, device_id) REFERENCES devices (account_id, device_id) ON DELETE CASCADE ON UPDATE CASCADE
);

-- 0 a pattern of addresses, 1 a pattern of host names (NET-2).
CREATE TABLE allowlist (
    account_id bigint NOT NULL REFERENCES accounts (account_id),
    allow_id   bigint NOT NULL UNIQUE,
    pattern    text COLLATE "C" NOT NULL,
    comment    text COLLATE "C" NOT NULL,
    stamp      bigint NOT NULL,
    kind       bigint NOT NULL CHECK (kind IN (0, 1)),
    PRIMARY KEY (account_id, allow_id)
);

-- Tokens by their SHA-256 (RUN-7). A token ends with its user and its device.
CREATE TABLE tokens (
    token_id   bigint PRIMARY KEY,
    audience   bigint NOT NULL,
    account_id bigint NOT NULL,
    user_id    bigint NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    device_id  bigint REFERENCES devices (device_id) ON DELETE CASCADE,
    hash       bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    created    bigint NOT NULL,
    last_used  bigint NOT NULL,
    expires    bigint,
    revoked    boolean NOT NULL
);
CREATE INDEX tokens_by_user ON tokens (user_id);
CREATE INDEX tokens_by_device ON tokens (device_id);

CREATE TABLE setup_code (
    one     bigint PRIMARY KEY CHECK (one = 1),
    hash    bytea NOT NULL CHECK (octet_length(hash) = 32),
    expires bigint,
    wrong   bigint NOT NULL,
    place   text COLLATE "C"
);

-- Which device ever fetched which managed profile, and the revision that it fetched last (PRO-7). What it made of it is in
-- `outcomes`, the newest word of each device on each managed profile (PRO-8). Both go with the device.
CREATE TABLE holders (
    account_id bigint NOT NULL,
    guid       bytea NOT NULL CHECK (octet_length(guid) = 16),
    device_id  bigint NOT NULL REFERENCES devices (device_id) ON DELETE CASCADE,
    revision   bigint NOT NULL,
    fetched_at bigint NOT NULL,
    PRIMARY KEY (account_id, guid, device_id)
);
CREATE INDEX holders_by_device ON holders (device_id);
CREATE TABLE outcomes (
    account_id bigint NOT NULL,
    guid       bytea NOT NULL CHECK (octet_length(guid) = 16),
    device_id  bigint NOT NULL,
    revision   bigint NOT NULL,
    failure    text COLLATE "C",
    at         bigint NOT NULL,
    PRIMARY KEY (account_id, guid, device_id)
);
CREATE INDEX outcomes_by_device ON outcomes (device_id);
CREATE FUNCTION drop_outcomes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN DELETE FROM sbm.outcomes WHERE device_id = OLD.device_id; RETURN NULL; END $$;
CREATE TRIGGER outcomes_go_with_the_device AFTER DELETE ON devices FOR EACH ROW EXECUTE FUNCTION drop_outcomes();

-- Up to which revision the running server has followed commits of other processes (RUN-3).
CREATE TABLE followed (
    one      bigint PRIMARY KEY CHECK (one = 1),
    revision bigint NOT NULL
);

-- History (HIS-1), in parts by month. Run ids are UUIDs of version 7, which begin with the time: a run that is sent again
-- meets itself in the part it is in, and the ends of each part grow. What no month was made for, such as runs of a clock that
-- is years off, is in `runs_wild`. A run is known by its id and the installation it comes from. Names are copied in and
-- nothing of it refers to what can be dropped (HIS-4). `arrival` is the order in which runs came. `words` are the texts that a
-- search looks at, in lower case, which a database does otherwise than we do beyond ASCII.
CREATE SEQUENCE runs_arrival;
CREATE TABLE runs (
    account_id       bigint NOT NULL,
    run_id           bytea NOT NULL CHECK (octet_length(run_id) = 16),
    device_id        bigint NOT NULL,
    sequence         bigint NOT NULL CHECK (sequence > 0),
    received         bigint NOT NULL,
    installation     bytea NOT NULL CHECK (octet_length(installation) = 16),
    computer         text COLLATE "C" NOT NULL,
    login            text COLLATE "C" NOT NULL,
    profile_name     text COLLATE "C" NOT NULL,
    profile_guid     bytea CHECK (octet_length(profile_guid) = 16),
    profile_version  bigint NOT NULL,
    profile_revision bigint NOT NULL,
    kind             bigint NOT NULL,
    kind_text        text COLLATE "C" NOT NULL,
    begun_by         bigint NOT NULL,
    restore          boolean NOT NULL,
    thread_start     bigint NOT NULL,
    profile_start    bigint NOT NULL,
    group_start      bigint,
    utc_offset       bigint NOT NULL,
    os_user          text COLLATE "C" NOT NULL,
    result           bigint NOT NULL,
    ended            bigint NOT NULL,
    files_copied     bigint NOT NULL,
    files_deleted    bigint NOT NULL,
    files_failed     bigint NOT NULL,
    bytes_copied     bigint NOT NULL,
    bytes_deleted    bigint NOT NULL,
    bytes_failed     bigint NOT NULL,
    bytes_stored     bigint,
    error            text COLLATE "C" NOT NULL,
    gap              text COLLATE "C",
    words            text COLLATE "C" NOT NULL,
    arrival          bigint NOT NULL DEFAULT nextval('sbm.runs_arrival'),
    UNIQUE (account_id, run_id, installation)
) PARTITION BY RANGE (run_id);
CREATE TABLE runs_wild PARTITION OF runs DEFAULT;
CREATE INDEX runs_by_time ON runs (account_id, profile_start, run_id, device_id);
CREATE TRIGGER runs_stay BEFORE UPDATE ON runs FOR EACH ROW EXECUTE FUNCTION refuse('a run is never changed');

-- What is left of a run that an administrator deleted: enough to know it again (HIS-3).
CREATE TABLE run_stubs (
    account_id   bigint NOT NULL,
    run_id       bytea NOT NULL,
    installation bytea NOT NULL,
    sequence     bigint NOT NULL,
    PRIMARY KEY (account_id, installation, run_id)
);

-- What is left of the runs of an installation that were past retention (HIS-7): the highest id and the highest number among
-- them. A run that is not there and is above neither is one of them.
CREATE TABLE pruned (
    account_id   bigint NOT NULL,
    installation bytea NOT NULL,
    run_id       bytea NOT NULL CHECK (octet_length(run_id) = 16),
    sequence     bigint NOT NULL,
    PRIMARY KEY (account_id, installation)
);

-- How far the history of each installation is, deleted runs included.
CREATE TABLE sequences (
    account_id   bigint NOT NULL,
    installation bytea NOT NULL,
    highest      bigint NOT NULL,
    PRIMARY KEY (account_id, installation)
);

-- Records that break the rules, whole, each text once (HIS-3).
CREATE TABLE set_aside (
    account_id bigint NOT NULL,
    device_id  bigint NOT NULL,
    hash       bytea NOT NULL CHECK (octet_length(hash) = 32),
    received   bigint NOT NULL,
    reason     text COLLATE "C" NOT NULL,
    raw        text COLLATE "C" NOT NULL,
    PRIMARY KEY (account_id, device_id, hash)
);

-- The audit log (RUN-12). The next number is kept apart, so that a cut-off end is found too.
CREATE TABLE audit (
    number     bigint PRIMARY KEY,
    at         bigint NOT NULL,
    account_id bigint NOT NULL,
    actor      text COLLATE "C" NOT NULL,
    address    text COLLATE "C" NOT NULL,
    act        text COLLATE "C" NOT NULL,
    object     text COLLATE "C" NOT NULL,
    outcome    text COLLATE "C" NOT NULL,
    detail     text COLLATE "C" NOT NULL,
    hash       bytea NOT NULL CHECK (octet_length(hash) = 32)
);
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION refuse('the audit log is never changed');
CREATE TRIGGER audit_lasts BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse('the audit log is never shortened');
CREATE TRIGGER audit_all_lasts BEFORE TRUNCATE ON audit EXECUTE FUNCTION refuse('the audit log is never shortened');

-- In the next three tables times are by the database's clock, which all servers share.

-- The servers that answer by these facts (RUN-7). Each start has an id of its own.
CREATE TABLE servers (
    server_id   bytea PRIMARY KEY CHECK (octet_length(server_id) = 16),
    name        text COLLATE "C" NOT NULL,
    program     text COLLATE "C" NOT NULL,
    started     bigint NOT NULL,
    lease_until bigint,
    confirmed   bigint NOT NULL
);

-- Work that is due now and then, and that one server does for all. `turn` counts who took it; `lease_until` is there while
-- somebody is at it, and behind it somebody else takes it.
CREATE TABLE tasks (
    name        text COLLATE "C" PRIMARY KEY,
    turn        bigint NOT NULL,
    due         bigint NOT NULL,
    begun       bigint,
    lease_until bigint,
    done        bigint,
    failed      bigint,
    failure     text COLLATE "C"
);

-- Attempts to log in and what became of them, in one order for all servers (RUN-6). Names are hashes.
CREATE TABLE attempts (
    attempt bigint PRIMARY KEY,
    at      bigint NOT NULL,
    outcome bigint NOT NULL,
    name    bytea NOT NULL CHECK (octet_length(name) = 32),
    network text COLLATE "C" NOT NULL
);
CREATE INDEX attempts_by_time ON attempts (at);

-- What all servers share and nobody else may read: keys, sealed under the key file that each server has.
CREATE TABLE secrets (
    name   text COLLATE "C" PRIMARY KEY,
    nonce  bytea NOT NULL CHECK (octet_length(nonce) = 24),
    sealed bytea NOT NULL
);

-- Which move to another database this one is part of (DOOR-2). `role` 1: it is or was moved to `place`; 2: it is being
-- filled from there. `epoch` is the one that the move publishes. `part` and `done` say how many tables and how many rows of
-- the next one are there; in a database that was left, `part` 1 says that all of it is there.
CREATE TABLE relocation (
    one   bigint PRIMARY KEY CHECK (one = 1),
    move  bytea NOT NULL CHECK (octet_length(move) = 16),
    role  bigint NOT NULL CHECK (role IN (1, 2)),
    place text COLLATE "C" NOT NULL,
    epoch bigint NOT NULL,
    part  bigint NOT NULL,
    done  bigint NOT NULL
);

-- A fresh server: one root organisation, `AllAccess`, `admin` without a password (RUN-2), and this machine alone (NET-1).
INSERT INTO revision (one, value) VALUES (1, 1);
INSERT INTO server (one, claimed, epoch, keys, stamp) VALUES (1, false, 0, NULL, 1);
INSERT INTO accounts (account_id, parent_id, name, name_key, state, stamp) VALUES (1, NULL, 'root', 'root', 0, 1);
INSERT INTO security_profiles (account_id, security_profile_id, name, name_key, description, rights, built_in, stamp)
    VALUES (1, 1, 'AllAccess', 'allaccess', 'every present and future right', 1, true, 1);
INSERT INTO users (account_id, user_id, name, name_key, description, disabled, built_in, roles, security_profile_id, stamp)
    VALUES (1, 1, 'admin', 'admin', 'the built-in superuser', false, true, 1, 1, 1);
INSERT INTO allowlist (account_id, allow_id, kind, pattern, comment, stamp)
    VALUES (1, 1, 0, 'localhost', 'this machine', 1);
INSERT INTO next_numbers (kind, next)
    VALUES ('account', 2), ('user', 2), ('group', 1), ('security_profile', 2), ('profile', 1), ('device', 1), ('allow', 2), ('audit', 1),
    ('attempt', 1);
