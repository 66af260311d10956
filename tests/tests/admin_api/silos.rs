//! Backup accounts: each with a secret of its own, on one machine, from which another one takes it over (ACC-8, ACC-11,
//! ACC-12, RUN-9).

mod take_over;

use std::path::Path;

use sbm_client::core::account::AccountPath;
use sbm_client::core::code::Code;
use sbm_client::core::password::Strength;
use sbm_client::core::permission::{Action, Effect, Resource};
use sbm_client::core::run::{RunStart, Trigger};
use sbm_client::core::wire::v1::admin::{
    Account, AccountPatch, AuditQuery, Device, HistoryQuery, ListQuery, NewAccount, Run, UserPatch,
};
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::{DeviceSession, Secret};
use sbm_client::{Client, admin::Admin};
use sbm_tests::fixture::{PASSWORD, add_user, config, end, name, start};
use sbm_tests::raw::{Raw, request};
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use sbm_tests::stronghold::{device_login, log_in};
use serde_json::json;

const SECRET: &str = "harbour lantern 58 dune";
const NEXT: &str = "another lantern 59 dune";
const PC: &str = "root>pc";

fn at(text: &str) -> AccountPath {
    text.parse().unwrap()
}

/// A backup account with a secret, made by whoever asks.
fn make(admin: &Admin, account: &str, secret: &str) -> Result<Account, Code> {
    let content = json!({ "account": account, "secret": secret });
    let new: NewAccount = serde_json::from_value(content).unwrap();
    admin.add_account(&new).map_err(|error| error.code())
}

fn by_secret(server: &TestServer, account: &str, secret: &str) -> Result<Admin, Code> {
    let mut admin = server.anybody();
    admin.login(account, &Secret::new(secret)).map(|_| admin).map_err(|error| error.code())
}

fn machine(directory: &Path, computer: &str) -> Client {
    Client::open(config(directory).computer(computer)).unwrap()
}

fn local(trigger: Trigger) -> RunStart {
    let mut start = start(trigger);
    start.profile.guid = None;
    start
}

fn runs(admin: &Admin) -> usize {
    admin.rows::<Run>(&HistoryQuery::default()).map(Result::unwrap).count()
}

fn devices(admin: &Admin) -> Vec<(String, bool)> {
    let mut all: Vec<_> = admin
        .rows::<Device>(&ListQuery::default())
        .map(Result::unwrap)
        .map(|device| (device.computer, device.replaced))
        .collect();
    all.sort();
    all
}

fn audited(admin: &Admin, act: &str, outcome: &str) -> usize {
    let all = admin.rows(&AuditQuery::default()).map(Result::unwrap);
    all.filter(|entry: &sbm_client::core::wire::v1::admin::AuditEntry| entry.entry.act == act && entry.entry.outcome == outcome)
        .count()
}

