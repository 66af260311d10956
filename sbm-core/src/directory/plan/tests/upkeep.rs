//! Devices that are removed, what holds for the whole server, and one's own password (DEV-1, OFF-3, RUN-9, USR-2, USR-3).

use super::*;
use crate::wire::v1::admin::ServerPatch;

const LAPTOP: InstallationId = InstallationId::from_bytes([1; 16]);

fn enrol(installation: InstallationId) -> Command {
    Command::Enrol { installation, computer: "Büro\n1".into(), program: "p".into() }
}

fn max_offline(max_offline: Option<u64>) -> Command {
    Command::ModifyServer(ServerPatch { max_offline: Some(max_offline), ..ServerPatch::default() })
}

#[test]
fn a_removed_device_is_gone_and_may_come_back_as_a_new_one_dev_1() {
    let mut world = World::new();
    world.user("carol", None, &[]);
    world.act_as("carol", enrol(LAPTOP)).unwrap();
    let first = world.0.device_of(AccountId::ROOT, &LAPTOP).unwrap().id;
    let remove = Command::RemoveDevice { installation: LAPTOP, account: None };
    assert_eq!(world.act_as("carol", remove.clone()), Err(Code::DeniedRole), "one's own device, too");
    let planned = plan(&world.0, &world.as_user("admin", ""), &remove, Timestamp::default()).unwrap();
    assert_eq!(planned.audit.detail, "`Büro\\n1`");
    assert_eq!(world.act(remove.clone()), Ok(1));
    assert!(world.0.device_of(AccountId::ROOT, &LAPTOP).is_none() && world.0.device(first).is_none());
    assert_eq!(world.act(remove), Err(Code::NotFound));
    world.act_as("carol", enrol(LAPTOP)).unwrap();
    assert!(world.0.device_of(AccountId::ROOT, &LAPTOP).unwrap().id > first, "an id is never given twice");
}

#[test]
fn a_user_has_a_bounded_number_of_devices_and_nobody_elses_count_err_3() {
    let mut world = World::new();
    world.user("carol", None, &[]);
    world.user("dave", None, &[]);
    let number = |number: usize| enrol(InstallationId::from_bytes([number as u8 + 1; 16]));
    for device in 0..100 {
        world.act_as("carol", number(device)).unwrap();
    }
    assert_eq!(world.act_as("carol", number(100)), Err(Code::TooMany));
    let refused = plan(&world.0, &world.as_user("carol", ""), &number(100), Timestamp::default()).unwrap_err();
    assert!(refused.message.contains("`carol` has 100 devices") && refused.message.contains("remove"), "{}", refused.message);
    world.act_as("carol", number(99)).unwrap();
    world.act_as("dave", number(100)).unwrap();
    assert_eq!(world.act_as("carol", number(100)), Err(Code::TooMany), "taking over another's device is one more, too");
    world.act(Command::RemoveDevice { installation: LAPTOP, account: None }).unwrap();
    world.act_as("carol", number(100)).unwrap();
}

#[test]
fn a_longest_time_offline_is_between_an_hour_and_a_year_off_3() {
    let mut world = World::new();
    world.user("carol", None, &[]);
    assert_eq!(world.act_as("carol", max_offline(Some(7_200))), Err(Code::DeniedRole));
    for (seconds, wanted) in [
        (Some(0), Err(Code::InvalidArgument)),
        (Some(3_599), Err(Code::InvalidArgument)),
        (Some(3_600), Ok(1)),
        (Some(3_600), Ok(0)),
        (Some(31_622_400), Ok(1)),
        (Some(31_622_401), Err(Code::InvalidArgument)),
        (Some(u64::MAX), Err(Code::InvalidArgument)),
        (None, Ok(1)),
        (None, Ok(0)),
    ] {
        assert_eq!(world.act(max_offline(seconds)), wanted, "{seconds:?}");
        if wanted.is_ok() {
            assert_eq!(world.0.server().max_offline, seconds);
        }
    }
    assert_eq!(
        world.act(Command::ModifyServer(ServerPatch { max_offline: None, ..ServerPatch::default() })),
        Ok(0),
        "what is not said stays"
    );
}

#[test]
fn a_change_of_the_server_changes_every_head_off_3() {
    let mut world = World::new();
    for (user, installation) in [("carol", 1), ("bob", 2), ("dora", 3)] {
        world.user(user, None, &[]);
        world.act_as(user, enrol(InstallationId::from_bytes([installation; 16]))).unwrap();
    }
    let heads = |world: &World| world.0.devices().map(|device| world.0.head_for(device).unwrap().head).collect::<Vec<_>>();
    let before = heads(&world);
    world.act(max_offline(Some(86_400))).unwrap();
    let after = heads(&world);
    assert_eq!(after.len(), 3);
    for (before, after) in before.iter().zip(&after) {
        assert!(after.revision > before.revision && after.max_offline == Some(86_400));
    }
}

