//! An outbox that is full (ERR-3), on every store.

use sbm_core::run::gap::DROPPED;
use sbm_core::run::{Gap, RunRecord};

use super::*;

/// Every kind of store with these limits; on disk it lives as long as what is given with it.
fn stores(limits: OutboxLimits) -> Vec<(Box<dyn CacheStore>, Option<tempfile::TempDir>)> {
    let machine = Hash::of(b"this machine");
    let place = || tempfile::tempdir().unwrap();
    let mut stores: Vec<(Box<dyn CacheStore>, _)> = vec![(Box::new(MemoryStore::limited(limits).unwrap()), None)];
    let files = place();
    stores.push((Box::new(FilesStore::open_limited(files.path(), machine, limits).unwrap()), Some(files)));
    #[cfg(feature = "sqlite")]
    {
        let disk = place();
        stores.push((Box::new(SqliteStore::open_limited(disk.path(), machine, limits).unwrap()), Some(disk)));
    }
    stores
}

fn id(number: u64) -> RunId {
    RunId::from_bytes((u128::from(number) + 1).to_be_bytes())
}

fn finish(store: &dyn CacheStore, number: u64, end: RunEnd) -> u64 {
    store.begin_run(&Mark { id: id(number), ..mark(1, None) }).unwrap();
    store.finish_run(&id(number), end).unwrap()
}

fn failure(text: &str) -> RunEnd {
    RunEnd { result: RunResult::Failure, error: text.to_owned(), ..end() }
}

fn all(store: &dyn CacheStore) -> Vec<RunRecord> {
    store.outbox(usize::MAX, false).unwrap()
}

/// Every number is a record's own or lies in the one gap, which comes first.
fn is_seamless(records: &[RunRecord], highest: u64) {
    let mut next = 1;
    for record in records {
        let Gap { first, last, .. } =
            record.gap.unwrap_or(Gap { count: 1, failed: 0, first: record.sequence, last: record.sequence });
        assert_eq!((first, last), (next, record.sequence));
        assert_eq!(record.check(), Ok(()));
        next = last + 1;
    }
    assert_eq!(next, highest + 1);
    assert!(records.iter().filter(|record| record.gap.is_some()).count() <= 1, "there is one gap");
}

#[test]
fn too_many_records_leave_one_gap_that_counts_them_and_no_run_is_refused_err_3() {
    for (store, _kept) in stores(OutboxLimits { records: 20, bytes: u64::MAX }) {
        for number in 1..=100_u64 {
            let end = if number % 10 == 0 { failure("bad") } else { end() };
            assert_eq!(finish(&*store, number, end), number);
            assert_eq!(store.waiting().unwrap(), usize::try_from(number.min(20)).unwrap());
        }
        let records = all(&*store);
        is_seamless(&records, 100);
        assert_eq!(records[0].gap, Some(Gap { count: 81, failed: 8, first: 1, last: 81 }));
        assert_eq!((records[0].finish.result, records[0].sequence), (RunResult::Failure, 81));
        assert_eq!(
            records.iter().map(|record| &record.finish.error).filter(|error| *error == "bad").count(),
            2,
            "the newest are whole"
        );
    }
}

