//! Quotas as a host meets them: what it stores, the room for a run, online and away (ACC-5).

use proptest::prelude::*;
use sbm_core::id::RunId;

use super::*;
use crate::run::Run;
use crate::store::MemoryStore;

fn begin(client: &Client, estimate: u64) -> Result<Run, Code> {
    client.begin_run_storing(start(Trigger::Schedule, None), estimate).map_err(|error| error.code())
}

fn asked_for_room(world: &World) -> usize {
    world.server.facts().requests.iter().filter(|request| request.ends_with("/reservations")).count()
}

#[test]
fn before_a_run_the_server_is_asked_for_room_and_has_it_back_with_the_record_acc_5() {
    let world = World::new();
    let client = world.logged_in();
    begin(&client, u64::from(u32::MAX)).unwrap().finish(end()).unwrap();
    assert_eq!(asked_for_room(&world), 0, "where there is no quota nobody is asked");
    world.server.facts().set_quota(Some(100));
    client.sync().unwrap();
    assert_eq!(client.room().unwrap().left, Some(100));
    let run = begin(&client, 60).unwrap();
    assert_eq!(world.server.facts().left(), Some(40));
    assert_eq!(begin(&client, 41).unwrap_err(), Code::DeniedQuota);
    let restore = RunStart { restore: true, ..start(Trigger::Restore, None) };
    client.begin_run_storing(restore, 1_000).unwrap().finish(end()).unwrap();
    assert_eq!(asked_for_room(&world), 2, "nothing is kept for a restore");
    run.finish(end()).unwrap();
    assert_eq!(world.server.facts().left(), Some(100));
    world.server.facts().others = 100;
    assert_eq!(begin(&client, 0).unwrap_err(), Code::DeniedQuota, "nothing is left, whatever a run can say");
    world.server.facts().others = 0;
    client.sync().unwrap();
    assert!(begin(&client, 0).is_ok(), "an estimate of old callers");
    assert_eq!(begin(&client, u64::MAX).unwrap_err(), Code::InvalidArgument);
}

#[test]
fn what_the_server_says_counts_when_it_can_be_asked_and_what_it_said_when_not_acc_5_off_1() {
    let world = World::new();
    world.server.facts().set_quota(Some(100));
    let client = world.logged_in();
    world.server.facts().others = 100;
    client.sync().unwrap();
    assert_eq!(client.room().unwrap().left, Some(0));
    assert_eq!(client.may(Action::RunScheduled, Resource::Local).code, Code::DeniedQuota);
    assert_eq!(client.may(Action::Restore, Resource::Local).effect, Effect::Allow);
    world.server.facts().others = 90;
    begin(&client, 10).unwrap().finish(end()).unwrap();
    client.sync().unwrap();
    world.server.facts().down = Some(Code::Unreachable);
    assert_eq!(begin(&client, 11).unwrap_err(), Code::DeniedQuota, "ten are left of what the server said last");
    let asked = asked_for_room(&world);
    let run = begin(&client, 6).unwrap();
    assert_eq!(begin(&client, 5).unwrap_err(), Code::DeniedQuota, "the run that goes on expects six of them");
    assert_eq!(asked_for_room(&world), asked, "a server that was just not there is left alone");
    run.finish(end()).unwrap();
    client.report_stored(7).unwrap();
    assert_eq!(client.room().unwrap().left, Some(3));
    assert_eq!(begin(&client, 4).unwrap_err(), Code::DeniedQuota, "seven were stored since");
    let told = client.begin_run_storing(start(Trigger::Manual, None), 4).unwrap_err();
    assert!(told.message().contains("quota"), "{told}");
    drop(client);
    assert_eq!(begin(&world.open(), 4).unwrap_err(), Code::DeniedQuota, "and another start makes no more of it");
}