#[test]
fn ones_own_password_needs_no_role_and_is_no_program_s_run_9() {
    let mut world = World::new();
    world.user("carol", None, &[]);
    let command = Command::ChangePassword { phc: phc() };
    let planned = plan(&world.0, &world.as_user("carol", "10.0.0.5"), &command, Timestamp::default()).unwrap();
    let carol = world.0.user_named(AccountId::ROOT, "carol").unwrap().id;
    assert_eq!(planned.changes, [Change::Password { user: carol, phc: phc() }], "his own and nobody else's");
    assert_eq!(
        (planned.audit.act.as_str(), planned.audit.object.as_str(), planned.audit.detail.as_str()),
        ("user.password", "carol", "")
    );
    let setup = Actor { kind: ActorKind::Setup, ..Actor::system() };
    for actor in [Actor::system(), setup, Actor::user(UserId(77), String::new())] {
        let refused = plan(&world.0, &actor, &command, Timestamp::default()).unwrap_err();
        assert_eq!(refused.code, Code::DeniedRole, "{actor:?}");
    }
    let disable = UserPatch { disabled: Some(true), ..UserPatch::default() };
    world.act(Command::ModifyUser { name: "carol".into(), patch: disable, phc: None }).unwrap();
    assert_eq!(world.act_as("carol", command), Err(Code::UserDisabled));
}

/// Who read the user before must notice: what he read is compared by the stamp of the row.
#[test]
fn a_new_password_by_an_administrator_raises_the_stamp_of_the_user_run_9() {
    let mut world = World::new();
    world.user("carol", None, &[]);
    let carol = world.0.user_named(AccountId::ROOT, "carol").unwrap().clone();
    let reset = Command::ModifyUser { name: "carol".into(), patch: UserPatch::default(), phc: Some(phc()) };
    let planned = plan(&world.0, &world.as_user("admin", ""), &reset, Timestamp::default()).unwrap();
    assert_eq!(planned.changes, [Change::User(carol.clone()), Change::Password { user: carol.id, phc: phc() }]);
    let nothing = Command::ModifyUser { name: "carol".into(), patch: UserPatch::default(), phc: None };
    assert_eq!(world.act(nothing), Ok(0), "what changes nothing raises nothing");
}

#[test]
fn roles_and_security_profiles_are_independent_usr_2() {
    let mut world = World::new();
    world.security_profile("Nothing", &[]);
    let user = |name: &str, roles, profile: &str| {
        let user = NewUser {
            name: self::name(name),
            account: None,
            description: Text::default(),
            roles,
            security_profile: Some(self::name(profile)),
            groups: vec![],
            new_groups: vec![],
        };
        Command::CreateUser { user, phc: phc() }
    };
    world.act(user("keeper", RoleSet::NONE, "AllAccess")).unwrap();
    world.act(user("chief", RoleSet::NONE.with(Role::Superuser), "Nothing")).unwrap();
    for action in Action::ALL.into_iter().filter(|action| *action != Action::RunScheduled) {
        assert_eq!(world.decide("keeper", action, Resource::Local), Decision::ALLOW, "{action:?}");
        assert_eq!(world.decide("chief", action, Resource::Local).code, Code::DeniedRight, "{action:?}");
    }
    assert_eq!(world.act_as("keeper", upload("one", 0)), Err(Code::DeniedRole));
    world.act_as("chief", upload("one", 0)).unwrap();
}

#[test]
fn all_access_cannot_be_changed_and_implies_every_future_right_usr_3() {
    let mut world = World::new();
    for patch in [
        SecurityProfilePatch { name: Some(name("Everything")), ..SecurityProfilePatch::default() },
        SecurityProfilePatch { description: Some(Text::new("x").unwrap()), ..SecurityProfilePatch::default() },
        SecurityProfilePatch { rights: Some(RightSet::ALL_ACCESS), ..SecurityProfilePatch::default() },
    ] {
        let shown = alloc::format!("{patch:?}");
        assert_eq!(world.act(Command::ModifySecurityProfile { name: "allACCESS".into(), patch }), Err(Code::BuiltIn), "{shown}");
    }
    // A right that a later version adds has a bit that this one knows no name for: all access is one bit of its own, so it
    // does not have to be written anew.
    let rights = world.0.security_profile_named(AccountId::ROOT, "AllAccess").unwrap().rights;
    assert_eq!(rights, RightSet::ALL_ACCESS);
    assert_eq!(rights.bits().count_ones(), 1);
    assert!(Right::ALL.into_iter().all(|right| rights.has(right)));
}

#[test]
fn nobody_gives_a_role_that_he_does_not_hold_usr_10() {
    let mut world = World::new();
    world.user("carol", None, &[]);
    let promote = |name: &str| Command::ModifyUser {
        name: name.into(),
        patch: UserPatch { roles: Some(RoleSet::NONE.with(Role::Superuser)), ..UserPatch::default() },
        phc: None,
    };
    assert_eq!(world.act_as("carol", promote("carol")), Err(Code::DeniedRole));
    assert_eq!(world.act(promote("carol")), Ok(1));
    let unknown = UserPatch { roles: Some(RoleSet::from_bits(1 << 9)), ..UserPatch::default() };
    world.act(Command::ModifyUser { name: "carol".into(), patch: unknown, phc: None }).unwrap();
    assert_eq!(world.act_as("carol", promote("admin")), Err(Code::DeniedRole), "a bit without a name is no role");
}
