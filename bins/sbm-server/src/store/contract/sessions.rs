//! Cases of tokens, logins and last-seen times.

use sbm_core::directory::Change;
use sbm_core::directory::command::Phc;
use sbm_core::directory::rows::User;
use sbm_core::id::{DeviceId, Hash, UserId};
use sbm_core::wire::v1::session::Audience;

use super::fixture::*;
use super::{Case, World, case};
use crate::store::{LastLogin, Revoke, StoreError, Token};

pub(super) const CASES: &[Case] = &[
    case!("insert_token", it_comes_back_whole_after_a_restart),
    case!("insert_token", a_taken_id_or_hash_is_refused),
    case!("insert_token", without_its_user_or_device_it_is_refused),
    case!("insert_token", for_a_password_that_was_replaced_it_is_not_kept_run_3),
    case!("insert_token", for_a_user_who_is_disabled_or_has_no_password_it_is_not_kept),
    case!("live_tokens", ended_ones_are_not_among_them),
    case!("console_tokens", those_of_a_user_for_the_console_are_told_apart),
    case!("has_token", a_device_has_one_until_it_ends),
    case!("token", it_is_found_by_its_id_even_when_ended),
    case!("token", it_ends_with_its_user_and_its_device),
    case!("touch_tokens", times_only_move_forward_and_unknown_ids_are_passed_over),
    case!("revoke", one_by_its_id_once),
    case!("revoke", those_of_a_user_by_audience),
    case!("revoke", those_of_a_device),
    case!("drop_ended", what_ended_long_ago_is_deleted_and_what_lives_stays_err_4),
    case!("logged_in", the_latest_login_counts),
    case!("last_logins", nobody_logged_in_at_first_and_a_dropped_user_is_not_listed),
    case!("last_login_of", it_is_that_users_among_others),
    case!("seen", times_only_move_forward_for_devices_that_exist),
    case!("last_seen", no_device_was_seen_at_first),
    case!("last_seen_of", it_is_that_devices_among_others),
];

fn insert(world: &World, tokens: &[Token]) {
    keep_tokens(world.store(), tokens);
}

fn live(world: &World) -> Vec<u64> {
    let mut ids: Vec<u64> = world.store().live_tokens(at(100)).wait().unwrap().iter().map(|token| token.id).collect();
    ids.sort_unstable();
    ids
}

fn for_device(id: u64, device: u32) -> Token {
    Token { audience: Audience::Device, device: Some(DeviceId(device)), ..token(id) }
}

fn it_comes_back_whole_after_a_restart(world: &mut World) {
    put(world.store(), vec![Change::Device(device(1))]);
    let tokens = [token(u64::MAX), Token { expires: Some(at(500)), ..for_device(0, 1) }];
    insert(world, &tokens);
    world.reopen();
    for token in tokens {
        assert_eq!(world.store().token(token.id).wait(), Ok(Some(token)));
    }
}

fn a_taken_id_or_hash_is_refused(world: &mut World) {
    insert(world, &[token(1)]);
    for other in [Token { hash: Hash::of(b"other"), ..token(1) }, Token { hash: token(1).hash, ..token(2) }] {
        let refused = world.store().insert_token(other, proved().into()).wait();
        assert!(matches!(refused, Err(StoreError::Taken(_))), "{refused:?}");
    }
    assert_eq!(live(world), [1]);
}

fn without_its_user_or_device_it_is_refused(world: &mut World) {
    put(world.store(), vec![Change::Password { user: ADMIN, phc: proved() }]);
    for other in [Token { user: UserId(9), ..token(1) }, for_device(1, 9)] {
        let refused = world.store().insert_token(other, proved().into()).wait();
        assert!(matches!(refused, Err(StoreError::Rejected(_))), "{refused:?}");
    }
}

fn for_a_password_that_was_replaced_it_is_not_kept_run_3(world: &mut World) {
    insert(world, &[token(1)]);
    let new = Phc::new("new".to_owned());
    put(world.store(), vec![Change::Password { user: ADMIN, phc: new.clone() }]);
    assert_eq!(world.store().insert_token(token(2), proved().into()).wait(), Ok(false));
    assert_eq!(world.store().token(2).wait(), Ok(None));
    assert_eq!(world.store().insert_token(token(2), new.into()).wait(), Ok(true));
    assert_eq!(live(world), [1, 2]);
}

fn for_a_user_who_is_disabled_or_has_no_password_it_is_not_kept(world: &mut World) {
    assert_eq!(world.store().insert_token(token(1), proved().into()).wait(), Ok(false));
    put(world.store(), vec![Change::Password { user: ADMIN, phc: proved() }]);
    put(world.store(), vec![Change::User(User { disabled: true, built_in: true, ..user(1, "admin") })]);
    assert_eq!(world.store().insert_token(token(1), proved().into()).wait(), Ok(false));
    assert!(live(world).is_empty());
}

