//! The program as the operating system sees it: exit codes, signals, systemd, and certificates made by openssl.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

#[path = "program/backups.rs"]
mod backups;
#[path = "program/certificates.rs"]
mod certificates;
#[path = "program/moves.rs"]
mod moves;
#[path = "program/process.rs"]
mod process;

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use certificates::Ca;
use process::{Running, program, text};

#[test]
fn config_check_exits_by_what_it_found_and_config_shows_origins_run_1() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("sbm.toml");
    std::fs::write(&file, "lisen = 1\n[limits]\nconnections = 0\n").unwrap();
    let data = directory.path().join("data");
    let run = |arguments: &[&str]| {
        let output = program().arg("--config").arg(&file).arg("--data-dir").arg(&data).args(arguments).output().unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, out, _) = run(&["config", "check"]);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("did you mean `listen`?") && out.contains("`limits.connections`"), "{out}");
    assert!(out.ends_with("the server does not start with this configuration: 2 errors\n"), "{out}");
    // Neither shows nor starts with it, and both say why.
    for arguments in [&["config"][..], &[], &["run"]] {
        let (code, _, error) = run(arguments);
        assert_eq!(code, Some(1), "{arguments:?}");
        assert!(error.contains("`lisen`") && error.contains("`limits.connections`"), "{error}");
    }
    std::fs::write(&file, "[limits]\nconnections = 5000\n").unwrap();
    let (code, out, error) = run(&["config", "check"]);
    assert_eq!((code, out.as_str()), (Some(0), "the configuration is good\n"), "{error}");
    let (code, out, _) = run(&["config", "check", "--json"]);
    assert_eq!((code, out.as_str()), (Some(0), "{\"errors\":[],\"good\":true,\"warnings\":[]}\n"));
    let (_, out, _) = run(&["config", "--limits-header-seconds", "7"]);
    let row =
        |key: &str| out.lines().find(|line| line.starts_with(key)).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(row("limits.connections "), "limits.connections 5000 file");
    assert_eq!(row("limits.header_seconds"), "limits.header_seconds 7 flag");
    assert_eq!(row("hashing.parallel"), "hashing.parallel 2 default");
    assert!(!data.exists(), "looking at settings makes nothing");
}

#[test]
fn systemd_is_told_when_the_server_answers_reads_again_and_stops_and_the_exit_code_is_0_run_1() {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("notify");
    let told = UnixDatagram::bind(&socket).unwrap();
    told.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let next = || {
        let mut bytes = [0; 512];
        let length = told.recv(&mut bytes).unwrap();
        text(&bytes[..length])
    };
    let server = Running::start(directory.path(), |command| command.env("NOTIFY_SOCKET", &socket));
    assert_eq!(next(), "READY=1\n");
    server.signal("HUP");
    let reloading = next();
    assert!(reloading.starts_with("RELOADING=1\nMONOTONIC_USEC="), "{reloading}");
    assert_eq!(next(), "READY=1\n");
    server.signal("TERM");
    assert_eq!(next(), "STOPPING=1\n");
    let (code, log) = server.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("stopped"), "{log}");
}

#[test]
fn either_signal_stops_the_server_cleanly_and_it_starts_again_run_1() {
    let directory = tempfile::tempdir().unwrap();
    for signal in ["INT", "TERM"] {
        let server = Running::start(directory.path(), |command| command);
        assert_eq!(server.curl(&["--cacert", "data/ca.pem"], "localhost", "/status").0, Some(0));
        server.signal(signal);
        let (code, log) = server.ended();
        assert_eq!(code, Some(0), "{signal}: {log}");
    }
}

#[test]
fn a_certificate_of_openssl_s_making_serves_those_who_trust_its_ca_and_is_read_again_without_a_gap_run_4() {
    for kind in ["ec", "rsa"] {
        let directory = tempfile::tempdir().unwrap();
        let ca = Ca::new(directory.path());
        ca.issue("backup.example", kind, 30);
        let server = Running::start(directory.path(), |command| {
            command.args(["--names", "backup.example", "--tls-certificate", "own.pem", "--tls-key", "own.key"])
        });
        let ask = |trusted: &str, name: &str| server.curl(&["--cacert", trusted], name, "/STATUS");
        let (code, answer) = ask("operator-ca.pem", "backup.example");
        assert_eq!(code, Some(0), "{kind}: {answer}");
        assert!(answer.contains("\"service\":\"sbm\""), "{answer}");
        // 60: the peer's certificate cannot be authenticated. Each CA vouches for its own names.
        assert_eq!(ask("data/ca.pem", "backup.example").0, Some(60));
        assert_eq!(ask("data/ca.pem", "localhost").0, Some(0));
        assert_eq!(ask("operator-ca.pem", "localhost").0, Some(60));
        // The connection string for others has no pin, since the chain comes without its CA; that for this machine has.
        assert!(server.log().contains(&format!("sbm://backup.example:{}\n", server.port)), "{}", server.log());
        assert!(server.connection().contains("sbm://localhost:") && server.connection().contains("#ca-sha256="));
        let before = ca.shown(server.port);
        ca.issue("backup.example", kind, 60);
        server.signal("HUP");
        server.until_log("the certificate was read again");
        assert_ne!(ca.shown(server.port), before);
        assert_eq!(ask("operator-ca.pem", "backup.example").0, Some(0));
        // One that cannot be used leaves the one in use.
        let good = ca.shown(server.port);
        std::fs::write(directory.path().join("own.key"), "junk").unwrap();
        server.signal("HUP");
        server.until_log("certificate_invalid");
        assert_eq!((ca.shown(server.port), ask("operator-ca.pem", "backup.example").0), (good, Some(0)));
        server.signal("TERM");
        assert_eq!(server.ended().0, Some(0));
    }
}

#[test]
fn a_server_with_a_certificate_that_cannot_be_used_does_not_start_and_config_check_says_the_same_run_4() {
    let directory = tempfile::tempdir().unwrap();
    let ca = Ca::new(directory.path());
    ca.issue("other.example", "ec", 30);
    for arguments in [&["run"][..], &["config", "check"]] {
        let output = program()
            .current_dir(directory.path())
            .args(["--data-dir", "data", "--listen", "127.0.0.1:0", "--names", "backup.example"])
            .args(["--tls-certificate", "own.pem", "--tls-key", "own.key"])
            .args(arguments)
            .output()
            .unwrap();
        let said = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("it is for none of the names of this server") && said.contains("certificate_invalid"), "{said}");
    }
}

#[test]
fn the_systemd_unit_is_well_formed_and_closed_up_run_1() {
    let unit = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/systemd/sbm-server.service"))
        .unwrap();
    for line in
        ["Type=notify", "ExecReload=/bin/kill -HUP $MAINPID", "User=sbm", "StateDirectoryMode=0700", "ProtectSystem=strict"]
    {
        assert!(unit.lines().any(|is| is == line), "{line}");
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/systemd/sbm-server.toml");
    let output = program().arg("--config").arg(file).args(["config", "check"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        eprintln!("systemd-analyze is not there: the unit was read, not verified");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sbm-server.service");
    std::fs::write(&path, unit.replace("/usr/bin/sbm-server", env!("CARGO_BIN_EXE_sbm-server"))).unwrap();
    let output = Command::new("systemd-analyze").arg("verify").arg(&path).output().unwrap();
    let said = text(&output.stderr);
    assert!(!said.contains("sbm-server.service"), "{said}");
}
