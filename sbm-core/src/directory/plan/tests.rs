//! Plans, act by act; each test reads like the form it stands for.

use alloc::vec;

use super::*;
use crate::account::tree::Kind;
use crate::account::{AccountState, Level};
use crate::allowlist::AllowKind;
use crate::directory::command::{NewUser, Upload, UserPatch};
use crate::directory::facts::{NextIds, Rows};
use crate::directory::rows::{Account, Allow, SecurityProfile, Server};
use crate::factor::{FactorRule, Kept};
use crate::id::{AllowId, Guid, InstallationId, SecurityProfileId, UserId};
use crate::name::Text;
use crate::permission::{Action, Context, Decision, Gate, Resource, Right, RightSet, Role, RoleSet};
use crate::wire::v1::admin::{GroupPatch, NewAllowEntry, NewGroup, NewSecurityProfile, ProfilePatch, SecurityProfilePatch};
use zeroize::Zeroizing;

mod accounts;
mod agents;
mod allowlist;
mod asked;
mod below;
mod details;
mod enrolments;
mod factor;
mod grouping;
mod log;
mod reach;
mod renamed;
mod roles;
mod roots;
mod scope;
mod shelf;
mod silos;
mod tokens;
mod upkeep;

const GUID: Guid = Guid::from_bytes([9; 16]);

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

/// A server as the first migration makes it, claimed.
fn fresh() -> Directory {
    Directory::new(Rows {
        revision: 1,
        server: Server { claimed: true, epoch: 1, keys: None, max_offline: None, second_factor: FactorRule::default(), stamp: 1 },
        accounts: vec![Account {
            stamp: 1,
            ..Account::new(AccountId::ROOT, None, name("root"), Kind::Organisation(Level::Reseller))
        }],
        users: vec![User {
            id: UserId(1),
            account: AccountId::ROOT,
            name: name("admin"),
            description: Text::default(),
            disabled: false,
            built_in: true,
            roles: RoleSet::NONE.with(Role::Superuser),
            security_profile: Some(SecurityProfileId(1)),
            groups: vec![],
            stamp: 1,
        }],
        factors: vec![],
        groups: vec![],
        security_profiles: vec![SecurityProfile {
            id: SecurityProfileId(1),
            account: AccountId::ROOT,
            name: name("AllAccess"),
            description: Text::default(),
            rights: RightSet::ALL_ACCESS,
            built_in: true,
            stamp: 1,
        }],
        profiles: vec![],
        roles: vec![],
        grants: vec![],
        tombstones: vec![],
        devices: vec![],
        allow: vec![Allow {
            id: AllowId(1),
            account: AccountId::ROOT,
            kind: AllowKind::Address,
            pattern: "127.0.0.0/8".into(),
            comment: Text::default(),
            stamp: 1,
        }],
        marks: vec![],
        next: NextIds::default(),
    })
}

/// A world that acts change one after another.
struct World(Directory);

impl World {
    fn new() -> Self {
        Self(fresh())
    }

    fn as_user(&self, user: &str, address: &str) -> Actor {
        Actor::user(self.0.user_named(AccountId::ROOT, user).unwrap().id, address.into())
    }

    fn act_as(&mut self, user: &str, command: Command) -> Result<usize, Code> {
        let actor = self.as_user(user, "10.0.0.5");
        let planned = plan(&self.0, &actor, &command, Timestamp::from_millis(5)).map_err(|refused| refused.code)?;
        if !planned.changes.is_empty() {
            self.0 = self.0.apply(self.0.revision() + 1, &planned.changes);
        }
        Ok(planned.changes.len())
    }

    fn act(&mut self, command: Command) -> Result<usize, Code> {
        self.act_as("admin", command)
    }

    fn user(&mut self, user: &str, security_profile: Option<&str>, groups: &[&str]) {
        let user = NewUser {
            name: name(user),
            account: None,
            description: Text::default(),
            roles: RoleSet::NONE,
            security_profile: security_profile.map(name),
            groups: groups.iter().map(|group| name(group)).collect(),
            new_groups: vec![],
        };
        self.act(Command::CreateUser { user, phc: phc() }).unwrap();
    }

    fn group(&mut self, group: &str) {
        self.act(Command::CreateGroup(NewGroup::new(name(group)))).unwrap();
    }

    fn security_profile(&mut self, profile: &str, rights: &[Right]) {
        let rights = rights.iter().copied().collect();
        self.act(Command::CreateSecurityProfile(NewSecurityProfile::new(name(profile), rights))).unwrap();
    }

