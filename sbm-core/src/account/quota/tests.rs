use super::*;
use proptest::prelude::*;

const TOP: AccountId = AccountId(1);
const LEFT: AccountId = AccountId(2);
const RIGHT: AccountId = AccountId(3);

fn hard(bytes: u64) -> Quota {
    Quota { hard: Some(bytes), soft: None }
}

fn run(number: u8) -> RunId {
    RunId::from_bytes([number; 16])
}

fn family(top: Quota, left: Quota, right: Quota) -> Book {
    let mut book = Book::default();
    book.put_account(TOP, None, top);
    book.put_account(LEFT, Some(TOP), left);
    book.put_account(RIGHT, Some(TOP), right);
    book
}

#[test]
fn a_step_up_the_tree_is_half_a_line_of_the_cache() {
    assert_eq!((size_of::<Entry>(), align_of::<Entry>()), (32, 32));
}

#[test]
fn the_tightest_room_on_the_way_up_decides_and_names_whose_it_is_acc_5() {
    let mut book = family(hard(100), hard(80), Quota::default());
    assert_eq!(book.room(LEFT), Some(Room { bytes: 80, decided_by: LEFT }));
    assert_eq!(book.room(RIGHT), Some(Room { bytes: 100, decided_by: TOP }));
    assert!(book.report(DeviceId(1), RIGHT, 1, 70));
    assert_eq!(book.room(LEFT), Some(Room { bytes: 30, decided_by: TOP }), "one ceiling for the sum of all");
    assert_eq!((book.filled(TOP).stored, book.filled(RIGHT).stored, book.filled(LEFT).stored), (70, 70, 0));
    book.put_account(TOP, None, Quota::default());
    assert_eq!((book.room(LEFT), book.room(RIGHT)), (Some(Room { bytes: 80, decided_by: LEFT }), None));
}

#[test]
fn a_parent_that_comes_later_counts_at_once_for_what_is_there_acc_2() {
    let mut book = Book::default();
    book.put_account(LEFT, None, Quota::default());
    assert!(book.report(DeviceId(1), LEFT, 1, 70));
    book.put_account(TOP, None, hard(50));
    book.put_account(LEFT, Some(TOP), Quota::default());
    assert_eq!((book.filled(TOP).stored, book.room(LEFT)), (70, Some(Room { bytes: 0, decided_by: TOP })));
    book.put_account(LEFT, None, Quota::default());
    assert_eq!((book.filled(TOP).stored, book.room(LEFT)), (0, None), "and is lifted when it goes");
}

#[test]
fn an_older_word_never_undoes_a_newer_one_acc_5() {
    let mut book = family(hard(100), Quota::default(), Quota::default());
    assert!(book.report(DeviceId(1), LEFT, 2, 60));
    assert!(!book.report(DeviceId(1), LEFT, 1, 5));
    assert!(!book.report(DeviceId(1), LEFT, 2, 5));
    assert_eq!(book.filled(TOP).stored, 60);
    assert!(book.report(DeviceId(1), RIGHT, 3, 40), "it may go to another account");
    assert_eq!((book.filled(LEFT).stored, book.filled(RIGHT).stored, book.filled(TOP).stored), (0, 40, 40));
    book.drop_device(DeviceId(1));
    assert_eq!(book.filled(TOP), Filled::default());
}

#[test]
fn what_is_over_its_quota_takes_no_new_data_and_a_soft_one_warns_acc_5() {
    let mut book = family(Quota { hard: Some(100), soft: Some(60) }, Quota::default(), Quota::default());
    let quota = Quota { hard: Some(100), soft: Some(60) };
    assert!(!quota.warns(book.filled(TOP)));
    book.report(DeviceId(1), LEFT, 1, 60);
    assert!(quota.warns(book.filled(TOP)));
    assert_eq!(book.begin(run(1), DeviceId(1), LEFT, 41), Err(Room { bytes: 40, decided_by: TOP }));
    assert_eq!(book.begin(run(1), DeviceId(1), LEFT, 40), Ok(()));
    assert_eq!(book.begin(run(2), DeviceId(2), RIGHT, 0), Err(Room { bytes: 0, decided_by: TOP }), "all of it is kept for one");
    assert_eq!(book.begin(run(1), DeviceId(1), LEFT, 41), Err(Room { bytes: 40, decided_by: TOP }), "its own room counts to it");
    assert_eq!((book.begin(run(1), DeviceId(1), LEFT, 40), book.filled(TOP).reserved), (Ok(()), 40), "asked again, once");
    assert_eq!((book.begin(run(1), DeviceId(1), LEFT, 15), book.filled(TOP).reserved), (Ok(()), 15), "what it says last");
    book.end(&run(1));
    assert_eq!(book.begin(run(2), DeviceId(2), RIGHT, 0), Ok(()));
    book.report(DeviceId(1), LEFT, 2, u64::MAX);
    assert_eq!(book.room(LEFT).unwrap().bytes, 0);
    book.report(DeviceId(2), RIGHT, 1, u64::MAX);
    assert_eq!(book.room(RIGHT).unwrap().bytes, 0, "sums stay at the end of numbers");
}

