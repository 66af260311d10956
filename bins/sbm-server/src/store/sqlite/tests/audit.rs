//! Edits of the audit log are found.

use rusqlite::Connection;
use sbm_core::audit::Entry;
use sbm_core::id::AccountId;
use sbm_core::time::Timestamp;
use tempfile::TempDir;

use super::super::Sqlite;
use super::{change, closed, entry, file};
use crate::store::Audit as _;

#[test]
fn every_edit_of_the_audit_log_is_found_run_12() {
    for (edit, broken_at) in [
        ("UPDATE audit SET detail = 'x' WHERE number = 3", 3),
        ("DELETE FROM audit WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 5", 5),
        ("UPDATE audit SET hash = zeroblob(32) WHERE number = 1", 1),
    ] {
        let directory = closed();
        assert!(
            Connection::open(file(&directory)).unwrap().execute_batch(edit).is_err(),
            "the log lets itself be edited: {edit}"
        );
        change(&file(&directory), &format!("DROP TRIGGER audit_stays; DROP TRIGGER audit_lasts; {edit}"));
        let store = Sqlite::open(directory.path()).unwrap();
        assert_eq!(store.verify_audit().wait().unwrap().1, Some(broken_at), "{edit}");
        store.append_audit(vec![entry("afterwards")]).wait().unwrap();
        assert_eq!(store.verify_audit().wait().unwrap().1, Some(broken_at), "an entry behind it hides nothing: {edit}");
    }
}

#[test]
fn every_single_edit_of_any_column_removal_and_cut_of_the_log_is_found_run_12() {
    const ENTRIES: u64 = 12;
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    // Each differs from its neighbours in every column.
    let entries = (1..=ENTRIES).map(|number| Entry {
        at: Timestamp::from_millis(number as i64),
        account: AccountId(number as u32),
        actor: format!("actor {number}"),
        address: format!("10.0.0.{number}"),
        act: format!("act.{number}"),
        object: format!("object {number}"),
        outcome: format!("outcome {number}"),
        detail: format!("detail {number}"),
        about: Vec::new(),
    });
    store.append_audit(entries.collect()).wait().unwrap();
    drop(store);
    let sql = Connection::open(file(&directory)).unwrap();
    sql.execute_batch("DROP TRIGGER audit_stays; DROP TRIGGER audit_lasts").unwrap();
    let verdict = || crate::store::database::audit::verify(&sql).unwrap().1;
    assert_eq!(verdict(), None);
    let mut edits = Vec::new();
    for number in 1..=ENTRIES {
        let numbers = ["at", "account_id"].map(|column| format!("{column} = {column} + 1"));
        let texts = ["actor", "address", "act", "object", "outcome", "detail"];
        let longer = texts.map(|column| format!("{column} = {column} || ' '"));
        let empty = texts.map(|column| format!("{column} = ''"));
        let moved = texts.windows(2).map(|two| {
            let (one, next) = (two[0], two[1]);
            format!("{one} = substr({one}, 1, length({one}) - 1), {next} = substr({one}, -1) || {next}")
        });
        let hash = [
            "hash = zeroblob(32)".to_owned(),
            "hash = (SELECT hash FROM audit AS other WHERE other.number <> audit.number)".to_owned(),
        ];
        for set in numbers.into_iter().chain(longer).chain(empty).chain(moved).chain(hash) {
            edits.push((format!("UPDATE audit SET {set} WHERE number = {number}"), number));
        }
        edits.push((format!("DELETE FROM audit WHERE number = {number}"), number));
        edits.push((format!("DELETE FROM audit WHERE number >= {number}"), number));
        if number < ENTRIES {
            let swap = format!(
                "UPDATE audit SET number = -1 WHERE number = {number}; UPDATE audit SET number = {number} WHERE number = {number} + 1;
                UPDATE audit SET number = {number} + 1 WHERE number = -1"
            );
            edits.push((swap, number));
        }
    }
    edits.push((format!("INSERT INTO audit SELECT {ENTRIES} + 1, at, account_id, actor, address, act, object, outcome, detail, hash FROM audit WHERE number = {ENTRIES}"), ENTRIES + 1));
    edits.push(("UPDATE next_numbers SET next = next + 1 WHERE kind = 'audit'".to_owned(), ENTRIES + 1));
    assert!(edits.len() > 250, "{}", edits.len());
    for (edit, broken_at) in edits {
        sql.execute_batch("SAVEPOINT edit").unwrap();
        sql.execute_batch(&edit).unwrap();
        assert_eq!(verdict(), Some(broken_at), "{edit}");
        sql.execute_batch("ROLLBACK TO edit; RELEASE edit").unwrap();
    }
    assert_eq!(verdict(), None);
}
