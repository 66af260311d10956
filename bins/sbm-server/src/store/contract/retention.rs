//! Cases of history that becomes no longer than it may be.

use sbm_core::id::{AccountId, DeviceId, InstallationId, RunId};
use sbm_core::run::{Retention, RunRecord, RunResult};
use sbm_core::time::{DAY, Timestamp};
use sbm_core::wire::v1::admin::HistoryQuery;
use sbm_core::wire::v1::device::Fate;

use super::fixture::*;
use super::races::at_once;
use super::{Case, World, case};
use crate::clock::{Clock as _, SystemClock};
use crate::store::export::whole::looked;
use crate::store::retention::look::look_within;
use crate::store::retention::{BATCH, Pruned, look, prune};
use crate::store::{RunSource, Within};

pub(super) const CASES: &[Case] = &[
    case!("prune", what_came_too_long_ago_goes_and_what_came_since_stays_his_7),
    case!("prune", of_each_profile_as_many_runs_stay_as_are_wanted_his_7),
    case!("prune", the_last_successful_run_stays_until_a_newer_one_is_there_his_7),
    case!("prune", what_went_stays_deleted_when_it_is_sent_again_his_3),
    case!("prune", a_new_run_is_taken_in_whatever_its_clock_or_its_number_say_his_3),
    case!("prune", a_run_of_the_future_that_went_hides_none_to_come_his_3),
    case!("prune", accounts_and_installations_are_counted_apart_his_7),
    case!("prune", no_more_goes_at_once_than_was_said),
    case!("prune", a_sweep_of_several_batches_has_one_audit_entry_with_the_count_run_12),
    case!("prune", nothing_that_is_past_retention_is_nothing_done),
    case!("prune", a_sweep_that_is_stopped_says_what_is_left),
    case!("prune", a_success_stays_when_the_newer_one_was_deleted_meanwhile_his_7),
    case!("prune", whoever_sends_again_meanwhile_neither_doubles_nor_brings_back_his_3),
    case!("prune", what_never_came_is_taken_in_and_what_went_stays_gone_in_whatever_order_runs_come_his_3),
    case!("prune", runs_that_wait_at_their_host_while_newer_ones_go_are_taken_in_his_3),
    case!("prune", whoever_deletes_what_goes_meanwhile_waits_and_not_in_a_circle_his_2),
    case!("prune", a_history_of_very_many_profiles_is_judged_alike_err_4),
    case!("make_room", it_changes_nothing_that_is_there),
    case!("clock", it_goes_on),
];

const NOW: Timestamp = Timestamp::from_millis(100 * DAY);

fn days(days: u32) -> Retention {
    Retention { days: Some(days), runs: None }
}

fn runs(runs: u32) -> Retention {
    Retention { days: None, runs: Some(runs) }
}

fn success(sequence: u64) -> RunRecord {
    let mut record = record(sequence);
    record.finish.result = RunResult::Success;
    record
}

fn send(world: &World, source: RunSource, records: &[RunRecord], day: i64) -> Vec<Fate> {
    let sent = records.iter().map(|record| sent_by(source, record)).collect();
    let taken = world.store().ingest(source, sent, at(day * DAY)).wait().unwrap();
    taken.into_iter().map(|taken| taken.fate).collect()
}

/// The numbers of the runs that are there.
fn there(world: &World, account: AccountId) -> Vec<u64> {
    let query = HistoryQuery { limit: Some(500), ..HistoryQuery::default() };
    let page = world.store().list(Within::one(account), query).wait().unwrap();
    let mut there: Vec<u64> = page.items.iter().map(|run| run.record.sequence).collect();
    there.sort_unstable();
    there
}

fn pruned(world: &World, rule: Retention) -> u64 {
    let Pruned { deleted, left, parts } = prune(world.store(), rule, NOW, usize::MAX, || true).unwrap();
    assert_eq!((left, parts), (0, vec![]));
    deleted
}

