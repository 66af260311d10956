//! The mark that a server closed the database and nobody touched it since, so that the next start need not read all of it.
//!
//! Looking through a million runs takes the better part of a second. A file that was closed by its server, and has the size
//! and the time that it had then, was whole then and is taken for whole now; SQLite still looks at each page that it reads.
//! Any other is looked through before it is used: after a crash, after a restore, after anybody wrote into it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::file::{owner_only, with_suffix};

/// Seals the file when it is dropped; it must be closed by then.
pub(super) struct Seal(PathBuf);

impl Seal {
    pub(super) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }
}

impl Drop for Seal {
    fn drop(&mut self) {
        // Without a seal the next start takes longer, and that is all.
        drop(seal(&self.0));
    }
}

fn seal(path: &Path) -> io::Result<()> {
    if !is_closed(path) {
        return Ok(());
    }
    // File systems count time in ticks: a time that is past already is one that no later write leaves as it is.
    let past = SystemTime::now() - Duration::from_secs(1);
    File::options().write(true).open(path)?.set_modified(past)?;
    let mut file = owner_only().truncate(true).open(with_suffix(path, ".sealed"))?;
    io::Write::write_all(&mut file, look(path)?.as_bytes())
}

/// Whether the file is as its server closed it. The seal is broken with that: it counts once.
pub(super) fn take(path: &Path) -> bool {
    let mark = with_suffix(path, ".sealed");
    let sealed = std::fs::read_to_string(&mark);
    let taken = std::fs::remove_file(&mark).is_ok();
    taken && is_closed(path) && sealed.is_ok_and(|sealed| look(path).is_ok_and(|now| now == sealed))
}

/// A log beside it means that nobody closed it.
fn is_closed(path: &Path) -> bool {
    matches!(with_suffix(path, "-wal").try_exists(), Ok(false))
}

/// Size and time.
fn look(path: &Path) -> io::Result<String> {
    let metadata = std::fs::metadata(path)?;
    let time = metadata.modified()?.duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
    Ok(format!("{} {}", metadata.len(), time.as_nanos()))
}
