//! Cases of work that one server does for all (DESIGN 3.10).

use std::time::Duration;

use super::fixture::at;
use super::races::at_once;
use super::{Case, World, case};
use crate::store::export::filled;
use crate::store::sql::{one, values};
use crate::store::tasks::{Last, Turn};

pub(super) const CASES: &[Case] = &[
    case!("is_due", what_is_new_is_due_and_what_is_being_done_or_was_done_is_not),
    case!("is_due", what_is_due_later_than_it_could_be_is_due_now),
    case!("take", of_many_who_ask_at_once_one_takes_it),
    case!("take", pieces_are_told_apart),
    case!("take", what_was_done_is_due_again_after_its_time),
    case!("take", what_a_dead_server_held_goes_to_another),
    case!("take", what_was_begun_at_a_time_to_come_is_held_by_nobody),
    case!("done", who_was_too_slow_changes_nothing),
    case!("done", done_twice_counts_once),
    case!("done", what_was_begun_at_a_time_to_come_is_due_again_in_time),
    case!("hold_longer", who_needs_longer_keeps_it),
    case!("hold_longer", who_lost_it_does_not_get_it_back),
    case!("hold_longer", who_says_so_after_the_clock_was_set_back_keeps_it),
    case!("give_back", what_was_given_back_is_taken_again_when_it_is_time),
    case!("give_back", who_lost_it_gives_nothing_back),
    case!("failed", what_failed_is_taken_again_when_it_is_time_and_its_reason_is_kept),
    case!("failed", who_lost_it_tells_of_no_failure),
    case!("last", nothing_became_of_what_was_never_done),
    case!("last_done", it_is_the_time_of_the_last_end_and_stays),
];

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);
const NOW: Duration = Duration::ZERO;

fn take(world: &World, every: Duration, hold: Duration) -> Option<Turn> {
    world.store().take("sweep", every, hold).wait().unwrap()
}

fn done(world: &World, turn: Turn) -> bool {
    world.store().done(turn).wait().unwrap()
}

fn what_is_new_is_due_and_what_is_being_done_or_was_done_is_not(world: &mut World) {
    assert!(is_due(world));
    let turn = take(world, HOUR, HOUR).unwrap();
    assert!(!is_due(world));
    assert!(done(world, turn));
    assert!(!is_due(world));
    assert!(world.store().is_due("other", NOW).wait().unwrap());
    let turn = world.store().take("other", NOW, HOUR).wait().unwrap().unwrap();
    assert!(done(world, turn));
    assert!(world.store().is_due("other", NOW).wait().unwrap());
}

/// What a clock leaves behind that was set back by so much.
fn set_back(world: &World, back: Duration) {
    let millis = i64::try_from(back.as_millis()).unwrap();
    let text = "UPDATE tasks SET due = due + $1, begun = begun + $1, lease_until = lease_until + $1, done = done + $1";
    filled(world.store(), move |sql| sql.run(text, &values![millis]).map(drop)).unwrap();
}

fn is_due(world: &World) -> bool {
    world.store().is_due("sweep", HOUR).wait().unwrap()
}

fn what_is_due_later_than_it_could_be_is_due_now(world: &mut World) {
    let turn = take(world, HOUR, HOUR).unwrap();
    assert!(done(world, turn));
    assert!(!is_due(world) && take(world, HOUR, HOUR).is_none());
    for (back, number) in [(DAY, 2), (1_000 * DAY, 3), (Duration::from_secs(60), 4)] {
        set_back(world, back);
        assert!(is_due(world), "{back:?}");
        let turn = take(world, HOUR, HOUR).unwrap();
        assert_eq!(turn.number, number);
        assert!(!is_due(world) && take(world, HOUR, HOUR).is_none(), "{back:?}: somebody is at it");
        assert!(done(world, turn));
        assert!(!is_due(world) && take(world, HOUR, HOUR).is_none(), "{back:?}: it was done");
    }
}

