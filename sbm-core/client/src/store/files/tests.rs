//! What is wrong with plain files, and what several processes make of them. What every cache keeps is in `store/tests.rs`.

use std::sync::Barrier;

use sbm_core::cache::{Number, Trust};

use super::*;
use crate::store::tests::installed::{fill, here, managed, write};
use crate::store::tests::{end, mark};

fn open(directory: &Path) -> FilesStore {
    FilesStore::open(directory, here()).unwrap()
}

/// A directory with the cache of a managed installation, closed.
fn cache(revision: u64) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    fill(&store, revision);
    directory
}

fn ledger(directory: &Path) -> std::path::PathBuf {
    directory.join("cache.ledger")
}

fn fault(directory: &Path) -> Option<Code> {
    open(directory).load().unwrap().fault
}

#[cfg(unix)]
#[test]
fn files_are_their_owners_alone_err_5() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = cache(1);
    let _open = open(directory.path());
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn each_fault_of_a_cache_has_its_own_code_and_none_loses_the_file_off_3() {
    type Harm = fn(&Path);
    let cases: [(&str, Harm, Code); 6] = [
        ("missing", |at| std::fs::remove_file(ledger(at)).unwrap(), Code::CacheMissing),
        ("emptied", |at| std::fs::write(ledger(at), b"").unwrap(), Code::CacheDamaged),
        ("garbage", |at| std::fs::write(ledger(at), [0x55; 9_000]).unwrap(), Code::CacheDamaged),
        ("a record changed", |at| flip(&ledger(at), 100), Code::CacheDamaged),
        ("newer", |at| newer(&ledger(at)), Code::CacheNewer),
        ("the marker changed", |at| std::fs::write(at.join("managed"), b"{}").unwrap(), Code::CacheDamaged),
    ];
    for (what, harm, code) in cases {
        let directory = cache(3);
        harm(directory.path());
        assert_eq!(fault(directory.path()), Some(code), "{what}");
        assert_eq!(fault(directory.path()), Some(code), "{what}, opened again");
    }
}

fn flip(path: &Path, at: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at] ^= 0x41;
    std::fs::write(path, bytes).unwrap();
}

fn newer(path: &Path) {
    let mut head = [b"SBMFILE2".as_slice(), &[7; 16]].concat();
    let sum = Hash::of(&head);
    head.extend(&sum.as_bytes()[..8]);
    std::fs::write(path, head).unwrap();
}

#[test]
fn a_newer_programs_cache_is_left_alone() {
    let directory = cache(3);
    newer(&ledger(directory.path()));
    let before = std::fs::read(ledger(directory.path())).unwrap();
    let store = open(directory.path());
    let refused = store.apply(&[Write::Trust(Box::new(managed(4)))]).unwrap_err();
    assert_eq!(refused.code(), Code::CacheNewer);
    assert_eq!(std::fs::read(ledger(directory.path())).unwrap(), before);
}

#[test]
fn no_flipped_byte_changes_what_is_trusted_off_3() {
    let directory = cache(3);
    let whole = open(directory.path()).load().unwrap();
    let bytes = std::fs::read(ledger(directory.path())).unwrap();
    for at in (0..bytes.len()).step_by(7) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x41;
        std::fs::write(ledger(directory.path()), &flipped).unwrap();
        let snapshot = open(directory.path()).load().unwrap();
        assert!(snapshot.fault.is_some(), "at {at}");
        assert_eq!((snapshot.trust.list, snapshot.applied.len(), snapshot.queue.len()), (None, 0, 0), "at {at}");
    }
    std::fs::write(ledger(directory.path()), &bytes).unwrap();
    assert_eq!(open(directory.path()).load().unwrap(), whole);
}

/// A writer that dies leaves the beginning of a record: everything before it counts, and the next record takes its place.
#[test]
fn a_ledger_that_ends_anywhere_is_one_of_its_own_past_and_goes_on_his_3_off_3() {
    let directory = cache(3);
    let bytes = std::fs::read(ledger(directory.path())).unwrap();
    let step = 5;
    for cut in (frame::HEAD..bytes.len()).step_by(step) {
        std::fs::write(ledger(directory.path()), &bytes[..cut]).unwrap();
        let store = open(directory.path());
        let snapshot = store.load().unwrap();
        // Without the trust record the marker knows better; with it nothing of the trust is lost.
        match snapshot.fault {
            None => assert_eq!(snapshot.trust, managed(3), "cut at {cut}"),
            Some(code) => assert_eq!((code, snapshot.trust.list), (Code::CacheMissing, None), "cut at {cut}"),
        }
        store.begin_run(&mark(9, None)).unwrap();
        let number = store.finish_run(&mark(9, None).id, end()).unwrap();
        assert_eq!(open(directory.path()).outbox(9, false).unwrap().last().unwrap().sequence, number, "cut at {cut}");
    }
}

