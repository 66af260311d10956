//! New signing keys (OFF-3).

use std::sync::Arc;

use axum::extract::State;

use super::{Answer, actor, ok};
use crate::http::{Caller, Origin};
use crate::service::Service;

pub(super) async fn rotate(State(service): State<Arc<Service>>, origin: Origin, caller: Caller) -> Answer {
    let epoch = service.rotate_keys(actor(&caller, &origin)).await?;
    ok(sbm_core::wire::v1::admin::KeyEpoch { epoch })
}
