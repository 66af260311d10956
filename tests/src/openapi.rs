//! The description of the server's interface (OpenAPI 3.1), made from the rows of its routes and the schemas of the wire's
//! types (DOOR-1). It lies checked in as `bins/sbm-server/openapi.json`, and the server gives it to whoever is logged in.

#![expect(clippy::indexing_slicing, reason = "documents are put together and read by names; a test that misses one fails")]

pub mod checker;
pub mod operations;
pub mod schemas;

use serde_json::{Map, Value, json};

use sbm_server::http::Operation;

use self::schemas::Schemas;

const ABOUT: &str = "\
Requests are strict: an unknown field is refused. Answers are lenient: whoever reads them ignores what he does not know. \
Every failure is a problem document (RFC 9457) with a code of one table; every answer carries the server's clock in the \
header `sbm-time`. What is not there for a method is not there: `no_such_route`, never 405. \
Lists come page by page; a page goes on behind the row that `after` names, whatever came or went meanwhile. With \
`accept: text/csv` a list comes whole, as a file: a text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return has \
an apostrophe before it there, so that no spreadsheet takes it for a formula. \
An object has a strong tag of two parts, `\"state-content\"`. `If-None-Match` compares both. `If-Match` on a change, a \
deletion or an upload compares the state, on the very facts the act is planned from; nobody needs it, since a change states \
only what changes. \
Until the server is claimed it answers this machine alone, and there `/STATUS` and the claim.";

/// The document, from these rows.
#[must_use]
pub fn document(operations: &[&'static Operation]) -> Value {
    let schemas = Schemas::new();
    let mut paths = Map::new();
    for operation in operations {
        let path = paths.entry(operation.address()).or_insert_with(|| json!({}));
        let method = operation.method.name().to_lowercase();
        let before = path.as_object_mut().unwrap().insert(method, operations::describe(operation, &schemas));
        assert!(before.is_none(), "{} is there twice", operation.id);
    }
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "SBM",
            "version": "1",
            "description": ABOUT,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "https://localhost:8100", "description": "A server on this machine. All communication is encrypted." }],
        "x-sbm-codes": operations::codes(operations),
        "paths": paths,
        "components": {
            "schemas": schemas.components(),
            "responses": operations::refusals(),
            "headers": {
                "sbm-time": { "description": "The server's clock: milliseconds since 1970.", "schema": { "type": "integer" } },
                "etag": { "description": "The object's strong tag: `\"state-content\"`.", "schema": { "type": "string" } },
                "retry-after": { "description": "After how many seconds to try again.", "schema": { "type": "integer" } },
            },
            "securitySchemes": {
                "console": {
                    "type": "http", "scheme": "bearer",
                    "description": "The token of a person's session, from `POST /v1/session`.",
                },
                "api": {
                    "type": "http", "scheme": "bearer",
                    "description": "A token that a user made for a program, from `POST /v1/session/token`; it goes as far as it says and as its user does, whichever is less.",
                },
                "device": {
                    "type": "http", "scheme": "bearer",
                    "description": "The token of an installation of a backup program, from `POST /v1/device`.",
                },
            },
        },
    })
}

/// The document as it is checked in.
#[must_use]
pub fn text(document: &Value) -> String {
    serde_json::to_string_pretty(document).unwrap() + "\n"
}
