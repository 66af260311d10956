//! The statements: what a row holds, and that it is what was written.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use sbm_core::agent::{Snapshot, Write};
use sbm_core::cache::{SealedTrust, Trust};
use sbm_core::code::Code;
use sbm_core::id::{Guid, Hash, RunId};
use sbm_core::profile::{Applied, Change, ChangeKind};
use sbm_core::run::{RunEnd, RunRecord};
use sbm_core::wire::MAX_RUNS_BYTES;
use sbm_core::wire::v1::device::{Outcome, Stored};
use serde::de::DeserializeOwned;

use super::Fault;
use crate::store::{Mark, not_taken_over, outcome, removal, to_json};

/// What the frame of an upload takes of its bytes.
const FRAME: usize = 64;

/// The trust record as it lies there.
pub(super) fn trust(database: &Connection) -> Result<Option<SealedTrust>, Fault> {
    let sealed = database.query_row("SELECT bytes, machine, seal FROM trust", [], |row| {
        Ok(SealedTrust { bytes: row.get(0)?, machine: hash(row, 1)?, seal: hash(row, 2)? })
    });
    Ok(sealed.optional()?)
}

/// Everything that a sync begins with, read as one moment.
pub(super) fn snapshot(database: &Connection, fault: Option<Code>, stand_in: &Trust, machine: &Hash) -> Result<Snapshot, Fault> {
    let moment = database.unchecked_transaction()?;
    let trust = match (fault, trust(&moment)?) {
        (None, Some(sealed)) => sealed.open(machine)?,
        _ => stand_in.clone(),
    };
    let mut bodies = moment.prepare_cached("SELECT hash FROM body")?;
    let bodies = bodies.query_map([], |row| hash(row, 0))?.collect::<Result<_, _>>()?;
    let (queue, outcomes, stored) = (queue(&moment)?, outcomes(&moment)?, stored(&moment)?);
    Ok(Snapshot { trust, fault, applied: applied(&moment)?, queue, bodies, outcomes, stored })
}

/// What the host has taken over, in the order of the GUIDs.
pub(super) fn applied(database: &Connection) -> Result<Vec<Applied>, Fault> {
    let mut statement = database.prepare_cached("SELECT data, sum FROM applied ORDER BY guid")?;
    Ok(statement.query_map([], |row| checked(row, 0))?.collect::<Result<_, _>>()?)
}

fn queue(database: &Connection) -> Result<Vec<Change>, Fault> {
    let mut statement = database.prepare_cached("SELECT data, sum FROM queue ORDER BY id")?;
    Ok(statement.query_map([], |row| checked(row, 0))?.collect::<Result<_, _>>()?)
}

fn outcomes(database: &Connection) -> Result<Vec<(i64, Outcome)>, Fault> {
    let mut statement = database.prepare_cached("SELECT data, sum, id FROM outcome ORDER BY id")?;
    Ok(statement.query_map([], |row| Ok((row.get(2)?, checked(row, 0)?)))?.collect::<Result<_, _>>()?)
}

/// A body that is what its hash says.
pub(super) fn body(database: &Connection, wanted: &Hash) -> Result<Option<Vec<u8>>, Fault> {
    let bytes: Option<Vec<u8>> =
        database.query_row("SELECT bytes FROM body WHERE hash = ?1", [wanted.as_bytes()], |row| row.get(0)).optional()?;
    match bytes {
        Some(bytes) if Hash::of(&bytes) != *wanted => Err(Code::CacheDamaged.into()),
        bytes => Ok(bytes),
    }
}

