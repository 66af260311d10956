//! What is outside of one's scope is refused as what never was, and what was given from above stays (ACC-4, USR-1, PRO-1).

use alloc::format;
use alloc::string::ToString as _;

use super::*;
use crate::directory::rows::{Device, ManagedProfile, Tombstone};
use crate::id::{DeviceId, Hash, ProfileId};
use crate::permission::TaskAccess;

/// The accounts: a root, one's own with one above and one below it, one beside it, and another root.
const ROOT: u32 = 1;
const ABOVE: u32 = 2;
const OWN: u32 = 3;
const BELOW: u32 = 4;
const BESIDE: u32 = 5;
const OTHER: u32 = 6;
const PARENTS: [(u32, Option<u32>); 6] =
    [(ROOT, None), (ABOVE, Some(ROOT)), (OWN, Some(ABOVE)), (BELOW, Some(OWN)), (BESIDE, Some(ABOVE)), (OTHER, None)];

/// Each account has a superuser, a user, a group, a security profile, a managed profile, what is left of a deleted one, and a
/// device, named by its number.
fn tree() -> Directory {
    let mut changes: Vec<Change> = PARENTS
        .iter()
        .map(|(id, parent)| {
            let kind = Kind::Organisation(Level::Reseller);
            Change::Account(Account::new(AccountId(*id), parent.map(AccountId), name(&format!("a{id}")), kind))
        })
        .collect();
    for (id, _) in PARENTS {
        let (account, description) = (AccountId(id), Text::default());
        changes.push(group(id));
        changes.push(Change::SecurityProfile(SecurityProfile {
            id: SecurityProfileId(id + 1),
            account,
            name: name(&format!("s{id}")),
            description: description.clone(),
            rights: RightSet::NONE.with(Right::Restore),
            built_in: false,
            stamp: 0,
        }));
        changes.push(Change::User(user(id + 10, id, &format!("u{id}"))));
        changes
            .push(Change::User(User { roles: RoleSet::NONE.with(Role::Superuser), ..user(id + 20, id, &format!("boss{id}")) }));
        changes.push(Change::Profile(managed(id)));
        let buried = Tombstone {
            account,
            guid: guid(id + 10),
            name: name("old"),
            revision: 4,
            deleted_by: name("admin"),
            deleted_at: Timestamp::default(),
            stamp: 0,
        };
        changes.push(Change::Profile(ManagedProfile { id: ProfileId(id + 10), guid: guid(id + 10), ..managed(id) }));
        changes.push(Change::DropProfile { id: ProfileId(id + 10), tombstone: buried });
        changes.push(Change::Device(Device {
            id: DeviceId(id),
            account,
            user: UserId(id + 10),
            installation: installation(id),
            computer: "pc".into(),
            program: "p".into(),
            enrolled: Timestamp::default(),
            stamp: 0,
        }));
    }
    fresh().apply(2, &changes)
}

fn user(id: u32, account: u32, of: &str) -> User {
    User {
        id: UserId(id),
        account: AccountId(account),
        name: name(of),
        description: Text::default(),
        disabled: false,
        built_in: false,
        roles: RoleSet::NONE,
        security_profile: None,
        groups: vec![],
        stamp: 0,
    }
}

fn group(id: u32) -> Change {
    let (account, name) = (AccountId(id), name(&format!("g{id}")));
    Change::Group(Group { id: GroupId(id), account, name, description: Text::default(), stamp: 0 })
}

fn managed(id: u32) -> ManagedProfile {
    ManagedProfile {
        id: ProfileId(id),
        account: AccountId(id),
        guid: guid(id),
        name: name("Documents"),
        description: Text::default(),
        version: 1,
        revision: 1,
        body: Hash::of(b"one"),
        size: 3,
        schedule: None,
        import_schedule: false,
        delete: false,
        groups: vec![],
        uploaded_by: name("admin"),
        uploaded_at: Timestamp::default(),
        stamp: 0,
    }
}

fn guid(id: u32) -> Guid {
    Guid::from_bytes([u8::try_from(id).unwrap(); 16])
}

