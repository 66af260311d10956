//! The lookups: a queue, a few threads that come when they are needed and go when they are not, and whoever waits.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sbm_core::allowlist::PeerName;
use sbm_core::time::{MINUTE, SECOND};
use tokio::sync::oneshot;

use super::cache::Cache;
use super::resolver::{Resolver, confirm};
use crate::clock::Clock;

/// A thread without work goes after this time.
const IDLE: Duration = Duration::from_secs(30);

/// How much is looked up at once, how long that may take and how long it is kept.
#[derive(Clone, Copy, Debug)]
pub struct NameLimits {
    /// The most lookups at the same time.
    pub threads: usize,
    /// The most addresses that wait for one.
    pub queue: usize,
    /// How long whoever asks waits.
    pub wait: Duration,
    /// How many addresses are kept.
    pub kept: usize,
    /// How long a name is kept, in milliseconds.
    pub named: i64,
    /// How long it is kept that there is none, in milliseconds.
    pub nameless: i64,
}

impl Default for NameLimits {
    fn default() -> Self {
        Self { threads: 4, queue: 256, wait: Duration::from_secs(2), kept: 4_096, named: 5 * MINUTE, nameless: 30 * SECOND }
    }
}

/// Looks names up. Dropping it ends its threads, each after the lookup that it is at.
pub struct Lookups(Arc<Shared>);

struct Shared {
    resolver: Arc<dyn Resolver>,
    clock: Arc<dyn Clock>,
    limits: NameLimits,
    state: Mutex<State>,
    work: Condvar,
}

struct State {
    cache: Cache,
    queue: VecDeque<IpAddr>,
    under_way: HashMap<IpAddr, UnderWay>,
    threads: usize,
    idle: usize,
    closed: bool,
}

/// Who waits for an address.
#[derive(Default)]
struct UnderWay {
    waiting: Vec<oneshot::Sender<Option<PeerName>>>,
    /// Somebody has waited in vain: until it is done nobody waits for it again.
    late: bool,
}

/// What can be said at once.
enum Asked {
    Known(Option<PeerName>),
    Wait(oneshot::Receiver<Option<PeerName>>),
}

impl Lookups {
    /// Nothing is known yet, and no thread runs.
    #[must_use]
    pub fn new(resolver: Arc<dyn Resolver>, clock: Arc<dyn Clock>, limits: NameLimits) -> Self {
        let state = State {
            cache: Cache::new(limits.kept),
            queue: VecDeque::new(),
            under_way: HashMap::new(),
            threads: 0,
            idle: 0,
            closed: false,
        };
        Self(Arc::new(Shared { resolver, clock, limits, state: Mutex::new(state), work: Condvar::new() }))
    }

    /// The confirmed name of an address; none if there is none, or it could not be found out in time.
    pub async fn confirmed(&self, address: IpAddr) -> Option<PeerName> {
        let address = address.to_canonical();
        // Nobody else can tell what these are called, and nobody connects from the others.
        if address.is_loopback() || address.is_unspecified() || address.is_multicast() {
            return None;
        }
        match self.ask(address) {
            Asked::Known(name) => name,
            Asked::Wait(answer) => match tokio::time::timeout(self.0.limits.wait, answer).await {
                Ok(answer) => answer.ok().flatten(),
                Err(_) => {
                    tracing::debug!(%address, "the name of the address did not come in time");
                    if let Some(under_way) = self.0.lock().under_way.get_mut(&address) {
                        under_way.late = true;
                    }
                    None
                }
            },
        }
    }

    fn ask(&self, address: IpAddr) -> Asked {
        let mut state = self.0.lock();
        if let Some(known) = state.cache.get(address, self.0.clock.now()) {
            return Asked::Known(known);
        }
        let (answer, answered) = oneshot::channel();
        if let Some(under_way) = state.under_way.get_mut(&address) {
            if under_way.late {
                return Asked::Known(None);
            }
            under_way.waiting.push(answer);
            return Asked::Wait(answered);
        }
        if state.queue.len() >= self.0.limits.queue {
            tracing::debug!(%address, "too many names are being looked up; the address has none for now");
            return Asked::Known(None);
        }
        state.queue.push_back(address);
        state.under_way.insert(address, UnderWay { waiting: vec![answer], late: false });
        self.set_to_work(&mut state);
        Asked::Wait(answered)
    }

    /// Wakes a thread, or starts one.
    fn set_to_work(&self, state: &mut State) {
        if state.queue.len() > state.idle && state.threads < self.0.limits.threads {
            let shared = Arc::clone(&self.0);
            let started = std::thread::Builder::new().name("sbm-names".into()).spawn(move || shared.work());
            match started {
                Ok(_) => state.threads = state.threads.saturating_add(1),
                Err(error) if state.threads == 0 => {
                    tracing::warn!(%error, "no thread to look names up; the address has none");
                    state.queue.clear();
                    state.under_way.clear();
                }
                Err(_) => {}
            }
        }
        self.0.work.notify_one();
    }

    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.0.lock().cache.len()
    }

    #[cfg(test)]
    pub(super) fn queued(&self) -> usize {
        self.0.lock().queue.len()
    }

    #[cfg(test)]
    pub(super) fn threads(&self) -> usize {
        self.0.lock().threads
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A thread's life.
    fn work(&self) {
        while let Some(address) = self.next() {
            let found = catch_unwind(AssertUnwindSafe(|| confirm(&*self.resolver, address))).unwrap_or_else(|_| {
                tracing::error!(%address, "the lookup of a name panicked");
                None
            });
            self.tell(address, found);
        }
    }

    /// The next address; none when the thread is to end, which is counted here.
    fn next(&self) -> Option<IpAddr> {
        let mut state = self.lock();
        loop {
            let next = if state.closed { None } else { state.queue.pop_front() };
            if let Some(address) = next {
                return Some(address);
            }
            if !state.closed {
                state.idle = state.idle.saturating_add(1);
                let (woken, waited) = self.work.wait_timeout(state, IDLE).unwrap_or_else(PoisonError::into_inner);
                state = woken;
                state.idle = state.idle.saturating_sub(1);
                if !waited.timed_out() || !state.queue.is_empty() {
                    continue;
                }
            }
            state.threads = state.threads.saturating_sub(1);
            return None;
        }
    }

    fn tell(&self, address: IpAddr, name: Option<PeerName>) {
        let now = self.clock.now();
        let mut state = self.lock();
        let span = if name.is_some() { self.limits.named } else { self.limits.nameless };
        state.cache.put(address, name.clone(), now, now.plus(span));
        let waiting = state.under_way.remove(&address).unwrap_or_default().waiting;
        drop(state);
        for answer in waiting {
            // Whoever does not wait any more needs no answer.
            let _ = answer.send(name.clone());
        }
    }
}

impl Drop for Lookups {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.work.notify_all();
    }
}

impl fmt::Debug for Lookups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookups").field("limits", &self.0.limits).finish_non_exhaustive()
    }
}
