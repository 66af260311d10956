//! Values as PostgreSQL takes them, and cells as it gives them.
//!
//! A number is sent in the size that the statement asks for, and read in the size that it has. What fits no type of ours is
//! refused on the way in and damage on the way out.

use std::cell::OnceCell;
use std::error::Error;
use std::fmt;

use bytes::BytesMut;
use tokio_postgres::Row as Answer;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::failure::failure;
use super::text;
use crate::store::StoreError;
use crate::store::sql::{Cell, Kind, Row, Value};

/// A value for a parameter.
#[derive(Debug)]
pub(super) struct Parameter<'a>(pub(super) &'a Value<'a>);

/// A value that is not of the type that the statement asks for.
#[derive(Debug)]
pub(super) struct Misfit(String);

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Misfit {}

impl ToSql for Parameter<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let misfit = || Misfit(format!("a parameter of the type `{ty}` does not take what it is given"));
        match (self.0, ty) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Int(number), &Type::INT8) => number.to_sql(ty, out),
            (Value::Int(number), &Type::INT4) => i32::try_from(*number).map_err(|_| misfit())?.to_sql(ty, out),
            (Value::Int(number), &Type::INT2) => i16::try_from(*number).map_err(|_| misfit())?.to_sql(ty, out),
            (Value::Int(0), &Type::BOOL) => false.to_sql(ty, out),
            (Value::Int(1), &Type::BOOL) => true.to_sql(ty, out),
            (Value::Text(given), &Type::TEXT | &Type::VARCHAR | &Type::NAME) => text::kept(given).as_ref().to_sql(ty, out),
            (Value::Bytes(bytes), &Type::BYTEA) => bytes.as_ref().to_sql(ty, out),
            _ => Err(misfit().into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The type of an array of such values.
pub(super) const fn array_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "bigint[]",
        Kind::Bool => "boolean[]",
        Kind::Text => "text[]",
        Kind::Bytes => "bytea[]",
    }
}

/// A row, and those of its texts that are kept in other words.
pub(super) struct Found {
    row: Answer,
    given: Vec<OnceCell<String>>,
}

impl Found {
    pub(super) fn new(row: Answer) -> Self {
        let given = row.columns().iter().map(|_| OnceCell::new()).collect();
        Self { row, given }
    }
}

impl Row for Found {
    fn cell(&self, at: usize) -> Result<Cell<'_>, StoreError> {
        let Some(given) = self.given.get(at) else {
            return Err(StoreError::damaged(format!("an answer has no column {at}")));
        };
        let Raw(cell) = self.row.try_get(at).map_err(|error| failure(&error))?;
        match cell {
            Cell::Text(kept) if text::is_marked(kept) => {
                if given.get().is_none() {
                    // Nobody else fills it: a row stays in its thread.
                    drop(given.set(text::given(kept)?));
                }
                Ok(Cell::Text(given.get().map_or(kept, String::as_str)))
            }
            cell => Ok(cell),
        }
    }
}

/// A cell as it is kept.
struct Raw<'a>(Cell<'a>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *ty {
            Type::INT8 => Cell::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Cell::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Cell::Int(i16::from_sql(ty, raw)?.into()),
            Type::BOOL => Cell::Int(bool::from_sql(ty, raw)?.into()),
            Type::BYTEA => Cell::Bytes(raw),
            _ => Cell::Text(<&str>::from_sql(ty, raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Cell::Null))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::INT4 | Type::INT2 | Type::BOOL | Type::BYTEA | Type::TEXT | Type::VARCHAR | Type::NAME)
    }
}
