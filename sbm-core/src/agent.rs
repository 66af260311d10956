//! The client as a state machine without I/O (OFF-6): network, disk and time are driven from outside.
//!
//! 1. `handle_*` takes something that happened, [`poll`](Agent::poll) gives the next thing to do, in order.
//! 2. A [`Step::Persist`] comes out before the [`Step::Send`] or [`Step::Notify`] that depends on it, so that a driver
//!    that dies between any two steps has lost nothing that anybody was told.
//! 3. What comes from the network is verified here and nowhere else; what cannot be trusted is a typed error and the
//!    floor, persisted before it is told (OFF-3).
//! 4. Unreachable is not refused (OFF-2): the one leaves the last verified rights in force, the other narrows to the
//!    floor until the next success, across restarts and outages.

mod history;
pub mod step;
mod sync;
mod verify;
pub mod view;

pub use step::{Answer, Cause, Event, Request, Snapshot, Step, Write};
pub use view::{Connection, Planned, Room, View};

use alloc::boxed::Box;
use alloc::collections::{BTreeSet, VecDeque};
use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;

use crate::cache::{KeyDocument, Lock, Number, Trust};
use crate::code::Code;
use crate::id::Hash;
use crate::profile::{Applied, Change};
use crate::time::{MINUTE, SECOND, Timestamp};
use crate::wire::v1::ConnectionString;
use crate::wire::v1::device::{Outcome, Stored};
use crate::wire::v1::session::DeviceSession;
use verify::Known;

/// The shortest time between two checks (PRO-8).
const CHECK_AFTER: i64 = 54 * MINUTE;
/// How much later a check may come, so that a fleet does not come all at once.
const CHECK_JITTER: i64 = 6 * MINUTE;
/// The first pause after a failure; it doubles up to [`CHECK_AFTER`].
const FIRST_PAUSE: i64 = 30 * SECOND;

/// One installation's side of the conversation with its server.
#[derive(Clone, Debug)]
pub struct Agent {
    trust: Trust,
    fault: Option<Code>,
    known: Result<Known, Code>,
    applied: Vec<Applied>,
    queue: Vec<Change>,
    bodies: BTreeSet<Hash>,
    outcomes: Vec<(i64, Outcome)>,
    stored: Option<Stored>,
    contact: Connection,
    steps: VecDeque<Step>,
    phase: Phase,
    cause: Cause,
    seed: u64,
    failures: u32,
    next_check: Timestamp,
}

/// What the agent is in the middle of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing.
    Idle,
    /// A check-in was sent, with the head as proof or without.
    CheckingIn { with_proof: bool },
    /// A body was asked for.
    Fetching { hash: Hash },
    /// An image of the branding was asked for.
    FetchingImage { hash: Hash },
    /// The host's word about what it stores was sent; its number.
    Reporting { number: u64 },
    /// Waiting records are being read.
    ReadingOutbox,
    /// Records were sent, with these ids and sequence numbers.
    SendingRuns { sent: Vec<(crate::id::RunId, u64)> },
}

impl Agent {
    /// Takes up where the cache left off. The seed spreads the checks of a fleet over their six minutes.
    #[must_use]
    pub fn new(snapshot: Snapshot, seed: u64) -> Self {
        let contact = Connection::Offline(Code::Ok);
        let mut agent = Self {
            trust: snapshot.trust.clone(),
            fault: None,
            known: Err(Code::DeniedFloor),
            applied: Vec::new(),
            queue: Vec::new(),
            bodies: BTreeSet::new(),
            outcomes: Vec::new(),
            stored: None,
            contact,
            steps: VecDeque::new(),
            phase: Phase::Idle,
            cause: Cause::Due,
            seed,
            failures: 0,
            next_check: Timestamp::default(),
        };
        agent.reload(snapshot);
        agent
    }

