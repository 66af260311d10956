//! Erase orders: what the storage is told when an account was deleted (ACC-8).
//!
//! 1. An order says which account, and up to which moment what was stored for it is to go: whoever takes that name later keeps
//!    what is stored then.
//! 2. It travels as JSON with an Ed25519 signature over exactly those bytes, by a key that signs nothing else. An order is the
//!    same bytes each time it is sent.
//! 3. It may come more than once: who receives it knows it again by its id. It is done when the answer says that id.
//! 4. Until then it is sent again, a minute later at first and six hours later at last.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

use crate::cache::VerifyingKey;
use crate::cache::signed::KeyId;
use crate::id::{AccountId, OrderId};
use crate::time::{HOUR, MINUTE, Timestamp};

/// What an order says it is.
pub const TYPE: &str = "sbm-erase-order-1";
/// The header that has the signature, in base64.
pub const SIGNATURE_HEADER: &str = "sbm-signature";
/// The longest time between two attempts, in milliseconds.
pub const LONGEST: i64 = 6 * HOUR;

/// An order to erase what an account stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// By which it is known again.
    pub id: OrderId,
    /// The account that was deleted.
    pub account: AccountId,
    /// Its full name then.
    pub name: String,
    /// When it was deleted: what was stored up to then goes.
    pub deleted: Timestamp,
}

/// An order as it is sent. The first field says what it is.
#[derive(Serialize)]
struct Document<'a> {
    r#type: &'static str,
    order: OrderId,
    server: &'a KeyId,
    account_id: AccountId,
    account: &'a str,
    deleted: Timestamp,
}

/// What an answer must say.
#[derive(Deserialize)]
struct Acknowledgement {
    order: OrderId,
}

impl Order {
    /// What is sent and signed. `server` names the key: of several servers each has its own.
    #[must_use]
    pub fn document(&self, server: &KeyId) -> Vec<u8> {
        let Self { id, account, name, deleted } = self;
        let document = Document { r#type: TYPE, order: *id, server, account_id: *account, account: name, deleted: *deleted };
        serde_json::to_vec(&document).unwrap_or_default()
    }

    /// Whether that answer acknowledges it: a status of success, and JSON with its id in the field `order`.
    ///
    /// # Errors
    ///
    /// Why it does not, as one sentence.
    pub fn acknowledged(&self, status: u16, content: &[u8]) -> Result<(), String> {
        if !(200..300).contains(&status) {
            return Err(format!("the answer has the status {status} instead of 200"));
        }
        match serde_json::from_slice::<Acknowledgement>(content) {
            Ok(said) if said.order == self.id => Ok(()),
            Ok(said) => Err(format!("the answer is about the order `{}`", said.order)),
            Err(_) => {
                Err("the answer does not say the order's id; answer with JSON that has it in the field `order`".to_string())
            }
        }
    }
}

/// How long after the attempt of that number, from 1 on, the next one is made, in milliseconds.
#[must_use]
pub fn pause(attempt: u32) -> i64 {
    // Nine times doubled is more than six hours.
    let doubled = attempt.saturating_sub(1).min(9);
    (MINUTE << doubled).min(LONGEST)
}

/// The public half of the key, in PEM as `openssl` reads it.
#[must_use]
pub fn pem(key: &VerifyingKey) -> String {
    // A SubjectPublicKeyInfo of Ed25519 (RFC 8410) is always this and the 32 bytes.
    let mut bytes: Vec<u8> = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00].into();
    bytes.extend_from_slice(&key.to_bytes());
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", BASE64.encode(bytes))
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::cache::SigningKey;
    use crate::cache::signed::Domain;

    fn order() -> Order {
        let id = OrderId::from_bytes([0xab; 16]);
        Order { id, account: AccountId(17), name: "root>Büro \"7\"".into(), deleted: Timestamp::from_millis(1_795_291_485_123) }
    }

    fn key() -> SigningKey {
        SigningKey::from_seed(&Zeroizing::new([7; 32]))
    }

    #[test]
    fn an_order_is_the_same_bytes_each_time_and_frozen_acc_8() {
        let key = key();
        let sent = order().document(&key.verifying_key().id());
        let text = String::from_utf8(sent.clone()).unwrap();
        assert_eq!(
            text,
            "{\"type\":\"sbm-erase-order-1\",\"order\":\"abababababababababababababababab\",\"server\":\"fe812c12f3ab4ce6\",\
             \"account_id\":17,\"account\":\"root>Büro \\\"7\\\"\",\"deleted\":1795291485123}"
        );
        assert_eq!(key.sign(Domain::Order, sent.clone()), key.sign(Domain::Order, order().document(&key.verifying_key().id())));
        let signed = key.sign(Domain::Order, sent);
        assert!(signed.verify(Domain::Order, &[key.verifying_key()]).is_ok());
        // What it signs passes for nothing that clients believe.
        assert!(signed.verify(Domain::Head, &[key.verifying_key()]).is_err());
        assert!(signed.verify(Domain::Keys, &[key.verifying_key()]).is_err());
        let mut changed = signed.clone();
        changed.bytes[30] ^= 1;
        assert!(changed.verify(Domain::Order, &[key.verifying_key()]).is_err());
    }

    #[test]
    fn only_a_success_that_says_the_id_acknowledges_an_order_acc_8() {
        let order = order();
        let said = format!("{{\"order\":\"{}\"}}", order.id);
        for status in [200, 201, 202, 299] {
            assert_eq!(order.acknowledged(status, said.as_bytes()), Ok(()), "{status}");
        }
        let more = format!("{{\"state\":\"erased\",\"order\":\"{}\"}}\n", order.id);
        assert_eq!(order.acknowledged(200, more.as_bytes()), Ok(()));
        for status in [100, 199, 300, 301, 302, 307, 308, 400, 404, 409, 500, 503] {
            assert!(order.acknowledged(status, said.as_bytes()).is_err(), "{status}");
        }
        for content in [
            "",
            "ok",
            "{}",
            "null",
            "[]",
            "{\"order\":null}",
            "{\"order\":\"\"}",
            "{\"order\":\"00000000000000000000000000000000\"}",
        ] {
            assert!(order.acknowledged(200, content.as_bytes()).is_err(), "{content}");
        }
        assert!(order.acknowledged(200, order.id.to_string().as_bytes()).is_err(), "a text is no object");
    }

    #[test]
    fn the_pauses_double_from_a_minute_and_end_at_six_hours_acc_8() {
        let minutes: Vec<i64> = (1..=11).map(|attempt| pause(attempt) / MINUTE).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]);
        assert_eq!((pause(0), pause(u32::MAX)), (MINUTE, LONGEST));
    }

    #[test]
    fn the_key_is_written_as_rfc_8410_has_it_acc_8() {
        // The example of RFC 8410, section 10.1.
        let text = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
        let der = BASE64.decode(text).unwrap();
        let key = VerifyingKey::from_bytes(&der[12..]).unwrap();
        assert_eq!(pem(&key), format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n"));
    }
}
