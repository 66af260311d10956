//! What a ledger says, added up: each transaction is a few rows, and what they come to is held in memory.

use std::collections::{BTreeMap, BTreeSet};

use sbm_core::agent::{Snapshot, Write};
use sbm_core::cache::{SealedTrust, Trust};
use sbm_core::code::Code;
use sbm_core::id::{Guid, Hash, RunId};
use sbm_core::profile::{Applied, Change, ChangeKind};
use sbm_core::run::{Detail, RunEnd, RunRecord};
use sbm_core::time::Timestamp;
use sbm_core::wire::MAX_RUNS_BYTES;
use sbm_core::wire::v1::device::{Outcome, Stored};

use super::row::Row;
use crate::error::Error;
use crate::store::room::{OutboxLimits, Shelf, make_room};
use crate::store::{Mark, Storage, expected, interrupted, next_word, not_taken_over, outcome, removal, to_json};

/// What the frame of an upload takes of its bytes.
const FRAME: usize = 64;
/// The most rows of one record when everything is written anew.
const ROWS: usize = 1_000;

#[derive(Debug)]
struct Kept {
    record: RunRecord,
    acknowledged: Option<Timestamp>,
    detail: Detail,
}

/// What lies in a cache.
#[derive(Debug, Default)]
pub(super) struct Model {
    trust: Option<SealedTrust>,
    bodies: BTreeSet<Hash>,
    queue: Vec<Change>,
    outcomes: BTreeMap<i64, Outcome>,
    next_outcome: i64,
    applied: BTreeMap<Guid, Applied>,
    marks: Vec<(String, Mark)>,
    runs: BTreeMap<u64, Kept>,
    by_id: BTreeMap<RunId, u64>,
    /// The waiting records by what is left of them, and their bytes.
    waiting: BTreeMap<u64, (Detail, u64)>,
    by_detail: BTreeSet<(Detail, u64)>,
    bytes: u64,
    sequence: u64,
    stored: Option<Stored>,
    given_up: u64,
    /// What the transaction under way changed so far.
    pending: Vec<String>,
}

impl Model {
    /// Takes up what one record of the file says.
    pub(super) fn read(&mut self, content: &[u8]) -> Result<(), Code> {
        let rows: Vec<Row> = serde_json::from_slice(content).map_err(|_| Code::CacheDamaged)?;
        rows.into_iter().for_each(|row| self.take(row));
        Ok(())
    }

    /// What the transaction changed, as a record's content; none if it changed nothing.
    pub(super) fn written(&mut self) -> Option<Vec<u8>> {
        let rows = std::mem::take(&mut self.pending);
        (!rows.is_empty()).then(|| content(&rows))
    }

    /// Everything, as the contents of records.
    pub(super) fn everything(&self) -> Vec<Vec<u8>> {
        let mut rows = Vec::new();
        let mut add = |row: &Row| rows.push(to_json(row));
        if let Some(SealedTrust { bytes, machine, seal }) = &self.trust {
            add(&Row::Trust { record: String::from_utf8_lossy(bytes).into_owned(), machine: *machine, seal: *seal });
        }
        self.bodies.iter().for_each(|hash| add(&Row::Body(*hash)));
        add(&Row::Queue(self.queue.clone()));
        self.outcomes.iter().for_each(|(number, outcome)| add(&Row::Outcome(*number, outcome.clone())));
        add(&Row::NextOutcome(self.next_outcome));
        self.applied.values().for_each(|applied| add(&Row::Applied(applied.clone())));
        self.marks.iter().for_each(|(owner, mark)| add(&Row::Mark { owner: owner.clone(), mark: mark.clone() }));
        for Kept { record, acknowledged, detail } in self.runs.values() {
            add(&Row::Run { detail: *detail as u8, record: record.clone(), acknowledged: *acknowledged });
        }
        add(&Row::Sequence(self.sequence));
        self.stored.iter().for_each(|stored| add(&Row::Stored(*stored)));
        rows.chunks(ROWS).map(content).collect()
    }

    /// The trust record, for that machine.
    pub(super) fn trust(&self, machine: &Hash) -> Result<Option<Trust>, Code> {
        self.trust.as_ref().map(|sealed| sealed.open(machine)).transpose()
    }

