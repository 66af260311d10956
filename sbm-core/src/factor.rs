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
//! 6. A rule for a role that is built in is not got round by a role of another name ([`FactorRule::asks_made`]): who is asked for
//!    nothing goes in no role of his further than a built-in one of which nothing is asked.
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
use crate::permission::{Ceiling, Role, RoleSet};
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

/// Who asks a second factor of a user with these roles, and with those that somebody made, which go so far, if anybody does; with
/// his account and those above it, from his own up, then the same of each account at which he was given a role, and whether each
/// asks it of all below it (RUN-8). One is enough, however many do not: what is not asked somewhere lifts nothing.
#[must_use]
pub fn asked_by(
    rule: &FactorRule,
    roles: RoleSet,
    made: impl IntoIterator<Item = Ceiling>,
    ways_up: impl IntoIterator<Item = (AccountId, bool)>,
) -> Option<AskedBy> {
    if rule.asks(roles) || made.into_iter().any(|row| rule.asks_made(row)) {
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

    /// Whether it is asked of somebody with a role that somebody made, which goes that far: it is, unless a role that is built in
    /// goes as far, of which it is not asked and which does not itself go as far as one of which it is.
    #[must_use]
    pub fn asks_made(&self, row: Ceiling) -> bool {
        let is_let_be = |role: &Role| !self.roles.iter().any(|asked| role.row().goes_as_far_as(asked.row()));
        let goes_beyond = || !Role::ALL.into_iter().filter(is_let_be).any(|role| role.row().goes_as_far_as(row));
        self.everyone || (self.roles != RoleSet::NONE && goes_beyond())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::permission::{Task, TaskAccess};

    fn row(tasks: &[(Task, TaskAccess)]) -> Ceiling {
        tasks.iter().fold(Ceiling::NONE, |row, (task, access)| row.with(*task, *access))
    }

    #[test]
    fn a_role_of_another_name_is_asked_as_that_which_it_stands_for_run_8_usr_5() {
        use TaskAccess::{Read, Write};
        let administrator = Role::Administrator.row();
        let without = |task| administrator.with(task, TaskAccess::None);
        let clerk = row(&[(Task::Alerts, Write), (Task::Users, Read)]);
        for (rule, made, asked) in [
            (&[][..], administrator, false),
            (&[Role::Administrator], administrator, true),
            // One bit less is no way round, and neither is one task alone that no role that is let be writes.
            (&[Role::Administrator], without(Task::HistoryRead), true),
            (&[Role::Administrator], without(Task::Accounts), true),
            (&[Role::Administrator], row(&[(Task::Users, Write)]), true),
            (&[Role::Administrator], Role::Superuser.row(), true),
            (&[Role::Administrator], Role::Manager.row(), false),
            (&[Role::Administrator], clerk, false),
            (&[Role::Superuser], administrator, false),
            (&[Role::Superuser], row(&[(Task::Profiles, Read)]), true),
            (&[Role::Superuser], row(&[(Task::Users, Write), (Task::Devices, Write)]), true),
            (&[Role::Superuser, Role::Administrator, Role::Manager], clerk, false),
            (&[Role::Operator], Role::Operator.row(), true),
            (&[Role::Operator], row(&[(Task::Users, Read)]), true),
            (&[Role::Operator], row(&[(Task::Devices, Read)]), false),
            (&[Role::Supporter], row(&[(Task::Devices, Read)]), true),
            (&[Role::SecurityOfficer], administrator, false),
        ] {
            let rule = FactorRule { everyone: false, roles: rule.iter().copied().collect() };
            assert_eq!(rule.asks_made(made), asked, "{rule:?} {made}");
        }
        let everyone = FactorRule { everyone: true, roles: RoleSet::NONE };
        assert!(everyone.asks_made(clerk) && asked_by(&everyone, RoleSet::NONE, [], []).is_some());
    }

    proptest! {
        /// The model knows roles as sets of what one may do, and nothing of rows and ceilings.
        #[test]
        fn nobody_gets_round_a_rule_for_a_role_by_one_that_he_made_run_8(
            roles in prop::collection::vec(0..Role::ALL.len(), 0..4),
            tasks in prop::collection::vec((0..Task::ALL.len(), any::<bool>()), 0..8),
            like in prop::option::of(0..Role::ALL.len()),
            lacks in prop::option::of(0..Task::ALL.len()),
        ) {
            use alloc::collections::BTreeSet;
            let may = |row: Ceiling| -> BTreeSet<(usize, bool)> {
                let one = |task: Task| [false, true].into_iter().filter(move |writes| {
                    row.allows(task, if *writes { TaskAccess::Write } else { TaskAccess::Read })
                }).map(move |writes| (task as usize, writes));
                Task::ALL.into_iter().flat_map(one).collect()
            };
            let access = |writes: bool| if writes { TaskAccess::Write } else { TaskAccess::Read };
            // Anything at all, or what is much like a role that is built in.
            let made = tasks.iter().fold(Ceiling::NONE, |row, (task, writes)| row.with(Task::ALL[*task], access(*writes)));
            let made = like.map_or(made, |at| made.or(Role::ALL[at].row()));
            let made = lacks.map_or(made, |task| made.with(Task::ALL[task], TaskAccess::None));
            let rule = FactorRule { everyone: false, roles: roles.iter().map(|at| Role::ALL[*at]).collect() };
            let asked: Vec<BTreeSet<_>> = rule.roles.iter().map(|role| may(role.row())).collect();
            let let_be: Vec<BTreeSet<_>> = Role::ALL.map(|role| may(role.row())).into_iter()
                .filter(|other| !asked.iter().any(|asked| asked.is_subset(other))).collect();
            let told = rule.asks_made(made);
            // Who goes as far as a role that is asked is asked; who goes no further than one that is let be is not.
            prop_assert!(told || !asked.iter().any(|asked| asked.is_subset(&may(made))) || asked.is_empty());
            let is_within = let_be.iter().any(|other| may(made).is_subset(other));
            prop_assert_eq!(told, !asked.is_empty() && !is_within);
            if !told && !asked.is_empty() {
                prop_assert!(Role::ALL.into_iter().any(|role| !rule.roles.has(role) && may(made).is_subset(&may(role.row()))));
            }
        }
    }

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
            assert_eq!(asked_by(&rule, roles, [], way_up), expected, "{rule:?} {roles:?} {asks:?}");
        }
    }
}
