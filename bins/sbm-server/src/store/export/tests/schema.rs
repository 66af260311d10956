//! The table of tables against the databases as their migrations make them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::table::{LEFT_OUT, Order, TABLES};
use super::super::whole::{Whole, looked};
use super::fresh;
use crate::store::sql::all;

/// Tables and columns of a SQLite database, each with its type.
const SQLITE: &str = "SELECT t.name, c.name, lower(c.type) FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c \
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'";

/// The same of a PostgreSQL; its parts of the history are the history.
const POSTGRES: &str = "SELECT CAST(c.relname AS text), CAST(a.attname AS text) FROM pg_class AS c \
    JOIN pg_attribute AS a ON a.attrelid = c.oid \
    WHERE c.relnamespace = to_regnamespace('sbm') AND c.relkind IN ('r', 'p') AND NOT c.relispartition \
    AND a.attnum > 0 AND NOT a.attisdropped";

type Columns = BTreeMap<String, BTreeSet<String>>;

fn columns(store: &dyn Whole, text: &'static str) -> Columns {
    let found = looked(store, move |sql| all(sql, text, &[], |row| Ok((row.take::<String>()?, row.take::<String>()?)))).unwrap();
    let mut columns = Columns::new();
    for (table, column) in found {
        columns.entry(table).or_default().insert(column);
    }
    columns
}

/// Every table is told or left out, and what is told of it is every column but those that `made` of others.
fn compare(mut found: Columns, made: &[(&str, &str)]) {
    for (table, _) in LEFT_OUT {
        assert!(found.remove(*table).is_some(), "`{table}` is left out and in no schema");
    }
    for table in TABLES {
        let mut there = found.remove(table.name).unwrap_or_else(|| panic!("there is no `{}`", table.name));
        there.retain(|column| !made.contains(&(table.name, column.as_str())));
        let told: BTreeSet<_> = table.columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(told, there, "`{}`: say in export/table.rs whether it is exported", table.name);
    }
    assert!(found.is_empty(), "say in export/table.rs whether these are exported: {found:?}");
}

#[test]
fn every_table_and_column_of_sqlite_is_exported_or_left_out_by_name_door_2() {
    let (_directory, store) = fresh();
    compare(columns(&store, SQLITE), &[]);
}

#[test]
fn every_table_and_column_of_postgresql_is_exported_or_left_out_by_name_door_2() {
    let store = super::fresh_postgres();
    compare(columns(&store, POSTGRES), &[("runs", "words"), ("runs", "arrival")]);
}

#[test]
fn every_key_that_orders_rows_is_unique_in_sqlite_door_2() {
    let (_directory, store) = fresh();
    for table in TABLES {
        let keys = looked(&store, |sql| {
            let text = "SELECT i.name FROM pragma_index_list($1) AS i WHERE i.\"unique\" = 1";
            let mut keys = BTreeSet::new();
            for index in all(sql, text, &crate::store::sql::values![table.name], |row| row.take::<String>())? {
                let text = "SELECT name FROM pragma_index_info($1)";
                keys.insert(all(sql, text, &crate::store::sql::values![index], |row| row.take::<Option<String>>())?);
            }
            let text = "SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk";
            keys.insert(all(sql, text, &crate::store::sql::values![table.name], |row| row.take::<Option<String>>())?);
            Ok(keys)
        });
        let key: Vec<_> = table.key.iter().map(|at| Some(table.columns[*at].0.to_owned())).collect();
        assert!(keys.unwrap().contains(&key), "`{}`", table.name);
        assert!(table.order != Order::Tree || table.name == "accounts");
    }
}
