//! Which servers answer by these facts, and until when others must reckon with them (RUN-7).
//!
//! 1. A server that answers has a row here, with a lease that ends by the database's clock. Whoever changed something waits
//!    until every server that lives goes by it, or its lease ran out.
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
pub const SCHEMA: u32 = 3;

/// The servers on this database.
pub trait Servers: Send + Sync {
    /// How long a server's lease is to last; none where a lock lets one server in at a time.
    fn lease(&self) -> Option<Duration>;

    /// Gives a server a lease for that long, if the facts that it goes by are the newest. Without an end it is the only one
    /// from then on.
    fn join(&self, server: Joining, lease: Option<Duration>) -> Pending<Joined>;

    /// Makes a living lease longer, and says up to which revision the server goes by what was changed; a lower one than
    /// before changes nothing. False when the lease ran out: then the server has to [`join`](Self::join) again.
    fn renew(&self, server: ServerId, confirmed: u64, lease: Option<Duration>) -> Pending<bool>;

    /// The server answers no more: nobody waits for it.
    fn leave(&self, server: ServerId) -> Pending<()>;

    /// The servers that live at this moment, in the order in which they were started.
    fn live(&self) -> Pending<Vec<LiveServer>>;

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

/// A server that lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveServer {
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
}
