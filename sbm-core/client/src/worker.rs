//! The worker: the one thread that the library starts, when its host asks for it (PRO-8, OFF-8).
//!
//! 1. It checks at its start, every 54 to 60 minutes, and at once when it is asked to; after failures later and later, and
//!    not before the moment that the server named (ERR-3).
//! 2. It looks twice a second for what other processes wrote, which costs one read of SQLite's counter.
//! 3. The callback only says "look"; it runs on this thread, under no lock.
//! 4. Dropped, it ends the call it is in and its thread; nothing is left running.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use sbm_core::code::Code;

use crate::client::Client;
use crate::driver::SyncSummary;
use crate::error::Error;
use crate::transport::Act;

/// The longest time between two looks at what other processes wrote, and the usual one (OFF-8).
const LOOK: (Duration, Duration) = (Duration::from_secs(1), Duration::from_millis(500));

/// How the worker works.
#[derive(Clone, Debug)]
pub struct WorkerConfig {
    look: Duration,
    name: String,
}

impl Default for WorkerConfig {
    fn default() -> Self {
        Self { look: LOOK.1, name: "sbm-worker".to_owned() }
    }
}

impl WorkerConfig {
    /// Twice a second; the thread is called `sbm-worker`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How often to look for what other processes wrote: once a second at the least, every 10 ms at the most.
    #[must_use]
    pub fn look_every(mut self, pause: Duration) -> Self {
        self.look = pause.clamp(Duration::from_millis(10), LOOK.0);
        self
    }

    /// The thread's name.
    #[must_use]
    pub fn thread_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into().replace('\0', " ");
        self
    }
}

/// What the worker has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// Another process, or the server, changed something: rights, standing, the list or the queue. Look again.
    Changed,
    /// A check was made, online or not.
    Synced(SyncSummary),
    /// A check could not be made: the cache cannot be used.
    Failed(Code),
}

/// A running worker; it stops when this is dropped.
#[must_use = "a worker that is dropped has stopped"]
pub struct Worker {
    client: Client,
    orders: Arc<Orders>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Orders {
    open: Mutex<Open>,
    bell: Condvar,
}

#[derive(Default)]
struct Open {
    stop: bool,
    sync: bool,
    /// The thread is not waiting.
    busy: bool,
}

impl Client {
    /// Starts the worker. Without it nothing happens by itself; a host that has a loop of its own may call
    /// [`sync_if_due`](Self::sync_if_due) and [`state`](Self::state) there instead.
    ///
    /// # Errors
    ///
    /// [`Code::Internal`] when the operating system gives no thread.
    pub fn start_worker(&self, config: WorkerConfig, callback: impl FnMut(Notice) + Send + 'static) -> Result<Worker, Error> {
        let orders = Arc::new(Orders::default());
        let mut round = Round::new(self, callback);
        let (taken, look) = (Arc::clone(&orders), config.look);
        let thread = std::thread::Builder::new()
            .name(config.name)
            .spawn(move || {
                let mut wait = Duration::ZERO;
                loop {
                    let Some((at_once, began)) = taken.wait(wait, || round.client.began()) else { return };
                    round.go(at_once, &began);
                    drop(began);
                    taken.rest();
                    wait = look;
                }
            })
            .map_err(|error| {
                Error::new(Code::Internal, format!("the operating system gives no thread for the worker: {error}"))
            })?;
        Ok(Worker { client: self.another(), orders, thread: Some(thread) })
    }
}

impl Worker {
    /// Profiles and history at once, on the worker's thread.
    pub fn sync_now(&self) {
        self.orders.open().sync = true;
        self.orders.bell.notify_all();
    }

    /// Stops it: the calls of its client that are under way end, if it is in one, and then its thread. The same as dropping it.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let busy = {
            let mut open = self.orders.open();
            open.stop = true;
            open.busy
        };
        self.orders.bell.notify_all();
        let Some(thread) = self.thread.take() else { return };
        if thread.thread().id() == std::thread::current().id() {
            // Dropped by its own callback: the thread ends behind it.
            return;
        }
        if busy {
            self.client.cancel();
        }
        // A callback that panicked has ended the thread; there is nobody to tell.
        let _ended = thread.join();
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").finish_non_exhaustive()
    }
}

impl Orders {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for an order, at most that long. Gives whether a sync is wanted at once, and the beginning of what is done for
    /// it; nothing when it is over. Who finds the worker busy can cancel what it does, and who cancels while it waits
    /// cancels no order that comes later.
    fn wait(&self, at_most: Duration, begin: impl FnOnce() -> Act) -> Option<(bool, Act)> {
        let mut open = self.open();
        if !open.stop && !open.sync {
            open = self.bell.wait_timeout(open, at_most).unwrap_or_else(PoisonError::into_inner).0;
        }
        if open.stop {
            return None;
        }
        open.busy = true;
        Some((std::mem::take(&mut open.sync), begin()))
    }

    fn rest(&self) {
        self.open().busy = false;
    }
}

/// What the worker does each time; the thread around it only waits.
pub(crate) struct Round {
    client: Client,
    /// What the host was last told to look at.
    seen: Option<i64>,
    callback: Box<dyn FnMut(Notice) + Send>,
}

impl Round {
    pub(crate) fn new(client: &Client, callback: impl FnMut(Notice) + Send + 'static) -> Self {
        Self { client: client.another(), seen: None, callback: Box::new(callback) }
    }

    /// `began` is by which what it does can be cancelled.
    pub(crate) fn go(&mut self, at_once: bool, began: &Act) {
        self.look();
        let synced = if at_once { self.client.sync_begun(began).map(Some) } else { self.client.sync_if_due_begun(began) };
        match synced {
            Ok(Some(summary)) => (self.callback)(Notice::Synced(summary)),
            Ok(None) => {}
            Err(error) => (self.callback)(Notice::Failed(error.code())),
        }
        self.look();
    }

    /// Tells when somebody changed something since the last look.
    fn look(&mut self) {
        let now = self.client.changes_seen();
        if self.seen.replace(now).is_some_and(|before| before != now) {
            (self.callback)(Notice::Changed);
        }
    }
}
