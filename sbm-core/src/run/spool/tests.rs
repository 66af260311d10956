//! What is a spool file, and what each that is none is told.

use std::format;
use std::string::{String, ToString as _};
use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::run::record::{MAX_ERROR, MAX_NAME, MAX_RECORD, RunRecord};

/// 2026-11-21T20:04:45.123Z.
const NOW: Timestamp = Timestamp::from_millis(1_795_291_485_123);

fn least() -> serde_json::Value {
    serde_json::json!({
        "profile": {"name": "documents"}, "result": "success",
        "profile_start": "2026-11-21T21:00:00+01:00", "end": "2026-11-21T21:04:45+01:00"
    })
}

fn with(field: &str, value: serde_json::Value) -> String {
    let mut file = least();
    file.as_object_mut().unwrap().insert(field.into(), value);
    file.to_string()
}

fn fault(text: &str) -> Fault {
    parse(text.as_bytes(), NOW).unwrap_err()
}

#[test]
fn the_least_file_is_a_run_with_nothing_done_his_1() {
    let run = parse(least().to_string().as_bytes(), NOW).unwrap();
    let mut expected = RunStart::new("documents", Trigger::Manual, Timestamp::from_millis(1_795_291_200_000));
    expected.utc_offset = 60;
    assert_eq!(run.start, expected);
    assert_eq!(run.end, RunEnd::new(RunResult::Success, Timestamp::from_millis(1_795_291_485_000)));
}

#[test]
fn the_whole_file_says_all_that_a_record_holds_his_1() {
    let text = r#"{
        "profile": {"name": "Finance", "guid": "{94d3d1c1-7472-4dc9-a5e9-9ee763e23159}", "version": -7},
        "kind": "other", "kind_text": "tape", "trigger": "group", "restore": true, "os_user": "root",
        "thread_start": "2026-11-21T19:00:00.5Z", "profile_start": "2026-11-21T14:30:01-04:30", "group_start": "2026-11-21 18:59:00Z",
        "result": "warning", "end": "2026-11-21T20:00:00Z",
        "files_copied": 1, "files_deleted": 2, "files_failed": 3, "bytes_copied": 4, "bytes_deleted": 5, "bytes_failed": 6,
        "bytes_stored": 9223372036854775807, "error": "line\none"
    }"#;
    let Spooled { start, end } = parse(text.as_bytes(), NOW).unwrap();
    let told = serde_json::json!({"start": start, "end": end});
    assert_eq!(
        told,
        serde_json::json!({
            "start": {
                "profile": {"name": "Finance", "guid": "94D3D1C174724DC9A5E99EE763E23159", "version": -7, "revision": 0},
                "kind": "other", "kind_text": "tape", "trigger": "group", "restore": true,
                "thread_start": 1_795_287_600_500_i64, "profile_start": 1_795_287_601_000_i64,
                "group_start": 1_795_287_540_000_i64, "utc_offset": -270, "os_user": "root"
            },
            "end": {
                "result": "warning", "end": 1_795_291_200_000_i64, "files_copied": 1, "files_deleted": 2, "files_failed": 3,
                "bytes_copied": 4, "bytes_deleted": 5, "bytes_failed": 6, "bytes_stored": i64::MAX, "error": "line\none"
            }
        })
    );
}

#[test]
fn what_other_programs_write_without_being_asked_is_taken() {
    let marked = format!("\u{feff}{}\r\n", least());
    let nothing = with("error", serde_json::Value::Null);
    for text in [marked.as_str(), nothing.as_str()] {
        assert!(parse(text.as_bytes(), NOW).is_ok(), "{text}");
    }
    let restored = parse(with("trigger", "restore".into()).as_bytes(), NOW).unwrap();
    assert!(restored.start.restore);
}

