//! Cases of listing history.

use sbm_core::account::Level;
use sbm_core::account::tree::Kind;
use sbm_core::directory::rows::{Account, Grant, GrantedRole};
use sbm_core::directory::{Actor, Change, Directory};
use sbm_core::id::{AccountId, DeviceId, GrantId, InstallationId, UserId};
use sbm_core::permission::{Role, Task, TaskAccess};
use sbm_core::run::{ProfileKind, RunRecord, RunResult};
use sbm_core::wire::v1::admin::HistoryQuery;

use super::fixture::*;
use super::{Case, World, case};
use crate::store::{RUN_SORTS, RunSource, StoreError, Within};

pub(super) const CASES: &[Case] = &[
    case!("list", nothing_is_an_empty_last_page),
    case!("list", pages_follow_each_other_newest_first_without_gap_or_double),
    case!("list", later_arrivals_do_not_shift_a_page),
    case!("list", runs_that_began_at_once_are_all_listed),
    case!("list", each_filter_narrows_and_filters_add_up_his_5),
    case!("list", a_text_is_looked_for_in_names_and_the_error_his_5),
    case!("list", each_order_goes_both_ways_without_gap_or_double_his_5),
    case!("list", a_page_stays_where_it_is_while_others_come_and_go_his_5),
    case!("list", an_order_that_there_is_not_is_named),
    case!("list", a_cursor_counts_for_its_own_order_only),
    case!("list", another_account_sees_nothing),
    case!("list", one_account_its_tree_and_everything_are_listed_in_one_order_acc_4),
    case!("list", what_stood_below_an_account_is_still_seen_from_there_acc_8),
    case!("list", a_wrong_cursor_is_named),
    case!("list", a_page_is_bounded),
];

fn ingest(world: &World, records: Vec<RunRecord>) {
    for chunk in records.chunks(500) {
        world.store().ingest(SOURCE, chunk.to_vec(), at(0)).wait().unwrap();
    }
}

/// The sequence numbers of all pages of a query.
fn pages(world: &World, query: HistoryQuery) -> Vec<Vec<u64>> {
    pages_of(world, Within::one(ROOT), query)
}

