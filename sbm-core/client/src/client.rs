//! The client: what a backup program embeds.
//!
//! 1. [`Client::may`] asks memory alone; everything else may read or write the cache, and says so.
//! 2. The permissions in force are swapped as a whole, after what they rest on is on disk.
//! 3. No thread is started but the worker, when the host asks for it; the network is used only by the calls that name it.
//! 4. Whatever a call waits for on the network, [`Client::cancel`] ends it.

mod code;
mod enrol;
mod lock;
mod login;
mod policy;
mod quota;
mod report;
mod server_test;
mod state;
#[cfg(test)]
mod tests;

pub use enrol::Enrolment;
pub use lock::Administrator;
pub use policy::{Look, Picture, Setting};
pub use quota::Room;
pub use server_test::{Outcome, ServerTest};
pub use state::State;

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use arc_swap::ArcSwap;
use sbm_core::agent::{Agent, Cause, Connection, View};
use sbm_core::cache::{Lock, Trust};
use sbm_core::code::Code;
use sbm_core::id::InstallationId;
use sbm_core::permission::{Action, Decision, Explanation, Resource};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::ConnectionString;
use sbm_core::wire::v1::session::Secret;

use self::report::Told;
use crate::config::Config;
use crate::driver::{Driver, SyncSummary, roots};
use crate::error::Error;
use crate::log::Level;
use crate::store::{CacheStore, SyncGuard, random};
use crate::transport::{Act, Cancel, Cancellable, Roots, Terms, Transport};

/// One installation of a backup program, from the inside. It can be used from any thread at once.
pub struct Client {
    pub(crate) shared: Arc<Shared>,
}

/// What a client, its runs and its pending changes have in common.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) store: Arc<dyn CacheStore>,
    view: ArcSwap<View>,
    talker: Mutex<Talker>,
    known: Mutex<Known>,
    version: AtomicI64,
    /// A login that waits for the code that was sent for it.
    waiting: Mutex<Option<code::Waiting>>,
    unused: Mutex<quota::Unused>,
    cancel: Arc<Cancel>,
}

/// Who talks to the server: one at a time.
struct Talker {
    agent: Agent,
    way: Option<Way>,
}

/// A way to the server that is kept for the next request.
struct Way {
    connection: ConnectionString,
    roots: Roots,
    transport: Arc<dyn Transport>,
}

/// What others than the agent need of the trust record.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) installation: InstallationId,
    connection: Option<ConnectionString>,
    contact: Option<Timestamp>,
    lock: Option<Lock>,
    /// Whether there is somebody to check in as.
    can_sync: bool,
    roots: Roots,
    token: Option<Secret>,
    /// The number of the last word about what is stored that the server heard.
    heard: u64,
}

impl Client {
    /// Opens the cache, and does not touch the network.
    ///
    /// A cache that cannot be trusted opens too: [`state`](Self::state) says [`Connection::Floor`] and why, and
    /// [`may`](Self::may) answers by the floor (OFF-3).
    ///
    /// # Errors
    ///
    /// [`Code::CacheUnwritable`] when the directory cannot be used, [`Code::CacheBusy`]; [`Code::ConfigInvalid`] when a cache of
    /// the other kind lies there ([`Config::plain_files`]).
    pub fn open(mut config: Config) -> Result<Self, Error> {
        config.journal = config.journal.apart();
        let telling = config.journal.begin();
        let store = crate::store::open(&config).inspect_err(|error| {
            config.journal.note(Level::Error, || format!("the cache cannot be opened: {error}"));
        });
        drop(telling);
        Self::with_store(config, store?)
    }

