//! Quotas as a host meets them (ACC-5): what it stores, how much room is left, and room for a run.
//!
//! 1. What the host stores is an absolute number, kept on disk until the server heard it; a newer word takes the place of one
//!    that waits.
//! 2. Where there is a quota the server is asked before a run begins, and keeps the room that the run expects to need. When
//!    it cannot be asked, what it said last decides, less what was stored since and what the runs that go on expect.
//! 3. What is over its quota refuses new data, never a restore. A soft quota warns: in [`Client::room`] and in the log.

use std::sync::Arc;

use sbm_core::account::quota::MOST;
use sbm_core::agent::{Cause, Connection, Planned, View};
use sbm_core::code::Code;
use sbm_core::id::RunId;
use sbm_core::permission::{Action, Decision, Gate, Resource};
use sbm_core::wire::MAX_ANSWER;
use sbm_core::wire::v1::device::Reservation;
use sbm_core::wire::v1::path;

use super::{Client, Shared, terms};
use crate::error::Error;
use crate::log::Level;
use crate::transport::{Act, HttpRequest, HttpResponse, Transport, Verdict, body_of};

/// How much room is left, as far as this installation knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Room {
    /// Bytes of new data that still fit below the tightest quota, as the server said at the last contact, less what was stored
    /// since and what the runs that go on expect to store. None where there is no ceiling.
    pub left: Option<u64>,
    /// A soft quota is reached, or a ceiling: time to tell somebody.
    pub warns: bool,
    /// How many bytes the host stores by its own last word; none before the first.
    pub stored: Option<u64>,
    /// Whether the server heard that word.
    pub is_heard: bool,
}

/// What came of asking the server for room.
enum Asked {
    /// It is kept.
    Kept,
    /// There is less, or the server has something against this installation.
    Refused(Error),
    /// Nobody could say.
    Away,
}

impl Client {
    /// Says how many bytes this installation stores in all, in bytes and not since the last time: after each run, and whenever
    /// the host deleted something. It is on disk when this returns and goes to the server with the next sync; of words that
    /// wait only the newest goes, once.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`] for more than [`MOST`] bytes; [`Code::NotLoggedIn`] on an unmanaged installation; when the cache
    /// cannot be written.
    ///
    /// # Offline
    ///
    /// Works; the room that is left gets less by what is stored more.
    pub fn report_stored(&self, bytes: u64) -> Result<(), Error> {
        let shared = &self.shared;
        let _telling = shared.config.journal.begin();
        check(bytes)?;
        shared.refresh();
        if shared.view().connection() == Connection::Unmanaged {
            let message = "no server manages this installation, and nobody counts what it stores; log in to the server first";
            return Err(Error::new(Code::NotLoggedIn, message));
        }
        shared.store.report_stored(bytes, shared.now())?;
        shared.config.journal.note(Level::Info, || format!("this installation stores {bytes} bytes by its own word"));
        if let Some(mut talker) = shared.try_talker() {
            shared.reload(&mut talker.agent)?;
        }
        Ok(())
    }

    /// How much room is left, from disk and memory; nothing is sent.
    ///
    /// # Errors
    ///
    /// When the cache cannot be read.
    pub fn room(&self) -> Result<Room, Error> {
        let shared = &self.shared;
        let _telling = shared.config.journal.begin();
        shared.refresh();
        let storage = shared.store.storage()?;
        let room = shared.view().room(storage.stored.map(|stored| stored.bytes), storage.expected);
        Ok(Room {
            left: room.left,
            warns: room.warns,
            stored: storage.stored.map(|stored| stored.bytes),
            is_heard: storage.stored.is_some_and(|stored| stored.number <= shared.known().heard),
        })
    }

