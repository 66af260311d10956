//! The brake on guessing where several servers count together (RUN-6).
//!
//! 1. An attempt is added to the store before it is judged, and judged by all that stand before it there. Every server goes
//!    through them in that order and comes to the same conclusion: guessing at eight servers is no faster than at one.
//! 2. Who has to wait anyway is told so without a write. Time is the database's.
//! 3. Where one server is alone its memory is the truth, and nothing is written.

use std::net::IpAddr;

use sbm_core::directory::Refusal;
use sbm_core::time::{DAY, HOUR};

use super::{Service, store_refusal};
use crate::auth::Wait;
use crate::auth::throttle::{name_key, network};
use crate::store::attempts::{MOST_ATTEMPTS, Outcome};

/// How long it is remembered who got in, so that he gets in while others are guessing, and everything else: whatever counts
/// for nothing behind that.
const KEEP_GOT_IN: i64 = 7 * DAY;
const KEEP_OTHERS: i64 = 2 * HOUR;

impl Service {
    /// Begins an attempt, which counts as failed until more is known.
    ///
    /// # Errors
    ///
    /// What the store says; inside, how long to wait.
    pub(super) async fn brake(&self, name: &str, address: IpAddr) -> Result<Result<(), Wait>, Refusal> {
        if !self.lease.is_shared() {
            return Ok(self.throttle.attempt(name, address, self.now()));
        }
        let _judging = self.judging.lock().await;
        let now = loop {
            let read = self.store.attempts_after(self.throttle.replayed()).await;
            let (now, attempts) = read.map_err(|error| store_refusal(&error))?;
            // What others have to wait is theirs to be told.
            let _theirs = self.throttle.replay(&attempts);
            if attempts.len() < usize::try_from(MOST_ATTEMPTS).unwrap_or(usize::MAX) {
                break now;
            }
        };
        if let Some(wait) = self.throttle.wait(name, address, now) {
            return Ok(Err(wait));
        }
        self.add_attempt(Outcome::Begun, name, address).await
    }

    /// Says what became of an attempt, or that a name has a new password.
    pub(super) async fn brake_said(&self, what: Outcome, name: &str, address: IpAddr) {
        if self.lease.is_shared() {
            let _judging = self.judging.lock().await;
            // If it cannot be said, the attempt counts as failed.
            drop(self.add_attempt(what, name, address).await);
            return;
        }
        match what {
            Outcome::Begun => {}
            Outcome::GotIn => self.throttle.succeeded(name, address, self.now()),
            Outcome::Undecided => self.throttle.undecided(name, address),
            Outcome::Forgotten => self.throttle.forget(name),
        }
    }

    async fn add_attempt(&self, what: Outcome, name: &str, address: IpAddr) -> Result<Result<(), Wait>, Refusal> {
        let added = self.store.add_attempt(what, name_key(name), network(address), self.throttle.replayed()).await;
        Ok(self.throttle.replay(&added.map_err(|error| store_refusal(&error))?))
    }

    /// Deletes the attempts that count for nothing any more.
    pub(super) async fn drop_attempts(&self) -> Result<(), Refusal> {
        let (now, _) = self.store.attempts_after(self.throttle.replayed()).await.map_err(|error| store_refusal(&error))?;
        let dropped = self.store.drop_attempts(now.plus(-KEEP_GOT_IN), now.plus(-KEEP_OTHERS)).await;
        dropped.map(drop).map_err(|error| store_refusal(&error))
    }
}
