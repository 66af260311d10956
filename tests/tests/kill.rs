//! `kill -9` at random points on each side: no acknowledged record is lost, none is doubled (HIS-3).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use sbm_client::Client;
use sbm_client::admin::Admin;
use sbm_client::core::id::RunId;
use sbm_client::core::run::{RunResult, Trigger};
use sbm_client::core::wire::v1::session::Secret;
use sbm_tests::fixture::{PASSWORD, config, end, office, start, take_over};
use sbm_tests::process::{Victim, history, kills, random};
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};

const HOST: &str = env!("CARGO_BIN_EXE_sbm-test-host");
const SERVER: &str = env!("CARGO_BIN_EXE_sbm-test-server");

#[test]
fn a_host_that_is_killed_loses_and_doubles_nothing_his_1_his_3() {
    kill_the_host("sqlite");
}

#[test]
fn a_host_that_is_killed_loses_and_doubles_nothing_in_plain_files_either_his_1_his_3() {
    kill_the_host("plain");
}

fn kill_the_host(cache: &str) {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let config = || config(home.path()).plain_files(cache == "plain");
    let client = Client::open(config()).unwrap();
    client.login(server.connection(), "carol", &Secret::new(PASSWORD)).unwrap();
    take_over(&client);
    drop(client);

    let (mut begun, mut finished) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..kills() {
        let mut host = Victim::start(HOST, &[&home.path().display().to_string(), cache]);
        let mut said: Vec<String> = (0..1 + random(60)).map_while(|_| host.line()).collect();
        linger();
        said.extend(host.kill());
        for line in &said {
            match line.split_once(' ') {
                Some(("begun", id)) => drop(begun.insert(id.parse::<RunId>().unwrap())),
                Some(("finished", id)) => drop(finished.insert(id.parse::<RunId>().unwrap())),
                _ => {}
            }
        }
    }
    // The program starts once more: what was running when it died is reported as interrupted, and all is sent.
    let client = Client::open(config()).unwrap();
    assert_eq!(home.path().join("cache.ledger").exists(), cache == "plain");
    assert!(client.sync().unwrap().online);
    let kept = history(&admin);
    for id in &finished {
        assert_eq!(kept.get(id), Some(&RunResult::Success), "{id} was finished, and the host was told so");
    }
    for id in &begun {
        assert!(kept.contains_key(id), "{id} was begun, and must be told of, as interrupted at least");
    }
    let interrupted = kept.values().filter(|result| **result == RunResult::Interrupted).count();
    assert!(interrupted <= kills() as usize, "{interrupted} interrupted runs for {} kills", kills());
    assert!(finished.len() > kills() as usize, "the host has to get something done between kills");
}

#[test]
fn a_server_that_is_killed_loses_and_doubles_nothing_his_3() {
    let directory = tempfile::tempdir().unwrap();
    let data_dir = directory.path().join("server");
    let (mut server, connection) = Victim::server(SERVER, &data_dir, 0);
    let admin = Admin::connect(&connection, Duration::from_secs(30)).unwrap();
    let code = std::fs::read_to_string(data_dir.join("setup-code")).unwrap();
    admin.claim(&Secret::new(code.trim()), &Secret::new(ADMIN_PASSWORD)).unwrap();
    let mut admin = admin;
    admin.login("admin", &Secret::new(ADMIN_PASSWORD)).unwrap();
    office(&admin);

    let homes: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let clients: Vec<Client> = homes
        .iter()
        .map(|home| {
            let client = Client::open(config(home.path())).unwrap();
            client.login(&connection, "carol", &Secret::new(PASSWORD)).unwrap();
            client
        })
        .collect();
    let (over, sent) = (AtomicBool::new(false), AtomicUsize::new(0));
    let finished: BTreeSet<RunId> = std::thread::scope(|scope| {
        let threads: Vec<_> = clients.iter().map(|client| scope.spawn(|| work(client, &over, &sent))).collect();
        let mut seen = 0;
        for _ in 0..kills() {
            // Each time something must have got through before the next kill.
            while sent.load(Ordering::Acquire) <= seen {
                assert!(threads.iter().any(|thread| !thread.is_finished()), "every client stopped");
                std::thread::yield_now();
            }
            linger();
            server.kill();
            seen = sent.load(Ordering::Acquire);
            (server, _) = Victim::server(SERVER, &data_dir, connection.port);
        }
        over.store(true, Ordering::Release);
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    for client in &clients {
        assert!(client.sync().unwrap().online);
    }
    let kept = history(&admin);
    assert_eq!(
        kept.len(),
        finished.len(),
        "{:?}",
        finished.symmetric_difference(&kept.keys().copied().collect()).collect::<Vec<_>>()
    );
    assert!(finished.iter().all(|id| kept.contains_key(id)));
    let verdict = admin.verify_audit().unwrap();
    assert_eq!(verdict.broken_at, None);
}

/// Runs and syncs until it is over; an outage is an outage, everything else fails the test.
fn work(client: &Client, over: &AtomicBool, sent: &AtomicUsize) -> BTreeSet<RunId> {
    let mut finished = BTreeSet::new();
    while !over.load(Ordering::Acquire) {
        let run = client.begin_run(start(Trigger::Schedule)).unwrap_or_else(|error| panic!("{error}"));
        finished.insert(run.id());
        run.finish(end()).unwrap();
        let summary = client.sync().unwrap();
        if summary.online {
            sent.fetch_add(1, Ordering::AcqRel);
        }
    }
    finished
}

/// Lets up to ten milliseconds pass, so that the kill falls between any two instructions.
fn linger() {
    let (_open, wait) = channel::<()>();
    assert_eq!(wait.recv_timeout(Duration::from_micros(u64::from(random(10_000)))), Err(RecvTimeoutError::Timeout));
}
