//! Filling a fresh database with rows.
//!
//! 1. Rows come into a database of their own schema: an older one is migrated afterwards, with what is in it.
//! 2. Fresh is what the migrations leave: the first revision, and nothing in any table that they leave empty. Anything else
//!    is refused and not touched.
//! 3. Their first rows go before others come: the export has its own.
//! 4. Rows come in many to a statement, PostgreSQL's by COPY. If one of them is refused, the batch is taken back and tried
//!    row by row, so that the message names the line.
//! 5. Whoever reads the rows makes them [`ready`], in a thread of its own if it has one: the database waits for nothing.

use std::io::BufRead;
use std::sync::LazyLock;

use sbm_core::time::Timestamp;

use super::line::Header;
use super::read::read;
use super::table::{self, Table};
use super::{Progress, Summary, scan};
use crate::store::database::runs::words;
use crate::store::sql::{Dialect, Insert, Kind, Sql, Value, all_new, any, one};
use crate::store::{StoreError, postgres, relocation};

/// The most rows of a batch.
pub const ROWS: usize = 1_000;
/// The most bytes of a batch, but for its last row.
pub const BYTES: usize = 4 * 1024 * 1024;

/// Rows of one table, in their order.
#[derive(Debug, Default)]
pub struct Part {
    /// The rows.
    pub rows: Vec<Vec<Value<'static>>>,
    bytes: usize,
}

impl Part {
    /// Adds a row.
    pub fn push(&mut self, row: Vec<Value<'static>>) {
        let size = |value: &Value<'_>| match value {
            Value::Null | Value::Int(_) => 16,
            Value::Text(text) => 32 + text.len(),
            Value::Bytes(bytes) => 32 + bytes.len(),
        };
        self.bytes += row.iter().map(size).sum::<usize>();
        self.rows.push(row);
    }

    /// Whether it is time to hand it on.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.rows.len() >= ROWS || self.bytes >= BYTES
    }

    /// Adds the rows behind it.
    pub fn append(&mut self, mut behind: Self) {
        self.bytes += behind.bytes;
        self.rows.append(&mut behind.rows);
    }

    /// What is in it; it is empty then.
    #[must_use]
    pub fn take(&mut self) -> Self {
        std::mem::take(self)
    }
}

/// Imports an export into a fresh database of the same schema, within one transaction, which the caller gives up if this
/// fails.
///
/// # Errors
///
/// [`StoreError::NotEmpty`], [`StoreError::Export`] with the line, and what the database says.
pub fn import(sql: &dyn Sql, from: &mut dyn BufRead, progress: &mut Progress<'_>) -> Result<Summary, StoreError> {
    // Whoever commits or joins is waited for, and then seen.
    relocation::hold_revision(sql)?;
    refuse_if_not_fresh(sql, "the database")?;
    clear(sql)?;
    let schema = scan::schema(sql)?;
    let (mut part, mut of, mut done) = (Part::default(), None::<(&Table, u64)>, 0);
    let summary = read(from, Some(schema), &mut |table, line, mut row| {
        if let Some((before, first)) = of
            && (part.is_full() || before.name != table.name)
        {
            done += part.rows.len() as u64;
            put_lines(sql, before, first, &part.take().rows)?;
            of = None;
            progress(done);
        }
        of.get_or_insert((table, line));
        ready(sql.dialect(), table, &mut row);
        part.push(row);
        Ok(())
    })?;
    if let Some((table, first)) = of {
        put_lines(sql, table, first, &part.rows)?;
    }
    check_header(sql, &summary.header)?;
    progress(done + part.rows.len() as u64);
    Ok(summary)
}

/// What the header says is what the rows say.
fn check_header(sql: &dyn Sql, stated: &Header) -> Result<(), StoreError> {
    let is = scan::header(sql).map_err(|_| first_line("the export has no revision, or no server"))?;
    if is == *stated {
        return Ok(());
    }
    Err(first_line(&format!(
        "it says schema {}, revision {} and epoch {}, and this is schema {}, revision {} and epoch {}",
        stated.schema, stated.revision, stated.epoch, is.schema, is.revision, is.epoch
    )))
}

fn first_line(why: &str) -> StoreError {
    StoreError::Export { line: 1, why: why.into() }
}

