//! History, for those who may read it (HIS-5).

use std::sync::Arc;

use axum::extract::State;
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::HistoryQuery;

use super::{Answer, actor, ok};
use crate::http::{ApiError, Caller, Origin, Query};
use crate::service::Service;

pub(super) async fn list(
    State(service): State<Arc<Service>>,
    origin: Origin,
    caller: Caller,
    Query(query): Query<HistoryQuery>,
) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::HistoryRead, "history.list").await?;
    let page = service.store().list(caller.account, query).await.map_err(ApiError::from)?;
    ok(page)
}
