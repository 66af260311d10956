//! Devices, history and what holds for all clients (DEV-1, HIS-2, HIS-5, OFF-3).

use sbm_client::core::code::Code;
use sbm_client::core::id::{InstallationId, RunId};
use sbm_client::core::permission::{Effect, Task};
use sbm_client::core::run::RunResult;
use sbm_client::core::wire::v1::admin::{ExplainServer, HistoryQuery, Run, ServerPatch};
use sbm_client::core::wire::v1::device::{Fate, RunsAnswer};
use sbm_client::core::wire::v1::path;
use sbm_tests::stronghold::{INSTALLATION, Stronghold};
use serde_json::{Value, json};

fn record(number: u64) -> Value {
    let result = if number.is_multiple_of(3) { "failure" } else { "success" };
    json!({
        "id": format!("{number:032x}"), "sequence": number, "installation": INSTALLATION, "computer": "pc-17", "user": "carol",
        "profile": { "name": "=Finance" }, "thread_start": 1, "profile_start": number, "result": result, "end": number + 1,
    })
}

fn send(hold: &Stronghold, runs: &[Value]) -> RunsAnswer {
    hold.ask("POST", path::RUNS, Some(&hold.device), Some(&json!({ "runs": runs }).to_string())).json()
}

#[test]
fn history_comes_in_pages_and_as_a_file_of_all_that_match_his_5() {
    let hold = Stronghold::new();
    let runs: Vec<Value> = (1..=1_201).map(record).collect();
    runs.chunks(600).for_each(|runs| drop(send(&hold, runs)));
    let failures = HistoryQuery { result: Some(RunResult::Failure), ..HistoryQuery::default() };
    let all: Vec<Run> = hold.admin.rows(&HistoryQuery::default()).map(Result::unwrap).collect();
    assert_eq!(all.len(), 1_201);
    assert!(all.windows(2).all(|pair| pair[0].record.start.profile_start > pair[1].record.start.profile_start));
    let (mut file, mut pieces) = (Vec::new(), 0);
    let size = hold.admin.export::<Run>(&HistoryQuery::default(), &mut file, &mut |_| pieces += 1).unwrap();
    assert!(size == file.len() as u64 && pieces > 1, "{pieces}");
    let text = String::from_utf8(file).unwrap();
    assert_eq!(text.matches("\r\n").count(), 1_202);
    assert!(text.lines().nth(1).unwrap().contains(",'=Finance,"), "no spreadsheet takes a name for a formula");
    let mut file = Vec::new();
    hold.admin.export::<Run>(&failures, &mut file, &mut |_| {}).unwrap();
    assert_eq!(String::from_utf8(file).unwrap().matches("\r\n").count(), 401);
    let refused = hold.admin.export::<Run>(&HistoryQuery { limit: Some(5), ..failures }, &mut Vec::new(), &mut |_| {});
    assert_eq!(refused.unwrap_err().code(), Code::InvalidQuery);
}

#[test]
fn a_run_is_deleted_by_few_leaves_a_stub_and_an_entry_and_never_comes_back_his_2() {
    let hold = Stronghold::new();
    send(&hold, &[record(1), record(2)]);
    let id: RunId = format!("{:032x}", 1).parse().unwrap();
    let run = hold.admin.tagged(|admin| admin.run(&id)).unwrap();
    assert_eq!(run.value.record.sequence, 1);
    let of = format!("{}/{id}", path::HISTORY);
    assert_eq!(hold.ask("DELETE", &of, Some(&hold.carol), None).code(), Some(Code::DeniedRole));
    assert_eq!(hold.ask("PATCH", &of, Some(&hold.console), Some("{}")).code(), Some(Code::NoSuchRoute), "nobody modifies");
    let other: RunId = format!("{:032x}", 2).parse().unwrap();
    let foreign = hold.admin.tagged(|admin| admin.run(&other)).unwrap().tag;
    assert_eq!(hold.admin.if_match(&foreign).delete_run(&id).unwrap_err().code(), Code::PreconditionFailed);
    hold.admin.if_match(&run.tag).delete_run(&id).unwrap();
    assert_eq!(hold.admin.run(&id).unwrap_err().code(), Code::NotFound);
    assert_eq!(hold.admin.delete_run(&id).unwrap_err().code(), Code::NotFound);
    assert_eq!(send(&hold, &[record(1)]).receipts[0].fate, Fate::Deleted);
    assert_eq!(hold.admin.history(&HistoryQuery::default()).unwrap().items.len(), 1);
    assert_eq!((hold.audited("history.delete", "ok"), hold.audited("history.delete", "denied_role")), (1, 1));
}