#[test]
fn texts_that_are_too_long_are_cut_and_the_record_is_taken_his_1() {
    let mut file = least();
    file["profile"]["name"] = "ä".repeat(1_000).into();
    file["error"] = "\u{1}".repeat(5_000).into();
    file["os_user"] = "a\0b".into();
    let run = parse(file.to_string().as_bytes(), NOW).unwrap();
    assert_eq!((run.start.profile.name.len(), run.end.error.len()), (MAX_NAME, MAX_ERROR));
    assert_eq!(run.start.os_user, "a b");
}

#[test]
fn each_wrong_field_is_named_with_its_value_his_1() {
    let long = "x".repeat(1_000);
    for (field, value, told) in [
        ("colour", serde_json::json!(1), "the field `colour` is not known; there are `profile`, `kind`"),
        ("profile", serde_json::json!("documents"), "`profile` is `\"documents\"`; it is one JSON object"),
        ("profile", serde_json::json!({}), "the field `profile.name` is missing or empty"),
        ("profile", serde_json::json!({"name": " "}), "the field `profile.name` is missing or empty"),
        ("profile", serde_json::json!({"name": 1}), "the field `profile.name` is `1`; it is a text"),
        (
            "profile",
            serde_json::json!({"name": "x", "revision": 1}),
            "the field `profile.revision` is not known; there are `name`, `guid`, `version`",
        ),
        (
            "profile",
            serde_json::json!({"name": "x", "guid": "12"}),
            "the field `profile.guid` is `\"12\"`; it is 32 hexadecimal digits, with or without dashes and braces",
        ),
        (
            "profile",
            serde_json::json!({"name": "x", "version": 1.5}),
            "the field `profile.version` is `1.5`; it is a whole number",
        ),
        ("result", serde_json::json!(null), "the field `result` is missing or empty"),
        (
            "result",
            serde_json::json!("good"),
            "the field `result` is `good`; it is one of `success`, `warning`, `failure`, `aborted`, `skipped`, `interrupted`",
        ),
        ("result", serde_json::json!(1), "the field `result` is `1`; it is one of `success`"),
        ("kind", serde_json::json!("Backup"), "the field `kind` is `Backup`; it is one of `backup`"),
        ("trigger", serde_json::json!(["manual"]), "the field `trigger` is `[\"manual\"]`; it is one of `manual`"),
        ("restore", serde_json::json!("yes"), "the field `restore` is `\"yes\"`; it is `true` or `false`"),
        (
            "end",
            serde_json::json!(1_795_291_485_i64),
            "the field `end` is `1795291485`; it is a time like `2026-11-21T21:04:45+01:00`",
        ),
        ("end", serde_json::json!("2026-11-21T20:04:45"), "it is a time like `2026-11-21T21:04:45+01:00`"),
        ("end", serde_json::json!("1999-12-31T23:59:59Z"), "is `1999-12-31T23:59:59Z`; it is a time after 1999"),
        (
            "end",
            serde_json::json!("2026-11-22T20:04:46Z"),
            "a time at most a day ahead of this computer's, which was 2026-11-21T20:04:45.123Z",
        ),
        ("profile_start", serde_json::json!("2026-11-21T20:04:45+23:00"), "it is a time at most 18 hours off UTC"),
        ("group_start", serde_json::json!(""), "the field `group_start` is ``; it is a time like"),
        ("files_copied", serde_json::json!(-3), "the field `files_copied` is `-3`; it is a whole number from 0 to"),
        ("files_copied", serde_json::json!("3"), "the field `files_copied` is `\"3\"`; it is a whole number from 0 to"),
        ("bytes_stored", serde_json::json!(9_223_372_036_854_775_808_u64), "`bytes_stored` is `9223372036854775808`; it is"),
        ("bytes_copied", serde_json::json!(1.0), "`bytes_copied` is `1.0`; it is a whole number"),
        ("error", serde_json::json!({}), "the field `error` is `{}`; it is a text"),
        ("kind", serde_json::json!(long), "xxx…`; it is one of `backup`"),
        ("kind", serde_json::json!("a\u{1b}[2J\u{202e}b"), "is `a\u{fffd}[2J\u{fffd}b`; it is one of `backup`"),
    ] {
        let fault = fault(&with(field, value.clone()));
        assert!(fault.sentence().contains(told), "{field} {value}: {}", fault.sentence());
        assert!(!fault.may_be_unfinished() && fault.sentence().len() <= MAX_SENTENCE, "{field} {value}");
    }
    for field in ["profile", "result", "profile_start", "end"] {
        let mut file = least();
        file.as_object_mut().unwrap().remove(field);
        assert_eq!(fault(&file.to_string()).sentence(), format!("the field `{field}` is missing or empty"));
    }
    let both = least().to_string().replace('{', "{\"restore\":false,\"trigger\":\"restore\",");
    let both = both.replacen("{\"restore\":false,\"trigger\":\"restore\",\"name\"", "{\"name\"", 1);
    assert!(fault(&both).sentence().contains("one of them is wrong"), "{}", fault(&both).sentence());
    let twice = least().to_string().replacen('{', "{\"end\":1,", 1);
    assert_eq!(fault(&twice).sentence(), "the field `end` is there twice");
}

