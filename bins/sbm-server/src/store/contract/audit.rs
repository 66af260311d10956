//! Cases of the audit log (RUN-12).

use sbm_core::audit::Entry;
use sbm_core::wire::v1::admin::{AuditEntry, AuditQuery};

use super::fixture::*;
use super::{Case, World, case};
use crate::store::StoreError;

pub(super) const CASES: &[Case] = &[
    case!("append_audit", entries_get_numbers_without_a_gap_across_restarts),
    case!("append_audit", nothing_appended_is_no_entry),
    case!("audit_page", pages_go_forward_and_are_bounded),
    case!("audit_page", an_entry_comes_back_whole),
    case!("audit_page", whatever_somebody_said_comes_back_with_every_character),
    case!("list_audit", the_newest_come_first_and_pages_follow_each_other),
    case!("list_audit", later_entries_do_not_shift_a_page_of_the_log),
    case!("list_audit", each_filter_of_the_log_narrows_and_filters_add_up),
    case!("list_audit", a_wrong_cursor_into_the_log_is_named),
    case!("list_audit", a_page_of_the_log_is_bounded),
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

/// Who tries to log in under a name with a NUL in it is in the log under that name. PostgreSQL has no such text of its own.
fn whatever_somebody_said_comes_back_with_every_character(world: &mut World) {
    let (actor, object, detail) = ("a\0b".to_owned(), "\u{10ffff}0\0".to_owned(), "\0".repeat(3));
    let said = Entry { actor, object, detail, ..entry("login.refused") };
    world.store().append_audit(vec![said.clone()]).wait().unwrap();
    world.reopen();
    let page = world.store().audit_page(0, 1).wait().unwrap();
    assert_eq!(page.into_iter().map(|chained| chained.entry).collect::<Vec<_>>(), [said]);
    assert_eq!(world.store().verify_audit().wait(), Ok((1, None)));
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
    world.store().delete(place(ROOT, record(1).id, SOURCE.installation), entry("d")).wait().unwrap();
    world.reopen();
    assert_eq!(world.store().verify_audit().wait(), Ok((4, None)));
}

/// The numbers of all pages of a query.
fn listed(world: &World, mut query: AuditQuery) -> Vec<Vec<u64>> {
    let mut found = Vec::new();
    loop {
        let page = world.store().list_audit(query.clone()).wait().unwrap();
        found.push(page.items.iter().map(|entry| entry.number).collect());
        match page.next {
            Some(next) => query.after = Some(next),
            None => return found,
        }
    }
}

fn the_newest_come_first_and_pages_follow_each_other(world: &mut World) {
    assert_eq!(listed(world, AuditQuery::default()), [Vec::<u64>::new()]);
    append(world, &["a", "b", "c", "d", "e"]);
    let of = |limit| AuditQuery { limit: Some(limit), ..AuditQuery::default() };
    assert_eq!(listed(world, of(2)), [vec![5, 4], vec![3, 2], vec![1]]);
    assert_eq!(listed(world, of(5)), [vec![5, 4, 3, 2, 1]], "a full last page is the last");
    let chained = world.store().audit_page(4, 1).wait().unwrap().remove(0);
    let newest = world.store().list_audit(of(1)).wait().unwrap().items.remove(0);
    assert_eq!(newest, AuditEntry { number: 5, entry: chained.entry, hash: chained.hash });
}

fn later_entries_do_not_shift_a_page_of_the_log(world: &mut World) {
    append(world, &["a", "b", "c"]);
    let two = AuditQuery { limit: Some(2), ..AuditQuery::default() };
    let first = world.store().list_audit(two.clone()).wait().unwrap();
    append(world, &["d", "e"]);
    assert_eq!(listed(world, AuditQuery { after: first.next, ..two }), [vec![1]]);
}

fn each_filter_of_the_log_narrows_and_filters_add_up(world: &mut World) {
    let mut entries = ["user.create", "user", "users.list", "user.delete", "group.create"].map(entry);
    entries[1].actor = "Bert".to_owned();
    entries[2].outcome = "denied_role".to_owned();
    entries[3].object = "Anna".to_owned();
    (entries[0].at, entries[4].at) = (at(70), at(80));
    world.store().append_audit(entries.to_vec()).wait().unwrap();
    let all = AuditQuery::default;
    let text = |text: &str| Some(text.to_owned());
    for (query, expected) in [
        (AuditQuery { actor: text("bert"), ..all() }, vec![2]),
        (AuditQuery { act: text("user"), ..all() }, vec![4, 2, 1]),
        (AuditQuery { act: text("user.create"), ..all() }, vec![1]),
        (AuditQuery { act: text("user."), ..all() }, vec![]),
        (AuditQuery { act: text("%"), ..all() }, vec![]),
        (AuditQuery { object: text("anna"), ..all() }, vec![4]),
        (AuditQuery { outcome: text("denied_role"), ..all() }, vec![3]),
        (AuditQuery { since: Some(at(77)), ..all() }, vec![5, 4, 3, 2]),
        (AuditQuery { until: Some(at(77)), ..all() }, vec![1]),
        (AuditQuery { since: Some(at(71)), until: Some(at(80)), act: text("user"), ..all() }, vec![4, 2]),
        (AuditQuery { actor: text("nobody"), ..all() }, vec![]),
    ] {
        assert_eq!(listed(world, query.clone()), [expected], "{query:?}");
    }
}

fn a_wrong_cursor_into_the_log_is_named(world: &mut World) {
    for wrong in ["", "x", "0", "-1", "1.0", "99999999999999999999", "' OR 1"] {
        let query = AuditQuery { after: Some(wrong.to_owned()), ..AuditQuery::default() };
        assert_eq!(world.store().list_audit(query).wait(), Err(StoreError::BadCursor(wrong.into())));
    }
}

fn a_page_of_the_log_is_bounded(world: &mut World) {
    append(world, &["a"; 510]);
    for (limit, expected) in [(None, 100), (Some(0), 1), (Some(u32::MAX), 500)] {
        let query = AuditQuery { limit, ..AuditQuery::default() };
        assert_eq!(world.store().list_audit(query).wait().unwrap().items.len(), expected, "{limit:?}");
    }
}
