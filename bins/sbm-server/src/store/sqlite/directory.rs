//! The directory in SQLite.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use sbm_core::directory::{Change, Rows};
use sbm_core::id::{AccountId, Guid, Hash, UserId};
use zeroize::Zeroizing;

use super::field::{Outcome, all, int, one, run, strange};
use super::{Sqlite, audit, changes, load, sessions};
use crate::store::{Commit, Committed, Directory, Pending, ProfileRevision, StoreError};

/// How often a waiting thread looks for commits of other processes.
const LOOK: Duration = Duration::from_millis(500);

impl Directory for Sqlite {
    fn load(&self) -> Pending<Rows> {
        self.read(|sql| Ok(load::everything(sql)?))
    }

    fn commit(&self, plan: Commit) -> Pending<Committed> {
        let watch = Arc::clone(&self.watch);
        self.writer.submit_then(
            move |writer| Ok(commit(writer.sql(), plan)?),
            move |committed| match committed {
                Committed::At(revision) | Committed::Stale(revision) => watch.raise(*revision),
            },
        )
    }

    fn revision(&self) -> Pending<u64> {
        self.read(revision)
    }

    fn changes_since(&self, revision: u64) -> Pending<Vec<(u64, Vec<Change>)>> {
        self.read(move |sql| Ok(changes_since(sql, revision)?))
    }

    fn wait_for_change(&self, after: u64, timeout: Duration) -> u64 {
        let begun = Instant::now();
        loop {
            if let Ok(revision) = self.revision().wait() {
                self.watch.raise(revision);
            }
            let left = timeout.saturating_sub(begun.elapsed());
            let newest = self.watch.wait(after, left.min(LOOK));
            if newest > after || begun.elapsed() >= timeout {
                return newest;
            }
        }
    }

    fn set_followed(&self, revision: u64) -> Pending<()> {
        self.write(move |sql| {
            let text = "INSERT INTO followed (one, revision) VALUES (1, ?1)
                ON CONFLICT (one) DO UPDATE SET revision = max(revision, excluded.revision)";
            run(sql, text, [int(revision)?])?;
            Ok(())
        })
    }

    fn followed(&self) -> Pending<u64> {
        self.read(|sql| Ok(one(sql, "SELECT revision FROM followed", [], |row| row.take())?.unwrap_or(0)))
    }

    fn body(&self, account: AccountId, hash: Hash) -> Pending<Option<Vec<u8>>> {
        self.read(move |sql| {
            let text = "SELECT bytes FROM bodies WHERE account_id = ?1 AND hash = ?2";
            Ok(one(sql, text, params![account.0, hash.as_bytes()], |row| row.take())?)
        })
    }

    fn password(&self, user: UserId) -> Pending<Option<Zeroizing<String>>> {
        self.read(move |sql| {
            let text = "SELECT phc FROM users JOIN user_passwords USING (account_id, user_id) WHERE users.user_id = ?1";
            Ok(one(sql, text, [user.0], |row| row.take().map(Zeroizing::new))?)
        })
    }

    fn profile_revisions(&self, account: AccountId, guid: Guid) -> Pending<Vec<ProfileRevision>> {
        self.read(move |sql| Ok(profile_revisions(sql, account, guid)?))
    }
}

/// The one revision.
pub(super) fn revision(sql: &Connection) -> Result<u64, StoreError> {
    let value = one(sql, "SELECT value FROM revision", [], |row| row.take())?;
    value.ok_or_else(|| StoreError::damaged("it has no revision"))
}

/// 1. Raise the revision if it still is the one the plan was based on. 2. Store the rows with the new one as their stamp.
/// 3. Log the changes. 4. Append to the audit log. 5. End tokens.
fn commit(sql: &Connection, mut plan: Commit) -> Outcome<Committed> {
    let raised = run(sql, "UPDATE revision SET value = value + 1 WHERE value = ?1", [int(plan.based_on)?])?;
    let now = revision(sql)?;
    if raised == 0 {
        return Ok(Committed::Stale(now));
    }
    plan.changes.iter_mut().for_each(|change| change.stamp(now));
    changes::apply(sql, &plan.changes)?;
    let log = serde_json::to_string(&plan.changes).map_err(StoreError::rejected)?;
    run(sql, "INSERT INTO change_log (revision, changes) VALUES (?1, ?2)", params![int(now)?, log])?;
    audit::append(sql, &plan.audit)?;
    for which in &plan.revoke {
        sessions::revoke(sql, *which)?;
    }
    Ok(Committed::At(now))
}

fn changes_since(sql: &Connection, revision: u64) -> Outcome<Vec<(u64, Vec<Change>)>> {
    let Ok(revision) = int(revision) else { return Ok(Vec::new()) };
    all(sql, "SELECT revision, changes FROM change_log WHERE revision > ?1 ORDER BY revision", [revision], |row| {
        let number: u64 = row.take()?;
        let text: String = row.take()?;
        let changes = serde_json::from_str(&text).map_err(|_| strange("list of changes", format!("revision {number}")))?;
        Ok((number, changes))
    })
}

fn profile_revisions(sql: &Connection, account: AccountId, guid: Guid) -> Outcome<Vec<ProfileRevision>> {
    let text = "SELECT revision, version, name, description, body, size, schedule, uploaded_by, uploaded_at
        FROM profile_revisions WHERE account_id = ?1 AND guid = ?2 ORDER BY revision";
    all(sql, text, params![account.0, guid.as_bytes()], |row| {
        Ok(ProfileRevision {
            revision: row.take()?,
            version: row.take()?,
            name: row.name()?,
            description: row.text()?,
            body: row.hash()?,
            size: row.take()?,
            schedule: row.hash_or_none()?,
            uploaded_by: row.name()?,
            uploaded_at: row.time()?,
        })
    })
}
