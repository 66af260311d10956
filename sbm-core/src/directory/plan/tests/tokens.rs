//! A token goes as far as it says and as its owner does, whichever is less, and widens nothing (RUN-11, USR-10).

use alloc::string::ToString as _;
use alloc::vec::Vec;

use super::*;
use crate::account::{About, AccountPath, Quota};
use crate::permission::Ceiling;
use crate::wire::v1::admin::{NewAccount, ServerPatch};

const ACCESS: [TaskAccess; 3] = [TaskAccess::None, TaskAccess::Read, TaskAccess::Write];

fn user_with(user: &str, roles: &[Role]) -> Command {
    let user = NewUser {
        name: name(user),
        account: None,
        description: Text::default(),
        roles: roles.iter().copied().collect(),
        security_profile: None,
        groups: vec![],
        new_groups: vec![],
    };
    Command::CreateUser { user, phc: phc() }
}

fn patched(user: &str, patch: UserPatch) -> Command {
    Command::ModifyUser { name: user.into(), patch, phc: None }
}

fn described() -> UserPatch {
    UserPatch { description: Some(Text::new("x").unwrap()), ..UserPatch::default() }
}

fn staffed() -> World {
    let mut world = World::new();
    for role in [Role::Administrator, Role::Manager, Role::Operator, Role::Supporter] {
        world.act(user_with(role.name(), &[role])).unwrap();
    }
    world.act(user_with("carol", &[])).unwrap();
    world
}

fn everywhere(most: Ceiling) -> Limit {
    Limit { most, below: None }
}

fn by_token(world: &World, user: &str, most: Ceiling) -> Actor {
    Actor { limit: Some(everywhere(most)), ..world.as_user(user, "10.0.0.5") }
}

fn plans(world: &World, actor: &Actor, command: &Command) -> Result<usize, Code> {
    let planned = plan(&world.0, actor, command, Timestamp::from_millis(5));
    planned.map(|planned| planned.changes.len()).map_err(|refused| refused.code)
}

fn users_only() -> Ceiling {
    Ceiling::NONE.with(Task::Users, TaskAccess::Write)
}

#[test]
fn a_token_may_what_it_says_and_its_owner_may_and_nothing_else_run_11() {
    let world = staffed();
    for user in ["admin", "administrator", "manager", "operator", "supporter", "carol"] {
        for task in Task::ALL {
            for most in ACCESS {
                for asked in [TaskAccess::Read, TaskAccess::Write] {
                    let own = authorise(&world.0, &world.as_user(user, ""), task, asked).map_err(|refused| refused.code);
                    let token = by_token(&world, user, Ceiling::NONE.with(task, most));
                    let told = authorise(&world.0, &token, task, asked).map_err(|refused| refused.code);
                    let expected = own.and(if most >= asked { Ok(()) } else { Err(Code::DeniedToken) });
                    assert_eq!(told, expected, "{user} {task:?} {most:?} {asked:?}");
                    // What it says of one task says nothing of another.
                    let elsewhere = Task::ALL.into_iter().find(|other| *other != task).unwrap();
                    let token = by_token(&world, user, Ceiling::NONE.with(elsewhere, TaskAccess::Write));
                    assert!(authorise(&world.0, &token, task, asked).is_err(), "{user} {task:?} {elsewhere:?}");
                }
            }
        }
    }
}

#[test]
fn whoever_narrows_the_owner_narrows_his_tokens_at_once_run_11_run_7() {
    let mut world = staffed();
    let token = by_token(&world, "administrator", users_only());
    assert_eq!(authorise(&world.0, &token, Task::Users, TaskAccess::Write), Ok(()));
    let demote = |roles: &[Role]| UserPatch { roles: Some(roles.iter().copied().collect()), ..UserPatch::default() };
    world.act(patched("administrator", demote(&[Role::Operator]))).unwrap();
    assert_eq!(authorise(&world.0, &token, Task::Users, TaskAccess::Read), Ok(()));
    let refused = authorise(&world.0, &token, Task::Users, TaskAccess::Write).unwrap_err();
    assert_eq!(refused.code, Code::DeniedRole, "{}", refused.message);
    // He gets it back, and so do they: a token has no rights of its own.
    world.act(patched("administrator", demote(&[Role::Administrator]))).unwrap();
    assert_eq!(authorise(&world.0, &token, Task::Users, TaskAccess::Write), Ok(()));
    world.act(patched("administrator", UserPatch { disabled: Some(true), ..UserPatch::default() })).unwrap();
    assert_eq!(authorise(&world.0, &token, Task::Users, TaskAccess::Read).unwrap_err().code, Code::UserDisabled);
}

