//! The list of managed profiles that a head names by hash.
//!
//! Equal lists are one object for any number of clients: nothing of a single user or device is in it.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::id::{Guid, Hash};
use crate::name::{Name, Text};

/// The managed profiles of a user, sorted by GUID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// The version of this form: 1.
    pub v: u32,
    /// The profiles.
    pub profiles: Vec<ListEntry>,
}

/// One managed profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEntry {
    /// Its GUID.
    pub guid: Guid,
    /// Its name.
    pub name: Name,
    /// What its uploader said of it.
    pub description: Text,
    /// The version that the uploading client stated; echoed in history (PRO-4).
    pub version: i64,
    /// The server's revision of it, from 1.
    pub revision: u64,
    /// Its content.
    pub body: Hash,
    /// How many bytes the content has.
    pub size: u64,
    /// Its schedule; there iff one was uploaded and the import flag is set (PRO-5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Hash>,
    /// Marked for deletion: the client removes its managed copy (PRO-6).
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub delete: bool,
    /// The server's revision at which this entry last changed; it never goes back within an epoch.
    pub stamp: u64,
}

impl List {
    /// The version that this program writes and reads.
    pub const VERSION: u32 = 1;
    /// The most bytes a list has.
    pub const MAX_BYTES: usize = 4 * 1024 * 1024;

    /// Checks that these bytes are the list of that hash and reads them.
    ///
    /// # Errors
    ///
    /// [`Code::DocumentTooLarge`], [`Code::ListMismatch`], [`Code::DocumentTruncated`],
    /// [`Code::UnknownCriticalFeature`] for a later form, [`Code::DocumentMalformed`].
    pub fn verify(bytes: &[u8], hash: &Hash) -> Result<Self, Code> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(Code::DocumentTooLarge);
        }
        if Hash::of(bytes) != *hash {
            return Err(Code::ListMismatch);
        }
        let list: Self = super::read_json(bytes)?;
        if list.v != Self::VERSION {
            return Err(Code::UnknownCriticalFeature);
        }
        let sorted = list.profiles.is_sorted_by(|one, next| one.guid < next.guid);
        if sorted { Ok(list) } else { Err(Code::DocumentMalformed) }
    }

    /// The list of these profiles, in the order that makes equal lists equal bytes.
    #[must_use]
    pub fn new(mut profiles: Vec<ListEntry>) -> Self {
        profiles.sort_by_key(|entry| entry.guid);
        Self { v: Self::VERSION, profiles }
    }

    /// The bytes that the hash is of.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        super::write_json(self)
    }

    /// The entry of that GUID.
    #[must_use]
    pub fn entry(&self, guid: &Guid) -> Option<&ListEntry> {
        let at = self.profiles.binary_search_by_key(guid, |entry| entry.guid).ok()?;
        self.profiles.get(at)
    }
}