/// What one device does with a run: it begins, says what it stores, and is over.
#[derive(Clone, Copy, Debug)]
enum Act {
    Begin,
    Report,
    End,
}

/// All orders of four devices that take three steps each, against two ceilings: 369,600 of them. No ceiling is ever passed by
/// more than runs that were going on outgrew what they had stated.
#[test]
fn no_order_of_four_devices_passes_a_ceiling_by_more_than_was_in_flight_acc_5() {
    const ACTS: [Act; 3] = [Act::Begin, Act::Report, Act::End];
    // Account, estimate, and what the run stores indeed.
    const DEVICES: [(AccountId, u64, u64); 4] = [(LEFT, 30, 30), (LEFT, 30, 45), (RIGHT, 40, 50), (RIGHT, 0, 20)];
    const CEILINGS: [(AccountId, u64); 2] = [(TOP, 80), (LEFT, 50)];

    fn explore(book: &Book, done: [usize; 4], let_in: [bool; 4], orders: &mut u32) {
        for (account, ceiling) in CEILINGS {
            let below = |of: AccountId| account == TOP || of == account;
            let outgrown: u64 = DEVICES
                .iter()
                .zip(done)
                .zip(let_in)
                .filter(|(((of, ..), _), let_in)| *let_in && below(*of))
                .map(|(((_, estimate, stores), _), _)| stores.saturating_sub(*estimate))
                .sum();
            let filled = book.filled(account);
            assert!(filled.stored <= ceiling + outgrown, "{account:?}: {filled:?} with {outgrown} in flight");
        }
        if done == [ACTS.len(); 4] {
            *orders += 1;
            assert_eq!(book.filled(TOP).reserved, 0, "nothing stays reserved");
            return;
        }
        for device in 0..DEVICES.len() {
            let Some(act) = ACTS.get(done[device]) else { continue };
            let ((account, estimate, stores), id) = (DEVICES[device], DeviceId(u32::try_from(device).unwrap() + 1));
            let (mut book, mut let_in, mut done) = (book.clone(), let_in, done);
            let own = run(u8::try_from(device).unwrap());
            match act {
                Act::Begin => let_in[device] = book.begin(own, id, account, estimate).is_ok(),
                Act::Report if let_in[device] => assert!(book.report(id, account, 1, stores)),
                Act::Report => {}
                Act::End => book.end(&own),
            }
            done[device] += 1;
            explore(&book, done, let_in, orders);
        }
    }

    let mut orders = 0;
    explore(&family(hard(80), hard(50), Quota::default()), [0; 4], [false; 4], &mut orders);
    assert_eq!(orders, 369_600);
}

#[derive(Clone, Debug)]
enum Step {
    Put { account: u32, parent: Option<u32>, quota: Option<u64> },
    Report { device: u32, account: u32, number: u64, stored: u64 },
    Begin { run: u8, device: u32, account: u32, estimate: u64 },
    End { run: u8 },
    Drop { device: u32 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1_u32..6, prop::option::of(1_u32..6), prop::option::of(0_u64..200)).prop_map(|(account, parent, quota)| Step::Put {
            account,
            parent: parent.filter(|parent| *parent < account),
            quota
        }),
        (1_u32..5, 1_u32..6, 0_u64..6, 0_u64..100).prop_map(|(device, account, number, stored)| Step::Report {
            device,
            account,
            number,
            stored
        }),
        (0_u8..6, 1_u32..5, 1_u32..6, 0_u64..60).prop_map(|(run, device, account, estimate)| Step::Begin {
            run,
            device,
            account,
            estimate
        }),
        (0_u8..6).prop_map(|run| Step::End { run }),
        (1_u32..5).prop_map(|device| Step::Drop { device }),
    ]
}

