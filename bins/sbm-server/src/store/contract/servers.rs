//! Cases of the servers on one database (RUN-7).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sbm_core::directory::Change;

use super::fixture::*;
use super::{Case, World, case};
use crate::store::export::filled;
use crate::store::relocation::{self, At, Mark, Role};
use crate::store::servers::{Joined, Joining, LEASE, ServerId};
use crate::store::sql::values;
use crate::store::{Commit, Committed, Store, StoreError};

pub(super) const CASES: &[Case] = &[
    case!("lease", it_is_the_one_length_or_a_lock_stands_for_it),
    case!("join", who_goes_by_the_newest_facts_lives_run_7),
    case!("join", who_is_behind_or_ahead_gets_nothing_run_7),
    case!("join", who_joins_again_is_the_same_server),
    case!("join", without_an_end_it_is_the_only_one),
    case!("join", whoever_commits_later_finds_it_run_7),
    case!("join", nobody_else_goes_whatever_the_clock_says_run_7),
    case!("join", a_database_that_was_moved_takes_no_server_and_no_plan_door_2),
    case!("renew", what_is_confirmed_only_grows),
    case!("renew", a_lease_that_ran_out_is_not_made_longer_run_7),
    case!("renew", who_never_joined_has_none),
    case!("renew", no_mark_comes_twice_whatever_the_clock_says_run_7),
    case!("leave", nobody_waits_for_who_left),
    case!("members", whoever_joined_and_did_not_leave_is_there_whatever_the_clock_says_run_7),
    case!("forget", only_who_was_seen_with_that_mark_goes_run_7),
    case!("fits", a_database_that_this_program_made_fits_door_4),
];

const LONG: Option<Duration> = Some(Duration::from_secs(3_600));
const OVER: Option<Duration> = Some(Duration::ZERO);

fn id(number: u8) -> ServerId {
    ServerId::from_bytes([number; 16])
}

fn server(number: u8, confirmed: u64) -> Joining {
    Joining { id: id(number), name: format!("box{number}"), program: "0.9.1".to_owned(), confirmed }
}

fn join(store: &dyn Store, number: u8, lease: Option<Duration>) {
    let confirmed = store.revision().wait().unwrap();
    assert_eq!(store.join(server(number, confirmed), lease).wait(), Ok(Joined::Yes));
}

/// Who is there, and what he confirmed.
fn members(store: &dyn Store) -> Vec<(ServerId, u64)> {
    let members = store.members().wait().unwrap();
    let mut members: Vec<_> = members.into_iter().map(|server| (server.id, server.confirmed)).collect();
    members.sort_unstable();
    members
}

/// The mark of the one that is there.
fn mark(store: &dyn Store) -> i64 {
    let members = store.members().wait().unwrap();
    assert_eq!(members.len(), 1);
    members[0].mark.unwrap()
}

/// What a clock leaves behind that was set by so much, forward if it is more than nothing.
fn set_clock(store: &dyn Store, millis: i64) {
    filled(store, move |sql| sql.run("UPDATE servers SET lease_until = lease_until - $1", &values![millis]).map(drop)).unwrap();
}

const YEAR: i64 = 365 * 24 * 3_600 * 1_000;

fn it_is_the_one_length_or_a_lock_stands_for_it(world: &mut World) {
    assert!([None, Some(LEASE)].contains(&world.store().lease()));
}

fn who_goes_by_the_newest_facts_lives_run_7(world: &mut World) {
    put(world.store(), vec![]);
    join(world.store(), 1, LONG);
    join(world.store(), 2, LONG);
    world.reopen();
    assert_eq!(members(world.store()), [(id(1), 2), (id(2), 2)]);
    let first = world.store().members().wait().unwrap().remove(0);
    assert_eq!((first.name.as_str(), first.program.as_str()), ("box1", "0.9.1"));
    assert!(first.started > at(1_700_000_000_000), "{:?}", first.started);
}

fn who_is_behind_or_ahead_gets_nothing_run_7(world: &mut World) {
    put(world.store(), vec![]);
    for confirmed in [1, 3] {
        assert_eq!(world.store().join(server(1, confirmed), LONG).wait(), Ok(Joined::Behind(2)), "{confirmed}");
    }
    assert_eq!(members(world.store()), []);
}

