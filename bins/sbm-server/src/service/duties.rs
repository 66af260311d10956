//! What is done now and then, by one server for all (DESIGN 3.10).
//!
//! 1. Each piece has a name and a turn in the store: exactly one server does what is due, and another does it if that one
//!    dies.
//! 2. What is past retention goes once a day, and rooms for months to come are made (HIS-7); a server without limits leaves the
//!    history to those that have some.
//! 3. What goes by the time goes by the database's clock, as do turns and leases: one of many servers may have a clock that is
//!    weeks off. Where the two are far apart one of them is wrong, and nobody knows which: such a server deletes nothing.
//! 4. A piece may be done twice over without harm, should a server be stopped in the middle of one and go on later.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sbm_core::code::Code;
use sbm_core::directory::Refusal;
use sbm_core::time::{DAY, MINUTE};

use super::{Service, store_refusal};
use crate::store::retention;
use crate::store::tasks::Turn;

/// How often it is asked whether something is due.
pub(super) const ASK: i64 = MINUTE;
/// How long a server that took a piece has for it.
const HOLD: Duration = Duration::from_secs(2 * 60);
/// How soon a piece that failed is tried again.
const AGAIN: Duration = Duration::from_secs(60);

/// How many runs are gone through the audit log with one entry, and held in memory.
const AT_ONCE: usize = 100_000;

/// How long the row of a token, or of an enrolment code, stays after it ended.
const KEEP_ENDED: i64 = 30 * DAY;

/// How long an erase order stays that was acknowledged.
const KEEP_ORDERS: i64 = 365 * DAY;

/// How long the row of a login stays that waits for its code: it is over after minutes.
const KEEP_HALF: i64 = DAY;

/// A piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Accounts,
    Reservations,
    EndedTokens,
    Attempts,
    Months,
    History,
}

impl Piece {
    const ALL: [Self; 6] = [Self::Accounts, Self::Reservations, Self::EndedTokens, Self::Attempts, Self::Months, Self::History];

    /// Its name in the store.
    const fn name(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Reservations => "reservations",
            Self::EndedTokens => "ended_tokens",
            Self::Attempts => "attempts",
            Self::Months => "months",
            Self::History => "history",
        }
    }

    /// Whether it deletes for good what is old.
    const fn goes_by_the_time(self) -> bool {
        matches!(self, Self::Accounts | Self::Reservations | Self::History | Self::EndedTokens)
    }

    const fn every(self) -> Duration {
        match self {
            Self::Accounts => Duration::from_secs(60),
            Self::EndedTokens | Self::Attempts => Duration::from_secs(10 * 60),
            Self::Reservations => Duration::from_secs(60 * 60),
            Self::Months | Self::History => Duration::from_secs(24 * 60 * 60),
        }
    }

    /// How long a server that took it has for it, or for each of its steps.
    const fn hold(self) -> Duration {
        match self {
            Self::History => Duration::from_secs(30 * 60),
            _ => HOLD,
        }
    }
}

impl Service {
    /// Does what is due and what no other server is at.
    pub async fn do_duties(self: &Arc<Self>) {
        if let Err(refused) = self.look_at_time().await {
            tracing::warn!(code = refused.code.name(), "the database does not say what time it is");
        }
        for piece in Piece::ALL {
            let has_nothing_to_do = match piece {
                Piece::History => self.config.history.is_for_ever(),
                Piece::Accounts => !self.has_due_accounts(),
                Piece::Reservations | Piece::EndedTokens | Piece::Attempts | Piece::Months => false,
            };
            if has_nothing_to_do {
                continue;
            }
            if let Err(refused) = self.do_duty(piece).await {
                tracing::warn!(
                    piece = piece.name(),
                    code = refused.code.name(),
                    "a piece of work could not be done; it is tried again"
                );
            }
        }
    }

