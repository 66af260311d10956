//! What carries codes to their users: a relay for mail, a gateway for short messages (RUN-8).
//!
//! 1. Nobody's request is held up by a relay: letters are carried by a few threads apart, and whoever waits for the first attempt
//!    waits for seconds at most. Whatever waits has a bound, and one more is refused.
//! 2. An attempt that failed for now is made again, twice at most, as long as the code is good.
//! 3. What a letter says is told to nobody but the relay or the gateway: the log names neither code nor address.

mod letter;
mod mail;
mod sms;

pub use letter::Letter;

use std::sync::Arc;
use std::time::Duration;

use sbm_core::directory::Refusal;
use sbm_core::factor::Channel;
use tokio::sync::{Semaphore, oneshot};

use crate::config::CodesPlan;

/// So many letters of a channel wait at once.
const WAITING: usize = 64;
/// So many are being carried at once.
const CARRIED: usize = 4;
/// How long whoever asked waits for the first attempt.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long it is waited before each further attempt.
const AGAIN: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(30)];

/// Carries letters of one kind. It blocks its thread.
pub trait Carrier: Send + Sync {
    /// One attempt.
    ///
    /// # Errors
    ///
    /// Why it failed; without what the letter says and whom it is for.
    fn carry(&self, letter: &Letter) -> Result<(), Failure>;
}

/// Why a letter was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// For the log.
    pub why: String,
    /// Whether another attempt would fail alike.
    pub is_final: bool,
}

/// Why whoever asked is told that his letter did not go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCarried {
    /// Too many wait.
    Full,
    /// The first attempt failed; perhaps another one does better.
    Failed,
    /// It was refused for good.
    Refused,
}

/// The carriers that there are.
pub struct Courier {
    email: Option<Lane>,
    sms: Option<Lane>,
    patience: Duration,
}

struct Lane {
    carrier: Arc<dyn Carrier>,
    waiting: Arc<Semaphore>,
    carried: Arc<Semaphore>,
}

impl Courier {
    /// What the settings say; files are read now.
    ///
    /// # Errors
    ///
    /// [`Code::ConfigInvalid`](sbm_core::code::Code::ConfigInvalid): what cannot be used of them.
    pub fn new(plan: &CodesPlan) -> Result<Self, Refusal> {
        let email = plan.mail.as_ref().map(mail::Relay::new).transpose()?.map(|relay| Lane::new(Arc::new(relay)));
        let sms = plan.sms.as_ref().map(sms::Gateway::new).transpose()?.map(|gateway| Lane::new(Arc::new(gateway)));
        Ok(Self { email, sms, patience: PATIENCE })
    }

    /// By which channels codes are sent.
    #[must_use]
    pub fn offers(&self) -> Vec<Channel> {
        Channel::ALL.into_iter().filter(|channel| self.lane(*channel).is_some()).collect()
    }

    const fn lane(&self, channel: Channel) -> Option<&Lane> {
        match channel {
            Channel::Email => self.email.as_ref(),
            Channel::Sms => self.sms.as_ref(),
        }
    }

    /// Hands a letter over that is of use for that long, and waits a moment for the first attempt. Done when it was taken, or is
    /// still on its way then.
    ///
    /// # Errors
    ///
    /// Why it did not go out.
    pub async fn send(&self, letter: Letter, useful: Duration) -> Result<(), NotCarried> {
        let lane = self.lane(letter.to.channel()).ok_or(NotCarried::Refused)?;
        let place = Arc::clone(&lane.waiting).try_acquire_owned().map_err(|_| NotCarried::Full)?;
        let (tell, told) = oneshot::channel();
        let (carrier, carried) = (Arc::clone(&lane.carrier), Arc::clone(&lane.carried));
        tokio::spawn(async move {
            let _place = place;
            let deliver = deliver(carrier, carried, letter, tell);
            if tokio::time::timeout(useful, deliver).await.is_err() {
                tracing::warn!("a code was not sent before it was void");
            }
        });
        match tokio::time::timeout(self.patience, told).await {
            Ok(Ok(first)) => first,
            // Nobody tells: the task ended without an attempt.
            Ok(Err(_)) => Err(NotCarried::Failed),
            Err(_) => Ok(()),
        }
    }
}

impl Lane {
    fn new(carrier: Arc<dyn Carrier>) -> Self {
        Self { carrier, waiting: Arc::new(Semaphore::new(WAITING)), carried: Arc::new(Semaphore::new(CARRIED)) }
    }
}

impl std::fmt::Debug for Courier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Courier").field("offers", &self.offers()).finish_non_exhaustive()
    }
}

async fn deliver(
    carrier: Arc<dyn Carrier>,
    carried: Arc<Semaphore>,
    letter: Letter,
    tell: oneshot::Sender<Result<(), NotCarried>>,
) {
    let (letter, mut tell) = (Arc::new(letter), Some(tell));
    for pause in AGAIN.into_iter().map(Some).chain([None]) {
        let attempt = {
            let Ok(_turn) = carried.acquire().await else { return };
            let (carrier, letter) = (Arc::clone(&carrier), Arc::clone(&letter));
            tokio::task::spawn_blocking(move || carrier.carry(&letter)).await
        };
        let failed = match attempt {
            Ok(Ok(())) => None,
            Ok(Err(failure)) => Some(failure),
            Err(_) => Some(Failure { why: "the attempt met a fault".to_owned(), is_final: true }),
        };
        if let Some(tell) = tell.take() {
            let first = match &failed {
                None => Ok(()),
                Some(failure) if failure.is_final => Err(NotCarried::Refused),
                Some(_) => Err(NotCarried::Failed),
            };
            // Whoever asked may have gone.
            let _gone = tell.send(first);
        }
        let Some(failure) = failed else { return };
        let channel = letter.to.channel();
        tracing::warn!(%channel, why = %crate::http::problem::Plain(&failure.why), is_final = failure.is_final, "a code was not sent");
        match pause.filter(|_| !failure.is_final) {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return,
        }
    }
}

#[cfg(test)]
mod tests;
