//! Which schemas are taken, and which are not.

use rusqlite::Connection;
use sbm_core::code::Code;

use super::super::{FILE, Sqlite};
use super::{change, closed, file, refused};
use crate::store::servers::SCHEMA;
use crate::store::{Directory as _, Servers as _};

#[test]
fn a_newer_schema_is_refused_unless_it_admits_this_program_door_4() {
    let directory = closed();
    let (next, newest) = (SCHEMA + 1, SCHEMA + 2);
    change(&file(&directory), &format!("INSERT INTO migrations VALUES ({next}, {SCHEMA}, 'x')"));
    drop(Sqlite::open(directory.path()).unwrap());
    change(&file(&directory), &format!("INSERT INTO migrations VALUES ({newest}, {next}, 'y')"));
    let before = std::fs::read(file(&directory)).unwrap();
    let error = refused(&directory);
    assert_eq!(error.code(), Code::StoreNewer);
    assert!(error.to_string().contains(FILE) && error.to_string().contains(&format!("schema {newest}")), "{error}");
    assert_eq!(std::fs::read(file(&directory)).unwrap(), before);
}

#[test]
fn a_migration_that_is_not_the_one_applied_is_refused() {
    let directory = closed();
    change(&file(&directory), "UPDATE migrations SET sha256 = 'other' WHERE version = 1");
    assert_eq!(refused(&directory).code(), Code::StoreDamaged);
}

#[test]
fn opening_again_applies_nothing_twice() {
    let directory = closed();
    let before = Sqlite::open(directory.path()).unwrap().load().wait().unwrap();
    assert_eq!(Sqlite::open(directory.path()).unwrap().load().wait().unwrap(), before);
    let rows: u32 =
        Connection::open(file(&directory)).unwrap().query_row("SELECT count(*) FROM migrations", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, SCHEMA);
}

#[test]
fn a_database_of_schema_2_comes_forward_with_what_is_in_it_door_4() {
    let directory = tempfile::tempdir().unwrap();
    let made = Connection::open(file(&directory)).unwrap();
    let table = "PRAGMA application_id = 0x53424d31; PRAGMA journal_mode = WAL;
        CREATE TABLE migrations (version INTEGER PRIMARY KEY, min_program INTEGER NOT NULL, sha256 TEXT NOT NULL) STRICT;";
    made.execute_batch(table).unwrap();
    let whole = [include_str!("../../../../migrations/0001_first.sql"), include_str!("../../../../migrations/0002_whole.sql")];
    for (version, text) in (1_u32..).zip(whole) {
        made.execute_batch(text).unwrap();
        let sha256 = sbm_core::id::Hash::of(text.replace('\r', "").as_bytes()).to_string();
        made.execute("INSERT INTO migrations VALUES (?1, ?1, ?2)", rusqlite::params![version, sha256]).unwrap();
    }
    let commit = "UPDATE revision SET value = 2; INSERT INTO change_log (revision, changes) VALUES (2, '[]');
        INSERT INTO followed (one, revision) VALUES (1, 2);";
    made.execute_batch(commit).unwrap();
    drop(made);
    let store = Sqlite::open(directory.path()).unwrap();
    assert_eq!(store.revision().wait(), Ok(2));
    let told = store.changes_since(1).wait().unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].revoked, None, "a program of before does not say which tokens ended");
    assert_eq!(store.members().wait(), Ok(vec![]));
    assert_eq!(store.fits().wait(), Ok(()));
    drop(store);
    let applied: u32 = Connection::open(file(&directory))
        .unwrap()
        .query_row("SELECT max(version) FROM migrations", [], |row| row.get(0))
        .unwrap();
    assert_eq!(applied, SCHEMA);
}
