//! Cases of the sealed secrets.

use super::{Case, World, case};
use crate::store::secrets::{CHECK, NONCE, Resealed, Sealed};

pub(super) const CASES: &[Case] = &[
    case!("secret_names", a_fresh_store_has_no_secrets),
    case!("secret_names", names_come_in_order),
    case!("secret", a_secret_is_there_after_a_restart_with_every_byte),
    case!("put_secret", of_two_of_one_name_the_first_stays),
    case!("put_secret", nothing_is_put_beside_another_check_or_none),
    case!("put_secret", of_eight_at_once_all_go_on_with_one),
    case!("reseal_secrets", all_are_replaced_at_once),
    case!("reseal_secrets", what_is_not_exactly_there_changes_nothing),
    case!("reseal_secrets", whoever_has_the_old_check_puts_nothing_any_more),
    case!("reseal_secrets", nothing_put_meanwhile_keeps_the_old_seal),
];

fn sealed(number: u8) -> Sealed {
    Sealed { nonce: [number; NONCE], bytes: (0..=255).chain([number]).collect() }
}

fn put(world: &World, name: &str, number: u8, check: Option<u8>) -> Option<Sealed> {
    world.store().put_secret(name.into(), sealed(number), check.map(|check| [check; NONCE])).wait().unwrap()
}

fn get(world: &World, name: &str) -> Option<Sealed> {
    world.store().secret(name.into()).wait().unwrap()
}

fn names(world: &World) -> Vec<String> {
    world.store().secret_names().wait().unwrap()
}

fn anew(name: &str, was: u8, is: u8) -> Resealed {
    Resealed { name: name.into(), was: [was; NONCE], sealed: sealed(is) }
}

fn a_fresh_store_has_no_secrets(world: &mut World) {
    assert!(names(world).is_empty());
    assert_eq!(get(world, CHECK), None);
}

fn names_come_in_order(world: &mut World) {
    for name in ["token.key", CHECK, "signing-10.key", "signing-2.key", "Z"] {
        put(world, name, 1, None);
    }
    assert_eq!(names(world), ["Z", CHECK, "signing-10.key", "signing-2.key", "token.key"]);
}

fn a_secret_is_there_after_a_restart_with_every_byte(world: &mut World) {
    assert_eq!(put(world, "root.key", 1, None), Some(sealed(1)));
    world.reopen();
    assert_eq!(get(world, "root.key"), Some(sealed(1)));
    assert_eq!(get(world, "Root.key"), None);
}

fn of_two_of_one_name_the_first_stays(world: &mut World) {
    put(world, "root.key", 1, None);
    assert_eq!(put(world, "root.key", 2, None), Some(sealed(1)));
    assert_eq!(get(world, "root.key"), Some(sealed(1)));
}

fn nothing_is_put_beside_another_check_or_none(world: &mut World) {
    assert_eq!(put(world, "root.key", 2, Some(1)), None);
    put(world, CHECK, 1, None);
    assert_eq!(put(world, "root.key", 2, Some(3)), None);
    assert_eq!(names(world), [CHECK]);
    assert_eq!(put(world, "root.key", 2, Some(1)), Some(sealed(2)));
    assert_eq!(put(world, "root.key", 4, Some(3)), None, "not even told");
}

fn of_eight_at_once_all_go_on_with_one(world: &mut World) {
    put(world, CHECK, 1, None);
    let store = world.shared();
    let kept: Vec<Option<Sealed>> = std::thread::scope(|scope| {
        let one = |number: u8| {
            let store = &store;
            scope.spawn(move || store.put_secret("root.key".into(), sealed(number), Some([1; NONCE])).wait().unwrap())
        };
        let all: Vec<_> = (10..18).map(one).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(kept[0].is_some() && kept.iter().all(|one| *one == kept[0]), "{kept:?}");
}

fn all_are_replaced_at_once(world: &mut World) {
    put(world, CHECK, 1, None);
    put(world, "root.key", 2, None);
    let all = vec![anew("root.key", 2, 12), anew(CHECK, 1, 11)];
    assert!(world.store().reseal_secrets(all).wait().unwrap());
    world.reopen();
    assert_eq!((get(world, CHECK), get(world, "root.key")), (Some(sealed(11)), Some(sealed(12))));
}

fn what_is_not_exactly_there_changes_nothing(world: &mut World) {
    put(world, CHECK, 1, None);
    put(world, "root.key", 2, None);
    for all in [
        vec![],
        vec![anew("root.key", 2, 12)],
        vec![anew(CHECK, 1, 11)],
        vec![anew(CHECK, 9, 11), anew("root.key", 2, 12)],
        vec![anew(CHECK, 1, 11), anew("root.key", 9, 12)],
        vec![anew(CHECK, 1, 11), anew("root.key", 2, 12), anew("token.key", 3, 13)],
    ] {
        assert!(!world.store().reseal_secrets(all.clone()).wait().unwrap(), "{all:?}");
        assert_eq!((get(world, CHECK), get(world, "root.key")), (Some(sealed(1)), Some(sealed(2))));
        assert_eq!(names(world), [CHECK, "root.key"]);
    }
}

fn whoever_has_the_old_check_puts_nothing_any_more(world: &mut World) {
    put(world, CHECK, 1, None);
    assert!(world.store().reseal_secrets(vec![anew(CHECK, 1, 11)]).wait().unwrap());
    assert_eq!(put(world, "root.key", 2, Some(1)), None);
    assert_eq!(put(world, "root.key", 2, Some(11)), Some(sealed(2)));
}

/// Whatever the order: at the end nothing is there that only the old check vouches for.
fn nothing_put_meanwhile_keeps_the_old_seal(world: &mut World) {
    put(world, CHECK, 1, None);
    let store = world.shared();
    let (put, resealed) = std::thread::scope(|scope| {
        let put = scope.spawn(|| {
            let put = (0..20).map(|n| store.put_secret(format!("n{n}"), sealed(2), Some([1; NONCE])).wait().unwrap().is_some());
            put.filter(|put| *put).count()
        });
        let resealed = scope.spawn(|| {
            loop {
                let names = store.secret_names().wait().unwrap();
                let of = |name: &String| anew(name, if name == CHECK { 1 } else { 2 }, 11);
                if store.reseal_secrets(names.iter().map(of).collect()).wait().unwrap() {
                    return names.len();
                }
            }
        });
        (put.join().unwrap(), resealed.join().unwrap())
    });
    assert_eq!(put + 1, resealed);
    for name in names(world) {
        assert_eq!(get(world, &name), Some(sealed(11)), "{name}");
    }
}
