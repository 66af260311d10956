//! `sbm-server backup`, as its user types it.

use std::path::Path;

use super::process::{Running, program, text};

/// What a command says, and its exit code.
fn said(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = program().current_dir(directory).args(arguments).output().unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_backup_is_made_beside_the_server_verified_listed_and_brought_back_door_2() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let server = Running::start(at, |command| command);
    let (code, made, error) = said(at, &["backup", "create", "--data-dir", "data", "--to", "kept"]);
    assert_eq!(code, 0, "{error}");
    let backup = made.trim().to_owned();
    assert!(backup.starts_with("kept/sbm-") && error.contains("made and verified"), "{made}{error}");

    let (code, out, error) = said(at, &["backup", "verify", &backup]);
    assert!(code == 0 && out.starts_with("the backup is good: SQLite of "), "{out}{error}");
    let (code, out, error) = said(at, &["backup", "verify", &backup, "--json"]);
    let verified: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, verified["manifest"]["format"].as_str()), (0, Some("sbm-backup-1")), "{error}");
    let (code, out, error) = said(at, &["backup", "list", "--data-dir", "data", "--in", "kept"]);
    assert!(code == 0 && out.contains("SQLite of") && error.contains("set `backup.dir`"), "{out}{error}");
    let (code, out, _) = said(at, &["backup", "list", "--data-dir", "data", "--backup-dir", "kept", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, listed["backups"].as_array().unwrap().len()), (0, 1), "{out}");
    assert!(listed["scheduled"]["last_success"].is_null(), "{out}");

    // Never over something, nowhere without a place, and what is none is told.
    let (code, _, error) = said(at, &["backup", "restore", "--data-dir", "data", &backup]);
    assert!(code == 1 && error.contains("[store_locked]"), "{error}");
    drop(server);
    let (code, _, error) = said(at, &["backup", "restore", "--data-dir", "data", &backup]);
    assert!(code == 1 && error.contains("[store_not_empty]"), "{error}");
    let (code, _, error) = said(at, &["backup", "create", "--data-dir", "data"]);
    assert!(code == 1 && error.contains("--to") && error.contains("[invalid_argument]"), "{error}");
    let (code, _, error) = said(at, &["backup", "verify", "kept"]);
    assert!(code == 1 && error.contains("[backup_invalid]"), "{error}");

    let (code, out, error) = said(at, &["backup", "restore", "--data-dir", "elsewhere", &backup]);
    assert!(code == 0 && out.contains("begins anew with epoch") && error.contains("devices go on"), "{out}{error}");
    std::fs::rename(at.join("data"), at.join("lost")).unwrap();
    std::fs::rename(at.join("elsewhere"), at.join("data")).unwrap();
    let again = Running::start(at, |command| command.args(["--backup-dir", "kept"]));
    again.until_log("a backup of the server was made and verified");
    let (_, out, error) = said(at, &["backup", "list", "--data-dir", "data", "--backup-dir", "kept"]);
    assert_eq!(out.lines().count(), 2, "{out}{error}");
    assert!(error.contains("the server last made one by itself: 2"), "{error}");
}