    async fn do_duty(self: &Arc<Self>, piece: Piece) -> Result<(), Refusal> {
        let failed = |error| store_refusal(&error);
        if !self.store.is_due(piece.name(), piece.every()).await.map_err(failed)? {
            return Ok(());
        }
        // Another server may have the right clock, and takes it.
        if piece.goes_by_the_time() {
            self.time_to_delete_by().await?;
        }
        let Some(turn) = self.store.take(piece.name(), piece.every(), piece.hold()).await.map_err(failed)? else { return Ok(()) };
        match self.do_piece(piece, &turn).await {
            Ok(()) => self.store.done(turn).await.map(drop).map_err(failed),
            Err(refused) => {
                self.store.give_back(turn, AGAIN).await.map(drop).map_err(failed)?;
                Err(refused)
            }
        }
    }

    async fn do_piece(self: &Arc<Self>, piece: Piece, turn: &Turn) -> Result<(), Refusal> {
        match piece {
            Piece::Accounts => self.drop_due_accounts().await,
            Piece::Reservations => self.drop_reservations().await,
            Piece::EndedTokens => self.drop_ended_tokens().await,
            Piece::Attempts => self.drop_attempts().await,
            Piece::Months => self.store.make_room().await.map_err(|error| store_refusal(&error)),
            Piece::History => self.prune_history(turn.clone()).await,
        }
    }

    /// Deletes the runs that are past retention (HIS-7), for as long as this server has the turn and goes on.
    async fn prune_history(&self, turn: Turn) -> Result<(), Refusal> {
        let now = self.time_to_delete_by().await?;
        let (store, rule) = (Arc::clone(&self.store), self.config.history);
        let stop = Arc::new(AtomicBool::new(false));
        let _guard = StopOnDrop(Arc::clone(&stop));
        let work = tokio::task::spawn_blocking(move || {
            let goes_on = || {
                let held = store.hold_longer(turn.clone(), Piece::History.hold()).wait();
                !stop.load(Ordering::Acquire) && held.unwrap_or(false)
            };
            loop {
                let pruned = retention::prune(&*store, rule, now, AT_ONCE, goes_on)?;
                if pruned.deleted > 0 || !pruned.parts.is_empty() {
                    tracing::info!(
                        deleted = pruned.deleted,
                        left = pruned.left,
                        "runs of the history that were past retention went"
                    );
                }
                if pruned.left == 0 || pruned.deleted == 0 || !goes_on() {
                    return Ok(());
                }
            }
        });
        work.await.map_err(|_| Code::Internal)?.map_err(|error| store_refusal(&error))
    }

    /// Deletes the tokens and the enrolment codes that ended long ago, so that they do not fill the database for ever (ERR-4).
    async fn drop_ended_tokens(&self) -> Result<(), Refusal> {
        let now = self.time_to_delete_by().await?;
        let dropped = self.store.drop_ended(now.plus(-KEEP_ENDED)).await.map_err(|error| store_refusal(&error))?;
        if dropped > 0 {
            tracing::info!(dropped, "tokens that ended long ago were deleted");
        }
        let dropped = self.store.drop_orders(now.plus(-KEEP_ORDERS)).await.map_err(|error| store_refusal(&error))?;
        if dropped > 0 {
            tracing::info!(dropped, "erase orders that were done a year ago were deleted");
        }
        // Nobody finishes those: they were over long before.
        self.store.drop_half_logins(now.plus(-KEEP_HALF)).await.map_err(|error| store_refusal(&error))?;
        self.store.drop_sent_codes(now.plus(-KEEP_HALF)).await.map_err(|error| store_refusal(&error))?;
        let dropped = self.store.drop_enrolments(now.plus(-KEEP_ENDED)).await.map_err(|error| store_refusal(&error))?;
        if dropped > 0 {
            tracing::info!(dropped, "enrolment codes that ended long ago were deleted");
        }
        Ok(())
    }
}

/// Whoever waits no longer wants it no longer.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}
