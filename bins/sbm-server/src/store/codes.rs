//! Codes that work once (RUN-2).

use sbm_core::id::Hash;
use sbm_core::time::Timestamp;

use super::Pending;

/// How many wrong tries end a code.
pub const MAX_WRONG: u32 = 10;

/// The one-time setup code.
///
/// 1. There is at most one; a new one replaces the old one and its count.
/// 2. Exactly one try with the right code wins, however many are made at once; then it is gone.
/// 3. The tenth wrong try ends it. Tries are counted on disk, so that a restart does not give ten more.
pub trait Codes: Send + Sync {
    /// Keeps the hash of a new setup code.
    fn put_setup_code(&self, hash: Hash, expires: Option<Timestamp>) -> Pending<()>;

    /// Tries a setup code.
    fn take_setup_code(&self, hash: Hash, now: Timestamp) -> Pending<CodeTry>;
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeTry {
    /// It was right, and is used up now.
    Taken,
    /// It was wrong; so many tries are left.
    Wrong {
        /// Tries that are left.
        left: u32,
    },
    /// There is no code: never made, used, expired, or ended by wrong tries.
    Gone,
}
