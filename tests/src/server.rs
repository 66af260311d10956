//! A real server for a test: real TLS, a real database, port 0, stopped cleanly and started again on the same directory.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use sbm_client::admin::Admin;
use sbm_client::core::wire::v1::ConnectionString;
use sbm_client::core::wire::v1::session::Secret;
use sbm_server::clock::{Clock, SystemClock};
use sbm_server::config::{Config, Sources};
use sbm_server::names::{Resolver, SystemResolver};
use sbm_server::server::Server;
use sbm_server::service::Service;
use tempfile::TempDir;
use tokio::sync::oneshot;

/// The password of `admin` in every test.
pub const ADMIN_PASSWORD: &str = "marble kettle 7 orbit";

/// A server in this process.
#[derive(Debug)]
pub struct TestServer {
    directory: Arc<TempDir>,
    connection: ConnectionString,
    service: Weak<Service>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl TestServer {
    /// A fresh server that nobody has claimed yet.
    #[must_use]
    pub fn unclaimed() -> Self {
        Self::start(Arc::new(tempfile::tempdir().unwrap()), 0, Arc::new(SystemClock), &[])
    }

    /// A claimed server, and its administrator logged in.
    #[must_use]
    pub fn claimed() -> (Self, Admin) {
        let server = Self::unclaimed();
        let admin = server.claim();
        (server, admin)
    }

    /// Starts a server on a directory, with settings besides.
    #[must_use]
    pub fn start(directory: Arc<TempDir>, port: u16, clock: Arc<dyn Clock>, settings: &[(&str, &str)]) -> Self {
        Self::start_among(directory, port, clock, settings, Arc::new(SystemResolver))
    }

    /// The same, with what is no setting changed as well.
    #[must_use]
    pub fn start_changed(directory: Arc<TempDir>, clock: Arc<dyn Clock>, change: impl FnOnce(&mut Config)) -> Self {
        Self::start_with(directory, 0, clock, &[], Arc::new(SystemResolver), change)
    }

    /// Starts a server on a directory, with settings besides, where this one knows the names of its peers.
    #[must_use]
    pub fn start_among(
        directory: Arc<TempDir>,
        port: u16,
        clock: Arc<dyn Clock>,
        settings: &[(&str, &str)],
        resolver: Arc<dyn Resolver>,
    ) -> Self {
        Self::start_with(directory, port, clock, settings, resolver, |_| {})
    }

    fn start_with(
        directory: Arc<TempDir>,
        port: u16,
        clock: Arc<dyn Clock>,
        settings: &[(&str, &str)],
        resolver: Arc<dyn Resolver>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let mut flags = vec![
            ("data_dir".to_owned(), data_dir(&directory).display().to_string()),
            ("listen".to_owned(), format!("127.0.0.1:{port}")),
        ];
        flags.extend(settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        let mut config = Config::load(&Sources { file: None, environment: vec![], flags }).unwrap();
        change(&mut config);
        let (stop, stopped) = oneshot::channel();
        let (ready, wait) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let server = Server::open_with(config, clock, resolver).await.unwrap();
                ready.send((server.connection(), Arc::downgrade(&server.service()))).unwrap();
                server.serve(async { drop(stopped.await) }).await;
            });
        });
        let (connection, service) = wait.recv().unwrap();
        Self { directory, connection, service, stop: Some(stop), thread: Some(thread) }
    }

    /// Stops the server and gives what is needed to start it again: its directory and its port.
    #[must_use]
    pub fn stop(mut self) -> (Arc<TempDir>, u16) {
        self.shut_down();
        (Arc::clone(&self.directory), self.connection.port)
    }

    /// Starts it again where it was.
    #[must_use]
    pub fn restart((directory, port): (Arc<TempDir>, u16)) -> Self {
        Self::start(directory, port, Arc::new(SystemClock), &[])
    }

    /// How to reach it.
    #[must_use]
    pub const fn connection(&self) -> &ConnectionString {
        &self.connection
    }

    /// What is behind its doors, while it runs.
    #[must_use]
    pub fn service(&self) -> Arc<Service> {
        self.service.upgrade().unwrap()
    }

    /// Its data directory.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        data_dir(&self.directory)
    }

    /// A caller who is not logged in.
    #[must_use]
    pub fn anybody(&self) -> Admin {
        Admin::connect(&self.connection, Duration::from_secs(30)).unwrap()
    }

    /// The administrator, logged in.
    #[must_use]
    pub fn admin(&self) -> Admin {
        let mut admin = self.anybody();
        admin.login("admin", &Secret::new(ADMIN_PASSWORD)).unwrap();
        admin
    }

    /// Claims it as its owner does.
    #[must_use]
    pub fn claim(&self) -> Admin {
        let code = std::fs::read_to_string(self.data_dir().join("setup-code")).unwrap();
        self.anybody().claim(&Secret::new(code.trim()), &Secret::new(ADMIN_PASSWORD)).unwrap();
        self.admin()
    }

    fn shut_down(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.shut_down();
    }
}

fn data_dir(directory: &TempDir) -> PathBuf {
    Path::new(directory.path()).join("server")
}