#[test]
fn another_machines_cache_is_told_and_its_history_stays_behind_off_3() {
    let directory = cache(1);
    let there = FilesStore::open(directory.path(), Hash::of(b"another machine")).unwrap();
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
    let older = std::fs::read(ledger(directory.path())).unwrap();
    write(&open(directory.path()), &managed(4));
    std::fs::write(ledger(directory.path()), &older).unwrap();
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
    let older = std::fs::read(ledger(directory.path())).unwrap();
    let refused = Trust { refused: Some("user_disabled".into()), latest: Timestamp::from_millis(900), ..managed(3) };
    write(&open(directory.path()), &refused);
    std::fs::write(ledger(directory.path()), &older).unwrap();
    assert_eq!(fault(directory.path()), Some(Code::CacheRolledBack));
}

#[test]
fn what_a_server_vouches_for_ends_a_fault_and_the_broken_file_is_set_aside() {
    let directory = cache(3);
    flip(&ledger(directory.path()), 100);
    let store = open(directory.path());
    assert_eq!(store.load().unwrap().fault, Some(Code::CacheDamaged));
    assert_eq!(store.load().unwrap().trust.token, managed(3).token, "it can still speak to its server");
    write(&store, &managed(4));
    assert_eq!(store.load().unwrap().fault, None);
    store.begin_run(&mark(5, None)).unwrap();
    drop(store);
    assert_eq!(fault(directory.path()), None);
    let names = std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.starts_with("cache.ledger.set-aside-")).count(), 1);
}

#[test]
fn a_lost_marker_is_written_again() {
    let directory = cache(3);
    std::fs::remove_file(directory.path().join("managed")).unwrap();
    assert_eq!(fault(directory.path()), None);
    std::fs::remove_file(ledger(directory.path())).unwrap();
    assert_eq!(fault(directory.path()), Some(Code::CacheMissing));
}

/// Neither kind of cache begins anew beside the other, whether managed or not: what the other knows would be forgotten.
#[cfg(feature = "sqlite")]
#[test]
fn one_kind_of_cache_never_begins_anew_beside_the_other_off_3_dec_6() {
    use crate::store::SqliteStore;
    for is_managed in [false, true] {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(directory.path(), here()).unwrap();
        if is_managed {
            store.apply(&[Write::Trust(Box::new(managed(1)))]).unwrap();
        }
        drop(store);
        let refused = FilesStore::open(directory.path(), here()).unwrap_err();
        assert_eq!(refused.code(), Code::ConfigInvalid);
        assert!(refused.to_string().contains("cache.db"), "{refused}");
        assert!(!ledger(directory.path()).exists());
        // The database alone is gone, or the marker alone: the one is the floor, the other still the error.
        std::fs::remove_file(directory.path().join("cache.db")).unwrap();
        assert_eq!(fault(directory.path()), is_managed.then_some(Code::CacheMissing));
    }
    let directory = cache(1);
    let refused = SqliteStore::open(directory.path(), here()).unwrap_err();
    assert_eq!(refused.code(), Code::ConfigInvalid);
    assert!(refused.to_string().contains("cache.ledger") && !directory.path().join("cache.db").exists());
    std::fs::remove_file(ledger(directory.path())).unwrap();
    assert_eq!(SqliteStore::open(directory.path(), here()).unwrap().load().unwrap().fault, Some(Code::CacheMissing));
}

/// The one that opens first decides, and not the one that writes first.
#[cfg(feature = "sqlite")]
#[test]
fn two_kinds_of_cache_cannot_be_open_in_one_directory_off_3_dec_6() {
    use crate::store::SqliteStore;
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path());
    let refused = SqliteStore::open(directory.path(), here()).unwrap_err();
    assert_eq!(refused.code(), Code::ConfigInvalid);
    assert!(!directory.path().join("cache.db").exists());
    write(&store, &managed(1));
    assert_eq!((fault(directory.path()), open(directory.path()).load().unwrap().trust), (None, managed(1)));
}

