//! `/STATUS`: JSON when asked for, a line for a browser otherwise (RUN-1).

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::response::{Html, IntoResponse as _};
use sbm_core::wire::v1::{Capability, Status};

use super::{Answer, ok};
use crate::service::Service;

pub(super) async fn status(State(service): State<Arc<Service>>, headers: HeaderMap) -> Answer {
    let status = Status {
        service: "sbm".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        wire: vec![1],
        capabilities: Capability::ALL.iter().map(|capability| capability.name().to_owned()).collect(),
        claimed: service.facts().server().claimed,
        time: service.now(),
    };
    let wants_page =
        headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"));
    if wants_page { Ok(Html(page(&status)).into_response()) } else { ok(status) }
}

fn page(status: &Status) -> String {
    let state = if status.claimed {
        "The service is up."
    } else {
        "The service is up and waits to be set up: run <code>sbmctl setup</code> on its machine."
    };
    format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>SBM</title>\n\
         <style>body{{font:1.1rem/1.6 system-ui,sans-serif;margin:15vh auto;max-width:32rem;padding:0 1rem;color:#222}}\
         h1{{font-size:1.4rem}}small{{color:#777}}@media(prefers-color-scheme:dark){{body{{background:#111;color:#ddd}}}}</style>\n\
         <h1>SBM</h1>\n<p>{state}</p>\n<p><small>Version {} · {}</small></p>\n",
        status.version,
        status.time.to_rfc3339(),
    )
}