fn what_came_too_long_ago_goes_and_what_came_since_stays_his_7(world: &mut World) {
    for number in 1..=6 {
        // Their own times are all alike.
        send(world, SOURCE, &[record(number)], 94 + number as i64);
    }
    assert_eq!(pruned(world, days(3)), 2);
    assert_eq!(there(world, ROOT), [3, 4, 5, 6]);
    world.reopen();
    assert_eq!(pruned(world, days(3)), 0);
    assert_eq!(pruned(world, days(0)), 3);
    assert_eq!(there(world, ROOT), [6], "what comes just now is not older than nothing");
}

fn of_each_profile_as_many_runs_stay_as_are_wanted_his_7(world: &mut World) {
    let other = |number| {
        let mut record = record(number);
        record.start.profile.guid = None;
        record
    };
    send(world, SOURCE, &[record(1), record(2), record(3), record(4), other(5), other(6), other(7)], 1);
    assert_eq!(pruned(world, runs(2)), 3);
    assert_eq!(there(world, ROOT), [3, 4, 6, 7]);
    send(world, SOURCE, &[other(8)], 1);
    assert_eq!(pruned(world, Retention { days: Some(9_000), runs: Some(2) }), 1);
    assert_eq!(there(world, ROOT), [3, 4, 7, 8]);
}

fn the_last_successful_run_stays_until_a_newer_one_is_there_his_7(world: &mut World) {
    send(world, SOURCE, &[success(1), success(2), record(3), record(4)], 1);
    assert_eq!(pruned(world, days(10)), 3);
    assert_eq!(there(world, ROOT), [2]);
    send(world, SOURCE, &[record(5)], 2);
    assert_eq!(pruned(world, days(10)), 1);
    assert_eq!(there(world, ROOT), [2]);
    send(world, SOURCE, &[success(6)], 3);
    assert_eq!(pruned(world, days(10)), 1);
    assert_eq!(there(world, ROOT), [6]);
}

fn what_went_stays_deleted_when_it_is_sent_again_his_3(world: &mut World) {
    let records = [record(1), success(2), record(3)];
    assert_eq!(send(world, SOURCE, &records, 1), [Fate::Accepted; 3]);
    assert_eq!(pruned(world, days(10)), 2);
    for _ in 0..2 {
        let fates = [Fate::Deleted, Fate::Duplicate, Fate::Deleted, Fate::Accepted];
        assert_eq!(send(world, SOURCE, &[record(1), success(2), record(3), record(4)], 99)[..3], fates[..3]);
        world.reopen();
    }
    assert_eq!(there(world, ROOT), [2, 4]);
    assert_eq!(world.store().highest_sequence(SOURCE).wait(), Ok(4));
    assert_eq!(send(world, SOURCE, &[record(2)], 99), [Fate::SetAside], "the same id with other content");
}

fn a_new_run_is_taken_in_whatever_its_clock_or_its_number_say_his_3(world: &mut World) {
    send(world, SOURCE, &[record(50), record(60)], 1);
    assert_eq!(pruned(world, days(10)), 2);
    // A clock that went back; a cache that came from an older copy.
    let back = RunRecord { id: run_id(3), ..record(61) };
    let older_copy = RunRecord { id: run_id(61), ..record(7) };
    assert_eq!(send(world, SOURCE, &[back, older_copy], 99), [Fate::Accepted; 2]);
    assert_eq!(there(world, ROOT), [7, 61]);
}

fn a_run_of_the_future_that_went_hides_none_to_come_his_3(world: &mut World) {
    let future = RunRecord { id: RunId::v7(NOW.plus(9_000 * DAY), [1; 10]), ..record(60) };
    send(world, SOURCE, &[record(1), future.clone()], 1);
    assert_eq!(pruned(world, days(10)), 2);
    let new = RunRecord { id: RunId::v7(NOW, [1; 10]), ..record(2) };
    let fates = [Fate::Deleted, Fate::Deleted, Fate::Accepted];
    assert_eq!(send(world, SOURCE, &[record(1), future, new], 99), fates);
}

