//! Cases of backup accounts: what they are comes back whole, and of two machines one is heard (ACC-11, ACC-12).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};

use sbm_core::account::quota::Filled;
use sbm_core::account::tree::Kind;
use sbm_core::account::{Lease, Level, Silo};
use sbm_core::directory::Change;
use sbm_core::directory::rows::{Account, Device};
use sbm_core::id::{AccountId, DeviceId, InstallationId, RunId, UserId};
use sbm_core::wire::v1::device::{Fate, Outcome};

use super::fixture::{self, ROOT, at, device, guid, name, record, sent_by};
use super::{Case, World, case};
use crate::store::quotas::Reserved;
use crate::store::{Commit, Committed, RunSource, Store, StoreError};

pub(super) const CASES: &[Case] = &[
    case!("load", what_a_backup_account_is_comes_back_whole_and_goes_with_it_acc_11_acc_12),
    case!("ingest", a_machine_that_lost_its_account_is_not_heard_of_anything_acc_11),
    case!("report_stored", what_the_machine_before_stored_is_counted_once_acc_11_acc_5),
    case!("commit", of_fifty_who_claim_a_backup_account_at_once_one_has_it_acc_11),
    case!("ingest", nothing_is_taken_from_a_machine_once_it_was_released_acc_11),
];

const PC: AccountId = AccountId(2);
const ONE: DeviceId = DeviceId(1);
const TWO: DeviceId = DeviceId(2);

fn account(lease: Lease, own: Option<UserId>) -> Account {
    Account { silo: Silo { own, lease }, ..Account::new(PC, Some(ROOT), name("pc"), Kind::Backup) }
}

fn held(fence: u64, by: DeviceId) -> Change {
    Change::Account(account(Lease { fence, holder: Some(by) }, None))
}

fn machine(id: DeviceId) -> Device {
    Device { account: PC, ..device(id.0) }
}

fn source(id: DeviceId) -> RunSource {
    RunSource::of(&machine(id))
}

/// `root>pc`, with two machines, of which the first has it.
fn two_machines(world: &World) {
    fixture::put(world.store(), vec![held(1, ONE)]);
    fixture::put(world.store(), vec![Change::Device(machine(ONE)), Change::Device(machine(TWO))]);
}

fn silo(store: &dyn Store) -> Option<Silo> {
    let rows = store.load().wait().unwrap().accounts;
    rows.into_iter().find(|row| row.id == PC).map(|row| row.silo)
}

fn upload(store: &dyn Store, of: DeviceId, sequence: u64) -> Result<Fate, StoreError> {
    let taken = store.ingest(source(of), vec![sent_by(source(of), &record(sequence))], at(9_999)).wait()?;
    Ok(taken[0].fate)
}

fn what_a_backup_account_is_comes_back_whole_and_goes_with_it_acc_11_acc_12(world: &mut World) {
    let lease = Lease { fence: 7, holder: Some(TWO) };
    for row in [account(lease, Some(UserId(9))), account(lease.release(), None), account(Lease::default(), None)] {
        fixture::put(world.store(), vec![Change::Account(row.clone())]);
        world.reopen();
        assert_eq!(silo(world.store()), Some(row.silo));
    }
    fixture::put(world.store(), vec![Change::Account(account(lease, Some(UserId(9))))]);
    fixture::put(world.store(), vec![Change::DropAccount(PC)]);
    assert_eq!(silo(world.store()), None);
}

fn a_machine_that_lost_its_account_is_not_heard_of_anything_acc_11(world: &mut World) {
    two_machines(world);
    let store = world.store();
    let says = |of: DeviceId, number: u64| -> Vec<Result<(), StoreError>> {
        let run = RunId::from_bytes(u128::from(number).to_be_bytes());
        let outcome = Outcome { guid: guid(1), revision: 1, failure: None };
        vec![
            upload(store, of, number).map(drop),
            store.set_aside(source(of), "{}".to_owned(), "broken".to_owned(), at(1)).wait(),
            store.report_stored(of, number, 5).wait().map(drop),
            store.reserve(of, run, 1, at(1)).wait().map(|told| assert_eq!(told, Reserved::Granted)),
            store.release(of, vec![run]).wait().map(|count| assert_eq!(count, 1)),
            store.put_outcomes(source(of), vec![outcome], vec![guid(1)], at(1)).wait(),
            store.hold(source(of), vec![(guid(1), 1)], at(1)).wait(),
        ]
    };
    let (heard, refused) = (vec![Ok(()); 7], vec![Err(StoreError::OtherMachine); 7]);
    assert_eq!((says(ONE, 1), says(TWO, 2)), (heard.clone(), refused.clone()));
    let lease = Lease { fence: 1, holder: Some(ONE) }.release();
    fixture::put(store, vec![Change::Account(account(lease, None))]);
    assert_eq!((says(ONE, 3), says(TWO, 4)), (refused.clone(), refused.clone()), "nobody has it");
    fixture::put(store, vec![held(3, TWO)]);
    assert_eq!((says(ONE, 5), says(TWO, 6)), (refused, heard.clone()));
    // In an organisation each is heard, and where nobody ever had it.
    fixture::put(store, vec![Change::Account(account(Lease::default(), None))]);
    assert_eq!((says(ONE, 7), says(TWO, 8)), (heard.clone(), heard.clone()));
    let site = Account { kind: Kind::Organisation(Level::Site), ..account(Lease { fence: 4, holder: Some(TWO) }, None) };
    fixture::put(store, vec![Change::Account(site)]);
    assert_eq!((says(ONE, 9), says(TWO, 10)), (heard.clone(), heard));
}

