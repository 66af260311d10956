//! What is PostgreSQL's alone: who is let in, what is refused, and how it comes back.

mod contract;
mod impostors;
mod months;
mod outages;
mod refusals;
mod retention;
mod sql;

use std::path::PathBuf;

use sbm_core::audit::Entry;
use sbm_core::id::{AccountId, DeviceId, InstallationId};
use sbm_core::run::RunRecord;
use sbm_core::time::Timestamp;
use sbm_test_postgres::Cluster;

use super::Postgres;
use crate::store::url::{PostgresUrl, StoreUrl};
use crate::store::{RunSource, StoreError};

const SOURCE: RunSource =
    RunSource { account: AccountId::ROOT, device: DeviceId(1), installation: InstallationId::from_bytes([1; 16]) };

fn record(sequence: u64) -> RunRecord {
    let json = format!(
        r#"{{"id":"{sequence:032x}","sequence":{sequence},"installation":"{}","computer":"pc","user":"anna",
        "profile":{{"name":"p"}},"thread_start":1,"profile_start":{sequence},"result":"success","end":2}}"#,
        "01".repeat(16)
    );
    serde_json::from_str(&json).unwrap()
}

fn entry() -> Entry {
    Entry {
        at: Timestamp::from_millis(1),
        account: AccountId::ROOT,
        actor: "system".to_owned(),
        address: String::new(),
        act: "history.prune".to_owned(),
        object: "history".to_owned(),
        outcome: "ok".to_owned(),
        detail: String::new(),
        about: Vec::new(),
    }
}

fn url(text: &str) -> PostgresUrl {
    match text.parse() {
        Ok(StoreUrl::Postgres(url)) => url,
        other => panic!("{text}: {other:?}"),
    }
}

fn open(text: &str) -> Result<Postgres, StoreError> {
    Postgres::open(&url(text))
}

/// A database with the schema in it, which nobody uses.
fn made() -> String {
    let database = Cluster::shared().database();
    drop(open(&database).unwrap());
    database
}

/// A file of authorities.
fn roots() -> PathBuf {
    Cluster::shared().ca()
}
