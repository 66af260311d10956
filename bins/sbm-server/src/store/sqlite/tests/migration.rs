//! Which schemas are taken, and which are not.

use rusqlite::Connection;
use sbm_core::code::Code;

use super::super::{FILE, Sqlite};
use super::{change, closed, file, refused};
use crate::store::Directory as _;

#[test]
fn a_newer_schema_is_refused_unless_it_admits_this_program_door_4() {
    let directory = closed();
    change(&file(&directory), "INSERT INTO migrations VALUES (4, 3, 'x')");
    drop(Sqlite::open(directory.path()).unwrap());
    change(&file(&directory), "INSERT INTO migrations VALUES (5, 4, 'y')");
    let before = std::fs::read(file(&directory)).unwrap();
    let error = refused(&directory);
    assert_eq!(error.code(), Code::StoreNewer);
    assert!(error.to_string().contains(FILE) && error.to_string().contains("schema 5"), "{error}");
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
    assert_eq!(rows, 3);
}
