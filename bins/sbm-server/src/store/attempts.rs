//! Attempts to log in, where several servers count them together (RUN-6).
//!
//! 1. They have one order, the same for all servers; whoever goes through them in it comes to the same conclusions. There
//!    are no gaps in it, and what was read once is not followed by something earlier.
//! 2. Nothing is told of names but their hashes.

use std::net::IpAddr;

use sbm_core::id::Hash;
use sbm_core::time::Timestamp;

use super::Pending;

/// How many attempts are read at once.
pub const MOST_ATTEMPTS: u32 = 10_000;

/// The attempts of all servers.
pub trait Attempts: Send + Sync {
    /// The attempts behind that number, in their order, at most [`MOST_ATTEMPTS`] of them; and what time it is.
    fn attempts_after(&self, number: u64) -> Pending<(Timestamp, Vec<Attempt>)>;

    /// Adds one at the end, at this moment by the database's clock; gives all those behind that number, this one last.
    fn add_attempt(&self, what: Outcome, name: Hash, network: IpAddr, after: u64) -> Pending<Vec<Attempt>>;

    /// Deletes those from before a moment: whoever got in, and all others; gives how many.
    fn drop_attempts(&self, got_in_before: Timestamp, others_before: Timestamp) -> Pending<u64>;
}

/// An attempt, or what became of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its number, from 1, without gaps.
    pub number: u64,
    /// When, by the database's clock.
    pub at: Timestamp,
    /// What happened.
    pub what: Outcome,
    /// The hash of the name.
    pub name: Hash,
    /// The network that counts as one.
    pub network: IpAddr,
}

/// What happened. The numbers are those in the database and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody tries; until more is known he failed.
    Begun = 0,
    /// He was right.
    GotIn = 1,
    /// It was not decided.
    Undecided = 2,
    /// The name has a new password: what was tried before does not count.
    Forgotten = 3,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Begun, Self::GotIn, Self::Undecided, Self::Forgotten];
}
