//! Where the secrets lie that all servers of one database share: the CA, the root key, the token key and the signing keys.
//!
//! 1. A secret is written once and never changed: the first writer wins, and everybody goes on with what is there. So
//!    servers that start at once on a fresh database end with one CA and one set of keys (RUN-4, OFF-3).
//! 2. Beside a SQLite file they are files of the data directory, as ever. In a PostgreSQL they are rows, sealed under a
//!    key file that each server has ([`sealed`](super::sealed)).

use std::fmt::Debug;

use sbm_core::code::Code;
use thiserror::Error;
use zeroize::Zeroizing;

use super::key_file::KeyFileError;
use crate::data_dir::{DataDir, DataDirError};
use crate::store::StoreError;

/// The name of the CA.
pub const CA: &str = "ca.pem";
/// How the name of a key ends.
pub const KEY: &str = ".key";

/// A secret.
pub type Bytes = Zeroizing<Vec<u8>>;

/// Named secrets. It blocks its thread: in a handler, ask from a blocking task.
pub trait Vault: Debug + Send + Sync {
    /// The names of the secrets that there are.
    ///
    /// # Errors
    ///
    /// What the data directory or the store says.
    fn names(&self) -> Result<Vec<String>, VaultError>;

    /// The secret of that name; `None` when there is none.
    ///
    /// # Errors
    ///
    /// `store_damaged` when it is not what was written, whatever the data directory or the store says.
    fn read(&self, name: &str) -> Result<Option<Bytes>, VaultError>;

    /// Keeps a secret unless there is one of that name; gives what is there then.
    ///
    /// # Errors
    ///
    /// As [`Vault::read`]; `disk_full`.
    fn write_if_absent(&self, name: &str, bytes: &[u8]) -> Result<Bytes, VaultError>;

    /// Where the secret of that name lies, for a message.
    fn place(&self, name: &str) -> String;

    /// Whether the secrets go on when the database is put back from an older backup: then they tell that it was (OFF-3).
    fn outlives_the_store(&self) -> bool;

    /// Whether there is a secret of that name.
    ///
    /// # Errors
    ///
    /// As [`Vault::names`].
    fn has(&self, name: &str) -> Result<bool, VaultError> {
        Ok(self.names()?.iter().any(|found| found == name))
    }
}

/// Secrets that cannot be read or kept.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The data directory's own trouble.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// The store's own trouble.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key file's own trouble.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// A row is not what was sealed.
    #[error("{place} is damaged or was exchanged for another; restore the database from a backup")]
    Unsealable {
        /// Which.
        place: String,
    },
    /// Sealed rows, and nothing to tell a right key file by.
    #[error(
        "the database has secrets, but not the entry that tells whether a key file is theirs; restore the database from a backup"
    )]
    Unchecked,
}

impl VaultError {
    /// The code in the one table.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::DataDir(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::KeyFile(error) => error.code(),
            Self::Unsealable { .. } | Self::Unchecked => Code::StoreDamaged,
        }
    }
}

/// Whether the file of that name in a data directory is one of these secrets.
pub(crate) fn is_secret(name: &str) -> bool {
    let epoch = |name: &str| name.strip_prefix("signing-").is_some_and(|epoch| epoch.parse::<u64>().is_ok());
    name == CA || name.strip_suffix(KEY).is_some_and(|name| ["root", "token", "factor"].contains(&name) || epoch(name))
}

/// One server owns the directory: nobody writes a secret there meanwhile.
impl Vault for DataDir {
    fn names(&self) -> Result<Vec<String>, VaultError> {
        let mut names = Self::names(self)?;
        names.retain(|name| is_secret(name));
        names.sort();
        Ok(names)
    }

    fn read(&self, name: &str) -> Result<Option<Bytes>, VaultError> {
        Ok(self.read_secret(name)?)
    }

    fn write_if_absent(&self, name: &str, bytes: &[u8]) -> Result<Bytes, VaultError> {
        if let Some(there) = self.read_secret(name)? {
            return Ok(there);
        }
        self.write_secret(name, bytes)?;
        Ok(Zeroizing::new(bytes.to_vec()))
    }

    fn place(&self, name: &str) -> String {
        format!("`{}`", self.file(name).display())
    }

    fn outlives_the_store(&self) -> bool {
        true
    }
}
