//! What a device may ask: its own head, list and bodies, and to take its history in (DEV-2).

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse as _;
use sbm_core::code::Code;
use sbm_core::id::Hash;
use sbm_core::wire::v1::device::{CheckIn, Runs};

use super::{Answer, ok};
use crate::http::{ApiError, DeviceCaller, Json, Path};
use crate::service::Service;

pub(super) async fn check_in(State(service): State<Arc<Service>>, caller: DeviceCaller, Json(asked): Json<CheckIn>) -> Answer {
    ok(service.check_in(caller.device, asked).await?)
}

pub(super) async fn list(State(service): State<Arc<Service>>, caller: DeviceCaller, Path(name): Path<String>) -> Answer {
    let list = service.list(caller.device, hash(&name)?)?;
    Ok(([(CONTENT_TYPE, "application/json")], list).into_response())
}

pub(super) async fn body(State(service): State<Arc<Service>>, caller: DeviceCaller, Path(name): Path<String>) -> Answer {
    let body = service.body(caller.device, hash(&name)?).await?;
    Ok(([(CONTENT_TYPE, "application/octet-stream")], body).into_response())
}

pub(super) async fn runs(State(service): State<Arc<Service>>, caller: DeviceCaller, Json(runs): Json<Runs>) -> Answer {
    ok(service.ingest(caller.device, runs).await?)
}

fn hash(text: &str) -> Result<Hash, ApiError> {
    text.parse().map_err(|_| {
        ApiError::new(Code::MalformedRequest, format!("`{}` is not a SHA-256 of 64 hexadecimal digits", text.escape_debug()))
    })
}
