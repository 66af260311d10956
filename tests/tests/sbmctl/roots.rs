//! A server whose certificate comes from an authority that this computer trusts: no fingerprint, and trusted only where that
//! was said (RUN-4).

use std::fs;
use std::sync::Arc;

use sbm_server::clock::SystemClock;
use sbm_tests::impostor::Authority;
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use serde_json::json;

use crate::desk::{Desk, Ran, run};

/// A desk at a server with the certificate of an authority, which stands in `roots.pem` there.
fn desk() -> Desk {
    let (authority, directory) = (Authority::new(), Arc::new(tempfile::tempdir().unwrap()));
    let (certificate, key) = authority.issue("localhost");
    let written = |name: &str, text: &str| {
        let path = directory.path().join(name);
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        path.display().to_string()
    };
    let (certificate, key) = (written("own.pem", &certificate), written("own.key", &key));
    let settings = [("tls.certificate", certificate.as_str()), ("tls.key", key.as_str())];
    let desk = Desk::at(TestServer::start(directory, 0, Arc::new(SystemClock), &settings));
    desk.written("roots.pem", &authority.pem());
    desk.written("others.pem", &Authority::new().pem());
    desk
}

/// A command on a computer that trusts what is in that file.
fn trusting(desk: &Desk, roots: &str, arguments: &[&str], input: &str) -> Ran {
    let mut command = desk.command(arguments);
    command.env("SSL_CERT_FILE", desk.file(roots));
    run(command, input)
}

#[test]
fn a_server_with_the_system_s_roots_is_used_from_set_up_to_log_out_run_4_con_2() {
    let desk = desk();
    let address = desk.address();
    assert!(!address.contains("ca-sha256"), "{address}");
    let data_dir = desk.server.data_dir().display().to_string();
    let with = |arguments: &[&str]| trusting(&desk, "roots.pem", arguments, ADMIN_PASSWORD);
    let set_up = ["setup", "--data-dir", &data_dir, "--password-stdin"];
    with(&set_up).fails(3, "--system-roots");
    with(&[&set_up[..], &["--system-roots"]].concat()).says("is logged in");
    with(&["user", "list"]).says("admin");
    with(&["status"]).says("admin, until");
    // Said once, kept with the connection; a log-in anew need not say it again, by itself or with the same string.
    with(&["logout"]).says("logged out");
    with(&["login", "--password-stdin"]).says("is logged in");
    with(&["login", &address, "--password-stdin"]).says("is logged in");
    let saved: serde_json::Value = serde_json::from_str(&fs::read_to_string(desk.file("connection.json")).unwrap()).unwrap();
    assert_eq!((&saved["format"], &saved["system_roots"]), (&json!(1), &json!(true)));
    with(&["connection", "show"]).says("certificate authorities of this computer");
    let current = desk.written("current", ADMIN_PASSWORD);
    with(&["user", "passwd", "--generate", "--current-password-file", &current]).ok();
    with(&["user", "list"]).says("admin");
    with(&["connection", "test"]).says("certificate  ok");
    with(&["test", &address]).says("certificate  ok");
    let foreign = trusting(&desk, "others.pem", &["connection", "test"], "");
    assert!(foreign.code == 3 && foreign.out.contains("certificate  failed"), "{foreign:?}");
    let foreign = trusting(&desk, "others.pem", &["user", "list"], "");
    foreign.fails(3, "--system-roots");
    assert!(!foreign.err.contains("compare the"), "there is no fingerprint to compare: {foreign:?}");
}

#[test]
fn without_a_fingerprint_nobody_is_trusted_unless_it_is_said_run_4() {
    let desk = desk();
    let address = desk.address();
    for arguments in [
        &["login", &address, "--password-stdin"][..],
        &["connection", "add", "office", &address],
        &["status", &address],
        &["test", &address],
    ] {
        let refused = trusting(&desk, "roots.pem", arguments, ADMIN_PASSWORD);
        refused.fails(3, "--system-roots");
        assert!(refused.err.contains("has no fingerprint"), "{refused:?}");
    }
    assert!(!desk.file("connection.json").exists() && desk.json(&["connection", "list"]) == json!([]));
    trusting(&desk, "roots.pem", &["connection", "add", "office", &address, "--system-roots"], "").says("added");
    trusting(&desk, "roots.pem", &["status", "--connection", "office"], "").says("up");
    trusting(&desk, "roots.pem", &["status", &address, "--system-roots"], "").says("up");
    // A fingerprint and the roots cannot both decide.
    let pinned = format!("{address}#ca-sha256={}", "0".repeat(64));
    trusting(&desk, "roots.pem", &["login", &pinned, "--system-roots", "--yes"], "").fails(2, "leave out `--system-roots`");
    // One that was saved without a word, as an earlier release did, is refused, and says what to do.
    desk.written("connection.json", &json!({"format": 1, "connection": address, "token": "sbmc_x"}).to_string());
    #[cfg(unix)]
    fs::set_permissions(desk.file("connection.json"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    trusting(&desk, "roots.pem", &["user", "list", "--connection", "default"], "").fails(3, "--system-roots");
}
