//! Erase orders, as administrators see them (ACC-8).

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::cache::signed::KeyId;
use crate::id::{AccountId, OrderId};
use crate::time::Timestamp;

/// An order to the storage to erase what a deleted account stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct EraseOrder {
    /// By which the storage knows it again.
    pub id: OrderId,
    /// The account, by the full name that it had.
    pub account: String,
    /// The number of the account, as the order has it.
    pub account_id: AccountId,
    /// When the account was deleted: what was stored up to then goes.
    pub deleted: Timestamp,
    /// When the storage acknowledged it, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Timestamp>,
    /// How often it was sent since it was made, or since somebody wanted it sent again.
    pub tries: u32,
    /// When it was sent last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<Timestamp>,
    /// When it is sent next; nothing if it is done, or if nobody said where to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Timestamp>,
    /// Why it is not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// The public half of the key that signs erase orders. It stays the same for as long as the server's root key does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct EraseKey {
    /// Its short name: what orders have in `server`.
    pub id: KeyId,
    /// The key in PEM, as `openssl` reads it.
    pub pem: String,
}
