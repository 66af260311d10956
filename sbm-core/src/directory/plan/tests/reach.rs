//! Nobody gives what he does not hold, and nobody touches who holds more (USR-5, USR-10).

use super::*;

fn new(user: &str, roles: &[Role]) -> Command {
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

fn patch(user: &str, patch: UserPatch) -> Command {
    Command::ModifyUser { name: user.into(), patch, phc: None }
}

fn roles(roles: &[Role]) -> UserPatch {
    UserPatch { roles: Some(roles.iter().copied().collect()), ..UserPatch::default() }
}

/// The roles of whom is called by that one: an add-on comes with another.
fn held(role: Role) -> Vec<Role> {
    if role == Role::SecurityOfficer { vec![Role::Supporter, Role::Operator, role] } else { vec![role] }
}

/// Everybody who works here, each with the one role he is called by, and `pair` with two. `admin` is a security officer, as
/// the built-in one is.
fn staffed() -> World {
    let mut world = World::new();
    let mut admin = world.0.user_named(AccountId::ROOT, "admin").unwrap().clone();
    admin.roles = admin.roles.with(Role::SecurityOfficer);
    world.0 = world.0.apply(world.0.revision() + 1, &[Change::User(admin)]);
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Superuser) {
        world.act(new(role.name(), &held(role))).unwrap();
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
        ("security_officer", &[]),
        ("carol", &[]),
    ] {
        for role in Role::ALL {
            let expected = if gives.contains(&role) { Ok(2) } else { Err(Code::DeniedRole) };
            assert_eq!(staffed().act_as(actor, new("new", &held(role))), expected, "{actor} makes {role:?}");
            let expected = expected.map(|_| 1);
            assert_eq!(staffed().act_as(actor, patch("carol", roles(&held(role)))), expected, "{actor} gives {role:?}");
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
    for user in ["admin", "chief", "manager", "pair", "security_officer"] {
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
        let held: RoleSet = held(role).into_iter().chain((role == Role::Superuser).then_some(Role::SecurityOfficer)).collect();
        for task in Task::ALL {
            assert!(may(role.name(), task, TaskAccess::None));
            for access in [TaskAccess::Read, TaskAccess::Write] {
                assert_eq!(may(role.name(), task, access), held.allows(task, access), "{role:?} {task:?} {access:?}");
            }
        }
    }
    assert!(!may("supporter", Task::Users, TaskAccess::Read) && may("manager", Task::Devices, TaskAccess::Write));
    assert!(!may("administrator", Task::Devices, TaskAccess::Write) && !may("administrator", Task::Server, TaskAccess::Read));
    assert!(
        may("security_officer", Task::Passphrases, TaskAccess::Write) && !may("manager", Task::Passphrases, TaskAccess::Read)
    );
}

#[test]
fn a_superuser_who_is_no_security_officer_makes_none_and_touches_none_usr_5_usr_10() {
    let mut world = staffed();
    world.act(new("chief", &[Role::Superuser])).unwrap();
    let both = [Role::Superuser, Role::SecurityOfficer];
    assert_eq!(world.act_as("chief", new("second", &both)), Err(Code::DeniedRole));
    assert_eq!(world.act_as("chief", patch("chief", roles(&both))), Err(Code::DeniedRole));
    let reset = Command::ModifyUser { name: "admin".into(), patch: UserPatch::default(), phc: Some(phc()) };
    assert_eq!(world.act_as("chief", reset), Err(Code::DeniedRole), "with that password he would be one");
    let refused = authorise(&world.0, &world.as_user("chief", ""), Task::Passphrases, TaskAccess::Read).unwrap_err();
    assert!(refused.message.ends_with("ask a user with the role `security_officer`"), "{}", refused.message);
    assert_eq!(world.act(patch("chief", roles(&both))), Ok(1));
    assert_eq!(world.act_as("chief", new("second", &both)), Ok(2));
}

#[test]
fn a_security_officer_is_held_beside_another_role_only_usr_5() {
    let mut world = staffed();
    let alone = [vec![Role::SecurityOfficer], vec![Role::Supporter, Role::SecurityOfficer]];
    for held in &alone {
        assert_eq!(world.act(new("new", held)), Err(Code::InvalidArgument), "{held:?}");
        assert_eq!(world.act(patch("carol", roles(held))), Err(Code::InvalidArgument), "{held:?}");
    }
    for role in Role::BESIDE_SECURITY_OFFICER {
        assert_eq!(world.act(patch("carol", roles(&[role, Role::SecurityOfficer]))), Ok(1), "{role:?}");
    }
    assert_eq!(world.act(patch("carol", roles(&[Role::SecurityOfficer]))), Err(Code::InvalidArgument), "nor is it left alone");
    assert_eq!(world.act(patch("carol", roles(&[]))), Ok(1));
}
