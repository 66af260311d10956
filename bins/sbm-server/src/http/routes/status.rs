//! `/STATUS`: JSON when asked for, a line for a browser otherwise (RUN-1). `/READY` is the same for whoever spreads clients over
//! servers, and 503 while this one answers nothing else (RUN-7).

use std::sync::Arc;

use axum::extract::State;
use axum::response::{Html, IntoResponse as _, Redirect};
use sbm_core::code::Code;
use sbm_core::wire::v1::{Capability, Status, path};

use super::{Answer, ok};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::{Access, Authenticator as _, Wanted};
use crate::service::Service;

pub(super) const STATUS: Operation = Operation::get("status", path::STATUS, "", Access::Public)
    .says("Whether the service is up and claimed, and what it can do; its path is found in any case of its letters.")
    .answers(Answers::Page("Status"))
    .refuses(&[Code::NotClaimed]);
pub(super) const READY: Operation = Operation::get("ready", path::READY, "", Access::Public)
    .says("The same as long as this server answers, and `server_behind` with 503 while it has lost touch with the others: for a load balancer's health check. However much there is to do, it is answered; its path is found in any case of its letters.")
    .answers(Answers::Page("Status"))
    .refuses(&[Code::NotClaimed]);
pub(super) const ROOT: Operation =
    Operation::get("root", "/", "", Access::Claimed).says("Leads to `/STATUS`.").answers(Answers::Elsewhere(path::STATUS));

pub(super) async fn root() -> Answer {
    Ok(Redirect::permanent(path::STATUS).into_response())
}

pub(super) async fn ready(State(service): State<Arc<Service>>, wanted: Wanted) -> Answer {
    service.may_answer()?;
    status(State(service), wanted).await
}

pub(super) async fn status(State(service): State<Arc<Service>>, wanted: Wanted) -> Answer {
    let status = Status {
        service: "sbm".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        wire: vec![1],
        capabilities: Capability::ALL.iter().map(|capability| capability.name().to_owned()).collect(),
        claimed: service.facts().server().claimed,
        time: service.now(),
        serving: Some(service.answers()),
    };
    if wanted == Wanted::Html { Ok(Html(page(&status)).into_response()) } else { ok(status) }
}

fn page(status: &Status) -> String {
    let state = if !status.is_serving() {
        "The server is up, but it has lost touch with its database. It answers nothing else until it has caught up."
    } else if status.claimed {
        "The service is up. It is claimed: it has an administrator."
    } else {
        "The service is up. It is not claimed: it waits to be set up; run <code>sbmctl setup</code> on its machine."
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_claimed_or_not_claimed_in_words_run_1() {
        let page = |claimed, serving| {
            page(&Status {
                service: "sbm".to_owned(),
                version: "1".to_owned(),
                wire: vec![1],
                capabilities: Vec::new(),
                claimed,
                time: sbm_core::time::Timestamp::from_millis(0),
                serving: Some(serving),
            })
        };
        assert!(page(true, true).contains("It is claimed") && !page(true, true).contains("not claimed"));
        assert!(page(false, true).contains("It is not claimed") && page(false, true).contains("sbmctl setup"));
        assert!(page(true, false).contains("lost touch") && !page(true, true).contains("lost touch"));
    }
}
