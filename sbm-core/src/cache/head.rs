//! The head: what one user on one device may do, and the hash of the list of its profiles (OFF-3).
//!
//! A head is JSON of at most 512 bytes. It depends on no clock: equal facts make equal bytes. A field that this version
//! does not know is ignored, unless `critical` names it: then the client is on the floor until it is updated.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::number::{Mark, Number};
use crate::account::AccountState;
use crate::code::Code;
use crate::id::{AccountId, Hash, InstallationId, UserId};
use crate::permission::RightSet;

/// The features of a head that this version understands; none is needed yet.
pub const KNOWN_FEATURES: &[&str] = &[];

/// What one user on one device may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The version of this form: 1.
    pub v: u32,
    /// See [`Number`].
    pub epoch: u64,
    /// See [`Number`].
    pub revision: u64,
    /// The mark of that revision: another one is another history of the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// The installation it is for; on any other it is refused.
    pub device: InstallationId,
    /// The user's account.
    pub account: AccountId,
    /// The user.
    pub user: UserId,
    /// What the account may do.
    pub state: AccountState,
    /// The rights, one bit each; missing without a security profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rights: Option<u32>,
    /// The security profile's name, for explanations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_profile: Option<String>,
    /// The list of profiles.
    pub list: Hash,
    /// Features that a client must know to use this head.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub critical: Vec<String>,
    /// After how many seconds without contact only the floor is left; never, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_offline: Option<u64>,
    /// There is a quota on the account or above it: new data needs room, which the server says beside the head (ACC-5).
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub quota: bool,
}

impl Head {
    /// The version that this program writes and reads.
    pub const VERSION: u32 = 1;

    /// Reads a head whose signature was verified.
    ///
    /// # Errors
    ///
    /// [`Code::DocumentTruncated`] when it ends too early, [`Code::UnknownCriticalFeature`] when it is of a later form
    /// or names a feature that this version does not know, [`Code::DocumentMalformed`] for anything else.
    pub fn parse(bytes: &[u8]) -> Result<Self, Code> {
        let form: Form = super::read_json(bytes)?;
        if form.v != Self::VERSION || form.critical.iter().any(|feature| !KNOWN_FEATURES.contains(&feature.as_str())) {
            return Err(Code::UnknownCriticalFeature);
        }
        super::read_json(bytes)
    }

    /// The bytes to sign.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        super::write_json(self)
    }

    /// Where it stands in the server's history.
    #[must_use]
    pub const fn number(&self) -> Number {
        Number::new(self.epoch, self.revision)
    }

    /// The rights, or none without a security profile.
    #[must_use]
    pub fn right_set(&self) -> Option<RightSet> {
        self.rights.map(RightSet::from_bits)
    }
}

/// What is read first: enough to know whether the rest can be read.
#[derive(Deserialize)]
struct Form {
    v: u32,
    #[serde(default)]
    critical: Vec<String>,
}
