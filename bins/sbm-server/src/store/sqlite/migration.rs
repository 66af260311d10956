//! Migrations: numbered SQL files, append-only, each in a transaction of its own.
//!
//! 1. Each leaves a row: its number, the lowest schema a program must know to use the file with it, and its SHA-256.
//! 2. A file with a newer migration is used if that migration says that this program may, else refused (DOOR-4).
//! 3. A migration whose text is not the one that was applied is refused: somebody changed the program or the file.

use std::path::Path;

use rusqlite::Connection;
use sbm_core::id::Hash;

use super::connection::failure;
use crate::store::StoreError;

struct Migration {
    version: u32,
    /// The lowest schema that a program must know to use a file with this migration.
    min_program: u32,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, min_program: 1, sql: include_str!("../../../migrations/0001_first.sql") },
    // A program that does not know tombstones or the names of the allowlist would decide otherwise.
    Migration { version: 2, min_program: 2, sql: include_str!("../../../migrations/0002_whole.sql") },
    // A program that does not know what is new decides as before: it is the one server of the file.
    Migration { version: 3, min_program: 2, sql: include_str!("../../../migrations/0003_many.sql") },
    // A program that does not know how accounts stand would let those back up that are disabled.
    Migration { version: 4, min_program: 4, sql: include_str!("../../../migrations/0004_accounts.sql") },
    // A program that does not know grants, leases and whoever stands in for an account would decide otherwise.
    Migration { version: 5, min_program: 5, sql: include_str!("../../../migrations/0005_providers.sql") },
    // What a program writes that does not know it, nobody below the operator would find in the audit log.
    Migration { version: 6, min_program: 6, sql: include_str!("../../../migrations/0006_audit.sql") },
];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (
    version     INTEGER PRIMARY KEY,
    min_program INTEGER NOT NULL,
    sha256      TEXT NOT NULL
) STRICT";

impl Migration {
    /// The hash of the text, whatever line ends a checkout gave it.
    fn sha256(&self) -> String {
        Hash::of(self.sql.replace('\r', "").as_bytes()).to_string()
    }
}

/// The newest schema this program knows.
pub(super) fn known() -> u32 {
    MIGRATIONS.last().map_or(0, |migration| migration.version)
}

/// Whether this program may use the file; changes nothing.
pub(super) fn check(sql: &Connection, path: &Path) -> Result<(), StoreError> {
    if !exists(sql)? {
        return Err(StoreError::damaged(format!("`{}` has no schema", path.display())));
    }
    for (version, min_program, sha256) in applied(sql)? {
        match MIGRATIONS.iter().find(|migration| migration.version == version) {
            Some(migration) if migration.sha256() == sha256 => {}
            Some(_) => {
                return Err(StoreError::damaged(format!(
                    "migration {version} of `{}` is not the one of this program",
                    path.display()
                )));
            }
            None if min_program <= known() => {}
            None => {
                return Err(StoreError::Newer { file: path.display().to_string().into(), found: version, known: known() });
            }
        }
    }
    Ok(())
}

/// Whether every migration that this program knows was applied.
pub(super) fn is_up(sql: &Connection) -> Result<bool, StoreError> {
    Ok(applied(sql)?.into_iter().any(|(version, ..)| version >= known()))
}

/// Applies what was not applied yet. Doing it again changes nothing.
pub(super) fn up(sql: &Connection, path: &Path) -> Result<(), StoreError> {
    up_to(sql, path, known())
}

/// The same up to that migration, for what another program wrote for a database of then.
pub(super) fn up_to(sql: &Connection, path: &Path, schema: u32) -> Result<(), StoreError> {
    let newest = if exists(sql)? { applied(sql)?.into_iter().map(|(version, ..)| version).max().unwrap_or(0) } else { 0 };
    if newest >= schema {
        return Ok(());
    }
    for migration in MIGRATIONS.iter().filter(|migration| migration.version <= schema) {
        apply(sql, migration).map_err(|error| match error {
            StoreError::Rejected(why) => {
                StoreError::damaged(format!("migration {} cannot be applied to `{}`: {why}", migration.version, path.display()))
            }
            other => other,
        })?;
    }
    Ok(())
}

fn apply(sql: &Connection, migration: &Migration) -> Result<(), StoreError> {
    sql.execute_batch("BEGIN IMMEDIATE").map_err(|error| failure(&error))?;
    let done = apply_in_transaction(sql, migration);
    let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = sql.execute_batch(end);
    done.and(ended).map_err(|error| failure(&error))
}

/// Whether it was applied is looked at inside the transaction, so that two programs starting at once do not both do it.
fn apply_in_transaction(sql: &Connection, migration: &Migration) -> rusqlite::Result<()> {
    sql.execute_batch(TABLE)?;
    let there =
        sql.query_row("SELECT EXISTS (SELECT 1 FROM migrations WHERE version = ?1)", [migration.version], |row| row.get(0))?;
    if there {
        return Ok(());
    }
    sql.execute_batch(migration.sql)?;
    let row = (migration.version, migration.min_program, migration.sha256());
    sql.execute("INSERT INTO migrations (version, min_program, sha256) VALUES (?1, ?2, ?3)", row)?;
    Ok(())
}

fn exists(sql: &Connection) -> Result<bool, StoreError> {
    sql.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations')", [], |row| {
        row.get(0)
    })
    .map_err(|error| failure(&error))
}

fn applied(sql: &Connection) -> Result<Vec<(u32, u32, String)>, StoreError> {
    let read = || {
        let mut statement = sql.prepare("SELECT version, min_program, sha256 FROM migrations ORDER BY version")?;
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<rusqlite::Result<Vec<_>>>()
    };
    read().map_err(|error| failure(&error))
}
