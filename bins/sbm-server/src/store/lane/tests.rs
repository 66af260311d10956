//! The rules of a lane, on a connection that fails when told to.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use super::*;

/// A database of one list; `before` is what a rollback goes back to.
#[derive(Default)]
struct Fake {
    disk: Arc<Mutex<Vec<u32>>>,
    list: Vec<u32>,
    savepoint: usize,
    open: bool,
    failing: Arc<Mutex<Failing>>,
}

#[derive(Default, Clone, Copy)]
struct Failing {
    begin: bool,
    commit: bool,
}

impl Connection for Fake {
    fn begin(&mut self) -> Result<(), StoreError> {
        if self.failing.lock().unwrap().begin {
            return Err(StoreError::DiskFull);
        }
        assert!(!self.open, "a transaction in a transaction");
        self.open = true;
        self.list = self.disk.lock().unwrap().clone();
        Ok(())
    }

    fn save(&mut self) -> Result<(), StoreError> {
        self.savepoint = self.list.len();
        Ok(())
    }

    fn keep(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn undo(&mut self) -> Result<(), StoreError> {
        self.list.truncate(self.savepoint);
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        if self.failing.lock().unwrap().commit {
            return Err(StoreError::DiskFull);
        }
        self.open = false;
        *self.disk.lock().unwrap() = self.list.clone();
        Ok(())
    }

    fn roll_back(&mut self) {
        self.open = false;
        self.list.clear();
    }

    fn in_transaction(&self) -> bool {
        self.open
    }
}

struct World {
    lane: Lane<Fake>,
    disk: Arc<Mutex<Vec<u32>>>,
    failing: Arc<Mutex<Failing>>,
}

fn world(waiting: usize, group: usize) -> World {
    let fake = Fake::default();
    let (disk, failing) = (Arc::clone(&fake.disk), Arc::clone(&fake.failing));
    World { lane: Lane::start("lane", Size { waiting, group }, vec![fake]).unwrap(), disk, failing }
}

/// Occupies the lane's only thread until the sender says so or is dropped; returns once it is occupied.
fn occupy(lane: &Lane<Fake>) -> (Sender<()>, Pending<()>) {
    let (go, wait): (Sender<()>, Receiver<()>) = channel();
    let (tell, begun) = channel();
    let pending = lane.submit(move |_| {
        tell.send(()).unwrap();
        let _ = wait.recv();
        Ok(())
    });
    begun.recv().unwrap();
    (go, pending)
}

fn put(number: u32) -> impl FnOnce(&mut Fake) -> Result<u32, StoreError> + Send {
    move |fake| {
        fake.list.push(number);
        Ok(number)
    }
}

#[test]
fn what_waits_shares_one_commit() {
    let world = world(100, 64);
    let (go, first) = occupy(&world.lane);
    let waiting: Vec<_> = (0..64).map(|number| world.lane.submit(put(number))).collect();
    go.send(()).unwrap();
    first.wait().unwrap();
    for (number, pending) in waiting.into_iter().enumerate() {
        assert_eq!(pending.wait(), Ok(number as u32));
    }
    assert_eq!(world.lane.counters(), Counters { jobs: 65, commits: 2 });
    assert_eq!(*world.disk.lock().unwrap(), (0..64).collect::<Vec<_>>());
}

#[test]
fn a_group_is_bounded() {
    let world = world(100, 10);
    let (go, _first) = occupy(&world.lane);
    let waiting: Vec<_> = (0..25).map(|number| world.lane.submit(put(number))).collect();
    drop(go);
    for pending in waiting {
        pending.wait().unwrap();
    }
    assert_eq!(world.lane.counters(), Counters { jobs: 26, commits: 4 });
}

#[test]
fn work_that_fails_undoes_itself_alone() {
    let world = world(100, 64);
    let (go, _first) = occupy(&world.lane);
    let good = world.lane.submit(put(1));
    let bad = world.lane.submit(|fake: &mut Fake| {
        fake.list.push(666);
        Err::<(), _>(StoreError::rejected("no"))
    });
    let late = world.lane.submit(put(2));
    drop(go);
    assert_eq!((good.wait(), bad.wait(), late.wait()), (Ok(1), Err(StoreError::rejected("no")), Ok(2)));
    assert_eq!(*world.disk.lock().unwrap(), [1, 2]);
}

#[test]
fn a_panic_undoes_its_work_and_the_lane_goes_on_err_2() {
    let world = world(100, 64);
    let bad = world.lane.submit(|fake: &mut Fake| -> Result<(), StoreError> {
        fake.list.push(666);
        std::panic::resume_unwind(Box::new("a fault"))
    });
    assert_eq!(bad.wait(), Err(StoreError::Fault));
    assert_eq!(world.lane.submit(put(1)).wait(), Ok(1));
    assert_eq!(*world.disk.lock().unwrap(), [1]);
}

#[test]
fn a_full_lane_refuses_at_once_err_3() {
    let world = world(3, 64);
    let (go, _first) = occupy(&world.lane);
    let waiting: Vec<_> = (0..3).map(|number| world.lane.submit(put(number))).collect();
    assert_eq!(world.lane.submit(put(9)).wait(), Err(StoreError::Busy));
    drop(go);
    for pending in waiting {
        pending.wait().unwrap();
    }
    assert_eq!(*world.disk.lock().unwrap(), [0, 1, 2]);
}

#[test]
fn when_the_commit_fails_everybody_hears_it_and_nothing_is_kept() {
    let world = world(100, 64);
    let (go, first) = occupy(&world.lane);
    let (told, hears) = channel();
    let waiting: Vec<_> = (0..5)
        .map(|number| {
            let told = told.clone();
            world.lane.submit_then(put(number), move |_| told.send(()).unwrap())
        })
        .collect();
    let refused = world.lane.submit(|_: &mut Fake| Err::<(), _>(StoreError::rejected("seen in what is undone now")));
    // The occupied thread's own commit comes first; both fail.
    world.failing.lock().unwrap().commit = true;
    drop((go, told));
    assert_eq!(first.wait(), Err(StoreError::DiskFull));
    for pending in waiting {
        assert_eq!(pending.wait(), Err(StoreError::DiskFull));
    }
    assert_eq!(refused.wait(), Err(StoreError::DiskFull));
    assert!(hears.recv().is_err(), "`then` is for what was committed");
    world.failing.lock().unwrap().commit = false;
    assert_eq!(world.lane.submit(put(7)).wait(), Ok(7));
    assert_eq!(*world.disk.lock().unwrap(), [7]);
}

#[test]
fn when_no_transaction_begins_everybody_hears_it() {
    let world = world(100, 64);
    world.failing.lock().unwrap().begin = true;
    assert_eq!(world.lane.submit(put(1)).wait(), Err(StoreError::DiskFull));
    world.failing.lock().unwrap().begin = false;
    assert_eq!(world.lane.submit(put(2)).wait(), Ok(2));
}

#[test]
fn a_lost_transaction_fails_what_was_in_it_and_spares_what_was_not_begun() {
    let world = world(100, 64);
    let (go, _first) = occupy(&world.lane);
    let before = world.lane.submit(put(1));
    let fatal = world.lane.submit(|fake: &mut Fake| {
        fake.roll_back();
        Err::<(), _>(StoreError::DiskFull)
    });
    let after = world.lane.submit(put(2));
    drop(go);
    assert_eq!((before.wait(), fatal.wait(), after.wait()), (Err(StoreError::DiskFull), Err(StoreError::DiskFull), Ok(2)));
    assert_eq!(*world.disk.lock().unwrap(), [2]);
}

#[test]
fn work_runs_though_nobody_waits_and_a_drop_finishes_what_waits() {
    let world = world(100, 4);
    let (go, first) = occupy(&world.lane);
    drop(first);
    for number in 0..10 {
        drop(world.lane.submit(put(number)));
    }
    drop(go);
    drop(world.lane);
    assert_eq!(*world.disk.lock().unwrap(), (0..10).collect::<Vec<_>>());
}

#[test]
fn an_answer_can_be_awaited_on_a_runtime_of_one_thread() {
    let world = world(100, 64);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(async { world.lane.submit(put(5)).await }), Ok(5));
}
