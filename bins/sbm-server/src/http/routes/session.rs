//! Claim, login, logout (RUN-2, RUN-6, RUN-7, DEV-3).

use std::sync::Arc;

use axum::extract::State;
use sbm_core::wire::v1::session::{Claim, DeviceLogin, Login};

use super::{Answer, actor, no_content, ok};
use crate::http::{Caller, Json, Origin};
use crate::service::Service;

pub(super) async fn claim(State(service): State<Arc<Service>>, origin: Origin, Json(claim): Json<Claim>) -> Answer {
    service.claim(claim, origin.address).await?;
    no_content()
}

pub(super) async fn log_in(State(service): State<Arc<Service>>, origin: Origin, Json(login): Json<Login>) -> Answer {
    ok(service.log_in(login, origin.address).await?)
}

pub(super) async fn log_in_device(State(service): State<Arc<Service>>, origin: Origin, Json(login): Json<DeviceLogin>) -> Answer {
    ok(service.log_in_device(login, origin.address).await?)
}

pub(super) async fn log_out(State(service): State<Arc<Service>>, origin: Origin, caller: Caller) -> Answer {
    service.log_out(&actor(&caller, &origin), caller.session, caller.device).await?;
    no_content()
}
