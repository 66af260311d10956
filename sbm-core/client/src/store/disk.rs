//! The files of a cache on disk: private ones, locks, and the marker that this installation is managed.
//!
//! 1. Files are the owner's alone, and so is the directory if we make it.
//! 2. A lock lasts as long as the file is open; a process that dies gives it back.
//! 3. The marker is a trust record without head and list, sealed alike, and written after the record it follows.
//!    With it a missing or an older database is told from a new installation (OFF-3).

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sbm_core::cache::{SealedTrust, Trust};
use sbm_core::code::Code;
use sbm_core::id::Hash;
use sbm_core::run::record::cut;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::plain;
use crate::store::locked::Locked;
use crate::store::verdict::bare;
use crate::store::{random, to_json};

/// The most bytes of a marker: a trust record without list.
const MAX_MARKER: u64 = 256 * 1024;
/// The most bytes of a path in an error's sentence.
const MAX_SHOWN: usize = 1_000;

#[derive(Serialize, Deserialize)]
struct Marker {
    machine: Hash,
    seal: Hash,
    record: String,
}

/// Makes the directory, its owner's alone, unless it is there. It outlives a power cut, as what is written into it does.
pub(crate) fn create_directory(directory: &Path) -> Result<(), Error> {
    let new: Vec<&Path> = directory.ancestors().take_while(|part| !part.exists()).collect();
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|error| file_error(&error, directory))?;
    for part in new {
        // Who may make a directory somewhere need not be able to read there.
        let _on_disk = sync_directory(part);
    }
    Ok(())
}

/// Makes the file, its owner's alone, unless it is there.
pub(super) fn create_private(path: &Path) -> Result<File, Error> {
    private().create(true).open(path).map_err(|error| file_error(&error, path))
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The longest wait for a lock: whoever holds one longer stands still.
const PATIENCE: Duration = Duration::from_secs(10);
/// The first and the longest pause between two attempts.
const PAUSES: (Duration, Duration) = (Duration::from_micros(50), Duration::from_millis(5));

/// Takes the lock of that file and waits for it, but not for ever. It is given up by name.
pub(super) fn lock_within(path: &Path) -> Result<Locked, Error> {
    let (begun, mut pause) = (Instant::now(), PAUSES.0);
    loop {
        if let Some(file) = try_lock(path)? {
            return Ok(Locked::new(file));
        }
        if begun.elapsed() > PATIENCE {
            return Err(Error::from(Code::CacheBusy));
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(PAUSES.1);
    }
}

/// Takes the lock of that file unless somebody has it.
pub(crate) fn try_lock(path: &Path) -> Result<Option<File>, Error> {
    let file = create_private(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(file_error(&error, path)),
    }
}

/// Whether nobody holds the lock of that file, or there is none: its process is gone then.
pub(super) fn is_abandoned(path: &Path) -> Result<bool, Error> {
    let file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(file_error(&error, path)),
    };
    match file.try_lock() {
        Ok(()) => {
            drop(Locked::new(file));
            Ok(true)
        }
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(file_error(&error, path)),
    }
}

/// Whether everybody on this computer may change that file: what lies there is nobody's word then.
pub(super) fn is_open_to_all(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| all_may_write(&found))
}

/// Whether there is something, and it is no plain file.
pub(super) fn is_no_file(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| !found.is_file())
}

#[cfg(unix)]
fn all_may_write(about: &Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o002 != 0
}

#[cfg(not(unix))]
const fn all_may_write(_: &Metadata) -> bool {
    false
}

/// Reads the marker; none says that this installation was never managed. What is no plain file is damage, and nobody waits
/// for it.
pub(super) fn read_marker(path: &Path, machine: &Hash) -> Result<Option<Trust>, Code> {
    let file = match plain::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(_) => return Err(Code::CacheDamaged),
    };
    if file.metadata().map_or(true, |about| all_may_write(&about)) {
        return Err(Code::CacheDamaged);
    }
    let mut bytes = Vec::new();
    file.take(MAX_MARKER + 1).read_to_end(&mut bytes).map_err(|_| Code::CacheDamaged)?;
    if u64::try_from(bytes.len()).map_or(true, |length| length > MAX_MARKER) {
        return Err(Code::CacheDamaged);
    }
    let marker: Marker = serde_json::from_slice(&bytes).map_err(|_| Code::CacheDamaged)?;
    SealedTrust { bytes: marker.record.into_bytes(), machine: marker.machine, seal: marker.seal }.open(machine).map(Some)
}

/// Replaces the marker in one step. Whoever calls holds the lock of openings.
fn write_marker(path: &Path, trust: &Trust, machine: &Hash) -> Result<(), Error> {
    let sealed = Trust { head: None, list: None, ..trust.clone() }.seal(machine);
    let record = String::from_utf8(sealed.bytes).map_err(|error| Error::from(Code::Internal).with_source(error))?;
    let text = to_json(&Marker { machine: sealed.machine, seal: sealed.seal, record });
    replace(path, &path.with_extension("new"), text.as_bytes()).map_err(|error| file_error(&error, path))
}

/// Brings the marker up to what the trust record says, if that is newer. Whoever calls holds the lock of openings.
pub(super) fn remember(path: &Path, trust: &Trust, machine: &Hash) -> Result<(), Error> {
    if trust.connection.is_none() && trust.lock.is_none() {
        return Ok(());
    }
    let up_to_date = read_marker(path, machine).is_ok_and(|marker| marker.is_some_and(|marker| marker == bare(trust.clone())));
    if up_to_date { Ok(()) } else { write_marker(path, trust, machine) }
}

/// Puts these bytes in the file's place in one step, on disk when it returns.
pub(super) fn replace(path: &Path, temporary: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // What an earlier attempt left goes, and so does anything that is no file: it would be waited for.
    match std::fs::remove_file(temporary) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = private().create_new(true).open(temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(temporary, path)?;
    sync_directory(path)
}

#[cfg(unix)]
fn sync_directory(path: &Path) -> std::io::Result<()> {
    // The parent of a name alone is the directory where the program is.
    let parent = path.parent().map(|parent| if parent.as_os_str().is_empty() { Path::new(".") } else { parent });
    parent.map_or(Ok(()), |directory| File::open(directory)?.sync_all())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn sync_directory(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Gives a broken file another name, and what SQLite keeps beside one too, so that nothing is thrown away.
pub(super) fn set_aside(database: &Path) -> Result<(), Error> {
    let name = sibling(database, "set-aside")?;
    for ending in ["", "-wal", "-shm"] {
        let with_ending = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        };
        match std::fs::rename(with_ending(database), with_ending(&name)) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(file_error(&error, database)),
        }
    }
    Ok(())
}

/// A name beside that one which nobody else uses.
fn sibling(path: &Path, what: &str) -> Result<PathBuf, Error> {
    let tail: String = random::<8>()?.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{what}-{tail}"));
    Ok(PathBuf::from(name))
}

pub(crate) fn file_error(error: &std::io::Error, path: &Path) -> Error {
    let path = cut(&path.display().to_string(), MAX_SHOWN);
    Error::new(Code::CacheUnwritable, format!("`{path}` cannot be used: {error}"))
}
