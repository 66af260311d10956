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

/// A migration's statements without comments, and with the words of PostgreSQL in them where those of SQLite are.
fn statements(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.split("--").next().unwrap_or_default());
    let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    let mut text = words.join(" ").replace("( ", "(").replace(" )", ")");
    for (here, there) in [
        (" STRICT, WITHOUT ROWID", ""),
        (" STRICT", ""),
        (" COLLATE \"C\"", ""),
        ("octet_length(", "length("),
        (" NOT NULL PRIMARY KEY", " PRIMARY KEY"),
        (" INTEGER", " bigint"),
        (" TEXT", " text"),
        (" BLOB", " bytea"),
    ] {
        text = text.replace(here, there);
    }
    let of_bool = |statement: &str| {
        // A yes or no is a number of its own check there.
        let columns: Vec<&str> = statement.split(' ').collect();
        let is_checked = |name: &&str| statement.contains(&format!("CHECK ({name} IN (0, 1))"));
        columns.iter().filter(|name| is_checked(name)).fold(statement.to_owned(), |text, name| {
            let check = format!(" CHECK ({name} IN (0, 1))");
            let text = text
                .replace(&format!("{name} bigint NOT NULL DEFAULT 0{check}"), &format!("{name} boolean NOT NULL DEFAULT false"));
            text.replace(&format!("{name} bigint NOT NULL{check}"), &format!("{name} boolean NOT NULL"))
        })
    };
    text.split(';').map(|statement| of_bool(statement.trim())).filter(|statement| !statement.is_empty()).collect()
}

#[test]
fn both_databases_get_the_same_columns_checks_keys_and_references_by_migration_5_door_2() {
    let here = statements(include_str!("../../../../migrations/0005_providers.sql"));
    let there = statements(include_str!("../../../../migrations/postgres/0005_providers.sql"));
    assert!(here.len() > 15, "they were not read: {here:#?}");
    for (one, other) in here.iter().zip(&there) {
        assert_eq!(one, other);
    }
    assert_eq!(here.len(), there.len());
    for kept in
        ["CHECK (channel IN (1, 2))", "UNIQUE (account_id, name_key)", "own_user bigint UNIQUE", "planned boolean NOT NULL"]
    {
        assert_eq!(here.iter().filter(|statement| statement.contains(kept)).count(), 1, "{kept}");
    }
}
