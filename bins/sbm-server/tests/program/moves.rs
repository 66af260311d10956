//! `sbm-server move`, as its user types it.

use std::path::Path;

use super::process::{Running, program, text};

/// Moves; what is said of it, and the exit code. Nothing is for the standard output, and without a terminal all are lines.
fn moved(directory: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = program().current_dir(directory).args(["--data-dir", "data", "move"]).args(arguments).output().unwrap();
    assert_eq!(text(&output.stdout), "", "{arguments:?}");
    let error = text(&output.stderr);
    assert!(!error.chars().any(|c| c.is_control() && c != '\n'), "{arguments:?}: {error:?}");
    (output.status.code(), error)
}

/// What starting the server on that place ends with.
fn started(directory: &Path, store: &str) -> (Option<i32>, String) {
    let arguments = ["--data-dir", "data", "--listen", "127.0.0.1:0", "--store", store];
    let output = program().current_dir(directory).args(arguments).output().unwrap();
    (output.status.code(), text(&output.stderr))
}

#[test]
fn a_server_is_moved_in_plain_lines_and_again_is_no_mistake_and_it_can_be_taken_back_door_2() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let server = Running::start(at, |command| command);
    let (code, error) = moved(at, &["--from", "sqlite:", "--to", "sqlite:second"]);
    assert!(code == Some(1) && error.contains("[store_locked]"), "{error}");
    drop(server);

    let (code, error) = moved(at, &["--from", "sqlite:", "--to", "sqlite:second"]);
    assert_eq!(code, Some(0), "{error}");
    let lines: Vec<&str> = error.lines().collect();
    assert!(lines.iter().all(|line| line.starts_with("sbm-server: ")), "{error}");
    let first = lines[0].strip_prefix("sbm-server: epoch ").unwrap();
    assert!(first.ends_with(" was published; no server starts on the old database any more"), "{error}");
    let shown = |what: &str| lines.iter().filter(|line| line.starts_with(&format!("sbm-server: {what} "))).count();
    assert!((1..=51).contains(&shown("moved")), "{error}");
    let last = lines[lines.len() - 1];
    // Whatever was typed, what is told is the place itself.
    let place = |name: &str| format!("sqlite:{}", std::fs::canonicalize(at).unwrap().join(name).display());
    assert!(last.contains(&format!(" rows were moved to `{}`, compared row by row (sha256 ", place("second"))), "{error}");
    assert!(last.contains(&format!("No server starts on `{}` any more", place("data/sbm.db"))), "{error}");
    let (code, error) = started(at, "sqlite:");
    assert!(code == Some(1) && error.contains("[store_moved]") && error.contains("/second`"), "{error}");
    let (code, error) = moved(at, &["--from", "sqlite:", "--to", "sqlite:second"]);
    assert!(code == Some(0) && error.contains(&format!(" rows had been moved before to `{}`; ", place("second"))), "{error}");
    std::os::unix::fs::symlink(at, at.join("here")).unwrap();
    let (code, error) = moved(at, &["--from", "sqlite:data/sbm.db", "--to", "sqlite:./here/second"]);
    assert!(code == Some(0) && error.contains("had been moved before"), "{error}");
    let (code, error) = moved(at, &["--from", "sqlite:", "--to", "sqlite:third"]);
    assert!(code == Some(1) && error.contains("[store_moved]"), "{error}");
    assert!(!at.join("third").exists() && !at.join("third.lock").exists());

    // Without comparing, nothing says that it was.
    let (code, error) = moved(at, &["--from", "sqlite:second", "--to", "sqlite:third", "--no-verify"]);
    assert!(code == Some(0) && error.contains(&format!(" rows were moved to `{}`; ", place("third"))), "{error}");
    assert!(!error.contains("compared") && !error.contains("sha256"), "{error}");
    let (code, error) = moved(at, &["--from", "sqlite:second", "--undo"]);
    assert!(code == Some(0) && error.contains(&format!("servers start on `{}` again, with epoch ", place("second"))), "{error}");
    let dropped = format!("never let any start on `{}`: remove `{}`, and `", place("third"), &place("third")["sqlite:".len()..]);
    assert!(error.contains(&dropped), "{error}");
    let (code, error) = moved(at, &["--from", "sqlite:second", "--to", "sqlite:third"]);
    assert!(
        code == Some(1) && error.contains("[store_not_empty]") && error.contains("if nobody needs that any more, remove `/"),
        "{error}"
    );
    let (code, error) = moved(at, &["--from", "sqlite:second", "--undo"]);
    assert!(code == Some(1) && error.contains("[not_found]"), "{error}");
    drop(Running::start(at, |command| command.args(["--store", "sqlite:second"])));
}

#[test]
fn what_cannot_be_moved_is_refused_with_its_reason_and_nothing_is_made_door_2_err_1() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    for (arguments, code, part) in [
        (&["--from", "sqlite:", "--to", "mysql://there/db"][..], 1, "--to: "),
        (&["--from", "postgres://", "--to", "sqlite:there"], 1, "--from: "),
        (&["--from", "sqlite:nowhere", "--to", "sqlite:there"], 1, "nowhere"),
        (&["--from", "sqlite:there"], 2, "--to <URL>"),
        (&["--to", "sqlite:there"], 2, "--from <URL>"),
        (&["--from", "sqlite:", "--to", "sqlite:there", "--undo"], 2, "--undo"),
        (&["--from", "sqlite:", "--undo", "--no-verify"], 2, "--no-verify"),
    ] {
        let (exit, error) = moved(at, arguments);
        assert!(exit == Some(code) && error.contains(part), "{arguments:?}: {exit:?} {error}");
        assert_eq!(error.contains("[invalid_argument]"), code == 1, "{arguments:?}: {error}");
    }
    // A server's database, without the keys that belong to it, and a target that has another server's.
    drop(Running::start(at, |command| command));
    std::fs::rename(at.join("data"), at.join("kept")).unwrap();
    let (_, error) = moved(at, &["--from", "sqlite:kept/sbm.db", "--to", "sqlite:there"]);
    assert!(error.contains("there is no data directory `data`; name the server's with --data-dir"), "{error}");
    assert!(!at.join("data").exists());
    drop(Running::start(at, |command| command));
    let (_, error) = moved(at, &["--from", "sqlite:kept/sbm.db", "--to", "sqlite:there"]);
    assert!(error.contains("are not where they belong; name the data directory of its server with --data-dir"), "{error}");
    for name in ["there", "there.lock", "there-wal", "there.sealed", "nowhere", "nowhere.lock"] {
        assert!(!at.join(name).exists(), "{name}");
    }
}
