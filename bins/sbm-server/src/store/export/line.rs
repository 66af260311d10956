//! The lines of an export: JSON, each spelled in one way only.
//!
//! 1. The first line is the [`Header`], the last the trailer. Between them each table has a line of its own, and then
//!    its rows, one to a line, as arrays in the order of the columns.
//! 2. A number is a number, yes and no are `true` and `false`, a text is a string, bytes are a string in base64, nothing is
//!    `null`.
//! 3. What is read must be spelled as it would be written: so that equal content is equal bytes, and nothing hides in a
//!    second spelling.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sbm_core::id::Hash;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::table::Table;
use crate::store::StoreError;
use crate::store::sql::{Cell, Kind, Row, Value};

/// What the first line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Which format it is.
    pub format: String,
    /// The format's version.
    pub version: u32,
    /// The newest migration of the database.
    pub schema: u32,
    /// The revision of the directory.
    pub revision: u64,
    /// The epoch of the signing keys.
    pub epoch: u64,
}

impl Header {
    /// The name of the format.
    pub const FORMAT: &str = "sbm-export";
    /// The version of the format that is written.
    pub const VERSION: u32 = 1;
}

/// The line before a table's rows.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Heading<'a> {
    #[serde(borrow)]
    pub(super) table: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) columns: Vec<Cow<'a, str>>,
}

impl Heading<'static> {
    pub(super) fn of(table: &Table) -> Self {
        let columns = table.columns.iter().map(|(name, _)| Cow::Borrowed(*name)).collect();
        Self { table: Cow::Borrowed(table.name), columns }
    }
}

/// What the last line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trailer {
    /// How many rows each table has.
    pub(super) rows: BTreeMap<String, u64>,
    /// The SHA-256 of every byte before this line.
    pub(super) sha256: Hash,
}

/// Writes values as a line.
pub(super) fn write_json(line: &mut Vec<u8>, value: &impl Serialize) -> Result<(), StoreError> {
    serde_json::to_writer(&mut *line, value).map_err(StoreError::damaged)?;
    line.push(b'\n');
    Ok(())
}

/// Spells rows.
#[derive(Debug, Default)]
pub(super) struct Speller {
    base64: String,
}

impl Speller {
    /// Adds a row of a database to the line, with its end.
    pub(super) fn row(&mut self, line: &mut Vec<u8>, table: &Table, row: &dyn Row) -> Result<(), StoreError> {
        for (at, (column, kind)) in table.columns.iter().enumerate() {
            line.push(if at == 0 { b'[' } else { b',' });
            self.cell(line, *kind, row.cell(at)?).map_err(|error| misplaced(error, table, column))?;
        }
        line.extend_from_slice(b"]\n");
        Ok(())
    }

