//! Managed profiles from upload to tombstone: roll-back, deletion, and what comes after it (PRO-4 to PRO-7).

use super::*;
use crate::directory::command::RollBack;
use crate::id::Hash;

fn roll_back(revision: u64, content: &str, based_on: u64) -> Command {
    Command::RollBack(RollBack {
        guid: GUID,
        revision,
        name: name("Finance documents"),
        description: Text::new("every night").unwrap(),
        version: 1,
        body: Hash::of(content.as_bytes()),
        size: content.len() as u64,
        schedule: None,
        based_on,
    })
}

const DELETE: Command = Command::DeleteProfile { guid: GUID };

/// A world with two users who have a device each, one of them in the group of a managed profile at revision 2.
fn world() -> World {
    let mut world = World::new();
    world.group("Finance");
    world.user("carol", Some("AllAccess"), &["Finance"]);
    world.user("bob", Some("AllAccess"), &[]);
    for (user, installation) in [("carol", 1), ("bob", 2)] {
        let installation = InstallationId::from_bytes([installation; 16]);
        world.act_as(user, Command::Enrol { installation, computer: "pc".into(), program: "p".into() }).unwrap();
    }
    world.act(upload("one", 0)).unwrap();
    world.act(upload("two", 1)).unwrap();
    world.patch_profile(ProfilePatch { add_groups: vec![name("Finance")], ..ProfilePatch::default() }).unwrap();
    world
}

impl World {
    fn head(&self, installation: u8) -> crate::directory::HeadAndList {
        let device = self.0.device_of(AccountId::ROOT, &InstallationId::from_bytes([installation; 16])).unwrap();
        self.0.head_for(device).unwrap()
    }

    fn detail_of(&self, command: &Command) -> String {
        plan(&self.0, &self.as_user("admin", ""), command, Timestamp::default()).unwrap().audit.detail
    }
}

#[test]
fn a_roll_back_is_a_new_revision_with_the_old_content_pro_4() {
    let mut world = world();
    assert_eq!(world.detail_of(&roll_back(1, "one", 2)), "revision 3 of `Finance documents` with the content of revision 1");
    let before = world.head(1);
    world.act(roll_back(1, "one", 2)).unwrap();
    let profile = world.profile();
    assert_eq!((profile.revision, profile.body), (3, Hash::of(b"one")));
    assert_eq!((profile.groups.len(), profile.uploaded_by.as_str()), (1, "admin"));
    assert!(world.head(1).head.revision > before.head.revision, "who has it hears of it");
    assert_ne!(world.head(1).list, before.list);
}

#[test]
fn a_stale_roll_back_is_a_conflict_and_an_identical_one_is_none_pro_4() {
    let mut world = world();
    for based_on in [0, 1, 3] {
        assert_eq!(world.act(roll_back(1, "one", based_on)), Err(Code::Stale), "{based_on}");
    }
    assert_eq!(world.act(roll_back(2, "two", 2)), Ok(0), "the newest revision is what there is");
    assert_eq!(world.detail_of(&roll_back(2, "two", 2)), "revision 2 is what there is");
    assert_eq!(world.profile().revision, 2);
    world.act(roll_back(1, "one", 2)).unwrap();
    assert_eq!(world.act(roll_back(1, "one", 2)), Err(Code::Stale), "the second of two wins nothing");
    let Command::RollBack(mut other) = roll_back(1, "one", 3) else { unreachable!() };
    other.guid = Guid::from_bytes([8; 16]);
    assert_eq!(world.act(Command::RollBack(other)), Err(Code::NotFound));
}

#[test]
fn uploads_and_roll_backs_need_the_role_pro_2() {
    let mut world = world();
    for command in [roll_back(1, "one", 2), DELETE, upload("three", 2)] {
        assert_eq!(world.act_as("carol", command), Err(Code::DeniedRole), "all access is no role");
    }
}

