//! The client: what a backup program embeds.
//!
//! 1. [`Client::may`] asks memory alone; everything else may read or write the cache, and says so.
//! 2. The permissions in force are swapped as a whole, after what they rest on is on disk.
//! 3. No thread is started; the network is used only by the calls that name it.

mod login;
mod server_test;
#[cfg(test)]
mod tests;

pub use server_test::{Outcome, ServerTest};

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use arc_swap::ArcSwap;
use sbm_core::agent::{Agent, Cause, Connection, View};
use sbm_core::cache::{Number, Trust};
use sbm_core::code::Code;
use sbm_core::id::{Hash, InstallationId};
use sbm_core::permission::{Action, Decision, Explanation, Resource};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::ConnectionString;

use crate::config::Config;
use crate::driver::{Driver, SyncSummary, pins};
use crate::error::Error;
use crate::store::{CacheStore, SqliteStore, SyncGuard, random};
use crate::transport::Transport;

/// One installation of a backup program, from the inside. It can be used from any thread at once.
pub struct Client {
    pub(crate) shared: Arc<Shared>,
}

/// What a client, its runs and its pending changes have in common.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) store: Arc<dyn CacheStore>,
    view: ArcSwap<View>,
    worker: Mutex<Worker>,
    known: Mutex<Known>,
    version: AtomicI64,
}

/// Who talks to the server: one at a time.
struct Worker {
    agent: Agent,
    way: Option<Way>,
}

/// A way to the server that is kept for the next request.
struct Way {
    connection: ConnectionString,
    pins: Vec<Hash>,
    transport: Arc<dyn Transport>,
}

/// What others than the agent need of the trust record.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) installation: InstallationId,
    connection: Option<ConnectionString>,
    contact: Option<Timestamp>,
}

/// How a client stands at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    standing: Connection,
    user: Option<String>,
    connection: Option<ConnectionString>,
    contact: Option<Timestamp>,
    number: Number,
}

impl Client {
    /// Opens the cache, and does not touch the network.
    ///
    /// A cache that cannot be trusted opens too: [`state`](Self::state) says [`Connection::Floor`] and why, and
    /// [`may`](Self::may) answers by the floor (OFF-3).
    ///
    /// # Errors
    ///
    /// [`Code::CacheUnwritable`] when the directory cannot be used, [`Code::CacheBusy`].
    pub fn open(config: Config) -> Result<Self, Error> {
        let store = SqliteStore::open(config.directory(), config.machine_hash())?;
        Self::with_store(config, Arc::new(store))
    }

    /// Opens a client on another cache than the one on disk, for simulations.
    ///
    /// # Errors
    ///
    /// The cache's own.
    pub fn with_store(config: Config, store: Arc<dyn CacheStore>) -> Result<Self, Error> {
        let version = store.version().unwrap_or(-1);
        let snapshot = store.load()?;
        let known = Known::of(&snapshot.trust);
        let agent = Agent::new(required(&config, snapshot), u64::from_le_bytes(random()?));
        let shared = Shared {
            view: ArcSwap::from_pointee(agent.view()),
            worker: Mutex::new(Worker { agent, way: None }),
            known: Mutex::new(known),
            version: AtomicI64::new(version),
            config,
            store,
        };
        // A cache that cannot be trusted has no marks to read; what is there waits for the day it can be.
        match shared.store.report_interrupted(shared.now()) {
            Err(error) if matches!(error.code(), Code::CacheBusy | Code::CacheUnwritable) => return Err(error),
            _ => {}
        }
        Ok(Self { shared: Arc::new(shared) })
    }

    /// May the user do this? From memory alone: no file, no network, no lock that somebody holds while he writes.
    ///
    /// # Offline
    ///
    /// The rights of the last verified contact hold; see OFF-1 to OFF-3.
    #[must_use]
    pub fn may(&self, action: Action, resource: Resource) -> Decision {
        self.shared.view.load().decide(action, resource, || self.shared.now())
    }

    /// The same with the reason, the objects that decided and the way round (DEC-3).
    #[must_use]
    pub fn explain(&self, action: Action, resource: Resource) -> Explanation {
        self.shared.view.load().explain(action, resource, self.shared.now())
    }

    /// How the client stands to its server. Takes notice of what another process did.
    #[must_use]
    pub fn state(&self) -> State {
        self.shared.refresh();
        let view = self.shared.view.load_full();
        let known = self.shared.known();
        State {
            standing: view.connection(),
            user: view.user().map(str::to_owned),
            connection: known.connection,
            contact: known.contact,
            number: view.number(),
        }
    }

    /// Profiles and history at once (OFF-4). A server that cannot be reached is no error: the summary says so.
    ///
    /// # Errors
    ///
    /// [`Code::NotLoggedIn`]; [`Code::CacheBusy`] while another process syncs; when the cache cannot be written.
    pub fn sync(&self) -> Result<SyncSummary, Error> {
        let mut worker = self.shared.worker();
        self.shared.sync(&mut worker, Cause::OnDemand)
    }

