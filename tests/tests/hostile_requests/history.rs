//! History that breaks the rules (HIS-3).

use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::admin::HistoryQuery;
use sbm_client::core::wire::v1::device::{Fate, RunsAnswer};
use sbm_client::core::wire::v1::path;
use sbm_tests::stronghold::{INSTALLATION, Stronghold};
use serde_json::{Value, json};

fn record(number: u64) -> Value {
    json!({
        "id": format!("{number:032x}"), "sequence": number, "installation": INSTALLATION, "computer": "pc-17", "user": "carol",
        "profile": { "name": "Finance documents" }, "thread_start": 1, "profile_start": 1, "result": "success", "end": 2,
    })
}

fn with(number: u64, field: &str, value: Value) -> Value {
    let mut record = record(number);
    record[field] = value;
    record
}

fn send(hold: &Stronghold, runs: &[Value]) -> RunsAnswer {
    let answer = hold.ask("POST", path::RUNS, Some(&hold.device), Some(&json!({ "runs": runs }).to_string()));
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    answer.json()
}

#[test]
fn a_record_too_many_and_nothing_is_taken_in() {
    let hold = Stronghold::new();
    let before = hold.fingerprint();
    let runs: Vec<Value> = (1..=1_001).map(record).collect();
    let answer = hold.ask("POST", path::RUNS, Some(&hold.device), Some(&json!({ "runs": runs }).to_string()));
    assert_eq!((answer.status, answer.code()), (413, Some(Code::TooLarge)));
    assert_eq!(hold.fingerprint(), before);
    assert_eq!(send(&hold, &runs[..1_000]).receipts.len(), 1_000);
}

#[test]
fn each_bad_record_is_set_aside_by_itself_and_never_blocks_the_good_ones_his_3() {
    let hold = Stronghold::new();
    let bad = [
        ("another installation's", with(50, "installation", json!("ffffffffffffffffffffffffffffffff"))),
        ("no number", with(50, "sequence", json!(0))),
        ("a number below nothing", with(50, "sequence", json!(-1))),
        ("a number beyond 63 bits", with(50, "sequence", json!(u64::MAX))),
        ("a count beyond 63 bits", with(50, "bytes_copied", json!(u64::MAX))),
        ("a fraction", with(50, "files_copied", json!(0.5))),
        ("a time beyond all", with(50, "end", json!(1e300))),
        ("a result that is not known", with(50, "result", json!("splendid"))),
        ("a name that is too long", with(50, "computer", json!("x".repeat(257)))),
        ("a NUL", with(50, "user", json!("carol\0"))),
        ("20 kB of error", with(50, "error", json!("x".repeat(20_000)))),
        ("an id that is none", with(50, "id", json!("x"))),
        ("a record without a user", {
            let mut record = record(50);
            record.as_object_mut().unwrap().remove("user");
            record
        }),
        ("a text", json!("record")),
        ("null", Value::Null),
        ("a list", json!([1, 2, 3])),
        ("an empty object", json!({})),
        ("a zone beyond the world", with(50, "utc_offset", json!(100_000))),
    ];
    for (turn, (what, bad)) in (0..).zip(bad) {
        let (first, last) = (2 * turn + 100, 2 * turn + 101);
        let answer = send(&hold, &[record(first), bad, record(last)]);
        let fates: Vec<Fate> = answer.receipts.iter().map(|receipt| receipt.fate).collect();
        assert_eq!(fates, [Fate::Accepted, Fate::SetAside, Fate::Accepted], "{what}");
        assert!(answer.receipts[1].reason.as_ref().is_some_and(|reason| !reason.is_empty()), "{what}");
        let kept = hold.admin.history(&HistoryQuery { limit: Some(500), ..HistoryQuery::default() }).unwrap().items;
        assert_eq!(kept.len() as u64, 2 * (turn + 1), "{what}");
        assert!(kept.iter().all(|run| run.record.sequence >= 100), "{what}");
    }
}

#[test]
fn what_came_once_is_never_changed_his_2() {
    let hold = Stronghold::new();
    assert_eq!(send(&hold, &[record(1)]).receipts[0].fate, Fate::Accepted);
    let before = hold.admin.history(&HistoryQuery::default()).unwrap().items;
    let again = send(&hold, &[record(1), record(1)]);
    assert!(again.receipts.iter().all(|receipt| receipt.fate == Fate::Duplicate), "{again:?}");
    let other = send(&hold, &[with(1, "result", json!("failure"))]);
    assert_ne!(other.receipts[0].fate, Fate::Accepted, "{other:?}");
    assert_eq!(hold.admin.history(&HistoryQuery::default()).unwrap().items, before);
}