#[test]
fn too_many_bytes_cost_error_texts_then_counts_then_records_the_oldest_first_err_3() {
    let limits = OutboxLimits { records: u64::MAX, bytes: 128 * 1024 };
    for (store, _kept) in stores(limits) {
        let long = "x".repeat(4_000);
        let big = || RunEnd { bytes_copied: u64::MAX / 4, bytes_stored: Some(u64::MAX / 4), ..failure(&long) };
        for number in 1..=25 {
            finish(&*store, number, big());
        }
        assert!(all(&*store).iter().all(|record| record.finish.error == long), "there is room for these");
        for number in 26..=40 {
            finish(&*store, number, big());
        }
        let records = all(&*store);
        is_seamless(&records, 40);
        let whole = records.iter().position(|record| record.finish.error == long).unwrap();
        assert!(whole > 5 && records.iter().skip(whole).all(|record| record.finish.error == long), "texts go from the oldest on");
        assert!(
            records.iter().all(|record| record.gap.is_none() && record.finish.bytes_stored.is_some()),
            "counts are still there"
        );
        // On and on: what goes next goes only when nothing of what went before is left.
        let mut number = 40;
        let mut until = |is_so: fn(&RunRecord) -> bool| {
            while !is_so(&all(&*store)[0]) {
                number += 1;
                finish(&*store, number, big());
                assert!(number < 2_000);
            }
            let records = all(&*store);
            is_seamless(&records, number);
            records
        };
        let records = until(|oldest| oldest.finish.bytes_stored.is_none());
        assert!(records.iter().all(|record| record.finish.error == DROPPED && record.gap.is_none()), "no text is left");
        let records = until(|oldest| oldest.gap.is_some());
        let bare = records.iter().skip(1).all(|record| record.finish.bytes_stored.is_none() && record.finish.bytes_copied == 0);
        assert!(bare, "no count is left");
        assert_eq!(records[1].finish.result, RunResult::Failure, "how it ended is");
        let records = until(|oldest| oldest.gap.is_some_and(|gap| gap.count > 100));
        let gap = records[0].gap.unwrap();
        assert!(gap.failed == gap.count && gap.count == gap.last, "{gap:?}");
        let size: usize = records.iter().map(|record| to_json(record).len()).sum();
        assert!(size as u64 <= limits.bytes && size as u64 > limits.bytes / 2, "{size}");
    }
}

#[test]
fn a_run_that_died_is_recorded_in_a_full_outbox_too_his_1_err_3() {
    let memory = Arc::new(MemoryStore::limited(OutboxLimits { records: 8, bytes: u64::MAX }).unwrap());
    for number in 1..=10 {
        finish(&*memory, number, end());
    }
    memory.begin_run(&Mark { id: id(11), ..mark(1, None) }).unwrap();
    memory.restart();
    assert_eq!(memory.report_interrupted(at(500)).unwrap(), 1);
    let records = all(&*memory);
    is_seamless(&records, 11);
    assert_eq!(records.last().unwrap().finish.result, RunResult::Interrupted);
}

#[test]
fn what_the_server_has_is_not_in_the_next_gap_err_3() {
    for (store, _kept) in stores(OutboxLimits { records: 8, bytes: u64::MAX }) {
        for number in 1..=12 {
            finish(&*store, number, end());
        }
        let first = all(&*store);
        assert_eq!(first[0].gap.map(|gap| (gap.first, gap.last)), Some((1, 5)));
        let ids = first.iter().map(|record| record.id).collect();
        store.apply(&[Write::Acknowledge { ids, at: at(1_000) }]).unwrap();
        assert_eq!(store.waiting().unwrap(), 0);
        for number in 13..=24 {
            finish(&*store, number, end());
        }
        let second = all(&*store);
        assert_eq!(second[0].gap.map(|gap| (gap.first, gap.last, gap.count)), Some((13, 17, 5)));
        assert_ne!(second[0].id, first[0].id);
    }
}

#[test]
fn limits_that_make_no_sense_are_the_least_that_do_err_3() {
    for (store, _kept) in stores(OutboxLimits { records: 0, bytes: 0 }) {
        for number in 1..=50 {
            finish(&*store, number, failure(&"\u{1}".repeat(4_000)));
        }
        let records = all(&*store);
        is_seamless(&records, 50);
        assert_eq!(records.len() as u64, OutboxLimits::LEAST.records);
    }
}

/// 20,000 runs offline in the tests; `SBM_RUNS=1000000` for a campaign.
#[test]
fn many_runs_offline_stay_within_the_room_and_none_is_lost_without_a_word_err_3() {
    let runs = std::env::var("SBM_RUNS").map_or(20_000, |text| text.parse().unwrap());
    let limits = OutboxLimits { records: 5_000, bytes: 2 * 1024 * 1024 };
    let store = MemoryStore::limited(limits).unwrap();
    for number in 1..=runs {
        let end = if number % 7 == 0 { failure("the disk was not there") } else { end() };
        assert_eq!(finish(&store, number, end), number);
    }
    let records = all(&store);
    is_seamless(&records, runs);
    let size: usize = records.iter().map(|record| to_json(record).len()).sum();
    assert!(size as u64 <= limits.bytes && records.len() as u64 <= limits.records);
    let gap = records[0].gap.unwrap();
    let failed = gap.failed + records.iter().skip(1).filter(|record| record.finish.result == RunResult::Failure).count() as u64;
    assert_eq!((gap.count + records.len() as u64 - 1, failed), (runs, runs / 7));
}
