//! Cases of taking history in and deleting it.

use sbm_core::id::{AccountId, DeviceId, InstallationId};
use sbm_core::run::RunRecord;
use sbm_core::wire::v1::admin::HistoryQuery;
use sbm_core::wire::v1::device::Fate;

use super::fixture::*;
use super::{Case, World, case};
use crate::store::{RunSource, Within};

pub(super) const CASES: &[Case] = &[
    case!("ingest", what_was_accepted_comes_back_whole_after_a_restart),
    case!("ingest", a_gap_keeps_what_it_stands_for_err_3),
    case!("ingest", nothing_sent_is_nothing_answered),
    case!("ingest", sent_again_is_a_duplicate),
    case!("ingest", twice_in_one_upload_is_kept_once),
    case!("ingest", the_same_id_with_other_content_is_set_aside),
    case!("ingest", a_sequence_number_that_was_used_is_taken_in),
    case!("ingest", a_record_that_breaks_the_rules_is_set_aside),
    case!("ingest", one_bad_record_never_stops_the_others),
    case!("ingest", devices_and_accounts_do_not_meet),
    case!("ingest", a_deleted_record_stays_deleted_his_3),
    case!("set_aside", the_same_text_is_kept_once_and_stops_nothing),
    case!("get", one_run_comes_back_whole_with_the_time_of_its_arrival),
    case!("get", what_is_not_there_or_another_accounts_is_not_given),
    case!("get", of_two_devices_that_made_one_id_both_are_told_or_the_one_that_is_meant_his_2),
    case!("delete", it_leaves_a_stub_and_an_audit_entry_his_2),
    case!("delete", what_is_not_there_is_not_deleted),
    case!("delete", another_accounts_run_is_not_there),
    case!("delete", of_two_devices_that_made_one_id_one_is_deleted_his_2),
    case!("highest_sequences", all_installations_are_told_in_order),
    case!("highest_sequence", it_counts_what_was_deleted_and_ignores_other_devices),
];

fn fates(world: &World, source: RunSource, records: &[RunRecord]) -> Vec<Fate> {
    let sent = records.iter().map(|record| sent_by(source, record)).collect();
    let taken = world.store().ingest(source, sent, at(9_999)).wait().unwrap();
    for taken in &taken {
        assert_eq!(taken.reason.is_some(), taken.fate == Fate::SetAside, "{taken:?}");
    }
    taken.into_iter().map(|taken| taken.fate).collect()
}

fn kept(world: &World, account: AccountId) -> Vec<RunRecord> {
    let page = world.store().list(Within::one(account), HistoryQuery::default()).wait().unwrap();
    page.items.into_iter().map(|run| run.record).collect()
}

fn other_device() -> RunSource {
    RunSource { device: DeviceId(2), installation: InstallationId::from_bytes([2; 16]), ..SOURCE }
}

fn other_account() -> RunSource {
    RunSource { account: AccountId(2), ..SOURCE }
}

fn a_gap_keeps_what_it_stands_for_err_3(world: &mut World) {
    let gap = record(4).joined(record(5), record(5).id).joined(record(9), record(9).id);
    let impossible = RunRecord { gap: gap.gap.map(|gap| sbm_core::run::Gap { count: 99, ..gap }), ..record(10) };
    assert_eq!(fates(world, SOURCE, &[gap.clone(), impossible]), [Fate::Accepted, Fate::SetAside]);
    assert_eq!(world.store().highest_sequence(SOURCE).wait().unwrap(), 9);
    world.reopen();
    assert_eq!(kept(world, SOURCE.account), [sent_by(SOURCE, &gap)]);
    assert_eq!(fates(world, SOURCE, &[gap]), [Fate::Duplicate]);
}

fn what_was_accepted_comes_back_whole_after_a_restart(world: &mut World) {
    let mut bare = record(2);
    (bare.start.profile.guid, bare.start.group_start, bare.finish.bytes_stored) = (None, None, None);
    assert_eq!(fates(world, SOURCE, &[record(1), bare.clone()]), [Fate::Accepted; 2]);
    world.reopen();
    let page = world.store().list(Within::one(ROOT), HistoryQuery::default()).wait().unwrap();
    assert_eq!(page.items.iter().map(|run| run.record.clone()).collect::<Vec<_>>(), [bare, record(1)]);
    assert_eq!(page.items[0].received, at(9_999));
}

fn nothing_sent_is_nothing_answered(world: &mut World) {
    assert_eq!(fates(world, SOURCE, &[]), []);
}

