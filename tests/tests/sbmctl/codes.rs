//! Codes that are sent, through a relay that is none of ours, and typed at a terminal (RUN-8).

use std::sync::Arc;

use sbm_client::core::time::SECOND;
use sbm_server::clock::{Clock as _, ManualClock, SystemClock};
use sbm_tests::fixture::PASSWORD;
use sbm_tests::relay::{Relay, files, settings};
use sbm_tests::server::TestServer;
use serde_json::json;

use crate::desk::Desk;
use crate::terminal::Terminal;

const ADDRESS: &str = "carol.b@example.org";

#[test]
fn an_address_is_added_lets_in_at_a_login_by_it_and_is_dropped_again_run_8_con_1() {
    let files = files();
    let mut relay = Relay::start(files.path(), "take");
    let settings = settings(files.path(), relay.port);
    let settings: Vec<(&str, &str)> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let server = TestServer::start(Arc::new(tempfile::tempdir().unwrap()), 0, Arc::clone(&clock) as _, &settings);
    let desk = Desk::claimed_at(server);
    desk.with(&["user", "add", "carol", "--password-stdin"], PASSWORD).ok();
    let (address, password) = (desk.address(), desk.written("password", &format!("{PASSWORD}\n")));
    let login = ["login", "--connection", "c", &address, "--yes", "--user", "carol", "--password-file", &password];
    let log_in = |more: &[&str]| desk.run(&[&login[..], more].concat());
    log_in(&[]).ok();
    // A code a while is sent, so some time goes by before each.
    let carol = |words: &[&str]| {
        clock.advance(60 * SECOND);
        desk.run(&[words, &["--connection", "c"]].concat())
    };
    carol(&["factor", "send", "email"]).fails(1, "");
    let add = ["factor", "add", "email", "nonsense", "--password-file", &password, "--json"];
    carol(&add).fails_json(1, "mail address");
    carol(&["factor", "add", "fax", "1", "--password-file", &password]).fails(2, "`email` or `sms`");
    carol(&["factor", "add", "sms", "+49 170 1234567", "--password-file", &password]).fails(1, "");
    let begun = carol(&["factor", "add", "email", ADDRESS, "--password-file", &password, "--json"]).json();
    let code = relay.code(ADDRESS);
    let ticket = begun["ticket"].as_str().unwrap();
    let confirm = |code: &str| ["factor", "confirm", "--sent", "--ticket", ticket, "--code", code].map(str::to_owned);
    let confirm = |code: &str| carol(&confirm(code).iter().map(String::as_str).collect::<Vec<_>>());
    confirm("0000000x").fails(4, "");
    confirm(code.reveal()).says("a login asks for one");
    carol(&["factor", "status"]).says("codes by mail to").says("c…@example.org");
    assert_eq!(desk.json(&["user", "show", "carol"])["second_factor"], true);

    // Without a terminal there is nobody to type what was sent.
    log_in(&["--by", "email"]).fails(2, "no terminal to ask on");
    log_in(&["--by", "email", "--code", "12345678"]).fails(2, "cannot be used with");
    for by in ["--by email", ""] {
        clock.advance(60 * SECOND);
        let line = format!("login --connection c --user carol --password-file '{password}' {by}");
        let asks = Terminal::of(&desk, &line).at("code of the second factor: ", "0000000x\r");
        let code = relay.code(ADDRESS);
        let (code, seen) = asks.at("was used before", &format!("{}\r", code.reveal())).end();
        assert!(code == 0 && seen.contains("A code is on its way to c…@example.org"), "{by}: {seen}");
        assert!(seen.contains("`carol` is logged in"), "{by}: {seen}");
    }

    let sent = carol(&["factor", "send", "email", "--json"]).json();
    assert_eq!(sent["address"], json!("c…@example.org"));
    let code = relay.code(ADDRESS);
    carol(&["factor", "drop", "email"]).fails(2, "--code");
    carol(&["factor", "drop", "email", "--code", "0000000x"]).fails(4, "");
    carol(&["factor", "drop", "email", "--code", code.reveal()]).says("no codes by email any more");
    carol(&["factor", "status"]).says("none");
    log_in(&[]).says("is logged in");

    // Somebody who lost it has it removed by who may, after a question.
    let begun = carol(&["factor", "add", "email", ADDRESS, "--password-file", &password]);
    let ticket = begun.ok().split_whitespace().last().unwrap().to_owned();
    let code = relay.code(ADDRESS);
    carol(&["factor", "confirm", "--sent", "--ticket", &ticket, "--code", code.reveal()]).ok();
    desk.run(&["user", "reset-factor", "carol"]).fails(2, "remove the second factor of `carol`?");
    desk.run(&["user", "reset-factor", "root>carol", "--yes"]).says("the password alone lets that user in");
    log_in(&[]).says("is logged in");
    desk.run(&["user", "reset-factor", "carol"]).fails(1, "no second factor");
}
