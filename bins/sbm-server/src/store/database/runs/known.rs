//! What the database knows of the runs of a batch: looked up in portions, since each look is an exchange with the database.

use std::collections::{HashMap, HashSet};

use sbm_core::id::{AccountId, InstallationId, RunId};
use sbm_core::run::RunRecord;
use sbm_core::run::retention::Floor;

use super::prune::left;
use super::row::{columns, decode};
use crate::store::sql::{Fields, Sql, Value, all};
use crate::store::{RunSource, StoreError};

/// How many ids are looked up at once. A number that does not change makes a statement that is prepared once.
const PORTION: usize = 64;

/// Which runs of an installation were deleted, one by one or because they were past retention.
#[derive(Default)]
pub(super) struct Deleted {
    stubs: HashSet<RunId>,
    floor: Option<Floor>,
}

impl Deleted {
    /// Those among these records. Mostly nothing of an installation was ever deleted, and that is asked first.
    pub(super) fn among<'r>(
        sql: &dyn Sql,
        source: RunSource,
        records: impl Iterator<Item = &'r RunRecord>,
    ) -> Result<Self, StoreError> {
        let (floor, has_stubs) = left(sql, source.account, source.installation)?;
        if !has_stubs {
            return Ok(Self { stubs: HashSet::new(), floor });
        }
        let text = "SELECT run_id FROM run_stubs WHERE account_id = $1 AND installation = $2";
        let found = look_up(sql, text, source, records.map(|record| record.id), |row| row.uuid(RunId::from_bytes))?;
        Ok(Self { stubs: found.into_iter().collect(), floor })
    }

    /// Whether somebody deleted it.
    pub(super) fn knows(&self, id: RunId) -> bool {
        self.stubs.contains(&id)
    }

    /// Whether it was deleted if it is not there: what is below the floor may be a last successful run.
    pub(super) fn covers(&self, record: &RunRecord) -> bool {
        self.knows(record.id) || self.floor.is_some_and(|floor| floor.covers(record.id, record.sequence))
    }
}

/// The runs of an installation that have these ids.
pub(super) fn runs(
    sql: &dyn Sql,
    source: RunSource,
    ids: impl Iterator<Item = RunId>,
) -> Result<HashMap<RunId, RunRecord>, StoreError> {
    let text = concat!("SELECT ", columns!(), " FROM runs WHERE account_id = $1 AND installation = $2");
    let found = look_up(sql, text, source, ids, decode)?;
    Ok(found.into_iter().map(|run| (run.record.id, run.record)).collect())
}

fn look_up<T>(
    sql: &dyn Sql,
    select: &str,
    source: RunSource,
    ids: impl Iterator<Item = RunId>,
    mut decode: impl FnMut(&mut Fields<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut found = Vec::new();
    for (text, values) in portions(select, source.account, source.installation, ids) {
        found.extend(all(sql, &text, &values, &mut decode)?);
    }
    Ok(found)
}

/// A statement about these runs of an installation, which are its first two values, as often as is needed.
pub(super) fn portions(
    statement: &str,
    account: AccountId,
    of: InstallationId,
    ids: impl IntoIterator<Item = RunId>,
) -> Vec<(String, Vec<Value<'static>>)> {
    let ids: Vec<RunId> = ids.into_iter().collect();
    let portion = |portion: &[RunId]| {
        let places = if portion.len() == 1 { 1 } else { PORTION };
        let mut values = vec![Value::from(account.0), Value::Bytes(of.as_bytes().to_vec().into())];
        // What is left of the last portion asks for its last id again.
        let last = portion.last().into_iter().cycle();
        values.extend(portion.iter().chain(last).take(places).map(|id| Value::Bytes(id.as_bytes().to_vec().into())));
        (format!("{statement} AND run_id IN ({})", numbered(places)), values)
    };
    ids.chunks(PORTION).map(portion).collect()
}

/// The places of so many values behind the first two.
fn numbered(places: usize) -> String {
    (3..3 + places).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}
