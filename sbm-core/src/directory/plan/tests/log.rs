//! Whom the audit log tells what (RUN-12, USR-5, ACC-4).

use super::*;
use crate::account::AccountPath;
use crate::account::life::{Standing, Wish};
use crate::directory::rows::{Device, Grant, GrantedRole};
use crate::id::{DeviceId, GrantId};
use crate::permission::Ceiling;
use crate::wire::v1::admin::NewAccount;

const NORTH: AccountId = AccountId(2);
const CLIENT: AccountId = AccountId(3);
const SITE: AccountId = AccountId(4);
const SOUTH: AccountId = AccountId(5);
const OTHER: AccountId = AccountId(6);

/// Root with north and south below it, north with a client and its site; another root account; each with a superuser.
fn tree() -> Directory {
    let accounts = [
        (NORTH, Some(AccountId::ROOT), "north"),
        (CLIENT, Some(NORTH), "client"),
        (SITE, Some(CLIENT), "site"),
        (SOUTH, Some(AccountId::ROOT), "south"),
        (OTHER, None, "other"),
    ];
    let mut changes: Vec<Change> = Vec::new();
    for (id, parent, part) in accounts {
        changes.push(Change::Account(Account::new(id, parent, name(part), Kind::Organisation(Level::Reseller))));
        changes.push(Change::User(person(id.0 + 10, id, &format!("boss-{part}"), RoleSet::NONE.with(Role::Superuser))));
        changes.push(Change::User(person(id.0 + 20, id, &format!("user-{part}"), RoleSet::NONE.with(Role::Administrator))));
    }
    changes.push(Change::Device(Device {
        id: DeviceId(1),
        account: CLIENT,
        user: UserId(23),
        installation: InstallationId::from_bytes([3; 16]),
        computer: "pc".into(),
        program: "p".into(),
        enrolled: Timestamp::default(),
        stamp: 0,
    }));
    fresh().apply(2, &changes)
}

fn person(id: u32, account: AccountId, of: &str, roles: RoleSet) -> User {
    User {
        id: UserId(id),
        account,
        name: name(of),
        description: Text::default(),
        disabled: false,
        built_in: false,
        roles,
        security_profile: None,
        groups: vec![],
        stamp: 0,
    }
}

fn actor(facts: &Directory, who: &str) -> Actor {
    let user = facts.users().find(|user| user.name.as_str() == who).unwrap();
    Actor::user(user.id, "192.0.2.9".into())
}

fn log_of(facts: &Directory, who: &str) -> Result<Log, Code> {
    reads_log(facts, &actor(facts, who)).map_err(|refused| refused.code)
}

#[test]
fn whoever_has_a_role_that_reads_the_log_reads_it_where_he_has_the_role_usr_5_run_12() {
    let mut facts = tree();
    assert_eq!(log_of(&facts, "admin"), Ok(Log::Whole));
    assert_eq!(log_of(&facts, "boss-north"), Ok(Log::Of(vec![NORTH])));
    assert_eq!(log_of(&facts, "boss-other"), Ok(Log::Of(vec![OTHER])));
    assert_eq!(log_of(&facts, "user-north"), Err(Code::DeniedRole));
    assert_eq!(reads_log(&facts, &Actor::system()), Ok(Log::Whole));
    // One that he was given below his own account counts there, and no further; what is below another is in it already.
    let grant = |id: u32, account| {
        let role = GrantedRole::BuiltIn(Role::Superuser);
        Change::Grant(Grant { id: GrantId(id), user: UserId(22), account, role, stamp: 0 })
    };
    facts = facts.apply(3, &[grant(1, SITE)]);
    assert_eq!(log_of(&facts, "user-north"), Ok(Log::Of(vec![SITE])));
    facts = facts.apply(4, &[grant(2, CLIENT)]);
    assert_eq!(log_of(&facts, "user-north"), Ok(Log::Of(vec![CLIENT])));
    // The server itself is still its operator's.
    let told = authorise(&facts, &actor(&facts, "boss-north"), Task::Server, TaskAccess::Read);
    assert_eq!(told.map_err(|refused| refused.code), Err(Code::DeniedModule));
    // The other gates stand before it, too.
    let disabled = User { disabled: true, ..facts.user(UserId(12)).unwrap().clone() };
    assert_eq!(log_of(&facts.apply(5, &[Change::User(disabled)]), "boss-north"), Err(Code::UserDisabled));
    let most = Ceiling::NONE.with(Task::Users, TaskAccess::Write);
    let by_token = Actor { limit: Some(Limit { most, below: None }), ..actor(&facts, "boss-north") };
    assert_eq!(reads_log(&facts, &by_token).map_err(|refused| refused.code), Err(Code::DeniedToken));
}

fn path(text: &str) -> AccountPath {
    text.parse().unwrap()
}

