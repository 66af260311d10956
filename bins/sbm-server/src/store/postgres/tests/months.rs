//! The parts of the history by month.

use std::time::{Duration, Instant};

use sbm_core::id::RunId;
use sbm_core::run::RunRecord;
use sbm_core::time::{DAY, Timestamp};
use sbm_core::wire::v1::device::Fate;
use sbm_test_postgres::Cluster;

use super::super::months::make_for;
use super::{SOURCE, made, open, record};
use crate::store::export::whole::{filled, looked};
use crate::store::sql::one;
use crate::store::{Postgres, Runs as _, StoreError, Within};

/// The middle of November 2026.
const NOVEMBER: Timestamp = Timestamp::from_millis(1_794_787_200_000);

fn at(time: Timestamp, number: u8) -> RunRecord {
    RunRecord { id: RunId::v7(time, [number; 10]), ..record(u64::from(number)) }
}

fn parts(database: &str) -> Vec<(String, i64)> {
    let mut admin = Cluster::shared().admin(Cluster::name_of(database));
    let text = "SELECT tableoid::regclass::text, count(*) FROM sbm.runs GROUP BY 1 ORDER BY 1";
    admin.query(text, &[]).unwrap().iter().map(|row| (row.get::<_, String>(0).replace("sbm.", ""), row.get(1))).collect()
}

fn fates(store: &Postgres, records: &[RunRecord]) -> Vec<Fate> {
    let taken = store.ingest(SOURCE, records.to_vec(), NOVEMBER).wait().unwrap();
    taken.into_iter().map(|taken| taken.fate).collect()
}

fn part(name: &str, rows: i64) -> (String, i64) {
    (name.to_owned(), rows)
}

#[test]
fn runs_lie_in_the_part_of_their_month_and_wild_clocks_lose_none_his_1() {
    let database = made();
    let store = open(&database).unwrap();
    store.make_months(NOVEMBER, NOVEMBER).wait().unwrap();
    let records = [
        at(NOVEMBER, 1),
        at(NOVEMBER.plus(30 * DAY), 2),
        at(NOVEMBER.plus(70 * DAY), 3),
        at(Timestamp::from_millis(0), 4),
        at(Timestamp::from_millis((1 << 48) - 1), 5),
    ];
    assert_eq!(fates(&store, &records), [Fate::Accepted; 5]);
    assert_eq!(fates(&store, &records), [Fate::Duplicate; 5]);
    let expected = [part("runs_2026_11", 1), part("runs_2026_12", 1), part("runs_2027_01", 1), part("runs_wild", 2)];
    assert_eq!(parts(&database), expected);
}

#[test]
fn a_month_that_is_made_late_takes_its_runs_along_and_each_still_meets_itself_his_3() {
    let database = made();
    let store = open(&database).unwrap();
    let past = Timestamp::from_millis(1_583_020_800_000);
    let records: Vec<_> = (1..=9).map(|number| at(past.plus(i64::from(number) * 10 * DAY), number)).collect();
    assert_eq!(fates(&store, &records), [Fate::Accepted; 9]);
    assert_eq!(parts(&database), [part("runs_wild", 9)]);
    let before = store.list(Within::one(SOURCE.account), Default::default()).wait().unwrap();
    let to = past.plus(31 * DAY);
    store.make_months(past, to).wait().unwrap();
    store.make_months(past, to).wait().unwrap();
    let expected = [part("runs_2020_03", 3), part("runs_2020_04", 3), part("runs_2020_05", 3)];
    assert_eq!(parts(&database), expected);
    assert_eq!(store.list(Within::one(SOURCE.account), Default::default()).wait().unwrap(), before);
    assert_eq!(fates(&store, &records), [Fate::Duplicate; 9]);
}

#[test]
fn several_servers_make_months_at_once_and_each_is_made_once_run_7() {
    let database = made();
    let stores: Vec<_> = (0..3).map(|_| open(&database).unwrap()).collect();
    let from = Timestamp::from_millis(1_000_000_000_000);
    let making: Vec<_> = stores.iter().flat_map(|store| (0..4).map(|_| store.make_months(from, from.plus(90 * DAY)))).collect();
    for made in making {
        assert_eq!(made.wait(), Ok(()));
    }
    let mut admin = Cluster::shared().admin(Cluster::name_of(&database));
    let count =
        "SELECT count(*) FROM pg_inherits WHERE inhparent = 'sbm.runs'::regclass AND inhrelid::regclass::text LIKE '%_2001_%'";
    assert_eq!(admin.query_one(count, &[]).unwrap().get::<_, i64>(0), 4);
}

