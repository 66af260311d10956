-- Migration 4. Accounts as a tree with all that an account is.

-- `kind` 0: a part of names that nobody made an account of (ACC-2), 1: a backup account, 2: an organisation, which has a level
-- from 1 (distributor) to 5 (site). The root organisation that every server begins with is a reseller: that has every module
-- (ACC-3). `state` is how an account stands, its deletion apart; `deletion` is when it is to be deleted (ACC-8).
ALTER TABLE accounts ADD COLUMN kind INTEGER NOT NULL DEFAULT 2 CHECK (kind IN (0, 1, 2));
ALTER TABLE accounts ADD COLUMN level INTEGER DEFAULT 3 CHECK (level BETWEEN 1 AND 5 AND kind = 2 OR level IS NULL AND kind <> 2);
ALTER TABLE accounts ADD COLUMN deletion INTEGER;

-- In bytes (ACC-5). The host's own settings that are handed down, as JSON (ACC-9).
ALTER TABLE accounts ADD COLUMN quota_hard INTEGER;
ALTER TABLE accounts ADD COLUMN quota_soft INTEGER;
ALTER TABLE accounts ADD COLUMN policy TEXT;

-- What people want to know of an account: a comment (ACC-10); service type, company, contacts and branding as JSON (ACC-3).
ALTER TABLE accounts ADD COLUMN comment TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN about TEXT;

-- Tokens for programs (RUN-11): what one is known by, and how far it goes in each task at most, two bits a task from the lowest
-- on: 0 not at all, 1 to read, 2 to write; and at which account and below, if not wherever its user goes.
ALTER TABLE tokens ADD COLUMN name TEXT;
ALTER TABLE tokens ADD COLUMN ceiling INTEGER;
ALTER TABLE tokens ADD COLUMN below INTEGER;

-- Accounts that are gone, and what they stood below: their history stays and is seen from there (ACC-4, ACC-8).
CREATE TABLE gone_accounts (
    account_id INTEGER PRIMARY KEY,
    parent_id  INTEGER NOT NULL
) STRICT;
CREATE INDEX gone_accounts_by_parent ON gone_accounts (parent_id);

-- The built-in user is a security officer, since only one who is gives that role (USR-5, USR-10).
UPDATE users SET roles = roles | 32 WHERE built_in = 1;

-- Codes and passphrases with which devices enrol, by their hashes, and who came with them (DEV-1). `kind` 1: a code, 2: a
-- passphrase. `phase` 1: waits for a person, 2: approved, 3: rejected, 4: enrolled.
CREATE TABLE enrolments (
    enrolment_id INTEGER PRIMARY KEY,
    account_id   INTEGER NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    user_id      INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    kind         INTEGER NOT NULL,
    hash         BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    most         INTEGER NOT NULL,
    uses         INTEGER NOT NULL CHECK (uses BETWEEN 0 AND most),
    expires      INTEGER NOT NULL,
    approval     INTEGER NOT NULL CHECK (approval IN (0, 1)),
    revoked      INTEGER NOT NULL CHECK (revoked IN (0, 1)),
    comment      TEXT NOT NULL,
    made_by      TEXT NOT NULL,
    made         INTEGER NOT NULL
) STRICT;
CREATE INDEX enrolments_by_account ON enrolments (account_id);
CREATE INDEX enrolments_by_user ON enrolments (user_id);
CREATE TABLE enrolment_devices (
    enrolment_id INTEGER NOT NULL REFERENCES enrolments (enrolment_id) ON DELETE CASCADE,
    installation BLOB NOT NULL CHECK (length(installation) = 16),
    phase        INTEGER NOT NULL,
    computer     TEXT NOT NULL,
    program      TEXT NOT NULL,
    address      TEXT NOT NULL,
    asked        INTEGER NOT NULL,
    PRIMARY KEY (enrolment_id, installation)
) STRICT, WITHOUT ROWID;

-- Two-factor login (RUN-8). Of whom a second factor is asked, as JSON.
ALTER TABLE server ADD COLUMN second_factor TEXT;

-- Keys of authenticators, sealed under the secret `factor`. `step` is the step of time whose code counted last; it only rises.
CREATE TABLE factors (
    account_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    nonce      BLOB NOT NULL CHECK (length(nonce) = 24),
    sealed     BLOB NOT NULL,
    step       INTEGER NOT NULL,
    since      INTEGER NOT NULL,
    PRIMARY KEY (account_id, user_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;

-- Recovery codes by their hashes. One that was used is gone.
CREATE TABLE recovery_codes (
    account_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (account_id, user_id, hash),
    FOREIGN KEY (account_id, user_id) REFERENCES factors (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;

-- Logins that wait for their code, by the hash of their token: for whom, as what, and for which password, by its hash.
CREATE TABLE half_logins (
    hash         BLOB PRIMARY KEY CHECK (length(hash) = 32),
    account_id   INTEGER NOT NULL,
    user_id      INTEGER NOT NULL,
    installation BLOB CHECK (length(installation) = 16),
    proved       BLOB NOT NULL CHECK (length(proved) = 32),
    begun        INTEGER NOT NULL,
    tries        INTEGER NOT NULL,
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX half_logins_by_user ON half_logins (account_id, user_id);

-- Quotas (ACC-5). What devices say they store, in bytes, by the number that their words are counted up with.
CREATE TABLE stored (
    account_id INTEGER NOT NULL,
    device_id  INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    PRIMARY KEY (account_id, device_id),
    FOREIGN KEY (account_id, device_id) REFERENCES devices (account_id, device_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX stored_by_device ON stored (device_id);

-- Room that runs keep for what they expect to store.
CREATE TABLE reservations (
    account_id INTEGER NOT NULL,
    device_id  INTEGER NOT NULL,
    run_id     BLOB NOT NULL CHECK (length(run_id) = 16),
    bytes      INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (account_id, device_id, run_id),
    FOREIGN KEY (account_id, device_id) REFERENCES devices (account_id, device_id) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX reservations_by_device ON reservations (device_id);
CREATE INDEX reservations_by_time ON reservations (at);

-- The sums of both for every account with all that is below it; kept with them.
CREATE TABLE filled (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (account_id) ON DELETE CASCADE,
    stored     INTEGER NOT NULL,
    reserved   INTEGER NOT NULL
) STRICT;
INSERT INTO filled (account_id, stored, reserved) SELECT account_id, 0, 0 FROM accounts;

-- A revision of a managed profile is never removed but with its account, whose deletion is 0 then.
DROP TRIGGER profile_revisions_last;
CREATE TRIGGER profile_revisions_last BEFORE DELETE ON profile_revisions
    WHEN NOT EXISTS (SELECT 1 FROM accounts WHERE account_id = OLD.account_id AND deletion = 0)
    BEGIN SELECT raise(ABORT, 'a revision is never removed'); END;
