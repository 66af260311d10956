-- Migration 4. Accounts as a tree with all that an account is.

-- `kind` 0: a part of names that nobody made an account of (ACC-2), 1: a backup account, 2: an organisation, which has a level
-- from 1 (distributor) to 5 (site). The root organisation that every server begins with is a reseller: that has every module
-- (ACC-3). `state` is how an account stands, its deletion apart; `deletion` is when it is to be deleted (ACC-8).
ALTER TABLE accounts ADD COLUMN kind bigint NOT NULL DEFAULT 2 CHECK (kind IN (0, 1, 2));
ALTER TABLE accounts ADD COLUMN level bigint DEFAULT 3;
ALTER TABLE accounts ADD CHECK (level BETWEEN 1 AND 5 AND kind = 2 OR level IS NULL AND kind <> 2);
ALTER TABLE accounts ADD COLUMN deletion bigint;

-- In bytes (ACC-5). The host's own settings that are handed down, as JSON (ACC-9).
ALTER TABLE accounts ADD COLUMN quota_hard bigint;
ALTER TABLE accounts ADD COLUMN quota_soft bigint;
ALTER TABLE accounts ADD COLUMN policy text COLLATE "C";

-- What people want to know of an account: a comment (ACC-10); service type, company, contacts and branding as JSON (ACC-3).
ALTER TABLE accounts ADD COLUMN comment text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN about text COLLATE "C";

-- Tokens for programs (RUN-11): what one is known by, and how far it goes in each task at most, two bits a task from the lowest
-- on: 0 not at all, 1 to read, 2 to write; and at which account and below, if not wherever its user goes.
ALTER TABLE tokens ADD COLUMN name text COLLATE "C";
ALTER TABLE tokens ADD COLUMN ceiling bigint;
ALTER TABLE tokens ADD COLUMN below bigint;

-- Accounts that are gone, and what they stood below: their history stays and is seen from there (ACC-4, ACC-8).
CREATE TABLE gone_accounts (
    account_id bigint PRIMARY KEY,
    parent_id  bigint NOT NULL
);
CREATE INDEX gone_accounts_by_parent ON gone_accounts (parent_id);

-- The built-in user is a security officer, since only one who is gives that role (USR-5, USR-10).
UPDATE users SET roles = roles | 32 WHERE built_in;

-- Codes and passphrases with which devices enrol, by their hashes, and who came with them (DEV-1). `kind` 1: a code, 2: a
-- passphrase. `phase` 1: waits for a person, 2: approved, 3: rejected, 4: enrolled.
CREATE TABLE enrolments (
    enrolment_id bigint PRIMARY KEY,
    account_id   bigint NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    user_id      bigint NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
    kind         bigint NOT NULL,
    hash         bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    most         bigint NOT NULL,
    uses         bigint NOT NULL CHECK (uses BETWEEN 0 AND most),
    expires      bigint NOT NULL,
    approval     boolean NOT NULL,
    revoked      boolean NOT NULL,
    comment      text COLLATE "C" NOT NULL,
    made_by      text COLLATE "C" NOT NULL,
    made         bigint NOT NULL
);
CREATE INDEX enrolments_by_account ON enrolments (account_id);
CREATE INDEX enrolments_by_user ON enrolments (user_id);
CREATE TABLE enrolment_devices (
    enrolment_id bigint NOT NULL REFERENCES enrolments (enrolment_id) ON DELETE CASCADE,
    installation bytea NOT NULL CHECK (octet_length(installation) = 16),
    phase        bigint NOT NULL,
    computer     text COLLATE "C" NOT NULL,
    program      text COLLATE "C" NOT NULL,
    address      text COLLATE "C" NOT NULL,
    asked        bigint NOT NULL,
    PRIMARY KEY (enrolment_id, installation)
);

-- Two-factor login (RUN-8). Of whom a second factor is asked, as JSON.
ALTER TABLE server ADD COLUMN second_factor text COLLATE "C";

-- Keys of authenticators, sealed under the secret `factor`. `step` is the step of time whose code counted last; it only rises.
CREATE TABLE factors (
    account_id bigint NOT NULL,
    user_id    bigint NOT NULL,
    nonce      bytea NOT NULL CHECK (octet_length(nonce) = 24),
    sealed     bytea NOT NULL,
    step       bigint NOT NULL,
    since      bigint NOT NULL,
    PRIMARY KEY (account_id, user_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
);

-- Recovery codes by their hashes. One that was used is gone.
CREATE TABLE recovery_codes (
    account_id bigint NOT NULL,
    user_id    bigint NOT NULL,
    hash       bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (account_id, user_id, hash),
    FOREIGN KEY (account_id, user_id) REFERENCES factors (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
);

-- Logins that wait for their code, by the hash of their token: for whom, as what, and for which password, by its hash.
CREATE TABLE half_logins (
    hash         bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    account_id   bigint NOT NULL,
    user_id      bigint NOT NULL,
    installation bytea CHECK (octet_length(installation) = 16),
    proved       bytea NOT NULL CHECK (octet_length(proved) = 32),
    begun        bigint NOT NULL,
    tries        bigint NOT NULL,
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, user_id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX half_logins_by_user ON half_logins (account_id, user_id);

-- Quotas (ACC-5). What devices say they store, in bytes, by the number that their words are counted up with.
CREATE TABLE stored (
    account_id bigint NOT NULL,
    device_id  bigint NOT NULL,
    number     bigint NOT NULL,
    bytes      bigint NOT NULL,
    PRIMARY KEY (account_id, device_id),
    FOREIGN KEY (account_id, device_id) REFERENCES devices (account_id, device_id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX stored_by_device ON stored (device_id);

-- Room that runs keep for what they expect to store.
CREATE TABLE reservations (
    account_id bigint NOT NULL,
    device_id  bigint NOT NULL,
    run_id     bytea NOT NULL CHECK (length(run_id) = 16),
    bytes      bigint NOT NULL,
    at         bigint NOT NULL,
    PRIMARY KEY (account_id, device_id, run_id),
    FOREIGN KEY (account_id, device_id) REFERENCES devices (account_id, device_id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX reservations_by_device ON reservations (device_id);
CREATE INDEX reservations_by_time ON reservations (at);

-- The sums of both for every account with all that is below it; kept with them.
CREATE TABLE filled (
    account_id bigint PRIMARY KEY REFERENCES accounts (account_id) ON DELETE CASCADE,
    stored     bigint NOT NULL,
    reserved   bigint NOT NULL
);
INSERT INTO filled (account_id, stored, reserved) SELECT account_id, 0, 0 FROM accounts;

-- A revision of a managed profile is never removed but with its account, whose deletion is 0 then.
CREATE FUNCTION keep_revision() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM sbm.accounts WHERE account_id = OLD.account_id AND deletion = 0) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'a revision is never removed'; END $$;
DROP TRIGGER profile_revisions_last ON profile_revisions;
CREATE TRIGGER profile_revisions_last BEFORE DELETE ON profile_revisions FOR EACH ROW EXECUTE FUNCTION keep_revision();
