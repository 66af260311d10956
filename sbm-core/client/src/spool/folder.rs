//! The folder on disk: whose it is, what lies where, and what is read of a file that anybody may have put there.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, ReadDir};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use sbm_core::code::Code;
use sbm_core::id::RunId;
use sbm_core::name::marked;
use sbm_core::run::record::cut;
use sbm_core::run::spool::{Fault, MAX_FILE};

use crate::error::Error;
use crate::plain;
use crate::store::disk::{create_directory, file_error, try_lock};
use crate::store::locked::Locked;

/// What is claimed lies there.
const TAKING: &str = "taking";
/// What is bad lies there.
const BAD: &str = "bad";
/// Who looks after the folder holds this one's lock, in `taking`.
const LOCK: &str = "lock";
/// What stands behind a bad file's name in that of its reason.
const REASON: &str = ".reason.txt";
/// The ending of a spool file.
const ENDING: &str = ".json";
/// Between a run's id and the name that its file had.
const BETWEEN: &str = "--";
/// The most bytes of a file's name that are kept.
const MAX_STEM: usize = 120;

/// A folder and what it keeps for itself.
pub(super) struct Folder {
    place: PathBuf,
    taking: PathBuf,
    bad: PathBuf,
    _alone: Locked,
}

/// What lies under a name.
pub(super) enum Content {
    /// Nothing any more.
    Gone,
    /// A plain file.
    Bytes(Vec<u8>),
    /// Something else, or it cannot be read.
    Fault(Fault),
}

impl Folder {
    pub(super) fn open(place: &Path) -> Result<Self, Error> {
        let place = std::path::absolute(place).map_err(|error| file_error(&error, place))?;
        create_directory(&place)?;
        let about = fs::metadata(&place).map_err(|error| file_error(&error, &place))?;
        if !about.is_dir() {
            return Err(refused(&place, "it is no directory"));
        }
        check_folder(&about).map_err(|reason| refused(&place, &reason))?;
        let (taking, bad) = (own(&place, TAKING)?, own(&place, BAD)?);
        let Some(alone) = try_lock(&taking.join(LOCK))? else {
            let message =
                format!("another process looks after the spool folder `{}`; stop it, or name another folder", place.display());
            return Err(Error::new(Code::CacheBusy, message));
        };
        Ok(Self { place, taking, bad, _alone: Locked::new(alone) })
    }

    pub(super) fn place(&self) -> &Path {
        &self.place
    }

    pub(super) fn taking(&self) -> &Path {
        &self.taking
    }

    pub(super) fn bad(&self) -> &Path {
        &self.bad
    }

    pub(super) fn own(&self, name: &str) -> Result<PathBuf, Error> {
        own(&self.place, name)
    }

    /// The entries of the folder.
    pub(super) fn read(&self) -> Result<ReadDir, Error> {
        fs::read_dir(&self.place).map_err(|error| file_error(&error, &self.place))
    }

    /// What is claimed, in the order of the claims.
    pub(super) fn begun(&self, most: usize) -> Result<Vec<OsString>, Error> {
        let entries = fs::read_dir(&self.taking).map_err(|error| file_error(&error, &self.taking))?;
        let mut names: Vec<OsString> =
            entries.flatten().map(|entry| entry.file_name()).filter(|name| name != LOCK).take(most).collect();
        names.sort();
        Ok(names)
    }

    /// How many bad files there are.
    pub(super) fn count_bad(&self) -> Result<usize, Error> {
        let entries = fs::read_dir(&self.bad).map_err(|error| file_error(&error, &self.bad))?;
        Ok(entries.flatten().filter(|entry| !entry.file_name().to_string_lossy().ends_with(REASON)).count())
    }

    /// Gives a file the name that says that it is claimed, and under which id.
    pub(super) fn claim(&self, path: &Path, id: &RunId, name: &OsStr) -> io::Result<PathBuf> {
        let claimed = self.taking.join(format!("{id}{BETWEEN}{}", safe(name)));
        fs::rename(path, &claimed)?;
        Ok(claimed)
    }

    /// Claims are on disk when this returns: a power cut takes none back behind its record.
    pub(super) fn settle(&self) -> Result<(), Error> {
        for directory in [&self.taking, &self.place] {
            sync_directory(directory).map_err(|error| file_error(&error, directory))?;
        }
        Ok(())
    }

    /// A name in `bad/` that nothing has.
    pub(super) fn place_in_bad(&self, name: &OsStr) -> String {
        let name = safe(name);
        let stem = name.strip_suffix(ENDING).unwrap_or(&name);
        let is_free = |name: &String| fs::symlink_metadata(self.bad.join(name)).is_err();
        let mut numbered = (2_u32..).map(|number| format!("{stem}-{number}{ENDING}"));
        if is_free(&name) { name } else { numbered.find(is_free).unwrap_or(name) }
    }