#[test]
fn what_is_no_json_object_may_be_unfinished_and_what_is_another_value_is_not() {
    let whole = least().to_string();
    for end in 0..whole.len() {
        let fault = fault(&whole[..end]);
        assert!(fault.may_be_unfinished(), "{end}: {}", fault.sentence());
    }
    for text in [format!("{whole}{whole}"), format!("{whole}x"), "{\"end\": nothing}".into(), "\0\0\0".into(), "{'end':1}".into()]
    {
        assert!(fault(&text).may_be_unfinished(), "{text}");
    }
    for text in ["[]", "null", "1", "\"{}\"", "true"] {
        let fault = fault(text);
        assert_eq!(fault.sentence(), format!("the file is `{text}`; it is one JSON object"));
        assert!(!fault.may_be_unfinished());
    }
    let told = |bytes: &[u8]| parse(bytes, NOW).unwrap_err().sentence().to_string();
    assert_eq!(told(b"{\"end\": \"\xff\"}"), "the file is not UTF-8 from byte 9 on; write it as UTF-8");
    assert_eq!(told(b"\xff\xfe{\0"), "the file is UTF-16; write it as UTF-8");
    assert_eq!(told(b" \n"), "the file is empty");
    let mut long = whole.into_bytes();
    long.resize(MAX_FILE, b' ');
    assert!(parse(&long, NOW).is_ok());
    long.push(b' ');
    assert_eq!(told(&long), "the file has more than 65536 bytes");
    let deep: Vec<u8> = [b"{\"error\":".as_slice(), &[b'['; 60_000]].concat();
    assert!(parse(&deep, NOW).unwrap_err().may_be_unfinished());
}

proptest! {
    #[test]
    fn whatever_lies_in_a_file_is_a_run_or_one_short_sentence_his_1(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Err(fault) = parse(&bytes, NOW) {
            prop_assert!(!fault.sentence().is_empty() && fault.sentence().len() <= MAX_SENTENCE);
            prop_assert!(!fault.sentence().chars().any(char::is_control));
        }
    }

    #[test]
    fn whatever_stands_in_a_field_makes_a_record_that_the_server_takes_or_a_fault_his_1(
        field in 0..FIELDS.len(), value in any::<String>(), number in any::<i64>(), is_number in any::<bool>()
    ) {
        let value = if is_number { number.into() } else { value.into() };
        if let Ok(run) = parse(with(FIELDS[field], value).as_bytes(), NOW) {
            let record = RunRecord {
                id: crate::id::RunId::from_bytes([1; 16]), sequence: 1, installation: crate::id::InstallationId::from_bytes([2; 16]),
                computer: String::new(), user: String::new(), start: run.start, finish: run.end, gap: None,
            };
            prop_assert_eq!(record.check(), Ok(()));
            prop_assert!(serde_json::to_string(&record).unwrap().len() <= MAX_RECORD * 2);
        }
    }
}
