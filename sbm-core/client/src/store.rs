//! What a client keeps (OFF-1, OFF-8, PRO-8, HIS-3): the trust record, bodies, the queue of changes, marks of runs that
//! are going on, and the outbox.
//!
//! 1. Every call is one transaction: it has happened as a whole, on disk, when it returns, or not at all.
//! 2. Sequence numbers are given where the record is written, so that they have no gap (HIS-1).
//! 3. A mark belongs to a process; when that process is gone, its run is reported as interrupted, once.
//! 4. Several processes may use one cache; one of them syncs at a time, the others notice by [`CacheStore::version`].
//! 5. A cache that cannot be trusted is not an empty one: it says why, and is replaced only by what a server vouched for.

pub(crate) mod disk;
mod files;
pub(crate) mod locked;
mod memory;
mod place;
mod room;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(test)]
mod tests;
mod verdict;

pub use files::FilesStore;
#[cfg(unix)]
pub use locked::descriptors as lock_descriptors;
pub use memory::MemoryStore;
pub use room::OutboxLimits;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;

use std::sync::Arc;

use sbm_core::account::quota::MOST;
use sbm_core::agent::{Snapshot, Write};
use sbm_core::cache::{RunRoom, Trust};
use sbm_core::id::{Guid, Hash, InstallationId, RunId};
use sbm_core::profile::{Applied, Change, ChangeKind};
use sbm_core::run::record::{MAX_RECORD, cut};
use sbm_core::run::{RunEnd, RunRecord, RunResult, RunStart};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::device::{Outcome, Stored};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::error::Error;

/// The most bytes of a host's reason why a change failed.
const MAX_REASON: usize = 1_000;

/// The right to sync; it ends when this is dropped, or its process dies.
pub type SyncGuard = Box<dyn Send>;

/// A client's memory.
pub trait CacheStore: Send + Sync {
    /// What lies in the cache.
    ///
    /// # Errors
    ///
    /// [`Code::CacheBusy`](sbm_core::code::Code::CacheBusy). Damage is no error here: it is the snapshot's `fault`.
    fn load(&self) -> Result<Snapshot, Error>;

    /// Does all of these, or none. A trust record that is written ends any fault.
    ///
    /// # Errors
    ///
    /// [`Code::CacheUnwritable`](sbm_core::code::Code::CacheUnwritable), `CacheBusy`, `CacheNewer`.
    fn apply(&self, writes: &[Write]) -> Result<(), Error>;

    /// A body, checked against its hash.
    ///
    /// # Errors
    ///
    /// [`Code::CacheDamaged`](sbm_core::code::Code::CacheDamaged) when it is not what the hash says.
    fn body(&self, hash: &Hash) -> Result<Option<Vec<u8>>, Error>;

    /// What the host has taken over.
    ///
    /// # Errors
    ///
    /// As for [`load`](Self::load), and the cache's fault.
    fn applied(&self) -> Result<Vec<Applied>, Error>;

    /// The first change whose profile is not running.
    ///
    /// # Errors
    ///
    /// As for [`applied`](Self::applied).
    fn next_change(&self, now: Timestamp) -> Result<Option<Change>, Error>;

    /// The host did this change, or says why it could not.
    ///
    /// # Errors
    ///
    /// As for [`apply`](Self::apply).
    fn answer_change(&self, change: &Change, failure: Option<&str>) -> Result<(), Error>;

    /// The host removed its copy of a managed profile by itself; the server is to hear of it. Nothing the second time.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) when it was never taken over here, and as for
    /// [`apply`](Self::apply).
    fn profile_removed(&self, guid: &Guid) -> Result<(), Error>;

    /// Marks a run as going on.
    ///
    /// # Errors
    ///
    /// As for [`apply`](Self::apply).
    fn begin_run(&self, mark: &Mark) -> Result<(), Error>;

