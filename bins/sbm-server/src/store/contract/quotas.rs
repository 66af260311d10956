//! Cases of quotas: what devices store, what runs reserve, and sums that follow wherever devices and accounts go (ACC-5).

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Barrier};

use sbm_core::account::quota::{Filled, MOST, Room};
use sbm_core::account::tree::Kind;
use sbm_core::account::{Level, Quota};
use sbm_core::cache::{RoomNote, RunRoom};
use sbm_core::directory::Change;
use sbm_core::directory::rows::{Account, Device};
use sbm_core::id::{AccountId, DeviceId, RunId};

use super::fixture::{self, ROOT, SOURCE, at, device, name, record, sent_by};
use super::{Case, World, case};
use crate::store::RunSource;
use crate::store::quotas::{Above, MOST_RUNS, Reserved};

pub(super) const CASES: &[Case] = &[
    case!("report_stored", what_a_device_stores_counts_for_every_account_above_it_acc_5),
    case!("report_stored", an_older_word_than_the_last_is_not_taken_and_a_stranger_has_none_acc_5),
    case!("reserve", the_tightest_room_on_the_way_up_decides_acc_5),
    case!("reserve", who_asks_again_has_what_he_said_last_below_the_ceiling_or_what_he_had_acc_5),
    case!("reserve", one_device_has_room_for_so_many_runs_and_bytes_and_takes_nobody_else_s_acc_5),
    case!("reserve", of_two_hundred_who_begin_at_once_no_two_count_on_the_same_room_acc_5),
    case!("release", a_run_that_is_over_or_came_into_the_history_has_no_room_any_more_acc_5),
    case!("above", what_is_left_above_a_device_is_told_with_what_it_stores_itself_acc_5),
    case!("above", as_many_runs_as_fit_are_told_the_newest_of_them_acc_5),
    case!("drop_reservations", a_run_that_nobody_heard_of_again_loses_its_room_acc_5),
    case!("filled", a_sum_follows_an_account_that_is_moved_and_a_device_that_goes_acc_2_acc_5),
    case!("filled", a_parent_that_comes_later_has_the_sums_of_what_is_below_acc_2_acc_5),
    case!("filled", two_hundred_who_begin_report_end_and_give_back_at_once_pass_no_ceiling_acc_5),
    case!("filled", two_hundred_who_report_and_are_moved_meanwhile_leave_the_right_sums_acc_5),
];

const ACME: AccountId = AccountId(2);
const NORTH: AccountId = AccountId(3);

fn account(id: AccountId, parent: AccountId, text: &str, hard: Option<u64>) -> Change {
    let row = Account::new(id, Some(parent), name(text), Kind::Organisation(Level::EndCustomer));
    Change::Account(Account { quota: Quota { hard, soft: None }, ..row })
}

fn placed(id: u32, account: AccountId) -> Change {
    Change::Device(Device { account, ..device(id) })
}

fn source_of(id: u32) -> RunSource {
    RunSource::of(&Device { account: NORTH, ..device(id) })
}

/// `root>acme>north`, with a ceiling on the upper one and on the lower one, and four devices in the lower one.
fn world_of(world: &World, upper: Option<u64>, lower: Option<u64>) {
    put(world, vec![account(ACME, ROOT, "acme", upper)]);
    put(world, vec![account(NORTH, ACME, "north", lower)]);
    put(world, (1..=4).map(|id| placed(id, NORTH)).collect());
}

fn put(world: &World, changes: Vec<Change>) {
    fixture::put(world.store(), changes);
}

fn run(number: u128) -> RunId {
    RunId::from_bytes(number.to_be_bytes())
}

fn report(world: &World, device: u32, number: u64, bytes: u64) -> bool {
    world.store().report_stored(DeviceId(device), number, bytes).wait().unwrap()
}

fn reserve(world: &World, device: u32, number: u128, bytes: u64) -> Reserved {
    world.store().reserve(DeviceId(device), run(number), bytes, at(100)).wait().unwrap()
}

fn full(bytes: u64, decided_by: AccountId) -> Reserved {
    Reserved::Full(Room { bytes, decided_by })
}

/// Stored and reserved of each account that has any.
fn sums(world: &World) -> Vec<(u32, u64, u64)> {
    let filled = world.store().filled().wait().unwrap();
    filled.into_iter().map(|(id, Filled { stored, reserved })| (id.0, stored, reserved)).collect()
}

