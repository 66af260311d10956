//! Cases of what of the audit log is read of some accounts: all that is about them, and nothing besides (RUN-12, ACC-4).

use sbm_core::account::Level;
use sbm_core::account::tree::Kind;
use sbm_core::audit::Entry;
use sbm_core::directory::Change;
use sbm_core::directory::plan::Log;
use sbm_core::directory::rows::Account;
use sbm_core::id::AccountId;
use sbm_core::wire::v1::admin::AuditQuery;

use super::fixture::*;
use super::{Case, World, case};
use crate::store::audit::{AboutQuery, Placed};
use crate::store::{StoreError, Within};

pub(super) const CASES: &[Case] = &[
    case!("list_audit_about", what_is_about_an_account_is_read_there_and_above_and_nowhere_else_acc_4),
    case!("list_audit_about", an_entry_has_its_place_and_neither_it_nor_a_cursor_counts_the_rest_acc_4),
    case!("list_audit_about", who_is_not_told_of_is_not_found_by_his_name_acc_4),
    case!("list_audit_about", what_was_about_an_account_that_is_gone_is_read_above_it_acc_8),
    case!("list_audit_about", a_cursor_into_what_is_about_accounts_is_a_place),
];

const NORTH: AccountId = AccountId(2);
const CLIENT: AccountId = AccountId(3);
const SITE: AccountId = AccountId(4);
const SOUTH: AccountId = AccountId(5);

/// Two accounts below the root, and a client with a site below the first.
fn tree(world: &World) {
    let parents = [(NORTH, ROOT), (CLIENT, NORTH), (SITE, CLIENT), (SOUTH, ROOT)];
    let kind = Kind::Organisation(Level::Reseller);
    let row =
        |(id, parent): (AccountId, AccountId)| Change::Account(Account::new(id, Some(parent), name(&format!("a{}", id.0)), kind));
    put(world.store(), parents.map(row).to_vec());
}

/// One by somebody of the first account, about the others.
fn done(act: &str, by: AccountId, about: &[AccountId]) -> Entry {
    Entry { account: by, actor: format!("boss {}", by.0), ..entry(act) }.about(about.iter().copied())
}

fn page(world: &World, accounts: Within, query: AuditQuery) -> (Vec<Placed>, Option<String>) {
    let page = world.store().list_audit_about(AboutQuery { accounts, query }).wait().unwrap();
    (page.items, page.next)
}

/// The acts of all pages, each with its place.
fn acts(world: &World, accounts: Within, limit: u32) -> Vec<(u64, String)> {
    let mut query = AuditQuery { limit: Some(limit), ..AuditQuery::default() };
    let mut found = Vec::new();
    loop {
        let (items, next) = page(world, accounts, query.clone());
        found.extend(items.into_iter().map(|placed| (placed.place, placed.entry.act)));
        match next {
            Some(next) => query.after = Some(next),
            None => return found,
        }
    }
}

fn what_is_about_an_account_is_read_there_and_above_and_nowhere_else_acc_4(world: &mut World) {
    tree(world);
    let entries = [
        done("of root", ROOT, &[]),
        done("of north", NORTH, &[]),
        done("north at client", NORTH, &[CLIENT]),
        done("client at site", CLIENT, &[SITE]),
        done("root at both", ROOT, &[NORTH, SOUTH, SOUTH]),
        done("of site", SITE, &[SITE]),
    ];
    world.store().append_audit(entries.to_vec()).wait().unwrap();
    world.reopen();
    let below = |tops: &[AccountId]| Within::of_log(&Log::Of(tops.to_vec()));
    for (accounts, expected) in [
        (below(&[CLIENT]), vec!["of site", "client at site", "north at client"]),
        (below(&[SITE]), vec!["of site", "client at site"]),
        (below(&[SOUTH]), vec!["root at both"]),
        (below(&[SITE, SOUTH]), vec!["of site", "root at both", "client at site"]),
        (below(&[NORTH]), vec!["of site", "root at both", "client at site", "north at client", "of north"]),
        (below(&[AccountId(9)]), vec![]),
        (below(&[]), vec![]),
    ] {
        let wanted: Vec<(u64, String)> =
            expected.iter().enumerate().map(|(at, act)| ((expected.len() - at) as u64, (*act).to_owned())).collect();
        for limit in [1, 2, 100] {
            assert_eq!(acts(world, accounts, limit), wanted, "{accounts:?} by {limit}");
        }
    }
    let of_client = page(world, below(&[CLIENT]), AuditQuery::default()).0;
    assert_eq!(of_client.iter().map(|placed| placed.is_of_here).collect::<Vec<_>>(), [true, true, false]);
    // What is beside the log is no part of the chain.
    assert_eq!(world.store().verify_audit().wait(), Ok((6, None)));
}

