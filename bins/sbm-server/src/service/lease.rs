//! Whether this server may answer (RUN-7, DESIGN 3.10).
//!
//! 1. Others wait for this server, and so it answers, as long as its lease lasts. Its end is reckoned from when it was asked
//!    for, by a clock that nobody sets, and a margin earlier than others do.
//! 2. A lease that was made longer counts only if the word of it came while the one before lasted. Else somebody may have been
//!    answered meanwhile without this server, and it has to join again, by the newest facts.
//! 3. Where one server has the database to itself there is no lease, and nothing to lose.
//! 4. A server whose program may not use the database any more answers no more, whatever its lease.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// How much earlier this server takes its lease for over than others do, as a part of it: clocks do not go alike, and an
/// answer takes a moment to go out.
const MARGIN: u32 = 10;
/// How often it is made longer while it lasts.
const RENEWALS: u32 = 5;

/// This server's lease.
#[derive(Debug)]
pub struct Lease {
    /// How long it lasts; none where there is none.
    span: Option<Duration>,
    /// Until when, by the steady clock, in milliseconds.
    until: AtomicU64,
    stopped: AtomicBool,
}

impl Lease {
    /// A lease that is still to be had, if there is one to have.
    #[must_use]
    pub const fn new(span: Option<Duration>) -> Self {
        Self { span, until: AtomicU64::new(0), stopped: AtomicBool::new(false) }
    }

    /// How long it lasts.
    #[must_use]
    pub const fn span(&self) -> Option<Duration> {
        self.span
    }

    /// How often it is made longer.
    #[must_use]
    pub const fn pause(&self) -> Option<Duration> {
        match self.span {
            Some(span) => span.checked_div(RENEWALS),
            None => None,
        }
    }

    /// Whether there are other servers to reckon with.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        self.span.is_some()
    }

    /// Whether this server may answer at that moment of the steady clock.
    #[must_use]
    pub fn holds(&self, now: Duration) -> bool {
        !self.is_stopped() && (self.span.is_none() || millis(now) < self.until.load(Ordering::Acquire))
    }

    /// It was given for good at this server's request of that moment.
    pub fn begin(&self, asked: Duration) {
        if let Some(span) = self.span {
            let until = asked.saturating_add(span.saturating_sub(span / MARGIN));
            self.until.fetch_max(millis(until), Ordering::AcqRel);
        }
    }

    /// It was made longer at this server's request of a moment; the word of it came at another. False when it was over by then.
    #[must_use]
    pub fn extend(&self, asked: Duration, told: Duration) -> bool {
        let held = self.holds(told);
        if held {
            self.begin(asked);
        }
        held
    }

    /// It is over: whatever is known of it does not count any more.
    pub fn end(&self) {
        self.until.store(0, Ordering::Release);
    }

    /// This server answers no more.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    /// Whether it answers no more.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPAN: Duration = Duration::from_secs(5);

    fn at(millis: u64) -> Duration {
        Duration::from_millis(100_000 + millis)
    }

    #[test]
    fn a_lease_is_reckoned_from_when_it_was_asked_for_and_ends_before_others_think_so_run_7() {
        let lease = Lease::new(Some(SPAN));
        assert!(!lease.holds(at(0)), "nobody gave it yet");
        lease.begin(at(0));
        assert!(lease.holds(at(0)) && lease.holds(at(4_499)));
        assert!(!lease.holds(at(4_500)), "others wait until 5 000");
        assert_eq!(lease.pause(), Some(Duration::from_secs(1)));
    }

    #[test]
    fn what_comes_too_late_makes_no_lease_longer_run_7() {
        let lease = Lease::new(Some(SPAN));
        lease.begin(at(0));
        assert!(lease.extend(at(1_000), at(1_200)));
        assert!(lease.holds(at(5_499)));
        assert!(!lease.extend(at(5_400), at(5_500)), "asked for in time, told too late");
        assert!(!lease.holds(at(5_500)));
        lease.begin(at(6_000));
        assert!(lease.holds(at(6_000)));
        lease.begin(at(5_000));
        assert!(lease.holds(at(10_499)), "an older word takes nothing away");
        lease.end();
        assert!(!lease.holds(at(6_001)));
    }

    #[test]
    fn alone_there_is_nothing_to_lose_but_a_program_that_does_not_fit_stops_run_7_door_4() {
        let lease = Lease::new(None);
        assert!(lease.holds(at(0)) && lease.holds(Duration::MAX) && !lease.is_shared());
        lease.stop();
        assert!(!lease.holds(at(0)));
        let shared = Lease::new(Some(SPAN));
        shared.begin(at(0));
        shared.stop();
        assert!(!shared.holds(at(0)) && shared.is_shared());
    }
}
