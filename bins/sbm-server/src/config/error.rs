//! What can be wrong with a configuration.

use std::path::PathBuf;

use sbm_core::code::Code;
use thiserror::Error;

use super::source::Origin;

/// A configuration that the server does not start with.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file `{}` cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("the configuration file `{}` is not valid TOML: line {line}: {reason}", path.display())]
    NotToml {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no such setting.
    #[error("there is no setting `{key}` ({origin}); `sbm-server config` lists every setting")]
    UnknownKey {
        /// The key.
        key: String,
        /// Where it stands.
        origin: Origin,
    },
    /// A value is not allowed.
    #[error("`{value}` is not allowed for the setting `{key}` ({origin}): {reason}")]
    Invalid {
        /// The setting.
        key: String,
        /// The value, as it was given.
        value: String,
        /// Where it stands.
        origin: Origin,
        /// What is allowed.
        reason: String,
    },
}

impl ConfigError {
    /// The code in the one table.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Unreadable { .. } | Self::NotToml { .. } => Code::ConfigUnreadable,
            Self::UnknownKey { .. } => Code::ConfigUnknownKey,
            Self::Invalid { .. } => Code::ConfigInvalid,
        }
    }

    pub(super) fn unknown_key(key: impl Into<String>, origin: Origin) -> Self {
        Self::UnknownKey { key: key.into(), origin }
    }
}
