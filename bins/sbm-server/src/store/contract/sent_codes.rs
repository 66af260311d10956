//! Codes that are sent, and the addresses that they are sent to (RUN-8).

use std::sync::{Arc, Barrier};

use sbm_core::account::Level;
use sbm_core::account::tree::Kind;
use sbm_core::directory::Change;
use sbm_core::directory::rows::{Account, User};
use sbm_core::factor::half::MOST_WRONG;
use sbm_core::factor::sent::{GAP, LIFE, Most};
use sbm_core::factor::{Channel, KeptAddress, Means};
use sbm_core::id::{AccountId, Hash, UserId};
use sbm_core::time::{DAY, HOUR, Timestamp};

use super::fixture::*;
use super::{Case, World, case, rounds};
use crate::store::factors::{NewHalf, Proof};
use crate::store::secrets::Sealed;
use crate::store::sent_codes::{KeptChannel, NewSentCode, PutSent};

pub(super) const CASES: &[Case] = &[
    case!("channels", an_address_comes_back_takes_another_s_place_and_goes_with_its_user_run_8),
    case!("channels", without_an_address_the_logins_that_wait_for_it_are_over_run_8),
    case!("put_sent_code", a_user_has_one_code_at_a_time_and_it_works_once_run_8),
    case!("put_sent_code", of_many_who_want_the_last_ones_as_many_get_one_run_8),
    case!("put_sent_code", so_many_codes_are_sent_in_an_hour_and_the_next_one_counts_anew_run_8),
    case!("put_sent_code", nobody_is_sent_more_because_users_or_accounts_are_moved_or_go_run_8),
    case!("put_sent_code", while_users_go_others_are_sent_codes_and_nobody_waits_for_ever_run_8),
    case!("put_sent_code", one_code_sent_back_fifty_times_at_once_wins_once_run_8),
    case!("try_sent_code", ten_guesses_are_counted_over_restarts_and_then_it_is_void_run_8),
    case!("drop_sent_codes", what_was_sent_long_ago_is_deleted_err_4),
];

const PLENTY: Most = Most { user: 10_000, account: 10_000 };

fn hash(text: &str) -> Hash {
    Hash::of(text.as_bytes())
}

fn code(user: UserId, text: &str, at: Timestamp) -> NewSentCode {
    NewSentCode { user, bound: hash("login"), hash: hash(text), at }
}

fn send(world: &World, code: NewSentCode, most: Most) -> PutSent {
    world.store().put_sent_code(code, most).wait().unwrap()
}

/// When the code counts that is sent at noon.
fn noon() -> Timestamp {
    at(12 * HOUR)
}

fn used(world: &World, user: UserId, text: &str, now: Timestamp) -> bool {
    let proof = Proof::Sent { hash: hash(text), since: now.plus(-LIFE) };
    world.store().use_code(user, proof, None).wait().unwrap()
}

fn address(user: UserId, channel: Channel, byte: u8) -> Change {
    Change::Channel { user, channel, kept: KeptAddress { nonce: [byte; 24], sealed: vec![byte; 3], since: at(byte.into()) } }
}

fn an_address_comes_back_takes_another_s_place_and_goes_with_its_user_run_8(world: &mut World) {
    put(world.store(), vec![Change::User(user(2, "anna"))]);
    let anna = UserId(2);
    let kept = |channel, byte: u8| KeptChannel {
        channel,
        sealed: Sealed { nonce: [byte; 24], bytes: vec![byte; 3] },
        since: at(byte.into()),
    };
    let channels = |world: &World| world.store().channels(anna).wait().unwrap();
    assert_eq!(channels(world), []);
    put(world.store(), vec![address(anna, Channel::Sms, 2), address(anna, Channel::Email, 1)]);
    world.reopen();
    assert_eq!(channels(world), [kept(Channel::Email, 1), kept(Channel::Sms, 2)]);
    let loaded = [(anna, Means::Sent(Channel::Email)), (anna, Means::Sent(Channel::Sms))];
    assert_eq!(world.store().load().wait().unwrap().factors, loaded);
    put(world.store(), vec![address(anna, Channel::Email, 3)]);
    put(world.store(), vec![Change::DropChannel { user: anna, channel: Channel::Sms }]);
    assert_eq!(channels(world), [kept(Channel::Email, 3)]);
    let nobody = vec![address(UserId(77), Channel::Email, 1)];
    let based_on = world.store().revision().wait().unwrap();
    assert!(world.store().commit(crate::store::Commit { based_on, changes: nobody, ..Default::default() }).wait().is_err());
    assert_eq!(send(world, code(anna, "one", noon()), PLENTY), PutSent::Kept);
    put(world.store(), vec![Change::DropUser(anna)]);
    assert_eq!(channels(world), []);
    assert!(world.store().load().wait().unwrap().factors.is_empty());
    assert_eq!(send(world, code(anna, "two", noon()), PLENTY), PutSent::Gone);
}

