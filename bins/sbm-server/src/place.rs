//! Where a server's data is: its data directory, the database that the setting `store` names, and the vault beside it.
//!
//! 1. A SQLite file has one server and lies on a local disk; its secrets are files of the data directory (ERR-4).
//! 2. A PostgreSQL has any number of servers. Each has a data directory of its own, for its certificate, its lock and, on
//!    one of them, the setup code, and the key file that is the same on all.
//! 3. What cannot be opened is told before anything is answered or made.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::directory::Refusal;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::session::Secret;

use crate::backup::staged::{refuse_begun, remove_copy};
use crate::config::Config;
use crate::data_dir::{Beside, DataDir, DataDirError, Holding, read_private};
use crate::pki::{KeyFile, SealedVault, Vault, VaultError};
use crate::running::{Wait, Watch};
use crate::service::refusal;
use crate::store::sqlite::FILE;
use crate::store::url::{PostgresUrl, StoreUrl};
use crate::store::{Postgres, Secrets, Sqlite, Store, StoreError, retention};

/// The most bytes of a password.
const MAX_PASSWORD: usize = 1_024;

/// A server's data, opened.
#[derive(Clone)]
pub struct Opened {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The secrets.
    pub vault: Arc<dyn Vault>,
    /// The data directory.
    pub data_dir: Arc<DataDir>,
}

/// Opens everything for a server.
///
/// # Errors
///
/// What the data directory, the key file or the database say, as one sentence with a code.
pub fn open(config: &Config) -> Result<Opened, Refusal> {
    let data_dir = DataDir::open_for(&config.data_dir, holding(&config.store)).map_err(|error| told(&error))?;
    let data_dir = Arc::new(data_dir);
    match &config.store {
        StoreUrl::Sqlite(_) => {
            let file = sqlite_file(config, data_dir.path())?;
            refuse_begun(&data_dir, &file).map_err(|error| error.refusal())?;
            let store = Sqlite::open_file(&file).map_err(|error| of_store(&error))?;
            let vault: Arc<dyn Vault> = Arc::<DataDir>::clone(&data_dir);
            Ok(Opened { store: Arc::new(store), vault, data_dir })
        }
        StoreUrl::Postgres(_) => {
            // It holds what the database does, for everybody who reads the directory.
            remove_copy(&data_dir).map_err(|error| error.refusal())?;
            let (store, vault) = open_postgres(config)?;
            Ok(Opened { store, vault: Arc::new(vault), data_dir })
        }
    }
}

/// The database for a local tool, beside a running server or with none (RUN-3).
pub struct OpenedBeside {
    /// The database.
    pub store: Arc<dyn Store>,
    /// Who else is there, where the data directory tells it.
    pub beside: Option<Beside>,
}

/// Opens the database for a local tool of the owner's: of the data directory's, or of whoever has the key file.
///
/// # Errors
///
/// As [`open`]; `store_unavailable` when there is no database yet. Nothing is made.
pub fn open_beside(config: &Config) -> Result<OpenedBeside, Refusal> {
    let StoreUrl::Sqlite(_) = &config.store else {
        return Ok(OpenedBeside { store: open_postgres(config)?.0, beside: None });
    };
    let beside = DataDir::open_beside(&config.data_dir).map_err(|error| told(&error))?;
    let file = sqlite_file(config, beside.path())?;
    let store = match &beside {
        Beside::Alone(_) if !file.exists() => {
            Err(StoreError::Unavailable(format!("there is no `{}`; start the server once", file.display()).into()))
        }
        Beside::Alone(_) => Sqlite::open_file(&file),
        Beside::Server(_) => Sqlite::open_file_beside(&file),
    };
    Ok(OpenedBeside { store: Arc::new(store.map_err(|error| of_store(&error))?), beside: Some(beside) })
}

/// How many runs retention would let go now; beside a running server or with none.
///
/// # Errors
///
/// As [`open_beside`].
pub fn past_retention(config: &Config, now: Timestamp) -> Result<u64, Refusal> {
    let OpenedBeside { store, beside: _held } = open_beside(config)?;
    retention::look(&*store, config.history, now, 0).map(|found| found.left).map_err(|error| of_store(&error))
}

/// Connects to the database as a server would, and changes nothing there. A SQLite file is not opened.
///
/// # Errors
///
/// What the key file or the database say.
pub fn probe(config: &Config) -> Result<(), Refusal> {
    match url_with_password(config)? {
        None => Ok(()),
        Some(url) => Postgres::probe(&url).map_err(|error| of_store(&error)),
    }
}

/// Looks how the file of a SQLite store begins, and changes nothing. One that is missing is made at the start.
///
/// # Errors
///
/// As [`open`].
pub(crate) fn look_at_sqlite(config: &Config) -> Result<(), Refusal> {
    match &config.store {
        StoreUrl::Sqlite(_) => Sqlite::look(&sqlite_file(config, &config.data_dir)?).map_err(|error| of_store(&error)),
        StoreUrl::Postgres(_) => Ok(()),
    }
}

