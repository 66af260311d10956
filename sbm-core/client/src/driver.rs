//! Does what the agent says, in its order, and hands back what came of it (OFF-6).
//!
//! 1. A write that fails ends the sync: nothing that depends on it is sent or told.
//! 2. Only what came over verified TLS with a problem document is a refusal; everything else is "not reached" (OFF-2).

use std::sync::Arc;

use sbm_core::agent::{Agent, Answer, Event, Request, Step, Write};
use sbm_core::cache::{KeyDocument, Trust};
use sbm_core::code::Code;
use sbm_core::run::RunRecord;
use sbm_core::wire::v1::device::Runs;
use sbm_core::wire::v1::session::Secret;
use sbm_core::wire::v1::{Capability, path};
use sbm_core::wire::{MAX_ANSWER, v1};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Clock;
use crate::error::Error;
use crate::store::CacheStore;
use crate::transport::{HttpRequest, HttpResponse, Roots, Transport, TransportError, Verdict, read_answer};

/// What a sync came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyncSummary {
    /// Whether the server answered.
    pub online: bool,
    /// Why it did not, why it refused, or why what it sent is not trusted; none when all went well.
    pub why: Option<Code>,
    /// Whether rights or the list of profiles changed.
    pub permissions_changed: bool,
    /// How many changes wait for the host.
    pub changes_waiting: usize,
    /// How many records of runs the server took.
    pub history_sent: usize,
    /// How many records still wait for it.
    pub history_waiting: usize,
}

/// One sync's hands.
pub(crate) struct Driver<'a> {
    store: &'a dyn CacheStore,
    clock: &'a dyn Clock,
    transport: Option<Arc<dyn Transport>>,
    token: Option<Secret>,
    summary: SyncSummary,
    /// For tests: the process dies when these are used up.
    steps_left: Option<usize>,
}

impl<'a> Driver<'a> {
    /// For a sync with the server that this trust record knows, over that way to it.
    pub(crate) fn new(
        store: &'a dyn CacheStore,
        clock: &'a dyn Clock,
        trust: &Trust,
        transport: Option<Arc<dyn Transport>>,
    ) -> Self {
        Self { store, clock, transport, token: trust.token.clone(), summary: SyncSummary::default(), steps_left: None }
    }

    /// The process dies before the step with that number, counted from 0.
    #[cfg(test)]
    pub(crate) const fn dying_before(mut self, step: usize) -> Self {
        self.steps_left = Some(step);
        self
    }

    /// Goes on until the agent has nothing more to do.
    ///
    /// # Errors
    ///
    /// When the cache could not be written or read; the agent must then be loaded anew.
    pub(crate) fn run(mut self, agent: &mut Agent) -> Result<SyncSummary, Error> {
        while let Some(step) = agent.poll() {
            if self.steps_left == Some(0) {
                return Err(Error::new(Code::Internal, "the process died here"));
            }
            self.steps_left = self.steps_left.map(|left| left - 1);
            self.take(step, agent)?;
        }
        match self.store.waiting() {
            Ok(waiting) => self.summary.history_waiting = waiting,
            // That the server was not reached is no error, and what a damaged cache holds is not known before it was.
            Err(error) if self.summary.why.is_some() && error.code() == Code::CacheDamaged => {}
            Err(error) => return Err(error),
        }
        Ok(self.summary)
    }

    fn take(&mut self, step: Step, agent: &mut Agent) -> Result<(), Error> {
        match step {
            Step::Persist(writes) => self.persist(&writes),
            Step::Send(request) => {
                let answer = self.send(request);
                agent.handle_answer(self.clock.now(), answer);
                Ok(())
            }
            Step::ReadOutbox { limit, newest } => {
                let records = self.store.outbox(limit, newest)?;
                agent.handle_outbox(self.clock.now(), records);
                Ok(())
            }
            Step::Notify(event) => {
                self.note(&event);
                Ok(())
            }
        }
    }

    fn persist(&mut self, writes: &[Write]) -> Result<(), Error> {
        self.store.apply(writes)?;
        for write in writes {
            if let Write::Trust(trust) = write {
                self.token.clone_from(&trust.token);
            }
        }
        Ok(())
    }

    fn note(&mut self, event: &Event) {
        let summary = &mut self.summary;
        match event {
            Event::Online => (summary.online, summary.why) = (true, None),
            Event::Offline(code) => (summary.online, summary.why) = (false, Some(*code)),
            Event::Refused(code) | Event::Rejected(code) => (summary.online, summary.why) = (true, Some(*code)),
            Event::PermissionsChanged => summary.permissions_changed = true,
            Event::ChangesWaiting(count) => summary.changes_waiting = *count,
            Event::HistorySent(count) => {
                summary.online = true;
                summary.history_sent += count;
            }
        }
    }