fn who_joins_again_is_the_same_server(world: &mut World) {
    join(world.store(), 1, OVER);
    let (before, first) = (world.store().members().wait().unwrap(), mark(world.store()));
    put(world.store(), vec![]);
    join(world.store(), 1, LONG);
    assert_eq!(members(world.store()), [(id(1), 2)]);
    assert!(mark(world.store()) > first);
    assert_eq!(world.store().members().wait().unwrap()[0].started, before[0].started);
}

fn without_an_end_it_is_the_only_one(world: &mut World) {
    join(world.store(), 1, None);
    join(world.store(), 2, None);
    assert_eq!(members(world.store()), [(id(2), 1)]);
    assert_eq!(world.store().renew(id(2), 9, None).wait(), Ok(true));
    assert_eq!(world.store().renew(id(1), 9, None).wait(), Ok(false));
    assert_eq!(members(world.store()), [(id(2), 9)]);
}

/// A lease and a commit do not pass each other by: whoever commits on top of what a server joined with sees that server.
fn whoever_commits_later_finds_it_run_7(world: &mut World) {
    let over = AtomicBool::new(false);
    let (shared, over) = (world.shared(), &over);
    let (found, joined) = std::thread::scope(|scope| {
        let joining = scope.spawn(|| {
            let mut joined = BTreeMap::new();
            for number in 1..=60_u8 {
                let confirmed = shared.revision().wait().unwrap();
                if shared.join(server(number, confirmed), LONG).wait() == Ok(Joined::Yes) {
                    joined.insert(id(number), confirmed);
                }
            }
            over.store(true, Ordering::Release);
            joined
        });
        let committing = scope.spawn(|| {
            let mut found = BTreeMap::new();
            let mut last = false;
            // Once more behind the last that joined.
            while !last {
                last = over.load(Ordering::Acquire);
                let based_on = shared.revision().wait().unwrap();
                let plan = Commit { based_on, changes: Vec::<Change>::new(), ..Commit::default() };
                let Committed::At(revision) = shared.commit(plan).wait().unwrap() else { panic!("nobody else commits") };
                found.insert(revision, members(&*shared).into_iter().map(|(id, _)| id).collect::<BTreeSet<_>>());
            }
            found
        });
        (committing.join().unwrap(), joining.join().unwrap())
    });
    assert!(!joined.is_empty());
    for (id, confirmed) in joined {
        assert!(found[&(confirmed + 1)].contains(&id), "{id:?} goes by {confirmed}");
    }
}

fn what_is_confirmed_only_grows(world: &mut World) {
    join(world.store(), 1, LONG);
    for (said, expected) in [(5, 5), (3, 5), (8, 8)] {
        assert_eq!(world.store().renew(id(1), said, LONG).wait(), Ok(true));
        assert_eq!(members(world.store()), [(id(1), expected)], "{said}");
    }
}

fn a_lease_that_ran_out_is_not_made_longer_run_7(world: &mut World) {
    join(world.store(), 1, OVER);
    let over = mark(world.store());
    assert_eq!(world.store().renew(id(1), 9, LONG).wait(), Ok(false));
    assert_eq!((members(world.store()), mark(world.store())), (vec![(id(1), 1)], over), "nothing was changed");
    join(world.store(), 1, LONG);
    assert_eq!(world.store().renew(id(1), 1, LONG).wait(), Ok(true));
    // As when the clock is set forward: it is to be had again at once.
    set_clock(world.store(), YEAR);
    assert_eq!(world.store().renew(id(1), 1, LONG).wait(), Ok(false));
    join(world.store(), 1, LONG);
    assert_eq!(world.store().renew(id(1), 1, LONG).wait(), Ok(true));
}

fn no_mark_comes_twice_whatever_the_clock_says_run_7(world: &mut World) {
    join(world.store(), 1, LONG);
    // The clock is set back by a year: until it is there again each renewal and each joining has a mark of its own.
    set_clock(world.store(), -YEAR);
    let mut marks = BTreeSet::from([mark(world.store())]);
    for round in 0..6 {
        if round % 3 == 0 {
            join(world.store(), 1, LONG);
        } else {
            assert_eq!(world.store().renew(id(1), 1, LONG).wait(), Ok(true));
        }
        assert!(marks.insert(mark(world.store())), "{round}: {marks:?}");
    }
    assert_eq!(marks.last(), Some(&mark(world.store())));
}

