//! On a terminal: questions, passwords typed twice and unseen, tables of its width, and what other processes can see.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use sbm_tests::fixture::{PASSWORD, office};
use sbm_tests::server::ADMIN_PASSWORD;

use crate::desk::{Desk, PROGRAM};
use crate::terminal::{PATIENCE, Terminal};

#[test]
fn a_new_password_is_typed_twice_and_never_seen_con_1_run_6() {
    let desk = Desk::claimed();
    let (code, seen) = Terminal::of(&desk, "user add carol")
        .at("new password of `carol`: ", &format!("{PASSWORD}\r"))
        .at("the same again: ", &format!("{PASSWORD}\r"))
        .end();
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("added the user `carol`") && !seen.contains("violet"), "{seen}");
    let (code, seen) = Terminal::of(&desk, "user passwd carol")
        .at("new password of `carol`: ", "open window 99 blue\r")
        .at("the same again: ", "open window 99 bleu\r")
        .end();
    assert_eq!(code, 1, "{seen}");
    assert!(seen.contains("the two passwords are not the same") && !seen.contains("window"), "{seen}");
    let (code, seen) = Terminal::of(&desk, "user passwd carol").at("new password of `carol`: ", "\u{3}").end();
    assert_eq!(code, 130, "{seen}");
    // One's own: the one there is first, then the new one twice.
    let (code, seen) = Terminal::of(&desk, "user passwd")
        .at("current password of `admin`: ", &format!("{ADMIN_PASSWORD}\r"))
        .at("new password of `admin`: ", "open window 99 blue\r")
        .at("the same again: ", "open window 99 blue\r")
        .end();
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("your password is changed") && !seen.contains("kettle") && !seen.contains("window"), "{seen}");
}

#[test]
fn a_deletion_is_asked_about_and_only_a_yes_does_it_con_1() {
    let desk = Desk::claimed();
    desk.run(&["group", "add", "Finance"]).ok();
    let (code, seen) = Terminal::of(&desk, "group delete Finance").at("[y/N] ", "n\r").end();
    assert!(code == 1 && seen.contains("nothing was done"), "{seen}");
    desk.run(&["group", "show", "Finance"]).ok();
    let (code, seen) = Terminal::of(&desk, "group delete Finance").at("delete the group `Finance`? [y/N] ", "y\r").end();
    assert!(code == 0 && seen.contains("deleted the group `Finance`"), "{seen}");
    desk.run(&["group", "show", "Finance"]).fails(1, "Finance");
}

#[test]
fn what_would_lock_people_out_is_asked_about_with_their_names_run_8() {
    let desk = Desk::claimed();
    let line = "server set --second-factor everyone";
    let (code, seen) = Terminal::of(&desk, line).at("`admin` (you) has none yet", "n\r").end();
    assert!(code == 1 && seen.contains("nothing was done"), "{seen}");
    desk.run(&["user", "list"]).ok();
}

#[test]
fn the_fingerprint_of_a_new_server_is_confirmed_by_a_person_run_4_con_2() {
    let desk = Desk::claimed();
    let line = format!("connection add office '{}'", desk.address());
    let (code, seen) = Terminal::of(&desk, &line).at("Is this the fingerprint", "n\r").end();
    assert!(code == 1 && seen.contains("SHA-256"), "{seen}");
    desk.run(&["connection", "show", "office"]).fails(1, "office");
    let (code, seen) = Terminal::of(&desk, &line).at("Is this the fingerprint", "y\r").end();
    assert!(code == 0, "{seen}");
    desk.run(&["connection", "show", "office"]).ok();
}

#[test]
fn the_rule_that_admits_oneself_is_asked_about_twice_net_7() {
    let desk = Desk::claimed();
    // Whatever answers: loopback is never locked out, and what was asked about is done only after a yes.
    let (code, seen) = Terminal::of(&desk, "allow remove localhost").at("[y/N] ", "n\r").end();
    assert!(code == 1 && seen.contains("nothing was done"), "{seen}");
    desk.run(&["allow", "list"]).says("localhost");
}

#[test]
fn tables_fit_the_terminal_and_have_colour_there_con_1() {
    let desk = Desk::claimed();
    office(&desk.server.admin());
    let (long, account) = (["two more machines"; 20].join(" "), format!("root>{}>{}", "Acme".repeat(9), "Branch".repeat(9)));
    desk.run(&["account", "add", &account, "-c", &long, "--level", "site"]).ok();
    desk.run(&["communication", "add", &account, "-k", "call", "--with", &long, "-t", &long]).ok();
    desk.run(&[
        "role",
        "add",
        "Reports of the north",
        "-d",
        &long,
        "-t",
        "users=write",
        "-t",
        "devices=read",
        "--account",
        &account,
    ])
    .ok();
    for columns in [80, 120] {
        for line in [
            "user list",
            "group list",
            "security-profile list",
            "profile list",
            "session list",
            "audit list",
            "allow list",
            "account list",
            "communication list",
            "role list",
        ] {
            let (code, seen) = Terminal::wide(&desk, columns, line).end();
            assert_eq!(code, 0, "{seen}");
            let plain = without_escapes(&seen);
            let widest = plain.lines().map(|line| line.trim_end().chars().count()).max().unwrap();
            assert!(widest <= columns as usize, "{line} at {columns} is {widest} wide:\n{plain}");
        }
    }
    let (_, coloured) = Terminal::of(&desk, "user list").end();
    assert!(coloured.contains("\u{1b}["), "{coloured:?}");
    let (_, plain) = Terminal::of(&desk, "user list --color never").end();
    assert!(!plain.contains("\u{1b}["), "{plain:?}");
}

#[test]
fn bytes_are_for_a_file_and_not_for_a_terminal() {
    let desk = Desk::claimed();
    office(&desk.server.admin());
    let (code, seen) = Terminal::of(&desk, "profile export 'Finance documents'").end();
    assert!(code == 2 && seen.contains("--output"), "{seen}");
}

#[test]
fn no_other_process_sees_a_password_con_1() {
    let desk = Desk::claimed();
    let mut command = desk.command(&["user", "add", "carol", "--password-stdin"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // It waits for the line, and this is what everybody can read of it meanwhile, and its owner. A process has its new words
    // a moment after it was started.
    let seen = |what: &str| std::fs::read(format!("/proc/{}/{what}", child.id())).unwrap_or_default();
    let begun = Instant::now();
    let words = loop {
        let words = String::from_utf8_lossy(&[seen("cmdline"), seen("environ"), seen("status")].concat()).into_owned();
        if words.contains("--password-stdin") {
            break words;
        }
        assert!(begun.elapsed() < PATIENCE, "{words:?}");
        std::thread::yield_now();
    };
    assert!(!words.contains(PASSWORD));
    child.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    for file in walk(desk.home()) {
        let bytes = std::fs::read(&file).unwrap();
        for secret in [PASSWORD, ADMIN_PASSWORD] {
            assert!(!String::from_utf8_lossy(&bytes).contains(secret), "{}", file.display());
        }
    }
    for line in [
        &["user", "add", "dave", "--password", PASSWORD][..],
        &["login", "--password", PASSWORD],
        &["user", "passwd", "carol", "x"],
    ] {
        let refused = Command::new(PROGRAM).args(line).env_clear().output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "there is no such argument: {line:?}");
    }
}

fn walk(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

fn without_escapes(text: &str) -> String {
    let mut plain = String::new();
    let mut parts = text.split('\u{1b}');
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        plain.push_str(part.split_once(|c: char| c.is_ascii_alphabetic()).map_or("", |(_, rest)| rest));
    }
    plain.replace('\r', "")
}
