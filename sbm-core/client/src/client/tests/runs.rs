//! Runs from their beginning to the server (HIS-1, OFF-4, PRO-8, USR-4).

use super::*;

#[test]
fn a_run_is_decided_before_it_begins_usr_4() {
    let world = World::new();
    world.server.facts().rights = RightSet::default().with(Right::Restore);
    world.server.facts().assign(1, b"first");
    let client = world.logged_in();
    let begin = |trigger, guid, restore| {
        client.begin_run(RunStart { restore, ..start(trigger, guid) }).map(drop).map_err(|error| error.code())
    };
    assert_eq!(begin(Trigger::Manual, None, false), Err(Code::DeniedRight));
    assert_eq!(begin(Trigger::Group, None, false), Err(Code::DeniedRight));
    assert_eq!(begin(Trigger::Schedule, None, false), Ok(()));
    assert_eq!(begin(Trigger::Schedule, Some(1), false), Ok(()));
    assert_eq!(begin(Trigger::Schedule, Some(7), false), Err(Code::DeniedEntitlement));
    assert_eq!(begin(Trigger::Manual, None, true), Ok(()));
    assert_eq!(begin(Trigger::Restore, Some(1), true), Ok(()));
    for trigger in [Trigger::Manual, Trigger::Schedule, Trigger::Group] {
        assert_eq!(begin(trigger, Some(1), true), Ok(()), "a restore is asked as one, whatever began it");
    }
    assert_eq!(begin(Trigger::Restore, Some(1), false), Err(Code::InvalidArgument), "a run that contradicts itself");
    let error = client.begin_run(start(Trigger::Manual, None)).unwrap_err();
    assert!(error.message().starts_with("`carol` may not run profiles by hand"), "{error}");
}

#[test]
fn a_run_that_ends_online_goes_at_once_and_one_offline_goes_later_off_4() {
    let world = World::new();
    let client = world.logged_in();
    let run = || client.begin_run(start(Trigger::Schedule, None)).unwrap().finish(end()).unwrap();
    assert_eq!(run(), 1);
    assert_eq!(world.server.facts().runs.len(), 1);
    let sent = world.server.facts().runs.values().next().unwrap().clone();
    assert_eq!((sent.user.as_str(), sent.computer.as_str(), sent.start.os_user.as_str()), ("carol", "pc", "root"));
    world.server.facts().down = Some(Code::TimedOut);
    assert_eq!((run(), run()), (2, 3));
    let asked = world.server.facts().requests.len();
    assert_eq!(run(), 4);
    assert_eq!(world.server.facts().requests.len(), asked, "a server that was just not there is left alone");
    world.server.facts().down = None;
    assert_eq!(client.sync().unwrap().history_sent, 3);
    assert_eq!(world.server.facts().runs.values().map(|run| run.sequence).collect::<Vec<_>>().len(), 4);
}

#[test]
fn a_run_that_was_never_finished_is_reported_when_the_program_starts_again_his_1() {
    let world = World::new();
    let client = world.logged_in();
    drop(client.begin_run(start(Trigger::Schedule, None)).unwrap());
    drop(client);
    let client = world.open();
    client.sync().unwrap();
    assert_eq!(world.server.facts().runs.values().map(|run| run.finish.result).collect::<Vec<_>>(), [RunResult::Interrupted]);
}

#[test]
fn a_profile_that_runs_is_changed_after_the_run_pro_8() {
    let world = World::new();
    let client = world.logged_in();
    world.server.facts().assign(1, b"first");
    client.sync().unwrap();
    client.next_change().unwrap().unwrap().done().unwrap();
    let run = client.begin_run(start(Trigger::Schedule, Some(1))).unwrap();
    world.server.facts().assign(1, b"second");
    assert_eq!(client.sync().unwrap().changes_waiting, 1);
    assert!(client.next_change().unwrap().is_none());
    run.finish(end()).unwrap();
    assert_eq!(client.next_change().unwrap().unwrap().body(), Some(&b"second"[..]));
}
