//! Cases of erase orders (ACC-8). Time is what the caller says.

use std::sync::{Arc, Barrier};

use sbm_core::account::tree::Kind;
use sbm_core::directory::rows::{Account, Device, ManagedProfile, Tombstone};
use sbm_core::directory::{Change, Directory};
use sbm_core::enrolment::{EnrolmentKind, Terms};
use sbm_core::erase::{LONGEST, Order};
use sbm_core::id::{AccountId, DeviceId, OrderId};
use sbm_core::name::Text;
use sbm_core::wire::v1::admin::{AuditQuery, CommunicationKind, ListQuery};

use super::fixture::{ADMIN, ROOT, at, device, entry, name, profile, put};
use super::{Case, World, case};
use crate::store::communications::Kept;
use crate::store::enrolments::NewEnrolment;
use crate::store::orders::KeptOrder;
use crate::store::{Commit, Committed, StoreError, Within};

pub(super) const CASES: &[Case] = &[
    case!("orders", an_order_is_there_with_the_deletion_and_not_without_it_acc_8),
    case!("commit", nothing_of_an_account_that_goes_is_there_for_who_comes_after_it_acc_2_acc_8),
    case!("order", it_says_how_far_it_came_and_of_none_nothing),
    case!("due_orders", those_that_wait_longest_come_first_and_a_clock_set_back_holds_up_none_acc_8),
    case!("order_failed", it_counts_and_says_why_and_what_is_done_stays_done_acc_8),
    case!("order_done", of_fifty_who_say_that_it_is_done_one_does_and_there_is_one_entry_run_12),
    case!("retry_order", it_is_due_at_once_and_begins_anew_run_12),
    case!("drop_orders", what_was_done_long_ago_goes_and_what_waits_stays_acc_8),
];

const HERE: AccountId = AccountId(2);

fn id(byte: u8) -> OrderId {
    OrderId::from_bytes([byte; 16])
}

fn order(byte: u8, deleted: i64) -> Order {
    Order { id: id(byte), account: AccountId(u32::from(byte)), name: format!("root>pc-{byte}"), deleted: at(deleted) }
}

fn fresh(order: Order) -> KeptOrder {
    KeptOrder { due: order.deleted, order, tries: 0, tried: None, failure: None, done: None }
}

fn with(world: &World, orders: &[(u8, i64)]) {
    put(world.store(), orders.iter().map(|(byte, deleted)| Change::Erase(order(*byte, *deleted))).collect());
}

fn ids(orders: &[KeptOrder]) -> Vec<OrderId> {
    orders.iter().map(|kept| kept.order.id).collect()
}

fn entries(world: &World, act: &str) -> usize {
    let query = AuditQuery { act: Some(act.to_owned()), ..AuditQuery::default() };
    world.store().list_audit(query).wait().unwrap().items.len()
}

fn an_order_is_there_with_the_deletion_and_not_without_it_acc_8(world: &mut World) {
    let account = Account::new(HERE, Some(ROOT), name("pc-2"), Kind::Backup);
    put(world.store(), vec![Change::Account(account)]);
    let changes = vec![Change::DropAccount(HERE), Change::Erase(order(2, 7))];
    let stale = Commit { based_on: 99, changes: changes.clone(), ..Commit::default() };
    assert!(matches!(world.store().commit(stale).wait(), Ok(Committed::Stale(_))));
    assert_eq!(world.store().orders().wait(), Ok(vec![]), "nothing was deleted");
    // The account does not exist, so that nothing of it is done.
    let impossible = vec![Change::DropAccount(AccountId(77)), Change::Erase(order(3, 7))];
    let based_on = world.store().revision().wait().unwrap();
    assert!(world.store().commit(Commit { based_on, changes: impossible, ..Commit::default() }).wait().is_err());
    assert_eq!(world.store().orders().wait(), Ok(vec![]));
    put(world.store(), changes);
    world.reopen();
    assert_eq!(world.store().orders().wait(), Ok(vec![fresh(order(2, 7))]));
    let rows = world.store().load().wait().unwrap();
    assert!(!rows.accounts.iter().any(|row| row.id == HERE));
    // One id is one order.
    let based_on = world.store().revision().wait().unwrap();
    let again = Commit { based_on, changes: vec![Change::Erase(order(2, 9))], ..Commit::default() };
    assert!(world.store().commit(again).wait().is_err());
}

