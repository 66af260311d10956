//! Tokens: `sbmc_`, `sbmd_` or `sbma_` and, in base64url, an id, 256 random bits and a short MAC (RUN-7, DESIGN 3.10).
//!
//! 1. The prefix is the audience: `c` for a console, `d` for a device, `a` for a program that acts as a user (RUN-11). The MAC
//!    covers it, so that none passes for another.
//! 2. The MAC lets a forged token be refused before anything is looked up; it proves nothing by itself.
//! 3. Only the SHA-256 of a token is kept. It is compared in constant time.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sbm_core::code::Code;
use sbm_core::id::Hash;
use sbm_core::wire::v1::session::{Audience, Secret};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

const ID: usize = 8;
const RANDOM: usize = 32;
const MAC: usize = 8;
const PREFIX: usize = 5;
/// 48 bytes are 64 characters.
const ENCODED: usize = 64;

/// The key that marks tokens as this server's. It is wiped when dropped and has no `Debug`.
#[derive(Clone)]
pub struct TokenKey(Zeroizing<[u8; 32]>);

/// A token that was just made. Its text is told once.
#[derive(Debug)]
pub struct IssuedToken {
    /// The text.
    pub text: Secret,
    /// What is kept of it.
    pub hash: Hash,
}

/// A token that this server made, once: whether it still counts is for the [sessions](super::Sessions) to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParsedToken {
    /// The session's id.
    pub id: u64,
    /// What it may be used for.
    pub audience: Audience,
    /// To be compared with what is kept.
    pub hash: Hash,
}

impl TokenKey {
    /// From 32 random bytes.
    #[must_use]
    pub const fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// Makes the token of a new session.
    ///
    /// # Errors
    ///
    /// `internal` when the operating system gives no random bytes.
    pub fn issue(&self, audience: Audience, id: u64) -> Result<IssuedToken, Code> {
        let mut bytes = Zeroizing::new([0_u8; ID + RANDOM + MAC]);
        let (head, mac) = bytes.split_at_mut(ID + RANDOM);
        let (id_bytes, random) = head.split_at_mut(ID);
        id_bytes.copy_from_slice(&id.to_be_bytes());
        getrandom::fill(random).map_err(|_| Code::Internal)?;
        mac.copy_from_slice(&self.mac(audience, head));
        let mut text = String::with_capacity(PREFIX + ENCODED);
        text.push_str(prefix(audience));
        BASE64.encode_string(bytes.as_slice(), &mut text);
        let hash = Hash::of(text.as_bytes());
        Ok(IssuedToken { text: Secret::new(text), hash })
    }

    /// Reads a token that came with a request. Nothing is looked up for it.
    ///
    /// # Errors
    ///
    /// `token_refused` when this server did not make it.
    pub fn parse(&self, text: &str) -> Result<ParsedToken, Code> {
        let (prefix, encoded) = text.split_at_checked(PREFIX).ok_or(Code::TokenRefused)?;
        let audience = audience(prefix).ok_or(Code::TokenRefused)?;
        if encoded.len() != ENCODED {
            return Err(Code::TokenRefused);
        }
        let bytes = Zeroizing::new(BASE64.decode(encoded).map_err(|_| Code::TokenRefused)?);
        let (head, mac) = bytes.split_at_checked(ID + RANDOM).ok_or(Code::TokenRefused)?;
        let (id, _random) = head.split_first_chunk::<ID>().ok_or(Code::TokenRefused)?;
        if bool::from(self.mac(audience, head).as_slice().ct_eq(mac)) {
            Ok(ParsedToken { id: u64::from_be_bytes(*id), audience, hash: Hash::of(text.as_bytes()) })
        } else {
            Err(Code::TokenRefused)
        }
    }

    fn mac(&self, audience: Audience, head: &[u8]) -> [u8; MAC] {
        // A key of any length is allowed, so that the branch without a MAC is never taken; zeros would verify nothing
        // that `issue` did not make the same way.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_slice()) else { return [0; MAC] };
        mac.update(prefix(audience).as_bytes());
        mac.update(head);
        let whole = mac.finalize().into_bytes();
        let mut short = [0; MAC];
        for (to, from) in short.iter_mut().zip(whole) {
            *to = from;
        }
        short
    }
}

/// Whether two hashes are the same, in a time that does not tell where they differ.
#[must_use]
pub fn same_hash(one: &Hash, two: &Hash) -> bool {
    one.as_bytes().ct_eq(two.as_bytes()).into()
}

/// What a text says it is a token for; whether it is one, [`TokenKey::parse`] says.
#[must_use]
pub fn said_audience(text: &str) -> Option<Audience> {
    text.split_at_checked(PREFIX).and_then(|(prefix, _)| audience(prefix))
}

const fn prefix(audience: Audience) -> &'static str {
    match audience {
        Audience::Console => "sbmc_",
        Audience::Device => "sbmd_",
        Audience::Api => "sbma_",
    }
}

fn audience(prefix: &str) -> Option<Audience> {
    match prefix {
        "sbmc_" => Some(Audience::Console),
        "sbmd_" => Some(Audience::Device),
        "sbma_" => Some(Audience::Api),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> TokenKey {
        TokenKey::new(Zeroizing::new([byte; 32]))
    }

    #[test]
    fn a_token_is_read_by_the_server_that_made_it_run_7() {
        for audience in [Audience::Console, Audience::Device, Audience::Api] {
            let token = key(1).issue(audience, 0xfeed).unwrap();
            let parsed = key(1).parse(token.text.reveal()).unwrap();
            assert_eq!(parsed, ParsedToken { id: 0xfeed, audience, hash: token.hash });
            assert_eq!(key(2).parse(token.text.reveal()), Err(Code::TokenRefused));
        }
    }

    #[test]
    fn two_tokens_share_nothing_but_their_form() {
        let (one, two) = (key(1).issue(Audience::Device, 7).unwrap(), key(1).issue(Audience::Device, 7).unwrap());
        assert_ne!(one.text, two.text);
        assert_eq!(one.text.reveal().len(), PREFIX + ENCODED);
        assert!(one.text.reveal().starts_with("sbmd_"));
    }

    #[test]
    fn a_changed_token_is_refused_wherever_it_is_changed_run_7() {
        let token = key(1).issue(Audience::Console, 1).unwrap();
        let text = token.text.reveal();
        for at in 0..text.len() {
            for other in ['A', 'b', '_', '=', ' '] {
                let mut changed: Vec<char> = text.chars().collect();
                if changed[at] != other {
                    changed[at] = other;
                    let changed: String = changed.into_iter().collect();
                    assert_eq!(key(1).parse(&changed), Err(Code::TokenRefused), "{changed}");
                }
            }
        }
        let (swapped, lifted) = (text.replace("sbmc_", "sbmd_"), text.replace("sbmc_", "sbma_"));
        for bad in
            ["", "sbmc_", "sbma_", &swapped, &lifted, &text[..68], &format!("{text}A"), &"é".repeat(40), &"A".repeat(100_000)]
        {
            assert_eq!(key(1).parse(bad), Err(Code::TokenRefused));
        }
    }
}