    /// Decides whether a run may begin, and has the server keep its room where there is a quota.
    pub(crate) fn decide_run(&self, id: RunId, action: Action, resource: Resource, estimate: u64) -> Result<Decision, Error> {
        check(estimate)?;
        let shared = &self.shared;
        let decide = |view: &View, planned: Planned| {
            let decision = view.decide_run(action, resource, || shared.now(), planned);
            if decision.goes_on() { Ok(decision) } else { Err(denied(view, decision, action, resource)) }
        };
        let view = shared.view();
        let decision = decide(&view, Planned { estimate, asked: true, ..Planned::default() })?;
        if !action.gates().contains(&Gate::Quota) || !view.room(None, 0).quota {
            return Ok(decision);
        }
        match shared.ask_room(id, estimate)? {
            Asked::Kept => {
                if view.room(None, 0).warns {
                    shared.config.journal.note(Level::Warning, || "a quota is nearly used up; free some room, or ask for more");
                }
                Ok(decision)
            }
            Asked::Refused(error) => Err(error),
            Asked::Away => {
                let storage = shared.store.storage()?;
                let stored = storage.stored.map(|stored| stored.bytes);
                decide(&shared.view(), Planned { estimate, stored, expected: storage.expected, asked: false })
            }
        }
    }
}

impl Shared {
    /// Asks the server to keep room for a run, if it was there the last time.
    fn ask_room(&self, run: RunId, bytes: u64) -> Result<Asked, Error> {
        if !matches!(self.view().connection(), Connection::Online | Connection::Offline(Code::Ok)) {
            return Ok(Asked::Away);
        }
        let began = self.cancel.begin();
        let known = self.known();
        let (Some(token), Ok(way)) = (known.token, self.way_beside(&began)) else { return Ok(Asked::Away) };
        let request = HttpRequest {
            method: "POST",
            path: path::RESERVATIONS.to_owned(),
            token: Some(token),
            body: Some(body_of(&Reservation { run, bytes })?),
            max_answer: MAX_ANSWER,
            headers: Vec::new(),
        };
        let failed = match way.send(request).map(HttpResponse::verdict) {
            Ok(Verdict::Success(_)) => return Ok(Asked::Kept),
            Ok(Verdict::Problem(problem)) => {
                if !problem.code().is_some_and(refuses) {
                    return Ok(Asked::Away);
                }
                let error = Error::from(problem);
                if error.code() != Code::DeniedQuota {
                    // What it has against this installation it says to the agent, too, which narrows on disk; the run does not wait
                    // for that: another sync may be under way.
                    self.hear(&began);
                }
                return Ok(Asked::Refused(error));
            }
            Ok(Verdict::Foreign(error)) | Err(error) => error,
        };
        if failed.code == Code::Cancelled {
            return Err(failed.into());
        }
        if let Some(mut talker) = self.try_talker() {
            talker.agent.handle_away(self.now(), failed.code);
            self.publish(&mut talker.agent);
        }
        Ok(Asked::Away)
    }

    /// A way to the server for one question, beside a sync that may be under way.
    fn way_beside(&self, began: &Act) -> Result<Arc<dyn Transport>, Error> {
        let way = match self.try_talker() {
            Some(mut talker) => talker.way_to(&self.config, &self.cancel)?,
            None => {
                let known = self.known();
                let connection = known.connection.ok_or_else(|| Error::from(Code::NotLoggedIn))?;
                self.config.network.connect(&connection, &known.roots, &terms(&self.config, &self.cancel))?
            }
        };
        Ok(self.one_act(way, began))
    }

    fn hear(&self, began: &Act) {
        if let Some(mut talker) = self.try_talker() {
            // Why it failed stands in the client's state, or is told by the next sync.
            let _heard = self.sync(&mut talker, Cause::OnDemand, began);
        }
    }
}

/// Whether that answer to a question for room is a word about who asked. What is wrong with the server, with the moment or with
/// the way there says nothing about this installation (OFF-1, NET-1), and a server without quotas refuses nothing (DOOR-4).
const fn refuses(code: Code) -> bool {
    let is_of_the_way =
        matches!(code, Code::AddressRefused | Code::ForwardingRefused | Code::HostRefused | Code::NoSuchRoute | Code::Ok);
    !is_of_the_way && !code.is_retryable() && code.status() < 500
}

fn check(bytes: u64) -> Result<(), Error> {
    if bytes <= MOST {
        return Ok(());
    }
    Err(Error::new(Code::InvalidArgument, format!("{bytes} bytes are more than anything stores; say at most {MOST}")))
}

fn denied(view: &View, decision: Decision, action: Action, resource: Resource) -> Error {
    let told = view.explain_decision(decision, action, resource);
    let way = told.change.map(|change| format!("; {change}")).unwrap_or_default();
    Error::new(decision.code, format!("{}{way}", told.sentence))
}
