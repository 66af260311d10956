//! A database with a stand-by: the URL names both, the first one is lost, and the servers go on with the second as soon as it
//! can be written to, without a word from anybody (DOOR-2, HIS-3, ERR-4).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use sbm_client::Client;
use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::run::Trigger;
use sbm_client::core::wire::v1::admin::NewGroup;
use sbm_client::core::wire::v1::session::Secret;
use sbm_test_postgres::{Cluster, Options, Stop};
use sbm_tests::fixture::{PASSWORD, config, end, name, office, start};
use sbm_tests::process::history;
use sbm_tests::server::ADMIN_PASSWORD;
use sbm_tests::site::Site;

const SERVER: &str = env!("CARGO_BIN_EXE_sbm-test-server");
/// By then service has resumed, on a machine that has nothing else to do.
const RESUMED: Duration = Duration::from_secs(10);
/// How many times as long as the slowest change with a backup took before, it may take besides.
const TIMES: u32 = 5;
/// How long one answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

fn whole() -> Options {
    Options { fsync: true, settings: Vec::new() }
}

/// Makes a backup and syncs; nothing if all of the history was acknowledged, or else why not.
fn backed_up(client: &Client) -> Option<Code> {
    client.begin_run(start(Trigger::Schedule)).unwrap().finish(end()).unwrap();
    let summary = client.sync().unwrap();
    assert!(summary.why.is_some() || (summary.online && summary.history_waiting == 0), "{summary:?}");
    summary.why
}

#[test]
fn when_the_database_is_lost_the_servers_go_on_with_its_stand_by_and_what_was_acknowledged_is_there_door_2_his_3() {
    let first = Cluster::start(whole());
    let site = Site::new(&first);
    let second = first.standby(whole());
    let place = |cluster: &Cluster| format!("127.0.0.1:{}", cluster.port());
    // The stand-by stands first for one of them: it only reads, and the other one is taken.
    let stores = [format!("{},{}", place(&first), place(&second)), format!("{},{}", place(&second), place(&first))]
        .map(|places| site.store().replace(&place(&first), &places));
    let started = |number: usize, store: &str| {
        let server = site.process(SERVER, &format!("server-{number}"), 0, store, &[]);
        server.unwrap_or_else(|| panic!("server {number} ended"))
    };
    let servers: Vec<_> = stores.iter().enumerate().map(|(number, store)| started(number, store)).collect();
    let [(_, connection), (_, other)] = servers.as_slice() else { panic!("there are two") };
    let mut admin = Admin::connect(connection, PATIENCE).unwrap();
    let code = std::fs::read_to_string(site.data("server-0").join("setup-code")).unwrap();
    admin.claim(&Secret::new(code.trim()), &Secret::new(ADMIN_PASSWORD)).unwrap();
    let session = admin.login("admin", &Secret::new(ADMIN_PASSWORD)).unwrap();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let carol = Client::open(config(home.path())).unwrap();
    carol.login(connection, "carol", &Secret::new(PASSWORD)).unwrap();
    let added = |admin: &Admin, text: &str| admin.add_group(&NewGroup::new(name(text)));
    let undisturbed = |number: usize| {
        let begun = Instant::now();
        added(&admin, &format!("before {number}")).unwrap();
        assert_eq!(backed_up(&carol), None);
        begun.elapsed()
    };
    let resumed = RESUMED + (0..5).map(undisturbed).max().unwrap() * TIMES;

    first.stop(Stop::Immediate);
    let meanwhile = backed_up(&carol).unwrap();
    assert!(meanwhile.is_retryable(), "{meanwhile}");
    let refused = added(&admin, "meanwhile").unwrap_err();
    assert!(refused.code().is_retryable(), "{refused}");
    second.promote();
    let promoted = Instant::now();
    let others = Admin::connect(other, PATIENCE).unwrap().with_token(session.token);
    for (number, admin) in [&admin, &others].into_iter().enumerate() {
        // Tried again as often as it takes: what was refused may be there for all that.
        while let Err(error) = added(admin, &format!("after at {number}")) {
            assert!(error.code().is_retryable() || error.code() == Code::NameTaken, "{error}");
            assert!(promoted.elapsed() < resumed, "server {number} does not go on: {error}");
            if error.code() == Code::NameTaken {
                break;
            }
        }
    }
    while let Some(code) = backed_up(&carol) {
        assert!(code.is_retryable() && promoted.elapsed() < resumed, "{code}");
    }
    eprintln!("both went on {:.1?} after the stand-by took over", promoted.elapsed());

    let made = carol.begin_run(start(Trigger::Schedule)).unwrap().finish(end()).unwrap();
    assert!(carol.sync().unwrap().online);
    // Every number that the client gave is there once.
    assert_eq!(history(&others).len() as u64, made);
    let groups: Vec<String> = others.groups().unwrap().into_iter().map(|group| group.name.to_string()).collect();
    for wanted in ["before 4", "after at 0", "after at 1"] {
        assert!(groups.iter().any(|name| name == wanted), "{groups:?}");
    }
}