fn without_an_address_the_logins_that_wait_for_it_are_over_run_8(world: &mut World) {
    put(world.store(), vec![address(ADMIN, Channel::Email, 1)]);
    let half = NewHalf { hash: hash("half"), user: ADMIN, installation: None, proved: hash("phc"), begun: noon() };
    assert_eq!(world.store().begin_half_login(half).wait(), Ok(true));
    assert_eq!(send(world, code(ADMIN, "one", noon()), PLENTY), PutSent::Kept);
    put(world.store(), vec![Change::DropChannel { user: ADMIN, channel: Channel::Email }]);
    assert_eq!(world.store().half_login(hash("half")).wait(), Ok(None));
    assert!(!used(world, ADMIN, "one", noon()), "the code went along");
}

fn a_user_has_one_code_at_a_time_and_it_works_once_run_8(world: &mut World) {
    put(world.store(), vec![Change::User(user(2, "anna"))]);
    assert_eq!(send(world, code(ADMIN, "one", noon()), PLENTY), PutSent::Kept);
    assert_eq!(send(world, code(UserId(2), "hers", noon()), PLENTY), PutSent::Kept);
    assert_eq!(send(world, code(ADMIN, "two", noon().plus(GAP - 1)), PLENTY), PutSent::Wait(1));
    assert_eq!(send(world, code(ADMIN, "two", noon().plus(GAP)), PLENTY), PutSent::Kept);
    world.reopen();
    let now = noon().plus(GAP);
    assert!(!used(world, ADMIN, "one", now), "the one before is void");
    assert!(!used(world, ADMIN, "hers", now) && !used(world, UserId(2), "two", now), "it is somebody else's");
    assert!(!used(world, ADMIN, "two", now.plus(LIFE)), "it is void");
    assert!(used(world, ADMIN, "two", now.plus(LIFE - 1)));
    assert!(!used(world, ADMIN, "two", now), "it was used");
    assert!(used(world, UserId(2), "hers", now));
    // For a login it takes that, too, and ends it.
    assert_eq!(send(world, code(ADMIN, "three", now), PLENTY), PutSent::Kept);
    let half = NewHalf { hash: hash("half"), user: ADMIN, installation: None, proved: hash("phc"), begun: now };
    assert_eq!(world.store().begin_half_login(half).wait(), Ok(true));
    let proof = Proof::Sent { hash: hash("three"), since: now.plus(-LIFE) };
    assert_eq!(world.store().use_code(ADMIN, proof, Some(hash("other"))).wait(), Ok(false));
    assert_eq!(world.store().use_code(ADMIN, proof, Some(hash("half"))).wait(), Ok(true));
    assert_eq!(world.store().half_login(hash("half")).wait(), Ok(None));
}

