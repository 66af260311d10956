//! Exports of an older schema. No program made one of schema 2; in these tests it stands for the schema of before.

use std::path::Path;
use std::sync::LazyLock;

use super::super::load::put;
use super::super::table::{self, Table};
use super::super::{Summary, export, import, verify};
use super::{content, fresh, imported, text};
use crate::store::servers::SCHEMA as SCHEMA_NOW;
use crate::store::sql::one;
use crate::store::{Sqlite, StoreError};

/// The schema.
pub(in super::super) const SCHEMA: u32 = 2;

/// Its tables: without what migration 3 made.
pub(in super::super) static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let then = |table: &Table| match table.name {
        "pruned" => None,
        "change_log" => Some(Table { columns: &table.columns[..2], ..*table }),
        _ => Some(*table),
    };
    table::of(3).unwrap_or_default().iter().filter_map(then).collect()
});

/// Makes a database of then with something in every table; gives its export.
fn of_then(path: &Path) -> (Vec<u8>, Summary) {
    Sqlite::make(path, SCHEMA, |sql| {
        sql.run("UPDATE revision SET value = 40", &[])?;
        sql.run("UPDATE server SET epoch = 3, keys = 'a key document'", &[])?;
        for table in TABLES.iter().filter(|table| !table.seeded) {
            put(sql, table, &[content::row(table, 1, 1)])?;
        }
        let mut text = Vec::new();
        let summary = export(sql, &mut text, &mut |_| {})?;
        Ok((text, summary))
    })
    .unwrap()
}

#[test]
fn an_export_of_an_older_schema_comes_back_as_the_database_of_then_and_comes_forward_door_2_door_4() {
    let directory = tempfile::tempdir().unwrap();
    let [then, back] = ["then", "back"].map(|name| directory.path().join(name));
    let (told, summary) = of_then(&then);
    assert_eq!((summary.header.schema, summary.rows.contains_key("pruned")), (SCHEMA, false));
    assert_eq!(verify(&mut &*told, &mut |_| {}).unwrap(), summary);
    let again = Sqlite::make(&back, SCHEMA, |sql| {
        assert_eq!(import(sql, &mut &*told, &mut |_| {})?, summary);
        let mut again = Vec::new();
        export(sql, &mut again, &mut |_| {}).map(|_| again)
    });
    assert_eq!(String::from_utf8(again.unwrap()).unwrap(), String::from_utf8(told).unwrap());
    // Both come forward, and to the same.
    let [then, back] = [then, back].map(|path| text(&Sqlite::open_file(&path).unwrap()));
    assert_eq!(then.1.header.schema, crate::store::servers::SCHEMA);
    assert!(then == back, "what came back comes forward to something else");
}

#[test]
fn an_export_of_an_older_schema_is_not_put_into_a_database_of_this_one_door_2() {
    let directory = tempfile::tempdir().unwrap();
    let (told, _) = of_then(&directory.path().join("then"));
    let (_here, store) = fresh();
    let before = text(&store).0;
    let refused = imported(&store, told).unwrap_err();
    assert!(matches!(&refused, StoreError::Export { line: 1, why } if why.contains("schema 2")), "{refused}");
    assert_eq!(text(&store).0, before);
}

#[test]
fn an_export_of_a_newer_schema_says_so_and_one_that_never_was_too_door_2_door_4() {
    let (_here, store) = fresh();
    let told = String::from_utf8(text(&store).0).unwrap();
    let of = |schema: u32| told.replacen(&format!("\"schema\":{SCHEMA_NOW}"), &format!("\"schema\":{schema}"), 1).into_bytes();
    let newer = verify(&mut &*of(SCHEMA_NOW + 1), &mut |_| {}).unwrap_err();
    assert!(matches!(newer, StoreError::Newer { found, known: SCHEMA_NOW, .. } if found == SCHEMA_NOW + 1), "{newer}");
    let never = verify(&mut &*of(1), &mut |_| {}).unwrap_err();
    assert!(matches!(&never, StoreError::Export { line: 1, why } if why.contains("schema 1")), "{never}");
    // A newer database may admit this program, which does not know all that is in it.
    let directory = tempfile::tempdir().unwrap();
    let refused = Sqlite::make(&directory.path().join("newer"), SCHEMA_NOW, |sql| {
        sql.run(&format!("INSERT INTO migrations VALUES ({}, {SCHEMA_NOW}, 'x')", SCHEMA_NOW + 1), &[])?;
        assert_eq!(one(sql, "SELECT max(version) FROM migrations", &[], |row| row.take::<u32>())?, Some(SCHEMA_NOW + 1));
        export(sql, &mut Vec::new(), &mut |_| {})
    });
    assert!(matches!(refused, Err(StoreError::Newer { found, .. }) if found == SCHEMA_NOW + 1), "{refused:?}");
}