fn nobody_else_goes_whatever_the_clock_says_run_7(world: &mut World) {
    for number in 1..=3 {
        join(world.store(), number, LONG);
        set_clock(world.store(), [YEAR, -3 * YEAR, YEAR][usize::from(number) - 1]);
    }
    join(world.store(), 4, LONG);
    assert_eq!(members(world.store()), [1, 2, 3, 4].map(|number| (id(number), 1)));
}

fn who_never_joined_has_none(world: &mut World) {
    assert_eq!(world.store().renew(id(1), 1, LONG).wait(), Ok(false));
    assert_eq!(members(world.store()), []);
}

fn nobody_waits_for_who_left(world: &mut World) {
    join(world.store(), 1, LONG);
    join(world.store(), 2, LONG);
    world.store().leave(id(1)).wait().unwrap();
    world.store().leave(id(1)).wait().unwrap();
    assert_eq!(members(world.store()), [(id(2), 1)]);
    assert_eq!(world.store().renew(id(1), 1, LONG).wait(), Ok(false));
}

fn whoever_joined_and_did_not_leave_is_there_whatever_the_clock_says_run_7(world: &mut World) {
    assert_eq!(members(world.store()), []);
    join(world.store(), 1, OVER);
    join(world.store(), 2, LONG);
    for millis in [0, YEAR, -2 * YEAR] {
        set_clock(world.store(), millis);
        world.reopen();
        assert_eq!(members(world.store()), [(id(1), 1), (id(2), 1)], "{millis}");
    }
    world.store().leave(id(1)).wait().unwrap();
    assert_eq!(members(world.store()), [(id(2), 1)]);
    join(world.store(), 3, None);
    assert_eq!(world.store().members().wait().unwrap()[0].mark, None, "a lock stands for its lease");
}

fn only_who_was_seen_with_that_mark_goes_run_7(world: &mut World) {
    let forget = |world: &World, number: u8, mark| world.store().forget(id(number), mark).wait().unwrap();
    join(world.store(), 1, LONG);
    let seen = mark(world.store());
    assert_eq!(world.store().renew(id(1), 1, Some(2 * LONG.unwrap())).wait(), Ok(true));
    assert!(!forget(world, 1, seen), "it came back");
    assert!(!forget(world, 2, mark(world.store())), "another one");
    assert_eq!(members(world.store()), [(id(1), 1)]);
    assert!(forget(world, 1, mark(world.store())));
    assert_eq!(members(world.store()), []);
    assert!(!forget(world, 1, seen));
    // Who was forgotten joins anew.
    assert_eq!(world.store().renew(id(1), 1, LONG).wait(), Ok(false));
    join(world.store(), 1, LONG);
    join(world.store(), 2, None);
    assert!(!forget(world, 2, 0), "who has no end is not forgotten");
}

fn a_database_that_was_moved_takes_no_server_and_no_plan_door_2(world: &mut World) {
    join(world.store(), 1, OVER);
    let mark = Mark { id: [7; 16], role: Role::Source, place: "elsewhere".to_owned(), epoch: 2, at: At::default() };
    filled(world.store(), move |sql| relocation::put(sql, &mark)).unwrap();
    let revision = world.store().revision().wait().unwrap();
    // Who was there before, and stood still meanwhile, is refused like anybody else.
    for number in [1, 2] {
        let joined = world.store().join(server(number, revision), LONG).wait();
        assert!(matches!(joined, Err(StoreError::Moved(_))), "{joined:?}");
    }
    assert_eq!(members(world.store()), [(id(1), 1)], "nobody came, and who was there was not told to go");
    assert!(matches!(world.store().fits().wait(), Err(StoreError::Moved(_))));
    let committed = world.store().commit(Commit { based_on: revision, ..Commit::default() }).wait();
    assert!(matches!(committed, Err(StoreError::Moved(_))), "{committed:?}");
    assert_eq!(world.store().revision().wait(), Ok(revision));
    filled(world.store(), relocation::remove).unwrap();
    join(world.store(), 1, LONG);
    assert_eq!(world.store().fits().wait(), Ok(()));
}

fn a_database_that_this_program_made_fits_door_4(world: &mut World) {
    assert_eq!(world.store().fits().wait(), Ok(()));
}
