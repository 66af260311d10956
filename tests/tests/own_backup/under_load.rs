//! Backups while everybody writes.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};

use sbm_client::core::id::RunId;
use sbm_client::core::run::RunRecord;
use sbm_client::core::time::Timestamp;
use sbm_client::core::wire::v1::device::Fate;
use sbm_server::backup::verify;
use sbm_server::clock::SystemClock;
use sbm_server::store::RunSource;
use sbm_tests::fixture::{client_of, office};
use sbm_tests::server::TestServer;

use super::place::{Keys, Kind, Place, runs};

/// Who writes at once, and how much each hands over at a time.
const WRITERS: u64 = 4;
const BATCH: u64 = 25;

/// Backups of one server.
const TOGETHER: usize = 5;

fn rounds() -> usize {
    std::env::var("SBM_BACKUPS").ok().map_or(5, |text| text.parse().unwrap())
}

#[test]
fn a_backup_of_sqlite_under_load_has_every_record_acknowledged_before_it_began_door_2_his_3() {
    under_load(Kind::Sqlite);
}

#[test]
fn a_backup_of_postgresql_under_load_has_every_record_acknowledged_before_it_began_door_2_his_3() {
    under_load(Kind::Postgres);
}

fn under_load(kind: Kind) {
    let rounds = rounds();
    // Each of these histories begins empty: what a round costs does not grow with the campaign.
    for first in (0..rounds).step_by(TOGETHER) {
        several(kind, first..rounds.min(first + TOGETHER));
    }
}

fn several(kind: Kind, rounds: std::ops::Range<usize>) {
    let keys = Keys::new();
    let place = Place::new(kind, &keys);
    let server = TestServer::start(place.directory.clone(), 0, std::sync::Arc::new(SystemClock), &place.borrowed());
    office(&server.claim());
    let home = tempfile::tempdir().unwrap();
    drop(client_of(&server, home.path()));
    let service = server.service();
    let source = RunSource::of(service.facts().devices().next().unwrap());
    let (over, pause) = (AtomicBool::new(false), RwLock::new(()));
    let (next, acknowledged) = (AtomicU64::new(1), Mutex::new(BTreeSet::<RunId>::new()));
    let backups = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                while !over.load(Ordering::Acquire) {
                    let _go = pause.read().unwrap();
                    let first = next.fetch_add(BATCH, Ordering::AcqRel);
                    let records: Vec<RunRecord> = (first..first + BATCH).map(|sequence| record(sequence, &source)).collect();
                    let taken = service.store().ingest(source, records.clone(), Timestamp::from_millis(1)).wait().unwrap();
                    assert!(taken.iter().all(|taken| taken.fate == Fate::Accepted));
                    acknowledged.lock().unwrap().extend(records.iter().map(|record| record.id));
                }
            });
        }
        let _guard = Guard(&over);
        let (mut seen, mut was_written_meanwhile) = (0, false);
        for round in rounds {
            while acknowledged.lock().unwrap().len() <= seen {
                std::thread::yield_now();
            }
            let before = acknowledged.lock().unwrap().clone();
            let made = place.back_up(backups.path());
            let after = acknowledged.lock().unwrap().len();
            // What was made is looked through in peace.
            let _quiet = pause.write().unwrap();
            seen = before.len();
            was_written_meanwhile |= after > seen;
            let verified = verify(&made.path, Some(&keys.read())).unwrap();
            assert!(verified.keys_were_tried && verified.manifest == made.manifest);
            // To the other kind now and then.
            let to = if round % 4 == 3 { Kind::Postgres } else { kind };
            let copy = Place::new(to, &keys);
            let restored = copy.restore(&made.path, &keys).unwrap();
            assert!(restored.epoch > made.manifest.epoch && restored.revision > made.manifest.revision);
            let opened = copy.open();
            let kept = runs(&*opened.store);
            assert_eq!(kept.len() as u64, made.manifest.runs);
            let lost: Vec<_> = before.difference(&kept).collect();
            assert!(lost.is_empty(), "round {round}: {} of {} are lost", lost.len(), before.len());
            std::fs::remove_dir_all(&made.path).unwrap();
        }
        // One backup may be too quick for a slow machine's writers.
        assert!(was_written_meanwhile, "nobody could ever write while a backup was made");
    });
}

/// The writers end with the test, however that ends.
struct Guard<'o>(&'o AtomicBool);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

pub fn record(sequence: u64, source: &RunSource) -> RunRecord {
    let mut random = [0; 10];
    random[2..].copy_from_slice(&sequence.to_be_bytes());
    let id = RunId::v7(Timestamp::from_millis(1_795_000_000_000 + i64::try_from(sequence).unwrap()), random);
    let json = format!(
        r#"{{"id":"{id}","sequence":{sequence},"installation":"{}","computer":"pc","user":"carol",
        "profile":{{"name":"p"}},"thread_start":1,"profile_start":{sequence},"result":"success","end":2}}"#,
        source.installation
    );
    serde_json::from_str(&json).unwrap()
}