fn ended_ones_are_not_among_them(world: &mut World) {
    assert!(live(world).is_empty());
    let (gone, ends_now, lives) = (
        Token { expires: Some(at(99)), ..token(1) },
        Token { expires: Some(at(100)), ..token(2) },
        Token { expires: Some(at(101)), ..token(3) },
    );
    insert(world, &[gone, ends_now, lives, Token { revoked: true, ..token(4) }, token(5)]);
    assert_eq!(live(world), [3, 5]);
}

fn those_of_a_user_for_the_console_are_told_apart(world: &mut World) {
    put(world.store(), vec![Change::User(user(2, "anna")), Change::Device(device(1))]);
    let (gone, lives) = (Token { expires: Some(at(100)), ..token(1) }, Token { expires: Some(at(101)), ..token(2) });
    let others = [Token { user: UserId(2), ..token(3) }, for_device(4, 1), Token { revoked: true, ..token(5) }];
    insert(world, &[gone, lives, token(6)]);
    insert(world, &others);
    let of = |user| -> Vec<u64> {
        world.store().console_tokens(user, at(100)).wait().unwrap().into_iter().map(|token| token.id).collect()
    };
    assert_eq!((of(ADMIN), of(UserId(2)), of(UserId(9))), (vec![2, 6], vec![3], vec![]));
}

fn it_is_found_by_its_id_even_when_ended(world: &mut World) {
    insert(world, &[Token { revoked: true, ..token(4) }]);
    assert!(world.store().token(4).wait().unwrap().unwrap().revoked);
    assert_eq!(world.store().token(5).wait(), Ok(None));
}

fn it_ends_with_its_user_and_its_device(world: &mut World) {
    put(world.store(), vec![Change::User(user(2, "anna")), Change::Device(device(1))]);
    insert(world, &[token(1), Token { user: UserId(2), ..token(2) }, for_device(3, 1)]);
    put(world.store(), vec![Change::DropUser(UserId(2)), Change::DropDevice(DeviceId(1))]);
    assert_eq!(live(world), [1]);
    assert_eq!(world.store().token(2).wait(), Ok(None));
}

fn times_only_move_forward_and_unknown_ids_are_passed_over(world: &mut World) {
    insert(world, &[token(1), token(2)]);
    world.store().touch_tokens(vec![(1, at(50)), (9, at(50)), (2, at(5)), (1, at(40))]).wait().unwrap();
    world.store().touch_tokens(vec![]).wait().unwrap();
    world.reopen();
    let last_used = |id| world.store().token(id).wait().unwrap().unwrap().last_used;
    assert_eq!((last_used(1), last_used(2)), (at(50), at(10)));
}

fn one_by_its_id_once(world: &mut World) {
    insert(world, &[token(1), token(2)]);
    assert_eq!(world.store().revoke(Revoke::Token(1)).wait(), Ok(1));
    assert_eq!(world.store().revoke(Revoke::Token(1)).wait(), Ok(0), "it has ended already");
    assert_eq!(world.store().revoke(Revoke::Token(9)).wait(), Ok(0));
    world.reopen();
    assert_eq!(live(world), [2]);
}

fn those_of_a_user_by_audience(world: &mut World) {
    put(world.store(), vec![Change::User(user(2, "anna")), Change::Device(device(1))]);
    insert(world, &[token(1), token(2), for_device(3, 1), Token { user: UserId(2), ..token(4) }]);
    let console = Revoke::User { user: ADMIN, audience: Some(Audience::Console) };
    assert_eq!(world.store().revoke(console).wait(), Ok(2));
    assert_eq!(live(world), [3, 4]);
    assert_eq!(world.store().revoke(Revoke::User { user: ADMIN, audience: None }).wait(), Ok(1));
    assert_eq!(live(world), [4]);
}

fn those_of_a_device(world: &mut World) {
    put(world.store(), vec![Change::Device(device(1)), Change::Device(device(2))]);
    insert(world, &[for_device(1, 1), for_device(2, 1), for_device(3, 2), token(4)]);
    assert_eq!(world.store().revoke(Revoke::Device(DeviceId(1))).wait(), Ok(2));
    assert_eq!(live(world), [3, 4]);
}

fn the_latest_login_counts(world: &mut World) {
    for (millis, address) in [(10, "::1"), (30, "10.0.0.3"), (20, "10.0.0.2")] {
        world.store().logged_in(ADMIN, at(millis), address.to_owned()).wait().unwrap();
    }
    world.store().logged_in(UserId(9), at(1), "10.0.0.9".to_owned()).wait().unwrap();
    world.reopen();
    let expected = LastLogin { user: ADMIN, at: at(30), address: "10.0.0.3".to_owned() };
    assert_eq!(world.store().last_logins().wait(), Ok(vec![expected]));
}

