//! Time comes in here and nowhere else (OFF-6).

use std::time::{SystemTime, UNIX_EPOCH};

use sbm_core::time::Timestamp;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The moment.
    fn now(&self) -> Timestamp;
}

/// The computer's clock: the only place that reads it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let millis = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |millis| -millis),
        };
        Timestamp::from_millis(millis)
    }
}
