//! The routes of version 1: each decodes, calls the service, encodes. The access policy stands beside the path.

mod accounts;
mod agents;
mod allowlist;
mod asker;
mod audit;
mod branding;
mod communications;
mod device;
mod devices;
mod enrolments;
mod explain;
mod factor;
mod groups;
mod history;
mod openapi;
mod orders;
mod passwords;
mod profiles;
mod roles;
mod rollout;
mod security_profiles;
mod server;
mod session;
mod status;
mod tokens;
mod users;

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sbm_core::code::Code;
use sbm_core::directory::{Actor, Directory, Refusal};
use serde::Serialize;

use super::{ApiError, Caller, Edge, Json, Origin, Routes};
use crate::service::{Service, store_refusal};
use crate::store::{Revoke, StoreError};

/// What a handler answers.
type Answer = Result<Response, ApiError>;

/// What an act is on condition of, and which tokens end with it.
type Check = Box<dyn Fn(&Directory) -> Result<Vec<Revoke>, Refusal> + Send + Sync>;

/// Every route there is.
#[must_use]
pub fn all(edge: Edge) -> Routes<Arc<Service>> {
    let routes = Routes::new(edge)
        .serve(&status::ROOT, status::root)
        .serve(&status::STATUS, status::status)
        .serve(&status::READY, status::ready)
        .serve(&session::CLAIM, session::claim)
        .serve(&session::LOG_IN, session::log_in)
        .serve(&session::LOG_OUT, session::log_out)
        .serve(&session::LOG_IN_DEVICE, session::log_in_device)
        .serve(&session::LOG_OUT_DEVICE, session::log_out)
        .serve(&session::LIST, session::list)
        .serve(&session::END, session::end)
        .serve(&session::PASSWORD, session::change_password)
        .serve(&session::UNLOCK, session::unlock)
        .serve(&tokens::CREATE, tokens::create)
        .serve(&tokens::LIST, tokens::list)
        .serve(&tokens::REVOKE, tokens::revoke)
        .serve(&factor::SECOND_STEP, factor::second_step)
        .serve(&factor::DEVICE_SECOND_STEP, factor::device_second_step)
        .serve(&factor::SHOW, factor::show)
        .serve(&factor::BEGIN, factor::begin)
        .serve(&factor::CONFIRM, factor::confirm)
        .serve(&factor::REMOVE, factor::remove)
        .serve(&factor::RENEW, factor::renew)
        .serve(&factor::SEND_LOGIN_CODE, factor::send_login_code)
        .serve(&factor::SEND, factor::send)
        .serve(&factor::BEGIN_CHANNEL, factor::begin_channel)
        .serve(&factor::CONFIRM_CHANNEL, factor::confirm_channel)
        .serve(&factor::REMOVE_CHANNEL, factor::remove_channel)
        .serve(&device::CHECK_IN, device::check_in)
        .serve(&device::LIST, device::list)
        .serve(&device::BODY, device::body)
        .serve(&device::RUNS, device::runs)
        .serve(&device::STORED, device::stored)
        .serve(&device::RESERVE, device::reserve)
        .serve(&device::GIVE_BACK, device::give_back);
    profiles(people(routes))
        .serve(&devices::LIST, devices::list)
        .serve(&devices::SHOW, devices::show)
        .serve(&devices::DELETE, devices::remove)
        .serve(&devices::RELEASE, devices::release)
        .serve(&passwords::JUDGE, passwords::judge)
        .serve(&enrolments::ENROL, enrolments::enrol)
        .serve(&enrolments::LIST, enrolments::list)
        .serve(&enrolments::CREATE, enrolments::create)
        .serve(&enrolments::REVOKE, enrolments::revoke)
        .serve(&enrolments::WAITING, enrolments::waiting)
        .serve(&enrolments::APPROVE, enrolments::approve)
        .serve(&enrolments::REJECT, enrolments::reject)
        .serve(&history::LIST, history::list)
        .serve(&history::SHOW, history::show)
        .serve(&history::DELETE, history::delete)
        .serve(&explain::HOST, explain::explain)
        .serve(&explain::SERVER, explain::explain_server)
        .serve(&explain::WHO, explain::who)
        .serve(&allowlist::LIST, allowlist::list)
        .serve(&allowlist::ADD, allowlist::add)
        .serve(&allowlist::REMOVE, allowlist::remove)
        .serve(&allowlist::TEST, allowlist::test)
        .serve(&allowlist::LINT, allowlist::lint)
        .serve(&server::SHOW, server::show)
        .serve(&server::MODIFY, server::modify)
        .serve(&server::ROTATE_KEYS, server::rotate_keys)
        .serve(&audit::LIST, audit::list)
        .serve(&audit::VERIFY, audit::verify)
        .serve(&orders::LIST, orders::list)
        .serve(&orders::SHOW, orders::show)
        .serve(&orders::RETRY, orders::retry)
        .serve(&orders::KEY, orders::key)
        .serve(&openapi::SHOW, openapi::show)
}

