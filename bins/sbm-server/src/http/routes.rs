//! The routes of version 1: each decodes, calls the service, encodes. The access policy stands beside the path.

mod allowlist;
mod audit;
mod device;
mod devices;
mod explain;
mod groups;
mod history;
mod keys;
mod profiles;
mod security_profiles;
mod session;
mod status;
mod users;

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::MethodFilter;
use sbm_core::code::Code;
use sbm_core::directory::{Actor, Directory, Refusal};
use sbm_core::id::AccountId;
use sbm_core::wire::MAX_RUNS_BYTES;
use sbm_core::wire::v1::path;
use serde::Serialize;

use super::{Access, ApiError, Caller, Edge, Json, Origin, Routes};
use crate::service::{Service, store_refusal};
use crate::store::StoreError;

/// What a handler answers.
type Answer = Result<Response, ApiError>;

/// Every route there is.
#[must_use]
pub fn all(edge: Edge) -> Routes<Arc<Service>> {
    let upload = edge.limits.upload_bytes;
    let one = |path: &str| format!("{path}/{{name}}");
    let routes = Routes::new(edge)
        .route(MethodFilter::GET, path::STATUS, Access::Public, status::status)
        .route(MethodFilter::POST, path::CLAIM, Access::SetupLoopback, session::claim)
        .route(MethodFilter::POST, path::SESSION, Access::Public, session::log_in)
        .route(MethodFilter::DELETE, path::SESSION, Access::Console, session::log_out)
        .route(MethodFilter::POST, path::DEVICE, Access::Public, session::log_in_device)
        .route(MethodFilter::DELETE, path::DEVICE, Access::Device, session::log_out)
        .route(MethodFilter::POST, path::CHECK_IN, Access::Device, device::check_in)
        .route(MethodFilter::GET, &one(path::LISTS), Access::Device, device::list)
        .route(MethodFilter::GET, &one(path::BODIES), Access::Device, device::body)
        .route_sized(MethodFilter::POST, path::RUNS, Access::Device, MAX_RUNS_BYTES, device::runs);
    administration(routes, upload, &one)
}

fn administration(routes: Routes<Arc<Service>>, upload: usize, one: &impl Fn(&str) -> String) -> Routes<Arc<Service>> {
    routes
        .route(MethodFilter::GET, path::USERS, Access::Console, users::list)
        .route(MethodFilter::POST, path::USERS, Access::Console, users::create)
        .route(MethodFilter::GET, &one(path::USERS), Access::Console, users::show)
        .route(MethodFilter::PATCH, &one(path::USERS), Access::Console, users::modify)
        .route(MethodFilter::DELETE, &one(path::USERS), Access::Console, users::delete)
        .route(MethodFilter::GET, path::GROUPS, Access::Console, groups::list)
        .route(MethodFilter::POST, path::GROUPS, Access::Console, groups::create)
        .route(MethodFilter::PATCH, &one(path::GROUPS), Access::Console, groups::modify)
        .route(MethodFilter::DELETE, &one(path::GROUPS), Access::Console, groups::delete)
        .route(MethodFilter::GET, path::SECURITY_PROFILES, Access::Console, security_profiles::list)
        .route(MethodFilter::POST, path::SECURITY_PROFILES, Access::Console, security_profiles::create)
        .route(MethodFilter::PATCH, &one(path::SECURITY_PROFILES), Access::Console, security_profiles::modify)
        .route(MethodFilter::DELETE, &one(path::SECURITY_PROFILES), Access::Console, security_profiles::delete)
        .route(MethodFilter::GET, path::ALLOWLIST, Access::Console, allowlist::list)
        .route(MethodFilter::POST, path::ALLOWLIST, Access::Console, allowlist::add)
        .route(MethodFilter::DELETE, &one(path::ALLOWLIST), Access::Console, allowlist::remove)
        .route(MethodFilter::POST, path::ALLOWLIST_TEST, Access::Console, allowlist::test)
        .route(MethodFilter::GET, path::ALLOWLIST_LINT, Access::Console, allowlist::lint)
        .route(MethodFilter::GET, path::PROFILES, Access::Console, profiles::list)
        .route_sized(MethodFilter::POST, path::PROFILES, Access::Console, upload, profiles::upload)
        .route(MethodFilter::PATCH, &one(path::PROFILES), Access::Console, profiles::modify)
        .route(MethodFilter::GET, path::HISTORY, Access::Console, history::list)
        .route(MethodFilter::GET, path::DEVICES, Access::Console, devices::list)
        .route(MethodFilter::POST, path::EXPLAIN, Access::Console, explain::explain)
        .route(MethodFilter::GET, path::AUDIT, Access::Console, audit::list)
        .route(MethodFilter::GET, &format!("{}/verify", path::AUDIT), Access::Console, audit::verify)
        .route(MethodFilter::POST, path::ROTATE_KEYS, Access::Console, keys::rotate)
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        store_refusal(&error).into()
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.code, refusal.message)
    }
}

/// Who asks, for the plan and the audit log.
fn actor(caller: &Caller, origin: &Origin) -> Actor {
    let host = origin.host.as_deref().map(str::to_owned);
    Actor { host, ..Actor::user(caller.user, origin.address.to_string()) }
}

/// The root account whose objects the caller sees.
fn root(facts: &Directory, caller: &Caller) -> AccountId {
    facts.root_of(caller.account)
}

fn ok<T: Serialize>(body: T) -> Answer {
    Ok(Json(body).into_response())
}

fn created<T: Serialize>(body: T) -> Answer {
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

fn no_content() -> Answer {
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What was just put into the facts must be there; if it is not, something else took it away at once.
fn found<T>(row: Option<T>) -> Result<T, ApiError> {
    row.ok_or_else(|| ApiError::new(Code::NotFound, "the object was removed in the meantime"))
}

/// An object that is not there, or not the caller's to see: both are told alike.
fn missing(kind: &str, name: &str) -> ApiError {
    ApiError::new(Code::NotFound, format!("there is no {kind} `{}`", name.escape_debug()))
}
