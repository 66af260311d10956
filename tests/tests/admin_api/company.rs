//! Branding, communications, agents and the way to another login, over real TLS (ACC-3, ACC-10, ACC-4, DEV-1, DEV-2, RUN-12).

use sbm_client::admin::{Admin, WhichDevice};
use sbm_client::core::account::branding::{Branding, Image};
use sbm_client::core::account::{About, AccountPath};
use sbm_client::core::cache::List;
use sbm_client::core::code::Code;
use sbm_client::core::id::{Hash, InstallationId};
use sbm_client::core::name::Text;
use sbm_client::core::time::Timestamp;
use sbm_client::core::wire::v1::admin::{
    AccountPatch, AgentAccount, AgentAssignment, AgentDevice, Communication, CommunicationKind, CommunicationPatch, Device,
    ListQuery, NewAgent, NewCommunication, NewImage,
};
use sbm_client::core::wire::v1::path;
use sbm_client::core::wire::v1::session::Secret;
use sbm_tests::fixture::{PASSWORD, name};
use sbm_tests::stronghold::Stronghold;
use serde_json::{Value, json};

const CHECK_IN: &str = r#"{"number":{"epoch":0,"revision":0}}"#;

fn at(text: &str) -> AccountPath {
    text.parse().unwrap()
}

fn make(hold: &Stronghold, account: &str, level: Option<&str>) {
    let new = json!({ "account": account, "level": level }).to_string();
    assert_eq!(hold.ask("POST", path::ACCOUNTS, Some(&hold.console), Some(&new)).status, 201, "{account}");
}

fn png(rest: &str) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10".as_slice(), rest.as_bytes()].concat()
}

fn branded(admin: &Admin, account: &str, branding: Option<Branding>) -> Result<(), Code> {
    let about = Some(About { branding, ..About::default() });
    let patch = AccountPatch { about, ..AccountPatch::default() };
    admin.modify_account(&at(account), &patch).map(drop).map_err(|error| error.code())
}

#[test]
fn a_branding_comes_from_the_nearest_account_with_its_images_and_reaches_devices_acc_3() {
    let hold = Stronghold::new();
    make(&hold, "root>Acme", Some("end_customer"));
    make(&hold, "root>Acme>pc-1", None);
    let logo = |content: &[u8]| NewImage { icon: None, content: content.to_vec() };
    assert_eq!(hold.admin.put_image(&at("root"), &logo(&png("one"))).unwrap_err().code(), Code::InvalidArgument);
    branded(&hold.admin, "root", Some(Branding::new(name("House")))).unwrap();
    for odd in [b"<svg xmlns='http://www.w3.org/2000/svg'/>".as_slice(), b"GIF89a", b""] {
        assert_eq!(hold.admin.put_image(&at("root"), &logo(odd)).unwrap_err().code(), Code::InvalidArgument);
    }
    hold.admin.put_image(&at("root"), &logo(&png("one"))).unwrap();
    let seen = hold.admin.account_branding(&at("root>Acme>pc-1")).unwrap();
    assert_eq!((seen.origin.as_deref(), seen.branding.as_ref().unwrap().name.as_str()), (Some("root"), "House"));
    let hash = Hash::of(&png("one"));
    let mut content = Vec::new();
    hold.admin.image(&at("root>Acme>pc-1"), &hash, &mut content).unwrap();
    assert_eq!(content, png("one"));
    let image = hold.ask("GET", &format!("{}/root/images/{hash}", path::ACCOUNTS), Some(&hold.console), None);
    for line in
        ["content-type: image/png", "x-content-type-options: nosniff", "content-security-policy: default-src 'none'; sandbox"]
    {
        assert!(image.head.to_lowercase().contains(line), "{line}: {}", image.head);
    }
    // A device of the root organisation is told of it, and fetches the image by its hash.
    let told: Value = hold.ask("POST", path::CHECK_IN, Some(&hold.device), Some(CHECK_IN)).json();
    let list: List = serde_json::from_str(told["list"].as_str().unwrap()).unwrap();
    let branding = list.branding.unwrap();
    assert_eq!((branding.name.as_str(), branding.logo.clone()), ("House", Some(Image::of(&png("one")).unwrap())));
    let fetched = hold.ask("GET", &format!("{}/{hash}", path::BODIES), Some(&hold.device), None);
    assert_eq!((fetched.status, fetched.body), (200, png("one")));
    // The nearer one counts as a whole, and what it does not name is not there.
    branded(&hold.admin, "root>Acme", Some(Branding::new(name("Acme Backup")))).unwrap();
    let seen = hold.admin.account_branding(&at("root>Acme>pc-1")).unwrap();
    assert_eq!((seen.origin.as_deref(), seen.branding.unwrap().logo), (Some("root>Acme"), None));
    assert_eq!(hold.admin.image(&at("root>Acme>pc-1"), &hash, &mut Vec::new()).unwrap_err().code(), Code::NotFound);
    // Nobody names an image that was not put there.
    let foreign = Branding { logo: branding.logo, ..Branding::new(name("Acme Backup")) };
    assert_eq!(branded(&hold.admin, "root>Acme", Some(foreign)), Err(Code::InvalidArgument));
    // Taken out of the branding it is gone, for devices too.
    branded(&hold.admin, "root", Some(Branding::new(name("House")))).unwrap();
    let fetched = hold.ask("GET", &format!("{}/{hash}", path::BODIES), Some(&hold.device), None);
    assert_eq!(fetched.code(), Some(Code::NotFound));
    assert_eq!(hold.audited("account.image", "ok"), 1);
}

