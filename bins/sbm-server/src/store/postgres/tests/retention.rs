//! Months of the history that go as a whole.

use sbm_core::id::RunId;
use sbm_core::run::{Retention, RunRecord, RunResult};
use sbm_core::time::{DAY, Timestamp};
use sbm_core::wire::v1::admin::HistoryQuery;
use sbm_core::wire::v1::device::Fate;
use sbm_test_postgres::Cluster;

use std::sync::mpsc;

use super::super::parts::Doomed;
use super::{SOURCE, made, open, record};
use crate::store::export::whole::Whole as _;
use crate::store::retention::{Pruned, look, prune};
use crate::store::{Audit as _, Postgres, Runs as _, StoreError, Within};

/// The first of March 2020, and of November 2026.
const MARCH: Timestamp = Timestamp::from_millis(1_583_020_800_000);
const NOW: Timestamp = Timestamp::from_millis(1_793_491_200_000);
const RULE: Retention = Retention { days: Some(400), runs: None };

/// A run of that many days after the first of March; the fixture's end well.
fn on(day: i64, number: u8, result: RunResult) -> RunRecord {
    let mut record = RunRecord { id: RunId::v7(MARCH.plus(day * DAY), [number; 10]), ..record(u64::from(number)) };
    record.finish.result = result;
    record
}

fn send(store: &Postgres, records: &[RunRecord], received: Timestamp) -> Vec<Fate> {
    let taken = store.ingest(SOURCE, records.to_vec(), received).wait().unwrap();
    taken.into_iter().map(|taken| taken.fate).collect()
}

/// Each part of 2020 or of no month, with its numbers.
fn parts(database: &str) -> Vec<(String, Vec<i64>)> {
    let mut admin = Cluster::shared().admin(Cluster::name_of(database));
    let text = "SELECT c.relname::text, coalesce((SELECT array_agg(r.sequence ORDER BY r.sequence) FROM sbm.runs AS r
            WHERE r.tableoid = c.oid), '{}') FROM pg_class AS c JOIN pg_inherits AS i ON i.inhrelid = c.oid
        WHERE i.inhparent = 'sbm.runs'::regclass AND (c.relname LIKE 'runs_2020%' OR c.relname = 'runs_wild') ORDER BY 1";
    admin.query(text, &[]).unwrap().iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn part(name: &str, numbers: &[i64]) -> (String, Vec<i64>) {
    (name.to_owned(), numbers.to_vec())
}

fn swept(store: &Postgres, rule: Retention) -> Pruned {
    prune(store, rule, NOW, 100, || true).unwrap()
}

#[test]
fn a_month_that_is_past_retention_goes_whole_and_its_last_success_stays_his_7() {
    use RunResult::{Failure, Success};
    let database = made();
    let store = open(&database).unwrap();
    store.make_months(MARCH, MARCH).wait().unwrap();
    let old = [on(1, 1, Success), on(2, 2, Success), on(3, 3, Failure), on(40, 4, Failure)];
    let wild = RunRecord { id: RunId::v7(Timestamp::from_millis(5), [5; 10]), ..on(0, 5, Failure) };
    assert_eq!(send(&store, &old, MARCH.plus(50 * DAY)), [Fate::Accepted; 4]);
    assert_eq!(send(&store, &[wild], MARCH.plus(50 * DAY)), [Fate::Accepted]);
    // A host that was away for years sends what it did in May.
    assert_eq!(send(&store, &[on(70, 6, Failure)], NOW.plus(-DAY)), [Fate::Accepted]);

    let pruned = swept(&store, RULE);
    assert_eq!(pruned, Pruned { deleted: 4, left: 0, parts: vec!["runs_2020_03".to_owned(), "runs_2020_04".to_owned()] });
    assert_eq!(parts(&database), [part("runs_2020_05", &[6]), part("runs_wild", &[2])]);
    assert_eq!(send(&store, &old, NOW), [Fate::Deleted, Fate::Duplicate, Fate::Deleted, Fate::Deleted]);
    assert_eq!(store.get(Within::one(SOURCE.account), old[1].id, None).wait().unwrap()[0].run.record, old[1]);
    let told: Vec<_> = store.audit_page(0, 9).wait().unwrap().into_iter().map(|entry| entry.entry.detail).collect();
    let whole = |runs, month| format!("{runs} runs, all of runs_2020_{month}, keep_days 400");
    assert_eq!(told, [whole(2, "03"), whole(1, "04"), "1 runs, keep_days 400".to_owned()]);

    // The month may be made again, and takes back what is of it.
    store.make_months(MARCH, MARCH).wait().unwrap();
    assert_eq!(parts(&database)[0], part("runs_2020_03", &[2]));
    assert_eq!(swept(&store, RULE).deleted, 0);
}

