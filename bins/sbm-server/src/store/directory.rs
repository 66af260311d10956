//! The directory's truth: rows, the log of changes, bodies and passwords (DESIGN 3.1 to 3.4).

use std::time::Duration;

use sbm_core::audit::Entry;
use sbm_core::directory::{Change, Rows};
use sbm_core::id::{AccountId, Guid, Hash, UserId};
use sbm_core::name::{Name, Text};
use sbm_core::time::Timestamp;
use zeroize::Zeroizing;

use super::{Pending, Revoke};

/// The rows of the directory and how they change.
///
/// 1. [`commit`](Self::commit) raises the one revision by compare-and-swap in the transaction that stores the changes, the
///    log row, the audit entries and the end of tokens: all of it or nothing.
/// 2. Every row that is put is stored with the new revision as its stamp, whatever stamp it came with.
/// 3. Rows are put before others are dropped, so that a plan may state both in any order.
/// 4. What a managed profile was at each revision is kept for ever; a revision names its content for ever (PRO-4).
/// 5. Ids are never given twice, not even after a drop and a restart.
pub trait Directory: Send + Sync {
    /// Everything that the facts in memory hold, as of one revision.
    fn load(&self) -> Pending<Rows>;

    /// Stores a plan if the directory still is at the revision that the plan was based on.
    fn commit(&self, commit: Commit) -> Pending<Committed>;

    /// The revision of the last commit.
    fn revision(&self) -> Pending<u64>;

    /// What was committed after that revision, oldest first: for another server's, or one's own, memory.
    fn changes_since(&self, revision: u64) -> Pending<Vec<Logged>>;

    /// The newest revision that this process knows of, and every newer one as soon as it does: at once after a commit of its
    /// own, and after one of another process where the database tells.
    fn newest(&self) -> tokio::sync::watch::Receiver<u64>;

    /// Blocks this thread until there is a revision above `after`, or the time is over; gives the newest revision known.
    /// A commit of this process is noticed at once, one of another process within half a second.
    fn wait_for_change(&self, after: u64, timeout: Duration) -> u64;

    /// A body or a schedule of that account, by its hash.
    fn body(&self, account: AccountId, hash: Hash) -> Pending<Option<Vec<u8>>>;

    /// The hash of a user's password, in PHC form.
    fn password(&self, user: UserId) -> Pending<Option<Zeroizing<String>>>;

    /// Every revision of a managed profile, oldest first.
    fn profile_revisions(&self, account: AccountId, guid: Guid) -> Pending<Vec<ProfileRevision>>;
}

/// A plan to store.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    /// The revision of the facts that the plan was made from.
    pub based_on: u64,
    /// What changes.
    pub changes: Vec<Change>,
    /// What the audit log says of it.
    pub audit: Vec<Entry>,
    /// Which tokens end with it (RUN-7).
    pub revoke: Vec<Revoke>,
}

/// A commit, as others are told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The revision that it made.
    pub revision: u64,
    /// What changed.
    pub changes: Vec<Change>,
    /// Which tokens ended with it; not known of a commit by a program of before.
    pub revoked: Option<Vec<Revoke>>,
}

/// What became of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// It is stored; this is the new revision, and the stamp of every row in it.
    At(u64),
    /// Somebody else was first, and nothing was stored; this is the revision there is.
    Stale(u64),
}

/// What a managed profile was at one revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileRevision {
    /// The revision, from 1.
    pub revision: u64,
    /// The version that the uploading client stated.
    pub version: i64,
    /// The name it had.
    pub name: Name,
    /// What its uploader said of it.
    pub description: Text,
    /// The content.
    pub body: Hash,
    /// How many bytes the content has.
    pub size: u64,
    /// The schedule, if one was uploaded.
    pub schedule: Option<Hash>,
    /// Who uploaded it.
    pub uploaded_by: Name,
    /// When.
    pub uploaded_at: Timestamp,
}
