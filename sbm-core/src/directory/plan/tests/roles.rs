//! Roles that somebody made, and roles at accounts below one's own (USR-5, USR-10, ACC-4).

use super::*;
use crate::id::GrantId;
use crate::permission::Ceiling;
use crate::wire::v1::admin::{AccountPatch, NewAccount, NewGrant, NewRole, RolePatch};

fn row(tasks: &[(Task, TaskAccess)]) -> Ceiling {
    tasks.iter().fold(Ceiling::NONE, |row, (task, access)| row.with(*task, *access))
}

pub(super) fn role(text: &str, tasks: &[(Task, TaskAccess)], account: Option<&str>) -> Command {
    let (tasks, account) = (row(tasks), account.map(|path| path.parse().unwrap()));
    Command::CreateRole(NewRole { name: name(text), description: Text::default(), tasks, account })
}

pub(super) fn give(user: &str, role: &str, account: &str) -> Command {
    Command::Grant(NewGrant { user: user.into(), role: name(role), account: account.parse().unwrap() })
}

pub(super) fn person(user: &str, account: &str, roles: &[Role]) -> Command {
    let user = NewUser {
        name: name(user),
        account: Some(account.parse().unwrap()),
        description: Text::default(),
        roles: roles.iter().copied().collect(),
        security_profile: None,
        groups: vec![],
        new_groups: vec![],
    };
    Command::CreateUser { user, phc: phc() }
}

fn described(user: &str) -> Command {
    let patch = UserPatch { description: Some(Text::new("seen").unwrap()), ..UserPatch::default() };
    Command::ModifyUser { name: user.into(), patch, phc: None }
}

/// `root>north>east` and `root>south`; `chief` administers all, `north` administers the north, somebody works everywhere,
/// and `hand` belongs to the root without any role.
pub(super) fn provider() -> World {
    let mut world = World::new();
    for path in ["root>north", "root>north>east", "root>south"] {
        let new = serde_json::from_value(serde_json::json!({"account": path, "level": "end_customer"})).unwrap();
        world.act(Command::CreateAccount(new)).unwrap();
    }
    for (user, account, roles) in [
        ("chief", "root", &[Role::Administrator][..]),
        ("hand", "root", &[]),
        ("watcher", "root", &[Role::Operator]),
        ("north", "root>north", &[Role::Administrator]),
        ("nina", "root>north", &[]),
        ("eve", "root>north>east", &[]),
        ("sam", "root>south", &[]),
    ] {
        world.act(person(user, account, roles)).unwrap();
    }
    world
}

#[test]
fn a_role_is_made_of_what_its_maker_holds_there_and_of_nothing_more_usr_5_usr_10() {
    use TaskAccess::{Read, Write};
    for (actor, tasks, account, expected) in [
        ("chief", &[(Task::Users, Write), (Task::Devices, Read)][..], None, Ok(1)),
        ("chief", &[(Task::Devices, Write)], None, Err(Code::DeniedRole)),
        ("chief", &[(Task::Users, Read)], Some("root>north"), Ok(1)),
        ("north", &[(Task::Users, Read)], None, Ok(1)),
        ("north", &[(Task::Users, Read)], Some("root>north>east"), Ok(1)),
        ("north", &[(Task::Users, Read)], Some("root"), Err(Code::NotFound)),
        ("north", &[(Task::Users, Read)], Some("root>south"), Err(Code::NotFound)),
        ("north", &[(Task::Profiles, Write)], None, Err(Code::DeniedRole)),
        ("watcher", &[(Task::Users, Read)], None, Err(Code::DeniedRole)),
        ("admin", &[(Task::Server, Write)], None, Ok(1)),
        ("admin", &[(Task::Server, Write)], Some("root>north"), Err(Code::InvalidArgument)),
        ("admin", &[(Task::Passphrases, Write)], None, Err(Code::InvalidArgument)),
        ("admin", &[], None, Err(Code::InvalidArgument)),
    ] {
        let made = provider().act_as(actor, role("Helpdesk", tasks, account));
        assert_eq!(made, expected, "{actor} {tasks:?} {account:?}");
    }
    let mut world = provider();
    assert_eq!(world.act(role("Manager", &[(Task::Users, Read)], None)), Err(Code::NameTaken), "built in, in any case");
    world.act(role("Helpdesk", &[(Task::Users, Read)], None)).unwrap();
    assert_eq!(world.act_as("north", role("helpdesk", &[(Task::Users, Read)], None)), Err(Code::NameTaken));
}

