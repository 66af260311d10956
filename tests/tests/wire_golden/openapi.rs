//! The description of the interface: whole, true to its examples, and the one that is checked in (DOOR-1).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sbm_core::code::Code;
use sbm_server::clock::SystemClock;
use sbm_server::http::operation::Answer;
use sbm_server::http::{Access, Edge, Operation, routes};
use sbm_tests::openapi::schemas::Schemas;
use sbm_tests::openapi::{checker, document, text};
use sbm_tests::server::TestServer;
use serde_json::Value;

use super::examples::{Direction, Example, examples};

/// The rows of the server's routes.
fn operations() -> Vec<&'static Operation> {
    let server = TestServer::unclaimed();
    let service = server.service();
    let edge = Edge {
        door: service.door(),
        authenticator: Arc::clone(&service) as _,
        clock: Arc::new(SystemClock),
        hosts: service.config().host_names(),
        limits: service.config().limits,
    };
    routes::all(edge).operations().to_vec()
}

fn place() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../bins/sbm-server/openapi.json")
}

#[test]
fn the_description_that_is_checked_in_is_the_one_of_the_routes_door_1() {
    let made = text(&document(&operations()));
    if std::env::var_os("SBM_GOLDEN").is_some_and(|value| value == "write") {
        std::fs::write(place(), &made).unwrap();
    }
    let file = std::fs::read_to_string(place()).unwrap();
    let differs = made.lines().zip(file.lines()).position(|(made, file)| made != file);
    assert!(made == file, "openapi.json differs at line {differs:?}; if that is meant: SBM_GOLDEN=write");
}

#[test]
fn every_route_is_described_and_nothing_else_door_1() {
    let (operations, described) = (operations(), document(&operations()));
    let served: BTreeSet<(String, String)> =
        operations.iter().map(|operation| (operation.address(), operation.method.name().to_lowercase())).collect();
    let paths = described["paths"].as_object().unwrap();
    let told: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(|method| (path.clone(), method.clone())))
        .collect();
    assert_eq!(served, told);
    assert_eq!(operations.len(), served.len());
    let names: BTreeSet<&str> = operations.iter().map(|operation| operation.id).collect();
    assert_eq!(names.len(), operations.len(), "a name stands for one route");
    for operation in &operations {
        assert!(operation.summary.ends_with(['.', '?']), "{}", operation.id);
        assert!(
            operation.task.is_none() || matches!(operation.access, Access::Console | Access::ConsoleOrApi),
            "{}",
            operation.id
        );
    }
}

#[test]
fn each_route_tells_its_access_request_answer_and_codes_door_1_err_1() {
    let operations = operations();
    let described = document(&operations);
    let schemas = Schemas::new();
    for operation in operations {
        let told = &described["paths"][operation.address()][operation.method.name().to_lowercase()];
        assert!(told["x-sbm-access"].is_string() && told["security"].is_array(), "{}", operation.id);
        assert_eq!(told["x-sbm-task"].is_object(), operation.task.is_some(), "{}", operation.id);
        assert_eq!(told["requestBody"].is_object(), operation.request.is_some(), "{}", operation.id);
        for name in operation.parameters() {
            let placed = |parameter: &Value| parameter["name"] == name && parameter["in"] == "path";
            assert!(told["parameters"].as_array().unwrap().iter().any(placed), "{}: `{name}`", operation.id);
        }
        if let Answer::Value(row) | Answer::Object(row) | Answer::Made(row) | Answer::Rows(row, _) | Answer::Page(row) =
            operation.answer
        {
            assert!(schemas.is_answered(row), "{}: `{row}`", operation.id);
        }
        let responses = told["responses"].as_object().unwrap();
        let mut listed = BTreeSet::new();
        for (status, response) in responses.iter().filter(|(_, response)| response["$ref"].is_string()) {
            for name in response["description"].as_str().unwrap().split('`').skip(1).step_by(2) {
                let code = Code::from_name(name).unwrap();
                assert_eq!(code.status().to_string(), *status, "{}", operation.id);
                assert_eq!(described["x-sbm-codes"][name]["number"], code.number());
                listed.insert(code);
            }
        }
        assert_eq!(listed.into_iter().collect::<Vec<_>>(), operation.codes(), "{}", operation.id);
    }
}

#[test]
fn every_reference_of_the_description_leads_somewhere_and_every_schema_is_used_door_1() {
    let described = document(&operations());
    let mut found = BTreeSet::new();
    references(&described, &mut found);
    for to in &found {
        let pointer = to.strip_prefix('#').unwrap();
        assert!(described.pointer(pointer).is_some(), "{to}");
    }
    // What is spelt out where it is used, and what no route has.
    let apart = ["Secret", "SentSecret", "ListQuery", "HistoryQuery", "AuditQuery", "RunQuery", "RunRef", "RunRecord"];
    for name in described["components"]["schemas"].as_object().unwrap().keys() {
        let used = found.contains(&format!("#/components/schemas/{name}"));
        assert!(used || apart.contains(&name.as_str()), "nothing refers to `{name}`");
    }
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// Types that travel where no schema describes them: in the connection string, and as the answer of the C library.
const ELSEWHERE: [&str; 1] = ["ConnectionString"];

#[test]
fn every_golden_example_is_what_its_schema_says_door_1() {
    let schemas = Schemas::new();
    let components = schemas.components();
    let mut shown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for example in examples().iter().filter(|example| !ELSEWHERE.contains(&example.type_name)) {
        let value: Value = serde_json::from_str(&example.json).unwrap();
        for name in schemas_of(&schemas, example) {
            checker::check(&components, &name, &value).unwrap_or_else(|fault| panic!("{}.json: {fault}", example.file));
            shown.entry(name).or_default().extend(value.as_object().into_iter().flatten().map(|(field, _)| field.clone()));
        }
    }
    // The other way round: what a schema names, an example shows.
    for (name, fields) in shown {
        for property in components[&name]["properties"].as_object().into_iter().flatten().map(|(property, _)| property) {
            assert!(fields.contains(property), "no example of `{name}` shows `{property}`");
        }
    }
}

/// The schemas that an example must fit.
fn schemas_of(schemas: &Schemas, example: &Example) -> Vec<String> {
    let name = match example.type_name {
        "Page" => "PageOfUser",
        name => name,
    };
    let sent = schemas.is_sent(name).then(|| schemas.sent(name));
    let answered = schemas.is_answered(name).then(|| name.to_owned());
    let fits: Vec<String> = match example.direction {
        Direction::Request => sent.into_iter().collect(),
        Direction::Answer => answered.into_iter().collect(),
        Direction::Word => sent.into_iter().chain(answered).collect(),
    };
    assert!(!fits.is_empty(), "`{name}` has no schema");
    fits
}
