//! What a database holds, in a few numbers: for the manifest of a backup, and to hold a backup against it (DOOR-2).

use std::io::BufRead;

use sbm_core::audit::{Entry, Verifier};
use sbm_core::cache::Signed;
use sbm_core::id::Hash;

use super::StoreError;
use super::database::{audit, load};
use super::export::line::as_cell;
use super::export::read::read;
use super::servers::SCHEMA;
use super::sql::{Cell, Fields, Row, Sql, Value, one, strange};

/// What a database holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The newest migration.
    pub schema: u32,
    /// The revision of the directory.
    pub revision: u64,
    /// The epoch of the signing keys.
    pub epoch: u64,
    /// The key document in force; none where no server ever started.
    pub keys: Option<Signed>,
    /// How many runs the history has.
    pub runs: u64,
    /// How many entries the audit log has.
    pub audit: u64,
}

/// What the database holds; `sql` sees one state.
///
/// # Errors
///
/// What the database says.
pub fn held(sql: &dyn Sql) -> Result<Held, StoreError> {
    let number = |what: &str, text: &str| one(sql, text, &[], |row| row.take::<u64>())?.ok_or_else(|| strange(what, "nothing"));
    let schema = one(sql, "SELECT max(version) FROM migrations", &[], |row| row.take())?;
    let server = one(sql, "SELECT epoch, keys FROM server WHERE one = 1", &[], |row| Ok((row.take()?, row.take()?)))?;
    let (epoch, keys): (u64, Option<String>) = server.ok_or_else(|| strange("server", "nothing"))?;
    Ok(Held {
        schema: schema.ok_or_else(|| strange("schema", "nothing"))?,
        revision: number("revision", "SELECT value FROM revision WHERE one = 1")?,
        epoch,
        keys: keys.as_deref().map(key_document).transpose()?,
        runs: number("number of runs", "SELECT count(*) FROM runs")?,
        audit: number("number of entries", "SELECT count(*) FROM audit")?,
    })
}

/// A key document, as the database keeps it.
///
/// # Errors
///
/// [`StoreError::Damaged`] when it is none.
pub fn key_document(text: &str) -> Result<Signed, StoreError> {
    serde_json::from_str(text).map_err(|_| strange("key document", text.chars().take(80).collect::<String>()))
}

/// What the database holds, after everything in it was looked at that a server starts with, and the audit log as a whole.
///
/// # Errors
///
/// [`StoreError::Damaged`] with what is wrong, and what the database says.
pub fn checked(sql: &dyn Sql) -> Result<Held, StoreError> {
    let held = held(sql)?;
    if let (_, Some(broken)) = audit::verify(sql)? {
        return Err(broken_at(broken));
    }
    if held.schema == SCHEMA {
        load::everything(sql)?;
    }
    Ok(held)
}

fn broken_at(number: u64) -> StoreError {
    StoreError::damaged(format!("its audit log was changed at entry {number}"))
}

/// What is in an export, after all of it was looked at and the audit log followed.
///
/// # Errors
///
/// As [`verify`](super::export::verify); [`StoreError::Damaged`] when the audit log was changed.
pub fn in_export(from: &mut dyn BufRead) -> Result<Held, StoreError> {
    let (mut keys, mut next, mut verifier) = (None::<String>, None::<u64>, Verifier::default());
    let summary = read(from, None, &mut |table, _, row| {
        let cell = |name: &str| table.columns.iter().position(|(column, _)| *column == name).and_then(|at| row.get(at));
        match table.name {
            "server" => {
                if let Some(Value::Text(text)) = cell("keys") {
                    keys = Some(text.as_ref().to_owned());
                }
            }
            "next_numbers" => {
                if let (Some(Value::Text(kind)), Some(Value::Int(number))) = (cell("kind"), cell("next"))
                    && kind == "audit"
                {
                    next = u64::try_from(*number).ok();
                }
            }
            "audit" => {
                let (number, entry, hash) = entry(&row)?;
                verifier.take(number, &entry, &hash);
            }
            _ => {}
        }
        Ok(())
    })?;
    let (entries, broken) = verifier.verdict();
    let cut = (next != Some(entries + 1)).then_some(entries + 1);
    if let Some(number) = broken.or(cut) {
        return Err(broken_at(number));
    }
    let rows = |name: &str| summary.rows.get(name).copied().unwrap_or_default();
    Ok(Held {
        schema: summary.header.schema,
        revision: summary.header.revision,
        epoch: summary.header.epoch,
        keys: keys.as_deref().map(key_document).transpose()?,
        runs: rows("runs"),
        audit: rows("audit"),
    })
}

/// An entry of the audit log, in the order of the export's columns.
fn entry(row: &[Value<'static>]) -> Result<(u64, Entry, Hash), StoreError> {
    let cells = Cells(row);
    let mut row = Fields::new(&cells);
    let number = row.take()?;
    let entry = Entry {
        at: row.time()?,
        account: row.id()?,
        actor: row.take()?,
        address: row.take()?,
        act: row.take()?,
        object: row.take()?,
        outcome: row.take()?,
        detail: row.take()?,
        about: Vec::new(),
    };
    Ok((number, entry, row.hash()?))
}

/// Values as a row of a database.
struct Cells<'v>(&'v [Value<'static>]);

impl Row for Cells<'_> {
    fn cell(&self, at: usize) -> Result<Cell<'_>, StoreError> {
        self.0.get(at).map(as_cell).ok_or_else(|| StoreError::damaged(format!("a row has no column {at}")))
    }
}
