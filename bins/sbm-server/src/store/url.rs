//! Where the database is, as one text: the setting `store` (DOOR-2).
//!
//! 1. `sqlite:` is the file in the data directory, `sqlite:PATH` a file elsewhere on this machine, and
//!    `postgres://user@host/database` a PostgreSQL.
//! 2. A password is never shown: neither by [`Display`](fmt::Display) nor by an error, which names what is wrong and
//!    repeats nothing of what was given, since half of a password may stand anywhere in a text that is misspelt.
//! 3. Beyond this machine the connection is encrypted and the certificate verified, unless somebody says otherwise in so
//!    many words (`sslmode=disable`). What sounds safe and is not (`require`, `prefer`) is refused.

mod parse;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sbm_core::wire::v1::session::Secret;

use crate::config::HostName;

/// The port of a PostgreSQL that nobody configured otherwise.
pub const DEFAULT_PORT: u16 = 5432;

/// What stands for a password that is not shown. No password is spelt so.
pub(crate) const HIDDEN: &str = "***";

/// What needs no escape in a part of the text.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same for a path as the value of a parameter, which is easier to read with its slashes.
const PATH: &AsciiSet = &PART.remove(b'/');

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreUrl {
    /// A SQLite file; without a path the one in the data directory.
    Sqlite(Option<PathBuf>),
    /// A PostgreSQL.
    Postgres(PostgresUrl),
}

/// A PostgreSQL and how to get in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostgresUrl {
    /// The role.
    pub user: String,
    /// Its password, if the database asks for one.
    pub password: Option<Secret>,
    /// Where it listens; with several, the one that can be written to. At least one.
    pub hosts: Vec<PostgresHost>,
    /// The database.
    pub database: String,
    /// How the connection is protected.
    pub tls: Tls,
}

/// Where a PostgreSQL listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostgresHost {
    /// On the network.
    Tcp {
        /// Its name or address.
        host: HostName,
        /// Its port.
        port: u16,
    },
    /// At a socket of this machine.
    Unix {
        /// The directory of the socket.
        directory: PathBuf,
        /// The number in the socket's name.
        port: u16,
    },
}

/// How a connection is protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Not at all.
    Off,
    /// Encrypted, with a certificate that is for the host and comes from one of these CAs.
    Verified {
        /// The CAs, in PEM; without, those of the system.
        roots: Option<PathBuf>,
    },
}

/// A text that says of no database where it is. It repeats nothing of the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadStoreUrl(pub(crate) String);

impl FromStr for StoreUrl {
    type Err = BadStoreUrl;

    fn from_str(text: &str) -> Result<Self, BadStoreUrl> {
        parse::store(text)
    }
}

impl StoreUrl {
    /// A text that was given for one and may be none, without what may be a secret in it.
    #[must_use]
    pub fn without_secrets(text: &str) -> String {
        match text.parse::<Self>() {
            Ok(url) => url.to_string(),
            Err(_) => text
                .split_once("://")
                .filter(|(scheme, _)| is_scheme(scheme))
                .map_or_else(|| "...".to_owned(), |(scheme, _)| format!("{scheme}://...")),
        }
    }

    /// The PostgreSQL, if it is one.
    #[must_use]
    pub const fn postgres(&self) -> Option<&PostgresUrl> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(url) => Some(url),
        }
    }
}

impl PostgresUrl {
    /// The same with this password.
    #[must_use]
    pub fn with_password(self, password: Secret) -> Self {
        Self { password: Some(password), ..self }
    }

    /// The first place on another machine, if there is one.
    #[must_use]
    pub fn elsewhere(&self) -> Option<&PostgresHost> {
        self.hosts.iter().find(|host| !host.is_here())
    }
}

impl PostgresHost {
    /// Whether nothing that is sent there leaves this machine.
    #[must_use]
    pub fn is_here(&self) -> bool {
        match self {
            Self::Unix { .. } => true,
            Self::Tcp { host: HostName::Address(address), .. } => address.is_loopback(),
            Self::Tcp { host: HostName::Name(name), .. } => name == "localhost",
        }
    }
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(None) => f.write_str("sqlite:"),
            Self::Sqlite(Some(path)) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => fmt::Display::fmt(url, f),
        }
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postgres://{}", utf8_percent_encode(&self.user, PART))?;
        if self.password.is_some() {
            write!(f, ":{HIDDEN}")?;
        }
        for (index, host) in self.hosts.iter().enumerate() {
            write!(f, "{}{host}", if index == 0 { '@' } else { ',' })?;
        }
        write!(f, "/{}", utf8_percent_encode(&self.database, PART))?;
        if self.hosts.iter().all(|host| matches!(host, PostgresHost::Unix { .. })) {
            return Ok(());
        }
        match &self.tls {
            Tls::Off => f.write_str("?sslmode=disable"),
            Tls::Verified { roots: None } => f.write_str("?sslmode=verify-full"),
            Tls::Verified { roots: Some(path) } => {
                write!(f, "?sslmode=verify-full&sslrootcert={}", utf8_percent_encode(&path.to_string_lossy(), PATH))
            }
        }
    }
}

impl fmt::Display for PostgresHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let port = match self {
            Self::Tcp { host: HostName::Address(address), port } if address.is_ipv6() => {
                write!(f, "[{address}]")?;
                *port
            }
            Self::Tcp { host, port } => {
                write!(f, "{host}")?;
                *port
            }
            Self::Unix { directory, port } => {
                write!(f, "{}", utf8_percent_encode(&directory.to_string_lossy(), PART))?;
                *port
            }
        };
        if port == DEFAULT_PORT { Ok(()) } else { write!(f, ":{port}") }
    }
}

#[cfg(test)]
mod tests;
