//! Bytes with an Ed25519 signature behind a domain tag (DESIGN: only received bytes are verified).
//!
//! 1. What is signed is `tag ‖ bytes`; the tags differ, so that a head never passes for a key document.
//! 2. A document without a signature, with an empty one, of a key that is not known, and with one that does not fit are
//!    four different errors.
//! 3. Sizes are checked before anything else is looked at.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signer as _, Verifier as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::code::Code;
use crate::id::Hash;

/// What kind of document a signature is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// A head, signed by a signing key.
    Head,
    /// A key document, signed by the root key.
    Keys,
    /// What is left below quotas, signed by a signing key.
    Room,
    /// An erase order, signed by a key that signs nothing else. Others read it, who know no tags: its first field says what it
    /// is.
    Order,
}

impl Domain {
    const fn tag(self) -> &'static [u8] {
        match self {
            Self::Head => b"SBM head v1\0",
            Self::Keys => b"SBM keys v1\0",
            Self::Room => b"SBM room v1\0",
            Self::Order => b"",
        }
    }

    /// The most bytes a document of this kind has.
    #[must_use]
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::Head => 512,
            Self::Room | Self::Keys | Self::Order => 4_096,
        }
    }
}

/// A key's short name: the first eight bytes of the SHA-256 of its public half, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(String);

impl KeyId {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The public half of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    /// From its 32 bytes.
    ///
    /// # Errors
    ///
    /// [`Code::KeysInvalid`] when they are no point of the curve, or a weak one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Code> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| Code::KeysInvalid)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| Code::KeysInvalid)?;
        if key.is_weak() { Err(Code::KeysInvalid) } else { Ok(Self(key)) }
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Its short name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let hash = Hash::of(&self.to_bytes());
        KeyId(hash.as_bytes().iter().take(8).map(|byte| alloc::format!("{byte:02x}")).collect())
    }
}

impl Serialize for VerifyingKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(self.to_bytes()))
    }
}

impl<'de> Deserialize<'de> for VerifyingKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64.decode(text).map_err(|_| serde::de::Error::custom("a key is not base64"))?;
        Self::from_bytes(&bytes).map_err(|_| serde::de::Error::custom("a key is not an Ed25519 public key"))
    }
}

/// The secret half of a key. It is wiped when dropped and has no `Debug`.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// From 32 random bytes; the caller brings the randomness.
    #[must_use]
    pub fn from_seed(seed: &Zeroizing<[u8; 32]>) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The public half.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }

    /// Signs these bytes as a document of that kind.
    #[must_use]
    pub fn sign(&self, domain: Domain, bytes: Vec<u8>) -> Signed {
        let signature = self.0.sign(&tagged(domain, &bytes));
        Signed { bytes, key: Some(self.verifying_key().id()), signature: Some(signature.to_bytes().to_vec()) }
    }
}

/// A document as it travels and lies on disk: the bytes, the key's name and the signature.
///
/// Key and signature may be missing in what was received; [`verify`](Self::verify) tells that apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Signed {
    /// The document, as it was signed.
    #[serde(rename = "document", with = "base64_bytes")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64"))]
    pub bytes: Vec<u8>,
    /// Which key signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyId>,
    /// The 64 bytes of the signature.
    #[serde(default, with = "base64_optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<crate::openapi::Base64>"))]
    pub signature: Option<Vec<u8>>,
}

impl Signed {
    /// Checks size, presence, key and signature, in this order, and gives the bytes that were signed.
    ///
    /// # Errors
    ///
    /// [`Code::DocumentTooLarge`], [`Code::HeadUnsigned`], [`Code::HeadSignatureStripped`], [`Code::HeadWrongKey`] when
    /// no key of that name is given, [`Code::HeadSignatureInvalid`]. For a key document all but the first are
    /// [`Code::KeysInvalid`].
    pub fn verify(&self, domain: Domain, keys: &[VerifyingKey]) -> Result<&[u8], Code> {
        if self.bytes.len() > domain.max_bytes() {
            return Err(Code::DocumentTooLarge);
        }
        self.check_signature(domain, keys).map_err(|code| match domain {
            Domain::Head | Domain::Room | Domain::Order => code,
            Domain::Keys => Code::KeysInvalid,
        })?;
        Ok(&self.bytes)
    }

