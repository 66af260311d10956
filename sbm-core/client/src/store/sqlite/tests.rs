use std::sync::Barrier;

use sbm_core::cache::{Number, Trust};

use super::*;
use crate::store::tests::installed::{fill, here, managed, write};
use crate::store::tests::{end, mark};
use crate::store::to_json;

fn open(directory: &Path) -> SqliteStore {
    SqliteStore::open(directory, here()).unwrap()
}

/// A directory with the cache of a managed installation, closed.
fn cache(revision: u64) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    fill(&store, revision);
    directory
}

fn fault(directory: &Path) -> Option<Code> {
    open(directory).load().unwrap().fault
}

#[cfg(unix)]
#[test]
fn files_are_their_owners_alone_err_5() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("a/b");
    let store = open(&directory);
    write(&store, &managed(1));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    for entry in std::fs::read_dir(&directory).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn each_fault_of_a_cache_has_its_own_code_and_none_loses_the_file_off_3() {
    type Harm = fn(&Path);
    let cases: [(&str, Harm, Code); 9] = [
        ("missing", |at| std::fs::remove_file(at.join("cache.db")).unwrap(), Code::CacheMissing),
        ("emptied", |at| std::fs::write(at.join("cache.db"), b"").unwrap(), Code::CacheMissing),
        ("garbage", |at| std::fs::write(at.join("cache.db"), [0x55; 9_000]).unwrap(), Code::CacheDamaged),
        ("cut in half", |at| truncate(&at.join("cache.db"), 2), Code::CacheDamaged),
        ("another program's database", |at| foreign_database(&at.join("cache.db")), Code::CacheDamaged),
        ("newer", |at| sql(at, "PRAGMA user_version = 4"), Code::CacheNewer),
        (
            "the trust record changed",
            |at| sql(at, "UPDATE trust SET bytes = CAST(replace(CAST(bytes AS TEXT), 'carol', 'admin') AS BLOB)"),
            Code::CacheDamaged,
        ),
        ("a row changed", |at| sql(at, "UPDATE applied SET data = replace(data, 'Finance', 'Finanze')"), Code::CacheDamaged),
        ("the marker changed", |at| std::fs::write(at.join("managed"), b"{}").unwrap(), Code::CacheDamaged),
    ];
    for (what, harm, code) in cases {
        let directory = cache(3);
        harm(directory.path());
        assert_eq!(fault(directory.path()), Some(code), "{what}");
        assert_eq!(fault(directory.path()), Some(code), "{what}, opened again");
    }
}

fn truncate(path: &Path, parts: u64) {
    let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(file.metadata().unwrap().len() / parts).unwrap();
}

fn foreign_database(path: &Path) {
    std::fs::remove_file(path).unwrap();
    Connection::open(path).unwrap().execute_batch("CREATE TABLE note (text TEXT)").unwrap();
}

fn sql(directory: &Path, statement: &str) {
    Connection::open(directory.join("cache.db")).unwrap().execute_batch(statement).unwrap();
}

#[test]
fn another_machines_cache_is_told_and_its_history_stays_behind_off_3() {
    let directory = cache(1);
    let there = SqliteStore::open(directory.path(), Hash::of(b"another machine")).unwrap();
    let snapshot = there.load().unwrap();
    assert_eq!(snapshot.fault, Some(Code::CacheOtherMachine));
    assert_ne!(snapshot.trust.installation, managed(1).installation);
    assert_eq!(snapshot.trust.token, None);
    assert_eq!(there.outbox(9, false).unwrap_err().code(), Code::CacheOtherMachine);
    write(&there, &Trust { installation: snapshot.trust.installation, ..managed(1) });
    assert_eq!((there.load().unwrap().fault, there.outbox(9, false).unwrap()), (None, vec![]));
}

#[test]
fn an_older_copy_that_was_put_back_is_told_and_the_higher_number_still_counts_off_3() {
    let directory = cache(3);
    let older = std::fs::read(directory.path().join("cache.db")).unwrap();
    write(&open(directory.path()), &managed(4));
    std::fs::write(directory.path().join("cache.db"), &older).unwrap();
    let store = open(directory.path());
    let snapshot = store.load().unwrap();
    assert_eq!(snapshot.fault, Some(Code::CacheRolledBack));
    assert_eq!((snapshot.trust.seen, snapshot.trust.head, snapshot.trust.list), (Number::new(1, 4), None, None));
    write(&store, &managed(5));
    drop(store);
    assert_eq!(fault(directory.path()), None);
}

#[test]
fn a_refusal_cannot_be_undone_by_an_older_copy_of_the_same_number_off_2() {
    let directory = cache(3);
    let older = std::fs::read(directory.path().join("cache.db")).unwrap();
    let refused = Trust { refused: Some("user_disabled".into()), latest: Timestamp::from_millis(900), ..managed(3) };
    write(&open(directory.path()), &refused);
    std::fs::write(directory.path().join("cache.db"), &older).unwrap();
    assert_eq!(fault(directory.path()), Some(Code::CacheRolledBack));
}

