//! History in the database: taking records in and deleting them. Reading is in [`page`].

mod known;
mod order;
mod page;
pub(in crate::store) mod prune;
mod row;

use std::collections::{HashMap, HashSet};

use sbm_core::audit::Entry;
use sbm_core::id::{AccountId, Hash, InstallationId, RunId};
use sbm_core::run::RunRecord;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::{HistoryQuery, Page, Run};
use sbm_core::wire::v1::device::Fate;

use self::known::Deleted;
pub(crate) use self::row::words;
use super::{Backend, audit, clock, quotas, silos};
use crate::store::retention::Past;
use crate::store::sql::{Dialect, Insert, Kind, Sql, all, int, one, values};
use crate::store::{Found, Pending, RunPlace, RunSource, Runs, StoreError, Taken, Within, postgres};

impl<B: Backend> Runs for B {
    fn ingest(&self, source: RunSource, records: Vec<RunRecord>, received: Timestamp) -> Pending<Vec<Taken>> {
        self.database().write(move |sql| ingest(sql, source, &records, received))
    }

    fn set_aside(&self, source: RunSource, raw: String, reason: String, received: Timestamp) -> Pending<()> {
        self.database().write(move |sql| {
            silos::check(sql, source.device)?;
            set_aside(sql, source, vec![(raw, reason)], received)
        })
    }

    fn get(&self, within: Within, id: RunId, of: Option<InstallationId>) -> Pending<Vec<Found>> {
        self.database().read(move |sql| page::get(sql, within, id, of))
    }

    fn list(&self, within: Within, query: HistoryQuery) -> Pending<Page<Run>> {
        self.database().read(move |sql| page::list(sql, within, &query))
    }

    fn delete(&self, place: RunPlace, entry: Entry) -> Pending<bool> {
        self.database().write(move |sql| delete(sql, place, entry))
    }

    fn prune(&self, past: Vec<Past>, now: Timestamp, entry: Option<Entry>) -> Pending<u64> {
        self.database().write(move |sql| prune::prune(sql, &past, now, entry))
    }

    fn clock(&self) -> Pending<Timestamp> {
        self.database().read(|sql| clock::now(sql).map(Timestamp::from_millis))
    }

    fn make_room(&self) -> Pending<()> {
        self.database().write(|sql| match sql.dialect() {
            Dialect::Sqlite => Ok(()),
            Dialect::Postgres => postgres::make_ahead(sql),
        })
    }

    fn highest_sequence(&self, source: RunSource) -> Pending<u64> {
        self.database().read(move |sql| {
            let text = "SELECT highest FROM sequences WHERE account_id = $1 AND installation = $2";
            let values = values![source.account.0, source.installation.as_bytes()];
            Ok(one(sql, text, &values, |row| row.take())?.unwrap_or(0))
        })
    }

    fn highest_sequences(&self) -> Pending<Vec<(AccountId, InstallationId, u64)>> {
        self.database().read(|sql| {
            let text = "SELECT account_id, installation, highest FROM sequences ORDER BY account_id, installation";
            all(sql, text, &[], |row| Ok((row.id()?, row.uuid(InstallationId::from_bytes)?, row.take()?)))
        })
    }
}

/// 0. A device whose backup account is another machine's is not heard (ACC-11).
/// 1. What was deleted before and what breaks the rules is sorted out.
/// 2. The rest is inserted at once.
/// 3. What was not inserted is compared with what is there.
/// 4. What is set aside is kept whole.
/// 5. The highest number is raised.
fn ingest(sql: &dyn Sql, source: RunSource, records: &[RunRecord], received: Timestamp) -> Result<Vec<Taken>, StoreError> {
    silos::check(sql, source.device)?;
    let deleted = Deleted::among(sql, source, records.iter())?;
    let below = records.iter().filter(|record| deleted.covers(record) && !deleted.knows(record.id)).map(|record| record.id);
    let there: HashSet<RunId> = known::runs(sql, source, below)?.into_keys().collect();
    let is_gone = |record: &RunRecord| deleted.covers(record) && !there.contains(&record.id);
    let mut taken: Vec<Taken> = records.iter().map(|record| first_look(record, is_gone(record))).collect();
    let mut new: Vec<(&RunRecord, &mut Taken)> =
        records.iter().zip(&mut taken).filter(|(_, taken)| taken.fate == Fate::Accepted).collect();
    // Whoever takes in the same records meets them in the same order; of equal ids the first stays the first.
    new.sort_by_key(|(record, _)| record.id);
    keep(sql, source, new, received)?;
    let aside = records.iter().zip(&taken).filter_map(|(record, taken)| Some((record, taken.reason.as_ref()?)));
    let aside = aside.map(|(record, reason)| Ok((serde_json::to_string(record).map_err(StoreError::rejected)?, reason.clone())));
    set_aside(sql, source, aside.collect::<Result<_, StoreError>>()?, received)?;
    let known = records.iter().zip(&taken).filter(|(_, taken)| taken.fate != Fate::SetAside);
    if let Some(highest) = known.map(|(record, _)| record.sequence).max() {
        let text = "INSERT INTO sequences (account_id, installation, highest) VALUES ($1, $2, $3)
            ON CONFLICT (account_id, installation) DO UPDATE SET highest = excluded.highest
            WHERE excluded.highest > sequences.highest";
        sql.run(text, &values![source.account.0, source.installation.as_bytes(), int(highest)?])?;
    }
    // What a run had reserved is free again: what it stored is in its device's own words (ACC-5).
    let ended: Vec<RunId> = records.iter().map(|record| record.id).collect();
    quotas::over(sql, source.device, &ended)?;
    Ok(taken)
}

