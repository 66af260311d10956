//! Check-in, list and bodies: how a client comes to have what its server wants it to have (OFF-5, PRO-8).
//!
//! Rights act as soon as head and list are verified and on disk; bodies come after them and only feed the queue.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;

use super::step::{Event, Request, Step, Write};
use super::verify::{self, Fresh};
use super::{Agent, Phase};
use crate::account::Branding;
use crate::account::branding::Image;
use crate::cache::{Head, Number};
use crate::code::Code;
use crate::id::Hash;
use crate::profile::{Change, due_changes};
use crate::time::Timestamp;
use crate::wire::v1::device::{CheckIn, CheckInAnswer, Proof};
use crate::wire::{MAX_BODY, MAX_OUTCOMES};

/// So many runs can a cache be behind its server at the most.
const MOST_RUNS_LOST: u64 = 1_000_000;

impl Agent {
    pub(super) fn check_in(&mut self, with_proof: bool) {
        let held = verify::held(&self.trust);
        let check_in = CheckIn {
            number: held.as_ref().map_or(Number::ZERO, Head::number),
            mark: held.and_then(|head| head.mark),
            list: self.known.as_ref().ok().map(|known| known.head.list),
            acknowledged: self.trust.acknowledged,
            proof: if with_proof { self.proof() } else { None },
            outcomes: self.outcomes.iter().take(MAX_OUTCOMES).map(|(_, outcome)| outcome.clone()).collect(),
        };
        self.phase = Phase::CheckingIn { with_proof };
        self.steps.push_back(Step::Send(Request::CheckIn(Box::new(check_in))));
    }

    fn proof(&self) -> Option<Proof> {
        Some(Proof { head: self.trust.head.clone()?, keys: self.trust.keys.clone()? })
    }

    pub(super) fn take_check_in(&mut self, now: Timestamp, answer: CheckInAnswer) {
        self.reached(now);
        let acknowledged = answer.acknowledged;
        match verify::answer(&self.trust, self.known.as_ref().ok(), answer) {
            Ok(fresh) => self.accept(now, fresh, acknowledged),
            Err(code) => self.reject(code),
        }
    }

    /// Head and list go to disk in one piece, then they act, then bodies are fetched.
    fn accept(&mut self, now: Timestamp, fresh: Fresh, acknowledged: Option<u64>) {
        let new_epoch = fresh.known.head.epoch > self.trust.seen.epoch && self.trust.seen.epoch > 0;
        let changed = !self.known.as_ref().is_ok_and(|known| known.grants_as(&fresh.known)) || self.trust.refused.is_some();
        let trust = &mut self.trust;
        trust.seen = fresh.known.head.number();
        (trust.keys, trust.head, trust.list) = (Some(fresh.keys), Some(fresh.head), Some(fresh.list));
        trust.room = fresh.room;
        if new_epoch {
            // It may have forgotten what it heard.
            trust.heard = 0;
        }
        trust.refused = None;
        (trust.contact, trust.latest) = (Some(now), now);
        (self.known, self.fault) = (Ok(fresh.known), None);

        let mut writes = vec![];
        if !self.outcomes.is_empty() {
            let sent = self.outcomes.len().min(MAX_OUTCOMES);
            writes.push(Write::OutcomesSent(self.outcomes.drain(..sent).map(|(row, _)| row).collect()));
        }
        if new_epoch {
            writes.push(Write::SendAgain);
        }
        match acknowledged {
            // The server came back from an older copy of its history: the last week goes to it again (HIS-3).
            Some(highest) if highest < self.trust.acknowledged => {
                self.trust.acknowledged = highest;
                writes.push(Write::SendAgain);
            }
            // Our cache did. A number that no copy can explain is not followed: it would use up the numbers that are left.
            Some(highest) if highest.saturating_sub(self.trust.acknowledged) <= MOST_RUNS_LOST => {
                self.trust.acknowledged = highest;
                writes.push(Write::RaiseSequence(highest));
            }
            _ => {}
        }
        self.persist_trust(writes);
        self.steps.push_back(Step::Notify(Event::Online));
        if changed {
            self.steps.push_back(Step::Notify(Event::PermissionsChanged));
        }
        self.fetch_next();
    }