#[test]
fn an_account_logs_in_with_its_name_and_secret_which_no_superuser_sets_anew_acc_12_run_9_acc_8() {
    let (server, admin) = TestServer::claimed();
    assert_eq!(make(&admin, PC, "short"), Err(Code::PasswordTooShort));
    assert_eq!(make(&admin, PC, "password1234"), Err(Code::PasswordTooCommon));
    assert!(make(&admin, PC, SECRET).unwrap().own_secret);
    assert_eq!(admin.open_console(&PC.parse().unwrap()).unwrap().login, PC, "no name stands behind it (ACC-10)");
    assert_eq!(make(&admin, PC, NEXT), Err(Code::NameTaken));
    for (account, secret) in [("pc", SECRET), ("root>PC", NEXT), ("root>pc>pc", SECRET), ("root>other", SECRET)] {
        assert_eq!(by_secret(&server, account, secret).err(), Some(Code::WrongCredentials), "{account}");
    }
    let mut own = by_secret(&server, " ROOT > Pc", SECRET).unwrap();
    // It sees itself and what is below, and changes nothing.
    let seen: Vec<String> = own.rows::<Account>(&ListQuery::default()).map(|row| row.unwrap().account).collect();
    assert_eq!(seen, [PC]);
    assert_eq!((own.account(&at(PC)).unwrap().users, own.devices().unwrap().len(), runs(&own)), (1, 0, 0));
    assert_eq!(own.account(&at("root")).unwrap_err().code(), Code::NotFound);
    assert_eq!(make(&own, "root>pc>x", SECRET), Err(Code::DeniedRole));
    // Nobody sets the secret anew, by whatever name; and nobody takes the login away from the account.
    let raw = Raw::of(&server);
    let console = log_in(&raw, "admin", ADMIN_PASSWORD);
    let listed = admin.users().unwrap().into_iter().find(|user| user.account == PC).unwrap();
    for named in ["root%3Epc".to_owned(), listed.name.to_string().replace(' ', "%20")] {
        let at = format!("{}/{named}", path::USERS);
        for (method, content) in [("PATCH", Some(json!({ "password": NEXT }).to_string())), ("DELETE", None)] {
            let answer = raw.ask(&request(method, &at, Some(&console), content.as_deref())).unwrap();
            assert_eq!(answer.code(), Some(Code::DeniedRole), "{method} {at}");
        }
    }
    let patch = json!({ "secret": NEXT }).to_string();
    let answer = raw.ask(&request("PATCH", &format!("{}/root%3Epc", path::ACCOUNTS), Some(&console), Some(&patch))).unwrap();
    assert_eq!(answer.code(), Some(Code::MalformedRequest), "there is no such field");
    assert!(by_secret(&server, PC, SECRET).is_ok());
    // Who knows it changes it.
    let wrong = own.change_password(&Secret::new(NEXT), &Secret::new(NEXT)).unwrap_err();
    assert_eq!(wrong.code(), Code::WrongCredentials);
    own.change_password(&Secret::new(SECRET), &Secret::new(NEXT)).unwrap();
    assert_eq!(by_secret(&server, PC, SECRET).err(), Some(Code::WrongCredentials));
    // What is said of a password is the same here as at the command line.
    let said = own.judge_password(&Secret::new("Xk4!pq7z_9aB")).unwrap();
    let kept: Vec<&str> = said.rule_sets.iter().filter(|set| set.conforms).map(|set| set.name.as_str()).collect();
    assert_eq!((said.strength, kept), (Strength::Good, vec!["cnil-2022"]));
    // A disabled account still logs in, a disabled login does not; and it goes with the account.
    admin.modify_user(&listed.name, &UserPatch { disabled: Some(true), ..UserPatch::default() }).unwrap();
    assert_eq!(by_secret(&server, PC, NEXT).err(), Some(Code::WrongCredentials));
    admin.modify_user(&listed.name, &UserPatch { disabled: Some(false), ..UserPatch::default() }).unwrap();
    let act = |act: &str| {
        let content = json!({ "accounts": [PC], "act": act }).to_string();
        assert_eq!(raw.ask(&request("POST", path::ACCOUNT_ACTS, Some(&console), Some(&content))).unwrap().status, 204);
    };
    act("disable");
    assert!(by_secret(&server, PC, NEXT).is_ok(), "console and data stay (ACC-6)");
    act("delete");
    assert!(by_secret(&server, PC, NEXT).is_ok(), "until the morning");
}

