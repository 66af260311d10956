//! Security profiles (USR-3).

use std::sync::Arc;

use axum::extract::State;
use sbm_core::directory::Command;
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{NewSecurityProfile, SecurityProfilePatch};

use super::{Answer, actor, created, found, no_content, ok, root};
use crate::http::{Caller, Json, Origin, Path};
use crate::service::{Service, present};

pub(super) async fn list(State(service): State<Arc<Service>>, origin: Origin, caller: Caller) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Users, "security_profile.list").await?;
    let facts = service.facts();
    let root = root(&facts, &caller);
    let profiles = facts.security_profiles().filter(|profile| present::visible(&facts, root, profile.account));
    ok(present::page(profiles.map(|profile| present::security_profile(&facts, profile)).collect(), |profile| profile.name.key()))
}

pub(super) async fn create(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Json(new): Json<NewSecurityProfile>,
) -> Answer {
    let name = new.name.clone();
    let facts = service.act(actor(&caller, &origin), Command::CreateSecurityProfile(new), Vec::new()).await?;
    created(present::security_profile(&facts, found(facts.security_profile_named(root(&facts, &caller), name.as_str()))?))
}

pub(super) async fn modify(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Path(name): Path<String>,
    Json(patch): Json<SecurityProfilePatch>,
) -> Answer {
    let after = patch.name.as_ref().map_or_else(|| name.clone(), ToString::to_string);
    let facts = service.act(actor(&caller, &origin), Command::ModifySecurityProfile { name, patch }, Vec::new()).await?;
    ok(present::security_profile(&facts, found(facts.security_profile_named(root(&facts, &caller), &after))?))
}

pub(super) async fn delete(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer {
    service.act(actor(&caller, &origin), Command::DeleteSecurityProfile { name }, Vec::new()).await?;
    no_content()
}
