//! Codes and passphrases, move by move, and against a model that keeps the whole story.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn terms(most: u32) -> Terms {
    Terms { most, uses: 0, expires: at(100), approval: false, revoked: false }
}

#[test]
fn a_code_lets_one_device_in_before_it_ends_dev_1() {
    let fresh = terms(1);
    assert_eq!(fresh.ask(None, at(99)), Asked::Enrols { counts: true });
    assert_eq!(fresh.ask(None, at(100)), Asked::Refused, "it ends at that moment, and not behind it");
    let used = Terms { uses: 1, ..fresh };
    for before in [None, Some(Phase::Enrolled)] {
        assert_eq!(used.ask(before, at(1)), Asked::Refused, "{before:?}");
    }
}

#[test]
fn who_waits_is_let_in_when_a_person_said_yes_behind_the_end_too_dev_1() {
    let asked = Terms { approval: true, ..terms(1) };
    assert_eq!(asked.ask(None, at(99)), Asked::Waits { counts: true });
    let asked = Terms { uses: 1, ..asked };
    assert_eq!(asked.ask(Some(Phase::Waiting), at(500)), Asked::Waits { counts: false });
    assert_eq!(asked.ask(Some(Phase::Approved), at(500)), Asked::Enrols { counts: false });
    assert_eq!(asked.ask(Some(Phase::Rejected), at(5)), Asked::Refused);
    assert_eq!(asked.ask(Some(Phase::Enrolled), at(5)), Asked::Refused, "given out once");
    assert_eq!(asked.ask(None, at(5)), Asked::Refused, "another one comes too late");
}

#[test]
fn what_is_revoked_lets_nobody_in_any_more_however_he_stands_dev_1() {
    for most in [1, 5] {
        let revoked = Terms { revoked: true, approval: most == 5, ..terms(most) };
        for before in [None].into_iter().chain(Phase::ALL.map(Some)) {
            assert_eq!(revoked.ask(before, at(1)), Asked::Refused, "{before:?}");
        }
    }
}

#[test]
fn a_state_is_told_by_what_ended_it_first_dev_1() {
    let fresh = terms(2);
    for (terms, now, expected) in [
        (fresh, 99, EnrolmentState::Usable),
        (fresh, 100, EnrolmentState::Expired),
        (Terms { uses: 2, ..fresh }, 100, EnrolmentState::Used),
        (Terms { uses: 2, revoked: true, ..fresh }, 100, EnrolmentState::Revoked),
        (Terms { most: 0, ..fresh }, 1, EnrolmentState::Used),
    ] {
        assert_eq!(terms.state(at(now)), expected, "{terms:?}");
    }
}

#[test]
fn kinds_states_and_phases_are_known_by_their_names_and_numbers() {
    for kind in EnrolmentKind::ALL {
        assert_eq!((EnrolmentKind::from_number(kind as u8), EnrolmentKind::from_name(kind.name())), (Some(kind), Some(kind)));
        assert_eq!(serde_json::to_string(&kind).unwrap(), alloc::format!("\"{}\"", kind.name()));
        assert!(EnrolmentKind::SHORTEST_SPAN < kind.usual_span() && kind.usual_span() < kind.longest_span());
    }
    for state in EnrolmentState::ALL {
        assert_eq!(serde_json::to_string(&state).unwrap(), alloc::format!("\"{}\"", state.name()));
    }
    assert!(Phase::ALL.into_iter().all(|phase| Phase::from_number(phase as u8) == Some(phase)));
    assert_eq!((EnrolmentKind::from_number(0), EnrolmentKind::from_name("Code"), Phase::from_number(5)), (None, None, None));
}

/// What may happen to a code.
#[derive(Clone, Copy, Debug)]
enum Act {
    Ask(u8),
    Say(u8, bool),
    Revoke,
    Later(i64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        8 => (0_u8..4).prop_map(Act::Ask),
        4 => (0_u8..4, any::<bool>()).prop_map(|(device, yes)| Act::Say(device, yes)),
        1 => Just(Act::Revoke),
        2 => (0_i64..60).prop_map(Act::Later),
    ];
    prop::collection::vec(act, 0..40)
}

proptest! {
    /// Whatever happens in whatever order: no more devices are let in than the code allows, none without the yes that it
    /// asks for, none behind its being revoked, and no new one behind its end.
    #[test]
    fn nobody_is_let_in_who_was_not_promised_it_dev_1(most in 0_u32..4, approval in any::<bool>(), acts in acts()) {
        let mut terms = Terms { approval, ..terms(most) };
        let (mut now, mut phases) = (0, BTreeMap::<u8, Phase>::new());
        // What the naive model remembers: who was said yes to since he last got in.
        let (mut let_in, mut yes) = (0_u32, BTreeMap::<u8, bool>::new());
        for act in acts {
            match act {
                Act::Later(more) => now += more,
                Act::Revoke => terms.revoked = true,
                Act::Say(device, is_yes) => {
                    if let Some(phase) = phases.get_mut(&device).filter(|phase| **phase == Phase::Waiting) {
                        *phase = if is_yes { Phase::Approved } else { Phase::Rejected };
                        yes.insert(device, is_yes);
                    }
                }
                Act::Ask(device) => match terms.ask(phases.get(&device).copied(), at(now)) {
                    Asked::Refused => {}
                    Asked::Waits { counts } => {
                        prop_assert!(approval && !terms.revoked);
                        prop_assert!(!counts || now < 100);
                        terms.uses += u32::from(counts);
                        phases.insert(device, Phase::Waiting);
                    }
                    Asked::Enrols { counts } => {
                        prop_assert!(!terms.revoked);
                        prop_assert!(!counts || now < 100);
                        prop_assert_eq!(yes.remove(&device), approval.then_some(true));
                        terms.uses += u32::from(counts);
                        let_in += 1;
                        phases.insert(device, Phase::Enrolled);
                    }
                },
            }
            prop_assert!(let_in <= terms.uses && terms.uses <= most);
        }
    }
}
