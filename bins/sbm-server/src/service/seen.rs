//! What is known of devices between two writes: when they were last heard of, and how far their history is.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sbm_core::id::{DeviceId, Guid, Hash};
use sbm_core::time::Timestamp;

/// When devices were last heard of; written behind, in batches.
#[derive(Debug, Default)]
pub struct Seen(Mutex<HashMap<DeviceId, Timestamp>>, Mutex<HashSet<Hash>>);

/// How many failures are remembered as told; beyond that they are told again.
const MAX_TOLD: usize = 4_096;

impl Seen {
    /// A device was heard of.
    pub fn note(&self, device: DeviceId, at: Timestamp) {
        lock(&self.0).insert(device, at);
    }

    /// Whether it is new that this device cannot take over that revision of the profile for that reason. A host tries again at
    /// every check, and the log need not.
    pub fn is_news(&self, device: DeviceId, profile: Guid, revision: u64, reason: &str) -> bool {
        let mut told = lock(&self.1);
        if told.len() >= MAX_TOLD {
            told.clear();
        }
        let parts = [&device.0.to_be_bytes()[..], profile.as_bytes(), &revision.to_be_bytes(), reason.as_bytes()];
        told.insert(Hash::of(&parts.concat()))
    }

    /// What is to be written.
    pub fn drain(&self) -> Vec<(DeviceId, Timestamp)> {
        std::mem::take(&mut *lock(&self.0)).into_iter().collect()
    }

    /// When a device was last heard of since the last write.
    #[must_use]
    pub fn of(&self, device: DeviceId) -> Option<Timestamp> {
        lock(&self.0).get(&device).copied()
    }
}

/// How far the history of each device is: what the server has, and what the device said it knew of that.
#[derive(Debug, Default)]
pub struct Sequences(Mutex<HashMap<DeviceId, Sequence>>);

#[derive(Clone, Copy, Debug, Default)]
struct Sequence {
    highest: u64,
    claimed: u64,
    reported: bool,
}

impl Sequences {
    /// The highest sequence number that the server has; nothing before it was read from the store.
    #[must_use]
    pub fn highest(&self, device: DeviceId) -> Option<u64> {
        lock(&self.0).get(&device).map(|sequence| sequence.highest)
    }

    /// Takes over what the store has; gives the highest there is now.
    pub fn note(&self, device: DeviceId, stored: u64) -> u64 {
        let mut map = lock(&self.0);
        let sequence = map.entry(device).or_default();
        sequence.highest = sequence.highest.max(stored);
        sequence.highest
    }

    /// A record with that number was taken in. A device whose number was never read stays unknown.
    pub fn raise(&self, device: DeviceId, sequence: u64) {
        if let Some(known) = lock(&self.0).get_mut(&device) {
            known.highest = known.highest.max(sequence);
        }
    }

    /// The device says how much it knows to be acknowledged; true, once, when that is less than it said before (OFF-3).
    pub fn claim(&self, device: DeviceId, claimed: u64) -> bool {
        let mut map = lock(&self.0);
        let sequence = map.entry(device).or_default();
        let before = std::mem::replace(&mut sequence.claimed, claimed);
        claimed < before && !std::mem::replace(&mut sequence.reported, true)
    }
}

/// Which managed profiles devices are known to hold, so that who fetches again costs no write (PRO-7).
///
/// Nothing in here is the truth: what is missing is written once more. So it may be emptied at any time.
#[derive(Debug, Default)]
pub struct Holds(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    revisions: HashMap<(DeviceId, Guid), u64>,
    /// How often something was forgotten.
    forgotten: u64,
}

/// The moment before something was written.
#[derive(Clone, Copy, Debug)]
pub struct Before(u64);

impl Holds {
    /// The most that is remembered; some 4 MiB.
    const MOST: usize = 65_536;

    /// Those that are not known to be held by the device, and the moment at which that was so.
    pub fn missing(&self, device: DeviceId, mut wanted: Vec<(Guid, u64)>) -> (Vec<(Guid, u64)>, Before) {
        let held = lock(&self.0);
        wanted.retain(|(guid, revision)| held.revisions.get(&(device, *guid)) != Some(revision));
        (wanted, Before(held.forgotten))
    }