    fn patch_profile(&mut self, patch: ProfilePatch) -> Result<usize, Code> {
        self.act(Command::ModifyProfile { guid: GUID, patch })
    }

    fn decide(&self, user: &str, action: Action, resource: Resource) -> Decision {
        let user = self.0.user_named(AccountId::ROOT, user).unwrap();
        Subject::new(&self.0, user).decide(action, resource, &Context::default())
    }

    fn profile(&self) -> &crate::directory::rows::ManagedProfile {
        self.0.profile(AccountId::ROOT, &GUID).unwrap()
    }
}

fn phc() -> Zeroizing<String> {
    Zeroizing::new("$argon2id$".into())
}

fn upload(content: &str, based_on: u64) -> Command {
    Command::Upload(Upload {
        guid: GUID,
        name: name("Finance documents"),
        description: Text::new("every night").unwrap(),
        version: 1,
        body: content.as_bytes().into(),
        schedule: None,
        based_on,
        account: None,
    })
}

#[test]
fn a_user_and_a_profile_meet_in_a_group_pro_1() {
    let mut world = World::new();
    world.group("Finance");
    world.security_profile("End user", &[Right::RunManually]);
    world.user("carol", Some("end USER"), &["finance"]);
    world.act(upload("one", 0)).unwrap();
    let managed = Resource::Managed(GUID);
    assert_eq!(world.decide("carol", Action::RunManually, managed), Decision::deny(Gate::Entitlement, Code::DeniedEntitlement));
    world.patch_profile(ProfilePatch { add_groups: vec![name("Finance")], ..ProfilePatch::default() }).unwrap();
    assert_eq!(world.decide("carol", Action::RunManually, managed), Decision::ALLOW);
    assert_eq!(world.decide("carol", Action::Create, Resource::Local), Decision::deny(Gate::Right, Code::DeniedRight));
    // Administrators get no bypass.
    assert_eq!(world.decide("admin", Action::RunManually, managed), Decision::deny(Gate::Entitlement, Code::DeniedEntitlement));
    world.patch_profile(ProfilePatch { delete: Some(true), ..ProfilePatch::default() }).unwrap();
    assert_eq!(world.decide("carol", Action::Restore, Resource::Local).code, Code::DeniedRight);
    assert_eq!(world.decide("carol", Action::RunManually, managed).code, Code::DeniedMarkedForDeletion);
}

#[test]
fn an_upload_names_what_it_was_based_on_pro_4() {
    let mut world = World::new();
    assert_eq!(world.act(upload("one", 3)), Err(Code::Stale));
    world.act(upload("one", 0)).unwrap();
    assert_eq!((world.profile().revision, world.profile().groups.len()), (1, 0));
    assert_eq!(world.act(upload("one", 0)), Ok(0), "identical content makes no revision");
    assert_eq!(world.act(upload("two", 0)), Err(Code::Stale));
    world.act(upload("two", 1)).unwrap();
    assert_eq!(world.profile().revision, 2);
    assert_eq!(world.act(upload("three", 1)), Err(Code::Stale));
}

#[test]
fn an_upload_leaves_groups_and_flags_alone_and_flags_leave_the_revision_alone_pro_3_pro_5() {
    let mut world = World::new();
    world.group("Finance");
    world.act(upload("one", 0)).unwrap();
    let patch = ProfilePatch {
        add_groups: vec![name("Finance")],
        import_schedule: Some(true),
        delete: Some(true),
        ..ProfilePatch::default()
    };
    world.patch_profile(patch).unwrap();
    assert_eq!(world.profile().revision, 1);
    world.act(upload("two", 1)).unwrap();
    assert_eq!(
        (world.profile().revision, world.profile().groups.len(), world.profile().import_schedule, world.profile().delete),
        (2, 1, true, true)
    );
}

#[test]
fn an_upload_needs_a_description_and_the_role_pro_2() {
    let mut world = World::new();
    world.user("carol", Some("AllAccess"), &[]);
    assert_eq!(world.act_as("carol", upload("one", 0)), Err(Code::DeniedRole));
    let Command::Upload(mut bare) = upload("one", 0) else { unreachable!() };
    bare.description = Text::new("  ").unwrap();
    assert_eq!(world.act(Command::Upload(bare.clone())), Err(Code::InvalidName));
    bare.description = Text::new("x").unwrap();
    bare.body = vec![0; crate::wire::MAX_BODY + 1].into();
    assert_eq!(world.act(Command::Upload(bare)), Err(Code::TooLarge));
}

