//! Second factors, and logins that wait for their code (RUN-8).

use std::sync::{Arc, Barrier};

use sbm_core::directory::Change;
use sbm_core::factor::half::{LIFE, MOST_WRONG};
use sbm_core::factor::{HalfLogin, Kept, Means};
use sbm_core::id::{Hash, InstallationId, UserId};

use super::fixture::*;
use super::{Case, World, case, rounds};
use crate::store::factors::{Factor, Half, NewHalf, Proof};
use crate::store::secrets::Sealed;

pub(super) const CASES: &[Case] = &[
    case!("factor", a_factor_comes_back_as_it_was_put_and_goes_with_its_codes_run_8),
    case!("factor", a_factor_is_not_written_over_and_goes_with_its_user_run_8),
    case!("begin_half_login", of_a_user_who_is_gone_nothing_begins_run_8),
    case!("half_login", a_half_login_is_found_by_its_hash_and_ends_with_its_factor_run_8),
    case!("try_half_login", ten_tries_are_counted_over_restarts_and_no_more_run_8),
    case!("try_half_login", what_began_too_long_ago_is_over_run_8),
    case!("try_half_login", of_many_tries_at_once_ten_count_run_8),
    case!("use_code", a_step_only_rises_run_8),
    case!("use_code", a_recovery_code_works_once_and_new_ones_void_it_run_8),
    case!("use_code", who_wins_ends_his_half_login_and_who_does_not_keeps_it_run_8),
    case!("use_code", one_code_sent_fifty_times_at_once_wins_once_run_8),
    case!("drop_half_logins", what_began_long_ago_is_deleted_err_4),
];

/// So many want the same at once (RUN-8).
const MANY: u32 = 50;

fn hash(text: &str) -> Hash {
    Hash::of(text.as_bytes())
}

fn kept(codes: &[&str]) -> Kept {
    let recovery = codes.iter().map(|code| hash(code)).collect();
    Kept { nonce: [3; 24], sealed: vec![1, 2, 3], step: 100, since: at(5), recovery }
}

fn enrol(world: &World, codes: &[&str]) {
    put(world.store(), vec![Change::Factor { user: ADMIN, kept: kept(codes) }]);
}

fn factor(world: &World) -> Option<Factor> {
    world.store().factor(ADMIN).wait().unwrap()
}

fn half(text: &str, user: UserId) -> NewHalf {
    let installation = Some(InstallationId::from_bytes([4; 16]));
    NewHalf { hash: hash(text), user, installation, proved: hash("phc"), begun: at(LIFE) }
}

fn begin(world: &World, text: &str) {
    assert_eq!(world.store().begin_half_login(half(text, ADMIN)).wait(), Ok(true));
}

fn used(world: &World, proof: Proof, half: Option<&str>) -> bool {
    world.store().use_code(ADMIN, proof, half.map(hash)).wait().unwrap()
}

