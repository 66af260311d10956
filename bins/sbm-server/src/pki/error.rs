//! What can be wrong with keys and certificates.

use std::path::PathBuf;

use sbm_core::code::Code;
use thiserror::Error;

use super::vault::VaultError;
use crate::data_dir::DataDirError;

/// Keys or certificates that cannot be used or made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PkiError {
    /// The data directory's own trouble.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// The vault's own trouble.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A key is not what the server wrote.
    #[error("{place} is damaged; put it back from a backup: clients know this server by it")]
    Damaged {
        /// Which.
        place: String,
    },
    /// A key is gone while others are there.
    #[error("{place} is missing; put it back from a backup: clients know this server by it")]
    Missing {
        /// Which.
        place: String,
    },
    /// The operator's own certificate or key cannot be used.
    #[error("`{}` cannot be used: {reason}", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// Why not, and what to do.
        reason: String,
    },
    /// The cryptographic library refused.
    #[error("no key or certificate could be made: {reason}")]
    Generation {
        /// What it said.
        reason: String,
    },
}

impl PkiError {
    /// The code in the one table.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::DataDir(error) => error.code(),
            Self::Vault(error) => error.code(),
            Self::Damaged { .. } | Self::Missing { .. } => Code::StoreDamaged,
            Self::Certificate { .. } => Code::CertificateInvalid,
            Self::Generation { .. } => Code::Internal,
        }
    }

    pub(super) fn generation(error: impl std::fmt::Display) -> Self {
        Self::Generation { reason: error.to_string() }
    }
}
