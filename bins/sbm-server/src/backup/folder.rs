//! The directory of a backup while it is written: under another name until it is whole.
//!
//! What was broken off before is tidied up by whoever begins the next one. What cannot be, such as somebody else's, stays and
//! is told: it is no reason to make no backup.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{BufReader, ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};

use sbm_core::id::Hash;
use sbm_core::time::Timestamp;
use sha2::{Digest as _, Sha256};

use super::BackupError;
use super::manifest::{FileEntry, MANIFEST, Manifest};
use crate::locked::Locked;

/// How the name of a backup begins.
pub const PREFIX: &str = "sbm-";
/// How the name of one that is not whole ends.
pub const PARTIAL: &str = ".partial";
/// Held by whoever makes a backup in a directory.
const LOCK: &str = ".sbm-backup.lock";

/// A backup that is being written; what is not finished is removed.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    goal: PathBuf,
    files: Vec<FileEntry>,
    is_finished: bool,
    _lock: Option<Locked>,
}

impl Folder {
    /// Begins a backup in that directory, which is made if it is missing. What was broken off there before is removed, as far
    /// as it can be.
    ///
    /// # Errors
    ///
    /// [`BackupError::Busy`] when another one is being made there, and what the operating system says.
    pub fn begin(to: &Path, now: Timestamp) -> Result<Self, BackupError> {
        Self::begin_by(to, now, &remove)
    }

    /// The same, with what removes a directory.
    pub(super) fn begin_by(to: &Path, now: Timestamp, remove: &Remove<'_>) -> Result<Self, BackupError> {
        if !to.is_dir() {
            private_directory(to, true)?;
        }
        let lock = lock(to)?;
        if lock.is_some() {
            remove_partial(to, remove);
        }
        let goal = free_name(to, now)?;
        let path = partial(&goal);
        private_directory(&path, false)?;
        Ok(Self { path, goal, files: Vec::new(), is_finished: false, _lock: lock })
    }

    /// Where it is written.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is in it so far.
    #[must_use]
    pub fn files(&self) -> &[FileEntry] {
        &self.files
    }

    /// Writes a small file of it.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), BackupError> {
        let path = self.path.join(name);
        let mut file = create_private(&path).map_err(BackupError::io("write", &path))?;
        file.write_all(bytes).map_err(BackupError::io("write", &path))?;
        self.add(name)
    }

    /// Takes a file into it that was written there.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn add(&mut self, name: &str) -> Result<(), BackupError> {
        let path = self.path.join(name);
        let synced = File::options().read(true).write(true).open(&path).and_then(|file| file.sync_all());
        synced.map_err(BackupError::io("write", &path))?;
        let (size, sha256) = hash(&path)?;
        self.files.push(FileEntry { name: name.to_owned(), size, sha256 });
        Ok(())
    }

    /// Writes the manifest.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn state(&self, manifest: &Manifest) -> Result<(), BackupError> {
        let mut manifest = manifest.clone();
        manifest.files.sort_by(|one, other| one.name.cmp(&other.name));
        let path = self.path.join(MANIFEST);
        let write = |bytes: Vec<u8>| {
            let mut file = create_private(&path)?;
            file.write_all(&bytes)?;
            file.sync_all()
        };
        let bytes = manifest.to_bytes().map_err(std::io::Error::other);
        bytes.and_then(write).map_err(BackupError::io("write", &path))
    }

    /// Gives it its name.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn finish(mut self) -> Result<PathBuf, BackupError> {
        sync_directory(&self.path)?;
        std::fs::rename(&self.path, &self.goal).map_err(BackupError::io("name", &self.goal))?;
        self.is_finished = true;
        sync_directory(self.goal.parent().unwrap_or(&self.goal))?;
        Ok(self.goal.clone())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.is_finished {
            // What is left over goes with the next backup.
            drop(std::fs::remove_dir_all(&self.path));
        }
    }
}

/// What removes a directory with all that is in it.
pub(super) type Remove<'r> = dyn Fn(&Path) -> std::io::Result<()> + 'r;

pub(super) fn remove(directory: &Path) -> std::io::Result<()> {
    std::fs::remove_dir_all(directory)
}

/// The name of that backup while it is not whole.
pub(super) fn partial(backup: &Path) -> PathBuf {
    let mut name = backup.as_os_str().to_owned();
    name.push(PARTIAL);
    PathBuf::from(name)
}

/// A directory on which nothing can be locked has no lock, and nothing of it is tidied up.
pub(super) fn lock(directory: &Path) -> Result<Option<Locked>, BackupError> {
    let path = directory.join(LOCK);
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    let file = private(&mut options).open(&path).map_err(BackupError::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Locked::new(file))),
        Err(TryLockError::WouldBlock) => Err(BackupError::Busy { path: directory.into() }),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

fn remove_partial(directory: &Path, remove: &Remove<'_>) {
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
        if !name.starts_with(PREFIX) || !name.ends_with(PARTIAL) || !path.is_dir() {
            continue;
        }
        if let Err(error) = remove(&path) {
            tracing::warn!(path = %path.display(), %error, "what is left of a backup cannot be removed; remove it by hand");
        }
    }
}

/// `sbm-20260131T235959Z`, and if that is taken `…-2` and so on.
fn free_name(directory: &Path, now: Timestamp) -> Result<PathBuf, BackupError> {
    let moment: String = now.to_rfc3339().chars().take(19).filter(|c| !matches!(c, '-' | ':')).collect();
    let names = (1..1_000).map(|number| match number {
        1 => format!("{PREFIX}{moment}Z"),
        number => format!("{PREFIX}{moment}Z-{number}"),
    });
    let free = names.map(|name| directory.join(name)).find(|path| is_free(path) && is_free(&partial(path)));
    free.ok_or_else(|| BackupError::Busy { path: directory.into() })
}

fn is_free(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

/// How many bytes a file has, and their SHA-256.
///
/// # Errors
///
/// What the operating system says.
pub fn hash(path: &Path) -> Result<(u64, Hash), BackupError> {
    let file = File::open(path).map_err(BackupError::io("read", path))?;
    let (mut reader, mut sha256, mut size) = (BufReader::with_capacity(0, file), Sha256::new(), 0_u64);
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = match reader.read(&mut buffer) {
            Ok(0) => return Ok((size, Hash::from_bytes(sha256.finalize().into()))),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(BackupError::io("read", path)(error)),
        };
        sha256.update(buffer.get(..read).unwrap_or_default());
        size += read as u64;
    }
}

fn private_directory(path: &Path, whole: bool) -> Result<(), BackupError> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(whole).create(path).map_err(BackupError::io("make", path))
}

/// Makes a file that its owner alone reads.
pub(super) fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options).open(path)
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Makes names last, where directories can be synced.
pub(super) fn sync_directory(path: &Path) -> Result<(), BackupError> {
    if cfg!(unix) {
        File::open(path).and_then(|directory| directory.sync_all()).map_err(BackupError::io("sync", path))?;
    }
    Ok(())
}