/// Does the agent's writes.
pub(super) fn apply(transaction: &Transaction<'_>, writes: &[Write], machine: &Hash) -> Result<(), Fault> {
    for write in writes {
        match write {
            Write::Trust(trust) => write_trust(transaction, trust, machine)?,
            Write::Body { hash, bytes } => {
                let sql =
                    "INSERT INTO body (hash, bytes) VALUES (?1, ?2) ON CONFLICT (hash) DO UPDATE SET bytes = excluded.bytes";
                transaction.execute(sql, params![hash.as_bytes(), bytes])?;
            }
            Write::KeepBodies(keep) => keep_bodies(transaction, keep)?,
            Write::Queue(changes) => write_queue(transaction, changes)?,
            Write::OutcomesSent(rows) => {
                for row in rows {
                    transaction.execute("DELETE FROM outcome WHERE id = ?1", [row])?;
                }
            }
            Write::Acknowledge { ids, at } => {
                for id in ids {
                    let sql = "UPDATE run SET acknowledged = ?2 WHERE id = ?1 AND acknowledged IS NULL";
                    transaction.execute(sql, params![id.as_bytes(), at.as_millis()])?;
                }
            }
            Write::ForgetAcknowledged { before } => {
                transaction.execute("DELETE FROM run WHERE acknowledged < ?1", [before.as_millis()])?;
            }
            Write::RaiseSequence(highest) => {
                let highest = i64::try_from(*highest).map_err(|_| Code::MalformedAnswer)?;
                transaction.execute("UPDATE counter SET sequence = max(sequence, ?1)", [highest])?;
            }
            Write::SendAgain => {
                transaction.execute("UPDATE run SET acknowledged = NULL WHERE acknowledged IS NOT NULL", [])?;
            }
        }
    }
    Ok(())
}

fn write_trust(transaction: &Transaction<'_>, trust: &Trust, machine: &Hash) -> Result<(), Fault> {
    let sealed = trust.seal(machine);
    let sql = "INSERT INTO trust (one, bytes, machine, seal) VALUES (1, ?1, ?2, ?3)
               ON CONFLICT (one) DO UPDATE SET bytes = excluded.bytes, machine = excluded.machine, seal = excluded.seal";
    transaction.execute(sql, params![sealed.bytes, sealed.machine.as_bytes(), sealed.seal.as_bytes()])?;
    Ok(())
}

fn keep_bodies(transaction: &Transaction<'_>, keep: &std::collections::BTreeSet<Hash>) -> Result<(), Fault> {
    let mut statement = transaction.prepare_cached("SELECT hash FROM body")?;
    let there: Vec<Hash> = statement.query_map([], |row| hash(row, 0))?.collect::<Result<_, _>>()?;
    for hash in there.iter().filter(|hash| !keep.contains(hash)) {
        transaction.execute("DELETE FROM body WHERE hash = ?1", [hash.as_bytes()])?;
    }
    Ok(())
}

/// A change that stays keeps its place; the new ones come behind.
fn write_queue(transaction: &Transaction<'_>, changes: &[Change]) -> Result<(), Fault> {
    for old in queue(transaction)?.iter().filter(|old| !changes.contains(old)) {
        transaction.execute("DELETE FROM queue WHERE data = ?1", [to_json(old)])?;
    }
    for change in changes {
        let data = to_json(change);
        transaction.execute("INSERT OR IGNORE INTO queue (data, sum) VALUES (?1, ?2)", params![data, sum(&data)])?;
    }
    Ok(())
}

/// The first change whose profile is not running.
pub(super) fn next_change(database: &Connection) -> Result<Option<Change>, Fault> {
    let mut running = database.prepare_cached("SELECT guid FROM mark WHERE guid IS NOT NULL")?;
    let running: Vec<[u8; 16]> = running.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(queue(database)?.into_iter().find(|change| !running.contains(change.guid.as_bytes())))
}

/// Keeps what the host says of a change, for itself and for the server.
pub(super) fn answer_change(transaction: &Transaction<'_>, change: &Change, failure: Option<&str>) -> Result<(), Fault> {
    transaction.execute("DELETE FROM queue WHERE data = ?1", [to_json(change)])?;
    insert_outcome(transaction, &outcome(change, failure))?;
    if failure.is_some() {
        return Ok(());
    }
    let before = take_applied(transaction, &change.guid)?;
    let after = if change.kind == ChangeKind::Remove { None } else { Applied::after(change, before.as_ref()) };
    after.map_or(Ok(()), |after| insert_applied(transaction, &after))
}

