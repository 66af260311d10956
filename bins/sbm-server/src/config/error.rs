//! What can be wrong with a configuration.

use std::path::PathBuf;

use sbm_core::code::Code;
use thiserror::Error;

use super::setting::{SETTINGS, Setting};
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
    /// The file is not text.
    #[error("the configuration file `{}` is not UTF-8 text: line {line}; save it as UTF-8", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// The file is no configuration.
    #[error("the configuration file `{}` has more than {limit} bytes; a configuration is shorter, so that this is another file", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most bytes.
        limit: u64,
    },
    /// There is no such setting.
    #[error("there is no setting `{key}` ({origin}); {}", remedy(meant.as_deref()))]
    UnknownKey {
        /// The key.
        key: String,
        /// Where it stands.
        origin: Origin,
        /// The setting whose name is much the same.
        meant: Option<String>,
    },
    /// A value is not allowed.
    #[error("{} ({origin}): {reason}", refused(key, value))]
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
            Self::Unreadable { .. } | Self::NotToml { .. } | Self::NotText { .. } | Self::TooLarge { .. } => {
                Code::ConfigUnreadable
            }
            Self::UnknownKey { .. } => Code::ConfigUnknownKey,
            Self::Invalid { .. } => Code::ConfigInvalid,
        }
    }

    /// The setting whose value is wrong, if it is about one.
    pub(super) fn setting(&self) -> Option<&str> {
        match self {
            Self::Invalid { key, .. } => Some(key),
            _ => None,
        }
    }

    /// What stands in for an error that nobody told.
    pub(super) fn none() -> Self {
        Self::unknown_key("", Origin::Default)
    }

    pub(super) fn unknown_key(key: impl Into<String>, origin: Origin) -> Self {
        let key = key.into();
        let meant = similar(&key, origin);
        Self::UnknownKey { key, origin, meant }
    }
}

fn refused(key: &str, value: &str) -> String {
    if value.is_empty() {
        format!("nothing is given for the setting `{key}`")
    } else {
        format!("`{value}` is not allowed for the setting `{key}`")
    }
}

fn remedy(meant: Option<&str>) -> String {
    match meant {
        Some(meant) => format!("did you mean `{meant}`? `sbm-server config` lists every setting"),
        None => "`sbm-server config` lists every setting".into(),
    }
}

/// The setting that was probably meant, spelt as at that place.
pub(super) fn similar(key: &str, origin: Origin) -> Option<String> {
    let spelt = |setting: &Setting| match origin {
        Origin::Environment => setting.environment(),
        _ => setting.key.to_owned(),
    };
    let likeness = |name: &String| strsim::jaro_winkler(key, name);
    let names = SETTINGS.iter().map(spelt);
    names.filter(|name| likeness(name) > 0.9).max_by(|one, other| likeness(one).total_cmp(&likeness(other)))
}
