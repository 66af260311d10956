//! The cache on disk: one SQLite file for all processes of a login user, and a few small files beside it (OFF-3, OFF-8).
//!
//! 1. `cache.db` holds everything; `managed` remembers beside it that there must be one, and how new.
//! 2. What cannot be trusted is told as a fault and left alone until the server vouched for something new; then a broken
//!    file gets another name, so that nothing is thrown away.
//! 3. `open.lock` makes openings one after the other, `sync.lock` syncs; each process holds an `owner-….lock` for life.

mod rows;
mod schema;
mod shelf;
mod state;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use sbm_core::agent::{Snapshot, Write};
use sbm_core::code::Code;
use sbm_core::id::{Guid, Hash, InstallationId, RunId};
use sbm_core::profile::{Applied, Change};
use sbm_core::run::{RunEnd, RunRecord};
use sbm_core::time::Timestamp;

use self::state::{State, open_database};
use super::locked::Locked;
use super::place::{Place, refuse_other_kind, sweep};
use super::room::{OutboxLimits, make_room};
use super::verdict::disagreement;
use super::{CacheStore, Fits, Mark, Storage, SyncGuard, disk, expected, interrupted, new_installation, next_word, random};
use crate::error::Error;

/// The cache in a directory.
#[derive(Debug)]
pub struct SqliteStore {
    place: Place,
    machine: Hash,
    /// What a new installation here would call itself.
    fresh: InstallationId,
    owner: String,
    limits: OutboxLimits,
    given_up: AtomicU64,
    _alive: Locked,
    state: Mutex<State>,
}

/// What goes wrong with the database or beside it.
enum Fault {
    Database(rusqlite::Error),
    Ours(Error),
}

impl SqliteStore {
    /// Opens the cache in that directory for this machine. A cache that cannot be trusted opens too and says so.
    ///
    /// # Errors
    ///
    /// [`Code::CacheUnwritable`] when the directory cannot be used, [`Code::CacheBusy`]; [`Code::ConfigInvalid`] when a cache in
    /// plain files lies there.
    pub fn open(directory: &Path, machine: Hash) -> Result<Self, Error> {
        Self::open_limited(directory, machine, OutboxLimits::default())
    }

