//! How the server runs: every setting, its value and where the value came from (RUN-1).
//!
//! 1. A value is taken from the flags, else from the environment (`SBM_…`), else from the file, else it is the default.
//! 2. A key that does not exist is an error that names it, and so is a value that is not allowed. In the environment
//!    this holds for the sections (`SBM_LIMITS_…`); others that nobody knows are only reported.
//!    `SBM_CONFIG` names the file and `SBM_LOG` says how much is logged; neither is a setting.
//! 3. Everything that is wrong is told at once, each with key, value, origin and what to do.
//! 4. Loading reads; it writes nothing, makes no directory and opens no port.

pub mod advice;
pub mod codes;
pub mod error;
pub mod host;
mod listen;
mod log;
pub mod report;
mod resolved;
pub mod setting;
pub mod source;
mod value;

pub use codes::{CodesPlan, MailPlan, MailTls, SmsPlan};
pub use error::ConfigError;
pub use host::{HostName, HostNames};
pub use report::Report;
pub use setting::{SETTINGS, Setting};
pub use source::{Origin, Sources};

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;
use sbm_core::run::Retention;
use sbm_core::time::{HOUR, MINUTE};

use crate::auth::password::Cost;
use crate::outgoing::Place;
use crate::proxy::Proxies;
use crate::store::StoreUrl;
use source::Resolved;

/// Everything that can be set, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The directory that holds the database, the keys and the setup code.
    pub data_dir: PathBuf,
    /// Where the database is, without what is in the password file.
    pub store: StoreUrl,
    /// The file with the database's password, if there is one.
    pub store_password_file: Option<PathBuf>,
    /// The key file of a database that servers share.
    pub key_file: Option<PathBuf>,
    /// Where to listen; port 0 takes a free one.
    pub listen: Vec<SocketAddr>,
    /// Names and addresses under which the server is asked for, besides this machine's own.
    pub names: Vec<HostName>,
    /// The operator's own certificate, if there is one.
    pub tls: Option<OwnCertificate>,
    /// The proxies that are believed whom they speak for (NET-8).
    pub proxies: Proxies,
    /// How much is let in, and how long it may take.
    pub limits: Limits,
    /// How long a console session lasts.
    pub sessions: SessionLimits,
    /// How many passwords are hashed at once.
    pub hashing: Hashing,
    /// How long history is kept (HIS-7).
    pub history: Retention,
    /// When accounts are deleted that are to be.
    pub accounts: AccountsPlan,
    /// Where orders to erase go.
    pub erase: ErasePlan,
    /// How codes of a second factor are sent.
    pub codes: CodesPlan,
    /// The backups that the server makes of itself.
    pub backup: BackupPlan,
    /// Names in the environment that begin with `SBM_` and are nobody's: no setting of the server, the client or a tool.
    pub foreign_environment: Vec<String>,
    effective: Vec<Effective>,
}

/// The files of the operator's own certificate (RUN-4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnCertificate {
    /// The certificate and its chain, in PEM.
    pub certificate: PathBuf,
    /// Its key, in PEM.
    pub key: PathBuf,
}

/// How much is let in, and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most connections at once.
    pub connections: usize,
    /// The most connections at once from one address.
    pub connections_per_address: usize,
    /// The most requests at once (ERR-3).
    pub requests: usize,
    /// How long the TLS handshake may take.
    pub handshake: Duration,
    /// How long the head of a request may take, and a connection may idle.
    pub header: Duration,
    /// How long a request may take, its body and answer included.
    pub request: Duration,
    /// How long running requests may go on when the server stops.
    pub stop: Duration,
    /// The most bytes of a request that carries no profile and no history.
    pub request_bytes: usize,
    /// The most bytes of an upload.
    pub upload_bytes: usize,
    /// The most bytes of all requests that are being sent or worked on; a quarter of it for one address (ERR-3).
    pub buffered_bytes: usize,
}

/// How long a console session lasts, in milliseconds (RUN-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// Without use.
    pub idle: i64,
    /// In all.
    pub absolute: i64,
}

/// How many passwords are hashed at once (RUN-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hashing {
    /// At the same time.
    pub parallel: usize,
    /// Waiting for their turn; one more is refused as busy.
    pub waiting: usize,
    /// How dear a hash is; no setting, so that nobody makes it cheaper.
    pub cost: Cost,
}

/// When accounts are deleted that are to be (ACC-8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountsPlan {
    /// At which hour of the day, from 0 to 23.
    pub deletion_hour: u8,
    /// On whose clock.
    pub deletion_zone: TimeZone,
}

/// Where orders to erase go (ACC-8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasePlan {
    /// The storage's hook; without it they wait.
    pub hook: Option<Place>,
    /// The certificates that vouch for it; those that the system knows, if missing.
    pub authorities: Option<PathBuf>,
}

