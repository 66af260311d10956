-- The client's cache, version 3: what the host says that it stores (ACC-5). Frozen.

CREATE TABLE stored (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    data TEXT NOT NULL,
    sum  BLOB NOT NULL
) STRICT;