/// Keeps that the host removed its copy, for itself and for the server.
pub(super) fn profile_removed(transaction: &Transaction<'_>, guid: &Guid) -> Result<(), Fault> {
    let before = take_applied(transaction, guid)?.ok_or_else(|| not_taken_over(guid))?;
    if !before.removed {
        insert_outcome(transaction, &removal(*guid))?;
    }
    insert_applied(transaction, &Applied { removed: true, ..before })
}

fn insert_outcome(transaction: &Transaction<'_>, outcome: &Outcome) -> Result<(), Fault> {
    let told = to_json(outcome);
    transaction.execute("INSERT INTO outcome (data, sum) VALUES (?1, ?2)", params![told, sum(&told)])?;
    Ok(())
}

fn take_applied(transaction: &Transaction<'_>, guid: &Guid) -> Result<Option<Applied>, Fault> {
    let guid = guid.as_bytes();
    let before =
        transaction.query_row("SELECT data, sum FROM applied WHERE guid = ?1", [guid], |row| checked(row, 0)).optional()?;
    transaction.execute("DELETE FROM applied WHERE guid = ?1", [guid])?;
    Ok(before)
}

fn insert_applied(transaction: &Transaction<'_>, applied: &Applied) -> Result<(), Fault> {
    let data = to_json(applied);
    let sql = "INSERT INTO applied (guid, data, sum) VALUES (?1, ?2, ?3)";
    transaction.execute(sql, params![applied.guid.as_bytes(), data, sum(&data)])?;
    Ok(())
}

