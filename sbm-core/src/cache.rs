//! What a client keeps and may trust (OFF-3): the signed documents, their numbers, and how each is checked.
//!
//! 1. The server's root key signs the *key document* (signing keys, CA pins); its version is the *epoch*.
//! 2. A signing key of that document signs the *head*: what one user on one device may do, and the hash of the list.
//! 3. The *list* names the managed profiles and the hashes of their *bodies*.
//! 4. A signing key signs the *room* beside a head: what is left below the quotas above (ACC-5).
//! 5. Head + list + bodies are one unit: nothing is trusted that the chain from the root key does not reach.
//! 6. Only bytes as received are verified, behind a domain tag; nothing is serialised again for it.

pub mod head;
pub mod keys;
pub mod list;
pub mod number;
pub mod room;
pub mod signed;
pub mod trust;

pub use head::Head;
pub use keys::KeyDocument;
pub use list::{List, ListEntry, ListSetting};
pub use number::{Mark, Number};
pub use room::{RoomNote, RunRoom};
pub use signed::{Domain, Signed, SigningKey, VerifyingKey};
pub use trust::{Lock, SealedTrust, Trust};

use alloc::vec::Vec;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::code::Code;

/// Reads a document that came from outside, telling "cut off" from "not of its form".
pub(crate) fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Code> {
    serde_json::from_slice(bytes).map_err(|error| if error.is_eof() { Code::DocumentTruncated } else { Code::DocumentMalformed })
}

/// Writes a document of ours. Our own types have string keys and finite numbers only, so that this cannot fail.
pub(crate) fn write_json<T: Serialize>(document: &T) -> Vec<u8> {
    serde_json::to_vec(document).unwrap_or_default()
}
