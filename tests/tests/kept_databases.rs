//! Databases and keys that earlier versions left: a server of today starts on them and has everything that was in them
//! (DOOR-4, HIS-3, RUN-4, RUN-12).
//!
//! Each folder in `golden/databases` is what a server of that schema left when it was stopped: its database as SQL, and its
//! keys. Those of schema 1 and 2 have what their migrations made room for of the rows that a server of schema 3 wrote. They are
//! never rewritten. `SBM_KEEP_DATABASES=FOLDER` keeps those of this version for the next one.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use sbm_client::Client;
use sbm_client::core::run::Trigger;
use sbm_client::core::wire::v1::admin::NewGroup;
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::Secret;
use sbm_server::clock::SystemClock;
use sbm_server::config::{Config, Sources};
use sbm_server::pki::{KeyFile, vault};
use sbm_server::store::servers::SCHEMA;
use sbm_test_postgres::Cluster;
use sbm_tests::fixture::{PASSWORD, add_user, config, end, guid, name, office, start, take_over, upload};
use sbm_tests::process::history;
use sbm_tests::raw::{Raw, request};
use sbm_tests::server::TestServer;
use sbm_tests::stronghold::log_in_device;
use tempfile::TempDir;

/// The keys of a server on SQLite. Its own certificate is made anew at each start.
const KEYS: &[&str] = &["ca.pem", "root.key", "token.key", "signing-1.key"];
/// An installation of carol's that keeps its token beside the database.
const INSTALLATION: &str = "0a0b0c0d0e0f00010203040506070809";
const CHECK_IN: &str = r#"{"number":{"epoch":0,"revision":0}}"#;
const RUNS: usize = 5;

fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/databases")
}

fn text(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap()
}

