//! How history becomes no longer than it may be (HIS-7): who looks, what goes, in which steps.
//!
//! 1. One look at the whole history, in one snapshot and from the run that came last, says which runs are past retention; the
//!    rule is [`Sweep`](sbm_core::run::retention::Sweep), and nothing decides beside it. Nobody waits for the look.
//! 2. In PostgreSQL a month of which every run is past retention goes as a whole ([`months`](super::postgres)); what remains
//!    goes in batches, so that whoever writes waits for a thousand rows at most.
//! 3. What goes raises the [`Floor`](sbm_core::run::retention::Floor) of its installation in the same transaction: sent again
//!    it is told as deleted (HIS-3). A stub for each run would make a history that is kept for weeks grow for years; only what
//!    the floor must not stand for has one, since runs from before it are still to come.
//! 4. The first batch carries the audit entry of the sweep, with the count of all: a sweep that is broken off has told too
//!    much, never too little, and the next one tells of the rest.

pub(super) mod look;

use sbm_core::audit::Entry;
use sbm_core::code::Code;
use sbm_core::id::AccountId;
use sbm_core::run::retention::Retention;
use sbm_core::time::Timestamp;

pub use self::look::{Looked, Past, look};
use super::export::whole::{filled, looked};
use super::postgres::Doomed;
use super::sql::Dialect;
use super::{Store, StoreError, postgres};

/// How many runs go in one transaction.
pub const BATCH: usize = 1_000;

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
    let Some(last) = &found.last else {
        tracing::info!(
            "the history has very many profiles whose last successful run is past retention; no month goes as a whole"
        );
        return Ok(dropped);
    };
    let parts = looked(store, move |sql| match sql.dialect() {
        Dialect::Sqlite => Ok(Vec::new()),
        Dialect::Postgres => postgres::past_parts(sql, rule, now),
    })?;
    // What this sweep remembers of parts that it dropped is no deletion by somebody.
    let mut stubs = found.stubs;
    for part in parts {
        if !goes_on() {
            break;
        }
        let Some(doomed) = Doomed::plan(&part, rule.begins(now), last, &found.reach, stubs) else { continue };
        let gone = filled(store, move |sql| {
            doomed.run(sql, |name, runs| entry(now, "history.prune", rule, format!("{runs} runs, all of {name}")))
        });
        match gone {
            Ok(Some(gone)) => {
                stubs += gone.stubs;
                dropped.push((part, gone.runs));
            }
            Ok(None) => {}
            Err(StoreError::Busy) => {
                tracing::info!("a month of the history that may go is in use or takes too long; it goes another time");
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
        about: Vec::new(),
    }
}
