-- The client's cache, version 3: what the host says that it stores (ACC-5). Frozen.

CREATE TABLE stored (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    data TEXT NOT NULL,
    sum  BLOB NOT NULL
) STRICT;

-- Nothing was said yet. It fills the end of its page, so that a file that was cut off is noticed.
INSERT INTO stored (one, data, sum) VALUES (1, '{"number":0,"bytes":0}', X'FA7BF4065E7F3B3EEDB2050DF5F3F11693F0D3A160EE250910C9190AB7528682');
