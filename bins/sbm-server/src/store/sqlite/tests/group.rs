//! How commits are shared, and that what was handed over is done.

use std::sync::mpsc::channel;

use sbm_core::id::AccountId;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::HistoryQuery;
use tempfile::TempDir;

use super::super::Sqlite;
use super::{SOURCE, record};
use crate::store::{Runs as _, StoreError, Taken, Within};

#[test]
fn single_uploads_share_commits() {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    let (go, wait) = channel::<()>();
    let (tell, begun) = channel();
    let before = store.write_counters();
    let occupied = store.write(move |_| {
        tell.send(()).unwrap();
        let _ = wait.recv();
        Ok(())
    });
    begun.recv().unwrap();
    let uploads: Vec<_> =
        (1..=64).map(|sequence| store.ingest(SOURCE, vec![record(sequence)], Timestamp::from_millis(1))).collect();
    drop(go);
    occupied.wait().unwrap();
    for upload in uploads {
        assert_eq!(upload.wait().unwrap(), [Taken::plain(sbm_core::wire::v1::device::Fate::Accepted)]);
    }
    let after = store.write_counters();
    assert_eq!((after.jobs - before.jobs, after.commits - before.commits), (65, 2));
}

#[test]
fn a_failing_upload_does_not_undo_its_neighbours() {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    let good = store.ingest(SOURCE, vec![record(1)], Timestamp::from_millis(1));
    let bad = store.write(|sql| {
        sql.execute("DELETE FROM runs", []).map_err(StoreError::rejected)?;
        Err::<(), _>(StoreError::rejected("on purpose"))
    });
    let late = store.ingest(SOURCE, vec![record(2)], Timestamp::from_millis(1));
    assert!(good.wait().is_ok() && bad.wait().is_err() && late.wait().is_ok());
    assert_eq!(store.list(Within::one(AccountId::ROOT), HistoryQuery::default()).wait().unwrap().items.len(), 2);
}

#[test]
fn what_was_handed_over_is_done_though_the_store_is_dropped() {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    for sequence in 1..=100 {
        drop(store.ingest(SOURCE, vec![record(sequence)], Timestamp::from_millis(1)));
    }
    drop(store);
    let store = Sqlite::open(directory.path()).unwrap();
    assert_eq!(store.highest_sequence(SOURCE).wait(), Ok(100));
}
