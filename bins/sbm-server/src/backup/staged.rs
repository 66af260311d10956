//! The files of a restore that is not done: what begins anew takes away, and what keeps servers from starting (DOOR-2).
//!
//! 1. In a data directory with a SQLite store the mark [`BEGUN`] comes first and goes last. Between them lie keys, and the
//!    database under another name.
//! 2. Beside a PostgreSQL the mark is in the database. In the data directory lies, for a while, a copy of the backup's
//!    database, which holds what nobody else may read; whoever opens the directory next removes it.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::BackupError;
use super::folder::create_private;
use crate::data_dir::DataDir;
use crate::pki::vault::is_secret;
use crate::store::{Sqlite, StoreError};

/// Stands in a data directory while a backup is brought back into it.
pub const BEGUN: &str = "restore.begun";
/// The copy of a backup's database on its way into a PostgreSQL.
const ON_ITS_WAY: &str = "backup.restoring";
/// What is always there.
const LOCK: &str = "server.lock";
/// What SQLite and the store put beside a file.
pub(super) const BESIDE: [&str; 10] =
    ["", "-wal", "-shm", "-journal", ".lock", ".sealed", ".new", ".new-wal", ".new-shm", ".new-journal"];

/// Where the file of a store is while it is not complete.
pub(super) fn staged(target: &Path) -> PathBuf {
    beside(target, ".restoring")
}

/// Where the copy is that goes into a PostgreSQL.
pub(super) fn on_its_way(data_dir: &DataDir) -> PathBuf {
    data_dir.file(ON_ITS_WAY)
}

pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Refuses a data directory into which a backup was to come back and did not wholly; takes the mark away where it did.
///
/// # Errors
///
/// `store_unavailable` with what to do, and what the data directory says.
pub fn refuse_begun(data_dir: &DataDir, database: &Path) -> Result<(), BackupError> {
    if !data_dir.has(BEGUN) {
        return Ok(());
    }
    let is_there = |path: &Path| path.try_exists().map_err(BackupError::io("examine", path));
    // It has its name and left the other one, in one step; what has the name beside it came from elsewhere.
    if is_there(database)? && !is_there(&staged(database))? {
        return Ok(data_dir.remove(BEGUN)?);
    }
    let why = "a backup was being brought back into it, and that was broken off";
    let place = data_dir.path().display();
    Err(BackupError::Store(StoreError::unavailable(format!("`{place}`: {why}; do it again with `sbm-server backup restore`"))))
}

/// Removes what a restore into a PostgreSQL left in the data directory when it was broken off.
///
/// # Errors
///
/// What the operating system says.
pub fn remove_copy(data_dir: &DataDir) -> Result<(), BackupError> {
    remove_staged(&on_its_way(data_dir))
}

/// Refuses a place that holds anything but a restore that was broken off; gives what there is of that. Nothing is changed.
pub(super) fn look_over(data_dir: &DataDir, target: &Path) -> Result<Vec<String>, BackupError> {
    let not_empty = |found: String| BackupError::NotEmpty { place: data_dir.path().display().to_string(), found };
    if target.try_exists().map_err(BackupError::io("examine", target))? {
        return Err(not_empty(target.display().to_string()));
    }
    Sqlite::refuse_left_over(target)?;
    let begun = data_dir.has(BEGUN);
    let is_of = |path: &Path, name: &str| BESIDE.iter().any(|suffix| data_dir.file(name) == beside(path, suffix));
    let lock = beside(target, ".lock");
    let mut names = data_dir.names()?;
    names.sort();
    names.retain(|name| name != LOCK && name != BEGUN && data_dir.file(name) != lock);
    let is_ours = |name: &str| is_of(&on_its_way(data_dir), name) || begun && (is_secret(name) || is_of(&staged(target), name));
    match names.iter().find(|name| !is_ours(name)) {
        Some(found) => Err(not_empty(found.clone())),
        None => Ok(names),
    }
}

/// The same, and what there is goes. The name of the target is held.
pub(super) fn clear_begun(data_dir: &DataDir, target: &Path) -> Result<(), BackupError> {
    for name in look_over(data_dir, target)? {
        data_dir.remove(&name)?;
    }
    remove_staged(&staged(target))
}

pub(super) fn remove_staged(staged: &Path) -> Result<(), BackupError> {
    for suffix in BESIDE {
        let path = beside(staged, suffix);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(BackupError::io("remove", &path)(error)),
            _ => {}
        }
    }
    Ok(())
}

pub(super) fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    let mut source = File::open(from).map_err(BackupError::io("read", from))?;
    let copied = create_private(to).and_then(|mut file| std::io::copy(&mut source, &mut file));
    copied.map(drop).map_err(BackupError::io("write", to))
}
