//! What is done now and then, by one server for all (DESIGN 3.10).
//!
//! 1. Each piece has a name and a turn in the store: exactly one server does what is due, and another does it if that one
//!    dies.
//! 2. A piece may be done twice over without harm, should a server be stopped in the middle of one and go on later.

use std::time::Duration;

use sbm_core::directory::Refusal;
use sbm_core::time::{DAY, MINUTE};

use super::{Service, store_refusal};

/// How often it is asked whether something is due.
pub(super) const ASK: i64 = MINUTE;
/// How long a server that took a piece has for it.
const HOLD: Duration = Duration::from_secs(2 * 60);
/// How soon a piece that failed is tried again.
const AGAIN: Duration = Duration::from_secs(60);

/// How long the row of a token stays after the token ended.
const KEEP_ENDED: i64 = 30 * DAY;

/// A piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    EndedTokens,
    Attempts,
}

impl Piece {
    const ALL: [Self; 2] = [Self::EndedTokens, Self::Attempts];

    /// Its name in the store.
    const fn name(self) -> &'static str {
        match self {
            Self::EndedTokens => "ended_tokens",
            Self::Attempts => "attempts",
        }
    }

    const fn every(self) -> Duration {
        Duration::from_secs(10 * 60)
    }
}

impl Service {
    /// Does what is due and what no other server is at.
    pub async fn do_duties(&self) {
        for piece in Piece::ALL {
            if let Err(refused) = self.do_duty(piece).await {
                tracing::warn!(
                    piece = piece.name(),
                    code = refused.code.name(),
                    "a piece of work could not be done; it is tried again"
                );
            }
        }
    }

    async fn do_duty(&self, piece: Piece) -> Result<(), Refusal> {
        let failed = |error| store_refusal(&error);
        if !self.store.is_due(piece.name()).await.map_err(failed)? {
            return Ok(());
        }
        let Some(turn) = self.store.take(piece.name(), piece.every(), HOLD).await.map_err(failed)? else { return Ok(()) };
        match self.do_piece(piece).await {
            Ok(()) => self.store.done(turn).await.map(drop).map_err(failed),
            Err(refused) => {
                self.store.give_back(turn, AGAIN).await.map(drop).map_err(failed)?;
                Err(refused)
            }
        }
    }

    async fn do_piece(&self, piece: Piece) -> Result<(), Refusal> {
        match piece {
            Piece::EndedTokens => self.drop_ended_tokens().await,
            Piece::Attempts => self.drop_attempts().await,
        }
    }

    /// Deletes the tokens that ended long ago, so that logins do not fill the database for ever (ERR-4).
    async fn drop_ended_tokens(&self) -> Result<(), Refusal> {
        let dropped = self.store.drop_ended(self.now().plus(-KEEP_ENDED)).await.map_err(|error| store_refusal(&error))?;
        if dropped > 0 {
            tracing::info!(dropped, "tokens that ended long ago were deleted");
        }
        Ok(())
    }
}
