//! The one directory that belongs to the server: database, keys, setup code.
//!
//! 1. It belongs to one running server (ERR-4): an operating-system lock is held for as long as the [`DataDir`] lives and
//!    is freed by the death of its process. A second server is refused.
//! 2. It and the secrets in it are readable by their owner alone (ERR-5). An empty directory that others can read is
//!    closed to them; one that holds something is refused, since what was in it may have been read already.
//! 3. A network file system is refused: neither its locks nor its fsync can be relied on.
//! 4. A file appears whole or not at all: written beside, synced, renamed, directory synced.

pub mod error;
pub mod mount;
mod owner;
pub mod setup_code;
#[cfg(windows)]
mod windows;

pub use error::DataDirError;
pub use setup_code::SetupCode;
#[cfg(windows)]
pub use windows::share_with;

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use self::owner::{check_mode, check_owner, check_private, close_if_empty, is_superuser};
use crate::locked::Locked;

/// The most bytes of a key file or setup code.
const MAX_SECRET: u64 = 64 * 1024;
const LOCK_FILE: &str = "server.lock";
const UNFINISHED: &str = ".unfinished";

/// A data directory that this process holds.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: Locked,
}

/// What a data directory has to be good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// A database, or the locks for one: it must be on a local disk.
    Database,
    /// Only what one server writes for itself: the database is elsewhere.
    Nothing,
}

/// Who else is in a data directory that a local tool opened.
#[derive(Debug)]
pub enum Beside {
    /// Nobody, for as long as this is held.
    Alone(DataDir),
    /// A running server.
    Server(PathBuf),
}

impl Beside {
    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Alone(directory) => directory.path(),
            Self::Server(path) => path,
        }
    }

    /// Writes a secret as [`DataDir::write_secret`] does; not one that a running server writes at the same time.
    ///
    /// # Errors
    ///
    /// As [`DataDir::write_secret`].
    pub fn write_secret(&self, name: &str, bytes: &[u8]) -> Result<(), DataDirError> {
        write_secret(self.path(), name, bytes)
    }
}

impl DataDir {
    /// Makes the directory if it is missing, checks it and takes the lock.
    ///
    /// # Errors
    ///
    /// `store_locked` when another server holds it, `config_invalid` when others can read it, when it is no directory or
    /// on a network file system, `disk_full`, `store_unavailable` for whatever else the operating system refuses.
    pub fn open(path: &Path) -> Result<Self, DataDirError> {
        Self::open_for(path, Holding::Database)
    }

    /// The same; on a network file system too, if no database depends on it.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn open_for(path: &Path, holding: Holding) -> Result<Self, DataDirError> {
        make_directory(path)?;
        let path = std::fs::canonicalize(path).map_err(DataDirError::io("resolve", path))?;
        if holding == Holding::Database {
            refuse_network_file_system(&path, "data_dir")?;
        }
        close_if_empty(&path)?;
        check_private(&path)?;
        let lock = take_lock(&path)?;
        remove_unfinished(&path)?;
        Ok(Self { path, _lock: lock })
    }

    /// Checks the directory as [`Self::open`] would, for whoever asks, and changes nothing: none is made or closed to others,
    /// and no lock is taken. One that is missing is judged by the directory that it would be made in.
    ///
    /// # Errors
    ///
    /// `config_invalid` when others can read it, when it is no directory or on a network file system, `store_unavailable`
    /// when it is somebody else's, which the superuser alone gets past.
    pub fn check(path: &Path, holding: Holding) -> Result<(), DataDirError> {
        let whole = std::path::absolute(path).map_err(DataDirError::io("resolve", path))?;
        let there = whole.ancestors().find(|part| part.exists()).unwrap_or(&whole);
        if !there.is_dir() {
            return Err(DataDirError::NotADirectory { path: there.into() });
        }
        let resolved = std::fs::canonicalize(there).map_err(DataDirError::io("resolve", there))?;
        if holding == Holding::Database {
            refuse_network_file_system(&resolved, "data_dir")?;
        }
        if there != whole {
            return Ok(());
        }
        if !is_superuser() {
            check_owner(&resolved)?;
        }
        match check_private(&resolved) {
            Err(_) if is_empty(&resolved)? => Ok(()),
            judged => judged,
        }
    }

    /// Whose it is, if that is not who asks. A superuser's server would start there, and leave files that the owner cannot
    /// read.
    #[must_use]
    pub fn belongs_to_another(path: &Path) -> Option<DataDirError> {
        check_owner(path).err().filter(|error| matches!(error, DataDirError::NotOwner { .. }))
    }

    /// Opens the directory for a local tool of its owner's, beside a running server or with none (RUN-3). With none it is
    /// held, so that no server starts meanwhile. Nothing is made.
    ///
    /// # Errors
    ///
    /// `invalid_argument` when there is none, `store_unavailable` when it is somebody else's, and as [`Self::open`].
    pub fn open_beside(path: &Path) -> Result<Beside, DataDirError> {
        Self::open_beside_for(path, Holding::Database)
    }

    /// The same; on a network file system too, if no database depends on it.
    ///
    /// # Errors
    ///
    /// As [`Self::open_beside`].
    pub fn open_beside_for(path: &Path, holding: Holding) -> Result<Beside, DataDirError> {
        let path = match std::fs::canonicalize(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(DataDirError::Missing { path: path.into() }),
            resolved => resolved.map_err(DataDirError::io("resolve", path))?,
        };
        if holding == Holding::Database {
            refuse_network_file_system(&path, "data_dir")?;
        }
        check_owner(&path)?;
        check_private(&path)?;
        match take_lock(&path) {
            Ok(lock) => Ok(Beside::Alone(Self { path, _lock: lock })),
            Err(DataDirError::Locked { path }) => Ok(Beside::Server(path)),
            Err(error) => Err(error),
        }
    }

    /// Refuses a directory on a network file system, by the setting that names it.
    ///
    /// # Errors
    ///
    /// `config_invalid`; `store_unavailable` when there is no such directory.
    pub fn refuse_network(directory: &Path, setting: &'static str) -> Result<(), DataDirError> {
        let resolved = std::fs::canonicalize(directory).map_err(DataDirError::io("resolve", directory))?;
        refuse_network_file_system(&resolved, setting)
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Whether a file of that name is there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.file(name).exists()
    }

    /// The names of the files in it.
    ///
    /// # Errors
    ///
    /// `store_unavailable`.
    pub fn names(&self) -> Result<Vec<String>, DataDirError> {
        let entries = std::fs::read_dir(&self.path).map_err(DataDirError::io("read", &self.path))?;
        Ok(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect())
    }

    /// Writes a secret, readable by the owner alone, in place of what was there.
    ///
    /// # Errors
    ///
    /// `disk_full`, `store_unavailable`. What was there before is still there then.
    pub fn write_secret(&self, name: &str, bytes: &[u8]) -> Result<(), DataDirError> {
        write_secret(&self.path, name, bytes)
    }

    /// Reads a secret; `None` when there is none.
    ///
    /// # Errors
    ///
    /// `config_invalid` when others can read it, `store_damaged` when it is too large, `store_unavailable`.
    pub fn read_secret(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, DataDirError> {
        read_private(&self.file(name))
    }

    /// Removes a file; one that is not there is fine.
    ///
    /// # Errors
    ///
    /// `store_unavailable`.
    pub fn remove(&self, name: &str) -> Result<(), DataDirError> {
        let path = self.file(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(DataDirError::io("remove", &path)(error)),
            _ => sync(&self.path),
        }
    }
}