fn sent_again_is_a_duplicate(world: &mut World) {
    fates(world, SOURCE, &[record(1), record(2)]);
    world.reopen();
    assert_eq!(fates(world, SOURCE, &[record(2), record(3), record(1)]), [Fate::Duplicate, Fate::Accepted, Fate::Duplicate]);
    assert_eq!(kept(world, ROOT).len(), 3);
}

fn twice_in_one_upload_is_kept_once(world: &mut World) {
    assert_eq!(fates(world, SOURCE, &[record(1), record(1)]), [Fate::Accepted, Fate::Duplicate]);
}

fn the_same_id_with_other_content_is_set_aside(world: &mut World) {
    fates(world, SOURCE, &[record(1)]);
    let mut other = record(1);
    other.finish.files_copied += 1;
    assert_eq!(fates(world, SOURCE, &[other]), [Fate::SetAside]);
    assert_eq!(kept(world, ROOT), [record(1)], "what was there first stays as it was");
}

fn a_sequence_number_that_was_used_is_taken_in(world: &mut World) {
    fates(world, SOURCE, &[record(1)]);
    let mut other = record(2);
    other.sequence = 1;
    assert_eq!(fates(world, SOURCE, &[other.clone()]), [Fate::Accepted]);
    assert_eq!(kept(world, ROOT), [other, record(1)]);
}

fn a_record_that_breaks_the_rules_is_set_aside(world: &mut World) {
    let mut no_sequence = record(1);
    no_sequence.sequence = 0;
    let mut too_large = record(2);
    too_large.finish.bytes_copied = u64::MAX;
    let mut too_long = record(3);
    too_long.computer = "x".repeat(300);
    let mut at_no_time = record(4);
    at_no_time.start.profile_start = at(i64::MAX);
    assert_eq!(fates(world, SOURCE, &[no_sequence, too_large, too_long, at_no_time]), [Fate::SetAside; 4]);
    assert_eq!(kept(world, ROOT), []);
}

fn one_bad_record_never_stops_the_others(world: &mut World) {
    let mut bad = record(2);
    bad.sequence = 0;
    assert_eq!(fates(world, SOURCE, &[record(1), bad, record(3)]), [Fate::Accepted, Fate::SetAside, Fate::Accepted]);
    assert_eq!(kept(world, ROOT), [record(3), record(1)]);
}

fn devices_and_accounts_do_not_meet(world: &mut World) {
    for source in [SOURCE, other_device(), other_account()] {
        assert_eq!(fates(world, source, &[record(1)]), [Fate::Accepted], "{source:?}");
    }
    assert_eq!((kept(world, ROOT).len(), kept(world, AccountId(2)).len()), (2, 1));
}

fn a_deleted_record_stays_deleted_his_3(world: &mut World) {
    fates(world, SOURCE, &[record(1), record(2)]);
    assert_eq!(world.store().delete(place(ROOT, record(1).id, SOURCE.installation), entry("run.delete")).wait(), Ok(true));
    world.reopen();
    let mut changed = record(1);
    changed.computer = "other".to_owned();
    assert_eq!(fates(world, SOURCE, &[record(1), changed, record(2)]), [Fate::Deleted, Fate::Deleted, Fate::Duplicate]);
    assert_eq!(kept(world, ROOT), [record(2)]);
}

fn the_same_text_is_kept_once_and_stops_nothing(world: &mut World) {
    for source in [SOURCE, SOURCE, other_device()] {
        world.store().set_aside(source, "{\"id\":7}".to_owned(), "no record".to_owned(), at(1)).wait().unwrap();
    }
    assert_eq!(fates(world, SOURCE, &[record(1)]), [Fate::Accepted]);
    assert_eq!(kept(world, ROOT), [record(1)], "what is set aside is no run");
}

fn it_leaves_a_stub_and_an_audit_entry_his_2(world: &mut World) {
    fates(world, SOURCE, &[record(1), record(2)]);
    assert_eq!(world.store().delete(place(ROOT, record(2).id, SOURCE.installation), entry("run.delete")).wait(), Ok(true));
    assert_eq!(kept(world, ROOT), [record(1)]);
    let log = world.store().audit_page(0, 10).wait().unwrap();
    assert_eq!(log.iter().map(|chained| chained.entry.act.as_str()).collect::<Vec<_>>(), ["run.delete"]);
    assert_eq!(
        world.store().delete(place(ROOT, record(2).id, SOURCE.installation), entry("run.delete")).wait(),
        Ok(false),
        "it is gone already"
    );
    assert_eq!(fates(world, SOURCE, &[record(2)]), [Fate::Deleted]);
}