    /// A sync if the hour is over, or none was made since the program started (PRO-8). Cheap to call often.
    ///
    /// # Errors
    ///
    /// When the cache cannot be read or written.
    pub fn sync_if_due(&self) -> Result<Option<SyncSummary>, Error> {
        self.shared.refresh();
        let Some(mut worker) = self.shared.try_worker() else { return Ok(None) };
        if !worker.agent.is_check_due(self.shared.now()) {
            return Ok(None);
        }
        match self.shared.sync(&mut worker, Cause::Due) {
            Ok(summary) => Ok(Some(summary)),
            Err(error) if matches!(error.code(), Code::NotLoggedIn | Code::CacheBusy) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Shared {
    pub(crate) fn now(&self) -> Timestamp {
        self.config.clock.now()
    }

    pub(crate) fn view(&self) -> Arc<View> {
        self.view.load_full()
    }

    fn worker(&self) -> MutexGuard<'_, Worker> {
        self.worker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn try_worker(&self) -> Option<MutexGuard<'_, Worker>> {
        match self.worker.try_lock() {
            Ok(worker) => Some(worker),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    pub(crate) fn known(&self) -> Known {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes notice of what another process wrote (OFF-8). What cannot be read now is read at the next call.
    pub(crate) fn refresh(&self) {
        let version = self.store.version().ok();
        if version == Some(self.version.load(Ordering::Acquire)) {
            return;
        }
        if let Some(mut worker) = self.try_worker() {
            // What cannot be read leaves things as they are; the next call looks again.
            drop(self.reload(&mut worker.agent));
        }
    }

    /// The agent takes up what lies in the cache, and decisions are made from it at once: another process may have
    /// narrowed it.
    fn reload(&self, agent: &mut Agent) -> Result<(), Error> {
        // Asked for first: a write that comes between makes the next call look again.
        let version = self.store.version().unwrap_or(-1);
        agent.reload(required(&self.config, self.store.load()?));
        self.publish(agent);
        self.version.store(version, Ordering::Release);
        Ok(())
    }

    /// From here on decisions are made by what the agent knows, all of which is on disk.
    fn publish(&self, agent: &Agent) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Known::of(agent.trust());
        self.view.store(Arc::new(agent.view()));
    }

    fn sync(&self, worker: &mut Worker, cause: Cause) -> Result<SyncSummary, Error> {
        let syncing = self.store.try_sync()?.ok_or_else(busy)?;
        self.sync_holding(&syncing, worker, cause)
    }

    /// The guard is the proof that nobody else syncs.
    fn sync_holding(&self, _: &SyncGuard, worker: &mut Worker, cause: Cause) -> Result<SyncSummary, Error> {
        self.reload(&mut worker.agent)?;
        worker
            .agent
            .start_sync(self.now(), cause)
            .map_err(|code| Error::new(code, "nobody is logged in on this installation; log in to the server first"))?;
        self.drive(worker)
    }

    /// Lets the agent finish. Whatever happens, decisions are made from what is on disk afterwards; only a refusal that
    /// could not be written narrows all the same.
    fn drive(&self, worker: &mut Worker) -> Result<SyncSummary, Error> {
        let transport = worker.way_to(&self.config).ok();
        let driver = Driver::new(&*self.store, &*self.config.clock, worker.agent.trust(), transport);
        let result = driver.run(&mut worker.agent);
        if result.is_err() && worker.agent.trust().refused.is_none() {
            self.reload(&mut worker.agent)?;
        } else {
            self.version.store(self.store.version().unwrap_or(-1), Ordering::Release);
            self.publish(&worker.agent);
        }
        result
    }

    /// Sends what has just ended, if there is a chance; if not, it is kept (OFF-4).
    pub(crate) fn send_run(&self) {
        if !matches!(self.view().connection(), Connection::Online | Connection::Offline(Code::Ok)) {
            return;
        }
        if let Some(mut worker) = self.try_worker() {
            // The record is on disk. Why it could not be sent now is told by the next sync.
            let _sent = self.sync(&mut worker, Cause::RunEnded);
        }
    }
}

impl Worker {
    /// The way to the server that the agent knows, kept from the last time if nothing changed.
    fn way_to(&mut self, config: &Config) -> Result<Arc<dyn Transport>, Error> {
        let trust = self.agent.trust();
        let connection = trust.connection.clone().ok_or_else(|| Error::from(Code::NotLoggedIn))?;
        let pins = pins(trust);
        match &self.way {
            Some(way) if way.connection == connection && way.pins == pins => Ok(Arc::clone(&way.transport)),
            _ => {
                let transport = config.network.connect(&connection, &pins, config.timeout)?;
                self.way = Some(Way { connection, pins, transport: Arc::clone(&transport) });
                Ok(transport)
            }
        }
    }
}

impl Known {
    fn of(trust: &Trust) -> Self {
        Self { installation: trust.installation, connection: trust.connection.clone(), contact: trust.contact }
    }
}

/// Where the machine's administrator demands it, an installation without a server is on the floor (DEC-6).
fn required(config: &Config, mut snapshot: sbm_core::agent::Snapshot) -> sbm_core::agent::Snapshot {
    if config.managed_required && snapshot.fault.is_none() && snapshot.trust.connection.is_none() {
        snapshot.fault = Some(Code::CacheMissing);
    }
    snapshot
}

fn busy() -> Error {
    Error::new(Code::CacheBusy, "another process is talking to the server for this installation; try again in a moment")
}

impl State {
    /// Unmanaged, online, offline, refused or on the floor, and why.
    #[must_use]
    pub const fn standing(&self) -> Connection {
        self.standing
    }

    /// The login name.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The server.
    #[must_use]
    pub const fn connection(&self) -> Option<&ConnectionString> {
        self.connection.as_ref()
    }

    /// The last verified contact.
    #[must_use]
    pub const fn contact(&self) -> Option<Timestamp> {
        self.contact
    }

    /// The number of the permissions in force.
    #[must_use]
    pub const fn number(&self) -> Number {
        self.number
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("config", &self.shared.config).finish_non_exhaustive()
    }
}
