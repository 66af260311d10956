//! The interfaces of `include/sbm.pas` against a real server; what needs none is tested in `sbm-ffi`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use sbm_client::core::run::RunResult;
use sbm_client::core::wire::v1::admin::HistoryQuery;
use sbm_tests::fixture::{PASSWORD, office};
use sbm_tests::language::Language;
use sbm_tests::minibackup::top;
use sbm_tests::server::TestServer;
use sbm_tests::system::System;

#[test]
fn a_pascal_host_with_all_floating_point_exceptions_on_logs_in_takes_over_runs_and_has_a_worker_usr_9_pro_8_his_1() {
    let directory = tempfile::tempdir().unwrap();
    let program = directory.path().join("managed");
    let tests = top().join("sbm-ffi/tests/pascal");
    Language::Pascal.compile(&tests.join("managed.pas"), &program);
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let system = System::tested();
    // On Windows Free Pascal's `ParamStr` gives what the code page has, and no code page has them all.
    let cache = if system.is_this() { "Grüße 😀" } else { "Grüße" };
    let output = system
        .command(&program)
        .arg(system.path(&directory.path().join(cache)))
        .args([&server.connection().to_string(), "carol", PASSWORD])
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.starts_with("ok ") && err.is_empty(), "{}\n{out}{err}", output.status);
    let runs = admin.history(&HistoryQuery::default()).unwrap().items;
    assert_eq!(runs.len(), 1);
    let finish = &runs[0].record.finish;
    assert_eq!((finish.result, finish.files_copied), (RunResult::Warning, 3));
    assert!(format!("{finish:?}").contains("Grüße 😀"), "what Pascal says arrives as it was: {finish:?}");
}
