//! The help pages as golden text, and the program as a person's shell sees it: exit codes and streams.
//!
//! `SBM_BLESS=1 cargo test -p sbmctl --test help_pages` writes the pages anew; then read them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("help")
}

/// Runs the program without a terminal, without anything of this environment, and with this on standard input.
fn sbmctl(home: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sbmctl"))
        .args(arguments)
        .env_clear()
        .env("SBMCTL_CONFIG", home.join("connection.json"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its input may be gone before it is written.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// Every help page by the words that lead to it.
fn pages(command: &mut clap::Command, words: &[String], into: &mut BTreeMap<String, Vec<String>>) {
    let name = if words.is_empty() { "sbmctl".to_owned() } else { format!("sbmctl-{}", words.join("-")) };
    into.insert(name, words.to_vec());
    for sub in command.get_subcommands_mut() {
        let mut words = words.to_vec();
        words.push(sub.get_name().to_owned());
        pages(sub, &words, into);
    }
}

#[test]
fn every_help_page_is_the_one_that_was_read_and_approved() {
    let home = tempfile::tempdir().unwrap();
    let mut wanted = BTreeMap::new();
    pages(&mut sbmctl::command_line(), &[], &mut wanted);
    let bless = std::env::var_os("SBM_BLESS").is_some();
    let mut other = Vec::new();
    for (name, words) in &wanted {
        let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
        arguments.push("--help");
        let output = sbmctl(home.path(), &arguments, "");
        assert_eq!((code(&output), output.stderr.as_slice()), (0, &b""[..]), "{name}");
        let page = String::from_utf8(output.stdout).unwrap();
        assert!(page.lines().all(|line| line.chars().count() <= 100), "{name} is too wide:\n{page}");
        let file = directory().join(format!("{name}.txt"));
        if bless {
            fs::write(&file, &page).unwrap();
        }
        // A checkout may have changed the ends of the lines.
        let golden = fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
        if golden != page {
            other.push(format!("{name}:\n{page}"));
        }
    }
    assert!(other.is_empty(), "these pages differ from tests/help:\n{}", other.join("\n"));
    let mut kept: Vec<String> =
        fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    kept.sort();
    let mut names: Vec<String> = wanted.keys().map(|name| format!("{name}.txt")).collect();
    names.sort();
    assert_eq!(kept, names, "tests/help holds exactly the pages that there are");
}

#[test]
fn wrong_usage_exits_with_2_and_says_so_on_standard_error() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [
        &[][..],
        &["fly"],
        &["user"],
        &["user", "add"],
        &["login", "https://backup.example"],
        &["login"],
        &["login", "sbm://localhost:1", "--password", "x"],
        &["--timeout", "0", "status"],
    ] {
        let output = sbmctl(home.path(), arguments, "");
        assert_eq!((code(&output), output.stdout.as_slice()), (2, &b""[..]), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn nobody_logged_in_exits_with_4_and_says_how_to_log_in() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [&["user", "list"][..], &["status"], &["logout"], &["keys", "rotate"], &["explain", "carol", "restore"]] {
        let output = sbmctl(home.path(), arguments, "");
        assert_eq!((code(&output), output.stdout.as_slice()), (4, &b""[..]), "{arguments:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.starts_with("error: ") && told.contains("\nhint: ") && told.contains("sbmctl login"), "{told}");
        assert!(!told.contains('\u{1b}'), "no colour without a terminal: {told}");
    }
}

#[test]
fn a_server_that_is_not_there_exits_with_3() {
    let home = tempfile::tempdir().unwrap();
    // Bound and given back: nobody listens there now.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let connection = format!("sbm://127.0.0.1:{port}#ca-sha256={}", "0".repeat(64));
    for arguments in [&["status", &connection][..], &["login", &connection, "--yes", "--password-stdin"]] {
        let output = sbmctl(home.path(), arguments, "correct horse battery\n");
        assert_eq!(code(&output), 3, "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(!home.path().join("connection.json").exists(), "a login that failed keeps nothing");
}

#[test]
fn with_json_a_failure_is_one_object_on_standard_error() {
    let home = tempfile::tempdir().unwrap();
    let output = sbmctl(home.path(), &["--json", "user", "list"], "");
    assert_eq!((code(&output), output.stdout.as_slice()), (4, &b""[..]));
    let told: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!((&told["code"], &told["number"]), (&"not_logged_in".into(), &311.into()));
    assert!(told["message"].is_string() && told["hint"].is_string());
}

#[test]
fn with_json_wrong_usage_is_one_object_too() {
    let home = tempfile::tempdir().unwrap();
    for (arguments, said) in [
        (&["--json"][..], "command"),
        (&["user", "--json"], "command"),
        (&["fly", "--json"], "fly"),
        (&["statsu", "--json"], "statsu"),
        (&["user", "show", "--json"], "<NAME>"),
        (&["--json", "--timeout", "0", "status"], "--timeout"),
        (&["--json", "login", "https://backup.example"], "https://backup.example"),
        (&["user", "modify", "carol", "--enable", "--disable", "--json"], "--enable"),
    ] {
        let output = sbmctl(home.path(), arguments, "");
        assert_eq!((code(&output), output.stdout.as_slice()), (2, &b""[..]), "{arguments:?}");
        let told: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!((&told["code"], told["number"].is_u64()), (&"invalid_argument".into(), true), "{told}");
        assert!(told["message"].as_str().unwrap().contains(said), "{told}");
        assert!(told["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{told}");
    }
    let output = sbmctl(home.path(), &["fly", "--", "--json"], "");
    assert!(output.stderr.starts_with(b"error: "), "behind `--` it is no option");
}

#[test]
fn what_was_typed_or_pasted_moves_no_cursor_and_turns_no_text_round() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [
        &["fly\u{1b}[2J"][..],
        &["--color", "always", "fly\u{1b}[2J"],
        &["user", "show", "a\u{202e}b"],
        &["user", "list", "--role", "\u{9b}31m"],
        &["account", "add", "root>x", "--quota", "5\u{1b}[2JGB"],
        &["user", "list", "--token-file", "no\u{202e}where"],
    ] {
        let told = String::from_utf8(sbmctl(home.path(), arguments, "").stderr).unwrap();
        assert!(told.contains("error:") && !told.contains("\u{1b}[2J") && !told.contains(['\u{9b}', '\u{202e}']), "{told:?}");
    }
}

#[test]
fn a_usage_line_shows_only_what_was_typed() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [&["user", "add"][..], &["user", "show", "--color", "never"], &["profile", "upload"], &["fly"]] {
        let told = String::from_utf8(sbmctl(home.path(), arguments, "").stderr).unwrap();
        assert!(told.contains("Usage: ") && !told.contains("--config"), "{told}");
    }
}

#[test]
fn help_is_an_answer_and_no_command_is_an_error_that_shows_it() {
    let home = tempfile::tempdir().unwrap();
    let page = sbmctl(home.path(), &["--help"], "").stdout;
    let (asked, bare) = (sbmctl(home.path(), &["help"], ""), sbmctl(home.path(), &[], ""));
    assert_eq!((code(&asked), &asked.stdout, asked.stderr.as_slice()), (0, &page, &b""[..]));
    assert_eq!((code(&bare), bare.stdout.as_slice(), &bare.stderr), (2, &b""[..], &page));
    let passwd = sbmctl(home.path(), &["help", "user", "passwd"], "");
    assert_eq!((code(&passwd), passwd.stdout), (0, sbmctl(home.path(), &["user", "passwd", "--help"], "").stdout));
}

#[test]
fn what_needs_nothing_saved_works_without_a_home_con_1() {
    let home = tempfile::tempdir().unwrap();
    let bare = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_sbmctl")).args(arguments).env_clear().current_dir(home.path()).output().unwrap()
    };
    for (arguments, said) in [
        (&["completions", "bash"][..], "who-has-it"),
        (&["completions", "zsh"], "#compdef sbmctl"),
        (&["man", "pages"], "wrote "),
        (&["exit-codes"], "no contact"),
        (&["help", "exit-codes"], "interrupted while a password was asked for"),
        (&["help", "connection", "add"], "SBM_CONNECTION_NAME"),
    ] {
        let output = bare(arguments);
        assert_eq!(code(&output), 0, "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stdout).contains(said), "{arguments:?}");
    }
    assert!(home.path().join("pages").join("sbmctl-user-add.1").is_file());
    let output = bare(&["user", "list"]);
    assert_eq!(code(&output), 1);
    assert!(String::from_utf8_lossy(&output.stderr).contains("--config"), "there is no place to look");
}

#[test]
fn colour_comes_only_when_it_is_asked_for() {
    let home = tempfile::tempdir().unwrap();
    for (arguments, colored) in [
        (&["user", "list"][..], false),
        (&["user", "list", "--color", "always"], true),
        (&["user", "list", "--color", "never"], false),
    ] {
        let output = sbmctl(home.path(), arguments, "");
        assert_eq!(output.stderr.contains(&0x1b), colored, "{arguments:?}");
    }
}

#[test]
fn a_new_fingerprint_is_refused_where_nobody_can_compare_it_unless_it_is_said_run_4() {
    let home = tempfile::tempdir().unwrap();
    let connection = format!("sbm://localhost:1#ca-sha256={}", "0".repeat(64));
    for arguments in [&["login", &connection, "--password-stdin"][..], &["connection", "add", "office", &connection]] {
        let output = sbmctl(home.path(), arguments, "correct horse battery\n");
        let told = String::from_utf8(output.stderr.clone()).unwrap();
        assert_eq!((code(&output), output.stdout.as_slice()), (2, &b""[..]), "{told}");
        assert!(told.contains("\nhint: ") && told.contains("compare the fingerprint") && told.contains("--yes"), "{told}");
    }
    assert!(!home.path().join("connection.json").exists() && !home.path().join("connection.d").join("office.json").exists());
    let added = sbmctl(home.path(), &["connection", "add", "office", &connection, "--yes"], "");
    assert_eq!(code(&added), 0, "{}", String::from_utf8_lossy(&added.stderr));
    // Without a fingerprint there is nothing to compare: this computer's authorities decide, where that is said.
    let public = ["connection", "add", "public", "sbm://backup.example"];
    assert_eq!(code(&sbmctl(home.path(), &public, "")), 3);
    assert_eq!(code(&sbmctl(home.path(), &[&public[..], &["--system-roots"]].concat(), "")), 0);
}

#[test]
fn explain_names_the_user_first_in_help_and_in_what_is_missing_dec_3() {
    let home = tempfile::tempdir().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let forms = "sbmctl explain [OPTIONS] <USER> <ACTION>\n       sbmctl explain [OPTIONS] <USER> --server <TASK>";
    assert!(text(sbmctl(home.path(), &["explain", "--help"], "").stdout).contains(forms));
    for arguments in [&["explain"][..], &["explain", "carol"], &["explain", "carol", "create", "--server", "users"]] {
        let output = sbmctl(home.path(), arguments, "");
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(text(output.stderr).contains(forms), "{arguments:?}");
    }
    assert_eq!(
        code(&sbmctl(home.path(), &["explain", "carol", "--server", "users"], "")),
        4,
        "it is only that nobody is logged in"
    );
}

#[test]
fn with_json_there_is_one_value_or_a_refusal_con_1() {
    let home = tempfile::tempdir().unwrap();
    let script = sbmctl(home.path(), &["completions", "bash", "--json"], "").stdout;
    let script: serde_json::Value = serde_json::from_slice(&script).unwrap();
    assert!(script["shell"] == "bash" && script["script"].as_str().unwrap().contains("who-has-it"));
    let output = sbmctl(home.path(), &["connection", "list", "--json", "-o", "x.csv"], "");
    assert_eq!((code(&output), output.stdout.as_slice()), (2, &b""[..]), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_password_is_not_asked_for_without_a_terminal() {
    let home = tempfile::tempdir().unwrap();
    let connection = format!("sbm://localhost:1#ca-sha256={}", "0".repeat(64));
    let output = sbmctl(home.path(), &["login", &connection, "--yes"], "correct horse battery\n");
    let told = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(code(&output), 2, "{told}");
    assert!(told.contains("--password-stdin"), "{told}");
}