#[test]
fn a_second_machine_is_refused_told_and_audited_until_the_first_is_released_and_nothing_is_lost_acc_11() {
    let (server, admin) = TestServer::claimed();
    make(&admin, PC, SECRET).unwrap();
    let [old_dir, new_dir] = [0, 1].map(|_| tempfile::tempdir().unwrap());
    let (old, new) = (machine(old_dir.path(), "old-pc"), machine(new_dir.path(), "new-pc"));
    let log_in = |client: &Client| client.login(server.connection(), PC, &Secret::new(SECRET));
    log_in(&old).unwrap();
    let run = |client: &Client| client.begin_run(local(Trigger::Manual)).map(|run| run.finish(end()).unwrap());
    run(&old).unwrap();
    old.sync().unwrap();
    let refused = log_in(&new).unwrap_err();
    assert_eq!(refused.code(), Code::OtherMachine);
    assert!(refused.to_string().contains("`old-pc`"), "{refused}");
    assert_eq!(audited(&admin, "device.enrol", "other_machine"), 1);
    // Somebody who may change devices releases it, or who knows the secret.
    let own = by_secret(&server, PC, SECRET).unwrap();
    let first = own.devices().unwrap().remove(0).installation;
    own.release_device(&first).unwrap();
    // What the old one does meanwhile is kept there.
    run(&old).unwrap();
    let told = old.sync().unwrap();
    assert_eq!((told.why, runs(&admin)), (Some(Code::OtherMachine), 1));
    log_in(&new).unwrap();
    run(&new).unwrap();
    new.sync().unwrap();
    assert_eq!((old.sync().unwrap().why, runs(&admin)), (Some(Code::OtherMachine), 2));
    assert_eq!(devices(&admin), [("new-pc".to_owned(), false), ("old-pc".to_owned(), true)]);
    assert_eq!(audited(&admin, "device.release", "ok"), 1);
    assert!(audited(&admin, "device.check_in", "other_machine") >= 1, "it is seen");
    // No backup begins there, by schedule or by hand; what was backed up is still given back.
    for action in [Action::RunScheduled, Action::RunManually] {
        let decision = old.may(action, Resource::Local);
        assert_eq!((decision.effect, decision.code), (Effect::Deny, Code::OtherMachine), "{action:?}");
    }
    assert_eq!(old.may(Action::Restore, Resource::Local).effect, Effect::Allow);
    assert_eq!(run(&old).unwrap_err().code(), Code::OtherMachine);
    // Taken back, the old machine sends what it had kept; the other one is refused then.
    let second = admin.devices().unwrap().into_iter().find(|device| !device.replaced).unwrap().installation;
    admin.release_device(&second).unwrap();
    assert_eq!(admin.release_device(&first).unwrap_err().code(), Code::NothingToChange);
    log_in(&old).unwrap();
    old.sync().unwrap();
    assert_eq!((runs(&admin), new.sync().unwrap().why), (3, Some(Code::OtherMachine)));
    // An organisation holds any number of them.
    add_user(&admin, "erin", Some("AllAccess"), &[]);
    for computer in ["erins-pc", "erins-laptop"] {
        let directory = tempfile::tempdir().unwrap();
        machine(directory.path(), computer).login(server.connection(), "erin", &Secret::new(PASSWORD)).unwrap();
    }
    assert_eq!(devices(&admin).len(), 4);
    let erin = name("erin");
    assert!(admin.devices().unwrap().iter().filter(|device| device.user == erin).all(|device| !device.replaced));
}

/// Both of what an account stores and of what is kept for its runs.
fn filled(admin: &Admin, account: &str) -> (u64, u64) {
    let shown = admin.account(&at(account)).unwrap();
    (shown.stored, shown.reserved)
}

fn patch(admin: &Admin, account: &str, content: serde_json::Value) {
    let patch: AccountPatch = serde_json::from_value(content).unwrap();
    admin.modify_account(&at(account), &patch).unwrap();
}

