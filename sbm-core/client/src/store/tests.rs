//! The contract of a cache, run against all of them.

pub(super) mod installed;
mod room;

use std::sync::Arc;

use sbm_core::cache::{Number, Trust};
use sbm_core::code::Code;
use sbm_core::id::{Guid, Hash, InstallationId, RunId};
use sbm_core::name::{Name, Text};
use sbm_core::profile::{Change, ChangeKind};
use sbm_core::run::{Profile, ProfileKind, RunEnd, RunResult, RunStart, Trigger};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::session::Secret;

use super::*;

/// A cache that can be closed as by a process that dies, and opened again.
enum Place {
    Memory(Arc<MemoryStore>),
    #[cfg(feature = "sqlite")]
    Sqlite(tempfile::TempDir),
    Files(tempfile::TempDir),
}

impl Place {
    fn all() -> Vec<Self> {
        vec![
            Self::Memory(Arc::new(MemoryStore::new().unwrap())),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(tempfile::tempdir().unwrap()),
            Self::Files(tempfile::tempdir().unwrap()),
        ]
    }

    /// Opens it as a new process; whoever had it open before must be gone.
    fn open(&self) -> Arc<dyn CacheStore> {
        match self {
            Self::Memory(store) => {
                store.restart();
                Arc::clone(store) as _
            }
            #[cfg(feature = "sqlite")]
            Self::Sqlite(directory) => Arc::new(SqliteStore::open(directory.path(), Hash::of(b"this machine")).unwrap()),
            Self::Files(directory) => Arc::new(FilesStore::open(directory.path(), Hash::of(b"this machine")).unwrap()),
        }
    }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(super) fn mark(number: u8, guid: Option<u8>) -> Mark {
    let start = RunStart {
        profile: Profile { name: "Finance".into(), guid: guid.map(|byte| Guid::from_bytes([byte; 16])), version: 1, revision: 2 },
        kind: ProfileKind::Backup,
        kind_text: String::new(),
        trigger: Trigger::Schedule,
        restore: false,
        thread_start: at(100),
        profile_start: at(100),
        group_start: None,
        utc_offset: 60,
        os_user: "root".into(),
    };
    Mark {
        id: RunId::from_bytes([number; 16]),
        installation: InstallationId::from_bytes([9; 16]),
        computer: "pc".into(),
        user: "carol".into(),
        start,
        estimate: 0,
    }
}

pub(super) fn end() -> RunEnd {
    RunEnd { result: RunResult::Success, files_copied: 3, error: String::new(), ..interrupted(&mark(1, None).start, at(200)) }
}

fn run(store: &dyn CacheStore, number: u8) -> u64 {
    store.begin_run(&mark(number, None)).unwrap();
    store.finish_run(&RunId::from_bytes([number; 16]), end()).unwrap()
}

fn sequences(store: &dyn CacheStore) -> Vec<u64> {
    store.outbox(1_000, false).unwrap().iter().map(|record| record.sequence).collect()
}

pub(super) fn change(guid: u8, revision: u64, schedule: Option<&[u8]>) -> Change {
    Change {
        kind: ChangeKind::Install,
        guid: Guid::from_bytes([guid; 16]),
        name: Name::new("Finance").unwrap(),
        description: Text::default(),
        version: 1,
        revision,
        body: Some(Hash::of(b"body")),
        schedule: schedule.map(Hash::of),
    }
}

#[test]
fn a_new_cache_is_unmanaged_and_empty() {
    for place in Place::all() {
        let snapshot = place.open().load().unwrap();
        assert_eq!((snapshot.fault, snapshot.trust.connection), (None, None));
        assert!(
            snapshot.applied.is_empty()
                && snapshot.queue.is_empty()
                && snapshot.bodies.is_empty()
                && snapshot.outcomes.is_empty()
        );
    }
}

#[test]
fn what_was_written_is_there_for_the_next_process() {
    for place in Place::all() {
        let trust = Trust {
            connection: Some("sbm://a:1".parse().unwrap()),
            user: Some("carol".into()),
            ..Trust::new(InstallationId::from_bytes([7; 16]))
        };
        let body = Write::Body { hash: Hash::of(b"body"), bytes: b"body".to_vec() };
        place.open().apply(&[Write::Trust(Box::new(trust.clone())), body, Write::Queue(vec![change(1, 1, None)])]).unwrap();
        let store = place.open();
        let snapshot = store.load().unwrap();
        assert_eq!((snapshot.trust, snapshot.fault, snapshot.queue), (trust, None, vec![change(1, 1, None)]));
        assert_eq!(store.body(&Hash::of(b"body")).unwrap().as_deref(), Some(&b"body"[..]));
        assert_eq!(store.body(&Hash::of(b"other")).unwrap(), None);
    }
}

#[test]
fn numbers_of_runs_have_no_gap_whatever_the_order_of_the_ends_his_1() {
    for place in Place::all() {
        let store = place.open();
        for number in 1..=3 {
            store.begin_run(&mark(number, None)).unwrap();
        }
        let given: Vec<u64> = [3, 1, 2].map(|number| store.finish_run(&RunId::from_bytes([number; 16]), end()).unwrap()).into();
        assert_eq!(given, [1, 2, 3]);
        let records = store.outbox(10, false).unwrap();
        assert_eq!(records.iter().map(|record| record.id.as_bytes()[0]).collect::<Vec<_>>(), [3, 1, 2]);
        assert!(records.iter().all(|record| record.check().is_ok() && record.user == "carol" && record.finish.files_copied == 3));
        let unknown = store.finish_run(&RunId::from_bytes([1; 16]), end()).unwrap_err();
        assert_eq!(unknown.code(), Code::NotFinished);
        assert_eq!(run(&*store, 9), 4, "a refused end takes no number");
    }
}

#[test]
fn a_run_whose_process_died_is_reported_once_his_1() {
    for place in Place::all() {
        let store = place.open();
        run(&*store, 1);
        store.begin_run(&mark(2, None)).unwrap();
        assert_eq!(store.report_interrupted(at(500)).unwrap(), 0, "its process lives");
        drop(store);
        let store = place.open();
        assert_eq!(store.report_interrupted(at(500)).unwrap(), 1);
        assert_eq!(store.report_interrupted(at(600)).unwrap(), 0);
        let records = store.outbox(10, false).unwrap();
        assert_eq!(records.len(), 2);
        assert_eq!((records[1].id.as_bytes()[0], records[1].sequence), (2, 2));
        assert_eq!((records[1].finish.result, records[1].finish.end), (RunResult::Interrupted, at(500)));
        assert!(records[1].check().is_ok());
    }
}

#[test]
fn a_run_that_is_over_is_recorded_once_however_often_it_is_told_his_1_his_3() {
    for place in Place::all() {
        let store = place.open();
        run(&*store, 1);
        assert_eq!(store.record_run(&mark(2, None), end()).unwrap(), 2);
        let other = RunEnd { result: RunResult::Failure, ..end() };
        assert_eq!(store.record_run(&mark(2, None), other.clone()).unwrap(), 2, "it is known");
        drop(store);
        let store = place.open();
        assert_eq!(store.report_interrupted(at(500)).unwrap(), 0, "it left no mark");
        assert_eq!(store.record_run(&mark(2, None), other.clone()).unwrap(), 2, "by the next process too");
        assert_eq!(store.record_run(&mark(1, None), other.clone()).unwrap(), 1, "whoever recorded it");
        store.apply(&[Write::Acknowledge { ids: vec![RunId::from_bytes([2; 16])], at: at(10) }]).unwrap();
        assert_eq!(store.record_run(&mark(2, None), other.clone()).unwrap(), 2, "the server has it");
        assert_eq!(sequences(&*store), [1], "and it is not sent again");
        assert_eq!(store.record_run(&mark(3, None), other).unwrap(), 3);
        let records = store.outbox(10, false).unwrap();
        let told: Vec<_> = records.iter().map(|record| (record.sequence, record.finish.result)).collect();
        assert_eq!(told, [(1, RunResult::Success), (3, RunResult::Failure)]);
        assert!(records.iter().all(|record| record.check().is_ok() && record.user == "carol"));
    }
}

#[test]
fn acknowledged_records_are_kept_for_a_while_and_can_be_sent_again_his_3() {
    for place in Place::all() {
        let store = place.open();
        for number in 1..=4 {
            run(&*store, number);
        }
        let ids = |numbers: &[u8]| numbers.iter().map(|number| RunId::from_bytes([*number; 16])).collect();
        store
            .apply(&[Write::Acknowledge { ids: ids(&[1, 2]), at: at(10) }, Write::Acknowledge { ids: ids(&[3]), at: at(20) }])
            .unwrap();
        assert_eq!(sequences(&*store), [4]);
        store.apply(&[Write::ForgetAcknowledged { before: at(20) }]).unwrap();
        store.apply(&[Write::SendAgain]).unwrap();
        assert_eq!(sequences(&*store), [3, 4]);
        store.apply(&[Write::RaiseSequence(100), Write::RaiseSequence(50)]).unwrap();
        assert_eq!(run(&*store, 5), 101);
    }
}

#[test]
fn the_outbox_gives_the_first_or_the_last_and_what_fits_one_upload() {
    for place in Place::all() {
        let store = place.open();
        for number in 1..=5 {
            run(&*store, number);
        }
        let numbers =
            |limit, newest| store.outbox(limit, newest).unwrap().iter().map(|record| record.sequence).collect::<Vec<_>>();
        assert_eq!(numbers(2, false), [1, 2]);
        assert_eq!(numbers(2, true), [4, 5]);
        assert_eq!(numbers(9, true), [1, 2, 3, 4, 5]);
    }
}

#[test]
fn a_hosts_words_are_cut_to_what_the_server_takes() {
    for place in Place::all() {
        let store = place.open();
        store.begin_run(&mark(1, None)).unwrap();
        let loud = RunEnd { error: "\u{1}".repeat(1_000_000), ..end() };
        store.finish_run(&RunId::from_bytes([1; 16]), loud).unwrap();
        let record = &store.outbox(1, false).unwrap()[0];
        assert!(record.check().is_ok() && to_json(record).len() <= MAX_RECORD);
        assert!(!record.finish.error.is_empty());
    }
}

#[test]
fn of_many_runs_that_begin_at_once_each_sees_those_before_it_acc_5() {
    for place in Place::all() {
        let store = place.open();
        let fits = |storage: &Storage| {
            let expected: u64 = storage.expected.iter().map(|run| run.bytes).sum();
            if expected < 50 { Ok(()) } else { Err(Error::from(Code::DeniedQuota)) }
        };
        let begins = |number: u8| store.begin_run_in_room(&Mark { estimate: 10, ..mark(number, None) }, &fits).is_ok();
        let begun = std::thread::scope(|scope| {
            let begins = &begins;
            let threads: Vec<_> = (1..=20).map(|number| scope.spawn(move || begins(number))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).filter(|begun| *begun).count()
        });
        assert_eq!((begun, store.storage().unwrap().expected.len()), (5, 5), "who was refused is marked nowhere");
    }
}

#[test]
fn a_change_is_given_until_it_is_answered_and_waits_for_a_run_pro_8() {
    for place in Place::all() {
        let store = place.open();
        let (one, two) = (change(1, 1, None), change(2, 1, None));
        store.apply(&[Write::Queue(vec![one.clone(), two.clone()])]).unwrap();
        assert_eq!(store.next_change(at(0)).unwrap().as_ref(), Some(&one));
        store.begin_run(&mark(1, Some(1))).unwrap();
        assert_eq!(store.next_change(at(0)).unwrap().as_ref(), Some(&two));
        store.answer_change(&two, None).unwrap();
        assert_eq!(store.next_change(at(0)).unwrap(), None);
        store.finish_run(&RunId::from_bytes([1; 16]), end()).unwrap();
        assert_eq!(store.next_change(at(0)).unwrap().as_ref(), Some(&one));
    }
}

#[test]
fn a_change_does_not_wait_for_a_run_whose_process_died_pro_8() {
    for place in Place::all() {
        let store = place.open();
        store.apply(&[Write::Queue(vec![change(1, 1, None)])]).unwrap();
        store.begin_run(&mark(1, Some(1))).unwrap();
        drop(store);
        let store = place.open();
        assert_eq!(store.next_change(at(700)).unwrap(), Some(change(1, 1, None)));
        assert_eq!(store.outbox(1, false).unwrap()[0].finish.result, RunResult::Interrupted);
    }
}

#[test]
fn a_replaced_queue_keeps_the_place_of_what_stays() {
    for place in Place::all() {
        let store = place.open();
        let (one, two, three) = (change(1, 1, None), change(2, 1, None), change(3, 1, None));
        store.apply(&[Write::Queue(vec![one.clone(), three.clone()])]).unwrap();
        store.apply(&[Write::Queue(vec![two.clone(), three.clone()])]).unwrap();
        assert_eq!(store.load().unwrap().queue, [three, two]);
    }
}

#[test]
fn what_the_host_answered_is_kept_for_itself_and_the_server_pro_8() {
    for place in Place::all() {
        let store = place.open();
        let (first, second) = (change(1, 1, Some(b"daily")), change(1, 2, None));
        store.answer_change(&first, None).unwrap();
        store.answer_change(&second, None).unwrap();
        store.answer_change(&change(2, 5, None), Some("no room")).unwrap();
        let snapshot = store.load().unwrap();
        assert_eq!(snapshot.applied.len(), 1);
        assert_eq!((snapshot.applied[0].revision, snapshot.applied[0].schedule), (2, first.schedule), "its schedule stays");
        assert_eq!(store.applied().unwrap(), snapshot.applied);
        let told: Vec<_> = snapshot.outcomes.iter().map(|(_, outcome)| (outcome.revision, outcome.failure.as_deref())).collect();
        assert_eq!(told, [(1, None), (2, None), (5, Some("no room"))]);
        store.apply(&[Write::OutcomesSent(vec![snapshot.outcomes[0].0, snapshot.outcomes[2].0])]).unwrap();
        store.answer_change(&Change { kind: ChangeKind::Remove, body: None, ..second }, None).unwrap();
        let snapshot = store.load().unwrap();
        assert_eq!(snapshot.outcomes.iter().map(|(_, outcome)| outcome.revision).collect::<Vec<_>>(), [2, 0]);
        assert!(snapshot.applied.is_empty());
    }
}

#[test]
fn what_the_host_removed_by_itself_is_told_to_the_server_once_pro_7() {
    let guid = |number| change(number, 1, None).guid;
    for place in Place::all() {
        let store = place.open();
        assert_eq!(store.profile_removed(&guid(1)).unwrap_err().code(), Code::NotFound, "it was never here");
        store.answer_change(&change(1, 1, Some(b"daily")), None).unwrap();
        store.answer_change(&change(2, 1, None), None).unwrap();
        for _ in 0..2 {
            store.profile_removed(&guid(1)).unwrap();
        }
        drop(store);
        let store = place.open();
        let snapshot = store.load().unwrap();
        let told: Vec<_> = snapshot.outcomes.iter().map(|(_, outcome)| (outcome.guid, outcome.revision)).collect();
        assert_eq!(told, [(guid(1), 1), (guid(2), 1), (guid(1), 0)]);
        assert_eq!(snapshot.applied.iter().map(|applied| applied.removed).collect::<Vec<_>>(), [true, false]);
        // The next revision is a copy like any other, without the schedule of the one that is gone.
        store.answer_change(&change(1, 2, None), None).unwrap();
        let again = &store.applied().unwrap()[0];
        assert_eq!((again.revision, again.removed, again.schedule), (2, false, None));
    }
}

#[test]
fn bodies_that_nobody_needs_go() {
    for place in Place::all() {
        let store = place.open();
        let body = |bytes: &[u8]| Write::Body { hash: Hash::of(bytes), bytes: bytes.to_vec() };
        store.apply(&[body(b"a"), body(b"b"), body(b"a")]).unwrap();
        store.apply(&[Write::KeepBodies([Hash::of(b"b")].into())]).unwrap();
        assert_eq!(store.load().unwrap().bodies, [Hash::of(b"b")].into());
    }
}

#[test]
fn one_syncs_at_a_time_off_8() {
    for place in Place::all() {
        let store = place.open();
        let guard = store.try_sync().unwrap();
        assert!(guard.is_some());
        assert!(store.try_sync().unwrap().is_none());
        drop(guard);
        assert!(store.try_sync().unwrap().is_some());
    }
}