#[test]
fn whom_the_server_refuses_begins_no_run_though_a_sync_is_under_way_acc_5_off_2() {
    let world = World::new();
    world.server.facts().set_quota(Some(100));
    let client = world.logged_in();
    for code in [Code::OtherMachine, Code::DeviceRemoved, Code::TokenRefused, Code::UserDisabled, Code::DeniedAccountDisabled] {
        world.server.facts().refuses = Some(code);
        let _syncs = client.shared.talker();
        assert_eq!(begin(&client, 10).unwrap_err(), code);
    }
    for code in [Code::Busy, Code::AddressRefused, Code::NoSuchRoute, Code::StoreDamaged] {
        world.server.facts().refuses = Some(code);
        let _syncs = client.shared.talker();
        assert!(begin(&client, 1).is_ok(), "{code} says nothing about this installation");
    }
    assert_eq!(client.state().standing(), Connection::Online);
    world.server.facts().refuses = Some(Code::DeviceRemoved);
    assert_eq!(begin(&client, 10).unwrap_err(), Code::DeviceRemoved);
    assert_eq!(client.state().standing(), Connection::Refused(Code::DeviceRemoved), "and without another sync it is on disk");
}

#[test]
fn away_a_run_whose_room_the_server_keeps_is_not_counted_twice_acc_5_off_1() {
    let world = World::new();
    world.server.facts().set_quota(Some(100));
    let client = world.logged_in();
    let run = begin(&client, 60).unwrap();
    assert_eq!(client.room().unwrap().left, Some(40), "the server said so before the run");
    client.sync().unwrap();
    assert_eq!(client.room().unwrap().left, Some(40), "and says it with the run");
    world.server.facts().down = Some(Code::Unreachable);
    assert_eq!(begin(&client, 41).unwrap_err(), Code::DeniedQuota);
    let _other = begin(&client, 30).unwrap();
    assert_eq!(client.room().unwrap().left, Some(10), "of the second the server knows nothing");
    run.finish(end()).unwrap();
    client.report_stored(4).unwrap();
    assert_eq!(client.room().unwrap().left, Some(6), "what the first one stored counts, and its room until the server hears");
    assert_eq!(begin(&client, 7).unwrap_err(), Code::DeniedQuota, "which keeps that for nobody else");
}

/// A client on a cache whose disk can be full.
fn on_a_disk(world: &World) -> (Client, Arc<MemoryStore>) {
    world.server.facts().set_quota(Some(100));
    let store = Arc::new(MemoryStore::new().unwrap());
    let client = Client::with_store(world.config(), Arc::clone(&store) as _).unwrap();
    client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
    (client, store)
}

/// What is left at the server, and how often something was given back.
fn left(world: &World) -> (Option<u64>, usize) {
    let is_one = |request: &&String| request.starts_with("DELETE") && request.contains("/reservations/");
    let facts = world.server.facts();
    (facts.left(), facts.requests.iter().filter(is_one).count())
}

#[test]
fn a_run_that_could_not_be_marked_gives_its_room_back_at_once_or_with_the_next_sync_acc_5() {
    let world = World::new();
    let (client, store) = on_a_disk(&world);
    store.fail_after(Some(0));
    assert_eq!(begin(&client, 60).unwrap_err(), Code::CacheUnwritable);
    assert_eq!(left(&world), (Some(100), 1));
    // The server goes away just when it is to have it back.
    let server = world.server.clone();
    let goes_away = move |path: &str| {
        if path.contains("/reservations/") {
            server.facts().down = Some(Code::Unreachable);
        }
    };
    world.server.facts().on_request = Some(Arc::new(goes_away));
    assert_eq!(begin(&client, 60).unwrap_err(), Code::CacheUnwritable);
    assert_eq!(left(&world), (Some(40), 2));
    (world.server.facts().on_request, world.server.facts().down) = (None, None);
    store.fail_after(None);
    assert!(client.sync().unwrap().online);
    assert_eq!(left(&world), (Some(100), 3));
    client.sync().unwrap();
    assert_eq!(left(&world), (Some(100), 3), "once is enough");
}

#[test]
fn a_run_whose_answer_was_lost_gives_its_room_back_unless_it_began_acc_5_off_1() {
    let world = World::new();
    world.server.facts().others = 90;
    let (client, _store) = on_a_disk(&world);
    client.sync().unwrap();
    world.server.facts().others = 0;
    for (lost, told) in [(Code::TimedOut, Code::DeniedQuota), (Code::Cancelled, Code::Cancelled)] {
        world.server.facts().loses_answers = Some(lost);
        assert_eq!(begin(&client, 60).unwrap_err(), told, "as far as is known here there are ten left");
        world.server.facts().loses_answers = None;
        assert_eq!(left(&world), (Some(40), 0), "who did not answer is left alone");
        world.server.facts().others = 90;
        client.sync().unwrap();
        client.sync().unwrap();
        world.server.facts().others = 0;
        assert_eq!(left(&world), (Some(100), 1));
        world.server.facts().requests.clear();
    }
    world.server.facts().loses_answers = Some(Code::TimedOut);
    let run = begin(&client, 7).unwrap();
    world.server.facts().loses_answers = None;
    client.sync().unwrap();
    assert_eq!(left(&world), (Some(93), 0), "it goes on");
    run.finish(end()).unwrap();
    assert_eq!(world.server.facts().left(), Some(100));
}

