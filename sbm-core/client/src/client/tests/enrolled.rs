//! Enrolment without a password (DEV-1, USR-9).

use super::server::Two;
use super::*;

const RIGHT: &str = "ABCD-EFGH-2345-ABCD-EFGH-2345";

fn enrol(client: &Client, code: &str) -> Result<Enrolment, Code> {
    client.enrol(&Server::connection(), &Secret::new(code)).map_err(|error| error.code())
}

#[test]
fn a_code_makes_a_device_of_this_installation_without_any_password_dev_1() {
    let world = World::new();
    let client = world.open();
    assert_eq!(enrol(&client, RIGHT), Ok(Enrolment::Enrolled));
    let state = client.state();
    assert_eq!((state.user(), state.connection()), (Some("carol"), Some(&Server::connection())));
    assert!(may(&client, CREATE) && client.is_locked());
    drop(client);
    let client = world.open();
    assert!(may(&client, CREATE));
    client.sync().unwrap();
}

#[test]
fn a_refused_code_changes_nothing_dev_1() {
    let world = World::new();
    let client = world.open();
    assert_eq!(enrol(&client, "wrong"), Err(Code::EnrolmentRefused));
    assert_eq!(client.state().standing(), Connection::Unmanaged);
    assert!(!client.is_locked());
    let client = world.logged_in();
    assert_eq!(enrol(&client, "wrong"), Err(Code::EnrolmentRefused));
    assert!(may(&client, CREATE), "who is logged in stays so");
}

#[test]
fn who_waits_has_nothing_and_asks_again_under_the_same_name_over_restarts_dev_1() {
    let world = World::new();
    world.server.facts().waits = true;
    for _ in 0..3 {
        let client = world.open();
        assert_eq!(enrol(&client, RIGHT), Ok(Enrolment::Waiting));
        assert_eq!(client.state().standing(), Connection::Unmanaged);
        assert!(!client.is_locked());
    }
    let asked = world.server.facts().enrolments.clone();
    assert!(asked.len() == 3 && asked.iter().all(|one| *one == asked[0]), "{asked:?}");
    world.server.facts().waits = false;
    let client = world.open();
    assert_eq!(enrol(&client, RIGHT), Ok(Enrolment::Enrolled));
    assert_eq!(world.server.facts().enrolments.last(), asked.first());
    assert!(may(&client, CREATE));
}

#[test]
fn a_locked_connection_is_enrolled_anew_for_its_own_user_at_its_own_server_and_for_nobody_else_usr_9() {
    let world = World::new();
    let client = world.logged_in();
    assert_eq!(enrol(&client, RIGHT), Ok(Enrolment::Enrolled));
    let before = world.server.facts().tokens.clone();
    world.server.facts().enrols = "dora";
    assert_eq!(enrol(&client, RIGHT), Err(Code::ConnectionLocked));
    assert_eq!(world.server.facts().tokens, before, "what was given out is handed back");
    assert_eq!(client.state().user(), Some("carol"));
    assert!(may(&client, CREATE));
    let network = Two(world.server.clone(), Server::other());
    let client = Client::open(world.config().network(Arc::new(network))).unwrap();
    let elsewhere = client.enrol(&Server::elsewhere(), &Secret::new(RIGHT)).map_err(|error| error.code());
    assert_eq!(elsewhere, Err(Code::ConnectionLocked));
}

#[test]
fn a_server_that_knows_no_codes_is_sent_none_door_4() {
    let world = World::new();
    world.server.facts().capabilities.retain(|name| *name != "enrol");
    let client = world.open();
    assert_eq!(enrol(&client, RIGHT), Err(Code::CapabilityMissing));
    assert!(world.server.facts().enrolments.is_empty());
}
