//! The database's file before it is used: whose it is, whether it is whole, how it comes into being.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::{connection, migration, seal};
use crate::locked::Locked;
use crate::store::StoreError;
use crate::store::sql::Sql;

/// How long SQLite's header is, how it begins, and where in it the number of the application stands, the highest byte first.
const HEADER: u64 = 100;
const MAGIC: &[u8] = b"SQLite format 3\0";
const ID: Range<usize> = 68..72;
/// What SQLite leaves beside a file and takes for a part of it. Nothing in them says of which file of that name they are.
const TAKEN: [&str; 3] = ["-wal", "-journal", "-shm"];

/// Who opens the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    /// The one server.
    Server,
    /// A local tool beside it.
    Beside,
}

/// The mark that the file has a server.
pub(super) struct Lock {
    _file: Locked,
}

/// Takes the lock, makes the file if there is none, checks it and brings its schema up to date.
pub(super) fn prepare(path: &Path, sharing: Sharing) -> Result<Option<Lock>, StoreError> {
    let lock = match sharing {
        Sharing::Server => {
            // What is refused leaves no lock behind.
            if matches!(path.try_exists(), Ok(false)) {
                refuse_left_over(path)?;
            }
            Some(lock(path)?)
        }
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

/// Refuses a name under which nothing is, and beside which a database of before left something: its log would be written into
/// the new one.
pub(super) fn refuse_left_over(path: &Path) -> Result<(), StoreError> {
    for suffix in TAKEN {
        let beside = with_suffix(path, suffix);
        match std::fs::symlink_metadata(&beside) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failed(&beside, error)),
            Ok(_) => {
                let [left, database] = [&beside, path].map(|path| path.display().to_string().into());
                return Err(StoreError::LeftOver { left, database });
            }
        }
    }
    Ok(())
}

/// Gives a complete file its name, and never in place of another. Whoever does this holds the lock of that name, so that
/// where the system cannot refuse, looking before is enough.
pub(super) fn put_in_place(from: &Path, to: &Path) -> std::io::Result<()> {
    match rename_to_nothing(from, to) {
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput) => {
            match std::fs::symlink_metadata(to) {
                Err(error) if error.kind() == ErrorKind::NotFound => std::fs::rename(from, to)?,
                Err(error) => return Err(error),
                Ok(_) => return Err(ErrorKind::AlreadyExists.into()),
            }
        }
        renamed => renamed?,
    }
    // It tells how another file looked, and so would not count for this one anyhow.
    drop(std::fs::remove_file(with_suffix(to, ".sealed")));
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_to_nothing(from: &Path, to: &Path) -> std::io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_to_nothing(_from: &Path, _to: &Path) -> std::io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Takes the lock that a server has on the file.
pub(super) fn lock(path: &Path) -> Result<Lock, StoreError> {
    let beside = with_suffix(path, ".lock");
    let file = owner_only().truncate(false).open(&beside).map_err(|error| failed(&beside, error))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { _file: Locked::new(file) }),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(path.display().to_string().into())),
        Err(TryLockError::Error(error)) => Err(failed(&beside, error)),
    }
}

/// Makes the database under another name and gives it its own when it is complete, so that a file cut to nothing is never
/// taken for a fresh server, and a crash leaves nothing half made.
fn create(path: &Path) -> Result<(), StoreError> {
    refuse_left_over(path)?;
    let unfinished = with_suffix(path, ".new");
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let left_over = with_suffix(&unfinished, suffix);
        if left_over.try_exists().unwrap_or(true) {
            std::fs::remove_file(&left_over).map_err(|error| failed(&left_over, error))?;
        }
    }
    make(&unfinished, migration::known(), |_| Ok(()))?;
    put_in_place(&unfinished, path).map_err(|error| failed(path, error))?;
    sync_directory(path)
}

/// Makes a database of that schema, which may be an older one, does `work` with it in one transaction, and closes it.
pub(super) fn make<T>(path: &Path, schema: u32, work: impl FnOnce(&dyn Sql) -> Result<T, StoreError>) -> Result<T, StoreError> {
    drop(owner_only().create_new(true).open(path).map_err(|error| failed(path, error))?);
    let sql = connection::create(path)?;
    migration::up_to(&sql, path, schema)?;
    let run = |text: &str| sql.execute_batch(text).map_err(|error| connection::failure(&error));
    run("BEGIN IMMEDIATE")?;
    // What fails here leaves a file that is no database yet.
    let done = work(&sql)?;
    run("COMMIT")?;
    sql.close().map_err(|(_, error)| connection::failure(&error))?;
    // Windows syncs nothing through a handle that may only read.
    let sync = File::options().read(true).write(true).open(path).and_then(|file| file.sync_all());
    sync.map_err(|error| failed(path, error))?;
    Ok(done)
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
