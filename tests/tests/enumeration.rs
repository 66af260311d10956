//! Who is not let in learns nothing about who exists (RUN-6): the same words, the same status, the same time.
//!
//! The hash is made cheap here, for everybody alike: what differs between users then stands out the more. That everybody's
//! hash is the same work with the real cost is shown beside it (`nobody_has_any_password_and_costs_the_same_work_run_6`).
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use sbm_client::core::account::Level;
use sbm_client::core::code::Code;
use sbm_client::core::time::{HOUR, MINUTE, Timestamp};
use sbm_client::core::wire::v1::admin::{Account, LifeAct, ListQuery, UserPatch};
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::Login;
use sbm_client::core::wire::v1::session::Secret;
use sbm_server::auth::password::Cost;
use sbm_server::clock::{Clock as _, ManualClock, SystemClock};
use sbm_tests::fixture::{PASSWORD, add_user, name};
use sbm_tests::raw::{Raw, Wire, request};
use sbm_tests::server::TestServer;
use sbm_tests::stronghold::log_in;
use serde_json::json;

/// Samples of each kind.
const SAMPLES: usize = 500;
/// Samples whose median is taken together.
const BLOCK: usize = 20;
const TRIES: usize = 3;
/// Welch's t below which two samples count as not told apart.
const BOUND: f64 = 4.5;
const WRONG: &str = "not the password 7";