    /// Takes over what lies in the cache now: at the beginning of a sync, after another process wrote, or after a write
    /// failed. Steps that were not polled yet are dropped.
    pub fn reload(&mut self, snapshot: Snapshot) {
        let Snapshot { trust, fault, applied, queue, bodies, outcomes, stored } = snapshot;
        let newer = |contact: &Timestamp| fault.is_none() && self.trust.contact.is_some_and(|before| before < *contact);
        if let Some(contact) = trust.contact.filter(newer) {
            // Another process of this installation was there: that is a contact for all of them (OFF-8).
            self.reached(contact);
        }
        self.known = match fault {
            Some(code) => Err(code),
            None => verify::load(&trust),
        };
        (self.fault, self.stored) = (fault, stored);
        (self.trust, self.applied, self.queue, self.bodies, self.outcomes) = (trust, applied, queue, bodies, outcomes);
        self.steps.clear();
        self.phase = Phase::Idle;
    }

    /// Takes over what a login brought: from now on this installation is managed, and its connection locked (USR-9).
    ///
    /// # Errors
    ///
    /// [`Code::KeysInvalid`] and the other errors of a key document, when the server's own key does not vouch for it.
    pub fn handle_login(
        &mut self,
        now: Timestamp,
        connection: ConnectionString,
        login: &str,
        session: DeviceSession,
    ) -> Result<(), Code> {
        let keys = KeyDocument::verify(&session.keys, &session.root)?;
        let same_server = self.trust.root.as_ref() == Some(&session.root);
        let held = verify::held(&self.trust).filter(|head| same_server && keys.epoch <= head.epoch);
        // Two accounts may have a user of the same name each.
        let same_user = self.trust.user.as_deref() == Some(session.user.as_str()) && self.trust.admits_user(login);
        let trust = &mut self.trust;
        trust.lock = Some(Lock { connection: connection.clone(), user: login.trim().to_string() });
        trust.connection = Some(connection);
        trust.user = Some(session.user.to_string());
        trust.token = Some(session.token);
        (trust.contact, trust.latest) = (Some(now), now);
        if held.is_some() {
            // The head stays as proof of how far this server was; until the first check-in only the floor is left. Without
            // its list a head grants nothing at all: another user does not restore by the rights of the one before.
            trust.refused = Some(Code::DeniedFloor.name().to_string());
            trust.list = trust.list.take().filter(|_| same_user);
            trust.room = trust.room.take().filter(|_| same_user);
        } else {
            (trust.root, trust.keys) = (Some(session.root), Some(session.keys));
            (trust.head, trust.list, trust.refused, trust.room) = (None, None, None, None);
        }
        if !same_server {
            // What another server saw and acknowledged is nothing to this one.
            (trust.seen, trust.acknowledged, trust.cached_upload) = (Number::ZERO, 0, None);
        }
        // The device may be another one, which has said nothing yet.
        self.trust.heard = 0;
        (self.known, self.fault) = (verify::load(&self.trust), None);
        self.contact = Connection::Online;
        self.persist_trust(vec![]);
        self.steps.push_back(Step::Notify(Event::Online));
        Ok(())
    }

    /// The settings proved right: from now on they are read-only (USR-9). A connection that is locked stays as it is.
    ///
    /// # Errors
    ///
    /// The fault of a cache that is damaged: nothing is kept in it before the next login. A cache that is only missing,
    /// or never was, takes the lock.
    pub fn handle_lock(&mut self, now: Timestamp, connection: ConnectionString, login: &str) -> Result<(), Code> {
        if self.trust.locked().is_some() {
            return Ok(());
        }
        if let Some(fault) = self.fault.filter(|fault| *fault != Code::CacheMissing) {
            return Err(fault);
        }
        self.trust.lock = Some(Lock { connection, user: login.trim().to_string() });
        self.trust.latest = self.trust.latest.max(now);
        self.persist_trust(vec![]);
        Ok(())
    }

    /// A person has yet to let this installation in (DEV-1): it keeps its name until then. Nothing else changes.
    pub fn handle_waiting(&mut self, now: Timestamp) {
        if self.fault.is_none() {
            self.trust.latest = self.trust.latest.max(now);
            self.persist_trust(vec![]);
        }
    }

