//! A cache that is gone with its process: for tests and simulations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sbm_core::agent::{Snapshot, Write};
use sbm_core::cache::Trust;
use sbm_core::code::Code;
use sbm_core::id::{Guid, Hash, RunId};
use sbm_core::profile::{Applied, Change, ChangeKind};
use sbm_core::run::{Detail, RunEnd, RunRecord};
use sbm_core::time::Timestamp;
use sbm_core::wire::MAX_RUNS_BYTES;

use super::room::{OutboxLimits, Shelf, make_room};
use super::{
    CacheStore, Fits, Mark, Storage, SyncGuard, expected, interrupted, new_installation, next_word, not_taken_over, outcome,
    removal, to_json,
};
use crate::error::Error;

/// A cache in memory. What one call did is there as a whole for the next, whoever makes it.
#[derive(Debug)]
pub struct MemoryStore {
    inner: Mutex<Inner>,
    syncing: Arc<AtomicBool>,
}

#[derive(Debug)]
struct Inner {
    snapshot: Snapshot,
    bodies: BTreeMap<Hash, Vec<u8>>,
    runs: BTreeMap<u64, (RunRecord, Option<Timestamp>)>,
    by_id: BTreeMap<RunId, u64>,
    marks: BTreeMap<RunId, (u64, Mark)>,
    process: u64,
    sequence: u64,
    next_row: i64,
    version: i64,
    writes_left: Option<usize>,
    limits: OutboxLimits,
    /// The waiting records by what is left of them, and their bytes.
    waiting: BTreeMap<u64, (Detail, u64)>,
    by_detail: BTreeSet<(Detail, u64)>,
    bytes: u64,
    given_up: u64,
}

impl MemoryStore {
    /// The empty cache of a new installation.
    ///
    /// # Errors
    ///
    /// [`Code::Internal`] when the operating system gives no random numbers.
    pub fn new() -> Result<Self, Error> {
        Self::limited(OutboxLimits::default())
    }

    /// The same with that much room for records that wait.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn limited(limits: OutboxLimits) -> Result<Self, Error> {
        let snapshot = super::empty_snapshot(Trust::new(new_installation()?));
        let inner = Inner {
            snapshot,
            bodies: BTreeMap::new(),
            runs: BTreeMap::new(),
            by_id: BTreeMap::new(),
            marks: BTreeMap::new(),
            process: 0,
            sequence: 0,
            next_row: 1,
            version: 0,
            writes_left: None,
            limits: limits.at_least(),
            waiting: BTreeMap::new(),
            by_detail: BTreeSet::new(),
            bytes: 0,
            given_up: 0,
        };
        Ok(Self { inner: Mutex::new(inner), syncing: Arc::default() })
    }

    /// From here on it is another process: the marks of the one before are those of a dead one.
    pub fn restart(&self) {
        self.inner().process += 1;
    }

    /// The disk is full after that many more writes; none, and it is not.
    pub fn fail_after(&self, writes: Option<usize>) {
        self.inner().writes_left = writes;
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> Result<MutexGuard<'_, Inner>, Error> {
        let mut inner = self.inner();
        match &mut inner.writes_left {
            Some(0) => return Err(Error::from(Code::CacheUnwritable)),
            Some(left) => *left -= 1,
            None => {}
        }
        inner.version += 1;
        Ok(inner)
    }
}

impl Inner {
    fn begin(&mut self, mark: &Mark) {
        self.marks.insert(mark.id, (self.process, mark.clone()));
    }

    fn storage(&self) -> Storage {
        Storage { stored: self.snapshot.stored, expected: expected(self.marks.values().map(|(_, mark)| mark)) }
    }

