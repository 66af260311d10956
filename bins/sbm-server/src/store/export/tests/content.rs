//! Something in every table.

use std::borrow::Cow;

use super::super::load::put;
use super::super::table::{TABLES, Table};
use super::super::whole::{Whole, filled};
use crate::store::sql::{Kind, Value};

/// Puts rows into every table of a fresh database. They refer to each other by the number 1, as rows of ours do.
pub(in super::super) fn fill(store: &dyn Whole) {
    filled(store, |sql| {
        sql.run("UPDATE revision SET value = 40", &[])?;
        sql.run("UPDATE server SET epoch = 3, max_offline = 60, keys = 'a key document'", &[])?;
        for table in TABLES.iter().filter(|table| !table.seeded) {
            put(sql, table, &[row(table, 1, 1)])?;
        }
        Ok(())
    })
    .unwrap();
    many_runs(store, 3);
}

/// Puts that many more runs into it.
pub(in super::super) fn many_runs(store: &dyn Whole, count: i64) {
    let base = (count + 1) << 33;
    filled(store, move |sql| {
        let runs = TABLES.iter().find(|table| table.name == "runs").unwrap();
        // From the last to the first: they arrive in another order than that of their keys.
        let rows: Vec<_> = (0..count).rev().map(|number| row(runs, 1, base + number)).collect();
        put(sql, runs, &rows)
    })
    .unwrap();
}

/// A row whose numbers and hashes are those of `number`; what refers to an account, user or so refers to `to`.
pub(super) fn row(table: &Table, to: i64, number: i64) -> Vec<Value<'static>> {
    let bytes = |length: usize| -> Value<'static> {
        let number = number.to_be_bytes();
        Value::Bytes(Cow::Owned(number.iter().copied().cycle().take(length).collect()))
    };
    let columns = table.columns.iter().map(|(name, kind)| match (table.name, *name, kind) {
        (_, "account_id" | "user_id" | "group_id" | "device_id" | "security_profile_id" | "profile_id", _) => Value::Int(to),
        (_, "name_key", _) => Value::from("a büro"),
        ("gone_accounts", "parent_id", _) => Value::Int(to),
        ("enrolments", "expires", _) => Value::Int(number),
        (_, "parent_id" | "expires", _) => Value::Null,
        ("runs", "gap", _) | ("runs", "group_start", _) => Value::Null,
        ("set_aside", "raw", _) => Value::from("{\"odd\":\"\u{1}\u{7f}\u{feff}\u{202e}👩\u{200d}👧\u{10ffff}\\u0000\""),
        (_, "nonce", _) => bytes(24),
        (_, "run_id" | "order_id" | "installation" | "guid" | "profile_guid", _) => bytes(16),
        ("bodies", "bytes", _) => bytes(5_000),
        ("runs", "kind" | "begun_by" | "result", _) | ("allowlist", "kind", _) => Value::Int(1),
        (_, _, Kind::Bytes) => bytes(32),
        (_, _, Kind::Bool) => Value::Int(number % 2),
        (_, _, Kind::Int) => Value::Int(number),
        (_, _, Kind::Text) => Value::from("Büro \"名前\" \\ \u{2028}\t"),
    });
    columns.collect()
}