fn people(routes: Routes<Arc<Service>>) -> Routes<Arc<Service>> {
    routes
        .serve(&accounts::LIST, accounts::list)
        .serve(&accounts::CREATE, accounts::create)
        .serve(&accounts::SHOW, accounts::show)
        .serve(&accounts::MODIFY, accounts::modify)
        .serve(&accounts::POLICY, accounts::policy)
        .serve(&accounts::ACT, accounts::act)
        .serve(&branding::SHOW, branding::show)
        .serve(&branding::PUT, branding::put)
        .serve(&branding::IMAGE, branding::image)
        .serve(&branding::CONSOLE, branding::console)
        .serve(&communications::LIST, communications::list)
        .serve(&communications::CREATE, communications::create)
        .serve(&communications::MODIFY, communications::modify)
        .serve(&communications::DELETE, communications::delete)
        .serve(&agents::LIST, agents::list)
        .serve(&agents::ASSIGN, agents::assign)
        .serve(&agents::SERVED, agents::served)
        .serve(&agents::ENROL, agents::enrol)
        .serve(&agents::UNASSIGN, agents::unassign)
        .serve(&users::LIST, users::list)
        .serve(&users::CREATE, users::create)
        .serve(&users::SHOW, users::show)
        .serve(&users::MODIFY, users::modify)
        .serve(&users::DELETE, users::delete)
        .serve(&factor::RESET, factor::reset)
        .serve(&groups::LIST, groups::list)
        .serve(&groups::CREATE, groups::create)
        .serve(&groups::SHOW, groups::show)
        .serve(&groups::MODIFY, groups::modify)
        .serve(&groups::DELETE, groups::delete)
        .serve(&security_profiles::LIST, security_profiles::list)
        .serve(&security_profiles::CREATE, security_profiles::create)
        .serve(&security_profiles::SHOW, security_profiles::show)
        .serve(&security_profiles::MODIFY, security_profiles::modify)
        .serve(&security_profiles::DELETE, security_profiles::delete)
        .serve(&roles::LIST, roles::list)
        .serve(&roles::CREATE, roles::create)
        .serve(&roles::SHOW, roles::show)
        .serve(&roles::MODIFY, roles::modify)
        .serve(&roles::DELETE, roles::delete)
        .serve(&roles::GRANTS, roles::grants)
        .serve(&roles::GRANT, roles::grant)
        .serve(&roles::UNGRANT, roles::ungrant)
}

fn profiles(routes: Routes<Arc<Service>>) -> Routes<Arc<Service>> {
    routes
        .serve(&profiles::LIST, profiles::list)
        .serve(&profiles::UPLOAD, profiles::upload)
        .serve(&profiles::SHOW, profiles::show)
        .serve(&profiles::MODIFY, profiles::modify)
        .serve(&profiles::DELETE, profiles::delete)
        .serve(&rollout::REVISIONS, rollout::revisions)
        .serve(&rollout::HOLDERS, rollout::holders)
        .serve(&rollout::BODY, rollout::body)
        .serve(&rollout::SCHEDULE, rollout::schedule)
        .serve(&rollout::ROLL_BACK, rollout::roll_back)
        .serve(&rollout::TOMBSTONES, rollout::tombstones)
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
    let (session, limit) = (Some(caller.session), caller.limit);
    Actor { host, session, limit, task: caller.task, ..Actor::user(caller.user, origin.address.to_string()) }
}

fn ok<T: Serialize>(body: T) -> Answer {
    Ok(Json(body).into_response())
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
