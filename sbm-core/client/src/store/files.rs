//! The cache in plain files, for hosts that bring a SQLite of their own, or none (OFF-3, OFF-8).
//!
//! 1. `cache.ledger` holds everything but bodies, one record for each transaction; each body is a file of its own, there before
//!    the ledger speaks of it. `managed` remembers beside them that there must be a ledger, and how new.
//! 2. What cannot be trusted is told as a fault and left alone until the server vouched for something new; then a broken
//!    ledger gets another name, so that nothing is thrown away.
//! 3. `open.lock` makes all reading and writing one after the other, `sync.lock` syncs; each process holds an `owner-….lock`
//!    for life. A lock ends with its process.
//! 4. A ledger that was cut short is an older copy of itself: the marker tells when rights would be older than they were,
//!    and the server knows the runs that it had.

mod frame;
mod ledger;
mod model;
mod row;
#[cfg(test)]
mod tests;

use std::io::{ErrorKind, Read as _};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sbm_core::agent::{Snapshot, Write};
use sbm_core::cache::Trust;
use sbm_core::code::Code;
use sbm_core::id::{Guid, Hash, InstallationId, RunId};
use sbm_core::profile::{Applied, Change};
use sbm_core::run::{RunEnd, RunRecord};
use sbm_core::time::Timestamp;
use sbm_core::wire::MAX_BODY;

use self::ledger::{Ledger, Stamp, stamp};
use self::model::Model;
use super::locked::Locked;
use super::place::{Place, refuse_other_kind, sweep, sweep_bodies};
use super::room::OutboxLimits;
use super::verdict::{Verdict, bare, weigh};
use super::{CacheStore, Fits, Mark, Storage, SyncGuard, disk, empty_snapshot, new_installation, random};
use crate::error::Error;
use crate::plain;

/// The cache in a directory, in plain files.
#[derive(Debug)]
pub struct FilesStore {
    place: Place,
    machine: Hash,
    /// What a new installation here would call itself.
    fresh: InstallationId,
    owner: String,
    limits: OutboxLimits,
    _alive: Locked,
    state: Mutex<State>,
}

/// What was read, and whether it can be trusted.
#[derive(Debug)]
struct State {
    ledger: Ledger,
    /// Why nothing of it can be used.
    unusable: Option<Code>,
    /// Why the whole cannot be trusted.
    fault: Option<Code>,
    /// The trust record, or what stands in for it while there is a fault.
    stand_in: Trust,
    /// The file as it was when this process last looked or wrote.
    stamp: Stamp,
    /// How often another process wrote since.
    version: i64,
}

/// The state, while no other thread or process reads or writes.
struct Inside<'a> {
    _lock: Locked,
    state: MutexGuard<'a, State>,
}