fn installation(id: u32) -> InstallationId {
    InstallationId::from_bytes([u8::try_from(id).unwrap(); 16])
}

/// The superuser of an account.
fn boss(account: u32) -> Actor {
    Actor::user(UserId(account + 20), String::new())
}

fn refusal(facts: &Directory, actor: &Actor, command: &Command) -> Option<(Code, String)> {
    plan(facts, actor, command, Timestamp::default()).err().map(|refused| (refused.code, refused.message))
}

fn upload(guid: Guid, based_on: u64) -> Command {
    Command::Upload(Upload {
        guid,
        name: name("Documents"),
        description: Text::new("d").unwrap(),
        version: 1,
        body: b"two".as_slice().into(),
        schedule: None,
        based_on,
        account: None,
    })
}

fn in_groups(groups: &[&str]) -> UserPatch {
    UserPatch { groups: Some(groups.iter().map(|group| name(group)).collect()), ..UserPatch::default() }
}

fn modify(login: &str, patch: UserPatch) -> Command {
    Command::ModifyUser { name: login.into(), patch, phc: None }
}

/// Every act on an object of that number.
fn acts(of: u32) -> Vec<Command> {
    let described = || Some(Text::new("new").unwrap());
    let (user, group, security_profile) = (format!("u{of}"), format!("g{of}"), format!("s{of}"));
    let new_user = NewUser {
        name: name("fresh"),
        account: None,
        description: Text::default(),
        roles: RoleSet::NONE,
        security_profile: Some(name(&security_profile)),
        groups: vec![],
        new_groups: vec![],
    };
    let in_group = NewUser { security_profile: None, groups: vec![name(&group)], ..new_user.clone() };
    let (add, remove) = (vec![name(&group)], vec![name(&group)]);
    let own = guid(OWN);
    vec![
        modify(&user, UserPatch { description: described(), ..UserPatch::default() }),
        Command::DeleteUser { name: user },
        Command::ModifyGroup { name: group.clone(), patch: GroupPatch { description: described(), ..GroupPatch::default() } },
        Command::DeleteGroup { name: group.clone(), detach: true },
        Command::ModifySecurityProfile {
            name: security_profile.clone(),
            patch: SecurityProfilePatch { description: described(), ..SecurityProfilePatch::default() },
        },
        Command::DeleteSecurityProfile { name: security_profile.clone() },
        Command::ModifyProfile { guid: guid(of), patch: ProfilePatch { delete: Some(true), ..ProfilePatch::default() } },
        Command::DeleteProfile { guid: guid(of) },
        Command::RemoveDevice { installation: installation(of), account: None },
        Command::CreateUser { user: new_user, phc: phc() },
        Command::CreateUser { user: in_group, phc: phc() },
        modify("u3", in_groups(&[&group])),
        modify("u3", UserPatch { add_groups: add.clone(), ..UserPatch::default() }),
        modify("u3", UserPatch { remove_groups: remove.clone(), ..UserPatch::default() }),
        modify("u3", UserPatch { security_profile: Some(Some(name(&security_profile))), ..UserPatch::default() }),
        Command::ModifyProfile { guid: own, patch: ProfilePatch { add_groups: add, ..ProfilePatch::default() } },
        Command::ModifyProfile { guid: own, patch: ProfilePatch { remove_groups: remove, ..ProfilePatch::default() } },
    ]
}

#[test]
fn what_is_above_beside_or_of_another_root_is_refused_as_what_never_was_acc_4_usr_1() {
    let facts = tree();
    let actor = boss(OWN);
    // Nobody ever had the number 9.
    for (at, never) in acts(9).iter().enumerate() {
        let (code, message) = refusal(&facts, &actor, never).unwrap();
        assert_eq!(code, Code::NotFound, "{never:?}");
        for of in [ROOT, ABOVE, BESIDE, OTHER] {
            let renamed = |text: &str| {
                let renamed = text.replace(&guid(9).to_string(), &guid(of).to_string());
                let renamed = renamed.replace(&installation(9).to_string(), &installation(of).to_string());
                ["u", "g", "s"].iter().fold(renamed, |text, kind| text.replace(&format!("`{kind}9`"), &format!("`{kind}{of}`")))
            };
            assert_eq!(refusal(&facts, &actor, &acts(of)[at]), Some((code, renamed(&message))), "{:?}", acts(of)[at]);
        }
        for of in [OWN, BELOW] {
            assert_eq!(refusal(&facts, &actor, &acts(of)[at]), None, "{:?}", acts(of)[at]);
        }
    }
}

