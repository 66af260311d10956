//! Cases of tokens for programs (RUN-11).

use sbm_core::directory::command::Phc;
use sbm_core::directory::rows::User;
use sbm_core::directory::{Change, Limit};
use sbm_core::id::{AccountId, Hash, UserId};
use sbm_core::permission::{Ceiling, Task, TaskAccess};
use sbm_core::wire::v1::session::Audience;

use super::fixture::*;
use super::{Case, World, case};
use crate::store::{ApiToken, Kept, Revoke, StoreError, Token};

pub(super) const CASES: &[Case] = &[
    case!("insert_api_token", it_comes_back_whole_after_a_restart_with_its_audit_entry_run_11_run_12),
    case!("insert_api_token", beyond_so_many_that_live_none_is_kept_err_3),
    case!("insert_api_token", for_a_password_that_was_replaced_or_a_user_who_is_disabled_it_is_not_kept_run_3),
    case!("insert_api_token", a_taken_id_or_hash_is_refused_and_leaves_no_audit_entry),
    case!("insert_api_token", of_many_at_once_no_more_are_kept_than_may_be_err_3),
    case!("api_tokens", those_that_live_in_their_order_and_no_others),
    case!("api_tokens", they_end_like_every_token_run_7),
];

fn api(id: u64) -> Token {
    let most = Ceiling::NONE.with(Task::Users, TaskAccess::Write).with(Task::Server, TaskAccess::Read);
    let known = ApiToken { name: name("a program"), limit: Limit { most, below: None } };
    Token { audience: Audience::Api, api: Some(known), ..token(id) }
}

fn keep(world: &World, token: &Token, most: u32) -> Result<Kept, StoreError> {
    world.store().insert_api_token(token.clone(), proved(), most, entry("token.create")).wait()
}

fn give_password(world: &World, user: UserId) {
    put(world.store(), vec![Change::Password { user, phc: proved() }]);
}

fn audited(world: &World) -> usize {
    let entries = world.store().audit_page(0, 500).wait().unwrap();
    entries.iter().filter(|chained| chained.entry.act == "token.create").count()
}

fn listed(world: &World) -> Vec<u64> {
    world.store().api_tokens(at(100)).wait().unwrap().into_iter().map(|token| token.id).collect()
}

fn it_comes_back_whole_after_a_restart_with_its_audit_entry_run_11_run_12(world: &mut World) {
    give_password(world, ADMIN);
    let mut below = api(u64::MAX);
    below.expires = Some(at(500));
    below.api.as_mut().unwrap().limit.below = Some(AccountId(7));
    let tokens = [api(1), below];
    for token in &tokens {
        assert_eq!(keep(world, token, 9), Ok(Kept::Yes));
    }
    world.reopen();
    for token in tokens {
        assert_eq!(world.store().token(token.id).wait(), Ok(Some(token.clone())));
        assert!(world.store().live_tokens(at(100)).wait().unwrap().contains(&token), "a server that starts knows it");
    }
    assert_eq!(audited(world), 2);
    assert_eq!(world.store().verify_audit().wait().unwrap().1, None);
}

fn beyond_so_many_that_live_none_is_kept_err_3(world: &mut World) {
    put(world.store(), vec![Change::User(user(2, "anna"))]);
    give_password(world, ADMIN);
    give_password(world, UserId(2));
    keep_tokens(world.store(), &[token(50), token(51)]);
    // One is over by the time at which the others are made, one was ended, and one is somebody else's.
    assert_eq!(keep(world, &Token { expires: Some(at(10)), ..api(1) }, 2), Ok(Kept::Yes));
    assert_eq!(keep(world, &api(2), 2), Ok(Kept::Yes));
    world.store().revoke(Revoke::Token(2)).wait().unwrap();
    assert_eq!(keep(world, &Token { user: UserId(2), ..api(3) }, 2), Ok(Kept::Yes));
    assert_eq!([keep(world, &api(4), 2), keep(world, &api(5), 2)], [Ok(Kept::Yes), Ok(Kept::Yes)]);
    let before = audited(world);
    assert_eq!(keep(world, &api(6), 2), Ok(Kept::TooMany));
    assert_eq!((world.store().token(6).wait(), audited(world)), (Ok(None), before));
    world.store().revoke(Revoke::Token(4)).wait().unwrap();
    assert_eq!(keep(world, &api(6), 2), Ok(Kept::Yes));
}

