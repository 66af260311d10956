//! Codes and passphrases with which devices enrol, devices that come with them, and those that wait (DEV-1).

use std::sync::Arc;

use axum::extract::State;
use sbm_core::code::Code;
use sbm_core::id::InstallationId;
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{ListQuery, NewEnrolment};
use sbm_core::wire::v1::path;
use sbm_core::wire::v1::session::DeviceEnrolment;

use super::asker::Asker;
use super::{Answer, missing, no_content, ok};
use crate::http::listing::{self, Asked, columns};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::tag::Tags;
use crate::http::{Access, ApiError, Conditions, Json, Origin, Path, Wanted};
use crate::service::Service;

pub(super) const ENROL: Operation = Operation::post("enrol_device", path::DEVICE_ENROL, "", Access::Claimed)
    .says(
        "A backup program without a password becomes a device by a code or a passphrase, or waits until a person lets it in: \
         then it asks again. Whatever it is refused for, it is refused alike.",
    )
    .takes("DeviceEnrolment")
    .answers(Answers::Value("DeviceEnrolled"))
    .refuses(&[Code::EnrolmentRefused, Code::OtherMachine, Code::Throttled]);
pub(super) const LIST: Operation = Operation::get("list_enrolments", path::ENROLMENTS, "", Access::ConsoleOrApi)
    .reads(Task::Passphrases)
    .says("The codes and passphrases, never themselves: how they stand, for whom they are, how far they were used.")
    .asks("ListQuery")
    .answers(Answers::Rows("Enrolment", true));
pub(super) const CREATE: Operation = Operation::post("create_enrolment", path::ENROLMENTS, "", Access::ConsoleOrApi)
    .writes(Task::Passphrases)
    .says("Makes a code for one device, or a passphrase for many. It is told this once.")
    .takes("NewEnrolment")
    .answers(Answers::Value("MadeEnrolment"))
    .refuses(&[Code::NotFound, Code::UserDisabled, Code::InvalidArgument, Code::TooMany, Code::DeniedAccountDeletion]);
pub(super) const REVOKE: Operation = Operation::delete("revoke_enrolment", path::ENROLMENTS, "/{id}", Access::ConsoleOrApi)
    .writes(Task::Passphrases)
    .says("Revokes a code or a passphrase: no device comes with it any more, and those that wait do so in vain.");
pub(super) const WAITING: Operation = Operation::get("list_waiting_devices", path::WAITING, "", Access::ConsoleOrApi)
    .reads(Task::Devices)
    .says("The devices that wait to be let in.")
    .asks("ListQuery")
    .answers(Answers::Rows("WaitingDevice", true));
pub(super) const APPROVE: Operation =
    Operation::post("approve_device", path::WAITING, "/{installation}/approve", Access::ConsoleOrApi)
        .writes(Task::Devices)
        .says("Lets a device in that waits: it gets its token when it asks next.")
        .refuses(&[Code::NotFound]);
pub(super) const REJECT: Operation =
    Operation::post("reject_device", path::WAITING, "/{installation}/reject", Access::ConsoleOrApi)
        .writes(Task::Devices)
        .says("Does not let a device in that waits: it is refused when it asks next, and each time after.")
        .refuses(&[Code::NotFound]);

pub(super) async fn enrol(State(service): State<Arc<Service>>, origin: Origin, Json(asked): Json<DeviceEnrolment>) -> Answer {
    ok(service.enrol_device(asked, origin.address).await?)
}

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Passphrases, "enrolment.list").await?;
    let facts = asker.service.facts();
    let rows = asker.service.enrolments(&facts, &asker.actor()).await?;
    listing::answer(&columns::ENROLMENTS, query, wanted, || rows).await
}

pub(super) async fn create(asker: Asker, Json(new): Json<NewEnrolment>) -> Answer {
    ok(asker.service.make_enrolment(asker.actor(), new).await?)
}

pub(super) async fn revoke(asker: Asker, conditions: Conditions, Path(id): Path<String>) -> Answer {
    if !matches!(conditions.matches, None | Some(Tags::Any)) {
        let detail = "an enrolment code has no tag; leave `if-match` out, or send `*`";
        return Err(ApiError::new(Code::PreconditionFailed, detail));
    }
    asker.may_write(Task::Passphrases, "enrolment.revoke", &id).await?;
    let number = id.parse().map_err(|_| missing("enrolment code", &id))?;
    asker.service.revoke_enrolment(asker.actor(), number).await?;
    no_content()
}

pub(super) async fn waiting(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Devices, "device.waiting").await?;
    let facts = asker.service.facts();
    let rows = asker.service.waiting_devices(&facts, &asker.actor()).await?;
    listing::answer(&columns::WAITING, query, wanted, || rows).await
}

pub(super) async fn approve(asker: Asker, Path(name): Path<String>) -> Answer {
    decide(asker, &name, true).await
}

pub(super) async fn reject(asker: Asker, Path(name): Path<String>) -> Answer {
    decide(asker, &name, false).await
}

async fn decide(asker: Asker, name: &str, yes: bool) -> Answer {
    let act = if yes { "device.approve" } else { "device.reject" };
    asker.may_write(Task::Devices, act, name).await?;
    let installation: InstallationId = name.parse().map_err(|_| missing("waiting device", name))?;
    asker.service.decide_waiting(asker.actor(), installation, yes).await?;
    no_content()
}