fn an_entry_has_its_place_and_neither_it_nor_a_cursor_counts_the_rest_acc_4(world: &mut World) {
    tree(world);
    let two = AuditQuery { limit: Some(2), ..AuditQuery::default() };
    let own = |acts: &[&str]| {
        let entries = acts.iter().map(|act| done(act, CLIENT, &[])).collect();
        world.store().append_audit(entries).wait().unwrap();
    };
    let foreign = |count: usize| {
        world.store().append_audit(vec![done("elsewhere", SOUTH, &[]); count]).wait().unwrap();
    };
    let client = Within::below(CLIENT);
    own(&["a", "b", "c"]);
    let before = page(world, client, two.clone());
    // However much others do, before, between and after.
    foreign(7);
    assert_eq!(page(world, client, two.clone()), before);
    own(&["d"]);
    foreign(3);
    let places = |accounts| acts(world, accounts, 100).into_iter().map(|(place, _)| place).collect::<Vec<_>>();
    assert_eq!(places(client), [4, 3, 2, 1]);
    // What comes later does not shift a page.
    let rest = page(world, client, AuditQuery { after: before.1, ..two }).0;
    assert_eq!(rest.into_iter().map(|placed| placed.entry.act).collect::<Vec<_>>(), ["a"]);
}

fn who_is_not_told_of_is_not_found_by_his_name_acc_4(world: &mut World) {
    tree(world);
    let several = Entry { object: "12 accounts".to_owned(), ..done("account.disable", NORTH, &[CLIENT]) };
    let entries = vec![done("user.modify", NORTH, &[CLIENT]), done("user.create", CLIENT, &[]), several];
    world.store().append_audit(entries).wait().unwrap();
    let text = |text: &str| Some(text.to_owned());
    for (query, expected) in [
        (AuditQuery { actor: text("boss 2"), ..AuditQuery::default() }, vec![]),
        (AuditQuery { actor: text("BOSS 3"), ..AuditQuery::default() }, vec![2]),
        (AuditQuery { object: text("12 accounts"), ..AuditQuery::default() }, vec![]),
        (AuditQuery { object: text("it"), ..AuditQuery::default() }, vec![2, 1]),
        (AuditQuery { act: text("user"), ..AuditQuery::default() }, vec![2, 1]),
        (AuditQuery { act: text("account"), ..AuditQuery::default() }, vec![3]),
        (AuditQuery { outcome: text("busy"), ..AuditQuery::default() }, vec![]),
        (AuditQuery { since: Some(at(78)), ..AuditQuery::default() }, vec![]),
        (AuditQuery { until: Some(at(78)), ..AuditQuery::default() }, vec![3, 2, 1]),
    ] {
        let found: Vec<u64> = page(world, Within::below(CLIENT), query.clone()).0.iter().map(|placed| placed.place).collect();
        assert_eq!(found, expected, "{query:?}");
    }
    // Above, they are.
    let by_several = AuditQuery { object: text("12 accounts"), ..AuditQuery::default() };
    assert_eq!(page(world, Within::below(NORTH), by_several).0.len(), 1);
}

fn what_was_about_an_account_that_is_gone_is_read_above_it_acc_8(world: &mut World) {
    tree(world);
    world.store().append_audit(vec![done("of site", SITE, &[])]).wait().unwrap();
    put(world.store(), vec![Change::DropAccount(SITE)]);
    put(world.store(), vec![Change::DropAccount(CLIENT)]);
    for (top, expected) in [(NORTH, 1), (ROOT, 1), (SOUTH, 0)] {
        let found = page(world, Within::below(top), AuditQuery::default()).0;
        assert_eq!(found.len(), expected, "{top:?}");
        assert!(found.iter().all(|placed| placed.is_of_here));
    }
}

fn a_cursor_into_what_is_about_accounts_is_a_place(world: &mut World) {
    for wrong in ["", "x", "0", "-1", "1.0", "99999999999999999999", "' OR 1"] {
        let query = AuditQuery { after: Some(wrong.to_owned()), ..AuditQuery::default() };
        let asked = AboutQuery { accounts: Within::below(ROOT), query };
        assert_eq!(world.store().list_audit_about(asked).wait(), Err(StoreError::BadCursor(wrong.into())));
    }
}
