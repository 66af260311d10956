//! Which servers answer by these facts, and until when others must reckon with them (RUN-7).
//!
//! 1. A server that answers has a row here, with a mark that changes whenever its lease is made longer. Whoever changed
//!    something waits until every server that lives goes by it. That one lives no more he finds by his own steady clock, when
//!    its mark stays as it is ([`Sightings`](crate::service::sightings::Sightings)): the database's clock can be set, and
//!    nothing of this hangs on it.
//! 2. A lease is given to a server that goes by the newest revision, at a moment at which nobody commits: whoever commits
//!    later finds the server here. A living lease is made longer without that.
//! 3. Where a lock lets one server in at a time, that is the lease: the row has no end, and the next server to come in
//!    removes it. Nothing is written there as time passes.

use std::time::Duration;

use sbm_core::time::Timestamp;

use super::Pending;

/// How long a server is reckoned with after it was last heard of.
pub const LEASE: Duration = Duration::from_secs(5);

/// The schema that this program writes, and the newest that it knows.
pub const SCHEMA: u32 = 6;

/// The servers on this database.
pub trait Servers: Send + Sync {
    /// How long a server's lease is to last; none where a lock lets one server in at a time.
    fn lease(&self) -> Option<Duration>;

    /// Gives a server a lease for that long, if the facts that it goes by are the newest. Without an end it is the only one
    /// from then on.
    fn join(&self, server: Joining, lease: Option<Duration>) -> Pending<Joined>;

    /// Makes a living lease longer, which changes the server's mark to one that it never had, and says up to which revision the server goes by what was changed; a lower one than
    /// before changes nothing. False when the lease ran out, by the database's clock, or somebody forgot the server: then it
    /// has to [`join`](Self::join) again, which it can do at once.
    fn renew(&self, server: ServerId, confirmed: u64, lease: Option<Duration>) -> Pending<bool>;

    /// The server answers no more: nobody waits for it.
    fn leave(&self, server: ServerId) -> Pending<()>;

    /// The servers that joined and did not leave, whether they live or not, in the order in which they were started.
    fn members(&self) -> Pending<Vec<Member>>;

    /// Removes a server that was found to live no more, if it still has that mark. False when it has another one, or is gone.
    fn forget(&self, server: ServerId, mark: i64) -> Pending<bool>;

    /// Whether this program may still use the database: a newer one can raise the schema while this one runs.
    ///
    /// # Errors
    ///
    /// [`Newer`](super::StoreError::Newer) when it may not.
    fn fits(&self) -> Pending<()>;
}

/// One start of one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId([u8; 16]);

impl ServerId {
    /// From 16 random bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// A server that wants to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joining {
    /// Its id, another one with each start.
    pub id: ServerId,
    /// The computer that it runs on.
    pub name: String,
    /// The version of its program.
    pub program: String,
    /// The revision of the facts that it goes by.
    pub confirmed: u64,
}

/// Whether a server has a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// It has.
    Yes,
    /// There is a newer revision than the one it goes by; nothing was stored.
    Behind(u64),
}

/// A server that joined and did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its id.
    pub id: ServerId,
    /// The computer that it runs on.
    pub name: String,
    /// The version of its program.
    pub program: String,
    /// When it first joined, by the database's clock.
    pub started: Timestamp,
    /// Up to which revision it goes by what was changed, as far as it said.
    pub confirmed: u64,
    /// Another one after each renewal; none where a lock stands for the lease, and the row has no end.
    pub mark: Option<i64>,
}