#[test]
fn others_notice_what_one_process_wrote_off_8() {
    let directory = tempfile::tempdir().unwrap();
    let (one, two) = (open(directory.path()), open(directory.path()));
    let (mine, before) = (one.version().unwrap(), two.version().unwrap());
    write(&one, &managed(1));
    assert_ne!(two.version().unwrap(), before);
    assert_eq!(one.version().unwrap(), mine, "its own writing is no news to a process");
    let mut last = two.version().unwrap();
    for number in 1..=20 {
        one.begin_run(&mark(number, None)).unwrap();
        assert_ne!(two.version().unwrap(), last, "write {number}");
        last = two.version().unwrap();
    }
    assert_eq!(two.load().unwrap().trust, managed(1));
    let syncing = one.try_sync().unwrap();
    assert!(two.try_sync().unwrap().is_none());
    drop(syncing);
    assert!(two.try_sync().unwrap().is_some());
}

#[test]
fn many_processes_append_at_once_and_no_number_comes_twice_off_8_his_1() {
    let directory = tempfile::tempdir().unwrap();
    let barrier = Barrier::new(6);
    std::thread::scope(|scope| {
        for process in 0..6_u8 {
            let (directory, barrier) = (directory.path(), &barrier);
            scope.spawn(move || {
                let store = open(directory);
                barrier.wait();
                for run in 1..=10 {
                    let mark = mark(process * 16 + run, None);
                    store.begin_run(&mark).unwrap();
                    store.finish_run(&mark.id, end()).unwrap();
                }
            });
        }
    });
    let records = open(directory.path()).outbox(100, false).unwrap();
    assert_eq!(records.iter().map(|record| record.sequence).collect::<Vec<_>>(), (1..=60).collect::<Vec<_>>());
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
fn a_token_that_was_handed_back_is_in_no_file_run_7() {
    let directory = cache(3);
    let has_token = || {
        std::fs::read_dir(directory.path()).unwrap().any(|entry| {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap_or_default();
            bytes.windows(17).any(|window| window == b"very-secret-token")
        })
    };
    assert!(has_token());
    write(&open(directory.path()), &Trust { token: None, ..managed(4) });
    assert!(!has_token());
    let store = open(directory.path());
    assert_eq!(store.load().unwrap().trust.token, None);
    assert_eq!((store.waiting().unwrap(), store.applied().unwrap().len()), (1, 1), "the rest is all there");
}

#[test]
fn a_ledger_is_written_anew_when_most_of_it_is_past_and_others_follow_off_8() {
    let directory = tempfile::tempdir().unwrap();
    let limits = OutboxLimits { records: 10, bytes: u64::MAX };
    let store = FilesStore::open_limited(directory.path(), here(), limits).unwrap();
    let other = open(directory.path());
    let loud = RunEnd { error: "x".repeat(4_000), ..end() };
    let (mut longest, mut rounds) = (0, 0_u64);
    loop {
        let length = std::fs::metadata(ledger(directory.path())).map_or(0, |about| about.len());
        if length < longest {
            break;
        }
        (longest, rounds) = (length, rounds + 1);
        let mark = Mark { id: RunId::from_bytes(u128::from(rounds).to_be_bytes()), ..mark(1, None) };
        store.begin_run(&mark).unwrap();
        assert_eq!(store.finish_run(&mark.id, loud.clone()).unwrap(), rounds);
        assert!(rounds < 10_000, "it is never written anew");
    }
    assert_eq!(other.waiting().unwrap(), 10);
    assert_eq!(other.outbox(100, false).unwrap(), store.outbox(100, false).unwrap());
    assert_eq!(open(directory.path()).outbox(100, false).unwrap(), store.outbox(100, false).unwrap());
}

/// As programs do that a scheduler starts for each run.
#[test]
fn a_ledger_of_many_short_processes_stays_short_too_off_8() {
    let directory = tempfile::tempdir().unwrap();
    let limits = OutboxLimits { records: 10, bytes: u64::MAX };
    let (mut length, mut longest, mut is_shorter) = (0, 0, false);
    for number in 1..=80_u8 {
        let store = FilesStore::open_limited(directory.path(), here(), limits).unwrap();
        write(&store, &Trust { list: Some("x".repeat(100_000)), ..managed(u64::from(number)) });
        store.begin_run(&mark(number, None)).unwrap();
        assert_eq!(store.finish_run(&mark(number, None).id, end()).unwrap(), u64::from(number));
        drop(store);
        let now = std::fs::metadata(ledger(directory.path())).unwrap().len();
        is_shorter |= now < length;
        (length, longest) = (now, longest.max(now));
    }
    assert!(is_shorter && longest < 5_000_000, "{longest} bytes at the most");
    assert_eq!((fault(directory.path()), open(directory.path()).waiting().unwrap()), (None, 10));
}

#[test]
fn a_body_that_was_changed_or_is_gone_is_not_given_out_and_is_fetched_again_off_3() {
    let directory = cache(1);
    let store = open(directory.path());
    let (hash, path) = (Hash::of(b"body"), store.place.body(&Hash::of(b"body")));
    assert_eq!(store.body(&hash).unwrap().as_deref(), Some(b"body".as_slice()));
    std::fs::write(&path, b"bodY").unwrap();
    assert_eq!(store.body(&hash).unwrap_err().code(), Code::CacheDamaged);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(store.body(&hash).unwrap(), None);
    assert!(store.load().unwrap().bodies.is_empty());
}

#[cfg(unix)]
#[test]
fn what_everybody_may_write_or_is_no_file_is_nobodys_word_off_3() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = cache(1);
    std::fs::set_permissions(ledger(directory.path()), std::fs::Permissions::from_mode(0o666)).unwrap();
    assert_eq!(fault(directory.path()), Some(Code::CacheDamaged));
    std::fs::remove_file(ledger(directory.path())).unwrap();
    std::fs::create_dir(ledger(directory.path())).unwrap();
    assert_eq!(fault(directory.path()), Some(Code::CacheDamaged));
}

