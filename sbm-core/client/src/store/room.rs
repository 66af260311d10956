//! The room of the outbox (ERR-3): what must go when it is full, in which order; see [`sbm_core::run::gap`].
//!
//! 1. A run is never refused for want of room, and ending one always leaves its record.
//! 2. The error texts of the oldest records go first, then their counts, then the oldest records become one gap record.
//! 3. Only what is too much goes, and it goes in the transaction that brings the new record.

use sbm_core::id::RunId;
use sbm_core::run::{Detail, RunRecord};

use super::random;
use crate::error::Error;

/// How many records may wait for the server, and how many bytes of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboxLimits {
    /// The most records; a gap counts as one.
    pub records: u64,
    /// The most bytes of all of them together, as JSON.
    pub bytes: u64,
}

impl Default for OutboxLimits {
    /// 100,000 records and 64 MiB.
    fn default() -> Self {
        Self { records: 100_000, bytes: 64 * 1024 * 1024 }
    }
}

impl OutboxLimits {
    /// The least that makes sense: the newest records and a gap.
    pub const LEAST: Self = Self { records: 8, bytes: 128 * 1024 };

    /// These limits, or the least where they are less.
    #[must_use]
    pub fn at_least(self) -> Self {
        Self { records: self.records.max(Self::LEAST.records), bytes: self.bytes.max(Self::LEAST.bytes) }
    }
}

/// Where waiting records lie.
pub(super) trait Shelf {
    /// Why it cannot be read or written.
    type Error: From<Error>;

    /// How many records wait, and how many bytes they have.
    fn load(&mut self) -> Result<(u64, u64), Self::Error>;

    /// The oldest waiting record that has that much detail.
    fn oldest(&mut self, detail: Detail) -> Result<Option<RunRecord>, Self::Error>;

    /// Puts it where the record with its number lies.
    fn replace(&mut self, record: &RunRecord, detail: Detail) -> Result<(), Self::Error>;

    /// The two oldest waiting records, gaps included.
    fn oldest_two(&mut self) -> Result<Option<(RunRecord, RunRecord)>, Self::Error>;

    /// Takes away a waiting record.
    fn remove(&mut self, sequence: u64) -> Result<(), Self::Error>;
}

/// Gives up what is too much.
pub(super) fn make_room<S: Shelf>(shelf: &mut S, limits: OutboxLimits) -> Result<(), S::Error> {
    loop {
        let (records, bytes) = shelf.load()?;
        let goes_on = if records > limits.records {
            join(shelf)?
        } else if bytes > limits.bytes {
            shorten(shelf, Detail::Whole)? || shorten(shelf, Detail::Textless)? || join(shelf)?
        } else {
            false
        };
        if !goes_on {
            return Ok(());
        }
    }
}

fn shorten<S: Shelf>(shelf: &mut S, detail: Detail) -> Result<bool, S::Error> {
    let Some(mut record) = shelf.oldest(detail)? else { return Ok(false) };
    let left = record.give_up_detail(detail);
    shelf.replace(&record, left)?;
    Ok(true)
}

fn join<S: Shelf>(shelf: &mut S) -> Result<bool, S::Error> {
    let Some((older, newer)) = shelf.oldest_two()? else { return Ok(false) };
    let (first, at) = (older.sequence, newer.finish.end);
    // Another content has another id: what the server may have of the gap before is not touched.
    let gap = older.joined(newer, RunId::v7(at, random()?));
    shelf.remove(first)?;
    shelf.replace(&gap, Detail::Gap)?;
    Ok(true)
}
