//! Who is not let in learns nothing about who exists (RUN-6): the same words, the same status, the same time.
//!
//! The hash is made cheap here, for everybody alike: what differs between users then stands out the more. That everybody's
//! hash is the same work with the real cost is shown beside it (`nobody_has_any_password_and_costs_the_same_work_run_6`).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Instant;

use sbm_client::core::code::Code;
use sbm_client::core::time::{HOUR, MINUTE, Timestamp};
use sbm_client::core::wire::v1::admin::UserPatch;
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::Login;
use sbm_client::core::wire::v1::session::Secret;
use sbm_server::auth::password::Cost;
use sbm_server::clock::{Clock as _, ManualClock, SystemClock};
use sbm_tests::fixture::{PASSWORD, add_user, name};
use sbm_tests::raw::{Raw, Wire, request};
use sbm_tests::server::TestServer;

/// Samples of each kind.
const SAMPLES: usize = 500;
const TRIES: usize = 3;
/// Welch's t below which two samples count as not told apart.
const BOUND: f64 = 4.5;
const WRONG: &str = "not the password 7";

/// A login that is refused, and as what it is shown.
const KINDS: [(&str, &str, &str); 5] = [
    ("existing, wrong password", "erin", WRONG),
    ("unknown", "nobody", WRONG),
    ("unknown, with somebody's password", "no-one", PASSWORD),
    ("disabled, wrong password", "dave", WRONG),
    ("disabled, right password", "dave", PASSWORD),
];

struct World {
    clock: Arc<ManualClock>,
    wire: Wire,
    _server: TestServer,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let cheap = Cost { memory_kib: 1_024, passes: 1 };
        let directory = Arc::new(tempfile::tempdir().unwrap());
        let server = TestServer::start_changed(directory, Arc::clone(&clock) as _, |config| config.hashing.cost = cheap);
        let admin = server.claim();
        add_user(&admin, "erin", None, &[]);
        add_user(&admin, "dave", None, &[]);
        admin.modify_user(&name("dave"), &UserPatch { disabled: Some(true), ..UserPatch::default() }).unwrap();
        let wire = Raw::of(&server).connect();
        Self { clock, wire, _server: server }
    }

    /// Tries to log in, an hour after the last try: the brake on guessing sees nothing. Gives the answer without the clock
    /// in it, and how long it took.
    fn refused(&mut self, user: &str, password: &str) -> (String, f64) {
        self.clock.advance(HOUR);
        let login = Login { user: user.to_owned(), password: Secret::new(password) };
        let content = serde_json::to_string(&login).unwrap();
        let begun = Instant::now();
        self.wire.send(&request("POST", path::SESSION, None, Some(&content)));
        let answer = self.wire.answer().unwrap();
        let took = begun.elapsed().as_secs_f64();
        assert_eq!(answer.code(), Some(Code::WrongCredentials));
        let head: Vec<&str> =
            answer.head.lines().filter(|line| !line.starts_with("sbm-time:") && !line.starts_with("date:")).collect();
        (format!("{}\n{}", head.join("\n"), String::from_utf8(answer.body).unwrap()), took)
    }
}

fn mean_and_variance(samples: &[f64]) -> (f64, f64) {
    #[expect(clippy::cast_precision_loss, reason = "500 is far from where that begins")]
    let count = samples.len() as f64;
    let mean = samples.iter().sum::<f64>() / count;
    (mean, samples.iter().map(|sample| (sample - mean).powi(2)).sum::<f64>() / (count - 1.0) / count)
}

fn welch(one: &[f64], other: &[f64]) -> f64 {
    let ((mean, variance), (other_mean, other_variance)) = (mean_and_variance(one), mean_and_variance(other));
    (mean - other_mean).abs() / (variance + other_variance).sqrt()
}

/// The largest t between any two kinds, and between which.
fn largest_t(world: &mut World) -> (f64, String) {
    let mut took: Vec<Vec<f64>> = vec![Vec::with_capacity(SAMPLES); KINDS.len()];
    for round in 0..SAMPLES {
        // Interleaved, each round beginning with another kind.
        for turn in 0..KINDS.len() {
            let kind = (round + turn) % KINDS.len();
            let ((_, user, password), samples) = KINDS.iter().zip(&mut took).nth(kind).unwrap();
            samples.push(world.refused(user, password).1);
        }
    }
    let mut largest = (0.0, String::new());
    let sampled: Vec<(&str, &Vec<f64>)> = KINDS.iter().map(|kind| kind.0).zip(&took).collect();
    for (one, samples) in &sampled {
        for (other, others) in &sampled {
            let t = if one < other { welch(samples, others) } else { 0.0 };
            if t > largest.0 {
                largest = (t, format!("`{one}` and `{other}`: t = {t:.2}"));
            }
        }
    }
    largest
}

