//! History that is past retention goes once a day, by one server for all (HIS-7).

use rusqlite::Connection;
use sbm_core::run::RunRecord;
use sbm_core::time::DAY;
use sbm_core::wire::v1::admin::HistoryQuery;
use sbm_core::wire::v1::device::Runs;

use super::*;
use crate::store::{RunSource, Within};

/// A run of that profile; received on another day, its own times are alike.
fn record(sequence: u64, profile: &str, result: &str) -> RunRecord {
    let json = format!(
        r#"{{"id":"{sequence:032x}","sequence":{sequence},"installation":"{}","computer":"pc","user":"admin",
        "profile":{{"name":"{profile}"}},"thread_start":1,"profile_start":{sequence},"result":"{result}","end":2}}"#,
        installation()
    );
    serde_json::from_str(&json).unwrap()
}

/// Whoever took the piece so far: how often it was taken.
async fn turns(world: &World) -> i64 {
    let text = "SELECT coalesce(max(turn), 0) FROM tasks WHERE name = 'history'";
    match &world.url {
        None => {
            let file = Connection::open(world.opened.data_dir.path().join(crate::store::sqlite::FILE)).unwrap();
            file.query_row(text, [], |row| row.get(0)).unwrap()
        }
        Some(url) => {
            let database = url.database.clone();
            let ask = move || Cluster::shared().admin(&database).query_one(&text.replace("tasks", "sbm.tasks"), &[]);
            tokio::task::spawn_blocking(ask).await.unwrap().unwrap().get(0)
        }
    }
}

async fn there(world: &World) -> Vec<u64> {
    let page = world.opened.store.list(Within::one(ROOT), HistoryQuery::default()).await.unwrap();
    let mut there: Vec<u64> = page.items.iter().map(|run| run.record.sequence).collect();
    there.sort_unstable();
    there
}

/// What the audit log has of sweeps.
async fn sweeps(world: &World) -> Vec<String> {
    let page = world.opened.store.audit_page(0, 100).await.unwrap();
    page.into_iter().filter(|kept| kept.entry.object == "history").map(|kept| kept.entry.detail).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_servers_one_deletes_what_is_past_retention_and_the_last_success_stays_his_7() {
    for place in BOTH {
        // Whoever keeps everything leaves the history to those that do not.
        let mut world = World::claimed(place, 1).await;
        world.log_in_device(0, "admin", PASSWORD).await.unwrap();
        let source = RunSource { account: ROOT, device: world.device(0), installation: installation() };
        let now = world.at(0).now();
        let sent = [
            (40, record(1, "first", "success")),
            (39, record(2, "first", "failure")),
            (38, record(3, "first", "failure")),
            (37, record(4, "second", "success")),
            (5, record(5, "second", "success")),
            (4, record(6, "first", "failure")),
        ];
        for (days, record) in sent {
            world.opened.store.ingest(source, vec![record], now.plus(-days * DAY)).await.unwrap();
        }
        world.look().await;
        assert_eq!((there(&world).await, turns(&world).await), ((1..=6).collect(), 0), "{place:?}");

        world.retention = Retention { days: Some(30), runs: None };
        for _ in 0..2 {
            world.add().await.unwrap();
        }
        world.look().await;
        // The last successful run of the first profile stays, old as it is; that of the second one is a newer one.
        assert_eq!(there(&world).await, [1, 5, 6], "{place:?}");
        assert_eq!(turns(&world).await, 1, "{place:?}: one of them took it");
        assert_eq!(sweeps(&world).await, ["3 runs, keep_days 30"], "{place:?}");
        assert!(world.opened.store.last_done("history").await.unwrap().is_some(), "{place:?}");

        // What is past retention from now on waits until it is due again.
        world.opened.store.ingest(source, vec![record(7, "second", "failure")], now.plus(-31 * DAY)).await.unwrap();
        world.look().await;
        assert_eq!((there(&world).await, turns(&world).await), (vec![1, 5, 6, 7], 1), "{place:?}");
    }
}

/// One of several servers whose clock is weeks off, either way.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_with_a_wrong_clock_deletes_nothing_and_makes_no_run_older_than_it_is_his_7() {
    for (place, off) in [(Place::Postgres, 60), (Place::Postgres, -60), (Place::Sqlite, 60)] {
        let mut world = World::claimed(place, 1).await;
        world.log_in_device(0, "admin", PASSWORD).await.unwrap();
        let source = RunSource { account: ROOT, device: world.device(0), installation: installation() };
        let now = world.at(0).now();
        for (days, sequence) in [(40, 1), (20, 2)] {
            let record = record(sequence, "first", "failure");
            world.opened.store.ingest(source, vec![record], now.plus(-days * DAY)).await.unwrap();
        }
        (world.retention, world.clocks_off) = (Retention { days: Some(30), runs: None }, off * DAY);
        world.add().await.unwrap();
        world.at(1).do_duties().await;
        assert_eq!((there(&world).await, turns(&world).await), (vec![1, 2], 0), "{place:?} {off}: it leaves it to others");
        assert!(world.opened.store.last_done("ended_tokens").await.unwrap().is_none(), "{place:?} {off}");
        assert!(world.opened.store.last_done("attempts").await.unwrap().is_some(), "{place:?} {off}: the rest is done");

        let run = serde_json::value::to_raw_value(&record(3, "first", "failure")).unwrap();
        let answer = world.at(1).ingest(source.device, Runs { runs: vec![run] }).await.unwrap();
        assert_eq!(answer.receipts.len(), 1);
        let page = world.opened.store.list(Within::one(ROOT), HistoryQuery::default()).await.unwrap();
        let came = page.items.iter().find(|run| run.record.sequence == 3).unwrap().received;
        assert!(came.since(now) >= 0 && came.since(now) < DAY, "{place:?} {off}: {came:?}");

        world.clocks_off = 0;
        world.add().await.unwrap();
        world.at(2).do_duties().await;
        assert_eq!((there(&world).await, turns(&world).await), (vec![2, 3], 1), "{place:?} {off}");
    }
}
