//! The worker, on a clock of the test's own (PRO-8, OFF-8, ERR-3).

use std::sync::Condvar;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use sbm_core::time::{MINUTE, SECOND};

use super::*;
use crate::worker::Round;
use crate::{Notice, WorkerConfig};

/// Longer than anything takes that is not stuck.
const PATIENCE: Duration = Duration::from_secs(20);

/// The worker's rounds without its thread.
fn rounds(client: &Client) -> (Round, Receiver<Notice>) {
    let (tell, told) = channel();
    (Round::new(client, move |notice| tell.send(notice).unwrap()), told)
}

fn checks(world: &World) -> usize {
    world.server.facts().requests.iter().filter(|request| request.contains("check-in")).count()
}

#[test]
fn it_checks_at_its_start_and_every_54_to_60_minutes_pro_8() {
    let world = World::new();
    drop(world.logged_in());
    let client = world.open();
    let (mut round, told) = rounds(&client);
    let before = checks(&world);
    round.go(false, &client.began());
    assert_eq!(checks(&world), before + 1);
    assert!(matches!(told.try_recv(), Ok(Notice::Synced(summary)) if summary.online));
    for hour in 0..5 {
        let before = checks(&world);
        let mut minutes = 0;
        while checks(&world) == before {
            world.pass(MINUTE);
            minutes += 1;
            round.go(false, &client.began());
            assert!(minutes <= 60, "hour {hour}");
        }
        assert!((54..=60).contains(&minutes), "hour {hour}: after {minutes} minutes");
        assert!(matches!(told.try_recv(), Ok(Notice::Synced(_))));
    }
    assert!(told.try_recv().is_err(), "and says nothing else");
}

#[test]
fn after_failures_it_comes_later_and_later_and_not_before_the_server_said_err_3() {
    let world = World::new();
    let client = world.logged_in();
    let (mut round, _told) = rounds(&client);
    let mut pause_until_next = || {
        let before = checks(&world);
        let mut seconds = 0;
        while checks(&world) == before {
            world.pass(SECOND);
            seconds += 1;
            round.go(false, &client.began());
            assert!(seconds <= 60 * 60);
        }
        seconds
    };
    world.server.facts().down = Some(Code::Unreachable);
    pause_until_next();
    let pauses: Vec<i32> = (0..8).map(|_| pause_until_next()).collect();
    for (at, pause) in pauses.iter().enumerate() {
        let least = (30 << at).min(54 * 60);
        assert!((least..=least + (least / 4).min(360) + 1).contains(pause), "{pauses:?}");
    }
    world.server.facts().down = None;
    pause_until_next();
    (world.server.facts().refuses, world.server.facts().retry_after) = (Some(Code::Busy), Some(600));
    pause_until_next();
    let told_to_wait = pause_until_next();
    assert!((600..=751).contains(&told_to_wait), "{told_to_wait}");
    assert!(may(&client, CREATE), "being busy narrows nothing");
    world.server.facts().retry_after = Some(u64::MAX);
    pause_until_next();
    let longest = pause_until_next();
    assert!((54 * 60..=60 * 60).contains(&longest), "no server keeps a client away for ever");
}

#[test]
fn a_refused_client_asks_again_within_the_hour_and_not_all_the_time_off_2() {
    let world = World::new();
    let client = world.logged_in();
    let (mut round, _told) = rounds(&client);
    world.server.facts().refuses = Some(Code::UserDisabled);
    world.pass(HOUR);
    let before = world.server.facts().requests.len();
    for _ in 0..50 {
        round.go(false, &client.began());
        world.pass(SECOND);
    }
    assert_eq!(world.server.facts().requests.len(), before + 1);
    world.server.facts().refuses = None;
    world.pass(HOUR);
    round.go(false, &client.began());
    assert!(may(&client, CREATE));
}

#[test]
fn an_unmanaged_or_logged_out_client_is_left_alone_pro_8() {
    let world = World::new();
    let client = world.open();
    let (mut round, told) = rounds(&client);
    round.go(false, &client.began());
    assert!(told.try_recv().is_err() && world.server.facts().requests.is_empty());
    round.go(true, &client.began());
    assert_eq!(told.try_recv(), Ok(Notice::Failed(Code::NotLoggedIn)), "whoever asks for a sync is told");
    client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
    client.logout().unwrap();
    let asked = world.server.facts().requests.len();
    world.pass(HOUR);
    round.go(false, &client.began());
    assert_eq!(world.server.facts().requests.len(), asked);
}

#[test]
fn it_says_when_another_process_changed_something_off_8() {
    let world = World::new();
    let window = world.logged_in();
    let service = world.open();
    let (mut round, told) = rounds(&service);
    round.go(false, &service.began());
    while told.try_recv().is_ok() {}
    round.go(false, &service.began());
    assert!(told.try_recv().is_err(), "nothing happened");
    window.logout().unwrap();
    round.go(false, &service.began());
    assert_eq!(told.try_recv(), Ok(Notice::Changed));
    assert!(!may(&service, CREATE));
}

