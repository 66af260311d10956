//! Rows to values and back. What comes out of the file is input like any other: what cannot be is `Damaged`.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, Params, Row};
use sbm_core::id::{Guid, Hash};
use sbm_core::name::{Name, Text};
use sbm_core::time::Timestamp;

use super::connection::failure;
use crate::store::StoreError;

/// What went wrong while `?` had no better name for it; it never leaves this backend.
pub(super) struct Failure(StoreError);

/// A result within this backend.
pub(super) type Outcome<T> = Result<T, Failure>;

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self(failure(&error))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self(error)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        failure.0
    }
}

/// The columns of a row, taken from left to right.
pub(super) struct Fields<'r> {
    row: &'r Row<'r>,
    at: usize,
}

impl<'r> Fields<'r> {
    const fn new(row: &'r Row<'r>) -> Self {
        Self { row, at: 0 }
    }

    pub(super) fn take<T: Column>(&mut self) -> Outcome<T> {
        let value = self.row.get::<_, Held<T>>(self.at)?;
        self.at += 1;
        Ok(value.0)
    }

    pub(super) fn id<T: From<u32>>(&mut self) -> Outcome<T> {
        Ok(T::from(self.take::<u32>()?))
    }

    pub(super) fn id_or_none<T: From<u32>>(&mut self) -> Outcome<Option<T>> {
        Ok(self.take::<Option<u32>>()?.map(T::from))
    }

    pub(super) fn name(&mut self) -> Outcome<Name> {
        let text: String = self.take()?;
        Name::new(&text).map_err(|_| strange("name", &text))
    }

    pub(super) fn text(&mut self) -> Outcome<Text> {
        let text: String = self.take()?;
        Text::new(&text).map_err(|_| strange("description", &text))
    }

    pub(super) fn time(&mut self) -> Outcome<Timestamp> {
        self.take().map(Timestamp::from_millis)
    }

    pub(super) fn time_or_none(&mut self) -> Outcome<Option<Timestamp>> {
        Ok(self.take::<Option<i64>>()?.map(Timestamp::from_millis))
    }

    pub(super) fn uuid<T>(&mut self, make: impl FnOnce([u8; 16]) -> T) -> Outcome<T> {
        self.take().map(make)
    }

    pub(super) fn guid_or_none(&mut self) -> Outcome<Option<Guid>> {
        Ok(self.take::<Option<[u8; 16]>>()?.map(Guid::from_bytes))
    }

    pub(super) fn hash(&mut self) -> Outcome<Hash> {
        self.take().map(Hash::from_bytes)
    }

    pub(super) fn hash_or_none(&mut self) -> Outcome<Option<Hash>> {
        Ok(self.take::<Option<[u8; 32]>>()?.map(Hash::from_bytes))
    }
}

/// What a column can hold: what SQLite knows, and unsigned numbers within the signed ones.
pub(super) trait Column: Sized {
    fn from_value(value: ValueRef<'_>) -> FromSqlResult<Self>;
}

struct Held<T>(T);

impl<T: Column> FromSql for Held<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        T::from_value(value).map(Self)
    }
}

macro_rules! columns {
    ($($type:ty),*) => { $(
        impl Column for $type {
            fn from_value(value: ValueRef<'_>) -> FromSqlResult<Self> {
                Self::column_result(value)
            }
        }
    )* };
}

columns! { bool, i32, i64, u32, String, Vec<u8>, [u8; 16], [u8; 32] }

impl Column for u64 {
    fn from_value(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = i64::column_result(value)?;
        Self::try_from(number).map_err(|_| FromSqlError::OutOfRange(number))
    }
}

impl<T: Column> Column for Option<T> {
    fn from_value(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value {
            ValueRef::Null => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// A value that no program of ours writes.
pub(super) fn strange(what: &str, value: impl std::fmt::Display) -> Failure {
    StoreError::damaged(format!("`{value}` is no {what}")).into()
}

/// All rows of a query.
pub(super) fn all<T>(
    sql: &Connection,
    text: &str,
    params: impl Params,
    mut decode: impl FnMut(&mut Fields<'_>) -> Outcome<T>,
) -> Outcome<Vec<T>> {
    let mut statement = sql.prepare_cached(text)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(decode(&mut Fields::new(row))?);
    }
    Ok(found)
}

/// The first row of a query.
pub(super) fn one<T>(
    sql: &Connection,
    text: &str,
    params: impl Params,
    decode: impl FnOnce(&mut Fields<'_>) -> Outcome<T>,
) -> Outcome<Option<T>> {
    let mut statement = sql.prepare_cached(text)?;
    let mut rows = statement.query(params)?;
    match rows.next()? {
        Some(row) => decode(&mut Fields::new(row)).map(Some),
        None => Ok(None),
    }
}

/// Whether a query has a row.
pub(super) fn any(sql: &Connection, text: &str, params: impl Params) -> Outcome<bool> {
    Ok(sql.prepare_cached(text)?.exists(params)?)
}

/// Runs a statement; gives how many rows it changed.
pub(super) fn run(sql: &Connection, text: &str, params: impl Params) -> Outcome<usize> {
    Ok(sql.prepare_cached(text)?.execute(params)?)
}

/// A count as the file keeps it.
pub(super) fn int(value: u64) -> Outcome<i64> {
    i64::try_from(value).map_err(|_| StoreError::rejected(format!("`{value}` is too large")).into())
}
