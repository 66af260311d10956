//! Quotas as a host meets them (ACC-5): what it stores, how much room is left, and room for a run.
//!
//! 1. What the host stores is an absolute number, kept on disk until the server heard it; a newer word takes the place of one
//!    that waits.
//! 2. Where there is a quota the server is asked before a run begins, and keeps the room that the run expects to need. When
//!    it cannot be asked, what it said last decides, less what was stored since and what the runs that go on expect.
//! 3. The room of a run that does not go on is given back: at once where it did not begin here, and after an hour where the
//!    server still keeps it and no process has the run marked.
//! 4. What is over its quota refuses new data, never a restore. A soft quota warns: in [`Client::room`] and in the log.

use std::sync::{Arc, MutexGuard, PoisonError};

use sbm_core::account::quota::MOST;
use sbm_core::agent::{Cause, Connection, Planned, View};
use sbm_core::code::Code;
use sbm_core::id::RunId;
use sbm_core::permission::{Action, Decision, Gate, Resource};
use sbm_core::time::{HOUR, Timestamp};
use sbm_core::wire::MAX_ANSWER;
use sbm_core::wire::v1::device::Reservation;
use sbm_core::wire::v1::path;
use sbm_core::wire::v1::session::Secret;

use super::{Client, Shared, Talker, terms};
use crate::error::Error;
use crate::log::Level;
use crate::store::Mark;
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

/// How soon after its beginning a run is marked: from then on one that is marked nowhere does not go on.
const MARKED_WITHIN: i64 = HOUR;

/// A run that is about to begin, and what was asked for it. Dropped before it began it gives its room back.
#[must_use = "a run that does not begin gives its room back"]
pub(crate) struct Asked<'c> {
    shared: &'c Shared,
    run: RunId,
    is_kept: Kept,
    /// Nobody could be asked: whether it fits is decided where it is marked.
    alone: Option<(Action, Resource)>,
}

/// Whether the server keeps room for a run.
enum Kept {
    /// It was not asked, or refused.
    Not,
    /// It said so.
    Yes,
    /// Its answer was lost, or says nothing of it.
    Perhaps,
}

/// What came of asking the server for room.
enum Answer {
    /// It is kept.
    Kept,
    /// There is less, or the server has something against this installation.
    Refused(Error),
    /// Nobody could say.
    Away,
}

/// Runs that did not begin and whose room the server may keep, until it has it back.
#[derive(Default)]
pub(super) struct Unused(Vec<RunId>);

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
        let room = shared.view().room(storage.stored.map(|stored| stored.bytes), &storage.expected);
        Ok(Room {
            left: room.left,
            warns: room.warns,
            stored: storage.stored.map(|stored| stored.bytes),
            is_heard: storage.stored.is_some_and(|stored| stored.number <= shared.known().heard),
        })
    }

    /// Decides whether a run may begin, and has the server keep its room where there is a quota.
    pub(crate) fn decide_run(
        &self,
        id: RunId,
        action: Action,
        resource: Resource,
        estimate: u64,
    ) -> Result<(Decision, Asked<'_>), Error> {
        check(estimate)?;
        let shared = &*self.shared;
        let view = shared.view();
        let planned = Planned { estimate, asked: true, ..Planned::default() };
        let decision = decide(&view, action, resource, shared.now(), planned)?;
        let mut asked = Asked { shared, run: id, is_kept: Kept::Not, alone: None };
        if !action.gates().contains(&Gate::Quota) || !view.room(None, &[]).quota {
            return Ok((decision, asked));
        }
        match asked.ask(estimate)? {
            Answer::Kept => {
                if view.room(None, &[]).warns {
                    shared.config.journal.note(Level::Warning, || "a quota is nearly used up; free some room, or ask for more");
                }
                Ok((decision, asked))
            }
            Answer::Refused(error) => Err(error),
            Answer::Away => {
                asked.alone = Some((action, resource));
                Ok((decision, asked))
            }
        }
    }
}

