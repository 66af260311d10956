//! Changes: what the host is to do with managed profiles, redelivered until it answered (PRO-8).

use std::fmt;
use std::sync::Arc;

use sbm_core::agent::Write;
use sbm_core::code::Code;
use sbm_core::id::{Guid, Hash};
use sbm_core::profile::{Change, ChangeKind};

use crate::client::{Client, Shared};
use crate::error::Error;
use crate::log::Level;

/// One thing for the host to do. Until it is answered, [`Client::next_change`] gives it again.
#[must_use = "a change is given again until it is answered"]
pub struct PendingChange {
    shared: Arc<Shared>,
    change: Change,
    body: Option<Vec<u8>>,
    schedule: Option<Vec<u8>>,
}

impl Client {
    /// The next thing for the host to do; nothing when all is done, or what is left waits for runs to end.
    ///
    /// # Errors
    ///
    /// [`Code::CacheDamaged`] when the profile's content is not what was fetched: sync, and it is fetched again; when the cache
    /// cannot be read.
    pub fn next_change(&self) -> Result<Option<PendingChange>, Error> {
        let shared = &self.shared;
        shared.refresh();
        let Some(change) = shared.store.next_change(shared.now())? else { return Ok(None) };
        let body = change.body.map(|hash| content(shared, &hash, &change)).transpose()?;
        let schedule = change.schedule.map(|hash| content(shared, &hash, &change)).transpose()?;
        Ok(Some(PendingChange { shared: Arc::clone(shared), change, body, schedule }))
    }
}

/// A content that is not there, or not what it was, is forgotten: the next sync fetches it again.
fn content(shared: &Shared, hash: &Hash, change: &Change) -> Result<Vec<u8>, Error> {
    match shared.store.body(hash) {
        Ok(Some(bytes)) => Ok(bytes),
        Err(error) if error.code() != Code::CacheDamaged => Err(error),
        Ok(None) | Err(_) => {
            let mut others = shared.store.load()?.bodies;
            others.remove(hash);
            shared.store.apply(&[Write::KeepBodies(others)])?;
            let message = format!("the content of the profile `{}` in the cache is damaged; sync to fetch it again", change.name);
            Err(Error::new(Code::CacheDamaged, message))
        }
    }
}

impl PendingChange {
    /// What to do.
    #[must_use]
    pub const fn kind(&self) -> ChangeKind {
        self.change.kind
    }

    /// The managed profile.
    #[must_use]
    pub const fn guid(&self) -> Guid {
        self.change.guid
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.change.name.as_str()
    }

    /// What its uploader said of it.
    #[must_use]
    pub fn description(&self) -> &str {
        self.change.description.as_str()
    }

    /// The version that its uploader stated.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.change.version
    }

    /// The revision to arrive at, or to remove.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.change.revision
    }

    /// The content; none for a removal.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    /// The schedule to take over; without one the client's own is left alone (PRO-5).
    #[must_use]
    pub fn schedule(&self) -> Option<&[u8]> {
        self.schedule.as_deref()
    }

    /// The host did it. The server hears of it at the next sync.
    ///
    /// # Errors
    ///
    /// When the cache cannot be written; the change is given again then.
    pub fn done(self) -> Result<(), Error> {
        self.answer(None)
    }

    /// The host could not do it, for this reason. The server hears of it, and the next sync asks again.
    ///
    /// # Errors
    ///
    /// When the cache cannot be written; the change is given again then.
    pub fn failed(self, reason: &str) -> Result<(), Error> {
        let reason = if reason.trim().is_empty() { "the backup program gave no reason" } else { reason };
        self.answer(Some(reason))
    }

    fn answer(&self, failure: Option<&str>) -> Result<(), Error> {
        let journal = &self.shared.config.journal;
        let _telling = journal.begin();
        let result = self.shared.store.answer_change(&self.change, failure);
        let Change { guid, revision, .. } = &self.change;
        match (&result, failure) {
            (Ok(()), None) => journal.note(Level::Info, || format!("the host took over `{guid}`, revision {revision}")),
            (Ok(()), Some(_)) => {
                journal.note(Level::Warning, || format!("the host could not take over `{guid}`, revision {revision}"))
            }
            (Err(error), _) => journal.note(Level::Error, || format!("the answer for `{guid}` could not be kept: {error}")),
        }
        result
    }
}

impl fmt::Debug for PendingChange {
    /// Without the content, which may hold passwords (ERR-5).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingChange").field("change", &self.change).finish_non_exhaustive()
    }
}
