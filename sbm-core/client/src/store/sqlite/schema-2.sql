-- The client's cache, version 2: the outbox knows how full it is and what it can give up (ERR-3). Frozen.

-- How much of a record is there: 0 all, 1 all but the error text, 2 the bare run, 3 a gap.
ALTER TABLE run ADD COLUMN detail INTEGER NOT NULL DEFAULT 0;

CREATE INDEX run_detail ON run (detail, sequence) WHERE acknowledged IS NULL;

-- How many records wait, and how many bytes they have.
CREATE TABLE outbox (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    records INTEGER NOT NULL,
    bytes   INTEGER NOT NULL
) STRICT;

INSERT INTO outbox (one, records, bytes)
    SELECT 1, count(*), coalesce(sum(octet_length(data)), 0) FROM run WHERE acknowledged IS NULL;

CREATE TRIGGER run_comes AFTER INSERT ON run WHEN new.acknowledged IS NULL BEGIN
    UPDATE outbox SET records = records + 1, bytes = bytes + octet_length(new.data);
END;

CREATE TRIGGER run_goes AFTER DELETE ON run WHEN old.acknowledged IS NULL BEGIN
    UPDATE outbox SET records = records - 1, bytes = bytes - octet_length(old.data);
END;

CREATE TRIGGER run_changes AFTER UPDATE ON run BEGIN
    UPDATE outbox SET
        records = records + (new.acknowledged IS NULL) - (old.acknowledged IS NULL),
        bytes = bytes + iif(new.acknowledged IS NULL, octet_length(new.data), 0)
                      - iif(old.acknowledged IS NULL, octet_length(old.data), 0);
END;