    /// Writes why, before the file comes: a file without its reason is never there.
    pub(super) fn write_reason(&self, place: &str, reason: &str) -> io::Result<()> {
        fs::write(self.reason(place), format!("{reason}\n"))
    }

    /// The file did not come.
    pub(super) fn forget_reason(&self, place: &str) {
        // A reason without a file is written over by the next one.
        drop(fs::remove_file(self.reason(place)));
    }

    fn reason(&self, place: &str) -> PathBuf {
        self.bad.join(format!("{place}{REASON}"))
    }
}

impl std::fmt::Debug for Folder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Folder").field("place", &self.place).finish_non_exhaustive()
    }
}

/// Whether somebody means that name for the spool.
pub(super) fn is_spooled(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    let ending = bytes.len().checked_sub(ENDING.len()).and_then(|at| bytes.get(at..));
    !bytes.starts_with(b".") && ending.is_some_and(|ending| ending.eq_ignore_ascii_case(ENDING.as_bytes()))
}

/// The name as it may stand in a file's name and on a terminal, and not too long.
pub(super) fn safe(name: &OsStr) -> String {
    let text = name.to_string_lossy();
    let seen: String = marked(&text).map(|(c, hidden)| if hidden { '_' } else { c }).collect();
    let stem = seen.len().checked_sub(ENDING.len()).filter(|_| is_spooled(OsStr::new(&seen))).and_then(|at| seen.get(..at));
    format!("{}{ENDING}", cut(stem.unwrap_or(&seen), MAX_STEM))
}

/// The id and the name in the name of a claimed file.
pub(super) fn claimed(name: &OsStr) -> Option<(RunId, OsString)> {
    let (id, name) = name.to_str()?.split_once(BETWEEN)?;
    let run: RunId = id.parse().ok()?;
    (run.to_string() == id).then(|| (run, name.into()))
}

/// What lies under that name itself.
pub(super) fn content(path: &Path) -> Content {
    let unreadable = |error: &io::Error| match error.kind() {
        ErrorKind::NotFound => Content::Gone,
        // Some systems do not let a file be read that is being written.
        _ => Content::Fault(Fault::unfinished(&format!("the file cannot be read: {error}"))),
    };
    let about = match fs::symlink_metadata(path) {
        Ok(about) => about,
        Err(error) => return unreadable(&error),
    };
    if let Some(kind) = other_kind(&about) {
        return Content::Fault(Fault::new(&format!("it is a {kind}; only plain files are taken")));
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_FILE).unwrap_or(u64::MAX).saturating_add(1);
    match plain::open_here(path).and_then(|file: File| file.take(limit).read_to_end(&mut bytes)) {
        Ok(_) => Content::Bytes(bytes),
        Err(error) => unreadable(&error),
    }
}

/// What it is if it is no plain file.
fn other_kind(about: &Metadata) -> Option<&'static str> {
    let kind = about.file_type();
    if kind.is_file() {
        return None;
    }
    if kind.is_symlink() {
        return Some("symbolic link");
    }
    if kind.is_dir() {
        return Some("directory");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return Some("pipe");
        }
        if kind.is_socket() {
            return Some("socket");
        }
    }
    Some("device")
}

/// A directory in the folder that is its owner's alone.
fn own(place: &Path, name: &str) -> Result<PathBuf, Error> {
    let path = place.join(name);
    create_directory(&path)?;
    let about = fs::symlink_metadata(&path).map_err(|error| file_error(&error, &path))?;
    if !about.is_dir() {
        return Err(refused(&path, "it is no directory"));
    }
    check_own(&about).map_err(|reason| refused(&path, &reason))?;
    Ok(path)
}

fn refused(path: &Path, reason: &str) -> Error {
    Error::new(Code::ConfigInvalid, format!("`{}` cannot be a spool folder: {reason}", path.display()))
}

/// Whoever may write a folder without the sticky bit may put something else in place of what lies in it.
#[cfg(unix)]
fn check_folder(about: &Metadata) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt as _;

    let (mode, owner) = (about.mode() & 0o7777, about.uid());
    if owner != 0 && owner != rustix::process::geteuid().as_raw() {
        return Err(format!("it belongs to user {owner}; it is for root or the user of this program to own it"));
    }
    if mode & 0o022 != 0 && mode & 0o1000 == 0 {
        return Err(format!(
            "others may write it (mode {mode:04o}) and it has no sticky bit; give it mode 0700, or 1770 for a group"
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn check_folder(_: &Metadata) -> Result<(), String> {
    Ok(())
}

#[cfg(unix)]
fn check_own(about: &Metadata) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt as _;

    let (mode, owner) = (about.mode() & 0o777, about.uid());
    if owner != rustix::process::geteuid().as_raw() {
        return Err(format!("it belongs to user {owner}; it is for the user of this program to own it"));
    }
    if mode & 0o022 != 0 { Err(format!("others may write it (mode {mode:03o}); give it mode 700")) } else { Ok(()) }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn check_own(_: &Metadata) -> Result<(), String> {
    Ok(())
}

#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}
