//! What the client tells its log, sentence by sentence; see [`crate::log`].

use std::sync::Arc;

use sbm_core::agent::{Cause, Connection};
use sbm_core::cache::Trust;
use sbm_core::code::Code;

use super::Shared;
use crate::driver::SyncSummary;
use crate::error::Error;
use crate::log::{Journal, Level};
use crate::transport::{Flow, HttpRequest, HttpResponse, Transport, TransportError};

impl Shared {
    /// The client was opened.
    pub(super) fn tell_opened(&self) {
        let journal = &self.config.journal;
        let directory = self.config.directory().display();
        match self.view().connection() {
            Connection::Floor(why) => journal.note(Level::Warning, || {
                format!("opened `{directory}`, whose permissions cannot be trusted: {}; little is allowed", why.text())
            }),
            Connection::Refused(why) => journal.note(Level::Warning, || {
                format!("opened `{directory}`, which its server refused: {}; little is allowed", why.text())
            }),
            Connection::Unmanaged => journal.note(Level::Info, || format!("opened `{directory}`, which no server manages")),
            Connection::Online | Connection::Offline(_) => journal.note(Level::Info, || {
                let server = self.known().connection.map_or_else(String::new, |connection| connection.authority());
                format!("opened `{directory}`, which `{server}` manages for `{}`", self.view().user().unwrap_or_default())
            }),
        }
    }

    /// The standing became another one.
    pub(super) fn tell_standing(&self, before: Connection, now: Connection) {
        if before == now {
            return;
        }
        let journal = &self.config.journal;
        match now {
            Connection::Unmanaged => journal.note(Level::Info, || "no server manages this installation"),
            Connection::Online => journal.note(Level::Info, || "online: the server answered"),
            Connection::Offline(Code::Ok) => journal.note(Level::Debug, || "the server was not asked yet"),
            Connection::Offline(why) => {
                journal.note(Level::Warning, || format!("offline: {}; what the server said last holds", why.text()));
            }
            Connection::Refused(why) => {
                journal
                    .note(Level::Warning, || format!("the server refuses this installation: {}; little is allowed", why.text()));
            }
            Connection::Floor(why) => {
                journal.note(Level::Warning, || format!("the permissions cannot be trusted: {}; little is allowed", why.text()));
            }
        }
    }

    /// A sync begins.
    pub(super) fn tell_sync(&self, cause: Cause, trust: &Trust) {
        self.config.journal.note(Level::Debug, || {
            let server = trust.connection.as_ref().map_or_else(String::new, |connection| connection.authority());
            let why = match cause {
                Cause::Due => "it is due",
                Cause::RunEnded => "a run ended",
                Cause::OnDemand => "it was asked for",
            };
            format!("a sync with `{server}` begins: {why}")
        });
    }

    /// A sync ended.
    pub(super) fn tell_synced(&self, result: &Result<SyncSummary, Error>) {
        let journal = &self.config.journal;
        match result {
            Ok(summary) if summary.why.is_none() => journal.note(Level::Info, || {
                let rights = if summary.permissions_changed { "rights or profiles changed" } else { "no rights changed" };
                let SyncSummary { changes_waiting, history_sent, history_waiting, .. } = summary;
                format!("synced: {rights}, {changes_waiting} changes wait for the host, {history_sent} runs were sent, {history_waiting} wait")
            }),
            Ok(summary) => journal.note(Level::Warning, || {
                let (why, waiting) = (summary.why.unwrap_or(Code::Ok), summary.history_waiting);
                format!("the sync did not go through: {} ({why}); {waiting} runs wait", why.text())
            }),
            Err(error) => journal.note(Level::Error, || format!("the sync failed: {error}")),
        }
    }

    /// An act of the host or its user came to its end.
    pub(super) fn tell_act<T>(&self, what: &str, result: &Result<T, Error>) {
        let journal = &self.config.journal;
        match result {
            Ok(_) => journal.note(Level::Info, || format!("{what}: done")),
            Err(error) => journal.note(Level::Warning, || format!("{what}: {error} ({})", error.code())),
        }
    }
}

/// A way to a server that tells of each request.
pub(super) struct Told {
    way: Arc<dyn Transport>,
    journal: Journal,
}

impl Told {
    pub(super) const fn new(way: Arc<dyn Transport>, journal: Journal) -> Self {
        Self { way, journal }
    }

    fn tell(&self, method: &str, path: &str, result: &Result<HttpResponse, TransportError>) {
        self.journal.note(Level::Debug, || match result {
            Ok(response) => format!("`{method} {path}` was answered with status {}", response.status),
            Err(error) => format!("`{method} {path}` was not answered: {error} ({})", error.code),
        });
    }
}

impl Transport for Told {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let (method, path) = (request.method, request.path.clone());
        let result = self.way.send(request);
        self.tell(method, &path, &result);
        result
    }

    fn stream(&self, request: HttpRequest, flow: &mut dyn Flow) -> Result<HttpResponse, TransportError> {
        let (method, path) = (request.method, request.path.clone());
        let result = self.way.stream(request, flow);
        self.tell(method, &path, &result);
        result
    }
}
