-- Migration 2. Host names in the allowlist, deleted profiles, who holds a profile, a longest time offline.

-- 0 a pattern of addresses, 1 a pattern of host names (NET-2).
ALTER TABLE allowlist ADD COLUMN kind INTEGER NOT NULL DEFAULT 0 CHECK (kind IN (0, 1));

-- After how many seconds without contact a client has only the floor left (OFF-3).
ALTER TABLE server ADD COLUMN max_offline INTEGER;

-- What is left of a managed profile whose record was deleted (PRO-7). Its revisions go on from here if it comes again.
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

-- Which device ever fetched which managed profile, and the revision that it fetched last (PRO-7). What it made of it is
-- in `outcomes`. Both go with the device: a removed device has nothing to answer for.
CREATE TABLE holders (
    account_id INTEGER NOT NULL,
    guid       BLOB NOT NULL CHECK (length(guid) = 16),
    device_id  INTEGER NOT NULL REFERENCES devices (device_id) ON DELETE CASCADE,
    revision   INTEGER NOT NULL,
    fetched_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, guid, device_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX holders_by_device ON holders (device_id);
CREATE INDEX outcomes_by_device ON outcomes (device_id);
CREATE TRIGGER outcomes_go_with_the_device AFTER DELETE ON devices BEGIN DELETE FROM outcomes WHERE device_id = old.device_id; END;

-- Up to which revision the running server has followed commits of other processes (RUN-3).
CREATE TABLE followed (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL
) STRICT;

-- What a record stands for that is no run: records that its device gave up because its outbox was full (ERR-3). JSON.
ALTER TABLE runs ADD COLUMN gap TEXT;
