//! Work that is due now and then, and that one server does for all (DESIGN 3.10).
//!
//! 1. Exactly one server takes a piece that is due, however many ask at once. Time is the database's.
//!    Its clock can be set: what is due later than it could be is due now, and whoever took a piece at a time that is still to
//!    come does not keep it from others. Then two may be at it, as when a server stood still, and the later one has it.
//! 2. Whoever takes one has it for a while. A server that dies in the middle lets it go to another when that is over; one
//!    that needs longer says so in time.
//! 3. A turn has a number: who was too slow is told, and changes nothing of what the next one does.

use std::time::Duration;

use sbm_core::time::Timestamp;

use super::Pending;

/// The pieces of work, by their names.
pub trait Tasks: Send + Sync {
    /// Whether it may be worth to take a piece that is done every so often: most often it is not, and nothing is written to
    /// find that out.
    fn is_due(&self, name: &'static str, every: Duration) -> Pending<bool>;

    /// Takes a piece that is done every so often, if it is due and nobody is at it. One that is new is due at once.
    fn take(&self, name: &'static str, every: Duration, hold: Duration) -> Pending<Option<Turn>>;

    /// Holds a piece longer, from now on. False when it went to somebody else meanwhile, or was done.
    fn hold_longer(&self, turn: Turn, hold: Duration) -> Pending<bool>;

    /// Says that a piece was done; it is due again so long after it was begun. False when it went to somebody else.
    fn done(&self, turn: Turn) -> Pending<bool>;

    /// Gives a piece back undone: somebody, maybe oneself, takes it again after that long, which is no longer than it is done
    /// every so often.
    fn give_back(&self, turn: Turn, after: Duration) -> Pending<bool>;

    /// Gives a piece back that failed, and keeps the reason for whoever looks.
    fn failed(&self, turn: Turn, after: Duration, why: String) -> Pending<bool>;

    /// What became of a piece.
    fn last(&self, name: &'static str) -> Pending<Last>;

    /// When a piece was last done.
    fn last_done(&self, name: &'static str) -> Pending<Option<Timestamp>>;
}

/// The right to do a piece of work once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a turn that is neither done nor given back is waited for"]
pub struct Turn {
    /// The name of the piece.
    pub name: &'static str,
    /// How often it is done.
    pub every: Duration,
    /// Which turn it is.
    pub number: u64,
}

/// What became of a piece of work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Last {
    /// When it was last done.
    pub done: Option<Timestamp>,
    /// When it last failed, and why.
    pub failed: Option<(Timestamp, String)>,
}