fn what_was_begun_at_a_time_to_come_is_held_by_nobody(world: &mut World) {
    let slow = take(world, HOUR, HOUR).unwrap();
    for number in 2..=4 {
        set_back(world, DAY);
        assert!(is_due(world));
        let turn = take(world, HOUR, HOUR).unwrap();
        assert_eq!(turn.number, number);
        assert!(take(world, HOUR, HOUR).is_none(), "and from then on it is held again");
    }
    assert!(!done(world, slow));
}

fn what_was_begun_at_a_time_to_come_is_due_again_in_time(world: &mut World) {
    let turn = take(world, HOUR, HOUR).unwrap();
    set_back(world, DAY);
    assert!(done(world, turn), "nobody else took it");
    assert!(!is_due(world) && take(world, HOUR, HOUR).is_none());
    let due = filled(world.store(), |sql| one(sql, "SELECT due - done FROM tasks", &[], |row| row.take::<i64>())).unwrap();
    assert_eq!(due, Some(i64::try_from(HOUR.as_millis()).unwrap()));
}

fn who_says_so_after_the_clock_was_set_back_keeps_it(world: &mut World) {
    let turn = take(world, HOUR, HOUR).unwrap();
    set_back(world, DAY);
    assert!(world.store().hold_longer(turn.clone(), HOUR).wait().unwrap());
    assert!(!is_due(world) && take(world, HOUR, HOUR).is_none());
    assert!(done(world, turn));
}

fn of_many_who_ask_at_once_one_takes_it(world: &mut World) {
    for round in 1..=10 {
        let taken = at_once(world, |store, _| store.take("sweep", NOW, HOUR).wait().unwrap());
        let taken: Vec<Turn> = taken.into_iter().flatten().collect();
        assert_eq!(taken.iter().map(|turn| turn.number).collect::<Vec<_>>(), [round]);
        assert!(taken.into_iter().all(|turn| done(world, turn)));
    }
}

fn pieces_are_told_apart(world: &mut World) {
    assert!(take(world, HOUR, HOUR).is_some());
    assert!(take(world, HOUR, HOUR).is_none());
    let other = world.store().take("other", HOUR, HOUR).wait().unwrap().unwrap();
    assert_eq!((other.name, other.every, other.number), ("other", HOUR, 1));
    assert!(world.store().done(other).wait().unwrap());
    assert!(take(world, HOUR, HOUR).is_none());
}

fn what_was_done_is_due_again_after_its_time(world: &mut World) {
    let turn = take(world, NOW, HOUR).unwrap();
    assert!(done(world, turn));
    let turn = take(world, HOUR, HOUR).unwrap();
    assert_eq!(turn.number, 2);
    assert!(done(world, turn));
    world.reopen();
    assert!(take(world, HOUR, HOUR).is_none());
}

fn what_a_dead_server_held_goes_to_another(world: &mut World) {
    let dead = take(world, HOUR, NOW).unwrap();
    world.reopen();
    let other = take(world, HOUR, HOUR).unwrap();
    assert_eq!((dead.number, other.number), (1, 2));
    assert!(take(world, HOUR, HOUR).is_none());
}

fn who_was_too_slow_changes_nothing(world: &mut World) {
    let slow = take(world, NOW, NOW).unwrap();
    let quick = take(world, HOUR, HOUR).unwrap();
    assert!(!done(world, slow));
    assert_eq!(world.store().last_done("sweep").wait(), Ok(None));
    assert!(take(world, HOUR, HOUR).is_none(), "the other one is still at it");
    assert!(done(world, quick));
}

fn done_twice_counts_once(world: &mut World) {
    let turn = take(world, HOUR, HOUR).unwrap();
    assert!(done(world, turn.clone()));
    assert!(!done(world, turn));
}