fn for_a_password_that_was_replaced_or_a_user_who_is_disabled_it_is_not_kept_run_3(world: &mut World) {
    assert_eq!(keep(world, &api(1), 9), Ok(Kept::Overtaken), "there is no password");
    put(world.store(), vec![Change::Password { user: ADMIN, phc: Phc::new("new".to_owned()) }]);
    assert_eq!(keep(world, &api(1), 9), Ok(Kept::Overtaken));
    give_password(world, ADMIN);
    put(world.store(), vec![Change::User(User { disabled: true, built_in: true, ..user(1, "admin") })]);
    assert_eq!(keep(world, &api(1), 9), Ok(Kept::Overtaken));
    assert_eq!((listed(world), audited(world)), (vec![], 0));
}

fn a_taken_id_or_hash_is_refused_and_leaves_no_audit_entry(world: &mut World) {
    give_password(world, ADMIN);
    assert_eq!(keep(world, &api(1), 9), Ok(Kept::Yes));
    for other in [Token { hash: Hash::of(b"other"), ..api(1) }, Token { hash: api(1).hash, ..api(2) }] {
        let refused = keep(world, &other, 9);
        assert!(matches!(refused, Err(StoreError::Taken(_))), "{refused:?}");
    }
    assert_eq!((listed(world), audited(world)), (vec![1], 1));
}

fn of_many_at_once_no_more_are_kept_than_may_be_err_3(world: &mut World) {
    give_password(world, ADMIN);
    let making: Vec<_> = (1..=20)
        .map(|id| {
            let store = world.shared();
            std::thread::spawn(move || store.insert_api_token(api(id), proved(), 5, entry("token.create")).wait())
        })
        .collect();
    let kept = making.into_iter().map(|made| made.join().unwrap().unwrap()).filter(|kept| *kept == Kept::Yes).count();
    assert_eq!((kept, listed(world).len(), audited(world)), (5, 5, 5));
}

fn those_that_live_in_their_order_and_no_others(world: &mut World) {
    put(world.store(), vec![Change::User(user(2, "anna")), Change::Device(device(1))]);
    give_password(world, ADMIN);
    give_password(world, UserId(2));
    keep_tokens(world.store(), &[token(1)]);
    assert!(listed(world).is_empty());
    let (gone, ends_now) = (Token { expires: Some(at(99)), ..api(2) }, Token { expires: Some(at(100)), ..api(3) });
    let lives = Token { expires: Some(at(101)), ..api(4) };
    let younger = Token { created: at(11), ..api(5) };
    for token in [younger, gone, ends_now, lives, Token { user: UserId(2), ..api(6) }, api(7)] {
        assert_eq!(keep(world, &token, 9), Ok(Kept::Yes));
    }
    world.store().revoke(Revoke::Token(7)).wait().unwrap();
    world.reopen();
    assert_eq!(listed(world), [4, 6, 5]);
}

fn they_end_like_every_token_run_7(world: &mut World) {
    put(world.store(), vec![Change::User(user(2, "anna"))]);
    give_password(world, ADMIN);
    give_password(world, UserId(2));
    keep_tokens(world.store(), &[token(1)]);
    for token in [api(2), api(3), Token { user: UserId(2), ..api(4) }, Token { user: UserId(2), ..api(5) }] {
        assert_eq!(keep(world, &token, 9), Ok(Kept::Yes));
    }
    let console = Revoke::User { user: ADMIN, audience: Some(Audience::Console) };
    assert_eq!((world.store().revoke(console).wait(), listed(world)), (Ok(1), vec![2, 3, 4, 5]), "a change of one's password");
    assert_eq!((world.store().revoke(Revoke::Token(3)).wait(), listed(world)), (Ok(1), vec![2, 4, 5]));
    assert_eq!(world.store().revoke(Revoke::User { user: ADMIN, audience: None }).wait(), Ok(1));
    assert_eq!(listed(world), [4, 5]);
    put(world.store(), vec![Change::DropUser(UserId(2))]);
    assert_eq!((listed(world), world.store().token(4).wait()), (vec![], Ok(None)));
}
