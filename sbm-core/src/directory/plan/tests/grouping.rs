//! Groups made and left along the way of other forms (USR-7).

use super::*;
use crate::directory::rows::Group;

fn new_user(user: &str, groups: &[&str], new_groups: &[&str]) -> Command {
    let names = |names: &[&str]| names.iter().map(|group| name(group)).collect();
    Command::CreateUser {
        user: NewUser {
            name: name(user),
            account: None,
            description: Text::default(),
            roles: RoleSet::NONE,
            security_profile: None,
            groups: names(groups),
            new_groups: names(new_groups),
        },
        phc: phc(),
    }
}

fn modify_user(patch: UserPatch) -> Command {
    Command::ModifyUser { name: "carol".into(), patch, phc: None }
}

fn names(names: &[&str]) -> Vec<Name> {
    names.iter().map(|group| name(group)).collect()
}

impl World {
    fn groups_of(&self, user: &str) -> Vec<&str> {
        let user = self.0.user_named(AccountId::ROOT, user).unwrap();
        user.groups.iter().map(|id| self.0.group(*id).unwrap().name.as_str()).collect()
    }

    fn groups_of_the_profile(&self) -> Vec<&str> {
        self.profile().groups.iter().map(|id| self.0.group(*id).unwrap().name.as_str()).collect()
    }

    fn all_groups(&self) -> Vec<&str> {
        self.0.groups().map(|group| group.name.as_str()).collect()
    }
}

#[test]
fn a_group_is_made_with_the_user_in_the_same_commit_usr_7() {
    let mut world = World::new();
    world.group("Finance");
    let before = world.0.revision();
    assert_eq!(world.act(new_user("carol", &["finance"], &["Sales", "Travel"])), Ok(4), "two groups, the user, the password");
    assert_eq!(world.0.revision(), before + 1);
    assert_eq!(world.groups_of("carol"), ["Finance", "Sales", "Travel"]);
    assert_eq!(world.act(modify_user(UserPatch { new_groups: names(&["Night"]), ..UserPatch::default() })), Ok(2));
    assert_eq!(world.groups_of("carol"), ["Finance", "Sales", "Travel", "Night"]);
}

#[test]
fn a_group_is_made_with_the_assignment_of_a_profile_usr_7() {
    let mut world = World::new();
    world.act(upload("one", 0)).unwrap();
    let made = ProfilePatch { new_groups: names(&["Sales"]), ..ProfilePatch::default() };
    world.patch_profile(made.clone()).unwrap();
    assert_eq!(world.groups_of_the_profile(), ["Sales"]);
    assert_eq!(world.0.profiles_in(world.profile().groups[0]).len(), 1, "the group knows its profile");
    assert_eq!(world.patch_profile(made), Err(Code::NameTaken), "it is there already");
}

#[test]
fn what_cannot_be_made_whole_is_not_made_at_all_usr_7() {
    let mut world = World::new();
    world.group("Finance");
    world.act(upload("one", 0)).unwrap();
    world.user("carol", None, &[]);
    let patch = UserPatch::default;
    for (refused, code) in [
        (new_user("dora", &[], &["Sales", "sales"]), Code::NameTaken),
        (new_user("dora", &[], &["FINANCE"]), Code::NameTaken),
        (new_user("dora", &["Sales"], &["Sales"]), Code::NotFound),
        (new_user("Carol", &[], &["Sales"]), Code::NameTaken),
        (new_user("dora", &["no such"], &["Sales"]), Code::NotFound),
        (modify_user(UserPatch { new_groups: names(&["Sales", "SALES"]), ..patch() }), Code::NameTaken),
        (modify_user(UserPatch { new_groups: names(&["Finance"]), ..patch() }), Code::NameTaken),
        (modify_user(UserPatch { add_groups: names(&["no such"]), new_groups: names(&["Sales"]), ..patch() }), Code::NotFound),
        (modify_user(UserPatch { remove_groups: names(&["no such"]), ..patch() }), Code::NotFound),
        (modify_user(UserPatch { name: Some(name("admin")), new_groups: names(&["Sales"]), ..patch() }), Code::NameTaken),
    ] {
        let shown = alloc::format!("{refused:?}");
        assert_eq!(world.act(refused), Err(code), "{shown}");
    }
    assert_eq!(world.all_groups(), ["Finance"]);
    assert_eq!(world.0.users().count(), 2);
}