fn who_needs_longer_keeps_it(world: &mut World) {
    let turn = take(world, HOUR, NOW).unwrap();
    assert!(world.store().hold_longer(turn.clone(), HOUR).wait().unwrap());
    assert!(take(world, HOUR, HOUR).is_none());
    assert!(done(world, turn));
}

fn who_lost_it_does_not_get_it_back(world: &mut World) {
    let slow = take(world, HOUR, NOW).unwrap();
    let quick = take(world, HOUR, HOUR).unwrap();
    assert!(!world.store().hold_longer(slow, HOUR).wait().unwrap());
    assert!(done(world, quick.clone()));
    assert!(!world.store().hold_longer(quick, HOUR).wait().unwrap(), "it was done");
}

fn what_was_given_back_is_taken_again_when_it_is_time(world: &mut World) {
    let turn = take(world, HOUR, HOUR).unwrap();
    assert!(world.store().give_back(turn, NOW).wait().unwrap());
    let turn = take(world, HOUR, HOUR).unwrap();
    assert!(world.store().give_back(turn.clone(), HOUR).wait().unwrap());
    assert!(take(world, HOUR, HOUR).is_none());
    assert!(!done(world, turn), "it was not");
    assert_eq!(world.store().last_done("sweep").wait(), Ok(None));
}

fn who_lost_it_gives_nothing_back(world: &mut World) {
    let slow = take(world, HOUR, NOW).unwrap();
    let quick = take(world, HOUR, HOUR).unwrap();
    assert!(!world.store().give_back(slow, NOW).wait().unwrap());
    assert!(take(world, HOUR, HOUR).is_none());
    assert!(done(world, quick));
}

fn it_is_the_time_of_the_last_end_and_stays(world: &mut World) {
    assert_eq!(world.store().last_done("sweep").wait(), Ok(None));
    let turn = take(world, NOW, HOUR).unwrap();
    assert_eq!(world.store().last_done("sweep").wait(), Ok(None));
    assert!(done(world, turn));
    let first = world.store().last_done("sweep").wait().unwrap().unwrap();
    assert!(first > at(1_700_000_000_000), "{first:?}");
    assert!(take(world, NOW, HOUR).is_some());
    world.reopen();
    assert_eq!(world.store().last_done("sweep").wait(), Ok(Some(first)), "what was only begun was not done");
}

fn what_failed_is_taken_again_when_it_is_time_and_its_reason_is_kept(world: &mut World) {
    let turn = take(world, HOUR, HOUR).unwrap();
    assert!(world.store().failed(turn, NOW, "no room".to_owned()).wait().unwrap());
    world.reopen();
    let last = world.store().last("sweep").wait().unwrap();
    let (at, why) = last.failed.unwrap();
    assert_eq!((last.done, why.as_str()), (None, "no room"));
    assert!(at > super::fixture::at(1_700_000_000_000), "{at:?}");
    let turn = take(world, HOUR, HOUR).unwrap();
    assert!(done(world, turn));
    let last = world.store().last("sweep").wait().unwrap();
    assert!(last.done.is_some() && last.done == world.store().last_done("sweep").wait().unwrap());
    assert!(last.failed.is_none_or(|(failed, why)| failed == at && why == "no room"), "a failure of before stays or goes");
}

fn who_lost_it_tells_of_no_failure(world: &mut World) {
    let slow = take(world, HOUR, NOW).unwrap();
    let quick = take(world, HOUR, HOUR).unwrap();
    assert!(!world.store().failed(slow, NOW, "too slow".to_owned()).wait().unwrap());
    assert_eq!(world.store().last("sweep").wait().unwrap().failed, None);
    assert!(take(world, HOUR, HOUR).is_none());
    assert!(done(world, quick));
}

fn nothing_became_of_what_was_never_done(world: &mut World) {
    assert_eq!(world.store().last("sweep").wait(), Ok(Last::default()));
    assert!(take(world, HOUR, HOUR).is_some());
    assert_eq!(world.store().last("sweep").wait(), Ok(Last::default()), "it was only begun");
}
