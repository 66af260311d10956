//! Files that are damaged, foreign, edited or full.

use sbm_core::code::Code;
use sbm_core::id::AccountId;
use sbm_core::run::RunRecord;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::HistoryQuery;
use tempfile::TempDir;

use super::super::{FILE, Sqlite};
use super::{SOURCE, change, closed, entry, file, record, refused};
use crate::store::{Audit as _, Directory as _, Runs as _, StoreError, Within};

#[test]
fn a_damaged_file_is_named_and_left_as_it_is() {
    type Harm = fn(&mut Vec<u8>);
    let harms: [(&str, Harm); 6] = [
        ("empty", |bytes| bytes.clear()),
        ("another kind of file", |bytes| *bytes = b"this is a text file\n".repeat(500)),
        ("header", |bytes| bytes[0] ^= 1),
        ("cut off", |bytes| bytes.truncate(bytes.len() / 2)),
        ("root page", |bytes| bytes[100..200].fill(0xff)),
        ("pages", |bytes| bytes.iter_mut().skip(4_096).for_each(|byte| *byte ^= 0x5a)),
    ];
    for (name, harm) in harms {
        let directory = closed();
        let mut bytes = std::fs::read(file(&directory)).unwrap();
        harm(&mut bytes);
        std::fs::write(file(&directory), &bytes).unwrap();
        let error = refused(&directory);
        assert_eq!(error.code(), Code::StoreDamaged, "{name}: {error}");
        assert!(error.to_string().contains(FILE), "{name}: {error}");
        assert_eq!(std::fs::read(file(&directory)).unwrap(), bytes, "{name}");
    }
}

#[test]
fn a_log_left_behind_is_not_written_into_a_damaged_file() {
    let directory = closed();
    let store = Sqlite::open(directory.path()).unwrap();
    store.ingest(SOURCE, vec![record(301)], Timestamp::from_millis(1)).wait().unwrap();
    let killed = TempDir::new().unwrap();
    let log = format!("{FILE}-wal");
    std::fs::copy(directory.path().join(&log), killed.path().join(&log)).unwrap();
    let mut bytes = std::fs::read(file(&directory)).unwrap();
    bytes.iter_mut().skip(4_096).for_each(|byte| *byte ^= 0x5a);
    std::fs::write(file(&killed), &bytes).unwrap();
    let before = std::fs::read(killed.path().join(&log)).unwrap();
    assert!(!before.is_empty());
    assert_eq!(refused(&killed).code(), Code::StoreDamaged);
    assert_eq!(std::fs::read(file(&killed)).unwrap(), bytes);
    assert_eq!(std::fs::read(killed.path().join(&log)).unwrap(), before);
}

#[test]
fn a_database_of_something_else_is_refused_and_left_as_it_is() {
    let directory = TempDir::new().unwrap();
    change(&file(&directory), "CREATE TABLE mine (a)");
    let before = std::fs::read(file(&directory)).unwrap();
    assert_eq!(refused(&directory).code(), Code::StoreDamaged);
    assert_eq!(std::fs::read(file(&directory)).unwrap(), before);
}

#[test]
fn a_row_that_no_program_writes_is_damage_and_no_panic() {
    for edit in [
        "UPDATE users SET name = '' WHERE user_id = 1",
        "UPDATE accounts SET state = 9",
        "UPDATE users SET roles = -1",
        "UPDATE server SET epoch = -1",
        "UPDATE server SET keys = 'no json'",
        "DELETE FROM server",
        "DELETE FROM next_numbers WHERE kind = 'user'",
    ] {
        let directory = closed();
        change(&file(&directory), edit);
        let answer = Sqlite::open(directory.path()).unwrap().load().wait();
        assert_eq!(answer.unwrap_err().code(), Code::StoreDamaged, "{edit}");
    }
}

#[test]
fn a_full_database_refuses_and_loses_nothing_err_4() {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    store.ingest(SOURCE, vec![record(1)], Timestamp::from_millis(1)).wait().unwrap();
    store
        .write(|sql| {
            let pages: i64 = sql.query_row("PRAGMA page_count", [], |row| row.get(0)).map_err(StoreError::rejected)?;
            sql.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).map_err(StoreError::rejected)
        })
        .wait()
        .unwrap();
    let many: Vec<RunRecord> = (2..=5_000).map(record).collect();
    let send = || store.ingest(SOURCE, many.clone(), Timestamp::from_millis(1)).wait();
    assert_eq!(send(), Err(StoreError::DiskFull));
    assert_eq!(send(), Err(StoreError::DiskFull), "and again");
    // What was there is there and is read; of what was refused, nothing is.
    assert_eq!(store.highest_sequence(SOURCE).wait(), Ok(1));
    assert_eq!(store.list(Within::one(AccountId::ROOT), HistoryQuery::default()).wait().unwrap().items.len(), 1);
    assert_eq!(store.verify_audit().wait(), Ok((0, None)));
    store
        .write(|sql| sql.query_row("PRAGMA max_page_count = 1000000", [], |_| Ok(())).map_err(StoreError::rejected))
        .wait()
        .unwrap();
    // The device sends it again, and all of it is taken.
    let taken = send().unwrap();
    assert!(taken.len() == 4_999 && taken.iter().all(|taken| taken.fate == sbm_core::wire::v1::device::Fate::Accepted));
    store.append_audit(vec![entry("there is room again")]).wait().unwrap();
    drop(store);
    assert_eq!(Sqlite::open(directory.path()).unwrap().highest_sequence(SOURCE).wait(), Ok(5_000));
}