#[test]
fn a_new_object_is_of_the_account_of_who_makes_it_acc_4() {
    let facts = tree();
    let named = |text: &str| (name(text), Text::default());
    let (group, description) = named("new");
    let user = NewUser {
        name: name("new"),
        account: None,
        description: description.clone(),
        roles: RoleSet::NONE,
        security_profile: Some(name("AllAccess")),
        groups: vec![],
        new_groups: vec![name("along")],
    };
    for (account, actor) in [(OWN, boss(OWN)), (BELOW, boss(BELOW)), (ROOT, boss(ROOT)), (ROOT, Actor::system())] {
        // `AllAccess` is the root account's, and seen from everywhere in it (USR-3).
        let commands = [
            Command::CreateUser { user: user.clone(), phc: phc() },
            Command::CreateGroup(NewGroup::new(group.clone())),
            Command::CreateSecurityProfile(NewSecurityProfile::new(group.clone(), RightSet::NONE)),
            upload(guid(9), 0),
        ];
        for command in commands {
            let planned = plan(&facts, &actor, &command, Timestamp::default()).unwrap();
            for change in &planned.changes {
                let of = match change {
                    Change::User(row) => row.account,
                    Change::Group(row) => row.account,
                    Change::SecurityProfile(row) => row.account,
                    Change::Profile(row) => row.account,
                    Change::Body { account, .. } => *account,
                    Change::Password { .. } => continue,
                    other => panic!("{other:?}"),
                };
                assert_eq!(of, AccountId(account), "{change:?}");
            }
            assert_eq!(planned.audit.account, AccountId(account));
        }
    }
    let other = Command::CreateUser { user, phc: phc() };
    assert_eq!(refusal(&facts, &boss(OTHER), &other).unwrap().0, Code::NotFound, "another root account has no `AllAccess`");
}

#[test]
fn a_name_that_is_taken_outside_is_refused_with_nothing_but_that_name_usr_1_pro_3() {
    let facts = tree();
    let actor = boss(OWN);
    let user = |text: &str| NewUser {
        name: name(text),
        account: None,
        description: Text::default(),
        roles: RoleSet::NONE,
        security_profile: None,
        groups: vec![],
        new_groups: vec![],
    };
    let creates = |of: u32| {
        let (person, other) = (format!("U{of}"), format!("G{of}"));
        let profile = format!("S{of}");
        [
            (person.clone(), Command::CreateUser { user: user(&person), phc: phc() }),
            (person.clone(), modify("u3", UserPatch { name: Some(name(&person)), ..UserPatch::default() })),
            (other.clone(), Command::CreateGroup(NewGroup::new(name(&other)))),
            (
                other.clone(),
                Command::ModifyGroup {
                    name: "g3".into(),
                    patch: GroupPatch { name: Some(name(&other)), ..GroupPatch::default() },
                },
            ),
            (other.clone(), modify("u3", UserPatch { new_groups: vec![name(&other)], ..UserPatch::default() })),
            (profile.clone(), Command::CreateSecurityProfile(NewSecurityProfile::new(name(&profile), RightSet::NONE))),
            (
                profile.clone(),
                Command::ModifySecurityProfile {
                    name: "s3".into(),
                    patch: SecurityProfilePatch { name: Some(name(&profile)), ..SecurityProfilePatch::default() },
                },
            ),
        ]
    };
    for of in [ROOT, ABOVE, BESIDE] {
        for (asked, command) in creates(of) {
            let (code, message) = refusal(&facts, &actor, &command).unwrap();
            assert_eq!(code, Code::NameTaken, "{command:?}");
            // As it was asked for, not as the other one is spelled; and not a word about modifying that one.
            assert!(message.starts_with(&format!("the name `{asked}` is taken; ")), "{message}");
        }
        for (guid, based_on) in [(guid(of), 0), (guid(of), 1), (guid(of + 10), 0), (guid(of + 10), 4), (guid(of + 10), 9)] {
            let told = refusal(&facts, &actor, &upload(guid, based_on)).unwrap();
            let wanted = format!("the GUID `{guid}` is taken; upload the managed profile under another one");
            assert_eq!(told, (Code::NameTaken, wanted), "{of} {based_on}");
        }
    }
    // In another root account the same names and GUIDs are free; one's own are told in full.
    for (asked, command) in creates(OTHER) {
        assert_eq!(refusal(&facts, &actor, &command), None, "{asked}");
    }
    assert_eq!(
        (refusal(&facts, &actor, &upload(guid(OTHER), 0)), refusal(&facts, &actor, &upload(guid(OTHER + 10), 0))),
        (None, None)
    );
    for (_, command) in creates(BELOW) {
        let (code, message) = refusal(&facts, &actor, &command).unwrap();
        assert!(code == Code::NameTaken && message.contains("4` already; choose another name or modify that one"), "{message}");
    }
}