#[test]
fn the_last_superuser_and_oneself_stay_usr_6() {
    let mut world = World::new();
    let patch = |name: &str, patch: UserPatch| Command::ModifyUser { name: name.into(), patch, phc: None };
    let demote = || UserPatch { roles: Some(RoleSet::NONE), ..UserPatch::default() };
    let disable = || UserPatch { disabled: Some(true), ..UserPatch::default() };
    assert_eq!(world.act(patch("admin", demote())), Err(Code::LastSuperuser));
    assert_eq!(world.act(patch("admin", disable())), Err(Code::LastSuperuser));
    world.user("dora", None, &[]);
    let promote = UserPatch { roles: Some(RoleSet::NONE.with(Role::Superuser)), ..UserPatch::default() };
    world.act(patch("dora", promote)).unwrap();
    assert_eq!(world.act(patch("admin", demote())), Err(Code::LastSuperuser), "oneself, though there is another");
    assert_eq!(world.act_as("dora", Command::DeleteUser { name: "dora".into() }), Err(Code::LastSuperuser));
    world.act_as("dora", patch("admin", demote())).unwrap();
    assert_eq!(world.act_as("dora", Command::DeleteUser { name: "admin".into() }), Err(Code::BuiltIn));
    assert_eq!(world.act(patch("dora", demote())), Err(Code::DeniedRole));
}

#[test]
fn built_in_and_used_objects_stay_usr_3_usr_7() {
    let mut world = World::new();
    world.group("Finance");
    world.security_profile("End user", &[Right::Restore]);
    world.user("carol", Some("End user"), &["Finance"]);
    world.act(upload("one", 0)).unwrap();
    world.patch_profile(ProfilePatch { add_groups: vec![name("Finance")], ..ProfilePatch::default() }).unwrap();
    let rights = SecurityProfilePatch { rights: Some(RightSet::NONE), ..SecurityProfilePatch::default() };
    assert_eq!(world.act(Command::ModifySecurityProfile { name: "AllAccess".into(), patch: rights }), Err(Code::BuiltIn));
    assert_eq!(world.act(Command::DeleteSecurityProfile { name: "allaccess".into() }), Err(Code::BuiltIn));
    assert_eq!(world.act(Command::DeleteSecurityProfile { name: "End user".into() }), Err(Code::InUse));
    assert_eq!(world.act(Command::DeleteGroup { name: "Finance".into(), detach: false }), Err(Code::InUse));
    world.act(Command::DeleteGroup { name: "Finance".into(), detach: true }).unwrap();
    assert!(world.profile().groups.is_empty());
    assert_eq!(world.act(Command::DeleteGroup { name: "Finance".into(), detach: true }), Err(Code::NotFound));
}

#[test]
fn names_are_unique_without_regard_to_case_usr_1() {
    let mut world = World::new();
    world.group("Finance");
    world.group("Sales");
    assert_eq!(world.act(Command::CreateGroup(NewGroup::new(name("FINANCE")))), Err(Code::NameTaken));
    let rename = |to: &str| Command::ModifyGroup {
        name: "Sales".into(),
        patch: GroupPatch { name: Some(name(to)), ..GroupPatch::default() },
    };
    assert_eq!(world.act(rename("finance")), Err(Code::NameTaken));
    world.act(rename("SALES")).unwrap();
    assert_eq!(world.act(Command::DeleteGroup { name: "sales".into(), detach: false }), Ok(1));
}

#[test]
fn removing_what_admits_oneself_asks_first_net_7() {
    let mut world = World::new();
    let add = |pattern: &str| {
        Command::AddAllow(NewAllowEntry { kind: AllowKind::Address, pattern: pattern.into(), comment: Text::default() })
    };
    world.act(add("10.0.0.5")).unwrap();
    assert_eq!(world.act(add("10.0.0.5")), Err(Code::NameTaken));
    assert_eq!(world.act(add("10.0.0.")).unwrap(), 1);
    assert_eq!(world.act(add("not an address")), Err(Code::InvalidPattern));
    let remove = |id: u32, confirm: bool| Command::RemoveAllow { id: AllowId(id), confirm };
    world.act(remove(2, false)).unwrap();
    assert_eq!(world.act(remove(3, false)), Err(Code::ConfirmationNeeded));
    world.act(remove(3, true)).unwrap();
    assert_eq!(
        world.act(remove(1, false)),
        Err(Code::ConfirmationNeeded),
        "10.0.0.5 is not loopback and nothing admits it any more"
    );
    assert!(world.0.admits_peer("127.0.0.1".parse().unwrap()) && !world.0.admits_peer("10.0.0.5".parse().unwrap()));
}

