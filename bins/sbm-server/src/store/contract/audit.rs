//! Cases of the audit log (RUN-12).

use super::fixture::*;
use super::{Case, World, case};

pub(super) const CASES: &[Case] = &[
    case!("append_audit", entries_get_numbers_without_a_gap_across_restarts),
    case!("append_audit", nothing_appended_is_no_entry),
    case!("audit_page", pages_go_forward_and_are_bounded),
    case!("audit_page", an_entry_comes_back_whole),
    case!("verify_audit", an_empty_log_is_whole),
    case!("verify_audit", a_log_of_many_origins_is_whole),
];

fn append(world: &World, acts: &[&str]) -> u64 {
    world.store().append_audit(acts.iter().map(|act| entry(act)).collect()).wait().unwrap()
}

fn numbers(world: &World, after: u64, limit: u32) -> Vec<u64> {
    world.store().audit_page(after, limit).wait().unwrap().iter().map(|chained| chained.number).collect()
}

fn entries_get_numbers_without_a_gap_across_restarts(world: &mut World) {
    assert_eq!(append(world, &["a", "b"]), 2);
    world.reopen();
    assert_eq!(append(world, &["c"]), 3);
    assert_eq!(numbers(world, 0, 10), [1, 2, 3]);
    assert_eq!(world.store().verify_audit().wait(), Ok((3, None)));
}

fn nothing_appended_is_no_entry(world: &mut World) {
    assert_eq!(append(world, &[]), 0);
    append(world, &["a"]);
    assert_eq!(append(world, &[]), 1);
    assert_eq!(numbers(world, 0, 10), [1]);
}

fn pages_go_forward_and_are_bounded(world: &mut World) {
    append(world, &["a", "b", "c", "d", "e"]);
    for (after, limit, expected) in
        [(0, 2, vec![1, 2]), (2, 2, vec![3, 4]), (4, 2, vec![5]), (5, 2, vec![]), (0, 0, vec![]), (u64::MAX, 9, vec![])]
    {
        assert_eq!(numbers(world, after, limit), expected, "{after} {limit}");
    }
}

fn an_entry_comes_back_whole(world: &mut World) {
    let mut odd = entry("group.create");
    (odd.detail, odd.object, odd.at) = ("ünïcödé\n'; DROP TABLE audit".to_owned(), String::new(), at(-1));
    world.store().append_audit(vec![odd.clone()]).wait().unwrap();
    let page = world.store().audit_page(0, 1).wait().unwrap();
    assert_eq!(page[0].hash, odd.chain(1, &sbm_core::audit::GENESIS));
    assert_eq!(page[0].entry, odd);
}

fn an_empty_log_is_whole(world: &mut World) {
    assert_eq!(world.store().verify_audit().wait(), Ok((0, None)));
}

fn a_log_of_many_origins_is_whole(world: &mut World) {
    append(world, &["a"]);
    let commit = crate::store::Commit { based_on: 1, audit: vec![entry("b"), entry("c")], ..Default::default() };
    world.store().commit(commit).wait().unwrap();
    world.store().ingest(SOURCE, vec![record(1)], at(1)).wait().unwrap();
    world.store().delete(ROOT, record(1).id, entry("d")).wait().unwrap();
    world.reopen();
    assert_eq!(world.store().verify_audit().wait(), Ok((4, None)));
}
