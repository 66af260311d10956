//! The directory in the database.

use std::time::{Duration, Instant};

use sbm_core::directory::{Change, Rows};
use sbm_core::id::{AccountId, Guid, Hash, UserId};
use zeroize::Zeroizing;

use super::{Backend, audit, changes, load, sessions};
use crate::store::sql::{Sql, all, int, one, strange, values};
use crate::store::{Commit, Committed, Directory, Pending, ProfileRevision, StoreError};

/// How often a waiting thread looks for commits of other processes.
const LOOK: Duration = Duration::from_millis(500);

impl<B: Backend> Directory for B {
    fn load(&self) -> Pending<Rows> {
        self.database().read_at_once(load::everything)
    }

    fn commit(&self, plan: Commit) -> Pending<Committed> {
        let watch = self.database().watch();
        self.database().write_then(
            move |sql| commit(sql, plan),
            move |committed| match committed {
                Committed::At(revision) | Committed::Stale(revision) => watch.raise(*revision),
            },
        )
    }

    fn revision(&self) -> Pending<u64> {
        self.database().read(revision)
    }

    fn changes_since(&self, revision: u64) -> Pending<Vec<(u64, Vec<Change>)>> {
        self.database().read(move |sql| changes_since(sql, revision))
    }

    fn wait_for_change(&self, after: u64, timeout: Duration) -> u64 {
        let (begun, watch) = (Instant::now(), self.database().watch());
        loop {
            if let Ok(revision) = self.revision().wait() {
                watch.raise(revision);
            }
            let left = timeout.saturating_sub(begun.elapsed());
            let newest = watch.wait(after, left.min(LOOK));
            if newest > after || begun.elapsed() >= timeout {
                return newest;
            }
        }
    }

    fn set_followed(&self, revision: u64) -> Pending<()> {
        self.database().write(move |sql| {
            let text = "INSERT INTO followed (one, revision) VALUES (1, $1)
                ON CONFLICT (one) DO UPDATE SET revision = excluded.revision WHERE excluded.revision > followed.revision";
            sql.run(text, &values![int(revision)?]).map(drop)
        })
    }

    fn followed(&self) -> Pending<u64> {
        self.database().read(|sql| Ok(one(sql, "SELECT revision FROM followed", &[], |row| row.take())?.unwrap_or(0)))
    }

    fn body(&self, account: AccountId, hash: Hash) -> Pending<Option<Vec<u8>>> {
        self.database().read(move |sql| {
            let text = "SELECT bytes FROM bodies WHERE account_id = $1 AND hash = $2";
            one(sql, text, &values![account.0, hash.as_bytes()], |row| row.take())
        })
    }

    fn password(&self, user: UserId) -> Pending<Option<Zeroizing<String>>> {
        self.database().read(move |sql| {
            let text = "SELECT phc FROM users JOIN user_passwords USING (account_id, user_id) WHERE users.user_id = $1";
            one(sql, text, &values![user.0], |row| row.take().map(Zeroizing::new))
        })
    }

    fn profile_revisions(&self, account: AccountId, guid: Guid) -> Pending<Vec<ProfileRevision>> {
        self.database().read(move |sql| profile_revisions(sql, account, guid))
    }
}

/// The one revision.
pub(in crate::store) fn revision(sql: &dyn Sql) -> Result<u64, StoreError> {
    let value = one(sql, "SELECT value FROM revision", &[], |row| row.take())?;
    value.ok_or_else(|| StoreError::damaged("it has no revision"))
}

/// 1. Raise the revision if it still is the one the plan was based on; nobody else does before this is committed. 2. Store
/// the rows with the new one as their stamp. 3. Log the changes. 4. End tokens. 5. Append to the audit log.
fn commit(sql: &dyn Sql, mut plan: Commit) -> Result<Committed, StoreError> {
    let raised = sql.run("UPDATE revision SET value = value + 1 WHERE value = $1", &values![int(plan.based_on)?])?;
    let now = revision(sql)?;
    if raised == 0 {
        return Ok(Committed::Stale(now));
    }
    plan.changes.iter_mut().for_each(|change| change.stamp(now));
    changes::apply(sql, &plan.changes)?;
    let log = serde_json::to_string(&plan.changes).map_err(StoreError::rejected)?;
    sql.run("INSERT INTO change_log (revision, changes) VALUES ($1, $2)", &values![int(now)?, log])?;
    for which in &plan.revoke {
        sessions::revoke(sql, *which)?;
    }
    audit::append(sql, &plan.audit)?;
    Ok(Committed::At(now))
}

fn changes_since(sql: &dyn Sql, revision: u64) -> Result<Vec<(u64, Vec<Change>)>, StoreError> {
    let Ok(revision) = int(revision) else { return Ok(Vec::new()) };
    all(sql, "SELECT revision, changes FROM change_log WHERE revision > $1 ORDER BY revision", &values![revision], |row| {
        let number: u64 = row.take()?;
        let text: String = row.take()?;
        let changes = serde_json::from_str(&text).map_err(|_| strange("list of changes", format!("revision {number}")))?;
        Ok((number, changes))
    })
}

fn profile_revisions(sql: &dyn Sql, account: AccountId, guid: Guid) -> Result<Vec<ProfileRevision>, StoreError> {
    let text = "SELECT revision, version, name, description, body, size, schedule, uploaded_by, uploaded_at
        FROM profile_revisions WHERE account_id = $1 AND guid = $2 ORDER BY revision";
    all(sql, text, &values![account.0, guid.as_bytes()], |row| {
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