/// A login that is refused, and as what it is shown. The first two are one kind: what they differ by is the machine's.
const KINDS: [(&str, &str, &str); 8] = [
    ("existing, wrong password again", "erin", WRONG),
    ("existing, wrong password", "erin", WRONG),
    ("unknown", "nobody", WRONG),
    ("unknown, with somebody's password", "no-one", PASSWORD),
    ("disabled, wrong password", "dave", WRONG),
    ("disabled, right password", "dave", PASSWORD),
    ("with a second factor, wrong password", "fern", WRONG),
    ("a backup account, wrong secret", "root>pc", WRONG),
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
        add_user(&admin, "fern", None, &[]);
        enrol_factor(&server, "fern", &clock);
        let pc = json!({ "account": "root>pc", "secret": PASSWORD });
        admin.add_account(&serde_json::from_value(pc).unwrap()).unwrap();
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

/// With an authenticator, whose first code is asked of `oathtool`.
fn enrol_factor(server: &TestServer, user: &str, clock: &ManualClock) {
    let mut person = server.anybody();
    person.login(user, &Secret::new(PASSWORD)).unwrap();
    let offer = person.begin_factor(&Secret::new(PASSWORD), "localhost").unwrap();
    let now = format!("@{}", clock.now().as_millis() / 1_000);
    let output = Command::new("oathtool").args(["--totp", "--base32", "--now", &now, offer.key.reveal()]).output().unwrap();
    let code = String::from_utf8(output.stdout).unwrap();
    person.confirm_factor(&offer.ticket, &Secret::new(code.trim())).unwrap();
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

/// The median of each block of samples: whatever stops a machine for a moment moves none of them far.
fn medians(samples: &[f64]) -> Vec<f64> {
    let median = |block: &[f64]| {
        let mut sorted = block.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap()
    };
    samples.chunks(BLOCK).map(median).collect()
}

/// The largest t between any two kinds, and between which. `sample` gives how long one of a kind took.
fn largest_t(kinds: &[&str], mut sample: impl FnMut(usize) -> f64) -> (f64, String) {
    let mut took: Vec<Vec<f64>> = vec![Vec::with_capacity(SAMPLES); kinds.len()];
    for round in 0..SAMPLES {
        // Interleaved, each round beginning with another kind.
        for turn in 0..kinds.len() {
            let kind = (round + turn) % kinds.len();
            took.get_mut(kind).unwrap().push(sample(kind));
        }
    }
    let mut largest = (0.0, String::new());
    let sampled: Vec<(&str, Vec<f64>)> = kinds.iter().zip(&took).map(|(kind, took)| (*kind, medians(took))).collect();
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

/// That no two kinds differ by more than equal ones do now and then.
fn are_not_told_apart(kinds: &[&str], mut sample: impl FnMut(usize) -> f64) {
    let mut seen = Vec::new();
    for _ in 0..TRIES {
        let (t, between) = largest_t(kinds, &mut sample);
        seen.push(between);
        if t < BOUND {
            return;
        }
    }
    panic!("told apart by time in each of {TRIES} tries: {seen:#?}");
}

#[test]
fn unknown_wrong_and_disabled_users_are_not_told_apart_by_text_status_or_time_run_6() {
    let mut world = World::new();
    let first = world.refused(KINDS[0].1, KINDS[0].2).0;
    for (kind, user, password) in KINDS {
        assert_eq!(world.refused(user, password).0, first, "{kind}");
    }
    let kinds = KINDS.map(|kind| kind.0);
    are_not_told_apart(&kinds, |kind| {
        let (_, user, password) = KINDS.get(kind).unwrap();
        world.refused(user, password).1
    });
}

/// What a manager of one account asks for that is not below it: there and not there, active and disabled.
#[test]
fn accounts_and_users_outside_ones_scope_are_not_told_apart_from_none_by_text_status_or_time_acc_4_usr_1() {
    let server = TestServer::unclaimed();
    let admin = server.claim();
    let root = admin.rows::<Account>(&ListQuery::default()).next().unwrap().unwrap().account;
    for account in ["north", "south", "disab"] {
        let level = Some(Level::EndCustomer);
        let account = format!("{root}>{account}");
        let content = serde_json::json!({ "account": account, "level": level });
        admin.add_account(&serde_json::from_value(content).unwrap()).unwrap();
    }
    for (account, user, roles) in [("north", "mandy", &["admin"][..]), ("south", "sally", &[]), ("south", "doris", &[])] {
        let account = format!("{root}>{account}");
        let content = serde_json::json!({ "name": user, "account": account, "password": PASSWORD, "roles": roles });
        admin.add_user(&serde_json::from_value(content).unwrap()).unwrap();
    }
    admin.modify_user(&name("doris"), &UserPatch { disabled: Some(true), ..UserPatch::default() }).unwrap();
    admin.act_on_accounts(vec![format!("{root}>disab").parse().unwrap()], LifeAct::Disable).unwrap();
    let raw = Raw::of(&server);
    let console = log_in(&raw, "mandy", PASSWORD);
    let mut wire = raw.connect();
    let mut ask = |method: &str, path: &str, name: &str, content: Option<&str>| {
        let request = request(method, path, Some(&console), content);
        let begun = Instant::now();
        wire.send(&request);
        let answer = wire.answer().unwrap();
        let took = begun.elapsed().as_secs_f64();
        assert_eq!(answer.code(), Some(Code::NotFound), "{path}");
        let head: Vec<&str> =
            answer.head.lines().filter(|line| !line.starts_with("sbm-time:") && !line.starts_with("date:")).collect();
        (format!("{}\n{}", head.join("\n"), String::from_utf8(answer.body).unwrap()).replace(name, "it"), took)
    };
    // Names of one length. Each first one is there twice: what those differ by is the machine's.
    let accounts: [(&str, &str); 4] =
        [("none", "never"), ("none again", "never"), ("outside", "south"), ("outside, disabled", "disab")];
    let users: [(&str, &str); 4] =
        [("none", "never"), ("none again", "never"), ("outside", "sally"), ("outside, disabled", "doris")];
    let root = root.as_str();
    let of_accounts = |name: &str| format!("{}/{root}%3E{name}", path::ACCOUNTS);
    let of_users = |name: &str| format!("{}/{name}", path::USERS);
    let place_of: [&dyn Fn(&str) -> String; 2] = [&of_accounts, &of_users];
    let patches = [r#"{"comment":"seen"}"#, r#"{"description":"seen"}"#];
    for ((kinds, place), patch) in [accounts, users].into_iter().zip(place_of).zip(patches) {
        for (method, content) in [("GET", None), ("PATCH", Some(patch))] {
            let told: Vec<String> = kinds.iter().map(|(_, name)| ask(method, &place(name), name, content).0).collect();
            assert!(told.iter().all(|one| *one == told[0]), "{told:#?}");
        }
        let names = kinds.map(|kind| kind.0);
        are_not_told_apart(&names, |kind| {
            let (_, name) = kinds.get(kind).unwrap();
            ask("GET", &place(name), name, None).1
        });
    }
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
    assert!(welch(&medians(&one), &medians(&other)) < BOUND);
    let later: Vec<f64> = other.iter().map(|took| took + 50e-6).collect();
    assert!(welch(&medians(&one), &medians(&later)) > BOUND);
    // Also on a machine that stops now and then, for much longer than that.
    let stopped = |samples: &[f64], every: usize| -> Vec<f64> {
        samples.iter().enumerate().map(|(at, took)| if at % every == 0 { took + 0.5 } else { *took }).collect()
    };
    assert!(welch(&medians(&stopped(&one, 7)), &medians(&stopped(&other, 11))) < BOUND);
    assert!(welch(&medians(&stopped(&one, 7)), &medians(&stopped(&later, 11))) > BOUND);
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
