//! What holds for all clients (OFF-3), and new signing keys.

use axum::http::StatusCode;
use sbm_core::code::Code;
use sbm_core::directory::{Command, Directory, Refusal};
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{KeyEpoch, ServerPatch, ServerSettings};
use sbm_core::wire::v1::path;

use super::asker::Asker;
use super::{Answer, ok};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::tag::{self, State};
use crate::http::{Access, Conditions, Json};

pub(super) const SHOW: Operation = Operation::get("show_server", path::SERVER, "", Access::ConsoleOrApi)
    .reads(Task::Server)
    .says("What holds for all clients of the server.")
    .answers(Answers::Object("ServerSettings"));
pub(super) const MODIFY: Operation = Operation::patch("modify_server", path::SERVER, "", Access::ConsoleOrApi)
    .writes(Task::Server)
    .says("Changes it.")
    .takes("ServerPatch")
    .answers(Answers::Object("ServerSettings"))
    .refuses(&[Code::InvalidArgument]);
pub(super) const ROTATE_KEYS: Operation = Operation::post("rotate_keys", path::ROTATE_KEYS, "", Access::ConsoleOrApi)
    .writes(Task::Server)
    .says("Makes a new signing key and raises the epoch: every head signed before is outdated.")
    .answers(Answers::Value("KeyEpoch"));

pub(super) async fn show(asker: Asker, conditions: Conditions) -> Answer {
    asker.may_read(Task::Server, "server.show").await?;
    let facts = asker.service.facts();
    tag::read(&conditions, &State::of(&facts, facts.server().stamp), &settings(&asker, &facts).await?)
}

pub(super) async fn modify(asker: Asker, conditions: Conditions, Json(patch): Json<ServerPatch>) -> Answer {
    let check = move |facts: &Directory| {
        conditions.check(&State::of(facts, facts.server().stamp))?;
        Ok(Vec::new())
    };
    let facts = asker.service.act_when(asker.actor(), Command::ModifyServer(patch), check).await?;
    tag::changed(StatusCode::OK, &State::of(&facts, facts.server().stamp), &settings(&asker, &facts).await?)
}

async fn settings(asker: &Asker, facts: &Directory) -> Result<ServerSettings, Refusal> {
    let (backup, servers) = (asker.service.backup_state().await?, asker.service.servers().await?);
    let (max_offline, second_factor) = (facts.server().max_offline, facts.server().second_factor);
    Ok(ServerSettings { max_offline, second_factor, backup, servers })
}

pub(super) async fn rotate_keys(asker: Asker) -> Answer {
    let epoch = asker.service.rotate_keys(asker.actor()).await?;
    ok(KeyEpoch { epoch })
}