/// Starts a server on that SQLite database with those keys.
fn on_sqlite(folder: &Path) -> TestServer {
    let directory = Arc::new(tempfile::tempdir().unwrap());
    let data = directory.path().join("server");
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(&data, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    for key in KEYS {
        std::fs::copy(folder.join(key), data.join(key)).unwrap();
        std::fs::set_permissions(data.join(key), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }
    let database = Connection::open(data.join("sbm.db")).unwrap();
    database.execute_batch(&text(folder, "database.sql")).unwrap();
    drop(database);
    TestServer::start(directory, 0, Arc::new(SystemClock), &[])
}

/// Starts a server on that PostgreSQL database with that key file.
fn on_postgres(folder: &Path, key_files: &TempDir) -> TestServer {
    let store = Cluster::shared().database();
    let mut database = Cluster::shared().admin(Cluster::name_of(&store));
    let sql = text(folder, "database.sql");
    database.batch_execute(&format!("SET ROLE {};\n{sql}", sbm_test_postgres::ROLE)).unwrap();
    let key_file = key_files.path().join("key-file");
    std::fs::copy(folder.join("key-file"), &key_file).unwrap();
    std::fs::set_permissions(&key_file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let settings = [("store", store.as_str()), ("key_file", &key_file.display().to_string())];
    TestServer::start(Arc::new(tempfile::tempdir().unwrap()), 0, Arc::new(SystemClock), &settings)
}

/// The way to a server whose CA may be in its database.
fn way_to(server: &TestServer, folder: &Path) -> Raw {
    let ca = rustls::pki_types::pem::PemObject::from_pem_slice(text(folder, "ca.pem").as_bytes()).unwrap();
    Raw::at(server.connection().port, ca)
}

/// Everything that was there is, and everything goes on.
fn is_whole(server: &TestServer, folder: &Path) {
    // By the CA of then, the password of then, and the token that a device was given then.
    let (raw, admin) = (way_to(server, folder), server.admin());
    let token = text(folder, "device-token.txt");
    let answer = raw.ask(&request("POST", path::CHECK_IN, Some(token.trim()), Some(CHECK_IN))).unwrap();
    assert_eq!(answer.status, 200, "{folder:?}: {}", String::from_utf8_lossy(&answer.body));
    let users: Vec<String> = admin.users().unwrap().into_iter().map(|user| user.name.to_string()).collect();
    assert_eq!(users, ["admin", "carol", "dora"], "{folder:?}");
    let profile = admin.profile(&guid()).unwrap();
    assert_eq!((profile.revision, profile.groups.as_slice()), (2, [name("Finance")].as_slice()), "{folder:?}");
    let runs: String = history(&admin).into_iter().fold(String::new(), |mut all, (id, result)| {
        writeln!(all, "{id} {}", result.name()).unwrap();
        all
    });
    assert_eq!(runs, text(folder, "runs.txt"), "{folder:?}");
    let (entries, broken) = server.service().store().verify_audit().wait().unwrap();
    assert!(entries > 8 && broken.is_none(), "{folder:?}: {entries} {broken:?}");
    // What is new is added to it: a group, a revision, and the run of a computer of today.
    admin.add_group(&NewGroup::new(name("of today"))).unwrap();
    assert_eq!(admin.upload_profile(&upload(b"revision three", 2)).unwrap().revision, 3, "{folder:?}");
    let home = tempfile::tempdir().unwrap();
    let carol = Client::open(config(home.path())).unwrap();
    carol.login(server.connection(), "carol", &Secret::new(PASSWORD)).unwrap();
    assert_eq!(take_over(&carol), 1, "{folder:?}");
    assert_eq!(carol.profile_body(&guid()).unwrap(), b"revision three");
    carol.begin_run(start(Trigger::Manual)).unwrap().finish(end()).unwrap();
    assert!(carol.sync().unwrap().online);
    assert_eq!(history(&admin).len(), RUNS + 1, "{folder:?}");
}

#[test]
fn a_server_starts_on_the_database_of_every_schema_before_and_everything_is_there_door_4_his_3() {
    let folders: Vec<PathBuf> = std::fs::read_dir(kept()).unwrap().map(|entry| entry.unwrap().path()).collect();
    let versions = |kind: &str| {
        let of = |folder: &PathBuf| folder.file_name()?.to_str()?.strip_prefix(kind)?.parse::<u32>().ok();
        let mut versions: Vec<u32> = folders.iter().filter_map(of).collect();
        versions.sort_unstable();
        versions
    };
    // With a new schema comes what the one before it leaves.
    assert_eq!(versions("sqlite-"), (1..=SCHEMA).collect::<Vec<_>>());
    assert_eq!(versions("postgres-"), (3..=SCHEMA).collect::<Vec<_>>());
    for version in versions("sqlite-") {
        let folder = kept().join(format!("sqlite-{version}"));
        let server = on_sqlite(&folder);
        is_whole(&server, &folder);
        // Brought forward once, it starts again as it is.
        let server = TestServer::restart(server.stop());
        assert_eq!(history(&server.admin()).len(), RUNS + 1);
        let database = Connection::open(server.data_dir().join("sbm.db")).unwrap();
        let newest: u32 = database.query_row("SELECT max(version) FROM migrations", [], |row| row.get(0)).unwrap();
        assert_eq!(newest, SCHEMA);
    }
    for version in versions("postgres-") {
        let (folder, key_files) = (kept().join(format!("postgres-{version}")), tempfile::tempdir().unwrap());
        let server = on_postgres(&folder, &key_files);
        is_whole(&server, &folder);
    }
}

/// What a server has when it is stopped.
fn fill(server: &TestServer, raw: &Raw) -> [(&'static str, String); 2] {
    let admin = server.claim();
    office(&admin);
    add_user(&admin, "dora", None, &[]);
    admin.upload_profile(&upload(b"revision two", 1)).unwrap();
    let home = tempfile::tempdir().unwrap();
    let carol = Client::open(config(home.path())).unwrap();
    carol.login(server.connection(), "carol", &Secret::new(PASSWORD)).unwrap();
    take_over(&carol);
    for _ in 0..RUNS {
        carol.begin_run(start(Trigger::Manual)).unwrap().finish(end()).unwrap();
    }
    assert!(carol.sync().unwrap().online);
    let token = log_in_device(raw, "carol", INSTALLATION);
    let runs = history(&admin);
    assert_eq!(runs.len(), RUNS);
    let runs = runs.into_iter().map(|(id, result)| format!("{id} {}\n", result.name())).collect();
    [("device-token.txt", format!("{token}\n")), ("runs.txt", runs)]
}

/// The CA of a server on PostgreSQL, which has it in its database.
fn ca_of(settings: &[(&str, &str)]) -> Vec<u8> {
    let nobody = tempfile::tempdir().unwrap();
    let mut flags: Vec<_> = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    flags.push(("data_dir".to_owned(), nobody.path().join("data").display().to_string()));
    let config = Config::load(&Sources { file: None, environment: vec![], flags }).unwrap();
    sbm_server::place::open(&config).unwrap().vault.read(vault::CA).unwrap().unwrap().to_vec()
}

/// A SQLite database as the text that makes it.
fn dump(path: &Path) -> String {
    let database = Connection::open(path).unwrap();
    let id: i64 = database.query_row("PRAGMA application_id", [], |row| row.get(0)).unwrap();
    let list = |sql: &str| -> Vec<String> {
        let mut statement = database.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let mut text = format!("PRAGMA application_id = {id};\nPRAGMA journal_mode = WAL;\nPRAGMA foreign_keys = OFF;\nBEGIN;\n");
    let of = |kinds: &str| list(&format!("SELECT sql || ';' FROM sqlite_master WHERE sql IS NOT NULL AND type IN ({kinds})"));
    text.extend(of("'table'").iter().map(|sql| format!("{sql}\n")));
    for table in list("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid") {
        let columns = list(&format!("SELECT name FROM pragma_table_info('{table}')"));
        let values: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
        for row in list(&format!("SELECT {} FROM \"{table}\"", values.join(" || ', ' || "))) {
            writeln!(text, "INSERT INTO \"{table}\" ({}) VALUES ({row});", columns.join(", ")).unwrap();
        }
    }
    text.extend(of("'index', 'trigger'").iter().map(|sql| format!("{sql}\n")));
    text + "COMMIT;\n"
}

#[test]
fn what_this_version_leaves_can_be_kept_for_the_next_one_door_4() {
    let made = tempfile::tempdir().unwrap();
    let target = std::env::var_os("SBM_KEEP_DATABASES").map_or_else(|| made.path().to_owned(), PathBuf::from);
    let folder = target.join(format!("sqlite-{SCHEMA}"));
    // What is there already stays as it is.
    std::fs::create_dir(&folder).unwrap();
    let server = TestServer::unclaimed();
    let kept = fill(&server, &Raw::of(&server));
    let (directory, _) = server.stop();
    let data = directory.path().join("server");
    kept.iter().for_each(|(name, text)| std::fs::write(folder.join(name), text).unwrap());
    for key in KEYS {
        std::fs::copy(data.join(key), folder.join(key)).unwrap();
    }
    std::fs::write(folder.join("database.sql"), dump(&data.join("sbm.db"))).unwrap();
    is_whole(&on_sqlite(&folder), &folder);

    let folder = target.join(format!("postgres-{SCHEMA}"));
    std::fs::create_dir(&folder).unwrap();
    let (store, key_file) = (Cluster::shared().database(), folder.join("key-file"));
    KeyFile::create(&key_file).unwrap();
    let settings = [("store", store.as_str()), ("key_file", &key_file.display().to_string())];
    let server = TestServer::start(Arc::new(tempfile::tempdir().unwrap()), 0, Arc::new(SystemClock), &settings);
    std::fs::write(folder.join("ca.pem"), ca_of(&settings)).unwrap();
    let kept = fill(&server, &way_to(&server, &folder));
    kept.iter().for_each(|(name, text)| std::fs::write(folder.join(name), text).unwrap());
    drop(server);
    std::fs::write(folder.join("database.sql"), Cluster::shared().dump(&store)).unwrap();
    is_whole(&on_postgres(&folder, &tempfile::tempdir().unwrap()), &folder);
}