fn what_a_device_stores_counts_for_every_account_above_it_acc_5(world: &mut World) {
    world_of(world, None, None);
    put(world, vec![placed(9, ROOT)]);
    assert!(report(world, 1, 1, 10) && report(world, 2, 1, 5) && report(world, 9, 1, 1));
    assert_eq!(sums(world), [(1, 16, 0), (2, 15, 0), (3, 15, 0)]);
    assert!(report(world, 1, 2, 3), "less is a word like any other");
    world.reopen();
    assert_eq!(sums(world), [(1, 9, 0), (2, 8, 0), (3, 8, 0)]);
}

fn an_older_word_than_the_last_is_not_taken_and_a_stranger_has_none_acc_5(world: &mut World) {
    world_of(world, None, None);
    assert!(report(world, 1, 7, 10));
    assert!(!report(world, 1, 7, 99) && !report(world, 1, 6, 99) && !report(world, 77, 1, 99));
    assert_eq!(sums(world), [(1, 10, 0), (2, 10, 0), (3, 10, 0)]);
    assert_eq!(reserve(world, 77, 1, 1), Reserved::NoDevice);
}

fn the_tightest_room_on_the_way_up_decides_acc_5(world: &mut World) {
    world_of(world, Some(100), Some(60));
    put(world, vec![placed(9, ACME)]);
    assert!(report(world, 1, 1, 20) && report(world, 9, 1, 50));
    assert_eq!(reserve(world, 1, 1, 31), full(30, ACME), "100 - 70 above, 60 - 20 below");
    assert_eq!(reserve(world, 1, 2, 30), Reserved::Granted);
    assert_eq!(reserve(world, 2, 3, 0), full(0, ACME), "there is none left, not even for who cannot say");
    put(world, vec![account(ACME, ROOT, "acme", Some(1_000))]);
    assert_eq!(reserve(world, 2, 3, 11), full(10, NORTH));
    put(world, vec![account(NORTH, ACME, "north", Some(10))]);
    assert_eq!(reserve(world, 2, 3, 1), full(0, NORTH), "over the ceiling there is no room, and less than none is none");
    put(world, vec![account(NORTH, ACME, "north", None), account(ACME, ROOT, "acme", None)]);
    assert_eq!(reserve(world, 2, 3, u64::from(u32::MAX)), Reserved::Granted, "nobody set a ceiling");
}

fn who_asks_again_has_what_he_said_last_below_the_ceiling_or_what_he_had_acc_5(world: &mut World) {
    world_of(world, Some(10), None);
    let reserved = |world: &World| sums(world).first().map(|(.., reserved)| *reserved);
    for (bytes, told, has) in [
        (6, Reserved::Granted, 6),
        (6, Reserved::Granted, 6),
        (10, Reserved::Granted, 10),
        (11, full(10, ACME), 10),
        (4, Reserved::Granted, 4),
        (0, Reserved::Granted, 0),
        (10, Reserved::Granted, 10),
    ] {
        assert_eq!((reserve(world, 1, 1, bytes), reserved(world).unwrap_or(0)), (told, has), "{bytes}");
    }
    assert_eq!(reserve(world, 1, 2, 1), full(0, ACME), "another run is another run");
    assert_eq!(reserve(world, 2, 1, 1), full(0, ACME), "and so is that of another device");
    put(world, vec![account(ACME, ROOT, "acme", Some(3))]);
    assert_eq!((reserve(world, 1, 1, 9), reserved(world)), (Reserved::Granted, Some(9)), "less is granted over a ceiling, too");
    assert_eq!((reserve(world, 1, 1, 10), reserved(world)), (full(3, ACME), Some(9)));
    // Asked again it began again: what is freed by age is what nobody asked for since.
    world.store().reserve(DeviceId(1), run(1), 9, at(500)).wait().unwrap();
    assert_eq!(world.store().drop_reservations(at(400)).wait(), Ok(0));
}

fn one_device_has_room_for_so_many_runs_and_bytes_and_takes_nobody_else_s_acc_5(world: &mut World) {
    world_of(world, None, None);
    let ask = |device, number, bytes| world.store().reserve(DeviceId(device), run(number), bytes, at(1)).wait();
    assert_eq!(ask(1, 1, MOST), Ok(Reserved::Granted));
    assert_eq!((ask(1, 2, 1), ask(1, 1, MOST)), (Ok(Reserved::TooMuch), Ok(Reserved::Granted)), "what it has it keeps");
    assert_eq!((ask(1, 1, MOST - 1), ask(1, 2, 1)), (Ok(Reserved::Granted), Ok(Reserved::Granted)));
    assert_eq!(ask(2, 3, MOST), Ok(Reserved::Granted), "another one has its own");
    for number in 0..u128::from(MOST_RUNS) {
        assert_eq!(ask(3, 1_000 + number, 0), Ok(Reserved::Granted));
    }
    assert_eq!((ask(3, 9, 0), ask(3, 1_000, 7)), (Ok(Reserved::TooMuch), Ok(Reserved::Granted)));
    assert_eq!(world.store().release(DeviceId(3), vec![run(1_001)]).wait(), Ok(1));
    assert_eq!(ask(3, 9, 0), Ok(Reserved::Granted));
}