fn what_the_machine_before_stored_is_counted_once_acc_11_acc_5(world: &mut World) {
    two_machines(world);
    let store = world.store();
    let sums = || store.filled().wait().unwrap();
    let both = |stored, reserved| [ROOT, PC].map(|id| (id, Filled { stored, reserved }));
    store.report_stored(ONE, 1, 100).wait().unwrap();
    store.reserve(ONE, RunId::from_bytes([1; 16]), 30, at(1)).wait().unwrap();
    fixture::put(store, vec![held(2, TWO)]);
    assert_eq!(sums(), both(100, 30), "what is there is there");
    assert_eq!(store.report_stored(TWO, 1, 120).wait(), Ok(true));
    assert_eq!(sums(), both(120, 0));
    assert_eq!(store.report_stored(TWO, 1, 7).wait(), Ok(false));
    assert_eq!(sums(), both(120, 0));
}

const CLAIMS: u32 = 50;

/// Each looks, claims for a device of its own if it may, and commits; whoever was overtaken looks again.
fn claim(store: &dyn Store, by: DeviceId) -> Option<u64> {
    loop {
        let rows = store.load().wait().unwrap();
        let row = rows.accounts.iter().find(|row| row.id == PC).unwrap();
        let lease = row.silo.lease.claim(by, |_| true).ok()?;
        let changes = vec![Change::Account(account(lease, None))];
        let commit = Commit { based_on: rows.revision, changes, ..Commit::default() };
        if let Committed::At(_) = store.commit(commit).wait().unwrap() {
            return Some(lease.fence);
        }
    }
}

fn of_fifty_who_claim_a_backup_account_at_once_one_has_it_acc_11(world: &mut World) {
    fixture::put(world.store(), vec![Change::Account(account(Lease::default(), None))]);
    for round in 0..2 {
        let barrier = Arc::new(Barrier::new(CLAIMS as usize));
        let threads: Vec<_> = (1..=CLAIMS)
            .map(|number| {
                let (store, barrier) = (world.shared(), Arc::clone(&barrier));
                std::thread::spawn(move || {
                    barrier.wait();
                    claim(&*store, DeviceId(number)).map(|fence| (fence, DeviceId(number)))
                })
            })
            .collect();
        let won: Vec<_> = threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect();
        let lease = silo(world.store()).unwrap().lease;
        assert_eq!(won, [(2 * round + 1, lease.holder.unwrap())]);
        fixture::put(world.store(), vec![Change::Account(account(lease.release(), None))]);
    }
}

fn nothing_is_taken_from_a_machine_once_it_was_released_acc_11(world: &mut World) {
    two_machines(world);
    let released = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4_u64)
        .map(|writer| {
            let (store, released) = (world.shared(), Arc::clone(&released));
            std::thread::spawn(move || {
                for sequence in 1.. {
                    let was_released = released.load(Ordering::SeqCst);
                    match upload(&*store, ONE, writer * 100_000 + sequence) {
                        Ok(fate) => assert!(!was_released && fate == Fate::Accepted, "{fate:?} after it was released"),
                        Err(error) => return assert_eq!(error, StoreError::OtherMachine),
                    }
                }
            })
        })
        .collect();
    let store = world.store();
    let lease = Lease { fence: 1, holder: Some(ONE) }.release();
    fixture::put(store, vec![Change::Account(account(lease, None)), Change::Device(machine(ONE))]);
    released.store(true, Ordering::SeqCst);
    fixture::put(store, vec![held(3, TWO)]);
    assert_eq!(upload(store, TWO, 1), Ok(Fate::Accepted));
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    let other = InstallationId::from_bytes([2; 16]);
    assert_eq!(store.highest_sequence(RunSource { installation: other, ..source(TWO) }).wait(), Ok(1));
}