/// Lets fifty threads begin at once; gives how many of them won.
fn winners(world: &World, act: impl Fn(&dyn crate::store::Store, u32) -> bool + Send + Sync + 'static) -> usize {
    let (act, barrier) = (Arc::new(act), Arc::new(Barrier::new(MANY as usize)));
    let threads: Vec<_> = (0..MANY)
        .map(|number| {
            let (store, act, barrier) = (world.shared(), Arc::clone(&act), Arc::clone(&barrier));
            std::thread::spawn(move || {
                barrier.wait();
                act(&*store, number)
            })
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).filter(|won| *won).count()
}

fn a_factor_comes_back_as_it_was_put_and_goes_with_its_codes_run_8(world: &mut World) {
    assert_eq!(factor(world), None);
    enrol(world, &["one", "two"]);
    world.reopen();
    let sealed = Sealed { nonce: [3; 24], bytes: vec![1, 2, 3] };
    assert_eq!(factor(world), Some(Factor { sealed, step: 100, since: at(5), recovery: 2 }));
    assert_eq!(world.store().load().wait().unwrap().factors, [(ADMIN, Means::Authenticator)]);
    put(world.store(), vec![Change::DropFactor(ADMIN)]);
    assert_eq!((factor(world), world.store().load().wait().unwrap().factors), (None, vec![]));
    enrol(world, &["three"]);
    assert!(!used(world, Proof::Recovery(hash("one")), None), "the codes of before went along");
    assert_eq!(factor(world).unwrap().recovery, 1);
}

fn a_factor_is_not_written_over_and_goes_with_its_user_run_8(world: &mut World) {
    put(world.store(), vec![Change::User(user(2, "anna"))]);
    let anna = UserId(2);
    put(world.store(), vec![Change::Factor { user: anna, kept: kept(&["one"]) }]);
    let commit = |changes| {
        let based_on = world.store().revision().wait().unwrap();
        world.store().commit(crate::store::Commit { based_on, changes, ..Default::default() }).wait()
    };
    let other = Kept { sealed: vec![9], ..kept(&["two"]) };
    assert!(commit(vec![Change::Factor { user: anna, kept: other }]).is_err());
    assert!(commit(vec![Change::Factor { user: UserId(77), kept: kept(&[]) }]).is_err());
    assert!(commit(vec![Change::RecoveryCodes { user: ADMIN, hashes: vec![hash("one")] }]).is_err());
    assert_eq!(world.store().begin_half_login(half("his", anna)).wait(), Ok(true));
    assert!(world.store().factor(anna).wait().unwrap().is_some());
    put(world.store(), vec![Change::DropUser(anna)]);
    assert_eq!(world.store().factor(anna).wait(), Ok(None));
    assert_eq!(world.store().half_login(hash("his")).wait(), Ok(None));
}

fn of_a_user_who_is_gone_nothing_begins_run_8(world: &mut World) {
    assert_eq!(world.store().begin_half_login(half("login", UserId(77))).wait(), Ok(false));
    assert_eq!(world.store().half_login(hash("login")).wait(), Ok(None));
    begin(world, "login");
    assert!(world.store().begin_half_login(half("login", ADMIN)).wait().is_err(), "a token is given once");
}

fn a_half_login_is_found_by_its_hash_and_ends_with_its_factor_run_8(world: &mut World) {
    enrol(world, &[]);
    begin(world, "login");
    world.reopen();
    let installation = Some(InstallationId::from_bytes([4; 16]));
    let expected = Half { user: ADMIN, installation, proved: hash("phc"), state: HalfLogin::new(at(LIFE)) };
    assert_eq!(world.store().half_login(hash("login")).wait(), Ok(Some(expected)));
    assert_eq!(world.store().half_login(hash("other")).wait(), Ok(None));
    let person = NewHalf { installation: None, ..half("person", ADMIN) };
    assert_eq!(world.store().begin_half_login(person).wait(), Ok(true));
    assert_eq!(world.store().half_login(hash("person")).wait().unwrap().unwrap().installation, None);
    put(world.store(), vec![Change::DropFactor(ADMIN)]);
    assert_eq!(world.store().half_login(hash("login")).wait(), Ok(None));
}

fn ten_tries_are_counted_over_restarts_and_no_more_run_8(world: &mut World) {
    begin(world, "login");
    for left in (0..MOST_WRONG).rev() {
        assert_eq!(world.store().try_half_login(hash("login"), at(LIFE)).wait(), Ok(Some(left)));
        world.reopen();
    }
    assert_eq!(world.store().try_half_login(hash("login"), at(LIFE)).wait(), Ok(None));
    assert_eq!(world.store().try_half_login(hash("other"), at(LIFE)).wait(), Ok(None));
}

fn what_began_too_long_ago_is_over_run_8(world: &mut World) {
    begin(world, "login");
    assert_eq!(world.store().try_half_login(hash("login"), at(2 * LIFE)).wait(), Ok(None));
    assert_eq!(world.store().try_half_login(hash("login"), at(2 * LIFE - 1)).wait(), Ok(Some(MOST_WRONG - 1)));
}

fn of_many_tries_at_once_ten_count_run_8(world: &mut World) {
    for round in 0..3 {
        let text = format!("login {round}");
        begin(world, &text);
        let counted = winners(world, move |store, _| store.try_half_login(hash(&text), at(LIFE)).wait().unwrap().is_some());
        assert_eq!(counted, MOST_WRONG as usize);
    }
}

fn a_step_only_rises_run_8(world: &mut World) {
    assert!(!used(world, Proof::Step(200), None), "without a factor");
    enrol(world, &[]);
    for (step, wins) in [(99, false), (100, false), (101, true), (101, false), (100, false), (300, true), (299, false)] {
        assert_eq!(used(world, Proof::Step(step), None), wins, "{step}");
    }
    world.reopen();
    assert_eq!(factor(world).unwrap().step, 300);
}

fn a_recovery_code_works_once_and_new_ones_void_it_run_8(world: &mut World) {
    enrol(world, &["one", "two"]);
    assert!(used(world, Proof::Recovery(hash("one")), None));
    world.reopen();
    assert!(!used(world, Proof::Recovery(hash("one")), None) && !used(world, Proof::Recovery(hash("other")), None));
    assert_eq!(factor(world).unwrap().recovery, 1);
    put(world.store(), vec![Change::RecoveryCodes { user: ADMIN, hashes: vec![hash("three")] }]);
    assert!(!used(world, Proof::Recovery(hash("two")), None));
    assert!(used(world, Proof::Recovery(hash("three")), None));
    assert_eq!(factor(world).unwrap().step, 100, "the phone's codes go on where they were");
}

fn who_wins_ends_his_half_login_and_who_does_not_keeps_it_run_8(world: &mut World) {
    put(world.store(), vec![Change::User(user(2, "anna"))]);
    enrol(world, &["one"]);
    begin(world, "first");
    begin(world, "second");
    let there = |text: &str| world.store().half_login(hash(text)).wait().unwrap().is_some();
    assert!(used(world, Proof::Step(101), Some("first")));
    assert!(!there("first") && there("second"));
    assert!(!used(world, Proof::Step(102), Some("first")), "it is over");
    assert!(!used(world, Proof::Step(101), Some("second")));
    assert!(there("second"));
    let other = world.store().use_code(UserId(2), Proof::Step(500), Some(hash("second"))).wait();
    assert_eq!(other, Ok(false), "it is somebody else's");
    assert!(used(world, Proof::Recovery(hash("one")), Some("second")));
    assert!(!there("second"));
    assert_eq!(factor(world).unwrap().step, 101, "what was refused used nothing up");
}

fn one_code_sent_fifty_times_at_once_wins_once_run_8(world: &mut World) {
    let names: Vec<String> = (0..rounds()).map(|round| format!("code {round}")).collect();
    enrol(world, &names.iter().map(String::as_str).collect::<Vec<_>>());
    for round in 0..rounds() {
        // Each through a half-login of its own; every other round all through one.
        let name = move |number: u32| if round % 2 == 0 { format!("{round} of {number}") } else { format!("{round} of all") };
        let halves = (0..if round % 2 == 0 { MANY } else { 1 }).map(|number| half(&name(number), ADMIN));
        let begun: Vec<_> = halves.map(|half| world.store().begin_half_login(half)).collect();
        assert!(begun.into_iter().all(|begun| begun.wait() == Ok(true)));
        let step = Proof::Step(1_000 + round);
        let by_phone =
            winners(world, move |store, number| store.use_code(ADMIN, step, Some(hash(&name(number)))).wait().unwrap());
        assert_eq!(by_phone, 1, "step of round {round}");
        let code = Proof::Recovery(hash(&names[round as usize]));
        let by_paper = winners(world, move |store, _| store.use_code(ADMIN, code, None).wait().unwrap());
        assert_eq!(by_paper, 1, "recovery code of round {round}");
    }
    let left = factor(world).unwrap();
    assert_eq!((left.step, left.recovery), (1_000 + rounds() - 1, 0));
}

fn what_began_long_ago_is_deleted_err_4(world: &mut World) {
    begin(world, "old");
    let young = NewHalf { begun: at(2 * LIFE), ..half("young", ADMIN) };
    assert_eq!(world.store().begin_half_login(young).wait(), Ok(true));
    assert_eq!(world.store().drop_half_logins(at(2 * LIFE)).wait(), Ok(1));
    assert_eq!(world.store().half_login(hash("old")).wait(), Ok(None));
    assert!(world.store().half_login(hash("young")).wait().unwrap().is_some());
}
