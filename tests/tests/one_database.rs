//! Several servers on one PostgreSQL: one CA, one set of keys, one setup code (RUN-2, RUN-4, OFF-3, DOOR-2).
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::ConnectionString;
use sbm_client::core::wire::v1::session::Secret;
use sbm_server::clock::SystemClock;
use sbm_server::pki::KeyFile;
use sbm_test_postgres::Cluster;
use sbm_tests::process::Victim;
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use tempfile::TempDir;

const SERVER: &str = env!("CARGO_BIN_EXE_sbm-test-server");
/// How long everything together may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A database, and the key file of its servers.
struct Shared {
    directory: TempDir,
    store: String,
}

impl Shared {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        KeyFile::create(&directory.path().join("key-file")).unwrap();
        Self { directory, store: Cluster::shared().database() }
    }

    fn key_file(&self) -> String {
        self.directory.path().join("key-file").display().to_string()
    }

    fn data(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A server process, with its data in the directory of that name.
    fn process(&self, name: &str) -> (Victim, ConnectionString) {
        let (store, key_file) = (format!("store={}", self.store), format!("key_file={}", self.key_file()));
        let mut server = Victim::start(SERVER, &[&self.data(name).display().to_string(), "0", &store, &key_file]);
        let connection = server.line().unwrap_or_else(|| panic!("the server `{name}` ended")).parse().unwrap();
        (server, connection)
    }

    /// A server in this process.
    fn server(&self) -> TestServer {
        let settings = [("store", self.store.as_str()), ("key_file", &self.key_file())];
        TestServer::start(Arc::new(tempfile::tempdir().unwrap()), 0, Arc::new(SystemClock), &settings)
    }
}

fn connect(connection: &ConnectionString) -> Admin {
    Admin::connect(connection, Duration::from_secs(30)).unwrap()
}

fn claim(connection: &ConnectionString, data: &Path) {
    let code = std::fs::read_to_string(data.join("setup-code")).unwrap();
    connect(connection).claim(&Secret::new(code.trim()), &Secret::new(ADMIN_PASSWORD)).unwrap();
}

fn log_in(connection: &ConnectionString) -> Admin {
    let mut admin = connect(connection);
    let begun = Instant::now();
    loop {
        match admin.login("admin", &Secret::new(ADMIN_PASSWORD)) {
            Ok(_) => return admin,
            // It did not hear yet that it was set up.
            Err(error) if error.code() == Code::NotClaimed && begun.elapsed() < PATIENCE => thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn two_processes_on_one_database_are_one_server_to_a_client_that_pins_one_ca_run_2_run_4() {
    let shared = Shared::new();
    let ((one, first), (two, second)) = thread::scope(|scope| {
        let both = ["one", "two"].map(|name| scope.spawn(|| shared.process(name)));
        let [one, two] = both.map(|server| server.join().unwrap());
        (one, two)
    });
    assert_eq!(first.ca, second.ca);
    assert!(first.ca.is_some() && first.port != second.port);
    let data = [("one", &first), ("two", &second)].map(|(name, connection)| (shared.data(name), connection));
    let with_code: Vec<_> = data.iter().filter(|(data, _)| data.join("setup-code").exists()).collect();
    assert_eq!(with_code.len(), 1, "one of them has the setup code");
    for (data, _) in &data {
        for secret in ["ca.pem", "root.key", "token.key", "signing-1.key", "sbm.db"] {
            assert!(!data.join(secret).exists(), "{secret}");
        }
        assert!(data.join("server.pem").exists());
    }
    let (data, connection) = with_code[0];
    claim(connection, data);
    // The pin is the one of the first; the second is known by it.
    let pinned = ConnectionString { ca: first.ca, ..second.clone() };
    log_in(&first).server_settings().unwrap();
    log_in(&pinned).server_settings().unwrap();
    // One server is gone: a new process on its data directory is the same to everybody.
    drop(one);
    let (one, again) = shared.process("one");
    assert_eq!(again.ca, second.ca);
    log_in(&again).server_settings().unwrap();
    drop((one, two));
}

#[test]
fn eight_servers_that_start_at_once_on_a_fresh_database_have_one_ca_one_epoch_and_one_setup_code_run_2_off_3() {
    let shared = Shared::new();
    let servers: Vec<TestServer> = thread::scope(|scope| {
        let starting: Vec<_> = (0..8).map(|_| scope.spawn(|| shared.server())).collect();
        starting.into_iter().map(|server| server.join().unwrap()).collect()
    });
    let with_code: Vec<_> = servers.iter().filter(|server| server.data_dir().join("setup-code").exists()).collect();
    assert_eq!(with_code.len(), 1);
    for server in &servers {
        assert_eq!(server.connection().ca, servers[0].connection().ca);
    }
    claim(with_code[0].connection(), &with_code[0].data_dir());
    for server in &servers {
        let _admin = log_in(server.connection());
        assert_eq!(server.service().facts().server().epoch, 1, "one of them made the keys, and nobody others");
    }
    let epoch = |server: &TestServer| server.service().facts().server().epoch;
    // A raised epoch comes to all, with its keys; and each of them may raise the next one.
    for (round, server) in servers.iter().take(3).enumerate() {
        let wanted = log_in(server.connection()).rotate_keys().unwrap().epoch;
        assert_eq!(wanted, round as u64 + 2);
        let begun = Instant::now();
        while servers.iter().any(|server| epoch(server) < wanted) {
            assert!(begun.elapsed() < PATIENCE, "{:?}", servers.iter().map(epoch).collect::<Vec<_>>());
            thread::yield_now();
        }
    }
}

#[test]
fn a_server_with_another_key_file_does_not_start_and_leaves_the_others_alone_err_5() {
    let shared = Shared::new();
    let first = shared.server();
    claim(first.connection(), &first.data_dir());
    let stranger = Shared { store: shared.store.clone(), ..Shared::new() };
    let (store, key_file) = (format!("store={}", stranger.store), format!("key_file={}", stranger.key_file()));
    let mut refused = Victim::start(SERVER, &[&stranger.data("data").display().to_string(), "0", &store, &key_file]);
    assert_eq!(refused.line(), None, "it says no connection string");
    log_in(first.connection()).server_settings().unwrap();
}