    /// Adds a row of values to the line, with its end.
    pub(super) fn values(&mut self, line: &mut Vec<u8>, table: &Table, row: &[Value<'_>]) -> Result<(), StoreError> {
        for (at, ((column, kind), value)) in table.columns.iter().zip(row).enumerate() {
            line.push(if at == 0 { b'[' } else { b',' });
            self.cell(line, *kind, as_cell(value)).map_err(|error| misplaced(error, table, column))?;
        }
        line.extend_from_slice(b"]\n");
        Ok(())
    }

    fn cell(&mut self, line: &mut Vec<u8>, kind: Kind, cell: Cell<'_>) -> Result<(), StoreError> {
        match (kind, cell) {
            (_, Cell::Null) => line.extend_from_slice(b"null"),
            (Kind::Int, Cell::Int(number)) => serde_json::to_writer(line, &number).map_err(StoreError::damaged)?,
            (Kind::Bool, Cell::Int(0)) => line.extend_from_slice(b"false"),
            (Kind::Bool, Cell::Int(1)) => line.extend_from_slice(b"true"),
            (Kind::Text, Cell::Text(text)) => serde_json::to_writer(line, text).map_err(StoreError::damaged)?,
            (Kind::Bytes, Cell::Bytes(bytes)) => {
                self.base64.clear();
                STANDARD.encode_string(bytes, &mut self.base64);
                line.push(b'"');
                line.extend_from_slice(self.base64.as_bytes());
                line.push(b'"');
            }
            _ => return Err(StoreError::damaged("it holds another type")),
        }
        Ok(())
    }
}

/// The value, as a database would give it.
pub(in crate::store) fn as_cell<'v>(value: &'v Value<'_>) -> Cell<'v> {
    match value {
        Value::Null => Cell::Null,
        Value::Int(number) => Cell::Int(*number),
        Value::Text(text) => Cell::Text(text),
        Value::Bytes(bytes) => Cell::Bytes(bytes),
    }
}

/// A cell as a value of its own.
pub(super) fn owned(cell: Cell<'_>) -> Value<'static> {
    Value::from(cell).into_owned()
}

fn misplaced(error: StoreError, table: &Table, column: &str) -> StoreError {
    match error {
        StoreError::Damaged(why) => StoreError::damaged(format!("column `{column}` of `{}`: {why}", table.name)),
        other => other,
    }
}

/// Reads a row of that table; what is wrong with it, in words.
pub(super) fn read_row(table: &Table, line: &[u8]) -> Result<Vec<Value<'static>>, String> {
    let Items(items) = serde_json::from_slice(line).map_err(|error| short(&error))?;
    if items.len() != table.columns.len() {
        return Err(format!("a row of `{}` has {} columns, and this one has {}", table.name, table.columns.len(), items.len()));
    }
    table.columns.iter().zip(items).map(|((column, kind), item)| item.into_value(column, *kind)).collect()
}

/// What JSON's reader says, without the place: a line is one row.
pub(super) fn short(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

/// What can stand in a row.
enum Item<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Text(Cow<'a, str>),
}

impl Item<'_> {
    fn into_value(self, column: &str, kind: Kind) -> Result<Value<'static>, String> {
        Ok(match (kind, self) {
            (_, Self::Null) => Value::Null,
            (Kind::Int, Self::Int(number)) => Value::Int(number),
            (Kind::Bool, Self::Bool(yes)) => Value::Int(yes.into()),
            (Kind::Text, Self::Text(text)) => Value::Text(Cow::Owned(text.into_owned())),
            (Kind::Bytes, Self::Text(text)) => {
                let bytes = STANDARD.decode(text.as_bytes()).map_err(|_| format!("`{column}` is no base64"))?;
                Value::Bytes(Cow::Owned(bytes))
            }
            (Kind::Int, _) => return Err(format!("`{column}` must be a whole number")),
            (Kind::Bool, _) => return Err(format!("`{column}` must be true or false")),
            (Kind::Text | Kind::Bytes, _) => return Err(format!("`{column}` must be a text")),
        })
    }
}

impl<'de> Deserialize<'de> for Item<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ItemVisitor)
    }
}

struct ItemVisitor;

impl<'de> Visitor<'de> for ItemVisitor {
    type Value = Item<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("null, true, false, a whole number of 64 bits or a text")
    }

    fn visit_unit<E>(self) -> Result<Item<'de>, E> {
        Ok(Item::Null)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Item<'de>, E> {
        Ok(Item::Bool(yes))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Item<'de>, E> {
        Ok(Item::Int(number))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Item<'de>, E> {
        i64::try_from(number).map(Item::Int).map_err(|_| E::custom(format_args!("`{number}` is too large")))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Item<'de>, E> {
        Ok(Item::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Item<'de>, E> {
        Ok(Item::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Item<'de>, E> {
        Ok(Item::Text(Cow::Owned(text)))
    }
}

/// The items of a row; never more than any table has columns, however long the line is.
struct Items<'a>(Vec<Item<'a>>);

/// More columns than any table has.
const MOST_COLUMNS: usize = 64;

impl<'de: 'a, 'a> Deserialize<'de> for Items<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Items<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an array, as a row is")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = sequence.next_element()? {
                    items.push(item);
                    if items.len() > MOST_COLUMNS {
                        return Err(serde::de::Error::custom("no table has so many columns"));
                    }
                }
                Ok(Items(items))
            }
        }
        deserializer.deserialize_seq(List)
    }
}
