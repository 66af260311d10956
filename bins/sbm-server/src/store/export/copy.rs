//! Filling one database from another, without the text in between (DOOR-2).
//!
//! 1. One thread reads, in one snapshot and in the order of the export; another writes. What waits between them is bounded.
//! 2. How far it is is in the same commit as the rows ([`relocation`]). Broken off anywhere, it
//!    goes on behind the last commit: the source is marked, so that nothing changes there meanwhile, and its order is fixed.

use std::ops::ControlFlow;
use std::sync::mpsc;

use super::load::{Part, clear, put, ready, refuse_if_not_fresh};
use super::scan::{self, scan};
use super::table::{TABLES, Table};
use super::whole::{Whole, filled, looked};
use crate::store::StoreError;
use crate::store::relocation::{self, At, Mark, MoveId, Role};
use crate::store::sql::{Dialect, Sql};

/// How many parts share a commit.
const PARTS: usize = 8;

/// How far a move is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The table that rows were put into last.
    pub table: &'static str,
    /// Rows that are there.
    pub rows: u64,
    /// All rows.
    pub all: u64,
}

/// Fills a fresh database from the other, or goes on with that. The mark of the target stays.
///
/// # Errors
///
/// [`StoreError::NotEmpty`] and [`StoreError::Moved`] when the target is neither fresh nor of this move, and what the
/// databases say. `each` is asked after each commit; where it breaks off, this fails as if the process had been killed.
pub fn copy(
    from: &dyn Whole,
    to: &dyn Whole,
    mark: &Mark,
    name: &str,
    each: &mut dyn FnMut(Moved) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    let (begun, dialect) = begin(to, mark, name)?;
    let counts =
        looked(from, |sql| scan::tables(sql)?.iter().map(|table| scan::count(sql, table)).collect::<Result<Vec<_>, _>>())?;
    let all = counts.iter().sum();
    let tables = usize::try_from(begun.part).unwrap_or(usize::MAX);
    let mut rows = counts.iter().take(tables).sum::<u64>() + begun.done;
    let (sender, batches) = mpsc::sync_channel::<Batch>(1);
    let reading = from.look(Box::new(move |sql| read(sql, dialect, begun, &sender)));
    let (mut at, id) = (begun, mark.id);
    let mut written = Ok(());
    for batch in &batches {
        let (table, came) = (batch.table().name, batch.rows());
        let to_at = batch.end;
        written = filled(to, move |sql| write(sql, id, at, &batch));
        if written.is_err() {
            break;
        }
        (at, rows) = (to_at, rows + came);
        if each(Moved { table, rows, all }).is_break() {
            written = Err(StoreError::unavailable("the move was broken off"));
            break;
        }
    }
    // Whoever reads stops when nobody takes its batches any more.
    drop(batches);
    let read = reading.wait();
    written.and(read)?;
    let is_whole = looked(to, move |sql| Ok(relocation::mark(sql)?.map(|mark| mark.at)))?;
    let end = At { part: TABLES.len() as u64, done: 0 };
    if is_whole == Some(end) { Ok(()) } else { Err(StoreError::damaged("the source changed while it was read")) }
}

/// Where the filling goes on, and of which kind the database is; a fresh one is marked and emptied.
fn begin(to: &dyn Whole, mark: &Mark, name: &str) -> Result<(At, Dialect), StoreError> {
    let (mark, name) = (mark.clone(), name.to_owned());
    filled(to, move |sql| match relocation::held_mark(sql)? {
        Some(there) if there.id == mark.id && there.role == Role::Target => Ok((there.at, sql.dialect())),
        Some(there) => Err(there.refusal()),
        None => {
            // Whoever commits or joins is waited for, and then seen.
            relocation::hold_revision(sql)?;
            refuse_if_not_fresh(sql, &name)?;
            clear(sql)?;
            relocation::put(sql, &Mark { role: Role::Target, at: At::default(), ..mark })?;
            Ok((At::default(), sql.dialect()))
        }
    })
}

/// Rows of consecutive tables, which are committed together.
#[derive(Debug, Default)]
struct Batch {
    parts: Vec<(usize, Part)>,
    /// How many parts were put into it.
    put: usize,
    /// How far the move is behind them.
    end: At,
}

impl Batch {
    /// What is of one table goes in at once: each COPY has a price of its own.
    fn put(&mut self, index: usize, part: Part) {
        self.put += 1;
        match self.parts.last_mut() {
            Some((last, rows)) if *last == index => rows.append(part),
            _ => self.parts.push((index, part)),
        }
    }

    const fn is_full(&self) -> bool {
        self.put >= PARTS
    }

    fn table(&self) -> &'static Table {
        let last = self.parts.last().and_then(|(table, _)| TABLES.get(*table));
        last.or(TABLES.last()).unwrap_or(NO_TABLE)
    }

    fn rows(&self) -> u64 {
        self.parts.iter().map(|(_, part)| part.rows.len() as u64).sum()
    }
}

/// Stands where there is no table, which is never so.
const NO_TABLE: &Table = &Table { name: "", columns: &[], key: &[], order: super::table::Order::Key, seeded: false };

/// Reads from there to the end for a database of that kind, and hands over what belongs into one commit.
fn read(sql: &dyn Sql, dialect: Dialect, begun: At, to: &mpsc::SyncSender<Batch>) -> Result<(), StoreError> {
    let gone = || StoreError::unavailable("the move was broken off");
    let mut batch = Batch::default();
    let mut skip = begun.done;
    for (index, table) in TABLES.iter().enumerate().skip(usize::try_from(begun.part).unwrap_or(usize::MAX)) {
        let (mut part, mut at) = (Part::default(), At { part: index as u64, done: skip });
        scan(sql, table, skip, &mut |row| {
            let mut owned = Vec::with_capacity(table.columns.len() + 1);
            for column in 0..table.columns.len() {
                owned.push(super::line::owned(row.cell(column)?));
            }
            ready(dialect, table, &mut owned);
            part.push(owned);
            at.done += 1;
            if part.is_full() {
                batch.put(index, part.take());
            }
            if batch.is_full() {
                batch.end = at;
                to.send(std::mem::take(&mut batch)).map_err(|_| gone())?;
            }
            Ok(())
        })?;
        skip = 0;
        // What is left goes with the rows of the next tables: many are small.
        batch.put(index, part);
        batch.end = At { part: index as u64 + 1, done: 0 };
        if batch.is_full() {
            to.send(std::mem::take(&mut batch)).map_err(|_| gone())?;
        }
    }
    // Nothing was left over, or nothing was to be read: there is nothing to say.
    if batch.parts.is_empty() { Ok(()) } else { to.send(batch).map_err(|_| gone()) }
}

/// The mark goes first: whoever goes on with the move waits for it, and sees what came of this.
fn write(sql: &dyn Sql, id: MoveId, from: At, batch: &Batch) -> Result<(), StoreError> {
    relocation::advance(sql, id, from, batch.end)?;
    for (table, part) in &batch.parts {
        if let Some(table) = TABLES.get(*table).filter(|_| !part.rows.is_empty()) {
            put(sql, table, &part.rows)?;
        }
    }
    Ok(())
}