#[test]
fn an_entry_is_about_the_account_of_what_was_done_something_to_run_12_acc_4() {
    let facts = tree();
    let describe = |user: &str| Command::ModifyUser {
        name: user.into(),
        patch: UserPatch { description: Some(Text::new("d").unwrap()), ..UserPatch::default() },
        phc: None,
    };
    let new = |account: Option<&str>| NewUser {
        name: name("fresh"),
        account: account.map(path),
        description: Text::default(),
        roles: RoleSet::NONE,
        security_profile: None,
        groups: vec![],
        new_groups: vec![],
    };
    let create = |account| Command::CreateUser { user: new(account), phc: Zeroizing::new("phc".into()) };
    let account = NewAccount {
        account: path("root>north>client>fresh"),
        level: None,
        secret: None,
        quota: crate::account::Quota::default(),
        comment: Text::default(),
        about: crate::account::About::default(),
        policy: [].into(),
    };
    let disable = |accounts: &[&str]| Command::LiveAccounts {
        accounts: accounts.iter().map(|account| path(account)).collect(),
        wish: Wish::Stand(Standing::Disabled),
    };
    for (who, command, about) in [
        ("boss-north", describe("user-client"), vec![CLIENT]),
        ("boss-north", describe("root>north>client>site>user-site"), vec![SITE]),
        ("boss-client", describe("user-client"), vec![]),
        ("admin", create(Some("root>north")), vec![NORTH]),
        ("admin", create(Some("other")), vec![OTHER]),
        ("admin", create(None), vec![]),
        ("boss-north", Command::CreateAccount(account), vec![AccountId(7)]),
        ("boss-north", disable(&["root>north>client", "root>north>client>site"]), vec![CLIENT, SITE]),
        ("boss-north", Command::RemoveDevice { installation: InstallationId::from_bytes([3; 16]), account: None }, vec![CLIENT]),
    ] {
        let planned = plan(&facts, &actor(&facts, who), &command, Timestamp::from_millis(5)).unwrap();
        assert_eq!(planned.audit.about, about, "{who} {command:?}");
    }
}

fn made_by(facts: &Directory, who: &str, object: &str) -> Entry {
    entry(facts, &actor(facts, who), "user.modify", object, Code::Ok, "into `Finance`".into(), Timestamp::from_millis(5))
}

#[test]
fn who_did_something_from_outside_is_somebody_above_and_what_it_names_besides_is_not_told_run_12_acc_4_dec_3() {
    let facts = tree();
    let log = Log::Of(vec![CLIENT]);
    let own = made_by(&facts, "boss-site", "user-site");
    assert_eq!(log.tells(&facts, own.clone(), true), own);
    let above = made_by(&facts, "boss-north", "user-client");
    // Also where he does it by a role that he was given at the account, which the entry belongs to then.
    for is_of_here in [false, true] {
        let told = log.tells(&facts, above.clone(), is_of_here);
        let known = (told.actor.as_str(), told.address.as_str(), told.object.as_str(), told.detail.as_str());
        assert_eq!(known, ("somebody above", "", "user-client", ""));
        assert_eq!((told.at, told.act, told.outcome), (above.at, above.act.clone(), above.outcome.clone()));
    }
    assert_eq!(Log::Whole.tells(&facts, above.clone(), false), above);
    assert_eq!(Log::Of(vec![NORTH]).tells(&facts, above.clone(), true), above);
    // What an account was called elsewhere, before it was moved here, is not told, whoever did it.
    let moved = Entry { object: "root>south>client>pc-1".into(), detail: "now `root>south>x`".into(), ..own.clone() };
    let told = log.tells(&facts, moved.clone(), true);
    assert_eq!((told.actor.as_str(), told.object.as_str(), told.detail.as_str()), ("boss-site", "pc-1", ""));
    let stayed = Entry { object: "Root>north>CLIENT>pc-1".into(), detail: "now `root>north>client>x`".into(), ..own };
    assert_eq!(log.tells(&facts, stayed.clone(), true), stayed);
    assert!(!log.may_ask_for(&facts, &moved.object) && log.may_ask_for(&facts, &stayed.object) && log.may_ask_for(&facts, "x"));
    assert_eq!(Log::Whole.tells(&facts, moved.clone(), false), moved);
    // Of several accounts it is not said how many.
    let several = Entry { act: "account.disable".into(), object: "12 accounts".into(), ..above };
    assert_eq!(log.tells(&facts, several, false).object, "");
    // The server itself is nobody's secret, nor is where a stranger tried a login; unless somebody there is called like it.
    let tried = Actor { address: "203.0.113.7".into(), ..Actor::system() };
    let tried = entry(&facts, &tried, "session.login", "bert", Code::WrongCredentials, "x".into(), Timestamp::from_millis(5));
    let told = log.tells(&facts, tried.clone(), false);
    assert_eq!((told.actor.as_str(), told.address.as_str(), told.detail.as_str()), ("system", "203.0.113.7", ""));
    let facts = facts.apply(3, &[Change::User(person(40, NORTH, "System", RoleSet::NONE))]);
    assert_eq!(log.tells(&facts, tried, false).actor, "somebody above");
    // Whom one may not be told of cannot be asked for either.
    assert!(log.may_name(&facts, "boss-site") && !log.may_name(&facts, "BOSS-north") && log.may_name(&facts, "never"));
}
