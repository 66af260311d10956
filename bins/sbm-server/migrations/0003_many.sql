-- Migration 3. Several servers on one database: who they are, what they do in turn, what they count together.
--
-- In these tables times are by the database's clock, which all servers share. In SQLite, where the lock of the file lets
-- one server in, most of them stay empty: a program that knows schema 2 decides as this one does, and may use the file.

-- The servers that answer by these facts (RUN-7). Each start has an id of its own. Without an end of its lease a server
-- lives as long as it holds the lock of the file.
CREATE TABLE servers (
    server_id   BLOB PRIMARY KEY CHECK (length(server_id) = 16),
    name        TEXT NOT NULL,
    program     TEXT NOT NULL,
    started     INTEGER NOT NULL,
    lease_until INTEGER,
    confirmed   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Work that is due now and then, and that one server does for all. `turn` counts who took it; `lease_until` is there while
-- somebody is at it, and behind it somebody else takes it.
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

-- Attempts to log in and what became of them, in one order for all servers (RUN-6). Names are hashes.
CREATE TABLE attempts (
    attempt INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    name    BLOB NOT NULL CHECK (length(name) = 32),
    network TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_by_time ON attempts (at);
INSERT INTO next_numbers (kind, next) VALUES ('attempt', 1);

-- Which tokens ended with a revision, as JSON, so that other servers forget them (RUN-7). Missing where a program of before
-- committed.
ALTER TABLE change_log ADD COLUMN revoked TEXT;

-- Which server has the file of the setup code (RUN-2).
ALTER TABLE setup_code ADD COLUMN place TEXT;

-- What all servers share and nobody else may read: keys, sealed under the key file that each server has.
CREATE TABLE secrets (
    name   TEXT PRIMARY KEY,
    nonce  BLOB NOT NULL CHECK (length(nonce) = 24),
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What is left of the runs of an installation that were past retention (HIS-7): the highest id and the highest number among
-- them. A run that is not there and is above neither is one of them.
CREATE TABLE pruned (
    account_id   INTEGER NOT NULL,
    installation BLOB NOT NULL,
    run_id       BLOB NOT NULL CHECK (length(run_id) = 16),
    sequence     INTEGER NOT NULL,
    PRIMARY KEY (account_id, installation)
) STRICT, WITHOUT ROWID;

-- Which move to another database this one is part of (DOOR-2). `role` 1: it is or was moved to `place`; 2: it is being
-- filled from there. `epoch` is the one that the move publishes. `part` and `done` say how many tables and how many rows of
-- the next one are there; in a database that was left, `part` 1 says that all of it is there.
CREATE TABLE relocation (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    move  BLOB NOT NULL CHECK (length(move) = 16),
    role  INTEGER NOT NULL CHECK (role IN (1, 2)),
    place TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    part  INTEGER NOT NULL,
    done  INTEGER NOT NULL
) STRICT;
