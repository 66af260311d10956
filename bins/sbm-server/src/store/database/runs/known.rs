//! What the database knows of the runs of a batch: looked up in portions, since each look is an exchange with the database.

use std::collections::{HashMap, HashSet};

use sbm_core::id::RunId;
use sbm_core::run::RunRecord;

use super::row::{columns, decode};
use crate::store::sql::{Fields, Sql, Value, all, any, values};
use crate::store::{RunSource, StoreError};

/// How many ids are looked up at once. A number that does not change makes a statement that is prepared once.
const PORTION: usize = 64;

/// Which runs of an installation were deleted.
#[derive(Default)]
pub(super) struct Deleted(HashSet<RunId>);

impl Deleted {
    /// Those among these records. Mostly nothing of an installation was ever deleted, and that is asked first.
    pub(super) fn among<'r>(
        sql: &dyn Sql,
        source: RunSource,
        records: impl Iterator<Item = &'r RunRecord>,
    ) -> Result<Self, StoreError> {
        let text = "SELECT 1 FROM run_stubs WHERE account_id = $1 AND installation = $2 LIMIT 1";
        if !any(sql, text, &values![source.account.0, source.installation.as_bytes()])? {
            return Ok(Self(HashSet::new()));
        }
        let text = "SELECT run_id FROM run_stubs WHERE account_id = $1 AND installation = $2";
        let found = look_up(sql, text, source, records.map(|record| record.id), |row| row.uuid(RunId::from_bytes))?;
        Ok(Self(found.into_iter().collect()))
    }

    pub(super) fn knows(&self, id: RunId) -> bool {
        self.0.contains(&id)
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
    let ids: Vec<RunId> = ids.collect();
    let mut found = Vec::new();
    for portion in ids.chunks(PORTION) {
        let places = if portion.len() == 1 { 1 } else { PORTION };
        let text = format!("{select} AND run_id IN ({})", numbered(places));
        let mut values = Vec::from(values![source.account.0, source.installation.as_bytes()]);
        // What is left of the last portion asks for its last id again.
        let last = portion.last().into_iter().cycle();
        values.extend(portion.iter().chain(last).take(places).map(|id| Value::from(id.as_bytes())));
        found.extend(all(sql, &text, &values, &mut decode)?);
    }
    Ok(found)
}

/// The places of so many values behind the first two.
fn numbered(places: usize) -> String {
    (3..3 + places).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}
