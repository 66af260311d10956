CREATE INDEX run_detail ON run (detail, sequence) WHERE acknowledged IS NULL;
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
CREATE TABLE outbox (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    records INTEGER NOT NULL,
    bytes   INTEGER NOT NULL
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
, detail INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE sqlite_sequence(name,seq);
CREATE TABLE stored (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    data TEXT NOT NULL,
    sum  BLOB NOT NULL
) STRICT;
CREATE TABLE trust (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    bytes   BLOB NOT NULL,
    machine BLOB NOT NULL,
    seal    BLOB NOT NULL
) STRICT;
CREATE TRIGGER run_changes AFTER UPDATE ON run BEGIN
    UPDATE outbox SET
        records = records + (new.acknowledged IS NULL) - (old.acknowledged IS NULL),
        bytes = bytes + iif(new.acknowledged IS NULL, octet_length(new.data), 0)
                      - iif(old.acknowledged IS NULL, octet_length(old.data), 0);
END;
CREATE TRIGGER run_comes AFTER INSERT ON run WHEN new.acknowledged IS NULL BEGIN
    UPDATE outbox SET records = records + 1, bytes = bytes + octet_length(new.data);
END;
CREATE TRIGGER run_goes AFTER DELETE ON run WHEN old.acknowledged IS NULL BEGIN
    UPDATE outbox SET records = records - 1, bytes = bytes - octet_length(old.data);
END;