impl FilesStore {
    /// Opens the cache in that directory for this machine. A cache that cannot be trusted opens too and says so.
    ///
    /// # Errors
    ///
    /// [`Code::CacheUnwritable`] when the directory cannot be used, [`Code::CacheBusy`]; [`Code::ConfigInvalid`] when a cache in
    /// SQLite lies there.
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
        let opening = disk::lock_within(&place.opening())?;
        let tail: String = random::<8>()?.iter().map(|byte| format!("{byte:02x}")).collect();
        let owner = format!("owner-{tail}.lock");
        let alive = disk::try_lock(&place.owner(&owner))?.ok_or_else(|| Error::from(Code::CacheBusy))?;
        refuse_other_kind(&place.database())?;
        sweep(&place, &owner)?;
        let fresh = new_installation()?;
        let ledger = Ledger::new(place.ledger());
        let stamp = stamp(&place.ledger());
        let state = State { ledger, unusable: None, fault: None, stand_in: Trust::new(fresh), stamp, version: 0 };
        let state = Mutex::new(state);
        let store = Self { place, machine, fresh, owner, limits: limits.at_least(), _alive: Locked::new(alive), state };
        {
            let mut state = store.state();
            let read = store.catch_up(&mut state)?;
            if read.is_ok() {
                // There from now on, so that no cache of another kind begins beside it.
                state.ledger.begin()?;
                state.stamp = self::stamp(&store.place.ledger());
            }
            store.judge(&mut state, read.map(drop));
            if state.unusable.is_none() {
                sweep_bodies(&store.place, state.ledger.model.bodies());
            }
            if state.fault.is_none() {
                disk::remember(&store.place.marker(), &state.stand_in, &store.machine)?;
            }
        }
        drop(opening);
        Ok(store)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for its turn, and takes up what others wrote.
    fn enter(&self) -> Result<Inside<'_>, Error> {
        let mut state = self.state();
        let lock = disk::lock_within(&self.place.opening())?;
        state.look(&self.place);
        match self.catch_up(&mut state)? {
            Ok(false) if state.unusable.is_none() => {}
            read => self.judge(&mut state, read.map(drop)),
        }
        Ok(Inside { _lock: lock, state })
    }

    /// What is wrong with the content is told apart from what is wrong with the moment.
    fn catch_up(&self, state: &mut State) -> Result<Result<bool, Code>, Error> {
        match state.ledger.catch_up() {
            Ok(news) => Ok(Ok(news)),
            Err(error) if matches!(error.code(), Code::CacheBusy | Code::CacheUnwritable) => Err(error),
            Err(error) => Ok(Err(error.code())),
        }
    }

    /// Weighs what was read and the marker against each other.
    fn judge(&self, state: &mut State, read: Result<(), Code>) {
        let recorded = read.and_then(|()| state.ledger.model.trust(&self.machine));
        let Verdict { unusable, fault, stand_in } =
            weigh(recorded, disk::read_marker(&self.place.marker(), &self.machine), self.fresh);
        state.unusable = read.err().or(unusable);
        (state.fault, state.stand_in) = (fault, stand_in);
    }

    fn read<T>(&self, act: impl FnOnce(&Model) -> T) -> Result<T, Error> {
        let inside = self.enter()?;
        match inside.state.unusable {
            Some(code) => Err(Error::from(code)),
            None => Ok(act(&inside.state.ledger.model)),
        }
    }

    fn write<T>(&self, act: impl FnOnce(&mut Model) -> Result<T, Error>) -> Result<T, Error> {
        let mut inside = self.enter()?;
        match inside.state.unusable {
            Some(code) => Err(Error::from(code)),
            None => {
                let done = inside.state.ledger.transact(act);
                inside.state.stamp = stamp(&self.place.ledger());
                done
            }
        }
    }

    fn write_bodies(&self, writes: &[Write]) -> Result<(), Error> {
        for write in writes {
            if let Write::Body { hash, bytes } = write {
                let path = self.place.body(hash);
                disk::replace(&path, &path.with_extension("new"), bytes).map_err(|error| disk::file_error(&error, &path))?;
            }
        }
        Ok(())
    }
}

impl State {
    /// Notices that another process wrote.
    fn look(&mut self, place: &Place) {
        let now = stamp(&place.ledger());
        if self.stamp != now {
            (self.stamp, self.version) = (now, self.version + 1);
        }
    }

    /// Makes room for a trust record that a server vouched for.
    fn repair(&mut self) -> Result<(), Error> {
        match self.unusable {
            Some(Code::CacheDamaged | Code::CacheOtherMachine) => {
                self.ledger.set_aside()?;
                self.unusable = None;
                Ok(())
            }
            Some(code) => Err(Error::from(code)),
            None => Ok(()),
        }
    }
}

impl CacheStore for FilesStore {
    fn load(&self) -> Result<Snapshot, Error> {
        let mut inside = self.enter()?;
        let state = &mut *inside.state;
        if state.unusable.is_none() {
            // The marker may have been put in place under a running program.
            self.judge(state, Ok(()));
        }
        if state.unusable.is_some() {
            state.stand_in = bare(state.stand_in.clone());
            return Ok(Snapshot { fault: state.fault.or(state.unusable), ..empty_snapshot(state.stand_in.clone()) });
        }
        let mut snapshot = state.ledger.model.snapshot(state.stand_in.clone(), state.fault);
        // A body that is gone is fetched again.
        snapshot.bodies.retain(|hash| self.place.body(hash).is_file());
        Ok(snapshot)
    }

