//! Cases of communications and of the images of brandings (ACC-3).

use std::sync::Arc;

use sbm_core::account::branding::{Branding, Image, ImageFormat};
use sbm_core::account::tree::Kind;
use sbm_core::account::{About, Level};
use sbm_core::directory::rows::{Account, Grant, GrantedRole, User};
use sbm_core::directory::{Actor, Change, Directory};
use sbm_core::id::{AccountId, GrantId, Hash, UserId};
use sbm_core::name::Text;
use sbm_core::permission::{Role, RoleSet, Task, TaskAccess};
use sbm_core::wire::v1::admin::{AuditQuery, CommunicationKind, ListQuery, Page};

use super::fixture::{ADMIN, ROOT, at, entry, name, put as commit, user};
use super::{Case, World, case};
use crate::store::communications::{COMMUNICATION_SORTS, Fits, Kept};
use crate::store::{StoreError, Within};

pub(super) const CASES: &[Case] = &[
    case!("put_communication", what_is_written_down_is_there_with_its_entry_acc_3_run_12),
    case!("communications", those_of_an_account_and_below_are_found_wherever_it_is_moved_acc_3),
    case!("communications", pages_go_on_behind_their_last_row_in_every_order_whatever_comes_and_goes_acc_3),
    case!("communications", what_fits_by_more_than_the_database_has_fills_whole_pages_acc_3),
    case!("communications", an_order_or_a_place_that_there_is_not_is_named_acc_3),
    case!("communications", what_is_managed_is_listed_and_nothing_else_acc_3_acc_4),
    case!("communication", a_number_names_one_and_is_never_given_twice_acc_3),
    case!("modify_communication", of_two_who_change_one_the_second_is_told_acc_3),
    case!("delete_communication", it_is_removed_once_with_one_entry_acc_3_run_12),
    case!("image", what_a_branding_names_is_kept_and_what_it_names_no_more_goes_acc_3),
];

fn kept(account: AccountId, text: &str) -> Kept {
    Kept {
        account,
        kind: CommunicationKind::Meeting,
        at: at(50),
        planned: true,
        with: Text::new("Ann").unwrap(),
        text: Text::new(text).unwrap(),
        author: name("olga"),
        made: at(5),
    }
}

fn put(world: &World, kept: Kept) -> u64 {
    world.store().put_communication(kept, entry("communication.create")).wait().unwrap().unwrap()
}

fn account(id: u32, parent: AccountId) -> Account {
    Account::new(AccountId(id), Some(parent), name(&format!("unit {id}")), Kind::Organisation(Level::EndCustomer))
}

fn audited(world: &World, act: &str) -> Vec<String> {
    let query = AuditQuery { act: Some(act.to_owned()), ..AuditQuery::default() };
    world.store().list_audit(query).wait().unwrap().items.into_iter().map(|item| item.entry.object).collect()
}

fn what_is_written_down_is_there_with_its_entry_acc_3_run_12(world: &mut World) {
    let id = put(world, kept(ROOT, "the offer"));
    world.reopen();
    let page = Page { items: vec![(id, kept(ROOT, "the offer"))], next: None };
    assert_eq!(world.store().communications(Within::EVERYTHING, None, ListQuery::default()).wait(), Ok(page));
    assert_eq!(audited(world, "communication.create"), [id.to_string()]);
}

