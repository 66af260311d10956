//! The description of this interface (DOOR-1), made from the rows of the routes by the tests and checked in.

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse as _;
use sbm_core::id::Hash;
use sbm_core::wire::v1::path;

use super::Answer;
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::{Access, Caller, Conditions, tag};

/// The document.
pub(super) static DOCUMENT: &str = include_str!("../../../openapi.json");

pub(super) const SHOW: Operation = Operation::get("show_interface", path::OPENAPI, "", Access::ConsoleOrApi)
    .says("This interface, described (OpenAPI 3.1).")
    .answers(Answers::Json);

pub(super) async fn show(_caller: Caller, conditions: Conditions) -> Answer {
    let hash = Hash::of(DOCUMENT.as_bytes());
    let whole = || tag::tagged(([(CONTENT_TYPE, "application/json")], DOCUMENT).into_response(), &hash.to_string());
    Ok(tag::is_known(&conditions, &hash).unwrap_or_else(whole))
}
