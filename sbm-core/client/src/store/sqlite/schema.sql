-- The client's cache, version 1. Frozen: a change is a new version with a migration.
-- `sum` is the SHA-256 of `data`: SQLite itself does not notice a changed byte within a row.

CREATE TABLE trust (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    bytes   BLOB NOT NULL,
    machine BLOB NOT NULL,
    seal    BLOB NOT NULL
) STRICT;

CREATE TABLE body (
    hash  BLOB PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;

-- What the host has taken over.
CREATE TABLE applied (
    guid BLOB PRIMARY KEY,
    data TEXT NOT NULL,
    sum  BLOB NOT NULL
) STRICT;

-- What the host is asked to do, in the order of the ids.
CREATE TABLE queue (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    data TEXT NOT NULL UNIQUE,
    sum  BLOB NOT NULL
) STRICT;

-- What the host answered and the server has not heard.
CREATE TABLE outcome (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    data TEXT NOT NULL,
    sum  BLOB NOT NULL
) STRICT;

-- Runs that are going on, each with the lock file of the process that it belongs to.
CREATE TABLE mark (
    id    BLOB PRIMARY KEY,
    owner TEXT NOT NULL,
    guid  BLOB,
    data  TEXT NOT NULL,
    sum   BLOB NOT NULL
) STRICT;

-- Records of runs: waiting while `acknowledged` is null, then kept for a week.
CREATE TABLE run (
    sequence     INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE,
    acknowledged INTEGER,
    data         TEXT NOT NULL,
    sum          BLOB NOT NULL
) STRICT;

CREATE INDEX run_waiting ON run (sequence) WHERE acknowledged IS NULL;
CREATE INDEX run_kept ON run (acknowledged) WHERE acknowledged IS NOT NULL;

-- The last sequence number that was given.
CREATE TABLE counter (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    sequence INTEGER NOT NULL
) STRICT;

INSERT INTO counter (one, sequence) VALUES (1, 0);
