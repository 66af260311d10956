//! A server that is lost, and goes on elsewhere from its backup: another data directory, another port, maybe another kind of
//! database. A relay stands for the name that leads to the new machine now.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;

use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::permission::{Ceiling, Task, TaskAccess};
use sbm_client::core::run::Trigger;
use sbm_client::core::wire::v1::ConnectionString;
use sbm_client::core::wire::v1::admin::NewToken;
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::{Client, Connection};
use sbm_tests::fixture::{PASSWORD, config, end, name, office, start, take_over};
use sbm_tests::process::{Victim, history};
use sbm_tests::server::ADMIN_PASSWORD;

use super::place::{Keys, Kind, Place};

const SERVER: &str = env!("CARGO_BIN_EXE_sbm-test-server");

#[test]
fn clients_go_on_with_a_server_that_came_back_from_sqlite_to_sqlite_door_2_off_3_his_3() {
    goes_on(Kind::Sqlite, Kind::Sqlite);
}

#[test]
fn clients_go_on_with_a_server_that_came_back_from_postgresql_to_postgresql_door_2_off_3_his_3() {
    goes_on(Kind::Postgres, Kind::Postgres);
}

#[test]
fn clients_go_on_with_a_server_that_came_back_from_sqlite_to_postgresql_door_2_off_3_his_3() {
    goes_on(Kind::Sqlite, Kind::Postgres);
}

#[test]
fn clients_go_on_with_a_server_that_came_back_from_postgresql_to_sqlite_door_2_off_3_his_3() {
    goes_on(Kind::Postgres, Kind::Sqlite);
}

fn process(place: &Place) -> (Victim, ConnectionString) {
    let (data_dir, more) = (place.data_dir().display().to_string(), place.arguments());
    let mut arguments = vec![data_dir.as_str(), "0"];
    arguments.extend(more.iter().map(String::as_str));
    let mut server = Victim::start(SERVER, &arguments);
    let connection = server.line().unwrap_or_else(|| panic!("the server ended")).parse().unwrap();
    (server, connection)
}

fn log_in(connection: &ConnectionString) -> Admin {
    let mut admin = Admin::connect(connection, Duration::from_secs(30)).unwrap();
    admin.login("admin", &Secret::new(ADMIN_PASSWORD)).unwrap();
    admin
}

fn run(client: &Client) -> sbm_client::core::id::RunId {
    let run = client.begin_run(start(Trigger::Schedule)).unwrap();
    let id = run.id();
    run.finish(end()).unwrap();
    assert!(client.sync().unwrap().online);
    id
}

fn goes_on(from: Kind, to: Kind) {
    let keys = Keys::new();
    let lost = Place::new(from, &keys);
    let (mut server, connection) = process(&lost);
    let code = std::fs::read_to_string(lost.data_dir().join("setup-code")).unwrap();
    let nobody = Admin::connect(&connection, Duration::from_secs(30)).unwrap();
    nobody.claim(&Secret::new(code.trim()), &Secret::new(ADMIN_PASSWORD)).unwrap();
    let admin = log_in(&connection);
    office(&admin);
    let homes = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let clients = homes.each_ref().map(|home| Client::open(config(home.path())).unwrap());
    for client in &clients {
        client.login(&connection, "carol", &Secret::new(PASSWORD)).unwrap();
        take_over(client);
    }
    let mut finished: BTreeSet<_> = clients.iter().map(run).collect();
    let new = NewToken {
        name: name("report"),
        allows: Ceiling::NONE.with(Task::Users, TaskAccess::Read),
        account: None,
        expires: None,
        password: Secret::new(ADMIN_PASSWORD),
    };
    let token = admin.create_token(&new).unwrap().secret;
    let program = |connection: &ConnectionString| {
        let program = Admin::connect(connection, Duration::from_secs(30)).unwrap().with_token(token.clone());
        program.users().map(drop).map_err(|error| error.code())
    };
    assert_eq!(program(&connection), Ok(()));

    let backups = tempfile::tempdir().unwrap();
    let made = lost.back_up(backups.path());
    assert_eq!(made.manifest.runs, 2);
    assert_eq!(Some(made.manifest.server), connection.ca);

    // What the backup does not have: runs, and numbers of an epoch that it does not know.
    finished.extend(clients.iter().map(run));
    admin.rotate_keys().unwrap();
    finished.extend(clients.iter().map(run));
    let held = clients.each_ref().map(|client| client.state().number());
    assert!(held[0].epoch > made.manifest.epoch);
    server.kill();

    let found = Place::new(to, &keys);
    let restored = found.restore(&made.path, &keys).unwrap();
    assert!(restored.epoch > held[0].epoch, "no number is given out again");
    let (_server, new) = process(&found);
    assert_eq!(new.ca, connection.ca);
    relay(connection.port, new.port);
    for (client, held) in clients.iter().zip(held) {
        assert!(client.sync().unwrap().online);
        assert_eq!(client.state().standing(), Connection::Online);
        assert!(client.state().number() > held);
    }
    finished.extend(clients.iter().map(run));
    assert_eq!(program(&new), Err(Code::TokenRefused), "it may have been revoked since (RUN-11)");
    let admin = log_in(&new);
    let kept: BTreeSet<_> = history(&admin).into_keys().collect();
    assert_eq!(kept, finished, "what the backup lacked was sent again, once");
    assert_eq!(admin.verify_audit().unwrap().broken_at, None);
    let audit = admin.audit(0, 1_000).unwrap();
    assert!(audit.items.iter().any(|entry| entry.entry.act == "keys.rotate" && entry.entry.detail.contains("backup")));
    // The same backup once more, elsewhere: its numbers are above those of the first time.
    let again = Place::new(Kind::Sqlite, &keys);
    assert!(found.restore(&made.path, &keys).is_err(), "never over something");
    assert!(again.restore(&made.path, &keys).unwrap().epoch >= restored.epoch);
}

/// Leads everybody who comes to one port to the other, until the test ends.
fn relay(from: u16, to: u16) {
    let listener = TcpListener::bind(("127.0.0.1", from)).unwrap();
    std::thread::spawn(move || {
        for incoming in listener.incoming().map_while(Result::ok) {
            let outgoing = TcpStream::connect(("127.0.0.1", to)).unwrap();
            for (one, other) in [(&incoming, &outgoing), (&outgoing, &incoming)] {
                let (one, other) = (one.try_clone().unwrap(), other.try_clone().unwrap());
                std::thread::spawn(move || pump(one, other));
            }
        }
    });
}

fn pump(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    drop(to.shutdown(Shutdown::Write));
}