    /// They were written; remembered unless something was forgotten meanwhile, which may have been one of them.
    pub fn keep(&self, device: DeviceId, written: &[(Guid, u64)], before: Before) {
        let mut held = lock(&self.0);
        if held.forgotten != before.0 {
            return;
        }
        if held.revisions.len() + written.len() > Self::MOST {
            held.revisions.clear();
        }
        held.revisions.extend(written.iter().map(|(guid, revision)| ((device, *guid), *revision)));
    }

    /// A device said that it removed a profile.
    pub fn forget(&self, device: DeviceId, guid: Guid) {
        let mut held = lock(&self.0);
        held.forgotten += 1;
        held.revisions.remove(&(device, guid));
    }
}

/// A map of plain numbers is whole at every moment, also after a panic elsewhere.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: DeviceId = DeviceId(7);

    #[test]
    fn a_device_that_comes_back_with_less_is_noticed_once_off_3() {
        let sequences = Sequences::default();
        assert!(!sequences.claim(DEVICE, 5));
        assert!(!sequences.claim(DEVICE, 9));
        assert!(sequences.claim(DEVICE, 3));
        assert!(!sequences.claim(DEVICE, 3));
    }

    #[test]
    fn what_was_written_is_not_written_again_until_it_is_removed_pro_7() {
        let (holds, one, two) = (Holds::default(), Guid::from_bytes([1; 16]), Guid::from_bytes([2; 16]));
        let missing = |wanted: &[(Guid, u64)]| holds.missing(DEVICE, wanted.to_vec());
        let (written, before) = missing(&[(one, 1), (two, 1)]);
        assert_eq!(written.len(), 2);
        holds.keep(DEVICE, &written, before);
        assert_eq!(missing(&[(one, 1), (two, 2)]).0, [(two, 2)]);
        assert_eq!(holds.missing(DeviceId(8), vec![(one, 1)]).0.len(), 1, "devices are told apart");
        holds.forget(DEVICE, one);
        assert_eq!(missing(&[(one, 1), (two, 1)]).0, [(one, 1)]);
        let (written, before) = missing(&[(one, 1)]);
        holds.forget(DEVICE, one);
        holds.keep(DEVICE, &written, before);
        assert_eq!(missing(&[(one, 1)]).0, [(one, 1)], "it was removed while it was written");
    }

    #[test]
    fn the_memory_of_holds_is_bounded() {
        let (holds, guid) = (Holds::default(), Guid::from_bytes([1; 16]));
        for number in 0..Holds::MOST as u32 + 10 {
            let (written, before) = holds.missing(DeviceId(number), vec![(guid, 1)]);
            holds.keep(DeviceId(number), &written, before);
        }
        assert_eq!(lock(&holds.0).revisions.len(), 10);
    }

    #[test]
    fn a_failure_is_news_once_for_each_device_profile_revision_and_reason_pro_8() {
        let (seen, one, two) = (Seen::default(), Guid::from_bytes([1; 16]), Guid::from_bytes([2; 16]));
        let failures =
            [(7, one, 1, "no room"), (8, one, 1, "no room"), (7, two, 1, "no room"), (7, one, 2, "no room"), (7, one, 1, "x")];
        for expected in [true, false, false] {
            for (device, profile, revision, reason) in failures {
                assert_eq!(seen.is_news(DeviceId(device), profile, revision, reason), expected);
            }
        }
        for revision in 0..MAX_TOLD as u64 + 10 {
            seen.is_news(DEVICE, two, revision, "");
        }
        assert!(lock(&seen.1).len() <= MAX_TOLD, "it is bounded");
    }

    #[test]
    fn the_highest_number_only_grows() {
        let sequences = Sequences::default();
        sequences.raise(DEVICE, 4);
        assert_eq!(sequences.highest(DEVICE), None);
        assert_eq!(sequences.note(DEVICE, 2), 2);
        sequences.raise(DEVICE, 4);
        sequences.raise(DEVICE, 3);
        assert_eq!(sequences.highest(DEVICE), Some(4));
    }
}
