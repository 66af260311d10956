//! Cases of attempts that servers count together (RUN-6).

use std::net::IpAddr;

use sbm_core::id::Hash;
use sbm_core::time::{DAY, Timestamp};

use super::fixture::at;
use super::races::at_once;
use super::{Case, World, case};
use crate::store::attempts::{Attempt, Outcome};

pub(super) const CASES: &[Case] = &[
    case!("attempts_after", there_are_none_at_first),
    case!("attempts_after", what_was_added_comes_back_as_it_was_and_in_order_run_6),
    case!("add_attempt", it_is_the_last_of_those_that_came_since),
    case!("add_attempt", many_at_once_have_one_order_without_gaps_run_6),
    case!("add_attempt", what_was_read_once_is_not_followed_by_something_earlier_run_6),
    case!("drop_attempts", who_got_in_stays_longer),
    case!("drop_attempts", numbers_go_on_where_they_were),
];

fn name(text: &str) -> Hash {
    Hash::of(text.as_bytes())
}

fn network(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn add(world: &World, what: Outcome, after: u64) -> Vec<Attempt> {
    world.store().add_attempt(what, name("anna"), network("192.0.2.7"), after).wait().unwrap()
}

fn all(world: &World) -> Vec<Attempt> {
    world.store().attempts_after(0).wait().unwrap().1
}

fn numbers(attempts: &[Attempt]) -> Vec<u64> {
    attempts.iter().map(|attempt| attempt.number).collect()
}

fn there_are_none_at_first(world: &mut World) {
    let (now, attempts) = world.store().attempts_after(0).wait().unwrap();
    assert!(now > at(1_700_000_000_000), "{now:?}");
    assert_eq!(attempts, []);
    assert_eq!(world.store().attempts_after(77).wait().unwrap().1, []);
}

fn what_was_added_comes_back_as_it_was_and_in_order_run_6(world: &mut World) {
    let put = [
        (Outcome::Begun, "anna", "192.0.2.7"),
        (Outcome::GotIn, "anna", "2001:db8:1:2::"),
        (Outcome::Undecided, "bob", "::ffff:0:0"),
        (Outcome::Forgotten, "carol", "::1"),
    ];
    for (what, who, from) in put {
        world.store().add_attempt(what, name(who), network(from), 0).wait().unwrap();
    }
    world.reopen();
    let (now, kept) = world.store().attempts_after(0).wait().unwrap();
    let told: Vec<_> = kept.iter().map(|attempt| (attempt.what, attempt.name, attempt.network)).collect();
    assert_eq!(told, put.map(|(what, who, from)| (what, name(who), network(from))));
    assert_eq!(numbers(&kept), [1, 2, 3, 4]);
    assert!(kept.is_sorted_by_key(|attempt| attempt.at) && kept.last().unwrap().at <= now);
    assert_eq!(world.store().attempts_after(2).wait().unwrap().1, kept[2..]);
}

fn it_is_the_last_of_those_that_came_since(world: &mut World) {
    assert_eq!(numbers(&add(world, Outcome::Begun, 0)), [1]);
    add(world, Outcome::Begun, 1);
    let since = add(world, Outcome::GotIn, 1);
    assert_eq!(numbers(&since), [2, 3]);
    assert_eq!(since.last().unwrap().what, Outcome::GotIn);
    assert_eq!(add(world, Outcome::Begun, 9), [], "whoever asks for what is to come is told nothing");
}

fn many_at_once_have_one_order_without_gaps_run_6(world: &mut World) {
    let told = at_once(world, |store, number| {
        let network = network(&format!("192.0.2.{number}"));
        let mut known: Vec<Attempt> = Vec::new();
        for _ in 0..8 {
            let after = known.last().map_or(0, |last| last.number);
            let since = store.add_attempt(Outcome::Begun, name("anna"), network, after).wait().unwrap();
            assert_eq!(since.last().unwrap().network, network, "one's own is the last");
            known.extend(since);
        }
        known
    });
    let kept = all(world);
    assert_eq!(numbers(&kept), (1..=80).collect::<Vec<_>>());
    assert!(kept.is_sorted_by_key(|attempt| attempt.at));
    for known in told {
        assert_eq!(known, kept[..known.len()], "everybody goes through the same ones in the same order");
    }
}

fn what_was_read_once_is_not_followed_by_something_earlier_run_6(world: &mut World) {
    let told = at_once(world, |store, number| {
        if number % 2 == 0 {
            for _ in 0..20 {
                store.add_attempt(Outcome::Begun, name("anna"), network("192.0.2.1"), u64::from(u32::MAX)).wait().unwrap();
            }
            return Vec::new();
        }
        let mut known: Vec<u64> = Vec::new();
        while known.len() < 100 {
            let after = known.last().copied().unwrap_or(0);
            known.extend(numbers(&store.attempts_after(after).wait().unwrap().1));
        }
        known
    });
    for known in told.into_iter().filter(|known| !known.is_empty()) {
        assert_eq!(known, (1..=100).collect::<Vec<_>>());
    }
}

fn who_got_in_stays_longer(world: &mut World) {
    for what in Outcome::ALL {
        add(world, what, 0);
    }
    let now = all(world).last().unwrap().at;
    let drop = |got_in: Timestamp, others: Timestamp| world.store().drop_attempts(got_in, others).wait().unwrap();
    assert_eq!(drop(now.plus(-DAY), now.plus(-DAY)), 0);
    assert_eq!(drop(now.plus(-DAY), now.plus(1)), 3);
    assert_eq!(all(world).iter().map(|attempt| attempt.what).collect::<Vec<_>>(), [Outcome::GotIn]);
    assert_eq!(drop(now.plus(1), now.plus(1)), 1);
    assert_eq!(all(world), []);
}

fn numbers_go_on_where_they_were(world: &mut World) {
    add(world, Outcome::Begun, 0);
    let now = add(world, Outcome::Begun, 0).last().unwrap().at;
    assert_eq!(world.store().drop_attempts(now.plus(1), now.plus(1)).wait(), Ok(2));
    world.reopen();
    assert_eq!(numbers(&add(world, Outcome::Begun, 0)), [3]);
}
