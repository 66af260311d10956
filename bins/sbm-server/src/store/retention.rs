//! How history becomes no longer than it may be (HIS-7): who looks, what goes, in which steps.
//!
//! 1. One look at the whole history, in one snapshot and from the run that came last, says which runs are past retention; the
//!    rule is [`Sweep`], and nothing decides beside it. Nobody waits for the look.
//! 2. In PostgreSQL a month of which every run is past retention goes as a whole ([`months`](super::postgres)); what remains
//!    goes in batches, so that whoever writes waits for a thousand rows at most.
//! 3. What goes raises the [`Floor`](sbm_core::run::retention::Floor) of its installation in the same transaction: sent again
//!    it is told as deleted (HIS-3). A stub for each run would make a history that is kept for weeks grow for years.
//! 4. The first batch carries the audit entry of the sweep, with the count of all: a sweep that is broken off has told too
//!    much, never too little, and the next one tells of the rest.

use std::ops::ControlFlow;

use sbm_core::audit::Entry;
use sbm_core::code::Code;
use sbm_core::id::{AccountId, InstallationId, RunId};
use sbm_core::run::RunResult;
use sbm_core::run::retention::{Fate, Kept, Retention, Sweep, Which};
use sbm_core::time::Timestamp;

use super::export::whole::{Whole, filled, looked};
use super::sql::{Dialect, Fields, Sql, one, strange};
use super::{Store, StoreError, postgres};

/// How many runs go in one transaction.
pub const BATCH: usize = 1_000;

/// A run that is past retention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// Its account.
    pub account: AccountId,
    /// The installation that made it.
    pub installation: InstallationId,
    /// Its id.
    pub id: RunId,
    /// Its number.
    pub sequence: u64,
    /// The newer successful run without which it stays, being the last one then.
    pub newer: Option<RunId>,
}

/// What a look at the history found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Runs that are past retention, as many as were asked for.
    pub past: Vec<Past>,
    /// How many more there are.
    pub left: u64,
    /// Runs that would be, but are the last successful ones of their profiles.
    pub last: Vec<(AccountId, InstallationId, RunId)>,
    /// How many runs administrators had deleted then: another count later says that the last successful ones may be others.
    pub deletions: u64,
}

/// What became of a history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// How many runs went.
    pub deleted: u64,
    /// How many are past retention and still there.
    pub left: u64,
    /// The parts that went as a whole.
    pub parts: Vec<String>,
}

/// Brings the history within retention: so many runs at most in batches, and every month that may go. Before each step
/// `goes_on` is asked. To be asked for in a thread, never in a handler.
///
/// # Errors
///
/// What the database says; what went until then is gone.
pub fn prune(
    store: &dyn Store,
    rule: Retention,
    now: Timestamp,
    most: usize,
    mut goes_on: impl FnMut() -> bool,
) -> Result<Pruned, StoreError> {
    let mut pruned = Pruned::default();
    if rule.is_for_ever() {
        return Ok(pruned);
    }
    let mut found = look(store, rule, now, most)?;
    let dropped = drop_months(store, rule, now, &found, &mut goes_on)?;
    if !dropped.is_empty() {
        found = look(store, rule, now, most)?;
    }
    for (part, runs) in dropped {
        pruned.parts.push(part);
        pruned.deleted += runs;
    }
    let mut all = found.past.len() as u64;
    let mut entry = Some(entry(now, "history.prune", rule, format!("{all} runs")));
    for batch in found.past.chunks(BATCH) {
        if !goes_on() {
            break;
        }
        let deleted = store.prune(batch.to_vec(), now, entry.take()).wait()?;
        pruned.deleted += deleted;
        all -= batch.len() as u64;
    }
    pruned.left = found.left + all;
    Ok(pruned)
}

/// Goes through the history once.
///
/// # Errors
///
/// What the database says.
pub fn look(store: &dyn Whole, rule: Retention, now: Timestamp, most: usize) -> Result<Looked, StoreError> {
    looked(store, move |sql| sweep(sql, rule, now, most))
}