#[test]
fn unknown_wrong_and_disabled_users_are_not_told_apart_by_text_status_or_time_run_6() {
    let mut world = World::new();
    let first = world.refused(KINDS[0].1, KINDS[0].2).0;
    for (kind, user, password) in KINDS {
        assert_eq!(world.refused(user, password).0, first, "{kind}");
    }
    let mut seen = Vec::new();
    for _ in 0..TRIES {
        let (t, between) = largest_t(&mut world);
        seen.push(between);
        if t < BOUND {
            return;
        }
    }
    panic!("told apart by time in each of {TRIES} tries: {seen:#?}");
}

#[test]
fn no_spelling_of_a_name_makes_the_brake_tell_who_exists_run_6() {
    let mut world = World::new();
    let spellings = [" ", "root>", " root > ", "Root>", "root>nowhere>", "root>>", "firm>", " Firm >", "root>"];
    let mut brakes = |user: &str| -> Vec<Option<u16>> {
        world.clock.advance(HOUR);
        let tries = spellings.iter().map(|before| {
            let login = Login { user: format!("{before}{user}"), password: Secret::new(WRONG) };
            let content = serde_json::to_string(&login).unwrap();
            world.wire.send(&request("POST", path::SESSION, None, Some(&content)));
            world.wire.answer().map(|answer| answer.status)
        });
        tries.collect()
    };
    let existing = brakes("erin");
    assert!(existing.contains(&Some(429)), "{existing:?}");
    for user in ["nobody", "dave", "Erin", "NOBODY"] {
        assert_eq!(brakes(user), existing, "{user}");
    }
}

#[test]
fn at_an_address_that_people_share_the_brake_tells_nobody_who_else_is_there_run_6() {
    let mut world = World::new();
    let mut ask = |user: &str, password: &str| {
        let login = Login { user: user.to_owned(), password: Secret::new(password) };
        let content = serde_json::to_string(&login).unwrap();
        world.wire.send(&request("POST", path::SESSION, None, Some(&content)));
        world.wire.answer().unwrap()
    };
    assert_eq!(ask("erin", PASSWORD).status, 200, "erin logs in from here");
    // Eight wrong tries, each as soon as it is let through; gives what was to be waited for.
    let mut waits = |user: &str| -> Vec<i64> {
        world.clock.advance(2 * HOUR);
        let (mut tried, mut waits) = (0, Vec::new());
        while tried < 8 {
            let answer = ask(user, WRONG);
            match answer.head.lines().find_map(|line| line.strip_prefix("retry-after: ")) {
                Some(seconds) => {
                    let seconds: i64 = seconds.parse().unwrap();
                    waits.push(seconds);
                    world.clock.advance(seconds * 1_000);
                }
                None => tried += 1,
            }
        }
        waits
    };
    let existing = waits("erin");
    assert!(!existing.is_empty());
    for user in ["nobody", "dave", "no-one"] {
        assert_eq!(waits(user), existing, "{user}");
    }
}

#[test]
fn the_measure_would_notice_a_difference_run_6() {
    // A difference as small as one read of the database stands out.
    let noise = |seed: u32| (0..SAMPLES).map(move |n| 3e-3 + f64::from((n as u32).wrapping_mul(seed) >> 8 & 0xff) * 1e-6);
    let (one, other): (Vec<f64>, Vec<f64>) = (noise(2_654_435_761).collect(), noise(2_246_822_519).collect());
    assert!(welch(&one, &other) < BOUND);
    let later: Vec<f64> = other.iter().map(|took| took + 50e-6).collect();
    assert!(welch(&one, &later) > BOUND);
}

#[test]
fn a_login_is_remembered_on_success_only_run_10() {
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let directory = Arc::new(tempfile::tempdir().unwrap());
    let server = TestServer::start(directory, 0, Arc::clone(&clock) as _, &[]);
    let admin = server.claim();
    add_user(&admin, "erin", None, &[]);
    let last = || {
        let user = admin.user(&name("erin")).unwrap();
        (user.last_login, user.last_address)
    };
    assert_eq!(last(), (None, None));
    clock.advance(MINUTE);
    assert_eq!(server.anybody().login("erin", &Secret::new(WRONG)).unwrap_err().code(), Code::WrongCredentials);
    assert_eq!(last(), (None, None), "a failure leaves no trace there");
    clock.advance(MINUTE);
    let at: Timestamp = clock.now();
    server.anybody().login("erin", &Secret::new(PASSWORD)).unwrap();
    assert_eq!(last(), (Some(at), Some("127.0.0.1".to_owned())));
    clock.advance(MINUTE);
    assert!(server.anybody().login("erin", &Secret::new(WRONG)).is_err());
    assert_eq!(last().0, Some(at), "a later failure changes nothing");
}
