//! What stands against an act: one bit a reason, those of earlier gates lower (DEC-1).
//!
//! 1. Every fact that is looked at says which reasons it gives, without asking what the act is.
//! 2. The act's gates say which of them count: a table made from [`Action::gates`], for each act on a managed profile and
//!    on anything else.
//! 3. The lowest that is left is the answer. So no gate is a branch, and which one refuses costs nothing to find out.

use super::action::Action;
use super::decision::Decision;
use super::gate::Gate;
use super::right::{Right, RightSet};
use crate::account::AccountState;
use crate::code::Code;

/// A set of reasons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reasons(u16);

/// How many reasons there are; the place behind the last stands for none.
const COUNT: usize = 10;

/// How many of them, the first, are the floor's.
const FLOORS: usize = 2;

/// The answer that each reason gives, and the one when there is none. The floor's code is put in by who knows it.
const ANSWERS: [Decision; COUNT + 1] = [
    Decision::deny(Gate::Floor, Code::DeniedFloor),
    Decision::deny(Gate::Floor, Code::DeniedFloor),
    Decision::deny(Gate::AccountState, Code::DeniedAccountDeletion),
    Decision::deny(Gate::AccountState, Code::DeniedAccountDisabled),
    Decision::deny(Gate::AccountState, Code::DeniedAccountSupervisor),
    Decision::deny(Gate::Right, Code::DeniedNoSecurityProfile),
    Decision::deny(Gate::Right, Code::DeniedRight),
    Decision::deny(Gate::Entitlement, Code::DeniedEntitlement),
    Decision::deny(Gate::Entitlement, Code::DeniedMarkedForDeletion),
    Decision::deny(Gate::Quota, Code::DeniedQuota),
    Decision::ALLOW,
];

/// For each act by its number: the reasons that count on anything but a managed profile, and on one.
const COUNTED: [[Reasons; 2]; Action::ALL.len() + 1] = counted();

/// For each act by its number: the rights of which one is needed.
const NEEDED: [u32; Action::ALL.len() + 1] = needed();

impl Reasons {
    /// None.
    pub(crate) const NONE: Self = Self(0);
    /// There is no trustworthy permission to judge by (OFF-3).
    pub(crate) const FLOOR: Self = Self(1);
    /// The same, and nothing that was verified before: what would let an act go on there is unknown for the floor's cause.
    pub(crate) const BARE: Self = Self(1 << 1);
    const DELETION: Self = Self(1 << 2);
    const DISABLED: Self = Self(1 << 3);
    const SUPERVISOR: Self = Self(1 << 4);
    const NO_SECURITY_PROFILE: Self = Self(1 << 5);
    const RIGHT: Self = Self(1 << 6);
    /// They share no group.
    pub(crate) const ENTITLEMENT: Self = Self(1 << 7);
    /// They share one, but the profile is marked for deletion.
    pub(crate) const MARKED: Self = Self(1 << 8);
    const QUOTA: Self = Self(1 << 9);

    /// Both.
    #[inline]
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This set if so, else none.
    #[inline]
    pub(crate) const fn when(self, so: bool) -> Self {
        Self(self.0 * so as u16)
    }

    /// What the state of an account says (ACC-6 to ACC-8).
    #[inline]
    pub(crate) const fn of_state(state: AccountState) -> Self {
        match state {
            AccountState::Active => Self::NONE,
            AccountState::Disabled => Self::DISABLED,
            AccountState::Supervisor => Self::SUPERVISOR,
            AccountState::DeletionPending => Self::DELETION,
        }
    }

    /// What the rights say about an act (USR-3).
    #[inline]
    pub(crate) fn of_rights(rights: Option<RightSet>, action: Action) -> Self {
        let needed = NEEDED.get(action as usize).copied().unwrap_or(0);
        let lacks = rights.map_or(0, RightSet::bits) & needed == 0;
        Self::RIGHT.when(lacks).and(Self::NO_SECURITY_PROFILE.when(rights.is_none()))
    }

    /// What the room says: nothing left is over quota, whatever the host expects to store (ACC-5).
    #[inline]
    pub(crate) fn of_room(room: Option<u64>, estimate: u64) -> Self {
        Self::QUOTA.when(room.is_some_and(|room| room == 0 || estimate > room))
    }

    /// The answer for an act: the first reason that counts for it.
    #[inline]
    pub(crate) fn answer(self, action: Action, managed: bool, floor: Code) -> Decision {
        let counted = COUNTED.get(action as usize).and_then(|both| both.get(usize::from(managed)));
        let against = self.0 & counted.map_or(u16::MAX, |counted| counted.0) | 1 << COUNT;
        let first = against.trailing_zeros() as usize;
        let mut answer = ANSWERS.get(first).copied().unwrap_or(Decision::deny(Gate::Floor, Code::Internal));
        if first < FLOORS {
            answer.code = floor;
        }
        answer
    }
}

