//! What can go wrong with a backup.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sbm_core::code::Code;
use sbm_core::directory::Refusal;
use thiserror::Error;

use crate::data_dir::DataDirError;
use crate::pki::key_file::KeyFileError;
use crate::pki::{PkiError, VaultError};
use crate::service::refusal;
use crate::store::StoreError;

/// Why a backup was not made, is not good, or did not come back.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BackupError {
    /// What was named is no backup, or not as it was made.
    #[error("`{}` is no backup that can be used: {why}; take another one", path.display())]
    Invalid {
        /// The backup, or the file of it.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Nobody said where it goes.
    #[error("nobody said where the backup goes; name a directory with `--to`, or set `backup.dir`")]
    NoPlace,
    /// Another one is being made there.
    #[error("another backup is being made in `{}`; wait until it is done", path.display())]
    Busy {
        /// The directory.
        path: PathBuf,
    },
    /// It holds sealed keys.
    #[error("the keys in `{}` are sealed; name the key file of its database with `--backup-key-file`", path.display())]
    KeyNeeded {
        /// The backup.
        path: PathBuf,
    },
    /// Its keys are sealed under another key file.
    #[error("the key file `{}` is not the one that the keys in `{}` are sealed under; name that one with `--backup-key-file`", key.display(), path.display())]
    OtherKey {
        /// The backup.
        path: PathBuf,
        /// The key file that was named.
        key: PathBuf,
    },
    /// There is something where it is to come back.
    #[error("`{place}` is not empty: there is `{found}`; a backup comes back into an empty place only, name another one")]
    NotEmpty {
        /// The place.
        place: String,
        /// What is there.
        found: String,
    },
    /// No server ever started on the database.
    #[error("no server ever started on `{place}`, so there is nothing to keep; start the server once")]
    Unused {
        /// The database.
        place: String,
    },
    /// The server stops.
    #[error("the backup was broken off, because the server stops")]
    Stopped,
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
    /// What the settings lead to cannot be opened.
    #[error("{}", .0.message)]
    Place(Refusal),
    /// The database's own trouble.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The data directory's own trouble.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// The secrets' own trouble.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The keys' own trouble.
    #[error(transparent)]
    Pki(#[from] PkiError),
    /// The key file's own trouble.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
}

impl BackupError {
    /// The code in the one table.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Invalid { .. } => Code::BackupInvalid,
            Self::NoPlace | Self::KeyNeeded { .. } | Self::OtherKey { .. } | Self::Unused { .. } => Code::InvalidArgument,
            Self::Busy { .. } => Code::Busy,
            Self::NotEmpty { .. } => Code::StoreNotEmpty,
            Self::Stopped => Code::Cancelled,
            Self::Io { source, .. } if matches!(source.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
                Code::DiskFull
            }
            Self::Io { .. } => Code::StoreUnavailable,
            Self::Place(refusal) => refusal.code,
            Self::Store(error) => error.code(),
            Self::DataDir(error) => error.code(),
            Self::Vault(error) => error.code(),
            Self::Pki(error) => error.code(),
            Self::KeyFile(error) => error.code(),
        }
    }

    /// The error as a refusal.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        refusal(self.code(), self.to_string())
    }

    /// What is wrong with a backup.
    pub(super) fn invalid(path: &Path, why: impl std::fmt::Display) -> Self {
        Self::Invalid { path: path.into(), why: cut(&why.to_string()) }
    }

    pub(super) fn io(act: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { act, path: path.into(), source }
    }
}

/// What a stranger wrote, cut so that a message stays one, and without what a terminal would obey.
fn cut(text: &str) -> String {
    text.chars().take(400).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
