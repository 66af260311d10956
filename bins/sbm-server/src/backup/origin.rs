//! What the settings say a backup is made of, and where it goes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{BackupError, Origin};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::pki::KeyFile;
use crate::place;
use crate::store::sqlite::backup::last_beside;
use crate::store::tasks::Last;
use crate::store::{Store, StoreUrl};

/// The name of the piece of work that one of the servers does for all.
pub const TASK: &str = "backup";

/// What became of the backups that the server makes by itself.
///
/// # Errors
///
/// What the data directory, the key file or the database say.
pub fn last(config: &Config) -> Result<Last, BackupError> {
    match &config.store {
        StoreUrl::Sqlite(_) => {
            let data_dir = DataDir::open_beside(&config.data_dir)?.path().to_owned();
            let database = place::sqlite_file(config, &data_dir).map_err(BackupError::Place)?;
            Ok(last_beside(&database, TASK)?)
        }
        StoreUrl::Postgres(_) => Ok(place::open_beside(config).map_err(BackupError::Place)?.store.last(TASK).wait()?),
    }
}

impl Origin {
    /// For a local tool of the owner's, beside running servers or with none.
    ///
    /// # Errors
    ///
    /// What the data directory, the key file or the database say.
    pub fn beside(config: &Config) -> Result<Self, BackupError> {
        match &config.store {
            // Whether a server runs makes no difference: only reads are done. Its lock is not held, so that one may start.
            StoreUrl::Sqlite(_) => {
                let data_dir = DataDir::open_beside(&config.data_dir)?.path().to_owned();
                Self::of_file(config, data_dir)
            }
            StoreUrl::Postgres(_) => {
                let opened = place::open_beside(config).map_err(BackupError::Place)?;
                Self::of_server(config, &config.data_dir, &opened.store)
            }
        }
    }

    /// For a server, of what it has open.
    ///
    /// # Errors
    ///
    /// What the key file says.
    pub fn of_server(config: &Config, data_dir: &Path, store: &Arc<dyn Store>) -> Result<Self, BackupError> {
        match (&config.store, &config.key_file) {
            (StoreUrl::Postgres(_), Some(key)) => {
                Ok(Self::Postgres { store: Arc::clone(store), key: KeyFile::read(key)?, place: config.store.to_string() })
            }
            _ => Self::of_file(config, data_dir.to_owned()),
        }
    }

    fn of_file(config: &Config, data_dir: PathBuf) -> Result<Self, BackupError> {
        let database = place::sqlite_file(config, &data_dir).map_err(BackupError::Place)?;
        Ok(Self::Sqlite { database, data_dir })
    }
}