/// Frozen: what the first release wrote is read by every later one.
#[test]
fn a_ledger_of_the_first_version_is_read_off_3() {
    let rows = [
        r#"[{"Body":"HASH"},{"Queue":[]},{"NextOutcome":4},{"Outcome":[4,{"guid":"01010101010101010101010101010101","revision":3}]},"#,
        r#"{"Mark":{"owner":"owner-0.lock","mark":MARK}},{"MarkGone":"ID"},{"Run":{"detail":0,"record":RECORD,"acknowledged":null}},"#,
        r#"{"Acknowledged":{"ids":["ID"],"at":7}},"Again",{"Sequence":9},{"BodyGone":"HASH"},{"Forgotten":1},{"OutcomeSent":1},"#,
        r#"{"AppliedGone":"01010101010101010101010101010101"},{"RunGone":77}]"#,
    ];
    let mark = mark(1, None);
    let record = mark.clone().finish(5, end());
    let text = rows
        .concat()
        .replace("HASH", &Hash::of(b"body").to_string())
        .replace("MARK", &crate::store::to_json(&mark))
        .replace("RECORD", &crate::store::to_json(&record))
        .replace("\"ID\"", &crate::store::to_json(&mark.id));
    let directory = tempfile::tempdir().unwrap();
    let head = [b"SBMFILE1".as_slice(), &[7; 16]].concat();
    let sum = Hash::of(&head);
    let mut file = [head.as_slice(), &sum.as_bytes()[..8]].concat();
    let (name, length, place) = ([7; 16], u32::try_from(text.len()).unwrap().to_le_bytes(), 32_u64.to_le_bytes());
    let check = Hash::of(&[name.as_slice(), &place, &length].concat());
    let whole = Hash::of(&[name.as_slice(), &place, text.as_bytes()].concat());
    file.extend([length.as_slice(), &check.as_bytes()[..4], whole.as_bytes(), text.as_bytes()].concat());
    disk::replace(&ledger(directory.path()), &directory.path().join("new"), &file).unwrap();
    let store = open(directory.path());
    assert_eq!(store.load().unwrap().fault, None);
    assert_eq!(store.outbox(9, false).unwrap(), [record]);
    assert_eq!(store.load().unwrap().outcomes.iter().map(|(row, told)| (*row, told.revision)).collect::<Vec<_>>(), [(4, 3)]);
    assert_eq!(run_number(&store), 10);
}

fn run_number(store: &FilesStore) -> u64 {
    store.begin_run(&mark(2, None)).unwrap();
    store.finish_run(&mark(2, None).id, end()).unwrap()
}
