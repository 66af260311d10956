//! Calls that are cancelled in the middle: each ends as such, and the cache is whole (OFF-6).

use super::*;

/// At each request whose path begins so, the client is cancelled.
fn cancel_at(client: &Client, path: &'static str) -> Arc<dyn Fn(&str) + Send + Sync> {
    let client = client.another();
    Arc::new(move |asked: &str| {
        if asked.starts_with(path) {
            client.cancel();
        }
    })
}

#[test]
fn a_sync_that_is_cancelled_anywhere_is_told_and_the_next_one_finishes_it_off_6() {
    use sbm_core::wire::v1::path::{BODIES, CHECK_IN, RUNS};

    for path in [CHECK_IN, BODIES, RUNS] {
        let world = World::new();
        let client = world.logged_in();
        world.server.facts().down = Some(Code::Unreachable);
        client.begin_run(start(Trigger::Schedule, None)).unwrap().finish(end()).unwrap();
        world.server.facts().down = None;
        world.server.facts().set_rights(RightSet::default().with(Right::Create));
        for guid in 1..=3 {
            world.server.facts().assign(guid, &[guid]);
        }
        world.server.facts().on_request = Some(cancel_at(&client, path));
        // The answer to the request in which it is cancelled still came; nothing is sent behind it.
        let asked = world.server.facts().requests.len();
        let result = client.sync();
        let requests: Vec<String> = world.server.facts().requests.split_off(asked);
        assert!(requests.iter().filter(|request| request.contains(path)).count() <= 1, "{path}: {requests:?}");
        if path == RUNS {
            assert_eq!(result.unwrap().history_sent, 1, "the last request had its answer");
        } else {
            assert_eq!(result.unwrap_err().code(), Code::Cancelled, "{path}");
            assert!(!matches!(client.state().standing(), Connection::Offline(Code::Cancelled)), "it is no outage");
        }
        world.server.facts().on_request = None;
        drop(client);
        let client = world.open();
        assert!(client.state().standing() == Connection::Offline(Code::Ok), "{path}: the cache is whole");
        let summary = client.sync().unwrap();
        assert_eq!((summary.online, summary.changes_waiting, summary.history_waiting), (true, 3, 0), "{path}");
        assert!(may(&client, CREATE) && !may(&client, (Action::Delete, Resource::Local)), "{path}");
        assert_eq!(world.server.facts().runs.len(), 1, "{path}: not lost, not doubled");
    }
}

#[test]
fn a_login_that_is_cancelled_changes_nothing_off_6() {
    let world = World::new();
    let client = world.open();
    world.server.facts().on_request = Some(cancel_at(&client, sbm_core::wire::v1::path::STATUS));
    let test = client.test_server(&Server::connection(), Some(("carol", &Secret::new(PASSWORD))));
    assert!(matches!(test.credentials, Outcome::Failed { code: Code::Cancelled, .. }), "{test:?}");
    assert!(!client.is_locked());
    world.server.facts().on_request = None;
    client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap();
    world.server.facts().on_request = Some(cancel_at(&client, sbm_core::wire::v1::path::SESSION));
    let upload = Upload {
        guid: Guid::from_bytes([5; 16]),
        name: Name::new("Finance").unwrap(),
        description: Text::new("nightly").unwrap(),
        version: 1,
        body: b"content".to_vec(),
        schedule: None,
        based_on: 0,
        account: None,
    };
    assert_eq!(client.upload_profile("admin", &Secret::new(PASSWORD), &upload).unwrap_err().code(), Code::Cancelled);
    assert!(world.server.facts().uploads.is_empty());
}
