//! What happens to a server over months, and to logins over hours, on a clock that is moved.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use sbm_client::core::code::Code;
use sbm_client::core::time::{DAY, HOUR, MINUTE};
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::{Login, Secret, Session};
use sbm_server::auth::password::Cost;
use sbm_server::clock::{Clock as _, ManualClock, SystemClock};
use sbm_tests::fixture::{PASSWORD, add_user, client_of, office};
use sbm_tests::raw::{Answer, Raw, request};
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use tempfile::TempDir;

fn directory() -> Arc<TempDir> {
    Arc::new(tempfile::tempdir().unwrap())
}

fn log_in(raw: &Raw, user: &str, password: &str) -> Answer {
    let login = Login { user: user.to_owned(), password: Secret::new(password) };
    raw.ask(&request("POST", path::SESSION, None, Some(&serde_json::to_string(&login).unwrap()))).unwrap()
}

#[test]
fn a_renewed_certificate_needs_no_visit_of_any_client_run_4() {
    // The server's clock began 370 days ago: its certificate has 27 days left today.
    let clock = Arc::new(ManualClock::at(SystemClock.now().plus(-370 * DAY)));
    let server = TestServer::start(directory(), 0, clock, &[]);
    let admin = server.claim();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let client = client_of(&server, home.path());
    let certificate = |server: &TestServer| std::fs::read(server.data_dir().join("server.pem")).unwrap();
    let ca = |server: &TestServer| std::fs::read(server.data_dir().join("ca.pem")).unwrap();
    let before = (certificate(&server), ca(&server));
    let stopped = server.stop();
    let server = TestServer::restart(stopped);
    assert_ne!(certificate(&server), before.0, "less than 30 days were left");
    assert_eq!(ca(&server), before.1);
    let summary = client.sync().unwrap();
    assert!(summary.online, "the client knows the CA, and nobody visited it");
}

#[test]
fn a_console_session_ends_by_idling_and_at_last_and_a_restart_forgets_neither_run_7() {
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let home = directory();
    let server = TestServer::start(Arc::clone(&home), 0, Arc::clone(&clock) as _, &[]);
    drop(server.claim());
    let fresh = |raw: &Raw| log_in(raw, "admin", ADMIN_PASSWORD).json::<Session>().token.reveal().to_owned();
    let asked = |raw: &Raw, token: &str| raw.ask(&request("GET", path::USERS, Some(token), None)).unwrap();
    let raw = Raw::of(&server);
    let idle = fresh(&raw);
    clock.advance(HOUR - 1);
    assert_eq!(asked(&raw, &idle).status, 200);
    clock.advance(HOUR - 1);
    assert_eq!(asked(&raw, &idle).status, 200, "each use begins the hour anew");
    clock.advance(HOUR);
    assert_eq!(asked(&raw, &idle).code(), Some(Code::TokenRefused), "an hour without use");
    let used = fresh(&raw);
    for _ in 0..11 {
        clock.advance(HOUR - 1);
        assert_eq!(asked(&raw, &used).status, 200);
    }
    // The limits are those of the login, also behind a restart.
    let (home, port) = server.stop();
    let server = TestServer::start(home, port, Arc::clone(&clock) as _, &[]);
    let raw = Raw::of(&server);
    assert_eq!(asked(&raw, &used).status, 200);
    clock.advance(HOUR - 1);
    assert_eq!(asked(&raw, &used).status, 200);
    clock.advance(MINUTE);
    assert_eq!(asked(&raw, &used).code(), Some(Code::TokenRefused), "twelve hours in all");
}

#[test]
fn a_hash_of_weaker_parameters_is_made_anew_at_the_next_right_login_run_6() {
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let weak = Cost { memory_kib: 8 * 1_024, passes: 1 };
    let server = TestServer::start_changed(directory(), Arc::clone(&clock) as _, |config| config.hashing.cost = weak);
    add_user(&server.claim(), "erin", None, &[]);
    let stored = |server: &TestServer| {
        let sql = rusqlite::Connection::open(server.data_dir().join("sbm.db")).unwrap();
        let text = "SELECT phc FROM user_passwords JOIN users USING (user_id) WHERE users.name = 'erin'";
        sql.query_row(text, [], |row| row.get::<_, String>(0)).unwrap()
    };
    assert!(stored(&server).starts_with("$argon2id$v=19$m=8192,t=1,p=1$"), "{}", stored(&server));
    let server = TestServer::restart(server.stop());
    let raw = Raw::of(&server);
    let before = stored(&server);
    assert_eq!(log_in(&raw, "erin", "not the password 7").code(), Some(Code::WrongCredentials));
    assert_eq!(stored(&server), before, "a wrong password changes nothing");
    assert_eq!(log_in(&raw, "erin", PASSWORD).status, 200);
    assert!(stored(&server).starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", stored(&server));
    assert_eq!(log_in(&raw, "erin", PASSWORD).status, 200, "the same password still fits");
}

#[test]
fn guessing_is_slowed_and_never_locks_anybody_out_run_6() {
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let cheap = Cost { memory_kib: 64, passes: 1 };
    let server = TestServer::start_changed(directory(), Arc::clone(&clock) as _, |config| config.hashing.cost = cheap);
    add_user(&server.claim(), "erin", None, &[]);
    let raw = Raw::of(&server);
    let mut waits = Vec::new();
    for _ in 0..14 {
        let mut answer = log_in(&raw, "erin", "not the password 7");
        let mut waited = 0;
        if answer.code() == Some(Code::Throttled) {
            // Who asks at once is told how long to wait, and the right password does not help either.
            waited = answer.head.lines().find_map(|line| line.strip_prefix("retry-after: ")).unwrap().trim().parse().unwrap();
            assert_eq!(log_in(&raw, "erin", PASSWORD).code(), Some(Code::Throttled));
            clock.advance(waited * 1_000);
            answer = log_in(&raw, "erin", "not the password 7");
        }
        assert_eq!(answer.code(), Some(Code::WrongCredentials));
        waits.push(waited);
    }
    // From an address that somebody logged in from, here the administrator, the steps are an owner's for every name.
    assert_eq!(waits, [0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
    clock.advance(MINUTE);
    assert_eq!(log_in(&raw, "erin", PASSWORD).status, 200, "a minute at most, and whoever is there is in");
}
