//! The content of profiles on its way out: held once, however many fetch it (ERR-3).
//!
//! 1. As long as somebody is being sent a content, it is found here; nobody reads it again. With the last one it goes.
//! 2. Few are read from the store at once: what is read and not yet sent is bounded, too.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sbm_core::code::Code;
use sbm_core::directory::Refusal;
use sbm_core::id::{AccountId, Hash};
use tokio::sync::Semaphore;

use super::{Service, store_refusal};
use crate::http::sending::{SharedBody, Trace};
use crate::store::{Pending, Store};

/// So many are read at once.
const READERS: usize = 4;
/// From so many traces on those that are lost are swept.
const MANY: usize = 64;

/// What is being sent.
#[derive(Debug)]
pub(super) struct Bodies {
    traces: Mutex<HashMap<(AccountId, Hash), Trace>>,
    readers: Semaphore,
}

impl Default for Bodies {
    fn default() -> Self {
        Self { traces: Mutex::default(), readers: Semaphore::new(READERS) }
    }
}

impl Bodies {
    fn known(&self, key: &(AccountId, Hash)) -> Option<SharedBody> {
        self.traces.lock().unwrap_or_else(PoisonError::into_inner).get(key).and_then(Trace::content)
    }

    fn keep(&self, key: (AccountId, Hash), bytes: Vec<u8>) -> SharedBody {
        let mut traces = self.traces.lock().unwrap_or_else(PoisonError::into_inner);
        if traces.len() >= MANY {
            traces.retain(|_, trace| !trace.is_lost());
        }
        let content = SharedBody::new(bytes);
        traces.insert(key, content.trace());
        content
    }
}

impl Service {
    /// An image of that account's branding.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn image(&self, account: AccountId, hash: Hash) -> Result<Option<SharedBody>, Refusal> {
        self.shared((account, hash), |store| store.image(account, hash)).await
    }

    /// A content of that account's profiles.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn content(&self, account: AccountId, hash: Hash) -> Result<Option<SharedBody>, Refusal> {
        self.shared((account, hash), |store| store.body(account, hash)).await
    }

    async fn shared(
        &self,
        key: (AccountId, Hash),
        read: impl FnOnce(&dyn Store) -> Pending<Option<Vec<u8>>>,
    ) -> Result<Option<SharedBody>, Refusal> {
        if let Some(known) = self.bodies.known(&key) {
            return Ok(Some(known));
        }
        let _reader = self.bodies.readers.acquire().await.map_err(|_| Code::Internal)?;
        // Whoever read it meanwhile read it for us, too.
        if let Some(known) = self.bodies.known(&key) {
            return Ok(Some(known));
        }
        let bytes = read(&*self.store).await.map_err(|error| store_refusal(&error))?;
        Ok(bytes.map(|bytes| self.bodies.keep(key, bytes)))
    }
}