    fn send(&self, request: Request) -> Answer {
        match request {
            Request::CheckIn(check_in) => match self.exchange("POST", path::CHECK_IN.to_owned(), Some(&*check_in)) {
                Ok(response) => {
                    let server_time = response.time;
                    self.read::<v1::device::CheckInAnswer>(response, |answer| Answer::CheckIn {
                        answer: Box::new(answer),
                        server_time,
                    })
                }
                Err(error) => Answer::Failed(error.code),
            },
            Request::Body { hash, .. } => match self.exchange::<()>("GET", format!("{}/{hash}", path::BODIES), None) {
                Ok(response) => settle(response.verdict(), |bytes| Ok(Answer::Body(bytes))),
                Err(error) => Answer::Failed(error.code),
            },
            Request::Stored(stored) => match self.exchange("POST", path::STORED.to_owned(), Some(&stored)) {
                Ok(response) => settle(response.verdict(), |_| Ok(Answer::Heard)),
                Err(error) => Answer::Failed(error.code),
            },
            Request::Runs(records) => {
                let sent = self.told(records).and_then(|told| self.exchange("POST", path::RUNS.to_owned(), Some(&told)));
                match sent {
                    Ok(response) => self.read(response, Answer::Runs),
                    Err(error) => Answer::Failed(error.code),
                }
            }
        }
    }

    /// The upload of these records. A gap goes by name only where the server knows what that is; elsewhere its text says it
    /// (DOOR-4).
    fn told(&self, mut records: Vec<RunRecord>) -> Result<Runs, TransportError> {
        if records.iter().any(|record| record.gap.is_some()) && !self.knows_gaps()? {
            records.iter_mut().for_each(|record| record.gap = None);
        }
        Ok(Runs::new(&records))
    }

    fn knows_gaps(&self) -> Result<bool, TransportError> {
        match self.exchange::<()>("GET", path::STATUS.to_owned(), None)?.verdict() {
            Verdict::Success(bytes) => {
                let status: v1::Status = read_answer(&bytes)
                    .map_err(|_| TransportError::new(Code::MalformedAnswer, "what answers there is not an SBM server"))?;
                Ok(status.can(Capability::Gap))
            }
            Verdict::Problem(_) => Ok(false),
            Verdict::Foreign(error) => Err(error),
        }
    }

    fn read<A: DeserializeOwned>(&self, response: HttpResponse, answer: impl FnOnce(A) -> Answer) -> Answer {
        settle(response.verdict(), |bytes| match read_answer(&bytes) {
            Ok(read) => Ok(answer(read)),
            Err(_) => Err(Code::MalformedAnswer),
        })
    }

    fn exchange<Q: Serialize>(
        &self,
        method: &'static str,
        path: String,
        body: Option<&Q>,
    ) -> Result<HttpResponse, TransportError> {
        let transport =
            self.transport.as_ref().ok_or_else(|| TransportError::new(Code::NotLoggedIn, Code::NotLoggedIn.text()))?;
        let body =
            body.map(serde_json::to_vec).transpose().map_err(|error| TransportError::new(Code::Internal, error.to_string()))?;
        transport.send(HttpRequest { method, path, token: self.token.clone(), body, max_answer: MAX_ANSWER, headers: Vec::new() })
    }
}

fn settle(verdict: Verdict, success: impl FnOnce(Vec<u8>) -> Result<Answer, Code>) -> Answer {
    match verdict {
        Verdict::Success(bytes) => success(bytes).unwrap_or_else(Answer::Failed),
        // A refusal that this version has no word for says nothing about this client, nor does one without a reason.
        Verdict::Problem(problem) => match problem.code() {
            Some(code) if code != Code::Ok => match problem.retry_after {
                Some(seconds) if code.is_retryable() => {
                    Answer::Later { code, wait: i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000) }
                }
                _ => Answer::Refused(code),
            },
            _ => Answer::Failed(Code::MalformedAnswer),
        },
        Verdict::Foreign(error) => Answer::Failed(error.code),
    }
}

/// What vouches for the server's certificate: the CAs of the newest key document, else the confirmed one. A connection
/// without a pin was accepted in so many words to rest on the system's roots, and stays so.
pub(crate) fn roots(trust: &Trust) -> Roots {
    let Some(confirmed) = trust.connection.as_ref().and_then(|connection| connection.ca) else { return Roots::System };
    let document = match (&trust.keys, &trust.root) {
        (Some(keys), Some(root)) => KeyDocument::verify(keys, root).ok(),
        _ => None,
    };
    match document {
        Some(document) if !document.ca.is_empty() => Roots::Pinned(document.ca),
        _ => Roots::Pinned(vec![confirmed]),
    }
}