/// The same without sums: everything is added up whenever it is asked for.
#[derive(Default)]
struct Naive {
    accounts: BTreeMap<u32, (Option<u32>, Option<u64>)>,
    devices: BTreeMap<u32, (u32, u64, u64)>,
    /// Device, account, bytes.
    runs: BTreeMap<u8, (u32, u32, u64)>,
}

impl Naive {
    fn way_up(&self, account: u32) -> Vec<u32> {
        let mut way = Vec::new();
        let mut next = Some(account);
        while let Some((id, (parent, _))) = next.and_then(|id| self.accounts.get_key_value(&id)) {
            way.push(*id);
            next = *parent;
        }
        way
    }

    fn filled(&self, account: u32) -> (u64, u64) {
        let below = |of: u32| self.way_up(of).contains(&account);
        let stored = self.devices.values().filter(|(of, ..)| below(*of)).map(|(_, _, stored)| stored).sum();
        let reserved = self.runs.values().filter(|(_, of, _)| below(*of)).map(|(.., estimate)| estimate);
        (stored, reserved.sum())
    }

    fn room(&self, account: u32) -> Option<u64> {
        let left = |id: &u32| {
            let (stored, reserved) = self.filled(*id);
            Some(self.accounts[id].1?.saturating_sub(stored).saturating_sub(reserved))
        };
        self.way_up(account).iter().filter_map(left).min()
    }
}

proptest! {
    #[test]
    fn the_sums_are_those_of_adding_everything_up_acc_5(steps in prop::collection::vec(step(), 0..60)) {
        let (mut book, mut naive) = (Book::default(), Naive::default());
        for account in 1..6 {
            book.put_account(AccountId(account), None, Quota::default());
            naive.accounts.insert(account, (None, None));
        }
        for step in steps {
            match step {
                Step::Put { account, parent, quota } => {
                    book.put_account(AccountId(account), parent.map(AccountId), Quota { hard: quota, soft: None });
                    naive.accounts.insert(account, (parent, quota));
                }
                Step::Report { device, account, number, stored } => {
                    let is_newer = naive.devices.get(&device).is_none_or(|(_, last, _)| number > *last);
                    prop_assert_eq!(book.report(DeviceId(device), AccountId(account), number, stored), is_newer);
                    if is_newer {
                        naive.devices.insert(device, (account, number, stored));
                    }
                }
                Step::Begin { run: number, device, account, estimate } => {
                    let before = naive.runs.remove(&number);
                    let has = before.is_some_and(|(_, of, bytes)| of == account && estimate <= bytes);
                    let fits = has || naive.room(account).is_none_or(|room| room > 0 && estimate <= room);
                    prop_assert_eq!(book.begin(run(number), DeviceId(device), AccountId(account), estimate).is_ok(), fits);
                    naive.runs.extend(if fits { Some((number, (device, account, estimate))) } else { before.map(|run| (number, run)) });
                }
                Step::End { run: number } => {
                    book.end(&run(number));
                    naive.runs.remove(&number);
                }
                Step::Drop { device } => {
                    book.drop_device(DeviceId(device));
                    naive.devices.remove(&device);
                    naive.runs.retain(|_, (of, ..)| *of != device);
                }
            }
            for account in 1..6 {
                let filled = book.filled(AccountId(account));
                prop_assert_eq!((filled.stored, filled.reserved), naive.filled(account));
                prop_assert_eq!(book.room(AccountId(account)).map(|room| room.bytes), naive.room(account));
            }
        }
    }
}

#[test]
fn what_is_wrong_with_a_quota_is_told_as_people_say_it_acc_5() {
    let told = |soft, hard| Quota { soft, hard }.fault();
    let never = "never comes, since nothing more is stored from";
    assert_eq!(told(Some(600 * GB), Some(500 * GB)).unwrap(), format!("a warning at 600 GB {never} 500 GB on; lower it"));
    let near = format!("a warning at {} bytes {never} {} bytes on; lower it", 500 * GB + 1, 500 * GB);
    assert_eq!(told(Some(500 * GB + 1), Some(500 * GB)).unwrap(), near, "two that look alike are told whole");
    assert!(told(None, Some(u64::MAX)).unwrap().starts_with("a quota is at most 9.2 EB"));
    assert_eq!((told(None, None), told(Some(GB), Some(GB)), told(Some(GB), None)), (None, None, None));
}
