-- Migration 5. What service providers need of the accounts: who may do what there, how they are reached, what becomes of them.

-- Roles that somebody made, each a row of the matrix: two bits a task. They are for users of their account and of those below.
CREATE TABLE custom_roles (
    account_id  bigint NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    role_id     bigint NOT NULL UNIQUE,
    name        text COLLATE "C" NOT NULL,
    name_key    text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    tasks       bigint NOT NULL,
    stamp       bigint NOT NULL,
    PRIMARY KEY (account_id, role_id),
    UNIQUE (account_id, name_key)
);

-- Who has which role at which account, besides those at his own: one that is built in, by its number, or one that was made.
CREATE TABLE grants (
    account_id bigint NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    grant_id   bigint NOT NULL UNIQUE,
    user_id    bigint NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    built_in   bigint,
    role_id    bigint REFERENCES custom_roles (role_id) ON DELETE CASCADE,
    stamp      bigint NOT NULL,
    PRIMARY KEY (account_id, grant_id)
);
CREATE INDEX grants_by_user ON grants (user_id);
CREATE INDEX grants_by_role ON grants (role_id);

-- Codes by mail and short message (RUN-8). Whether an account asks a second factor of all below it.
ALTER TABLE accounts ADD COLUMN second_factor boolean NOT NULL DEFAULT false;

-- Addresses that their users confirmed, sealed under the secret `factor`. `channel` 1: mail, 2: short message.
CREATE TABLE factor_channels (
    account_id bigint NOT NULL,
    user_id    bigint NOT NULL,
    channel    bigint NOT NULL CHECK (channel IN (1, 2)),
    nonce      bytea NOT NULL CHECK (octet_length(nonce) = 24),
    sealed     bytea NOT NULL,
    since      bigint NOT NULL,
    PRIMARY KEY (account_id, user_id, channel),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
);

-- The one code that was sent to a user and counts, by a hash under that secret: what for, when, and how often it was guessed at.
CREATE TABLE sent_codes (
    account_id bigint NOT NULL,
    user_id    bigint NOT NULL,
    bound      bytea NOT NULL CHECK (octet_length(bound) = 32),
    hash       bytea NOT NULL CHECK (octet_length(hash) = 32),
    sent       bigint NOT NULL,
    tries      bigint NOT NULL,
    PRIMARY KEY (account_id, user_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
);

-- How many codes were sent in an hour, counted from 1970: to a user, and to all of an account (user 0).
CREATE TABLE sendings (
    account_id bigint NOT NULL,
    user_id    bigint NOT NULL,
    hour       bigint NOT NULL,
    codes      bigint NOT NULL,
    PRIMARY KEY (account_id, user_id, hour)
);

-- Orders to erase what deleted accounts stored, until the storage acknowledged them and for a year after (ACC-8).
CREATE TABLE erase_orders (
    order_id   bytea PRIMARY KEY CHECK (octet_length(order_id) = 16),
    account_id bigint NOT NULL,
    name       text COLLATE "C" NOT NULL,
    deleted    bigint NOT NULL,
    tries      bigint NOT NULL,
    due        bigint NOT NULL,
    tried      bigint,
    failure    text COLLATE "C",
    done       bigint
);
CREATE INDEX erase_orders_due ON erase_orders (due) WHERE done IS NULL;

-- Companies: the agent that serves an account (ACC-10), the images that its branding names (ACC-3), and what was said and is to be
-- said. `kind` of a communication 1: a call, 2: e-mail, 3: a letter, 4: a meeting, 5: another.
ALTER TABLE accounts ADD COLUMN agent bigint;
CREATE TABLE branding_images (
    account_id bigint NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    hash       bytea NOT NULL CHECK (length(hash) = 32),
    bytes      bytea NOT NULL,
    PRIMARY KEY (account_id, hash)
);
CREATE TABLE communications (
    communication_id bigint PRIMARY KEY,
    account_id       bigint NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    kind             bigint NOT NULL,
    at               bigint NOT NULL,
    planned          boolean NOT NULL,
    with_whom        text COLLATE "C" NOT NULL,
    text             text COLLATE "C" NOT NULL,
    author           text COLLATE "C" NOT NULL,
    made             bigint NOT NULL
);
CREATE INDEX communications_by_account ON communications (account_id);

-- Backup accounts (ACC-11, ACC-12): the user whose password is the account's secret, and the device that it is on. `fence` is
-- raised whenever a device takes the account or is released; 0 until one first took it.
CREATE TABLE silos (
    account_id bigint PRIMARY KEY REFERENCES accounts (account_id) ON DELETE CASCADE,
    own_user   bigint UNIQUE,
    fence      bigint NOT NULL,
    holder     bigint
);

-- History by time, of all accounts (HIS-5): what is seen of a large part of them is found among the newest.
CREATE INDEX runs_newest ON runs (profile_start);
