CREATE INDEX run_kept ON run (acknowledged) WHERE acknowledged IS NOT NULL;
CREATE INDEX run_waiting ON run (sequence) WHERE acknowledged IS NULL;
CREATE TABLE applied (
    guid BLOB PRIMARY KEY,
    data TEXT NOT NULL,
    sum  BLOB NOT NULL
) STRICT;
CREATE TABLE body (
    hash  BLOB PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;
CREATE TABLE counter (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    sequence INTEGER NOT NULL
) STRICT;
CREATE TABLE mark (
    id    BLOB PRIMARY KEY,
    owner TEXT NOT NULL,
    guid  BLOB,
    data  TEXT NOT NULL,
    sum   BLOB NOT NULL
) STRICT;
CREATE TABLE outcome (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    data TEXT NOT NULL,
    sum  BLOB NOT NULL
) STRICT;
CREATE TABLE queue (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    data TEXT NOT NULL UNIQUE,
    sum  BLOB NOT NULL
) STRICT;
CREATE TABLE run (
    sequence     INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE,
    acknowledged INTEGER,
    data         TEXT NOT NULL,
    sum          BLOB NOT NULL
) STRICT;
CREATE TABLE sqlite_sequence(name,seq);
CREATE TABLE trust (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    bytes   BLOB NOT NULL,
    machine BLOB NOT NULL,
    seal    BLOB NOT NULL
) STRICT;