    /// Opens a client on another cache than the one on disk, for simulations.
    ///
    /// # Errors
    ///
    /// The cache's own.
    pub fn with_store(config: Config, store: Arc<dyn CacheStore>) -> Result<Self, Error> {
        let journal = config.journal.clone();
        let _telling = journal.begin();
        let version = store.version().unwrap_or(-1);
        let snapshot = store.load()?;
        let known = Known::of(&snapshot.trust);
        let agent = Agent::new(required(&config, snapshot), u64::from_le_bytes(random()?));
        let shared = Shared {
            view: ArcSwap::from_pointee(agent.view()),
            talker: Mutex::new(Talker { agent, way: None }),
            known: Mutex::new(known),
            version: AtomicI64::new(version),
            waiting: Mutex::default(),
            unused: Mutex::default(),
            cancel: Arc::default(),
            config,
            store,
        };
        // A cache that cannot be trusted has no marks to read; what is there waits for the day it can be.
        match shared.store.report_interrupted(shared.now()) {
            Err(error) if matches!(error.code(), Code::CacheBusy | Code::CacheUnwritable) => return Err(error),
            Ok(count @ 1..) => {
                journal.note(Level::Warning, || format!("{count} runs of processes that are gone were noted as interrupted"));
            }
            _ => {}
        }
        shared.tell_opened();
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

    /// Profiles and history at once (OFF-4). A server that cannot be reached is no error: the summary says so.
    ///
    /// # Errors
    ///
    /// [`Code::NotLoggedIn`]; [`Code::CacheBusy`] while another process syncs; [`Code::Cancelled`]; when the cache cannot be
    /// written.
    pub fn sync(&self) -> Result<SyncSummary, Error> {
        self.sync_begun(&self.shared.cancel.begin())
    }

    /// A sync if the hour is over, or none was made since the program started (PRO-8). Cheap to call often.
    ///
    /// # Errors
    ///
    /// When the cache cannot be read or written; [`Code::Cancelled`].
    pub fn sync_if_due(&self) -> Result<Option<SyncSummary>, Error> {
        self.sync_if_due_begun(&self.shared.cancel.begin())
    }

    /// Ends every call of this client that waits for the network, in whatever thread, within a moment: it fails with
    /// [`Code::Cancelled`]. What was done by then is done and on disk; calls that begin later are not affected.
    ///
    /// The look-up of a host name is the operating system's and is not interrupted; nothing is sent after it.
    pub fn cancel(&self) {
        if self.shared.cancel.is_idle() {
            return;
        }
        let _telling = self.shared.config.journal.begin();
        self.shared.config.journal.note(Level::Info, || "the calls under way are cancelled");
        self.shared.cancel.now();
    }

    pub(crate) fn sync_begun(&self, began: &Act) -> Result<SyncSummary, Error> {
        let _telling = self.shared.config.journal.begin();
        let mut talker = self.shared.talker();
        uncancelled(self.shared.sync(&mut talker, Cause::OnDemand, began)?)
    }

    pub(crate) fn sync_if_due_begun(&self, began: &Act) -> Result<Option<SyncSummary>, Error> {
        let _telling = self.shared.config.journal.begin();
        self.shared.refresh();
        let Some(mut talker) = self.shared.try_talker() else { return Ok(None) };
        if !self.shared.known().can_sync || !talker.agent.is_check_due(self.shared.now()) {
            return Ok(None);
        }
        match self.shared.sync(&mut talker, Cause::Due, began) {
            Ok(summary) => uncancelled(summary).map(Some),
            Err(error) if matches!(error.code(), Code::NotLoggedIn | Code::CacheBusy) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The beginning of a call that can be cancelled.
    pub(crate) fn began(&self) -> Act {
        self.shared.cancel.begin()
    }

    /// Changes whenever another process wrote.
    pub(crate) fn changes_seen(&self) -> i64 {
        self.shared.refresh();
        self.shared.version.load(Ordering::Acquire)
    }

    /// The same client once more.
    pub(crate) fn another(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

/// A sync that its caller ended is no outage.
fn uncancelled(summary: SyncSummary) -> Result<SyncSummary, Error> {
    if summary.why == Some(Code::Cancelled) { Err(Error::from(Code::Cancelled)) } else { Ok(summary) }
}

impl Shared {
    pub(crate) fn now(&self) -> Timestamp {
        self.config.clock.now()
    }

    pub(crate) fn view(&self) -> Arc<View> {
        self.view.load_full()
    }

    fn talker(&self) -> MutexGuard<'_, Talker> {
        self.talker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn try_talker(&self) -> Option<MutexGuard<'_, Talker>> {
        match self.talker.try_lock() {
            Ok(talker) => Some(talker),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    pub(crate) fn known(&self) -> Known {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes notice of what another process wrote (OFF-8). What cannot be read now is read at the next call.
    pub(crate) fn refresh(&self) {
        let _telling = self.config.journal.begin();
        let version = self.store.version().ok();
        if version == Some(self.version.load(Ordering::Acquire)) {
            return;
        }
        if let Some(mut talker) = self.try_talker() {
            // What cannot be read leaves things as they are; the next call looks again.
            drop(self.reload(&mut talker.agent));
        }
    }

    /// The agent takes up what lies in the cache, and decisions are made from it at once: another process may have
    /// narrowed it.
    fn reload(&self, agent: &mut Agent) -> Result<(), Error> {
        // Asked for first: a write that comes between makes the next call look again.
        let version = self.store.version().unwrap_or(-1);
        let before = agent.view().connection();
        agent.reload(required(&self.config, self.store.load()?));
        self.tell_standing(before, agent.view().connection());
        self.publish(agent);
        self.version.store(version, Ordering::Release);
        Ok(())
    }

    /// From here on decisions are made by what the agent knows, all of which is on disk.
    fn publish(&self, agent: &mut Agent) {
        if let Some(latest) = self.view.load().latest() {
            agent.handle_moment(self.known().contact, latest);
        }
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Known::of(agent.trust());
        let (before, view) = (self.view.load().room(None, &[]).warns, agent.view());
        if view.room(None, &[]).warns && !before {
            self.config.journal.note(Level::Warning, || "a quota above this installation is nearly used up, or used up");
        }
        self.view.store(Arc::new(view));
    }

    fn sync(&self, talker: &mut Talker, cause: Cause, began: &Act) -> Result<SyncSummary, Error> {
        let syncing = self.store.try_sync()?.ok_or_else(busy)?;
        self.sync_holding(&syncing, talker, cause, began)
    }

    /// The guard is the proof that nobody else syncs.
    fn sync_holding(&self, _: &SyncGuard, talker: &mut Talker, cause: Cause, began: &Act) -> Result<SyncSummary, Error> {
        self.reload(&mut talker.agent)?;
        talker
            .agent
            .start_sync(self.now(), cause)
            .map_err(|code| Error::new(code, "nobody is logged in on this installation; log in to the server first"))?;
        self.tell_sync(cause, talker.agent.trust());
        let before = talker.agent.view().connection();
        let result = self.drive(talker, began);
        if result.as_ref().is_ok_and(|summary| summary.online && summary.why.is_none()) {
            self.give_room_back(talker, cause, began);
        }
        self.tell_synced(&result);
        self.tell_standing(before, talker.agent.view().connection());
        result
    }

    /// Lets the agent finish. Whatever happens, decisions are made from what is on disk afterwards; only a refusal that
    /// could not be written narrows all the same.
    fn drive(&self, talker: &mut Talker, began: &Act) -> Result<SyncSummary, Error> {
        let way = talker.way_to(&self.config, &self.cancel).ok().map(|way| self.one_act(way, began));
        let driver = Driver::new(&*self.store, &*self.config.clock, talker.agent.trust(), way);
        let result = driver.run(&mut talker.agent);
        if result.is_err() && talker.agent.trust().refused.is_none() {
            self.reload(&mut talker.agent)?;
        } else {
            self.version.store(self.store.version().unwrap_or(-1), Ordering::Release);
            self.publish(&mut talker.agent);
        }
        result
    }

    /// The way for one act, which can be cancelled as a whole.
    fn one_act(&self, way: Arc<dyn Transport>, began: &Act) -> Arc<dyn Transport> {
        let way = Arc::new(Cancellable::new(way, began));
        if self.config.journal.wants(Level::Debug) { Arc::new(Told::new(way, self.config.journal.clone())) } else { way }
    }

    /// Sends what has just ended, if there is a chance; if not, it is kept (OFF-4).
    pub(crate) fn send_run(&self) {
        if !matches!(self.view().connection(), Connection::Online | Connection::Offline(Code::Ok)) {
            return;
        }
        let _telling = self.config.journal.begin();
        let began = self.cancel.begin();
        if let Some(mut talker) = self.try_talker() {
            // The record is on disk. Why it could not be sent now is told by the next sync.
            let _sent = self.sync(&mut talker, Cause::RunEnded, &began);
        }
    }
}

impl Talker {
    /// The way to the server that the agent knows, kept from the last time if nothing changed.
    fn way_to(&mut self, config: &Config, cancel: &Arc<Cancel>) -> Result<Arc<dyn Transport>, Error> {
        let trust = self.agent.trust();
        let connection = trust.connection.clone().ok_or_else(|| Error::from(Code::NotLoggedIn))?;
        let roots = roots(trust);
        match &self.way {
            Some(way) if way.connection == connection && way.roots == roots => Ok(Arc::clone(&way.transport)),
            _ => {
                let transport = config.network.connect(&connection, &roots, &terms(config, cancel))?;
                self.way = Some(Way { connection, roots, transport: Arc::clone(&transport) });
                Ok(transport)
            }
        }
    }
}

fn terms(config: &Config, cancel: &Arc<Cancel>) -> Terms {
    Terms {
        whole: config.timeout,
        connect: config.connect_timeout,
        handshake: config.handshake_timeout,
        cancel: Arc::clone(cancel),
        proxy: config.proxy.clone(),
        journal: config.journal.clone(),
    }
}

impl Known {
    fn of(trust: &Trust) -> Self {
        Self {
            installation: trust.installation,
            connection: trust.connection.clone(),
            contact: trust.contact,
            lock: trust.locked(),
            can_sync: trust.connection.is_some() && trust.token.is_some(),
            roots: roots(trust),
            token: trust.token.clone(),
            heard: trust.heard,
        }
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

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("config", &self.shared.config).finish_non_exhaustive()
    }
}
