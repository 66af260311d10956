//! The program on a PostgreSQL: key file, checks, start without a database, a lost password (RUN-1, RUN-3, ERR-1, ERR-5).
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

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use process::{Running, program, text};
use sbm_test_postgres::Cluster;
use tempfile::TempDir;

const OLD: &str = "marble kettle 7 orbit";
const NEW: &str = "another kettle 8 orbit";

/// Runs a command to its end: exit code, standard output, standard error.
fn run(directory: &Path, store: &str, arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut command = program();
    let command = command.current_dir(directory).env("SBM_STORE", store).env("SBM_KEY_FILE", "key-file").args(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It may end without reading.
    drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// A directory with a key file, and an empty database.
fn site() -> (TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let (code, _, error) = run(directory.path(), "sqlite:", &["keys", "create", "key-file"], "");
    assert_eq!(code, Some(0), "{error}");
    (directory, Cluster::shared().database())
}

/// A server on that database, with a directory of its own and a copy of the key file.
fn server(site: &Path, store: &str, name: &str) -> (std::path::PathBuf, Running) {
    let directory = site.join(name);
    if !directory.exists() {
        std::fs::create_dir(&directory).unwrap();
        std::fs::copy(site.join("key-file"), directory.join("key-file")).unwrap();
    }
    let set = |command: &mut Command| {
        command.env("SBM_STORE", store).env("SBM_KEY_FILE", "key-file");
    };
    let running = Running::start(&directory, |command| {
        set(command);
        command
    });
    (directory, running)
}

/// What a request is answered, its status at the end. The CA is in the database; here only what is answered counts.
fn ask(server: &Running, arguments: &[&str], path: &str) -> String {
    let mut all = vec!["--insecure", "--write-out", "%{http_code}"];
    all.extend(arguments);
    server.curl(&all, "localhost", path).1
}

fn post(server: &Running, path: &str, body: &str) -> String {
    ask(server, &["--header", "content-type: application/json", "--data", body], path)
}

fn log_in(server: &Running, password: &str) -> Result<String, String> {
    let answer = post(server, "/v1/session", &format!(r#"{{"user":"admin","password":"{password}"}}"#));
    let token = answer.split("\"token\":\"").nth(1).and_then(|rest| rest.split('"').next());
    token.map(str::to_owned).ok_or(answer)
}

fn users(server: &Running, token: &str) -> String {
    ask(server, &["--output", "/dev/null", "--header", &format!("authorization: Bearer {token}")], "/v1/users")
}

#[test]
fn a_key_file_is_made_before_there_is_a_configuration_and_never_written_over_err_5() {
    let (site, _) = site();
    let before = std::fs::read(site.path().join("key-file")).unwrap();
    let (code, out, error) = run(site.path(), "nonsense", &["keys", "create", "key-file"], "");
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(error.contains("`key-file` is there already") && error.contains("[invalid_argument]"), "{error}");
    assert_eq!(std::fs::read(site.path().join("key-file")).unwrap(), before);
    let (code, _, error) = run(site.path(), "nonsense", &["keys", "create", "another"], "");
    assert_eq!(code, Some(0), "{error}");
    assert!(!error.contains(text(&before).split(' ').nth(1).unwrap()), "{error}");
}

#[test]
fn a_check_connects_if_it_is_asked_to_and_changes_nothing_run_1() {
    let (site, store) = site();
    let check = |store: &str, arguments: &[&str]| {
        let mut all = vec!["config", "check", "--data-dir", "data"];
        all.extend(arguments);
        run(site.path(), store, &all, "")
    };
    let (code, out, error) = check(&store, &["--connect"]);
    assert_eq!(code, Some(0), "{out}{error}");
    assert!(!site.path().join("data").exists());
    let tables: i64 = {
        let mut admin = Cluster::shared().admin(Cluster::name_of(&store));
        admin.query_one("SELECT count(*) FROM pg_namespace WHERE nspname = 'sbm'", &[]).unwrap().get(0)
    };
    assert_eq!(tables, 0, "nothing is made");
    let gone = store.replace(&format!(":{}/", Cluster::shared().port()), ":1/");
    assert_eq!(check(&gone, &[]).0, Some(0), "without being asked it does not connect");
    let (code, out, error) = check(&gone, &["--connect", "--json"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("store_unavailable") && out.contains("(`store`)"), "{out}");
    assert!(!format!("{out}{error}").contains(Cluster::shared().password()), "{out}{error}");
}

#[test]
fn without_its_database_a_server_does_not_start_and_says_why_err_1() {
    let (site, store) = site();
    let gone = store.replace(&format!(":{}/", Cluster::shared().port()), ":1/");
    let (code, out, error) = run(site.path(), &gone, &["run", "--data-dir", "data", "--listen", "127.0.0.1:0"], "");
    assert_eq!((code, out.as_str()), (Some(1), ""));
    let last = error.lines().last().unwrap_or_default();
    assert!(last.starts_with("sbm-server: ") && last.ends_with("[store_unavailable]") && last.contains(":1"), "{error}");
    assert!(!error.contains(Cluster::shared().password()), "{error}");
    // Nobody is told of a server that does not run.
    assert!(!site.path().join("data/connection").exists());
}

#[test]
fn a_lost_password_is_reset_beside_two_running_servers_by_whoever_has_the_key_file_run_3() {
    let (site, store) = site();
    let ((one, first), (two, second)) = (server(site.path(), &store, "one"), server(site.path(), &store, "two"));
    assert!(one.join("data/setup-code").exists() && !two.join("data/setup-code").exists());
    second.until_log("another server of this database has the setup code");
    assert!(second.log().contains(one.join("data/setup-code").to_str().unwrap()), "{}", second.log());
    let note = std::fs::read_to_string(two.join("data/setup-code-elsewhere")).unwrap();
    assert!(note.contains(one.join("data/setup-code").to_str().unwrap()) && note.contains(" on "), "{note}");
    // The server that has the code may be lost: another one gets a new code, and the old one counts no more.
    let lost = std::fs::read_to_string(one.join("data/setup-code")).unwrap();
    let (status, _, error) = run(&two, &store, &["admin", "setup-code", "--data-dir", "data"], "");
    assert!(status == Some(0) && error.contains(two.join("data/setup-code").to_str().unwrap()), "{error}");
    let answer = post(&second, "/v1/claim", &format!(r#"{{"code":"{}","password":"{OLD}"}}"#, lost.trim()));
    assert!(answer.ends_with("403"), "{answer}");
    let code = std::fs::read_to_string(two.join("data/setup-code")).unwrap();
    assert_ne!(code, lost);
    // Whichever server is asked: the code is known to all.
    let answer = post(&second, "/v1/claim", &format!(r#"{{"code":"{}","password":"{OLD}"}}"#, code.trim()));
    assert_eq!(answer, "204", "{}", second.log());
    let (status, _, error) = run(&two, &store, &["admin", "setup-code", "--data-dir", "data"], "");
    assert!(status == Some(1) && error.contains("[already_claimed]") && error.contains("sbm-server admin reset"), "{error}");
    let token = log_in(&second, OLD).unwrap();
    assert_eq!(users(&second, &token), "200");
    let reset = ["admin", "reset", "--password-stdin"];
    std::fs::rename(site.path().join("key-file"), site.path().join("kept")).unwrap();
    let (code, _, error) = run(site.path(), &store, &reset, &format!("{NEW}\n"));
    assert!(code == Some(1) && error.contains("there is no key file"), "{error}");
    run(site.path(), &store, &["keys", "create", "key-file"], "");
    let (code, _, error) = run(site.path(), &store, &reset, &format!("{NEW}\n"));
    assert!(code == Some(1) && error.contains("is not the one of the database"), "{error}");
    assert_eq!(users(&second, &token), "200");
    std::fs::rename(site.path().join("kept"), site.path().join("key-file")).unwrap();
    let (code, out, error) = run(site.path(), &store, &reset, &format!("{NEW}\n"));
    assert_eq!((code, out.as_str()), (Some(0), ""), "{error}");
    // The tool has waited for both.
    for server in [&first, &second] {
        assert_eq!(users(server, &token), "401", "{error}");
        assert!(log_in(server, OLD).unwrap_err().ends_with("401"));
        assert!(log_in(server, NEW).is_ok());
    }
    assert!(!one.join("data/setup-code").exists(), "the used code is gone where it was made");
}

#[test]
fn after_a_rekey_servers_start_with_the_new_key_file_alone_and_clients_notice_nothing_err_5_run_4() {
    let (site, store) = site();
    let (one, first) = server(site.path(), &store, "one");
    let pin = first.connection().split('#').nth(1).unwrap().to_owned();
    assert_eq!(run(site.path(), &store, &["keys", "create", "new"], "").0, Some(0));
    let (code, _, error) = run(site.path(), &store, &["keys", "rekey", "--old", "key-file", "--new", "new"], "");
    assert!(code == Some(1) && error.contains("[store_locked]") && error.contains("stop every server of it first"), "{error}");
    drop(first);
    let (code, out, error) = run(site.path(), &store, &["keys", "rekey", "--old", "key-file", "--new", "new"], "");
    assert_eq!((code, out.as_str()), (Some(0), ""), "{error}");
    assert!(error.contains("secrets sealed anew: 4"), "{error}");
    let (code, _, error) = run(&one, &store, &["run", "--data-dir", "data", "--listen", "127.0.0.1:0"], "");
    assert!(code == Some(1) && error.contains("is not the one of the database"), "{error}");
    std::fs::copy(site.path().join("new"), one.join("key-file")).unwrap();
    let (_, again) = server(site.path(), &store, "one");
    assert_eq!(again.connection().split('#').nth(1).unwrap(), pin);
}