    fn write(&mut self, write: &Write) {
        match write {
            Write::Trust(trust) => (self.snapshot.trust, self.snapshot.fault) = ((**trust).clone(), None),
            Write::Body { hash, bytes } => {
                self.bodies.insert(*hash, bytes.clone());
            }
            Write::KeepBodies(keep) => self.bodies.retain(|hash, _| keep.contains(hash)),
            Write::Queue(changes) => {
                self.snapshot.queue.retain(|change| changes.contains(change));
                let new: Vec<Change> = changes.iter().filter(|change| !self.snapshot.queue.contains(change)).cloned().collect();
                self.snapshot.queue.extend(new);
            }
            Write::OutcomesSent(rows) => self.snapshot.outcomes.retain(|(row, _)| !rows.contains(row)),
            Write::Acknowledge { ids, at } => {
                for id in ids {
                    let Some(sequence) = self.by_id.get(id).copied() else { continue };
                    self.leaves(sequence);
                    if let Some((_, acknowledged)) = self.runs.get_mut(&sequence) {
                        acknowledged.get_or_insert(*at);
                    }
                }
            }
            Write::ForgetAcknowledged { before } => {
                let by_id = &mut self.by_id;
                self.runs.retain(|_, (record, at)| {
                    let stays = at.is_none_or(|at| at >= *before);
                    if !stays {
                        by_id.remove(&record.id);
                    }
                    stays
                });
            }
            Write::RaiseSequence(highest) => self.sequence = self.sequence.max(*highest),
            Write::SendAgain => {
                let again: Vec<u64> = self.runs.iter().filter(|(_, (_, at))| at.is_some()).map(|(at, _)| *at).collect();
                for sequence in again {
                    if let Some((record, at)) = self.runs.get_mut(&sequence) {
                        *at = None;
                        let record = record.clone();
                        self.waits(&record, Detail::Whole);
                    }
                }
            }
        }
    }

    fn finish(&mut self, mark: Mark, end: RunEnd) -> Result<u64, Error> {
        self.sequence += 1;
        let record = mark.finish(self.sequence, end);
        self.waits(&record, Detail::Whole);
        self.by_id.insert(record.id, record.sequence);
        self.runs.insert(record.sequence, (record, None));
        let limits = self.limits;
        make_room(self, limits)?;
        Ok(self.sequence)
    }

    fn waits(&mut self, record: &RunRecord, detail: Detail) {
        let size = to_json(record).len() as u64;
        self.waiting.insert(record.sequence, (detail, size));
        self.by_detail.insert((detail, record.sequence));
        self.bytes += size;
    }

    fn leaves(&mut self, sequence: u64) {
        if let Some((detail, size)) = self.waiting.remove(&sequence) {
            self.by_detail.remove(&(detail, sequence));
            self.bytes -= size;
        }
    }

    fn record(&self, sequence: u64) -> Option<RunRecord> {
        self.runs.get(&sequence).map(|(record, _)| record.clone())
    }

    fn is_running(&self, guid: &Guid) -> bool {
        self.marks.values().any(|(_, mark)| mark.profile() == Some(*guid))
    }
}

impl Shelf for Inner {
    type Error = Error;

    fn load(&mut self) -> Result<(u64, u64), Error> {
        Ok((self.waiting.len() as u64, self.bytes))
    }

    fn oldest(&mut self, detail: Detail) -> Result<Option<RunRecord>, Error> {
        let first = self.by_detail.range((detail, 0)..=(detail, u64::MAX)).next();
        Ok(first.and_then(|(_, sequence)| self.record(*sequence)))
    }

    fn replace(&mut self, record: &RunRecord, detail: Detail) -> Result<(), Error> {
        self.given_up += 1;
        self.leaves(record.sequence);
        self.waits(record, detail);
        if let Some((before, _)) = self.runs.insert(record.sequence, (record.clone(), None)) {
            self.by_id.remove(&before.id);
        }
        self.by_id.insert(record.id, record.sequence);
        Ok(())
    }

    fn oldest_two(&mut self) -> Result<Option<(RunRecord, RunRecord)>, Error> {
        let mut first = self.waiting.keys().filter_map(|sequence| self.record(*sequence));
        Ok(first.next().zip(first.next()))
    }

    fn remove(&mut self, sequence: u64) -> Result<(), Error> {
        self.leaves(sequence);
        if let Some((record, _)) = self.runs.remove(&sequence) {
            self.by_id.remove(&record.id);
        }
        Ok(())
    }
}

impl CacheStore for MemoryStore {
    fn load(&self) -> Result<Snapshot, Error> {
        let inner = self.inner();
        Ok(Snapshot { bodies: inner.bodies.keys().copied().collect(), ..inner.snapshot.clone() })
    }

    fn apply(&self, writes: &[Write]) -> Result<(), Error> {
        let mut inner = self.write()?;
        writes.iter().for_each(|write| inner.write(write));
        Ok(())
    }

