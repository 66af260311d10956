//! What the audit log says was done (RUN-12).

use super::*;

impl World {
    fn detail(&mut self, command: Command) -> String {
        let planned = plan(&self.0, &self.as_user("admin", "10.0.0.5"), &command, Timestamp::default()).unwrap();
        if !planned.changes.is_empty() {
            self.0 = self.0.apply(self.0.revision() + 1, &planned.changes);
        }
        planned.audit.detail
    }
}

fn user(patch: UserPatch) -> Command {
    Command::ModifyUser { name: "carol".into(), patch, phc: None }
}

fn profile(patch: ProfilePatch) -> Command {
    Command::ModifyProfile { guid: GUID, patch }
}

fn security_profile(patch: SecurityProfilePatch) -> Command {
    Command::ModifySecurityProfile { name: "End user".into(), patch }
}

fn group(of: &str, patch: GroupPatch) -> Command {
    Command::ModifyGroup { name: of.into(), patch }
}

fn world() -> World {
    let mut world = World::new();
    for name in ["Finance", "Sales", "A, role +admin"] {
        world.group(name);
    }
    world.security_profile("End user", &[Right::RunManually, Right::Restore]);
    world.user("carol", None, &["Sales"]);
    world.act(upload("one", 0)).unwrap();
    world
}

#[test]
fn every_change_is_told_and_no_secret_run_12() {
    let groups = |names: &[&str]| Some(names.iter().map(|group| name(group)).collect());
    let add = |group: &str| ProfilePatch { add_groups: vec![name(group)], ..ProfilePatch::default() };
    let text = |text: &str| Some(Text::new(text).unwrap());
    let (patch, mark, import) = (UserPatch::default, ProfilePatch::default, ProfilePatch::default);
    let mut world = world();
    for (command, wanted) in [
        (user(UserPatch { roles: Some(RoleSet::NONE.with(Role::Superuser)), ..patch() }), "role +admin"),
        (user(UserPatch { roles: Some(RoleSet::NONE), ..patch() }), "role -admin"),
        (user(UserPatch { groups: groups(&["Finance"]), ..patch() }), "groups +Finance -Sales"),
        (user(UserPatch { groups: groups(&["A, role +admin"]), ..patch() }), "groups +`A, role +admin` -Finance"),
        (user(UserPatch { disabled: Some(true), description: text("in"), ..patch() }), "new description, disabled"),
        (user(UserPatch { disabled: Some(false), ..patch() }), "enabled"),
        (user(UserPatch { disabled: Some(false), ..patch() }), "no change"),
        (user(UserPatch { security_profile: Some(Some(name("End user"))), ..patch() }), "security profile End user"),
        (user(UserPatch { security_profile: Some(None), ..patch() }), "security profile none"),
        (Command::ModifyUser { name: "carol".into(), patch: patch(), phc: Some(phc()) }, "with a new password"),
        (user(UserPatch { name: Some(name("caro")), ..patch() }), "renamed to caro"),
        (profile(ProfilePatch { delete: Some(true), ..mark() }), "marked for deletion"),
        (profile(ProfilePatch { delete: Some(false), ..mark() }), "mark cleared"),
        (profile(ProfilePatch { import_schedule: Some(true), ..import() }), "schedule imported"),
        (profile(ProfilePatch { import_schedule: Some(false), ..import() }), "schedule not imported"),
        (profile(add("Finance")), "groups +Finance"),
        (profile(add("Finance")), "no change"),
        (profile(ProfilePatch { remove_groups: vec![name("Finance")], ..add("Sales") }), "groups +Sales -Finance"),
        (
            security_profile(SecurityProfilePatch {
                rights: Some([Right::RunManually, Right::Create].into_iter().collect()),
                ..SecurityProfilePatch::default()
            }),
            "rights +create -restore",
        ),
        (
            security_profile(SecurityProfilePatch { name: Some(name("Users")), ..SecurityProfilePatch::default() }),
            "renamed to Users",
        ),
        (group("Sales", GroupPatch { name: Some(name("SALES")), ..GroupPatch::default() }), "renamed to SALES"),
        (group("Sales", GroupPatch { description: text("them"), ..GroupPatch::default() }), "new description"),
        (group("Sales", GroupPatch::default()), "no change"),
        (Command::DeleteGroup { name: "Sales".into(), detach: true }, "took out 0 users and 1 profile"),
        (Command::DeleteGroup { name: "Finance".into(), detach: false }, ""),
    ] {
        let shown = alloc::format!("{command:?}");
        assert_eq!(world.detail(command), wanted, "{shown}");
    }
}

#[test]
fn what_is_made_is_told_with_its_rights_run_12() {
    let mut world = world();
    let new = NewUser {
        name: name("dora"),
        account: None,
        description: Text::default(),
        roles: RoleSet::NONE.with(Role::Superuser),
        security_profile: Some(name("End user")),
        groups: vec![name("Sales"), name("Finance")],
        new_groups: vec![],
    };
    assert_eq!(
        world.detail(Command::CreateUser { user: new, phc: phc() }),
        "role +admin, security profile End user, groups +Finance +Sales"
    );
    let new = NewSecurityProfile::new(name("Look"), RightSet::ALL_ACCESS);
    assert_eq!(world.detail(Command::CreateSecurityProfile(new)), "rights +all_access");
    assert_eq!(world.detail(Command::DeleteUser { name: "dora".into() }), "");
    let enrol = Command::Enrol { installation: InstallationId::from_bytes([1; 16]), computer: "pc".into(), program: "p".into() };
    world.act_as("carol", enrol).unwrap();
    assert_eq!(world.detail(Command::DeleteUser { name: "carol".into() }), "with 1 device");
}

#[test]
fn a_detail_is_bounded_run_12() {
    let mut world = world();
    let many: Vec<Name> = (0..100).map(|number| name(&alloc::format!("Größe {number}"))).collect();
    for group in &many {
        world.group(group.as_str());
    }
    let detail = world.detail(user(UserPatch { groups: Some(many), ..UserPatch::default() }));
    assert_eq!(detail.chars().count(), 500);
    assert!(detail.starts_with("groups +Größe 0 +Größe 1 ") && detail.ends_with('…'), "{detail}");
}
