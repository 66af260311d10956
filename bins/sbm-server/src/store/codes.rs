//! Codes that work once (RUN-2).

use sbm_core::id::Hash;
use sbm_core::time::Timestamp;

use super::Pending;

/// How many wrong tries end a code.
pub const MAX_WRONG: u32 = 10;

/// The one-time setup code.
///
/// 1. There is at most one. Of servers that make one at once exactly one does; the others hear where its file is. A server
///    replaces its own, and its count.
/// 2. Exactly one try with the right code wins, however many are made at once; then it is gone.
/// 3. The tenth wrong try ends it. Tries are counted on disk, so that a restart does not give ten more.
pub trait Codes: Send + Sync {
    /// Keeps a new setup code, unless there is one that this one may not replace.
    fn put_setup_code(&self, code: NewCode, instead: Instead) -> Pending<PutCode>;

    /// Tries a setup code.
    fn take_setup_code(&self, hash: Hash, now: Timestamp) -> Pending<CodeTry>;
}

/// A setup code as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCode {
    /// The hash of the code.
    pub hash: Hash,
    /// When it ends by itself.
    pub expires: Option<Timestamp>,
    /// Which server has its file.
    pub place: String,
}

/// Which code a new one replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// One of the same place: servers that share a database leave each other's alone.
    OfOwn,
    /// Any.
    OfAny,
}

/// What became of a new code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PutCode {
    /// It is the code from now on.
    Kept,
    /// There is another one, with its file at that place.
    There(String),
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