/// What is accepted here may still turn out to be there.
fn first_look(record: &RunRecord, is_gone: bool) -> Taken {
    if is_gone {
        return Taken::plain(Fate::Deleted);
    }
    match record.check() {
        Ok(()) => Taken::plain(Fate::Accepted),
        Err(code) => Taken::aside(code.text()),
    }
}

/// Inserts what is new and says of the rest what it is.
fn keep(sql: &dyn Sql, source: RunSource, new: Vec<(&RunRecord, &mut Taken)>, received: Timestamp) -> Result<(), StoreError> {
    if new.is_empty() {
        return Ok(());
    }
    let dialect = sql.dialect();
    let mut inserted = Vec::with_capacity(new.len());
    for portion in new.chunks(row::portion(dialect)) {
        let rows = portion.iter().map(|(record, _)| row::values(dialect, source, record, received));
        inserted.extend(sql.insert(row::insert(dialect), &rows.collect::<Result<Vec<_>, _>>()?)?);
    }
    let there = new.iter().zip(&inserted).filter(|(_, inserted)| !**inserted).map(|((record, _), _)| record.id);
    let before = known::runs(sql, source, there)?;
    // Somebody may have deleted one since it was looked for: what was inserted behind that goes again.
    let deleted = match dialect.writes_side_by_side() {
        true => Deleted::among(sql, source, new.iter().map(|(record, _)| *record))?,
        false => Deleted::default(),
    };
    for ((record, taken), inserted) in new.into_iter().zip(inserted) {
        // What is below the floor was there or is new to it; what a stub is left of cannot be there.
        let is_there = !inserted && before.contains_key(&record.id);
        if deleted.knows(record.id) || (deleted.covers(record) && !is_there) {
            *taken = Taken::plain(Fate::Deleted);
            if inserted {
                remove(sql, source.account, record.id, source.installation)?;
            }
        } else if !inserted {
            *taken = compared(record, &before);
        }
    }
    Ok(())
}

fn compared(record: &RunRecord, before: &HashMap<RunId, RunRecord>) -> Taken {
    match before.get(&record.id) {
        Some(kept) if kept == record => Taken::plain(Fate::Duplicate),
        _ => Taken::aside("the run id came before with other content"),
    }
}

/// The columns of what is set aside.
const SET_ASIDE: Insert = Insert {
    table: "set_aside",
    columns: &[
        ("account_id", Kind::Int),
        ("device_id", Kind::Int),
        ("hash", Kind::Bytes),
        ("received", Kind::Int),
        ("reason", Kind::Text),
        ("raw", Kind::Text),
    ],
    key: &[0, 1, 2],
};

/// Keeps texts with their reasons, each text once.
fn set_aside(sql: &dyn Sql, source: RunSource, texts: Vec<(String, String)>, received: Timestamp) -> Result<(), StoreError> {
    if texts.is_empty() {
        return Ok(());
    }
    let mut texts: Vec<_> = texts.into_iter().map(|(raw, reason)| (Hash::of(raw.as_bytes()), raw, reason)).collect();
    texts.sort_by_key(|(hash, ..)| *hash.as_bytes());
    let row = |(hash, raw, reason): &(Hash, String, String)| {
        let hash = hash.as_bytes().to_vec();
        let (raw, reason) = (raw.clone(), reason.clone());
        Vec::from(values![source.account.0, source.device.0, hash, received.as_millis(), reason, raw])
    };
    sql.insert(&SET_ASIDE, &texts.iter().map(row).collect::<Vec<_>>()).map(drop)
}

fn delete(sql: &dyn Sql, place: RunPlace, entry: Entry) -> Result<bool, StoreError> {
    let RunPlace { account, id, installation: of } = place;
    let Some(sequence) = remove(sql, account, id, of)? else { return Ok(false) };
    let stub = "INSERT INTO run_stubs (account_id, run_id, installation, sequence) VALUES ($1, $2, $3, $4)";
    sql.run(stub, &values![account.0, id.as_bytes(), of.as_bytes(), sequence])?;
    audit::append(sql, &[entry])?;
    Ok(true)
}

/// Removes a run; gives its number, if there was such a run.
fn remove(sql: &dyn Sql, account: AccountId, id: RunId, of: InstallationId) -> Result<Option<i64>, StoreError> {
    let text = "DELETE FROM runs WHERE account_id = $1 AND installation = $2 AND run_id = $3 RETURNING sequence";
    Ok(all(sql, text, &values![account.0, of.as_bytes(), id.as_bytes()], |row| row.take())?.pop())
}
