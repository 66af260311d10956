//! "May this user do that, and why?" (DEC-3)

use std::sync::Arc;

use axum::extract::State;
use sbm_core::directory::Subject;
use sbm_core::permission::{Context, Resource, Task};
use sbm_core::wire::v1::admin::Explain;

use super::{Answer, actor, ok, root};
use crate::http::{Caller, Json, Origin};
use crate::service::Service;

pub(super) async fn explain(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Json(asked): Json<Explain>,
) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Users, "decision.explain").await?;
    let facts = service.facts();
    let user = facts.user_named(root(&facts, &caller), &asked.user).ok_or_else(|| super::missing("user", &asked.user))?;
    let resource = asked.profile.map_or(Resource::Local, Resource::Managed);
    let context = Context { now: service.now(), estimate: 0 };
    ok(Subject::new(&facts, user).explain(asked.action, resource, &context))
}
