//! What can be wrong with a data directory.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sbm_core::code::Code;
use thiserror::Error;

/// A data directory that the server does not start with, or cannot go on with.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataDirError {
    /// Another server holds it.
    #[error("another server uses the data directory `{}`; stop it first, or set `data_dir`", path.display())]
    Locked {
        /// The directory.
        path: PathBuf,
    },
    /// It is something else.
    #[error("`{}` is not a directory; set `data_dir`", path.display())]
    NotADirectory {
        /// What was named.
        path: PathBuf,
    },
    /// It is a directory, a pipe or a device.
    #[error("`{}` is not a file", path.display())]
    NotAFile {
        /// What was named.
        path: PathBuf,
    },
    /// There is none.
    #[error("there is no data directory `{}`; name the server's with --data-dir", path.display())]
    Missing {
        /// What was named.
        path: PathBuf,
    },
    /// It is somebody else's.
    #[error("`{}` belongs to the user with the number {owner}, and this is {own}; run it as its owner, with `sudo -u '#{owner}'`", path.display())]
    NotOwner {
        /// The directory.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Who asks.
        own: u32,
    },
    /// Others than its owner can get at it.
    #[error("`{}` can be read or written by others than its owner (mode {mode:03o}); if that was never so while it held secrets, take their access away with `chmod {} {}`", path.display(), owner_only(path), path.display())]
    ReadableByOthers {
        /// The directory or file.
        path: PathBuf,
        /// The permission bits.
        mode: u32,
    },
    /// It is on another machine.
    #[error("`{}` is on a network file system (`{kind}`), whose locks cannot be relied on; set `{setting}` to a local disk", path.display())]
    NetworkFileSystem {
        /// The directory.
        path: PathBuf,
        /// The kind, as the operating system calls it.
        kind: String,
        /// The setting that names it.
        setting: &'static str,
    },
    /// A file is larger than anything the server writes there.
    #[error("`{}` is larger than anything the server writes there", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gives no random bytes")]
    NoRandomness,
    /// The operating system refused.
    #[error("cannot {act} `{}`: {source}", path.display())]
    Io {
        /// What was tried.
        act: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}

/// The mode that leaves a directory or file to its owner.
fn owner_only(path: &Path) -> &'static str {
    if path.is_dir() { "700" } else { "600" }
}

impl DataDirError {
    /// The code in the one table.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Locked { .. } => Code::StoreLocked,
            Self::Missing { .. } => Code::InvalidArgument,
            Self::NotOwner { .. } => Code::StoreUnavailable,
            Self::NotADirectory { .. }
            | Self::NotAFile { .. }
            | Self::ReadableByOthers { .. }
            | Self::NetworkFileSystem { .. } => Code::ConfigInvalid,
            Self::TooLarge { .. } => Code::StoreDamaged,
            Self::NoRandomness => Code::Internal,
            Self::Io { source, .. } if matches!(source.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
                Code::DiskFull
            }
            Self::Io { .. } => Code::StoreUnavailable,
        }
    }

    pub(crate) fn io(act: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { act, path: path.into(), source }
    }
}
