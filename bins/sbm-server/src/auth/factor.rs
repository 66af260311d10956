//! What of second factors is sealed, and what is made by chance (RUN-8).
//!
//! 1. The key of an authenticator is sealed under the server's own secret `factor`, with its user in the seal: a row of the
//!    database opens nothing by itself, and none stands for another's.
//! 2. Whoever enrols holds his new key in a *ticket*, sealed in the same way, until he has sent a code made with it. Nothing is
//!    kept of an enrolment that is not finished.
//! 3. Addresses for codes are sealed likewise, and so is the ticket of one that waits for its code.
//! 4. A code that was sent is kept by its HMAC under that secret, over what it is for: there are so few codes that a plain hash
//!    would tell them to whoever reads the database.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sbm_core::code::Code;
use sbm_core::factor::recovery::{self, RecoveryCode};
use sbm_core::factor::totp::KEY;
use sbm_core::factor::{Address, Channel, SentCode};
use sbm_core::id::{Hash, UserId};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::session::Secret;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::pki::seal::{seal, unseal};
use crate::store::secrets::{NONCE, Sealed};

/// How the token of a half-login begins; no other token begins so.
const HALF: &str = "sbmh_";
/// What stands before a ticket's content in its seal.
const TICKET: &[u8] = b"SBM factor ticket v1";
/// The same for the ticket of an address.
const ADDRESS_TICKET: &[u8] = b"SBM address ticket v1";
/// What stands before what a code that was sent is hashed with.
const SENT: &[u8] = b"SBM sent code v1";

/// The key under which the keys of authenticators are sealed. It is wiped when dropped and has no `Debug`.
pub struct FactorKey(Zeroizing<[u8; 32]>);

/// An enrolment that waits for its first code.
pub struct Ticket {
    /// Who enrols.
    pub user: UserId,
    /// From when on it is void.
    pub expires: Timestamp,
    /// The key of his authenticator.
    pub key: Zeroizing<[u8; KEY]>,
}

/// An address that waits for the code that was sent to it.
#[derive(Debug, PartialEq, Eq)]
pub struct AddressTicket {
    /// Whose it is to be.
    pub user: UserId,
    /// From when on it is void.
    pub expires: Timestamp,
    /// The address.
    pub address: Address,
}

impl FactorKey {
    /// From 32 random bytes.
    #[must_use]
    pub const fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// Seals the key of a user's authenticator.
    ///
    /// # Errors
    ///
    /// [`Code::Internal`] when the operating system gives no random bytes.
    pub fn seal(&self, user: UserId, key: &[u8]) -> Result<Sealed, Code> {
        self.sealed(&covered(user), key)
    }

    /// The key of a user's authenticator; `None` when the row is not what was sealed for him.
    #[must_use]
    pub fn unseal(&self, user: UserId, sealed: &Sealed) -> Option<Zeroizing<Vec<u8>>> {
        unseal(&self.0, &covered(user), sealed)
    }

    /// The text of a ticket.
    ///
    /// # Errors
    ///
    /// As [`seal`](Self::seal).
    pub fn ticket(&self, ticket: &Ticket) -> Result<Secret, Code> {
        let mut content = Zeroizing::new(Vec::with_capacity(12 + KEY));
        content.extend(ticket.user.0.to_be_bytes());
        content.extend(ticket.expires.as_millis().to_be_bytes());
        content.extend(ticket.key.iter());
        let Sealed { nonce, bytes } = self.sealed(TICKET, &content)?;
        Ok(Secret::new(BASE64.encode([nonce.as_slice(), &bytes].concat())))
    }

    /// Reads a ticket that came back; `None` when this server did not make it.
    #[must_use]
    pub fn read_ticket(&self, text: &str) -> Option<Ticket> {
        let bytes = BASE64.decode(text).ok()?;
        let (nonce, bytes) = bytes.split_first_chunk::<NONCE>()?;
        let content = unseal(&self.0, TICKET, &Sealed { nonce: *nonce, bytes: bytes.to_vec() })?;
        let (user, rest) = content.split_first_chunk::<4>()?;
        let (expires, key) = rest.split_first_chunk::<8>()?;
        Some(Ticket {
            user: UserId(u32::from_be_bytes(*user)),
            expires: Timestamp::from_millis(i64::from_be_bytes(*expires)),
            key: Zeroizing::new(key.try_into().ok()?),
        })
    }

    /// Seals an address of a user.
    ///
    /// # Errors
    ///
    /// As [`seal`](Self::seal).
    pub fn seal_address(&self, user: UserId, address: &Address) -> Result<Sealed, Code> {
        self.sealed(&covered_address(user, address.channel()), address.as_str().as_bytes())
    }

    /// The address of a user; `None` when the row is not what was sealed for him there.
    #[must_use]
    pub fn unseal_address(&self, user: UserId, channel: Channel, sealed: &Sealed) -> Option<Address> {
        let text = unseal(&self.0, &covered_address(user, channel), sealed)?;
        Address::parse(channel, std::str::from_utf8(&text).ok()?).ok()
    }