#[test]
fn what_a_server_vouches_for_ends_a_fault_and_the_broken_file_is_set_aside() {
    let directory = cache(3);
    truncate(&directory.path().join("cache.db"), 3);
    let store = open(directory.path());
    assert_eq!(store.load().unwrap().fault, Some(Code::CacheDamaged));
    assert_eq!(store.load().unwrap().trust.token, managed(3).token, "it can still speak to its server");
    write(&store, &managed(4));
    assert_eq!(store.load().unwrap().fault, None);
    store.begin_run(&mark(5, None)).unwrap();
    drop(store);
    assert_eq!(fault(directory.path()), None);
    let names = std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.starts_with("cache.db.set-aside-")).count(), 1);
}

#[test]
fn a_newer_programs_cache_is_left_alone() {
    let directory = cache(3);
    sql(directory.path(), "PRAGMA user_version = 4");
    let store = open(directory.path());
    let refused = store.apply(&[Write::Trust(Box::new(managed(4)))]).unwrap_err();
    assert_eq!(refused.code(), Code::CacheNewer);
    drop(store);
    sql(directory.path(), "PRAGMA user_version = 3");
    assert_eq!(open(directory.path()).load().unwrap().trust, managed(3));
}

#[test]
fn a_lost_marker_is_written_again() {
    let directory = cache(3);
    std::fs::remove_file(directory.path().join("managed")).unwrap();
    assert_eq!(fault(directory.path()), None);
    std::fs::remove_file(directory.path().join("cache.db")).unwrap();
    assert_eq!(fault(directory.path()), Some(Code::CacheMissing));
}

#[test]
fn no_flipped_byte_changes_what_is_trusted_off_3() {
    let directory = cache(3);
    sql(directory.path(), "PRAGMA wal_checkpoint(TRUNCATE)");
    let whole = open(directory.path()).load().unwrap();
    let bytes = std::fs::read(directory.path().join("cache.db")).unwrap();
    let (mut told, mut harmless) = (0, 0);
    for at in (0..bytes.len()).step_by(251) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x41;
        std::fs::write(directory.path().join("cache.db"), &flipped).unwrap();
        for ending in ["cache.db-wal", "cache.db-shm"] {
            let _absent = std::fs::remove_file(directory.path().join(ending));
        }
        let snapshot = open(directory.path()).load().unwrap();
        if snapshot.fault.is_some() {
            told += 1;
            assert_eq!(snapshot.trust.list, None, "at {at}");
            assert!(snapshot.applied.is_empty() || snapshot.applied == whole.applied, "at {at}");
            assert!(snapshot.queue.is_empty() || snapshot.queue == whole.queue, "at {at}");
        } else {
            harmless += 1;
            assert_eq!(snapshot, whole, "at {at}");
        }
    }
    assert!(told > 5 && harmless > 5, "{told} told, {harmless} in empty space");
}

#[test]
fn others_notice_what_one_process_wrote_off_8() {
    let directory = tempfile::tempdir().unwrap();
    let (one, two) = (open(directory.path()), open(directory.path()));
    let before = two.version().unwrap();
    write(&one, &managed(1));
    assert_ne!(two.version().unwrap(), before);
    assert_eq!(two.load().unwrap().trust, managed(1));
    let syncing = one.try_sync().unwrap();
    assert!(two.try_sync().unwrap().is_none());
    drop(syncing);
    assert!(two.try_sync().unwrap().is_some());
}