#[test]
fn whatever_changes_for_a_user_raises_the_number_of_his_head_off_3() {
    let mut world = World::new();
    world.group("Finance");
    world.group("Sales");
    world.security_profile("End user", &[Right::Restore]);
    world.user("carol", Some("End user"), &["Finance"]);
    world.user("bob", None, &["Sales"]);
    let enrol = |installation: u8| Command::Enrol {
        installation: InstallationId::from_bytes([installation; 16]),
        computer: "pc".into(),
        program: "p".into(),
    };
    world.act_as("carol", enrol(1)).unwrap();
    world.act_as("bob", enrol(2)).unwrap();
    world.act(upload("one", 0)).unwrap();
    let number = |world: &World, of: u8| {
        let device = world.0.device_of(AccountId::ROOT, &InstallationId::from_bytes([of; 16])).unwrap();
        world.0.number_for(device).unwrap()
    };
    let modify = |patch: UserPatch| Command::ModifyUser { name: "carol".into(), patch, phc: None };
    let profile = |patch: ProfilePatch| Command::ModifyProfile { guid: GUID, patch };
    let into = |group: &str| profile(ProfilePatch { add_groups: vec![name(group)], ..ProfilePatch::default() });
    // (what changes, whether Carol's head does, whether Bob's does)
    let acts = [
        (into("Finance"), true, false),
        (upload("two", 1), true, false),
        (profile(ProfilePatch { delete: Some(true), ..ProfilePatch::default() }), true, false),
        (into("Sales"), true, true),
        (profile(ProfilePatch { remove_groups: vec![name("Finance")], ..ProfilePatch::default() }), true, true),
        (
            Command::ModifySecurityProfile {
                name: "End user".into(),
                patch: SecurityProfilePatch { rights: Some(RightSet::NONE), ..SecurityProfilePatch::default() },
            },
            true,
            false,
        ),
        (modify(UserPatch { groups: Some(vec![name("Sales")]), ..UserPatch::default() }), true, false),
        (modify(UserPatch { security_profile: Some(None), ..UserPatch::default() }), true, false),
        (Command::DeleteGroup { name: "Sales".into(), detach: true }, true, true),
    ];
    for (act, carol, bob) in acts {
        let before = (number(&world, 1), number(&world, 2));
        let what = act.act();
        world.act(act).unwrap();
        assert_eq!((number(&world, 1) > before.0, number(&world, 2) > before.1), (carol, bob), "{what}");
    }
}

#[test]
fn equal_facts_make_equal_heads_and_a_number_names_one_content_off_3() {
    let mut world = World::new();
    world.group("Finance");
    world.user("carol", Some("AllAccess"), &["Finance"]);
    world
        .act_as(
            "carol",
            Command::Enrol { installation: InstallationId::from_bytes([1; 16]), computer: "pc".into(), program: "p".into() },
        )
        .unwrap();
    let head = |world: &World| {
        let device = world.0.device_of(AccountId::ROOT, &InstallationId::from_bytes([1; 16])).unwrap();
        world.0.head_for(device).unwrap()
    };
    let before = head(&world);
    world.group("Nobody's");
    assert_eq!(head(&world), before, "what is not Carol's changes nothing for her");
    assert!(before.head.to_bytes().len() <= crate::cache::Domain::Head.max_bytes());
}

#[test]
fn a_removed_user_takes_his_devices_along() {
    let mut world = World::new();
    world.user("carol", None, &[]);
    world
        .act_as(
            "carol",
            Command::Enrol { installation: InstallationId::from_bytes([1; 16]), computer: "pc".into(), program: "p".into() },
        )
        .unwrap();
    world.act(Command::DeleteUser { name: "carol".into() }).unwrap();
    assert_eq!((world.0.devices().count(), world.0.user_named(AccountId::ROOT, "carol").is_none()), (0, true));
    world.user("carol", None, &[]);
    assert_eq!(world.0.user_named(AccountId::ROOT, "carol").unwrap().id, UserId(3), "an id is never given twice");
}

#[test]
fn a_claim_wins_once_run_2() {
    let mut facts = fresh();
    facts = facts.apply(2, &[Change::Server(Server { claimed: false, ..facts.server().clone() })]);
    assert!(!facts.admits_peer("10.0.0.5".parse().unwrap()));
    let actor = Actor { kind: ActorKind::Setup, address: "127.0.0.1".into(), host: None, session: None, limit: None, task: None };
    let claim = Command::Claim { phc: phc() };
    let planned = plan(&facts, &actor, &claim, Timestamp::default()).unwrap();
    facts = facts.apply(3, &planned.changes);
    assert_eq!(plan(&facts, &actor, &claim, Timestamp::default()).unwrap_err().code, Code::AlreadyClaimed);
}