#[test]
fn what_was_said_is_written_down_changed_listed_and_goes_along_with_its_account_acc_3_run_12() {
    let hold = Stronghold::new();
    make(&hold, "root>Acme", Some("end_customer"));
    make(&hold, "root>Zoo", Some("end_customer"));
    make(&hold, "root>Acme>pc-1", None);
    let new = |account: &str, planned: bool, moment: i64| NewCommunication {
        account: at(account),
        kind: CommunicationKind::Meeting,
        at: Timestamp::from_millis(moment),
        planned,
        with: Text::new("Ann").unwrap(),
        text: Text::new("two more machines").unwrap(),
    };
    let planned = hold.admin.add_communication(&new("root>Acme>pc-1", true, 9_000)).unwrap();
    let past = hold.admin.add_communication(&new("root>Zoo", false, 5_000)).unwrap();
    assert_eq!((planned.author.as_str(), planned.account.as_str()), ("admin", "root>Acme>pc-1"));
    let list = |account: Option<&str>, limit: Option<u32>| -> Vec<u64> {
        let query = ListQuery { account: account.map(str::to_owned), limit, ..ListQuery::default() };
        hold.admin.rows::<Communication>(&query).map(|row| row.unwrap().id).collect()
    };
    assert_eq!(list(None, Some(1)), [planned.id, past.id], "the latest first, page by page");
    assert_eq!((list(Some("root>Acme"), None), list(Some("root>zoo"), None)), (vec![planned.id], vec![past.id]));
    let done = CommunicationPatch { planned: Some(false), text: Some(Text::new("she agreed").unwrap()), ..Default::default() };
    let changed = hold.admin.modify_communication(planned.id, &done).unwrap();
    assert_eq!((changed.planned, changed.text.as_str(), changed.with.as_str()), (false, "she agreed", "Ann"));
    let moved = AccountPatch { parent: Some(at("root>Zoo")), ..AccountPatch::default() };
    hold.admin.modify_account(&at("root>Acme>pc-1"), &moved).unwrap();
    assert_eq!((list(Some("root>Acme"), None), list(Some("root>Zoo"), None)), (vec![], vec![planned.id, past.id]));
    hold.admin.remove_communication(past.id).unwrap();
    assert_eq!(hold.admin.remove_communication(past.id).unwrap_err().code(), Code::NotFound);
    assert_eq!(hold.admin.add_communication(&new("root>nobody", false, 1)).unwrap_err().code(), Code::NotFound);
    for (act, count) in [("communication.create", 2), ("communication.modify", 1), ("communication.delete", 1)] {
        assert_eq!(hold.audited(act, "ok"), count, "{act}");
    }
}

