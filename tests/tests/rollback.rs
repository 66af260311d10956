//! A server that comes back from an older copy of its data directory: numbers never repeat, rights never stay wider than it
//! now grants, and the runs it lost arrive again (OFF-3, HIS-3).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::Arc;

use sbm_client::core::code::Code;
use sbm_client::core::permission::{Action, Effect, Resource, Right, RightSet};
use sbm_client::core::run::Trigger;
use sbm_client::core::wire::v1::admin::{HistoryQuery, SecurityProfilePatch, UserPatch};
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::{Administrator, Client, Connection};
use sbm_server::clock::SystemClock;
use sbm_server::config::{Config, Sources};
use sbm_server::server::Server;
use sbm_tests::fixture::{PASSWORD, add_user, client_of, end, name, office, start, take_over};
use sbm_tests::process::history;
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use tempfile::TempDir;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Stops the server, does something to its data directory, and starts it again on the same port.
fn with_data_dir(server: TestServer, act: impl FnOnce(&Path)) -> TestServer {
    let (directory, port): (Arc<TempDir>, u16) = server.stop();
    act(&directory.path().join("server"));
    TestServer::restart((directory, port))
}

fn restore(server: TestServer, backup: &Path) -> TestServer {
    with_data_dir(server, |data_dir| {
        std::fs::remove_dir_all(data_dir).unwrap();
        copy(backup, data_dir);
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(data_dir, std::fs::Permissions::from_mode(0o700)).unwrap();
    })
}

fn grant(server: &TestServer, rights: RightSet) {
    let patch = SecurityProfilePatch { rights: Some(rights), ..SecurityProfilePatch::default() };
    server.admin().modify_security_profile(&name("End user"), &patch).unwrap();
}

fn may_create(client: &Client) -> bool {
    client.may(Action::Create, Resource::Local).effect == Effect::Allow
}

#[test]
fn the_same_number_with_another_meaning_is_noticed_and_the_epoch_is_raised_off_3() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let (home, backup) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let client = client_of(&server, home.path());
    let server = with_data_dir(server, |data_dir| copy(data_dir, backup.path()));

    grant(&server, RightSet::ALL_ACCESS);
    assert!(client.sync().unwrap().online && may_create(&client));
    let held = client.state().number();

    // The copy comes back, and the very next change has the number that the client holds already.
    let server = restore(server, backup.path());
    grant(&server, RightSet::NONE.with(Right::Restore));
    assert!(client.sync().unwrap().online);
    assert_eq!(client.state().standing(), Connection::Online);
    assert_eq!(client.state().number().epoch, held.epoch + 1);
    assert_eq!(client.may(Action::Create, Resource::Local).code, Code::DeniedRight);
    let audit = server.admin().audit(0, 1_000).unwrap();
    assert!(audit.items.iter().any(|entry| entry.entry.act == "keys.rotate" && entry.entry.detail.contains("older backup")));
}

#[test]
fn a_number_above_the_servers_is_proved_and_lost_runs_arrive_again_off_3_his_3() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let (home, backup) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let client = client_of(&server, home.path());
    take_over(&client);
    client.begin_run(start(Trigger::Manual)).unwrap().finish(end()).unwrap();
    let server = with_data_dir(server, |data_dir| copy(data_dir, backup.path()));

    grant(&server, RightSet::ALL_ACCESS);
    // Keys of an epoch that the copy knows nothing of, files and all.
    server.admin().rotate_keys().unwrap();
    assert!(client.sync().unwrap().online && may_create(&client));
    for _ in 0..3 {
        client.begin_run(start(Trigger::Manual)).unwrap().finish(end()).unwrap();
    }
    let held = client.state().number();

    let server = restore(server, backup.path());
    assert_eq!(server.admin().history(&HistoryQuery::default()).unwrap().items.len(), 1);
    assert!(client.sync().unwrap().online);
    assert!(client.state().number() > held);
    assert!(!may_create(&client), "as the server now has it");
    let mut sequences: Vec<u64> =
        server.admin().history(&HistoryQuery::default()).unwrap().items.iter().map(|run| run.record.sequence).collect();
    sequences.sort_unstable();
    assert_eq!(sequences, [1, 2, 3, 4]);
}