#[test]
fn a_deleted_record_leaves_a_tombstone_and_is_withdrawn_pro_7() {
    let mut world = world();
    let (carol, bob) = (world.head(1), world.head(2));
    assert_eq!(world.detail_of(&DELETE), "`Finance documents` at revision 2");
    world.act(DELETE).unwrap();
    assert!(world.0.profile(AccountId::ROOT, &GUID).is_none());
    let group = world.0.group_named(AccountId::ROOT, "Finance").unwrap().id;
    assert!(world.0.profiles_in(group).is_empty());
    let tombstone = world.0.tombstone(AccountId::ROOT, &GUID).unwrap();
    assert_eq!(
        (tombstone.revision, tombstone.name.as_str(), tombstone.deleted_by.as_str(), tombstone.stamp),
        (2, "Finance documents", "admin", world.0.revision())
    );
    assert_eq!(tombstone.deleted_at, Timestamp::from_millis(5));
    assert!(world.head(1).head.revision > carol.head.revision && world.head(1).list != carol.list);
    assert_eq!(world.head(2), bob, "nothing changed for who never had it");
    assert_eq!(world.decide("carol", Action::RunScheduled, Resource::Managed(GUID)).code, Code::DeniedEntitlement);
    assert_eq!(world.act(DELETE), Err(Code::NotFound));
    assert_eq!(world.act(roll_back(1, "one", 2)), Err(Code::NotFound));
}

#[test]
fn an_upload_after_the_deletion_goes_on_behind_the_tombstone_pro_7_pro_4() {
    for (based_on, wanted) in [(0, Ok(3)), (2, Ok(3)), (1, Err(Code::Stale)), (3, Err(Code::Stale))] {
        let mut world = world();
        world.act(DELETE).unwrap();
        let uploaded = world.act(upload("two", based_on)).map(|_| world.profile().revision);
        assert_eq!(uploaded, wanted, "{based_on}");
        assert_eq!(world.0.tombstone(AccountId::ROOT, &GUID).is_none(), wanted.is_ok(), "{based_on}");
        if wanted.is_ok() {
            let profile = world.profile();
            assert!(profile.groups.is_empty() && !profile.delete && !profile.import_schedule, "it begins like a new one");
            assert_eq!(world.act(upload("two", 0)), Ok(0), "identical content makes no revision");
            assert_eq!(world.act(upload("three", 2)), Err(Code::Stale));
            world.act(DELETE).unwrap();
            assert_eq!(world.0.tombstone(AccountId::ROOT, &GUID).unwrap().revision, 3);
        }
    }
}

#[test]
fn flags_and_groups_change_heads_and_not_the_revision_pro_5_pro_6() {
    let mut world = world();
    let patch = ProfilePatch::default;
    for patch in [
        ProfilePatch { import_schedule: Some(true), ..patch() },
        ProfilePatch { delete: Some(true), ..patch() },
        ProfilePatch { delete: Some(false), ..patch() },
        ProfilePatch { new_groups: vec![name("Travel")], ..patch() },
        ProfilePatch { remove_groups: vec![name("Finance")], ..patch() },
    ] {
        let before = world.head(1).head.revision;
        let shown = alloc::format!("{patch:?}");
        world.patch_profile(patch).unwrap();
        assert!(world.head(1).head.revision > before, "{shown}");
        assert_eq!(world.profile().revision, 2, "{shown}");
    }
    let gone = world.decide("carol", Action::RunScheduled, Resource::Managed(GUID));
    assert_eq!(gone.code, Code::DeniedEntitlement, "who left the last shared group has it no longer");
}

#[test]
fn the_schedule_arrives_only_where_one_was_uploaded_and_the_flag_is_set_pro_5() {
    let scheduled = |world: &World| {
        let list = crate::cache::List::verify(&world.head(1).list, &world.head(1).head.list).unwrap();
        list.entry(&GUID).unwrap().schedule
    };
    let mut world = world();
    let flag = |import| ProfilePatch { import_schedule: Some(import), ..ProfilePatch::default() };
    world.patch_profile(flag(true)).unwrap();
    assert_eq!(scheduled(&world), None, "none was uploaded");
    let Command::Upload(mut with) = upload("three", 2) else { unreachable!() };
    with.schedule = Some(b"daily".as_slice().into());
    world.act(Command::Upload(with)).unwrap();
    assert_eq!(scheduled(&world), Some(Hash::of(b"daily")));
    world.patch_profile(flag(false)).unwrap();
    assert_eq!(scheduled(&world), None);
}