#[test]
fn by_count_a_month_goes_when_it_is_empty_and_one_that_is_not_over_never_his_7() {
    let database = made();
    let store = open(&database).unwrap();
    store.make_months(MARCH, MARCH).wait().unwrap();
    send(&store, &[on(1, 1, RunResult::Failure), on(40, 2, RunResult::Failure), on(70, 3, RunResult::Success)], NOW);
    let rule = Retention { days: None, runs: Some(2) };
    assert_eq!(swept(&store, rule), Pruned { deleted: 1, ..Pruned::default() });
    assert_eq!(swept(&store, rule), Pruned { parts: vec!["runs_2020_03".to_owned()], ..Pruned::default() });
    let soon = MARCH.plus(40 * DAY);
    assert_eq!(prune(&store, rule, soon, 100, || true), Ok(Pruned::default()));
    assert_eq!(parts(&database), [part("runs_2020_04", &[2]), part("runs_2020_05", &[3]), part("runs_wild", &[])]);
}

#[test]
fn a_month_that_somebody_reads_is_left_and_goes_another_time_and_nobody_waits_long_door_2() {
    let database = made();
    let store = open(&database).unwrap();
    store.make_months(MARCH, MARCH).wait().unwrap();
    send(&store, &[on(1, 1, RunResult::Success), on(2, 2, RunResult::Failure)], MARCH.plus(50 * DAY));
    let mut admin = Cluster::shared().admin(Cluster::name_of(&database));
    let mut reading = admin.transaction().unwrap();
    reading.query("SELECT count(*) FROM sbm.runs", &[]).unwrap();
    // The batches need no lock on the whole, so that the run that may go goes all the same.
    let pruned = swept(&store, RULE);
    assert!(pruned.deleted == 1 && !pruned.parts.contains(&"runs_2020_03".to_owned()), "{pruned:?}");
    reading.rollback().unwrap();
    drop(admin);
    let pruned = swept(&store, RULE);
    assert!(pruned.deleted == 0 && pruned.parts.contains(&"runs_2020_03".to_owned()), "{pruned:?}");
    assert_eq!(parts(&database).pop(), Some(part("runs_wild", &[1])));
}

#[test]
fn of_a_month_that_goes_what_never_came_is_taken_in_later_his_3() {
    let database = made();
    let store = open(&database).unwrap();
    store.make_months(MARCH, MARCH).wait().unwrap();
    let records: Vec<_> = (1..=6)
        .map(|number| on(i64::from(number), number, if number == 3 { RunResult::Success } else { RunResult::Failure }))
        .collect();
    // The first and the fourth wait at their host.
    let came = [1, 2, 4, 5].map(|at| records[at].clone());
    assert_eq!(send(&store, &came, MARCH.plus(50 * DAY)), [Fate::Accepted; 4]);
    let pruned = swept(&store, RULE);
    assert!(pruned.deleted == 3 && pruned.parts.contains(&"runs_2020_03".to_owned()), "{pruned:?}");
    assert_eq!(send(&store, &came, NOW), [Fate::Deleted, Fate::Duplicate, Fate::Deleted, Fate::Deleted]);
    let waited = [0, 3].map(|at| records[at].clone());
    assert_eq!(send(&store, &waited, NOW), [Fate::Accepted; 2]);
    assert_eq!(parts(&database).pop(), Some(part("runs_wild", &[1, 3, 4])));
    // Nothing is missing any more, and the floor may rise above all of it.
    let found = look(&store, Retention { days: None, runs: Some(0) }, NOW, 100).unwrap();
    assert_eq!(found.reach.values().map(|reach| reach.end()).collect::<Vec<_>>(), [6]);
}

#[test]
fn a_server_that_stands_still_while_a_month_goes_stops_the_history_for_seconds_only_door_2() {
    let database = made();
    let (store, other) = (open(&database).unwrap(), open(&database).unwrap());
    store.make_months(MARCH, MARCH).wait().unwrap();
    send(&store, &[on(1, 1, RunResult::Success), on(2, 2, RunResult::Failure)], MARCH.plus(50 * DAY));
    let found = look(&store, RULE, NOW, 100).unwrap();
    let last = found.last.as_ref().unwrap();
    let doomed = Doomed::plan("runs_2020_03", RULE.begins(NOW), last, &found.reach, found.stubs).unwrap();
    let (at_it, is_at_it) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let standing = store.fill(Box::new(move |sql| {
        assert!(doomed.run(sql, |_, _| super::entry()).unwrap().is_some());
        at_it.send(()).unwrap();
        // It has the lock on all history, and says nothing more.
        may_go_on.recv().unwrap();
        Ok(())
    }));
    is_at_it.recv().unwrap();
    let page = other.list(Within::one(SOURCE.account), HistoryQuery::default()).wait();
    assert_eq!(page.map(|page| page.items.len()), Ok(2), "it is cut off before anybody else has to give up");
    go_on.send(()).unwrap();
    let said = standing.wait();
    assert!(matches!(said, Err(StoreError::Unavailable(_))), "it is to be tried again: {said:?}");
    assert_eq!(parts(&database)[0], part("runs_2020_03", &[1, 2]), "all is as it was");
    let pruned = swept(&store, RULE);
    assert!(pruned.deleted == 1 && pruned.parts.contains(&"runs_2020_03".to_owned()), "{pruned:?}");
}