fn accounts_and_installations_are_counted_apart_his_7(world: &mut World) {
    let device = RunSource { installation: InstallationId::from_bytes([2; 16]), device: DeviceId(2), ..SOURCE };
    let account = RunSource { account: AccountId(2), ..SOURCE };
    for source in [SOURCE, device, account] {
        send(world, source, &[success(1), record(2)], 1);
    }
    send(world, account, &[record(3)], 1);
    assert_eq!(pruned(world, runs(2)), 0, "each has two of the profile, and the third leaves the last success");
    assert_eq!(pruned(world, runs(1)), 1);
    assert_eq!((there(world, ROOT), there(world, AccountId(2))), (vec![1, 1, 2, 2], vec![1, 3]));
    assert_eq!(send(world, SOURCE, &[record(2)], 99), [Fate::Duplicate], "of another account it went");
    assert_eq!(send(world, account, &[record(2)], 99), [Fate::Deleted]);
}

fn no_more_goes_at_once_than_was_said(world: &mut World) {
    send(world, SOURCE, &(1..=9).map(record).collect::<Vec<_>>(), 1);
    for (deleted, left) in [(4, 5), (4, 1), (1, 0), (0, 0)] {
        let pruned = prune(world.store(), days(10), NOW, 4, || true).unwrap();
        assert_eq!((pruned.deleted, pruned.left), (deleted, left));
        assert_eq!(there(world, ROOT).len() as u64, left);
    }
}

fn a_sweep_of_several_batches_has_one_audit_entry_with_the_count_run_12(world: &mut World) {
    let count = BATCH as u64 * 2 + 7;
    send(world, SOURCE, &(1..=count).map(record).collect::<Vec<_>>(), 1);
    assert_eq!(pruned(world, days(10)), count);
    let entries = world.store().audit_page(0, 10).wait().unwrap();
    let told: Vec<_> = entries.iter().map(|entry| (entry.entry.act.as_str(), entry.entry.detail.as_str())).collect();
    assert_eq!(told, [("history.prune", "2007 runs, keep_days 10")]);
    assert_eq!(world.store().verify_audit().wait(), Ok((1, None)));
}

fn nothing_that_is_past_retention_is_nothing_done(world: &mut World) {
    assert_eq!(pruned(world, days(1)), 0);
    send(world, SOURCE, &[record(1)], 1);
    assert_eq!(pruned(world, Retention::default()), 0);
    assert_eq!(world.store().prune(vec![], NOW, None).wait(), Ok(0));
    assert_eq!(there(world, ROOT), [1]);
    assert_eq!(world.store().audit_page(0, 10).wait(), Ok(vec![]));
}

fn a_sweep_that_is_stopped_says_what_is_left(world: &mut World) {
    let count = BATCH as u64 + 5;
    send(world, SOURCE, &(1..=count).map(record).collect::<Vec<_>>(), 1);
    let mut asked = 0;
    let stopped = prune(world.store(), days(10), NOW, usize::MAX, || {
        asked += 1;
        asked < 2
    });
    assert_eq!(stopped, Ok(Pruned { deleted: BATCH as u64, left: 5, parts: vec![] }));
    assert_eq!(pruned(world, days(10)), 5);
}

fn a_success_stays_when_the_newer_one_was_deleted_meanwhile_his_7(world: &mut World) {
    send(world, SOURCE, &[record(1), success(2), success(3)], 1);
    let looked = look(world.store(), days(10), NOW, usize::MAX).unwrap();
    assert_eq!((looked.past.len(), looked.last.map(|last| last.len()), looked.left), (2, Some(1), 0));
    assert_eq!(world.store().delete(place(ROOT, record(3).id, SOURCE.installation), entry("history.delete")).wait(), Ok(true));
    assert_eq!(world.store().prune(looked.past, NOW, None).wait(), Ok(1));
    assert_eq!(there(world, ROOT), [2]);
}