#[test]
fn nobody_makes_a_token_that_goes_further_than_he_does_usr_10() {
    let world = staffed();
    for user in ["admin", "administrator", "manager", "operator", "supporter", "carol"] {
        let actor = world.as_user(user, "10.0.0.5");
        for task in Task::ALL {
            for access in [TaskAccess::Read, TaskAccess::Write] {
                let own = authorise(&world.0, &actor, task, access).map_err(|refused| refused.code);
                let made = may_make_token(&world.0, &actor, everywhere(Ceiling::NONE.with(task, access)))
                    .map_err(|refused| refused.code);
                assert_eq!(made, own, "{user} {task:?} {access:?}");
            }
        }
    }
    let operator = world.as_user("operator", "10.0.0.5");
    let half = Ceiling::NONE.with(Task::Alerts, TaskAccess::Write).with(Task::Server, TaskAccess::Read);
    let refused = may_make_token(&world.0, &operator, everywhere(half)).unwrap_err();
    assert!(refused.message.starts_with("you may not have `server=read`, so no token of yours may"), "{}", refused.message);
    assert_eq!(may_make_token(&world.0, &operator, everywhere(Ceiling::NONE)).unwrap_err().code, Code::InvalidArgument);
    let by_token = by_token(&world, "admin", users_only());
    assert_eq!(may_make_token(&world.0, &by_token, everywhere(users_only())).unwrap_err().code, Code::DeniedToken);
}

#[test]
fn a_token_gives_no_role_beyond_its_own_limit_and_touches_nobody_who_has_one_usr_10() {
    let world = staffed();
    let narrow = by_token(&world, "admin", users_only());
    for role in Role::ALL {
        let refused = plans(&world, &narrow, &user_with("new", &[role]));
        assert!(matches!(refused, Err(Code::DeniedToken | Code::DeniedRole | Code::InvalidArgument)), "{role:?} {refused:?}");
        let roles = UserPatch { roles: Some(RoleSet::NONE.with(role)), ..UserPatch::default() };
        assert!(plans(&world, &narrow, &patched("carol", roles)).is_err(), "{role:?}");
    }
    assert_eq!(plans(&world, &narrow, &user_with("new", &[])), Ok(2));
    assert_eq!(plans(&world, &narrow, &patched("carol", described())), Ok(1));
    assert_eq!(plans(&world, &narrow, &Command::DeleteUser { name: "carol".into() }), Ok(1));
    for user in ["admin", "administrator", "manager", "operator", "supporter"] {
        assert_eq!(plans(&world, &narrow, &patched(user, described())), Err(Code::DeniedToken), "{user}");
        assert_eq!(plans(&world, &narrow, &Command::DeleteUser { name: user.into() }), Err(Code::DeniedToken), "{user}");
    }
    // One that goes as far as a role in every task may give it.
    let whole = |role: Role| {
        Task::ALL.into_iter().fold(users_only(), |all, task| all.with(task, all.access(task).max(role.access(task))))
    };
    let wide = by_token(&world, "admin", whole(Role::Supporter));
    assert_eq!(plans(&world, &wide, &user_with("new", &[Role::Supporter])), Ok(2));
    assert_eq!(plans(&world, &wide, &user_with("new", &[Role::Operator])), Err(Code::DeniedToken));
}

#[test]
fn a_token_sets_no_password_of_anybody_who_is_there_and_touches_no_second_factor_run_11_run_9_run_8() {
    let world = staffed();
    let reset = |user: &str| Command::ModifyUser { name: user.into(), patch: UserPatch::default(), phc: Some(phc()) };
    let all = Task::ALL.into_iter().fold(Ceiling::NONE, |all, task| all.with(task, TaskAccess::Write));
    for user in ["carol", "operator", "admin"] {
        assert_eq!(plans(&world, &by_token(&world, "admin", all), &reset(user)), Err(Code::DeniedToken), "{user}");
        assert_eq!(plans(&world, &world.as_user("admin", ""), &reset(user)), Ok(2), "{user}");
    }
    let factor = Command::RemoveFactor { name: Some("carol".into()) };
    assert_eq!(plans(&world, &by_token(&world, "admin", all), &factor), Err(Code::DeniedToken));
    assert_eq!(plans(&world, &world.as_user("admin", ""), &factor), Err(Code::NotFound), "she has none");
    let own = Command::ChangePassword { phc: phc() };
    assert_eq!(plans(&world, &by_token(&world, "carol", all), &own), Err(Code::DeniedToken));
}

#[test]
fn what_a_token_may_not_is_explained_by_its_limit_dec_3_run_11() {
    let world = staffed();
    let subject = |user: &str| ServerSubject::new(Subject::new(&world.0, world.0.user_named(AccountId::ROOT, user).unwrap()));
    let most = Ceiling::NONE.with(Task::Users, TaskAccess::Read).with(Task::Devices, TaskAccess::Write);
    let told = subject("admin").limited(Some(most)).explain(Task::Users, TaskAccess::Write);
    assert_eq!((told.gate, told.code.as_str()), (Some(Gate::Role), "denied_token"));
    assert!(told.sentence.ends_with(": this token is limited to users=read, devices=write"), "{}", told.sentence);
    assert_eq!(told.change.as_deref(), Some("use a token that goes further, or log in"));
    // What the owner may not do himself is told of him, not of the token.
    let told = subject("supporter").limited(Some(most)).explain(Task::Users, TaskAccess::Write);
    assert_eq!(told.code, "denied_role");
}

