//! The thin real path: a client enrols, is restricted, receives a managed profile, reports runs; the server goes away and
//! comes back.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use sbm_client::core::account::life::Standing;
use sbm_client::core::account::{AccountPath, Quota};
use sbm_client::core::code::Code;
use sbm_client::core::id::InstallationId;
use sbm_client::core::permission::{Action, Effect, Resource, RightSet};
use sbm_client::core::run::Trigger;
use sbm_client::core::wire::v1::admin::{AccountPatch, Explain, HistoryQuery, SecurityProfilePatch, UserPatch};
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::{Client, Connection, Outcome};
use sbm_tests::fixture::{GUID, PASSWORD, client_of, config, end, guid, name, office, start, take_over, upload};
use sbm_tests::server::TestServer;
use serde_json::json;

fn effect(client: &Client, action: Action, resource: Resource) -> Effect {
    client.may(action, resource).effect
}

const fn managed() -> Resource {
    Resource::Managed(sbm_client::core::id::Guid::from_bytes([
        0x94, 0xD3, 0xD1, 0xC1, 0x74, 0x72, 0x4D, 0xC9, 0xA5, 0xE9, 0x9E, 0xE7, 0x63, 0xE2, 0x31, 0x59,
    ]))
}

fn passed(part: &Outcome) -> bool {
    matches!(part, Outcome::Ok)
}

const fn failed(part: &Outcome) -> Option<Code> {
    match part {
        Outcome::Failed { code, .. } => Some(*code),
        _ => None,
    }
}

#[test]
fn a_login_makes_a_device_which_is_restricted_online_and_offline_and_whose_history_arrives_dev_3_off_1() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let client = client_of(&server, home.path());

    assert_eq!(client.state().standing(), Connection::Online);
    assert_eq!(effect(&client, Action::Create, Resource::Local), Effect::Deny);
    assert_eq!(effect(&client, Action::RunManually, managed()), Effect::Allow);
    let change = client.next_change().unwrap().unwrap();
    assert_eq!((change.guid().to_string().as_str(), change.revision(), change.body()), (GUID, 1, Some(&b"revision one"[..])));
    change.done().unwrap();
    assert_eq!(client.begin_run(start(Trigger::Manual)).unwrap().finish(end()).unwrap(), 1);
    let history = admin.history(&HistoryQuery::default()).unwrap().items;
    assert_eq!(history.len(), 1);
    assert_eq!(
        (history[0].record.start.profile.revision, history[0].record.start.profile.version),
        (1, 26),
        "as the client took it over"
    );

    let stopped = server.stop();
    assert!(!client.sync().unwrap().online);
    assert!(matches!(client.state().standing(), Connection::Offline(Code::Unreachable)));
    assert_eq!(effect(&client, Action::Create, Resource::Local), Effect::Deny);
    for trigger in [Trigger::Manual, Trigger::Schedule, Trigger::Restore] {
        client.begin_run(start(trigger)).unwrap().finish(end()).unwrap();
    }
    drop(client);

    // The program starts again without a server: it is restricted as before.
    let client = Client::open(config(home.path())).unwrap();
    assert_eq!(effect(&client, Action::Create, Resource::Local), Effect::Deny);
    assert_eq!(effect(&client, Action::RunManually, managed()), Effect::Allow);

    let server = TestServer::restart(stopped);
    assert!(client.sync().unwrap().online);
    let admin = server.admin();
    let mut sequences: Vec<u64> =
        admin.history(&HistoryQuery::default()).unwrap().items.iter().map(|run| run.record.sequence).collect();
    sequences.sort_unstable();
    assert_eq!(sequences, [1, 2, 3, 4]);
}