/// Puts rows that are on consecutive lines.
fn put_lines(sql: &dyn Sql, table: &Table, first: u64, rows: &[Vec<Value<'static>>]) -> Result<(), StoreError> {
    sql.run("SAVEPOINT part", &[])?;
    match put(sql, table, rows) {
        Ok(()) => sql.run("RELEASE part", &[]).map(drop),
        Err(error) if !is_of_a_row(&error) => Err(error),
        Err(_) => {
            sql.run("ROLLBACK TO part", &[])?;
            for (line, row) in (first..).zip(rows) {
                put_one(sql, table, row).map_err(|error| match &error {
                    why if is_of_a_row(why) => StoreError::Export { line, why: format!("`{}`: {why}", table.name).into() },
                    _ => error,
                })?;
            }
            sql.run("RELEASE part", &[]).map(drop)
        }
    }
}

/// Whether the database refuses a row, and not all of it.
const fn is_of_a_row(error: &StoreError) -> bool {
    matches!(error, StoreError::Rejected(_) | StoreError::Taken(_))
}

/// Puts rows of one table, none of which is there yet, and each of which is [`ready`].
///
/// # Errors
///
/// [`StoreError::Taken`] when one is, and what the database says.
pub fn put(sql: &dyn Sql, table: &Table, rows: &[Vec<Value<'static>>]) -> Result<(), StoreError> {
    if has_words(sql.dialect(), table) {
        postgres::make_for(sql, rows.iter().filter_map(|row| began(row)))?;
    }
    sql.fill(&insert(sql.dialect(), table), rows)
}

/// Puts a row by itself, to hear what is wrong with it; where something was wrong before, nothing of this is committed.
fn put_one(sql: &dyn Sql, table: &Table, row: &[Value<'static>]) -> Result<(), StoreError> {
    let into = insert(sql.dialect(), table);
    all_new(&into, &sql.insert(&into, &[row.to_vec()])?)
}

/// The table that PostgreSQL searches by a column of its own.
const SEARCHED: &Table = table::RUNS;

/// Its columns, with that one behind them.
static WITH_WORDS: LazyLock<Insert> = LazyLock::new(|| {
    let columns: Vec<_> = SEARCHED.columns.iter().copied().chain([("words", Kind::Text)]).collect();
    Insert { columns: Vec::leak(columns), ..SEARCHED.insert() }
});

/// Where what is searched stands among them.
static WORDS: LazyLock<[usize; 5]> = LazyLock::new(|| {
    let place = |name| SEARCHED.columns.iter().position(|(column, _)| *column == name).unwrap_or_default();
    ["login", "computer", "profile_name", "os_user", "error"].map(place)
});

/// When a run began, as its id says: PostgreSQL keeps the history in parts by that.
fn began(row: &[Value<'_>]) -> Option<Timestamp> {
    let place = SEARCHED.columns.iter().position(|(column, _)| *column == "run_id")?;
    match row.get(place)? {
        Value::Bytes(id) => {
            let time = id.get(..6)?.iter().fold(0, |time, byte| time << 8 | i64::from(*byte));
            Some(Timestamp::from_millis(time))
        }
        _ => None,
    }
}

/// Whether that database keeps the words of such rows beside them.
fn has_words(dialect: Dialect, table: &Table) -> bool {
    dialect == Dialect::Postgres && table.name == SEARCHED.name
}

/// How ready rows of that table are inserted.
fn insert(dialect: Dialect, table: &Table) -> Insert {
    if has_words(dialect, table) { *WITH_WORDS } else { table.insert() }
}

/// Adds to a row what that database keeps beside it: PostgreSQL the words that a run is found by.
pub fn ready(dialect: Dialect, table: &Table, row: &mut Vec<Value<'static>>) {
    if !has_words(dialect, table) {
        return;
    }
    let text = |at: usize| match row.get(at) {
        Some(Value::Text(text)) => text,
        _ => "",
    };
    let words = words(WORDS.map(text));
    row.push(words.into());
}

/// Refuses a database that anything was ever put into.
///
/// # Errors
///
/// [`StoreError::NotEmpty`] with the name that was given.
pub fn refuse_if_not_fresh(sql: &dyn Sql, name: &str) -> Result<(), StoreError> {
    let revision: Option<u64> = one(sql, "SELECT value FROM revision WHERE one = 1", &[], |row| row.take())?;
    let mut is_fresh = revision == Some(1);
    for table in scan::tables(sql)?.iter().filter(|table| !table.seeded) {
        is_fresh = is_fresh && !any(sql, &format!("SELECT 1 FROM {} LIMIT 1", table.name), &[])?;
    }
    if is_fresh { Ok(()) } else { Err(StoreError::NotEmpty(name.into())) }
}

/// Takes the first rows of a fresh database out.
///
/// # Errors
///
/// What the database says.
pub fn clear(sql: &dyn Sql) -> Result<(), StoreError> {
    scan::tables(sql)?
        .iter()
        .rev()
        .filter(|table| table.seeded)
        .try_for_each(|table| sql.run(&format!("DELETE FROM {}", table.name), &[]).map(drop))
}
