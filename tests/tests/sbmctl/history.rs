//! History: lists, one run, exports, deletion.

use sbm_client::core::run::{RunResult, Trigger};
use sbm_tests::fixture::{GUID, client_of, end, office, start, take_over};
use serde_json::json;

use crate::desk::Desk;

/// Three good runs of carol's and one that failed.
fn desk() -> Desk {
    let desk = Desk::claimed();
    office(&desk.server.admin());
    let cache = tempfile::tempdir().unwrap();
    let client = client_of(&desk.server, cache.path());
    client.sync().unwrap();
    take_over(&client);
    for (trigger, result) in [
        (Trigger::Manual, RunResult::Success),
        (Trigger::Schedule, RunResult::Failure),
        (Trigger::Schedule, RunResult::Success),
        (Trigger::Restore, RunResult::Success),
    ] {
        let mut over = end();
        over.result = result;
        if result == RunResult::Failure {
            over.error = "=disk, \"full\"".to_owned();
        }
        client.begin_run(start(trigger)).unwrap().finish(over).unwrap();
    }
    client.sync().unwrap();
    desk
}

#[test]
fn runs_are_found_by_every_filter_and_in_any_order_his_5_con_1() {
    let desk = desk();
    let found = |filters: &[&str]| desk.json(&[&["history", "list"], filters].concat()).as_array().unwrap().len();
    for (filters, runs) in [
        (&[][..], 4),
        (&["--user", "carol"], 4),
        (&["--user", "dave"], 0),
        (&["--profile", GUID], 4),
        (&["--profile", "Finance documents"], 4),
        (&["--profile-name", "Finance documents"], 4),
        (&["--computer", "pc-17"], 4),
        (&["--computer", "pc-18"], 0),
        (&["--result", "failure"], 1),
        (&["--type", "backup"], 4),
        (&["--type", "mirror"], 0),
        (&["--restores"], 1),
        (&["--no-restores"], 3),
        (&["--since", "2026-01-01"], 4),
        (&["--until", "2026-01-01"], 0),
        (&["--search", "DISK"], 1),
        (&["--limit", "3"], 3),
        (&["--all", "--sort", "result"], 4),
    ] {
        assert_eq!(found(filters), runs, "{filters:?}");
    }
    let table = desk.run(&["history", "list", "--limit", "1", "--sort", "-result"]);
    assert_eq!(table.ok().lines().count(), 2);
    assert!(table.err.contains("There are more"), "{table:?}");
    desk.run(&["history", "list", "--sort", "colour"]).fails(2, "colour");
    desk.run(&["history", "list", "--profile", "Nothing"]).fails(1, "sbmctl profile list");
    desk.run(&["history", "list", "--since", "soon"]).fails(2, "7d");
}

#[test]
fn history_is_exported_whole_with_exact_values_his_5_con_1() {
    let desk = desk();
    let csv = desk.run(&["history", "export"]);
    let lines: Vec<&str> = csv.ok().split("\r\n").collect();
    assert_eq!(lines.len(), 6, "a head, four runs and the end: {csv:?}");
    assert!(lines[0].contains("profile_start") && csv.out.contains("\"'=disk, \"\"full\"\"\""), "{csv:?}");
    let path = |name: &str| desk.file(name).display().to_string();
    desk.run(&["history", "export", "--result", "failure", "-o", &path("a.csv")]).says("wrote the history");
    assert_eq!(std::fs::read_to_string(path("a.csv")).unwrap().lines().count(), 2);
    desk.run(&["history", "export", "-o", &path("a.json")]).says("wrote 4 rows");
    let runs: Vec<serde_json::Value> = serde_json::from_str(&std::fs::read_to_string(path("a.json")).unwrap()).unwrap();
    assert_eq!(runs.len(), 4);
    assert_eq!(desk.json(&["history", "export"]).as_array().unwrap().len(), 4);
    desk.run(&["history", "export", "-o", &path("a.csv")]).fails(1, "--force");
    assert_eq!(desk.json(&["history", "export", "-o", &path("a.csv"), "--force"])["ok"], true);
}

#[test]
fn a_run_is_shown_and_deleted_by_its_id_or_by_what_fits_his_2_con_1() {
    let desk = desk();
    let failed = desk.json(&["history", "list", "--result", "failure"]);
    let id = failed[0]["id"].as_str().unwrap();
    desk.run(&["history", "show", id]).says("=disk, \"full\"").says("begun by      schedule");
    desk.run(&["history", "delete"]).fails(2, "which runs");
    desk.run(&["history", "delete", id, "--result", "failure", "--yes"]).fails(2, "not both");
    desk.run(&["history", "delete", id]).fails(2, "--yes");
    desk.run(&["history", "delete", id, "--yes"]).says("deleted 1 run");
    desk.run(&["history", "show", id]).fails(1, "sbmctl history list");
    desk.run(&["history", "delete", id, "--yes"]).fails(1, "sbmctl history list");
    assert_eq!(desk.json(&["history", "delete", "--restores", "--yes"]), json!({"ok": true, "deleted": 1}));
    assert_eq!(desk.json(&["history", "delete", "--restores", "--yes"])["deleted"], 0);
    assert_eq!(desk.json(&["history", "list"]).as_array().unwrap().len(), 2);
    desk.run(&["audit", "list", "--act", "history"]).says(id);
}