fn of_two_hundred_who_begin_at_once_no_two_count_on_the_same_room_acc_5(world: &mut World) {
    world_of(world, Some(1_000), Some(2_000));
    let barrier = Arc::new(Barrier::new(200));
    let threads: Vec<_> = (0..200_u32)
        .map(|number| {
            let (store, barrier) = (world.shared(), Arc::clone(&barrier));
            std::thread::spawn(move || {
                barrier.wait();
                store.reserve(DeviceId(1 + number % 4), run(number.into()), 10, at(100)).wait().unwrap()
            })
        })
        .collect();
    let granted = threads.into_iter().map(|thread| thread.join().unwrap()).filter(|got| *got == Reserved::Granted);
    assert_eq!(granted.count(), 100);
    assert_eq!(sums(world), [(1, 0, 1_000), (2, 0, 1_000), (3, 0, 1_000)]);
}

fn a_run_that_is_over_or_came_into_the_history_has_no_room_any_more_acc_5(world: &mut World) {
    put(world, vec![placed(1, ROOT), Change::Account(quota_of_root(Some(100)))]);
    for number in 1..=3 {
        assert_eq!(reserve(world, 1, number, 30), Reserved::Granted);
    }
    let came = record(1);
    assert_eq!(world.store().reserve(DeviceId(1), came.id, 10, at(100)).wait(), Ok(Reserved::Granted));
    assert_eq!(reserve(world, 1, 9, 1), full(0, ROOT));
    assert_eq!(world.store().release(DeviceId(1), vec![run(1), run(77)]).wait(), Ok(1));
    assert_eq!(world.store().release(DeviceId(1), vec![run(1)]).wait(), Ok(0));
    assert_eq!(sums(world), [(1, 0, 70)]);
    world.store().ingest(SOURCE, vec![came], at(200)).wait().unwrap();
    assert_eq!(sums(world), [(1, 0, 60)]);
}

fn quota_of_root(hard: Option<u64>) -> Account {
    let row = Account::new(ROOT, None, name("root"), Kind::Organisation(Level::Reseller));
    Account { quota: Quota { hard, soft: None }, ..row }
}

fn what_is_left_above_a_device_is_told_with_what_it_stores_itself_acc_5(world: &mut World) {
    world_of(world, None, None);
    let above = |world: &World, device| world.store().above(DeviceId(device)).wait().unwrap();
    assert_eq!(above(world, 1), Some(Above { room: None, warns: false, counted: 0, kept: vec![] }), "nobody set anything");
    assert_eq!(above(world, 77), None);
    put(world, vec![account(ACME, ROOT, "acme", Some(100)), account(NORTH, ACME, "north", Some(60))]);
    assert!(report(world, 1, 1, 20) && report(world, 2, 1, 15));
    assert_eq!(reserve(world, 1, 1, 5), Reserved::Granted);
    assert_eq!(reserve(world, 1, 2, 3), Reserved::Granted);
    assert_eq!(world.store().release(DeviceId(1), vec![run(2)]).wait(), Ok(1), "its room is not told any more");
    let room = |bytes, decided_by| Some(Room { bytes, decided_by });
    let kept = |number, bytes| vec![RunRoom { run: run(number), bytes }];
    assert_eq!(above(world, 1), Some(Above { room: room(20, NORTH), warns: false, counted: 20, kept: kept(1, 5) }));
    assert_eq!(above(world, 3), Some(Above { room: room(20, NORTH), warns: false, counted: 0, kept: vec![] }));
    let soft = Account { quota: Quota { hard: None, soft: Some(35) }, ..quota_of_root(None) };
    put(world, vec![Change::Account(soft), account(NORTH, ACME, "north", Some(10))]);
    assert_eq!(
        above(world, 2),
        Some(Above { room: room(0, NORTH), warns: true, counted: 15, kept: vec![] }),
        "over it is none left"
    );
    put(world, vec![account(ACME, ROOT, "acme", None), account(NORTH, ACME, "north", None)]);
    assert_eq!(
        above(world, 2),
        Some(Above { room: None, warns: true, counted: 15, kept: vec![] }),
        "a soft one warns and bounds nothing"
    );
}

