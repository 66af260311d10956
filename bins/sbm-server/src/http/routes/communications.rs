//! Communications of accounts (ACC-3).

use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{CommunicationPatch, ListQuery, NewCommunication};
use sbm_core::wire::v1::path;

use super::asker::Asker;
use super::{Answer, missing, no_content, ok};
use crate::http::listing::{Asked, columns, file};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::{Access, ApiError, Json, Path, Wanted};

/// Rows that are read from the store at once for a file.
const CHUNK: u32 = 500;

pub(super) const LIST: Operation = Operation::get("list_communications", path::COMMUNICATIONS, "", Access::ConsoleOrApi)
    .reads(Task::Accounts)
    .says("The past and planned communications of accounts, filtered, in any order, page by page or as a file.")
    .asks("ListQuery")
    .answers(Answers::Rows("Communication", true));
pub(super) const CREATE: Operation = Operation::post("create_communication", path::COMMUNICATIONS, "", Access::ConsoleOrApi)
    .writes(Task::Accounts)
    .says("Writes a communication down, past or planned.")
    .takes("NewCommunication")
    .answers(Answers::Value("Communication"))
    .refuses(&[Code::NotFound, Code::TooMany]);
pub(super) const MODIFY: Operation =
    Operation::patch("modify_communication", path::COMMUNICATIONS, "/{id}", Access::ConsoleOrApi)
        .writes(Task::Accounts)
        .says("Changes a communication: a planned one was, or what came of it.")
        .takes("CommunicationPatch")
        .answers(Answers::Value("Communication"))
        .conditional(false)
        .refuses(&[Code::Stale]);
pub(super) const DELETE: Operation =
    Operation::delete("delete_communication", path::COMMUNICATIONS, "/{id}", Access::ConsoleOrApi)
        .writes(Task::Accounts)
        .says("Removes a communication.")
        .conditional(false);

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Accounts, "communication.list").await?;
    columns::COMMUNICATIONS.check_filters(&query)?;
    let (service, facts, actor) = (Arc::clone(&asker.service), asker.service.facts(), asker.actor());
    if wanted != Wanted::File {
        return ok(service.communications(facts, actor, query).await?);
    }
    file::check_whole(query.limit, query.after.as_deref())?;
    let query = ListQuery { limit: Some(CHUNK), ..query };
    let first = service.communications(Arc::clone(&facts), actor.clone(), query.clone()).await?;
    file::paged(columns::COMMUNICATIONS.name, columns::COMMUNICATIONS.columns, first, move |after| {
        let (service, facts, actor) = (Arc::clone(&service), Arc::clone(&facts), actor.clone());
        let query = ListQuery { after: Some(after), ..query.clone() };
        async move { service.communications(facts, actor, query).await }
    })
}

pub(super) async fn create(asker: Asker, Json(new): Json<NewCommunication>) -> Answer {
    ok(asker.service.make_communication(asker.actor(), new).await?)
}

pub(super) async fn modify(asker: Asker, Path(id): Path<String>, Json(patch): Json<CommunicationPatch>) -> Answer {
    asker.may_write(Task::Accounts, "communication.modify", &id).await?;
    ok(asker.service.modify_communication(asker.actor(), number(&id)?, patch).await?)
}

pub(super) async fn delete(asker: Asker, Path(id): Path<String>) -> Answer {
    asker.may_write(Task::Accounts, "communication.delete", &id).await?;
    asker.service.delete_communication(asker.actor(), number(&id)?).await?;
    no_content()
}

fn number(id: &str) -> Result<u64, ApiError> {
    id.parse().map_err(|_| missing("communication", id))
}
