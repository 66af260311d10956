//! Users (USR-1, RUN-7).

use std::sync::Arc;

use axum::extract::State;
use sbm_core::directory::Command;
use sbm_core::directory::command::{NewUser, UserPatch};
use sbm_core::id::UserId;
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin;
use sbm_core::wire::v1::session::Audience;

use super::{Answer, actor, created, found, no_content, ok, root};
use crate::http::{Caller, Json, Origin, Path};
use crate::service::{Service, present};
use crate::store::Revoke;

pub(super) async fn list(State(service): State<Arc<Service>>, origin: Origin, caller: Caller) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Users, "user.list").await?;
    let (facts, traces) = (service.facts(), service.traces().await?);
    let root = root(&facts, &caller);
    let users = facts.users().filter(|user| present::visible(&facts, root, user.account));
    ok(present::page(users.map(|user| present::user(&facts, user, &traces)).collect(), |user| user.name.key()))
}

pub(super) async fn show(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Users, "user.show").await?;
    let (facts, traces) = (service.facts(), service.traces().await?);
    let user = facts.user_named(root(&facts, &caller), &name).ok_or_else(|| super::missing("user", &name))?;
    ok(present::user(&facts, user, &traces))
}

pub(super) async fn create(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Json(new): Json<admin::NewUser>,
) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Users, "user.create").await?;
    let phc = service.hash_password(&new.password).await?;
    let name = new.name.clone();
    let user = NewUser {
        name: new.name,
        description: new.description,
        roles: new.roles,
        security_profile: new.security_profile,
        groups: new.groups,
        new_groups: new.new_groups,
    };
    let facts = service.act(actor(&caller, &origin), Command::CreateUser { user, phc }, Vec::new()).await?;
    let row = found(facts.user_named(root(&facts, &caller), name.as_str()))?;
    created(present::user(&facts, row, &present::Traces::default()))
}

pub(super) async fn modify(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Path(name): Path<String>,
    Json(patch): Json<admin::UserPatch>,
) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Users, "user.modify").await?;
    let phc = match &patch.password {
        Some(password) => Some(service.hash_password(password).await?),
        None => None,
    };
    let id = {
        let facts = service.facts();
        facts.user_named(root(&facts, &caller), &name).ok_or_else(|| super::missing("user", &name))?.id
    };
    let revoke = revocations(&patch, id, caller.user == id);
    let patch = UserPatch {
        name: patch.name,
        description: patch.description,
        disabled: patch.disabled,
        roles: patch.roles,
        security_profile: patch.security_profile,
        groups: patch.groups,
        add_groups: patch.add_groups,
        remove_groups: patch.remove_groups,
        new_groups: patch.new_groups,
    };
    let facts = service.act(actor(&caller, &origin), Command::ModifyUser { name, patch, phc }, revoke).await?;
    let traces = service.traces().await?;
    ok(present::user(&facts, found(facts.user(id))?, &traces))
}

/// An administrator's reset or disabling ends all of a user's tokens; changing one's own password ends one's console
/// sessions and keeps the devices; a change of roles needs no new login, since every request asks the facts (RUN-7).
fn revocations(patch: &admin::UserPatch, user: UserId, own: bool) -> Vec<Revoke> {
    let reset = patch.password.is_some();
    if patch.disabled == Some(true) || (reset && !own) {
        vec![Revoke::User { user, audience: None }]
    } else if reset {
        vec![Revoke::User { user, audience: Some(Audience::Console) }]
    } else {
        Vec::new()
    }
}

pub(super) async fn delete(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer {
    let user = {
        let facts = service.facts();
        facts.user_named(root(&facts, &caller), &name).map(|user| user.id)
    };
    let revoke = user.map(|user| Revoke::User { user, audience: None }).into_iter().collect();
    service.act(actor(&caller, &origin), Command::DeleteUser { name }, revoke).await?;
    no_content()
}