fn nobody_logged_in_at_first_and_a_dropped_user_is_not_listed(world: &mut World) {
    assert_eq!(world.store().last_logins().wait(), Ok(vec![]));
    put(world.store(), vec![Change::User(user(2, "anna"))]);
    world.store().logged_in(UserId(2), at(1), "::1".to_owned()).wait().unwrap();
    assert_eq!(world.store().last_logins().wait().unwrap().len(), 1);
    put(world.store(), vec![Change::DropUser(UserId(2))]);
    assert_eq!(world.store().last_logins().wait(), Ok(vec![]));
}

fn a_device_has_one_until_it_ends(world: &mut World) {
    put(world.store(), vec![Change::Device(device(1)), Change::Device(device(2))]);
    insert(world, &[for_device(1, 1), Token { expires: Some(at(50)), ..for_device(2, 2) }, token(4)]);
    let has = |device, now| world.store().has_token(DeviceId(device), at(now)).wait().unwrap();
    assert_eq!([has(1, 49), has(1, 50), has(2, 49), has(2, 50), has(3, 0)], [true, true, true, false, false]);
    assert_eq!(world.store().revoke(Revoke::Device(DeviceId(1))).wait(), Ok(1));
    assert!(!has(1, 49));
}

fn it_is_that_users_among_others(world: &mut World) {
    put(world.store(), vec![Change::User(user(2, "anna")), Change::User(user(3, "ben"))]);
    for (user, millis) in [(ADMIN, 10), (UserId(2), 20)] {
        world.store().logged_in(user, at(millis), format!("10.0.0.{millis}")).wait().unwrap();
    }
    let last = |user| world.store().last_login_of(user).wait().unwrap();
    assert_eq!(last(UserId(2)), Some(LastLogin { user: UserId(2), at: at(20), address: "10.0.0.20".to_owned() }));
    assert_eq!((last(ADMIN).map(|login| login.at), last(UserId(3)), last(UserId(9))), (Some(at(10)), None, None));
    put(world.store(), vec![Change::DropUser(UserId(2))]);
    assert_eq!((last(UserId(2)), last(ADMIN).is_some()), (None, true));
}

fn times_only_move_forward_for_devices_that_exist(world: &mut World) {
    put(world.store(), vec![Change::Device(device(1)), Change::Device(device(2))]);
    let seen = |batch: &[(u32, i64)]| {
        world.store().seen(batch.iter().map(|(device, millis)| (DeviceId(*device), at(*millis))).collect()).wait().unwrap();
    };
    seen(&[(2, 20), (9, 90), (1, 10)]);
    seen(&[(2, 15), (1, 11)]);
    world.reopen();
    let expected = vec![(DeviceId(1), at(11)), (DeviceId(2), at(20))];
    assert_eq!(world.store().last_seen().wait(), Ok(expected));
    put(world.store(), vec![Change::DropDevice(DeviceId(1))]);
    assert_eq!(world.store().last_seen().wait(), Ok(vec![(DeviceId(2), at(20))]));
}

fn it_is_that_devices_among_others(world: &mut World) {
    put(world.store(), vec![Change::Device(device(1)), Change::Device(device(2)), Change::Device(device(3))]);
    world.store().seen(vec![(DeviceId(1), at(10)), (DeviceId(2), at(20))]).wait().unwrap();
    let last = |device| world.store().last_seen_of(DeviceId(device)).wait().unwrap();
    assert_eq!([last(1), last(2), last(3), last(9)], [Some(at(10)), Some(at(20)), None, None]);
    put(world.store(), vec![Change::DropDevice(DeviceId(1))]);
    assert_eq!([last(1), last(2)], [None, Some(at(20))]);
}

fn no_device_was_seen_at_first(world: &mut World) {
    put(world.store(), vec![Change::Device(device(1))]);
    assert_eq!(world.store().last_seen().wait(), Ok(vec![]));
}

fn what_ended_long_ago_is_deleted_and_what_lives_stays_err_4(world: &mut World) {
    let until = |id, expires| Token { expires: Some(at(expires)), ..token(id) };
    let used = |token: Token, last_used| Token { last_used: at(last_used), ..token };
    insert(world, &[token(1), token(2), used(token(3), 60), until(4, 49), until(5, 50), until(6, 500)]);
    for ended in [2, 3] {
        world.store().revoke(Revoke::Token(ended)).wait().unwrap();
    }
    assert_eq!(world.store().drop_ended(at(50)).wait(), Ok(2));
    world.reopen();
    let left = (1..=6).filter(|id| world.store().token(*id).wait().unwrap().is_some());
    assert_eq!(left.collect::<Vec<_>>(), [1, 3, 5, 6], "2 was revoked and 4 expired before");
    assert_eq!(world.store().drop_ended(at(50)).wait(), Ok(0));
}
