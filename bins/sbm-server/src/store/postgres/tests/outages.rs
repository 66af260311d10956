//! The database goes away and comes back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sbm_core::directory::Change;
use sbm_core::directory::rows::Group;
use sbm_core::id::{AccountId, GroupId};
use sbm_core::name::{Name, Text};
use sbm_core::time::Timestamp;
use sbm_test_postgres::{Cluster, Options, Stop};

use super::{SOURCE, made, open, record};
use crate::store::{Commit, Committed, Directory as _, Postgres, Runs as _, StoreError};

/// The bound for a service that comes back, and what is really to be seen.
const SOON: Duration = Duration::from_secs(2);

fn group(id: u32) -> Change {
    let name = Name::new(&format!("group {id}")).unwrap();
    Change::Group(Group { id: GroupId(id), account: AccountId::ROOT, name, description: Text::default(), stamp: 0 })
}

fn commit(store: &Postgres, based_on: u64) -> Result<Committed, StoreError> {
    let changes = vec![group(u32::try_from(based_on).unwrap())];
    store.commit(Commit { based_on, changes, ..Commit::default() }).wait()
}

/// Whether that is within the bound, on this machine: what it takes there to open the database, or to be told that it cannot
/// be, is measured at the moment and comes on top.
fn is_within(bound: Duration, took: Duration, database: &str) -> bool {
    took < bound || {
        let begun = Instant::now();
        drop(open(database));
        took < bound + begun.elapsed()
    }
}

/// Asks until it answers; gives how long that took. Whatever it says until then, it says at once.
fn until_back(store: &Postgres, database: &str) -> Duration {
    let begun = Instant::now();
    loop {
        let asked = Instant::now();
        let said = store.highest_sequences().wait();
        let took = asked.elapsed();
        assert!(is_within(SOON, took, database), "it let wait: {took:?}");
        match said {
            Ok(_) => return begun.elapsed(),
            Err(StoreError::Unavailable(_)) => assert!(begun.elapsed() < 5 * SOON, "it does not come back"),
            Err(other) => panic!("{other}"),
        }
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// Ends all connections to a database.
fn end_connections(cluster: &Cluster, database: &str) -> usize {
    let text = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()";
    cluster.admin("postgres").query(text, &[&Cluster::name_of(database)]).unwrap().len()
}

#[test]
fn after_its_connections_were_ended_the_store_goes_on_and_nobody_notices_err_4() {
    let database = made();
    let store = open(&database).unwrap();
    for round in 1..=5 {
        wait_for_connections(&database, 9, &store);
        assert_eq!(end_connections(Cluster::shared(), &database), 9);
        // A connection that is found dead before anything was done on it is made anew.
        assert_eq!(commit(&store, round), Ok(Committed::At(round + 1)));
        assert_eq!(store.revision().wait(), Ok(round + 1));
    }
}

/// Until all connections are there again; work is what makes them.
fn wait_for_connections(database: &str, wanted: i64, store: &Postgres) {
    let mut admin = Cluster::shared().admin("postgres");
    let begun = Instant::now();
    loop {
        let text = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1";
        let are: i64 = admin.query_one(text, &[&Cluster::name_of(database)]).unwrap().get(0);
        if are == wanted {
            return;
        }
        assert!(begun.elapsed() < 5 * SOON, "{are} connections instead of {wanted}");
        let asked: Vec<_> = (0..32).map(|_| store.load()).collect();
        let written: Vec<_> = (0..32).map(|_| store.ingest(SOURCE, vec![record(1)], Timestamp::from_millis(1))).collect();
        asked.into_iter().for_each(|asked| drop(asked.wait().unwrap()));
        written.into_iter().for_each(|written| drop(written.wait().unwrap()));
    }
}

#[test]
fn a_database_that_was_stopped_or_killed_is_used_again_within_two_seconds_err_4() {
    let cluster = Cluster::start(Options { fsync: true, settings: Vec::new() });
    let database = cluster.database();
    let store = Arc::new(open(&database).unwrap());
    let mut revision = 1;
    for stop in [Some(Stop::Fast), Some(Stop::Immediate), None] {
        assert_eq!(commit(&store, revision), Ok(Committed::At(revision + 1)));
        revision += 1;
        stop.map_or_else(|| cluster.kill(), |stop| cluster.stop(stop));
        for _ in 0..50 {
            let asked = Instant::now();
            let said = store.revision().wait();
            assert!(matches!(said, Err(StoreError::Unavailable(_))), "{said:?}");
            let took = asked.elapsed();
            assert!(is_within(SOON / 2, took, &database), "{took:?}");
            let said = commit(&store, revision);
            assert!(matches!(said, Err(StoreError::Unavailable(_))), "{said:?} after {stop:?}");
        }
        cluster.run_again();
        let took = until_back(&store, &database);
        assert!(is_within(SOON, took, &database), "{took:?} after {stop:?}");
        assert_eq!(store.revision().wait(), Ok(revision), "what was acknowledged is there");
    }
}

#[test]
fn a_change_is_heard_from_another_server_and_found_when_the_word_was_lost_run_7() {
    let database = made();
    let (one, two) = (open(&database).unwrap(), open(&database).unwrap());
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| two.wait_for_change(1, 10 * SOON));
        assert_eq!(commit(&one, 1), Ok(Committed::At(2)));
        assert_eq!(waiting.join().unwrap(), 2);
    });
    let took = begun.elapsed();
    assert!(is_within(SOON, took, &database), "{took:?}");
    // Nobody is told of this one.
    let mut admin = Cluster::shared().admin(Cluster::name_of(&database));
    let quietly = "ALTER TABLE sbm.revision DISABLE TRIGGER revision_told; UPDATE sbm.revision SET value = 3;
        ALTER TABLE sbm.revision ENABLE TRIGGER revision_told";
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| two.wait_for_change(2, 10 * SOON));
        admin.batch_execute(quietly).unwrap();
        assert_eq!(waiting.join().unwrap(), 3);
    });
    let took = begun.elapsed();
    assert!(is_within(SOON, took, &database), "{took:?}");
    // What is told and is not so raises nothing.
    admin.batch_execute("NOTIFY sbm_revision, '99999'; NOTIFY sbm_revision, 'x'").unwrap();
    assert_eq!(two.wait_for_change(3, Duration::from_millis(700)), 3);
}

#[test]
fn a_store_opens_and_closes_from_within_a_runtime() {
    let database = made();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let store = open(&database).unwrap();
        assert_eq!(store.revision().await, Ok(1));
        drop(store);
        assert!(open(&database.replace(Cluster::shared().password(), "wrong")).is_err());
    });
}

#[test]
fn many_servers_that_start_at_once_on_an_empty_database_make_one_schema_run_7() {
    let database = Cluster::shared().database();
    std::thread::scope(|scope| {
        let opening: Vec<_> = (0..4).map(|_| scope.spawn(|| open(&database).unwrap().revision().wait())).collect();
        for opened in opening {
            assert_eq!(opened.join().unwrap(), Ok(1));
        }
    });
}