fn those_of_an_account_and_below_are_found_wherever_it_is_moved_acc_3(world: &mut World) {
    commit(
        world.store(),
        vec![Change::Account(account(2, ROOT)), Change::Account(account(3, ROOT)), Change::Account(account(4, AccountId(2)))],
    );
    let (two, four) = (put(world, kept(AccountId(2), "two")), put(world, kept(AccountId(4), "four")));
    let ids = |top: Option<u32>| {
        let within = top.map_or(Within::EVERYTHING, |top| Within::below(AccountId(top)));
        pages_of(world, within, None, ListQuery { sort: Some("id".to_owned()), ..ListQuery::default() }).concat()
    };
    assert_eq!(
        (ids(None), ids(Some(1)), ids(Some(2)), ids(Some(3))),
        (vec![two, four], vec![two, four], vec![two, four], vec![])
    );
    let several = |tops: &[u32]| {
        let tops: Vec<AccountId> = tops.iter().copied().map(AccountId).collect();
        pages_of(world, Within::below_several(&tops), None, ListQuery::default()).concat()
    };
    assert_eq!((several(&[3, 4]), several(&[4, 2]), several(&[])), (vec![four], vec![four, two], vec![]));
    commit(world.store(), vec![Change::Account(account(4, AccountId(3)))]);
    assert_eq!((ids(Some(2)), ids(Some(3)), ids(Some(4))), (vec![two], vec![four], vec![four]), "it goes along");
    commit(world.store(), vec![Change::DropAccount(AccountId(4))]);
    assert_eq!((ids(None), ids(Some(4))), (vec![two], vec![]), "and goes with it");
}

/// The numbers on each page until there is none behind it.
fn pages_of(world: &World, within: Within, fits: Option<Fits>, mut query: ListQuery) -> Vec<Vec<u64>> {
    let mut pages = Vec::new();
    loop {
        let page = world.store().communications(within, fits.clone(), query.clone()).wait().unwrap();
        pages.push(page.items.into_iter().map(|(id, _)| id).collect());
        match page.next {
            Some(next) => query.after = Some(next),
            None => return pages,
        }
    }
}

/// Some that are alike in each column, and their rows.
fn mixed(world: &World) -> Vec<(u64, Kept)> {
    let with = ["ann", "Bob", "\u{e4}nne", "", "bob", "Zo.e"];
    let rows = (0..17_u32).map(|at_| {
        let nth = at_ as usize;
        let row = Kept {
            kind: CommunicationKind::ALL[nth * 7 % 5],
            at: at(i64::from(at_ % 4) * 10 - 15),
            planned: at_ % 3 == 0,
            with: Text::new(with[nth % with.len()]).unwrap(),
            made: at(i64::from(at_ * 5 % 6)),
            ..kept(ROOT, &format!("number {at_}"))
        };
        (put(world, row.clone()), row)
    });
    rows.collect()
}

fn pages_go_on_behind_their_last_row_in_every_order_whatever_comes_and_goes_acc_3(world: &mut World) {
    let mut rows = mixed(world);
    for sort in COMMUNICATION_SORTS {
        // The same by comparing what stands there.
        rows.sort_by_cached_key(|(id, row)| {
            let number = match sort {
                "kind" => i64::from(row.kind.number()),
                "at" => row.at.as_millis(),
                "planned" => row.planned.into(),
                "made" => row.made.as_millis(),
                _ => 0,
            };
            (number, if sort == "with" { row.with.as_str().to_ascii_lowercase() } else { String::new() }, *id)
        });
        let up: Vec<u64> = rows.iter().map(|(id, _)| *id).collect();
        let down: Vec<u64> = up.iter().rev().copied().collect();
        for (sort, expected) in [(sort.to_owned(), up), (format!("-{sort}"), down)] {
            for limit in [1, 4, 17, 500] {
                let query = ListQuery { sort: Some(sort.clone()), limit: Some(limit), ..ListQuery::default() };
                let pages = pages_of(world, Within::one(ROOT), None, query);
                assert!(pages.iter().all(|page| page.len() <= limit as usize), "{sort}");
                assert_eq!(
                    (pages.len(), pages.concat()),
                    (17_usize.div_ceil(limit as usize), expected.clone()),
                    "{sort} {limit}"
                );
            }
        }
    }
    let query = ListQuery { sort: Some("id".to_owned()), limit: Some(5), ..ListQuery::default() };
    let first = world.store().communications(Within::EVERYTHING, None, query.clone()).wait().unwrap();
    let last = first.items[4].0;
    assert!(world.store().delete_communication(last, entry("communication.delete")).wait().unwrap());
    let later = put(world, kept(ROOT, "later"));
    let rest = pages_of(world, Within::EVERYTHING, None, ListQuery { after: first.next, ..query }).concat();
    assert_eq!(rest, (last + 1..=later).collect::<Vec<_>>(), "though the row of the cursor went and one came");
}