/// How many records wait.
pub(super) fn waiting(database: &Connection) -> Result<usize, Fault> {
    let count: i64 = database.query_row("SELECT records FROM outbox", [], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// Marks a run as going on.
pub(super) fn insert_mark(transaction: &Transaction<'_>, mark: &Mark, owner: &str) -> Result<(), Fault> {
    let data = to_json(mark);
    let sql = "INSERT INTO mark (id, owner, guid, data, sum) VALUES (?1, ?2, ?3, ?4, ?5)";
    let guid = mark.profile().map(|guid| *guid.as_bytes());
    transaction.execute(sql, params![mark.id.as_bytes(), owner, guid, data, sum(&data)])?;
    Ok(())
}

/// The marks of all runs that go on. One that is not what was written says nothing.
pub(super) fn marks(database: &Connection) -> Result<Vec<Mark>, Fault> {
    let mut statement = database.prepare_cached("SELECT data, sum FROM mark")?;
    let found = statement.query_map([], |row| Ok(checked::<Mark>(row, 0)))?.collect::<Result<Vec<_>, _>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// The host's last word about what it stores.
pub(super) fn stored(database: &Connection) -> Result<Option<Stored>, Fault> {
    let word: Option<Stored> = database.query_row("SELECT data, sum FROM stored", [], |row| checked(row, 0)).optional()?;
    // With the number 0 nothing was said yet.
    Ok(word.filter(|word| word.number > 0))
}

/// Keeps a newer one.
pub(super) fn write_stored(transaction: &Transaction<'_>, word: Stored) -> Result<(), Fault> {
    let data = to_json(&word);
    let sql = "INSERT INTO stored (one, data, sum) VALUES (1, ?1, ?2)
               ON CONFLICT (one) DO UPDATE SET data = excluded.data, sum = excluded.sum";
    transaction.execute(sql, params![data, sum(&data)])?;
    Ok(())
}

/// Takes a mark away.
pub(super) fn take_mark(transaction: &Transaction<'_>, id: &RunId) -> Result<Option<Mark>, Fault> {
    let sql = "DELETE FROM mark WHERE id = ?1 RETURNING data, sum";
    Ok(transaction.query_row(sql, [id.as_bytes()], |row| checked(row, 0)).optional()?)
}

/// Whether a run is going on that another process began.
pub(super) fn has_marks_of_others(database: &Connection, own: &str) -> Result<bool, Fault> {
    Ok(database.query_row("SELECT EXISTS (SELECT 1 FROM mark WHERE owner <> ?1)", [own], |row| row.get(0))?)
}

/// The processes that marked runs.
pub(super) fn owners(database: &Connection) -> Result<Vec<String>, Fault> {
    let mut statement = database.prepare_cached("SELECT DISTINCT owner FROM mark")?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Takes away the marks of these processes, the oldest first. One that is not what was written is dropped.
pub(super) fn take_marks_of(transaction: &Transaction<'_>, owners: &[String]) -> Result<Vec<Mark>, Fault> {
    let mut marks = Vec::new();
    for owner in owners {
        let mut statement = transaction.prepare_cached("SELECT data, sum FROM mark WHERE owner = ?1 ORDER BY rowid")?;
        let found = statement.query_map([owner], |row| Ok(checked::<Mark>(row, 0)))?.collect::<Result<Vec<_>, _>>()?;
        marks.extend(found.into_iter().flatten());
        transaction.execute("DELETE FROM mark WHERE owner = ?1", [owner])?;
    }
    Ok(marks)
}

/// Gives the next number and puts the record into the outbox.
pub(super) fn insert_run(transaction: &Transaction<'_>, mark: Mark, end: RunEnd) -> Result<RunRecord, Fault> {
    let sql = "UPDATE counter SET sequence = sequence + 1 RETURNING sequence";
    let sequence: i64 = transaction.query_row(sql, [], |row| row.get(0))?;
    let number = u64::try_from(sequence).map_err(|_| Code::CacheDamaged)?;
    let record = mark.finish(number, end);
    let data = to_json(&record);
    let sql = "INSERT INTO run (sequence, id, data, sum) VALUES (?1, ?2, ?3, ?4)";
    transaction.execute(sql, params![sequence, record.id.as_bytes(), data, sum(&data)])?;
    Ok(record)
}

/// The number of the record with that id, waiting or kept.
pub(super) fn sequence_of(database: &Connection, id: &RunId) -> Result<Option<u64>, Fault> {
    let found = database.query_row("SELECT sequence FROM run WHERE id = ?1", [id.as_bytes()], |row| row.get::<_, i64>(0));
    Ok(found.optional()?.map(|sequence| u64::try_from(sequence).map_err(|_| Code::CacheDamaged)).transpose()?)
}

/// Waiting records. One that is not what was written stays behind: it must not hold up the others.
pub(super) fn outbox(database: &Connection, limit: usize, newest: bool) -> Result<Vec<RunRecord>, Fault> {
    let order = if newest { "DESC" } else { "ASC" };
    let sql = format!("SELECT data, sum FROM run WHERE acknowledged IS NULL ORDER BY sequence {order}");
    let mut statement = database.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    let (mut records, mut bytes) = (Vec::new(), FRAME);
    while let (true, Some(row)) = (records.len() < limit, rows.next()?) {
        let Ok(record) = checked::<RunRecord>(row, 0) else { continue };
        bytes += to_json(&record).len() + 1;
        if bytes > MAX_RUNS_BYTES {
            break;
        }
        records.push(record);
    }
    if newest {
        records.reverse();
    }
    Ok(records)
}

pub(super) fn sum(data: &str) -> [u8; 32] {
    *Hash::of(data.as_bytes()).as_bytes()
}

/// Reads `data` at that column when the `sum` behind it fits.
pub(super) fn checked<T: DeserializeOwned>(row: &Row<'_>, at: usize) -> Result<T, rusqlite::Error> {
    let (data, wanted): (String, [u8; 32]) = (row.get(at)?, row.get(at + 1)?);
    let damaged =
        |error: Box<dyn std::error::Error + Send + Sync>| rusqlite::Error::FromSqlConversionFailure(at, Type::Text, error);
    if sum(&data) != wanted {
        return Err(damaged("the row is not what was written".into()));
    }
    serde_json::from_str(&data).map_err(|error| damaged(error.into()))
}

fn hash(row: &Row<'_>, at: usize) -> Result<Hash, rusqlite::Error> {
    row.get(at).map(Hash::from_bytes)
}
