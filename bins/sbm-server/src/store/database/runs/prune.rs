//! Runs that are past retention go, a batch at a time.
//!
//! 1. What is left of them is there with the end of them, in the same transaction: whoever takes in one of them again meanwhile
//!    looks for that once more behind what it inserted. First goes the run and then comes what is left, as where somebody
//!    deletes one: two who are at the same run wait for each other, and not in a circle.
//! 2. A success goes only if the newer one is there, and that one stays until this is committed: somebody may have deleted it
//!    since the history was looked at, and then the older one is the last.
//! 3. Rows are met in the order of their keys.

use std::collections::{BTreeMap, BTreeSet};

use sbm_core::audit::Entry;
use sbm_core::id::{AccountId, InstallationId, RunId};
use sbm_core::run::retention::Floor;
use sbm_core::time::Timestamp;

use super::known::portions;
use crate::store::StoreError;
use crate::store::database::audit;
use crate::store::retention::Past;
use crate::store::sql::{Insert, Kind, Sql, all, int, one, values};

pub(super) fn prune(sql: &dyn Sql, past: &[Past], now: Timestamp, entry: Option<Entry>) -> Result<u64, StoreError> {
    let mut sources: BTreeMap<(AccountId, InstallationId), Vec<&Past>> = BTreeMap::new();
    for run in past {
        sources.entry((run.account, run.installation)).or_default().push(run);
    }
    let mut deleted = 0;
    for ((account, of), mut runs) in sources {
        runs.sort_by_key(|run| run.id);
        let there = hold_newer(sql, account, of, &runs)?;
        runs.retain(|run| run.newer.is_none_or(|newer| there.contains(&newer)));
        let delete = "DELETE FROM runs WHERE account_id = $1 AND installation = $2";
        let mut gone = BTreeSet::new();
        for (text, values) in portions(delete, account, of, runs.iter().map(|run| run.id)) {
            gone.extend(all(sql, &format!("{text} RETURNING run_id"), &values, |row| row.uuid(RunId::from_bytes))?);
        }
        runs.retain(|run| gone.contains(&run.id));
        remember(sql, account, of, &runs, now)?;
        deleted += gone.len() as u64;
    }
    audit::append(sql, entry.as_slice())?;
    Ok(deleted)
}

/// Which of the newer runs are there; they stay until the end of the transaction.
fn hold_newer(sql: &dyn Sql, account: AccountId, of: InstallationId, runs: &[&Past]) -> Result<BTreeSet<RunId>, StoreError> {
    let newer: BTreeSet<RunId> = runs.iter().filter_map(|run| run.newer).collect();
    let mut there = BTreeSet::new();
    for (text, values) in portions("SELECT run_id FROM runs WHERE account_id = $1 AND installation = $2", account, of, newer) {
        let text = sql.dialect().spell(&format!("{text} ORDER BY run_id {{lock}}"));
        there.extend(all(sql, &text, &values, |row| row.uuid(RunId::from_bytes))?);
    }
    Ok(there)
}

/// Raises the floor of an installation above runs that went. One that it must not stand for is remembered by itself.
fn remember(sql: &dyn Sql, account: AccountId, of: InstallationId, runs: &[&Past], now: Timestamp) -> Result<(), StoreError> {
    let (mut floor, mut stubs) = (None, Vec::new());
    for run in runs {
        if run.below && Floor::may_rise_to(run.id, now) {
            floor = Some(Floor::with(floor, run.id, run.sequence));
        } else {
            stubs.push(Vec::from(values![account.0, run.id.as_bytes().to_vec(), of.as_bytes().to_vec(), int(run.sequence)?]));
        }
    }
    for stubs in stubs.chunks(AT_ONCE) {
        sql.insert(&STUBS, stubs)?;
    }
    floor.map_or(Ok(()), |floor| raise(sql, account, of, floor))
}

/// The columns of what is left of one run.
const STUBS: Insert = Insert {
    table: "run_stubs",
    columns: &[("account_id", Kind::Int), ("run_id", Kind::Bytes), ("installation", Kind::Bytes), ("sequence", Kind::Int)],
    key: &[0, 1, 2],
};
/// How many of them are inserted at once.
const AT_ONCE: usize = 100;

/// Raises a floor; it never sinks.
fn raise(sql: &dyn Sql, account: AccountId, of: InstallationId, floor: Floor) -> Result<(), StoreError> {
    let text = "INSERT INTO pruned (account_id, installation, run_id, sequence) VALUES ($1, $2, $3, $4)
        ON CONFLICT (account_id, installation) DO UPDATE SET
            run_id = CASE WHEN excluded.run_id > pruned.run_id THEN excluded.run_id ELSE pruned.run_id END,
            sequence = CASE WHEN excluded.sequence > pruned.sequence THEN excluded.sequence ELSE pruned.sequence END";
    sql.run(text, &values![account.0, of.as_bytes(), floor.id.as_bytes(), int(floor.sequence)?]).map(drop)
}

/// The floor of an installation, and whether any of its runs has a stub: one exchange for both, since mostly there is neither.
pub(super) fn left(sql: &dyn Sql, account: AccountId, of: InstallationId) -> Result<(Option<Floor>, bool), StoreError> {
    let text = "SELECT (SELECT run_id FROM pruned WHERE account_id = $1 AND installation = $2),
        (SELECT sequence FROM pruned WHERE account_id = $1 AND installation = $2),
        CASE WHEN EXISTS (SELECT 1 FROM run_stubs WHERE account_id = $1 AND installation = $2) THEN 1 ELSE 0 END";
    let found = one(sql, text, &values![account.0, of.as_bytes()], |row| {
        let (id, sequence): (Option<[u8; 16]>, Option<u64>) = (row.take()?, row.take()?);
        let floor = id.zip(sequence).map(|(id, sequence)| Floor { id: RunId::from_bytes(id), sequence });
        Ok((floor, row.take::<i64>()? != 0))
    })?;
    Ok(found.unwrap_or_default())
}
