//! The store in a PostgreSQL, which any number of servers share.
//!
//! 1. The connection is encrypted, and the certificate verified with its name, unless the URL says in so many words that it
//!    is not (`sslmode=disable`). PostgreSQL 13 or newer, a database in UTF-8, a server that can be written to.
//! 2. Everything of ours is in the schema `sbm`. Migrations run under a lock, each in a transaction; a database that is
//!    somebody else's or a newer program's is refused and left as it is.
//! 3. Four connections read and four write; a piece of work is a transaction, and PostgreSQL itself lets those that commit at
//!    the same time share a write to its disk. What was acknowledged is on disk there (`synchronous_commit`).
//! 4. A connection that is lost is made anew by whoever needs it next. While none can be made everybody is told at once, and
//!    it is tried again after at most a second.
//! 5. What the database answers is input: it is bounded, its types are looked at, and none of it makes a server panic.

mod failure;
mod fill;
mod insert;
mod lanes;
mod listen;
mod live;
mod migration;
mod months;
mod outage;
mod parts;
mod rights;
mod server;
mod settings;
mod stream;
#[cfg(test)]
mod tests;
mod text;
mod tls;
mod value;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sbm_core::time::Timestamp;

use self::lanes::{Reader, Writer};
use self::listen::Listening;
pub(super) use self::months::{make_ahead, make_for};
use self::outage::Outage;
pub(super) use self::parts::{Doomed, past_parts};
use self::server::Server;
use self::settings::Purpose;
use super::database::{Backend, Database, directory};
use super::lane::{Counters, Lane, Size};
use super::servers::LEASE;
use super::sql::Sql;
use super::url::PostgresUrl;
use super::{Pending, StoreError, relocation};

/// How many connections read, and how many write; one more stores plans.
const READERS: usize = 4;
const WRITERS: usize = 3;
/// A piece of work is a transaction of its own.
const LANE: Size = Size { waiting: 1_024, group: 1 };

/// The store in a PostgreSQL.
pub struct Postgres {
    // The listener goes before the lanes that it tells.
    _listening: Listening,
    database: Database<Reader, Writer>,
    server: Arc<Server>,
    outage: Arc<Outage>,
    /// For work that takes as long as it takes; there is none before it is asked for.
    patient: Mutex<Option<Arc<Lane<Writer>>>>,
}

impl Postgres {
    /// Opens the database there; makes the schema if there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] with what to do about it, [`StoreError::Damaged`] or [`StoreError::Newer`]; the database
    /// is left as it was.
    pub fn open(url: &PostgresUrl) -> Result<Self, StoreError> {
        apart(|| open(url, relocation::refuse))
    }

    /// Opens the database for `sbm-server move`: also one that was moved away or is being filled.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub(crate) fn open_to_move(url: &PostgresUrl) -> Result<Self, StoreError> {
        apart(|| open(url, |_| Ok(())))
    }

    /// Connects, and looks whether this program may use the database there; changes nothing.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn probe(url: &PostgresUrl) -> Result<(), StoreError> {
        apart(|| {
            let server = Server::new(url)?;
            migration::check(&server.connect(Purpose::Keeping)?, &server.to_string()).map(drop)
        })
    }

    /// Whether the database there has the schema of this program; changes nothing.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub(crate) fn is_up(url: &PostgresUrl) -> Result<bool, StoreError> {
        apart(|| {
            let server = Server::new(url)?;
            Ok(migration::check(&server.connect(Purpose::Keeping)?, &server.to_string())? >= migration::known())
        })
    }

    /// Makes room in the history for the runs of a span of time, and of two months more; what is there stays.
    pub fn make_months(&self, from: Timestamp, to: Timestamp) -> Pending<()> {
        self.database.write(move |sql| months::make(sql, from, to))
    }

    /// A lane of one connection more, for work that takes as long as it takes, such as a move of everything. To be asked
    /// for in a thread, never in a handler.
    pub(super) fn patient(&self) -> Result<Arc<Lane<Writer>>, StoreError> {
        let mut patient = self.patient.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = &*patient {
            return Ok(Arc::clone(lane));
        }
        let writer = apart(|| Writer::patient(&self.server, &self.outage))?;
        let lane = Arc::new(Lane::start("sbm-store-whole", LANE, vec![writer])?);
        Ok(Arc::clone(patient.insert(lane)))
    }

    /// Where it is, without the password.
    #[must_use]
    pub fn place(&self) -> String {
        self.server.to_string()
    }

    /// What the writing lane has done since the store was opened.
    #[must_use]
    pub fn write_counters(&self) -> Counters {
        self.database.write_counters()
    }

    /// What the reading lane has done since the store was opened.
    #[must_use]
    pub fn read_counters(&self) -> Counters {
        self.database.read_counters()
    }
}

/// Connections wait for answers, which a thread of an asynchronous runtime must not; here is one that may.
fn apart<T: Send>(work: impl FnOnce() -> Result<T, StoreError> + Send) -> Result<T, StoreError> {
    let done = std::thread::scope(|scope| {
        let working = std::thread::Builder::new().name("sbm-store-open".to_owned()).spawn_scoped(scope, work);
        working.map(|working| working.join().unwrap_or(Err(StoreError::Fault)))
    });
    done.map_err(StoreError::unavailable)?
}

fn open(url: &PostgresUrl, may: impl FnOnce(&dyn Sql) -> Result<(), StoreError>) -> Result<Postgres, StoreError> {
    let (server, outage) = (Arc::new(Server::new(url)?), Arc::new(Outage::default()));
    let keeper = server.connect(Purpose::Keeping)?;
    migration::up(&keeper, &server.to_string())?;
    may(&keeper)?;
    months::make_at_start(&keeper)?;
    let revision = directory::revision(&keeper)?;
    drop(keeper);
    let readers = (0..READERS).map(|_| Reader::open(&server, &outage)).collect::<Result<Vec<_>, _>>()?;
    let writers = (0..WRITERS).map(|_| Writer::open(&server, &outage)).collect::<Result<Vec<_>, _>>()?;
    let (readers, writers) = (Lane::start("sbm-store-read", LANE, readers)?, Lane::start("sbm-store-write", LANE, writers)?);
    let commits = Lane::start("sbm-store-commit", LANE, vec![Writer::open(&server, &outage)?])?;
    let database = Database::new(readers, writers, revision).with_commits(commits);
    let listening = Listening::start(&server, &outage, database.watch())?;
    Ok(Postgres { _listening: listening, database, server, outage, patient: Mutex::default() })
}

impl Backend for Postgres {
    type Reader = Reader;
    type Writer = Writer;

    fn database(&self) -> &Database<Reader, Writer> {
        &self.database
    }

    fn leases(&self) -> Option<Duration> {
        Some(LEASE)
    }

    fn whereabouts(&self) -> String {
        self.place()
    }
}
