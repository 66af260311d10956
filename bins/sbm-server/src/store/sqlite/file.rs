//! The database's file before it is used: whose it is, whether it is whole, how it comes into being.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::{connection, migration, seal};
use crate::store::StoreError;

/// How long SQLite's header is, how it begins, and where in it the number of the application stands, the highest byte first.
const HEADER: u64 = 100;
const MAGIC: &[u8] = b"SQLite format 3\0";
const ID: Range<usize> = 68..72;

/// Who opens the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    /// The one server.
    Server,
    /// A local tool beside it.
    Beside,
}

/// The mark that the file has a server. The system frees it when the process ends, however it ends.
pub(super) struct Lock {
    _file: File,
}

/// Takes the lock, makes the file if there is none, checks it and brings its schema up to date.
pub(super) fn prepare(path: &Path, sharing: Sharing) -> Result<Option<Lock>, StoreError> {
    let lock = match sharing {
        Sharing::Server => Some(lock(path)?),
        Sharing::Beside => None,
    };
    match (path.try_exists(), sharing) {
        (Ok(true), _) => {}
        (Ok(false), Sharing::Server) => create(path)?,
        (Ok(false), Sharing::Beside) => return Err(failed(path, "there is no such file")),
        (Err(error), _) => return Err(failed(path, error)),
    }
    let is_sealed = sharing == Sharing::Server && seal::take(path);
    check(path, sharing, is_sealed)?;
    restrict(path)?;
    Ok(lock)
}

fn lock(path: &Path) -> Result<Lock, StoreError> {
    let beside = with_suffix(path, ".lock");
    let file = owner_only().truncate(false).open(&beside).map_err(|error| failed(&beside, error))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(path.display().to_string().into())),
        Err(TryLockError::Error(error)) => Err(failed(&beside, error)),
    }
}

/// Makes the database under another name and gives it its own when it is complete, so that a file cut to nothing is never
/// taken for a fresh server, and a crash leaves nothing half made.
fn create(path: &Path) -> Result<(), StoreError> {
    let unfinished = with_suffix(path, ".new");
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let left_over = with_suffix(&unfinished, suffix);
        if left_over.try_exists().unwrap_or(true) {
            std::fs::remove_file(&left_over).map_err(|error| failed(&left_over, error))?;
        }
    }
    drop(owner_only().create_new(true).open(&unfinished).map_err(|error| failed(&unfinished, error))?);
    let sql = connection::create(&unfinished)?;
    migration::up(&sql, &unfinished)?;
    sql.close().map_err(|(_, error)| connection::failure(&error))?;
    // Windows syncs nothing through a handle that may only read.
    let sync = File::options().read(true).write(true).open(&unfinished).and_then(|file| file.sync_all());
    sync.and_then(|()| std::fs::rename(&unfinished, path)).map_err(|error| failed(path, error))?;
    sync_directory(path)
}

/// Looks at the file without changing it, then brings its schema up to date; not under the feet of a running server.
fn check(path: &Path, sharing: Sharing, is_sealed: bool) -> Result<(), StoreError> {
    let length = std::fs::metadata(path).map_err(|error| failed(path, error))?.len();
    if length == 0 {
        return Err(StoreError::damaged(format!("`{}` is empty", path.display())));
    }
    let sql = connection::inspect(path, is_sealed)?;
    migration::check(&sql, path).map_err(|error| error.found_in(path))?;
    match sharing {
        Sharing::Server => migration::up(&sql, path),
        Sharing::Beside if migration::is_up(&sql)? => Ok(()),
        Sharing::Beside => {
            Err(failed(path, "an older program made it; use the program of the server that is running, or stop it"))
        }
    }
}

/// Whether the file begins as a database of ours does, for whoever asks beside a running server or with none: SQLite is not
/// asked, and nothing is written. One that is missing is made at the start. Not for a process that has the database open:
/// closing the file would free SQLite's locks on it.
pub(super) fn look(path: &Path) -> Result<(), StoreError> {
    let about = match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        about => about.map_err(|error| failed(path, error))?,
    };
    if !about.is_file() {
        return Err(failed(path, "it is not a file"));
    }
    if about.len() == 0 {
        return Err(StoreError::damaged(format!("`{}` is empty", path.display())));
    }
    let file = File::open(path).map_err(|error| failed(path, error))?;
    let mut header = Vec::new();
    file.take(HEADER).read_to_end(&mut header).map_err(|error| failed(path, error))?;
    if header.len() as u64 != HEADER || !header.starts_with(MAGIC) {
        return Err(StoreError::damaged(format!("`{}` is not a database", path.display())));
    }
    match header.get(ID) {
        Some(id) if id == connection::APPLICATION_ID.to_be_bytes().get(4..).unwrap_or_default() => Ok(()),
        _ => Err(StoreError::damaged(format!("`{}` is not a database of SBM", path.display()))),
    }
}

/// Whether the file has the schema of this program; changes nothing.
pub(super) fn is_up(path: &Path) -> Result<bool, StoreError> {
    if std::fs::metadata(path).map_err(|error| failed(path, error))?.len() == 0 {
        return Err(StoreError::damaged(format!("`{}` is empty", path.display())));
    }
    let sql = connection::inspect(path, false)?;
    migration::check(&sql, path)?;
    migration::is_up(&sql)
}

/// Whoever made the file, only its owner reads it from now on. SQLite gives its other files the same mode.
#[cfg(unix)]
fn restrict(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt as _;
    for suffix in ["", "-wal", "-shm"] {
        let file = with_suffix(path, suffix);
        if file.exists() {
            let owner_only = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(&file, owner_only).map_err(|error| failed(&file, error))?;
        }
    }
    Ok(())
}

/// On Windows the data directory's access list is what files inherit.
#[cfg(not(unix))]
fn restrict(_path: &Path) -> Result<(), StoreError> {
    Ok(())
}

pub(super) fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes the new name last, where directories can be synced.
fn sync_directory(path: &Path) -> Result<(), StoreError> {
    match path.parent() {
        Some(directory) if cfg!(unix) => {
            File::open(directory).and_then(|file| file.sync_all()).map_err(|error| failed(directory, error))
        }
        _ => Ok(()),
    }
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn failed(path: &Path, error: impl std::fmt::Display) -> StoreError {
    StoreError::unavailable(format!("`{}`: {error}", path.display()))
}
