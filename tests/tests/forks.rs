//! A fork of a host's, with a real server. It is apart from `c_abi.rs`, whose programs are also programs for Windows, which has none.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Command;

use sbm_tests::fixture::{PASSWORD, office};
use sbm_tests::language::Language;
use sbm_tests::minibackup::top;
use sbm_tests::server::TestServer;

#[test]
fn what_a_child_keeps_stays_when_its_parent_closes_first_off_8() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let directory = tempfile::tempdir().unwrap();
    let program = directory.path().join("fork");
    Language::C.compile(&top().join("sbm-ffi/tests/c/fork_managed.c"), &program);
    let output = Command::new(&program)
        .arg(directory.path().join("sbm"))
        .args([&server.connection().to_string(), "carol", PASSWORD])
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out == "ok\n" && err.is_empty(), "{}\n{out}{err}", output.status);
}