/// The reasons that a gate can give, as far as they count for an act.
const fn of_gate(gate: Gate, action: Action, managed: bool) -> Reasons {
    let makes_backup = matches!(action, Action::RunManually | Action::RunScheduled);
    match gate {
        // The floor lets a managed profile run on schedule, and restores; the gates behind it still judge both.
        Gate::Floor => Reasons::BARE.and(match action {
            Action::Restore => Reasons::NONE,
            Action::RunScheduled => Reasons::FLOOR.when(!managed),
            _ => Reasons::FLOOR,
        }),
        // No state of an account refuses a restore; every state but *active* refuses new backups.
        Gate::AccountState => match action {
            Action::Restore => Reasons::NONE,
            _ => Reasons::DELETION.and(Reasons::DISABLED.and(Reasons::SUPERVISOR).when(makes_backup)),
        },
        Gate::Right => Reasons::NO_SECURITY_PROFILE.and(Reasons::RIGHT),
        Gate::Entitlement => Reasons::ENTITLEMENT.and(Reasons::MARKED).when(managed),
        Gate::Quota => Reasons::QUOTA,
        // Jobs come later; the others are asked on the server.
        Gate::Job | Gate::Network | Gate::Authentication | Gate::SecondFactor | Gate::Role | Gate::Module => Reasons::NONE,
    }
}

#[expect(clippy::indexing_slicing, reason = "worked out by the compiler, where nothing else can be asked")]
const fn counted() -> [[Reasons; 2]; Action::ALL.len() + 1] {
    // The place of no act counts every reason.
    let mut counted = [[Reasons(u16::MAX); 2]; Action::ALL.len() + 1];
    let mut at = 0;
    while at < Action::ALL.len() {
        let action = Action::ALL[at];
        let mut both = [Reasons::NONE; 2];
        let mut gate = 0;
        while gate < action.gates().len() {
            both[0] = both[0].and(of_gate(action.gates()[gate], action, false));
            both[1] = both[1].and(of_gate(action.gates()[gate], action, true));
            gate += 1;
        }
        counted[action as usize] = both;
        at += 1;
    }
    counted
}

#[expect(clippy::indexing_slicing, reason = "worked out by the compiler, where nothing else can be asked")]
const fn needed() -> [u32; Action::ALL.len() + 1] {
    let mut needed = [0; Action::ALL.len() + 1];
    let mut at = 0;
    while at < Action::ALL.len() {
        let action = Action::ALL[at];
        if let Some(right) = action.right() {
            needed[action as usize] = RightSet::NONE.with(right).with(Right::AllAccess).bits();
        }
        at += 1;
    }
    needed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_stand_in_the_order_of_the_gates_dec_1() {
        let gates: alloc::vec::Vec<Option<Gate>> = ANSWERS.iter().map(|answer| answer.gate).collect();
        assert!(gates[..COUNT].windows(2).all(|pair| pair[0] <= pair[1]), "{gates:?}");
        assert_eq!(ANSWERS[COUNT], Decision::ALLOW);
        assert_eq!(Reasons::QUOTA.0, 1 << (COUNT - 1), "each reason has an answer");
    }

    #[test]
    fn a_reason_counts_for_an_act_exactly_when_its_gate_is_in_the_table_dec_1() {
        for action in Action::ALL {
            for (reason, answer) in ANSWERS[..COUNT].iter().enumerate() {
                let given = Reasons(1 << reason).answer(action, true, Code::DeniedFloor);
                assert!(given == *answer || given == Decision::ALLOW, "{action:?}");
                let asked = answer.gate.is_some_and(|gate| action.gates().contains(&gate));
                assert!(asked || given == Decision::ALLOW, "{action:?} is not asked {answer:?}");
            }
        }
    }

    #[test]
    fn every_right_is_needed_by_one_act_and_the_schedule_needs_none_usr_3_usr_4() {
        assert_eq!(NEEDED[Action::RunScheduled as usize], 0);
        for right in Right::ALL.into_iter().filter(|right| *right != Right::AllAccess) {
            let acts = Action::ALL
                .into_iter()
                .filter(|act| RightSet::from_bits(NEEDED[*act as usize]).without(Right::AllAccess).has(right));
            assert_eq!(acts.count(), 1, "{right:?}");
        }
    }
}