#[test]
fn changes_of_rights_groups_and_profiles_reach_the_client_at_its_next_check() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let client = client_of(&server, home.path());
    assert_eq!(take_over(&client), 1);
    let check = |client: &Client| assert!(client.sync().unwrap().online);

    let patch = SecurityProfilePatch { rights: Some(RightSet::ALL_ACCESS), ..SecurityProfilePatch::default() };
    admin.modify_security_profile(&name("End user"), &patch).unwrap();
    check(&client);
    assert_eq!(effect(&client, Action::Create, Resource::Local), Effect::Allow);

    admin.upload_profile(&upload(b"revision two", 1)).unwrap();
    check(&client);
    let change = client.next_change().unwrap().unwrap();
    assert_eq!((change.revision(), change.body()), (2, Some(&b"revision two"[..])));
    change.done().unwrap();

    admin.mark_profile(&guid(), true).unwrap();
    check(&client);
    assert_eq!(client.may(Action::RunScheduled, managed()).code, Code::DeniedMarkedForDeletion);
    assert_eq!(take_over(&client), 1);
    assert!(client.profiles().unwrap().is_empty());

    admin.mark_profile(&guid(), false).unwrap();
    check(&client);
    assert_eq!(take_over(&client), 1);
    admin.unassign_profile(&guid(), &[name("Finance")]).unwrap();
    check(&client);
    assert_eq!(client.may(Action::RunScheduled, managed()).code, Code::DeniedEntitlement);
    assert_eq!(take_over(&client), 1);
}

#[test]
fn a_disabled_user_is_on_the_floor_from_the_next_contact_until_the_next_login_off_2_run_7() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let client = client_of(&server, home.path());
    let disable = |disabled: bool| {
        admin.modify_user(&name("carol"), &UserPatch { disabled: Some(disabled), ..UserPatch::default() }).unwrap();
    };
    disable(true);
    assert_eq!(effect(&client, Action::RunManually, managed()), Effect::Allow, "nobody told the client yet");
    let _ = client.sync();
    assert_eq!(client.state().standing(), Connection::Refused(Code::TokenRefused));
    assert_eq!(client.may(Action::RunManually, managed()).code, Code::TokenRefused);
    assert_eq!(effect(&client, Action::RunScheduled, managed()), Effect::Allow);
    drop(client);
    let client = Client::open(config(home.path())).unwrap();
    assert_eq!(client.may(Action::RunManually, managed()).code, Code::TokenRefused, "across a restart");
    let log_in = || client.login(server.connection(), "carol", &Secret::new(PASSWORD));
    assert_eq!(log_in().unwrap_err().code(), Code::WrongCredentials, "a disabled user is told like one that does not exist");
    assert_eq!(client.may(Action::RunManually, managed()).code, Code::TokenRefused, "a failed login widens nothing");
    disable(false);
    log_in().unwrap();
    assert_eq!(effect(&client, Action::RunManually, managed()), Effect::Allow);
}

#[test]
fn client_and_server_explain_alike_dec_4() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let client = client_of(&server, home.path());
    let foreign = "00000000000000000000000000000001".parse().unwrap();
    for action in Action::ALL {
        for (resource, profile) in
            [(Resource::Local, None), (managed(), Some(guid())), (Resource::Managed(foreign), Some(foreign))]
        {
            let told = admin.explain(&Explain { user: "carol".into(), action, profile, device: None, account: None }).unwrap();
            assert_eq!(client.explain(action, resource), told);
            assert_eq!(client.may(action, resource).effect, told.effect);
        }
    }
}

