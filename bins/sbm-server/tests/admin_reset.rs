//! `sbm-server admin reset`, as the program: beside a running server and with none (RUN-3).
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::allow_attributes,
    dead_code,
    reason = "a test fails by panicking; another test program uses more of the process"
)]

#[path = "program/process.rs"]
mod process;
#[path = "program/wire.rs"]
mod wire;

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use process::{Running, program, text};
use tempfile::TempDir;
use wire::Half;

const OLD: &str = "marble kettle 7 orbit";
const NEW: &str = "another kettle 8 orbit";

/// A directory with a server in it that was set up.
fn claimed() -> (TempDir, Running) {
    let directory = tempfile::tempdir().unwrap();
    let server = Running::start(directory.path(), |command| command);
    let code = std::fs::read_to_string(directory.path().join("data/setup-code")).unwrap();
    let body = format!(r#"{{"code":"{}","password":"{OLD}"}}"#, code.trim());
    let (exit, answer) = post(&server, "/v1/claim", &body);
    assert_eq!((exit, answer.as_str()), (Some(0), "204"), "{}", server.log());
    (directory, server)
}

/// What a request is answered, its status at the end.
fn ask(server: &Running, arguments: &[&str], path: &str) -> (Option<i32>, String) {
    let mut all = vec!["--cacert", "data/ca.pem", "--write-out", "%{http_code}"];
    all.extend(arguments);
    server.curl(&all, "localhost", path)
}

fn post(server: &Running, path: &str, body: &str) -> (Option<i32>, String) {
    ask(server, &["--header", "content-type: application/json", "--data", body], path)
}

/// The token of a login as `admin`, or the status.
fn log_in(server: &Running, password: &str) -> Result<String, String> {
    let (_, answer) = post(server, "/v1/session", &format!(r#"{{"user":"admin","password":"{password}"}}"#));
    let token = answer.split("\"token\":\"").nth(1).and_then(|rest| rest.split('"').next());
    token.map(str::to_owned).ok_or(answer)
}

/// The status of a request with that token.
fn users(server: &Running, token: &str) -> String {
    let (_, answer) = ask(server, &["--output", "/dev/null", "--header", &format!("authorization: Bearer {token}")], "/v1/users");
    answer
}

/// Runs the tool: exit code, standard output, standard error.
fn reset(directory: &Path, arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut child = program()
        .current_dir(directory)
        .args(["admin", "reset", "--data-dir", "data"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The tool may end without reading.
    drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn beside_a_running_server_the_new_password_counts_when_the_tool_says_so_and_every_session_is_over_run_3() {
    let (directory, server) = claimed();
    let token = log_in(&server, OLD).unwrap();
    assert_eq!(users(&server, &token), "200");
    let (code, out, error) = reset(directory.path(), &["--password-stdin"], &format!("{NEW}\n"));
    assert_eq!((code, out.as_str()), (Some(0), ""), "{error}");
    assert!(error.contains("the running server goes by it"), "{error}");
    // At once, without waiting: the tool has waited.
    assert_eq!(users(&server, &token), "401");
    assert!(log_in(&server, OLD).unwrap_err().ends_with("401"));
    let token = log_in(&server, NEW).unwrap();
    assert_eq!(users(&server, &token), "200");
    let audit = ask(&server, &["--header", &format!("authorization: Bearer {token}")], "/v1/audit").1;
    let entry = audit.split("},{").find(|entry| entry.contains("admin.reset")).unwrap_or_default();
    assert!(entry.contains(r#""actor":"system""#) && entry.contains(r#""outcome":"ok""#), "{audit}");
}

#[test]
fn who_gave_the_role_of_the_officer_away_has_it_back_though_a_customer_s_has_it_run_3_usr_10() {
    let (directory, server) = claimed();
    let token = log_in(&server, OLD).unwrap();
    let bearer = format!("authorization: Bearer {token}");
    let does = |method: &str, path: &str, content: &str| {
        let json = ["--header", "content-type: application/json", "--header", &bearer, "--request", method, "--data", content];
        ask(&server, &json, path).1
    };
    does("POST", "/v1/accounts", r#"{"account":"root>Acme","level":"end_customer"}"#);
    let off = r#"{"name":"off","account":"root>Acme","password":"violet staircase 42","roles":["operator","security_officer"]}"#;
    assert!(does("POST", "/v1/users", off).contains("security_officer"));
    assert!(!does("PATCH", "/v1/users/admin", r#"{"roles":["admin"]}"#).contains("security_officer"));
    assert!(does("PATCH", "/v1/users/admin", r#"{"roles":["admin","security_officer"]}"#).contains("denied"));
    let (code, _, error) = reset(directory.path(), &["--password-stdin"], &format!("{NEW}\n"));
    assert_eq!(code, Some(0), "{error}");
    let token = log_in(&server, NEW).unwrap();
    let shown = ask(&server, &["--header", &format!("authorization: Bearer {token}")], "/v1/users/admin").1;
    assert!(shown.contains("security_officer"), "{shown}");
}

#[test]
fn with_no_server_running_the_next_start_begins_with_the_made_up_password_run_3() {
    let (directory, server) = claimed();
    let token = log_in(&server, OLD).unwrap();
    server.signal("TERM");
    assert_eq!(server.ended().0, Some(0));
    let (code, out, error) = reset(directory.path(), &["--generate"], "");
    assert_eq!(code, Some(0), "{error}");
    assert!(error.contains("no server is running"), "{error}");
    let made_up = out.trim();
    assert!(made_up.len() >= 20 && out.ends_with('\n'), "{out}");
    let server = Running::start(directory.path(), |command| command);
    assert_eq!(users(&server, &token), "401");
    assert!(log_in(&server, OLD).unwrap_err().ends_with("401"));
    assert!(log_in(&server, made_up).is_ok());
}

#[test]
fn a_disabled_admin_is_enabled_again_run_3() {
    let (directory, server) = claimed();
    let token = log_in(&server, OLD).unwrap();
    let header = format!("authorization: Bearer {token}");
    // Without the add-on, too, the deputy could not touch who has it (USR-10).
    let deputy = r#"{"name":"deputy","password":"violet staircase 42","roles":["admin","security_officer"]}"#;
    let made = post_as(&server, &header, "POST", "/v1/users", deputy);
    assert!(made.ends_with("201"), "{made}");
    let (_, answer) = post(&server, "/v1/session", r#"{"user":"deputy","password":"violet staircase 42"}"#);
    let deputy = answer.split("\"token\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    let disabled =
        post_as(&server, &format!("authorization: Bearer {deputy}"), "PATCH", "/v1/users/admin", r#"{"disabled":true}"#);
    assert!(disabled.ends_with("200"), "{disabled}");
    assert!(log_in(&server, OLD).is_err());
    let (code, _, error) = reset(directory.path(), &["--password-stdin"], &format!("{NEW}\n"));
    assert_eq!(code, Some(0), "{error}");
    assert!(log_in(&server, NEW).is_ok());
}

#[test]
fn where_nobody_is_a_security_officer_any_more_admin_is_one_again_usr_10_run_3() {
    let (directory, server) = claimed();
    let token = log_in(&server, OLD).unwrap();
    let header = format!("authorization: Bearer {token}");
    let roles = |password: &str| {
        let (_, answer) = post(&server, "/v1/session", &format!(r#"{{"user":"admin","password":"{password}"}}"#));
        answer.split("\"roles\":").nth(1).and_then(|rest| rest.split(']').next()).unwrap_or_default().to_owned()
    };
    assert_eq!(roles(OLD), r#"["admin","security_officer""#, "the built-in one is from the start");
    let given_up = post_as(&server, &header, "PATCH", "/v1/users/admin", r#"{"roles":["admin"]}"#);
    assert!(given_up.ends_with("200"), "{given_up}");
    let back = post_as(&server, &header, "PATCH", "/v1/users/admin", r#"{"roles":["admin","security_officer"]}"#);
    assert!(back.ends_with("403"), "{back}");
    let (code, _, error) = reset(directory.path(), &["--password-stdin"], &format!("{NEW}\n"));
    assert_eq!(code, Some(0), "{error}");
    assert_eq!(roles(NEW), r#"["admin","security_officer""#);
}

fn post_as(server: &Running, header: &str, method: &str, path: &str, body: &str) -> String {
    let arguments = ["--request", method, "--header", header, "--header", "content-type: application/json", "--data", body];
    ask(server, &arguments, path).1
}

#[test]
fn a_refused_reset_changes_nothing_and_says_why_run_3() {
    let (directory, server) = claimed();
    let token = log_in(&server, OLD).unwrap();
    for (input, part) in
        [("short\n", "[password_too_short]"), ("passwordpassword\n", "[password_too_common]"), ("\n", "[password_too_short]")]
    {
        let (code, out, error) = reset(directory.path(), &["--password-stdin"], input);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{input}");
        assert!(error.contains(part), "{input}: {error}");
    }
    // Nobody to ask.
    let (code, _, error) = reset(directory.path(), &[], &format!("{NEW}\n"));
    assert!(code == Some(1) && error.contains("--password-stdin"), "{error}");
    let data = directory.path().join("data");
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    let (code, _, error) = reset(directory.path(), &["--password-stdin"], &format!("{NEW}\n"));
    assert!(code == Some(1) && error.contains("can be read or written by others"), "{error}");
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(users(&server, &token), "200");
    assert!(log_in(&server, OLD).is_ok());
}

#[test]
fn where_there_is_no_server_of_ones_own_nothing_is_made_run_3() {
    let directory = tempfile::tempdir().unwrap();
    let (code, _, error) = reset(directory.path(), &["--generate"], "");
    assert!(code == Some(1) && error.contains("there is no data directory `data`"), "{error}");
    assert!(!directory.path().join("data").exists());
    let data = directory.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o700)).unwrap();
    let (code, _, error) = reset(directory.path(), &["--generate"], "");
    assert!(code == Some(1) && error.contains("start the server once"), "{error}");
    assert!(!data.join("sbm.db").exists());
    // Set up is something else.
    let server = Running::start(directory.path(), |command| command);
    let (code, out, error) = reset(directory.path(), &["--generate"], "");
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(error.contains("sbmctl setup") && error.contains("[not_claimed]"), "{error}");
    drop(server);
}

/// One of several networks of this machine: each may guess so often.
fn network(number: usize) -> String {
    format!("127.0.0.{}", number + 2)
}

/// What a login is answered that comes from there.
fn log_in_from(server: &Running, network: &str, user: &str, password: &str) -> String {
    let body = format!(r#"{{"user":"{user}","password":"{password}"}}"#);
    let arguments = ["--interface", network, "--header", "content-type: application/json", "--data", body.as_str()];
    ask(server, &arguments, "/v1/session").1
}

#[test]
fn nothing_acts_and_no_token_counts_by_the_old_password_once_the_reset_was_answered_run_3_run_7() {
    let directory = tempfile::tempdir().unwrap();
    // What is begun waits as long as a slow machine takes for the rest.
    let patient = ["--limits-header-seconds", "120", "--limits-request-seconds", "300"];
    let server = Running::start(directory.path(), |command| command.args(["--hashing-parallel", "1"]).args(patient));
    let code = std::fs::read_to_string(directory.path().join("data/setup-code")).unwrap();
    let (_, claimed) = post(&server, "/v1/claim", &format!(r#"{{"code":"{}","password":"{OLD}"}}"#, code.trim()));
    assert_eq!(claimed, "204", "{}", server.log());
    let token = log_in(&server, OLD).unwrap();
    let ca = directory.path().join("data/ca.pem");
    let half =
        |method: &str, path: &str, token: Option<&str>, content: &str| Half::send(&ca, server.port, method, path, token, content);
    // Let in by the old password, as far as the head of the request goes; or with it in the content.
    let mallory = r#"{"name":"mallory","password":"violet staircase 42","roles":["admin"]}"#;
    let held = [
        half("POST", "/v1/users", Some(&token), mallory),
        half("PATCH", "/v1/users/admin", Some(&token), r#"{"password":"the one of before 9 orbit"}"#),
        half("POST", "/v1/session", None, &format!(r#"{{"user":"admin","password":"{OLD}"}}"#)),
    ];
    let in_flight: Vec<String> = std::thread::scope(|scope| {
        // Twenty guesses at names of nobody, one hashed after the other, and among them the right password of before.
        let guesses: Vec<_> = (0..20)
            .map(|number| {
                let server = &server;
                scope.spawn(move || log_in_from(server, &network(number / 5), &format!("nobody{number}"), "a wrong password"))
            })
            .collect();
        server.until_log("a login was refused");
        let logins: Vec<_> = (5..9)
            .map(|number| {
                let server = &server;
                scope.spawn(move || log_in_from(server, &network(number), "admin", OLD))
            })
            .collect();
        let (code, _, error) = reset(directory.path(), &["--password-stdin"], &format!("{NEW}\n"));
        assert_eq!(code, Some(0), "{error}");
        assert!(error.contains("the running server goes by it"), "{error}");
        assert_eq!(users(&server, &token), "401");
        for guess in guesses {
            let answer = guess.join().unwrap();
            assert!(answer.ends_with("401"), "{answer}");
        }
        logins.into_iter().map(|login| login.join().unwrap()).collect()
    });
    for answer in in_flight {
        match answer.split("\"token\":\"").nth(1).and_then(|rest| rest.split('"').next()) {
            // It was given before the reset, which ended it.
            Some(given) => assert_eq!(users(&server, given), "401", "{answer}"),
            None => assert!(["401", "429", "503"].iter().any(|status| answer.ends_with(status)), "{answer}"),
        }
    }
    assert_eq!(held.map(Half::finish), [401, 401, 401]);
    let token = log_in(&server, NEW).unwrap();
    let header = format!("authorization: Bearer {token}");
    let get = |path: &str| ask(&server, &["--header", &header], path).1;
    let sessions = get("/v1/sessions");
    assert_eq!((sessions.matches("\"id\":").count(), sessions.contains("\"current\":true")), (1, true), "{sessions}");
    assert!(!get("/v1/users").contains("mallory"));
}

/// The text of a field in an answer.
fn field<'a>(answer: &'a str, name: &str) -> &'a str {
    answer.split_once(&format!("\"{name}\":\"")).and_then(|(_, rest)| rest.split_once('"')).unwrap().0
}

#[test]
fn a_second_factor_stays_with_a_new_password_and_goes_where_that_is_said_run_3_run_8() {
    let (directory, server) = claimed();
    let token = log_in(&server, OLD).unwrap();
    let header = format!("authorization: Bearer {token}");
    let offer = post_as(&server, &header, "POST", "/v1/second-factor", &format!(r#"{{"password":"{OLD}"}}"#));
    let code = Command::new("oathtool").args(["--totp", "--base32", field(&offer, "key")]).output().unwrap();
    let (ticket, code) = (field(&offer, "ticket"), text(&code.stdout));
    let confirm = format!(r#"{{"ticket":"{ticket}","code":"{}"}}"#, code.trim());
    let enrolled = post_as(&server, &header, "POST", "/v1/second-factor/confirm", &confirm);
    assert!(enrolled.contains("recovery_codes"), "{enrolled}");
    let (code, _, error) = reset(directory.path(), &["--password-stdin"], &format!("{NEW}\n"));
    assert_eq!(code, Some(0), "{error}");
    let (_, refused) = post(&server, "/v1/session", &format!(r#"{{"user":"admin","password":"{NEW}"}}"#));
    assert!(refused.contains("denied_second_factor") && refused.ends_with("403"), "{refused}");
    let (code, _, error) = reset(directory.path(), &["--password-stdin", "--remove-second-factor"], &format!("{NEW}\n"));
    assert_eq!(code, Some(0), "{error}");
    let token = log_in(&server, NEW).unwrap();
    let audit = ask(&server, &["--header", &format!("authorization: Bearer {token}")], "/v1/audit").1;
    assert!(audit.contains("factor.remove"), "{audit}");
}
