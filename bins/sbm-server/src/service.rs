//! What the server does, behind its doors: handlers decode, call this, encode.
//!
//! 1. Facts are read from memory under one atomic pointer; readers never wait.
//! 2. An act is planned, committed and applied under one lock, in a task of its own: whoever asked may go away, the act
//!    is done wholly or not at all.
//! 3. A check-in of an unchanged client reads nothing but memory; when a device was last seen is written behind.
//! 4. Other servers on the same database may do the same at the same time. What one of them changed the others go by before
//!    it is answered ([`everywhere`], [`follow`]); one that cannot answers nobody ([`lease`]).

pub mod accounts;
pub mod acts;
pub mod agents;
pub mod allowlist;
pub mod backups;
mod bodies;
pub mod brakes;
pub mod check_in;
pub mod codes;
pub mod communications;
pub mod contact;
pub mod credentials;
pub mod duties;
pub mod enrolments;
pub mod everywhere;
pub mod factor;
pub mod follow;
pub mod history;
pub mod ingest;
pub mod keys;
pub mod lease;
pub mod login;
pub mod lookup;
pub mod orders;
pub mod password;
pub mod present;
pub mod proof;
pub mod quotas;
pub mod refused;
pub mod roles;
pub mod rollout;
pub mod second_step;
pub mod seen;
pub mod session;
mod shared_time;
pub mod sightings;
pub mod start;
pub mod tokens;

use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use sbm_core::code::Code;
use sbm_core::directory::{Directory, Refusal};

use crate::auth::factor::FactorKey;
use crate::auth::password::Passwords;
use crate::auth::session::Sessions;
use crate::auth::throttle::Throttle;
use crate::clock::Clock;
use crate::config::Config;
use crate::courier::Courier;
use crate::data_dir::DataDir;
use crate::names::Lookups;
use crate::pki::{PkiError, Vault};
use crate::store::servers::ServerId;
use crate::store::{Store, StoreError};

/// The server, without its sockets.
pub struct Service {
    store: Arc<dyn Store>,
    directory: ArcSwap<Directory>,
    /// Held by whoever changes the facts.
    acting: tokio::sync::Mutex<()>,
    /// Held by whoever makes a new epoch; taken before `acting`.
    epochs: tokio::sync::Mutex<()>,
    /// Held by whoever makes the server his.
    claims: tokio::sync::Mutex<()>,
    /// This start of this server, among the others.
    id: ServerId,
    lease: lease::Lease,
    step: follow::Step,
    everywhere: everywhere::Everywhere,
    keys: keys::Signers,
    /// What second factors are sealed under, once it was asked for.
    factor_key: ArcSwapOption<FactorKey>,
    sessions: Sessions,
    unknown: lookup::Unknown,
    passwords: Passwords,
    bodies: bodies::Bodies,
    throttle: Throttle,
    /// Held by whoever has the attempts of all servers judged, so that each of this one's is judged in its place.
    judging: tokio::sync::Mutex<()>,
    /// What carries codes to their users.
    courier: Courier,
    seen: seen::Seen,
    /// When use of sessions was last written behind, in milliseconds since 1970.
    written: std::sync::atomic::AtomicI64,
    sequences: seen::Sequences,
    holds: seen::Holds,
    /// What was refused, and what was granted for a password, this minute.
    refused: refused::Merged,
    granted: refused::Merged,
    names: Arc<Lookups>,
    clock: Arc<dyn Clock>,
    shared_time: shared_time::SharedTime,
    config: Config,
    data_dir: Arc<DataDir>,
    vault: Arc<dyn Vault>,
}

impl Service {
    /// The facts as they stand now.
    #[must_use]
    pub fn facts(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    /// The store, for what is only read there.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The server's clock.
    #[must_use]
    pub fn now(&self) -> sbm_core::time::Timestamp {
        self.clock.now()
    }

    /// Whether this server answers: not when it has lost touch with the others (RUN-7).
    #[must_use]
    pub fn answers(&self) -> bool {
        self.lease.holds(self.clock.steady())
    }

    /// The data directory.
    #[must_use]
    pub fn data_dir(&self) -> &DataDir {
        &self.data_dir
    }

    /// The configuration.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("revision", &self.facts().revision()).finish_non_exhaustive()
    }
}

/// What the store could not do, as a refusal: the cause is logged, the code is told.
pub(crate) fn store_refusal(error: &StoreError) -> Refusal {
    let code = error.code();
    if matches!(error, StoreError::BadCursor(_) | StoreError::BadSort { .. } | StoreError::OtherMachine) {
        return Refusal { code, message: error.to_string() };
    }
    tracing::error!(code = code.name(), %error, "the store failed");
    Refusal { code, message: code.text().to_owned() }
}

/// The same without a word in the log, for what is tried again soon and told in another way ([`contact`]). Nobody is
/// answered with it.
pub(crate) fn quiet_refusal(error: &StoreError) -> Refusal {
    Refusal { code: error.code(), message: error.to_string() }
}

/// How it is told why something could not be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Telling {
    /// In the log, at once.
    Log,
    /// By the refusal alone, which nobody is answered with.
    Refusal,
}

impl Telling {
    pub(crate) fn store(self, error: &StoreError) -> Refusal {
        match self {
            Self::Log => store_refusal(error),
            Self::Refusal => quiet_refusal(error),
        }
    }

    pub(crate) fn keys(self, error: &PkiError) -> Refusal {
        match self {
            Self::Log => keys::key_refusal(error),
            Self::Refusal => refusal(error.code(), format!("the keys cannot be used: {error}")),
        }
    }
}

pub(crate) fn refusal(code: Code, message: impl Into<String>) -> Refusal {
    Refusal { code, message: message.into() }
}

#[cfg(test)]
mod tests;
