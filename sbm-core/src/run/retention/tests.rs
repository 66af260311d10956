use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_000 * DAY);

fn id(number: u8) -> RunId {
    RunId::from_bytes([number; 16])
}

/// The run of that number, which came so many days ago.
fn run(number: u8, days: i64, result: RunResult) -> Kept {
    Kept {
        account: AccountId::ROOT,
        installation: InstallationId::from_bytes([1; 16]),
        profile: Which::Guid(Guid::from_bytes([1; 16])),
        id: id(number),
        received: NOW.plus(-days * DAY),
        restore: false,
        result,
        is_gap: false,
    }
}

fn fates(rule: Retention, runs: &[Kept]) -> Vec<Fate> {
    let mut sweep = Sweep::new(rule, NOW);
    runs.iter().map(|run| sweep.look(run.clone())).collect()
}

#[test]
fn runs_go_by_age_and_by_count_and_the_last_successful_one_never_does_his_7() {
    use Fate::{Goes, LastSuccess, Stays};
    use RunResult::{Failure as F, Success as S, Warning as W};
    let rule = |days, runs| Retention { days, runs };
    for (days, most, runs, expected) in [
        (None, None, vec![(9_000, S), (9_001, F)], vec![Stays, Stays]),
        (Some(10), None, vec![(1, S), (10, F), (11, F), (12, S)], vec![Stays, Stays, Goes(None), Goes(Some(id(0)))]),
        (Some(10), None, vec![(9, F), (11, F), (12, S), (13, S)], vec![Stays, Goes(None), LastSuccess, Goes(Some(id(2)))]),
        (Some(10), None, vec![(11, F), (12, W)], vec![Goes(None), Goes(None)]),
        (None, Some(1), vec![(0, F), (1, S), (2, S)], vec![Stays, LastSuccess, Goes(Some(id(1)))]),
        (None, Some(2), vec![(0, S), (1, S), (2, F), (3, S)], vec![Stays, Stays, Goes(None), Goes(Some(id(0)))]),
        (Some(2), Some(2), vec![(0, F), (3, F), (3, S)], vec![Stays, Goes(None), LastSuccess]),
        (Some(2), Some(1), vec![(0, F), (1, F)], vec![Stays, Goes(None)]),
        (Some(0), None, vec![(0, F), (1, S)], vec![Stays, LastSuccess]),
        (Some(u32::MAX), Some(u32::MAX), vec![(999, F)], vec![Stays]),
    ] {
        let runs: Vec<_> = runs.iter().enumerate().map(|(at, (days, result))| run(at as u8, *days, *result)).collect();
        assert_eq!(fates(rule(days, most), &runs), expected, "{days:?} {most:?} {runs:?}");
    }
}

#[test]
fn a_profile_is_one_of_one_installation_and_a_restore_or_a_gap_is_no_success_of_it_his_7() {
    let rule = Retention { days: None, runs: Some(1) };
    let newer = run(0, 0, RunResult::Success);
    let older = run(1, 1, RunResult::Success);
    let name = |text: &str| Which::Name(text.into());
    for (what, newer, expected) in [
        ("the same", newer.clone(), Fate::Goes(Some(id(0)))),
        ("another account", Kept { account: AccountId(2), ..newer.clone() }, Fate::Stays),
        ("another installation", Kept { installation: InstallationId::from_bytes([2; 16]), ..newer.clone() }, Fate::Stays),
        ("another profile", Kept { profile: Which::Guid(Guid::from_bytes([2; 16])), ..newer.clone() }, Fate::Stays),
        ("one without a GUID", Kept { profile: name("p"), ..newer.clone() }, Fate::Stays),
        ("a restore", Kept { restore: true, ..newer.clone() }, Fate::LastSuccess),
        ("a gap", Kept { is_gap: true, ..newer.clone() }, Fate::LastSuccess),
    ] {
        assert_eq!(fates(rule, &[newer, older.clone()])[1], expected, "{what}");
    }
    let named = |run: &Kept, text| Kept { profile: name(text), ..run.clone() };
    assert_eq!(fates(rule, &[named(&newer, "p"), named(&older, "q")])[1], Fate::Stays);
    assert_eq!(fates(rule, &[named(&newer, "p"), named(&older, "p")])[1], Fate::Goes(Some(id(0))));
}

