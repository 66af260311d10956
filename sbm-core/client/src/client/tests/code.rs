//! Logins that wait for the code that was sent for them (RUN-8).

use sbm_core::factor::Channel;

use super::server::CODE;
use super::*;

fn log_in(client: &Client, password: &str, code: &str) -> Result<(), Code> {
    let (password, code) = (Secret::new(password), Secret::new(code));
    client.login_with_code(&Server::connection(), "carol", &password, &code).map_err(|error| error.code())
}

fn send(client: &Client) {
    let sent = client.send_login_code(&Server::connection(), "carol", &Secret::new(PASSWORD), Channel::Email).unwrap();
    assert!(sent.is_some());
}

/// How often the password was asked about.
fn asked(world: &World) -> usize {
    world.server.facts().requests.iter().filter(|request| request.ends_with(" /v1/device")).count()
}

#[test]
fn a_login_that_waits_for_its_code_is_ended_by_the_same_password_alone_run_8() {
    let world = World::new();
    world.server.facts().second_factor = true;
    let client = world.open();
    send(&client);
    assert_eq!(log_in(&client, "wrong", CODE), Err(Code::WrongCredentials), "the code was right");
    assert_eq!(client.state().standing(), Connection::Unmanaged);
    let before = asked(&world);
    assert_eq!(log_in(&client, PASSWORD, "00000000"), Err(Code::SecondFactorWrong));
    assert_eq!(log_in(&client, PASSWORD, CODE), Ok(()), "a wrong password and a wrong code end nothing");
    assert_eq!(asked(&world), before, "the password was proved before");
    assert_eq!(client.state().user(), Some("carol"));
}

#[test]
fn a_login_that_the_server_forgot_begins_anew_with_the_password_run_8() {
    let world = World::new();
    world.server.facts().second_factor = true;
    let client = world.open();
    send(&client);
    world.server.facts().halves.clear();
    let before = asked(&world);
    assert_eq!(log_in(&client, PASSWORD, CODE), Ok(()));
    assert_eq!(asked(&world), before + 1);
}

#[test]
fn a_login_and_a_logout_leave_no_login_waiting_run_8() {
    let world = World::new();
    let client = world.open();
    for ends in [0, 1] {
        world.server.facts().second_factor = true;
        send(&client);
        assert!(client.shared.waiting(&Server::connection(), "carol", &Secret::new(PASSWORD)).is_some());
        world.server.facts().second_factor = false;
        match ends {
            0 => client.login(&Server::connection(), "carol", &Secret::new(PASSWORD)).unwrap(),
            _ => client.logout().unwrap(),
        }
        assert!(client.shared.waiting(&Server::connection(), "carol", &Secret::new(PASSWORD)).is_none());
    }
}