    /// The same with that much room for records that wait.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open).
    pub fn open_limited(directory: &Path, machine: Hash, limits: OutboxLimits) -> Result<Self, Error> {
        let place = Place(directory.to_owned());
        disk::create_directory(directory)?;
        let _opening = disk::lock_within(&place.opening())?;
        let tail: String = random::<8>()?.iter().map(|byte| format!("{byte:02x}")).collect();
        let owner = format!("owner-{tail}.lock");
        let alive = disk::try_lock(&place.owner(&owner))?.ok_or_else(|| Error::from(Code::CacheBusy))?;
        refuse_other_kind(&place.ledger())?;
        sweep(&place, &owner)?;
        let fresh = new_installation()?;
        let state = State::judge(open_database(&place)?, &place, &machine, fresh)?;
        let (limits, state) = (limits.at_least(), Mutex::new(state));
        let store = Self { place, machine, fresh, owner, limits, given_up: AtomicU64::new(0), _alive: Locked::new(alive), state };
        store.remember(&store.state())?;
        Ok(store)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, act: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Error> {
        match &self.state().database {
            Ok(database) => act(database).map_err(Error::from),
            Err(code) => Err(Error::from(*code)),
        }
    }

    fn write<T>(&self, act: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T, Error> {
        match &mut self.state().database {
            Ok(database) => transact(database, act).map_err(Error::from),
            Err(code) => Err(Error::from(*code)),
        }
    }

    /// Puts the record into the outbox, and gives up what is too much then.
    fn keep(&self, transaction: &Transaction<'_>, mark: Mark, end: RunEnd) -> Result<u64, Fault> {
        let record = rows::insert_run(transaction, mark, end)?;
        let mut waiting = shelf::Waiting { transaction, like: &record, given_up: 0 };
        make_room(&mut waiting, self.limits)?;
        self.given_up.fetch_add(waiting.given_up, Ordering::AcqRel);
        Ok(record.sequence)
    }

    /// Brings the marker up to what the database says, if that is newer.
    fn remember(&self, state: &State) -> Result<(), Error> {
        if state.fault.is_some() { Ok(()) } else { disk::remember(&self.place.marker(), &state.stand_in, &self.machine) }
    }

    /// Weighs database and marker anew.
    fn judge_again(&self, state: &mut State) -> Result<(), Error> {
        let _opening = disk::lock_within(&self.place.opening())?;
        let database = match std::mem::replace(&mut state.database, Err(Code::CacheDamaged)) {
            Ok(database) => Ok(database),
            Err(_) => open_database(&self.place)?,
        };
        *state = State::judge(database, &self.place, &self.machine, self.fresh)?;
        Ok(())
    }

    /// Makes room for a trust record that a server vouched for.
    fn repair(&self, state: &mut State) -> Result<(), Error> {
        match state.database {
            Err(Code::CacheDamaged | Code::CacheOtherMachine) => {
                disk::set_aside(&self.place.database())?;
                state.database = Ok(schema::open(&self.place.database()).map_err(Error::from)?);
                Ok(())
            }
            Err(code) => Err(Error::from(code)),
            Ok(_) => Ok(()),
        }
    }
}

impl CacheStore for SqliteStore {
    fn load(&self) -> Result<Snapshot, Error> {
        let mut state = self.state();
        if state.fault.is_some() {
            self.judge_again(&mut state)?;
        }
        // Read before the record, which is written before it: what is put in place under a running program is judged too.
        let marker = disk::read_marker(&self.place.marker(), &self.machine).ok().flatten();
        let snapshot = state.snapshot(&self.machine)?;
        match marker {
            Some(marker) if snapshot.fault.is_none() && disagreement(&snapshot.trust, &marker).is_some() => {
                self.judge_again(&mut state)?;
                state.snapshot(&self.machine)
            }
            _ => Ok(snapshot),
        }
    }

    fn apply(&self, writes: &[Write]) -> Result<(), Error> {
        let trust = writes.iter().rev().find_map(|write| match write {
            Write::Trust(trust) => Some(trust),
            _ => None,
        });
        let Some(trust) = trust else { return self.write(|transaction| rows::apply(transaction, writes, &self.machine)) };
        let mut state = self.state();
        let _opening = disk::lock_within(&self.place.opening())?;
        self.repair(&mut state)?;
        match &mut state.database {
            Ok(database) => transact(database, |transaction| rows::apply(transaction, writes, &self.machine))?,
            Err(code) => return Err(Error::from(*code)),
        }
        (state.fault, state.stand_in) = (None, (**trust).clone());
        self.remember(&state)
    }

    fn body(&self, hash: &Hash) -> Result<Option<Vec<u8>>, Error> {
        self.read(|database| rows::body(database, hash))
    }

    fn applied(&self) -> Result<Vec<Applied>, Error> {
        self.read(rows::applied)
    }

    fn next_change(&self, now: Timestamp) -> Result<Option<Change>, Error> {
        if self.read(|database| rows::has_marks_of_others(database, &self.owner))? {
            self.report_interrupted(now)?;
        }
        self.read(rows::next_change)
    }

    fn answer_change(&self, change: &Change, failure: Option<&str>) -> Result<(), Error> {
        self.write(|transaction| rows::answer_change(transaction, change, failure))
    }

    fn profile_removed(&self, guid: &Guid) -> Result<(), Error> {
        self.write(|transaction| rows::profile_removed(transaction, guid))
    }

    fn begin_run(&self, mark: &Mark) -> Result<(), Error> {
        self.write(|transaction| rows::insert_mark(transaction, mark, &self.owner))
    }

    fn begin_run_in_room(&self, mark: &Mark, fits: &Fits<'_>) -> Result<(), Error> {
        self.write(|transaction| {
            fits(&storage(transaction)?)?;
            rows::insert_mark(transaction, mark, &self.owner)
        })
    }

    fn finish_run(&self, id: &RunId, end: RunEnd) -> Result<u64, Error> {
        self.write(|transaction| {
            let mark = rows::take_mark(transaction, id)?.ok_or_else(|| Error::from(Code::NotFinished))?;
            self.keep(transaction, mark, end)
        })
    }

    fn record_run(&self, mark: &Mark, end: RunEnd) -> Result<u64, Error> {
        self.write(|transaction| match rows::sequence_of(transaction, &mark.id)? {
            Some(sequence) => Ok(sequence),
            None => self.keep(transaction, mark.clone(), end),
        })
    }

    fn report_interrupted(&self, now: Timestamp) -> Result<usize, Error> {
        let mut dead = Vec::new();
        for owner in self.read(rows::owners)? {
            if owner != self.owner && disk::is_abandoned(&self.place.owner(&owner))? {
                dead.push(owner);
            }
        }
        if dead.is_empty() {
            return Ok(0);
        }
        self.write(|transaction| {
            let marks = rows::take_marks_of(transaction, &dead)?;
            let count = marks.len();
            for mark in marks {
                let end = interrupted(&mark.start, now);
                self.keep(transaction, mark, end)?;
            }
            Ok(count)
        })
    }

    fn outbox(&self, limit: usize, newest: bool) -> Result<Vec<RunRecord>, Error> {
        self.read(|database| rows::outbox(database, limit, newest))
    }

    fn waiting(&self) -> Result<usize, Error> {
        self.read(rows::waiting)
    }

    fn report_stored(&self, bytes: u64, now: Timestamp) -> Result<(), Error> {
        self.write(|transaction| match next_word(rows::stored(transaction)?, bytes, now) {
            Some(word) => rows::write_stored(transaction, word),
            None => Ok(()),
        })
    }

    fn storage(&self) -> Result<Storage, Error> {
        self.read(storage)
    }

    fn version(&self) -> Result<i64, Error> {
        self.read(|database| Ok(database.pragma_query_value(None, "data_version", |row| row.get(0))?))
    }

    fn try_sync(&self) -> Result<Option<SyncGuard>, Error> {
        Ok(disk::try_lock(&self.place.syncing())?.map(|file| Box::new(Locked::new(file)) as SyncGuard))
    }

    fn given_up(&self) -> u64 {
        self.given_up.load(Ordering::Acquire)
    }
}

fn storage(database: &Connection) -> Result<Storage, Fault> {
    Ok(Storage { stored: rows::stored(database)?, expected: expected(rows::marks(database)?.iter()) })
}

fn transact<T>(database: &mut Connection, act: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
    let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = act(&transaction)?;
    transaction.commit()?;
    Ok(done)
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

impl From<Code> for Fault {
    fn from(code: Code) -> Self {
        Self::Ours(Error::from(code))
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Database(error) => Self::from(code_of(&error)).with_source(error),
            Fault::Ours(error) => error,
        }
    }
}

/// What cannot be read is damage; what cannot be done now is not.
fn code_of(error: &rusqlite::Error) -> Code {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Code::CacheBusy,
        Some(
            ErrorCode::DiskFull
            | ErrorCode::ReadOnly
            | ErrorCode::CannotOpen
            | ErrorCode::SystemIoFailure
            | ErrorCode::PermissionDenied
            | ErrorCode::OutOfMemory
            | ErrorCode::FileLockingProtocolFailed,
        ) => Code::CacheUnwritable,
        _ => Code::CacheDamaged,
    }
}