#[test]
fn a_run_that_is_gone_is_known_again_and_a_new_one_is_never_taken_for_one_his_3() {
    let at = |days: i64, number: u8| RunId::v7(Timestamp::from_millis(days * DAY), [number; 10]);
    let floor = Floor::with(Some(Floor::with(None, at(100, 1), 7)), at(90, 9), 8);
    assert_eq!(floor, Floor { id: at(100, 1), sequence: 8 });
    for (what, id, sequence, is_gone) in [
        ("gone", at(100, 1), 7, true),
        ("gone before", at(3, 0), 1, true),
        ("new", at(101, 0), 9, false),
        ("new, of a clock that went back", at(0, 0), 9, false),
        ("new, of a cache that came from an older copy", at(101, 0), 2, false),
    ] {
        assert_eq!(floor.covers(id, sequence), is_gone, "{what}");
    }
    assert!(Floor::may_rise_to(at(999, 255), NOW));
    assert!(!Floor::may_rise_to(at(1_000, 0), NOW) && !Floor::may_rise_to(id(255), NOW));
}

fn some_run() -> impl Strategy<Value = Kept> {
    (0..2_u32, 0..2_u8, 0..3_u8, 0..40_i64, any::<bool>(), 1..4_i32, 0..8_u8).prop_map(
        |(account, installation, profile, days, restore, result, gap)| Kept {
            account: AccountId(account),
            installation: InstallationId::from_bytes([installation; 16]),
            profile: if profile == 0 { Which::Name("p".into()) } else { Which::Guid(Guid::from_bytes([profile; 16])) },
            restore,
            result: RunResult::from_number(result).unwrap(),
            is_gap: gap == 0,
            ..run(0, days, RunResult::Success)
        },
    )
}

/// The rule, word by word: each run is compared with all that came behind it.
fn naive(rule: Retention, runs: &[Kept], at: usize) -> Fate {
    let run = &runs[at];
    let behind: Vec<&Kept> = runs[..at]
        .iter()
        .filter(|other| (other.account, other.installation, &other.profile) == (run.account, run.installation, &run.profile))
        .collect();
    let is_success = |run: &Kept| run.result == RunResult::Success && !run.is_gap;
    let too_old = rule.days.is_some_and(|days| NOW.since(run.received) > i64::from(days) * DAY);
    let too_many = rule.runs.is_some_and(|most| behind.len() >= most as usize);
    let newest = behind.iter().find(|other| is_success(other) && other.restore == run.restore);
    match (too_old || too_many, is_success(run), newest) {
        (false, ..) => Fate::Stays,
        (true, true, None) => Fate::LastSuccess,
        (true, true, Some(newest)) => Fate::Goes(Some(newest.id)),
        (true, false, _) => Fate::Goes(None),
    }
}

proptest! {
    #[test]
    fn a_sweep_says_of_any_history_what_the_rule_says_word_by_word_his_7(
        runs in proptest::collection::vec(some_run(), 0..60),
        days in proptest::option::of(0..40_u32),
        most in proptest::option::of(0..5_u32),
    ) {
        let runs: Vec<_> = runs.into_iter().enumerate().map(|(at, run)| Kept { id: id(at as u8), ..run }).collect();
        let rule = Retention { days, runs: most };
        let expected: Vec<_> = (0..runs.len()).map(|at| naive(rule, &runs, at)).collect();
        prop_assert_eq!(&fates(rule, &runs), &expected);
        // What stays, stays: a second sweep over what the first left takes nothing more.
        let left: Vec<_> = runs.iter().zip(&expected).filter(|(_, fate)| !matches!(fate, Fate::Goes(_))).map(|(run, _)| run.clone()).collect();
        prop_assert!(fates(rule, &left).iter().all(|fate| !matches!(fate, Fate::Goes(_))));
    }
}
