//! The locked connection and the roll-out against real servers (USR-9, RUN-4).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use sbm_client::core::code::Code;
use sbm_client::core::run::{Gap, Trigger};
use sbm_client::core::wire::v1::admin::HistoryQuery;
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::store::OutboxLimits;
use sbm_client::{Administrator, Client, Connection, Rollout};
use sbm_tests::fixture::{PASSWORD, add_user, client_of, config, end, office, start};
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};

fn administrator(user: &str, password: &str) -> Administrator {
    Administrator { user: user.to_owned(), password: Secret::new(password), code: None }
}

#[test]
fn an_administrator_of_the_locked_server_moves_a_client_to_another_usr_9() {
    let (sales, sales_admin) = TestServer::claimed();
    let (finance, finance_admin) = TestServer::claimed();
    office(&sales_admin);
    office(&finance_admin);
    add_user(&sales_admin, "dora", None, &[]);
    let home = tempfile::tempdir().unwrap();
    let client = client_of(&sales, home.path());
    let password = Secret::new(PASSWORD);
    let refused = client.login(finance.connection(), "carol", &password).unwrap_err();
    assert_eq!(refused.code(), Code::ConnectionLocked);

    let change = |who: &Administrator| {
        client.change_connection(finance.connection(), "carol", &password, who).map_err(|error| error.code())
    };
    assert_eq!(change(&administrator("admin", "not the password")), Err(Code::WrongCredentials));
    assert_eq!(change(&administrator("dora", PASSWORD)), Err(Code::DeniedRole), "a right password, and no administrator");
    assert_eq!(change(&administrator("nobody", ADMIN_PASSWORD)), Err(Code::WrongCredentials));
    assert!(finance_admin.devices().unwrap().is_empty(), "the other server has not heard of it");
    assert_eq!(change(&administrator("admin", ADMIN_PASSWORD)), Ok(()));
    assert_eq!(client.state().connection(), Some(finance.connection()));
    assert_eq!(finance_admin.devices().unwrap().len(), 1);

    // Offline there is no change.
    drop(finance_admin);
    drop(finance.stop());
    let refused = client.change_connection(sales.connection(), "carol", &password, &administrator("admin", ADMIN_PASSWORD));
    assert_eq!(refused.unwrap_err().code(), Code::Unreachable);
    assert!(client.is_locked());
    assert!(matches!(client.state().standing(), Connection::Online | Connection::Offline(_)));
}

#[test]
fn a_roll_out_enrols_a_client_silently_and_only_once_usr_9_run_4() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("rollout.toml");
    let text = format!(
        "connection = \"{}\"\nuser = \"carol\"\npassword = \"{PASSWORD}\"\nmanaged = \"required\"\n",
        server.connection()
    );
    std::fs::write(&file, text).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let rollout = Rollout::from_file(&file).unwrap();
    let cache = home.path().join("cache");
    let client = Client::open(config(&cache).rollout(&rollout)).unwrap();
    assert_eq!(client.state().standing(), Connection::Floor(Code::CacheMissing), "it must be managed, and is not yet");
    assert!(client.roll_out(&rollout).unwrap().unwrap().online);
    assert_eq!((client.state().standing(), client.state().user()), (Connection::Online, Some("carol")));
    assert_eq!(client.state().fingerprint(), server.connection().ca);
    assert_eq!(client.roll_out(&rollout).unwrap(), None);
    // Without the fingerprint nobody is trusted.
    let bare = sbm_client::core::wire::v1::ConnectionString { ca: None, ..server.connection().clone() };
    let other = Client::open(config(&home.path().join("other"))).unwrap();
    let refused = other.roll_out(&rollout.clone().connection(bare.clone())).unwrap_err();
    assert_eq!(refused.code(), Code::UntrustedServer);
    // The system's roots do not know the server's own CA, where they were allowed in so many words.
    let allowed = Rollout::new().connection(bare).system_roots(true).over(rollout);
    assert_eq!(other.roll_out(&allowed).unwrap_err().code(), Code::UntrustedServer);
    assert!(!other.is_locked());
}

#[test]
fn what_a_full_outbox_gave_up_is_a_gap_in_the_server_s_history_err_3() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    drop(client_of(&server, home.path()));
    let place = server.stop();
    let limits = OutboxLimits { records: 10, bytes: u64::MAX };
    let client = Client::open(config(home.path()).outbox(limits)).unwrap();
    for _ in 0..30 {
        client.begin_run(start(Trigger::Schedule)).unwrap().finish(end()).unwrap();
    }
    let server = TestServer::restart(place);
    assert_eq!(client.sync().unwrap().history_waiting, 0);
    let page = server.admin().history(&HistoryQuery::default()).unwrap();
    let gaps: Vec<Gap> = page.items.iter().filter_map(|run| run.record.gap).collect();
    assert_eq!(gaps, [Gap { count: 21, failed: 0, first: 1, last: 21 }]);
    assert_eq!(page.items.len(), 10);
}

#[test]
fn a_call_of_a_client_is_cancelled_from_another_thread() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let client = Arc::new(client_of(&server, home.path()));
    // Whenever it falls, the sync ends whole or as cancelled, and the next one is as good as ever.
    for _ in 0..20 {
        let syncing = Arc::clone(&client);
        let thread = std::thread::spawn(move || syncing.sync().map(|summary| summary.online).map_err(|error| error.code()));
        client.cancel();
        let ended = thread.join().unwrap();
        assert!(matches!(ended, Ok(true) | Err(Code::Cancelled)), "{ended:?}");
    }
    assert!(client.sync().unwrap().online);
}
