//! Guessing as it is slowed, on a clock that the test moves (RUN-6).

use sbm_core::time::HOUR;

use super::*;

const START: Timestamp = Timestamp::from_millis(1_000_000_000);

fn address(last: u32) -> IpAddr {
    IpAddr::V4(std::net::Ipv4Addr::from_bits(0x0a00_0000 + last))
}

#[test]
fn the_delay_of_a_name_grows_from_nothing_to_three_minutes_and_not_further_run_6() {
    let throttle = Throttle::default();
    let mut now = START;
    let mut waits = Vec::new();
    for attempt in 0..26 {
        match throttle.attempt("admin", address(attempt), now) {
            Ok(()) => waits.push(0),
            Err(wait) => {
                waits.push(wait.seconds);
                now = now.plus(i64::try_from(wait.seconds).unwrap() * SECOND);
                throttle.attempt("admin", address(attempt), now).unwrap();
            }
        }
    }
    assert_eq!(waits.split_off(16), [1, 2, 4, 8, 16, 32, 64, 128, 180, 180]);
    assert_eq!(waits, [0; 16]);
}

#[test]
fn an_hour_of_guessing_from_a_thousand_addresses_tries_one_account_few_times_run_6() {
    let throttle = Throttle::default();
    let mut tried = 0;
    for guess in 0..100_000_u32 {
        let now = START.plus(i64::from(guess) * HOUR / 100_000);
        tried += u32::from(throttle.attempt("admin", address(guess % 1_000), now).is_ok());
    }
    assert!((10..=100).contains(&tried), "{tried}");
}

/// Tries of one address for one name as fast as it is let through, until that moment.
fn tries(throttle: &Throttle, from: u32, until: Timestamp) -> usize {
    let (mut now, mut tried) = (START, 0);
    while now < until {
        match throttle.attempt("admin", address(from), now) {
            Ok(()) => tried += 1,
            Err(wait) => now = now.plus(i64::try_from(wait.seconds).unwrap() * SECOND),
        }
    }
    tried
}

#[test]
fn whatever_a_handful_of_addresses_do_for_hours_the_owner_gets_in_from_a_fresh_one_at_once_run_6() {
    for handful in 1..=5 {
        let throttle = Throttle::default();
        let mut now = START;
        for poll in 0..86_400_u32 {
            now = START.plus(i64::from(poll) * 100);
            let _ = throttle.attempt("admin", address(1_000 + poll % handful), now);
            if poll % 997 == 0 {
                throttle.attempt("admin", address(poll), now).unwrap();
                throttle.undecided("admin", address(poll));
            }
        }
        // Not from theirs, which is slowed ever longer; and a typo at his own costs him nothing.
        assert!(throttle.attempt("admin", address(1_000), now).is_err());
        throttle.attempt("admin", address(7), now).unwrap();
        throttle.attempt("admin", address(7), now.plus(SECOND)).unwrap();
    }
}

#[test]
fn guesses_of_a_handful_and_of_a_thousand_addresses_stay_below_a_hundred_an_hour_run_6() {
    let throttle = Throttle::default();
    assert_eq!(tries(&throttle, 1, START.plus(HOUR)), 13);
    // The handful goes as far as it comes without slowing the name; then the thousand take over.
    let mut most = 0;
    for minutes in [0, 1, 2, 5, 6, 10, 22, 23, 31, 45, 60] {
        let (throttle, turn) = (Throttle::default(), START.plus(minutes * MINUTE));
        let mut tried: usize = (1..=5).map(|from| tries(&throttle, from, turn)).sum();
        let mut now = turn;
        while now < START.plus(HOUR) {
            let fresh = 6 + u32::try_from(now.as_millis() / 1_000 % 1_000).unwrap();
            tried += (1..=5).chain([fresh]).filter(|from| throttle.attempt("admin", address(*from), now).is_ok()).count();
            now = now.plus(SECOND);
        }
        most = most.max(tried);
    }
    assert!((60..=100).contains(&most), "{most}");
}

#[test]
fn addresses_that_wait_for_hours_do_not_guess_more_run_6() {
    let throttle = Throttle::default();
    let mut hours = [0_usize; 12];
    for (hour, tried) in (0_i64..).zip(&mut hours) {
        for second in (0..3_600).step_by(60) {
            let now = START.plus(hour * HOUR + second * SECOND);
            *tried += (1..=100).filter(|from| throttle.attempt("admin", address(*from), now).is_ok()).count();
        }
    }
    assert!(hours.iter().all(|tried| *tried <= 100), "{hours:?}");
}

#[test]
fn many_at_once_gain_nothing_run_6() {
    let throttle = Throttle::default();
    let passed = (0..1_000).filter(|guess| throttle.attempt("admin", address(*guess), START).is_ok()).count();
    assert_eq!(passed, 16);
    let throttle = Throttle::default();
    let passed = (0..1_000).filter(|_| throttle.attempt("admin", address(1), START).is_ok()).count();
    assert_eq!(passed, 6);
}

