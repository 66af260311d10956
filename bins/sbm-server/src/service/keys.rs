//! The keys in use: heads are signed with the current epoch's, and a new epoch brings new ones (OFF-3).

use std::sync::Arc;

use arc_swap::ArcSwap;
use sbm_core::cache::{Domain, Head, RoomNote, Signed};
use sbm_core::code::Code;
use sbm_core::directory::plan;
use sbm_core::directory::{Actor, Command, Directory, Refusal};
use sbm_core::id::Hash;
use sbm_core::permission::{Task, TaskAccess};

use super::{Service, Telling, refusal};
use crate::pki::{Keys, PkiError, Vault};

/// The keys of the current epoch, and where the others lie.
#[derive(Debug)]
pub struct Signers {
    current: ArcSwap<Keys>,
    ca: Vec<Hash>,
}

impl Signers {
    /// Begins with these keys.
    #[must_use]
    pub fn new(keys: Keys, ca: Vec<Hash>) -> Self {
        Self { current: ArcSwap::from_pointee(keys), ca }
    }

    /// The keys of the current epoch.
    #[must_use]
    pub fn current(&self) -> Arc<Keys> {
        self.current.load_full()
    }

    /// Goes on with these keys, unless those in use are of a later epoch.
    pub(super) fn adopt(&self, keys: Keys) {
        let keys = Arc::new(keys);
        self.current.rcu(|current| Arc::clone(if current.epoch() < keys.epoch() { &keys } else { current }));
    }

    /// Signs a head of the current epoch.
    ///
    /// # Errors
    ///
    /// [`Code::Busy`] when the epoch changed under the head's making; asked again, it fits.
    pub fn sign(&self, head: &Head) -> Result<Signed, Refusal> {
        self.sign_as(Domain::Head, head.epoch, head.to_bytes())
    }

    /// Signs what is left below quotas, in the current epoch.
    ///
    /// # Errors
    ///
    /// As for [`sign`](Self::sign).
    pub fn sign_room(&self, room: &RoomNote) -> Result<Signed, Refusal> {
        self.sign_as(Domain::Room, room.epoch, room.to_bytes())
    }

    fn sign_as(&self, domain: Domain, epoch: u64, bytes: Vec<u8>) -> Result<Signed, Refusal> {
        let keys = self.current();
        if keys.epoch() != epoch {
            return Err(refusal(Code::Busy, "the server's keys are being changed; try again"));
        }
        if bytes.len() > domain.max_bytes() {
            return Err(refusal(Code::Internal, "a document is larger than its limit"));
        }
        Ok(keys.signing().sign(domain, bytes))
    }
}

impl Service {
    /// An administrator rotates the keys (OFF-3).
    ///
    /// # Errors
    ///
    /// The refusal of the plan or the store; the old keys stay in use.
    pub async fn rotate_keys(self: &Arc<Self>, actor: Actor) -> Result<u64, Refusal> {
        let facts = self.facts();
        // The key file is made before the plan is: the gates are asked before either, or whoever has a session could have
        // the epoch raised by the next start.
        if let Err(refused) = plan::authorise(&facts, &actor, Task::Server, TaskAccess::Write) {
            self.audit_refused(&facts, &actor, "keys.rotate", "", &refused).await;
            return Err(refused);
        }
        let epochs = self.epochs.lock().await;
        let facts = self.new_epoch(&epochs, actor, 0, "rotated by an administrator").await?;
        Ok(facts.server().epoch)
    }

    /// The key comes first, the commit decides, then the keys are used. What a crash leaves behind is a key that the next
    /// start or the next epoch takes up. One at a time: two would make one key for two epochs.
    pub(super) async fn new_epoch(
        self: &Arc<Self>,
        _epochs: &tokio::sync::MutexGuard<'_, ()>,
        actor: Actor,
        above: u64,
        reason: &str,
    ) -> Result<Arc<Directory>, Refusal> {
        let epoch = self.facts().server().epoch.max(above).saturating_add(1);
        let ca = self.keys.ca.clone();
        let keys = self.ask_vault(Telling::Log, move |vault| Keys::for_epoch(vault, epoch, &ca)).await?;
        let command = Command::RaiseEpoch { epoch, keys: keys.key_document().clone(), reason: reason.to_owned() };
        match self.act_here(&actor, &command, &|_| Ok(Vec::new())).await {
            Ok(facts) => {
                self.keys.adopt(keys);
                tracing::info!(epoch, reason, "the server signs with new keys");
                self.everywhere(facts.revision()).await;
                Ok(facts)
            }
            // Another server was first: what was wanted is so, and its keys are in use here since its act was followed.
            Err(refused) if refused.code == Code::Stale && self.facts().server().epoch >= epoch => Ok(self.facts()),
            Err(refused) => Err(refused),
        }
    }

    /// Takes up the keys that another server published with these facts. Call it before the facts are in use: a head of
    /// their epoch must find its keys.
    pub(super) async fn keys_of_epoch(&self, facts: &Directory, telling: Telling) -> Result<(), Refusal> {
        let server = facts.server();
        let Some(document) = server.keys.clone().filter(|_| server.epoch > self.keys.current().epoch()) else { return Ok(()) };
        let epoch = server.epoch;
        let keys = self.ask_vault(telling, move |vault| Keys::published(vault, epoch, document)).await?;
        self.keys.adopt(keys);
        tracing::info!(epoch, "the server signs with the new keys that another one published");
        Ok(())
    }

    /// The same at the start, which blocks its thread anyway.
    pub(super) fn keys_at_start(&self, facts: &Directory) -> Result<(), Refusal> {
        let server = facts.server();
        let Some(document) = server.keys.clone().filter(|_| server.epoch > self.keys.current().epoch()) else { return Ok(()) };
        self.keys.adopt(Keys::published(&*self.vault, server.epoch, document).map_err(|error| key_refusal(&error))?);
        Ok(())
    }

    /// The vault blocks its thread, and that is none of those who answer.
    pub(super) async fn ask_vault<T: Send + 'static>(
        &self,
        telling: Telling,
        work: impl FnOnce(&dyn Vault) -> Result<T, PkiError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let vault = Arc::clone(&self.vault);
        let done = tokio::task::spawn_blocking(move || work(&*vault)).await.map_err(|_| Code::Internal)?;
        done.map_err(|error| telling.keys(&error))
    }
}

pub(super) fn key_refusal(error: &PkiError) -> Refusal {
    tracing::error!(%error, "the keys cannot be used");
    refusal(error.code(), error.code().text())
}
