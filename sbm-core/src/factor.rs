//! Two-factor login: codes of a phone, codes on paper, and the login that waits for one (RUN-8).
//!
//! 1. A code of a phone is that of one step of time ([`totp`]). It counts in its own step and in the one before and behind it,
//!    and only above the step that counted last: so a code works once, and none that is older than one that worked.
//! 2. A recovery code works once ([`recovery`]); the server keeps its hash.
//! 3. A code that is sent ([`sent`]) goes to an address that its owner confirmed by such a code ([`channel`]). It works once, for
//!    what it was asked for and nothing else.
//! 4. A password that was right begins a half-login ([`half`]). Ten wrong codes or ten minutes end it, and it is good for
//!    nothing but the code.
//! 5. Of whom a second factor is asked is said for roles, for everybody, or at an account for all below it ([`asked_by`]): whoever
//!    asks it has the last word, and nobody below lifts it. An account asks it of its users, and of who was given a role there or
//!    below, wherever he comes from; who stands above it by the roles of his own account is not told from below what he needs.
//!    Who has none then may do nothing at the server but enrol one: the gate of DEC-1 stands before everything else.
//!
//! Nothing in here has a clock or makes a key; what was typed and what is kept are compared in a time that does not tell
//! where they differ.

pub mod base32;
pub mod channel;
pub mod given;
pub mod half;
#[cfg(feature = "totp")]
pub mod hotp;
pub mod recovery;
pub mod sent;
#[cfg(feature = "totp")]
pub mod totp;
#[cfg(feature = "totp")]
pub mod uri;

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

pub use self::channel::{Address, Channel, Means};
pub use self::given::Given;
pub use self::half::HalfLogin;
pub use self::recovery::RecoveryCode;
pub use self::sent::SentCode;
use crate::id::{AccountId, Hash};
use crate::permission::RoleSet;
use crate::time::Timestamp;

/// A second factor as the store keeps it. The key is sealed; nobody's facts hold it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The nonce of the seal.
    pub nonce: [u8; 24],
    /// The sealed key.
    pub sealed: Vec<u8>,
    /// The step that counted last: that of the code with which it was enrolled.
    pub step: u64,
    /// When it was enrolled.
    pub since: Timestamp,
    /// The hashes of the recovery codes.
    pub recovery: Vec<Hash>,
}

/// A confirmed address as the store keeps it: sealed, and nobody's facts hold it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptAddress {
    /// The nonce of the seal.
    pub nonce: [u8; 24],
    /// The sealed address.
    pub sealed: Vec<u8>,
    /// When it was confirmed.
    pub since: Timestamp,
}

/// Who asks a second factor of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedBy {
    /// The server's rule.
    Rule,
    /// The first account that asks it of all below it: from his own up, then from those at which he was given a role.
    Account(AccountId),
}

/// Who asks a second factor of a user with these roles, if anybody does; with his account and those above it, from his own up, then
/// the same of each account at which he was given a role, and whether each asks it of all below it (RUN-8). One is enough, however
/// many do not: what is not asked somewhere lifts nothing.
#[must_use]
pub fn asked_by(rule: &FactorRule, roles: RoleSet, ways_up: impl IntoIterator<Item = (AccountId, bool)>) -> Option<AskedBy> {
    if rule.asks(roles) {
        return Some(AskedBy::Rule);
    }
    ways_up.into_iter().find(|(_, asks)| *asks).map(|(account, _)| AskedBy::Account(account))
}

/// Of whom a second factor is asked (RUN-8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct FactorRule {
    /// Of every user.
    #[serde(default)]
    pub everyone: bool,
    /// Of whoever has one of these roles.
    #[serde(default)]
    pub roles: RoleSet,
}

impl FactorRule {
    /// Whether it is asked of nobody.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it is asked of somebody with these roles.
    #[must_use]
    pub fn asks(&self, roles: RoleSet) -> bool {
        self.everyone || self.roles.iter().any(|role| roles.has(role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permission::Role;

    #[test]
    fn a_second_factor_is_asked_of_everybody_or_of_who_has_one_of_the_roles_run_8() {
        let manager = RoleSet::NONE.with(Role::Manager);
        let both = manager.with(Role::Superuser);
        let (nobody, everyone) = (FactorRule::default(), FactorRule { everyone: true, roles: RoleSet::NONE });
        let superusers = FactorRule { everyone: false, roles: RoleSet::NONE.with(Role::Superuser) };
        for (rule, roles, asked) in [
            (nobody, both, false),
            (everyone, RoleSet::NONE, true),
            (superusers, manager, false),
            (superusers, RoleSet::NONE, false),
            (superusers, both, true),
        ] {
            assert_eq!(rule.asks(roles), asked, "{rule:?} {roles:?}");
        }
        assert!(nobody.is_nobody() && !superusers.is_nobody() && !everyone.is_nobody());
    }

    #[test]
    fn any_account_above_that_asks_has_the_last_word_and_nobody_below_lifts_it_run_8() {
        let nobody = FactorRule::default();
        let managers = FactorRule { everyone: false, roles: RoleSet::NONE.with(Role::Manager) };
        let manager = RoleSet::NONE.with(Role::Manager);
        let at = |number: u32| Some(AskedBy::Account(AccountId(number)));
        // The user's account first, the root last.
        for (rule, roles, asks, expected) in [
            (nobody, manager, &[false, false, false][..], None),
            (nobody, RoleSet::NONE, &[], None),
            (nobody, RoleSet::NONE, &[true, false, false], at(0)),
            (nobody, RoleSet::NONE, &[false, true, false], at(1)),
            (nobody, RoleSet::NONE, &[false, false, true], at(2)),
            (nobody, manager, &[true, false, true], at(0)),
            (nobody, manager, &[false, true, true], at(1)),
            (managers, RoleSet::NONE, &[false, false, false], None),
            (managers, manager, &[false, false, false], Some(AskedBy::Rule)),
            (managers, RoleSet::NONE, &[false, false, true], at(2)),
            (managers, manager, &[true, true, true], Some(AskedBy::Rule)),
        ] {
            let way_up = (0..).map(AccountId).zip(asks.iter().copied());
            assert_eq!(asked_by(&rule, roles, way_up), expected, "{rule:?} {roles:?} {asks:?}");
        }
    }
}
