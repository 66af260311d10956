//! Cases of listing history.

use sbm_core::id::{AccountId, DeviceId, InstallationId};
use sbm_core::run::{RunRecord, RunResult};
use sbm_core::wire::v1::admin::HistoryQuery;

use super::fixture::*;
use super::{Case, World, case};
use crate::store::{RunSource, StoreError};

pub(super) const CASES: &[Case] = &[
    case!("list", nothing_is_an_empty_last_page),
    case!("list", pages_follow_each_other_newest_first_without_gap_or_double),
    case!("list", later_arrivals_do_not_shift_a_page),
    case!("list", runs_that_began_at_once_are_all_listed),
    case!("list", each_filter_narrows_and_filters_add_up),
    case!("list", another_account_sees_nothing),
    case!("list", a_wrong_cursor_is_named),
    case!("list", a_page_is_bounded),
];

fn ingest(world: &World, records: Vec<RunRecord>) {
    for chunk in records.chunks(500) {
        world.store().ingest(SOURCE, chunk.to_vec(), at(0)).wait().unwrap();
    }
}

/// The sequence numbers of all pages of a query.
fn pages(world: &World, mut query: HistoryQuery) -> Vec<Vec<u64>> {
    let mut found = Vec::new();
    loop {
        let page = world.store().list(ROOT, query.clone()).wait().unwrap();
        found.push(page.items.iter().map(|run| run.record.sequence).collect());
        match page.next {
            Some(next) => query.after = Some(next),
            None => return found,
        }
    }
}

fn of_two() -> HistoryQuery {
    HistoryQuery { limit: Some(2), ..HistoryQuery::default() }
}

fn nothing_is_an_empty_last_page(world: &mut World) {
    assert_eq!(pages(world, HistoryQuery::default()), [Vec::<u64>::new()]);
}

fn pages_follow_each_other_newest_first_without_gap_or_double(world: &mut World) {
    ingest(world, [3, 1, 5, 2, 4].map(record).to_vec());
    assert_eq!(pages(world, of_two()), [vec![5, 4], vec![3, 2], vec![1]]);
    let exact = HistoryQuery { limit: Some(5), ..HistoryQuery::default() };
    assert_eq!(pages(world, exact), [vec![5, 4, 3, 2, 1]], "a full last page is the last");
}

fn later_arrivals_do_not_shift_a_page(world: &mut World) {
    ingest(world, [2, 4, 6, 8].map(record).to_vec());
    let first = world.store().list(ROOT, of_two()).wait().unwrap();
    ingest(world, [5, 7, 9].map(record).to_vec());
    let rest = HistoryQuery { after: first.next, ..of_two() };
    assert_eq!(pages(world, rest), [vec![5, 4], vec![2]]);
}

fn runs_that_began_at_once_are_all_listed(world: &mut World) {
    let records: Vec<_> = (1..=5)
        .map(|sequence| {
            let mut record = record(sequence);
            record.start.profile_start = at(i64::MAX);
            record
        })
        .collect();
    ingest(world, records.clone());
    // Even with the same id, from another device.
    let other = RunSource { device: DeviceId(2), installation: InstallationId::from_bytes([2; 16]), ..SOURCE };
    world.store().ingest(other, vec![sent_by(other, &records[4])], at(0)).wait().unwrap();
    assert_eq!(pages(world, of_two()), [vec![5, 5], vec![4, 3], vec![2, 1]]);
}

fn each_filter_narrows_and_filters_add_up(world: &mut World) {
    let mut records = [1, 2, 3, 4, 5].map(record);
    records[0].user = "bert".to_owned();
    records[1].start.profile.guid = Some(guid(8));
    records[2].finish.result = RunResult::Failure;
    records[3].installation = InstallationId::from_bytes([4; 16]);
    records[4].start.profile.guid = None;
    records[4].finish.result = RunResult::Failure;
    ingest(world, records.to_vec());
    let all = HistoryQuery::default;
    for (query, expected) in [
        (HistoryQuery { user: Some("bert".to_owned()), ..all() }, vec![1]),
        (HistoryQuery { profile: Some(guid(8)), ..all() }, vec![2]),
        (HistoryQuery { profile: Some(guid(9)), ..all() }, vec![4, 3, 1]),
        (HistoryQuery { result: Some(RunResult::Failure), ..all() }, vec![5, 3]),
        (HistoryQuery { installation: Some(InstallationId::from_bytes([4; 16])), ..all() }, vec![4]),
        (HistoryQuery { result: Some(RunResult::Failure), profile: Some(guid(9)), ..all() }, vec![3]),
        (HistoryQuery { user: Some("nobody".to_owned()), ..all() }, vec![]),
    ] {
        assert_eq!(pages(world, query.clone()), [expected], "{query:?}");
    }
}

fn another_account_sees_nothing(world: &mut World) {
    ingest(world, vec![record(1)]);
    let page = world.store().list(AccountId(2), HistoryQuery::default()).wait().unwrap();
    assert!(page.items.is_empty() && page.next.is_none());
}

fn a_wrong_cursor_is_named(world: &mut World) {
    for wrong in ["", "x", "1", "1.2.3", "1.0000000000017fffbfffffffffffffff", "1.0000000000017fffbfffffffffffffff.1.1", "' OR 1"]
    {
        let query = HistoryQuery { after: Some(wrong.to_owned()), ..HistoryQuery::default() };
        assert_eq!(world.store().list(ROOT, query).wait(), Err(StoreError::BadCursor(wrong.into())));
    }
}

fn a_page_is_bounded(world: &mut World) {
    ingest(world, (1..=510).map(record).collect());
    for (limit, expected) in [(None, 100), (Some(0), 1), (Some(u32::MAX), 500)] {
        let query = HistoryQuery { limit, ..HistoryQuery::default() };
        assert_eq!(world.store().list(ROOT, query).wait().unwrap().items.len(), expected, "{limit:?}");
    }
}
