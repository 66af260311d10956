//! Rows in the order of the export, from any of them on.

use std::ops::ControlFlow;

use super::line::Header;
use super::table::{self, Table};
use crate::store::StoreError;
use crate::store::servers::SCHEMA;
use crate::store::sql::{Row, Sql, int, one, strange, values};

/// Hands every row of a table over, in its order, without the first `skip`.
///
/// # Errors
///
/// What the database or `each` says.
pub fn scan(
    sql: &dyn Sql,
    table: &Table,
    skip: u64,
    each: &mut dyn FnMut(&dyn Row) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    sql.rows(&table.select(sql.dialect()), &values![int(skip)?], &mut |row| each(row).map(ControlFlow::Continue))
}

/// How many rows a table has.
///
/// # Errors
///
/// What the database says.
pub fn count(sql: &dyn Sql, table: &Table) -> Result<u64, StoreError> {
    let text = format!("SELECT count(*) FROM {}", table.name);
    one(sql, &text, &[], |row| row.take())?.ok_or_else(|| strange("number of rows", "nothing"))
}

/// The newest migration of a database.
pub(super) fn schema(sql: &dyn Sql) -> Result<u32, StoreError> {
    one(sql, "SELECT max(version) FROM migrations", &[], |row| row.take())?.ok_or_else(|| strange("schema", "nothing"))
}

/// The tables of a database. A newer schema may admit this program, which does not know all of its tables.
pub(super) fn tables(sql: &dyn Sql) -> Result<&'static [Table], StoreError> {
    let found = schema(sql)?;
    table::of(found).ok_or_else(|| match found > SCHEMA {
        true => StoreError::Newer { file: "that is to be read as a whole".into(), found, known: SCHEMA },
        false => strange("schema", found),
    })
}

/// What the first line of an export says.
pub(super) fn header(sql: &dyn Sql) -> Result<Header, StoreError> {
    let revision = one(sql, "SELECT value FROM revision WHERE one = 1", &[], |row| row.take())?;
    let epoch = one(sql, "SELECT epoch FROM server WHERE one = 1", &[], |row| row.take())?;
    Ok(Header {
        format: Header::FORMAT.to_owned(),
        version: Header::VERSION,
        schema: schema(sql)?,
        revision: revision.ok_or_else(|| strange("revision", "nothing"))?,
        epoch: epoch.ok_or_else(|| strange("epoch", "nothing"))?,
    })
}
