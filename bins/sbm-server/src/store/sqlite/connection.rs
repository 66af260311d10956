//! The one place where connections are opened, and their lanes' transactions.
//!
//! 1. The busy timeout comes first, since every later pragma may meet another connection.
//! 2. Every setting is read back, and a file that does not take it is refused: a pragma without effect says nothing.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection as Sql, ErrorCode, OpenFlags};

use super::file::with_suffix;
use crate::store::database::Session;
use crate::store::sql::Sql as Language;
use crate::store::{StoreError, lane};

/// The mark of our files, in the header: `SBM1`.
pub(super) const APPLICATION_ID: i64 = 0x5342_4d31;

/// How long a connection waits for another process.
const PATIENCE: Duration = Duration::from_secs(5);

/// What every connection must say when asked. The log goes back into the file every 32 MiB and is cut to 64 MiB at most
/// when it had to grow beyond (ERR-4).
const SETTINGS: &[(&str, &str)] = &[
    ("busy_timeout", "5000"),
    ("journal_mode", "wal"),
    ("synchronous", "2"),
    ("foreign_keys", "1"),
    ("wal_autocheckpoint", "8000"),
    ("journal_size_limit", "67108864"),
    ("trusted_schema", "0"),
    ("cell_size_check", "1"),
    ("temp_store", "2"),
];

/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 128;

/// How large the log may become before it is brought back into the file even if that means to wait for readers (ERR-4).
pub(super) const MOST_LOG: u64 = 64 * 1024 * 1024;

/// How long readers are waited for then, and how soon it is tried again after that was in vain.
const CHECKPOINT_PATIENCE: Duration = Duration::from_millis(250);
const CHECKPOINT_PAUSE: Duration = Duration::from_secs(1);

/// The connection that writes.
pub(crate) struct Writer {
    sql: Sql,
    log: PathBuf,
    /// When it was last found out that somebody reads for too long to cut the log.
    in_vain: Option<Instant>,
    /// How long readers are waited for.
    patience: Duration,
}

/// A connection that reads.
pub(crate) struct Reader(Sql);

impl Writer {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let sql = open(path)?;
        set_all(&sql, &[("cache_size", "-16384")])?;
        Ok(Self { sql, log: with_suffix(path, "-wal"), in_vain: None, patience: CHECKPOINT_PATIENCE })
    }

    pub(super) const fn connection(&self) -> &Sql {
        &self.sql
    }

    /// The same, waiting for readers that long: what a test shows must not hang on how soon a busy machine runs them.
    #[cfg(test)]
    pub(super) fn waiting(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Every commit takes what it can of a long log into the file by itself, but begins it anew only in a moment without
    /// readers. Where there is none, they are waited for; one that reads for long lets the log grow until it is done. Only
    /// after waiting in vain is there a pause: a log that was cut is long again as soon as so much was written again.
    fn bound_log(&mut self) {
        let is_long = std::fs::metadata(&self.log).is_ok_and(|log| log.len() > MOST_LOG);
        if !is_long || self.in_vain.is_some_and(|since| since.elapsed() < CHECKPOINT_PAUSE) {
            return;
        }
        self.in_vain = None;
        let cut = self.sql.busy_timeout(self.patience).and_then(|()| {
            let is_busy: bool = self.sql.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
            Ok(is_busy)
        });
        if !matches!(cut, Ok(false)) {
            self.in_vain = Some(Instant::now());
            tracing::warn!(?cut, "the database's log is long, and somebody reads for so long that it cannot be cut yet");
        }
        if let Err(error) = self.sql.busy_timeout(PATIENCE) {
            tracing::error!(%error, "the database's patience could not be set again");
        }
    }
}

impl Reader {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let sql = open(path)?;
        super::holds::add(&sql)?;
        set_all(&sql, &[("cache_size", "-4096"), ("query_only", "1")])?;
        Ok(Self(sql))
    }

    #[cfg(test)]
    pub(super) const fn connection(&self) -> &Sql {
        &self.0
    }
}

/// Opens an empty file to make a database of it.
pub(super) fn create(path: &Path) -> Result<Sql, StoreError> {
    let sql = open(path)?;
    set_all(&sql, &[("application_id", &APPLICATION_ID.to_string())])?;
    Ok(sql)
}

/// Opens a file to look whether it is a whole database of ours; one that is sealed was whole when it was closed. Nothing is
/// written unless it is; even the log is left where it is when the connection closes.
pub(super) fn inspect(path: &Path, is_sealed: bool) -> Result<Sql, StoreError> {
    let sql = connect(path)?;
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(|error| failure(&error))?;
    check(&sql, is_sealed).and_then(|()| set_all(&sql, SETTINGS)).map_err(|error| error.found_in(path))?;
    Ok(sql)
}

