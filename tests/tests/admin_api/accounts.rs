//! Accounts over real TLS: made, seen, moved, handed down to, disabled and deleted the next morning (ACC-1 to ACC-9, RUN-12).

use std::sync::Arc;

use sbm_client::Client;
use sbm_client::admin::Admin;
use sbm_client::core::account::policy::{Mode, Setting};
use sbm_client::core::account::{About, AccountPath, AccountState, Level, Quota};
use sbm_client::core::code::Code;
use sbm_client::core::id::InstallationId;
use sbm_client::core::permission::{Role, RoleSet};
use sbm_client::core::run::{RunStart, Trigger};
use sbm_client::core::time::{HOUR, Timestamp};
use sbm_client::core::wire::v1::admin::{Account, AccountPatch, AuditQuery, LifeAct, ListQuery, NewAccount, NewUser};
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::Secret;
use sbm_server::clock::ManualClock;
use sbm_tests::fixture::{PASSWORD, config, end, name, start};
use sbm_tests::raw::{Raw, request};
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use sbm_tests::stronghold::{INSTALLATION, log_in, log_in_device};
use serde_json::Value;

fn at(text: &str) -> AccountPath {
    text.parse().unwrap()
}

fn new(account: &str, level: Option<Level>) -> NewAccount {
    NewAccount {
        account: at(account),
        level,
        secret: None,
        quota: Quota::default(),
        comment: Default::default(),
        about: About::default(),
        policy: [].into(),
    }
}

fn names(admin: &Admin, below: Option<&str>) -> Vec<String> {
    let query = ListQuery { account: below.map(str::to_owned), ..ListQuery::default() };
    admin.rows::<Account>(&query).map(|account| account.unwrap().account).collect()
}

/// What the root organisation of a fresh server is called.
fn root(admin: &Admin) -> String {
    names(admin, None).remove(0)
}

#[test]
fn a_tree_is_made_listed_moved_and_taken_down_acc_1_acc_2_acc_3_run_12() {
    let (server, admin) = TestServer::claimed();
    let root = root(&admin);
    let full = |rest: &str| format!("{root}>{rest}");
    for (account, level) in [
        ("Acme", Some(Level::EndCustomer)),
        ("Acme>North", Some(Level::Site)),
        ("Acme>North>lab>pc-1", None),
        ("Zoo", Some(Level::EndCustomer)),
    ] {
        assert_eq!(admin.add_account(&new(&full(account), level)).unwrap().account, full(account));
    }
    let below = |of: &str| names(&admin, Some(&full(of)));
    assert_eq!(below("acme"), ["Acme", "Acme>North", "Acme>North>lab>pc-1"].map(full), "`lab` is no account");
    assert_eq!(admin.account(&at(&full("ACME > north>lab>PC-1"))).unwrap().state, AccountState::Active);
    assert_eq!(admin.account(&at(&full("Acme>North>lab"))).unwrap_err().code(), Code::NotFound);
    // Its place and its name change, what is below it goes along, and whoever read it before notices.
    let stale = admin.account(&at(&full("Acme>North"))).unwrap();
    assert_eq!((stale.accounts, stale.level), (1, Some(Level::Site)));
    let moved = AccountPatch { parent: Some(at(&full("Zoo"))), name: Some(name("South")), ..AccountPatch::default() };
    assert_eq!(admin.modify_account(&at(&full("Acme>North")), &moved).unwrap().account, full("Zoo>South"));
    assert_eq!(below("Zoo"), ["Zoo", "Zoo>South", "Zoo>South>lab>pc-1"].map(full));
    // An organisation goes when it is free; what is below it has to be gone, not only about to go.
    for (accounts, code) in [(&["Zoo"][..], Code::InUse), (&["Acme", "Nobody"], Code::NotFound)] {
        let accounts = accounts.iter().map(|account| at(&full(account))).collect();
        assert_eq!(admin.act_on_accounts(accounts, LifeAct::Delete).unwrap_err().code(), code);
    }
    admin.act_on_accounts(vec![at(&full("Acme"))], LifeAct::Delete).unwrap();
    assert_eq!(below("Acme"), [""; 0]);
    // It is all there after a restart, and in the audit log.
    let audit = admin.audit(0, 1_000).unwrap().items;
    let told = |act: &str| audit.iter().filter(|entry| entry.entry.act == act && entry.entry.outcome == "ok").count();
    assert_eq!((told("account.create"), told("account.modify"), told("account.delete")), (4, 1, 1));
    let before = names(&admin, None);
    let server = TestServer::restart(server.stop());
    assert_eq!(names(&server.admin(), None), before);
}

