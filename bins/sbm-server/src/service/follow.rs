//! Following what other processes commit: `sbm-server admin reset` works beside a running server (RUN-3).
//!
//! 1. The server looks four times a second whether the store is ahead of its memory. Then the changes are applied and the
//!    tokens that ended are dropped, under the lock that every act takes.
//! 2. It says in the store how far it followed, so that the other process can wait for that and say so truthfully.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use sbm_core::directory::{Change, Directory, Refusal};

use super::acts::Acting;
use super::login::brake;
use super::{Service, store_refusal};

/// How often the store is asked for what others committed: twice within the half second that is promised.
pub(super) const LOOK: Duration = Duration::from_millis(250);

impl Service {
    /// Brings the facts and the tokens to the store's revision if that is ahead.
    ///
    /// # Errors
    ///
    /// What the store says; the next look tries again.
    pub async fn follow(&self) -> Result<(), Refusal> {
        let newest = self.store.revision().await.map_err(|error| store_refusal(&error))?;
        if newest <= self.facts().revision() {
            return Ok(());
        }
        let acting = self.acting.lock().await;
        self.catch_up(&acting).await
    }

    /// Brings the facts to the store's revision. The lock is held, so that no act is overwritten by what was read before it.
    pub(super) async fn catch_up(&self, _acting: &Acting<'_>) -> Result<(), Refusal> {
        let facts = self.facts();
        let log = self.store.changes_since(facts.revision()).await.map_err(|error| store_refusal(&error))?;
        if log.is_empty() {
            return Ok(());
        }
        let next = log.iter().fold(facts, |facts, (revision, changes)| Arc::new(facts.apply(*revision, changes)));
        // The tokens first: who was shut out must not be let in by memory while the facts are new already.
        self.drop_ended_tokens().await?;
        self.directory.store(Arc::clone(&next));
        self.free_brakes(&next, log.iter().flat_map(|(_, changes)| changes));
        let revision = next.revision();
        tracing::info!(revision, "the server follows what another process changed");
        self.store.set_followed(revision).await.map_err(|error| store_refusal(&error))
    }

    /// Which tokens a commit ends is not in the log of changes; those that live are in the store.
    async fn drop_ended_tokens(&self) -> Result<(), Refusal> {
        let live = self.store.live_tokens(self.now()).await.map_err(|error| store_refusal(&error))?;
        let live: HashSet<u64> = live.into_iter().map(|token| token.id).collect();
        for session in self.sessions.all(self.now()) {
            if !live.contains(&session.id) {
                self.sessions.revoke(session.id);
            }
        }
        Ok(())
    }

    /// Whoever was given a new password from outside need not wait because of those that were wrong.
    fn free_brakes<'a>(&self, facts: &Directory, changes: impl Iterator<Item = &'a Change>) {
        for change in changes {
            if let Change::Password { user, .. } = change
                && let Some(user) = facts.user(*user)
            {
                self.throttle.forget(&brake(facts, &facts.login_of(user)));
            }
        }
    }
}