fn nothing_of_an_account_that_goes_is_there_for_who_comes_after_it_acc_2_acc_8(world: &mut World) {
    let account = |id: u32, parent: u32, text: &str, kind| {
        Change::Account(Account::new(AccountId(id), Some(AccountId(parent)), name(text), kind))
    };
    let (pc, left) = (AccountId(3), AccountId(4));
    let owned = ManagedProfile { account: HERE, ..profile(1, 5, b"five") };
    put(
        world.store(),
        vec![
            account(2, 1, "lab", Kind::Backup),
            account(3, 2, "pc", Kind::Backup),
            Change::Body { account: HERE, hash: owned.body, bytes: Arc::from(*b"five") },
            Change::Profile(owned.clone()),
            Change::Device(Device { account: pc, ..device(1) }),
        ],
    );
    assert_eq!(world.store().report_stored(DeviceId(1), 1, 10).wait(), Ok(true));
    let terms = Terms { most: 9, uses: 0, expires: at(99), approval: false, revoked: false };
    let (kind, hash, text) = (EnrolmentKind::Passphrase, owned.body, Text::default());
    let (made_by, comment) = (name("olga"), text.clone());
    let code = NewEnrolment { account: HERE, user: ADMIN, kind, hash, terms, comment, made_by, made: at(5) };
    assert!(world.store().put_enrolment(code, entry("enrolment.create")).wait().unwrap().is_some());
    let (kind, with, author) = (CommunicationKind::Call, text.clone(), name("olga"));
    let said = Kept { account: HERE, kind, at: at(5), planned: false, with, text, author, made: at(5) };
    assert!(world.store().put_communication(said, entry("communication.create")).wait().unwrap().is_some());
    let tombstone = Tombstone {
        account: HERE,
        guid: owned.guid,
        name: owned.name.clone(),
        revision: owned.revision,
        deleted_by: name("lab"),
        deleted_at: at(6),
        stamp: 0,
    };
    let changes = vec![
        account(4, 1, "lab", Kind::Virtual),
        account(3, 4, "pc", Kind::Backup),
        Change::DropProfile { id: owned.id, tombstone },
        Change::DropAccount(HERE),
        Change::Erase(order(2, 7)),
    ];
    let before = Directory::new(world.store().load().wait().unwrap());
    let revision = put(world.store(), changes.clone());
    world.reopen();
    let (facts, kept) = (before.apply(revision, &changes), world.store().load().wait().unwrap());
    assert_eq!(kept.accounts, facts.accounts().cloned().collect::<Vec<_>>());
    assert_eq!(kept.tombstones, facts.tombstones().cloned().collect::<Vec<_>>(), "in memory and here alike");
    assert_eq!(kept.tombstones.iter().map(|row| row.account).collect::<Vec<_>>(), [ROOT], "its revisions go on above (PRO-4)");
    let filled = world.store().filled().wait().unwrap();
    assert_eq!(filled.iter().map(|(id, filled)| (*id, filled.stored)).collect::<Vec<_>>(), [ROOT, pc, left].map(|id| (id, 10)));
    assert_eq!(world.store().enrolments().wait().unwrap().len(), 0);
    let said = world.store().communications(Within::EVERYTHING, None, ListQuery::default()).wait().unwrap();
    assert_eq!(said.items.len(), 0);
    // Its name is free, and who takes it stands above who was left.
    put(world.store(), vec![account(4, 1, "LAB", Kind::Backup)]);
    let taken = world.store().commit(Commit {
        based_on: world.store().revision().wait().unwrap(),
        changes: vec![account(5, 1, "lab", Kind::Backup)],
        ..Commit::default()
    });
    assert!(matches!(taken.wait(), Err(StoreError::Taken(_))));
}

fn it_says_how_far_it_came_and_of_none_nothing(world: &mut World) {
    with(world, &[(2, 7), (3, 5)]);
    assert_eq!(ids(&world.store().orders().wait().unwrap()), [id(3), id(2)], "the oldest first");
    assert_eq!(world.store().order_failed(id(2), at(10), at(70), "no answer".to_owned()).wait(), Ok(true));
    let kept =
        KeptOrder { tries: 1, tried: Some(at(10)), due: at(70), failure: Some("no answer".to_owned()), ..fresh(order(2, 7)) };
    assert_eq!(world.store().order(id(2)).wait(), Ok(Some(kept)));
    assert_eq!(world.store().order(id(9)).wait(), Ok(None));
}