    /// Marks a run as going on, if there is room for it beside what is stored and what the runs expect that go on: asked and
    /// marked in one transaction, so that of two that begin at once one sees the other (ACC-5).
    ///
    /// # Errors
    ///
    /// What `fits` says, and as for [`apply`](Self::apply); then it is not marked.
    fn begin_run_in_room(&self, mark: &Mark, fits: &Fits<'_>) -> Result<(), Error>;

    /// Takes the mark away and puts the record into the outbox; gives its sequence number. An outbox that is full gives up
    /// what is oldest, never the new record (ERR-3).
    ///
    /// # Errors
    ///
    /// [`Code::NotFinished`](sbm_core::code::Code::NotFinished) without such a mark, and as for [`apply`](Self::apply).
    fn finish_run(&self, id: &RunId, end: RunEnd) -> Result<u64, Error>;

    /// Puts the record of a run that is over into the outbox: [`begin_run`](Self::begin_run) and [`finish_run`](Self::finish_run)
    /// in one step. A run whose id is among the records here keeps the record and the number that it has.
    ///
    /// # Errors
    ///
    /// As for [`apply`](Self::apply).
    fn record_run(&self, mark: &Mark, end: RunEnd) -> Result<u64, Error>;

    /// Turns the marks of processes that are gone into records of interrupted runs.
    ///
    /// # Errors
    ///
    /// As for [`apply`](Self::apply).
    fn report_interrupted(&self, now: Timestamp) -> Result<usize, Error>;

    /// Waiting records in the order of their numbers, the first or the last of them, as many as fit one upload.
    ///
    /// # Errors
    ///
    /// As for [`applied`](Self::applied).
    fn outbox(&self, limit: usize, newest: bool) -> Result<Vec<RunRecord>, Error>;

    /// How many records wait for the server.
    ///
    /// # Errors
    ///
    /// As for [`applied`](Self::applied).
    fn waiting(&self) -> Result<usize, Error>;

    /// The host says how many bytes it stores. A word that says nothing new is not counted (ACC-5).
    ///
    /// # Errors
    ///
    /// As for [`apply`](Self::apply).
    fn report_stored(&self, bytes: u64, now: Timestamp) -> Result<(), Error>;

    /// What the host stores by its last word, and what the runs that go on expect to store.
    ///
    /// # Errors
    ///
    /// As for [`applied`](Self::applied).
    fn storage(&self) -> Result<Storage, Error>;

    /// Changes whenever another process wrote, and as a rule not when this one did.
    ///
    /// # Errors
    ///
    /// As for [`applied`](Self::applied).
    fn version(&self) -> Result<i64, Error>;

    /// The right to sync, unless somebody has it.
    ///
    /// # Errors
    ///
    /// [`Code::CacheUnwritable`](sbm_core::code::Code::CacheUnwritable).
    fn try_sync(&self) -> Result<Option<SyncGuard>, Error>;

    /// How often a full outbox gave up something since this was opened.
    fn given_up(&self) -> u64 {
        0
    }
}

/// The cache on disk that a configuration asks for.
pub(crate) fn open(config: &Config) -> Result<Arc<dyn CacheStore>, Error> {
    let (directory, machine) = (config.directory(), config.machine_hash());
    #[cfg(feature = "sqlite")]
    if !config.plain_files {
        return Ok(Arc::new(SqliteStore::open_limited(directory, machine, config.outbox)?));
    }
    // Without SQLite there is nothing to choose.
    Ok(Arc::new(FilesStore::open_limited(directory, machine, config.outbox)?))
}

/// What is known of a run that is going on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its id.
    pub id: RunId,
    /// The installation.
    pub installation: InstallationId,
    /// The computer's name.
    pub computer: String,
    /// The login name.
    pub user: String,
    /// The beginning.
    pub start: RunStart,
    /// How many bytes of new data it expects to store; 0 if it cannot say (ACC-5).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub estimate: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Mark {
    /// The managed profile that is running.
    #[must_use]
    pub const fn profile(&self) -> Option<Guid> {
        self.start.profile.guid
    }

