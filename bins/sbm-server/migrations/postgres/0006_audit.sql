-- Migration 6. Which accounts an audit entry is about, so that each reads what concerns it (RUN-12, ACC-4). It stands beside the
-- log, and is no part of the chain. What is older is about the account of who did it.
CREATE TABLE audit_accounts (
    account_id bigint NOT NULL,
    number     bigint NOT NULL,
    PRIMARY KEY (account_id, number)
);
INSERT INTO audit_accounts (account_id, number) SELECT account_id, number FROM audit;
