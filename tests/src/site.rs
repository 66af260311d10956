//! Several servers on one PostgreSQL: a database, the key file that they share, and a data directory for each.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use sbm_client::core::wire::v1::ConnectionString;
use sbm_server::clock::SystemClock;
use sbm_server::config::{Config, Sources};
use sbm_server::pki::{KeyFile, vault};
use sbm_test_postgres::Cluster;
use tempfile::TempDir;

use crate::process::Victim;
use crate::raw::Raw;
use crate::server::TestServer;

/// A database and the key file of its servers.
#[derive(Debug)]
pub struct Site {
    directory: TempDir,
    store: String,
}

impl Site {
    /// A fresh database of that cluster.
    #[must_use]
    pub fn new(cluster: &Cluster) -> Self {
        let directory = tempfile::tempdir().unwrap();
        KeyFile::create(&directory.path().join("key-file")).unwrap();
        Self { directory, store: cluster.database() }
    }

    /// The database's URL.
    #[must_use]
    pub fn store(&self) -> &str {
        &self.store
    }

    /// The data directory of that name.
    #[must_use]
    pub fn data(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The settings of a server that reaches the database by that URL.
    #[must_use]
    pub fn settings(&self, store: &str) -> [(String, String); 2] {
        let key_file = self.directory.path().join("key-file").display().to_string();
        [("store".to_owned(), store.to_owned()), ("key_file".to_owned(), key_file)]
    }

    /// A server in this process.
    #[must_use]
    pub fn server(&self) -> TestServer {
        let settings = self.settings(&self.store);
        let settings: Vec<_> = settings.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        TestServer::start(Arc::new(tempfile::tempdir().unwrap()), 0, Arc::new(SystemClock), &settings)
    }

    /// A server process with its data in the directory of that name, and how to reach it; nothing if it ended instead, as
    /// without its database.
    #[must_use]
    pub fn process(
        &self,
        program: &str,
        name: &str,
        port: u16,
        store: &str,
        more: &[String],
    ) -> Option<(Victim, ConnectionString)> {
        let mut arguments = vec![self.data(name).display().to_string(), port.to_string()];
        arguments.extend(self.settings(store).iter().map(|(key, value)| format!("{key}={value}")));
        arguments.extend_from_slice(more);
        let mut server = Victim::start(program, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let connection = server.line()?.parse().unwrap();
        Some((server, connection))
    }

    /// The CA that all its servers show.
    #[must_use]
    pub fn ca(&self) -> CertificateDer<'static> {
        let mut flags = self.settings(&self.store).to_vec();
        flags.push(("data_dir".to_owned(), self.data("nobody").display().to_string()));
        let config = Config::load(&Sources { file: None, environment: vec![], flags }).unwrap();
        let opened = sbm_server::place::open(&config).unwrap();
        CertificateDer::from_pem_slice(&opened.vault.read(vault::CA).unwrap().unwrap()).unwrap()
    }

    /// The way to one of its servers.
    #[must_use]
    pub fn raw(&self, port: u16) -> Raw {
        Raw::at(port, self.ca())
    }
}
