//! Second factors, and logins that wait for their code (RUN-8).

use sbm_core::factor::HalfLogin;
use sbm_core::id::{Hash, InstallationId, UserId};
use sbm_core::time::Timestamp;

use super::Pending;
use super::secrets::Sealed;

/// What is kept of second factors besides the facts, and the half-logins of all servers.
///
/// 1. A code is used up in the statement that looks whether it counts: of many who send it at once exactly one wins.
/// 2. A step of time only rises. A recovery code that was used is gone.
/// 3. A try is counted before its code is looked at, on disk: neither a restart nor another server gives ten more.
/// 4. A half-login that won is over, and so is everything of a user who goes.
pub trait Factors: Send + Sync {
    /// A user's second factor.
    fn factor(&self, user: UserId) -> Pending<Option<Factor>>;

    /// Keeps a login that waits for its code. False, and nothing is kept, when its user is gone.
    fn begin_half_login(&self, half: NewHalf) -> Pending<bool>;

    /// A half-login by the hash of its token, and whose it is.
    fn half_login(&self, hash: Hash) -> Pending<Option<Half>>;

    /// Counts a try at a half-login and tells how many are left; none when it is over.
    fn try_half_login(&self, hash: Hash, now: Timestamp) -> Pending<Option<u32>>;

    /// Uses a code of a user up; with it ends the half-login that it was sent for, which must still be there.
    fn use_code(&self, user: UserId, proof: Proof, half: Option<Hash>) -> Pending<bool>;

    /// Deletes the half-logins that began before that moment; gives how many.
    fn drop_half_logins(&self, before: Timestamp) -> Pending<u64>;
}

/// A second factor as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// The key, sealed.
    pub sealed: Sealed,
    /// The step of time whose code counted last.
    pub step: u64,
    /// When it was enrolled.
    pub since: Timestamp,
    /// How many recovery codes are left.
    pub recovery: u32,
}

/// A half-login that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHalf {
    /// The SHA-256 of its token.
    pub hash: Hash,
    /// Its user.
    pub user: UserId,
    /// The installation that logs its user in; none when a person does.
    pub installation: Option<InstallationId>,
    /// The SHA-256 of the password's hash: another password ends it.
    pub proved: Hash,
    /// When the password was proved.
    pub begun: Timestamp,
}

/// A half-login as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Half {
    /// Its user.
    pub user: UserId,
    /// The installation that logs its user in; none when a person does.
    pub installation: Option<InstallationId>,
    /// The SHA-256 of the password's hash.
    pub proved: Hash,
    /// How far it is.
    pub state: HalfLogin,
}

/// What a code that fits uses up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// This step of time and all before it.
    Step(u64),
    /// The recovery code of this hash.
    Recovery(Hash),
    /// The code of this hash, if it was sent behind that moment.
    Sent {
        /// The hash, with what it is for.
        hash: Hash,
        /// The moment.
        since: Timestamp,
    },
}