fn whoever_sends_again_meanwhile_neither_doubles_nor_brings_back_his_3(world: &mut World) {
    let records: Vec<_> = (1..=300).map(|number| if number == 150 { success(number) } else { record(number) }).collect();
    for round in 0..3 {
        let source = RunSource { installation: InstallationId::from_bytes([round + 10; 16]), ..SOURCE };
        assert_eq!(send(world, source, &records, 1), [Fate::Accepted; 300]);
        let records = records.clone();
        let fates = at_once(world, move |store, who| {
            if who == 1 {
                prune(store, days(10), NOW, usize::MAX, || true).unwrap();
                return Vec::new();
            }
            let sent: Vec<_> = records.iter().map(|record| sent_by(source, record)).collect();
            let taken = sent.chunks(30).flat_map(|sent| store.ingest(source, sent.to_vec(), NOW).wait().unwrap());
            taken.map(|taken| taken.fate).collect()
        });
        assert!(fates.iter().flatten().all(|fate| matches!(fate, Fate::Duplicate | Fate::Deleted)), "{fates:?}");
        assert_eq!(there(world, ROOT), vec![150; usize::from(round) + 1]);
    }
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }
}

/// Each round is an installation that sends its runs in any order, while sweeps go on; the reference knows what was ever sent.
fn what_never_came_is_taken_in_and_what_went_stays_gone_in_whatever_order_runs_come_his_3(world: &mut World) {
    for round in 1..=6_u8 {
        let source = RunSource { installation: InstallationId::from_bytes([round + 30; 16]), ..SOURCE };
        let mut dice = Dice(u64::from(round));
        let (mut waiting, mut sent, mut number) = (Vec::new(), Vec::<RunRecord>::new(), 0_u64);
        for step in 0..90_i64 {
            match dice.throw(7) {
                0..=2 => {
                    number += 1;
                    // Three profiles; one of four clocks is off.
                    let mut run = if dice.throw(3) == 0 { success(number) } else { record(number) };
                    run.start.profile.guid = Some(guid(dice.throw(3) as u8));
                    if dice.throw(4) == 0 {
                        run.id = RunId::v7(at(dice.throw(200) as i64 * DAY), [number as u8; 10]);
                    }
                    waiting.push(run);
                }
                3 | 4 if !waiting.is_empty() => {
                    let run = waiting.remove(dice.throw(waiting.len()));
                    assert_eq!(send(world, source, std::slice::from_ref(&run), step), [Fate::Accepted], "{round} {step} {run:?}");
                    sent.push(run);
                }
                5 => {
                    prune(world.store(), runs(1), NOW, usize::MAX, || true).unwrap();
                }
                6 if !sent.is_empty() => {
                    let run = &sent[dice.throw(sent.len())];
                    if dice.throw(3) == 0 {
                        let entry = entry("history.delete");
                        world.store().delete(place(ROOT, run.id, source.installation), entry).wait().unwrap();
                    }
                    let fates = send(world, source, std::slice::from_ref(run), step);
                    assert!(fates == [Fate::Duplicate] || fates == [Fate::Deleted], "{round} {step} {fates:?} {run:?}");
                }
                _ => {}
            }
        }
        let before = there(world, ROOT);
        assert!(sent.len() > 10, "{round}");
        let fates = send(world, source, &sent, 99);
        assert!(fates.iter().all(|fate| matches!(fate, Fate::Duplicate | Fate::Deleted)), "{round} {fates:?}");
        assert_eq!(there(world, ROOT), before, "{round}: nothing is back");
        let fates = send(world, source, &waiting, 99);
        assert!(fates.iter().all(|fate| *fate == Fate::Accepted), "{round} {fates:?}");
    }
}

