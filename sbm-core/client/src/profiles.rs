//! The managed profiles that the host has taken over.

use sbm_core::code::Code;
use sbm_core::id::Guid;

use crate::client::Client;
use crate::error::Error;

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
        let profiles = self.shared.store.applied()?.into_iter().map(|applied| ManagedProfile {
            guid: applied.guid,
            name: applied.name.as_str().to_owned(),
            description: applied.description.as_str().to_owned(),
            version: applied.version,
            revision: applied.revision,
            has_schedule: applied.schedule.is_some(),
        });
        Ok(profiles.collect())
    }

    /// The content of a profile that the host has taken over, as it was delivered.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] when the host has not taken it over; [`Code::CacheDamaged`]; when the cache cannot be read.
    pub fn profile_body(&self, guid: &Guid) -> Result<Vec<u8>, Error> {
        let applied = self.shared.store.applied()?.into_iter().find(|applied| applied.guid == *guid);
        let body = applied.map(|applied| self.shared.store.body(&applied.body)).transpose()?.flatten();
        body.ok_or_else(|| {
            Error::new(
                Code::NotFound,
                format!("there is no managed profile `{guid}` on this computer; sync and take it over first"),
            )
        })
    }
}