#[test]
fn a_token_for_an_account_sees_that_and_what_is_below_and_nothing_of_the_server_run_11_acc_4() {
    let mut world = staffed();
    let path = |text: &str| -> AccountPath { text.parse().unwrap() };
    let account = |text: &str| {
        Command::CreateAccount(NewAccount {
            account: path(text),
            level: Some(Level::EndCustomer),
            secret: None,
            quota: Quota::default(),
            comment: Text::default(),
            about: About::default(),
            policy: [].into(),
        })
    };
    for made in ["root>north", "root>north>lab", "root>south"] {
        world.act(account(made)).unwrap();
    }
    for (user, at) in [("nora", "root>north"), ("lars", "root>north>lab"), ("susan", "root>south")] {
        let Command::CreateUser { user, phc } = user_with(user, &[]) else { unreachable!() };
        world.act(Command::CreateUser { user: NewUser { account: Some(path(at)), ..user }, phc }).unwrap();
    }
    let id = |world: &World, of: &str| world.0.account_named(&path(of)).unwrap().id;
    let most = users_only().with(Task::Accounts, TaskAccess::Write);
    let limit = Limit { most: most.with(Task::Server, TaskAccess::Write), below: Some(id(&world, "root>north")) };
    let token = Actor { limit: Some(limit), ..world.as_user("admin", "10.0.0.5") };
    let seen = |world: &World, token: &Actor| -> Vec<String> {
        let mut seen: Vec<_> = world.0.seen_by(token).users().map(|user| user.name.to_string()).collect();
        seen.sort();
        seen
    };
    assert_eq!(seen(&world, &token), ["lars", "nora"]);
    assert_eq!(plans(&world, &token, &patched("nora", described())), Ok(1));
    for hidden in ["susan", "carol", "admin", "supporter"] {
        assert_eq!(plans(&world, &token, &patched(hidden, described())), Err(Code::NotFound), "{hidden}");
    }
    // What it makes belongs to its account, and it makes accounts below that only.
    let planned = plan(&world.0, &token, &user_with("new", &[]), Timestamp::from_millis(5)).unwrap();
    let made = planned.changes.iter().find_map(|change| if let Change::User(user) = change { Some(user.account) } else { None });
    assert_eq!(made, Some(id(&world, "root>north")));
    assert!(plans(&world, &token, &account("root>north>new")).is_ok());
    for elsewhere in ["root>south>new", "root>new", "root>north"] {
        assert!(plans(&world, &token, &account(elsewhere)).is_err(), "{elsewhere}");
    }
    // The server is above every account, whatever a row says.
    assert_eq!(authorise(&world.0, &token, Task::Server, TaskAccess::Read).unwrap_err().code, Code::DeniedToken);

    // Nobody makes one for an account that he does not see, or for the server besides.
    let make = |user: &str, most: Ceiling, at: &str| {
        let limit = Limit { most, below: Some(id(&world, at)) };
        may_make_token(&world.0, &world.as_user(user, "10.0.0.5"), limit).map_err(|refused| refused.code)
    };
    assert_eq!(make("admin", users_only(), "root>north"), Ok(()));
    assert_eq!(make("admin", users_only().with(Task::Server, TaskAccess::Read), "root>north"), Err(Code::InvalidArgument));
    let promoted = UserPatch { roles: Some(RoleSet::NONE.with(Role::Administrator)), ..UserPatch::default() };
    let mut promoted_world = World(world.0.clone());
    promoted_world.act(patched("nora", promoted)).unwrap();
    let nora = promoted_world.as_user("nora", "10.0.0.5");
    for (at, expected) in [("root>south", Err(Code::NotFound)), ("root", Err(Code::NotFound)), ("root>north>lab", Ok(()))] {
        let limit = Limit { most: users_only(), below: Some(id(&promoted_world, at)) };
        assert_eq!(may_make_token(&promoted_world.0, &nora, limit).map_err(|refused| refused.code), expected, "{at}");
    }
    // A row that names what its owner does not see, or what is not there any more, is for nothing.
    for below in [id(&promoted_world, "root>south"), AccountId(999)] {
        let stray = Actor { limit: Some(Limit { most: users_only(), below: Some(below) }), ..nora.clone() };
        assert!(seen(&promoted_world, &stray).is_empty(), "{below:?}");
    }
}

#[test]
fn who_is_asked_for_a_second_factor_and_has_none_makes_no_token_run_8_run_11() {
    let mut world = staffed();
    let rule = FactorRule { everyone: true, roles: RoleSet::NONE };
    world.act(Command::ModifyServer(ServerPatch { second_factor: Some(rule), ..ServerPatch::default() })).unwrap();
    let made = may_make_token(&world.0, &world.as_user("administrator", "10.0.0.5"), everywhere(users_only()));
    assert_eq!(made.unwrap_err().code, Code::DeniedSecondFactor);
    let token = by_token(&world, "administrator", users_only());
    assert_eq!(authorise(&world.0, &token, Task::Users, TaskAccess::Write), Ok(()), "what he has goes on");
}
