//! Quotas: how much a subtree may store, and how much room is left (ACC-5).
//!
//! 1. A quota on an account is one ceiling for the sum of all that is below it. The tightest room on the way up decides.
//! 2. A device says how many bytes it stores, as a number that it counts up: an older word never undoes a newer one.
//! 3. A run reserves what it expects to store before it begins. So of many that begin at once no two count on the same room;
//!    by how much they outgrow what they stated is by how much a ceiling can be passed.
//! 4. What is over its quota refuses new data and never a restore; a soft quota warns.
//!
//! The [`Book`] is the whole of it in memory. It has no clock: whoever keeps it ends reservations that are over.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::path::AccountPath;
use crate::figure::bytes;
use crate::id::{AccountId, DeviceId, RunId};

/// The bytes of a gigabyte, as quotas count (ACC-5).
pub const GB: u64 = 1_000_000_000;

/// The most bytes that anybody stores or expects to store, some nine million gigabytes: databases count to there.
pub const MOST: u64 = i64::MAX.unsigned_abs() >> 10;

/// How much a subtree may store, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Quota {
    /// No new data from there on; no ceiling if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hard: Option<u64>,
    /// A warning from there on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soft: Option<u64>,
}

/// How much of a ceiling is left, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bytes of new data that still fit.
    pub bytes: u64,
    /// The account whose quota decides; the nearest of several that leave as much.
    pub decided_by: AccountId,
}

/// What a subtree stores and has reserved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// Bytes that its devices said they store.
    pub stored: u64,
    /// Bytes that runs going on have reserved.
    pub reserved: u64,
}

impl Quota {
    /// What is wrong with it and what to do, in a sentence; nothing if it is as it may be.
    #[must_use]
    pub fn fault(self) -> Option<String> {
        match (self.soft, self.hard) {
            (Some(soft), Some(hard)) if soft > hard => {
                let alike = bytes(soft) == bytes(hard);
                let [soft, hard] = [soft, hard].map(|size| if alike { format!("{size} bytes") } else { bytes(size) });
                Some(format!("a warning at {soft} never comes, since nothing more is stored from {hard} on; lower it"))
            }
            // The databases count to there.
            (soft, hard) if soft.max(hard) > Some(i64::MAX.unsigned_abs()) => {
                let most = bytes(i64::MAX.unsigned_abs());
                Some(format!("a quota is at most {most}; leave it out where there is no ceiling"))
            }
            _ => None,
        }
    }

    /// What is left below its ceiling; none without one.
    #[must_use]
    pub const fn room(self, filled: Filled) -> Option<u64> {
        match self.hard {
            Some(hard) => Some(hard.saturating_sub(filled.stored).saturating_sub(filled.reserved)),
            None => None,
        }
    }

    /// Whether a warning is due.
    #[must_use]
    pub fn warns(self, filled: Filled) -> bool {
        self.soft.is_some_and(|soft| filled.stored >= soft) || self.hard.is_some_and(|hard| filled.stored >= hard)
    }
}

/// The tightest room on the way up, the nearest account first; none where nobody set a ceiling.
#[must_use]
pub fn tightest(way_up: impl Iterator<Item = (AccountId, Quota, Filled)>) -> Option<Room> {
    let rooms = way_up.filter_map(|(decided_by, quota, filled)| Some(Room { bytes: quota.room(filled)?, decided_by }));
    rooms.reduce(|nearer, further| if further.bytes < nearer.bytes { further } else { nearer })
}

/// What all devices store and have reserved, summed up for every account above them.
#[derive(Clone, Debug, Default)]
pub struct Book {
    accounts: Vec<Entry>,
    devices: BTreeMap<DeviceId, Share>,
    reservations: BTreeMap<RunId, Reservation>,
}

/// An account: half a line of the cache, so that a step up the tree waits for memory once at most.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(32))]
struct Entry {
    filled: Filled,
    /// The ceiling, if it has one.
    hard: u64,
    /// The account above; 0 where there is none.
    parent: u32,
    has_ceiling: bool,
}

/// What a device said last.
#[derive(Clone, Copy, Debug)]
struct Share {
    account: AccountId,
    number: u64,
    stored: u64,
}

/// Room that is kept for a run, where it began.
#[derive(Clone, Copy, Debug)]
struct Reservation {
    device: DeviceId,
    account: AccountId,
    bytes: u64,
}

impl Book {
    /// Puts an account in its place, or moves it with all that is below; its sums move along.
    pub fn put_account(&mut self, id: AccountId, parent: Option<AccountId>, quota: Quota) {
        if self.accounts.len() <= id.index() {
            self.accounts.resize(id.index() + 1, Entry::default());
        }
        let Some(entry) = self.accounts.get_mut(id.index()) else { return };
        let (old, new, filled) = (entry.parent, parent.map_or(0, |parent| parent.0), entry.filled);
        (entry.parent, entry.hard, entry.has_ceiling) = (new, quota.hard.unwrap_or(0), quota.hard.is_some());
        if old != new {
            self.up(AccountId(old), |above| above.take(filled));
            self.up(AccountId(new), |above| above.add(filled));
        }
    }

