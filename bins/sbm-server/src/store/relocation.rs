//! The mark of a database that is moved to another place, or filled from one or from a backup (DOOR-2).
//!
//! 1. No server starts on a marked database: what it would change would be in one of two places. It is told where the other
//!    one is.
//! 2. A database that was left can be marked by programs of this schema alone, so those of before are shut out of it by its
//!    migration's `min_program`, which the mark raises.
//! 3. How far the filling is goes into one commit with the rows themselves. So it goes on where it was broken off, and of
//!    two who fill at once one finds that the mark moved under it.

use sbm_core::id::Hash;

use super::database::directory;
use super::servers::SCHEMA;
use super::sql::{Dialect, Sql, any, int, one, strange, values};
use super::{Commit, Committed, StoreError};

/// The first schema whose databases can be marked.
pub const SINCE: u32 = 3;

/// What a database is in a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is, or was, moved away.
    Source,
    /// It is being filled.
    Target,
    /// A backup is being brought back into it. In the database it is a target of which a part below 0 is there.
    Restore,
}

/// The part that says that a target is filled from a backup.
const FROM_BACKUP: i64 = -1;

/// The move that a database is part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its id, the same in both.
    pub id: MoveId,
    /// What this database is in it.
    pub role: Role,
    /// Where the other one is, without secrets; or the backup.
    pub place: String,
    /// The epoch that the move publishes; or that of the backup.
    pub epoch: u64,
    /// How far it is.
    pub at: At,
}

/// The id of a move: 16 random bytes.
pub type MoveId = [u8; 16];

/// How far the filling is; in a database that is left, a part above 0 says that all of it is at the other place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// How many tables are there.
    pub part: u64,
    /// How many rows of the next one.
    pub done: u64,
}

/// The mark of a database, if it is part of a move.
///
/// # Errors
///
/// What the database says.
pub fn mark(sql: &dyn Sql) -> Result<Option<Mark>, StoreError> {
    read(sql, "")
}

/// The same, and nobody says how far the move is before this transaction ends: not even a process that was killed, whose
/// last words the database may still be obeying.
///
/// # Errors
///
/// What the database says.
pub fn held_mark(sql: &dyn Sql) -> Result<Option<Mark>, StoreError> {
    let lock = match sql.dialect() {
        // Whoever writes is alone.
        Dialect::Sqlite => "",
        Dialect::Postgres => " FOR NO KEY UPDATE",
    };
    read(sql, lock)
}

fn read(sql: &dyn Sql, lock: &str) -> Result<Option<Mark>, StoreError> {
    let text = format!("SELECT move, role, place, epoch, part, done FROM relocation WHERE one = 1{lock}");
    one(sql, &text, &[], |row| {
        let id = row.take()?;
        let (role, place, epoch, part) = (row.take::<i64>()?, row.take()?, row.take()?, row.take::<i64>()?);
        let role = match (role, part) {
            (1, 0..) => Role::Source,
            (2, 0..) => Role::Target,
            (2, FROM_BACKUP) => Role::Restore,
            (role, _) => return Err(strange("role in a move", role)),
        };
        Ok(Mark { id, role, place, epoch, at: At { part: part.try_into().unwrap_or(0), done: row.take()? } })
    })
}

/// Refuses a database that is part of a move.
///
/// # Errors
///
/// [`StoreError::Moved`] with where the other one is.
pub fn refuse(sql: &dyn Sql) -> Result<(), StoreError> {
    mark(sql)?.map_or(Ok(()), |mark| Err(mark.refusal()))
}

impl Mark {
    /// Why no server starts on the database.
    #[must_use]
    pub fn refusal(&self) -> StoreError {
        let place = &self.place;
        let why = match (self.role, self.at.part) {
            (Role::Source, 0) => format!(
                "this database is being moved to `{place}`; finish that by the same `sbm-server move` again, or take it back with `sbm-server move --undo`"
            ),
            (Role::Source, _) => format!(
                "this database was moved to `{place}`; set `store` to that, or take the move back with `sbm-server move --undo`"
            ),
            (Role::Target, _) => {
                format!("this database is being filled from `{place}`; finish that by the same `sbm-server move` again")
            }
            (Role::Restore, _) => {
                return StoreError::unavailable(format!(
                    "the backup `{place}` is being brought back into it, and that is not done; if nobody is at it any more, do it again with \
                     `sbm-server backup restore`"
                ));
            }
        };
        StoreError::Moved(why.into())
    }
}

