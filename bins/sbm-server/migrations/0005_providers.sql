-- Migration 5. What service providers need of the accounts: who may do what there, how they are reached, what becomes of them.

-- Roles that somebody made, each a row of the matrix: two bits a task. They are for users of their account and of those below.
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

-- Who has which role at which account, besides those at his own: one that is built in, by its number, or one that was made.
CREATE TABLE grants (
    account_id INTEGER NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    grant_id   INTEGER NOT NULL UNIQUE,
    user_id    INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    built_in   INTEGER,
    role_id    INTEGER REFERENCES custom_roles (role_id) ON DELETE CASCADE,
    stamp      INTEGER NOT NULL,
    PRIMARY KEY (account_id, grant_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_by_user ON grants (user_id);
CREATE INDEX grants_by_role ON grants (role_id);

-- Codes by mail and short message (RUN-8). Whether an account asks a second factor of all below it.
ALTER TABLE accounts ADD COLUMN second_factor INTEGER NOT NULL DEFAULT 0 CHECK (second_factor IN (0, 1));

-- Addresses that their users confirmed, sealed under the secret `factor`. `channel` 1: mail, 2: short message.
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

-- The one code that was sent to a user and counts, by a hash under that secret: what for, when, and how often it was guessed at.
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

-- How many codes were sent in an hour, counted from 1970: to a user, and to all of an account (user 0).
CREATE TABLE sendings (
    account_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    hour       INTEGER NOT NULL,
    codes      INTEGER NOT NULL,
    PRIMARY KEY (account_id, user_id, hour)
) STRICT, WITHOUT ROWID;

-- Orders to erase what deleted accounts stored, until the storage acknowledged them and for a year after (ACC-8).
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
CREATE INDEX erase_orders_due ON erase_orders (due) WHERE done IS NULL;

-- Companies: the agent that serves an account (ACC-10), the images that its branding names (ACC-3), and what was said and is to be
-- said. `kind` of a communication 1: a call, 2: e-mail, 3: a letter, 4: a meeting, 5: another.
ALTER TABLE accounts ADD COLUMN agent INTEGER;
CREATE TABLE branding_images (
    account_id INTEGER NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    bytes      BLOB NOT NULL,
    PRIMARY KEY (account_id, hash)
) STRICT;
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
CREATE INDEX communications_by_account ON communications (account_id);

-- Backup accounts (ACC-11, ACC-12): the user whose password is the account's secret, and the device that it is on. `fence` is
-- raised whenever a device takes the account or is released; 0 until one first took it.
CREATE TABLE silos (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (account_id) ON DELETE CASCADE,
    own_user   INTEGER UNIQUE,
    fence      INTEGER NOT NULL,
    holder     INTEGER
) STRICT;

-- History by time, of all accounts (HIS-5): what is seen of a large part of them is found among the newest.
CREATE INDEX runs_newest ON runs (profile_start);
