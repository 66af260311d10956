//! The time after a connection could not be made: everybody is told at once, and it is tried again soon, but not by all
//! together.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::store::StoreError;

/// How long it is at first, and at most.
const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(1);

/// Shared by all connections to one database.
#[derive(Default)]
pub(super) struct Outage(Mutex<State>);

#[derive(Default)]
struct State {
    failures: u32,
    /// Until when nobody tries, and why.
    until: Option<(Instant, StoreError)>,
}

impl Outage {
    /// Whether a connection may be tried now.
    pub(super) fn may_try(&self, now: Instant) -> Result<(), StoreError> {
        match &self.lock().until {
            Some((until, why)) if now < *until => Err(why.clone()),
            _ => Ok(()),
        }
    }

    /// It did not come about; gives for how long nobody tries. `chance` is what tells servers apart that begin together.
    pub(super) fn failed(&self, now: Instant, why: &StoreError, chance: u8) -> Duration {
        let mut state = self.lock();
        // Those who tried at the same time failed once.
        let is_running = state.until.as_ref().is_some_and(|(until, _)| now < *until);
        if !is_running {
            state.failures = state.failures.saturating_add(1);
        }
        let doubled = FIRST.saturating_mul(1 << state.failures.saturating_sub(1).min(10)).min(LONGEST);
        // Between half of it and all of it.
        let pause = doubled / 2 + doubled / 2 * u32::from(chance) / u32::from(u8::MAX);
        state.until = Some((now + pause, why.clone()));
        pause
    }

    /// There is a connection again.
    pub(super) fn is_over(&self) {
        *self.lock() = State::default();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A chance for [`Outage::failed`].
pub(super) fn chance() -> u8 {
    let mut byte = [0];
    // Without chance all try at the same moment, and that is all.
    let _ = getrandom::fill(&mut byte);
    let [chance] = byte;
    chance
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_to_a_second_and_ends_with_the_outage_err_4() {
        let (outage, mut now) = (Outage::default(), Instant::now());
        let why = StoreError::unavailable("gone");
        let mut pauses = Vec::new();
        for _ in 0..8 {
            assert_eq!(outage.may_try(now), Ok(()));
            let pause = outage.failed(now, &why, u8::MAX);
            assert_eq!(outage.may_try(now + pause / 2), Err(why.clone()));
            now += pause;
            pauses.push(pause.as_millis());
        }
        assert_eq!(pauses, [50, 100, 200, 400, 800, 1_000, 1_000, 1_000]);
        outage.failed(now, &why, 0);
        outage.is_over();
        assert_eq!(outage.may_try(now), Ok(()));
        assert_eq!(outage.failed(now, &why, 0).as_millis(), 25);
    }

    #[test]
    fn those_who_fail_together_fail_once_err_4() {
        let (outage, now) = (Outage::default(), Instant::now());
        for _ in 0..8 {
            assert_eq!(outage.failed(now, &StoreError::Busy, u8::MAX).as_millis(), 50);
        }
    }
}