/// Puts the mark into a database that has none.
///
/// # Errors
///
/// [`StoreError::Taken`] when it has one, and what the database says.
pub fn put(sql: &dyn Sql, mark: &Mark) -> Result<(), StoreError> {
    let (role, part) = match mark.role {
        Role::Source => (1, int(mark.at.part)?),
        Role::Target => (2, int(mark.at.part)?),
        Role::Restore => (2, FROM_BACKUP),
    };
    hold_revision(sql)?;
    let text = "INSERT INTO relocation (one, move, role, place, epoch, part, done) VALUES (1, $1, $2, $3, $4, $5, $6)";
    let done = int(mark.at.done)?;
    sql.run(text, &values![&mark.id, role, mark.place.as_str(), int(mark.epoch)?, part, done])?;
    allow(sql, SCHEMA)
}

/// Waits for whoever commits or joins, and keeps them waiting until this transaction ends: what comes of them is seen, or they
/// see what comes of this.
///
/// # Errors
///
/// What the database says.
pub fn hold_revision(sql: &dyn Sql) -> Result<(), StoreError> {
    match sql.dialect() {
        // Whoever writes is alone.
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => one(sql, "SELECT value FROM revision FOR UPDATE", &[], |row| row.take::<u64>()).map(drop),
    }
}

/// Says which programs may use the database: those that know at least this schema.
fn allow(sql: &dyn Sql, least: u32) -> Result<(), StoreError> {
    sql.run("UPDATE migrations SET min_program = $1 WHERE version = $2", &values![least, SCHEMA]).map(drop)
}

/// Says how far the move is now.
///
/// # Errors
///
/// [`StoreError::Moved`] when it is not where it was: another process is at it.
pub fn advance(sql: &dyn Sql, id: MoveId, from: At, to: At) -> Result<(), StoreError> {
    let text = "UPDATE relocation SET part = $1, done = $2 WHERE one = 1 AND move = $3 AND part = $4 AND done = $5";
    let values = values![int(to.part)?, int(to.done)?, &id, int(from.part)?, int(from.done)?];
    if sql.run(text, &values)? == 1 {
        return Ok(());
    }
    Err(StoreError::Moved("another process moves this database, too; let one of them finish".into()))
}

/// Commits a plan of the move's own, to a database that takes none from servers any more.
///
/// # Errors
///
/// What the database says.
pub fn commit(sql: &dyn Sql, plan: Commit) -> Result<Committed, StoreError> {
    directory::commit(sql, plan)
}

/// The last entry of the audit log: its number and its hash, which stands for all before it.
///
/// # Errors
///
/// What the database says.
pub fn last_entry(sql: &dyn Sql) -> Result<Option<(u64, Hash)>, StoreError> {
    one(sql, "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1", &[], |row| Ok((row.take()?, row.hash()?)))
}

/// Whether the audit log has that entry: then the database holds what the other one held.
///
/// # Errors
///
/// What the database says.
pub fn has_entry(sql: &dyn Sql, number: u64, hash: &Hash) -> Result<bool, StoreError> {
    any(sql, "SELECT 1 FROM audit WHERE number = $1 AND hash = $2", &values![int(number)?, hash.as_bytes()])
}

/// Takes the mark away.
///
/// # Errors
///
/// What the database says.
pub fn remove(sql: &dyn Sql) -> Result<(), StoreError> {
    sql.run("DELETE FROM relocation", &[])?;
    // What the migrations themselves say.
    let least = match sql.dialect() {
        Dialect::Sqlite => 2,
        Dialect::Postgres => 3,
    };
    allow(sql, least)
}