/// The parts that there are for months to come, with that of this month.
fn of_now(database: &str) -> Vec<String> {
    let mut admin = Cluster::shared().admin(Cluster::name_of(database));
    let text = "SELECT relname::text FROM pg_class WHERE relnamespace = 'sbm'::regnamespace AND relkind = 'r'
        AND relname LIKE 'runs_2%' ORDER BY 1";
    admin.query(text, &[]).unwrap().iter().map(|row| row.get(0)).collect()
}

#[test]
fn whoever_reads_history_at_length_holds_up_no_start_and_a_month_that_is_late_no_reader_door_2() {
    let database = made();
    let all = of_now(&database);
    assert_eq!(all.len(), 3);
    // The next two are missing, then this one too: it is waited for a little, and the server starts all the same.
    for first_missing in [1, 0] {
        let mut admin = Cluster::shared().admin(Cluster::name_of(&database));
        for part in &all[first_missing..] {
            admin.batch_execute(&format!("DROP TABLE sbm.{part}")).unwrap();
        }
        let mut reading = admin.transaction().unwrap();
        reading.query("SELECT count(*) FROM sbm.runs", &[]).unwrap();
        let begun = Instant::now();
        let store = open(&database).unwrap();
        assert_eq!(store.make_room().wait(), Err(StoreError::Busy));
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
        let making: Vec<_> = (0..3).map(|_| store.make_room()).collect();
        assert!(store.list(Within::one(SOURCE.account), Default::default()).wait().is_ok(), "readers go on");
        making.into_iter().for_each(|made| assert_eq!(made.wait(), Err(StoreError::Busy)));
        // No run is refused for want of a month.
        let now = at(store.clock().wait().unwrap(), first_missing as u8 + 1);
        assert_eq!(fates(&store, std::slice::from_ref(&now)), [Fate::Accepted]);
        assert_eq!(of_now(&database), all[..first_missing]);
        reading.rollback().unwrap();
        assert_eq!(store.make_room().wait(), Ok(()));
        assert_eq!(of_now(&database), all);
        assert_eq!(fates(&store, &[now]), [Fate::Duplicate]);
        assert!(parts(&database).iter().all(|(part, _)| *part != "runs_wild"), "it moved with its month");
        // What made the months lets statements take as long as before.
        let settings = looked(&store, |sql| one(sql, "SELECT current_setting('statement_timeout')", &[], |row| row.take()));
        assert_eq!(settings, Ok(Some("0".to_owned())));
    }
}

#[test]
fn whoever_fills_the_history_makes_months_in_haste_and_goes_on_as_before_door_2() {
    let database = made();
    let store = open(&database).unwrap();
    let settings = filled(&store, |sql| {
        make_for(sql, [NOVEMBER.plus(-900 * DAY)].into_iter())?;
        one(sql, "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')", &[], |row| {
            Ok((row.take::<String>()?, row.take::<String>()?))
        })
    });
    assert_eq!(settings, Ok(Some(("0".to_owned(), "1min".to_owned()))));
    assert_eq!(of_now(&database).len(), 4);
}

#[test]
fn no_run_is_changed_in_any_part_his_1() {
    let database = made();
    let store = open(&database).unwrap();
    store.make_months(NOVEMBER, NOVEMBER).wait().unwrap();
    fates(&store, &[at(NOVEMBER, 1), at(Timestamp::from_millis(5), 2)]);
    let mut admin = Cluster::shared().admin(Cluster::name_of(&database));
    for table in ["runs", "runs_wild", "runs_2026_11"] {
        let error = admin.batch_execute(&format!("UPDATE sbm.{table} SET error = 'x'")).unwrap_err();
        assert_eq!(error.as_db_error().unwrap().message(), "a run is never changed", "{table}");
    }
}

#[test]
fn a_span_of_no_history_makes_nothing() {
    let database = made();
    let store = open(&database).unwrap();
    for (from, to) in [(i64::MIN, 0), (0, i64::MAX), (0, 70 * 365 * DAY)] {
        let made = store.make_months(Timestamp::from_millis(from), Timestamp::from_millis(to)).wait();
        assert!(matches!(made, Err(StoreError::Rejected(_))), "{from} {to} {made:?}");
    }
}