#[test]
fn of_two_devices_that_made_one_id_the_one_that_is_named_is_shown_and_deleted_his_2() {
    let hold = Stronghold::new();
    let other = "ffffffffffffffffffffffffffffffff";
    let mut foreign = record(1);
    foreign["installation"] = json!(other);
    send(&hold, &[record(1)]);
    let sent = json!({ "runs": [foreign] }).to_string();
    let answer: RunsAnswer = hold.ask("POST", path::RUNS, Some(&hold.other_device), Some(&sent)).json();
    assert_eq!(answer.receipts[0].fate, Fate::Accepted);
    let id: RunId = format!("{:032x}", 1).parse().unwrap();
    for refused in [hold.admin.run(&id).map(drop).unwrap_err(), hold.admin.delete_run(&id).unwrap_err()] {
        assert_eq!(refused.code(), Code::InvalidQuery);
        assert!(refused.to_string().contains(other) && refused.to_string().contains(INSTALLATION), "{refused}");
    }
    assert_eq!(hold.admin.history(&HistoryQuery::default()).unwrap().items.len(), 2, "what is refused deletes nothing");
    let (own, other) = (INSTALLATION.parse().unwrap(), other.parse().unwrap());
    assert_eq!(hold.admin.run_of(&id, &other).unwrap().record.installation, other);
    hold.admin.delete_run_of(&id, &other).unwrap();
    assert_eq!(hold.admin.delete_run_of(&id, &other).unwrap_err().code(), Code::NotFound);
    assert_eq!(hold.admin.run(&id).unwrap().record.installation, own, "the only one that is left");
    assert_eq!(hold.audited("history.delete", "ok"), 1);
}

#[test]
fn a_device_that_is_removed_is_out_with_its_next_request_and_keeps_its_history_run_7() {
    let hold = Stronghold::new();
    send(&hold, &[record(1)]);
    let installation: InstallationId = INSTALLATION.parse().unwrap();
    let device = hold.admin.device(&installation).unwrap();
    assert_eq!((device.user.as_str(), device.computer.as_str()), ("carol", "pc-17"));
    hold.admin.remove_device(&installation).unwrap();
    let check_in = hold.ask("POST", path::CHECK_IN, Some(&hold.device), Some(r#"{"number":{"epoch":0,"revision":0}}"#));
    assert_eq!(check_in.code(), Some(Code::TokenRefused));
    assert_eq!(hold.admin.device(&installation).unwrap_err().code(), Code::NotFound);
    assert_eq!(hold.admin.remove_device(&installation).unwrap_err().code(), Code::NotFound);
    assert_eq!(hold.admin.history(&HistoryQuery::default()).unwrap().items.len(), 1);
}

#[test]
fn the_longest_time_offline_is_shown_changed_and_bounded_off_3() {
    let hold = Stronghold::new();
    let set =
        |seconds: Option<u64>| hold.admin.modify_server(&ServerPatch { max_offline: Some(seconds), ..ServerPatch::default() });
    assert_eq!(hold.admin.server_settings().unwrap().max_offline, None);
    assert_eq!(set(Some(86_400)).unwrap().max_offline, Some(86_400));
    assert_eq!(set(Some(10)).unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(hold.admin.server_settings().unwrap().max_offline, Some(86_400));
    assert_eq!(hold.admin.modify_server(&ServerPatch::default()).unwrap().max_offline, Some(86_400));
    assert_eq!(set(None).unwrap().max_offline, None);
}

#[test]
fn the_server_explains_its_own_decisions_dec_3() {
    let hold = Stronghold::new();
    let ask = |user: &str, write: bool| {
        hold.admin.explain_server(&ExplainServer { user: user.to_owned(), task: Task::Server, write, token: None, account: None })
    };
    assert_eq!(ask("admin", true).unwrap().effect, Effect::Allow);
    let denied = ask("carol", false).unwrap();
    assert_eq!((denied.effect, denied.code.as_str()), (Effect::Deny, "denied_role"));
    assert!(denied.change.is_some() && denied.sentence.contains("`carol`"), "{denied:?}");
    assert_eq!(ask("nobody", true).unwrap_err().code(), Code::NotFound);
}
