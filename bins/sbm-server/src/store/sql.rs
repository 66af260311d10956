//! SQL as both databases understand it: what the operations of the store are written in, once.
//!
//! 1. A statement names its values `$1`, `$2`, … and is a constant: values never become text. Where the databases differ,
//!    [`Dialect`] has the words.
//! 2. What comes out is input like any other: what no program of ours writes is [`Damaged`](StoreError::Damaged).
//! 3. A [`Sql`] is one connection inside a transaction; [`lane`](super::lane) begins and ends that.

mod field;
mod value;

use std::ops::ControlFlow;

pub use self::field::{Column, Fields};
pub(crate) use self::value::values;
pub use self::value::{Cell, Value};
use super::StoreError;

/// One connection to either database, within a transaction.
pub trait Sql {
    /// Which database it is.
    fn dialect(&self) -> Dialect;

    /// Runs a statement without rows; gives how many rows it changed.
    ///
    /// # Errors
    ///
    /// What the database says.
    fn run(&self, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError>;

    /// Hands each row over until `each` breaks off.
    ///
    /// # Errors
    ///
    /// What the database or `each` says.
    fn rows(&self, text: &str, values: &[Value<'_>], each: &mut Each<'_>) -> Result<(), StoreError>;

    /// Inserts rows whose key is not there yet; says of each whether it was. Of two with one key the first is. One
    /// exchange with the database, however many they are.
    ///
    /// # Errors
    ///
    /// What the database says.
    fn insert(&self, into: &Insert, rows: &[Vec<Value<'_>>]) -> Result<Vec<bool>, StoreError>;

    /// Inserts rows none of whose keys is there yet, all or none, as fast as the database takes them.
    ///
    /// # Errors
    ///
    /// [`StoreError::Taken`] when one is, and what the database says.
    fn fill(&self, into: &Insert, rows: &[Vec<Value<'_>>]) -> Result<(), StoreError> {
        all_new(into, &self.insert(into, rows)?)
    }
}

/// What takes rows one after the other.
pub type Each<'a> = dyn FnMut(&dyn Row) -> Result<ControlFlow<()>, StoreError> + 'a;

/// A row of an answer.
pub trait Row {
    /// What is in the column of that index.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when there is no such column, or it holds a type that no schema of ours has.
    fn cell(&self, at: usize) -> Result<Cell<'_>, StoreError>;
}

/// Which database it is, for the few words that they do not share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    /// A statement with the words of this database in it.
    ///
    /// 1. `{lock}` behind a `SELECT`: its rows stay as they are until this transaction ends. In SQLite whoever writes is
    ///    alone.
    /// 2. `{arrival}`: the column by which rows of history lie in the order in which they came.
    #[must_use]
    pub fn spell(self, text: &str) -> String {
        let (lock, arrival) = match self {
            Self::Sqlite => ("", "rowid"),
            // Rows that refer to the locked one may still come; it itself can neither change nor go.
            Self::Postgres => ("FOR NO KEY UPDATE", "arrival"),
        };
        text.replace("{lock}", lock).replace("{arrival}", arrival)
    }

    /// Whether others may write while a transaction does.
    #[must_use]
    pub const fn writes_side_by_side(self) -> bool {
        matches!(self, Self::Postgres)
    }
}

/// A table that many rows are put into at once.
#[derive(Clone, Copy, Debug)]
pub struct Insert {
    /// The table.
    pub table: &'static str,
    /// Its columns, in the order of the values.
    pub columns: &'static [(&'static str, Kind)],
    /// Which of the columns make the key.
    pub key: &'static [usize],
}

/// What an insertion says of rows that must all be new.
///
/// # Errors
///
/// [`StoreError::Taken`] when one is there already.
pub fn all_new(into: &Insert, inserted: &[bool]) -> Result<(), StoreError> {
    if inserted.iter().all(|inserted| *inserted) {
        return Ok(());
    }
    Err(StoreError::Taken(format!("`{}` has a row of that key already", into.table).into()))
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number of 64 bits.
    Int,
    /// Yes or no: 0 and 1 in SQLite.
    Bool,
    /// A text.
    Text,
    /// Bytes.
    Bytes,
}

/// All rows of a query.
///
/// # Errors
///
/// What the database or `decode` says.
pub fn all<T>(
    sql: &dyn Sql,
    text: &str,
    values: &[Value<'_>],
    mut decode: impl FnMut(&mut Fields<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut found = Vec::new();
    sql.rows(text, values, &mut |row| {
        found.push(decode(&mut Fields::new(row))?);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// The first row of a query.
///
/// # Errors
///
/// What the database or `decode` says.
pub fn one<T>(
    sql: &dyn Sql,
    text: &str,
    values: &[Value<'_>],
    decode: impl FnOnce(&mut Fields<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let (mut found, mut decode) = (None, Some(decode));
    sql.rows(text, values, &mut |row| {
        if let Some(decode) = decode.take() {
            found = Some(decode(&mut Fields::new(row))?);
        }
        Ok(ControlFlow::Break(()))
    })?;
    Ok(found)
}

/// Whether a query has a row.
///
/// # Errors
///
/// What the database says.
pub fn any(sql: &dyn Sql, text: &str, values: &[Value<'_>]) -> Result<bool, StoreError> {
    Ok(one(sql, text, values, |_| Ok(()))?.is_some())
}

/// A count as the databases keep it.
///
/// # Errors
///
/// [`StoreError::Rejected`] when it is beyond 2⁶³ − 1.
pub fn int(value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::rejected(format!("`{value}` is too large")))
}

/// A value that no program of ours writes.
#[must_use]
pub fn strange(what: &str, value: impl std::fmt::Display) -> StoreError {
    StoreError::damaged(format!("`{value}` is no {what}"))
}