#[test]
fn what_an_account_was_called_before_it_was_moved_here_is_told_to_nobody_here_acc_4_run_12() {
    let (server, admin) = TestServer::claimed();
    let root = root(&admin);
    let full = |name: &str| format!("{root}>{name}");
    for account in ["Acme", "Beta", "Acme>Mv", "Acme>Mv>lab"] {
        admin.add_account(&new(&full(account), Some(Level::EndCustomer))).unwrap();
    }
    let roles = RoleSet::NONE.with(Role::Superuser);
    for (who, account) in [("ann", "Acme"), ("bob", "Beta"), ("mae", "Acme>Mv")] {
        admin.add_user(&NewUser { account: Some(at(&full(account))), roles, ..user(who) }).unwrap();
    }
    let login = |who: &str| {
        let mut other = server.anybody();
        other.login(who, &Secret::new(PASSWORD)).unwrap();
        other
    };
    let quota = AccountPatch { quota: Some(Quota { hard: Some(5), soft: None }), ..AccountPatch::default() };
    for (who, account) in [("ann", "Acme>Mv"), ("mae", "Acme>Mv>lab")] {
        login(who).modify_account(&at(&full(account)), &quota).unwrap();
    }
    let moved = AccountPatch { parent: Some(at(&full("Beta"))), ..AccountPatch::default() };
    admin.modify_account(&at(&full("Acme>Mv")), &moved).unwrap();
    let bob = login("bob");
    let told = bob.audit_log(&AuditQuery { limit: Some(500), ..AuditQuery::default() }).unwrap().items;
    assert!(told.iter().any(|entry| entry.entry.object == "Mv") && told.iter().any(|entry| entry.entry.object == "lab"));
    assert!(!format!("{told:?}").contains("Acme"), "{told:?}");
    let asked = |admin: &Admin, account: &str| {
        let object = Some(full(account));
        admin.audit_log(&AuditQuery { object, ..AuditQuery::default() }).unwrap().items.len()
    };
    assert_eq!((asked(&bob, "Acme>Mv"), asked(&bob, "Acme>Nobody"), asked(&admin, "Acme>Mv")), (0, 0, 3));
    assert!(!asked(&bob, "Beta").eq(&0), "of its own account it reads by its full name");
}

#[test]
fn a_list_is_a_file_too_and_what_a_setting_comes_to_says_where_it_is_from_acc_9_con_1() {
    let (_server, admin) = TestServer::claimed();
    let root = root(&admin);
    let setting = |mode, value: &str| Setting { mode, value: Some(value.to_owned()) };
    let acme = NewAccount {
        quota: Quota { hard: Some(500_000_000_000), soft: Some(400_000_000_000) },
        policy: [("start".to_owned(), setting(Mode::Forced, "03:00")), ("keep".to_owned(), setting(Mode::Default, "30d"))].into(),
        ..new(&format!("{root}>Acme"), Some(Level::EndCustomer))
    };
    admin.add_account(&acme).unwrap();
    let pc = NewAccount {
        policy: [("start".to_owned(), setting(Mode::Default, "12:00")), ("keep".to_owned(), setting(Mode::Default, "7d"))].into(),
        ..new(&format!("{root}>Acme>pc"), None)
    };
    admin.add_account(&pc).unwrap();
    let effective = admin.account_policy(&pc.account).unwrap();
    let told: Vec<_> =
        effective.iter().map(|setting| (setting.name.as_str(), setting.value.as_deref(), setting.origin.clone())).collect();
    let (acme, pc) = (acme.account.to_string(), pc.account.to_string());
    assert_eq!(told, [("keep", Some("7d"), Some(pc.clone())), ("start", Some("03:00"), Some(acme.clone()))]);
    let mut file = Vec::new();
    admin.export::<Account>(&ListQuery::default(), &mut file, &mut |_| {}).unwrap();
    let file = String::from_utf8(file).unwrap();
    let head = "account,level,state,deletion,quota,warning,stored,reserved,comment,accounts,users,devices\r\n";
    assert!(file.starts_with(head), "{file}");
    assert!(file.contains(&format!("{acme},end_customer,active,,500000000000,400000000000,0,0,,1,0,0\r\n")), "{file}");
}

