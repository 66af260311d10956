//! The allowlist: its entries, who would be admitted, and what deserves a look (NET-2 to NET-7).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use sbm_core::code::Code;
use sbm_core::directory::{Command, Directory};
use sbm_core::id::AllowId;
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{AllowTest, ListQuery, NewAllowEntry};
use sbm_core::wire::v1::path;
use serde::Deserialize;

use super::asker::Asker;
use super::{Answer, actor, found, no_content, ok};
use crate::http::listing::{self, Asked, columns};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::tag::{self, State as TagState};
use crate::http::{Access, ApiError, Caller, Conditions, Json, Origin, Path, Query, Wanted};
use crate::service::{Service, present};

pub(super) const LIST: Operation = Operation::get("list_allowlist", path::ALLOWLIST, "", Access::ConsoleOrApi)
    .reads(Task::Server)
    .says("The entries of both lists, filtered, in any order, page by page or as a file.")
    .asks("ListQuery")
    .answers(Answers::Rows("AllowEntry", true));
pub(super) const ADD: Operation = Operation::post("add_allow", path::ALLOWLIST, "", Access::ConsoleOrApi)
    .writes(Task::Server)
    .says("Adds an entry.")
    .takes("NewAllowEntry")
    .answers(Answers::Made("AllowEntry"))
    .refuses(&[Code::InvalidPattern, Code::NameTaken]);
pub(super) const REMOVE: Operation = Operation::delete("remove_allow", path::ALLOWLIST, "/{id}", Access::ConsoleOrApi)
    .writes(Task::Server)
    .says("Removes an entry; it counts from the next request on. The one that admits oneself only with `confirm=true`.")
    .asks("Removal")
    .refuses(&[Code::ConfirmationNeeded]);
pub(super) const TEST: Operation = Operation::post("test_allow", path::ALLOWLIST_TEST, "", Access::ConsoleOrApi)
    .reads(Task::Server)
    .says("Would that client be admitted, and by what?")
    .takes("AllowTest")
    .answers(Answers::Value("AllowVerdict"))
    .refuses(&[Code::InvalidPattern]);
pub(super) const LINT: Operation = Operation::get("lint_allowlist", path::ALLOWLIST_LINT, "", Access::ConsoleOrApi)
    .reads(Task::Server)
    .says("What about the entries deserves a look.")
    .asks("ListQuery")
    .answers(Answers::Rows("AllowFinding", true));

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Server, "allowlist.list").await?;
    let facts = asker.service.facts();
    listing::answer(&columns::ALLOWLIST, query, wanted, move || facts.allowlist().map(present::allow).collect()).await
}

pub(super) async fn add(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Json(new): Json<NewAllowEntry>,
) -> Answer {
    let (kind, pattern) = (new.kind, new.pattern.clone());
    let facts = service.act(actor(&caller, &origin), Command::AddAllow(new), Vec::new()).await?;
    let row = found(facts.allowlist().find(|entry| entry.kind == kind && entry.pattern == pattern))?;
    tag::changed(StatusCode::CREATED, &TagState::of(&facts, row.stamp), &present::allow(row))
}

/// What goes with a removal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Removal {
    /// Even if the entry admits whoever asks.
    #[serde(default)]
    confirm: bool,
}

pub(super) async fn remove(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    conditions: Conditions,
    Path(name): Path<String>,
    Query(how): Query<Removal>,
) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Server, "allowlist.remove").await?;
    let id = name
        .parse()
        .map(AllowId)
        .map_err(|_| ApiError::new(Code::NotFound, format!("`{}` is not the number of an entry", name.escape_debug())))?;
    let check = move |facts: &Directory| {
        let entry = facts.allow(id).ok_or(Code::NotFound)?;
        conditions.check(&TagState::of(facts, entry.stamp))?;
        Ok(Vec::new())
    };
    service.act_when(actor(&caller, &origin), Command::RemoveAllow { id, confirm: how.confirm }, check).await?;
    no_content()
}

/// Would such a client be admitted, and by what? It may look a name up, and changes nothing.
pub(super) async fn test(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Json(test): Json<AllowTest>,
) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Server, "allowlist.test").await?;
    ok(service.test_allow(&test).await?)
}

/// What about the entries deserves a look.
pub(super) async fn lint(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Server, "allowlist.lint").await?;
    let service = Arc::clone(&asker.service);
    listing::answer(&columns::FINDINGS, query, wanted, move || service.lint_allowlist()).await
}