    fn body(&self, hash: &Hash) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.inner().bodies.get(hash).cloned())
    }

    fn applied(&self) -> Result<Vec<Applied>, Error> {
        Ok(self.inner().snapshot.applied.clone())
    }

    fn next_change(&self, now: Timestamp) -> Result<Option<Change>, Error> {
        self.report_interrupted(now)?;
        let inner = self.inner();
        Ok(inner.snapshot.queue.iter().find(|change| !inner.is_running(&change.guid)).cloned())
    }

    fn answer_change(&self, change: &Change, failure: Option<&str>) -> Result<(), Error> {
        let mut inner = self.write()?;
        let row = inner.next_row;
        inner.next_row += 1;
        let snapshot = &mut inner.snapshot;
        snapshot.queue.retain(|queued| queued != change);
        snapshot.outcomes.push((row, outcome(change, failure)));
        if failure.is_none() {
            let before =
                snapshot.applied.iter().position(|applied| applied.guid == change.guid).map(|at| snapshot.applied.remove(at));
            if change.kind != ChangeKind::Remove {
                snapshot.applied.extend(Applied::after(change, before.as_ref()));
            }
            snapshot.applied.sort_by_key(|applied| applied.guid);
        }
        Ok(())
    }

    fn profile_removed(&self, guid: &Guid) -> Result<(), Error> {
        let mut inner = self.write()?;
        let row = inner.next_row;
        let snapshot = &mut inner.snapshot;
        let applied = snapshot.applied.iter_mut().find(|applied| applied.guid == *guid);
        let applied = applied.ok_or_else(|| not_taken_over(guid))?;
        if !applied.removed {
            applied.removed = true;
            snapshot.outcomes.push((row, removal(*guid)));
            inner.next_row += 1;
        }
        Ok(())
    }

    fn begin_run(&self, mark: &Mark) -> Result<(), Error> {
        self.write()?.begin(mark);
        Ok(())
    }

    fn begin_run_in_room(&self, mark: &Mark, fits: &Fits<'_>) -> Result<(), Error> {
        let mut inner = self.write()?;
        fits(&inner.storage())?;
        inner.begin(mark);
        Ok(())
    }

    fn finish_run(&self, id: &RunId, end: RunEnd) -> Result<u64, Error> {
        let mut inner = self.write()?;
        let (_, mark) = inner.marks.remove(id).ok_or_else(|| Error::from(Code::NotFinished))?;
        inner.finish(mark, end)
    }

    fn record_run(&self, mark: &Mark, end: RunEnd) -> Result<u64, Error> {
        let mut inner = self.write()?;
        match inner.by_id.get(&mark.id).copied() {
            Some(sequence) => Ok(sequence),
            None => inner.finish(mark.clone(), end),
        }
    }

    fn report_interrupted(&self, now: Timestamp) -> Result<usize, Error> {
        let dead: Vec<Mark> = {
            let inner = self.inner();
            inner.marks.values().filter(|(process, _)| *process != inner.process).map(|(_, mark)| mark.clone()).collect()
        };
        if dead.is_empty() {
            return Ok(0);
        }
        let mut inner = self.write()?;
        for mark in &dead {
            inner.marks.remove(&mark.id);
            inner.finish(mark.clone(), interrupted(&mark.start, now))?;
        }
        Ok(dead.len())
    }

    fn outbox(&self, limit: usize, newest: bool) -> Result<Vec<RunRecord>, Error> {
        let inner = self.inner();
        let waiting: Vec<&RunRecord> =
            inner.waiting.keys().filter_map(|at| inner.runs.get(at)).map(|(record, _)| record).collect();
        let skipped = if newest { waiting.len().saturating_sub(limit) } else { 0 };
        let mut bytes = 0;
        let fitting = waiting.into_iter().skip(skipped).take(limit).take_while(|record| {
            bytes += to_json(record).len() + 1;
            bytes <= MAX_RUNS_BYTES - 64
        });
        Ok(fitting.cloned().collect())
    }

    fn waiting(&self) -> Result<usize, Error> {
        Ok(self.inner().waiting.len())
    }

    fn report_stored(&self, bytes: u64, now: Timestamp) -> Result<(), Error> {
        let mut inner = self.write()?;
        if let Some(word) = next_word(inner.snapshot.stored, bytes, now) {
            inner.snapshot.stored = Some(word);
        }
        Ok(())
    }

    fn storage(&self) -> Result<Storage, Error> {
        Ok(self.inner().storage())
    }

    fn version(&self) -> Result<i64, Error> {
        Ok(self.inner().version)
    }

    fn try_sync(&self) -> Result<Option<SyncGuard>, Error> {
        let free = self.syncing.compare_exchange(false, true, Ordering::AcqRel, Ordering::Acquire).is_ok();
        Ok(free.then(|| Box::new(Syncing(Arc::clone(&self.syncing))) as SyncGuard))
    }

    fn given_up(&self) -> u64 {
        self.inner().given_up
    }
}

struct Syncing(Arc<AtomicBool>);

impl Drop for Syncing {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}