fn what_fits_by_more_than_the_database_has_fills_whole_pages_acc_3(world: &mut World) {
    let rows = mixed(world);
    let fits: Fits = Arc::new(|id, kept| id % 2 == 0 && kept.text.as_str().starts_with("number"));
    let query = ListQuery { sort: Some("-id".to_owned()), limit: Some(3), ..ListQuery::default() };
    let pages = pages_of(world, Within::below(ROOT), Some(fits), query.clone());
    let expected: Vec<u64> = rows.iter().rev().map(|(id, _)| *id).filter(|id| id % 2 == 0).collect();
    assert_eq!((pages.first().map(Vec::len), pages.concat()), (Some(3), expected));
    let nothing: Fits = Arc::new(|_, _| false);
    assert_eq!(pages_of(world, Within::EVERYTHING, Some(nothing), query), [Vec::<u64>::new()]);
}

fn an_order_or_a_place_that_there_is_not_is_named_acc_3(world: &mut World) {
    mixed(world);
    let ask = |sort: Option<&str>, after: Option<&str>| {
        let query = ListQuery { sort: sort.map(str::to_owned), after: after.map(str::to_owned), ..ListQuery::default() };
        world.store().communications(Within::one(ROOT), None, query).wait().map(|page| page.items.len())
    };
    for wrong in ["", "-", "At", "--at", "account", "author", "text", "at; DROP TABLE communications"] {
        let known = &COMMUNICATION_SORTS;
        assert_eq!(ask(Some(wrong), None), Err(StoreError::BadSort { asked: wrong.into(), known }), "{wrong}");
    }
    for wrong in ["", "7", "at.5.1", "-at.5", "-at.x.1", "-at.5.1.1", "-at.5.99999999999999999999", "-with.6.1"] {
        assert_eq!(ask(None, Some(wrong)), Err(StoreError::BadCursor(wrong.into())), "{wrong}");
    }
    // What is spelled well but of no row stands somewhere.
    assert_eq!((ask(Some("with"), Some("with..0")), ask(Some("planned"), Some("planned.1.0"))), (Ok(17), Ok(6)));
}

fn what_is_managed_is_listed_and_nothing_else_acc_3_acc_4(world: &mut World) {
    let other_root = Account { parent: None, ..account(5, ROOT) };
    let grant = |id: u32| {
        let (id, account) = (GrantId(id), AccountId(id));
        Change::Grant(Grant { id, user: UserId(2), account, role: GrantedRole::BuiltIn(Role::Supporter), stamp: 0 })
    };
    let boss = User { account: AccountId(2), roles: RoleSet::NONE.with(Role::Administrator), ..user(3, "boss") };
    let mut changes = vec![account(2, ROOT), account(3, AccountId(2)), account(4, AccountId(2)), other_root];
    let accounts = changes.drain(..).map(Change::Account);
    let people = [Change::User(user(2, "reader")), Change::User(boss), grant(3), grant(4)];
    commit(world.store(), accounts.chain(people).collect());
    for id in 1..=5 {
        put(world, kept(AccountId(id), "said"));
    }
    let facts = Directory::new(world.store().load().wait().unwrap());
    let listed = |user: UserId, named: Option<&str>| -> Vec<u64> {
        let actor = Actor { task: Some((Task::Accounts, TaskAccess::Read)), ..Actor::user(user, String::new()) };
        let within = Within::managed(facts.seen_by(&actor), named);
        pages_of(world, within, None, ListQuery { sort: Some("id".to_owned()), ..ListQuery::default() }).concat()
    };
    // Each was written down in the order of the accounts.
    for (named, operator, reader, boss) in [
        (None, &[1, 2, 3, 4, 5][..], &[3, 4][..], &[2, 3, 4][..]),
        (Some("root"), &[1, 2, 3, 4], &[3, 4], &[2, 3, 4]),
        (Some("ROOT>unit 2"), &[2, 3, 4], &[3, 4], &[2, 3, 4]),
        (Some("root>unit 2>unit 3"), &[3], &[3], &[3]),
        (Some("unit 5"), &[5], &[], &[]),
        (Some("root>nobody"), &[], &[], &[]),
        (Some("root>unit"), &[], &[], &[]),
        (Some(">"), &[], &[], &[]),
        (Some(""), &[], &[], &[]),
    ] {
        for (user, expected) in [(ADMIN, operator), (UserId(2), reader), (UserId(3), boss), (UserId(77), &[][..])] {
            assert_eq!(listed(user, named), expected, "{user:?} {named:?}");
        }
    }
}

