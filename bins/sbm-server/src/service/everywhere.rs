//! An answer that counts at every server (RUN-7, DESIGN 3.10).
//!
//! 1. Whoever changed something is answered when every server that lives goes by it, or its lease ran out. From then on no
//!    server answers by what was before.
//! 2. Who lives is found out by this server's own steady clock ([`Sightings`]). It is looked at on each renewal, too, so that
//!    a server that died is known to be gone when somebody changes something, and is waited for once at most.
//! 3. A server that cannot follow does not make its lease longer, and a lease is short: so the wait has an end, also when the
//!    database cannot be asked any more.
//! 4. Many who wait at once ask once for all.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sbm_core::directory::Refusal;
use sbm_core::wire::v1::admin::ServerEntry;
use tokio::time::MissedTickBehavior;

use super::sightings::Sightings;
use super::{Service, store_refusal};
use crate::store::StoreError;
use crate::store::servers::Member;

/// How soon it is asked again at first, and later on.
const PAUSES: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(50));

/// How much longer than a lease is waited. By then every server went by the change or has no lease: one was made longer just
/// before the change at the latest, by a server that had not looked since it did so before.
const MORE: Duration = Duration::from_secs(1);

/// After that long a server that left without a word is forgotten. Until then whoever looks sees that it was there.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(60 * 60);

/// Up to which revision every server goes by what was changed.
#[derive(Debug, Default)]
pub struct Everywhere {
    reached: AtomicU64,
    asking: tokio::sync::Mutex<Sightings>,
}

impl Everywhere {
    fn has(&self, revision: u64) -> bool {
        self.reached.load(Ordering::Acquire) >= revision
    }

    /// Whether it is known already that a server is gone, unless somebody is just looking.
    #[cfg(test)]
    pub(super) fn knows_gone(&self, server: &crate::store::servers::ServerId) -> bool {
        self.asking.try_lock().is_ok_and(|sightings| sightings.is_gone(server))
    }
}

impl Service {
    /// Waits until every server goes by that revision, which this one does already.
    pub(super) async fn everywhere(&self, revision: u64) {
        let (Some(span), Some(renewal)) = (self.lease.span(), self.lease.pause()) else { return };
        let longest = span.saturating_add(renewal).saturating_add(MORE);
        let (begun, mut pause) = (self.clock.steady(), PAUSES.0);
        let mut failure = None;
        while !self.everywhere.has(revision) && !self.ask_all(revision, span, &mut failure).await {
            if self.clock.steady().saturating_sub(begun) >= longest {
                let failure = failure.as_ref().map(ToString::to_string);
                tracing::error!(
                    revision,
                    failure,
                    "it could not be found out whether all servers follow; those that do not have no lease by now"
                );
                return;
            }
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2).min(PAUSES.1);
        }
    }

    async fn ask_all(&self, revision: u64, span: Duration, failure: &mut Option<StoreError>) -> bool {
        let mut sightings = self.everywhere.asking.lock().await;
        if self.everywhere.has(revision) {
            return true;
        }
        match self.look_at_all(&mut sightings, span).await {
            Ok(members) => {
                let others = members.iter().filter(|server| server.id != self.id && !sightings.is_gone(&server.id));
                let lowest = others.map(|server| server.confirmed).min().unwrap_or(revision);
                self.everywhere.reached.fetch_max(lowest, Ordering::AcqRel);
            }
            Err(error) => *failure = Some(error),
        }
        self.everywhere.has(revision)
    }

    /// The servers on the database, as this one sees them; none where it has the database to itself.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn servers(&self) -> Result<Vec<ServerEntry>, Refusal> {
        let Some(span) = self.lease.span() else { return Ok(Vec::new()) };
        let mut sightings = self.everywhere.asking.lock().await;
        let members = self.look_at_all(&mut sightings, span).await.map_err(|error| store_refusal(&error))?;
        let own = self.facts().revision();
        let entries = members.into_iter().map(|member| ServerEntry {
            lives: !sightings.is_gone(&member.id),
            revision: if member.id == self.id { own } else { member.confirmed },
            name: member.name,
            version: member.program,
            started: member.started,
        });
        Ok(entries.collect())
    }

    async fn look_at_all(&self, sightings: &mut Sightings, span: Duration) -> Result<Vec<Member>, StoreError> {
        let asked = self.clock.steady();
        let members = self.store.members().await?;
        sightings.look(&members, asked, self.clock.steady(), span);
        Ok(members)
    }

    /// Looks at the others now and then, whether somebody changes something or not, until it is dropped.
    pub(super) async fn watch_others(&self) {
        let (Some(span), Some(pause)) = (self.lease.span(), self.lease.pause()) else { return };
        let mut look = tokio::time::interval(pause);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            look.tick().await;
            // What fails here is told by whoever keeps in step, and tried again.
            drop(self.watch(span).await);
        }
    }

    /// Looks at the others once, and forgets those that are gone for long.
    async fn watch(&self, span: Duration) -> Result<(), StoreError> {
        let mut sightings = self.everywhere.asking.lock().await;
        self.look_at_all(&mut sightings, span).await?;
        for (server, mark) in sightings.gone_for(FORGOTTEN_AFTER) {
            if server != self.id && self.store.forget(server, mark).await? {
                tracing::info!("a server that ended without a word an hour ago or more is forgotten");
            }
        }
        Ok(())
    }
}