/// The backups that the server makes of itself (DOOR-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupPlan {
    /// Where they go; none are made without it.
    pub dir: Option<PathBuf>,
    /// How often.
    pub every: Duration,
    /// How many stay.
    pub keep: usize,
}

/// A setting with the value that counts and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// The key, as the file has it: `limits.connections`.
    pub key: &'static str,
    /// The value as text.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

impl Config {
    /// Reads the sources and checks every value.
    ///
    /// # Errors
    ///
    /// The first of what [`Config::check`] finds.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        Self::check(sources).map_err(|errors| errors.into_iter().next().unwrap_or_else(ConfigError::none))
    }

    /// Reads the sources, checks every value, and tells everything that is wrong at once.
    ///
    /// # Errors
    ///
    /// `config_unreadable` when the file cannot be read or is not TOML, `config_unknown_key`, `config_invalid`; at least one.
    pub fn check(sources: &Sources) -> Result<Self, Vec<ConfigError>> {
        let mut errors = Vec::new();
        let resolved = Resolved::from_sources(sources, &mut errors);
        match Self::from_resolved(&resolved) {
            Ok(config) if errors.is_empty() => Ok(config),
            Ok(_) => Err(errors),
            Err(error) => {
                errors.push(error);
                Err(errors)
            }
        }
    }

    fn from_resolved(resolved: &Resolved) -> Result<Self, ConfigError> {
        Ok(Self {
            data_dir: resolved.directory("data_dir")?,
            store: resolved.store()?,
            store_password_file: resolved.file("store_password_file")?,
            key_file: resolved.key_file()?,
            listen: resolved.listen()?,
            names: resolved.names("names")?,
            tls: resolved.own_certificate()?,
            proxies: resolved.proxies()?,
            limits: Limits::from_resolved(resolved)?,
            sessions: SessionLimits::from_resolved(resolved)?,
            hashing: Hashing {
                parallel: resolved.size("hashing.parallel")?,
                waiting: resolved.size("hashing.waiting")?,
                cost: Cost::STANDARD,
            },
            history: Retention { days: resolved.limit("history.keep_days")?, runs: resolved.limit("history.keep_runs")? },
            accounts: AccountsPlan {
                deletion_hour: u8::try_from(resolved.number("accounts.deletion_hour")?).unwrap_or_default(),
                deletion_zone: resolved.zone("accounts.deletion_zone")?,
            },
            erase: ErasePlan { hook: resolved.place("erase.hook")?, authorities: resolved.file("erase.authorities")? },
            codes: CodesPlan::from_resolved(resolved)?,
            backup: BackupPlan {
                dir: resolved.file("backup.dir")?,
                every: Duration::from_secs(resolved.number("backup.every_hours")?.saturating_mul(3_600)),
                keep: resolved.size("backup.keep")?,
            },
            foreign_environment: resolved.foreign.clone(),
            effective: resolved.effective(),
        })
    }

    /// Every setting in the order of the table, for `sbm-server config`.
    #[must_use]
    pub fn effective(&self) -> &[Effective] {
        &self.effective
    }

    /// The names for the `Host` check and the certificate: the configured ones, this machine's and `localhost`.
    #[must_use]
    pub fn host_names(&self) -> HostNames {
        HostNames::new(&self.names, host::machine_name())
    }
}

impl Limits {
    fn from_resolved(resolved: &Resolved) -> Result<Self, ConfigError> {
        let seconds = |key| resolved.number(key).map(Duration::from_secs);
        Ok(Self {
            connections: resolved.size("limits.connections")?,
            connections_per_address: resolved.size("limits.connections_per_address")?,
            requests: resolved.size("limits.requests")?,
            handshake: seconds("limits.handshake_seconds")?,
            header: seconds("limits.header_seconds")?,
            request: seconds("limits.request_seconds")?,
            stop: seconds("limits.stop_seconds")?,
            request_bytes: resolved.size("limits.request_bytes")?,
            upload_bytes: resolved.size("limits.upload_bytes")?,
            buffered_bytes: resolved.size("limits.buffered_bytes")?,
        })
    }
}

impl SessionLimits {
    fn from_resolved(resolved: &Resolved) -> Result<Self, ConfigError> {
        let span = |key, unit| Ok(i64::try_from(resolved.number(key)?).unwrap_or(i64::MAX).saturating_mul(unit));
        let (idle, absolute) = (span("sessions.idle_minutes", MINUTE)?, span("sessions.absolute_hours", HOUR)?);
        if idle <= absolute || resolved.is_wrong(&["sessions.idle_minutes", "sessions.absolute_hours"]) {
            Ok(Self { idle, absolute })
        } else {
            Err(resolved.refuse("sessions.idle_minutes", "must not be longer than `sessions.absolute_hours`"))
        }
    }
}

#[cfg(test)]
mod tests;
