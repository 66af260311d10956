//! The newest revision this process knows of, and who waits for the next.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// The newest revision this process knows of.
pub(crate) struct Watch {
    newest: Mutex<u64>,
    raised: Condvar,
    /// For those who wait without a thread of their own.
    told: watch::Sender<u64>,
}

impl Watch {
    /// Begins at that revision.
    pub(crate) fn new(revision: u64) -> Self {
        Self { newest: Mutex::new(revision), raised: Condvar::new(), told: watch::Sender::new(revision) }
    }

    /// Takes note of a revision; an older one changes nothing.
    pub(crate) fn raise(&self, revision: u64) {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if revision > *newest {
            *newest = revision;
            self.raised.notify_all();
            self.told.send_replace(revision);
        }
    }

    /// Waits for a revision above `after`, but not longer than that; gives the newest one.
    pub(crate) fn wait(&self, after: u64, timeout: Duration) -> u64 {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.raised.wait_timeout_while(newest, timeout, |newest| *newest <= after);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Every revision from now on.
    pub(crate) fn told(&self) -> watch::Receiver<u64> {
        self.told.subscribe()
    }
}
