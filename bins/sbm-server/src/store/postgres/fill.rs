//! Many rows by COPY, where nothing with their keys is there: no plan, no list for each column, no word on each row.
//!
//! The rows go in pieces much larger than those of the driver's own writer, each of which costs both sides a system call:
//! while PostgreSQL works on one the next is made.

use bytes::{BufMut as _, Bytes, BytesMut};
use tokio_postgres::types::{IsNull, ToSql as _, Type};

use super::live::Live;
use super::value::Parameter;
use crate::store::StoreError;
use crate::store::sql::{Insert, Kind, Value};

/// How the binary format begins: its mark, no flags, nothing more in its header.
const BEGIN: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// Stands where the next row would say how many columns it has.
const END: i16 = -1;
/// Stands where a value would say how long it is.
const NULL: i32 = -1;
/// How large a piece is, but for its last row.
const PIECE: usize = 64 * 1024;

/// Puts rows in, or none of them.
pub(super) fn fill(live: &Live, into: &Insert, rows: &[Vec<Value<'_>>]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = into.columns.iter().map(|(name, _)| *name).collect();
    let text = format!("COPY {} ({}) FROM STDIN WITH (FORMAT binary)", into.table, names.join(", "));
    let mut pieces = Pieces { into, rows: rows.iter(), piece: BytesMut::from(BEGIN), ended: false };
    let kept = live.copy_in(&text, &mut pieces)?;
    if kept == rows.len() as u64 {
        return Ok(());
    }
    Err(StoreError::damaged(format!("`{}` says that it took {kept} rows of {}", into.table, rows.len())))
}

/// The rows in the binary format.
struct Pieces<'r, 'v> {
    into: &'r Insert,
    rows: std::slice::Iter<'r, Vec<Value<'v>>>,
    piece: BytesMut,
    ended: bool,
}

impl Iterator for Pieces<'_, '_> {
    type Item = Result<Bytes, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        self.piece.reserve(PIECE + PIECE / 4);
        while self.piece.len() < PIECE {
            let Some(row) = self.rows.next() else {
                self.piece.put_i16(END);
                self.ended = true;
                break;
            };
            if let Err(error) = add(&mut self.piece, self.into, row) {
                self.ended = true;
                return Some(Err(error));
            }
        }
        Some(Ok(self.piece.split().freeze()))
    }
}

fn add(piece: &mut BytesMut, into: &Insert, row: &[Value<'_>]) -> Result<(), StoreError> {
    if row.len() != into.columns.len() {
        return Err(StoreError::rejected(format!("a row for `{}` has another number of columns", into.table)));
    }
    piece.put_i16(i16::try_from(row.len()).map_err(StoreError::rejected)?);
    for ((_, kind), value) in into.columns.iter().zip(row) {
        let at = piece.len();
        piece.put_i32(NULL);
        if let IsNull::No = Parameter(value).to_sql(&type_of(*kind), piece).map_err(StoreError::rejected)? {
            let length = i32::try_from(piece.len() - at - size_of::<i32>()).map_err(StoreError::rejected)?;
            if let Some(place) = piece.get_mut(at..at + size_of::<i32>()) {
                place.copy_from_slice(&length.to_be_bytes());
            }
        }
    }
    Ok(())
}

/// The type of a column, which the binary format must meet.
const fn type_of(kind: Kind) -> Type {
    match kind {
        Kind::Int => Type::INT8,
        Kind::Bool => Type::BOOL,
        Kind::Text => Type::TEXT,
        Kind::Bytes => Type::BYTEA,
    }
}