/// The PostgreSQL of the setting `store`, with the password of the setting `store_password_file`; `None` when it is none.
///
/// # Errors
///
/// `config_invalid` when the file cannot be read, others can, or it holds no password.
pub fn url_with_password(config: &Config) -> Result<Option<PostgresUrl>, Refusal> {
    let Some(url) = config.store.postgres().cloned() else { return Ok(None) };
    match &config.store_password_file {
        None => Ok(Some(url)),
        Some(path) => Ok(Some(url.with_password(read_password(path)?))),
    }
}

/// A password from a file that its owner alone can read.
pub(crate) fn read_password(path: &Path) -> Result<Secret, Refusal> {
    let bad = |reason: &str| refusal(Code::ConfigInvalid, format!("the password file `{}` {reason}", path.display()));
    let bytes = read_private(path).map_err(|error| told(&error))?.ok_or_else(|| bad("is not there"))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| bad("is not UTF-8 text"))?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(bad("is empty; write the password into it, as one line"));
    }
    if line.len() > MAX_PASSWORD || line.chars().any(char::is_control) {
        return Err(bad("holds something else than one line with a password"));
    }
    Ok(Secret::new(line))
}

/// The database and its secrets, for a server.
fn open_postgres(config: &Config) -> Result<(Arc<dyn Store>, SealedVault), Refusal> {
    let (store, vault) = connected(config, Postgres::open)?;
    Ok((store, vault))
}

/// The same for `sbm-server move`: also a database that was moved away or is being filled.
pub(crate) fn open_to_move(config: &Config) -> Result<(Arc<Postgres>, SealedVault), Refusal> {
    connected(config, Postgres::open_to_move)
}

/// Whether the PostgreSQL of the settings has the schema of this program; changes nothing.
pub(crate) fn is_up(config: &Config) -> Result<bool, Refusal> {
    match url_with_password(config)? {
        None => Ok(false),
        Some(url) => Postgres::is_up(&url).map_err(|error| of_store(&error)),
    }
}

/// The key file is read before the database is asked for anything.
fn connected(
    config: &Config,
    open: impl FnOnce(&PostgresUrl) -> Result<Postgres, StoreError>,
) -> Result<(Arc<Postgres>, SealedVault), Refusal> {
    let (Some(url), Some(key_file)) = (url_with_password(config)?, &config.key_file) else {
        return Err(refusal(Code::ConfigInvalid, "`store` is a PostgreSQL, and `key_file` is not set"));
    };
    let key = KeyFile::read(key_file).map_err(|error| refusal(error.code(), error.to_string()))?;
    let store = Arc::new(open(&url).map_err(|error| of_store(&error))?);
    let secrets: Arc<dyn Secrets> = Arc::<Postgres>::clone(&store);
    let vault = SealedVault::open(secrets, key, url.to_string());
    Ok((store, vault.map_err(|error| of_vault(&error))?))
}

/// The vault of a PostgreSQL with a key file that is not in the settings, to seal its secrets anew.
///
/// # Errors
///
/// As [`open`]; `config_invalid` when the store is a SQLite file; `store_locked` while a server runs on it, which would go on
/// with the key file of before and could not take up or keep a secret any more. `wait` is told of one that has to be watched.
pub fn open_vault(config: &Config, key_file: PathBuf, wait: &mut Wait<'_>) -> Result<SealedVault, Refusal> {
    let mut config = config.clone();
    config.key_file = Some(key_file);
    if config.store.postgres().is_none() {
        return Err(refusal(
            Code::ConfigInvalid,
            "`store` is a SQLite file, whose keys are files of the data directory, not sealed under a key file",
        ));
    }
    let (store, vault) = open_postgres(&config)?;
    Watch::default().refuse_running(&*store, &config.store.to_string(), wait)?;
    Ok(vault)
}

/// What the data directory has to be good for.
#[must_use]
pub const fn holding(store: &StoreUrl) -> Holding {
    match store {
        StoreUrl::Sqlite(_) => Holding::Database,
        StoreUrl::Postgres(_) => Holding::Nothing,
    }
}

/// The file of a SQLite store. One elsewhere than in the data directory must be on a local disk too.
pub(crate) fn sqlite_file(config: &Config, data_dir: &Path) -> Result<PathBuf, Refusal> {
    match &config.store {
        StoreUrl::Sqlite(Some(path)) => {
            let whole = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            DataDir::refuse_network(whole.parent().unwrap_or(&whole), "store").map_err(|error| told(&error))?;
            Ok(whole)
        }
        _ => Ok(data_dir.join(FILE)),
    }
}

fn told(error: &DataDirError) -> Refusal {
    refusal(error.code(), error.to_string())
}

fn of_store(error: &StoreError) -> Refusal {
    refusal(error.code(), error.to_string())
}

fn of_vault(error: &VaultError) -> Refusal {
    refusal(error.code(), error.to_string())
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("data_dir", &self.data_dir).field("vault", &self.vault).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