    /// The record of the run, cut to what the server takes.
    fn finish(self, sequence: u64, mut end: RunEnd) -> RunRecord {
        end.cut();
        let Self { id, installation, computer, user, start, estimate: _ } = self;
        let mut record = RunRecord { id, sequence, installation, computer, user, start, finish: end, gap: None };
        while to_json(&record).len() > MAX_RECORD && !record.finish.error.is_empty() {
            // Characters that JSON spells with six may make even a cut text too long.
            record.finish.error = cut(&record.finish.error, record.finish.error.len() / 2);
        }
        record
    }
}

/// Whether a run fits beside what is stored and expected, or why it does not. It must not call the store.
pub type Fits<'f> = dyn Fn(&Storage) -> Result<(), Error> + 'f;

/// What a host stores, and what its runs expect to store (ACC-5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Storage {
    /// Its last word; none before the first.
    pub stored: Option<Stored>,
    /// All runs that go on, with their estimates.
    pub expected: Vec<RunRoom>,
}

/// The word that follows on one; none where it says nothing new. Words are counted up by the clock, so that a cache that came
/// from an older copy does not fall behind what the server heard.
pub(crate) fn next_word(before: Option<Stored>, bytes: u64, now: Timestamp) -> Option<Stored> {
    let clock = u64::try_from(now.as_millis()).unwrap_or(0).min(MOST);
    match before {
        Some(last) if last.bytes == bytes => None,
        Some(last) => Some(Stored { number: clock.max(last.number.saturating_add(1)), bytes }),
        None => Some(Stored { number: clock.max(1), bytes }),
    }
}

/// What runs expect to store.
fn expected<'m>(marks: impl Iterator<Item = &'m Mark>) -> Vec<RunRoom> {
    marks.map(|mark| RunRoom { run: mark.id, bytes: mark.estimate }).collect()
}

/// The end of a run whose process died.
fn interrupted(start: &RunStart, now: Timestamp) -> RunEnd {
    RunEnd {
        result: RunResult::Interrupted,
        end: now.max(start.profile_start),
        files_copied: 0,
        files_deleted: 0,
        files_failed: 0,
        bytes_copied: 0,
        bytes_deleted: 0,
        bytes_failed: 0,
        bytes_stored: None,
        error: "the backup program ended before the run did".to_owned(),
    }
}

/// What the server is told of a change that the host answered.
fn outcome(change: &Change, failure: Option<&str>) -> Outcome {
    let revision = if change.kind == ChangeKind::Remove { 0 } else { change.revision };
    Outcome { guid: change.guid, revision, failure: failure.map(|reason| cut(reason, MAX_REASON)) }
}

/// What the server is told of a copy that the host removed by itself.
const fn removal(guid: Guid) -> Outcome {
    Outcome { guid, revision: 0, failure: None }
}

/// There is no such copy.
pub(crate) fn not_taken_over(guid: &Guid) -> Error {
    let message = format!("there is no managed profile `{guid}` on this computer; sync and take it over first");
    Error::new(sbm_core::code::Code::NotFound, message)
}

/// Our own types have string keys and finite numbers only, so that this cannot fail.
fn to_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A snapshot with nothing in it.
const fn empty_snapshot(trust: Trust) -> Snapshot {
    Snapshot {
        trust,
        fault: None,
        applied: Vec::new(),
        queue: Vec::new(),
        bodies: std::collections::BTreeSet::new(),
        outcomes: Vec::new(),
        stored: None,
    }
}

/// What this installation calls itself from now on.
fn new_installation() -> Result<InstallationId, Error> {
    Ok(InstallationId::from_bytes(random()?))
}

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes)
        .map_err(|_| Error::new(sbm_core::code::Code::Internal, "the operating system gives no random numbers"))?;
    Ok(bytes)
}