#[test]
fn what_the_server_keeps_for_a_run_that_is_marked_nowhere_is_given_back_after_an_hour_acc_5() {
    let world = World::new();
    world.server.facts().set_quota(Some(100));
    let (client, other) = (world.logged_in(), world.open());
    let run = begin(&other, 20).unwrap();
    // Its process was killed between the server's answer and the mark.
    let dead = RunId::v7(world.clock.now(), [1; 10]);
    world.server.facts().reserved.insert(dead, 50);
    client.sync().unwrap();
    world.pass(HOUR - 1);
    client.sync().unwrap();
    assert_eq!(left(&world), (Some(30), 0), "it may be about to be marked");
    let down = Some(Code::Unreachable);
    world.server.facts().down = down;
    assert_eq!(begin(&client, 31).unwrap_err(), Code::DeniedQuota, "what is kept for a dead run is nobody's");
    begin(&client, 30).unwrap().finish(end()).unwrap();
    world.server.facts().down = None;
    world.pass(1);
    client.sync().unwrap();
    assert_eq!(left(&world), (Some(80), 2), "the dead run's and that of the lost question; the run of another process goes on");
    run.finish(end()).unwrap();
    other.sync().unwrap();
    other.sync().unwrap();
    assert_eq!(left(&world), (Some(100), 2), "a record gives it back by itself");
    assert_eq!(client.room().unwrap().left, Some(100));
}

#[test]
fn what_is_stored_is_kept_until_the_server_heard_it_the_newest_once_acc_5() {
    let world = World::new();
    let client = world.open();
    assert_eq!(client.report_stored(1).unwrap_err().code(), Code::NotLoggedIn);
    client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
    assert_eq!(client.report_stored(u64::MAX).unwrap_err().code(), Code::InvalidArgument);
    world.server.facts().down = Some(Code::Unreachable);
    for bytes in [10, 30, 20, 20] {
        client.report_stored(bytes).unwrap();
    }
    drop(client);
    let client = world.open();
    let room = client.room().unwrap();
    assert_eq!((room.stored, room.is_heard, room.left), (Some(20), false, None));
    world.server.facts().down = None;
    client.sync().unwrap();
    client.sync().unwrap();
    let said = world.server.facts().said.clone();
    assert_eq!(said.iter().map(|word| word.bytes).collect::<Vec<_>>(), [20], "the newest, and once");
    assert!(client.room().unwrap().is_heard);
    // The cache came from a copy of before the first word: the next one is taken all the same.
    world.pass(1_000);
    let word = crate::store::next_word(None, 5, world.clock.now()).unwrap();
    assert!(word.number > said[0].number);
    client.report_stored(5).unwrap();
    client.sync().unwrap();
    assert_eq!(world.server.facts().counted(), 5, "less is a word like any other");
    // Another login may be another device, to which nobody said anything yet.
    world.server.facts().said.clear();
    client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
    assert_eq!(world.server.facts().counted(), 5);
}

#[test]
fn a_server_that_knows_no_quotas_gets_its_runs_all_the_same_door_4() {
    let world = World::new();
    let client = world.logged_in();
    client.report_stored(5).unwrap();
    world.server.facts().knows_quotas = false;
    client.begin_run(start(Trigger::Schedule, None)).unwrap().finish(end()).unwrap();
    assert!(client.sync().unwrap().online);
    let facts = world.server.facts();
    assert_eq!((facts.runs.len(), facts.said.len()), (1, 0));
}