fn so_many_codes_are_sent_in_an_hour_and_the_next_one_counts_anew_run_8(world: &mut World) {
    put(world.store(), vec![Change::User(user(2, "anna"))]);
    let most = Most { user: 2, account: 3 };
    let at_minute = |minute: i64| noon().plus(minute * HOUR / 60);
    assert_eq!(send(world, code(ADMIN, "1", at_minute(0)), most), PutSent::Kept);
    assert_eq!(send(world, code(ADMIN, "2", at_minute(10)), most), PutSent::Kept);
    world.reopen();
    assert_eq!(send(world, code(ADMIN, "3", at_minute(20)), most), PutSent::Wait(HOUR * 40 / 60));
    assert!(used(world, ADMIN, "2", at_minute(19)), "what was not sent voids nothing");
    assert_eq!(send(world, code(ADMIN, "3", at_minute(20)), most), PutSent::Wait(HOUR * 40 / 60), "nor does its use give more");
    assert_eq!(send(world, code(UserId(2), "4", at_minute(20)), most), PutSent::Kept);
    assert_eq!(send(world, code(UserId(2), "5", at_minute(30)), most), PutSent::Wait(HOUR / 2), "as many as the account has");
    assert_eq!(send(world, code(UserId(2), "5", at_minute(60)), most), PutSent::Kept);
}

fn of_many_who_want_the_last_ones_as_many_get_one_run_8(world: &mut World) {
    put(world.store(), (2..34).map(|id| Change::User(user(id, &format!("user {id}")))).collect());
    let most = Most { user: 5, account: 20 };
    let barrier = Arc::new(Barrier::new(32));
    let threads: Vec<_> = (2..34)
        .map(|id| {
            let (store, barrier) = (world.shared(), Arc::clone(&barrier));
            std::thread::spawn(move || {
                barrier.wait();
                store.put_sent_code(code(UserId(id), "code", noon()), most).wait().unwrap()
            })
        })
        .collect();
    let came: Vec<PutSent> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(came.iter().filter(|came| **came == PutSent::Kept).count(), 20, "{came:?}");
    assert_eq!(came.iter().filter(|came| **came == PutSent::Wait(HOUR)).count(), 12, "{came:?}");
}

fn nobody_is_sent_more_because_users_or_accounts_are_moved_or_go_run_8(world: &mut World) {
    let account = |id: u32, parent: u32| {
        let kind = Kind::Organisation(Level::EndCustomer);
        Change::Account(Account::new(AccountId(id), Some(AccountId(parent)), name(&format!("unit {id}")), kind))
    };
    let of = |id: u32, account: u32| Change::User(User { account: AccountId(account), ..user(id, &format!("user {id}")) });
    put(world.store(), vec![account(2, 1), account(3, 1), of(2, 2), of(3, 2), of(4, 2), of(5, 3)]);
    let most = Most { user: 2, account: 3 };
    let send_at = |world: &World, user: u32, minute: i64| {
        send(world, code(UserId(user), &format!("{user} at {minute}"), noon().plus(minute * HOUR / 60)), most)
    };
    assert_eq!((send_at(world, 2, 0), send_at(world, 2, 1), send_at(world, 3, 1)), (PutSent::Kept, PutSent::Kept, PutSent::Kept));
    let full = |minute: i64| PutSent::Wait(HOUR - minute * HOUR / 60);
    // His own count goes with him to an account that was sent nothing, and that of his account stays behind.
    put(world.store(), vec![of(2, 3)]);
    world.reopen();
    assert_eq!((send_at(world, 2, 2), send_at(world, 4, 2), send_at(world, 5, 2)), (full(2), full(2), PutSent::Kept));
    // Another one in the place of who went, by the same name, and an account elsewhere in the tree.
    put(world.store(), vec![Change::DropUser(UserId(3))]);
    put(world.store(), vec![Change::User(User { account: AccountId(2), ..user(6, "user 3") }), account(2, 3)]);
    assert_eq!((send_at(world, 6, 3), send_at(world, 4, 3)), (full(3), full(3)));
    assert_eq!(send_at(world, 3, 3), PutSent::Gone);
    // With the account its counts go; a new one begins at nothing.
    put(world.store(), [2, 4, 6].map(UserId).map(Change::DropUser).into_iter().collect());
    put(world.store(), vec![Change::DropAccount(AccountId(2)), account(7, 1), of(8, 7)]);
    assert_eq!((send_at(world, 8, 4), send_at(world, 5, 4)), (PutSent::Kept, PutSent::Kept));
}

