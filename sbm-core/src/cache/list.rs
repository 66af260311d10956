//! The list of managed profiles that a head names by hash.
//!
//! Equal lists are one object for any number of clients: nothing of a single user or device is in it. How the host program is to
//! look stands beside the profiles (ACC-3).

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize};

use crate::account::Branding;
use crate::account::policy::Mode;
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
    /// How the host program is to look, if anybody above the device says so; images by their hashes, fetched as bodies are.
    #[serde(default, deserialize_with = "readable", skip_serializing_if = "Option::is_none")]
    pub branding: Option<Branding>,
    /// What each setting of the policies above comes to, by its name (ACC-9).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, ListSetting>,
}

/// What a setting comes to for the account of the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListSetting {
    /// How it is handed down.
    pub mode: Mode,
    /// The value; nothing where the host program decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The account whose policy says so, by its full name; missing if it stands above the user's own (DEC-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
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
        Self { v: Self::VERSION, profiles, branding: None, settings: BTreeMap::new() }
    }

    /// The same with a branding.
    #[must_use]
    pub fn branded(self, branding: Option<Branding>) -> Self {
        Self { branding, ..self }
    }

    /// The same with settings.
    #[must_use]
    pub fn ruled(self, settings: BTreeMap<String, ListSetting>) -> Self {
        Self { settings, ..self }
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

/// A branding of a later form is passed over: nobody may do more or less for how it looks.
fn readable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Branding>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Name;

    #[test]
    fn a_branding_travels_in_the_list_and_one_of_a_later_form_is_passed_over_acc_3() {
        let mut branding = Branding::new(Name::new("Acme Backup").unwrap());
        branding.colours.insert(String::from("accent"), "#00ff7f".parse().unwrap());
        let list = List::new(Vec::new()).branded(Some(branding));
        let bytes = list.to_bytes();
        assert_eq!(List::verify(&bytes, &Hash::of(&bytes)), Ok(list));
        assert_eq!(List::new(Vec::new()).to_bytes(), br#"{"v":1,"profiles":[]}"#, "without one it is what it was");
        for later in [r##"{"name":"x","colours":{"accent":"hsl(1)"}}"##, r#"{"title":"x"}"#, "7", "null"] {
            let bytes = alloc::format!(r#"{{"v":1,"profiles":[],"branding":{later}}}"#).into_bytes();
            assert_eq!(List::verify(&bytes, &Hash::of(&bytes)), Ok(List::new(Vec::new())), "{later}");
        }
    }
}
