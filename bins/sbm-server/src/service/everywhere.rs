//! An answer that counts at every server (RUN-7, DESIGN 3.10).
//!
//! 1. Whoever changed something is answered when every server that lives goes by it, or its lease ran out. From then on no
//!    server answers by what was before.
//! 2. A server that cannot follow does not make its lease longer, and a lease is short: so the wait has an end, also when the
//!    database cannot be asked any more.
//! 3. Many who wait at once ask once for all.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::Service;

/// How soon it is asked again at first, and later on.
const PAUSES: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(50));

/// How much longer than a lease is waited. By then every server went by the change or has no lease: one was made longer just
/// before the change at the latest, by a server that had not looked since it did so before.
const MORE: Duration = Duration::from_secs(1);

/// Up to which revision every server goes by what was changed.
#[derive(Debug, Default)]
pub struct Everywhere {
    reached: AtomicU64,
    asking: tokio::sync::Mutex<()>,
}

impl Everywhere {
    fn has(&self, revision: u64) -> bool {
        self.reached.load(Ordering::Acquire) >= revision
    }
}

impl Service {
    /// Waits until every server goes by that revision, which this one does already.
    pub(super) async fn everywhere(&self, revision: u64) {
        let (Some(span), Some(renewal)) = (self.lease.span(), self.lease.pause()) else { return };
        let longest = span.saturating_add(renewal).saturating_add(MORE);
        let (begun, mut pause) = (self.clock.steady(), PAUSES.0);
        while !self.everywhere.has(revision) && !self.ask_all(revision).await {
            if self.clock.steady().saturating_sub(begun) >= longest {
                tracing::error!(
                    revision,
                    "it could not be found out whether all servers follow; those that do not have no lease by now"
                );
                return;
            }
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2).min(PAUSES.1);
        }
    }

    async fn ask_all(&self, revision: u64) -> bool {
        let _asking = self.everywhere.asking.lock().await;
        if self.everywhere.has(revision) {
            return true;
        }
        match self.store.live().await {
            Ok(live) => {
                let others = live.iter().filter(|server| server.id != self.id);
                let lowest = others.map(|server| server.confirmed).min().unwrap_or(revision);
                self.everywhere.reached.fetch_max(lowest, Ordering::AcqRel);
            }
            Err(error) => tracing::warn!(%error, "which servers live could not be read"),
        }
        self.everywhere.has(revision)
    }
}