    /// All that a sync begins with.
    pub(super) fn snapshot(&self, trust: Trust, fault: Option<Code>) -> Snapshot {
        Snapshot {
            trust,
            fault,
            applied: self.applied(),
            queue: self.queue.clone(),
            bodies: self.bodies.clone(),
            outcomes: self.outcomes.iter().map(|(row, outcome)| (*row, outcome.clone())).collect(),
            stored: self.stored,
        }
    }

    /// Which bodies there are.
    pub(super) const fn bodies(&self) -> &BTreeSet<Hash> {
        &self.bodies
    }

    /// What the host has taken over, in the order of the GUIDs.
    pub(super) fn applied(&self) -> Vec<Applied> {
        self.applied.values().cloned().collect()
    }

    /// The first change whose profile is not running.
    pub(super) fn next_change(&self) -> Option<Change> {
        let is_running = |guid: &Guid| self.marks.iter().any(|(_, mark)| mark.profile() == Some(*guid));
        self.queue.iter().find(|change| !is_running(&change.guid)).cloned()
    }

    /// How many records wait.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How often something of the outbox was given up since this process opened it.
    pub(super) const fn given_up(&self) -> u64 {
        self.given_up
    }

    /// Waiting records, as many as fit one upload.
    pub(super) fn outbox(&self, limit: usize, newest: bool) -> Vec<RunRecord> {
        let mut bytes = FRAME;
        let fits = |sequence: &&u64| {
            bytes += self.waiting.get(*sequence).map_or(0, |(_, size)| usize::try_from(*size).unwrap_or(usize::MAX)) + 1;
            bytes <= MAX_RUNS_BYTES
        };
        let chosen: Vec<u64> = if newest {
            let mut chosen: Vec<u64> = self.waiting.keys().rev().take(limit).take_while(fits).copied().collect();
            chosen.reverse();
            chosen
        } else {
            self.waiting.keys().take(limit).take_while(fits).copied().collect()
        };
        chosen.iter().filter_map(|sequence| self.record_at(*sequence)).collect()
    }

    /// The processes that marked runs.
    pub(super) fn owners(&self) -> BTreeSet<String> {
        self.marks.iter().map(|(owner, _)| owner.clone()).collect()
    }

    /// Does one of the agent's writes; bodies are on disk already.
    pub(super) fn write(&mut self, write: &Write, machine: &Hash) -> Result<(), Error> {
        match write {
            Write::Trust(trust) => {
                let SealedTrust { bytes, machine, seal } = trust.seal(machine);
                let record = String::from_utf8(bytes).map_err(|error| Error::from(Code::Internal).with_source(error))?;
                self.put(Row::Trust { record, machine, seal });
            }
            Write::Body { hash, .. } => self.put(Row::Body(*hash)),
            Write::KeepBodies(keep) => {
                let gone: Vec<Hash> = self.bodies.difference(keep).copied().collect();
                gone.into_iter().for_each(|hash| self.put(Row::BodyGone(hash)));
            }
            Write::Queue(changes) => {
                // A change that stays keeps its place; the new ones come behind.
                let mut queue: Vec<Change> = self.queue.iter().filter(|old| changes.contains(old)).cloned().collect();
                let new: Vec<Change> = changes.iter().filter(|change| !queue.contains(change)).cloned().collect();
                queue.extend(new);
                self.put(Row::Queue(queue));
            }
            Write::OutcomesSent(rows) => rows.iter().for_each(|row| self.put(Row::OutcomeSent(*row))),
            Write::Acknowledge { ids, at } => self.put(Row::Acknowledged { ids: ids.clone(), at: *at }),
            Write::ForgetAcknowledged { before } => {
                if self.runs.values().any(|kept| kept.acknowledged.is_some_and(|at| at < *before)) {
                    self.put(Row::Forgotten(*before));
                }
            }
            Write::RaiseSequence(highest) => {
                i64::try_from(*highest).map_err(|_| Error::from(Code::MalformedAnswer))?;
                self.put(Row::Sequence(*highest));
            }
            Write::SendAgain => self.put(Row::Again),
        }
        Ok(())
    }

    /// Keeps what the host says of a change, for itself and for the server.
    pub(super) fn answer_change(&mut self, change: &Change, failure: Option<&str>) {
        self.put(Row::Queue(self.queue.iter().filter(|queued| *queued != change).cloned().collect()));
        self.put(Row::Outcome(self.next_outcome, outcome(change, failure)));
        if failure.is_some() {
            return;
        }
        let before = self.applied.get(&change.guid).cloned();
        let after = if change.kind == ChangeKind::Remove { None } else { Applied::after(change, before.as_ref()) };
        match after {
            Some(after) => self.put(Row::Applied(after)),
            None => self.put(Row::AppliedGone(change.guid)),
        }
    }

