//! The allowlist, the audit log, decisions, the server's settings and keys, status and test.

use sbm_tests::fixture::PASSWORD;
use sbm_tests::server::ADMIN_PASSWORD;
use serde_json::json;

use crate::desk::Desk;

#[test]
fn the_allowlist_is_widened_tested_linted_and_narrowed_net_2_net_7_run_3_con_1() {
    let desk = Desk::claimed();
    desk.run(&["allow", "add", "192.168", "10.0.0.0/8", "--comment", "the office"]).says("`192.168`").says("`10.0.0.0/8`");
    let weak = desk.run(&["allow", "add", "--name", "mys"]);
    assert!(weak.ok().contains("`mys`") && weak.err.contains("weak"), "{weak:?}");
    desk.run(&["allow", "add", "--name", ".example"]).ok();
    desk.run(&["allow", "add", "127.1"]).fails(1, "127.1");
    desk.run(&["allow", "add", "mys"]).fails(1, "--name");
    let list = desk.json(&["allow", "list"]);
    let kinds: Vec<_> = list.as_array().unwrap().iter().map(|entry| entry["kind"].clone()).collect();
    assert_eq!(kinds, ["address", "address", "address", "name", "name"]);
    desk.run(&["allow", "test", "192.168.7.7"]).says("yes");
    let refused = desk.run(&["allow", "test", "203.0.113.9"]);
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(refused.out.starts_with("admitted  no") && refused.err.is_empty(), "{refused:?}");
    desk.run(&["allow", "test", "203.0.113.9", "--name", "desk.example"]).says("yes");
    desk.run(&["allow", "lint"]).says("leading_part_of_name");
    desk.run(&["allow", "remove", "192.168"]).fails(2, "--yes");
    desk.run(&["allow", "remove", "192.168", "--yes"]).says("not admitted any more");
    desk.run(&["allow", "remove", "192.168", "--yes"]).fails(1, "sbmctl allow list");
    assert_eq!(desk.json(&["allow", "list", "--search", "example"]).as_array().unwrap().len(), 1);
}

#[test]
fn the_audit_log_is_read_by_filters_and_verified_run_12_con_1() {
    let desk = Desk::claimed();
    desk.run(&["group", "add", "Finance"]).ok();
    desk.run(&["group", "add", "Finance"]).fails(1, "Finance");
    desk.run(&["group", "add", "Sales"]).ok();
    let found = |filters: &[&str]| desk.json(&[&["audit", "list"], filters].concat()).as_array().unwrap().len();
    assert_eq!(found(&["--act", "group"]), 3);
    assert_eq!(found(&["--act", "group", "--outcome", "name_taken"]), 1);
    assert_eq!(found(&["--act", "group.create", "--object", "Sales"]), 1);
    assert_eq!(found(&["--actor", "nobody"]), 0);
    assert_eq!(found(&["--since", "1h"]), found(&[]));
    assert_eq!(found(&["--until", "1h"]), 0);
    assert_eq!(found(&["--last", "2"]), 2);
    let all = desk.json(&["audit", "list", "--all"]);
    let numbers: Vec<u64> = all.as_array().unwrap().iter().map(|entry| entry["number"].as_u64().unwrap()).collect();
    assert!(numbers.is_sorted_by(|one, next| one > next), "the newest come first: {numbers:?}");
    assert_eq!(found(&["--after", &(numbers[0] - 1).to_string()]), 1);
    desk.run(&["audit", "verify"]).says("the audit log is whole");
    assert_eq!(desk.json(&["audit", "verify"])["entries"], numbers[0]);
}

