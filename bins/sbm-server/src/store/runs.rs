//! The history: created by devices, never modified, deleted by few (HIS-1 to HIS-4).

use sbm_core::audit::Entry;
use sbm_core::directory::rows::Device;
use sbm_core::id::{AccountId, DeviceId, InstallationId, RunId};
use sbm_core::run::RunRecord;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::{HistoryQuery, Page, Run};
use sbm_core::wire::v1::device::Fate;

use super::retention::Past;
use super::{Pending, Within};

/// What a [`HistoryQuery`] can be sorted by; `-` before it turns the order round.
pub const RUN_SORTS: [&str; 5] = ["time", "profile", "user", "computer", "result"];

/// The history of runs.
///
/// 1. A record is known by account, installation and run id, so that it is known again after its user was deleted. Sent again it is a duplicate; deleted before, it stays deleted.
/// 2. The same id with other content and a record that breaks the rules are set aside with the reason and never stop the
///    others (HIS-3). What is set aside is kept whole. A sequence number that another run has is taken in: a cache that
///    came from an older copy gives numbers again, and its runs are no less true.
/// 3. An answer means that the record is on disk.
pub trait Runs: Send + Sync {
    /// Takes in what a device sent; one answer a record, in their order.
    fn ingest(&self, source: RunSource, records: Vec<RunRecord>, received: Timestamp) -> Pending<Vec<Taken>>;

    /// Keeps what could not be read as a record, with the reason. The same text is kept once.
    fn set_aside(&self, source: RunSource, raw: String, reason: String, received: Timestamp) -> Pending<()>;

    /// The runs with that id, in the order in which they came: one, unless several installations made one
    /// with the same id. Only that of one installation, if it is given. At most ten.
    fn get(&self, within: Within, id: RunId, of: Option<InstallationId>) -> Pending<Vec<Found>>;

    /// A page of the runs that fit a query, newest first if it does not say otherwise; what is alike in the column
    /// that they are sorted by, newest first. Later arrivals do not shift it. Names and the sorting by them pass over the
    /// case of ASCII letters; `q` over that of all.
    ///
    /// # Errors
    ///
    /// [`BadCursor`](super::StoreError::BadCursor) when `query.after` is no `next` of a page in that order,
    /// [`BadSort`](super::StoreError::BadSort) when `query.sort` is no column of this list.
    fn list(&self, within: Within, query: HistoryQuery) -> Pending<Page<Run>>;

    /// Deletes a run that was found and leaves a stub and the audit entry; false, and no entry, if it is not there any more.
    fn delete(&self, place: RunPlace, audit: Entry) -> Pending<bool>;

    /// Deletes runs that are past retention, with the audit entry, if this batch carries one; says how many there were. What
    /// is sent again of them is told as deleted. A success whose newer one is not there any more stays (HIS-7).
    /// [`retention::prune`](super::retention::prune) says which.
    fn prune(&self, past: Vec<Past>, now: Timestamp, audit: Option<Entry>) -> Pending<u64>;

    /// What time it is where history is kept: what is past retention is judged by that (HIS-7), not by the clock of one of many
    /// servers.
    fn clock(&self) -> Pending<Timestamp>;

    /// Makes room for the runs of this month and of two more, where history lies in parts by month; what is there stays.
    fn make_room(&self) -> Pending<()>;

    /// The highest sequence number that was ever taken in from a device, deleted ones included; 0 without any.
    fn highest_sequence(&self, source: RunSource) -> Pending<u64>;

    /// The same of every installation that ever sent something, in the order of accounts and installations: for the start.
    fn highest_sequences(&self) -> Pending<Vec<(AccountId, InstallationId, u64)>>;
}

/// Whose history it is. The caller knows it from the token, never from the record (DEV-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RunSource {
    /// The account.
    pub account: AccountId,
    /// The device.
    pub device: DeviceId,
    /// What the device calls itself: it outlives the device's row.
    pub installation: InstallationId,
}

impl RunSource {
    /// The history of this device.
    #[must_use]
    pub const fn of(device: &Device) -> Self {
        Self { account: device.account, device: device.id, installation: device.installation }
    }
}

/// A run that was found where somebody sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The run.
    pub run: Run,
    pub(super) account: AccountId,
}

impl Found {
    /// The account whose run it is.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// Where it lies.
    #[must_use]
    pub const fn place(&self) -> RunPlace {
        RunPlace { account: self.account, id: self.run.record.id, installation: self.run.record.installation }
    }
}

/// Where a run lies: nobody has it who did not find the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunPlace {
    pub(super) account: AccountId,
    pub(super) id: RunId,
    pub(super) installation: InstallationId,
}

#[cfg(test)]
impl RunPlace {
    pub(crate) const fn new(account: AccountId, id: RunId, installation: InstallationId) -> Self {
        Self { account, id, installation }
    }
}

/// What became of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its fate.
    pub fate: Fate,
    /// Why it was set aside.
    pub reason: Option<String>,
}

impl Taken {
    /// The fate that needs no reason.
    #[must_use]
    pub const fn plain(fate: Fate) -> Self {
        Self { fate, reason: None }
    }

    /// Set aside, for that reason.
    #[must_use]
    pub fn aside(reason: impl Into<String>) -> Self {
        Self { fate: Fate::SetAside, reason: Some(reason.into()) }
    }
}