#[test]
fn an_installation_that_enrolled_after_the_copy_logs_in_again_and_brings_its_runs_off_3_his_3() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let (home, backup) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = with_data_dir(server, |data_dir| copy(data_dir, backup.path()));
    let client = client_of(&server, home.path());
    take_over(&client);
    server.admin().rotate_keys().unwrap();
    client.begin_run(start(Trigger::Manual)).unwrap().finish(end()).unwrap();
    assert!(client.sync().unwrap().online);
    let held = client.state().number();

    // The copy knows neither the device nor its token nor the epoch.
    let server = restore(server, backup.path());
    drop(client.sync());
    assert_eq!(client.state().standing(), Connection::Refused(Code::TokenRefused));
    client.login(server.connection(), "carol", &Secret::new(PASSWORD)).unwrap();
    assert_eq!(client.state().standing(), Connection::Online);
    assert!(client.state().number() > held);
    assert!(client.sync().unwrap().online);
    assert_eq!(server.admin().history(&HistoryQuery::default()).unwrap().items.len(), 1);
}

#[test]
fn runs_that_the_copy_lost_arrive_again_even_if_no_permission_changed_his_3() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let (home, backup) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let client = client_of(&server, home.path());
    take_over(&client);
    let server = with_data_dir(server, |data_dir| copy(data_dir, backup.path()));
    client.begin_run(start(Trigger::Manual)).unwrap().finish(end()).unwrap();
    assert!(client.sync().unwrap().online);
    let server = restore(server, backup.path());
    // The next thing the server hears of the device is another run that ended.
    client.begin_run(start(Trigger::Manual)).unwrap().finish(end()).unwrap();
    assert!(client.sync().unwrap().online);
    assert_eq!(server.admin().history(&HistoryQuery::default()).unwrap().items.len(), 2);
}

/// The connection of a client is locked; an administrator changes its user (USR-9).
fn change_user(client: &Client, server: &TestServer, user: &str) {
    let administrator = Administrator { user: "admin".to_owned(), password: Secret::new(ADMIN_PASSWORD), code: None };
    client.change_connection(server.connection(), user, &Secret::new(PASSWORD), &administrator).unwrap();
}

#[test]
fn a_run_stays_one_when_its_user_is_deleted_and_it_is_sent_again_his_3() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    add_user(&admin, "bob", Some("End user"), &["Finance"]);
    let home = tempfile::tempdir().unwrap();
    let client = client_of(&server, home.path());
    for _ in 0..2 {
        client.begin_run(start(Trigger::Manual)).unwrap().finish(end()).unwrap();
    }
    assert!(client.sync().unwrap().online);
    admin.delete_user(&name("carol")).unwrap();
    change_user(&client, &server, "bob");
    admin.rotate_keys().unwrap();
    for _ in 0..3 {
        assert!(client.sync().unwrap().online);
    }
    client.begin_run(start(Trigger::Manual)).unwrap().finish(end()).unwrap();
    assert_eq!(history(&admin).len(), 3);
}

#[test]
fn a_user_who_was_renamed_logs_in_and_has_everything_again() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let client = client_of(&server, home.path());
    let rename = UserPatch { name: Some(name("caroline")), ..UserPatch::default() };
    admin.modify_user(&name("carol"), &rename).unwrap();
    assert!(client.sync().unwrap().online);
    change_user(&client, &server, "caroline");
    assert_eq!((client.state().standing(), client.state().user()), (Connection::Online, Some("caroline")));
    assert_eq!(client.may(Action::Restore, Resource::Local).effect, Effect::Allow);
}

#[test]
fn key_files_that_are_not_the_databases_raise_the_epoch_and_a_foreign_root_key_stops_the_start_off_3() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let client = client_of(&server, home.path());
    let (stranger, _) = TestServer::claimed();
    let taken = |name: &str| std::fs::read(stranger.data_dir().join(name)).unwrap();

    let server =
        with_data_dir(server, |data_dir| std::fs::write(data_dir.join("signing-1.key"), taken("signing-1.key")).unwrap());
    assert!(client.sync().unwrap().online);
    assert_eq!((client.state().standing(), client.state().number().epoch), (Connection::Online, 2));

    let (directory, _) = server.stop();
    std::fs::write(directory.path().join("server/root.key"), taken("root.key")).unwrap();
    let flags = [("data_dir", directory.path().join("server").display().to_string()), ("listen", "127.0.0.1:0".to_owned())];
    let flags = flags.map(|(key, value)| (key.to_owned(), value)).to_vec();
    let config = Config::load(&Sources { file: None, environment: vec![], flags }).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let refused = runtime.block_on(Server::open(config, Arc::new(SystemClock))).unwrap_err();
    assert_eq!(refused.code, Code::StoreDamaged);
    assert!(refused.message.contains("root key"), "{}", refused.message);
}