#[test]
fn every_decision_is_explained_in_a_sentence_and_in_json_dec_3() {
    let desk = Desk::claimed();
    desk.run(&["security-profile", "add", "End user", "--right", "restore"]).ok();
    desk.with(&["user", "add", "carol", "-s", "End user", "--password-stdin"], PASSWORD).ok();
    desk.run(&["explain", "carol", "create"]).says("`carol` may not create profiles").says("give the right `create`");
    let told = desk.json(&["explain", "carol", "create"]);
    assert_eq!((&told["effect"], &told["code"], &told["rule"]), (&json!("deny"), &json!("denied_right"), &json!("USR-3")));
    assert!(told["change"].is_string() && told["decided_by"].is_array());
    desk.run(&["explain", "carol", "restore"]).says("yes");
    let server = desk.json(&["explain", "carol", "--server", "users", "--write"]);
    assert_eq!((&server["effect"], &server["code"]), (&json!("deny"), &json!("denied_role")));
    desk.run(&["explain", "admin", "--server", "users", "--write"]).says("yes");
    desk.run(&["explain", "nobody", "create"]).fails(1, "nobody");
    desk.run(&["explain", "carol"]).fails(2, "required");
    desk.run(&["explain", "carol", "create", "--server", "users"]).fails(2, "--server");
    desk.run(&["explain", "carol", "run-manually", "--profile", "Nothing"]).fails(1, "sbmctl profile list");
}

#[test]
fn settings_and_keys_of_the_server_are_changed_off_3_con_1() {
    let desk = Desk::claimed();
    desk.run(&["server", "show"]).says("no limit");
    desk.run(&["server", "set", "--max-offline", "30d"]).says("30 days");
    assert_eq!(desk.json(&["server", "show"]), json!({"max_offline": 2_592_000}));
    desk.run(&["server", "set", "--max-offline", "30d"]).says("nothing to change");
    desk.run(&["server", "set", "--max-offline", "5m"]).fails(2, "an hour");
    desk.run(&["server", "set", "--max-offline", "none"]).ok();
    assert_eq!(desk.json(&["server", "show"]), json!({}));
    desk.run(&["keys", "rotate"]).fails(2, "--yes");
    let before = desk.json(&["keys", "rotate", "--yes"])["epoch"].as_u64().unwrap();
    assert_eq!(desk.json(&["keys", "rotate", "--yes"])["epoch"], before + 1);
}

#[test]
fn status_and_test_tell_each_part_by_itself_run_1_run_5() {
    let desk = Desk::claimed();
    desk.run(&["status"]).says("set up     yes").says("admin");
    let tested = desk.with(&["test", "--user", "admin", "--password-stdin", "--json"], ADMIN_PASSWORD).json();
    for part in ["reachable", "certificate", "address", "versions", "set_up", "credentials"] {
        assert_eq!(tested[part], json!({"outcome": "ok"}), "{part}: {tested}");
    }
    assert!(tested["clock_skew_ms"].is_i64() && tested["server_version"].is_string(), "{tested}");
    let wrong = desk.with(&["test", "--user", "admin", "--password-stdin"], "wrong password 1");
    assert_eq!(wrong.code, 4, "{wrong:?}");
    assert!(wrong.out.contains("certificate  ok") && wrong.out.contains("credentials  failed"), "{wrong:?}");
    // Another CA than the server's: something answers, and it is not whom it should be.
    let (host, _) = desk.address().split_once('#').map(|(host, pin)| (host.to_owned(), pin.to_owned())).unwrap();
    let foreign = desk.run(&["test", &format!("{host}#ca-sha256={}", "0".repeat(64))]);
    assert_eq!(foreign.code, 3, "{foreign:?}");
    assert!(foreign.out.contains("reachable    ok") && foreign.out.contains("certificate  failed"), "{foreign:?}");
}

#[test]
fn a_server_is_set_up_once_and_the_usage_says_nothing_that_was_not_typed_run_2() {
    let desk = Desk::claimed();
    let data_dir = desk.server.data_dir().display().to_string();
    desk.with(&["setup", "--data-dir", &data_dir, "--password-stdin"], ADMIN_PASSWORD).fails(1, "set up already");
    let mut command = desk.command(&["setup", "--nonsense"]);
    command.env("SBM_DATA_DIR", &data_dir);
    let usage = crate::desk::run(command, "");
    assert_eq!(usage.code, 2);
    assert!(!usage.err.contains("--data-dir"), "{usage:?}");
    let mut command = desk.command(&["setup", "--password-stdin"]);
    command.env("SBM_DATA_DIR", &data_dir);
    crate::desk::run(command, ADMIN_PASSWORD).fails(1, "set up already");
}