    /// Forgets the token, and keeps the lock. The installation stays managed: until the next login only the floor is left.
    pub fn handle_logout(&mut self, now: Timestamp) {
        if self.trust.connection.is_none() {
            return;
        }
        self.trust.token = None;
        self.trust.latest = self.trust.latest.max(now);
        self.narrow(now, Code::NotLoggedIn);
    }

    /// Begins a sync; then poll.
    ///
    /// # Errors
    ///
    /// [`Code::NotLoggedIn`] without a server or a token.
    pub fn start_sync(&mut self, now: Timestamp, cause: Cause) -> Result<(), Code> {
        if self.trust.connection.is_none() || self.trust.token.is_none() {
            return Err(Code::NotLoggedIn);
        }
        self.steps.clear();
        self.phase = Phase::Idle;
        self.cause = cause;
        self.trust.latest = self.trust.latest.max(now);
        match cause {
            Cause::RunEnded if !matches!(self.contact, Connection::Online | Connection::Offline(Code::Ok)) => {}
            // A check-in comes before every upload: it tells whether the server still has what it acknowledged (HIS-3).
            Cause::RunEnded | Cause::Due | Cause::OnDemand => self.check_in(false),
        }
        Ok(())
    }

    /// The next thing to do; nothing when the sync is over. After a [`Step::Send`] or [`Step::ReadOutbox`] hand over its
    /// result before polling again.
    pub fn poll(&mut self) -> Option<Step> {
        self.steps.pop_front()
    }

    /// Takes the answer to the last [`Step::Send`].
    pub fn handle_answer(&mut self, now: Timestamp, answer: Answer) {
        let phase = core::mem::replace(&mut self.phase, Phase::Idle);
        match (phase, answer) {
            (_, Answer::Failed(Code::Cancelled)) => self.give_up(now),
            (_, Answer::Failed(code)) => self.fail(now, code),
            (_, Answer::Later { code, wait }) => self.fail_for(now, code, wait),
            (Phase::CheckingIn { with_proof: false }, Answer::Refused(Code::NumberAhead)) if self.trust.head.is_some() => {
                self.check_in(true)
            }
            (_, Answer::Refused(code)) if narrows(code) => self.narrow(now, code),
            // What is only to be looked at holds nothing up.
            (Phase::FetchingImage { .. }, Answer::Refused(_)) => self.report_stored(),
            (Phase::FetchingImage { hash }, Answer::Body(bytes)) => self.take_image(hash, bytes),
            // A server that knows no quotas, or does not believe the word: nothing else waits for it.
            (Phase::Reporting { .. }, Answer::Refused(_)) => self.read_outbox(),
            (Phase::Reporting { number }, Answer::Heard) => self.take_heard(number),
            (_, Answer::Refused(code)) => self.fail(now, code),
            (Phase::CheckingIn { .. }, Answer::CheckIn { answer, .. }) => self.take_check_in(now, *answer),
            (Phase::Fetching { hash }, Answer::Body(bytes)) => self.take_body(hash, bytes),
            (Phase::SendingRuns { sent }, Answer::Runs(answer)) => self.take_receipts(now, &sent, &answer),
            _ => self.fail(now, Code::MalformedAnswer),
        }
    }

    /// The clock showed this moment since the last contact, by what [`View::latest`] says: setting it back gains nothing. It
    /// goes to disk with the next record that does. `contact` is the contact that the view rested on: a later one has
    /// corrected the clock.
    pub fn handle_moment(&mut self, contact: Option<Timestamp>, latest: Timestamp) {
        if self.trust.contact == contact {
            self.trust.latest = self.trust.latest.max(latest);
        }
    }

    /// The server was not reached by a question beside a sync: nothing is narrowed, and it is left alone for a while (OFF-1).
    pub fn handle_away(&mut self, now: Timestamp, code: Code) {
        self.failures = self.failures.saturating_add(1);
        self.next_check = self.next_check.max(now.plus(FIRST_PAUSE + self.jitter(FIRST_PAUSE / 4)));
        self.contact = Connection::Offline(code);
    }

    /// When the next check is due; at once before the first.
    #[must_use]
    pub const fn next_check(&self) -> Timestamp {
        self.next_check
    }

