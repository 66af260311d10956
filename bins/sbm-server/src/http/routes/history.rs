//! History, for those who may read it, and the few who may delete from it (HIS-2, HIS-5).

use std::collections::BTreeSet;
use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::id::{Hash, RunId};
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{HistoryQuery, RunQuery};
use sbm_core::wire::v1::path;

use super::asker::Asker;
use super::{Answer, missing, no_content, ok};
use crate::http::listing::{Asked, columns, file, invalid};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::tag::{self, State};
use crate::http::{Access, ApiError, Conditions, Path, Wanted};
use crate::store::{Found, Within};

/// Rows that are read from the store at once for a file.
const CHUNK: u32 = 500;

pub(super) const LIST: Operation = Operation::get("list_history", path::HISTORY, "", Access::ConsoleOrApi)
    .reads(Task::HistoryRead)
    .says("The runs, filtered, in any order, page by page or as a file; the newest first, if nobody says otherwise.")
    .asks("HistoryQuery")
    .answers(Answers::Rows("Run", true));
pub(super) const SHOW: Operation = Operation::get("show_run", path::HISTORY, "/{id}", Access::ConsoleOrApi)
    .reads(Task::HistoryRead)
    .says("One run. If several devices made one with that id, the query says which device is meant.")
    .asks("RunQuery")
    .refuses(&[Code::InvalidQuery])
    .answers(Answers::Object("Run"));
pub(super) const DELETE: Operation = Operation::delete("delete_run", path::HISTORY, "/{id}", Access::ConsoleOrApi)
    .writes(Task::HistoryDelete)
    .asks("RunQuery")
    .refuses(&[Code::InvalidQuery])
    .says("Deletes one run; if several devices made one with that id, the query says which device is meant. A stub stays, so that it is not taken in again, and the audit log says whose it was.");

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<HistoryQuery>) -> Answer {
    asker.may_read(Task::HistoryRead, "history.list").await?;
    let within = within(&asker);
    if wanted != Wanted::File {
        return ok(asker.service.store().list(within, query).await?);
    }
    file::check_whole(query.limit, query.after.as_deref())?;
    let query = HistoryQuery { limit: Some(CHUNK), ..query };
    let first = asker.service.store().list(within, query.clone()).await?;
    let service = Arc::clone(&asker.service);
    file::paged("history", columns::RUNS, first, move |after| {
        let (service, query) = (Arc::clone(&service), HistoryQuery { after: Some(after), ..query.clone() });
        async move { service.store().list(within, query).await }
    })
}

pub(super) async fn show(asker: Asker, conditions: Conditions, Path(id): Path<String>, Asked(query): Asked<RunQuery>) -> Answer {
    asker.may_read(Task::HistoryRead, "history.show").await?;
    tag::read_fixed(&conditions, &find(&asker, &id, &query).await?.run)
}

pub(super) async fn delete(
    asker: Asker,
    conditions: Conditions,
    Path(id): Path<String>,
    Asked(query): Asked<RunQuery>,
) -> Answer {
    asker.may_write(Task::HistoryDelete, "history.delete", &id).await?;
    let done = deleted(&asker, &conditions, &id, &query).await;
    asker.tried("history.delete", &id, done).await?;
    no_content()
}

async fn deleted(asker: &Asker, conditions: &Conditions, id: &str, query: &RunQuery) -> Result<(), ApiError> {
    let found = find(asker, id, query).await?;
    let content = serde_json::to_vec(&found.run).map_err(ApiError::internal)?;
    // A run never changes: what was read of it holds, however long ago.
    conditions.check(&State::fixed(&Hash::of(&content)))?;
    if asker.service.delete_run(asker.actor(), found).await? { Ok(()) } else { Err(missing("run", id)) }
}

/// The history of one's own account and of those below it.
fn within(asker: &Asker) -> Within {
    Within::of(asker.sees(&asker.service.facts()))
}

async fn find(asker: &Asker, id: &str, query: &RunQuery) -> Result<Found, ApiError> {
    let parsed: RunId = id.parse().map_err(|_| missing("run", id))?;
    let mut runs = asker.service.store().get(within(asker), parsed, query.installation).await?;
    // An installation that sent a run for two accounts sent the same; nothing tells them apart.
    let mut senders = BTreeSet::new();
    runs.retain(|found| senders.insert(found.run.record.installation));
    if runs.len() > 1 {
        let installations: Vec<String> = runs.iter().map(|found| format!("`{}`", found.run.record.installation)).collect();
        let (count, named) = (runs.len(), installations.join(", "));
        return Err(invalid(format!(
            "{count} devices made a run `{parsed}`; say which one is meant with `installation`, which is one of {named}"
        )));
    }
    runs.pop().ok_or_else(|| missing("run", id))
}