fn as_many_runs_as_fit_are_told_the_newest_of_them_acc_5(world: &mut World) {
    world_of(world, Some(1_000), None);
    let most = i64::try_from(RoomNote::MOST_KEPT).unwrap();
    for number in 0..most + 2 {
        let (own, moment) = (run(u128::try_from(most - number + 2).unwrap()), at(100 + number));
        assert_eq!(world.store().reserve(DeviceId(1), own, 1, moment).wait(), Ok(Reserved::Granted));
    }
    reserve(world, 2, 77, 1);
    world.store().reserve(DeviceId(1), run(78), 0, at(900)).wait().unwrap();
    let above = world.store().above(DeviceId(1)).wait().unwrap().unwrap();
    let newest: Vec<RunRoom> = (1..=RoomNote::MOST_KEPT as u128).map(|number| RunRoom { run: run(number), bytes: 1 }).collect();
    assert_eq!(above.kept, newest);
    let taken = u64::try_from(most).unwrap() + 3;
    assert_eq!(above.room, Some(Room { bytes: 1_000 - taken, decided_by: ACME }), "all of it is taken off");
}

fn a_run_that_nobody_heard_of_again_loses_its_room_acc_5(world: &mut World) {
    world_of(world, None, None);
    for (device, number, moment) in [(1, 1, 10), (2, 2, 20), (1, 3, 30)] {
        world.store().reserve(DeviceId(device), run(number), 5, at(moment)).wait().unwrap();
    }
    assert_eq!(world.store().drop_reservations(at(30)).wait(), Ok(2));
    assert_eq!(sums(world), [(1, 0, 5), (2, 0, 5), (3, 0, 5)]);
    assert_eq!(world.store().drop_reservations(at(30)).wait(), Ok(0));
}

fn a_sum_follows_an_account_that_is_moved_and_a_device_that_goes_acc_2_acc_5(world: &mut World) {
    world_of(world, None, None);
    assert!(report(world, 1, 1, 10) && report(world, 2, 1, 5));
    assert_eq!(reserve(world, 1, 1, 3), Reserved::Granted);
    put(world, vec![account(NORTH, ROOT, "north", None)]);
    assert_eq!(sums(world), [(1, 15, 3), (3, 15, 3)]);
    put(world, vec![placed(1, ACME)]);
    assert_eq!(sums(world), [(1, 15, 3), (2, 10, 3), (3, 5, 0)]);
    put(world, vec![Change::DropDevice(DeviceId(1))]);
    assert_eq!(sums(world), [(1, 5, 0), (3, 5, 0)]);
    put(world, vec![Change::DropDevice(DeviceId(2)), Change::DropDevice(DeviceId(3)), Change::DropDevice(DeviceId(4))]);
    put(world, vec![Change::DropAccount(NORTH)]);
    assert_eq!(sums(world), []);
}

fn a_parent_that_comes_later_has_the_sums_of_what_is_below_acc_2_acc_5(world: &mut World) {
    let virtual_one = Account::new(ACME, Some(ROOT), name("acme"), Kind::Virtual);
    put(world, vec![Change::Account(virtual_one.clone())]);
    put(world, vec![account(NORTH, ACME, "north", None)]);
    put(world, vec![placed(1, NORTH)]);
    assert!(report(world, 1, 1, 10));
    let quota = Quota { hard: Some(12), soft: None };
    put(world, vec![Change::Account(Account { kind: Kind::Backup, quota, ..virtual_one })]);
    assert_eq!(reserve(world, 1, 1, 3), full(2, ACME), "its ceiling counts at once for what is below it already");
}

/// How a run of the next case goes: it is begun in each, if there is room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// It stores what it stated, says so, and its record comes.
    SaysThenEnds,
    /// Its record comes first: until its word comes what it stored is counted nowhere.
    EndsThenSays,
    /// It does not begin.
    GivesBack,
    /// It says that it needs less, and goes on.
    GoesOn,
}

const WAYS: [Way; 4] = [Way::SaysThenEnds, Way::EndsThenSays, Way::GivesBack, Way::GoesOn];
/// What each states and stores, and what those that go on need in the end.
const EACH: u64 = 10;
const LESS: u64 = 4;

