//! One route, described: who may use it, what it takes, what it answers, and with which codes it may refuse.

use std::collections::BTreeMap;

use sbm_client::core::code::Code;
use sbm_client::core::permission::{Task, TaskAccess};
use sbm_client::core::wire::PROBLEM_TYPE;
use sbm_server::http::Access;
use sbm_server::http::listing::List;
use sbm_server::http::listing::columns;
use sbm_server::http::operation::{Answer, Method, Operation};
use sbm_server::store::{COMMUNICATION_SORTS, RUN_SORTS};
use serde_json::{Map, Value, json};

use super::schemas::{Schemas, reference};

/// What OpenAPI says of a route.
#[must_use]
pub fn describe(operation: &Operation, schemas: &Schemas) -> Value {
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [noun(operation)],
        "x-sbm-access": access(operation.access),
        "security": security(operation.access),
        "parameters": parameters(operation, schemas),
        "responses": responses(operation),
    });
    if let Some((task, access)) = operation.task {
        described["x-sbm-task"] = json!({ "task": word(task), "access": word_of(access) });
    }
    if let Some(request) = operation.request {
        described["requestBody"] = json!({
            "required": true,
            "content": { "application/json": { "schema": reference(&schemas.sent(request)) } },
        });
    }
    described
}

/// What a route is about: the first part of its path.
fn noun(operation: &Operation) -> &'static str {
    let path = operation.path.strip_prefix("/v1/").unwrap_or("status");
    path.split(['/', '.']).next().unwrap_or(path)
}

const fn access(access: Access) -> &'static str {
    match access {
        Access::Public => "anybody",
        Access::SetupLoopback => "this machine, until the server is claimed",
        Access::Claimed => "anybody, once the server is claimed",
        Access::Console => "a person's session",
        Access::ConsoleOrApi => "a person's session, or a program's token",
        Access::Device => "a device",
    }
}

fn security(access: Access) -> Value {
    match access {
        Access::Public | Access::SetupLoopback | Access::Claimed => json!([]),
        Access::Console => json!([{ "console": [] }]),
        Access::ConsoleOrApi => json!([{ "console": [] }, { "api": [] }]),
        Access::Device => json!([{ "device": [] }]),
    }
}

fn word(task: Task) -> Value {
    serde_json::to_value(task).unwrap()
}

fn word_of(access: TaskAccess) -> Value {
    serde_json::to_value(access).unwrap()
}

fn parameters(operation: &Operation, schemas: &Schemas) -> Vec<Value> {
    let placed = |name: &str, place: &str, required: bool, schema: Value, description: &str| json!({ "name": name, "in": place, "required": required, "schema": schema, "description": description });
    let mut all: Vec<Value> = operation
        .parameters()
        .into_iter()
        .map(|name| placed(name, "path", true, json!({ "type": "string" }), "Which one; percent-encoded."))
        .collect();
    if let Some(query) = operation.query {
        all.extend(queried(operation, query, schemas).into_iter().map(|(name, mut schema)| {
            let description = schema.as_object_mut().and_then(|schema| schema.remove("description")).unwrap_or_default();
            placed(&name, "query", false, schema, description.as_str().unwrap_or_default())
        }));
    }
    if operation.is_conditional {
        let about = "Only if the object is still in the state of one of these tags; `*` for any.";
        all.push(placed("if-match", "header", false, json!({ "type": "string" }), about));
    }
    if is_read(operation) {
        let about = "Answered with 304 if this very answer is known.";
        all.push(placed("if-none-match", "header", false, json!({ "type": "string" }), about));
    }
    all
}

/// Whether a person asks.
fn is_console(operation: &Operation) -> bool {
    matches!(operation.access, Access::Console | Access::ConsoleOrApi)
}

/// Whether it answers an object, or what has a tag of its own, that may be known already.
fn is_read(operation: &Operation) -> bool {
    operation.method == Method::Get
        && matches!(operation.answer, Answer::Object(_) | Answer::Bytes | Answer::Json)
        && is_console(operation)
}

/// The parameters behind the `?`, with the filters and columns that this very list has.
fn queried(operation: &Operation, query: &str, schemas: &Schemas) -> Vec<(String, Value)> {
    let about =
        |name: &str, kind: &str, description: &str| (name.to_owned(), json!({ "type": kind, "description": description }));
    match query {
        "Deletion" => return vec![about("detach", "boolean", "Take users and managed profiles out of the group first.")],
        "WhichDevice" => {
            return vec![about("account", "string", "The device of this account, by its full name; the only one, if missing.")];
        }
        "Removal" => return vec![about("confirm", "boolean", "Even if the entry admits whoever asks.")],
        "WhichRevision" => return vec![about("revision", "integer", "The newest, if missing.")],
        _ => {}
    }
    let mut properties = schemas.properties(query);
    let orders = |columns: &[&str], description: &Value| {
        let both: Vec<String> = columns.iter().flat_map(|name| [(*name).to_owned(), format!("-{name}")]).collect();
        json!({ "type": "string", "enum": both, "description": description })
    };
    if query == "HistoryQuery" {
        properties["sort"] = orders(&RUN_SORTS, &properties["sort"]["description"]);
    }
    let Some((columns, filters)) = list(operation).filter(|_| query == "ListQuery") else {
        return properties.into_iter().collect();
    };
    let known = |name: &str| ["q", "sort", "limit", "after"].contains(&name) || filters.contains(&name);
    let mut kept: Map<String, Value> = properties.into_iter().filter(|(name, _)| known(name)).collect();
    kept["sort"] = orders(&columns, &kept["sort"]["description"]);
    kept.into_iter().collect()
}

