//! `sbmctl token`, and commands that act by one (RUN-11).

use sbm_tests::fixture::PASSWORD;
use sbm_tests::server::ADMIN_PASSWORD;
use serde_json::json;

use crate::desk::{Desk, run};

/// A command with that token and no login.
fn by(desk: &Desk, token: &str, arguments: &[&str]) -> crate::desk::Ran {
    let mut command = desk.command(arguments);
    command.env("SBM_TOKEN", token).env("SBMCTL_CONFIG", desk.file("program.json"));
    run(command, "")
}

#[test]
fn a_token_is_made_shown_once_used_without_a_login_and_revoked_run_11_con_1() {
    let desk = Desk::claimed();
    assert_eq!(desk.run(&["token", "list"]).err, "no token fits\n");
    let create =
        ["token", "create", "ci", "--allow", "users=write", "-a", "history-read=read", "--expires", "90d", "--password-stdin"];
    desk.with(&create, "not the password").fails(4, "password");
    let ran = desk.with(&create, ADMIN_PASSWORD);
    ran.says("the token `ci` (users=write, history_read=read) is sbma_");
    let token = ran.ok().split_whitespace().find(|word| word.starts_with("sbma_")).unwrap().to_owned();
    let listed = desk.json(&["token", "list", "--user", "admin"]);
    let (listed, whole) = (listed[0].clone(), listed.to_string());
    assert_eq!((&listed["name"], &listed["allows"]), (&json!("ci"), &json!({"users": "write", "history_read": "read"})));
    assert!(listed["expires"].is_i64() && !whole.contains("sbma_"), "{whole}");

    // A program needs the server and its fingerprint, and nobody who logs in.
    let address = desk.address();
    by(&desk, &token, &["connection", "add", "default", &address, "--yes"]).ok();
    by(&desk, &token, &["user", "list"]).says("admin");
    let mut add = desk.command(&["user", "add", "carol", "--password-stdin"]);
    add.env("SBM_TOKEN", &token).env("SBMCTL_CONFIG", desk.file("program.json"));
    run(add, PASSWORD).says("added the user `carol`");
    by(&desk, &token, &["group", "list"]).fails(4, "limited to users=write, history_read=read");
    let users = desk.written("users.csv", "name,account,groups\ndora,root,Finance\n");
    let shown = by(&desk, &token, &["import", "users", &users, "--dry-run"]);
    shown.says("1 to add").says("not checked, for you may not list them: groups, accounts");
    by(&desk, &token, &["session", "list"]).fails(4, "sbmctl login");
    by(&desk, &token, &["token", "list"]).fails(4, "sbmctl login");

    // From a file as well, which counts before the environment; it is never kept.
    let file = desk.written("token", &format!("{token}\nsecond line\n"));
    let mut list = desk.command(&["user", "list", "--token-file", &file]);
    list.env("SBM_TOKEN", "nonsense").env("SBMCTL_CONFIG", desk.file("program.json"));
    run(list, "").says("carol");
    by(&desk, "two words", &["user", "list"]).fails(2, "`SBM_TOKEN` holds no token");
    // An empty one is no wish to act with the login, which goes further.
    let mut list = desk.command(&["user", "list"]);
    list.env("SBM_TOKEN", "");
    run(list, "").fails(2, "`SBM_TOKEN` is set, and empty");
    desk.run(&["user", "list", "--token-file", "missing"]).fails(1, "missing");
    assert!(!std::fs::read_to_string(desk.file("program.json")).unwrap().contains("sbma_"));

    let id = listed["id"].as_str().unwrap();
    desk.run(&["token", "revoke", id]).fails(2, "--yes");
    desk.run(&["token", "revoke", id, "--yes"]).says("revoked 1 token");
    desk.run(&["token", "revoke", id, "--yes"]).fails(1, "sbmctl token list");
    by(&desk, &token, &["user", "list"]).fails(4, "the token from `SBM_TOKEN` is over");
}

#[test]
fn what_a_token_may_is_said_task_by_task_and_nothing_else_is_taken_run_11() {
    let desk = Desk::claimed();
    let create = |allow: &[&str]| {
        let allowed = allow.iter().flat_map(|allow| ["--allow", allow]);
        let arguments: Vec<&str> = ["token", "create", "ci", "--password-stdin"].into_iter().chain(allowed).collect();
        desk.with(&arguments, ADMIN_PASSWORD)
    };
    create(&[]).fails(2, "--allow");
    create(&["users"]).fails(2, "users=read");
    create(&["users=all"]).fails(2, "neither `read` nor `write`");
    create(&["everything=write"]).fails(2, "history_read");
    create(&["users=read", "users=write"]).fails(2, "twice");
    let expired = ["token", "create", "ci", "-a", "users=read", "--expires", "2020-01-01", "--password-stdin"];
    desk.with(&expired, ADMIN_PASSWORD).fails(1, "over already");
    desk.with(&["token", "create", "ci", "-a", "users=read", "--expires", "soon", "--password-stdin"], "")
        .fails(2, "in how long");
    let elsewhere = ["token", "create", "ci", "-a", "users=read", "--account", "elsewhere", "--password-stdin"];
    desk.with(&elsewhere, ADMIN_PASSWORD).fails(1, "elsewhere");
    assert_eq!(desk.run(&["token", "list"]).err, "no token fits\n");
}