fn pages_of(world: &World, within: Within, mut query: HistoryQuery) -> Vec<Vec<u64>> {
    let mut found = Vec::new();
    loop {
        let page = world.store().list(within, query.clone()).wait().unwrap();
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
    let first = world.store().list(Within::one(ROOT), of_two()).wait().unwrap();
    ingest(world, [5, 7, 9].map(record).to_vec());
    let rest = HistoryQuery { after: first.next, ..of_two() };
    assert_eq!(pages(world, rest), [vec![5, 4], vec![2]]);
}

fn runs_that_began_at_once_are_all_listed(world: &mut World) {
    let records: Vec<_> = (1..=5)
        .map(|sequence| {
            let mut record = record(sequence);
            record.start.profile_start = sbm_core::run::record::LATEST;
            record
        })
        .collect();
    ingest(world, records.clone());
    // Even with the same id, from another device.
    let other = RunSource { device: DeviceId(2), installation: InstallationId::from_bytes([2; 16]), ..SOURCE };
    world.store().ingest(other, vec![sent_by(other, &records[4])], at(0)).wait().unwrap();
    assert_eq!(pages(world, of_two()), [vec![5, 5], vec![4, 3], vec![2, 1]]);
}

fn each_filter_narrows_and_filters_add_up_his_5(world: &mut World) {
    let mut records = [1, 2, 3, 4, 5].map(record);
    records[0].user = "bert".to_owned();
    records[1].start.profile.guid = Some(guid(8));
    records[2].finish.result = RunResult::Failure;
    records[3].installation = InstallationId::from_bytes([4; 16]);
    records[4].start.profile.guid = None;
    records[4].finish.result = RunResult::Failure;
    records[0].start.profile.name = "Letters".to_owned();
    records[1].computer = "pc-2".to_owned();
    records[2].start.kind = ProfileKind::Backup;
    records[3].start.restore = true;
    ingest(world, records.to_vec());
    let all = HistoryQuery::default;
    for (query, expected) in [
        (HistoryQuery { user: Some("bert".to_owned()), ..all() }, vec![1]),
        (HistoryQuery { profile: Some(guid(8)), ..all() }, vec![2]),
        (HistoryQuery { profile: Some(guid(9)), ..all() }, vec![4, 3, 1]),
        (HistoryQuery { result: Some(RunResult::Failure), ..all() }, vec![5, 3]),
        (HistoryQuery { installation: Some(InstallationId::from_bytes([4; 16])), ..all() }, vec![4]),
        (HistoryQuery { result: Some(RunResult::Failure), profile: Some(guid(9)), ..all() }, vec![3]),
        (HistoryQuery { user: Some("BERT".to_owned()), ..all() }, vec![1]),
        (HistoryQuery { profile_name: Some("letters".to_owned()), ..all() }, vec![1]),
        (HistoryQuery { computer: Some("PC-2".to_owned()), ..all() }, vec![2]),
        (HistoryQuery { kind: Some(ProfileKind::Backup), ..all() }, vec![3]),
        (HistoryQuery { restore: Some(true), ..all() }, vec![4]),
        (HistoryQuery { restore: Some(false), kind: Some(ProfileKind::Mirror), ..all() }, vec![5, 2, 1]),
        (HistoryQuery { since: Some(at(3_000)), ..all() }, vec![5, 4, 3]),
        (HistoryQuery { until: Some(at(3_000)), ..all() }, vec![2, 1]),
        (HistoryQuery { since: Some(at(2_000)), until: Some(at(4_000)), ..all() }, vec![3, 2]),
        (HistoryQuery { since: Some(at(4_000)), until: Some(at(2_000)), ..all() }, vec![]),
        (HistoryQuery { user: Some("nobody".to_owned()), ..all() }, vec![]),
    ] {
        assert_eq!(pages(world, query.clone()), [expected], "{query:?}");
    }
}

fn a_text_is_looked_for_in_names_and_the_error_his_5(world: &mut World) {
    let mut records = [1, 2, 3, 4, 5, 6].map(record);
    records.iter_mut().for_each(|record| record.finish.error.clear());
    records[0].user = "Jörg".to_owned();
    records[1].computer = "NOTEBOOK_7%".to_owned();
    records[2].start.profile.name = "Quarterly figures".to_owned();
    records[3].start.os_user = "SYSTEM\\backup".to_owned();
    records[4].finish.error = "the disk is FULL".to_owned();
    records[5].start.kind_text = "full".to_owned();
    ingest(world, records.to_vec());
    for (text, expected) in [
        ("JÖRG", vec![1]),
        ("book_7%", vec![2]),
        ("%", vec![2]),
        ("_", vec![2]),
        ("figures", vec![3]),
        ("system\\", vec![4]),
        ("full", vec![5]),
        ("", vec![6, 5, 4, 3, 2, 1]),
        ("nothing", vec![]),
    ] {
        let query = HistoryQuery { q: Some(text.to_owned()), ..HistoryQuery::default() };
        assert_eq!(pages(world, query), [expected], "{text}");
    }
}

/// Seven runs whose columns all go otherwise than their time, with doubles in each.
fn mixed(world: &World, account: AccountId) {
    let mut records = [1, 2, 3, 4, 5, 6, 7].map(record);
    for (record, (user, computer, profile, result)) in records.iter_mut().zip([
        ("carl", "x", "B", RunResult::Aborted),
        ("Anna", "y", "a", RunResult::Success),
        ("bert", "x", "c", RunResult::Failure),
        ("anna", "Z", "A", RunResult::Success),
        ("ANNA", "y", "b", RunResult::Warning),
        ("dora", "x", "", RunResult::Interrupted),
        ("bert", "z", "ü", RunResult::Skipped),
    ]) {
        (record.user, record.computer) = (user.to_owned(), computer.to_owned());
        (record.start.profile.name, record.finish.result) = (profile.to_owned(), result);
    }
    world.store().ingest(RunSource { account, ..SOURCE }, records.to_vec(), at(0)).wait().unwrap();
}

const ORDERS: [(&str, [u64; 7]); 10] = [
    ("time", [1, 2, 3, 4, 5, 6, 7]),
    ("-time", [7, 6, 5, 4, 3, 2, 1]),
    ("user", [5, 4, 2, 7, 3, 1, 6]),
    ("-user", [6, 1, 7, 3, 5, 4, 2]),
    ("computer", [6, 3, 1, 5, 2, 7, 4]),
    ("-computer", [7, 4, 5, 2, 6, 3, 1]),
    ("profile", [6, 4, 2, 5, 1, 3, 7]),
    ("-profile", [7, 3, 5, 1, 4, 2, 6]),
    ("result", [4, 2, 5, 3, 1, 7, 6]),
    ("-result", [6, 7, 1, 3, 5, 4, 2]),
];

fn each_order_goes_both_ways_without_gap_or_double_his_5(world: &mut World) {
    mixed(world, ROOT);
    for (sort, expected) in ORDERS {
        for limit in [1, 2, 3, 7] {
            let query = HistoryQuery { sort: Some(sort.to_owned()), limit: Some(limit), ..HistoryQuery::default() };
            assert_eq!(pages(world, query).concat(), expected, "{sort} by {limit}");
        }
    }
}

fn a_page_stays_where_it_is_while_others_come_and_go_his_5(world: &mut World) {
    // Each order has an account to itself.
    for (number, (sort, expected)) in ORDERS.into_iter().enumerate() {
        let account = AccountId(number as u32 + 1);
        mixed(world, account);
        let query = HistoryQuery { sort: Some(sort.to_owned()), limit: Some(3), ..HistoryQuery::default() };
        let first = world.store().list(Within::one(account), query.clone()).wait().unwrap();
        let later = (8..=20).map(record).collect();
        world.store().ingest(RunSource { account, ..SOURCE }, later, at(0)).wait().unwrap();
        // Even the run that the cursor was made of may go.
        let last = first.items[2].record.id;
        world.store().delete(place(account, last, SOURCE.installation), entry("run.delete")).wait().unwrap();
        let rest = pages_of(world, Within::one(account), HistoryQuery { after: first.next, ..query }).concat();
        let old: Vec<u64> = rest.into_iter().filter(|sequence| *sequence <= 7).collect();
        assert_eq!(old, expected[3..], "{sort}");
    }
}

fn an_order_that_there_is_not_is_named(world: &mut World) {
    for wrong in ["", "-", "Time", "--time", "time,user", "run_id", "profile_start; DROP TABLE runs"] {
        let query = HistoryQuery { sort: Some(wrong.to_owned()), ..HistoryQuery::default() };
        let refused = world.store().list(Within::one(ROOT), query).wait().unwrap_err();
        assert_eq!(refused, StoreError::BadSort { asked: wrong.into(), known: &RUN_SORTS });
        assert!(refused.to_string().contains("use `time`, `profile`, `user`, `computer` or `result`, with"), "{refused}");
    }
}

fn a_cursor_counts_for_its_own_order_only(world: &mut World) {
    mixed(world, ROOT);
    let page = |sort: &str, after| {
        let query = HistoryQuery { sort: Some(sort.to_owned()), limit: Some(2), after, ..HistoryQuery::default() };
        world.store().list(Within::one(ROOT), query).wait()
    };
    for (sort, _) in ORDERS {
        let next = page(sort, None).unwrap().next;
        for (other, _) in ORDERS {
            let answer = page(other, next.clone());
            assert_eq!(answer.is_ok(), sort == other, "a cursor of {sort} in {other}: {answer:?}");
        }
    }
}

fn another_account_sees_nothing(world: &mut World) {
    ingest(world, vec![record(1)]);
    let page = world.store().list(Within::one(AccountId(2)), HistoryQuery::default()).wait().unwrap();
    assert!(page.items.is_empty() && page.next.is_none());
}

/// Accounts 2, with 3 and 4 below it, the latter with 5 below it, and 6, a root account; each has runs of its own, told by the
/// hundreds.
fn a_forest(world: &World) {
    let row = |id: u32, parent: Option<u32>| {
        let kind = Kind::Organisation(Level::Reseller);
        Change::Account(Account::new(AccountId(id), parent.map(AccountId), name(&format!("a{id}")), kind))
    };
    let parents = [(2, Some(1)), (3, Some(2)), (4, Some(2)), (5, Some(4)), (6, None)];
    put(world.store(), parents.map(|(id, parent)| row(id, parent)).to_vec());
    for id in 1..=6_u32 {
        let source = RunSource { account: AccountId(id), device: DeviceId(id), installation: SOURCE.installation };
        // They began in turns, and one of each account at once.
        let records = [1, 2, 9].map(|number| RunRecord {
            sequence: u64::from(id) * 100 + number,
            id: run_id(number),
            ..record(number * 10 + if number == 9 { 0 } else { u64::from(id) })
        });
        world.store().ingest(source, records.to_vec(), at(0)).wait().unwrap();
    }
}

/// What this user sees, by what the store has.
fn seen_by(world: &World, user: UserId) -> Within {
    let facts = Directory::new(world.store().load().wait().unwrap());
    Within::of(facts.seen_by(&Actor::user(user, String::new())))
}

fn one_account_its_tree_and_everything_are_listed_in_one_order_acc_4(world: &mut World) {
    a_forest(world);
    let newest_first = |accounts: &[u64]| -> Vec<u64> {
        let down = || accounts.iter().rev();
        let first = down().map(|id| id * 100 + 9);
        first.chain(down().map(|id| id * 100 + 2)).chain(down().map(|id| id * 100 + 1)).collect()
    };
    let nobody = seen_by(world, UserId(77));
    // Somebody of the root, who was let read at two accounts below.
    let grant = |id: u32, account: u32| Grant {
        id: GrantId(id),
        user: UserId(2),
        account: AccountId(account),
        role: GrantedRole::BuiltIn(Role::Supporter),
        stamp: 0,
    };
    put(world.store(), vec![Change::User(user(2, "reader")), Change::Grant(grant(1, 3)), Change::Grant(grant(2, 4))]);
    let facts = Directory::new(world.store().load().wait().unwrap());
    let reads = |user| Actor { task: Some((Task::HistoryRead, TaskAccess::Read)), ..Actor::user(user, String::new()) };
    let reader = Within::of(facts.seen_by(&reads(UserId(2))));
    for (within, accounts) in [
        (Within::one(AccountId(2)), &[2][..]),
        (Within::below(AccountId(3)), &[3]),
        (Within::below(AccountId(2)), &[2, 3, 4, 5]),
        (Within::below(AccountId(4)), &[4, 5]),
        (Within::below(ROOT), &[1, 2, 3, 4, 5]),
        (Within::below(AccountId(6)), &[6]),
        (Within::below(AccountId(9)), &[]),
        (Within::EVERYTHING, &[1, 2, 3, 4, 5, 6]),
        (nobody, &[]),
        (reader, &[3, 4, 5]),
        // The superuser of the server, where there is another root account.
        (seen_by(world, ADMIN), &[1, 2, 3, 4, 5]),
    ] {
        for limit in [1, 2, 7, 100] {
            let query = HistoryQuery { limit: Some(limit), ..HistoryQuery::default() };
            assert_eq!(pages_of(world, within, query).concat(), newest_first(accounts), "{within:?} by {limit}");
            let query = HistoryQuery { limit: Some(limit), sort: Some("user".to_owned()), ..HistoryQuery::default() };
            assert_eq!(pages_of(world, within, query).concat(), newest_first(accounts), "{within:?} by user by {limit}");
        }
        for (id, number) in [(2, 1), (5, 2), (6, 9)] {
            let found = world.store().get(within, run_id(number), None).wait().unwrap();
            let mut found: Vec<u64> = found.iter().map(|found| found.run.record.sequence).collect();
            found.sort_unstable();
            assert_eq!(found, accounts.iter().map(|id| id * 100 + number).collect::<Vec<_>>(), "{within:?} {number}");
            assert_eq!(found.contains(&(id * 100 + number)), accounts.contains(&id));
        }
    }
    // What was found is deleted where it lies.
    let found = world.store().get(Within::below(AccountId(4)), run_id(2), None).wait().unwrap();
    let of_5 = found.iter().find(|found| found.account() == AccountId(5)).unwrap();
    assert_eq!(world.store().delete(of_5.place(), entry("run.delete")).wait(), Ok(true));
    let left = pages_of(world, Within::EVERYTHING, HistoryQuery::default()).concat();
    assert!(!left.contains(&502) && left.contains(&402) && left.len() == 17);
}

fn what_stood_below_an_account_is_still_seen_from_there_acc_8(world: &mut World) {
    a_forest(world);
    put(world.store(), vec![Change::DropAccount(AccountId(5))]);
    put(world.store(), vec![Change::DropAccount(AccountId(4)), Change::DropAccount(AccountId(6))]);
    world.reopen();
    let seen = |id: u32| {
        let by = |limit| HistoryQuery { limit: Some(limit), ..HistoryQuery::default() };
        let mut seen = pages_of(world, Within::below(AccountId(id)), by(100)).concat();
        // A page is found among the newest of all, if enough of those are seen.
        assert_eq!(pages_of(world, Within::below(AccountId(id)), by(1)).concat(), seen);
        seen.retain(|sequence| sequence % 100 == 1);
        seen
    };
    assert_eq!((seen(2), seen(1), seen(3)), (vec![501, 401, 301, 201], vec![501, 401, 301, 201, 101], vec![301]));
    // With one root account left its administrator sees all there is and was.
    let admin = seen_by(world, ADMIN);
    assert_eq!((admin, pages_of(world, admin, HistoryQuery::default()).concat().len()), (Within::EVERYTHING, 18));
}

fn a_wrong_cursor_is_named(world: &mut World) {
    for wrong in ["", "x", "1", "1.2.3", "1.0000000000017fffbfffffffffffffff", "1.0000000000017fffbfffffffffffffff.1.1", "' OR 1"]
    {
        let query = HistoryQuery { after: Some(wrong.to_owned()), ..HistoryQuery::default() };
        assert_eq!(world.store().list(Within::one(ROOT), query).wait(), Err(StoreError::BadCursor(wrong.into())));
    }
}

fn a_page_is_bounded(world: &mut World) {
    ingest(world, (1..=510).map(record).collect());
    for (limit, expected) in [(None, 100), (Some(0), 1), (Some(u32::MAX), 500)] {
        let query = HistoryQuery { limit, ..HistoryQuery::default() };
        assert_eq!(world.store().list(Within::one(ROOT), query).wait().unwrap().items.len(), expected, "{limit:?}");
    }
}