/// What ended just now is sent at once, and what waits for an hour or longer has lower ids and numbers.
fn runs_that_wait_at_their_host_while_newer_ones_go_are_taken_in_his_3(world: &mut World) {
    let of = |profile: u8, number| {
        let mut run = record(number);
        run.start.profile.guid = Some(guid(profile));
        run
    };
    let busy: Vec<_> = (4..=30).map(|number| of(1, number)).collect();
    assert_eq!(send(world, SOURCE, &[of(2, 1)], 1), [Fate::Accepted]);
    assert!(send(world, SOURCE, &busy, 1).iter().all(|fate| *fate == Fate::Accepted));
    assert_eq!(pruned(world, runs(2)), 25);
    assert_eq!(send(world, SOURCE, &[of(2, 2), of(2, 3)], 2), [Fate::Accepted; 2], "they waited meanwhile");
    let fates = send(world, SOURCE, &busy, 2);
    assert!(fates[..25].iter().all(|fate| *fate == Fate::Deleted) && fates[25..] == [Fate::Duplicate; 2], "{fates:?}");
    // Nothing is missing any more: from here on the floor rises again.
    assert!(send(world, SOURCE, &[of(1, 31), of(1, 32), of(2, 33)], 3).iter().all(|fate| *fate == Fate::Accepted));
    let looked = look(world.store(), runs(2), NOW, usize::MAX).unwrap();
    assert_eq!(
        looked.past.iter().map(|run| (run.sequence, run.below)).collect::<Vec<_>>(),
        [(2, true), (30, true), (29, true), (1, true)]
    );
    assert_eq!(pruned(world, runs(2)), 4);
    let fates = send(world, SOURCE, &[of(2, 1), of(2, 2), of(1, 29), of(1, 30)], 4);
    assert_eq!((fates, there(world, ROOT)), (vec![Fate::Deleted; 4], vec![3, 31, 32, 33]));
}

fn whoever_deletes_what_goes_meanwhile_waits_and_not_in_a_circle_his_2(world: &mut World) {
    // Runs of the future are remembered by themselves, as those that somebody deletes.
    let future = |number: u64| RunRecord { id: RunId::v7(NOW.plus(9_000 * DAY + number as i64), [1; 10]), ..record(number) };
    for round in 0..5_u64 {
        let records: Vec<_> = (1..=60).map(|number| future(round * 60 + number)).collect();
        send(world, SOURCE, &records, 1);
        let past = look(world.store(), days(10), NOW, usize::MAX).unwrap().past;
        assert_eq!(past.len(), 60);
        let gone = at_once(world, move |store, who| {
            if who % 2 == 0 {
                return store.prune(past.clone(), NOW, None).wait().unwrap();
            }
            let delete = |record: &RunRecord| store.delete(place(ROOT, record.id, SOURCE.installation), entry("history.delete"));
            records.iter().filter(|record| delete(record).wait().unwrap()).count() as u64
        });
        assert_eq!(gone.iter().sum::<u64>(), 60, "each went once: {gone:?}");
    }
}

fn a_history_of_very_many_profiles_is_judged_alike_err_4(world: &mut World) {
    for number in 1..=60 {
        let mut run = if number % 3 == 0 { success(number) } else { record(number) };
        (run.start.profile.guid, run.start.profile.name) = (None, format!("profile {}", number % 17));
        let source = RunSource { installation: InstallationId::from_bytes([(number % 2) as u8; 16]), ..SOURCE };
        send(world, source, &[run], 1);
    }
    let rule = Retention { days: Some(10), runs: Some(1) };
    let found = |profiles: usize, most: usize| {
        let mut found = looked(world.store(), move |sql| look_within(sql, rule, NOW, most, profiles)).unwrap();
        found.past.sort_by_key(|run| (run.installation, run.id));
        found.last.as_mut().unwrap().sort_unstable();
        found
    };
    let all = found(usize::MAX, usize::MAX);
    let last = all.last.as_ref().unwrap().len();
    assert!(last > 0 && all.past.len() + last == 60 && all.reach.len() == 2, "{all:?}");
    for profiles in [1, 2, 5, 33] {
        assert_eq!(found(profiles, usize::MAX), all, "{profiles}");
        let some = found(profiles, 7);
        assert_eq!((some.past.len(), some.left), (7, all.past.len() as u64 - 7), "{profiles}");
    }
}

fn it_goes_on(world: &mut World) {
    let (before, here) = (world.store().clock().wait().unwrap(), SystemClock.now());
    let after = world.store().clock().wait().unwrap();
    assert!(before <= after && here.since(before).abs() < 60_000, "{before:?} {here:?} {after:?}");
}

fn it_changes_nothing_that_is_there(world: &mut World) {
    send(world, SOURCE, &[record(1)], 1);
    for _ in 0..2 {
        assert_eq!(world.store().make_room().wait(), Ok(()));
    }
    assert_eq!(send(world, SOURCE, &[record(1)], 2), [Fate::Duplicate]);
    assert_eq!(there(world, ROOT), [1]);
}