#[test]
fn a_contact_of_one_process_is_a_contact_of_all_off_8() {
    let world = World::new();
    let window = world.logged_in();
    let service = world.open();
    let (mut round, _told) = rounds(&service);
    round.go(false, &service.began());
    world.pass(53 * MINUTE);
    window.sync().unwrap();
    let before = checks(&world);
    round.go(false, &service.began());
    world.pass(50 * MINUTE);
    round.go(false, &service.began());
    assert_eq!(checks(&world), before, "the other's check was enough");
    assert_eq!(service.state().standing(), Connection::Online);
}

#[test]
fn a_thread_runs_the_rounds_until_it_is_dropped_pro_8() {
    let world = World::new();
    drop(world.logged_in());
    let client = world.open();
    let (tell, told) = channel();
    let config = WorkerConfig::new().look_every(Duration::from_millis(10)).thread_name("rounds");
    let worker = client
        .start_worker(config, move |notice| {
            assert_eq!(std::thread::current().name(), Some("rounds"));
            tell.send(notice).unwrap();
        })
        .unwrap();
    assert!(matches!(told.recv_timeout(PATIENCE), Ok(Notice::Synced(summary)) if summary.online), "at its start");
    worker.sync_now();
    assert!(matches!(told.recv_timeout(PATIENCE), Ok(Notice::Synced(_))), "at once when asked");
    drop(worker);
    assert!(told.recv_timeout(PATIENCE).is_err(), "its callback is gone with its thread");
    world.pass(2 * HOUR);
    let asked = world.server.facts().requests.len();
    assert!(client.sync_if_due().unwrap().is_some());
    assert!(world.server.facts().requests.len() > asked, "the client goes on without it");
}

#[test]
fn dropping_it_ends_the_call_that_it_is_in_pro_8() {
    let world = World::new();
    drop(world.logged_in());
    let client = world.open();
    world.server.facts().assign(1, b"to be fetched");
    // The server keeps the worker waiting until the test lets go.
    let gate = Arc::new((Mutex::new((false, false)), Condvar::new()));
    let held = Arc::clone(&gate);
    world.server.facts().on_request = Some(Arc::new(move |_: &str| {
        let mut open = held.0.lock().unwrap();
        open.0 = true;
        held.1.notify_all();
        while !open.1 {
            open = held.1.wait_timeout(open, PATIENCE).unwrap().0;
        }
    }));
    let (tell, told) = channel();
    let worker = client.start_worker(WorkerConfig::new(), move |notice| tell.send(notice).unwrap()).unwrap();
    let mut open = gate.0.lock().unwrap();
    while !open.0 {
        open = gate.1.wait_timeout(open, PATIENCE).unwrap().0;
    }
    drop(open);
    let began = client.began();
    let dropping = std::thread::spawn(move || drop(worker));
    while !began.is_over() {
        std::thread::yield_now();
    }
    gate.0.lock().unwrap().1 = true;
    gate.1.notify_all();
    dropping.join().unwrap();
    let notices: Vec<Notice> = told.iter().collect();
    assert!(notices.contains(&Notice::Failed(Code::Cancelled)), "{notices:?}");
}

#[test]
fn what_is_cancelled_while_it_waits_is_no_order_that_comes_later_pro_8() {
    let world = World::new();
    drop(world.logged_in());
    let client = world.open();
    let (tell, told) = channel();
    let worker = client.start_worker(WorkerConfig::new(), move |notice| tell.send(notice).unwrap()).unwrap();
    for _ in 0..20 {
        let notice = told.recv_timeout(PATIENCE).unwrap();
        assert!(matches!(&notice, Notice::Synced(summary) if summary.online), "{notice:?}");
        client.cancel();
        worker.sync_now();
    }
}

#[test]
fn a_callback_may_use_the_client_and_drop_the_worker_pro_8() {
    let world = World::new();
    drop(world.logged_in());
    let client = Arc::new(world.open());
    let slot: Arc<Mutex<Option<crate::Worker>>> = Arc::default();
    let (tell, told) = channel();
    let (inner, mine) = (Arc::clone(&client), Arc::clone(&slot));
    let worker = client
        .start_worker(WorkerConfig::new().look_every(Duration::from_millis(10)), move |_| {
            // Under no lock of the library's: all of these may take their own.
            let _state = inner.state();
            let _again = inner.sync();
            let worker = mine.lock().unwrap().take();
            tell.send(worker.is_some()).unwrap();
        })
        .unwrap();
    *slot.lock().unwrap() = Some(worker);
    let mut stopped = false;
    while !stopped {
        if let Some(worker) = slot.lock().unwrap().as_ref() {
            worker.sync_now();
        }
        stopped = told.recv_timeout(PATIENCE).unwrap();
    }
    assert!(told.recv_timeout(PATIENCE).is_err(), "the thread has ended");
}
