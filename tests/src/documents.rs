//! Signed documents as a test wants them: heads, lists and key documents of a server whose keys the test owns.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sbm_client::core::cache::{Domain, SealedTrust, Signed, SigningKey};
use sbm_client::core::id::{Hash, InstallationId};
use sbm_client::core::permission::{Right, RightSet};
use serde_json::{Value, json};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::fixture::GUID;

/// What an honest server gives to one device.
#[derive(Clone, Debug)]
pub struct Documents {
    /// The epoch.
    pub epoch: u64,
    /// The revision.
    pub revision: u64,
    /// The rights, one bit each.
    pub rights: u32,
    /// The entries of the list.
    pub entries: Vec<Value>,
    /// The bodies.
    pub bodies: BTreeMap<Hash, Vec<u8>>,
}

/// A key of the test's own.
#[must_use]
pub fn signing_key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Zeroizing::new([seed; 32]))
}

/// The key that vouches for key documents.
#[must_use]
pub fn root() -> SigningKey {
    signing_key(1)
}

/// The key that signs the heads of an epoch.
#[must_use]
pub fn of_epoch(epoch: u64) -> SigningKey {
    signing_key(10 + u8::try_from(epoch).unwrap())
}

/// The key document of an epoch, as bytes to sign.
#[must_use]
pub fn key_document(epoch: u64) -> Value {
    json!({ "v": 1, "epoch": epoch, "keys": [of_epoch(epoch).verifying_key()], "ca": [] })
}

/// The key document of an epoch, signed by the root key.
#[must_use]
pub fn keys(epoch: u64) -> Signed {
    root().sign(Domain::Keys, bytes(&key_document(epoch)))
}

/// The JSON as bytes.
#[must_use]
pub fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

/// An entry of the list with that body.
#[must_use]
pub fn entry(body: &[u8], revision: u64, stamp: u64) -> Value {
    json!({
        "guid": GUID, "name": "Finance documents", "description": "every night", "version": 1, "revision": revision,
        "body": Hash::of(body), "size": body.len(), "stamp": stamp,
    })
}

impl Documents {
    /// A user who may run by hand and restore, with one profile, at the number 1.10.
    #[must_use]
    pub fn narrow() -> Self {
        let rights: RightSet = [Right::RunManually, Right::Restore].into_iter().collect();
        let body = b"revision one".to_vec();
        let entries = vec![entry(&body, 1, 10)];
        Self { epoch: 1, revision: 10, rights: rights.bits(), entries, bodies: [(Hash::of(&body), body)].into() }
    }

    /// The same user with every right, later.
    #[must_use]
    pub fn wide() -> Self {
        Self { revision: 20, rights: RightSet::ALL_ACCESS.bits(), ..Self::narrow() }
    }

    /// The list as text.
    #[must_use]
    pub fn list(&self) -> String {
        json!({ "v": 1, "profiles": self.entries }).to_string()
    }

    /// The head for that device, as JSON.
    #[must_use]
    pub fn head(&self, device: &InstallationId) -> Value {
        json!({
            "v": 1, "epoch": self.epoch, "revision": self.revision, "device": device, "account": 1, "user": 2, "state": "active",
            "rights": self.rights, "security_profile": "End user", "list": Hash::of(self.list().as_bytes()),
        })
    }

    /// The head, signed with its epoch's key.
    #[must_use]
    pub fn signed(&self, device: &InstallationId) -> Signed {
        of_epoch(self.epoch).sign(Domain::Head, bytes(&self.head(device)))
    }

    /// The whole answer to a check-in.
    #[must_use]
    pub fn answer(&self, device: &InstallationId) -> Value {
        json!({ "keys": keys(self.epoch), "head": self.signed(device), "list": self.list() })
    }
}

/// A trust record with a seal that fits, whatever stands in it. The seal is no secret (OFF-3): whoever owns the machine can
/// compute it, and so can a test.
#[must_use]
pub fn seal(record: &Value, machine: &Hash) -> SealedTrust {
    let bytes = bytes(record);
    let mut mac = Hmac::<Sha256>::new_from_slice(&[b"SBM cache v1\0", machine.as_bytes().as_slice()].concat()).unwrap();
    mac.update(&bytes);
    SealedTrust { bytes, machine: *machine, seal: Hash::from_bytes(mac.finalize().into_bytes().into()) }
}
