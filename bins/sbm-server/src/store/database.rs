//! A store in a database, whichever it is: lanes that read and write, and the operations in SQL, written once.
//!
//! 1. A backend opens its connections, brings the schema up to date and holds a [`Database`]; every store trait is
//!    implemented for every [`Backend`], here and nowhere else. Where two databases differ is [`sql`](super::sql).
//! 2. Several transactions may write at once, each seeing what was committed when its statement began (PostgreSQL's
//!    `READ COMMITTED`). So nothing rests on having looked before: what is looked at is locked, or the statement that acts
//!    has the condition in it.
//! 3. Locks are taken in one order, so that nobody waits in a circle: the revision, rows in the order of their keys, the
//!    number of the next audit entry last.
//! 4. A read of several statements says so ([`Database::read_at_once`]); one statement always sees one state.

mod acknowledgements;
mod attempts;
pub(super) mod audit;
mod changes;
mod clock;
mod codes;
mod communications;
mod cursor;
pub(super) mod directory;
mod enrolments;
mod factors;
pub(super) mod load;
mod orders;
mod query;
mod quotas;
pub(super) mod runs;
mod secrets;
mod sent_codes;
mod servers;
pub(super) mod sessions;
mod silos;
pub(super) mod tasks;
mod watch;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use self::watch::Watch;
use super::lane::{Connection, Counters, Lane};
use super::sql::Sql;
use super::{Pending, StoreError};

/// A connection of a lane, as the operations use it.
pub(crate) trait Session: Connection {
    /// The language of the operations.
    fn sql(&self) -> &dyn Sql;

    /// Until this piece of work is done, all statements see one state. Called before the first of them; the lane's
    /// `commit` or `roll_back` ends it. A connection whose transactions see one state anyway has nothing to do.
    ///
    /// # Errors
    ///
    /// The database's own.
    fn hold_still(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// What opened a database and keeps it open.
pub(crate) trait Backend: Send + Sync {
    /// The connections that read.
    type Reader: Session;
    /// The connections that write.
    type Writer: Session;

    /// The database.
    fn database(&self) -> &Database<Self::Reader, Self::Writer>;

    /// How long a server's lease lasts; none where a lock of the database's own lets one server in at a time.
    fn leases(&self) -> Option<Duration>;

    /// Where it is, for who reads of it in an error.
    fn whereabouts(&self) -> String;
}

/// The lanes of a database.
pub(crate) struct Database<R: Session, W: Session> {
    // Dropped in this order: whoever closes a file of SQLite last writes the log back into it, and that is the writer.
    readers: Lane<R>,
    writers: Lane<W>,
    commits: Option<Lane<W>>,
    watch: Arc<Watch>,
}

impl<R: Session, W: Session> Database<R, W> {
    /// The database behind these lanes, which is at that revision.
    pub(crate) fn new(readers: Lane<R>, writers: Lane<W>, revision: u64) -> Self {
        Self { readers, writers, commits: None, watch: Arc::new(Watch::new(revision)) }
    }

    /// With a lane of one connection for what raises the revision, where several write: one at a time does that anyway, and
    /// so plans are stored in the order in which they were handed over, and hold up nobody else.
    pub(crate) fn with_commits(self, commits: Lane<W>) -> Self {
        Self { commits: Some(commits), ..self }
    }

    /// What is told of revisions that others committed, by whoever listens for them. Who does not listen finds out by
    /// looking, twice a second.
    pub(crate) fn watch(&self) -> Arc<Watch> {
        Arc::clone(&self.watch)
    }

    /// What the writing lanes have done since the store was opened.
    pub(crate) fn write_counters(&self) -> Counters {
        let (writers, commits) = (self.writers.counters(), self.commits.as_ref().map(Lane::counters).unwrap_or_default());
        Counters { jobs: writers.jobs + commits.jobs, commits: writers.commits + commits.commits }
    }

    /// What the reading lane has done since the store was opened.
    pub(crate) fn read_counters(&self) -> Counters {
        self.readers.counters()
    }

    /// Reads with one statement.
    pub(crate) fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Sql) -> Result<T, StoreError> + Send + 'static,
    ) -> Pending<T> {
        self.readers.submit(move |reader| work(reader.sql()))
    }

    /// Reads with several statements, which all see one state.
    pub(crate) fn read_at_once<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Sql) -> Result<T, StoreError> + Send + 'static,
    ) -> Pending<T> {
        self.readers.submit(move |reader| {
            reader.hold_still()?;
            work(reader.sql())
        })
    }

    /// Writes, in a transaction that is committed before the answer is there.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Sql) -> Result<T, StoreError> + Send + 'static,
    ) -> Pending<T> {
        self.writers.submit(move |writer| work(writer.sql()))
    }

    /// Raises the revision, in the order in which that was handed over; `then` sees the result after the commit, before the
    /// answer goes out.
    pub(crate) fn commit_then<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Sql) -> Result<T, StoreError> + Send + 'static,
        then: impl FnOnce(&T) + Send + 'static,
    ) -> Pending<T> {
        let lane = self.commits.as_ref().unwrap_or(&self.writers);
        lane.submit_then(move |writer| work(writer.sql()), then)
    }

    /// The writing lane itself: for tests of what only one database has.
    #[cfg(test)]
    pub(super) const fn writers(&self) -> &Lane<W> {
        &self.writers
    }

    /// The reading lane itself.
    #[cfg(test)]
    pub(super) const fn readers(&self) -> &Lane<R> {
        &self.readers
    }
}
