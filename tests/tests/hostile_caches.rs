//! What may become of a client's cache on disk: every damaged, forged, foreign and older one opens with the same rights as
//! before or on the floor with a typed code, and never with wider ones (OFF-2, OFF-3, DEC-6).
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod hostile_caches {
    mod damaged;
    mod files;
    mod foreign;
    mod forged;
    mod plain;
}

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::Connection as Database;
use sbm_client::core::code::Code;
use sbm_client::core::id::Hash;
use sbm_client::core::permission::RightSet;
use sbm_client::core::wire::v1::admin::SecurityProfilePatch;
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::{Client, Config, Connection};
use sbm_tests::allowed::{allowed, floor_of};
use sbm_tests::documents::seal;
use sbm_tests::fixture::{PASSWORD, config, name, office, take_over};
use sbm_tests::server::TestServer;
use serde_json::{Value, json};
use tempfile::TempDir;

/// What a machine calls itself in these tests.
const MACHINE: &str = "this machine";

/// The acts that go on.
type Allowed = BTreeSet<(&'static str, &'static str)>;

/// A real cache: logged in, synced, a profile taken over, closed; the server is gone.
struct Cache {
    home: TempDir,
    /// How it is opened.
    config: fn(&Path) -> Config,
    /// What the directory held while the user had every right.
    wide: Vec<(String, Vec<u8>)>,
    /// What it holds now.
    files: Vec<(String, Vec<u8>)>,
    before: Allowed,
}

impl Cache {
    fn new() -> Self {
        Self::of(config)
    }

    fn of(config: fn(&Path) -> Config) -> Self {
        let (server, admin) = TestServer::claimed();
        office(&admin);
        let rights = |rights: RightSet| {
            let patch = SecurityProfilePatch { rights: Some(rights), ..SecurityProfilePatch::default() };
            admin.modify_security_profile(&name("End user"), &patch).unwrap();
        };
        let narrow =
            admin.security_profiles().unwrap().into_iter().find(|profile| profile.name == name("End user")).unwrap().rights;
        rights(RightSet::ALL_ACCESS);
        let home = tempfile::tempdir().unwrap();
        let client = Client::open(config(home.path())).unwrap();
        client.login(server.connection(), "carol", &Secret::new(PASSWORD)).unwrap();
        drop(client);
        let wide = files(home.path());
        rights(narrow);
        let client = Client::open(config(home.path())).unwrap();
        assert_eq!(client.sync().unwrap().why, None);
        assert_eq!(take_over(&client), 1);
        drop(client);
        drop(server);
        let client = Client::open(config(home.path())).unwrap();
        let before = allowed(&client);
        assert_eq!(client.state().standing(), Connection::Offline(Code::Ok));
        assert!(before.contains(&("run_manually", "managed")) && !before.contains(&("create", "local")));
        drop(client);
        let files = files(home.path());
        Self { home, config, wide, files, before }
    }

    /// As it was before anybody touched it.
    fn restore(&self) {
        put(self.home.path(), &self.files);
    }

    fn place(&self, file: &str) -> PathBuf {
        self.home.path().join(file)
    }

    /// The cache opens, twice alike, and is on the floor with this code; all that is allowed was allowed before.
    fn is_floor(&self, what: &str, code: Code) {
        self.is_floor_for(what, code, &(self.config)(self.home.path()));
    }

    fn is_floor_for(&self, what: &str, code: Code, config: &Config) {
        for turn in ["at first", "and again"] {
            let client = Client::open(config.clone()).unwrap();
            assert_eq!(client.state().standing(), Connection::Floor(code), "{what}, {turn}");
            let now = allowed(&client);
            assert!(now.is_subset(&floor_of(&self.before)), "{what}, {turn}: {now:?}");
        }
    }

    /// The trust record as it lies there.
    fn record(&self) -> Value {
        let database = Database::open(self.place("cache.db")).unwrap();
        let bytes: Vec<u8> = database.query_row("SELECT bytes FROM trust", [], |row| row.get(0)).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    /// Puts another trust record into the database with a seal that fits, as whoever owns the machine can.
    fn forge(&self, record: &Value) {
        let sealed = seal(record, &self.machine());
        let database = Database::open(self.place("cache.db")).unwrap();
        let sql = "UPDATE trust SET bytes = ?1, machine = ?2, seal = ?3";
        let done = database.execute(sql, rusqlite::params![sealed.bytes, sealed.machine.as_bytes(), sealed.seal.as_bytes()]);
        assert_eq!(done.unwrap(), 1);
    }

    /// The same for the marker beside it.
    fn forge_marker(&self, record: &Value) {
        let sealed = seal(record, &self.machine());
        let text = json!({ "machine": sealed.machine, "seal": sealed.seal, "record": String::from_utf8(sealed.bytes).unwrap() });
        std::fs::write(self.place("managed"), text.to_string()).unwrap();
    }

    /// What seals the cache to its machine; it lies in the cache, and is no secret.
    fn machine(&self) -> Hash {
        let marker: Value = serde_json::from_slice(&std::fs::read(self.place("managed")).unwrap()).unwrap();
        serde_json::from_value(marker["machine"].clone()).unwrap()
    }
}

/// The files of a directory, without its locks.
fn files(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let names = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let kept = names.filter(|name| !name.ends_with(".lock"));
    kept.map(|name| (name.clone(), std::fs::read(directory.join(name)).unwrap())).collect()
}

/// Empties a directory and puts these files into it.
fn put(directory: &Path, files: &[(String, Vec<u8>)]) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { std::fs::remove_dir_all(path).unwrap() } else { std::fs::remove_file(path).unwrap() }
    }
    for (name, content) in files {
        std::fs::write(directory.join(name), content).unwrap();
    }
}
