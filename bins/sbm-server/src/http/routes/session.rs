//! Claim, login, logout; sessions and one's own password; the proof for a locked connection (RUN-2, RUN-6, RUN-7, RUN-9,
//! USR-9, DEV-3).

use std::sync::Arc;

use axum::extract::State;
use sbm_core::code::Code;
use sbm_core::wire::v1::admin::{ListQuery, PasswordChange, Unlock};
use sbm_core::wire::v1::path;
use sbm_core::wire::v1::session::{Claim, DeviceLogin, Login};

use super::asker::Asker;
use super::{Answer, actor, no_content, ok};
use crate::http::listing::{self, Asked, columns};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::tag::Tags;
use crate::http::{Access, ApiError, Caller, Conditions, Json, Origin, Path, Wanted};
use crate::service::Service;

/// What a password may be refused for that is to be new.
const RULES: &[Code] =
    &[Code::PasswordTooShort, Code::PasswordTooCommon, Code::PasswordTooLong, Code::WrongCredentials, Code::Throttled];

pub(super) const CLAIM: Operation = Operation::post("claim", path::CLAIM, "", Access::SetupLoopback)
    .says("Makes the server somebody's, once: sets the password of `admin` with the setup code from the data directory.")
    .takes("Claim")
    .refuses(&[
        Code::SetupCodeWrong,
        Code::AlreadyClaimed,
        Code::PasswordTooShort,
        Code::PasswordTooCommon,
        Code::PasswordTooLong,
    ]);
pub(super) const LOG_IN: Operation = Operation::post("log_in", path::SESSION, "", Access::Public)
    .says("A person logs in.")
    .takes("Login")
    .answers(Answers::Value("Session"))
    .refuses(&[Code::NotClaimed, Code::WrongCredentials, Code::DeniedSecondFactor, Code::Throttled]);
pub(super) const LOG_OUT: Operation =
    Operation::delete("log_out", path::SESSION, "", Access::Console).says("Ends one's own session.").conditional(false);
pub(super) const LOG_IN_DEVICE: Operation = Operation::post("log_in_device", path::DEVICE, "", Access::Public)
    .says("A backup program logs its user in and becomes a device of that user's account.")
    .takes("DeviceLogin")
    .answers(Answers::Value("DeviceSession"))
    .refuses(&[Code::OtherMachine, Code::NotClaimed, Code::WrongCredentials, Code::DeniedSecondFactor, Code::Throttled]);
pub(super) const LOG_OUT_DEVICE: Operation = Operation::delete("log_out_device", path::DEVICE, "", Access::Device)
    .says("Hands the device's token back.")
    .conditional(false);
pub(super) const LIST: Operation = Operation::get("list_sessions", path::SESSIONS, "", Access::Console)
    .says("One's own sessions; those of everybody for who may see users.")
    .asks("ListQuery")
    .answers(Answers::Rows("SessionEntry", true));
pub(super) const END: Operation = Operation::delete("end_session", path::SESSIONS, "/{id}", Access::Console)
    .says("Ends a session: one's own, or anybody's for who may change users.")
    .refuses(&[Code::DeniedRole]);
pub(super) const PASSWORD: Operation = Operation::post("change_password", path::PASSWORD, "", Access::Console)
    .says("Changes one's own password with the one there is. One's console sessions end, a fresh one is answered, and devices stay.")
    .takes("PasswordChange")
    .answers(Answers::Value("Session"))
    .refuses(RULES);
pub(super) const UNLOCK: Operation = Operation::post("unlock_connection", path::UNLOCK, "", Access::Claimed)
    .says(
        "Somebody who may change the server's settings proves himself, for the one act of changing a client's locked connection.",
    )
    .takes("Unlock")
    .refuses(&[Code::WrongCredentials, Code::DeniedRole, Code::DeniedSecondFactor, Code::SecondFactorWrong, Code::Throttled]);

pub(super) async fn claim(State(service): State<Arc<Service>>, origin: Origin, Json(claim): Json<Claim>) -> Answer {
    service.claim(claim, origin.address).await?;
    no_content()
}

pub(super) async fn log_in(State(service): State<Arc<Service>>, origin: Origin, Json(login): Json<Login>) -> Answer {
    ok(service.log_in(login, origin.address).await?)
}

pub(super) async fn log_in_device(State(service): State<Arc<Service>>, origin: Origin, Json(login): Json<DeviceLogin>) -> Answer {
    ok(service.log_in_device(login, origin.address).await?)
}

pub(super) async fn log_out(State(service): State<Arc<Service>>, origin: Origin, caller: Caller) -> Answer {
    service.log_out(&actor(&caller, &origin), caller.session, caller.device).await?;
    no_content()
}

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    let facts = asker.service.facts();
    let sessions = asker.service.sessions(&facts, &asker.caller, &asker.actor()).await?;
    listing::answer(&columns::SESSIONS, query, wanted, || sessions).await
}

pub(super) async fn end(asker: Asker, conditions: Conditions, Path(id): Path<String>) -> Answer {
    if !matches!(conditions.matches, None | Some(Tags::Any)) {
        let detail = "a session has no tag; leave `if-match` out, or send `*`";
        return Err(ApiError::new(Code::PreconditionFailed, detail));
    }
    asker.service.end_session(asker.actor(), asker.caller, id).await?;
    no_content()
}

pub(super) async fn change_password(asker: Asker, Json(change): Json<PasswordChange>) -> Answer {
    ok(asker.service.change_password(asker.actor(), change, asker.origin.address).await?)
}

pub(super) async fn unlock(State(service): State<Arc<Service>>, origin: Origin, Json(asked): Json<Unlock>) -> Answer {
    service.unlock(asked, &origin).await?;
    no_content()
}
