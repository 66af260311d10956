//! Groups (USR-7).

use std::sync::Arc;

use axum::extract::State;
use sbm_core::directory::Command;
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{GroupPatch, NewGroup};
use serde::Deserialize;

use super::{Answer, actor, created, found, no_content, ok, root};
use crate::http::{Caller, Json, Origin, Path, Query};
use crate::service::{Service, present};

pub(super) async fn list(State(service): State<Arc<Service>>, origin: Origin, caller: Caller) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Groups, "group.list").await?;
    let facts = service.facts();
    let root = root(&facts, &caller);
    let groups = facts.groups().filter(|group| present::visible(&facts, root, group.account));
    ok(present::page(groups.map(|group| present::group(&facts, group)).collect(), |group| group.name.key()))
}

pub(super) async fn create(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Json(new): Json<NewGroup>,
) -> Answer {
    let name = new.name.clone();
    let facts = service.act(actor(&caller, &origin), Command::CreateGroup(new), Vec::new()).await?;
    created(present::group(&facts, found(facts.group_named(root(&facts, &caller), name.as_str()))?))
}

pub(super) async fn modify(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Path(name): Path<String>,
    Json(patch): Json<GroupPatch>,
) -> Answer {
    let after = patch.name.as_ref().map_or_else(|| name.clone(), ToString::to_string);
    let facts = service.act(actor(&caller, &origin), Command::ModifyGroup { name, patch }, Vec::new()).await?;
    ok(present::group(&facts, found(facts.group_named(root(&facts, &caller), &after))?))
}

/// What goes with a deletion.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deletion {
    /// Take users and profiles out of the group first.
    #[serde(default)]
    detach: bool,
}

pub(super) async fn delete(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Path(name): Path<String>,
    Query(how): Query<Deletion>,
) -> Answer {
    service.act(actor(&caller, &origin), Command::DeleteGroup { name, detach: how.detach }, Vec::new()).await?;
    no_content()
}
