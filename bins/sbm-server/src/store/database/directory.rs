//! The directory in the database.

use std::time::{Duration, Instant};

use sbm_core::directory::Rows;
use sbm_core::id::{AccountId, Guid, Hash, UserId};
use zeroize::Zeroizing;

use super::{Backend, audit, changes, load, sessions};
use crate::store::relocation;
use crate::store::sql::{Sql, all, int, one, strange, values};
use crate::store::{Commit, Committed, Directory, Logged, Pending, ProfileRevision, StoreError};

/// How often a waiting thread looks for commits of other processes.
const LOOK: Duration = Duration::from_millis(500);

impl<B: Backend> Directory for B {
    fn load(&self) -> Pending<Rows> {
        // What does not start a server names the database.
        let place = std::path::PathBuf::from(self.whereabouts());
        self.database().read_at_once(move |sql| load::everything(sql).map_err(|error| error.about(&place)))
    }

    fn commit(&self, plan: Commit) -> Pending<Committed> {
        let watch = self.database().watch();
        self.database().commit_then(
            move |sql| commit_where_servers_may(sql, plan),
            move |committed| match committed {
                Committed::At(revision) | Committed::Stale(revision) => watch.raise(*revision),
            },
        )
    }

    fn revision(&self) -> Pending<u64> {
        self.database().read(revision)
    }

    fn changes_since(&self, revision: u64) -> Pending<Vec<Logged>> {
        self.database().read(move |sql| changes_since(sql, revision))
    }

    fn newest(&self) -> tokio::sync::watch::Receiver<u64> {
        self.database().watch().told()
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

/// Whoever stood still over a move does not go on behind it. It is asked behind the lock on the revision, which a move takes
/// to put its mark.
fn commit_where_servers_may(sql: &dyn Sql, plan: Commit) -> Result<Committed, StoreError> {
    let committed = commit(sql, plan)?;
    if matches!(committed, Committed::At(_)) {
        relocation::refuse(sql)?;
    }
    Ok(committed)
}

/// 1. Raise the revision if it still is the one the plan was based on; nobody else does before this is committed.
/// 2. Store the rows with the new one as their stamp.
/// 3. Log the changes.
/// 4. End tokens.
/// 5. Append to the audit log.
pub(in crate::store) fn commit(sql: &dyn Sql, mut plan: Commit) -> Result<Committed, StoreError> {
    let raised = sql.run("UPDATE revision SET value = value + 1 WHERE value = $1", &values![int(plan.based_on)?])?;
    let now = revision(sql)?;
    if raised == 0 {
        return Ok(Committed::Stale(now));
    }
    plan.changes.iter_mut().for_each(|change| change.stamp(now));
    changes::apply(sql, &plan.changes)?;
    let log = serde_json::to_string(&plan.changes).map_err(StoreError::rejected)?;
    let revoked = serde_json::to_string(&plan.revoke).map_err(StoreError::rejected)?;
    let text = "INSERT INTO change_log (revision, changes, revoked) VALUES ($1, $2, $3)";
    sql.run(text, &values![int(now)?, log, revoked])?;
    for which in &plan.revoke {
        sessions::revoke(sql, *which)?;
    }
    audit::append(sql, &plan.audit)?;
    Ok(Committed::At(now))
}

fn changes_since(sql: &dyn Sql, revision: u64) -> Result<Vec<Logged>, StoreError> {
    let Ok(revision) = int(revision) else { return Ok(Vec::new()) };
    let text = "SELECT revision, changes, revoked FROM change_log WHERE revision > $1 ORDER BY revision";
    all(sql, text, &values![revision], |row| {
        let (revision, changes): (u64, String) = (row.take()?, row.take()?);
        let no_list = |_| strange("list of changes", format!("revision {revision}"));
        let changes = serde_json::from_str(&changes).map_err(no_list)?;
        let revoked: Option<String> = row.take()?;
        let revoked = revoked.map(|text| serde_json::from_str(&text)).transpose().map_err(no_list)?;
        Ok(Logged { revision, changes, revoked })
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
