//! How fast history comes in, as rows of `make bench`: `sbm-bench-history [RECORDS]`.
//!
//! 1. Batches of 1,000 against a bare loop over the same table, with the same indexes and settings, in turn, the median of
//!    three: into the store, and through HTTP.
//! 2. 64 clients with one record each at a time: how many records share a commit. Commits are counted from outside, in the
//!    write-ahead log.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench fails by panicking")]
#![expect(clippy::print_stdout, reason = "its rows go to the standard output")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use sbm_client::core::id::{AccountId, DeviceId, InstallationId};
use sbm_client::core::run::RunRecord;
use sbm_client::core::time::Timestamp;
use sbm_client::core::wire::v1::device::{Fate, Runs as Upload, RunsAnswer};
use sbm_client::core::wire::v1::path;
use sbm_server::store::{RunSource, Runs as _, Sqlite};
use sbm_tests::batch::{batches, record};
use sbm_tests::raw::request;
use sbm_tests::stronghold::{INSTALLATION, Stronghold};
use tempfile::TempDir;

const SIZE: usize = 1_000;
const CLIENTS: u64 = 64;
const EACH: u64 = 25;
const ROUNDS: usize = 3;

const SOURCE: RunSource =
    RunSource { account: AccountId::ROOT, device: DeviceId(1), installation: InstallationId::from_bytes([1; 16]) };

fn main() {
    let records: u64 = std::env::args().nth(1).map_or(50_000, |count| count.parse().unwrap());
    let reached = ratio(records, SOURCE.installation, into_store);
    let met = |met: bool| if met { "yes" } else { "no" };
    println!(
        "history: batches of 1,000 into the store, of a bare loop\t{:.0}\t%\t70 %\t{}",
        reached * 100.0,
        met(reached >= 0.7)
    );
    let reached = ratio(records, INSTALLATION.parse().unwrap(), through_http);
    println!("history: batches of 1,000 through HTTP, of a bare loop\t{:.0}\t%\tnone\t-", reached * 100.0);
    let shared = store_records_in_a_commit();
    println!("history: records in a commit, 64 single-record clients, store\t{shared:.1}\trecords\t4\t{}", met(shared >= 4.0));
    let shared = http_records_in_a_commit();
    println!("history: records in a commit, 64 single-record clients, HTTP\t{shared:.1}\trecords\t4\t{}", met(shared >= 4.0));
}

/// The median of what a way of taking history in reaches of the bare loop. Both take batch after batch in turn, so that
/// what else the machine does meets both.
fn ratio<W: FnMut(Vec<RunRecord>)>(records: u64, own: InstallationId, way: impl Fn() -> W) -> f64 {
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let (mut bare, mut way) = (Bare::new(), way());
            let (mut of_bare, mut of_way) = (Duration::ZERO, Duration::ZERO);
            for (one, other) in batches(records, SIZE, SOURCE.installation).iter().zip(batches(records, SIZE, own)) {
                of_bare += timed(|| bare.insert(one));
                of_way += timed(|| way(other));
            }
            eprintln!("{of_bare:.2?} bare, {of_way:.2?}");
            of_bare.as_secs_f64() / of_way.as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ROUNDS / 2]
}

fn timed(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

/// On the disk of the build, since a temporary directory may be memory.
fn directory() -> TempDir {
    TempDir::new_in(Path::new(env!("CARGO_MANIFEST_DIR")).join("../target")).unwrap()
}

/// A plain loop over the table as the server makes it.
struct Bare {
    sql: Connection,
    _directory: TempDir,
}

impl Bare {
    fn new() -> Self {
        let directory = directory();
        drop(Sqlite::open(directory.path()).unwrap());
        let sql = Connection::open(directory.path().join("sbm.db")).unwrap();
        for (name, value) in
            [("journal_mode", "wal"), ("synchronous", "2"), ("wal_autocheckpoint", "8000"), ("cache_size", "-16384")]
        {
            let _ = sql.pragma_update_and_check(None, name, value, |_| Ok(()));
        }
        assert_eq!(sql.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0)).unwrap(), 2);
        Self { sql, _directory: directory }
    }

    fn insert(&mut self, batch: &[RunRecord]) {
        let sql = &self.sql;
        sql.execute_batch("BEGIN IMMEDIATE").unwrap();
        let mut insert = sql
            .prepare_cached(
                "INSERT INTO runs (account_id, device_id, run_id, sequence, received, installation, computer, login, \
                 profile_name, profile_guid, profile_version, profile_revision, kind, kind_text, begun_by, restore, \
                 thread_start, profile_start, group_start, utc_offset, os_user, result, ended, files_copied, files_deleted, \
                 files_failed, bytes_copied, bytes_deleted, bytes_failed, bytes_stored, error) VALUES (?1, ?2, ?3, ?4, ?5, ?6, \
                 ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, \
                 ?29, ?30, ?31)",
            )
            .unwrap();
        for record in batch {
            let (start, end) = (&record.start, &record.finish);
            let values = params![
                SOURCE.account.0,
                SOURCE.device.0,
                record.id.as_bytes(),
                record.sequence as i64,
                1,
                record.installation.as_bytes(),
                record.computer,
                record.user,
                start.profile.name,
                start.profile.guid.as_ref().map(|guid| guid.as_bytes()),
                start.profile.version,
                start.profile.revision as i64,
                start.kind as i32,
                start.kind_text,
                start.trigger as i32,
                start.restore,
                start.thread_start.as_millis(),
                start.profile_start.as_millis(),
                start.group_start.map(Timestamp::as_millis),
                start.utc_offset,
                start.os_user,
                end.result as i32,
                end.end.as_millis(),
                end.files_copied as i64,
                end.files_deleted as i64,
                end.files_failed as i64,
                end.bytes_copied as i64,
                end.bytes_deleted as i64,
                end.bytes_failed as i64,
                end.bytes_stored.map(|bytes| bytes as i64),
                end.error,
            ];
            insert.execute(values).unwrap();
        }
        drop(insert);
        sql.execute_batch("COMMIT").unwrap();
    }
}