#[test]
fn a_deleted_profile_goes_on_in_its_own_account_whoever_above_uploads_it_again_pro_4() {
    let facts = tree();
    for (account, based_on) in [(OWN, 0), (BELOW, 4)] {
        let planned = plan(&facts, &boss(OWN), &upload(guid(account + 10), based_on), Timestamp::default()).unwrap();
        let Some(Change::Profile(row)) = planned.changes.last() else { panic!("{:?}", planned.changes) };
        assert_eq!((row.account, row.revision), (AccountId(account), 5));
        let after = facts.apply(3, &planned.changes);
        let sees = after.seen_by(&boss(OWN));
        assert!(sees.tombstone(&row.guid).is_none() && sees.profile(&row.guid).is_some());
    }
}

#[test]
fn what_was_given_from_above_counts_is_not_named_and_is_not_taken_away_unseen_pro_1_dec_3() {
    let facts = tree();
    // Somebody above shares a profile of his with a user below through a group of his, and gives him a security profile.
    let given = User {
        groups: vec![GroupId(ABOVE), GroupId(OWN)],
        security_profile: Some(SecurityProfileId(ABOVE + 1)),
        ..user(OWN + 10, OWN, "u3")
    };
    let shared = ManagedProfile { groups: vec![GroupId(ABOVE)], ..managed(ABOVE) };
    let facts = facts.apply(3, &[Change::User(given), Change::Profile(shared)]);
    let row = |facts: &Directory| facts.user(UserId(OWN + 10)).unwrap().clone();
    let may = |facts: &Directory| facts.decide(UserId(OWN + 10), Action::Restore, Resource::Managed(guid(ABOVE)));
    assert_eq!(may(&facts), Decision::ALLOW);
    assert_eq!(Subject::new(&facts, &row(&facts)).list().profiles.len(), 1, "the host's list names it");
    // Whoever says which groups there are to be says it of those that he sees.
    for (patch, groups) in [
        (in_groups(&[]), vec![GroupId(ABOVE)]),
        (in_groups(&["g4"]), vec![GroupId(ABOVE), GroupId(BELOW)]),
        (in_groups(&["g3"]), vec![GroupId(ABOVE), GroupId(OWN)]),
    ] {
        let planned = plan(&facts, &boss(OWN), &modify("u3", patch), Timestamp::default()).unwrap();
        let after = facts.apply(4, &planned.changes);
        assert_eq!(row(&after).groups, groups);
        assert_eq!(may(&after), Decision::ALLOW);
    }
    // Above it is seen and taken away.
    let planned = plan(&facts, &boss(ABOVE), &modify("u3", in_groups(&[])), Timestamp::default()).unwrap();
    assert_eq!(may(&facts.apply(4, &planned.changes)), Decision::deny(Gate::Entitlement, Code::DeniedEntitlement));
    // Told from below, what refused has no name; told from above, it has.
    let user = row(&facts);
    let told = |account: u32| {
        let sees = facts.seen_by(&boss(account));
        let subject = Subject::new(&facts, &user);
        subject.explain_to(sees, Action::Modify, Resource::Managed(guid(ABOVE)), &Context::default())
    };
    assert!(told(ABOVE).sentence.contains("`s2`") && told(ABOVE).sentence.contains("`Documents`"), "{}", told(ABOVE).sentence);
    assert!(told(OWN).sentence.ends_with(": set above your account"), "{}", told(OWN).sentence);
    assert!(!format!("{:?}", told(OWN)).contains("s2") && !format!("{:?}", told(OWN)).contains("Documents"), "{:?}", told(OWN));
}

