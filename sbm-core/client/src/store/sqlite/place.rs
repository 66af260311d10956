//! Where the files of a cache lie.

use std::path::PathBuf;

use super::files;
use crate::error::Error;

/// The directory of a cache.
#[derive(Debug)]
pub(super) struct Place(pub(super) PathBuf);

impl Place {
    pub(super) fn database(&self) -> PathBuf {
        self.0.join("cache.db")
    }

    pub(super) fn marker(&self) -> PathBuf {
        self.0.join("managed")
    }

    pub(super) fn opening(&self) -> PathBuf {
        self.0.join("open.lock")
    }

    pub(super) fn syncing(&self) -> PathBuf {
        self.0.join("sync.lock")
    }

    pub(super) fn owner(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

/// Removes the lock files of processes that are gone. Their marks name them still, and a missing file is a dead owner.
pub(super) fn sweep(place: &Place, own: &str) -> Result<(), Error> {
    let entries = std::fs::read_dir(&place.0).map_err(|error| files::file_error(&error, &place.0))?;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| name.starts_with("owner-") && name.ends_with(".lock") && *name != own)
        else {
            continue;
        };
        if files::is_abandoned(&place.owner(name))? {
            // If it cannot be removed now, the next opening does it.
            let _removed = std::fs::remove_file(place.owner(name));
        }
    }
    Ok(())
}
