//! Tables of cases for the engine; the naive reference on random worlds lives in `tests/`.

use super::*;
use crate::permission::right::Right;

/// A subject about whom everything can be said.
#[derive(Clone)]
struct Subject {
    standing: Standing,
    state: AccountState,
    rights: Option<RightSet>,
    entitlement: Entitlement,
    room: Option<u64>,
}

impl Subject {
    fn everything() -> Self {
        Self {
            standing: Standing::Verified,
            state: AccountState::Active,
            rights: Some(RightSet::ALL_ACCESS),
            entitlement: Entitlement::Shared,
            room: None,
        }
    }

    fn ask(&self, action: Action, resource: Resource) -> Decision {
        decide(self, action, resource, &Context::default())
    }
}

impl Facts for Subject {
    fn standing(&self, _: &Context) -> Standing {
        self.standing
    }
    fn account_state(&self) -> AccountState {
        self.state
    }
    fn rights(&self) -> Option<RightSet> {
        self.rights
    }
    fn entitlement(&self, _: &Guid) -> Entitlement {
        self.entitlement
    }
    fn room(&self) -> Option<u64> {
        self.room
    }
}

const MANAGED: Resource = Resource::Managed(Guid::from_bytes([7; 16]));

#[test]
fn who_has_everything_may_do_everything() {
    for action in Action::ALL {
        assert_eq!(Subject::everything().ask(action, Resource::Local), Decision::ALLOW);
        assert_eq!(Subject::everything().ask(action, MANAGED), Decision::ALLOW);
    }
}

#[test]
fn each_act_needs_its_own_right_and_no_other_usr_3() {
    for action in Action::ALL {
        for right in Right::ALL {
            let subject = Subject { rights: Some(RightSet::NONE.with(right)), ..Subject::everything() };
            let expected = action.right().is_none_or(|needed| needed == right) || right == Right::AllAccess;
            assert_eq!(subject.ask(action, MANAGED) == Decision::ALLOW, expected, "{action:?} with {right:?}");
        }
    }
}

#[test]
fn without_a_security_profile_only_the_schedule_runs_usr_3_usr_4() {
    let subject = Subject { rights: None, ..Subject::everything() };
    for action in Action::ALL {
        let expected = match action {
            Action::RunScheduled => Decision::ALLOW,
            _ => Decision::deny(Gate::Right, Code::DeniedNoSecurityProfile),
        };
        assert_eq!(subject.ask(action, MANAGED), expected);
    }
}

#[test]
fn a_managed_profile_needs_a_shared_group_and_a_local_one_does_not_pro_1() {
    let subject = Subject { entitlement: Entitlement::None, ..Subject::everything() };
    for action in Action::ALL {
        assert_eq!(subject.ask(action, MANAGED), Decision::deny(Gate::Entitlement, Code::DeniedEntitlement));
        assert_eq!(subject.ask(action, Resource::Local), Decision::ALLOW);
    }
}

#[test]
fn no_state_of_an_account_refuses_a_restore_acc_6() {
    for state in [AccountState::Disabled, AccountState::Supervisor, AccountState::DeletionPending] {
        let subject = Subject { state, room: Some(0), ..Subject::everything() };
        assert_eq!(subject.ask(Action::Restore, MANAGED), Decision::ALLOW);
        for action in [Action::RunManually, Action::RunScheduled] {
            assert_eq!(subject.ask(action, MANAGED).gate, Some(Gate::AccountState), "{state:?} {action:?}");
        }
    }
}

#[test]
fn over_quota_refuses_new_data_only_acc_5() {
    for (room, estimate, allowed) in [(None, u64::MAX, true), (Some(10), 10, true), (Some(10), 11, false), (Some(0), 0, false)] {
        let subject = Subject { room, ..Subject::everything() };
        let context = Context { estimate, ..Context::default() };
        let decision = decide(&subject, Action::RunManually, MANAGED, &context);
        assert_eq!(decision == Decision::ALLOW, allowed, "{room:?} {estimate}");
        assert_eq!(decide(&subject, Action::Restore, MANAGED, &context), Decision::ALLOW);
    }
}

#[test]
fn on_the_floor_the_schedule_of_managed_profiles_and_restores_go_on_off_3() {
    let subject = Subject { standing: Standing::Floor(Code::HeadOlder), ..Subject::everything() };
    for action in Action::ALL {
        for resource in [Resource::Local, MANAGED] {
            let expected = match (action, resource) {
                (Action::RunScheduled, Resource::Managed(_)) | (Action::Restore, _) => Decision::ALLOW,
                _ => Decision::deny(Gate::Floor, Code::HeadOlder),
            };
            assert_eq!(subject.ask(action, resource), expected, "{action:?} {resource:?}");
        }
    }
    let without = Subject { rights: Some(RightSet::NONE), ..subject };
    assert_eq!(without.ask(Action::Restore, MANAGED), Decision::deny(Gate::Right, Code::DeniedRight));
}

#[test]
fn on_the_floor_without_anything_verified_its_cause_is_the_answer_to_every_act_off_3_dec_3() {
    let standing = Standing::Bare(Code::CacheDamaged);
    let nothing = Subject { standing, rights: None, entitlement: Entitlement::None, room: Some(0), ..Subject::everything() };
    for subject in [Subject { standing, ..Subject::everything() }, nothing] {
        for action in Action::ALL {
            for resource in [Resource::Local, MANAGED] {
                assert_eq!(subject.ask(action, resource), Decision::deny(Gate::Floor, Code::CacheDamaged), "{action:?}");
            }
        }
    }
}

#[test]
fn an_unmanaged_host_decides_for_itself_dec_6() {
    let subject =
        Subject { standing: Standing::Unmanaged, rights: None, entitlement: Entitlement::None, ..Subject::everything() };
    for action in Action::ALL {
        assert_eq!(subject.ask(action, MANAGED), Decision::UNMANAGED);
    }
}

#[test]
fn the_first_gate_that_refuses_is_the_answer_dec_1() {
    let mut subject = Subject {
        standing: Standing::Floor(Code::CacheDamaged),
        state: AccountState::DeletionPending,
        rights: None,
        entitlement: Entitlement::None,
        room: Some(0),
    };
    let gate = |subject: &Subject| subject.ask(Action::RunManually, MANAGED).gate;
    assert_eq!(gate(&subject), Some(Gate::Floor));
    subject.standing = Standing::Verified;
    assert_eq!(gate(&subject), Some(Gate::AccountState));
    subject.state = AccountState::Active;
    assert_eq!(gate(&subject), Some(Gate::Right));
    subject.rights = Some(RightSet::ALL_ACCESS);
    assert_eq!(gate(&subject), Some(Gate::Entitlement));
    subject.entitlement = Entitlement::Shared;
    assert_eq!(gate(&subject), Some(Gate::Quota));
    subject.room = None;
    assert_eq!(gate(&subject), None);
}
