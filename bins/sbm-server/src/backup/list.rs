//! The backups in a directory, and which of them are too many.

use std::path::{Path, PathBuf};

use super::BackupError;
use super::folder::{PARTIAL, PREFIX, lock, partial, remove, sync_directory};
use super::manifest::Manifest;

/// Something in a directory of backups.
#[derive(Debug)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What it says of itself, or why it cannot be used.
    pub manifest: Result<Manifest, String>,
}

impl Listed {
    /// How many bytes its files have.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.manifest.as_ref().map_or(0, |manifest| manifest.files.iter().map(|file| file.size).sum())
    }
}

/// What is in a directory of backups, the oldest first. Only manifests are read.
///
/// # Errors
///
/// What the operating system says.
pub fn list(directory: &Path) -> Result<Vec<Listed>, BackupError> {
    let entries = std::fs::read_dir(directory).map_err(BackupError::io("read", directory))?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(BackupError::io("read", directory))?;
        let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
        if !name.starts_with(PREFIX) || !path.is_dir() {
            continue;
        }
        let manifest = if name.ends_with(PARTIAL) {
            Err("it is being made, or was broken off".to_owned())
        } else {
            Manifest::read(&path).map_err(|error| error.to_string())
        };
        found.push(Listed { name, path, manifest });
    }
    found.sort_by(|one, other| {
        let key = |listed: &Listed| (listed.manifest.as_ref().map(|manifest| manifest.taken).ok(), listed.name.clone());
        key(one).cmp(&key(other))
    });
    Ok(found)
}

/// What became of the backups that are too many.
#[derive(Debug, Default)]
pub struct Tidied {
    /// Those that went.
    pub gone: Vec<PathBuf>,
    /// Those that could not be removed, and why.
    pub left: Vec<(PathBuf, BackupError)>,
}

/// Removes the oldest backups of the same server until so many are left; never the one that was just made, and nothing that
/// is no good backup by its manifest. One that cannot be removed keeps no other from going.
///
/// # Errors
///
/// [`BackupError::Busy`] while another one is being made there, and what the operating system says of the directory; nothing
/// was removed then.
pub fn remove_beyond(keep: usize, newest: &Path, manifest: &Manifest) -> Result<Tidied, BackupError> {
    let directory = newest.parent().unwrap_or(newest);
    // Whoever begins a backup tidies up what is not whole, and must not meet what this is at.
    let _lock = lock(directory)?;
    let is_same = |listed: &Listed| listed.manifest.as_ref().is_ok_and(|other| other.server == manifest.server);
    let others: Vec<Listed> =
        list(directory)?.into_iter().filter(|listed| is_same(listed) && listed.path.as_path() != newest).collect();
    let many = (others.len() + 1).saturating_sub(keep.max(1));
    let mut tidied = Tidied::default();
    for Listed { path, .. } in others.into_iter().take(many) {
        match remove_one(&path) {
            Ok(()) => tidied.gone.push(path),
            Err(error) => tidied.left.push((path, error)),
        }
    }
    if !tidied.gone.is_empty() {
        sync_directory(directory)?;
    }
    Ok(tidied)
}

fn remove_one(backup: &Path) -> Result<(), BackupError> {
    // Under this name it is no backup any more, however far the removing comes.
    let partial = partial(backup);
    std::fs::rename(backup, &partial).map_err(BackupError::io("remove", backup))?;
    remove(&partial).map_err(BackupError::io("remove", &partial))
}
