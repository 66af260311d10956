//! The second step of a login, and second factors (RUN-8).

use std::sync::Arc;

use axum::extract::State;
use sbm_core::code::Code;
use sbm_core::directory::{Command, Directory};
use sbm_core::permission::Task;
use sbm_core::wire::v1::factor::{DeviceSecondStep, FactorBegin, FactorCode, FactorConfirm, SecondStep};
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
        ]);
pub(super) const SHOW: Operation = Operation::get("show_second_factor", path::FACTOR, "", Access::Console)
    .says("How one's own second factor stands.")
    .answers(Answers::Value("FactorState"));
pub(super) const BEGIN: Operation = Operation::post("begin_second_factor", path::FACTOR, "", Access::Console)
    .says("Makes a key for an authenticator, for who proves his password. It counts when a first code was sent.")
    .takes("FactorBegin")
    .answers(Answers::Value("FactorOffer"))
    .refuses(&[Code::WrongCredentials, Code::Throttled, Code::InUse]);
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