/// Into the store.
fn into_store() -> impl FnMut(Vec<RunRecord>) {
    let directory = directory();
    let store = Sqlite::open(directory.path()).unwrap();
    move |batch| {
        let _kept = &directory;
        let taken = store.ingest(SOURCE, batch, Timestamp::from_millis(1)).wait().unwrap();
        assert!(taken.iter().all(|taken| taken.fate == Fate::Accepted));
    }
}

/// Through HTTP over TLS; making the text and reading the receipts are in the time.
fn through_http() -> impl FnMut(Vec<RunRecord>) {
    let hold = Stronghold::new();
    let mut wire = hold.raw.connect();
    move |batch| {
        let hold = &hold;
        wire.send(&upload(&hold.device, &batch));
        let receipts = wire.answer().unwrap().json::<RunsAnswer>().receipts;
        assert!(receipts.len() == SIZE && receipts.iter().all(|receipt| receipt.fate == Fate::Accepted));
    }
}

fn upload(token: &str, records: &[RunRecord]) -> Vec<u8> {
    request("POST", path::RUNS, Some(token), Some(&serde_json::to_string(&Upload::new(records)).unwrap()))
}

fn store_records_in_a_commit() -> f64 {
    let directory = directory();
    let store = Arc::new(Sqlite::open(directory.path()).unwrap());
    let log = directory.path().join("sbm.db-wal");
    let before = commits(&log);
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let store = &store;
            scope.spawn(move || {
                for number in 0..EACH {
                    let record = record(client * EACH + number + 1, SOURCE.installation);
                    store.ingest(SOURCE, vec![record], Timestamp::from_millis(1)).wait().unwrap();
                }
            });
        }
    });
    (CLIENTS * EACH) as f64 / (commits(&log) - before) as f64
}

fn http_records_in_a_commit() -> f64 {
    let hold = Stronghold::new();
    let log = hold.server.data_dir().join("sbm.db-wal");
    let mut wires: Vec<_> = (0..CLIENTS).map(|_| hold.raw.connect()).collect();
    let before = commits(&log);
    std::thread::scope(|scope| {
        for (client, wire) in (0..).zip(&mut wires) {
            let token = &hold.device;
            scope.spawn(move || {
                for number in 0..EACH {
                    let record = record(client * EACH + number + 1, INSTALLATION.parse().unwrap());
                    wire.send(&upload(token, &[record]));
                    let answer = wire.answer().unwrap();
                    assert_eq!(answer.json::<RunsAnswer>().receipts[0].fate, Fate::Accepted);
                }
            });
        }
    });
    (CLIENTS * EACH) as f64 / (commits(&log) - before) as f64
}

/// The commits in a write-ahead log: its frames that say how large the database is after them.
fn commits(log: &Path) -> usize {
    let bytes = std::fs::read(log).unwrap();
    if bytes.is_empty() {
        return 0;
    }
    let page = u32::from_be_bytes(bytes[8..12].try_into().unwrap()) as usize;
    let salt = &bytes[16..24];
    let frames = bytes[32..].chunks_exact(24 + page);
    let own = frames.take_while(|frame| &frame[8..16] == salt);
    own.filter(|frame| frame[4..8] != [0; 4]).count()
}