#[test]
fn a_disabled_account_backs_nothing_up_and_a_deletion_waits_for_the_morning_and_can_be_cancelled_acc_6_acc_8() {
    let clock = Arc::new(ManualClock::at(Timestamp::from_rfc3339("2026-11-22T10:00:00Z").unwrap().0));
    let server = TestServer::start(Arc::new(tempfile::tempdir().unwrap()), 0, Arc::clone(&clock) as _, &[]);
    let admin = server.claim();
    let root = root(&admin);
    let pc = at(&format!("{root}>pc"));
    let state = || admin.account(&pc).map(|account| (account.state, account.deletion));
    let act = |act| admin.act_on_accounts(vec![pc.clone()], act);
    admin.add_account(&new(&pc.to_string(), None)).unwrap();
    act(LifeAct::Disable).unwrap();
    assert_eq!(state().unwrap(), (AccountState::Disabled, None));
    act(LifeAct::Delete).unwrap();
    let morning = Timestamp::from_rfc3339("2026-11-23T06:00:00Z").unwrap().0;
    assert_eq!(state().unwrap(), (AccountState::DeletionPending, Some(morning)));
    assert_eq!(act(LifeAct::Enable).unwrap_err().code(), Code::DeniedAccountDeletion);
    act(LifeAct::Keep).unwrap();
    assert_eq!(state().unwrap(), (AccountState::Disabled, None), "it stands as it stood");
    act(LifeAct::Delete).unwrap();
    // Nothing happens before its hour; then the server does it by itself, whatever else it was at.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let duties = || runtime.block_on(async { server.service().do_duties().await });
    clock.advance(20 * HOUR - 1);
    duties();
    let admin = server.admin();
    assert_eq!(admin.account(&pc).unwrap().state, AccountState::DeletionPending);
    clock.advance(1);
    duties();
    assert_eq!(admin.account(&pc).unwrap_err().code(), Code::NotFound);
    let entries = admin.audit(0, 1_000).unwrap().items;
    let dropped = entries.iter().find(|entry| entry.entry.act == "account.drop").unwrap();
    assert_eq!((dropped.entry.actor.as_str(), dropped.entry.object.as_str()), ("system", pc.to_string().as_str()));
}