/// The columns that a list is sorted by, and its filters.
fn list(operation: &Operation) -> Option<(Vec<&'static str>, Vec<&'static str>)> {
    fn of<T>(list: &'static List<T>) -> Option<(Vec<&'static str>, Vec<&'static str>)> {
        let columns = list.columns.iter().map(|column| column.name).collect();
        Some((columns, list.filters.iter().map(|filter| filter.name).collect()))
    }
    let Answer::Rows(row, _) = operation.answer else { return None };
    match row {
        "User" => of(&columns::USERS),
        "Group" => of(&columns::GROUPS),
        "SecurityProfile" => of(&columns::SECURITY_PROFILES),
        "CustomRole" => of(&columns::ROLES),
        "Grant" => of(&columns::GRANTS),
        "Profile" => of(&columns::PROFILES),
        "ProfileRevision" => of(&columns::REVISIONS),
        "Holder" => of(&columns::HOLDERS),
        "Tombstone" => of(&columns::TOMBSTONES),
        "Device" => of(&columns::DEVICES),
        "SessionEntry" => of(&columns::SESSIONS),
        "AllowEntry" => of(&columns::ALLOWLIST),
        "AllowFinding" => of(&columns::FINDINGS),
        "Communication" => of(&columns::COMMUNICATIONS).map(|(_, filters)| (COMMUNICATION_SORTS.to_vec(), filters)),
        _ => None,
    }
}

fn responses(operation: &Operation) -> Map<String, Value> {
    let mut all = Map::new();
    let (status, success) = success(operation);
    all.insert(status.to_string(), success);
    if is_read(operation) {
        all.insert("304".to_owned(), answered("It is what the asker has already.", true, None));
    }
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in operation.codes() {
        by_status.entry(code.status()).or_default().push(code);
    }
    for (status, codes) in by_status {
        all.insert(status.to_string(), refused(&codes));
    }
    all
}

fn success(operation: &Operation) -> (u16, Value) {
    let json_of = |name: &str| json!({ "application/json": { "schema": reference(name) } });
    match operation.answer {
        Answer::Nothing => (204, answered("It is done.", false, None)),
        Answer::Value(name) => (200, answered("The answer.", false, Some(json_of(name)))),
        Answer::Object(name) => (200, answered("The object.", true, Some(json_of(name)))),
        Answer::Made(name) => (201, answered("The object, as it is now.", true, Some(json_of(name)))),
        Answer::Rows(name, has_file) => {
            let mut content = json_of(&format!("PageOf{name}"));
            if has_file {
                content["text/csv"] = json!({ "schema": { "type": "string" } });
            }
            (200, answered("A page, or all rows as a file.", false, Some(content)))
        }
        Answer::Bytes => (200, answered("The bytes.", is_console(operation), Some(json!({ "application/octet-stream": {} })))),
        Answer::Json => (200, answered("The document.", is_console(operation), Some(json!({ "application/json": {} })))),
        Answer::Page(name) => {
            let mut content = json_of(name);
            content["text/html"] = json!({ "schema": { "type": "string" } });
            (200, answered("JSON, or a page for a browser.", false, Some(content)))
        }
        Answer::Elsewhere(to) => (308, answered(&format!("It is at `{to}`."), false, None)),
    }
}

fn answered(description: &str, has_tag: bool, content: Option<Value>) -> Value {
    let mut headers = json!({ "sbm-time": { "$ref": "#/components/headers/sbm-time" } });
    if has_tag {
        headers["etag"] = json!({ "$ref": "#/components/headers/etag" });
    }
    let mut response = json!({ "description": description, "headers": headers });
    if let Some(content) = content {
        response["content"] = content;
    }
    response
}

/// A refusal: one of these codes, which the table `x-sbm-codes` explains.
fn refused(codes: &[Code]) -> Value {
    let names: Vec<String> = codes.iter().map(|code| format!("`{}`", code.name())).collect();
    let which = if codes.iter().any(|code| code.is_retryable()) { "later" } else { "problem" };
    json!({ "$ref": format!("#/components/responses/{which}"), "description": names.join(", ") })
}

/// The two kinds of refusals.
#[must_use]
pub fn refusals() -> Value {
    let content = json!({ PROBLEM_TYPE: { "schema": reference("Problem") } });
    let problem = answered("Refused, and why.", false, Some(content));
    let mut later = problem.clone();
    later["description"] = json!("Refused, and why; trying again later may help.");
    later["headers"]["retry-after"] = json!({ "$ref": "#/components/headers/retry-after" });
    json!({ "problem": problem, "later": later })
}

/// The table of the codes that these routes may answer.
#[must_use]
pub fn codes(operations: &[&'static Operation]) -> Map<String, Value> {
    let all: std::collections::BTreeSet<Code> = operations.iter().flat_map(|operation| operation.codes()).collect();
    let row = |code: Code| {
        let row = json!({
            "number": code.number(), "status": code.status(), "retryable": code.is_retryable(), "text": code.text(),
        });
        (code.name().to_owned(), row)
    };
    all.into_iter().map(row).collect()
}