#[test]
fn who_changes_a_role_changes_all_who_have_it_so_he_holds_it_before_and_afterwards_usr_10() {
    let mut world = provider();
    world.act(role("Keeper", &[(Task::Profiles, TaskAccess::Write)], None)).unwrap();
    world.act(role("Desk", &[(Task::Users, TaskAccess::Write)], Some("root>north"))).unwrap();
    let patch = |role: &str, tasks: &[(Task, TaskAccess)]| Command::ModifyRole {
        name: role.into(),
        patch: RolePatch { tasks: Some(row(tasks)), ..RolePatch::default() },
    };
    let read = [(Task::Users, TaskAccess::Read)];
    assert_eq!(world.act_as("chief", patch("Keeper", &read)), Err(Code::DeniedRole), "he does not hold it");
    assert_eq!(world.act_as("chief", patch("Desk", &[(Task::Profiles, TaskAccess::Read)])), Err(Code::DeniedRole));
    assert_eq!(world.act_as("north", patch("Desk", &read)), Ok(1));
    assert_eq!(world.act_as("north", patch("Keeper", &read)), Err(Code::DeniedRole), "it is set above his account");
    assert_eq!(world.act_as("north", patch("administrator", &read)), Err(Code::BuiltIn));
    assert_eq!(world.act_as("north", patch("Nothing", &read)), Err(Code::NotFound));
    // One that somebody has stays.
    world.act_as("north", give("eve", "Desk", "root>north>east")).unwrap();
    let delete = || Command::DeleteRole { name: "desk".into() };
    let refused = plan(&world.0, &world.as_user("north", ""), &delete(), Timestamp::from_millis(5)).unwrap_err();
    assert_eq!((refused.code, refused.message.as_str()), (Code::InUse, "`eve` has the role `Desk`; take it away first"));
    world.act_as("north", Command::Ungrant(GrantId(1))).unwrap();
    assert_eq!(world.act_as("north", delete()), Ok(1));
}

#[test]
fn a_role_is_given_at_an_account_of_the_user_s_by_who_holds_it_there_usr_10_acc_4() {
    let mut world = provider();
    world.act(role("Desk", &[(Task::Users, TaskAccess::Read)], None)).unwrap();
    world.act(role("Local", &[(Task::Users, TaskAccess::Read)], Some("root>north"))).unwrap();
    for (actor, user, role, account, expected) in [
        ("chief", "hand", "Desk", "root>north", Ok(1)),
        ("chief", "hand", "Desk", "root", Ok(1)),
        ("chief", "hand", "operator", "root>north>east", Ok(1)),
        ("chief", "hand", "operator", "root", Err(Code::InvalidArgument)),
        ("chief", "hand", "manager", "root>north", Err(Code::DeniedRole)),
        ("chief", "hand", "admin", "root>north", Err(Code::DeniedRole)),
        ("chief", "nina", "Desk", "root>south", Err(Code::InvalidArgument)),
        ("chief", "nina", "Desk", "root", Err(Code::InvalidArgument)),
        ("chief", "hand", "Local", "root>north", Err(Code::InvalidArgument)),
        ("chief", "hand", "security_officer", "root>north", Err(Code::InvalidArgument)),
        ("north", "nina", "Desk", "root>north", Ok(1)),
        ("north", "nina", "Local", "root>north>east", Ok(1)),
        ("north", "hand", "Local", "root>north", Err(Code::NotFound)),
        ("north", "sam", "Desk", "root>south", Err(Code::NotFound)),
        ("north", "nina", "Desk", "root>south", Err(Code::NotFound)),
        ("watcher", "hand", "Desk", "root>north", Err(Code::DeniedRole)),
        ("hand", "hand", "Desk", "root>north", Err(Code::DeniedRole)),
    ] {
        let told = World(world.0.clone()).act_as(actor, give(user, role, account));
        assert_eq!(told, expected, "{actor} gives {user} {role} at {account}");
    }
    world.act_as("chief", give("hand", "Desk", "root>north")).unwrap();
    assert_eq!(world.act_as("chief", give("hand", "Desk", "root>north")), Ok(0), "he has it");
    for at in 1..crate::directory::rights::MOST_GRANTS {
        let path = format!("root>south>branch {at}");
        world.act(Command::CreateAccount(NewAccount { level: None, ..account(&path) })).unwrap();
        world.act_as("chief", give("hand", "Desk", &path)).unwrap();
    }
    assert_eq!(world.act_as("chief", give("hand", "Desk", "root>south")), Err(Code::TooMany));
}

fn account(path: &str) -> NewAccount {
    serde_json::from_value(serde_json::json!({"account": path})).unwrap()
}

