//! The allowlist: its entries, who would be admitted, and what deserves a look (NET-2 to NET-7).

use std::sync::Arc;

use axum::extract::State;
use sbm_core::code::Code;
use sbm_core::directory::Command;
use sbm_core::id::AllowId;
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{AllowTest, NewAllowEntry, Page};
use serde::Deserialize;

use super::{Answer, actor, created, found, no_content, ok};
use crate::http::{ApiError, Caller, Json, Origin, Path, Query};
use crate::service::{Service, present};

pub(super) async fn list(State(service): State<Arc<Service>>, origin: Origin, caller: Caller) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Server, "allowlist.list").await?;
    ok(Page { items: service.facts().allowlist().map(present::allow).collect(), next: None })
}

pub(super) async fn add(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Json(new): Json<NewAllowEntry>,
) -> Answer {
    let (kind, pattern) = (new.kind, new.pattern.clone());
    let facts = service.act(actor(&caller, &origin), Command::AddAllow(new), Vec::new()).await?;
    created(present::allow(found(facts.allowlist().find(|entry| entry.kind == kind && entry.pattern == pattern))?))
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
    Path(name): Path<String>,
    Query(how): Query<Removal>,
) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Server, "allowlist.remove").await?;
    let id = name
        .parse()
        .map(AllowId)
        .map_err(|_| ApiError::new(Code::NotFound, format!("`{}` is not the number of an entry", name.escape_debug())))?;
    service.act(actor(&caller, &origin), Command::RemoveAllow { id, confirm: how.confirm }, Vec::new()).await?;
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
pub(super) async fn lint(State(service): State<Arc<Service>>, origin: Origin, caller: Caller) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Server, "allowlist.lint").await?;
    let items = tokio::task::spawn_blocking(move || service.lint_allowlist()).await.map_err(ApiError::internal)?;
    ok(Page { items, next: None })
}