fn sweep(sql: &dyn Sql, rule: Retention, now: Timestamp, most: usize) -> Result<Looked, StoreError> {
    let (mut sweep, mut found) = (Sweep::new(rule, now), Looked { deletions: deletions(sql)?, ..Looked::default() });
    let text = sql.dialect().spell(
        "SELECT account_id, installation, run_id, sequence, received, profile_guid,
            CASE WHEN profile_guid IS NULL THEN profile_name END, restore, result, CASE WHEN gap IS NULL THEN 0 ELSE 1 END
        FROM runs ORDER BY {arrival} DESC",
    );
    sql.rows(&text, &[], &mut |row| {
        let (run, sequence) = decode(&mut Fields::new(row))?;
        let (account, installation, id) = (run.account, run.installation, run.id);
        match sweep.look(run) {
            Fate::Stays => {}
            Fate::LastSuccess => found.last.push((account, installation, id)),
            Fate::Goes(_) if found.past.len() >= most => found.left += 1,
            Fate::Goes(newer) => found.past.push(Past { account, installation, id, sequence, newer }),
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

fn decode(row: &mut Fields<'_>) -> Result<(Kept, u64), StoreError> {
    let (account, installation) = (row.id()?, row.uuid(InstallationId::from_bytes)?);
    let (id, sequence, received) = (row.uuid(RunId::from_bytes)?, row.take()?, row.time()?);
    let (guid, name): (_, Option<String>) = (row.guid_or_none()?, row.take()?);
    let (restore, result, gap): (bool, i32, i32) = (row.take()?, row.take()?, row.take()?);
    let result = RunResult::from_number(result).ok_or_else(|| strange("result", result))?;
    let profile = guid.map_or_else(|| Which::Name(name.unwrap_or_default()), Which::Guid);
    Ok((Kept { account, installation, profile, id, received, restore, result, is_gap: gap != 0 }, sequence))
}

/// How many runs were deleted one by one.
pub(super) fn deletions(sql: &dyn Sql) -> Result<u64, StoreError> {
    Ok(one(sql, "SELECT count(*) FROM run_stubs", &[], |row| row.take())?.unwrap_or(0))
}

/// Drops the parts of which every run is past retention, one after the other; gives how many runs each had. One that is in
/// use, or of which somebody deleted runs meanwhile, is left for the next time.
fn drop_months(
    store: &dyn Store,
    rule: Retention,
    now: Timestamp,
    found: &Looked,
    goes_on: &mut dyn FnMut() -> bool,
) -> Result<Vec<(String, u64)>, StoreError> {
    let mut dropped = Vec::new();
    let parts = looked(store, move |sql| match sql.dialect() {
        Dialect::Sqlite => Ok(Vec::new()),
        Dialect::Postgres => postgres::past_parts(sql, rule, now),
    })?;
    for part in parts {
        if !goes_on() {
            break;
        }
        let (last, deletions) = (found.last.clone(), found.deletions);
        let gone = filled(store, move |sql| {
            postgres::drop_part(sql, &part, rule.begins(now), &last, deletions, |name, runs| {
                entry(now, "history.prune", rule, format!("{runs} runs, all of {name}"))
            })
        });
        match gone {
            Ok(gone) => dropped.extend(gone),
            Err(StoreError::Busy) => {
                tracing::info!("a month of the history that may go is in use; it goes another time");
                break;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(dropped)
}

/// What the audit log has of a sweep.
fn entry(at: Timestamp, act: &str, rule: Retention, what: String) -> Entry {
    let limit = |key: &str, limit: Option<u32>| limit.map(|limit| format!(", {key} {limit}")).unwrap_or_default();
    Entry {
        at,
        account: AccountId::ROOT,
        actor: "system".to_owned(),
        address: String::new(),
        act: act.to_owned(),
        object: "history".to_owned(),
        outcome: Code::Ok.name().to_owned(),
        detail: format!("{what}{}{}", limit("keep_days", rule.days), limit("keep_runs", rule.runs)),
    }
}
