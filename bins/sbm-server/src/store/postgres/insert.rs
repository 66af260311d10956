//! Many rows at once, of which some may be there: by COPY where all turn out to be new, as they mostly are; else in one
//! statement with a list for each column, which says of each row whether it was taken. Measured, that word costs half as much
//! again as the rows themselves.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::fill::fill;
use super::live::Live;
use super::value::{Parameter, array_of};
use crate::store::StoreError;
use crate::store::sql::{Insert, Value};

/// From how many rows on they are taken for new first.
const MANY: usize = 32;

/// Inserts rows whose key is not there yet, in their order; says of each whether it was. Of two with one key the first is.
pub(super) fn insert(live: &Live, into: &Insert, rows: &[Vec<Value<'_>>]) -> Result<Vec<bool>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    if rows.len() >= MANY && live.in_transaction() && all_new(live, into, rows)? {
        return Ok(vec![true; rows.len()]);
    }
    let mut columns: Vec<Vec<Parameter<'_>>> = into.columns.iter().map(|_| Vec::with_capacity(rows.len())).collect();
    let mut waiting: HashMap<Vec<u8>, usize> = HashMap::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        if row.len() != columns.len() {
            return Err(StoreError::rejected(format!("a row for `{}` has another number of columns", into.table)));
        }
        columns.iter_mut().zip(row).for_each(|(column, value)| column.push(Parameter(value)));
        let mut key = Vec::with_capacity(64);
        into.key.iter().filter_map(|at| row.get(*at)).for_each(|value| add(&mut key, value));
        waiting.entry(key).or_insert(at);
    }
    let mut inserted = vec![false; rows.len()];
    live.query(&text(into), &columns, &mut |row| {
        let mut key = Vec::with_capacity(64);
        for at in 0..into.key.len() {
            add(&mut key, &row.cell(at)?.into());
        }
        match waiting.remove(&key).and_then(|at| inserted.get_mut(at)) {
            Some(inserted) => *inserted = true,
            None => return Err(StoreError::damaged(format!("`{}` says that it took a row that it was not given", into.table))),
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(inserted)
}

/// Inserts the rows if all are new. Else nothing of it was done, and the transaction is as it was.
fn all_new(live: &Live, into: &Insert, rows: &[Vec<Value<'_>>]) -> Result<bool, StoreError> {
    live.batch("SAVEPOINT before_many")?;
    match fill(live, into, rows) {
        Ok(()) => Ok(true),
        Err(StoreError::Taken(_)) => live.back_to("ROLLBACK TO SAVEPOINT before_many").map(|()| false),
        Err(error) => Err(error),
    }
}

fn text(into: &Insert) -> String {
    let names: Vec<&str> = into.columns.iter().map(|(name, _)| *name).collect();
    let key: Vec<&str> = into.key.iter().filter_map(|at| names.get(*at).copied()).collect();
    let lists: Vec<String> =
        into.columns.iter().enumerate().map(|(at, (_, kind))| format!("${}::{}", at + 1, array_of(*kind))).collect();
    let (names, key, lists) = (names.join(", "), key.join(", "), lists.join(", "));
    format!(
        "INSERT INTO {} ({names}) SELECT {names} FROM unnest({lists}) WITH ORDINALITY AS given ({names}, given_at)
        ORDER BY given_at ON CONFLICT ({key}) DO NOTHING RETURNING {key}",
        into.table
    )
}

/// A value as part of a key that no other makes.
fn add(key: &mut Vec<u8>, value: &Value<'_>) {
    let (kind, bytes): (u8, &[u8]) = match value {
        Value::Null => (0, &[]),
        Value::Int(number) => (1, &number.to_be_bytes()),
        Value::Text(text) => (2, text.as_bytes()),
        Value::Bytes(bytes) => (3, bytes),
    };
    key.push(kind);
    key.extend_from_slice(&bytes.len().to_be_bytes());
    key.extend_from_slice(bytes);
}
