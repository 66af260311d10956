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
use crate::name::key;
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
    /// How much room was left at the last contact, beside the head (ACC-5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<Signed>,
    /// The number of the host's last word about what it stores that the server heard; 0 for none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub heard: u64,
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
    /// What the management connection is locked to (USR-9). A record of version 0.1 has none: there the login is the lock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<Lock>,
}

/// The management connection after its first valid test: read-only, until an administrator of that server changes it
/// (USR-9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The server, as it was confirmed.
    pub connection: ConnectionString,
    /// The login name as it was typed: `name`, or `account>name` in full.
    pub user: String,
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
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
            room: None,
            heard: 0,
            seen: Number::ZERO,
            refused: None,
            contact: None,
            latest: Timestamp::from_millis(0),
            cached_upload: None,
            acknowledged: 0,
            lock: None,
        }
    }

    /// What the connection is locked to. A login of version 0.1, which knew no lock, counts as one.
    #[must_use]
    pub fn locked(&self) -> Option<Lock> {
        let login = || Some(Lock { connection: self.connection.clone()?, user: self.user.clone()? });
        self.lock.clone().or_else(login)
    }

    /// Whether the lock admits a login by this name. Version 0.1 kept the user's name without his account: there the last
    /// part of a full name counts.
    #[must_use]
    pub fn admits_user(&self, login: &str) -> bool {
        match (&self.lock, self.locked()) {
            (Some(lock), _) => lock.is_user(login),
            (None, Some(login_of_before)) => login_of_before.is_user(login.rsplit('>').next().unwrap_or(login)),
            (None, None) => true,
        }
    }

    /// Whether the lock admits this server; `pins` are the CAs that the server's newest key document names.
    #[must_use]
    pub fn admits_server(&self, connection: &ConnectionString, pins: &[Hash]) -> bool {
        self.locked().is_none_or(|lock| lock.is_server(connection, pins))
    }

    /// Seals the record for this machine.
    #[must_use]
    pub fn seal(&self, machine: &Hash) -> SealedTrust {
        let bytes = super::write_json(self);
        let seal = seal(&bytes, machine);
        SealedTrust { bytes, machine: *machine, seal }
    }
}

impl Lock {
    /// Whether this is a login of the same user: cases, and blanks around the parts of a full name, are no difference.
    /// Another account's user of the same name is another user.
    #[must_use]
    pub fn is_user(&self, login: &str) -> bool {
        spelling(&self.user) == spelling(login)
    }

    /// Whether this is the same server: the place, and the CA that was confirmed or one that the server's own key document
    /// put in its place since.
    #[must_use]
    pub fn is_server(&self, connection: &ConnectionString, pins: &[Hash]) -> bool {
        let locked = &self.connection;
        let same_ca = locked.ca == connection.ca || connection.ca.is_some_and(|ca| locked.ca.is_some() && pins.contains(&ca));
        same_ca && locked.port == connection.port && locked.host.eq_ignore_ascii_case(&connection.host)
    }
}

fn spelling(login: &str) -> String {
    let parts: Vec<String> = login.split('>').map(|part| key(part.trim())).collect();
    parts.join(">")
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
    fn a_lock_knows_its_user_and_its_server_in_every_spelling_and_no_other_usr_9() {
        let at = |text: &str| text.parse::<ConnectionString>().unwrap();
        let (pin, next) = (Hash::of(b"ca"), Hash::of(b"next ca"));
        let lock = Lock { connection: at(&alloc::format!("sbm://srv:8100#ca-sha256={pin}")), user: "acme>carol".into() };
        for same in ["acme>carol", "ACME > Carol", " acme>carol "] {
            assert!(lock.is_user(same), "{same}");
        }
        for other in ["carol", "other>carol", "acme>dora", "", "acme>carol>x"] {
            assert!(!lock.is_user(other), "{other}");
        }
        let server = |text: &str, ca: Option<Hash>| lock.is_server(&ConnectionString { ca, ..at(text) }, &[pin, next]);
        assert!(server("sbm://srv", Some(pin)) && server("sbm://SRV:8100", Some(pin)));
        assert!(server("sbm://srv", Some(next)), "the server's own key document vouches for its next CA");
        for (text, ca) in [("sbm://srv:8101", Some(pin)), ("sbm://other", Some(pin)), ("sbm://srv", None)] {
            assert!(!server(text, ca), "{text} {ca:?}");
        }
        assert!(!server("sbm://srv", Some(Hash::of(b"another"))));
        let open = Lock { connection: at("sbm://srv"), ..lock };
        assert!(!open.is_server(&ConnectionString { ca: Some(pin), ..at("sbm://srv") }, &[pin]));
    }

    #[test]
    fn a_login_of_before_there_were_locks_counts_as_one_usr_9() {
        let mut trust = Trust::new(InstallationId::from_bytes([1; 16]));
        assert_eq!(trust.locked(), None);
        trust.connection = Some("sbm://srv".parse().unwrap());
        trust.user = Some("carol".into());
        let locked = trust.locked().unwrap();
        assert!(locked.is_user("carol") && !locked.is_user("dora"));
        assert!(trust.admits_user("carol") && trust.admits_user("acme > Carol") && !trust.admits_user("carol>dora"));
        assert!(trust.admits_server(&"sbm://srv:8100".parse().unwrap(), &[]));
        assert!(!trust.admits_server(&"sbm://srv:8101".parse().unwrap(), &[]));
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
