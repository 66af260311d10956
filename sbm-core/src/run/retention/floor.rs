//! What is left of runs that are gone (HIS-3), and how far it may rise.
//!
//! 1. A [`Floor`] stands for the runs of an installation whose id **and** number are no higher than its own: one of those that
//!    is not there is gone. It must never stand for a run that is still to come, and runs come in any order: the one that
//!    ended just now before those that waited, and some wait for as long as they cannot be sent.
//! 2. Numbers are gap-free by installation. So a run that never came leaves a gap, and the floor stays below the first one
//!    ([`Reach`]); what goes above it is remembered run by run. When the gap is filled, the floor may rise again.
//! 3. A number that came twice is like a gap: a cache that came from an older copy gave numbers again, and nobody knows whether
//!    all of the others that it gave again are there. A record that stands for several numbers that its host gave up has
//!    all of them. As long as none of the numbers that were given again came, nothing tells of them: runs that such a host
//!    made before it heard that its cache is older must come before newer ones of it go.
//! 4. What is found out of a history holds for ever after: a number that is known stays known, whatever becomes of its run.

use alloc::vec::Vec;

use crate::id::RunId;
use crate::run::gap::Gap;
use crate::time::Timestamp;

/// What is left of the runs of an installation that are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Floor {
    /// The highest of their ids.
    pub id: RunId,
    /// The highest of their numbers.
    pub sequence: u64,
}

impl Floor {
    /// Whether a run that is not there is one of those that are gone.
    #[must_use]
    pub fn covers(&self, id: RunId, sequence: u64) -> bool {
        id <= self.id && sequence <= self.sequence
    }

    /// With one more that is gone.
    #[must_use]
    pub fn with(floor: Option<Self>, id: RunId, sequence: u64) -> Self {
        floor.map_or(Self { id, sequence }, |floor| Self { id: floor.id.max(id), sequence: floor.sequence.max(sequence) })
    }

    /// Whether runs that are made from now on have higher ids than that.
    #[must_use]
    pub fn may_rise_to(id: RunId, now: Timestamp) -> bool {
        id < RunId::v7(now, [0; 10])
    }
}

/// How many stretches of known numbers are kept of an installation. Of more, the highest are taken for not known.
const STRETCHES: usize = 64;

/// How far the numbers of an installation are known without a gap, from its floor on. Numbers are told in any order, each run
/// and each one that is remembered by itself once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    floor: Option<Floor>,
    /// From where to where, ascending, none next to another.
    stretches: Vec<(u64, u64)>,
    /// The lowest number that came twice, or was not kept.
    limit: Option<u64>,
}

impl Reach {
    /// Above that floor, with no number known yet.
    #[must_use]
    pub const fn above(floor: Option<Floor>) -> Self {
        Self { floor, stretches: Vec::new(), limit: None }
    }

    /// A run of that number is known. One that stands for several has all of theirs.
    pub fn add(&mut self, sequence: u64, gap: Option<&Gap>) {
        let first = gap.map_or(sequence, |gap| gap.first.min(sequence)).max(self.base().saturating_add(1));
        if first > sequence || self.limit.is_some_and(|limit| first >= limit) {
            return;
        }
        let at = self.stretches.partition_point(|(_, last)| *last < first);
        if let Some((begins, _)) = self.stretches.get(at).filter(|(begins, _)| *begins <= sequence) {
            self.stop_before(first.max(*begins));
        }
        let (mut begins, mut ends) = (first, sequence);
        // What it touches becomes one with it.
        let from = self.stretches.partition_point(|(_, last)| last.saturating_add(1) < first);
        let to = self.stretches.partition_point(|(begins, _)| *begins <= sequence.saturating_add(1));
        if let Some(touched) = self.stretches.get(from..to).filter(|touched| !touched.is_empty()) {
            begins = touched.iter().fold(begins, |least, (begins, _)| least.min(*begins));
            ends = touched.iter().fold(ends, |most, (_, ends)| most.max(*ends));
        }
        self.stretches.splice(from..to.max(from), [(begins, ends)]);
        if self.stretches.len() > STRETCHES
            && let Some((begins, _)) = self.stretches.pop()
        {
            self.stop_before(begins);
        }
    }

    fn stop_before(&mut self, number: u64) {
        self.limit = Some(self.limit.map_or(number, |limit| limit.min(number)));
    }

    /// The number of the floor.
    #[must_use]
    pub fn base(&self) -> u64 {
        self.floor.map_or(0, |floor| floor.sequence)
    }

    /// The highest number that the floor may rise to.
    #[must_use]
    pub fn end(&self) -> u64 {
        let base = self.base();
        let known =
            self.stretches.first().filter(|(begins, _)| *begins == base.saturating_add(1)).map_or(base, |(_, ends)| *ends);
        self.limit.map_or(known, |limit| known.min(limit.saturating_sub(1)).max(base))
    }

    /// Whether the floor may stand for that run once it is gone. Another one is remembered by itself.
    #[must_use]
    pub fn may_take(&self, id: RunId, sequence: u64, now: Timestamp) -> bool {
        let is_within = match self.floor {
            // A number that the floor has, with an id above it, was given again.
            Some(floor) if sequence <= floor.sequence => id <= floor.id,
            _ => sequence <= self.end(),
        };
        is_within && Floor::may_rise_to(id, now)
    }
}

#[cfg(test)]
mod tests;