fn a_number_names_one_and_is_never_given_twice_acc_3(world: &mut World) {
    let first = put(world, kept(ROOT, "one"));
    assert_eq!(world.store().communication(first).wait(), Ok(Some(kept(ROOT, "one"))));
    assert!(world.store().delete_communication(first, entry("communication.delete")).wait().unwrap());
    let second = put(world, kept(ROOT, "two"));
    assert!(second > first);
    for none in [0, first, second + 1, u64::MAX] {
        assert_eq!(world.store().communication(none).wait(), Ok(None), "{none}");
    }
}

fn of_two_who_change_one_the_second_is_told_acc_3(world: &mut World) {
    let (was, id) = (kept(ROOT, "one"), put(world, kept(ROOT, "one")));
    let done = Kept { planned: false, text: Text::new("she agreed").unwrap(), ..was.clone() };
    let change = |was: &Kept, new: &Kept| {
        world.store().modify_communication(id, was.clone(), new.clone(), entry("communication.modify")).wait().unwrap()
    };
    assert!(change(&was, &done));
    assert!(!change(&was, &Kept { kind: CommunicationKind::Call, ..was.clone() }), "it is not that any more");
    assert_eq!(world.store().communication(id).wait(), Ok(Some(done)));
    assert_eq!(audited(world, "communication.modify").len(), 1);
}

fn it_is_removed_once_with_one_entry_acc_3_run_12(world: &mut World) {
    let id = put(world, kept(ROOT, "one"));
    let remove = || world.store().delete_communication(id, entry("communication.delete")).wait().unwrap();
    assert!(remove() && !remove());
    assert_eq!(audited(world, "communication.delete").len(), 1);
}

fn what_a_branding_names_is_kept_and_what_it_names_no_more_goes_acc_3(world: &mut World) {
    let image = |bytes: &[u8]| Image { hash: Hash::of(bytes), format: ImageFormat::Png, size: bytes.len() as u64 };
    let branded = |images: &[&[u8]]| {
        let icons = images.iter().enumerate().map(|(at, bytes)| (format!("icon{at}"), image(bytes))).collect();
        let branding = Some(Branding { icons, ..Branding::new(name("Acme")) });
        let about = Some(Box::new(About { branding, ..About::default() }));
        Change::Account(Account { about, ..account(2, ROOT) })
    };
    let bytes = |bytes: &[u8]| Change::Image { account: AccountId(2), hash: Hash::of(bytes), bytes: Arc::from(bytes) };
    let found = |world: &World, id: u32, bytes: &[u8]| world.store().image(AccountId(id), Hash::of(bytes)).wait().unwrap();
    commit(world.store(), vec![branded(&[b"one", b"two"]), bytes(b"one"), bytes(b"two")]);
    world.reopen();
    assert_eq!(found(world, 2, b"one").as_deref(), Some(b"one".as_slice()));
    assert_eq!(found(world, 1, b"one"), None, "it is that account's");
    commit(world.store(), vec![branded(&[b"two", b"three"]), bytes(b"three"), bytes(b"two")]);
    assert_eq!(found(world, 2, b"one"), None);
    assert_eq!(found(world, 2, b"two").as_deref(), Some(b"two".as_slice()));
    commit(world.store(), vec![Change::DropAccount(AccountId(2))]);
    assert_eq!(found(world, 2, b"two"), None);
}
