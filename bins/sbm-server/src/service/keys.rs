//! The keys in use: heads are signed with the current epoch's, and a new epoch brings new ones (OFF-3).

use std::sync::Arc;

use arc_swap::ArcSwap;
use sbm_core::cache::{Domain, Head, Signed};
use sbm_core::code::Code;
use sbm_core::directory::plan;
use sbm_core::directory::{Actor, Command, Directory, Refusal};
use sbm_core::id::Hash;
use sbm_core::permission::{Task, TaskAccess};

use super::{Service, refusal};
use crate::pki::{Keys, PkiError};

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

    /// Signs a head of the current epoch.
    ///
    /// # Errors
    ///
    /// [`Code::Busy`] when the epoch changed under the head's making; asked again, it fits.
    pub fn sign(&self, head: &Head) -> Result<Signed, Refusal> {
        let keys = self.current();
        if keys.epoch() != head.epoch {
            return Err(refusal(Code::Busy, "the server's keys are being changed; try again"));
        }
        let bytes = head.to_bytes();
        if bytes.len() > Domain::Head.max_bytes() {
            return Err(refusal(Code::Internal, "a head is larger than its limit"));
        }
        Ok(keys.signing().sign(Domain::Head, bytes))
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

    /// The key file comes first, the commit decides, then the keys are used. What a crash leaves behind is a file that
    /// the next start takes up. One at a time: two would make one file for two epochs' keys.
    pub(super) async fn new_epoch(
        self: &Arc<Self>,
        _epochs: &tokio::sync::MutexGuard<'_, ()>,
        actor: Actor,
        above: u64,
        reason: &str,
    ) -> Result<Arc<Directory>, Refusal> {
        let epoch = self.facts().server().epoch.max(above).saturating_add(1);
        let keys = Keys::for_epoch(&self.data_dir, epoch, &self.keys.ca).map_err(|error| key_refusal(&error))?;
        let command = Command::RaiseEpoch { epoch, keys: keys.key_document().clone(), reason: reason.to_owned() };
        let facts = self.act(actor, command, Vec::new()).await?;
        self.keys.current.store(Arc::new(keys));
        tracing::info!(epoch, reason, "the server signs with new keys");
        Ok(facts)
    }
}

pub(super) fn key_refusal(error: &PkiError) -> Refusal {
    tracing::error!(%error, "the keys cannot be used");
    refusal(error.code(), error.code().text())
}