    fn check_signature(&self, domain: Domain, keys: &[VerifyingKey]) -> Result<(), Code> {
        let signature = self.signature.as_ref().ok_or(Code::HeadUnsigned)?;
        let name = self.key.as_ref().ok_or(Code::HeadUnsigned)?;
        let signature: &[u8; 64] = signature.as_slice().try_into().map_err(|_| Code::HeadSignatureStripped)?;
        let key = keys.iter().find(|key| key.id() == *name).ok_or(Code::HeadWrongKey)?;
        key.0
            .verify(&tagged(domain, &self.bytes), &ed25519_dalek::Signature::from_bytes(signature))
            .map_err(|_| Code::HeadSignatureInvalid)
    }
}

fn tagged(domain: Domain, bytes: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(domain.tag().len() + bytes.len());
    message.extend_from_slice(domain.tag());
    message.extend_from_slice(bytes);
    message
}

/// Bytes as base64 text in JSON.
pub mod base64_bytes {
    use super::BASE64;
    use alloc::string::String;
    use alloc::vec::Vec;
    use base64::Engine as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    /// Writes the bytes as base64.
    ///
    /// # Errors
    ///
    /// The serializer's own.
    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(bytes))
    }

    /// Reads base64.
    ///
    /// # Errors
    ///
    /// When the text is not base64.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64.decode(text).map_err(|_| serde::de::Error::custom("not base64"))
    }
}

/// Bytes that may be missing, as base64 text in JSON.
pub mod base64_optional {
    use super::BASE64;
    use alloc::string::String;
    use alloc::vec::Vec;
    use base64::Engine as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    /// Writes the bytes as base64, or `null`.
    ///
    /// # Errors
    ///
    /// The serializer's own.
    pub fn serialize<S: Serializer>(bytes: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
        match bytes {
            Some(bytes) => serializer.serialize_str(&BASE64.encode(bytes)),
            None => serializer.serialize_none(),
        }
    }

    /// Reads base64, or nothing.
    ///
    /// # Errors
    ///
    /// When the text is not base64.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| BASE64.decode(text).map_err(|_| serde::de::Error::custom("not base64")))
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&Zeroizing::new([seed; 32]))
    }

    #[test]
    fn what_was_signed_is_verified_and_nothing_else() {
        let signed = key(1).sign(Domain::Head, b"document".to_vec());
        let keys = [key(2).verifying_key(), key(1).verifying_key()];
        assert_eq!(signed.verify(Domain::Head, &keys), Ok(&b"document"[..]));
        for index in 0..signed.bytes.len() {
            for bit in 0..8 {
                let mut flipped = signed.clone();
                flipped.bytes[index] ^= 1 << bit;
                assert_eq!(flipped.verify(Domain::Head, &keys), Err(Code::HeadSignatureInvalid));
            }
        }
    }

    #[test]
    fn each_fault_of_a_signature_has_its_own_error_off_3() {
        let signed = key(1).sign(Domain::Head, b"document".to_vec());
        let keys = [key(1).verifying_key()];
        let cases = [
            (Signed { signature: None, ..signed.clone() }, Code::HeadUnsigned),
            (Signed { key: None, ..signed.clone() }, Code::HeadUnsigned),
            (Signed { signature: Some(alloc::vec![]), ..signed.clone() }, Code::HeadSignatureStripped),
            (Signed { signature: Some(alloc::vec![0; 63]), ..signed.clone() }, Code::HeadSignatureStripped),
            (key(3).sign(Domain::Head, b"document".to_vec()), Code::HeadWrongKey),
            (Signed { bytes: b"Document".to_vec(), ..signed.clone() }, Code::HeadSignatureInvalid),
            (Signed { bytes: alloc::vec![0; 513], ..signed.clone() }, Code::DocumentTooLarge),
        ];
        for (document, code) in cases {
            assert_eq!(document.verify(Domain::Head, &keys), Err(code));
        }
    }

    #[test]
    fn a_document_of_one_kind_does_not_pass_for_another_off_3() {
        let keys = [key(1).verifying_key()];
        let signed = |domain| key(1).sign(domain, b"document".to_vec());
        assert_eq!(signed(Domain::Head).verify(Domain::Keys, &keys), Err(Code::KeysInvalid));
        assert_eq!(signed(Domain::Head).verify(Domain::Room, &keys), Err(Code::HeadSignatureInvalid));
        assert_eq!(signed(Domain::Room).verify(Domain::Head, &keys), Err(Code::HeadSignatureInvalid));
    }
}
