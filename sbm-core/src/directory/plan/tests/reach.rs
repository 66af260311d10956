//! Nobody gives what he does not hold, and nobody touches who holds more (USR-5, USR-10).

use super::*;

fn new(user: &str, roles: &[Role]) -> Command {
    let user = NewUser {
        name: name(user),
        description: Text::default(),
        roles: roles.iter().copied().collect(),
        security_profile: None,
        groups: vec![],
        new_groups: vec![],
    };
    Command::CreateUser { user, phc: phc() }
}

fn patch(user: &str, patch: UserPatch) -> Command {
    Command::ModifyUser { name: user.into(), patch, phc: None }
}

fn roles(roles: &[Role]) -> UserPatch {
    UserPatch { roles: Some(roles.iter().copied().collect()), ..UserPatch::default() }
}

/// Everybody who works here, each with the one role he is called by, and `pair` with two.
fn staffed() -> World {
    let mut world = World::new();
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Superuser) {
        world.act(new(role.name(), &[role])).unwrap();
    }
    world.act(new("pair", &[Role::Administrator, Role::Manager])).unwrap();
    world.act(new("carol", &[])).unwrap();
    world
}

#[test]
fn who_may_make_users_gives_roles_that_go_no_further_than_his_own_usr_10() {
    for (actor, gives) in [
        ("admin", &Role::ALL[..]),
        ("administrator", &[Role::Administrator, Role::Operator, Role::Supporter]),
        ("pair", &[Role::Administrator, Role::Manager, Role::Operator, Role::Supporter]),
        ("manager", &[]),
        ("operator", &[]),
        ("supporter", &[]),
        ("carol", &[]),
    ] {
        for role in Role::ALL {
            let expected = if gives.contains(&role) { Ok(2) } else { Err(Code::DeniedRole) };
            assert_eq!(staffed().act_as(actor, new("new", &[role])), expected, "{actor} makes {role:?}");
            let expected = expected.map(|_| 1);
            assert_eq!(staffed().act_as(actor, patch("carol", roles(&[role]))), expected, "{actor} gives {role:?}");
        }
    }
}

#[test]
fn who_may_do_more_is_neither_changed_nor_removed_nor_given_a_password_usr_10() {
    let acts = |user: &str| {
        [
            patch(user, UserPatch { description: Some(Text::new("x").unwrap()), ..UserPatch::default() }),
            patch(user, UserPatch { disabled: Some(true), ..UserPatch::default() }),
            patch(user, roles(&[])),
            Command::ModifyUser { name: user.into(), patch: UserPatch::default(), phc: Some(phc()) },
            Command::DeleteUser { name: user.into() },
        ]
    };
    let mut world = staffed();
    world.act(new("chief", &[Role::Superuser])).unwrap();
    for user in ["admin", "chief", "manager", "pair"] {
        for act in acts(user) {
            assert_eq!(World(world.0.clone()).act_as("administrator", act), Err(Code::DeniedRole), "{user}");
        }
    }
    for user in ["operator", "supporter", "carol"] {
        for act in acts(user) {
            assert!(World(world.0.clone()).act_as("administrator", act).is_ok(), "{user}");
        }
    }
}

#[test]
fn a_user_changes_himself_but_gives_himself_nothing_usr_10() {
    let mut world = staffed();
    assert_eq!(world.act_as("administrator", patch("administrator", roles(&[Role::Superuser]))), Err(Code::DeniedRole));
    assert_eq!(
        world.act_as("administrator", patch("administrator", roles(&[Role::Administrator, Role::Manager]))),
        Err(Code::DeniedRole)
    );
    let described = UserPatch { description: Some(Text::new("night shift").unwrap()), ..UserPatch::default() };
    assert_eq!(world.act_as("administrator", patch("administrator", described)), Ok(1));
}

#[test]
fn each_role_may_on_the_server_what_the_matrix_says_usr_5() {
    let world = staffed();
    let may = |user: &str, task, access| authorise(&world.0, &world.as_user(user, "10.0.0.5"), task, access).is_ok();
    for role in Role::ALL {
        for task in Task::ALL {
            assert!(may(role.name(), task, TaskAccess::None));
            assert_eq!(may(role.name(), task, TaskAccess::Read), role.access(task) >= TaskAccess::Read, "{role:?} {task:?}");
            assert_eq!(may(role.name(), task, TaskAccess::Write), role.access(task) >= TaskAccess::Write, "{role:?} {task:?}");
        }
    }
    assert!(!may("supporter", Task::Users, TaskAccess::Read) && may("manager", Task::Devices, TaskAccess::Write));
    assert!(!may("administrator", Task::Devices, TaskAccess::Write) && !may("administrator", Task::Server, TaskAccess::Read));
}
