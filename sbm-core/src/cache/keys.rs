//! The key document: the server's signing keys and CA pins, signed by the root key (OFF-3).
//!
//! 1. The root key is learnt at the first login and never changes for an installation.
//! 2. The document's version is the epoch. It only grows; it may skip, since the root key vouches for each by itself.
//! 3. A head is verified with the keys of the document of *its* epoch: an epoch without its document is refused.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::signed::{Domain, Signed, VerifyingKey};
use crate::code::Code;
use crate::id::Hash;

/// The server's keys of one epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyDocument {
    /// The version of this form: 1.
    pub v: u32,
    /// The epoch, from 1.
    pub epoch: u64,
    /// The keys that sign heads.
    pub keys: Vec<VerifyingKey>,
    /// SHA-256 of the CA certificates that the server's certificate may come from.
    pub ca: Vec<Hash>,
}

impl KeyDocument {
    /// The version that this program writes and reads.
    pub const VERSION: u32 = 1;

    /// Verifies a key document with the root key and reads it.
    ///
    /// # Errors
    ///
    /// [`Code::KeysInvalid`] when the root key did not sign it, [`Code::DocumentTooLarge`],
    /// [`Code::DocumentTruncated`], [`Code::UnknownCriticalFeature`] for a later form, [`Code::DocumentMalformed`].
    pub fn verify(signed: &Signed, root: &VerifyingKey) -> Result<Self, Code> {
        let bytes = signed.verify(Domain::Keys, core::slice::from_ref(root))?;
        let document: Self = super::read_json(bytes)?;
        if document.v == Self::VERSION { Ok(document) } else { Err(Code::UnknownCriticalFeature) }
    }

    /// The bytes to sign.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        super::write_json(self)
    }
}