/// Who takes a user away and who sends a code lock the same rows: in one order, or both would wait for each other.
fn while_users_go_others_are_sent_codes_and_nobody_waits_for_ever_run_8(world: &mut World) {
    let ids = 2..26_u32;
    put(world.store(), ids.clone().map(|id| Change::User(user(id, &format!("user {id}")))).collect());
    for id in ids.clone() {
        assert_eq!(send(world, code(UserId(id), "first", noon()), PLENTY), PutSent::Kept);
    }
    let barrier = Arc::new(Barrier::new(ids.len() + 1));
    let threads: Vec<_> = ids
        .clone()
        .map(|id| {
            let (store, barrier) = (world.shared(), Arc::clone(&barrier));
            std::thread::spawn(move || {
                barrier.wait();
                store.put_sent_code(code(UserId(id), "second", noon().plus(GAP)), PLENTY).wait()
            })
        })
        .collect();
    barrier.wait();
    put(world.store(), ids.map(|id| Change::DropUser(UserId(id))).collect());
    for came in threads {
        let came = came.join().unwrap();
        assert!(matches!(came, Ok(PutSent::Kept | PutSent::Gone)), "{came:?}");
    }
    assert_eq!(send(world, code(ADMIN, "last", noon()), Most { user: 1, account: 24 }), PutSent::Wait(HOUR));
}

fn one_code_sent_back_fifty_times_at_once_wins_once_run_8(world: &mut World) {
    for round in 0..i64::try_from(rounds()).unwrap() {
        let now = noon().plus(round * GAP);
        let text = format!("code {round}");
        assert_eq!(send(world, code(ADMIN, &text, now), PLENTY), PutSent::Kept);
        let barrier = Arc::new(Barrier::new(50));
        let threads: Vec<_> = (0..50)
            .map(|_| {
                let (store, barrier, hash) = (world.shared(), Arc::clone(&barrier), hash(&text));
                std::thread::spawn(move || {
                    barrier.wait();
                    store.use_code(ADMIN, Proof::Sent { hash, since: now.plus(-LIFE) }, None).wait().unwrap()
                })
            })
            .collect();
        let won = threads.into_iter().map(|thread| thread.join().unwrap()).filter(|won| *won).count();
        assert_eq!(won, 1, "round {round}");
    }
}

fn ten_guesses_are_counted_over_restarts_and_then_it_is_void_run_8(world: &mut World) {
    let tried = |world: &World, bound: &str, now| world.store().try_sent_code(ADMIN, hash(bound), now).wait().unwrap();
    assert_eq!(tried(world, "login", noon()), None, "nothing was sent");
    assert_eq!(send(world, code(ADMIN, "one", noon()), PLENTY), PutSent::Kept);
    assert_eq!(tried(world, "another", noon()), None, "it was sent for something else");
    assert_eq!(tried(world, "login", noon().plus(LIFE)), None, "it is void");
    for left in (0..MOST_WRONG).rev() {
        assert_eq!(tried(world, "login", noon()), Some(left));
        world.reopen();
    }
    assert_eq!(tried(world, "login", noon()), None);
    let later = noon().plus(GAP);
    assert_eq!(send(world, code(ADMIN, "two", later), PLENTY), PutSent::Kept);
    assert_eq!(tried(world, "login", later), Some(MOST_WRONG - 1), "another one counts anew");
}

fn what_was_sent_long_ago_is_deleted_err_4(world: &mut World) {
    put(world.store(), vec![Change::User(user(2, "anna"))]);
    let most = Most { user: 1, account: 2 };
    assert_eq!(send(world, code(ADMIN, "old", noon()), most), PutSent::Kept);
    let now = noon().plus(DAY);
    assert_eq!(send(world, code(UserId(2), "young", now), most), PutSent::Kept);
    assert_eq!(world.store().drop_sent_codes(now).wait(), Ok(1));
    assert!(used(world, UserId(2), "young", now));
    assert_eq!(send(world, code(UserId(2), "more", now), most), PutSent::Wait(HOUR), "this hour still counts");
    assert_eq!(send(world, code(ADMIN, "again", noon()), most), PutSent::Kept, "what was counted then is gone");
}