#[test]
fn who_is_outside_and_has_what_is_ones_own_is_told_without_name_or_figure_usr_7_usr_3() {
    let facts = tree();
    let borrower = User {
        groups: vec![GroupId(OWN)],
        security_profile: Some(SecurityProfileId(OWN + 1)),
        ..user(BESIDE + 10, BESIDE, "u5")
    };
    let facts = facts.apply(3, &[Change::User(borrower)]);
    let delete = |detach| Command::DeleteGroup { name: "g3".into(), detach };
    let (code, message) = refusal(&facts, &boss(OWN), &delete(false)).unwrap();
    assert_eq!(code, Code::InUse);
    assert!(message.contains("in use outside of your account") && !message.contains("u5"), "{message}");
    let (_, seen) = refusal(&facts, &boss(ABOVE), &delete(false)).unwrap();
    assert!(seen.contains("1 users and 0 profiles"), "{seen}");
    let planned = plan(&facts, &boss(OWN), &delete(true), Timestamp::default()).unwrap();
    let after = facts.apply(4, &planned.changes);
    assert_eq!(after.user(UserId(BESIDE + 10)).unwrap().groups, [], "it is one's own group, and nobody is left in it");
    let drop = Command::DeleteSecurityProfile { name: "s3".into() };
    let (code, message) = refusal(&facts, &boss(OWN), &drop).unwrap();
    assert!(code == Code::InUse && message.contains("in use outside of your account"), "{message}");
    assert!(refusal(&facts, &boss(ABOVE), &drop).unwrap().1.starts_with("1 user has"), "above it is told");
}

#[test]
fn nobody_is_left_without_a_superuser_above_him_or_beside_him_usr_6() {
    let facts = tree();
    let demote = |login: &str| modify(login, UserPatch { roles: Some(RoleSet::NONE), ..UserPatch::default() });
    // Above there are others; the one who does it is himself one.
    for of in [ABOVE, OWN, BELOW] {
        assert_eq!(refusal(&facts, &boss(ROOT), &demote(&format!("boss{of}"))), None, "{of}");
    }
    // A superuser further down is none for who is above him.
    let Change::User(mut admin) = Change::User(facts.user(UserId(1)).unwrap().clone()) else { unreachable!() };
    admin.roles = RoleSet::NONE;
    let facts = facts.apply(3, &[Change::User(admin)]);
    assert_eq!(refusal(&facts, &Actor::system(), &demote("boss1")).unwrap().0, Code::LastSuperuser);
    assert_eq!(refusal(&facts, &Actor::system(), &demote("boss3")), None);
}

#[test]
fn the_server_itself_is_of_the_operator_s_account_and_of_none_below_it_acc_4_usr_10() {
    let facts = tree();
    for (account, code) in
        [(ROOT, None), (ABOVE, Some(Code::DeniedModule)), (OWN, Some(Code::DeniedModule)), (OTHER, Some(Code::DeniedModule))]
    {
        for access in [TaskAccess::Read, TaskAccess::Write] {
            let told = authorise(&facts, &boss(account), Task::Server, access).err().map(|refused| refused.code);
            assert_eq!(told, code, "{account} {access:?}");
        }
        assert_eq!(authorise(&facts, &boss(account), Task::Users, TaskAccess::Write), Ok(()));
    }
}
