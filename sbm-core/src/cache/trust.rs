//! The trust record: everything on a client's disk that a decision rests on, in one sealed piece (OFF-3).
//!
//! 1. It is written whole in one transaction, so that head, keys and list never come apart.
//! 2. A seal over its bytes, keyed by the machine, tells a changed byte and another machine's cache apart. The seal is
//!    no secret: the machine's owner can forge it. What he cannot forge are the signatures inside.
//! 3. The signatures are verified again at every load.

use alloc::string::String;
use alloc::vec::Vec;

use hmac::{KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::number::Number;
use super::signed::{Signed, VerifyingKey};
use crate::code::Code;
use crate::id::{Hash, InstallationId};
use crate::time::Timestamp;
use crate::wire::v1::ConnectionString;
use crate::wire::v1::session::Secret;

/// What a client knows about itself, its server and its rights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trust {
    /// The version of this form: 1.
    pub v: u32,
    /// What this installation calls itself.
    pub installation: InstallationId,
    /// The server; none while unmanaged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionString>,
    /// The login name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The device's token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
    /// The key that vouches for key documents, learnt at the first login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<VerifyingKey>,
    /// The newest key document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<Signed>,
    /// The newest head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Signed>,
    /// The list of that head, as received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// The highest number of a head that was ever accepted; it stays when the head is gone.
    #[serde(default)]
    pub seen: Number,
    /// Why only the floor is left until the next success: the name of the code with which the server refused this
    /// client, or with which this client refused what the server sent (OFF-2, OFF-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// The last verified contact, by this client's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Timestamp>,
    /// The latest moment that this client's clock ever showed since then: setting it back gains nothing.
    #[serde(default)]
    pub latest: Timestamp,
    /// When cached history was last uploaded, by the client's clock (OFF-4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_upload: Option<Timestamp>,
    /// The highest sequence number of history that the server acknowledged.
    #[serde(default)]
    pub acknowledged: u64,
}

/// A trust record as it lies on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedTrust {
    /// The record as JSON.
    pub bytes: Vec<u8>,
    /// The hash of the machine's identity.
    pub machine: Hash,
    /// HMAC-SHA-256 over the bytes.
    pub seal: Hash,
}

impl Trust {
    /// The version that this program writes and reads.
    pub const VERSION: u32 = 1;

    /// A new, unmanaged installation.
    #[must_use]
    pub const fn new(installation: InstallationId) -> Self {
        Self {
            v: Self::VERSION,
            installation,
            connection: None,
            user: None,
            token: None,
            root: None,
            keys: None,
            head: None,
            list: None,
            seen: Number::ZERO,
            refused: None,
            contact: None,
            latest: Timestamp::from_millis(0),
            cached_upload: None,
            acknowledged: 0,
        }
    }

    /// Seals the record for this machine.
    #[must_use]
    pub fn seal(&self, machine: &Hash) -> SealedTrust {
        let bytes = super::write_json(self);
        let seal = seal(&bytes, machine);
        SealedTrust { bytes, machine: *machine, seal }
    }
}

impl SealedTrust {
    /// Opens the record on this machine.
    ///
    /// # Errors
    ///
    /// [`Code::CacheOtherMachine`], [`Code::CacheDamaged`] when a byte was changed, [`Code::CacheNewer`] when a newer
    /// program wrote it.
    pub fn open(&self, machine: &Hash) -> Result<Trust, Code> {
        if self.machine != *machine {
            return Err(Code::CacheOtherMachine);
        }
        if !bool::from(seal(&self.bytes, machine).as_bytes().ct_eq(self.seal.as_bytes())) {
            return Err(Code::CacheDamaged);
        }
        let form: Form = super::read_json(&self.bytes).map_err(|_| Code::CacheDamaged)?;
        if form.v > Trust::VERSION {
            return Err(Code::CacheNewer);
        }
        super::read_json(&self.bytes).map_err(|_| Code::CacheDamaged)
    }
}

#[derive(Deserialize)]
struct Form {
    v: u32,
}

fn seal(bytes: &[u8], machine: &Hash) -> Hash {
    let mut key = b"SBM cache v1\0".to_vec();
    key.extend_from_slice(machine.as_bytes());
    // HMAC takes keys of any length; without one there is no seal that fits, and the record does not open.
    hmac::Hmac::<sha2::Sha256>::new_from_slice(&key).map_or(Hash::from_bytes([0; 32]), |mut mac| {
        mac.update(bytes);
        Hash::from_bytes(mac.finalize().into_bytes().into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_opens_on_its_machine_and_on_no_other_off_3() {
        let (here, there) = (Hash::of(b"here"), Hash::of(b"there"));
        let trust = Trust { user: Some("carol".into()), ..Trust::new(InstallationId::from_bytes([1; 16])) };
        let sealed = trust.seal(&here);
        assert_eq!(sealed.open(&here), Ok(trust));
        assert_eq!(sealed.open(&there), Err(Code::CacheOtherMachine));
    }

    #[test]
    fn every_changed_byte_is_found_off_3() {
        let here = Hash::of(b"here");
        let sealed = Trust::new(InstallationId::from_bytes([1; 16])).seal(&here);
        for at in 0..sealed.bytes.len() {
            let mut changed = sealed.clone();
            changed.bytes[at] ^= 0x20;
            assert_eq!(changed.open(&here), Err(Code::CacheDamaged));
        }
    }
}
