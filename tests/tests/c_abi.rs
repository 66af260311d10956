//! The C interface against real servers; what needs none is tested in `sbm-ffi`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use sbm_tests::fixture::{PASSWORD, add_user, office};
use sbm_tests::language::Language;
use sbm_tests::minibackup::top;
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use sbm_tests::system::System;

#[test]
fn the_c_interface_locks_and_changes_the_connection_and_its_worker_sees_the_server_and_other_processes_usr_9_pro_8_off_8() {
    manage(&top().join("sbm-ffi/tests/c/managed.c"));
}

/// It includes the header that lies beside it.
#[test]
fn what_was_built_against_an_older_header_is_managed_by_a_server_of_today() {
    let mut programs = 0;
    for frozen in std::fs::read_dir(top().join("sbm-ffi/tests/frozen")).unwrap() {
        manage(&frozen.unwrap().path().join("server/managed.c"));
        programs += 1;
    }
    assert!(programs > 0);
}

/// Runs the program between two servers, from a cache of its own.
fn manage(source: &Path) {
    let directory = tempfile::tempdir().unwrap();
    let program = directory.path().join("managed");
    Language::C.compile(source, &program);
    let [here, there] = [(), ()].map(|()| {
        let (server, admin) = TestServer::claimed();
        office(&admin);
        add_user(&admin, "dora", Some("End user"), &["Finance"]);
        server
    });
    let system = System::tested();
    let output = system
        .command(&program)
        .arg(system.path(&directory.path().join("sbm")))
        .args([here.connection().to_string(), there.connection().to_string()])
        .args(["carol", "dora", PASSWORD, "admin", ADMIN_PASSWORD])
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.trim_end() == "ok" && err.is_empty(), "{}\n{out}{err}", output.status);
}
