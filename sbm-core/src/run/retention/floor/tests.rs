use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::time::DAY;

const NOW: Timestamp = Timestamp::from_millis(1_000 * DAY);

fn id(time: i64, number: u64) -> RunId {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&number.to_be_bytes());
    RunId::v7(Timestamp::from_millis(time), random)
}

fn gap(first: u64, last: u64) -> Gap {
    Gap { count: 1, failed: 0, first, last }
}

#[test]
fn the_floor_stays_below_the_first_gap_and_the_first_number_that_came_twice_his_3() {
    let floor = |sequence| Some(Floor { id: id(1, 1), sequence });
    for (floor, numbers, end) in [
        (None, vec![], 0),
        (None, vec![1, 2, 3], 3),
        (None, vec![3, 1, 2], 3),
        (None, vec![2, 3], 0),
        (None, vec![1, 2, 4, 5], 2),
        (None, vec![5, 4, 2, 1, 3], 5),
        (None, vec![1, 2, 3, 3, 4], 2),
        (None, vec![3, 3, 1, 2, 4], 2),
        (None, vec![1, 1], 0),
        (floor(7), vec![], 7),
        (floor(7), vec![3, 7, 8, 9], 9),
        (floor(7), vec![3, 3, 9], 7),
        (floor(7), vec![8, 8], 7),
        (None, vec![1, u64::MAX], 1),
        (floor(u64::MAX), vec![u64::MAX], u64::MAX),
    ] {
        let mut reach = Reach::above(floor);
        numbers.iter().for_each(|number| reach.add(*number, None));
        assert_eq!(reach.end(), end, "{floor:?} {numbers:?}");
    }
    let mut reach = Reach::above(None);
    reach.add(1, None);
    reach.add(6, Some(&gap(2, 6)));
    reach.add(7, None);
    assert_eq!(reach.end(), 7, "what a record stands for is no gap");
    reach.add(9, Some(&gap(5, 9)));
    assert_eq!(reach.end(), 4, "a number that two stand for came twice");
}

#[test]
fn a_host_that_scatters_its_numbers_costs_no_more_than_its_own_floor_err_4() {
    let mut reach = Reach::above(None);
    for number in (1..20_000).rev() {
        reach.add(number * 2, None);
        assert!(reach.stretches.len() <= STRETCHES);
    }
    for number in (1..40_000).step_by(2) {
        reach.add(number, None);
    }
    let end = reach.end();
    assert!((STRETCHES as u64..40_000).contains(&end), "{end}");
    // What was taken for not known counts for what it is when it is looked at from the floor there.
    let mut reach = Reach::above(Some(Floor { id: id(1, 1), sequence: end }));
    (end + 1..40_000).for_each(|number| reach.add(number, None));
    assert_eq!(reach.end(), 39_999);
}

#[test]
fn a_run_is_remembered_by_itself_where_the_floor_would_stand_for_others_his_3() {
    let mut reach = Reach::above(Some(Floor { id: id(50, 0), sequence: 5 }));
    [6, 7, 9].into_iter().for_each(|number| reach.add(number, None));
    for (what, id, sequence, may) in [
        ("next to the floor", id(60, 0), 6, true),
        ("before a gap", id(70, 0), 7, true),
        ("behind a gap", id(90, 0), 9, false),
        ("of a clock that went back", id(3, 0), 7, true),
        ("of the future", id(NOW.as_millis() + 1, 0), 7, false),
        ("below the floor, a last success until now", id(30, 0), 3, true),
        ("of a number given again", id(70, 0), 3, false),
    ] {
        assert_eq!(reach.may_take(id, sequence, NOW), may, "{what}");
    }
}

/// What a host does with its runs, and a server with what it has of them.
#[derive(Clone, Debug)]
enum Act {
    /// A run ends, by a clock that shows this.
    Run(i64),
    /// One of the runs that wait is sent.
    Send(prop::sample::Index),
    /// One that was sent before is sent again.
    Again(prop::sample::Index),
    /// The oldest that wait become one record.
    GiveUp(usize),
    /// An administrator deletes one.
    Delete(prop::sample::Index),
    /// Some go by retention, in one look.
    Prune(Vec<prop::sample::Index>),
}

fn act() -> impl Strategy<Value = Act> {
    let index = || any::<prop::sample::Index>();
    prop_oneof![
        4 => (0..2_000_i64).prop_map(Act::Run),
        4 => index().prop_map(Act::Send),
        1 => index().prop_map(Act::Again),
        1 => (2..4_usize).prop_map(Act::GiveUp),
        1 => index().prop_map(Act::Delete),
        2 => prop::collection::vec(index(), 1..5).prop_map(Act::Prune),
    ]
}

type Sent = (RunId, u64, Option<Gap>);

