//! The audit log (RUN-12).

use std::sync::Arc;

use axum::extract::State;
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{AuditEntry, AuditVerdict, Page};
use serde::Deserialize;

use super::{Answer, actor, ok};
use crate::http::{ApiError, Caller, Origin, Query};
use crate::service::Service;

/// The most entries on a page.
const MOST: u32 = 1_000;

/// Which entries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// Those behind this number.
    #[serde(default)]
    after: u64,
    /// At most that many.
    limit: Option<u32>,
}

pub(super) async fn list(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Query(which): Query<Which>,
) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Server, "audit.list").await?;
    let limit = which.limit.unwrap_or(100).clamp(1, MOST);
    let entries = service.store().audit_page(which.after, limit).await.map_err(ApiError::from)?;
    let next = (entries.len() == limit as usize).then(|| entries.last().map(|last| last.number.to_string())).flatten();
    let items = entries
        .into_iter()
        .map(|chained| AuditEntry { number: chained.number, entry: chained.entry, hash: chained.hash })
        .collect();
    ok(Page { items, next })
}

pub(super) async fn verify(State(service): State<Arc<Service>>, origin: Origin, caller: Caller) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Server, "audit.verify").await?;
    let (entries, broken_at) = service.store().verify_audit().await.map_err(ApiError::from)?;
    ok(AuditVerdict { entries, broken_at })
}