impl Asked<'_> {
    /// Marks the run, if it may begin: from then on its room goes with its record.
    pub(crate) fn begin(mut self, mark: &Mark) -> Result<(), Error> {
        let shared = self.shared;
        match self.alone {
            None => shared.store.begin_run(mark)?,
            Some((action, resource)) => {
                // The question may have waited long; another process may have heard of less room meanwhile.
                shared.refresh();
                let (view, now) = (shared.view(), shared.now());
                shared.store.begin_run_in_room(mark, &|storage| {
                    let stored = storage.stored.map(|stored| stored.bytes);
                    let planned = Planned { estimate: mark.estimate, stored, expected: &storage.expected, asked: false };
                    decide(&view, action, resource, now, planned).map(drop)
                })?;
            }
        }
        self.is_kept = Kept::Not;
        Ok(())
    }

    /// Asks the server to keep room for the run, if it was there the last time.
    fn ask(&mut self, bytes: u64) -> Result<Answer, Error> {
        let (shared, run) = (self.shared, self.run);
        if !matches!(shared.view().connection(), Connection::Online | Connection::Offline(Code::Ok)) {
            return Ok(Answer::Away);
        }
        let began = shared.cancel.begin();
        let known = shared.known();
        let (Some(token), Ok(way)) = (known.token, shared.way_beside(&began)) else { return Ok(Answer::Away) };
        let body = Some(body_of(&Reservation { run, bytes })?);
        let request = HttpRequest { body, ..request("POST", path::RESERVATIONS.to_owned(), token) };
        let failed = match way.send(request).map(HttpResponse::verdict) {
            Ok(Verdict::Success(_)) => {
                self.is_kept = Kept::Yes;
                return Ok(Answer::Kept);
            }
            Ok(Verdict::Problem(problem)) => {
                if !problem.code().is_some_and(refuses) {
                    self.is_kept = Kept::Perhaps;
                    return Ok(Answer::Away);
                }
                let error = Error::from(problem);
                if error.code() != Code::DeniedQuota {
                    // What it has against this installation it says to the agent, too, which narrows on disk; the run does not wait
                    // for that: another sync may be under way.
                    shared.hear(&began);
                }
                return Ok(Answer::Refused(error));
            }
            Ok(Verdict::Foreign(error)) | Err(error) => error,
        };
        self.is_kept = Kept::Perhaps;
        if failed.code == Code::Cancelled {
            return Err(failed.into());
        }
        if let Some(mut talker) = shared.try_talker() {
            talker.agent.handle_away(shared.now(), failed.code);
            shared.publish(&mut talker.agent);
        }
        Ok(Answer::Away)
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        let is_given_back = match self.is_kept {
            Kept::Not => return,
            Kept::Yes => self.shared.give_back_at_once(self.run),
            // Whoever did not answer is not asked again at once.
            Kept::Perhaps => false,
        };
        if !is_given_back {
            self.shared.unused().note(self.run);
        }
    }
}

impl Unused {
    /// More than these are found by what the server says that it keeps.
    const MOST: usize = 64;

    fn note(&mut self, run: RunId) {
        if self.0.len() < Self::MOST {
            self.0.push(run);
        }
    }
}

impl Shared {
    /// Has the server free what it keeps for runs that do not go on: those that did not begin here, and after a check-in those
    /// that it named and that no process goes on with. What cannot be given back now is tried again with the next sync.
    pub(super) fn give_room_back(&self, talker: &mut Talker, cause: Cause, began: &Act) {
        let Unused(mut runs) = std::mem::take(&mut *self.unused());
        if cause != Cause::RunEnded {
            let abandoned: Vec<RunId> = self.abandoned().into_iter().filter(|run| !runs.contains(run)).collect();
            runs.extend(abandoned);
        }
        if runs.is_empty() {
            return;
        }
        let Ok(way) = talker.way_to(&self.config, &self.cancel).map(|way| self.one_act(way, began)) else { return };
        let mut left = runs.into_iter();
        while let Some(run) = left.next() {
            if !self.give_back(&*way, run) {
                let mut unused = self.unused();
                std::iter::once(run).chain(left).for_each(|run| unused.note(run));
                return;
            }
        }
    }

    /// What the server keeps for runs that are marked nowhere. One that just began may not be marked yet.
    fn abandoned(&self) -> Vec<RunId> {
        let view = self.view();
        let Some(storage) = Some(view.kept()).filter(|kept| !kept.is_empty()).and_then(|_| self.store.storage().ok()) else {
            return Vec::new();
        };
        let goes_on = |run: RunId| storage.expected.iter().any(|marked| marked.run == run);
        let is_new = |run: RunId| self.now().since(run.made_at()) < MARKED_WITHIN;
        view.kept().iter().map(|kept| kept.run).filter(|run| !goes_on(*run) && !is_new(*run)).collect()
    }

    fn give_back_at_once(&self, run: RunId) -> bool {
        let began = self.cancel.begin();
        self.way_beside(&began).is_ok_and(|way| self.give_back(&*way, run))
    }

    /// Whether the server has it back, or never will by asking again.
    fn give_back(&self, way: &dyn Transport, run: RunId) -> bool {
        let Some(token) = self.known().token else { return true };
        let verdict = way.send(request("DELETE", format!("{}/{run}", path::RESERVATIONS), token)).map(HttpResponse::verdict);
        match verdict {
            Ok(Verdict::Success(_)) => {
                self.config.journal.note(Level::Info, || format!("the run `{run}` does not go on; the server has its room back"));
                true
            }
            Ok(Verdict::Problem(problem)) => !problem.code().is_some_and(Code::is_retryable),
            Ok(Verdict::Foreign(_)) | Err(_) => false,
        }
    }

    fn unused(&self) -> MutexGuard<'_, Unused> {
        self.unused.lock().unwrap_or_else(PoisonError::into_inner)
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

fn request(method: &'static str, path: String, token: Secret) -> HttpRequest {
    HttpRequest { method, path, token: Some(token), body: None, max_answer: MAX_ANSWER, headers: Vec::new() }
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

fn decide(view: &View, action: Action, resource: Resource, now: Timestamp, planned: Planned<'_>) -> Result<Decision, Error> {
    let decision = view.decide_run(action, resource, || now, planned);
    if decision.goes_on() { Ok(decision) } else { Err(denied(view, decision, action, resource)) }
}

fn denied(view: &View, decision: Decision, action: Action, resource: Resource) -> Error {
    let told = view.explain_decision(decision, action, resource);
    let way = told.change.map(|change| format!("; {change}")).unwrap_or_default();
    Error::new(decision.code, format!("{}{way}", told.sentence))
}