#[test]
fn a_role_at_an_account_works_there_and_below_and_nowhere_else_usr_5_acc_4() {
    let mut world = provider();
    world.act(give("hand", "administrator", "root>north")).unwrap();
    for (user, expected) in [("nina", Ok(1)), ("eve", Ok(1)), ("sam", Err(Code::NotFound)), ("watcher", Err(Code::NotFound))] {
        assert_eq!(World(world.0.clone()).act_as("hand", described(user)), expected, "{user}");
    }
    // He holds it there: he gives it there, and makes new objects there.
    assert_eq!(world.act_as("hand", give("nina", "operator", "root>north>east")), Ok(1));
    assert_eq!(world.act_as("hand", person("new", "root>north", &[Role::Administrator])), Ok(2));
    assert_eq!(world.act_as("hand", person("new2", "root>south", &[])), Err(Code::NotFound));
    world.act_as("hand", Command::CreateSecurityProfile(serde_json::from_str(r#"{"name":"made"}"#).unwrap())).unwrap();
    let made = world.0.security_profile_named(AccountId::ROOT, "made").unwrap().account;
    assert_eq!(world.0.account_name(made), "root>north");
    // Of that account itself he changes no more than its own people do.
    let patch = |json| AccountPatch { ..serde_json::from_str(json).unwrap() };
    let modify = |account: &str, json| Command::ModifyAccount { account: account.parse().unwrap(), patch: patch(json) };
    assert_eq!(world.act_as("hand", modify("root>north", r#"{"quota":{"hard":5}}"#)), Err(Code::DeniedRole));
    assert_eq!(world.act_as("hand", modify("root>north>east", r#"{"quota":{"hard":5}}"#)), Ok(1));
    assert_eq!(world.act_as("hand", Command::CreateAccount(account("root>south>new"))), Err(Code::NotFound));
    assert_eq!(world.act_as("hand", Command::CreateAccount(account("root>north>new"))), Ok(1));
    // What he may do at two accounts he does at each; what could be meant for either is not guessed.
    world.act(give("hand", "administrator", "root>south")).unwrap();
    assert_eq!(world.act_as("hand", described("sam")), Ok(1));
    assert_eq!(world.act_as("hand", described("watcher")), Err(Code::NotFound));
    assert_eq!(world.act_as("hand", Command::CreateAccount(account("root>new"))), Err(Code::NotFound));
    let group = || Command::CreateGroup(NewGroup::new(name("whose")));
    assert_eq!(world.act_as("hand", group()), Err(Code::InvalidAccount));
    // The server itself is above all that.
    world.act(give("hand", "admin", "root>north")).unwrap();
    let actor = world.as_user("hand", "");
    let told = authorise(&world.0, &actor, Task::Server, TaskAccess::Read).map_err(|refused| refused.code);
    assert_eq!(told, Err(Code::DeniedRole));
}

#[test]
fn what_one_may_look_at_and_not_change_is_said_to_be_just_that_usr_5() {
    let mut world = provider();
    world.act(give("watcher", "administrator", "root>north")).unwrap();
    assert_eq!(world.act_as("watcher", described("eve")), Ok(1));
    assert_eq!(world.act_as("watcher", described("sam")), Err(Code::DeniedRole), "he sees him");
    assert_eq!(world.act_as("watcher", described("nobody")), Err(Code::NotFound));
}

#[test]
fn who_holds_more_somewhere_is_touched_by_nobody_who_does_not_usr_10() {
    let mut world = provider();
    world.act(person("helper", "root>north", &[])).unwrap();
    world.act(give("helper", "manager", "root>north>east")).unwrap();
    for command in [described("helper"), Command::DeleteUser { name: "helper".into() }, Command::Ungrant(GrantId(1))] {
        assert_eq!(World(world.0.clone()).act_as("north", command.clone()), Err(Code::DeniedRole), "{command:?}");
        assert!(World(world.0.clone()).act(command.clone()).is_ok(), "{command:?}");
    }
    assert_eq!(world.act_as("north", Command::Ungrant(GrantId(7))), Err(Code::NotFound));
    // With the user, and with the account, the role there goes.
    world.act(Command::DeleteUser { name: "helper".into() }).unwrap();
    assert_eq!(world.0.grants().count(), 0);
    world.act(give("hand", "operator", "root>south")).unwrap();
    world.act(Command::DeleteUser { name: "sam".into() }).unwrap();
    let wish = crate::account::life::Wish::Delete(Timestamp::from_millis(crate::time::DAY.unsigned_abs() as i64 * 2));
    world.act(Command::LiveAccounts { accounts: vec!["root>south".parse().unwrap()], wish }).unwrap();
    assert_eq!(world.0.grants().count(), 0, "{:?}", world.0.grants().collect::<Vec<_>>());
}

#[test]
fn an_account_that_is_moved_away_takes_nobody_s_role_along_usr_10_acc_4() {
    let mut world = provider();
    world.act(give("nina", "operator", "root>north>east")).unwrap();
    let may = |world: &World| {
        let user = world.0.user_named(AccountId::ROOT, "nina").unwrap();
        world.0.may_somewhere(user, Task::Users, TaskAccess::Read)
    };
    assert!(may(&world));
    let patch: AccountPatch = serde_json::from_str(r#"{"parent":"root>south"}"#).unwrap();
    world.act(Command::ModifyAccount { account: "root>north>east".parse().unwrap(), patch }).unwrap();
    assert!(!may(&world));
}

#[test]
fn who_can_do_what_where_and_why_is_told_both_ways_round_dec_3_usr_5() {
    let mut world = provider();
    world.act(role("Desk", &[(Task::Devices, TaskAccess::Read)], None)).unwrap();
    world.act(give("hand", "Desk", "root>north")).unwrap();
    world.act(give("nina", "Desk", "root>north>east")).unwrap();
    let east = world.0.account_named(&"root>north>east".parse().unwrap()).unwrap().id;
    let told = |world: &World, asker: &str, access| {
        let sees = world.0.seen_for(&world.as_user(asker, ""), Task::Users, TaskAccess::Read);
        let able = sees.able(Task::Devices, access, east);
        let because = |able: &crate::directory::who::Able<'_>| {
            let why = able.because.iter().map(|entry| format!("{}@{}", entry.role.name(), world.0.account_name(entry.account)));
            format!("{}: {}", able.user.name, why.collect::<Vec<_>>().join(" "))
        };
        (able.seen.iter().map(because).collect::<Vec<_>>(), able.above)
    };
    let (seen, above) = told(&world, "admin", TaskAccess::Read);
    assert_eq!(
        seen,
        [
            "admin: admin@root",
            "chief: administrator@root",
            "hand: Desk@root>north",
            "nina: Desk@root>north>east",
            "north: administrator@root>north",
            "watcher: operator@root",
        ]
    );
    assert!(!above);
    let (seen, above) = told(&world, "north", TaskAccess::Read);
    assert_eq!(seen, ["nina: Desk@root>north>east", "north: administrator@root>north"]);
    assert!(above, "others are, without a name or a figure");
    assert_eq!(told(&world, "admin", TaskAccess::Write), (vec!["admin: admin@root".into()], false));
    // The other way round, in words.
    let user = world.0.user_named(AccountId::ROOT, "nina").unwrap();
    let subject = ServerSubject::new(Subject::new(&world.0, user));
    let told = subject.at(east).explain(Task::Devices, TaskAccess::Read);
    assert_eq!(told.sentence, "`nina` may see devices on the server: by the role `Desk` at `root>north>east`");
    let kinds: Vec<&str> = told.decided_by.iter().map(|object| object.kind.as_str()).collect();
    assert_eq!(kinds, ["user", "role", "account"]);
    let told = subject.at(user.account).explain(Task::Devices, TaskAccess::Read);
    assert_eq!((told.code.as_str(), told.rule.as_str()), ("denied_role", "USR-5"));
}

#[test]
fn a_token_narrows_what_was_given_below_and_widens_nothing_run_11_usr_5() {
    use crate::directory::command::Limit;
    let mut world = provider();
    world.act(give("hand", "administrator", "root>north")).unwrap();
    world.act(give("hand", "administrator", "root>south")).unwrap();
    let id = |path: &str| world.0.account_named(&path.parse().unwrap()).unwrap().id;
    let most = row(&[(Task::Users, TaskAccess::Write)]);
    let told = |below: Option<&str>, command: Command| {
        let limit = Limit { most, below: below.map(id) };
        let actor = Actor { limit: Some(limit), ..world.as_user("hand", "") };
        plan(&world.0, &actor, &command, Timestamp::from_millis(5)).map(|planned| planned.changes.len()).map_err(|e| e.code)
    };
    let group = || Command::CreateSecurityProfile(serde_json::from_str(r#"{"name":"whose"}"#).unwrap());
    for (below, command, expected) in [
        (None, described("sam"), Ok(1)),
        (None, described("watcher"), Err(Code::NotFound)),
        (Some("root"), described("sam"), Ok(1)),
        (Some("root"), described("watcher"), Err(Code::NotFound)),
        (Some("root>north"), described("eve"), Ok(1)),
        (Some("root>north"), described("sam"), Err(Code::NotFound)),
        (Some("root>north>east"), described("nina"), Err(Code::NotFound)),
        // A token for one of them says which is meant.
        (None, group(), Err(Code::InvalidAccount)),
        (Some("root>north"), group(), Ok(1)),
        (None, Command::CreateAccount(account("root>north>new")), Err(Code::DeniedToken)),
    ] {
        assert_eq!(told(below, command.clone()), expected, "{below:?} {command:?}");
    }
}

#[test]
fn a_second_factor_that_is_asked_of_a_role_is_asked_of_who_has_it_below_his_account_too_run_8_usr_5() {
    let mut world = provider();
    let rule = FactorRule { roles: RoleSet::NONE.with(Role::Operator), ..FactorRule::default() };
    let server = Server { second_factor: rule, ..world.0.server().clone() };
    world.0 = world.0.apply(world.0.revision() + 1, &[Change::Server(server)]);
    let lacks = |world: &World| world.0.lacks_factor(world.0.user_named(AccountId::ROOT, "hand").unwrap());
    assert!(!lacks(&world));
    world.act(give("hand", "operator", "root>north")).unwrap();
    assert!(lacks(&world));
    world.act(Command::Ungrant(GrantId(1))).unwrap();
    assert!(!lacks(&world));
}

#[test]
fn nobody_shakes_a_second_factor_off_by_a_role_of_his_own_making_run_8_usr_5() {
    let mut world = provider();
    let rule = FactorRule { roles: RoleSet::NONE.with(Role::Administrator), ..FactorRule::default() };
    let server = Server { second_factor: rule, ..world.0.server().clone() };
    let chief = world.0.user_named(AccountId::ROOT, "chief").unwrap().id;
    let has = Change::Factor { user: chief, kept: Kept::default() };
    world.0 = world.0.apply(world.0.revision() + 1, &[Change::Server(server), has]);
    let mine: Vec<(Task, TaskAccess)> = Role::Administrator.row().iter().collect();
    world.act_as("chief", role("Mine", &mine, None)).unwrap();
    world.act_as("chief", role("Less", &mine[..mine.len() - 1], None)).unwrap();
    world.act_as("chief", role("Desk", &[(Task::Alerts, TaskAccess::Write)], None)).unwrap();
    let none = UserPatch { roles: Some(RoleSet::NONE), ..UserPatch::default() };
    for (given, asked) in [("Mine", true), ("Less", true), ("Desk", false)] {
        let mut world = World(world.0.clone());
        world.act_as("chief", give("chief", given, "root")).unwrap();
        world.act_as("chief", Command::ModifyUser { name: "chief".into(), patch: none.clone(), phc: None }).unwrap();
        world.act_as("chief", Command::RemoveFactor { name: None }).unwrap();
        assert_eq!(world.0.lacks_factor(world.0.user(chief).unwrap()), asked, "{given}");
        let told = world.act_as("chief", described("watcher"));
        assert_eq!(told, Err(if asked { Code::DeniedSecondFactor } else { Code::DeniedRole }), "{given}");
    }
}

fn moved(account: &str, to: &str) -> Command {
    let patch = AccountPatch { parent: Some(to.parse().unwrap()), ..AccountPatch::default() };
    Command::ModifyAccount { account: account.parse().unwrap(), patch }
}

#[test]
fn nobody_gets_further_by_a_move_than_whoever_moves_could_let_him_nor_leaves_what_was_set_above_usr_10_acc_9() {
    let mut world = provider();
    world.act(role("tree", &[(Task::Accounts, TaskAccess::Write)], None)).unwrap();
    for (role, account) in [("tree", "root>north"), ("admin", "root>south")] {
        world.act(give("hand", role, account)).unwrap();
    }
    // He manages both places, and nothing above both: a ceiling or a rule of the north would be left behind.
    assert_eq!(world.act_as("hand", moved("root>north>east", "root>south")), Err(Code::DeniedRole));
    // With the accounts of all of them in his hand he would be a superuser of the east, too.
    world.act(give("hand", "tree", "root")).unwrap();
    assert_eq!(world.act_as("hand", moved("root>north>east", "root>south")), Err(Code::DeniedRole));
    // The same for a friend of whoever moves.
    world.act(give("watcher", "tree", "root")).unwrap();
    assert_eq!(world.act_as("watcher", moved("root>north>east", "root>south")), Err(Code::DeniedRole));
    // Who could give all of that may move it; and who gains nothing by it, too.
    world.act(moved("root>north>east", "root>south")).unwrap();
    world.act_as("watcher", moved("root>south>east", "root")).unwrap();
}
