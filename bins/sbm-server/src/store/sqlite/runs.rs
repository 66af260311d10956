//! History in SQLite: taking records in and deleting them. Reading is in [`page`].

mod order;
mod page;
mod row;

use rusqlite::{Connection, params};
use sbm_core::audit::Entry;
use sbm_core::id::{AccountId, Hash, InstallationId, RunId};
use sbm_core::run::RunRecord;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::{HistoryQuery, Page, Run};
use sbm_core::wire::v1::device::Fate;

use super::field::{Outcome, all, any, int, one, run};
use super::{Sqlite, audit};
use crate::store::{Pending, RunSource, Runs, StoreError, Taken};

impl Runs for Sqlite {
    fn ingest(&self, source: RunSource, records: Vec<RunRecord>, received: Timestamp) -> Pending<Vec<Taken>> {
        self.write(move |sql| Ok(ingest(sql, source, &records, received)?))
    }

    fn set_aside(&self, source: RunSource, raw: String, reason: String, received: Timestamp) -> Pending<()> {
        self.write(move |sql| Ok(set_aside(sql, source, &raw, &reason, received)?))
    }

    fn get(&self, account: AccountId, id: RunId, of: Option<InstallationId>) -> Pending<Vec<Run>> {
        self.read(move |sql| Ok(page::get(sql, account, id, of)?))
    }

    fn list(&self, account: AccountId, query: HistoryQuery) -> Pending<Page<Run>> {
        self.read(move |sql| Ok(page::list(sql, account, &query)?))
    }

    fn delete(&self, account: AccountId, id: RunId, of: InstallationId, entry: Entry) -> Pending<bool> {
        self.write(move |sql| Ok(delete(sql, account, id, of, entry)?))
    }

    fn highest_sequence(&self, source: RunSource) -> Pending<u64> {
        self.read(move |sql| {
            let text = "SELECT highest FROM sequences WHERE account_id = ?1 AND installation = ?2";
            Ok(one(sql, text, params![source.account.0, source.installation.as_bytes()], |row| row.take())?.unwrap_or(0))
        })
    }

    fn highest_sequences(&self) -> Pending<Vec<(AccountId, InstallationId, u64)>> {
        self.read(|sql| {
            let text = "SELECT account_id, installation, highest FROM sequences ORDER BY account_id, installation";
            Ok(all(sql, text, [], |row| Ok((row.id()?, row.uuid(InstallationId::from_bytes)?, row.take()?)))?)
        })
    }
}

fn ingest(sql: &Connection, source: RunSource, records: &[RunRecord], received: Timestamp) -> Outcome<Vec<Taken>> {
    let deleted = Deleted::of(sql, source)?;
    let mut keep = row::Insert::new(sql)?;
    let mut taken = Vec::with_capacity(records.len());
    for record in records {
        taken.push(take(sql, source, record, received, &deleted, &mut keep)?);
    }
    let known = records.iter().zip(&taken).filter(|(_, taken)| taken.fate != Fate::SetAside);
    if let Some(highest) = known.map(|(record, _)| record.sequence).max() {
        let text = "INSERT INTO sequences (account_id, installation, highest) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET highest = max(highest, excluded.highest)";
        run(sql, text, params![source.account.0, source.installation.as_bytes(), int(highest)?])?;
    }
    Ok(taken)
}

fn take(
    sql: &Connection,
    source: RunSource,
    record: &RunRecord,
    received: Timestamp,
    deleted: &Deleted,
    keep: &mut row::Insert<'_>,
) -> Outcome<Taken> {
    if deleted.knows(sql, source, record)? {
        return Ok(Taken::plain(Fate::Deleted));
    }
    if let Err(code) = record.check() {
        return keep_aside(sql, source, record, received, Taken::aside(code.text()));
    }
    if keep.keep(source, record, received)? {
        return Ok(Taken::plain(Fate::Accepted));
    }
    let taken = match row::find(sql, source, record.id)? {
        Some(kept) if kept.record == *record => Taken::plain(Fate::Duplicate),
        _ => Taken::aside("the run id came before with other content"),
    };
    keep_aside(sql, source, record, received, taken)
}

/// Keeps the record whole if it is set aside.
fn keep_aside(sql: &Connection, source: RunSource, record: &RunRecord, received: Timestamp, taken: Taken) -> Outcome<Taken> {
    if let Some(reason) = &taken.reason {
        let raw = serde_json::to_string(record).map_err(StoreError::rejected)?;
        set_aside(sql, source, &raw, reason, received)?;
    }
    Ok(taken)
}

fn set_aside(sql: &Connection, source: RunSource, raw: &str, reason: &str, received: Timestamp) -> Outcome<()> {
    let text = "INSERT INTO set_aside (account_id, device_id, hash, received, reason, raw) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT DO NOTHING";
    let hash = Hash::of(raw.as_bytes());
    run(sql, text, params![source.account.0, source.device.0, hash.as_bytes(), received.as_millis(), reason, raw])?;
    Ok(())
}

/// Whether anything of an installation was ever deleted, asked once a batch: mostly nothing was.
struct Deleted {
    any: bool,
}

impl Deleted {
    fn of(sql: &Connection, source: RunSource) -> Outcome<Self> {
        let text = "SELECT 1 FROM run_stubs WHERE account_id = ?1 AND installation = ?2";
        Ok(Self { any: any(sql, text, params![source.account.0, source.installation.as_bytes()])? })
    }

    fn knows(&self, sql: &Connection, source: RunSource, record: &RunRecord) -> Outcome<bool> {
        let by_id = "SELECT 1 FROM run_stubs WHERE account_id = ?1 AND installation = ?2 AND run_id = ?3";
        Ok(self.any && any(sql, by_id, params![source.account.0, source.installation.as_bytes(), record.id.as_bytes()])?)
    }
}

fn delete(sql: &Connection, account: AccountId, id: RunId, of: InstallationId, entry: Entry) -> Outcome<bool> {
    let key = params![account.0, of.as_bytes(), id.as_bytes()];
    if !any(sql, "SELECT 1 FROM runs WHERE account_id = ?1 AND installation = ?2 AND run_id = ?3", key)? {
        return Ok(false);
    }
    let stub =
        "INSERT INTO run_stubs (account_id, run_id, installation, sequence) SELECT account_id, run_id, installation, sequence
        FROM runs WHERE account_id = ?1 AND installation = ?2 AND run_id = ?3";
    run(sql, stub, key)?;
    run(sql, "DELETE FROM runs WHERE account_id = ?1 AND installation = ?2 AND run_id = ?3", key)?;
    audit::append(sql, &[entry])?;
    Ok(true)
}