    /// Keeps that the host removed its copy, for itself and for the server.
    pub(super) fn profile_removed(&mut self, guid: &Guid) -> Result<(), Error> {
        let before = self.applied.get(guid).cloned().ok_or_else(|| not_taken_over(guid))?;
        if !before.removed {
            self.put(Row::Outcome(self.next_outcome, removal(*guid)));
            self.put(Row::Applied(Applied { removed: true, ..before }));
        }
        Ok(())
    }

    /// Marks a run as going on.
    pub(super) fn begin(&mut self, mark: &Mark, owner: &str) {
        self.put(Row::Mark { owner: owner.to_owned(), mark: mark.clone() });
    }

    /// Keeps the host's word about what it stores, if it says anything new.
    pub(super) fn report_stored(&mut self, bytes: u64, now: Timestamp) {
        if let Some(word) = next_word(self.stored, bytes, now) {
            self.put(Row::Stored(word));
        }
    }

    /// What the host stores, and what its runs expect to.
    pub(super) fn storage(&self) -> Storage {
        Storage { stored: self.stored, expected: expected(self.marks.iter().map(|(_, mark)| mark)) }
    }

    /// Turns a mark into a record.
    pub(super) fn finish(&mut self, id: &RunId, end: RunEnd, limits: OutboxLimits) -> Result<u64, Error> {
        let mark = self.marks.iter().find(|(_, mark)| mark.id == *id).map(|(_, mark)| mark.clone());
        let mark = mark.ok_or_else(|| Error::from(Code::NotFinished))?;
        self.put(Row::MarkGone(*id));
        self.keep(mark, end, limits)
    }

    /// Keeps the record of a run that is over, unless it is here already.
    pub(super) fn record(&mut self, mark: &Mark, end: RunEnd, limits: OutboxLimits) -> Result<u64, Error> {
        match self.by_id.get(&mark.id).copied() {
            Some(sequence) => Ok(sequence),
            None => self.keep(mark.clone(), end, limits),
        }
    }

    /// Turns the marks of these processes into records of interrupted runs, the oldest first.
    pub(super) fn interrupt(&mut self, owners: &[String], now: Timestamp, limits: OutboxLimits) -> Result<usize, Error> {
        let dead = self.marks.iter().filter(|(owner, _)| owners.contains(owner)).map(|(_, mark)| mark.clone());
        let dead: Vec<Mark> = dead.collect();
        let count = dead.len();
        for mark in dead {
            self.put(Row::MarkGone(mark.id));
            let end = interrupted(&mark.start, now);
            self.keep(mark, end, limits)?;
        }
        Ok(count)
    }

    /// Gives the next number, keeps the record, and gives up what is too much then.
    fn keep(&mut self, mark: Mark, end: RunEnd, limits: OutboxLimits) -> Result<u64, Error> {
        let sequence = self.sequence + 1;
        self.put(Row::Sequence(sequence));
        let record = mark.finish(sequence, end);
        self.put(Row::Run { detail: Detail::Whole as u8, record, acknowledged: None });
        make_room(self, limits)?;
        Ok(sequence)
    }

    /// Changes something, as part of the transaction under way.
    fn put(&mut self, row: Row) {
        self.pending.push(to_json(&row));
        self.take(row);
    }