#[test]
fn what_is_stored_and_kept_for_runs_follows_the_machine_that_has_the_account_acc_5_acc_11() {
    let (server, admin) = TestServer::claimed();
    make(&admin, PC, SECRET).unwrap();
    patch(&admin, "root", json!({ "quota": { "hard": 100 } }));
    let [old_dir, new_dir] = [0, 1].map(|_| tempfile::tempdir().unwrap());
    let (old, new) = (machine(old_dir.path(), "old-pc"), machine(new_dir.path(), "new-pc"));
    let log_in = |client: &Client| client.login(server.connection(), PC, &Secret::new(SECRET)).unwrap();
    let begin = |client: &Client, bytes| client.begin_run_storing(local(Trigger::Manual), bytes).map_err(|error| error.code());
    let both = || {
        let [above, own] = ["root", PC].map(|account| filled(&admin, account));
        assert_eq!(above, own, "nothing else is below");
        own
    };
    log_in(&old);
    old.report_stored(30).unwrap();
    old.sync().unwrap();
    let run = begin(&old, 20).unwrap();
    log_in(&old);
    old.sync().unwrap();
    assert_eq!(both(), (30, 20), "enrolled anew the machine is the same, and its run goes on");
    let raw = Raw::of(&server);
    let login = device_login(PC, SECRET, &admin.devices().unwrap()[0].installation.to_string());
    let session: DeviceSession = raw.ask(&request("POST", path::DEVICE, None, Some(&login))).unwrap().json();
    let device = session.token.reveal().to_owned();
    let asks = |method: &str, behind: &str, content: Option<&str>| {
        raw.ask(&request(method, &format!("{}{behind}", path::RESERVATIONS), Some(&device), content)).unwrap()
    };
    let (own, strange) = (format!("/{}", run.id()), format!("/{:032x}", 7));
    assert_eq!((asks("DELETE", &strange, None).status, both()), (204, (30, 20)), "what has no room gives none back");
    assert_eq!((asks("DELETE", &own, None).status, asks("DELETE", &own, None).status, both()), (204, 204, (30, 0)));
    let again = json!({ "run": run.id(), "bytes": 20 }).to_string();
    assert_eq!((asks("POST", "", Some(&again)).status, both()), (204, (30, 20)));
    // Released, what is there is there, and the old machine is not heard, not even to give something back.
    admin.release_device(&admin.devices().unwrap()[0].installation).unwrap();
    for answer in [asks("POST", "", Some(&again)), asks("DELETE", &own, None)] {
        assert_eq!((answer.code(), both()), (Some(Code::OtherMachine), (30, 20)));
    }
    log_in(&new);
    new.sync().unwrap();
    assert_eq!(begin(&new, 51).unwrap_err(), Code::DeniedQuota);
    let next = begin(&new, 50).unwrap();
    assert_eq!(both(), (30, 70));
    new.report_stored(40).unwrap();
    new.sync().unwrap();
    assert_eq!(both(), (40, 50), "from its first word on it is the new one's alone");
    run.finish(end()).unwrap();
    assert_eq!(both(), (40, 50));
    next.finish(end()).unwrap();
    assert_eq!(both(), (40, 0));
    // Removed, nothing is counted; taken back, the old machine says again what it stores.
    let removed = admin.devices().unwrap().into_iter().find(|device| !device.replaced).unwrap();
    admin.remove_device(&removed.installation).unwrap();
    assert_eq!(both(), (0, 0));
    log_in(&old);
    old.sync().unwrap();
    assert_eq!((both(), runs(&admin)), ((30, 0), 2));
}

#[test]
fn who_makes_no_backups_is_told_so_before_his_head_says_it_and_restores_acc_6_acc_7_acc_5() {
    let (server, admin) = TestServer::claimed();
    make(&admin, PC, SECRET).unwrap();
    patch(&admin, PC, json!({ "quota": { "hard": 100 } }));
    let directory = tempfile::tempdir().unwrap();
    let client = machine(directory.path(), "pc");
    client.login(server.connection(), PC, &Secret::new(SECRET)).unwrap();
    let begin = |trigger| {
        let start = RunStart { restore: trigger == Trigger::Restore, ..local(trigger) };
        let begun = client.begin_run_storing(start, 10).map_err(|error| error.code());
        begun.map(|run| {
            run.finish(end()).unwrap();
        })
    };
    for (standing, code) in [("disabled", Code::DeniedAccountDisabled), ("supervisor", Code::DeniedAccountSupervisor)] {
        assert_eq!(begin(Trigger::Schedule), Ok(()));
        patch(&admin, PC, json!({ "standing": standing }));
        assert_eq!(client.may(Action::RunScheduled, Resource::Local).effect, Effect::Allow, "its head is older");
        assert_eq!((begin(Trigger::Schedule), filled(&admin, PC)), (Err(code), (0, 0)), "{standing}");
        assert_eq!((begin(Trigger::Manual), begin(Trigger::Restore)), (Err(code), Ok(())), "{standing}");
        assert_eq!(client.may(Action::RunScheduled, Resource::Local).code, code, "it heard of it with the refusal");
        patch(&admin, PC, json!({ "standing": "active" }));
        client.sync().unwrap();
    }
    assert_eq!(runs(&admin), 4);
}