fn what_is_not_there_is_not_deleted(world: &mut World) {
    assert_eq!(world.store().delete(place(ROOT, record(1).id, SOURCE.installation), entry("run.delete")).wait(), Ok(false));
    assert_eq!(world.store().audit_page(0, 10).wait(), Ok(vec![]));
}

fn another_accounts_run_is_not_there(world: &mut World) {
    fates(world, other_account(), &[record(1)]);
    assert_eq!(world.store().delete(place(ROOT, record(1).id, SOURCE.installation), entry("run.delete")).wait(), Ok(false));
    assert_eq!(kept(world, AccountId(2)).len(), 1);
}

fn it_counts_what_was_deleted_and_ignores_other_devices(world: &mut World) {
    assert_eq!(world.store().highest_sequence(SOURCE).wait(), Ok(0));
    fates(world, SOURCE, &[record(7), record(3)]);
    fates(world, other_device(), &[record(40)]);
    fates(world, other_account(), &[record(50)]);
    assert_eq!(world.store().highest_sequence(SOURCE).wait(), Ok(7));
    world.store().delete(place(ROOT, record(7).id, SOURCE.installation), entry("run.delete")).wait().unwrap();
    assert_eq!(world.store().highest_sequence(SOURCE).wait(), Ok(7));
}

fn one_run_comes_back_whole_with_the_time_of_its_arrival(world: &mut World) {
    fates(world, SOURCE, &[record(1), record(2)]);
    world.reopen();
    let runs = world.store().get(Within::one(ROOT), record(2).id, None).wait().unwrap();
    assert_eq!(
        runs.iter().map(|found| (found.run.record.clone(), found.run.received)).collect::<Vec<_>>(),
        [(record(2), at(9_999))]
    );
}

fn what_is_not_there_or_another_accounts_is_not_given(world: &mut World) {
    fates(world, other_account(), &[record(1)]);
    fates(world, SOURCE, &[record(2)]);
    world.store().delete(place(ROOT, record(2).id, SOURCE.installation), entry("run.delete")).wait().unwrap();
    for missing in [1, 2, 3] {
        assert_eq!(world.store().get(Within::one(ROOT), record(missing).id, None).wait(), Ok(vec![]), "{missing}");
    }
}

fn of_two_devices_that_made_one_id_both_are_told_or_the_one_that_is_meant_his_2(world: &mut World) {
    fates(world, other_device(), &[record(1)]);
    fates(world, SOURCE, &[record(1), record(2)]);
    let of = |installation| {
        let runs = world.store().get(Within::one(ROOT), record(1).id, installation).wait().unwrap();
        runs.iter().map(|found| found.run.record.installation).collect::<Vec<_>>()
    };
    let (first, second) = (other_device().installation, SOURCE.installation);
    assert_eq!((of(None), of(Some(first)), of(Some(second))), (vec![first, second], vec![first], vec![second]));
    assert_eq!(of(Some(InstallationId::from_bytes([9; 16]))), []);
}

fn of_two_devices_that_made_one_id_one_is_deleted_his_2(world: &mut World) {
    fates(world, other_device(), &[record(1)]);
    fates(world, SOURCE, &[record(1)]);
    let delete = |of| world.store().delete(place(ROOT, record(1).id, of), entry("run.delete")).wait().unwrap();
    assert!(!delete(InstallationId::from_bytes([9; 16])));
    assert!(delete(other_device().installation));
    assert_eq!(kept(world, ROOT), [record(1)]);
    assert_eq!(world.store().audit_page(0, 10).wait().unwrap().len(), 1, "one run, one entry");
    assert!(!delete(other_device().installation));
    assert_eq!(fates(world, other_device(), &[record(1)]), [Fate::Deleted]);
    assert_eq!(fates(world, SOURCE, &[record(1)]), [Fate::Duplicate]);
}

fn all_installations_are_told_in_order(world: &mut World) {
    assert_eq!(world.store().highest_sequences().wait(), Ok(vec![]));
    fates(world, other_account(), &[record(50)]);
    fates(world, other_device(), &[record(40)]);
    fates(world, SOURCE, &[record(7), record(3)]);
    let of = |source: RunSource, highest: u64| (source.account, source.installation, highest);
    let expected = vec![of(SOURCE, 7), of(other_device(), 40), of(other_account(), 50)];
    assert_eq!(world.store().highest_sequences().wait(), Ok(expected));
}