#[test]
fn every_odd_path_level_quota_and_act_has_its_documented_error_and_changes_nothing_err_1_acc_1() {
    let (server, admin) = TestServer::claimed();
    let root = root(&admin);
    let raw = Raw::of(&server);
    let console = log_in(&raw, "admin", ADMIN_PASSWORD);
    admin.add_account(&new(&format!("{root}>site"), Some(Level::Site))).unwrap();
    let revision = || server.service().facts().revision();
    let before = revision();
    let deep = vec!["a"; 33].join(">");
    let long = "x".repeat(65);
    let post: [(&str, String, Code); 25] = [
        (path::ACCOUNTS, r#"{"account":""}"#.into(), Code::MalformedRequest),
        (path::ACCOUNTS, r#"{"account":">"}"#.into(), Code::MalformedRequest),
        (path::ACCOUNTS, r#"{"account":"a>"}"#.into(), Code::MalformedRequest),
        (path::ACCOUNTS, r#"{"account":">a"}"#.into(), Code::MalformedRequest),
        (path::ACCOUNTS, r#"{"account":"a>>b"}"#.into(), Code::MalformedRequest),
        (path::ACCOUNTS, r#"{"account":"a>\u0007>b"}"#.into(), Code::MalformedRequest),
        (path::ACCOUNTS, r#"{"account":"a>\u202eb"}"#.into(), Code::MalformedRequest),
        (path::ACCOUNTS, format!(r#"{{"account":"{deep}"}}"#), Code::MalformedRequest),
        (path::ACCOUNTS, format!(r#"{{"account":"{long}"}}"#), Code::MalformedRequest),
        (path::ACCOUNTS, r#"{"account":7}"#.into(), Code::MalformedRequest),
        (path::ACCOUNTS, r#"{"account":"a","id":1}"#.into(), Code::MalformedRequest),
        (path::ACCOUNTS, r#"{"account":"a","level":"king"}"#.into(), Code::MalformedRequest),
        (path::ACCOUNTS, r#"{"account":"a","quota":{"hard":-1}}"#.into(), Code::MalformedRequest),
        (path::ACCOUNTS, r#"{"account":"a","quota":{"hard":18446744073709551616}}"#.into(), Code::MalformedRequest),
        (path::ACCOUNTS, r#"{"account":"a","quota":{"hard":18446744073709551615}}"#.into(), Code::InvalidArgument),
        (path::ACCOUNTS, r#"{"account":"a","quota":{"hard":1,"soft":2}}"#.into(), Code::InvalidArgument),
        (path::ACCOUNTS, r#"{"account":"a","policy":{"":{"mode":"forced","value":"1"}}}"#.into(), Code::InvalidArgument),
        (path::ACCOUNTS, r#"{"account":"a","policy":{"x":{"mode":"maybe"}}}"#.into(), Code::MalformedRequest),
        (
            path::ACCOUNTS,
            r#"{"account":"a","about":{"branding":{"name":"x","colours":{"a":"red"}}}}"#.into(),
            Code::MalformedRequest,
        ),
        (path::ACCOUNTS, format!(r#"{{"account":"{root}"}}"#), Code::NameTaken),
        (path::ACCOUNTS, format!(r#"{{"account":"{root}>site>x","level":"reseller"}}"#), Code::InvalidAccount),
        (path::ACCOUNTS, format!(r#"{{"account":"{root}>x","level":"distributor"}}"#), Code::InvalidAccount),
        (path::ACCOUNT_ACTS, r#"{"accounts":[],"act":"disable"}"#.into(), Code::InvalidArgument),
        (path::ACCOUNT_ACTS, format!(r#"{{"accounts":["{root}"],"act":"disable"}}"#), Code::BuiltIn),
        (path::ACCOUNT_ACTS, r#"{"accounts":["nobody"],"act":"explode"}"#.into(), Code::MalformedRequest),
    ];
    for (path, content, code) in &post {
        let answer = raw.ask(&request("POST", path, Some(&console), Some(content))).unwrap();
        assert_eq!(answer.code(), Some(*code), "{content}: {}", String::from_utf8_lossy(&answer.body));
    }
    let site = format!("{}/{}", path::ACCOUNTS, format!("{root}>site").replace('>', "%3E"));
    for (method, path, content, code) in [
        ("PATCH", site.clone(), format!(r#"{{"parent":"{root}>site"}}"#), Code::InvalidAccount),
        ("PATCH", site.clone(), r#"{"parent":"nobody"}"#.to_owned(), Code::NotFound),
        ("PATCH", site.clone(), r#"{"name":"a>b"}"#.to_owned(), Code::MalformedRequest),
        ("PATCH", site.clone(), r#"{"level":"distributor"}"#.to_owned(), Code::InvalidAccount),
        ("PATCH", site.clone(), r#"{"standing":"deletion_pending"}"#.to_owned(), Code::MalformedRequest),
        ("GET", format!("{}/%3E", path::ACCOUNTS), String::new(), Code::NotFound),
        ("GET", format!("{}/nobody", path::ACCOUNTS), String::new(), Code::NotFound),
        ("GET", format!("{}/site", path::ACCOUNTS), String::new(), Code::NotFound),
        ("GET", format!("{}/nobody/policy", path::ACCOUNTS), String::new(), Code::NotFound),
        ("GET", format!("{}?account=x&group=y", path::ACCOUNTS), String::new(), Code::InvalidQuery),
        ("DELETE", site.clone(), String::new(), Code::NoSuchRoute),
    ] {
        let content = Some(content.as_str()).filter(|content| !content.is_empty());
        let answer = raw.ask(&request(method, &path, Some(&console), content)).unwrap();
        assert_eq!(answer.code(), Some(code), "{method} {path} {content:?}: {}", String::from_utf8_lossy(&answer.body));
    }
    assert_eq!(revision(), before);
    let listed: Value = raw.ask(&request("GET", path::ACCOUNTS, Some(&console), None)).unwrap().json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
}

#[test]
fn a_device_says_what_it_stores_and_no_run_reserves_more_than_every_quota_above_leaves_acc_5_dec_3() {
    let (server, admin) = TestServer::claimed();
    let root = root(&admin);
    let (acme, raw) = (format!("{root}>Acme"), Raw::of(&server));
    let quota = |hard| AccountPatch { quota: Some(Quota { hard: Some(hard), soft: None }), ..AccountPatch::default() };
    admin.add_account(&new(&acme, Some(Level::EndCustomer))).unwrap();
    admin.modify_account(&at(&acme), &quota(100)).unwrap();
    let ann = NewUser { account: Some(at(&acme)), ..user("ann") };
    assert_eq!(admin.add_user(&ann).unwrap().account, acme);
    let token = log_in_device(&raw, "ann", INSTALLATION);
    let post = |path: &str, content: &str| raw.ask(&request("POST", path, Some(&token), Some(content))).unwrap();
    let said = |number: u64, bytes: u64| post(path::STORED, &format!(r#"{{"number":{number},"bytes":{bytes}}}"#)).status;
    let wants = |run: u8, bytes: u64| post(path::RESERVATIONS, &format!(r#"{{"run":"{run:032x}","bytes":{bytes}}}"#));
    let filled = |account: &str| {
        let shown = admin.account(&at(account)).unwrap();
        (shown.stored, shown.reserved)
    };
    assert_eq!((said(2, 70), said(1, 99)), (204, 204), "an older word is taken by nobody");
    assert_eq!((filled(&acme), filled(&root)), ((70, 0), (70, 0)));
    let refused = wants(1, 31);
    assert_eq!((refused.status, refused.code()), (403, Some(Code::DeniedQuota)));
    assert!(refused.json::<Value>()["detail"].as_str().unwrap().contains("30 bytes of the account's quota are left"));
    assert_eq!((wants(1, 20).status, wants(1, 20).status), (204, 204), "asked again, it has what it has");
    assert_eq!(filled(&acme), (70, 20));
    // What decides above is told without its name and its figure.
    admin.modify_account(&at(&root), &quota(95)).unwrap();
    let told = wants(2, 6).json::<Value>()["detail"].as_str().unwrap().to_owned();
    assert!(told.contains("set above your account") && !told.contains('5') && !told.contains(&root), "{told}");
    for (path, content) in [
        (path::STORED, r#"{"number":3,"bytes":18446744073709551615}"#),
        (path::STORED, r#"{"number":18446744073709551615,"bytes":1}"#),
        (path::RESERVATIONS, r#"{"run":"00000000000000000000000000000009","bytes":9223372036854775807}"#),
    ] {
        assert_eq!(post(path, content).code(), Some(Code::InvalidArgument), "{content}");
    }
    for (path, content) in [
        (path::STORED, r#"{"number":3,"bytes":-1}"#),
        (path::STORED, r#"{"bytes":1}"#),
        (path::RESERVATIONS, r#"{"run":"9","bytes":1}"#),
    ] {
        assert_eq!(post(path, content).code(), Some(Code::MalformedRequest), "{content}");
    }
    // With the device goes what it stored.
    let device: InstallationId = INSTALLATION.parse().unwrap();
    admin.remove_device(&device).unwrap();
    assert_eq!((filled(&acme), filled(&root)), ((0, 0), (0, 0)));
}

fn user(user: &str) -> NewUser {
    NewUser {
        name: name(user),
        account: None,
        description: Default::default(),
        password: Secret::new(PASSWORD),
        roles: Default::default(),
        security_profile: None,
        groups: vec![],
        new_groups: vec![],
    }
}

#[test]
fn a_client_keeps_to_every_quota_above_it_online_and_away_and_reads_what_is_handed_down_acc_5_acc_9_off_1_dec_3() {
    let (server, admin) = TestServer::claimed();
    let root = root(&admin);
    let acme = format!("{root}>Acme");
    let handed = |name: &str, mode, value: &str| {
        let setting = Setting { mode, value: Some(value.to_owned()) };
        AccountPatch { policy: Some([(name.to_owned(), setting)].into()), ..AccountPatch::default() }
    };
    admin.add_account(&new(&acme, Some(Level::EndCustomer))).unwrap();
    admin.modify_account(&at(&root), &handed("retention", Mode::Default, "90")).unwrap();
    admin.modify_account(&at(&acme), &handed("compression", Mode::Forced, "zstd")).unwrap();
    let quota = |hard, soft| AccountPatch { quota: Some(Quota { hard, soft }), ..AccountPatch::default() };
    admin.modify_account(&at(&acme), &quota(Some(100), Some(80))).unwrap();
    admin.add_user(&NewUser { account: Some(at(&acme)), ..user("ann") }).unwrap();
    let filled = |admin: &Admin| {
        let shown = admin.account(&at(&acme)).unwrap();
        (shown.stored, shown.reserved)
    };
    let directory = tempfile::tempdir().unwrap();
    let client = Client::open(config(directory.path())).unwrap();
    client.login(server.connection(), "ann", &Secret::new(PASSWORD)).unwrap();
    let begin = |bytes| client.begin_run_storing(local(Trigger::Schedule), bytes).map_err(|error| error.code());
    assert_eq!(client.room().unwrap().left, Some(100));
    client.report_stored(70).unwrap();
    client.sync().unwrap();
    assert_eq!((filled(&admin), client.room().unwrap().left), ((70, 0), Some(30)));
    let run = begin(20).unwrap();
    assert_eq!((filled(&admin), begin(11).unwrap_err()), ((70, 20), Code::DeniedQuota));
    run.finish(end()).unwrap();
    assert_eq!(filled(&admin), (70, 0), "with its record the run gave its room back");
    assert!(!client.room().unwrap().warns);
    client.report_stored(85).unwrap();
    client.sync().unwrap();
    client.sync().unwrap();
    assert!(client.room().unwrap().warns, "the soft quota is reached");
    // A tighter one above decides, and is known by its room alone.
    admin.modify_account(&at(&root), &quota(Some(90), None)).unwrap();
    client.sync().unwrap();
    assert_eq!((client.room().unwrap().left, begin(6).unwrap_err()), (Some(5), Code::DeniedQuota));
    for (name, value, origin) in [("compression", "zstd", Some(acme.as_str())), ("retention", "90", None)] {
        let setting = client.setting(name, None);
        assert_eq!((setting.value.as_deref(), setting.origin.as_deref()), (Some(value), origin), "{name}");
    }
    assert_eq!(client.setting("compression", Some("none")).value.as_deref(), Some("zstd"));
    assert_eq!(client.setting("retention", Some("30")).value.as_deref(), Some("30"));
    let stopped = server.stop();
    assert!(!client.sync().unwrap().online);
    let run = begin(3).unwrap();
    assert_eq!(begin(3).unwrap_err(), Code::DeniedQuota, "two of five are left");
    let restore = RunStart { restore: true, ..local(Trigger::Restore) };
    let told = client.begin_run_storing(restore, 1_000).unwrap_err().code();
    assert_eq!(told, Code::DeniedNoSecurityProfile, "a restore is asked for a right and never for room");
    run.finish(end()).unwrap();
    let server = TestServer::restart(stopped);
    server.admin().modify_account(&at(&root), &quota(None, None)).unwrap();
    client.sync().unwrap();
    assert_eq!(client.room().unwrap().left, Some(15));
}

/// The beginning of a run of a profile of the host's own.
fn local(trigger: Trigger) -> RunStart {
    let mut start = start(trigger);
    start.profile.guid = None;
    start
}
