//! Copies of the database's file, made beside a running server and looked at without being touched (DOOR-2).
//!
//! 1. A copy is made by SQLite's online backup, within one read: it is the state of one moment. Whoever writes meanwhile is
//!    not held up; the log grows until the copy is made.
//! 2. A copy is looked at as a file that nobody changes: nothing is written beside it, and no log is looked for.

use std::ffi::c_int;
use std::ops::ControlFlow;
use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::connection::{self, APPLICATION_ID, failure, get};
use super::file::{owner_only, with_suffix};
use super::migration;
use crate::store::database::tasks;
use crate::store::held::{Held, held};
use crate::store::sql::{Sql, any};
use crate::store::tasks::Last;
use crate::store::{StoreError, relocation};

/// Pages of a step: a MiB.
const STEP: c_int = 256;

/// What stands for itself in the path of a file's URI.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':');

/// Copies the database into a new file; says what the copy holds. `each` is told how many pages are done, and of how many,
/// and can break off.
///
/// # Errors
///
/// As [`Sqlite::open`](super::Sqlite::open); [`StoreError::Moved`] for a database that is part of a move. What there is of
/// the copy then is for the caller to remove.
pub fn back_up(from: &Path, to: &Path, each: &mut dyn FnMut(u64, u64) -> ControlFlow<()>) -> Result<Held, StoreError> {
    let source = open_source(from)?;
    source.execute_batch("BEGIN").map_err(|error| failure(&error))?;
    // The first statement fixes the moment.
    let held = held(&source)?;
    if held.schema >= relocation::SINCE {
        relocation::refuse(&source)?;
    }
    drop(owner_only().create_new(true).open(to).map_err(|error| StoreError::of_file(to, &error))?);
    let mut copy = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| failure(&error))?;
    // The whole file is synced when it is complete; until then it counts for nothing.
    copy.pragma_update(None, "synchronous", "OFF").map_err(|error| failure(&error))?;
    let backup = Backup::new(&source, &mut copy).map_err(|error| failure(&error))?;
    loop {
        let step = backup.step(STEP).map_err(|error| failure(&error))?;
        let progress = backup.progress();
        let all = u64::try_from(progress.pagecount).unwrap_or_default();
        let left = u64::try_from(progress.remaining).unwrap_or_default();
        if each(all.saturating_sub(left), all).is_break() {
            return Err(StoreError::unavailable("the backup was broken off"));
        }
        match step {
            StepResult::Done => break,
            StepResult::More => {}
            // Nobody else has the copy, and the source is being read already.
            _ => return Err(StoreError::unavailable(format!("`{}` is locked by another program", from.display()))),
        }
    }
    drop(backup);
    copy.close().map_err(|(_, error)| failure(&error))?;
    Ok(held)
}

/// What became of a piece of work, by a database that a server may be using; nothing is changed.
///
/// # Errors
///
/// As [`back_up`].
pub fn last_beside(path: &Path, name: &'static str) -> Result<Last, StoreError> {
    let sql = open_source(path)?;
    let has_tasks = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'tasks'";
    if any(&sql, has_tasks, &[])? { tasks::last(&sql, name) } else { Ok(Last::default()) }
}

/// Opens a file for a copy to be taken of; not a page more of it is read than is asked for.
fn open_source(path: &Path) -> Result<Connection, StoreError> {
    let named = |error: StoreError| error.about(path);
    if !path.try_exists().map_err(|error| StoreError::of_file(path, &error))? {
        return Err(StoreError::unavailable(format!("there is no `{}`", path.display())));
    }
    let had_log = with_suffix(path, "-wal").try_exists().unwrap_or(true);
    let sql = connection::inspect(path, true).map_err(named)?;
    migration::check(&sql, path)?;
    // A log that was there stays for whoever opens the database next; what this connection makes goes with it.
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, had_log).map_err(|error| failure(&error))?;
    Ok(sql)
}

/// Looks at a copy that nobody uses, page by page, and does `work` with it; neither the file nor anything beside it changes.
///
/// # Errors
///
/// [`StoreError::Damaged`], [`StoreError::Newer`] or [`StoreError::Unavailable`], and what `work` says.
pub fn look<T>(path: &Path, work: impl FnOnce(&dyn Sql) -> Result<T, StoreError>) -> Result<T, StoreError> {
    let sql = open_copy(path)?;
    let looked = check(&sql).and_then(|()| migration::check(&sql, path)).and_then(|()| work(&sql));
    looked.map_err(|error| error.found_in(path))
}

fn open_copy(path: &Path) -> Result<Connection, StoreError> {
    let whole = std::path::absolute(path).map_err(|error| StoreError::of_file(path, &error))?;
    let spelled = if cfg!(windows) { format!("/{}", whole.display()).replace('\\', "/").into_bytes() } else { bytes(&whole) };
    let uri = format!("file:{}?immutable=1", percent_encode(&spelled, PLAIN));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(uri, flags).map_err(|error| failure(&error).about(path))
}

fn bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}

fn check(sql: &Connection) -> Result<(), StoreError> {
    for (name, value) in [("trusted_schema", "OFF"), ("cell_size_check", "ON")] {
        sql.pragma_update(None, name, value).map_err(|error| failure(&error))?;
    }
    if get(sql, "application_id")? != APPLICATION_ID.to_string() {
        return Err(StoreError::damaged("it is not a database of SBM"));
    }
    let verdict: String = sql.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(|error| failure(&error))?;
    if verdict != "ok" {
        return Err(StoreError::damaged(verdict));
    }
    let mut statement = sql.prepare("PRAGMA foreign_key_check").map_err(|error| failure(&error))?;
    let table = statement.query_map([], |row| row.get::<_, String>(0)).map_err(|error| failure(&error))?.next();
    match table.transpose().map_err(|error| failure(&error))? {
        None => Ok(()),
        Some(table) => Err(StoreError::damaged(format!("a row of `{table}` refers to nothing"))),
    }
}
