//! Rows in the order of the export, from any of them on.

use std::ops::ControlFlow;

use super::line::Header;
use super::table::Table;
use crate::store::StoreError;
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

/// What the first line of an export says.
pub(super) fn header(sql: &dyn Sql) -> Result<Header, StoreError> {
    let schema = one(sql, "SELECT max(version) FROM migrations", &[], |row| row.take())?;
    let revision = one(sql, "SELECT value FROM revision WHERE one = 1", &[], |row| row.take())?;
    let epoch = one(sql, "SELECT epoch FROM server WHERE one = 1", &[], |row| row.take())?;
    Ok(Header {
        format: Header::FORMAT.to_owned(),
        version: Header::VERSION,
        schema: schema.ok_or_else(|| strange("schema", "nothing"))?,
        revision: revision.ok_or_else(|| strange("revision", "nothing"))?,
        epoch: epoch.ok_or_else(|| strange("epoch", "nothing"))?,
    })
}
