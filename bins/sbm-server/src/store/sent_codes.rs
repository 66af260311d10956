//! Codes that are sent, and the addresses that they are sent to (RUN-8).

use sbm_core::factor::Channel;
use sbm_core::factor::sent::Most;
use sbm_core::id::{Hash, UserId};
use sbm_core::time::Timestamp;

use super::Pending;
use super::secrets::Sealed;

/// What is kept of codes that were sent, by all servers.
///
/// 1. A user has one code at a time: another one takes its place. It is used up as every code is
///    ([`use_code`](super::Factors::use_code)).
/// 2. What is sent is counted before it is sent, on disk, in one order: neither a restart nor another server sends more.
pub trait SentCodes: Send + Sync {
    /// The addresses that a user confirmed.
    fn channels(&self, user: UserId) -> Pending<Vec<KeptChannel>>;

    /// Keeps a code that is to be sent, if one more may be.
    fn put_sent_code(&self, code: NewSentCode, most: Most) -> Pending<PutSent>;

    /// Counts a guess at the code that was sent to a user for that, and tells how many are left; none when there is no such code
    /// any more.
    fn try_sent_code(&self, user: UserId, bound: Hash, now: Timestamp) -> Pending<Option<u32>>;

    /// Deletes the codes that were sent before that moment, and what was counted in the hours before its own; gives how many
    /// codes.
    fn drop_sent_codes(&self, before: Timestamp) -> Pending<u64>;
}

/// A confirmed address as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptChannel {
    /// How codes are sent to it.
    pub channel: Channel,
    /// The address, sealed.
    pub sealed: Sealed,
    /// When it was confirmed.
    pub since: Timestamp,
}

/// A code that is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewSentCode {
    /// To whom.
    pub user: UserId,
    /// What for.
    pub bound: Hash,
    /// Its hash, with what it is for.
    pub hash: Hash,
    /// When.
    pub at: Timestamp,
}

/// What became of a code that was to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutSent {
    /// It is kept, and counts.
    Kept,
    /// As many were sent as may be; so many milliseconds are to be waited.
    Wait(i64),
    /// Its user is gone.
    Gone,
}
