//! Places that a server can stand on: a data directory with a SQLite file, or one with a PostgreSQL.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sbm_client::core::id::RunId;
use sbm_client::core::wire::v1::admin::HistoryQuery;
use sbm_server::backup::create::Made;
use sbm_server::backup::{self, BackupError, Origin, Restored};
use sbm_server::clock::{Clock as _, SystemClock};
use sbm_server::config::{Config, Sources};
use sbm_server::pki::KeyFile;
use sbm_server::store::Store;
use sbm_test_postgres::Cluster;
use sbm_tests::estate::seen_by_admin;
use tempfile::TempDir;

/// The kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file in the data directory.
    Sqlite,
    /// A database of the test's own.
    Postgres,
}

/// A place; its data directory is `server` in its directory.
pub struct Place {
    pub directory: Arc<TempDir>,
    pub settings: Vec<(String, String)>,
}

/// One key file for all PostgreSQL places of a test: that of a backup opens in the other.
pub struct Keys(TempDir);

impl Keys {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        KeyFile::create(&directory.path().join("key-file")).unwrap();
        Self(directory)
    }

    pub fn path(&self) -> PathBuf {
        self.0.path().join("key-file")
    }

    pub fn read(&self) -> KeyFile {
        KeyFile::read(&self.path()).unwrap()
    }
}

impl Place {
    /// An empty place.
    pub fn new(kind: Kind, keys: &Keys) -> Self {
        let settings = match kind {
            Kind::Sqlite => vec![],
            Kind::Postgres => vec![
                ("store".to_owned(), Cluster::shared().database()),
                ("key_file".to_owned(), keys.path().display().to_string()),
            ],
        };
        Self { directory: Arc::new(tempfile::tempdir().unwrap()), settings }
    }

    pub fn data_dir(&self) -> PathBuf {
        self.directory.path().join("server")
    }

    pub fn config(&self) -> Config {
        let mut flags = self.settings.clone();
        flags.push(("data_dir".to_owned(), self.data_dir().display().to_string()));
        flags.push(("listen".to_owned(), "127.0.0.1:0".to_owned()));
        Config::load(&Sources { file: None, environment: vec![], flags }).unwrap()
    }

    /// The settings as a test server takes them.
    pub fn borrowed(&self) -> Vec<(&str, &str)> {
        self.settings.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
    }

    /// What stands behind the port on a test server's command line.
    pub fn arguments(&self) -> Vec<String> {
        self.settings.iter().map(|(key, value)| format!("{key}={value}")).collect()
    }

    /// Makes a backup beside whatever runs there.
    pub fn back_up(&self, to: &Path) -> Made {
        let origin = Origin::beside(&self.config()).unwrap();
        backup::create(&origin, to, SystemClock.now(), &Arc::new(AtomicBool::new(false))).unwrap()
    }

    /// Brings a backup back here.
    pub fn restore(&self, backup: &Path, keys: &Keys) -> Result<Restored, BackupError> {
        backup::restore(&self.config(), backup, Some(&keys.read()), &SystemClock)
    }

    /// Opens it as a server would.
    pub fn open(&self) -> sbm_server::place::Opened {
        sbm_server::place::open(&self.config()).unwrap()
    }
}

/// Every run of a store; one that is there twice fails the test.
pub fn runs(store: &dyn Store) -> BTreeSet<RunId> {
    let (mut runs, within) = (BTreeSet::new(), seen_by_admin(store));
    let mut query = HistoryQuery { limit: Some(500), ..HistoryQuery::default() };
    loop {
        let page = store.list(within, query.clone()).wait().unwrap();
        for run in page.items {
            assert!(runs.insert(run.record.id), "{} is there twice", run.record.id);
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return runs,
        }
    }
}
