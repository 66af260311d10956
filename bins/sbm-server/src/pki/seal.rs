//! How the server seals what must not be read from its database: XChaCha20-Poly1305, with what it is for in the seal.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::store::secrets::{NONCE, Sealed};

/// Seals a secret under a key. `covered` says what it is for: it opens as nothing else. `None` when the cipher refuses.
///
/// # Security
///
/// The nonce is random, and given once only.
#[must_use]
pub fn seal(key: &[u8; 32], nonce: [u8; NONCE], covered: &[u8], secret: &[u8]) -> Option<Sealed> {
    let payload = Payload { msg: secret, aad: covered };
    let bytes = cipher(key).encrypt(&XNonce::from(nonce), payload).ok()?;
    Some(Sealed { nonce, bytes })
}

/// What was sealed with this key as that; `None` when this is not so.
#[must_use]
pub fn unseal(key: &[u8; 32], covered: &[u8], sealed: &Sealed) -> Option<Zeroizing<Vec<u8>>> {
    let payload = Payload { msg: &sealed.bytes, aad: covered };
    cipher(key).decrypt(&XNonce::from(sealed.nonce), payload).ok().map(Zeroizing::new)
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(*key))
}
