//! The outbox as a shelf: what [`make_room`](crate::store::room::make_room) asks of it, as statements.

use rusqlite::{OptionalExtension as _, Row, Transaction, params};
use sbm_core::code::Code;
use sbm_core::id::RunId;
use sbm_core::run::{Detail, RunRecord, RunResult};

use super::Fault;
use super::rows::{checked, sum};
use crate::store::room::Shelf;
use crate::store::{Mark, interrupted, to_json};

/// The waiting records within a transaction.
pub(super) struct Waiting<'a, 'b> {
    pub(super) transaction: &'a Transaction<'b>,
    /// Whose record stands in for one that is not what was written.
    pub(super) like: &'a RunRecord,
    /// How often something was given up.
    pub(super) given_up: u64,
}

impl Shelf for Waiting<'_, '_> {
    type Error = Fault;

    fn load(&mut self) -> Result<(u64, u64), Fault> {
        let (records, bytes): (i64, i64) =
            self.transaction.query_row("SELECT records, bytes FROM outbox", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok((u64::try_from(records).unwrap_or(0), u64::try_from(bytes).unwrap_or(0)))
    }

    fn oldest(&mut self, detail: Detail) -> Result<Option<RunRecord>, Fault> {
        let sql = "SELECT data, sum, sequence FROM run WHERE acknowledged IS NULL AND detail = ?1 ORDER BY sequence LIMIT 1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row([detail as u8], |row| self.read(row)).optional()?)
    }

    fn replace(&mut self, record: &RunRecord, detail: Detail) -> Result<(), Fault> {
        self.given_up += 1;
        let data = to_json(record);
        let sql = "UPDATE run SET id = ?2, data = ?3, sum = ?4, detail = ?5 WHERE sequence = ?1";
        let sequence = i64::try_from(record.sequence).map_err(|_| Code::CacheDamaged)?;
        let mut statement = self.transaction.prepare_cached(sql)?;
        statement.execute(params![sequence, record.id.as_bytes(), data, sum(&data), detail as u8])?;
        Ok(())
    }

    fn oldest_two(&mut self) -> Result<Option<(RunRecord, RunRecord)>, Fault> {
        let sql = "SELECT data, sum, sequence FROM run WHERE acknowledged IS NULL ORDER BY sequence LIMIT 2";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let found = statement.query_map([], |row| self.read(row))?.collect::<Result<Vec<_>, _>>()?;
        let mut found = found.into_iter();
        Ok(found.next().zip(found.next()))
    }

    fn remove(&mut self, sequence: u64) -> Result<(), Fault> {
        let sequence = i64::try_from(sequence).map_err(|_| Code::CacheDamaged)?;
        self.transaction.prepare_cached("DELETE FROM run WHERE sequence = ?1")?.execute([sequence])?;
        Ok(())
    }
}

impl Waiting<'_, '_> {
    /// A row that is not what was written counts as a run of which nothing is known but its number: it must not hold up the
    /// others, nor be lost without a word.
    fn read(&self, row: &Row<'_>) -> Result<RunRecord, rusqlite::Error> {
        let sequence: i64 = row.get(2)?;
        let number = u64::try_from(sequence).unwrap_or(self.like.sequence);
        match checked::<RunRecord>(row, 0) {
            Ok(record) if record.sequence == number => Ok(record),
            _ => Ok(self.unknown(number)),
        }
    }

    fn unknown(&self, sequence: u64) -> RunRecord {
        let RunRecord { installation, computer, user, start, .. } = self.like.clone();
        let end = interrupted(&start, start.profile_start);
        let id = RunId::from_bytes(*self.like.id.as_bytes());
        let mut record = Mark { id, installation, computer, user, start, estimate: 0 }.finish(sequence, end);
        record.finish.result = RunResult::Interrupted;
        "the record was damaged on the client's disk".clone_into(&mut record.finish.error);
        record
    }
}