    fn apply(&self, writes: &[Write]) -> Result<(), Error> {
        let trust = writes.iter().rev().find_map(|write| match write {
            Write::Trust(trust) => Some(trust),
            _ => None,
        });
        let mut inside = self.enter()?;
        let state = &mut *inside.state;
        match (trust, state.unusable) {
            (Some(_), _) => state.repair()?,
            (None, Some(code)) => return Err(Error::from(code)),
            (None, None) => {}
        }
        self.write_bodies(writes)?;
        let machine = self.machine;
        let done = state.ledger.transact(|model| writes.iter().try_for_each(|write| model.write(write, &machine)));
        state.stamp = stamp(&self.place.ledger());
        done?;
        if writes.iter().any(|write| matches!(write, Write::KeepBodies(_))) {
            sweep_bodies(&self.place, state.ledger.model.bodies());
        }
        let Some(trust) = trust else { return Ok(()) };
        if state.stand_in.token.is_some() && state.stand_in.token != trust.token {
            // It is done already; what is left of the old token goes when the ledger is next written anew.
            drop(state.ledger.purge());
            state.stamp = stamp(&self.place.ledger());
        }
        (state.fault, state.stand_in) = (None, (**trust).clone());
        disk::remember(&self.place.marker(), trust, &self.machine)
    }

    fn body(&self, hash: &Hash) -> Result<Option<Vec<u8>>, Error> {
        if !self.read(|model| model.bodies().contains(hash))? {
            return Ok(None);
        }
        let path = self.place.body(hash);
        let file = match plain::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(_) => return Err(Error::from(Code::CacheDamaged)),
        };
        let mut bytes = Vec::new();
        file.take(MAX_BODY as u64 + 1).read_to_end(&mut bytes).map_err(|error| disk::file_error(&error, &path))?;
        if Hash::of(&bytes) == *hash { Ok(Some(bytes)) } else { Err(Error::from(Code::CacheDamaged)) }
    }

    fn applied(&self) -> Result<Vec<Applied>, Error> {
        self.read(Model::applied)
    }

    fn next_change(&self, now: Timestamp) -> Result<Option<Change>, Error> {
        if self.read(Model::owners)?.iter().any(|owner| *owner != self.owner) {
            self.report_interrupted(now)?;
        }
        self.read(Model::next_change)
    }

    fn answer_change(&self, change: &Change, failure: Option<&str>) -> Result<(), Error> {
        self.write(|model| {
            model.answer_change(change, failure);
            Ok(())
        })
    }

    fn profile_removed(&self, guid: &Guid) -> Result<(), Error> {
        self.write(|model| model.profile_removed(guid))
    }

    fn begin_run(&self, mark: &Mark) -> Result<(), Error> {
        self.write(|model| {
            model.begin(mark, &self.owner);
            Ok(())
        })
    }

    fn begin_run_in_room(&self, mark: &Mark, fits: &Fits<'_>) -> Result<(), Error> {
        self.write(|model| {
            fits(&model.storage())?;
            model.begin(mark, &self.owner);
            Ok(())
        })
    }

    fn finish_run(&self, id: &RunId, end: RunEnd) -> Result<u64, Error> {
        self.write(|model| model.finish(id, end, self.limits))
    }

    fn record_run(&self, mark: &Mark, end: RunEnd) -> Result<u64, Error> {
        self.write(|model| model.record(mark, end, self.limits))
    }

    fn report_interrupted(&self, now: Timestamp) -> Result<usize, Error> {
        let mut dead = Vec::new();
        for owner in self.read(Model::owners)? {
            if owner != self.owner && disk::is_abandoned(&self.place.owner(&owner))? {
                dead.push(owner);
            }
        }
        if dead.is_empty() { Ok(0) } else { self.write(|model| model.interrupt(&dead, now, self.limits)) }
    }

    fn outbox(&self, limit: usize, newest: bool) -> Result<Vec<RunRecord>, Error> {
        self.read(|model| model.outbox(limit, newest))
    }

    fn waiting(&self) -> Result<usize, Error> {
        self.read(Model::waiting)
    }

    fn report_stored(&self, bytes: u64, now: Timestamp) -> Result<(), Error> {
        self.write(|model| {
            model.report_stored(bytes, now);
            Ok(())
        })
    }

    fn storage(&self) -> Result<Storage, Error> {
        self.read(Model::storage)
    }

    fn version(&self) -> Result<i64, Error> {
        let mut state = self.state();
        state.look(&self.place);
        Ok(state.version)
    }

    fn try_sync(&self) -> Result<Option<SyncGuard>, Error> {
        Ok(disk::try_lock(&self.place.syncing())?.map(|file| Box::new(Locked::new(file)) as SyncGuard))
    }

    fn given_up(&self) -> u64 {
        self.state().ledger.model.given_up()
    }
}