/// A server as it is: runs, stubs and a floor. Beside it, what it must come to: which ids it ever took in.
#[derive(Default)]
struct Server {
    runs: BTreeMap<RunId, Sent>,
    stubs: BTreeMap<RunId, u64>,
    floor: Option<Floor>,
    ever: BTreeSet<RunId>,
}

impl Server {
    /// Whether it is new; and whether it should be, by the naive reference.
    fn take(&mut self, sent: Sent) -> (bool, bool) {
        let (id, sequence, _) = sent;
        let covered = self.floor.is_some_and(|floor| floor.covers(id, sequence));
        let is_new = !self.runs.contains_key(&id) && !self.stubs.contains_key(&id) && !covered;
        if is_new {
            self.runs.insert(id, sent);
        }
        (is_new, self.ever.insert(id))
    }

    fn prune(&mut self, gone: &[RunId]) {
        let mut reach = Reach::above(self.floor);
        self.runs.values().for_each(|(_, sequence, gap)| reach.add(*sequence, gap.as_ref()));
        self.stubs.values().for_each(|sequence| reach.add(*sequence, None));
        for id in gone {
            let Some((_, sequence, _)) = self.runs.remove(id) else { continue };
            if reach.may_take(*id, sequence, NOW) {
                self.floor = Some(Floor::with(self.floor, *id, sequence));
            } else {
                self.stubs.insert(*id, sequence);
            }
        }
    }

    fn some(&self, index: prop::sample::Index) -> Option<RunId> {
        (!self.runs.is_empty()).then(|| *index.get(&self.runs.keys().copied().collect::<Vec<_>>()))
    }
}

proptest! {
    #[test]
    fn what_never_came_is_taken_in_and_what_went_stays_gone_in_whatever_order_runs_come_his_3(
        acts in prop::collection::vec(act(), 0..120),
    ) {
        let (mut server, mut waiting, mut sent) = (Server::default(), Vec::<Sent>::new(), Vec::<Sent>::new());
        let (mut number, mut made) = (0, 0_u64);
        for act in acts {
            match act {
                Act::Run(days) => {
                    number += 1;
                    made += 1;
                    // Clocks go back and forth, into the future too.
                    waiting.push((id(days * DAY, made), number, None));
                }
                Act::Send(index) if !waiting.is_empty() => {
                    let run = waiting.remove(index.index(waiting.len()));
                    let (is_new, should_be) = server.take(run);
                    prop_assert_eq!((is_new, should_be), (true, true), "{:?} below {:?}", run, server.floor);
                    sent.push(run);
                }
                Act::Again(index) if !sent.is_empty() => {
                    let (is_new, should_be) = server.take(*index.get(&sent));
                    prop_assert!(!is_new && !should_be);
                }
                Act::GiveUp(count) if waiting.len() >= count => {
                    let gone: Vec<Sent> = waiting.drain(..count).collect();
                    let numbers = |run: &Sent| run.2.map_or((run.1, run.1), |gap| (gap.first, gap.last));
                    let first = gone.iter().map(|run| numbers(run).0).min().unwrap();
                    let last = gone.iter().map(|run| numbers(run).1).max().unwrap();
                    made += 1;
                    waiting.insert(0, (id(made as i64, made), last, Some(gap(first, last))));
                }
                Act::Delete(index) => {
                    if let Some((id, sequence, _)) = server.some(index).and_then(|id| server.runs.remove(&id)) {
                        server.stubs.insert(id, sequence);
                    }
                }
                Act::Prune(indices) => {
                    let gone: Vec<RunId> = indices.into_iter().filter_map(|index| server.some(index)).collect();
                    server.prune(&gone);
                }
                _ => {}
            }
        }
        for run in &sent {
            prop_assert_eq!(server.take(*run), (false, false));
        }
        for run in waiting {
            prop_assert_eq!(server.take(run), (true, true));
        }
    }

    #[test]
    fn a_reach_is_what_counting_says_in_any_order_his_3(
        numbers in Just((1..60_u64).collect::<Vec<_>>()).prop_shuffle(),
        missing in prop::collection::btree_set(1..60_u64, 0..6),
        twice in prop::collection::vec(1..60_u64, 0..3),
        base in 0..20_u64,
    ) {
        let floor = (base > 0).then(|| Floor { id: id(1, 1), sequence: base });
        let told: Vec<u64> = numbers.into_iter().filter(|number| !missing.contains(number)).chain(twice).collect();
        let mut reach = Reach::above(floor);
        told.iter().for_each(|number| reach.add(*number, None));
        let once = |number: u64| told.iter().filter(|told| **told == number).count() == 1;
        let end = (base + 1..=60).take_while(|number| once(*number)).last().unwrap_or(base);
        prop_assert_eq!(reach.end(), end);
    }
}