#[test]
fn groups_are_added_and_removed_one_by_one_usr_7() {
    let mut world = World::new();
    ["Finance", "Sales", "Travel"].iter().for_each(|group| world.group(group));
    world.user("carol", None, &["Finance"]);
    let patch = UserPatch::default;
    for (patch, wanted) in [
        (UserPatch { add_groups: names(&["sales"]), ..patch() }, vec!["Finance", "Sales"]),
        (UserPatch { add_groups: names(&["Sales", "Sales", "Finance"]), ..patch() }, vec!["Finance", "Sales"]),
        (UserPatch { remove_groups: names(&["Travel"]), ..patch() }, vec!["Finance", "Sales"]),
        (UserPatch { add_groups: names(&["Travel"]), remove_groups: names(&["FINANCE"]), ..patch() }, vec!["Sales", "Travel"]),
        (UserPatch { add_groups: names(&["Finance"]), remove_groups: names(&["Finance"]), ..patch() }, vec!["Sales", "Travel"]),
        (UserPatch { groups: Some(names(&["Finance"])), add_groups: names(&["Sales"]), ..patch() }, vec!["Finance", "Sales"]),
        (UserPatch { groups: Some(vec![]), ..patch() }, vec![]),
    ] {
        let shown = alloc::format!("{patch:?}");
        world.act(modify_user(patch)).unwrap();
        assert_eq!(world.groups_of("carol"), wanted, "{shown}");
    }
    assert_eq!(world.act(modify_user(UserPatch { remove_groups: names(&["Sales"]), ..patch() })), Ok(0), "nothing to do");
}

#[test]
fn membership_distributes_and_never_adds_a_right_usr_7() {
    let mut world = World::new();
    world.security_profile("End user", &[Right::RunManually]);
    world.user("carol", Some("End user"), &[]);
    let before = Action::ALL.map(|action| world.decide("carol", action, Resource::Local));
    let every = (0..20).map(|number| name(&alloc::format!("Group {number}"))).collect();
    world.act(modify_user(UserPatch { new_groups: every, ..UserPatch::default() })).unwrap();
    assert_eq!(Action::ALL.map(|action| world.decide("carol", action, Resource::Local)), before);
    assert_eq!(world.groups_of("carol").len(), 20);
    // With more groups than have a fixed place, a profile that shares the last of them is still found.
    world.act(upload("one", 0)).unwrap();
    world.patch_profile(ProfilePatch { add_groups: names(&["Group 19"]), ..ProfilePatch::default() }).unwrap();
    assert_eq!(world.decide("carol", Action::RunManually, Resource::Managed(GUID)), Decision::ALLOW);
}

#[test]
fn a_made_group_has_an_id_of_its_own_and_is_told_to_the_audit_log_usr_7_run_12() {
    let mut world = World::new();
    let actor = world.as_user("admin", "10.0.0.5");
    let planned = plan(&world.0, &actor, &new_user("carol", &[], &["Sales", "Travel"]), Timestamp::default()).unwrap();
    assert_eq!(planned.audit.detail, "new group Sales Travel");
    let made = |change: &Change| match change {
        Change::Group(Group { id, .. }) => Some(id.0),
        _ => None,
    };
    let ids: Vec<u32> = planned.changes.iter().filter_map(made).collect();
    assert_eq!(ids, [1, 2]);
    world.0 = world.0.apply(9, &planned.changes);
    assert_eq!(world.0.next().group, 3);
}
