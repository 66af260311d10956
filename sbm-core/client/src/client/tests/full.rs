//! A long time offline with little room: what was given up reaches the server as what it is (ERR-3, HIS-3).

use sbm_core::run::Gap;

use super::*;
use crate::store::OutboxLimits;

const LIMITS: OutboxLimits = OutboxLimits { records: 8, bytes: u64::MAX };

/// A client that made 20 runs offline with room for 8 records.
fn long_offline(world: &World) -> Client {
    let client = Client::open(world.config().outbox(LIMITS)).unwrap();
    client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
    world.server.facts().down = Some(Code::Unreachable);
    for number in 1..=20 {
        let run = client.begin_run(start(Trigger::Schedule, None)).expect("no run is refused for want of room");
        assert_eq!(run.finish(end()).unwrap(), number);
    }
    world.server.facts().down = None;
    client
}

#[test]
fn a_gap_reaches_the_server_once_and_numbers_go_on_behind_it_err_3_his_3() {
    let world = World::new();
    let client = long_offline(&world);
    let summary = client.sync().unwrap();
    assert_eq!((summary.history_sent, summary.history_waiting), (8, 0));
    let mut runs: Vec<_> = world.server.facts().runs.values().cloned().collect();
    runs.sort_by_key(|run| run.sequence);
    assert_eq!(runs[0].gap, Some(Gap { count: 13, failed: 0, first: 1, last: 13 }));
    assert_eq!(runs.iter().map(|run| run.sequence).collect::<Vec<_>>(), (13..=20).collect::<Vec<_>>());
    assert_eq!(client.sync().unwrap().history_sent, 0, "once");
    assert_eq!(client.begin_run(start(Trigger::Schedule, None)).unwrap().finish(end()).unwrap(), 21);
    assert_eq!(world.server.facts().runs.len(), 9);
}

#[test]
fn a_server_that_knows_no_gaps_is_told_in_words_door_4_err_3() {
    let world = World::new();
    let client = long_offline(&world);
    world.server.facts().capabilities.retain(|name| *name != "gap");
    assert_eq!(client.sync().unwrap().history_waiting, 0);
    let runs = world.server.facts().runs.clone();
    assert!(runs.values().all(|run| run.gap.is_none()));
    let told = runs.values().find(|run| run.sequence == 13).unwrap();
    assert!(told.finish.error.starts_with("13 runs with the numbers 1 to 13"), "{}", told.finish.error);
}

#[test]
fn without_a_gap_nobody_is_asked_what_he_knows_off_5() {
    let world = World::new();
    let client = world.logged_in();
    world.server.facts().requests.clear();
    client.begin_run(start(Trigger::Schedule, None)).unwrap().finish(end()).unwrap();
    assert!(world.server.facts().requests.iter().all(|request| !request.contains("STATUS")));
}
