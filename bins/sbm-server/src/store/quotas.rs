//! What devices store, and the room that runs reserve (ACC-5).

use sbm_core::account::quota::{Filled, Room};
use sbm_core::cache::RunRoom;
use sbm_core::id::{AccountId, DeviceId, RunId};
use sbm_core::time::Timestamp;

use super::Pending;

/// The truth of all quotas, for all servers: sums for every account, kept with what they are sums of.
///
/// 1. A ceiling is looked at and room below it taken while nobody else does: however many begin at once, at one server or at
///    many, what is reserved never passes it.
/// 2. A sum follows its devices wherever they go: with a device that is removed, an account that is moved, and a parent that
///    comes later.
/// 3. A device that says less than before has room again at once; an older word is not taken.
pub trait Quotas: Send + Sync {
    /// A device says how many bytes it stores, and its words are counted up by `number`. False for an older word than the
    /// last, and for a device that is not there.
    fn report_stored(&self, device: DeviceId, number: u64, bytes: u64) -> Pending<bool>;

    /// A run is about to begin and expects to store so many bytes of new data; 0 if it cannot say. Asked again with another
    /// number, that is what it has from then on: less is always granted, and to more its own room counts. One that is refused
    /// keeps what it has.
    fn reserve(&self, device: DeviceId, run: RunId, bytes: u64, at: Timestamp) -> Pending<Reserved>;

    /// Runs are over or did not begin: their room is free again. Gives how many had some.
    fn release(&self, device: DeviceId, runs: Vec<RunId>) -> Pending<u64>;

    /// How the quotas on the way up from a device stand; none for a device that is not there.
    fn above(&self, device: DeviceId) -> Pending<Option<Above>>;

    /// Frees the room of the runs that began before that moment and of which nobody heard again; gives how many.
    fn drop_reservations(&self, before: Timestamp) -> Pending<u64>;

    /// What every account stores and has reserved, with what is below it, in the order of their ids; those with nothing are
    /// left out.
    fn filled(&self) -> Pending<Vec<(AccountId, Filled)>>;
}

/// For how many runs of one device room is kept at a time. For all of them together it is at most
/// [`MOST`](sbm_core::account::quota::MOST) bytes, so that no device by itself takes the sums of others to where nobody can count.
pub const MOST_RUNS: u32 = 256;

/// How the quotas above a device stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Above {
    /// The tightest room; none without a ceiling.
    pub room: Option<Room>,
    /// A soft quota is reached, or a ceiling.
    pub warns: bool,
    /// How many bytes the device itself stores, by its last word.
    pub counted: u64,
    /// What is kept for its own runs, the newest [`MOST_KEPT`](sbm_core::cache::RoomNote::MOST_KEPT); all of it is taken off the room.
    pub kept: Vec<RunRoom>,
}

/// What became of a wish for room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// It is kept.
    Granted,
    /// There is less than that, what it has counted; nothing more is kept.
    Full(Room),
    /// The device has room for as many runs as it may, or for as many bytes; nothing is kept.
    TooMuch,
    /// There is no such device.
    NoDevice,
}
