//! The database file: how it is opened, checked and made.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use sbm_core::code::Code;

use super::Fault;
use crate::error::Error;

/// The version of the schema that this program reads and writes.
const VERSION: i64 = 3;
/// "SBMC", so that a file of another program is told apart.
const APPLICATION: i64 = 0x5342_4d43;
/// What makes each version from the one before; the first from an empty file.
const STEPS: [&str; 3] = [include_str!("schema.sql"), include_str!("schema-2.sql"), include_str!("schema-3.sql")];
/// How many pages SQLite's log has before it is worked into the database.
const LOG: i64 = 128;
/// How long one process waits for another's transaction.
const BUSY: Duration = Duration::from_secs(10);

/// Opens the database, or makes it; whoever opens holds the lock of openings.
pub(super) fn open(path: &Path) -> Result<Connection, Fault> {
    crate::store::disk::create_private(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    set_up(&mut connection)?;
    Ok(connection)
}

fn set_up(connection: &mut Connection) -> Result<(), Fault> {
    connection.busy_timeout(BUSY)?;
    let version = pragma(connection, "user_version")?;
    if version > VERSION {
        let message = format!("the cache has version `{version}`, this program knows `{VERSION}`; update this program");
        return Err(Error::new(Code::CacheNewer, message).into());
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Half a megabyte, so that a small disk is not full of it.
    connection.pragma_update(None, "wal_autocheckpoint", LOG)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // A token that was handed back is not to be found in the file.
    connection.pragma_update(None, "secure_delete", true)?;
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode != "wal" || pragma(connection, "synchronous")? != 2 {
        let message = "the cache cannot be kept safely where it is; put its directory on a disk of this computer";
        return Err(Error::new(Code::CacheUnwritable, message).into());
    }
    if version < VERSION {
        bring_up(connection, version)?;
    }
    check(connection)
}

/// From the version that is there to ours, in one transaction.
fn bring_up(connection: &mut Connection, version: i64) -> Result<(), Fault> {
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let is_ours = if version == 0 { tables == 0 } else { pragma(connection, "application_id")? == APPLICATION };
    if !is_ours {
        return Err(Error::new(Code::CacheDamaged, "the cache's file is a database of something else").into());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in STEPS.iter().skip(usize::try_from(version).unwrap_or(0)) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

/// Finds what SQLite can find by itself; the rows carry sums for the rest.
fn check(connection: &Connection) -> Result<(), Fault> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" || pragma(connection, "application_id")? != APPLICATION {
        return Err(Error::from(Code::CacheDamaged).into());
    }
    count_again(connection)
}

/// The outbox's count of itself is kept by triggers, and a wrong one would hold up every run: whoever opens counts.
fn count_again(connection: &Connection) -> Result<(), Fault> {
    let sql = "SELECT count(*), coalesce(sum(octet_length(data)), 0) FROM run WHERE acknowledged IS NULL";
    let (records, bytes): (i64, i64) = connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE one = 1 AND records = ?1 AND bytes = ?2)";
    if !connection.query_row(sql, [records, bytes], |row| row.get(0))? {
        let sql = "INSERT INTO outbox (one, records, bytes) VALUES (1, ?1, ?2)
                   ON CONFLICT (one) DO UPDATE SET records = excluded.records, bytes = excluded.bytes";
        connection.execute(sql, [records, bytes])?;
    }
    Ok(())
}

fn pragma(connection: &Connection, name: &str) -> Result<i64, rusqlite::Error> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}
