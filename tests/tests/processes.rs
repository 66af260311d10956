//! Several processes on one cache, each a real one: all decide and append, one syncs at a time, the others notice (OFF-8).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use sbm_client::Client;
use sbm_client::core::code::Code;
use sbm_client::core::permission::{Right, RightSet};
use sbm_client::core::wire::v1::admin::SecurityProfilePatch;
use sbm_tests::fixture::{client_of, config, name, office, take_over};
use sbm_tests::process::{Victim, history};
use sbm_tests::server::TestServer;

const WORKER: &str = env!("CARGO_BIN_EXE_sbm-test-worker");

#[test]
fn others_notice_within_a_second_what_one_process_learnt_off_8() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let window = client_of(&server, home.path());
    take_over(&window);
    let mut others: Vec<Victim> = (0..2).map(|_| Victim::start(WORKER, &[&home.path().display().to_string(), "0"])).collect();
    for other in &mut others {
        while other.line().unwrap() != "done" {}
    }
    let mut waits = Vec::new();
    for round in 0..9 {
        let may = round % 2 == 1;
        let rights = [Right::Restore].into_iter().chain(may.then_some(Right::RunManually)).collect::<RightSet>();
        let patch = SecurityProfilePatch { rights: Some(rights), ..SecurityProfilePatch::default() };
        admin.modify_security_profile(&name("End user"), &patch).unwrap();
        sync(&window);
        let begun = Instant::now();
        for other in &mut others {
            // What they notice before is their own checks; what counts is that they decide by the new rights.
            while other.line().unwrap() != format!("changed {may}") {}
        }
        waits.push(begun.elapsed());
    }
    waits.sort();
    // The machine is shared with whatever else it does: what counts is that they can, and not by one lucky look.
    assert!(waits.get(2).is_some_and(|wait| *wait < Duration::from_secs(1)), "{waits:?}");
}

/// A sync of this process, as soon as no other one is in the middle of its own.
fn sync(window: &Client) {
    loop {
        match window.sync() {
            Ok(summary) => return assert!(summary.online && summary.history_waiting == 0, "{summary:?}"),
            Err(error) => assert_eq!(error.code(), Code::CacheBusy, "{error}"),
        }
    }
}

#[test]
fn several_processes_append_and_nothing_is_lost_doubled_or_numbered_twice_off_8_his_3() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    drop(client_of(&server, home.path()));
    let mut others: Vec<Victim> = (0..3).map(|_| Victim::start(WORKER, &[&home.path().display().to_string(), "15"])).collect();
    let window = Client::open(config(home.path())).unwrap();
    let (mut ids, mut sequences) = (BTreeSet::new(), BTreeSet::new());
    for other in &mut others {
        loop {
            // Meanwhile this process syncs as well, and is told when another one does.
            match window.sync() {
                Ok(summary) => assert!(summary.online),
                Err(error) => assert_eq!(error.code(), Code::CacheBusy, "{error}"),
            }
            let line = other.line().unwrap();
            let mut words = line.split(' ');
            match (words.next(), words.next(), words.next()) {
                (Some("finished"), Some(id), Some(sequence)) => {
                    assert!(ids.insert(id.parse().unwrap()), "{id}");
                    assert!(sequences.insert(sequence.parse::<u64>().unwrap()), "{sequence}");
                }
                (Some("done"), ..) => break,
                _ => {}
            }
        }
    }
    assert_eq!(sequences, (1..=45).collect());
    sync(&window);
    assert_eq!(history(&admin).into_keys().collect::<BTreeSet<_>>(), ids);
}