fn those_that_wait_longest_come_first_and_a_clock_set_back_holds_up_none_acc_8(world: &mut World) {
    with(world, &[(2, 30), (3, 10), (4, 20), (5, 40)]);
    let due = |now, most| ids(&world.store().due_orders(at(now), most).wait().unwrap());
    assert_eq!((due(9, 9), due(10, 9), due(29, 9)), (vec![], vec![id(3)], vec![id(3), id(4)]));
    assert_eq!(due(40, 2), [id(3), id(4)]);
    // Put off for as long as ever; then the clock is set back.
    assert_eq!(world.store().order_failed(id(3), at(40), at(40 + LONGEST), "no".to_owned()).wait(), Ok(true));
    assert_eq!(due(40, 9), [id(4), id(2), id(5)]);
    assert_eq!(due(39, 9), [id(4), id(2), id(3)], "no attempt is so far ahead");
}

fn it_counts_and_says_why_and_what_is_done_stays_done_acc_8(world: &mut World) {
    with(world, &[(2, 7)]);
    for (tries, why) in [(1, "one"), (2, "zwei ü")] {
        assert_eq!(world.store().order_failed(id(2), at(tries), at(9), why.to_owned()).wait(), Ok(true));
        let kept = world.store().order(id(2)).wait().unwrap().unwrap();
        assert_eq!((i64::from(kept.tries), kept.failure.as_deref(), kept.tried), (tries, Some(why), Some(at(tries))));
    }
    assert_eq!(world.store().order_done(id(2), at(20), entry("account.erased")).wait(), Ok(true));
    let done = world.store().order(id(2)).wait().unwrap().unwrap();
    assert_eq!((done.tries, &done.failure, done.done), (3, &None, Some(at(20))));
    // A server that stood still says so afterwards.
    assert_eq!(world.store().order_failed(id(2), at(30), at(99), "late".to_owned()).wait(), Ok(false));
    assert_eq!(world.store().order(id(2)).wait(), Ok(Some(done)));
    assert_eq!(world.store().due_orders(at(i64::MAX / 2), 9).wait(), Ok(vec![]));
    assert_eq!(world.store().order_failed(id(9), at(1), at(1), "none".to_owned()).wait(), Ok(false));
}

fn of_fifty_who_say_that_it_is_done_one_does_and_there_is_one_entry_run_12(world: &mut World) {
    for round in 1..=4_u8 {
        with(world, &[(round, 7)]);
        let barrier = Arc::new(Barrier::new(50));
        let threads: Vec<_> = (0..50)
            .map(|moment| {
                let (store, barrier) = (world.shared(), Arc::clone(&barrier));
                std::thread::spawn(move || {
                    barrier.wait();
                    store.order_done(id(round), at(moment), entry("account.erased")).wait().unwrap()
                })
            })
            .collect();
        assert_eq!(threads.into_iter().map(|thread| thread.join().unwrap()).filter(|won| *won).count(), 1);
    }
    assert_eq!(entries(world, "account.erased"), 4);
    assert_eq!(world.store().order_done(id(9), at(1), entry("account.erased")).wait(), Ok(false));
    assert_eq!(world.store().verify_audit().wait(), Ok((4, None)));
}

fn it_is_due_at_once_and_begins_anew_run_12(world: &mut World) {
    with(world, &[(2, 7)]);
    assert_eq!(world.store().order_failed(id(2), at(10), at(5_000), "no answer".to_owned()).wait(), Ok(true));
    assert_eq!(world.store().retry_order(id(2), at(11), entry("erase.retry")).wait(), Ok(true));
    let kept = world.store().order(id(2)).wait().unwrap().unwrap();
    assert_eq!((kept.tries, kept.due, kept.failure.as_deref()), (0, at(11), Some("no answer")), "it still says why");
    assert_eq!(world.store().order_done(id(2), at(12), entry("account.erased")).wait(), Ok(true));
    for none in [2, 9] {
        assert_eq!(world.store().retry_order(id(none), at(13), entry("erase.retry")).wait(), Ok(false));
    }
    assert_eq!(entries(world, "erase.retry"), 1);
}

fn what_was_done_long_ago_goes_and_what_waits_stays_acc_8(world: &mut World) {
    with(world, &[(2, 7), (3, 7), (4, 7)]);
    for (byte, moment) in [(2, 10), (3, 20)] {
        assert_eq!(world.store().order_done(id(byte), at(moment), entry("account.erased")).wait(), Ok(true));
    }
    let dropped = |before| world.store().drop_orders(at(before)).wait().unwrap();
    assert_eq!((dropped(10), dropped(20), dropped(20)), (0, 1, 0));
    assert_eq!(ids(&world.store().orders().wait().unwrap()), [id(3), id(4)]);
}