    /// The text of the ticket of an address.
    ///
    /// # Errors
    ///
    /// As [`seal`](Self::seal).
    pub fn address_ticket(&self, ticket: &AddressTicket) -> Result<Secret, Code> {
        let mut content = ticket.user.0.to_be_bytes().to_vec();
        content.extend(ticket.expires.as_millis().to_be_bytes());
        content.push(ticket.address.channel().number());
        content.extend(ticket.address.as_str().as_bytes());
        let Sealed { nonce, bytes } = self.sealed(ADDRESS_TICKET, &content)?;
        Ok(Secret::new(BASE64.encode([nonce.as_slice(), &bytes].concat())))
    }

    /// Reads the ticket of an address that came back; `None` when this server did not make it.
    #[must_use]
    pub fn read_address_ticket(&self, text: &str) -> Option<AddressTicket> {
        let bytes = BASE64.decode(text).ok()?;
        let (nonce, bytes) = bytes.split_first_chunk::<NONCE>()?;
        let content = unseal(&self.0, ADDRESS_TICKET, &Sealed { nonce: *nonce, bytes: bytes.to_vec() })?;
        let (user, rest) = content.split_first_chunk::<4>()?;
        let (expires, rest) = rest.split_first_chunk::<8>()?;
        let (channel, address) = rest.split_first()?;
        Some(AddressTicket {
            user: UserId(u32::from_be_bytes(*user)),
            expires: Timestamp::from_millis(i64::from_be_bytes(*expires)),
            address: Address::parse(Channel::from_number(*channel)?, std::str::from_utf8(address).ok()?).ok()?,
        })
    }

    /// What is kept of a code that is sent to a user for that.
    #[must_use]
    pub fn sent_code(&self, user: UserId, bound: &Hash, code: &SentCode) -> Hash {
        // A key of any length is allowed, so that the other branch is never taken.
        Hmac::<Sha256>::new_from_slice(self.0.as_slice()).map_or_else(
            |_| Hash::of(&[]),
            |mut mac| {
                mac.update(SENT);
                mac.update(&user.0.to_be_bytes());
                mac.update(bound.as_bytes());
                mac.update(code.digits());
                Hash::from_bytes(mac.finalize().into_bytes().into())
            },
        )
    }

    fn sealed(&self, covered: &[u8], secret: &[u8]) -> Result<Sealed, Code> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| Code::Internal)?;
        seal(&self.0, nonce, covered, secret).ok_or(Code::Internal)
    }
}

fn covered(user: UserId) -> Vec<u8> {
    format!("SBM factor v1 {}", user.0).into_bytes()
}

fn covered_address(user: UserId, channel: Channel) -> Vec<u8> {
    format!("SBM factor address v1 {} {channel}", user.0).into_bytes()
}

/// A code that is to be sent.
///
/// # Errors
///
/// As [`new_key`].
pub fn new_sent_code() -> Result<SentCode, Code> {
    Ok(SentCode::from_random(*random::<8>()?))
}

/// The key of a new authenticator.
///
/// # Errors
///
/// [`Code::Internal`] when the operating system gives no random bytes; so below.
pub fn new_key() -> Result<Zeroizing<[u8; KEY]>, Code> {
    random()
}

/// As many recovery codes as a user has.
///
/// # Errors
///
/// As [`new_key`].
pub fn new_recovery_codes() -> Result<Vec<RecoveryCode>, Code> {
    (0..recovery::COUNT).map(|_| Ok(RecoveryCode::from_random(&*random()?))).collect()
}

/// The token of a half-login, and what is kept of it.
///
/// # Errors
///
/// As [`new_key`].
pub fn new_half_token() -> Result<(Secret, Hash), Code> {
    let text = Zeroizing::new(format!("{HALF}{}", BASE64.encode(random::<32>()?.as_slice())));
    Ok((Secret::new(text.as_str()), Hash::of(text.as_bytes())))
}

/// By what the half-login of a token is found; `None` for what is no such token.
#[must_use]
pub fn half_token(text: &str) -> Option<Hash> {
    text.starts_with(HALF).then(|| Hash::of(text.as_bytes()))
}

fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, Code> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| Code::Internal)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn key(byte: u8) -> FactorKey {
        FactorKey::new(Zeroizing::new([byte; 32]))
    }

    #[test]
    fn a_sealed_key_opens_for_its_user_under_its_secret_and_nowhere_else_run_8() {
        let sealed = key(1).seal(UserId(7), b"the key").unwrap();
        assert_eq!(key(1).unseal(UserId(7), &sealed).unwrap().as_slice(), b"the key");
        assert!(!sealed.bytes.windows(7).any(|window| window == b"the key"));
        assert!(key(2).unseal(UserId(7), &sealed).is_none() && key(1).unseal(UserId(8), &sealed).is_none());
        for at in 0..sealed.bytes.len() {
            let mut changed = sealed.clone();
            changed.bytes[at] ^= 1;
            assert!(key(1).unseal(UserId(7), &changed).is_none(), "{at}");
        }
    }

    #[test]
    fn a_ticket_is_read_back_by_the_secret_that_made_it_and_shows_nothing_run_8() {
        let ticket = Ticket { user: UserId(7), expires: Timestamp::from_millis(-5), key: Zeroizing::new([9; KEY]) };
        let text = key(1).ticket(&ticket).unwrap();
        let read = key(1).read_ticket(text.reveal()).unwrap();
        assert_eq!((read.user, read.expires, *read.key), (UserId(7), Timestamp::from_millis(-5), [9; KEY]));
        assert!(key(2).read_ticket(text.reveal()).is_none());
        let shown = BASE64.decode(text.reveal()).unwrap();
        assert!(!shown.windows(4).any(|window| window == [9; 4]));
        let sealed = key(1).seal(UserId(7), b"another thing of that length....").unwrap();
        let other = BASE64.encode([sealed.nonce.as_slice(), &sealed.bytes].concat());
        for bad in ["", "AAAA", "!", &other, &text.reveal()[1..], &format!("{}A", text.reveal()), &"A".repeat(100_000)] {
            assert!(key(1).read_ticket(bad).is_none(), "{bad:.40}");
        }
    }

    #[test]
    fn what_is_made_by_chance_is_made_anew_each_time_run_8() {
        let keys: BTreeSet<_> = (0..50).map(|_| *new_key().unwrap()).collect();
        let codes: BTreeSet<_> = (0..5).flat_map(|_| new_recovery_codes().unwrap()).map(|code| code.hash()).collect();
        let tokens: BTreeSet<_> = (0..50).map(|_| new_half_token().unwrap().1).collect();
        assert_eq!((keys.len(), codes.len(), tokens.len()), (50, 50, 50));
    }

    #[test]
    fn an_address_opens_for_its_user_and_its_channel_and_its_ticket_shows_nothing_run_8() {
        let address = Address::parse(Channel::Email, "anna@example.org").unwrap();
        let sealed = key(1).seal_address(UserId(7), &address).unwrap();
        assert_eq!(key(1).unseal_address(UserId(7), Channel::Email, &sealed), Some(address.clone()));
        assert!(!sealed.bytes.windows(4).any(|window| window == b"anna"));
        assert_eq!(key(1).unseal_address(UserId(8), Channel::Email, &sealed), None);
        assert_eq!(key(1).unseal_address(UserId(7), Channel::Sms, &sealed), None);
        assert_eq!(key(2).unseal_address(UserId(7), Channel::Email, &sealed), None);
        let ticket = AddressTicket { user: UserId(7), expires: Timestamp::from_millis(5), address };
        let text = key(1).address_ticket(&ticket).unwrap();
        assert_eq!(key(1).read_address_ticket(text.reveal()), Some(ticket));
        assert_eq!(key(2).read_address_ticket(text.reveal()), None);
        assert!(key(1).read_ticket(text.reveal()).is_none(), "it is another kind of ticket");
        assert!(!BASE64.decode(text.reveal()).unwrap().windows(4).any(|window| window == b"anna"));
        for bad in ["", "AAAA", "!", &text.reveal()[1..]] {
            assert_eq!(key(1).read_address_ticket(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_code_is_kept_under_the_secret_for_its_user_and_what_it_is_for_run_8() {
        let (code, other) = (SentCode::from_random([1; 8]), SentCode::from_random([2; 8]));
        let (one, two) = (Hash::of(b"one"), Hash::of(b"two"));
        let kept = key(1).sent_code(UserId(7), &one, &code);
        let all: BTreeSet<Hash> = [
            kept,
            key(2).sent_code(UserId(7), &one, &code),
            key(1).sent_code(UserId(8), &one, &code),
            key(1).sent_code(UserId(7), &two, &code),
            key(1).sent_code(UserId(7), &one, &other),
            Hash::of(code.digits()),
        ]
        .into();
        assert_eq!(all.len(), 6);
        assert_eq!(key(1).sent_code(UserId(7), &one, &SentCode::from_random([1; 8])), kept);
        let made: BTreeSet<_> = (0..50).map(|_| new_sent_code().unwrap().text().to_string()).collect();
        assert!(made.len() > 45, "{made:?}");
    }

    #[test]
    fn no_other_token_is_that_of_a_half_login_run_8() {
        let (text, hash) = new_half_token().unwrap();
        assert_eq!(half_token(text.reveal()), Some(hash));
        for bad in ["", "sbmc_AAAA", "sbmd_AAAA", "SBMH_AAAA", " sbmh_AAAA"] {
            assert_eq!(half_token(bad), None, "{bad}");
        }
    }
}
