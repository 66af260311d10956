//! Where the files of a cache lie.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sbm_core::code::Code;
use sbm_core::id::Hash;

use super::disk;
use crate::error::Error;

/// What the name of a body begins with.
const BODY: &str = "body-";

/// The directory of a cache.
#[derive(Debug)]
pub(super) struct Place(pub(super) PathBuf);

impl Place {
    pub(super) fn database(&self) -> PathBuf {
        self.0.join("cache.db")
    }

    /// The one file of a cache in plain files.
    pub(super) fn ledger(&self) -> PathBuf {
        self.0.join("cache.ledger")
    }

    /// A body in a plain file.
    pub(super) fn body(&self, hash: &Hash) -> PathBuf {
        self.0.join(format!("{BODY}{hash}"))
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
    let entries = std::fs::read_dir(&place.0).map_err(|error| disk::file_error(&error, &place.0))?;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| name.starts_with("owner-") && name.ends_with(".lock") && *name != own)
        else {
            continue;
        };
        if disk::is_abandoned(&place.owner(name))? {
            // If it cannot be removed now, the next opening does it.
            let _removed = std::fs::remove_file(place.owner(name));
        }
    }
    Ok(())
}

/// A directory has one kind of cache. To begin a new one beside the other would forget what that one knows: whether this
/// installation is managed, and what waits for the server (OFF-3, DEC-6).
pub(super) fn refuse_other_kind(other: &Path) -> Result<(), Error> {
    if std::fs::symlink_metadata(other).is_err() {
        return Ok(());
    }
    let message = format!(
        "there is a cache of another kind already, `{}`; open it as what it is, or name another directory",
        other.display()
    );
    Err(Error::new(Code::ConfigInvalid, message))
}

/// Removes bodies that nobody needs, and what is left of those that were never finished.
pub(super) fn sweep_bodies(place: &Place, keep: &BTreeSet<Hash>) {
    let keep: BTreeSet<PathBuf> = keep.iter().map(|hash| place.body(hash)).collect();
    let Ok(entries) = std::fs::read_dir(&place.0) else { return };
    for entry in entries.flatten() {
        let is_body = entry.file_name().to_str().is_some_and(|name| name.starts_with(BODY));
        if is_body && !keep.contains(&entry.path()) {
            // If it cannot be removed now, the next opening does it.
            let _removed = std::fs::remove_file(entry.path());
        }
    }
}
