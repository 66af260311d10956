//! What a backup account is besides a node of the tree: a login of its own, and one machine's (ACC-11, ACC-12).
//!
//! Its login is a user who belongs to it and has no name of his own: whoever names the account in full and proves the secret,
//! which is that user's password. Nobody sets it but who knows it, and the user comes and goes with the account.

use serde::{Deserialize, Serialize};

use super::lease::Lease;
use crate::id::UserId;

/// The silo of one machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Silo {
    /// The user whose password is the account's secret; none if it has no secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<UserId>,
    /// On which machine it is.
    #[serde(default)]
    pub lease: Lease,
}

impl Silo {
    /// Whether there is nothing to it: neither a secret nor a machine that ever had it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