#[test]
fn a_device_below_its_user_and_its_server_explain_alike_dec_4_acc_5_acc_6() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let desk: AccountPath = "root>desk".parse().unwrap();
    admin.add_account(&serde_json::from_value(json!({ "account": desk })).unwrap()).unwrap();
    let new = json!({ "kind": "code", "user": "carol", "account": desk });
    let code = admin.create_enrolment(&serde_json::from_value(new).unwrap()).unwrap().code;
    let home = tempfile::tempdir().unwrap();
    let client = Client::open(config(home.path())).unwrap();
    client.enrol(server.connection(), &code).unwrap();
    let device = admin.devices().unwrap()[0].installation;
    let quota = |hard| AccountPatch { quota: Some(Quota { hard, soft: None }), ..AccountPatch::default() };
    let stands = |standing| AccountPatch { standing: Some(standing), ..AccountPatch::default() };
    let alike = || {
        // Refused or not, it has heard.
        drop(client.sync());
        for (action, (resource, profile)) in
            Action::ALL.into_iter().flat_map(|action| [(Resource::Local, None), (managed(), Some(guid()))].map(|on| (action, on)))
        {
            let asked = Explain { user: "carol".into(), action, profile, device: Some(device), account: None };
            assert_eq!(client.explain(action, resource), admin.explain(&asked).unwrap(), "{action:?}");
            let own = admin.explain(&Explain { device: None, ..asked }).unwrap();
            assert!(!["denied_quota", "denied_account_disabled"].contains(&&*own.code), "her own account is as it was");
        }
        client.may(Action::RunScheduled, managed()).code
    };
    for (patch, code) in [
        (stands(Standing::Active), Code::Ok),
        (stands(Standing::Disabled), Code::DeniedAccountDisabled),
        (stands(Standing::Active), Code::Ok),
        (quota(Some(0)), Code::DeniedQuota),
        (quota(None), Code::Ok),
    ] {
        admin.modify_account(&desk, &patch).unwrap();
        assert_eq!(alike(), code, "{patch:?}");
    }
    admin.release_device(&device).unwrap();
    assert_eq!(alike(), Code::OtherMachine);
    let reset = UserPatch { password: Some(Secret::new("another staircase 43")), ..UserPatch::default() };
    admin.modify_user(&name("carol"), &reset).unwrap();
    assert_eq!(alike(), Code::Ok, "it logs in again for anything else");
    assert_eq!(client.may(Action::RunManually, managed()).code, Code::TokenRefused);
    let asked = |device, account: &str| {
        let account = Some(account.parse().unwrap());
        let question = Explain { user: "carol".into(), action: Action::Restore, profile: None, device, account };
        admin.explain(&question).map(|told| told.effect).map_err(|error| error.code())
    };
    assert_eq!(asked(Some(device), "root>desk"), Ok(Effect::Allow));
    assert_eq!(asked(Some(device), "root"), Err(Code::NotFound));
    assert_eq!(asked(Some(InstallationId::from_bytes([9; 16])), "root>desk"), Err(Code::NotFound));
    assert_eq!(asked(None, "root>desk"), Err(Code::InvalidArgument));
    let by_admin = Explain { user: "admin".into(), action: Action::Restore, profile: None, device: Some(device), account: None };
    assert_eq!(admin.explain(&by_admin).unwrap_err().code(), Code::InvalidArgument, "it is carol's");
}

#[test]
fn a_client_that_never_logged_in_is_unmanaged_dec_6() {
    let home = tempfile::tempdir().unwrap();
    let client = Client::open(config(home.path())).unwrap();
    assert_eq!(client.state().standing(), Connection::Unmanaged);
    assert_eq!(effect(&client, Action::Create, Resource::Local), Effect::Unmanaged);
    assert_eq!(client.sync().unwrap_err().code(), Code::NotLoggedIn);
    let required = Client::open(config(home.path()).managed_required(true)).unwrap();
    assert_eq!(effect(&required, Action::Create, Resource::Local), Effect::Deny);
}

#[test]
fn test_server_tells_each_part_apart_run_5() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let client = Client::open(config(home.path())).unwrap();
    let good = client.test_server(server.connection(), Some(("carol", &Secret::new(PASSWORD))));
    assert!(passed(&good.credentials) && passed(&good.certificate) && passed(&good.reachable), "{good:?}");
    let wrong = client.test_server(server.connection(), Some(("carol", &Secret::new("wrong password"))));
    assert!(passed(&wrong.certificate) && failed(&wrong.credentials) == Some(Code::WrongCredentials), "{wrong:?}");
    let mut pin = server.connection().clone();
    pin.ca = Some(sbm_client::core::id::Hash::of(b"another CA"));
    let foreign = client.test_server(&pin, Some(("carol", &Secret::new(PASSWORD))));
    assert!(failed(&foreign.certificate) == Some(Code::UntrustedServer) && failed(&foreign.credentials).is_none(), "{foreign:?}");
    drop(server);
    let gone = client.test_server(&pin, None);
    assert_eq!(failed(&gone.reachable), Some(Code::Unreachable), "{gone:?}");
}

#[test]
fn keys_are_rotated_under_a_running_client_off_3() {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    let home = tempfile::tempdir().unwrap();
    let client = client_of(&server, home.path());
    let before = client.state().number();
    assert_eq!(admin.rotate_keys().unwrap().epoch, 2);
    assert!(client.sync().unwrap().online);
    assert_eq!(client.state().number().epoch, before.epoch + 1);
    assert_eq!(effect(&client, Action::RunManually, managed()), Effect::Allow);
    let server = TestServer::restart(server.stop());
    assert!(client.sync().unwrap().online);
    assert_eq!(client.state().standing(), Connection::Online);
    drop(server);
}
