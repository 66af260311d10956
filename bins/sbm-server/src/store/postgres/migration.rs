//! Migrations: numbered SQL files, append-only, each in a transaction of its own, under one lock for all servers.
//!
//! The rules are those of SQLite's: each leaves a row, a newer one says whether this program may go on (DOOR-4), and one whose
//! text is another than the one that was applied is refused. Nothing is changed before all of that was looked at.

use sbm_core::id::Hash;

use super::live::Live;
use super::rights;
use super::settings::SCHEMA;
use crate::store::StoreError;
use crate::store::sql::{Sql as _, all, any, one, values};

struct Migration {
    version: u32,
    /// The lowest schema that a program must know to use a database with this migration.
    min_program: u32,
    sql: &'static str,
}

/// The numbers are SQLite's; what its first two make is in the first one here.
const MIGRATIONS: &[Migration] = &[
    Migration { version: 3, min_program: 3, sql: include_str!("../../../migrations/postgres/0003_base.sql") },
    // A program that does not know how accounts stand would let those back up that are disabled.
    Migration { version: 4, min_program: 4, sql: include_str!("../../../migrations/postgres/0004_accounts.sql") },
    // A program that does not know grants, leases and whoever stands in for an account would decide otherwise.
    Migration { version: 5, min_program: 5, sql: include_str!("../../../migrations/postgres/0005_providers.sql") },
    // What a program writes that does not know it, nobody below the operator would find in the audit log.
    Migration { version: 6, min_program: 6, sql: include_str!("../../../migrations/postgres/0006_audit.sql") },
];

/// The lock that one server at a time migrates under: `SBM1`.
const LOCK: i64 = 0x5342_4d31;

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

/// Brings the schema up to date, unless this program may not use it; waits while another server does.
pub(super) fn up(live: &Live, place: &str) -> Result<(), StoreError> {
    lock(live)?;
    let newest = check(live, place)?;
    for migration in MIGRATIONS.iter().filter(|migration| migration.version > newest) {
        apply(live, migration).map_err(|error| match error {
            StoreError::Rejected(why) | StoreError::Taken(why) => {
                StoreError::damaged(format!("migration {} cannot be applied to `{place}`: {why}", migration.version))
            }
            other => other,
        })?;
    }
    any(live, "SELECT pg_advisory_unlock($1)", &values![LOCK])?;
    Ok(())
}

/// However long another server migrates: whoever gave up would be started again and again meanwhile.
fn lock(live: &Live) -> Result<(), StoreError> {
    if one(live, "SELECT pg_try_advisory_lock($1)", &values![LOCK], |row| row.take::<bool>())? == Some(true) {
        return Ok(());
    }
    tracing::info!("another server brings the schema up to date; this one waits until that is done");
    let before = one(live, "SELECT current_setting('lock_timeout')", &[], |row| row.take::<String>())?.unwrap_or_default();
    let set = "SELECT set_config('lock_timeout', $1, false)";
    any(live, set, &values!["0"])?;
    any(live, "SELECT pg_advisory_lock($1)", &values![LOCK])?;
    any(live, set, &values![before]).map(drop)
}

/// Whether this program may use the database; gives the newest migration that was applied. Changes nothing.
pub(super) fn check(live: &Live, place: &str) -> Result<u32, StoreError> {
    let ledger = "SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relname = 'migrations' AND relkind = 'r'";
    if !any(live, ledger, &values![SCHEMA])? {
        let anything = "SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace($1)";
        return match any(live, anything, &values![SCHEMA])? {
            true => Err(StoreError::damaged(format!("the schema `{SCHEMA}` of `{place}` is not SBM's"))),
            false => rights::to_make(live).map(|()| 0),
        };
    }
    rights::to_see(live)?;
    let text = "SELECT version, min_program, sha256 FROM migrations ORDER BY version";
    let applied = all(live, text, &[], |row| Ok((row.take::<u32>()?, row.take::<u32>()?, row.take::<String>()?)))?;
    for (version, min_program, sha256) in &applied {
        match MIGRATIONS.iter().find(|migration| migration.version == *version) {
            Some(migration) if migration.sha256() == *sha256 => {}
            Some(_) => {
                return Err(StoreError::damaged(format!("migration {version} of `{place}` is not the one of this program")));
            }
            None if *min_program <= known() => {}
            None => return Err(StoreError::Newer { file: place.into(), found: *version, known: known() }),
        }
    }
    rights::to_own(live)?;
    match applied.last() {
        Some((newest, ..)) => Ok(*newest),
        None => Err(StoreError::damaged(format!("`{place}` has no schema"))),
    }
}

fn apply(live: &Live, migration: &Migration) -> Result<(), StoreError> {
    live.begin("BEGIN");
    let applied = apply_in_transaction(live, migration).and_then(|()| live.commit());
    if applied.is_err() && live.in_transaction() {
        live.roll_back()?;
    }
    applied
}

fn apply_in_transaction(live: &Live, migration: &Migration) -> Result<(), StoreError> {
    let is_there = one(live, "SELECT to_regnamespace($1) IS NOT NULL", &values![SCHEMA], |row| row.take::<bool>())?;
    if is_there != Some(true) {
        live.batch("CREATE SCHEMA sbm")?;
    }
    live.batch(
        "CREATE TABLE IF NOT EXISTS sbm.migrations (
            version     bigint PRIMARY KEY,
            min_program bigint NOT NULL,
            sha256      text COLLATE \"C\" NOT NULL
        )",
    )?;
    live.batch(migration.sql)?;
    let row = values![migration.version, migration.min_program, migration.sha256()];
    live.run("INSERT INTO migrations (version, min_program, sha256) VALUES ($1, $2, $3)", &row).map(drop)
}
