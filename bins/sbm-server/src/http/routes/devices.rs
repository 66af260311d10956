//! Devices (DEV-1).

use std::sync::Arc;

use axum::extract::State;
use sbm_core::permission::Task;

use super::{Answer, actor, ok, root};
use crate::http::{Caller, Origin};
use crate::service::{Service, present};

pub(super) async fn list(State(service): State<Arc<Service>>, origin: Origin, caller: Caller) -> Answer {
    service.authorise(&actor(&caller, &origin), Task::Devices, "device.list").await?;
    let (facts, traces) = (service.facts(), service.traces().await?);
    let root = root(&facts, &caller);
    let devices = facts.devices().filter(|device| present::visible(&facts, root, device.account));
    ok(present::page(devices.filter_map(|device| present::device(&facts, device, &traces)).collect(), |device| {
        device.computer.to_lowercase()
    }))
}
