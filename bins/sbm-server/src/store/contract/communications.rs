//! Cases of communications and of the images of brandings (ACC-3).

use std::sync::Arc;

use sbm_core::account::branding::{Branding, Image, ImageFormat};
use sbm_core::account::tree::Kind;
use sbm_core::account::{About, Level};
use sbm_core::directory::Change;
use sbm_core::directory::rows::Account;
use sbm_core::id::{AccountId, Hash};
use sbm_core::name::Text;
use sbm_core::wire::v1::admin::{AuditQuery, CommunicationKind};

use super::fixture::{ROOT, at, entry, name, put as commit};
use super::{Case, World, case};
use crate::store::communications::Kept;

pub(super) const CASES: &[Case] = &[
    case!("put_communication", what_is_written_down_is_there_with_its_entry_acc_3_run_12),
    case!("communications", those_of_an_account_and_below_are_found_wherever_it_is_moved_acc_3),
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
    assert_eq!(world.store().communications(None).wait(), Ok(vec![(id, kept(ROOT, "the offer"))]));
    assert_eq!(audited(world, "communication.create"), [id.to_string()]);
}

fn those_of_an_account_and_below_are_found_wherever_it_is_moved_acc_3(world: &mut World) {
    commit(
        world.store(),
        vec![Change::Account(account(2, ROOT)), Change::Account(account(3, ROOT)), Change::Account(account(4, AccountId(2)))],
    );
    let (two, four) = (put(world, kept(AccountId(2), "two")), put(world, kept(AccountId(4), "four")));
    let ids = |top: Option<u32>| -> Vec<u64> {
        world.store().communications(top.map(AccountId)).wait().unwrap().into_iter().map(|(id, _)| id).collect()
    };
    assert_eq!(
        (ids(None), ids(Some(1)), ids(Some(2)), ids(Some(3))),
        (vec![two, four], vec![two, four], vec![two, four], vec![])
    );
    commit(world.store(), vec![Change::Account(account(4, AccountId(3)))]);
    assert_eq!((ids(Some(2)), ids(Some(3)), ids(Some(4))), (vec![two], vec![four], vec![four]), "it goes along");
    commit(world.store(), vec![Change::DropAccount(AccountId(4))]);
    assert_eq!((ids(None), ids(Some(4))), (vec![two], vec![]), "and goes with it");
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
