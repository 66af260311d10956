//! The audit log as it is written by what people do, and try (RUN-12).
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;

use sbm_client::core::audit::Entry;
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::admin::{AuditQuery, NewGroup};
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::Secret;
use sbm_server::clock::SystemClock;
use sbm_tests::fixture::{PASSWORD, client_of, name, office};
use sbm_tests::raw::{Raw, request};
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use sbm_tests::stronghold::log_in;
use tokio::runtime::Runtime;

/// What the log has, oldest first.
fn log(server: &TestServer, act: &str) -> Vec<Entry> {
    let query = AuditQuery { act: Some(act.to_owned()), limit: Some(500), ..AuditQuery::default() };
    let page = Runtime::new().unwrap().block_on(server.service().store().list_audit(query)).unwrap();
    page.items.into_iter().rev().map(|listed| listed.entry).collect()
}

fn outcomes(entries: &[Entry]) -> Vec<(&str, &str, &str)> {
    entries.iter().map(|entry| (entry.act.as_str(), entry.actor.as_str(), entry.outcome.as_str())).collect()
}

#[test]
fn logins_and_logouts_are_in_the_log_whether_they_succeed_or_not_run_12() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let before = log(&server, "session").len();
    let mut carol = server.anybody();
    assert_eq!(carol.login("carol", &Secret::new("a wrong password")).unwrap_err().code(), Code::WrongCredentials);
    carol.login("carol", &Secret::new(PASSWORD)).unwrap();
    carol.logout().unwrap();
    let log_of_people = log(&server, "session");
    let expected =
        [("session.login", "system", "wrong_credentials"), ("session.login", "carol", "ok"), ("session.logout", "carol", "ok")];
    assert_eq!(outcomes(&log_of_people[before..]), expected);
    assert!(log_of_people.iter().all(|entry| entry.address == "127.0.0.1"));
    assert_eq!(log_of_people[before].object, "carol", "what was tried");

    let home = tempfile::tempdir().unwrap();
    let client = client_of(&server, home.path());
    client.logout().unwrap();
    let devices = log(&server, "device");
    let expected = [("device.enrol", "carol", "ok"), ("device.login", "carol", "ok"), ("device.logout", "carol", "ok")];
    assert_eq!(outcomes(&devices), expected);
    let texts = devices.iter().chain(&log_of_people).map(|entry| format!("{entry:?}"));
    assert!(texts.into_iter().all(|text| !text.contains(PASSWORD) && !text.contains("wrong password")));
}

#[test]
fn a_flood_of_refused_attempts_is_two_entries_and_its_count_run_12() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let mut carol = server.anybody();
    carol.login("carol", &Secret::new(PASSWORD)).unwrap();
    for number in 0..200 {
        let group = NewGroup::new(name(&format!("group {number}")));
        assert_eq!(carol.add_group(&group).unwrap_err().code(), Code::DeniedRole);
    }
    // What is merged is written when its minute is over, or when the server stops.
    let (directory, port) = server.stop();
    let server = TestServer::start(Arc::clone(&directory), port, Arc::new(SystemClock), &[]);
    let denied: Vec<Entry> = log(&server, "group.create").into_iter().filter(|entry| entry.outcome == "denied_role").collect();
    // The flood may have gone over the end of a minute, even twice.
    assert!((2..=6).contains(&denied.len()), "{denied:?}");
    assert!(denied.iter().all(|entry| entry.actor == "carol" && entry.address == "127.0.0.1"));
    let count = |entry: &Entry| match entry.detail.split_once(' ') {
        None => 1,
        Some(("once", _)) => 1,
        Some((number, _)) => number.parse().unwrap(),
    };
    assert_eq!(denied.iter().map(count).sum::<u64>(), 200);
    let verdict = Runtime::new().unwrap().block_on(server.service().store().verify_audit()).unwrap();
    assert_eq!(verdict.1, None);
}

#[test]
fn what_is_tried_with_what_is_not_there_is_in_the_log_run_12() {
    let (server, _admin) = TestServer::claimed();
    let raw = Raw::of(&server);
    let console = log_in(&raw, "admin", ADMIN_PASSWORD);
    let (nine, nines) = ("9", "9".repeat(32));
    let elsewhere = r#"{"account":"root>nowhere","kind":"call","at":0,"with":"x","text":"y"}"#;
    for (method, path, content, act) in [
        ("POST", path::COMMUNICATIONS.to_owned(), Some(elsewhere), "communication.create"),
        ("PATCH", format!("{}/{nine}", path::COMMUNICATIONS), Some(r#"{"text":"z"}"#), "communication.modify"),
        ("DELETE", format!("{}/{nine}", path::COMMUNICATIONS), None, "communication.delete"),
        ("DELETE", format!("{}/{nine}", path::ENROLMENTS), None, "enrolment.revoke"),
        ("POST", format!("{}/{nines}/approve", path::WAITING), Some("{}"), "device.approve"),
        ("POST", format!("{}/{nines}/reject", path::WAITING), Some("{}"), "device.reject"),
        ("DELETE", format!("{}/{nines}", path::HISTORY), None, "history.delete"),
        ("POST", format!("{}/{nines}/retry", path::ERASE_ORDERS), Some("{}"), "erase.retry"),
    ] {
        let answer = raw.ask(&request(method, &path, Some(&console), content)).unwrap();
        assert_eq!((answer.status, answer.code()), (404, Some(Code::NotFound)), "{method} {path}");
        let entries = log(&server, act);
        assert_eq!(outcomes(&entries), [(act, "admin", "not_found")]);
    }
}
