//! Parts of the history that go as a whole (HIS-7): a month of which every run is past retention.
//!
//! 1. Which they are is looked at first, and nobody waits for that. Then everybody waits, for as long as it takes to see that
//!    nothing came or was deleted meanwhile, and to take the part out. If that lock is not there at once, all is left as it
//!    was: whoever waits for it holds up everybody behind him.
//! 2. Last successful runs move into `runs_wild`, in the same transaction, and the floors of the installations rise.
//! 3. Beyond age the rule knows nothing of months: by count runs go in batches, and the part when it is empty.

use std::collections::BTreeMap;

use sbm_core::audit::Entry;
use sbm_core::id::{AccountId, InstallationId, RunId};
use sbm_core::run::retention::{Floor, Retention};
use sbm_core::time::{DAY, Timestamp};

use super::months::{LOCK, Month};
use crate::store::database::audit;
use crate::store::database::runs::prune::raise;
use crate::store::retention::deletions;
use crate::store::sql::{Sql, all, any, one, values};
use crate::store::{StoreError, sql};

/// A month is left alone for so long behind its end: hosts still send what they did in it.
const REST: i64 = 31 * DAY;

/// How long the lock on all history is waited for; less than after which PostgreSQL looks for circles.
const PATIENCE: &str = "500ms";

/// What there is of a part: how many runs, the last one's place in their order, and the newest time of arrival.
type Extent = (u64, Option<i64>, Option<Timestamp>);

/// The parts of which every run is too old, the oldest first.
pub(in crate::store) fn past_parts(sql: &dyn Sql, rule: Retention, now: Timestamp) -> Result<Vec<String>, StoreError> {
    let text = "SELECT CAST(c.relname AS text) FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = to_regclass('sbm.runs') ORDER BY c.relname";
    let mut past = Vec::new();
    let begins = rule.begins(now);
    for part in all(sql, text, &[], |row| row.take::<String>())? {
        let Some(month) = Month::of_part(&part) else { continue };
        let ended = month.next().begins();
        if now.since(ended) >= REST && begins.is_none_or(|begins| ended <= begins) && may_go(extent(sql, &part)?, begins) {
            past.push(part);
        }
    }
    Ok(past)
}

fn extent(sql: &dyn Sql, part: &str) -> Result<Extent, StoreError> {
    let text = format!("SELECT count(*), max(arrival), max(received) FROM {part}");
    let found = one(sql, &text, &[], |row| Ok((row.take()?, row.take()?, row.time_or_none()?)))?;
    found.ok_or_else(|| StoreError::damaged(format!("`{part}` has no count")))
}

fn may_go((runs, _, newest): Extent, begins: Option<Timestamp>) -> bool {
    runs == 0 || begins.zip(newest).is_some_and(|(begins, newest)| newest < begins)
}

/// Takes a part out and drops it, but for the last successful runs; says how many went. Nothing if it may not go any more.
pub(in crate::store) fn drop_part(
    sql: &dyn Sql,
    part: &str,
    begins: Option<Timestamp>,
    last: &[(AccountId, InstallationId, RunId)],
    deleted_then: u64,
    entry: impl FnOnce(&str, u64) -> Entry,
) -> Result<Option<(String, u64)>, StoreError> {
    let Some(month) = Month::of_part(part) else {
        return Err(StoreError::rejected(format!("`{part}` is no month of the history")));
    };
    any(sql, "SELECT set_config('lock_timeout', $1, true)", &values![PATIENCE])?;
    any(sql, "SELECT pg_advisory_xact_lock($1)", &values![LOCK])?;
    if !any(sql, "SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass($1)", &values![format!("sbm.{part}")])? {
        return Ok(None);
    }
    let before = extent(sql, part)?;
    raise_floors(sql, part)?;
    // Whoever uses a part of the history has a lock on the whole.
    sql.run("LOCK TABLE ONLY runs IN ACCESS EXCLUSIVE MODE", &[])?;
    let now = extent(sql, part)?;
    if now != before || !may_go(now, begins) || deletions(sql)? != deleted_then {
        return Err(StoreError::Busy);
    }
    sql.run(&format!("ALTER TABLE runs DETACH PARTITION {part}"), &[])?;
    let kept = keep_last(sql, part, last.iter().filter(|(_, _, id)| month.has(*id)))?;
    sql.run(&format!("DROP TABLE {part}"), &[])?;
    let gone = now.0.saturating_sub(kept);
    audit::append(sql, &[entry(part, gone)])?;
    tracing::info!(part, gone, kept, "a month of the history is past retention and went");
    Ok(Some((part.to_owned(), gone)))
}

/// Each installation's floor rises to its highest run there.
fn raise_floors(sql: &dyn Sql, part: &str) -> Result<(), StoreError> {
    let text = format!(
        "SELECT account_id, installation, max(encode(run_id, 'hex') COLLATE \"C\"), max(sequence) FROM {part}
        GROUP BY account_id, installation ORDER BY account_id, installation"
    );
    let floors = all(sql, &text, &[], |row| {
        let (account, of) = (row.id()?, row.uuid(InstallationId::from_bytes)?);
        let id: String = row.take()?;
        let id = id.parse().map_err(|_| sql::strange("run id", &id))?;
        Ok((account, of, Floor { id, sequence: row.take()? }))
    })?;
    floors.into_iter().try_for_each(|(account, of, floor)| raise(sql, account, of, floor))
}

/// What stays goes where runs of no month are.
fn keep_last<'l>(
    sql: &dyn Sql,
    part: &str,
    last: impl Iterator<Item = &'l (AccountId, InstallationId, RunId)>,
) -> Result<u64, StoreError> {
    let mut sources: BTreeMap<_, Vec<RunId>> = BTreeMap::new();
    for (account, of, id) in last {
        sources.entry((*account, *of)).or_default().push(*id);
    }
    let text = format!("INSERT INTO runs SELECT * FROM {part} WHERE account_id = $1 AND installation = $2 AND run_id = $3");
    let mut kept = 0;
    for ((account, of), ids) in sources {
        for id in ids {
            kept += sql.run(&text, &values![account.0, of.as_bytes(), id.as_bytes()])?;
        }
    }
    Ok(kept)
}
