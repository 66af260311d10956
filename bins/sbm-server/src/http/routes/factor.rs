//! The second step of a login, and second factors (RUN-8).

use std::sync::Arc;

use axum::extract::State;
use sbm_core::code::Code;
use sbm_core::directory::{Command, Directory};
use sbm_core::permission::Task;
use sbm_core::wire::v1::factor::{
    ChannelBegin, ChannelRemove, DeviceSecondStep, FactorBegin, FactorCode, FactorConfirm, SecondStep, SendCode, SendLoginCode,
};
use sbm_core::wire::v1::path;

use super::asker::Asker;
use super::{Answer, no_content, ok};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::tag::State as Tagged;
use crate::http::{Access, Conditions, Json, Origin, Path};
use crate::service::Service;

/// What a code may be refused for.
const CODE: &[Code] = &[Code::SecondFactorWrong, Code::Throttled, Code::NotFound];
/// What the second step of a login may be refused for.
const STEP: &[Code] = &[Code::TokenRefused, Code::WrongAudience, Code::SecondFactorWrong, Code::Throttled];
/// What the sending of a code may be refused for.
const SENDING: &[Code] = &[Code::NotFound, Code::CapabilityMissing, Code::CodeNotSent, Code::Throttled];

pub(super) const SECOND_STEP: Operation = Operation::post("second_step", path::SECOND_STEP, "", Access::Claimed)
    .says("A person ends a login with the code of his second factor: the token of its first step comes with `denied_second_factor`.")
    .takes("SecondStep")
    .answers(Answers::Value("Session"))
    .refuses(STEP);
pub(super) const DEVICE_SECOND_STEP: Operation =
    Operation::post("device_second_step", path::DEVICE_SECOND_STEP, "", Access::Claimed)
        .says("A backup program ends the login of its user with the code of his second factor.")
        .takes("DeviceSecondStep")
        .answers(Answers::Value("DeviceSession"))
        .refuses(&[
            Code::TokenRefused,
            Code::WrongAudience,
            Code::SecondFactorWrong,
            Code::Throttled,
            Code::WrongCredentials,
            Code::TooMany,
            Code::OtherMachine,
        ]);
pub(super) const SEND_LOGIN_CODE: Operation = Operation::post("send_login_code", path::LOGIN_CODE, "", Access::Claimed)
    .says("Has a code sent for a login that waits for one, by a channel that came with its token. The one before is void.")
    .takes("SendLoginCode")
    .answers(Answers::Value("CodeSent"))
    .refuses(&[Code::TokenRefused, Code::NotFound, Code::CapabilityMissing, Code::CodeNotSent, Code::Throttled]);
pub(super) const SEND: Operation = Operation::post("send_code", path::FACTOR, "/code", Access::Console)
    .says("Has a code sent to oneself, for what takes one besides a login. The one before is void.")
    .takes("SendCode")
    .answers(Answers::Value("CodeSent"))
    .refuses(SENDING);
pub(super) const BEGIN_CHANNEL: Operation = Operation::post("begin_channel", path::FACTOR, "/channels", Access::Console)
    .says("Has a code sent to an address that is to be one's own for codes, for who proves his password and what second factor he has.")
    .takes("ChannelBegin")
    .answers(Answers::Value("ChannelTicket"))
    .refuses(&[
        Code::InvalidArgument,
        Code::WrongCredentials,
        Code::DeniedSecondFactor,
        Code::SecondFactorWrong,
        Code::CapabilityMissing,
        Code::CodeNotSent,
        Code::Throttled,
    ]);
pub(super) const CONFIRM_CHANNEL: Operation = Operation::post(
    "confirm_channel",
    path::FACTOR,
    "/channels/confirm",
    Access::Console,
)
.says("Makes the address a second factor with the code that came there. One's console sessions end, a fresh one is answered.")
.takes("FactorConfirm")
.answers(Answers::Value("FactorEnrolled"))
.refuses(&[Code::SecondFactorWrong]);
pub(super) const REMOVE_CHANNEL: Operation = Operation::post("remove_channel", path::FACTOR, "/channels/remove", Access::Console)
    .says("Removes an address of one's own for codes, with a code of any second factor of one's own.")
    .takes("ChannelRemove")
    .refuses(CODE);
pub(super) const SHOW: Operation = Operation::get("show_second_factor", path::FACTOR, "", Access::Console)
    .says("How one's own second factor stands.")
    .answers(Answers::Value("FactorState"));