    /// What is below that account, itself included.
    #[must_use]
    pub fn filled(&self, id: AccountId) -> Filled {
        self.accounts.get(id.index()).map_or_else(Filled::default, |entry| entry.filled)
    }

    /// The tightest room above a device of that account.
    #[must_use]
    pub fn room(&self, id: AccountId) -> Option<Room> {
        tightest(self.way_up(id).map(|(id, entry)| (id, entry.quota(), entry.filled)))
    }

    /// A device of that account says that it stores so many bytes. An older word than the last is not taken.
    pub fn report(&mut self, device: DeviceId, account: AccountId, number: u64, stored: u64) -> bool {
        let before = self.devices.get(&device).copied();
        if before.is_some_and(|share| number <= share.number) {
            return false;
        }
        if let Some(share) = before {
            self.up(share.account, |above| above.take(Filled { stored: share.stored, reserved: 0 }));
        }
        self.devices.insert(device, Share { account, number, stored });
        self.up(account, |above| above.add(Filled { stored, reserved: 0 }));
        true
    }

    /// A run of that account is about to begin and expects to store so many bytes of new data; 0 if it cannot say. Its room
    /// is kept for it until [`end`](Self::end). Asked again with another number, that is what it has from then on; for more
    /// than it has there must be room, which its own counts to.
    ///
    /// # Errors
    ///
    /// The room that is too small: what was reserved stays as it was then.
    pub fn begin(&mut self, run: RunId, device: DeviceId, account: AccountId, estimate: u64) -> Result<(), Room> {
        let before = self.reservations.get(&run).copied();
        self.end(&run);
        let fits = before.is_some_and(|before| before.account == account && estimate <= before.bytes);
        if let Some(room) = self.room(account).filter(|room| !fits && (room.bytes == 0 || estimate > room.bytes)) {
            if let Some(before) = before {
                self.keep(run, before);
            }
            return Err(room);
        }
        self.keep(run, Reservation { device, account, bytes: estimate });
        Ok(())
    }

    fn keep(&mut self, run: RunId, reservation: Reservation) {
        let Reservation { account, bytes, .. } = reservation;
        self.reservations.insert(run, reservation);
        self.up(account, |above| above.add(Filled { stored: 0, reserved: bytes }));
    }

    /// The run is over, or nobody believes in it any more: its room is free again. What it stored is in the device's word.
    pub fn end(&mut self, run: &RunId) {
        let Some(Reservation { account, bytes, .. }) = self.reservations.remove(run) else { return };
        self.up(account, |above| above.take(Filled { stored: 0, reserved: bytes }));
    }

    /// The device is gone, and what it stored with it.
    pub fn drop_device(&mut self, device: DeviceId) {
        let of_device = |(run, held): (&RunId, &Reservation)| (held.device == device).then_some(*run);
        let runs: Vec<RunId> = self.reservations.iter().filter_map(of_device).collect();
        runs.iter().for_each(|run| self.end(run));
        if let Some(share) = self.devices.remove(&device) {
            self.up(share.account, |above| above.take(Filled { stored: share.stored, reserved: 0 }));
        }
    }

    fn way_up(&self, id: AccountId) -> impl Iterator<Item = (AccountId, &Entry)> {
        let entry = |id: u32| Some((id, self.accounts.get(id as usize).filter(|_| id != 0)?));
        core::iter::successors(entry(id.0), move |(_, below)| entry(below.parent))
            .map(|(id, entry)| (AccountId(id), entry))
            .take(AccountPath::MAX_DEPTH)
    }

    /// Does that to the sums of an account and of all above it.
    fn up(&mut self, id: AccountId, act: impl Fn(&mut Filled)) {
        let mut next = id;
        for _ in 0..AccountPath::MAX_DEPTH {
            let Some(entry) = self.accounts.get_mut(next.index()).filter(|_| next.0 != 0) else { return };
            act(&mut entry.filled);
            next = AccountId(entry.parent);
        }
    }
}

impl Entry {
    fn quota(&self) -> Quota {
        Quota { hard: self.has_ceiling.then_some(self.hard), soft: None }
    }
}

impl Filled {
    const fn add(&mut self, more: Self) {
        self.stored = self.stored.saturating_add(more.stored);
        self.reserved = self.reserved.saturating_add(more.reserved);
    }

    const fn take(&mut self, less: Self) {
        self.stored = self.stored.saturating_sub(less.stored);
        self.reserved = self.reserved.saturating_sub(less.reserved);
    }
}

#[cfg(test)]
mod tests;
