//! What a world's facts say, looked up by word.

use std::collections::BTreeSet;

use sbm_core::account::AccountState;
use sbm_core::code::Code;
use sbm_core::permission::{Entitlement, Right, RightSet, Role, RoleSet, Standing};

use super::super::{Fact, Word};

pub(super) fn standing_of(facts: &[Fact], user: Word) -> Standing {
    let floor = facts.iter().find_map(|fact| match fact {
        Fact::Floor(code) => Code::from_name(code),
        _ => None,
    });
    let bare = facts.iter().find_map(|fact| match fact {
        Fact::Bare(code) => Code::from_name(code),
        _ => None,
    });
    if facts.contains(&Fact::Unmanaged) {
        Standing::Unmanaged
    } else if let Some(code) = bare {
        Standing::Bare(code)
    } else if let Some(code) = floor {
        Standing::Floor(code)
    } else if facts.contains(&Fact::Disabled(user)) {
        Standing::Floor(Code::UserDisabled)
    } else {
        Standing::Verified
    }
}

pub(super) fn path_of(facts: &[Fact], user: Word) -> Vec<Word> {
    let account = facts.iter().find_map(|fact| match fact {
        Fact::Belongs(name, account) if *name == user => Some(*account),
        _ => None,
    });
    std::iter::successors(account, |account| parent_of(facts, account)).collect()
}

pub(super) fn parent_of(facts: &[Fact], account: Word) -> Option<Word> {
    facts.iter().find_map(|fact| match fact {
        Fact::Below(name, parent) if *name == account => Some(*parent),
        _ => None,
    })
}

pub(super) fn state_of(facts: &[Fact], account: Word) -> AccountState {
    let state = facts.iter().find_map(|fact| match fact {
        Fact::State(name, state) if *name == account => Some(*state),
        _ => None,
    });
    match state {
        None => AccountState::Active,
        Some("disabled") => AccountState::Disabled,
        Some("supervisor") => AccountState::Supervisor,
        Some(_) => AccountState::DeletionPending,
    }
}

pub(super) fn security_profile_of(facts: &[Fact], user: Word) -> Option<Word> {
    facts.iter().find_map(|fact| match fact {
        Fact::Has(name, profile) if *name == user => Some(*profile),
        _ => None,
    })
}

pub(super) fn rights_of(facts: &[Fact], profile: Word) -> RightSet {
    let granted = facts.iter().filter_map(|fact| match fact {
        Fact::Grants(name, right) if *name == profile => Right::from_name(right),
        _ => None,
    });
    granted.collect()
}

pub(super) fn groups_of(facts: &[Fact], user: Word) -> BTreeSet<Word> {
    let groups = facts.iter().filter_map(|fact| match fact {
        Fact::Member(name, group) if *name == user => Some(*group),
        _ => None,
    });
    groups.collect()
}

pub(super) fn groups_with(facts: &[Fact], profile: Word) -> BTreeSet<Word> {
    let groups = facts.iter().filter_map(|fact| match fact {
        Fact::Shared(name, group) if *name == profile => Some(*group),
        _ => None,
    });
    groups.collect()
}

pub(super) fn entitlement_of(facts: &[Fact], user: Word, profile: Word) -> Entitlement {
    if groups_of(facts, user).is_disjoint(&groups_with(facts, profile)) {
        Entitlement::None
    } else if facts.contains(&Fact::Marked(profile)) {
        Entitlement::MarkedForDeletion
    } else {
        Entitlement::Shared
    }
}

pub(super) fn role_set_of(facts: &[Fact], user: Word) -> RoleSet {
    let bits = facts.iter().filter_map(|fact| match fact {
        Fact::Role(name, role) if *name == user => Some(role_bit(role)),
        _ => None,
    });
    RoleSet::from_bits(bits.fold(0, |all, bit| all | bit))
}

/// A role that nobody defined has a bit that nothing is granted for.
fn role_bit(role: Word) -> u32 {
    Role::from_name(role).map_or(1 << (20 + role.len() % 8), |role| 1 << role as u32)
}
