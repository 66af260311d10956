//! Tokens that another server gave out (RUN-7, DESIGN 3.10).
//!
//! 1. A token that memory does not know is looked up in the store once, by its id; its MAC was checked before, so that a
//!    flood of forged ones costs nothing.
//! 2. One that does not count is remembered for a while, so that who sends it again and again reads nothing. How many are
//!    looked up at once, and how many are remembered, is bounded.
//! 3. What was read before something was revoked is not let into memory behind it: it is read again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sbm_core::code::Code;
use tokio::sync::Semaphore;

use super::Service;
use crate::auth::token::{ParsedToken, same_hash};

/// How many are looked up at once.
const AT_ONCE: usize = 64;
/// How long it is remembered that a token does not count. None that did not count begins to.
const REMEMBERED: Duration = Duration::from_secs(10);
/// How many that do not count are remembered.
const MOST: usize = 4_096;
/// How often one is read again because something was revoked meanwhile.
const TRIES: usize = 16;

/// Which tokens are being looked up, and which do not count.
#[derive(Debug)]
pub struct Unknown {
    places: Semaphore,
    /// Until when, by the steady clock.
    refused: Mutex<HashMap<u64, Duration>>,
}

impl Default for Unknown {
    fn default() -> Self {
        Self { places: Semaphore::new(AT_ONCE), refused: Mutex::default() }
    }
}

impl Unknown {
    fn is_refused(&self, id: u64, now: Duration) -> bool {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.get(&id).is_some_and(|until| now < *until)
    }

    #[cfg(test)]
    pub(super) fn refused_ids(&self) -> Vec<u64> {
        self.refused.lock().unwrap().keys().copied().collect()
    }

    fn refuse(&self, id: u64, now: Duration) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.len() >= MOST {
            refused.retain(|_, until| now < *until);
        }
        if refused.len() < MOST {
            refused.insert(id, now.saturating_add(REMEMBERED));
        }
    }
}

impl Service {
    /// Brings the session of a token into memory that is not there.
    ///
    /// # Errors
    ///
    /// `token_refused` when it does not count, `busy`, and what the store says.
    pub(super) async fn find_session(&self, token: ParsedToken) -> Result<(), Code> {
        if !self.lease.is_shared() || self.unknown.is_refused(token.id, self.clock.steady()) {
            return Err(Code::TokenRefused);
        }
        let _place = self.unknown.places.try_acquire().map_err(|_| Code::Busy)?;
        for _ in 0..TRIES {
            let before = self.sessions.before();
            let kept = self.store.token(token.id).await.map_err(|error| error.code())?;
            let fits = |kept: &crate::store::Token| {
                !kept.revoked && kept.audience == token.audience && same_hash(&kept.hash, &token.hash)
            };
            let live = kept.filter(fits).map(|kept| self.live(&kept)).filter(|new| !new.session.is_over(self.now()));
            let Some(live) = live else {
                self.unknown.refuse(token.id, self.clock.steady());
                return Err(Code::TokenRefused);
            };
            if self.sessions.insert_read(live, before) {
                return Ok(());
            }
        }
        Err(Code::Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_count_is_remembered_for_a_while_and_not_without_bound_run_7() {
        let (unknown, second) = (Unknown::default(), Duration::from_secs(1));
        unknown.refuse(7, Duration::ZERO);
        assert!(unknown.is_refused(7, REMEMBERED - second) && !unknown.is_refused(7, REMEMBERED));
        assert!(!unknown.is_refused(8, Duration::ZERO));
        for id in 0..MOST as u64 + 10 {
            unknown.refuse(id, second);
        }
        let remembered = || unknown.refused.lock().unwrap().len();
        assert_eq!(remembered(), MOST);
        unknown.refuse(u64::MAX, second + REMEMBERED);
        assert_eq!(remembered(), 1, "those whose time is over make room");
    }
}