fn write_secret(directory: &Path, name: &str, bytes: &[u8]) -> Result<(), DataDirError> {
    let (target, beside) = (directory.join(name), directory.join(format!("{name}{UNFINISHED}")));
    let result = write_beside(&beside, bytes)
        .and_then(|()| std::fs::rename(&beside, &target).map_err(DataDirError::io("write", &target)))
        .and_then(|()| sync(directory));
    if result.is_err() {
        // The error that is told is the first one; what is left over goes at the next start.
        let _ = std::fs::remove_file(&beside);
    }
    result
}

fn sync(directory: &Path) -> Result<(), DataDirError> {
    // Windows has no such call for a directory; its rename is journaled.
    if cfg!(unix) {
        File::open(directory).and_then(|file| file.sync_all()).map_err(DataDirError::io("sync", directory))?;
    }
    Ok(())
}

fn make_directory(path: &Path) -> Result<(), DataDirError> {
    if path.exists() {
        return if path.is_dir() { Ok(()) } else { Err(DataDirError::NotADirectory { path: path.into() }) };
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path).map_err(DataDirError::io("make", path))?;
    #[cfg(windows)]
    windows::close(path)?;
    Ok(())
}

fn refuse_network_file_system(path: &Path, setting: &'static str) -> Result<(), DataDirError> {
    // Where this cannot be read there is nothing to judge by: not Linux, or a jail without it.
    let Ok(table) = std::fs::read_to_string("/proc/self/mountinfo") else { return Ok(()) };
    match mount::file_system(&table, path) {
        Some(kind) if mount::is_network(kind) => {
            Err(DataDirError::NetworkFileSystem { path: path.into(), kind: kind.into(), setting })
        }
        _ => Ok(()),
    }
}

fn is_empty(path: &Path) -> Result<bool, DataDirError> {
    Ok(std::fs::read_dir(path).map_err(DataDirError::io("read", path))?.next().is_none())
}

fn take_lock(directory: &Path) -> Result<Locked, DataDirError> {
    let path = directory.join(LOCK_FILE);
    let file = private(OpenOptions::new().create(true).truncate(false).write(true))
        .open(&path)
        .map_err(DataDirError::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(Locked::new(file)),
        Err(std::fs::TryLockError::WouldBlock) => Err(DataDirError::Locked { path: directory.into() }),
        Err(std::fs::TryLockError::Error(error)) => Err(DataDirError::io("lock", &path)(error)),
    }
}

/// What a killed server left half written. The lock is held, so nobody is writing it now.
fn remove_unfinished(directory: &Path) -> Result<(), DataDirError> {
    for entry in std::fs::read_dir(directory).map_err(DataDirError::io("read", directory))?.flatten() {
        if entry.file_name().to_string_lossy().ends_with(UNFINISHED) {
            std::fs::remove_file(entry.path()).map_err(DataDirError::io("remove", &entry.path()))?;
        }
    }
    Ok(())
}

fn write_beside(path: &Path, bytes: &[u8]) -> Result<(), DataDirError> {
    let write = || {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = private(OpenOptions::new().create_new(true).write(true)).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(DataDirError::io("write", path))
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Reads a file that its owner alone can read; `None` when there is none. What is asked is what was opened, since the name
/// may lead elsewhere by then; and a pipe is not waited for.
pub(crate) fn read_private(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, DataDirError> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOCTTY);
    let file = match options.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(DataDirError::io("read", path)(error)),
    };
    let about = file.metadata().map_err(DataDirError::io("examine", path))?;
    if !about.is_file() {
        return Err(DataDirError::NotAFile { path: path.into() });
    }
    check_mode(path, &about)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(4_096));
    file.take(MAX_SECRET + 1).read_to_end(&mut bytes).map_err(DataDirError::io("read", path))?;
    if bytes.len() as u64 > MAX_SECRET { Err(DataDirError::TooLarge { path: path.into() }) } else { Ok(Some(bytes)) }
}

#[cfg(test)]
mod tests;