fn check(sql: &Sql, is_sealed: bool) -> Result<(), StoreError> {
    if get(sql, "application_id")? != APPLICATION_ID.to_string() {
        return Err(StoreError::damaged("it is not a database of SBM"));
    }
    if is_sealed {
        return Ok(());
    }
    let verdict: String = sql.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|error| failure(&error))?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::damaged(verdict)) }
}

fn open(path: &Path) -> Result<Sql, StoreError> {
    let sql = connect(path)?;
    set_all(&sql, SETTINGS)?;
    Ok(sql)
}

fn connect(path: &Path) -> Result<Sql, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sql = Sql::open_with_flags(path, flags).map_err(|error| failure(&error))?;
    sql.busy_timeout(PATIENCE).map_err(|error| failure(&error))?;
    sql.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(sql)
}

fn set_all(sql: &Sql, settings: &[(&str, &str)]) -> Result<(), StoreError> {
    for (name, value) in settings {
        // Some of them answer with a row, some do not; what counts is what they say afterwards.
        let mut statement = sql.prepare(&format!("PRAGMA {name} = {value}")).map_err(|error| failure(&error))?;
        let mut rows = statement.raw_query();
        while rows.next().map_err(|error| failure(&error))?.is_some() {}
        let is = get(sql, name)?;
        if is != *value {
            return Err(StoreError::unavailable(format!("its setting `{name}` stays `{is}` instead of `{value}`")));
        }
    }
    Ok(())
}

/// What a setting is now.
pub(super) fn get(sql: &Sql, name: &str) -> Result<String, StoreError> {
    let value = sql.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, rusqlite::types::Value>(0));
    match value.map_err(|error| failure(&error))? {
        rusqlite::types::Value::Integer(number) => Ok(number.to_string()),
        rusqlite::types::Value::Text(text) => Ok(text),
        _ => Err(StoreError::unavailable(format!("its setting `{name}` cannot be read"))),
    }
}

impl Session for Writer {
    fn sql(&self) -> &dyn Language {
        &self.sql
    }
}

impl Session for Reader {
    fn sql(&self) -> &dyn Language {
        &self.0
    }
}

impl lane::Connection for Writer {
    fn begin(&mut self) -> Result<(), StoreError> {
        run(&self.sql, "BEGIN IMMEDIATE")
    }

    fn save(&mut self) -> Result<(), StoreError> {
        run(&self.sql, "SAVEPOINT work")
    }

    fn keep(&mut self) -> Result<(), StoreError> {
        run(&self.sql, "RELEASE work")
    }

    fn undo(&mut self) -> Result<(), StoreError> {
        run(&self.sql, "ROLLBACK TO work")?;
        run(&self.sql, "RELEASE work")
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        run(&self.sql, "COMMIT")?;
        self.bound_log();
        Ok(())
    }

    fn roll_back(&mut self) {
        roll_back(&self.sql);
    }

    fn in_transaction(&self) -> bool {
        !self.sql.is_autocommit()
    }
}

/// A read is a transaction by itself, so that it sees one state; there is nothing to save or undo.
impl lane::Connection for Reader {
    fn begin(&mut self) -> Result<(), StoreError> {
        run(&self.0, "BEGIN")
    }

    fn save(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn keep(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn undo(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        run(&self.0, "COMMIT")
    }

    fn roll_back(&mut self) {
        roll_back(&self.0);
    }

    fn in_transaction(&self) -> bool {
        !self.0.is_autocommit()
    }
}

fn run(sql: &Sql, statement: &str) -> Result<(), StoreError> {
    sql.prepare_cached(statement).and_then(|mut statement| statement.execute([])).map(|_| ()).map_err(|error| failure(&error))
}

fn roll_back(sql: &Sql) {
    if !sql.is_autocommit() {
        // If even this fails the next BEGIN fails too, and says so to whoever asked.
        drop(run(sql, "ROLLBACK"));
    }
}

/// What SQLite says, in the store's words.
pub(super) fn failure(error: &rusqlite::Error) -> StoreError {
    let Some(code) = error.sqlite_error() else {
        return match error {
            rusqlite::Error::SqliteFailure(..) => StoreError::unavailable(error),
            _ => StoreError::damaged(error),
        };
    };
    match code.code {
        ErrorCode::DiskFull => StoreError::DiskFull,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::damaged(error),
        ErrorCode::ConstraintViolation => match code.extended_code {
            rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                StoreError::Taken(error.to_string().into())
            }
            _ => StoreError::rejected(error),
        },
        ErrorCode::Unknown | ErrorCode::TypeMismatch => StoreError::rejected(error),
        _ => StoreError::unavailable(error),
    }
}