#[test]
fn a_living_process_keeps_its_runs_and_a_dead_ones_are_reported_once_by_many_his_1() {
    let directory = tempfile::tempdir().unwrap();
    let living = open(directory.path());
    living.begin_run(&mark(1, None)).unwrap();
    let dying = open(directory.path());
    for number in 2..=4 {
        dying.begin_run(&mark(number, None)).unwrap();
    }
    drop(dying);
    let barrier = Barrier::new(6);
    let reported: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    open(directory.path()).report_interrupted(Timestamp::from_millis(500)).unwrap()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(reported, 3);
    assert_eq!(living.outbox(9, false).unwrap().iter().map(|record| record.sequence).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(living.finish_run(&mark(1, None).id, end()).unwrap(), 4);
}

#[test]
fn a_cache_of_version_1_is_brought_up_with_what_waits_in_it_err_3() {
    let directory = tempfile::tempdir().unwrap();
    let old = Connection::open(directory.path().join("cache.db")).unwrap();
    old.execute_batch(include_str!("schema.sql")).unwrap();
    old.execute_batch("PRAGMA application_id = 0x53424d43; PRAGMA user_version = 1").unwrap();
    for sequence in 1..=5_i64 {
        let record = mark(u8::try_from(sequence).unwrap(), None).finish(u64::try_from(sequence).unwrap(), end());
        let data = to_json(&record);
        let sql = "INSERT INTO run (sequence, id, acknowledged, data, sum) VALUES (?1, ?2, ?3, ?4, ?5)";
        let acknowledged = (sequence <= 2).then_some(7_i64);
        let sum = Hash::of(data.as_bytes());
        old.execute(sql, rusqlite::params![sequence, record.id.as_bytes(), acknowledged, data, sum.as_bytes()]).unwrap();
    }
    old.execute("UPDATE counter SET sequence = 5", []).unwrap();
    drop(old);
    let store = open(directory.path());
    assert_eq!(store.waiting().unwrap(), 3);
    assert_eq!(totals(directory.path()), counted(directory.path()));
    store.begin_run(&mark(6, None)).unwrap();
    assert_eq!(store.finish_run(&mark(6, None).id, end()).unwrap(), 6);
    assert_eq!(totals(directory.path()), counted(directory.path()));
}

/// What the outbox says of itself, and what is so.
fn totals(directory: &Path) -> (i64, i64) {
    let database = Connection::open(directory.join("cache.db")).unwrap();
    database.query_row("SELECT records, bytes FROM outbox", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

fn counted(directory: &Path) -> (i64, i64) {
    let database = Connection::open(directory.join("cache.db")).unwrap();
    let sql = "SELECT count(*), coalesce(sum(octet_length(data)), 0) FROM run WHERE acknowledged IS NULL";
    database.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

#[test]
fn the_outbox_knows_how_full_it_is_whatever_becomes_of_records_err_3() {
    let directory = tempfile::tempdir().unwrap();
    let limits = OutboxLimits { records: 10, bytes: u64::MAX };
    let store = SqliteStore::open_limited(directory.path(), here(), limits).unwrap();
    let is_right = |what: &str| assert_eq!(totals(directory.path()), counted(directory.path()), "{what}");
    let mut ids = Vec::new();
    for number in 1..=30 {
        store.begin_run(&mark(number, None)).unwrap();
        store.finish_run(&mark(number, None).id, end()).unwrap();
        ids.push(mark(number, None).id);
        is_right("records come and are given up");
    }
    store.apply(&[Write::Acknowledge { ids: ids.split_off(24), at: Timestamp::from_millis(5) }]).unwrap();
    is_right("acknowledged");
    assert_eq!(store.waiting().unwrap(), 4);
    store.apply(&[Write::SendAgain]).unwrap();
    is_right("sent again");
    store.apply(&[Write::Acknowledge { ids: vec![mark(30, None).id], at: Timestamp::from_millis(5) }]).unwrap();
    store.apply(&[Write::ForgetAcknowledged { before: Timestamp::from_millis(6) }]).unwrap();
    is_right("forgotten");
    assert_eq!(store.waiting().unwrap(), 9);
}

#[test]
fn a_damaged_record_is_given_up_like_any_other_and_counted_err_3() {
    let directory = tempfile::tempdir().unwrap();
    let limits = OutboxLimits { records: 8, bytes: u64::MAX };
    let store = SqliteStore::open_limited(directory.path(), here(), limits).unwrap();
    for number in 1..=8 {
        store.begin_run(&mark(number, None)).unwrap();
        store.finish_run(&mark(number, None).id, end()).unwrap();
    }
    sql(directory.path(), "UPDATE run SET data = 'nonsense' WHERE sequence = 2");
    for number in 9..=11 {
        store.begin_run(&mark(number, None)).unwrap();
        store.finish_run(&mark(number, None).id, end()).unwrap();
    }
    let records = store.outbox(100, false).unwrap();
    let gap = records[0].gap.unwrap();
    assert_eq!((gap.first, gap.last, gap.count, gap.failed), (1, 4, 4, 1));
    assert_eq!(records.iter().skip(1).map(|record| record.sequence).collect::<Vec<_>>(), (5..=11).collect::<Vec<_>>());
}

#[test]
fn a_record_that_was_changed_on_disk_does_not_hold_up_the_others_his_3() {
    let directory = cache(1);
    let store = open(directory.path());
    store.begin_run(&mark(2, None)).unwrap();
    store.finish_run(&mark(2, None).id, end()).unwrap();
    sql(directory.path(), "UPDATE run SET data = replace(data, 'carol', 'admin') WHERE sequence = 1");
    let records = store.outbox(9, false).unwrap();
    assert_eq!(records.iter().map(|record| record.sequence).collect::<Vec<_>>(), [2]);
}

#[test]
fn a_body_that_was_changed_on_disk_is_not_given_out_off_3() {
    let directory = cache(1);
    sql(directory.path(), "UPDATE body SET bytes = x'00'");
    assert_eq!(open(directory.path()).body(&Hash::of(b"body")).unwrap_err().code(), Code::CacheDamaged);
}

#[test]
fn a_token_that_was_handed_back_is_in_no_file() {
    let directory = cache(1);
    let store = open(directory.path());
    write(&store, &Trust { token: None, ..managed(1) });
    drop(store);
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(17).any(|window| window == b"very-secret-token"), "{}", path.display());
    }
}

#[test]
fn the_log_beside_the_database_stays_short_err_3() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    write(&store, &managed(1));
    for run in 0..100 {
        store.begin_run(&mark(run, None)).unwrap();
        store.finish_run(&mark(run, None).id, end()).unwrap();
    }
    let log = std::fs::metadata(directory.path().join("cache.db-wal")).unwrap().len();
    assert!(log < 1_000_000, "{log}");
}