    fn take(&mut self, row: Row) {
        match row {
            Row::Trust { record, machine, seal } => {
                self.trust = Some(SealedTrust { bytes: record.into_bytes(), machine, seal });
            }
            Row::Body(hash) => drop(self.bodies.insert(hash)),
            Row::BodyGone(hash) => drop(self.bodies.remove(&hash)),
            Row::Queue(queue) => self.queue = queue,
            Row::Outcome(number, outcome) => {
                self.next_outcome = self.next_outcome.max(number.saturating_add(1));
                self.outcomes.insert(number, outcome);
            }
            Row::OutcomeSent(number) => drop(self.outcomes.remove(&number)),
            Row::NextOutcome(number) => self.next_outcome = self.next_outcome.max(number),
            Row::Applied(applied) => drop(self.applied.insert(applied.guid, applied)),
            Row::AppliedGone(guid) => drop(self.applied.remove(&guid)),
            Row::Mark { owner, mark } => self.marks.push((owner, mark)),
            Row::MarkGone(id) => self.marks.retain(|(_, mark)| mark.id != id),
            Row::Run { detail, record, acknowledged } => self.take_run(record, acknowledged, detail_of(detail)),
            Row::RunGone(sequence) => self.drop_run(sequence),
            Row::Acknowledged { ids, at } => {
                for id in ids {
                    let Some(sequence) = self.by_id.get(&id).copied() else { continue };
                    self.leaves(sequence);
                    if let Some(kept) = self.runs.get_mut(&sequence) {
                        kept.acknowledged.get_or_insert(at);
                    }
                }
            }
            Row::Forgotten(before) => {
                let is_old = |kept: &Kept| kept.acknowledged.is_some_and(|at| at < before);
                let old: Vec<u64> = self.runs.iter().filter(|(_, kept)| is_old(kept)).map(|(at, _)| *at).collect();
                old.into_iter().for_each(|sequence| self.drop_run(sequence));
            }
            Row::Again => {
                let again: Vec<u64> =
                    self.runs.iter().filter(|(_, kept)| kept.acknowledged.is_some()).map(|(at, _)| *at).collect();
                for sequence in again {
                    if let Some(Kept { record, detail, .. }) = self.runs.remove(&sequence) {
                        self.take_run(record, None, detail);
                    }
                }
            }
            Row::Sequence(number) => self.sequence = self.sequence.max(number),
            Row::Stored(stored) => self.stored = Some(stored),
        }
    }

    fn take_run(&mut self, record: RunRecord, acknowledged: Option<Timestamp>, detail: Detail) {
        let sequence = record.sequence;
        self.drop_run(sequence);
        if acknowledged.is_none() {
            let size = to_json(&record).len() as u64;
            self.waiting.insert(sequence, (detail, size));
            self.by_detail.insert((detail, sequence));
            self.bytes += size;
        }
        self.by_id.insert(record.id, sequence);
        self.runs.insert(sequence, Kept { record, acknowledged, detail });
    }

    fn drop_run(&mut self, sequence: u64) {
        self.leaves(sequence);
        if let Some(kept) = self.runs.remove(&sequence) {
            self.by_id.remove(&kept.record.id);
        }
    }

    fn leaves(&mut self, sequence: u64) {
        if let Some((detail, size)) = self.waiting.remove(&sequence) {
            self.by_detail.remove(&(detail, sequence));
            self.bytes -= size;
        }
    }

    fn record_at(&self, sequence: u64) -> Option<RunRecord> {
        self.runs.get(&sequence).map(|kept| kept.record.clone())
    }
}

impl Shelf for Model {
    type Error = Error;

    fn load(&mut self) -> Result<(u64, u64), Error> {
        Ok((self.waiting.len() as u64, self.bytes))
    }

    fn oldest(&mut self, detail: Detail) -> Result<Option<RunRecord>, Error> {
        let first = self.by_detail.range((detail, 0)..=(detail, u64::MAX)).next();
        Ok(first.and_then(|(_, sequence)| self.record_at(*sequence)))
    }

    fn replace(&mut self, record: &RunRecord, detail: Detail) -> Result<(), Error> {
        self.given_up += 1;
        self.put(Row::Run { detail: detail as u8, record: record.clone(), acknowledged: None });
        Ok(())
    }

    fn oldest_two(&mut self) -> Result<Option<(RunRecord, RunRecord)>, Error> {
        let mut first = self.waiting.keys().filter_map(|sequence| self.record_at(*sequence));
        Ok(first.next().zip(first.next()))
    }

    fn remove(&mut self, sequence: u64) -> Result<(), Error> {
        self.put(Row::RunGone(sequence));
        Ok(())
    }
}

/// Rows as a record's content.
fn content(rows: &[String]) -> Vec<u8> {
    format!("[{}]", rows.join(",")).into_bytes()
}

/// A later version may leave a record otherwise; less of it is no harm.
const fn detail_of(number: u8) -> Detail {
    match number {
        0 => Detail::Whole,
        1 => Detail::Textless,
        2 => Detail::Bare,
        _ => Detail::Gap,
    }
}
