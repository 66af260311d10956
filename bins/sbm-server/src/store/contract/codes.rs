//! Cases of the setup code (RUN-2).

use sbm_core::id::Hash;

use super::fixture::at;
use super::{Case, World, case};
use crate::store::CodeTry;

pub(super) const CASES: &[Case] = &[
    case!("put_setup_code", a_new_code_replaces_the_old_one_and_its_count),
    case!("take_setup_code", without_a_code_nothing_is_taken),
    case!("take_setup_code", the_right_code_is_taken_once),
    case!("take_setup_code", the_tenth_wrong_try_ends_the_code_even_after_a_restart),
    case!("take_setup_code", an_expired_code_is_gone),
];

fn code(text: &str) -> Hash {
    Hash::of(text.as_bytes())
}

fn put(world: &World, text: &str) {
    world.store().put_setup_code(code(text), None).wait().unwrap();
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
        world.store().put_setup_code(code("right"), Some(at(expires))).wait().unwrap();
        assert_eq!(take(world, "right"), expected, "{expires}");
    }
}
