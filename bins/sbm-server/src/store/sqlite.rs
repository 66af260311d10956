//! The store in one SQLite file: the default (DOOR-2, ERR-4).
//!
//! 1. One server owns the file: a lock beside it, freed by the system when the process ends, refuses a second. A local
//!    tool of the owner may open it beside the server ([`Sqlite::open_beside`], RUN-3); what it commits the server notices
//!    within half a second ([`wait_for_change`](super::Directory::wait_for_change)).
//! 2. One lane writes, one connection and group commit; another reads, four connections.
//! 3. A file appears under its name only when its schema is complete. An empty, foreign or damaged file is refused and
//!    left as it is.
//! 4. Files are readable by their owner alone (ERR-5).
//!
//! That the directory is on a local disk is checked where the directory is opened, in [`data_dir`](crate::data_dir).

pub mod backup;
mod connection;
mod file;
mod holds;
mod migration;
mod seal;
mod sql;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use self::connection::{Reader, Writer};
use self::file::{Lock, Sharing};
use self::seal::Seal;
use super::database::{Backend, Database, directory};
use super::lane::{Counters, Lane, Size};
use super::sql::Sql;
use super::{StoreError, relocation};

/// The name of the database's file in its directory.
pub const FILE: &str = "sbm.db";

/// How many connections read.
const READERS: usize = 4;
/// The writing lane: a thousand uploads may wait; a quarter of them share a commit, so that nobody waits long for it.
const WRITING: Size = Size { waiting: 1_024, group: 256 };
/// The reading lane: each read is by itself.
const READING: Size = Size { waiting: 1_024, group: 1 };

/// The store in one SQLite file.
pub struct Sqlite {
    path: PathBuf,
    // Dropped in this order.
    database: Database<Reader, Writer>,
    // Behind those who close the file, before whoever lets the next server at it.
    _seal: Option<Seal>,
    _lock: Option<Lock>,
}

impl Sqlite {
    /// Opens the database in that directory as its one server; makes it if there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`], [`StoreError::Damaged`], [`StoreError::Newer`], [`StoreError::Moved`],
    /// [`StoreError::DiskFull`] or [`StoreError::Unavailable`], as they say; the file is left as it was.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        Self::open_file(&directory.join(FILE))
    }

    /// Opens the database in that file as its one server; makes it if there is none.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn open_file(path: &Path) -> Result<Self, StoreError> {
        Self::open_as(path, Sharing::Server, relocation::refuse)
    }

    /// Opens the database in that directory for a local tool, whether or not a server uses it.
    ///
    /// # Errors
    ///
    /// As [`Self::open`], but never [`StoreError::Locked`]; [`StoreError::Unavailable`] when there is no database.
    pub fn open_beside(directory: &Path) -> Result<Self, StoreError> {
        Self::open_file_beside(&directory.join(FILE))
    }

    /// Opens the database in that file for a local tool, whether or not a server uses it.
    ///
    /// # Errors
    ///
    /// As [`Self::open_beside`].
    pub fn open_file_beside(path: &Path) -> Result<Self, StoreError> {
        Self::open_as(path, Sharing::Beside, relocation::refuse)
    }

    /// Opens the database in that file for `sbm-server move`, as its one server would: also one that was moved away or is
    /// being filled.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub(crate) fn open_to_move(path: &Path) -> Result<Self, StoreError> {
        Self::open_as(path, Sharing::Server, |_| Ok(()))
    }

    /// Keeps servers away from a file that is not there yet, for as long as this is held.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`], [`StoreError::Unavailable`].
    pub(crate) fn hold(path: &Path) -> Result<impl Sized + use<>, StoreError> {
        file::lock(path)
    }

    /// Refuses a name under which nothing is, and beside which a database of before left something.
    ///
    /// # Errors
    ///
    /// [`StoreError::LeftOver`] with what lies there.
    pub(crate) fn refuse_left_over(path: &Path) -> Result<(), StoreError> {
        file::refuse_left_over(path)
    }

    /// Gives a complete file its name, never in place of another; whoever does this holds that name.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub(crate) fn put_in_place(from: &Path, to: &Path) -> std::io::Result<()> {
        file::put_in_place(from, to)
    }

    /// Makes a database of that schema, which may be an older one, and does `work` with it, in one transaction. What fails
    /// leaves a file that is for the caller to remove.
    ///
    /// # Errors
    ///
    /// What the operating system, SQLite or `work` say.
    pub(crate) fn make<T>(
        path: &Path,
        schema: u32,
        work: impl FnOnce(&dyn Sql) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        file::make(path, schema, work)
    }

    /// Whether the file has the schema of this program; changes nothing.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub(crate) fn is_up(path: &Path) -> Result<bool, StoreError> {
        file::is_up(path)
    }

    /// Removes a database that was made and never used, with what lies beside it.
    pub(crate) fn remove_files(path: &Path) {
        for suffix in ["", "-wal", "-shm", ".sealed", ".lock"] {
            // What cannot be removed is an empty database, which anybody may fill.
            drop(std::fs::remove_file(file::with_suffix(path, suffix)));
        }
    }

    /// Whether the file begins as a database of ours does, or is not there yet; changes nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`], [`StoreError::Unavailable`].
    pub fn look(path: &Path) -> Result<(), StoreError> {
        file::look(path)
    }

    fn open_as(path: &Path, sharing: Sharing, may: impl FnOnce(&dyn Sql) -> Result<(), StoreError>) -> Result<Self, StoreError> {
        let lock = file::prepare(path, sharing)?;
        Self::open_with(path, lock, Writer::open(path)?, may)
    }

    /// Opens the database in that directory as [`Self::open`] does, but waits that long for readers where a long log is to be
    /// cut.
    #[cfg(test)]
    fn open_waiting(directory: &Path, patience: Duration) -> Result<Self, StoreError> {
        let path = directory.join(FILE);
        let lock = file::prepare(&path, Sharing::Server)?;
        Self::open_with(&path, lock, Writer::open(&path)?.waiting(patience), relocation::refuse)
    }

    fn open_with(
        path: &Path,
        lock: Option<Lock>,
        writer: Writer,
        may: impl FnOnce(&dyn Sql) -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        may(writer.connection())?;
        let revision = directory::revision(writer.connection()).map_err(|error| error.found_in(path))?;
        let readers = (0..READERS).map(|_| Reader::open(path)).collect::<Result<Vec<_>, _>>()?;
        let readers = Lane::start("sbm-store-read", READING, readers)?;
        let writer = Lane::start("sbm-store-write", WRITING, vec![writer])?;
        Ok(Self {
            path: path.to_owned(),
            database: Database::new(readers, writer, revision),
            _seal: lock.is_some().then(|| Seal::new(path)),
            _lock: lock,
        })
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

    /// Reads in words that only SQLite knows.
    #[cfg(test)]
    fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&rusqlite::Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> super::Pending<T> {
        self.database.readers().submit(move |reader| work(reader.connection()))
    }

    /// Writes in words that only SQLite knows.
    #[cfg(test)]
    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&rusqlite::Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> super::Pending<T> {
        self.database.writers().submit(move |writer| work(writer.connection()))
    }
}

impl Backend for Sqlite {
    type Reader = Reader;
    type Writer = Writer;

    fn database(&self) -> &Database<Reader, Writer> {
        &self.database
    }

    /// The lock beside the file is the lease.
    fn leases(&self) -> Option<Duration> {
        None
    }

    fn whereabouts(&self) -> String {
        self.path.display().to_string()
    }
}
