//! Cases of the setup code (RUN-2).

use sbm_core::id::Hash;

use super::fixture::at;
use super::{Case, World, case};
use crate::store::CodeTry;
use crate::store::codes::{Instead, NewCode, PutCode};

pub(super) const CASES: &[Case] = &[
    case!("put_setup_code", a_new_code_replaces_the_old_one_and_its_count),
    case!("put_setup_code", a_server_leaves_anothers_code_and_hears_where_it_is),
    case!("put_setup_code", a_server_replaces_its_own_code_and_the_count),
    case!("put_setup_code", of_eight_servers_at_once_one_makes_the_code_and_the_others_hear_whose),
    case!("put_setup_code", when_a_code_is_used_up_the_next_server_makes_one),
    case!("take_setup_code", without_a_code_nothing_is_taken),
    case!("take_setup_code", the_right_code_is_taken_once),
    case!("take_setup_code", the_tenth_wrong_try_ends_the_code_even_after_a_restart),
    case!("take_setup_code", an_expired_code_is_gone),
];

fn code(text: &str) -> Hash {
    Hash::of(text.as_bytes())
}

fn put(world: &World, text: &str) {
    assert_eq!(put_at(world, text, "anywhere", Instead::OfAny), PutCode::Kept);
}

fn new(text: &str, place: &str) -> NewCode {
    NewCode { hash: code(text), expires: None, place: place.into() }
}

fn put_at(world: &World, text: &str, place: &str, instead: Instead) -> PutCode {
    world.store().put_setup_code(new(text, place), instead).wait().unwrap()
}

fn take(world: &World, text: &str) -> CodeTry {
    world.store().take_setup_code(code(text), at(1_000)).wait().unwrap()
}

fn a_new_code_replaces_the_old_one_and_its_count(world: &mut World) {
    put(world, "old");
    assert_eq!(take(world, "wrong"), CodeTry::Wrong { left: 9 });
    put(world, "new");
    world.reopen();
    assert_eq!(take(world, "old"), CodeTry::Wrong { left: 9 });
    assert_eq!(take(world, "new"), CodeTry::Taken);
}

fn without_a_code_nothing_is_taken(world: &mut World) {
    assert_eq!(take(world, "any"), CodeTry::Gone);
}

fn the_right_code_is_taken_once(world: &mut World) {
    put(world, "right");
    assert_eq!(take(world, "right"), CodeTry::Taken);
    world.reopen();
    assert_eq!(take(world, "right"), CodeTry::Gone);
}

fn the_tenth_wrong_try_ends_the_code_even_after_a_restart(world: &mut World) {
    put(world, "right");
    for left in (1..=9).rev() {
        assert_eq!(take(world, "wrong"), CodeTry::Wrong { left });
        world.reopen();
    }
    assert_eq!(take(world, "wrong"), CodeTry::Wrong { left: 0 });
    assert_eq!(take(world, "right"), CodeTry::Gone);
}

fn an_expired_code_is_gone(world: &mut World) {
    for (expires, expected) in [(999, CodeTry::Gone), (1_000, CodeTry::Gone), (1_001, CodeTry::Taken)] {
        let code = NewCode { expires: Some(at(expires)), ..new("right", "anywhere") };
        world.store().put_setup_code(code, Instead::OfAny).wait().unwrap();
        assert_eq!(take(world, "right"), expected, "{expires}");
    }
}

fn a_server_leaves_anothers_code_and_hears_where_it_is(world: &mut World) {
    assert_eq!(put_at(world, "first", "/a on one", Instead::OfOwn), PutCode::Kept);
    world.reopen();
    assert_eq!(put_at(world, "second", "/a on two", Instead::OfOwn), PutCode::There("/a on one".into()));
    assert_eq!(take(world, "second"), CodeTry::Wrong { left: 9 });
    assert_eq!(put_at(world, "third", "/a on two", Instead::OfOwn), PutCode::There("/a on one".into()));
    assert_eq!(take(world, "wrong"), CodeTry::Wrong { left: 8 }, "nobody gets more tries by starting a server");
    assert_eq!(take(world, "first"), CodeTry::Taken);
}

fn a_server_replaces_its_own_code_and_the_count(world: &mut World) {
    put_at(world, "first", "/a on one", Instead::OfOwn);
    assert_eq!(take(world, "wrong"), CodeTry::Wrong { left: 9 });
    assert_eq!(put_at(world, "second", "/a on one", Instead::OfOwn), PutCode::Kept);
    assert_eq!(take(world, "first"), CodeTry::Wrong { left: 9 });
    assert_eq!(put_at(world, "third", "/a on two", Instead::OfAny), PutCode::Kept);
    assert_eq!(put_at(world, "fourth", "/a on one", Instead::OfOwn), PutCode::There("/a on two".into()));
    assert_eq!(take(world, "third"), CodeTry::Taken);
}

fn of_eight_servers_at_once_one_makes_the_code_and_the_others_hear_whose(world: &mut World) {
    let store = world.shared();
    let told: Vec<PutCode> = std::thread::scope(|scope| {
        let one = |number: u8| {
            let store = &store;
            scope.spawn(move || {
                let name = number.to_string();
                store.put_setup_code(new(&name, &name), Instead::OfOwn).wait().unwrap()
            })
        };
        let all: Vec<_> = (0..8).map(one).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let winner = told.iter().position(|told| *told == PutCode::Kept).unwrap().to_string();
    let others = told.iter().filter(|told| **told == PutCode::There(winner.clone())).count();
    assert_eq!(others, 7, "{told:?}");
    assert_eq!(take(world, &winner), CodeTry::Taken);
}

fn when_a_code_is_used_up_the_next_server_makes_one(world: &mut World) {
    put_at(world, "first", "/a on one", Instead::OfOwn);
    for left in (0..10).rev() {
        assert_eq!(take(world, "wrong"), CodeTry::Wrong { left });
    }
    assert_eq!(take(world, "first"), CodeTry::Gone);
    assert_eq!(put_at(world, "second", "/a on two", Instead::OfOwn), PutCode::Kept);
    assert_eq!(take(world, "second"), CodeTry::Taken);
}