#[test]
fn an_agent_does_in_the_accounts_that_it_serves_what_a_device_may_and_nothing_anywhere_else_acc_10_dev_2_run_12() {
    let hold = Stronghold::new();
    make(&hold, "root>Acme", Some("end_customer"));
    make(&hold, "root>Zoo", Some("end_customer"));
    let user = json!({ "name": "cloud", "password": PASSWORD, "security_profile": "AllAccess" }).to_string();
    assert_eq!(hold.ask("POST", path::USERS, Some(&hold.console), Some(&user)).status, 201);
    let assign = |account: &str, agent: &str| {
        let new = NewAgent { account: at(account), agent: agent.to_owned() };
        hold.admin.assign_agent(&new).map_err(|error| error.code())
    };
    assign("root>Acme", "cloud").unwrap();
    assert_eq!((assign("root>Acme", "dave"), assign("root>Acme", "nobody")), (Err(Code::InUse), Err(Code::NotFound)));
    let listed: Vec<AgentAssignment> = hold.admin.rows(&ListQuery::default()).map(Result::unwrap).collect();
    assert_eq!(listed, [AgentAssignment { account: "root>Acme".to_owned(), agent: "cloud".to_owned() }]);
    let mut cloud = hold.server.anybody();
    cloud.login("cloud", &Secret::new(PASSWORD)).unwrap();
    let served: Vec<String> = cloud.rows::<AgentAccount>(&ListQuery::default()).map(|row| row.unwrap().account).collect();
    assert_eq!(served, ["root>Acme"]);
    let device = |account: &str| AgentDevice {
        account: at(account),
        installation: InstallationId::from_bytes([0xCC; 16]),
        computer: "cloud-1".to_owned(),
        program: "Cloud 1.0".to_owned(),
    };
    for not in ["root>Zoo", "root", "root>nobody"] {
        assert_eq!(cloud.enrol_agent(&device(not)).unwrap_err().code(), Code::NotFound, "{not}");
    }
    assert_eq!(hold.admin.enrol_agent(&device("root>Acme")).unwrap_err().code(), Code::NotFound, "admin is no agent");
    let first = cloud.enrol_agent(&device("root>Acme")).unwrap().token;
    let check = |token: &Secret| {
        let answer = hold.ask("POST", path::CHECK_IN, Some(token.reveal()), Some(CHECK_IN));
        answer.code().map_or(Ok(answer.status), Err)
    };
    assert_eq!(check(&first), Ok(200));
    let second = cloud.enrol_agent(&device("root>Acme")).unwrap().token;
    assert_eq!((check(&first), check(&second)), (Err(Code::TokenRefused), Ok(200)), "the tokens that it had end");
    for closed in [path::USERS, path::ACCOUNTS, path::AGENT_ACCOUNTS, path::COMMUNICATIONS] {
        assert_eq!(hold.ask("GET", closed, Some(second.reveal()), None).code(), Some(Code::WrongAudience), "{closed}");
    }
    assert_eq!(cloud.account(&at("root>Acme")).unwrap_err().code(), Code::DeniedRole, "being an agent is no role");
    // In the list of devices it is one of that account, found by its program and by when it was heard of.
    let found = |query: ListQuery| hold.admin.rows::<Device>(&query).map(Result::unwrap).collect::<Vec<_>>();
    let by_program = found(ListQuery { program: Some("cloud 1".to_owned()), ..ListQuery::default() });
    assert_eq!((by_program.len(), by_program[0].account.as_deref()), (1, Some("root>Acme")));
    let seen = by_program[0].last_seen.unwrap();
    let of_acme = ListQuery { account: Some("root>Acme".to_owned()), ..ListQuery::default() };
    assert_eq!(found(ListQuery { seen_since: Some(seen), ..of_acme.clone() }).len(), 1);
    assert_eq!(found(ListQuery { seen_before: Some(seen), ..of_acme.clone() }).len(), 0);
    assert_eq!(found(ListQuery { seen_before: Some(seen.plus(1)), ..of_acme }).len(), 1);
    // Of two accounts it is meant with the account; without it nothing is done to either.
    assign("root>Zoo", "cloud").unwrap();
    cloud.enrol_agent(&device("root>Zoo")).unwrap();
    let installation = InstallationId::from_bytes([0xCC; 16]);
    let of = |account: &str| WhichDevice::new(installation, Some(&at(account)));
    assert_eq!(hold.admin.device(&installation).unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(hold.admin.remove_device(&installation).unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(hold.admin.release_device(of("root>Zoo")).unwrap_err().code(), Code::NothingToChange);
    assert_eq!(hold.admin.device(of("root>nobody")).unwrap_err().code(), Code::NotFound);
    assert_eq!(hold.admin.device(of("root>Acme")).unwrap().account.as_deref(), Some("root>Acme"));
    hold.admin.remove_device(of("root>Zoo")).unwrap();
    assert_eq!(hold.admin.device(&installation).unwrap().account.as_deref(), Some("root>Acme"), "the other one stays");
    assert_eq!(check(&second), Ok(200));
    // Who is below sees its session, and not whose it is.
    let ann = json!({ "name": "ann", "password": PASSWORD, "account": "root>Acme", "roles": ["administrator"] }).to_string();
    assert_eq!(hold.ask("POST", path::USERS, Some(&hold.console), Some(&ann)).status, 201);
    let mut ann = hold.server.anybody();
    ann.login("root>Acme>ann", &Secret::new(PASSWORD)).unwrap();
    let mut seen: Vec<_> = ann.sessions().unwrap().into_iter().map(|one| (one.user.to_string(), one.computer)).collect();
    seen.sort();
    let whose = |user: &str, computer: Option<&str>| (user.to_owned(), computer.map(str::to_owned));
    assert_eq!(seen, [whose("ann", None), whose("set above your account", Some("cloud-1"))]);
    // Assigned no more, it is out at once.
    hold.admin.unassign_agent(&at("root>Acme")).unwrap();
    assert!(matches!(check(&second), Err(Code::TokenRefused | Code::DeviceRemoved)), "{:?}", check(&second));
    assert_eq!(cloud.enrol_agent(&device("root>Acme")).unwrap_err().code(), Code::NotFound);
    assert_eq!(hold.admin.unassign_agent(&at("root>Acme")).unwrap_err().code(), Code::NotFound);
    assert_eq!((hold.audited("agent.assign", "ok"), hold.audited("agent.unassign", "ok")), (2, 1));
    assert!(hold.audited("device.enrol", "not_found") >= 1, "what it was refused is audited");
}

#[test]
fn the_way_to_another_login_is_audited_and_is_no_session_acc_10_run_12() {
    let hold = Stronghold::new();
    make(&hold, "root>Acme", Some("end_customer"));
    let login = hold.admin.open_console(&at("root>Acme")).unwrap();
    assert_eq!((login.account.as_str(), login.login.as_str()), ("root>Acme", "root>Acme>"));
    make(&hold, "root>Zoo", Some("end_customer"));
    let answer = hold.ask("POST", &format!("{}/root%3EZoo/console", path::ACCOUNTS), Some(&hold.console), None);
    assert!(!String::from_utf8_lossy(&answer.body).contains("sbm"), "no token comes with it");
    let ann = json!({ "name": "ann", "password": PASSWORD, "account": "root>Acme" }).to_string();
    assert_eq!(hold.ask("POST", path::USERS, Some(&hold.console), Some(&ann)).status, 201);
    let mut anybody = hold.server.anybody();
    assert_eq!(
        anybody.login(&format!("{}ann", login.login), &Secret::new("not the password 7")).unwrap_err().code(),
        Code::WrongCredentials
    );
    assert_eq!(anybody.login(&format!("{}ann", login.login), &Secret::new(PASSWORD)).unwrap().user.as_str(), "ann");
    assert_eq!(hold.audited("account.console", "ok"), 2, "one for each account");
    assert_eq!(hold.admin.open_console(&at("root>nobody")).unwrap_err().code(), Code::NotFound);
}