    /// Whether a check is due: its time has come, or the clock was set back far behind it.
    #[must_use]
    pub const fn is_check_due(&self, now: Timestamp) -> bool {
        now.as_millis() >= self.next_check.as_millis() || self.next_check.since(now) > CHECK_AFTER + CHECK_JITTER
    }

    /// What decisions are made from. It is told to nobody before it was persisted: take it after the last step.
    #[must_use]
    pub fn view(&self) -> View {
        View::of(&self.trust, &self.known, self.fault, self.contact, self.stored)
    }

    /// The trust record as it stands.
    #[must_use]
    pub const fn trust(&self) -> &Trust {
        &self.trust
    }

    /// The server was not reached, or could not answer: nothing is narrowed, the next try comes later (OFF-1).
    fn fail(&mut self, now: Timestamp, code: Code) {
        self.fail_for(now, code, 0);
    }

    /// The same, and the server said how long to stay away: the next try comes later than that, spread (ERR-3).
    fn fail_for(&mut self, now: Timestamp, code: Code, wait: i64) {
        self.failures = self.failures.saturating_add(1);
        let pause = FIRST_PAUSE.saturating_mul(1 << self.failures.min(8).saturating_sub(1)).max(wait).min(CHECK_AFTER);
        // Never beyond the hour: what lies further ahead counts as a clock that was set back.
        self.next_check = now.plus(pause + self.jitter((pause / 4).min(CHECK_JITTER)));
        self.contact = Connection::Offline(code);
        self.steps.clear();
        if self.trust.refused.is_none() && self.known.is_ok() {
            // The latest moment goes to disk, so that a clock set back during an outage gains nothing.
            self.persist_trust(vec![]);
        }
        self.steps.push_back(Step::Notify(Event::Offline(code)));
    }

    /// Whoever asked for it ended it: that is no outage and no failure, and nothing is known that was not known before.
    fn give_up(&mut self, now: Timestamp) {
        // A server that asked for a pause has it all the same.
        self.next_check = self.next_check.max(now.plus(FIRST_PAUSE + self.jitter(FIRST_PAUSE / 4)));
        self.steps.clear();
        self.steps.push_back(Step::Notify(Event::Offline(Code::Cancelled)));
    }

    /// The server refused this client: persisted first, then told (OFF-2). It is asked again like one that is there.
    fn narrow(&mut self, now: Timestamp, code: Code) {
        self.next_check = now.plus(CHECK_AFTER + self.jitter(CHECK_JITTER));
        self.trust.refused = Some(code.name().to_string());
        self.steps.clear();
        self.persist_trust(vec![]);
        self.steps.push_back(Step::Notify(Event::Refused(code)));
    }

    /// What the server sent cannot be trusted: the floor, persisted first, then told (OFF-3).
    fn reject(&mut self, code: Code) {
        self.trust.refused = Some(code.name().to_string());
        self.steps.clear();
        self.persist_trust(vec![]);
        self.steps.push_back(Step::Notify(Event::Rejected(code)));
    }

    fn persist_trust(&mut self, mut writes: Vec<Write>) {
        writes.insert(0, Write::Trust(Box::new(self.trust.clone())));
        self.steps.push_back(Step::Persist(writes));
    }

    fn reached(&mut self, now: Timestamp) {
        self.contact = Connection::Online;
        self.failures = 0;
        self.next_check = now.plus(CHECK_AFTER + self.jitter(CHECK_JITTER));
    }

    /// A number from 0 to below `span`, another one each time.
    fn jitter(&mut self, span: i64) -> i64 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.seed >> 33).unwrap_or(0).checked_rem(span).unwrap_or(0)
    }
}

/// Whether a refusal says something about this client's user, device or token, rather than about the moment.
const fn narrows(code: Code) -> bool {
    matches!(
        code,
        Code::WrongCredentials
            | Code::TokenRefused
            | Code::WrongAudience
            | Code::UserDisabled
            | Code::DeviceRemoved
            | Code::OtherMachine
            | Code::NotLoggedIn
    )
}

#[cfg(test)]
mod tests;