pub(super) const BEGIN: Operation = Operation::post("begin_second_factor", path::FACTOR, "", Access::Console)
    .says("Makes a key for an authenticator, for who proves his password. It counts when a first code was sent.")
    .takes("FactorBegin")
    .answers(Answers::Value("FactorOffer"))
    .refuses(&[Code::WrongCredentials, Code::DeniedSecondFactor, Code::SecondFactorWrong, Code::Throttled, Code::InUse]);
pub(super) const CONFIRM: Operation = Operation::post("confirm_second_factor", path::FACTOR, "/confirm", Access::Console)
    .says("Enrols the key with a first code. One's console sessions end, a fresh one and the recovery codes are answered.")
    .takes("FactorConfirm")
    .answers(Answers::Value("FactorEnrolled"))
    .refuses(&[Code::SecondFactorWrong, Code::InUse]);
pub(super) const REMOVE: Operation = Operation::post("remove_second_factor", path::FACTOR, "/remove", Access::Console)
    .says("Removes one's own second factor, with one of its codes.")
    .takes("FactorCode")
    .refuses(CODE);
pub(super) const RENEW: Operation = Operation::post("renew_recovery_codes", path::FACTOR, "/recovery-codes", Access::Console)
    .says("New recovery codes, for a code; those of before are void.")
    .takes("FactorCode")
    .answers(Answers::Value("RecoveryCodes"))
    .refuses(CODE);
pub(super) const RESET: Operation =
    Operation::delete("reset_second_factor", path::USERS, "/{name}/second-factor", Access::Console)
        .writes(Task::Users)
        .says("Removes the second factor of a user who lost it. The password stays, and is enough from then on.");

pub(super) async fn second_step(State(service): State<Arc<Service>>, origin: Origin, Json(step): Json<SecondStep>) -> Answer {
    ok(service.finish_login(step, origin.address).await?)
}

pub(super) async fn device_second_step(
    State(service): State<Arc<Service>>,
    origin: Origin,
    Json(step): Json<DeviceSecondStep>,
) -> Answer {
    ok(service.finish_device_login(step, origin.address).await?)
}

pub(super) async fn send_login_code(
    State(service): State<Arc<Service>>,
    origin: Origin,
    Json(asked): Json<SendLoginCode>,
) -> Answer {
    ok(service.send_login_code(&asked, origin.address).await?)
}

pub(super) async fn send(asker: Asker, Json(asked): Json<SendCode>) -> Answer {
    ok(asker.service.send_own_code(&asker.actor(), asked).await?)
}

pub(super) async fn begin_channel(asker: Asker, Json(asked): Json<ChannelBegin>) -> Answer {
    ok(asker.service.begin_channel(&asker.actor(), asked, asker.origin.address).await?)
}

pub(super) async fn confirm_channel(asker: Asker, Json(asked): Json<FactorConfirm>) -> Answer {
    ok(asker.service.confirm_channel(asker.actor(), asked, asker.origin.address).await?)
}

pub(super) async fn remove_channel(asker: Asker, Json(asked): Json<ChannelRemove>) -> Answer {
    asker.service.remove_channel(asker.actor(), asked, asker.origin.address).await?;
    no_content()
}

pub(super) async fn show(asker: Asker) -> Answer {
    ok(asker.service.factor_state(&asker.actor()).await?)
}

pub(super) async fn begin(asker: Asker, Json(asked): Json<FactorBegin>) -> Answer {
    ok(asker.service.begin_factor(&asker.actor(), asked, asker.origin.address).await?)
}

pub(super) async fn confirm(asker: Asker, Json(asked): Json<FactorConfirm>) -> Answer {
    ok(asker.service.confirm_factor(asker.actor(), asked, asker.origin.address).await?)
}

pub(super) async fn remove(asker: Asker, Json(asked): Json<FactorCode>) -> Answer {
    asker.service.remove_factor(asker.actor(), asked, asker.origin.address).await?;
    no_content()
}

pub(super) async fn renew(asker: Asker, Json(asked): Json<FactorCode>) -> Answer {
    ok(asker.service.renew_recovery_codes(asker.actor(), asked, asker.origin.address).await?)
}

pub(super) async fn reset(asker: Asker, conditions: Conditions, Path(name): Path<String>) -> Answer {
    let actor = asker.actor();
    let command = Command::RemoveFactor { name: Some(name.clone()) };
    let check = move |facts: &Directory| {
        let user = facts.seen_by(&actor).user(&name).ok_or(Code::NotFound)?;
        conditions.check(&Tagged::of(facts, user.stamp))?;
        Ok(Vec::new())
    };
    asker.service.act_when(asker.actor(), command, check).await?;
    no_content()
}
