//! Restores and migrations that were broken off.

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use rusqlite::Connection;
use sbm_client::core::code::Code;
use sbm_client::core::id::Hash;
use sbm_server::place;
use sbm_server::store::servers::SCHEMA;
use sbm_tests::process::{Victim, random};
use sbm_tests::server::TestServer;

use super::place::{Keys, Kind, Place};

const SERVER: &str = env!("CARGO_BIN_EXE_sbm-test-server");
const MIGRATIONS: [&str; 2] = [
    include_str!("../../../bins/sbm-server/migrations/0001_first.sql"),
    include_str!("../../../bins/sbm-server/migrations/0002_whole.sql"),
];

/// How often something is broken off.
pub fn kills() -> u32 {
    std::env::var("SBM_KILLS").ok().map_or(12, |text| text.parse().unwrap())
}

#[test]
fn a_restore_that_was_broken_off_keeps_servers_away_and_begins_anew_door_2() {
    let keys = Keys::new();
    let place = Place::new(Kind::Sqlite, &keys);
    drop(TestServer::start(place.directory.clone(), 0, std::sync::Arc::new(sbm_server::clock::SystemClock), &[]));
    let backups = tempfile::tempdir().unwrap();
    let made = place.back_up(backups.path());
    let target = Place::new(Kind::Sqlite, &keys);
    target.restore(&made.path, &keys).unwrap();
    // As it was a moment before the end: the mark, the keys, and a database under another name.
    let data_dir = target.data_dir();
    std::fs::rename(data_dir.join("sbm.db"), data_dir.join("sbm.db.restoring")).unwrap();
    std::fs::write(data_dir.join("restore.begun"), "x").unwrap();
    let refused = place::open(&target.config()).unwrap_err();
    assert_eq!(refused.code, Code::StoreUnavailable);
    assert!(refused.message.contains("sbm-server backup restore"), "{}", refused.message);
    assert!(!data_dir.join("sbm.db").exists());
    target.restore(&made.path, &keys).unwrap();
    assert!(!data_dir.join("restore.begun").exists() && !data_dir.join("sbm.db.restoring").exists());
    drop(target.open());
    // And as it was a moment behind: the database has its name, the mark is still there.
    std::fs::write(data_dir.join("restore.begun"), "x").unwrap();
    drop(target.open());
    assert!(!data_dir.join("restore.begun").exists());
    assert_eq!(target.restore(&made.path, &keys).unwrap_err().code(), Code::StoreNotEmpty);
}

/// A database of the issue before, as its program made it.
fn second_schema(path: &Path) {
    let sql = Connection::open(path).unwrap();
    let head = "PRAGMA journal_mode = wal; PRAGMA application_id = 0x53424d31;
        CREATE TABLE migrations (version INTEGER PRIMARY KEY, min_program INTEGER NOT NULL, sha256 TEXT NOT NULL) STRICT;";
    sql.execute_batch(head).unwrap();
    for (version, text) in (1..).zip(MIGRATIONS) {
        sql.execute_batch(text).unwrap();
        let sha256 = Hash::of(text.replace('\r', "").as_bytes()).to_string();
        sql.execute("INSERT INTO migrations VALUES (?1, ?1, ?2)", (version, sha256)).unwrap();
    }
}

pub fn linger(micros: u32) {
    let (_open, wait) = channel::<()>();
    assert_eq!(wait.recv_timeout(Duration::from_micros(micros.into())), Err(RecvTimeoutError::Timeout));
}

#[cfg(unix)]
#[test]
fn a_server_killed_in_a_migration_of_sqlite_leaves_the_old_schema_or_the_new_one_door_4() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..kills() {
        let place = Place::new(Kind::Sqlite, &Keys::new());
        std::fs::create_dir(place.data_dir()).unwrap();
        std::fs::set_permissions(place.data_dir(), std::fs::Permissions::from_mode(0o700)).unwrap();
        let file = place.data_dir().join("sbm.db");
        second_schema(&file);
        let mut server = Victim::start(SERVER, &[&place.data_dir().display().to_string(), "0"]);
        linger(random(60_000));
        server.kill();
        let sql = Connection::open(&file).unwrap();
        let schema: u32 = sql.query_row("SELECT max(version) FROM migrations", [], |row| row.get(0)).unwrap();
        let is_new = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'servers')";
        let has_tables: bool = sql.query_row(is_new, [], |row| row.get(0)).unwrap();
        assert_eq!(has_tables, schema >= 3, "half a migration is there");
        drop(sql);
        seen.insert(schema);
        assert!(place.open().store.load().wait().unwrap().revision >= 1);
    }
    assert!(seen.iter().all(|schema| (2..=SCHEMA).contains(schema)), "{seen:?}");
}

#[test]
fn a_server_killed_in_a_migration_of_postgresql_leaves_nothing_or_all_of_it_door_4() {
    for _ in 0..kills() {
        let keys = Keys::new();
        let place = Place::new(Kind::Postgres, &keys);
        let (data_dir, more) = (place.data_dir().display().to_string(), place.arguments());
        let mut arguments = vec![data_dir.as_str(), "0"];
        arguments.extend(more.iter().map(String::as_str));
        let mut server = Victim::start(SERVER, &arguments);
        linger(random(300_000));
        server.kill();
        assert!(place.open().store.load().wait().unwrap().revision >= 1);
    }
}
