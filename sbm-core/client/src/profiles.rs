//! The managed profiles that the host has taken over.

use sbm_core::id::Guid;

use crate::client::Client;
use crate::error::Error;
use crate::store::not_taken_over;

/// A managed profile on this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ManagedProfile {
    /// What names it everywhere.
    pub guid: Guid,
    /// Its name.
    pub name: String,
    /// What its uploader said of it.
    pub description: String,
    /// The version that its uploader stated.
    pub version: i64,
    /// The server's revision of it.
    pub revision: u64,
    /// Whether its schedule came from the server.
    pub has_schedule: bool,
}

impl Client {
    /// The managed profiles that the host has taken over, in the order of their GUIDs.
    ///
    /// # Errors
    ///
    /// When the cache cannot be read.
    pub fn profiles(&self) -> Result<Vec<ManagedProfile>, Error> {
        self.shared.refresh();
        let there = self.shared.store.applied()?.into_iter().filter(|applied| !applied.removed);
        let profiles = there.map(|applied| ManagedProfile {
            guid: applied.guid,
            name: applied.name.as_str().to_owned(),
            description: applied.description.as_str().to_owned(),
            version: applied.version,
            revision: applied.revision,
            has_schedule: applied.schedule.is_some(),
        });
        Ok(profiles.collect())
    }

    /// The host removed its copy of a managed profile by itself, as a user may who has the right to delete. It is kept on disk,
    /// and the server hears of it at the next sync, so that `profile who-has-it` tells the truth (PRO-7).
    ///
    /// The profile is not put back by that sync, nor by those after it. It comes again, as a change of the kind `Install`, when
    /// there is something new to take over: the next revision or another schedule, or after it was withdrawn and given again.
    /// When it is withdrawn before, the host is told to remove what is gone already, and answers that it is done. To say it
    /// twice does no harm.
    ///
    /// # Offline
    ///
    /// It works; the server hears of it later.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) for a profile that was never taken over here, or whose removal the host was told to do and did; when
    /// the cache cannot be written.
    pub fn profile_removed(&self, guid: &Guid) -> Result<(), Error> {
        self.shared.store.profile_removed(guid)
    }

    /// The content of a profile that the host has taken over, as it was delivered.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) when the host has not taken it over; [`Code::CacheDamaged`](sbm_core::code::Code::CacheDamaged); when the cache cannot be read.
    pub fn profile_body(&self, guid: &Guid) -> Result<Vec<u8>, Error> {
        let applied = self.shared.store.applied()?.into_iter().find(|applied| applied.guid == *guid && !applied.removed);
        let body = applied.map(|applied| self.shared.store.body(&applied.body)).transpose()?.flatten();
        body.ok_or_else(|| not_taken_over(guid))
    }
}
