//! Several at once: processes on one cache, administrators, logins and devices on one server.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sbm_client::Client;
use sbm_client::core::cache::Number;
use sbm_client::core::code::Code;
use sbm_client::core::directory::Actor;
use sbm_client::core::id::UserId;
use sbm_client::core::name::Text;
use sbm_client::core::permission::{Action, Effect, Resource};
use sbm_client::core::run::Trigger;
use sbm_client::core::wire::v1::admin::{HistoryQuery, Run, UserPatch};
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::Secret;
use sbm_server::clock::{Clock as _, ManualClock, SystemClock};
use sbm_tests::estate::seen_by_admin;
use sbm_tests::fixture::{PASSWORD, add_user, client_of, config, end, guid, name, office, start};
use sbm_tests::race::{Race, rounds};
use sbm_tests::raw::Raw;
use sbm_tests::server::TestServer;
use sbm_tests::stronghold::Stronghold;

#[test]
fn a_logout_in_one_process_narrows_the_others_at_their_next_call_off_8() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let window = client_of(&server, home.path());
    let service = Client::open(config(home.path())).unwrap();
    let may = |client: &Client| client.may(Action::RunManually, Resource::Managed(guid())).effect;
    assert_eq!((may(&window), may(&service)), (Effect::Allow, Effect::Allow));
    service.logout().unwrap();
    assert_eq!(window.sync().unwrap_err().code(), Code::NotLoggedIn);
    assert_eq!(may(&window), Effect::Deny);
}

#[test]
fn a_run_is_not_deleted_for_a_session_that_ended_before_run_7_his_2() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let client = client_of(&server, home.path());
    client.sync().unwrap();
    client.begin_run(start(Trigger::Manual)).unwrap().finish(end()).unwrap();
    client.sync().unwrap();
    let runs = || admin.rows::<Run>(&HistoryQuery::default()).collect::<Result<Vec<_>, _>>().unwrap();
    let run = runs().pop().unwrap();
    let within = seen_by_admin(server.service().store());
    let found = server.service().store().get(within, run.record.id, None).wait().unwrap().pop().unwrap();
    let delete = |session| {
        let actor = Actor { session, ..Actor::user(UserId(1), "127.0.0.1".to_owned()) };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(server.service().delete_run(actor, found.clone())).map_err(|refusal| refusal.code)
    };
    // The handler let the request in, and waited for the lock while the session was ended.
    assert_eq!(delete(Some(u64::MAX)), Err(Code::TokenRefused));
    assert_eq!(runs().len(), 1);
    assert_eq!((delete(None), delete(None)), (Ok(true), Ok(false)));
    assert_eq!(runs().len(), 0);
}

#[test]
fn parallel_rotations_leave_one_key_that_fits_off_3() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let client = client_of(&server, home.path());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..4 {
                    admin.rotate_keys().unwrap();
                }
            });
        }
    });
    assert!(client.sync().unwrap().online);
    assert_eq!(client.state().number().epoch, 33);
    let server = TestServer::restart(server.stop());
    server.admin().modify_user(&name("carol"), &UserPatch { security_profile: Some(None), ..UserPatch::default() }).unwrap();
    assert!(client.sync().unwrap().online);
    assert_eq!(client.may(Action::RunManually, Resource::Local).code, Code::DeniedNoSecurityProfile);
    assert_eq!(client.state().number(), Number::new(33, client.state().number().revision), "no restart raises it");
}

#[test]
fn what_an_administrator_was_answered_stays_while_devices_claim_the_future() {
    let hold = Stronghold::new();
    let claim = r#"{"number":{"epoch":9,"revision":999999}}"#;
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !over.load(Ordering::Acquire) {
                    let answer = hold.ask("POST", path::CHECK_IN, Some(&hold.device), Some(claim));
                    assert_eq!(answer.code(), Some(Code::NumberAhead));
                }
            });
        }
        for round in 0..600 {
            let description = Text::new(&round.to_string()).unwrap();
            let patch = UserPatch { description: Some(description.clone()), ..UserPatch::default() };
            hold.admin.modify_user(&name("carol"), &patch).unwrap();
            let shown = hold.admin.user(&name("carol")).unwrap().description;
            if shown != description {
                over.store(true, Ordering::Release);
            }
            assert_eq!(shown, description);
        }
        over.store(true, Ordering::Release);
    });
}

#[test]
fn one_user_has_one_brake_however_the_name_is_spelled_run_6() {
    // The clock stands still: however long a machine takes for a try, no delay is over by then.
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let server = TestServer::start(Arc::new(tempfile::tempdir().unwrap()), 0, clock, &[]);
    office(&server.claim());
    let spellings =
        ["NAME", "Name", "root>NAME", " root > name", "Root>Name ", "root  >  name", "root>nowhere>name", "root>>name"];
    // Whoever changes the spelling learns nothing: who exists and who does not share their brakes alike.
    let codes = |name: &str| -> Vec<Code> {
        let typed = |spelling: &&str| spelling.replace("NAME", &name.to_uppercase()).replace("name", name).replace("Name", name);
        let tries = spellings.iter().cycle().take(12).map(typed);
        tries.map(|user| server.anybody().login(&user, &Secret::new("a wrong password")).unwrap_err().code()).collect()
    };
    let existing = codes("carol");
    let (tried, put_off) = existing.split_at(6);
    assert!(tried.iter().all(|code| *code == Code::WrongCredentials), "{existing:?}");
    assert!(put_off.iter().all(|code| *code == Code::Throttled), "{existing:?}");
    assert_eq!(codes("nobody"), existing);
}

#[test]
fn a_login_in_flight_does_not_survive_a_password_reset_run_7() {
    let (server, admin) = TestServer::claimed();
    add_user(&admin, "dora", None, &[]);
    for round in 0..3 {
        let (old, new) = (format!("{PASSWORD}{round}"), format!("{PASSWORD}{}", round + 1));
        if round == 0 {
            admin.set_password(&name("dora"), &Secret::new(old.clone())).unwrap();
        }
        let logged_in: Vec<_> = std::thread::scope(|scope| {
            let logins: Vec<_> = (0..6)
                .map(|_| {
                    scope.spawn(|| {
                        let mut person = server.anybody();
                        person.login("dora", &Secret::new(old.clone())).ok().map(|_| person)
                    })
                })
                .collect();
            admin.set_password(&name("dora"), &Secret::new(new)).unwrap();
            logins.into_iter().filter_map(|login| login.join().unwrap()).collect()
        });
        for person in logged_in {
            let asked = person.history(&HistoryQuery::default()).unwrap_err();
            assert_eq!(asked.code(), Code::TokenRefused, "round {round}");
        }
    }
}

#[test]
fn of_fifty_claims_at_once_one_wins_and_the_others_are_told_run_2() {
    // A server that was claimed stays so: each round has one of its own.
    for _ in 0..rounds() {
        let server = TestServer::unclaimed();
        Race::at(std::slice::from_ref(&server), &[Raw::of(&server)]).one_claims();
    }
}

#[test]
fn of_fifty_uploads_of_the_same_next_revision_one_wins_and_the_others_are_told_which_there_is_pro_4() {
    let hold = Stronghold::new();
    let ways = [hold.raw.clone()];
    let mut race = Race::at(std::slice::from_ref(&hold.server), &ways);
    for based_on in 1..=rounds() as u64 {
        race.one_uploads(&hold.console, based_on);
    }
}