#[test]
fn a_quota_that_is_nearly_used_up_is_told_and_a_room_of_another_signature_is_not_believed_acc_5_off_3() {
    let world = World::new();
    world.server.facts().set_quota(Some(100));
    world.server.facts().soft = Some(50);
    let client = world.logged_in();
    assert!(!client.room().unwrap().warns);
    client.report_stored(50).unwrap();
    client.sync().unwrap();
    client.sync().unwrap();
    assert!(client.room().unwrap().warns);
    assert!(begin(&client, 0).is_ok(), "a soft quota refuses nothing");
    world.server.facts().forged = true;
    assert_eq!(client.sync().unwrap().why, Some(Code::HeadWrongKey));
}

#[test]
fn of_many_runs_that_begin_away_at_once_as_many_begin_as_there_is_room_for_acc_5_off_1() {
    let world = World::new();
    world.server.facts().set_quota(Some(100));
    let clients = [world.logged_in(), world.open()];
    clients[0].sync().unwrap();
    world.server.facts().down = Some(Code::Unreachable);
    let barrier = std::sync::Barrier::new(16);
    let begins = |number: usize| {
        barrier.wait();
        begin(&clients[number % 2], 30)
    };
    let begun: Vec<Result<Run, Code>> = std::thread::scope(|scope| {
        let begins = &begins;
        let threads: Vec<_> = (0..16).map(|number| scope.spawn(move || begins(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let (running, refused): (Vec<_>, Vec<_>) = begun.into_iter().partition(Result::is_ok);
    assert_eq!(running.len(), 3);
    assert!(refused.into_iter().all(|refused| refused.unwrap_err() == Code::DeniedQuota));
    assert_eq!(clients[1].room().unwrap().left, Some(10));
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Report(u64),
    Begin(u64),
    End,
    Sync,
    /// The server keeps room for a run that died before it was marked.
    Dead(u64),
    /// Somebody else below the ceiling stores more or less, while this client is in touch.
    Others(u64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        (0_u64..40).prop_map(Act::Report),
        (0_u64..60).prop_map(Act::Begin),
        Just(Act::End),
        Just(Act::Sync),
        (0_u64..20).prop_map(Act::Dead),
        (0_u64..40).prop_map(Act::Others),
    ];
    prop::collection::vec(act, 1..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Away from the server a run begins only where the server, told of every word and run of this client, would let it begin,
    /// and the room of what died is free for neither.
    #[test]
    fn away_a_run_never_begins_that_the_server_would_refuse_acc_5_off_1(quota in 1_u64..100, before in acts(), away in acts()) {
        let world = World::new();
        world.server.facts().set_quota(Some(quota));
        let store = Arc::new(MemoryStore::new().unwrap());
        let client = Client::with_store(world.config(), store).unwrap();
        client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
        let mut running: Vec<(Run, u64)> = Vec::new();
        let (mut stored, mut others) = (0, 0);
        for act in before {
            match act {
                Act::Report(bytes) => { client.report_stored(bytes).unwrap(); stored = bytes; }
                Act::Begin(estimate) => running.extend(begin(&client, estimate).ok().map(|run| (run, estimate))),
                Act::End => drop(running.pop().map(|(run, _)| run.finish(end()).unwrap())),
                Act::Sync => drop(client.sync().unwrap()),
                Act::Dead(bytes) => {
                    let run = client.new_run_id().unwrap();
                    world.server.facts().reserved.insert(run, bytes);
                }
                Act::Others(bytes) => { world.server.facts().others = bytes; others = bytes; }
            }
        }
        client.sync().unwrap();
        world.server.facts().down = Some(Code::Unreachable);
        for act in away {
            match act {
                Act::Report(bytes) => { client.report_stored(bytes).unwrap(); stored = bytes; }
                Act::End => drop(running.pop().map(|(run, _)| run.finish(end()).unwrap())),
                Act::Begin(estimate) => {
                    let kept = world.server.facts().reserved.clone();
                    let unheard = running.iter().filter(|(run, _)| !kept.contains_key(&run.id())).map(|(_, estimate)| estimate);
                    let left = quota.saturating_sub(others + stored + kept.values().sum::<u64>() + unheard.sum::<u64>());
                    let begun = begin(&client, estimate);
                    prop_assert!(begun.is_err() || (left > 0 && estimate <= left), "{estimate} of {left}");
                    running.extend(begun.ok().map(|run| (run, estimate)));
                }
                Act::Sync => prop_assert!(!client.sync().unwrap().online),
                Act::Dead(_) | Act::Others(_) => {}
            }
        }
    }
}
