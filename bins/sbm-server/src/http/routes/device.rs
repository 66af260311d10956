//! What a device may ask: its own head, list and bodies, and to take its history in (DEV-2).

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse as _;
use sbm_core::code::Code;
use sbm_core::id::{Hash, RunId};
use sbm_core::wire::v1::device::{CheckIn, Reservation, Runs, Stored};
use sbm_core::wire::v1::path;

use super::{Answer, missing, no_content, ok};
use crate::http::operation::{Answer as Answers, Operation, Size};
use crate::http::{Access, ApiError, DeviceCaller, Json, Path};
use crate::service::Service;

/// What the documents of a device's proof may be refused for.
const PROOF: &[Code] = &[
    Code::DeviceRemoved,
    Code::OtherMachine,
    Code::NumberAhead,
    Code::HeadUnsigned,
    Code::HeadSignatureStripped,
    Code::HeadWrongKey,
    Code::HeadSignatureInvalid,
    Code::HeadOtherDevice,
    Code::DocumentTooLarge,
    Code::DocumentTruncated,
    Code::DocumentMalformed,
    Code::UnknownCriticalFeature,
    Code::KeysInvalid,
];

pub(super) const CHECK_IN: Operation = Operation::post("check_in", path::CHECK_IN, "", Access::Device)
    .says("Says what the device has, and answers what is new; nothing, when nothing is.")
    .takes("CheckIn")
    .answers(Answers::Value("CheckInAnswer"))
    .refuses(PROOF);
pub(super) const LIST: Operation = Operation::get("device_list", path::LISTS, "/{hash}", Access::Device)
    .says("The device's list of managed profiles, by its hash.")
    .answers(Answers::Json)
    .refuses(&[Code::DeviceRemoved, Code::OtherMachine]);
pub(super) const BODY: Operation = Operation::get("device_body", path::BODIES, "/{hash}", Access::Device)
    .says("The content or schedule of a managed profile that the device may have, by its hash.")
    .answers(Answers::Bytes)
    .refuses(&[Code::DeviceRemoved, Code::OtherMachine]);
pub(super) const RUNS: Operation = Operation::post("upload_history", path::RUNS, "", Access::Device)
    .says("Takes runs in; the answer means that they are on disk.")
    .takes("Runs")
    .sized(Size::Runs)
    .answers(Answers::Value("RunsAnswer"))
    .refuses(&[Code::DeviceRemoved, Code::OtherMachine]);

pub(super) const STORED: Operation = Operation::post("report_stored", path::STORED, "", Access::Device)
    .says("Says how many bytes the device stores, for the quotas above it; an older word than the last changes nothing.")
    .takes("Stored")
    .refuses(&[Code::DeviceRemoved, Code::OtherMachine, Code::InvalidArgument]);
pub(super) const RESERVE: Operation = Operation::post("reserve_room", path::RESERVATIONS, "", Access::Device)
    .says(
        "Keeps room for a run that is about to begin, below every quota above the device. Asked again for the same run, the last \
         number counts; refused, it keeps what it had.",
    )
    .takes("Reservation")
    .refuses(&[Code::DeviceRemoved, Code::OtherMachine, Code::InvalidArgument, Code::DeniedQuota]);
pub(super) const GIVE_BACK: Operation = Operation::delete("give_room_back", path::RESERVATIONS, "/{run}", Access::Device)
    .says("Frees the room of a run that did not begin, or does not go on; nothing, where it has none.")
    .conditional(false)
    .refuses(&[Code::DeviceRemoved, Code::OtherMachine]);

pub(super) async fn check_in(State(service): State<Arc<Service>>, caller: DeviceCaller, Json(asked): Json<CheckIn>) -> Answer {
    ok(service.check_in(caller.device, asked).await?)
}

pub(super) async fn list(State(service): State<Arc<Service>>, caller: DeviceCaller, Path(name): Path<String>) -> Answer {
    let list = service.list(caller.device, hash(&name)?)?;
    Ok(([(CONTENT_TYPE, "application/json")], list).into_response())
}

pub(super) async fn body(State(service): State<Arc<Service>>, caller: DeviceCaller, Path(name): Path<String>) -> Answer {
    let body = service.body(caller.device, hash(&name)?).await?;
    Ok(([(CONTENT_TYPE, "application/octet-stream")], body.into_response()).into_response())
}

pub(super) async fn runs(State(service): State<Arc<Service>>, caller: DeviceCaller, Json(runs): Json<Runs>) -> Answer {
    ok(service.ingest(caller.device, runs).await?)
}

pub(super) async fn stored(State(service): State<Arc<Service>>, caller: DeviceCaller, Json(said): Json<Stored>) -> Answer {
    service.report_stored(caller.device, said).await?;
    no_content()
}

pub(super) async fn reserve(
    State(service): State<Arc<Service>>,
    caller: DeviceCaller,
    Json(wanted): Json<Reservation>,
) -> Answer {
    service.reserve(caller.device, wanted).await?;
    no_content()
}

pub(super) async fn give_back(State(service): State<Arc<Service>>, caller: DeviceCaller, Path(id): Path<String>) -> Answer {
    let run: RunId = id.parse().map_err(|_| missing("run", &id))?;
    service.give_back(caller.device, run).await?;
    no_content()
}

fn hash(text: &str) -> Result<Hash, ApiError> {
    text.parse().map_err(|_| {
        ApiError::new(Code::MalformedRequest, format!("`{}` is not a SHA-256 of 64 hexadecimal digits", text.escape_debug()))
    })
}
