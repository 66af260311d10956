//! Frozen formats against their golden files: wire version 1, the codes, ids and numbers, and the signed documents and
//! trust record of the cache (DOOR-4, ERR-1, OFF-3; DESIGN 3.12).
//!
//! `SBM_GOLDEN=write` writes them anew.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "wire_golden/accounts.rs"]
mod accounts;
#[path = "wire_golden/cache.rs"]
mod cache;
#[path = "wire_golden/company.rs"]
mod company;
#[path = "wire_golden/enrolments.rs"]
mod enrolments;
#[path = "wire_golden/examples.rs"]
mod examples;
#[path = "wire_golden/factor.rs"]
mod factor;
#[path = "wire_golden/manage.rs"]
mod manage;
#[path = "wire_golden/names.rs"]
mod names;
#[path = "wire_golden/openapi.rs"]
mod openapi;
#[path = "wire_golden/orders.rs"]
mod orders;
#[path = "wire_golden/roles.rs"]
mod roles;

use std::collections::BTreeSet;
use std::path::Path;

use examples::{Direction, Example, examples};
use sbm_tests::golden::{self, Golden};
use serde_json::Value;

/// Types of `wire::v1` that never travel by themselves; what they do travel in names them.
const NOT_SENT: [&str; 1] = ["Capability"];

fn compare(golden: &Golden, folder: &str) {
    golden.compare(folder).unwrap_or_else(|faults| panic!("{faults}"));
}

#[test]
fn every_type_is_written_as_its_golden_file_says_and_read_from_it_door_4() {
    let mut golden = Golden::default();
    for example in examples() {
        golden.file(format!("{}.json", example.file), example.json.clone());
    }
    compare(&golden, "wire");
    for example in examples() {
        let content = String::from_utf8(golden::content("wire", &format!("{}.json", example.file)).unwrap()).unwrap();
        assert_eq!((example.reads_as_itself)(&content), Ok(true), "{}", example.file);
    }
}

#[test]
fn every_type_of_version_1_has_a_golden_file_door_4() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sbm-core/src/wire/v1");
    let mut declared: BTreeSet<String> = BTreeSet::new();
    let files = |folder: &Path| -> Vec<_> { std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect() };
    for file in files(&folder).into_iter().chain(files(&folder.join("admin"))).filter(|file| file.is_file()) {
        let source = std::fs::read_to_string(file).unwrap();
        let lines = source.lines().filter_map(|line| line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum ")));
        declared.extend(lines.map(|line| line.chars().take_while(|c| c.is_alphanumeric()).collect::<String>()));
    }
    assert!(declared.len() > 55, "the sources were not found: {declared:?}");
    let shown: BTreeSet<String> = examples().iter().map(|example| example.type_name.to_owned()).collect();
    let missing: Vec<&String> =
        declared.iter().filter(|name| !shown.contains(*name) && !NOT_SENT.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "no golden file shows {missing:?}");
}

/// What is a field there by any name.
const MAPS: [&str; 4] = ["/policy", "/about/branding/colours", "/branding/colours", "/branding/icons"];

#[test]
fn an_unknown_field_of_a_request_is_refused_and_of_an_answer_ignored_door_4() {
    for example in examples() {
        let whole: Value = serde_json::from_str(&example.json).unwrap();
        let reads = |value: &Value| (example.reads_as_itself)(&value.to_string());
        match example.direction {
            Direction::Request => {
                let error = reads(&with_unknown(&whole, "")).expect_err(example.file);
                assert!(error.contains("unknown field `of_the_future`"), "{}: {error}", example.file);
            }
            Direction::Answer => {
                for place in objects(&whole).into_iter().filter(|place| !MAPS.contains(&place.as_str())) {
                    assert_eq!(reads(&with_unknown(&whole, &place)), Ok(true), "{} at `{place}`", example.file);
                }
            }
            Direction::Word => assert!(whole.is_string(), "{} has fields, so it is a request or an answer", example.file),
        }
    }
}

#[test]
fn only_patches_queries_and_unchanged_answers_may_be_empty_door_4() {
    const MAY_BE_EMPTY: [&str; 14] = [
        "AccountPatch",
        "AuditQuery",
        "CheckInAnswer",
        "CommunicationPatch",
        "GroupPatch",
        "HistoryQuery",
        "ListQuery",
        "ProfilePatch",
        "RolePatch",
        "RunQuery",
        "SecurityProfilePatch",
        "ServerPatch",
        "ServerSettings",
        "UserPatch",
    ];
    for example in examples() {
        let expected = MAY_BE_EMPTY.contains(&example.type_name);
        assert_eq!((example.reads_as_itself)("{}").is_ok(), expected, "{}", example.file);
        for nothing in ["", "null", "1"] {
            assert!((example.reads_as_itself)(nothing).is_err(), "{} read `{nothing}`", example.file);
        }
    }
}

/// The pointers of all objects in a document, the document first.
fn objects(value: &Value) -> Vec<String> {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => vec![],
    };
    let own = value.is_object().then(String::new);
    let deeper = below.iter().flat_map(|(name, value)| objects(value).into_iter().map(move |place| format!("/{name}{place}")));
    own.into_iter().chain(deeper).collect()
}

fn with_unknown(whole: &Value, place: &str) -> Value {
    let mut more = whole.clone();
    more.pointer_mut(place).unwrap()["of_the_future"] = Value::from(1);
    more
}

#[test]
fn the_table_of_codes_is_frozen_err_1() {
    let mut golden = Golden::default();
    golden.file("codes.txt", names::codes());
    compare(&golden, "");
}

#[test]
fn ids_and_numbers_are_spelled_as_their_golden_files_say() {
    let mut golden = Golden::default();
    golden.file("numbers.txt", names::numbers());
    golden.file("spellings.txt", names::spellings());
    compare(&golden, "ids");
}

#[test]
fn signed_documents_and_the_trust_record_are_frozen_and_verify_from_the_root_key_on_off_3() {
    let mut golden = Golden::default();
    for (name, content) in cache::files() {
        golden.file(name, content);
    }
    compare(&golden, "cache");
    cache::verify_golden();
}

#[test]
fn the_longest_head_is_within_its_limit_off_3() {
    cache::check_longest_head();
}

#[test]
fn examples_have_files_of_their_own() {
    let files: BTreeSet<&str> = examples().iter().map(|example: &Example| example.file).collect();
    assert_eq!(files.len(), examples().len());
}
