//! What time it is for all servers of a database: what it says, carried on by the steady clock.
//!
//! A run is kept by when it came (HIS-7), whichever server it came to. The clock of one of them may be weeks off, or be set
//! between two looks at the database's; the steady clock is not set by anybody.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sbm_core::code::Code;
use sbm_core::directory::Refusal;
use sbm_core::time::{HOUR, Timestamp};

use super::{Service, store_refusal};

/// How far the server's clock and the database's may be apart.
const APART: i64 = HOUR;

/// What the database said last, and what the steady clock showed then.
#[derive(Debug, Default)]
pub(super) struct SharedTime(Mutex<Option<(Timestamp, Duration)>>);

impl SharedTime {
    fn note(&self, time: Timestamp, steady: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((time, steady));
    }

    fn at(&self, steady: Duration) -> Option<Timestamp> {
        let (time, then) = (*self.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        Some(time.plus(i64::try_from(steady.saturating_sub(then).as_millis()).unwrap_or(i64::MAX)))
    }
}

impl Service {
    /// Looks at the database's clock where several servers share it; gives what time it is.
    pub(super) async fn look_at_time(&self) -> Result<Timestamp, Refusal> {
        if !self.lease.is_shared() {
            return Ok(self.now());
        }
        let time = self.store.clock().await.map_err(|error| store_refusal(&error))?;
        self.shared_time.note(time, self.clock.steady());
        Ok(time)
    }

    /// The same at the start, in a thread that may wait.
    pub(super) fn look_at_time_at_start(&self) -> Result<(), Refusal> {
        if self.lease.is_shared() {
            let time = self.store.clock().wait().map_err(|error| store_refusal(&error))?;
            self.shared_time.note(time, self.clock.steady());
        }
        Ok(())
    }

    /// What time it is for all servers, by the last look.
    pub(super) fn time_for_all(&self) -> Timestamp {
        self.shared_time.at(self.clock.steady()).unwrap_or_else(|| self.now())
    }

    /// What time it is for what deletes by age: refused where this server's clock and the database's are far apart, since one of
    /// them is wrong, and nobody knows which.
    pub(super) async fn time_to_delete_by(&self) -> Result<Timestamp, Refusal> {
        let time = self.look_at_time().await?;
        let here = self.now();
        if here.since(time).saturating_abs() > APART {
            tracing::warn!(
                here = %here.to_rfc3339(),
                database = %time.to_rfc3339(),
                "the clocks of this server and of the database are more than an hour apart: this server deletes nothing by its age; set the clock that is wrong"
            );
            return Err(Code::Busy.into());
        }
        Ok(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_by_the_steady_clock_his_7() {
        let time = SharedTime::default();
        let (noon, at) = (Timestamp::from_millis(12 * HOUR), Duration::from_secs);
        assert_eq!(time.at(at(5)), None);
        time.note(noon, at(5));
        assert_eq!(time.at(at(7)), Some(noon.plus(2_000)));
        assert_eq!(time.at(at(4)), Some(noon), "it does not go back");
    }
}
