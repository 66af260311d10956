//! Managed profiles (PRO-2 to PRO-6).

use std::sync::Arc;

use axum::extract::State;
use sbm_core::code::Code;
use sbm_core::directory::{Command, command};
use sbm_core::id::Guid;
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{ProfilePatch, Upload};

use super::{Answer, actor, created, found, ok, root};
use crate::http::{ApiError, Caller, Json, Origin, Path};
use crate::service::{Service, present};

pub(super) async fn list(State(service): State<Arc<Service>>, origin: Origin, caller: Caller) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Groups, "profile.list").await?;
    let facts = service.facts();
    let root = root(&facts, &caller);
    let profiles = facts.profiles().filter(|profile| present::visible(&facts, root, profile.account));
    ok(present::page(profiles.map(|profile| present::profile(&facts, profile)).collect(), |profile| profile.name.key()))
}

pub(super) async fn upload(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Json(upload): Json<Upload>,
) -> Answer {
    let guid = upload.guid;
    let command = Command::Upload(command::Upload {
        guid,
        name: upload.name,
        description: upload.description,
        version: upload.version,
        body: upload.body.into(),
        schedule: upload.schedule.map(Into::into),
        based_on: upload.based_on,
    });
    let facts = service.act(actor(&caller, &origin), command, Vec::new()).await?;
    created(present::profile(&facts, found(facts.profile(root(&facts, &caller), &guid))?))
}

pub(super) async fn modify(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Path(name): Path<String>,
    Json(patch): Json<ProfilePatch>,
) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Groups, "profile.modify").await?;
    let guid: Guid = name.parse().map_err(|_| {
        ApiError::new(Code::InvalidGuid, format!("`{}` is not a GUID of 32 hexadecimal digits", name.escape_debug()))
    })?;
    let facts = service.act(actor(&caller, &origin), Command::ModifyProfile { guid, patch }, Vec::new()).await?;
    ok(present::profile(&facts, found(facts.profile(root(&facts, &caller), &guid))?))
}
