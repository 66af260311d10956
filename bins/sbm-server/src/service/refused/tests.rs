//! What is merged, what is told apart, and that nobody hides another.

use super::Standing::{Known, Stranger};
use super::*;

fn attempt(number: u64, millis: i64) -> Entry {
    Entry {
        at: Timestamp::from_millis(millis),
        account: AccountId::ROOT,
        actor: format!("actor {number}"),
        address: "10.0.0.1".to_owned(),
        act: "user.create".to_owned(),
        object: format!("object at {millis}"),
        outcome: "denied_role".to_owned(),
        detail: String::new(),
        about: Vec::new(),
    }
}

fn merged() -> Merged {
    Merged::new(Room::REFUSED)
}

#[test]
fn the_first_attempt_is_written_at_once_and_those_alike_are_counted_run_12() {
    let refused = merged();
    assert_eq!(refused.take(attempt(1, MINUTE), Known), [attempt(1, MINUTE)]);
    for millis in 1..=5 {
        assert_eq!(refused.take(attempt(1, MINUTE + millis), Known), []);
    }
    assert_eq!(refused.due(Timestamp::from_millis(2 * MINUTE - 1)), [], "the minute is not over");
    let due = refused.due(Timestamp::from_millis(2 * MINUTE));
    assert_eq!(due.len(), 1);
    let Entry { at, actor, outcome, detail, .. } = &due[0];
    assert_eq!((at.as_millis(), actor.as_str(), outcome.as_str()), (MINUTE + 5, "actor 1", "denied_role"));
    assert_eq!(detail, "5 times more within the minute, for 5 objects, last for `object at 60005`");
    assert_eq!(refused.due(Timestamp::from_millis(3 * MINUTE)), [], "it is written once");
}

#[test]
fn what_differs_is_told_apart_run_12() {
    let refused = merged();
    let first = attempt(1, MINUTE);
    let others = [
        Entry { actor: "somebody".to_owned(), ..first.clone() },
        Entry { address: "10.0.0.2".to_owned(), ..first.clone() },
        Entry { act: "group.create".to_owned(), ..first.clone() },
        Entry { outcome: "name_taken".to_owned(), ..first.clone() },
        Entry { account: AccountId(2), ..first.clone() },
    ];
    assert_eq!(refused.take(first, Known).len(), 1);
    for other in others {
        assert_eq!(refused.take(other.clone(), Known), [other]);
    }
    assert_eq!(refused.rest(), [], "nothing was merged");
}

#[test]
fn a_flood_makes_a_bounded_number_of_entries_and_loses_no_count_run_12() {
    let Room { actors, acts, .. } = Room::REFUSED;
    for standing in [Known, Stranger] {
        let refused = merged();
        let mut written = Vec::new();
        for number in 0..100_000_u64 {
            let address = format!("10.0.1.{}", number % 50);
            let act = format!("act {}", number / 50 % 20);
            written.extend(refused.take(Entry { address, act, ..attempt(number % 50, MINUTE + 1) }, standing));
        }
        written.extend(refused.rest());
        assert_eq!(written.len(), actors * (2 * acts + 1) + 1);
        let others = written.iter().find(|entry| entry.actor == "several").unwrap();
        assert!(others.detail.starts_with(&format!("{} attempts", 2_000 * (50 - actors))), "{}", others.detail);
        let one = written.iter().find(|entry| entry.actor == "actor 0" && entry.act == "several").unwrap();
        assert!(one.detail.starts_with(&format!("{} attempts", 100 * (20 - acts))), "{}", one.detail);
        assert_eq!(refused.rest(), []);
    }
}

#[test]
fn one_users_flood_from_many_addresses_hides_nobody_elses_refusals_run_12() {
    let refused = merged();
    let mut written = Vec::new();
    for host in 0..1_000 {
        let address = format!("10.1.{}.{}", host / 250, host % 250);
        written.extend(refused.take(Entry { actor: "carol".to_owned(), address, ..attempt(1, MINUTE) }, Known));
    }
    for host in 0..1_000 {
        let address = format!("10.2.{}.{}", host / 250, host % 250);
        written.extend(refused.take(Entry { actor: "system".to_owned(), address, ..attempt(1, MINUTE) }, Stranger));
    }
    for act in ["profile.export", "user.delete", "user.create", "keys.rotate"] {
        let dave = Entry { actor: "dave".to_owned(), act: act.to_owned(), ..attempt(1, MINUTE) };
        assert_eq!(refused.take(dave.clone(), Known), [dave]);
    }
    written.extend(refused.rest());
    let carol = written.iter().find(|entry| entry.actor == "carol" && entry.act == "several").unwrap();
    assert!(carol.detail.starts_with("992 attempts"), "{}", carol.detail);
    assert!(carol.detail.contains("`user.create`"), "{}", carol.detail);
}

#[test]
fn the_addresses_of_one_ipv6_network_are_one_run_12() {
    let refused = merged();
    let from = |address: &str| Entry { address: address.to_owned(), ..attempt(1, MINUTE) };
    assert_eq!(refused.take(from("2001:db8::1"), Stranger).len(), 1);
    assert_eq!(refused.take(from("2001:db8::ffff:1"), Stranger), []);
    assert_eq!(refused.take(from("2001:db8:0:1::1"), Stranger).len(), 1);
    assert_eq!(refused.take(from("10.0.0.1"), Stranger).len(), 1);
    assert_eq!(refused.take(from("::ffff:10.0.0.1"), Stranger).len(), 0, "the same address, spelled otherwise");
}

#[test]
fn what_is_counted_together_is_about_the_accounts_of_all_of_it_as_far_as_they_are_told_apart_run_12() {
    let refused = merged();
    let tried = |account: u32, millis: i64| attempt(1, MINUTE + millis).about([AccountId(account)]);
    let mut written = refused.take(tried(2, 1), Stranger);
    for account in 3..=500 {
        written.extend(refused.take(tried(account, i64::from(account)), Stranger));
    }
    assert_eq!((written.len(), written[0].about.as_slice()), (1, [AccountId(2)].as_slice()));
    let counted = refused.rest().remove(0);
    assert_eq!(counted.about.len(), OBJECTS);
    assert!(counted.about.contains(&AccountId(500)) && counted.about.contains(&AccountId(499)));
}

#[test]
fn what_was_granted_is_told_apart_by_its_object_and_bounded_for_each_user_run_12() {
    let granted = Merged::new(Room::GRANTED);
    let unlock = |object: usize| Entry { object: object.to_string(), outcome: "ok".to_owned(), ..attempt(1, MINUTE) };
    let mut written = Vec::new();
    for object in (0..2).chain(0..2).chain(0..1_000) {
        written.extend(granted.take(unlock(object), Known));
    }
    assert_eq!(written.iter().filter(|entry| entry.object == "1").count(), 1);
    written.extend(granted.rest());
    assert_eq!(written.len(), Room::GRANTED.acts + 2 + 1);
}
