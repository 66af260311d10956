//! What is SQLite's alone: the file, its settings, its lock, its damage, and how commits are shared.

mod audit;
mod damage;
mod file;
mod group;
mod log;
mod migration;
mod settings;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use sbm_core::audit::Entry;
use sbm_core::id::{AccountId, DeviceId, InstallationId};
use sbm_core::run::RunRecord;
use sbm_core::time::Timestamp;
use tempfile::TempDir;

use super::{FILE, Sqlite};
use crate::store::contract;
use crate::store::{Audit as _, RunSource, Runs as _, Store, StoreError};

const SOURCE: RunSource =
    RunSource { account: AccountId::ROOT, device: DeviceId(1), installation: InstallationId::from_bytes([1; 16]) };

fn record(sequence: u64) -> RunRecord {
    let json = format!(
        r#"{{"id":"{sequence:032x}","sequence":{sequence},"installation":"{:032x}","computer":"pc","user":"anna",
        "profile":{{"name":"p"}},"thread_start":1,"profile_start":{sequence},"result":"success","end":2}}"#,
        1
    );
    serde_json::from_str(&json).unwrap()
}

fn entry(detail: &str) -> Entry {
    Entry {
        at: Timestamp::from_millis(1),
        account: AccountId::ROOT,
        actor: "system".to_owned(),
        address: String::new(),
        act: "test.act".to_owned(),
        object: String::new(),
        outcome: "ok".to_owned(),
        detail: detail.to_owned(),
        about: Vec::new(),
    }
}

fn file(directory: &TempDir) -> PathBuf {
    directory.path().join(FILE)
}

/// A closed database with something in it.
fn closed() -> TempDir {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    let records = (1..=300).map(record).collect();
    store.ingest(SOURCE, records, Timestamp::from_millis(1)).wait().unwrap();
    store.append_audit((0..5).map(|number| entry(&number.to_string())).collect()).wait().unwrap();
    directory
}

fn change(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

fn refused(directory: &TempDir) -> StoreError {
    Sqlite::open(directory.path()).err().expect("it should have been refused")
}

#[test]
fn sqlite_keeps_the_contract() {
    contract::run(|| {
        let directory = TempDir::new().unwrap();
        Box::new(move || Arc::new(Sqlite::open(directory.path()).unwrap()) as Arc<dyn Store>)
    });
}