#[test]
fn guessing_from_outside_never_locks_the_owner_out_run_6() {
    let throttle = Throttle::default();
    let home = address(7);
    throttle.attempt("Admin", home, START).unwrap();
    throttle.succeeded("Admin", home, START);
    let mut now = START;
    for guess in 0..100_000_u32 {
        now = now.plus(36);
        let _ = throttle.attempt("admin", address(1_000 + guess % 1_000), now);
    }
    assert!(throttle.attempt("admin", address(8), now).is_err());
    throttle.attempt("admin", home, now).unwrap();
    // From a new address it takes at most three minutes of nobody's luck.
    throttle.attempt("admin", address(8), now.plus(3 * MINUTE)).unwrap();
}

#[test]
fn a_new_password_keeps_the_owner_s_addresses_and_frees_them_run_6() {
    let throttle = Throttle::default();
    let (home, before) = (address(7), address(9));
    throttle.attempt("admin", home, START).unwrap();
    throttle.succeeded("admin", home, START);
    throttle.remember("admin", before, START);
    let attack = |from: Timestamp, seconds: i64| {
        for guess in 0..seconds * 40 {
            let now = from.plus(guess * SECOND / 40);
            let _ = throttle.attempt("admin", address(1_000 + u32::try_from(guess % 40).unwrap()), now);
        }
        from.plus(seconds * SECOND)
    };
    let now = attack(START, 60);
    // He has forgotten his password, too.
    while throttle.attempt("admin", home, now).is_ok() {}
    throttle.forget("admin");
    let now = attack(now, 60);
    throttle.attempt("admin", home, now).unwrap();
    throttle.attempt("admin", before, now).unwrap();
    assert!(throttle.attempt("admin", address(8), now).is_err(), "a stranger waits as before");
}

#[test]
fn at_an_address_that_somebody_logged_in_from_every_name_has_the_same_steps_run_6() {
    let throttle = Throttle::default();
    let office = address(7);
    throttle.attempt("vic", office, START).unwrap();
    throttle.succeeded("vic", office, START);
    let steps = |name: &str, from: Timestamp| -> Vec<u64> {
        let mut now = from;
        let mut waits = Vec::new();
        for _ in 0..14 {
            while let Err(wait) = throttle.attempt(name, office, now) {
                waits.push(wait.seconds);
                now = now.plus(i64::try_from(wait.seconds).unwrap() * SECOND);
            }
        }
        waits
    };
    let existing = steps("vic", START.plus(HOUR));
    assert_eq!(existing.get(..3), Some(&[1, 2, 4][..]));
    assert_eq!(steps("nobody", START.plus(3 * HOUR)), existing);
}

#[test]
fn an_address_that_guesses_many_names_is_slowed_and_an_office_is_not_run_6() {
    let throttle = Throttle::default();
    let passed = (0..1_000).filter(|guess| throttle.attempt(&format!("user{guess}"), address(1), START).is_ok()).count();
    assert_eq!(passed, 21);
    for user in 0..1_000 {
        let name = format!("user{user}");
        throttle.attempt(&name, address(2), START).unwrap();
        throttle.succeeded(&name, address(2), START);
    }
}

#[test]
fn the_whole_64_of_an_ipv6_user_is_one_address_and_a_mapped_one_is_ipv4() {
    let throttle = Throttle::default();
    let six = |host: u128| IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8_u128 << 96) + host));
    let passed = (0..100).filter(|host| throttle.attempt(&format!("u{host}"), six(*host), START).is_ok()).count();
    assert_eq!(passed, 21);
    for guess in 0..21 {
        throttle.attempt(&format!("v{guess}"), "::ffff:10.9.9.9".parse().unwrap(), START).unwrap();
    }
    assert!(throttle.attempt("w", "10.9.9.9".parse().unwrap(), START).is_err());
}

#[test]
fn a_busy_server_counts_nothing_and_time_forgives() {
    let throttle = Throttle::default();
    for _ in 0..100 {
        throttle.attempt("admin", address(1), START).unwrap();
        throttle.undecided("admin", address(1));
    }
    while throttle.attempt("admin", address(1), START).is_ok() {}
    let later = START.plus(HOUR);
    assert_eq!((0..6).filter(|_| throttle.attempt("admin", address(1), later).is_ok()).count(), 6);
}

#[test]
fn a_clock_set_back_holds_nobody_longer_than_the_delay() {
    let throttle = Throttle::default();
    while throttle.attempt("admin", address(1), START).is_ok() {}
    let early = START.plus(-1_000 * HOUR);
    assert!(throttle.attempt("admin", address(1), early).is_err());
    throttle.attempt("admin", address(1), early.plus(MINUTE)).unwrap();
}

#[test]
fn memory_is_bounded_and_the_most_guessed_name_stays_err_3() {
    let throttle = Throttle::with_capacity(50);
    assert!((0..100).filter(|from| throttle.attempt("admin", address(*from), START).is_ok()).count() < 50);
    for other in 0..1_000 {
        throttle.attempt(&format!("made up {other}"), address(100 + other), START.plus(1)).unwrap();
    }
    let state = throttle.0.lock().unwrap();
    assert!(state.names.entries.len() <= 50 && state.addresses.entries.len() <= 50 && state.strangers.entries.len() <= 50);
    drop(state);
    assert!(throttle.attempt("admin", address(5_000), START.plus(1)).is_err());
}

#[test]
fn a_wait_is_told_as_people_say_it_err_1() {
    let told = [1, 59, 60, 90, 1_800].map(|seconds| Wait { seconds }.to_string());
    assert_eq!(told, ["1 s", "59 s", "1 min", "1 min 30 s", "30 min"]);
}