/// Two hundred devices with one run each below one ceiling that has room for sixty. Somebody looks all the while: the sums of
/// the accounts are the same in each look, and never more is stored than the ceiling and what was in flight. What is in flight
/// is what was stored by runs whose record came before their word: no device of the other kinds adds a byte to it.
fn two_hundred_who_begin_report_end_and_give_back_at_once_pass_no_ceiling_acc_5(world: &mut World) {
    const DEVICES: u32 = 200;
    const CEILING: u64 = 60 * EACH;
    world_of(world, Some(CEILING), Some(2 * CEILING));
    put(world, (1..=DEVICES).map(|id| placed(id, NORTH)).collect());
    let (barrier, is_over) = (Arc::new(Barrier::new(DEVICES as usize)), Arc::new(AtomicBool::new(false)));
    let in_flight = Arc::new(AtomicU64::new(0));
    let watcher = {
        let (store, is_over, in_flight) = (world.shared(), Arc::clone(&is_over), Arc::clone(&in_flight));
        std::thread::spawn(move || {
            let mut looks = 0_u32;
            while !is_over.load(Ordering::SeqCst) || looks == 0 {
                let filled = store.filled().wait().unwrap();
                // Asked for afterwards: it only grows.
                let passed = in_flight.load(Ordering::SeqCst);
                assert!(filled.windows(2).all(|two| two[0].1 == two[1].1), "{filled:?}");
                for (_, Filled { stored, reserved }) in filled {
                    assert!(stored <= CEILING + passed && reserved <= CEILING, "{stored} and {reserved} with {passed} in flight");
                }
                looks += 1;
            }
        })
    };
    let threads: Vec<_> = (1..=DEVICES)
        .map(|id| {
            let (store, barrier, in_flight) = (world.shared(), Arc::clone(&barrier), Arc::clone(&in_flight));
            std::thread::spawn(move || {
                let (way, own) = (WAYS[id as usize % WAYS.len()], DeviceId(id));
                let came = sent_by(source_of(id), &record(u64::from(id)));
                let says = || assert_eq!(store.report_stored(own, 1, EACH).wait(), Ok(true));
                let ends = || assert_eq!(store.ingest(source_of(id), vec![came.clone()], at(200)).wait().unwrap().len(), 1);
                barrier.wait();
                if store.reserve(own, came.id, EACH, at(100)).wait().unwrap() != Reserved::Granted {
                    return (way, false);
                }
                match way {
                    Way::SaysThenEnds => {
                        says();
                        ends();
                    }
                    Way::EndsThenSays => {
                        in_flight.fetch_add(EACH, Ordering::SeqCst);
                        ends();
                        says();
                    }
                    Way::GivesBack => assert_eq!(store.release(own, vec![came.id]).wait(), Ok(1)),
                    Way::GoesOn => assert_eq!(store.reserve(own, came.id, LESS, at(300)).wait(), Ok(Reserved::Granted)),
                }
                (way, true)
            })
        })
        .collect();
    let done: Vec<(Way, bool)> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    is_over.store(true, Ordering::SeqCst);
    watcher.join().unwrap();
    let count = |ways: &[Way]| done.iter().filter(|(way, begun)| *begun && ways.contains(way)).count() as u64;
    let (stored, reserved) = (EACH * count(&[Way::SaysThenEnds, Way::EndsThenSays]), LESS * count(&[Way::GoesOn]));
    assert_eq!(sums(world), [ROOT, ACME, NORTH].map(|id| (id.0, stored, reserved)), "to the byte");
    assert!(stored + reserved <= CEILING + in_flight.load(Ordering::SeqCst));
    // Between its word and its record a run counts twice.
    assert!(count(&WAYS) >= CEILING / (2 * EACH), "as many began as there was room for");
    assert_eq!(world.store().drop_reservations(at(301)).wait(), Ok(count(&[Way::GoesOn])));
    assert!(sums(world).iter().all(|(_, at_last, reserved)| (*at_last, *reserved) == (stored, 0)));
}

fn two_hundred_who_report_and_are_moved_meanwhile_leave_the_right_sums_acc_5(world: &mut World) {
    world_of(world, None, None);
    let barrier = Arc::new(Barrier::new(201));
    let threads: Vec<_> = (0..200_u64)
        .map(|number| {
            let (store, barrier) = (world.shared(), Arc::clone(&barrier));
            std::thread::spawn(move || {
                barrier.wait();
                store.report_stored(DeviceId(1 + (number % 4) as u32), 1 + number / 4, number).wait().unwrap();
            })
        })
        .collect();
    barrier.wait();
    for parent in [ROOT, ACME, ROOT, ACME] {
        put(world, vec![account(NORTH, parent, "north", None)]);
    }
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    // The last words are 196 to 199.
    assert_eq!(sums(world), [(1, 790, 0), (2, 790, 0), (3, 790, 0)]);
}