    /// Asks for the next body that is missing; when none is, the changes are queued.
    pub(super) fn fetch_next(&mut self) {
        let due = self.due();
        let missing =
            due.iter().flat_map(|change| [change.body, change.schedule]).flatten().find(|hash| !self.bodies.contains(hash));
        match missing {
            Some(hash) => {
                self.phase = Phase::Fetching { hash };
                self.steps.push_back(Step::Send(Request::Body { hash, size: self.size_of(&hash) }));
            }
            None => self.queue_changes(due),
        }
    }

    pub(super) fn take_body(&mut self, hash: Hash, bytes: Vec<u8>) {
        if bytes.len() > MAX_BODY {
            return self.reject(Code::DocumentTooLarge);
        }
        if Hash::of(&bytes) != hash {
            return self.reject(Code::BodyMismatch);
        }
        self.bodies.insert(hash);
        self.steps.push_back(Step::Persist(vec![Write::Body { hash, bytes }]));
        self.fetch_next();
    }

    fn queue_changes(&mut self, due: Vec<Change>) {
        let needed = self.needed_bodies();
        let mut writes = vec![];
        if due != self.queue {
            self.queue.clone_from(&due);
            writes.push(Write::Queue(due));
        }
        if self.bodies.iter().any(|hash| !needed.contains(hash)) {
            self.bodies.retain(|hash| needed.contains(hash));
            writes.push(Write::KeepBodies(needed));
        }
        if !writes.is_empty() {
            self.steps.push_back(Step::Persist(writes));
        }
        if !self.queue.is_empty() {
            self.steps.push_back(Step::Notify(Event::ChangesWaiting(self.queue.len())));
        }
        self.fetch_image();
    }

    /// Asks for the next image of the branding that is missing (ACC-3).
    fn fetch_image(&mut self) {
        let branding = self.known.as_ref().ok().and_then(|known| known.list.branding.as_ref());
        let missing = branding.and_then(|branding| branding.images().find(|image| !self.bodies.contains(&image.hash)));
        match missing.map(|image| (image.hash, image.size)) {
            Some((hash, size)) => {
                self.phase = Phase::FetchingImage { hash };
                self.steps.push_back(Step::Send(Request::Body { hash, size }));
            }
            None => self.report_stored(),
        }
    }

    pub(super) fn take_image(&mut self, hash: Hash, bytes: Vec<u8>) {
        if bytes.len() > Image::MAX_BYTES || Hash::of(&bytes) != hash {
            return self.report_stored();
        }
        self.bodies.insert(hash);
        self.steps.push_back(Step::Persist(vec![Write::Body { hash, bytes }]));
        self.fetch_image();
    }

    /// Says what the host stores, if the server has not heard the last word yet (ACC-5).
    pub(super) fn report_stored(&mut self) {
        match self.stored.filter(|stored| stored.number > self.trust.heard) {
            Some(stored) => {
                self.phase = Phase::Reporting { number: stored.number };
                self.steps.push_back(Step::Send(Request::Stored(stored)));
            }
            None => self.read_outbox(),
        }
    }

    pub(super) fn take_heard(&mut self, number: u64) {
        self.trust.heard = self.trust.heard.max(number);
        self.persist_trust(vec![]);
        self.read_outbox();
    }

    fn due(&self) -> Vec<Change> {
        self.known.as_ref().map_or_else(|_| Vec::new(), |known| due_changes(&known.list, &self.applied))
    }

    /// Bodies that the list names, or that the host has taken over and may ask for again.
    fn needed_bodies(&self) -> BTreeSet<Hash> {
        let listed =
            self.known.iter().flat_map(|known| &known.list.profiles).flat_map(|entry| [Some(entry.body), entry.schedule]);
        let applied = self.applied.iter().flat_map(|applied| [Some(applied.body), applied.schedule]);
        let images = self.known.iter().filter_map(|known| known.list.branding.as_ref()).flat_map(Branding::images);
        listed.chain(applied).flatten().chain(images.map(|image| image.hash)).collect()
    }

    fn size_of(&self, hash: &Hash) -> u64 {
        let mut entries = self.known.iter().flat_map(|known| &known.list.profiles);
        entries.find(|entry| entry.body == *hash).map_or(MAX_BODY as u64, |entry| entry.size)
    }
}
