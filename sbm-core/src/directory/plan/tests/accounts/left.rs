//! What an account leaves when it goes, becomes something else or is moved: nothing to who comes after it (ACC-2, ACC-8, ACC-11).

use super::*;
use crate::directory::plan::{may_come, plan_enrolment};
use crate::directory::rows::{Device, ManagedProfile, Tombstone};
use crate::enrolment::EnrolmentKind;
use crate::id::{Hash, ProfileId};
use crate::permission::Ceiling;

fn device(id: u32, account: AccountId, user: UserId) -> Change {
    Change::Device(Device {
        id: DeviceId(id),
        account,
        user,
        installation: InstallationId::from_bytes([u8::try_from(id).unwrap(); 16]),
        computer: "pc".into(),
        program: "x 1".into(),
        enrolled: NOW,
        stamp: 0,
    })
}

fn placed(account: &str) -> AccountPatch {
    AccountPatch { parent: Some(path(account)), ..AccountPatch::default() }
}

fn levelled(level: Option<Level>) -> AccountPatch {
    AccountPatch { level: Some(level), ..AccountPatch::default() }
}

fn documents(account: AccountId) -> ManagedProfile {
    ManagedProfile {
        id: ProfileId(1),
        account,
        guid: GUID,
        name: name("Documents"),
        description: Text::default(),
        version: 1,
        revision: 5,
        body: Hash::of(b"five"),
        size: 4,
        schedule: None,
        import_schedule: false,
        delete: false,
        groups: vec![],
        uploaded_by: name("admin"),
        uploaded_at: NOW,
        stamp: 0,
    }
}

fn come(account: AccountId) -> Command {
    let (installation, computer, program) = (InstallationId::from_bytes([9; 16]), "pc".into(), "x 1".into());
    Command::EnrolInto { account, installation, computer, program, by: "by a code".into() }
}

impl World {
    fn put(&mut self, changes: &[Change]) {
        self.0 = self.0.apply(self.0.revision() + 1, changes);
    }

    /// Deletes a backup account, as it comes to pass the morning after.
    pub(super) fn delete(&mut self, account: &str) -> Vec<Change> {
        let id = self.account(account).unwrap().id;
        self.act(live(&[account], Wish::Delete(morning()))).unwrap();
        let planned = plan(&self.0, &Actor::system(), &drop_now(id), morning()).unwrap();
        self.put(&planned.changes);
        planned.changes
    }

    fn may_come(&self, user: UserId, account: AccountId) -> Result<(), Code> {
        may_come(&self.0, EnrolmentKind::Passphrase, user, account).map_err(|refused| refused.code)
    }
}

#[test]
fn whoever_comes_in_the_place_of_a_deleted_account_has_nothing_of_it_acc_2_acc_8_dev_1() {
    let mut world = peopled();
    for account in ["root>acme>lab", "root>acme>lab>pc-3"] {
        world.act(make(account, None)).unwrap();
    }
    let ann = world.staff("root>acme", "ann", Role::Operator);
    let serves = Command::AssignAgent { account: path("root>acme>lab>pc-3"), agent: "ann".into() };
    world.act(serves).unwrap();
    let (lab, pc) = (world.account("root>acme>lab").unwrap().id, world.account("root>acme>lab>pc-3").unwrap().clone());
    assert_eq!(world.may_come(ann, lab), Ok(()));
    world.delete("root>acme>lab");
    let left = world.account("root>acme>lab>pc-3").unwrap().clone();
    assert_eq!(left, Account { parent: left.parent, stamp: left.stamp, ..pc }, "the child is what it was");
    assert_eq!((world.0.account(lab), world.0.account_name(left.id).as_str()), (None, "root>acme>lab>pc-3"));
    // No code of before makes a device in it, and what is by its id is by nobody's.
    assert_eq!(world.may_come(ann, lab), Err(Code::NotFound));
    assert_eq!(world.act_by(ann, &come(lab)).unwrap_err().code, Code::NotFound);
    world.act(make("root>acme>lab", None)).unwrap();
    let again = world.account("root>acme>lab").unwrap().id;
    assert!(again > lab && world.account("root>acme>lab>pc-3").unwrap().parent == Some(again));
    assert_eq!((world.may_come(ann, lab), world.may_come(ann, again)), (Err(Code::NotFound), Ok(())));
}

#[test]
fn what_is_left_is_the_same_whether_several_go_at_once_or_one_after_the_other_acc_3_acc_6() {
    let mut world = peopled();
    for (account, level) in
        [("root>acme>south", Some(Level::Site)), ("root>other>pc-9", None), ("root>third", Some(Level::Reseller))]
    {
        world.act(make(account, level)).unwrap();
    }
    world.delete("root>acme>north>pc-1");
    let agent = world.staff("root>acme", "agent", Role::Operator);
    world.staff("root>acme>south", "sue", Role::Operator);
    world.group("Shared");
    world.group("Kept");
    world.user("bob", None, &["Shared", "Kept"]);
    let of = |world: &World, account: &str| world.account(account).unwrap().clone();
    let (south, pc) = (of(&world, "root>acme>south"), of(&world, "root>other>pc-9"));
    let shared = world.0.group_named(AccountId::ROOT, "Shared").unwrap().clone();
    let bob = world.0.user_named(AccountId::ROOT, "bob").unwrap().clone();
    let profile = ManagedProfile { groups: bob.groups.clone(), ..documents(of(&world, "root>third").id) };
    world.put(&[
        Change::Group(Group { account: south.id, ..shared }),
        Change::Account(Account { agent: Some(agent), ..pc }),
        Change::Profile(profile),
    ]);
    let orgs = ["root>acme", "root>acme>north", "root>third", "root>acme>south", "root>acme"];
    let mut one_by_one = World(world.0.clone());
    for account in ["root>acme>south", "root>acme>north", "root>acme", "root>third"] {
        one_by_one.act(live(&[account], Wish::Delete(morning()))).unwrap();
    }
    world.act(live(&orgs, Wish::Delete(morning()))).unwrap();
    let left = |world: &World| {
        let facts = &world.0;
        let accounts: Vec<_> = facts.accounts().map(|row| (facts.account_name(row.id), row.kind, row.agent)).collect();
        let users: Vec<_> = facts.users().map(|row| (row.id, row.groups.clone())).collect();
        let groups: Vec<_> = facts.groups().map(|row| (row.id, row.name.clone())).collect();
        let profiles: Vec<_> = facts.profiles().map(|row| (row.guid, row.groups.clone())).collect();
        (accounts, users, groups, profiles, facts.tombstones().count())
    };
    assert_eq!(left(&world), left(&one_by_one));
    let (_, users, groups, profiles, tombstones) = left(&world);
    assert_eq!((groups.len(), profiles.len(), tombstones), (1, 0, 1));
    assert!(users.iter().all(|(_, of)| of.len() <= 1) && world.account("root>other>pc-9").unwrap().agent.is_none());
}

#[test]
fn a_part_of_a_name_takes_no_device_and_one_with_a_device_goes_with_it_acc_2_dev_1() {
    let mut world = peopled();
    world.act(make("root>acme>lab>pc-3", None)).unwrap();
    let ann = world.staff("root>acme", "ann", Role::Operator);
    let lab = world.account("root>acme>lab>pc-3").unwrap().parent.unwrap();
    assert_eq!(world.may_come(ann, lab), Err(Code::NotFound));
    assert_eq!(world.act_by(ann, &come(lab)).unwrap_err().code, Code::NotFound);
    // One that was let in by a server that did not ask.
    world.put(&[device(1, lab, ann)]);
    let moved = AccountPatch { parent: Some(path("root>acme>north")), ..AccountPatch::default() };
    let by_move = plan(&world.0, &world.as_user("admin", ""), &patch("root>acme>lab>pc-3", moved), NOW).unwrap().changes;
    let by_end = world.delete("root>acme>lab>pc-3");
    for changes in [by_move, by_end] {
        let at = |wanted: Change| changes.iter().position(|change| *change == wanted);
        let (device, node) = (at(Change::DropDevice(DeviceId(1))), at(Change::DropAccount(lab)));
        assert!(device.is_some() && device < node, "{changes:?}");
    }
    assert_eq!((world.0.account(lab), world.0.devices().count()), (None, 0));
}

#[test]
fn an_account_that_is_about_to_be_deleted_takes_no_device_by_a_code_acc_8_dev_1() {
    let mut world = peopled();
    let officer = [Role::Superuser, Role::SecurityOfficer].into_iter().collect();
    world.put(&[Change::User(User { roles: officer, ..world.0.user(UserId(1)).unwrap().clone() })]);
    let ann = world.staff("root>acme", "ann", Role::Operator);
    let pc = world.account("root>acme>north>pc-1").unwrap().id;
    let code = |world: &World| {
        let new = serde_json::json!({"kind": "code", "user": "ann", "account": "root>acme>north>pc-1"});
        let new = serde_json::from_value(new).unwrap();
        plan_enrolment(&world.0, &world.as_user("admin", ""), &new, NOW).map(drop).map_err(|refused| refused.code)
    };
    assert_eq!((code(&world), world.may_come(ann, pc)), (Ok(()), Ok(())));
    world.act(live(&["root>acme>north>pc-1"], Wish::Delete(morning()))).unwrap();
    let pending = Err(Code::DeniedAccountDeletion);
    assert_eq!((code(&world), world.may_come(ann, pc)), (pending, pending));
    assert_eq!(world.act_by(ann, &come(pc)).unwrap_err().code, Code::DeniedAccountDeletion);
    world.act(live(&["root>acme>north>pc-1"], Wish::Keep)).unwrap();
    assert_eq!((code(&world), world.act_by(ann, &come(pc)).is_ok()), (Ok(()), true));
}

#[test]
fn a_token_for_an_account_that_is_gone_makes_nothing_anywhere_run_11_acc_4_acc_8() {
    let mut world = peopled();
    world.act(make("root>acme>lab>pc-3", None)).unwrap();
    world.act(make("root>acme>lab", None)).unwrap();
    let boss = world.staff("root>acme", "boss", Role::Superuser);
    let most = Task::ALL.into_iter().fold(Ceiling::NONE, |most, task| most.with(task, TaskAccess::Write));
    let below = Some(world.account("root>acme>lab").unwrap().id);
    let token = Actor { limit: Some(Limit { most, below }), ..Actor::user(boss, String::new()) };
    let user = NewUser {
        name: name("ann"),
        account: None,
        description: Text::default(),
        roles: RoleSet::NONE,
        security_profile: Some(name("AllAccess")),
        groups: vec![],
        new_groups: vec![],
    };
    let commands = [
        Command::CreateUser { user, phc: phc() },
        Command::CreateGroup(serde_json::from_value(serde_json::json!({"name": "x"})).unwrap()),
        Command::CreateSecurityProfile(serde_json::from_value(serde_json::json!({"name": "x", "rights": []})).unwrap()),
        Command::CreateRole(serde_json::from_value(serde_json::json!({"name": "x", "tasks": {"history_read": "read"}})).unwrap()),
        upload("one", 0),
        make("root>acme>lab>pc-4", None),
    ];
    let told = |world: &World| {
        let refused = |command| plan(&world.0, &token, command, NOW).err().map(|refused| refused.code);
        commands.each_ref().map(refused)
    };
    assert_eq!(told(&world), [None; 6]);
    world.delete("root>acme>lab");
    assert_eq!(told(&world), [Some(Code::NotFound); 6]);
    world.act(make("root>acme>lab", None)).unwrap();
    assert_eq!(told(&world), [Some(Code::NotFound); 6], "it was for another one of that name");
}

#[test]
fn those_below_a_root_account_that_goes_are_found_by_their_names_still_acc_2_usr_1() {
    let mut world = World::new();
    for (account, level) in [("lone", None), ("lone>shop", Some(Level::EndCustomer)), ("lone>shop>till", None)] {
        world.act(make(account, level)).unwrap();
    }
    let (root, shop) = (world.account("lone").unwrap().id, world.account("lone>shop").unwrap().id);
    let mia = world.staff("lone>shop", "mia", Role::Superuser);
    let group = serde_json::from_value(serde_json::json!({"name": "Finance"})).unwrap();
    world.act_by(mia, &Command::CreateGroup(group)).unwrap();
    world.act_by(mia, &upload("one", 0)).unwrap();
    let told = |world: &World| {
        let facts = &world.0;
        let root = facts.root_of(shop);
        let user = facts.user_by_login(AccountId::ROOT, "lone>shop>mia").map(|user| user.id);
        let held = (facts.group_named(root, "finance").is_some(), facts.profile(root, &GUID).is_some());
        let login = facts.user_named(root, "MIA").map(|user| facts.login_of(user));
        (user, held, login, facts.account_named(&path("LONE>shop>till")).is_some())
    };
    let before = told(&world);
    assert_eq!(before, (Some(mia), (true, true), Some("lone>shop>mia".to_string()), true));
    world.delete("lone");
    assert!(world.0.account(root).is_none() && world.0.root_of(shop) > root);
    assert_eq!(told(&world), before);
    assert!(world.0.user_named(root, "mia").is_none() && world.0.profile(root, &GUID).is_none());
    world.act_by(mia, &Command::DeleteProfile { guid: GUID }).unwrap();
    world.act(make("lone", Some(Level::Reseller))).unwrap();
    assert_eq!(told(&world), (before.0, (true, false), before.2, true));
    assert!(world.0.tombstone(world.0.root_of(shop), &GUID).is_some());
}

#[test]
fn a_level_makes_no_backup_account_of_many_machines_and_no_organisation_of_a_machine_s_acc_8_acc_11() {
    let mut world = peopled();
    let ann = world.staff("root>other", "ann", Role::Operator);
    let other = world.account("root>other").unwrap().id;
    world.put(&[device(1, other, ann), device(2, other, ann)]);
    let refused = world.act_by(UserId(1), &patch("root>other", levelled(None))).unwrap_err();
    assert_eq!((refused.code, refused.message.contains("2 devices")), (Code::InUse, true), "{}", refused.message);
    world.act(patch("root>other", levelled(Some(Level::Site)))).unwrap();
    world.put(&[Change::DropDevice(DeviceId(2))]);
    world.act(patch("root>other", levelled(None))).unwrap();
    // As long as no machine has it and it has no secret it may be an organisation, which goes at once when it is empty.
    world.act(patch("root>other", levelled(Some(Level::Site)))).unwrap();
    world.act(patch("root>other", levelled(None))).unwrap();
    let taken = plan(&world.0, &Actor::system(), &Command::TakeSilo { device: DeviceId(1) }, NOW).unwrap();
    world.put(&taken.changes);
    world.put(&[Change::DropDevice(DeviceId(1))]);
    let secret = Command::CreateSilo { account: new("root>acme>till", None), phc: phc() };
    world.act(secret).unwrap();
    for used in ["root>other", "root>acme>till"] {
        let refused = world.act_by(UserId(1), &patch(used, levelled(Some(Level::Site)))).unwrap_err();
        assert_eq!((refused.code, refused.message.contains(used)), (Code::InUse, true), "{}", refused.message);
        assert_eq!(world.act(patch(used, levelled(None))), Ok(0), "it is one already");
        let orders = world.delete(used).into_iter().filter(|change| matches!(change, Change::Erase(_)));
        assert_eq!((orders.count(), world.account(used)), (1, None), "it ends with notice and an order");
    }
    // One that was never used is what its maker says.
    world.act(make("root>acme>blank", None)).unwrap();
    world.act(patch("root>acme>blank", levelled(Some(Level::Site)))).unwrap();
    world.act(live(&["root>acme>blank"], Wish::Delete(morning()))).unwrap();
    assert_eq!(world.account("root>acme>blank"), None, "an empty organisation goes at once");
}

#[test]
fn organisations_that_go_together_go_in_whatever_order_they_are_listed_acc_3_acc_8() {
    let all = ["root>acme>west", "root>acme>west>one", "root>acme>west>one>two"];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut world = peopled();
        for account in all {
            world.act(make(account, Some(Level::Site))).unwrap();
        }
        let listed = order.map(|at| all[at]);
        world.act(live(&listed, Wish::Delete(morning()))).unwrap();
        assert_eq!(all.map(|account| world.account(account)), [None; 3], "{listed:?}");
    }
    let mut world = peopled();
    assert_eq!(world.act(live(&["root>acme", "root>acme>north"], Wish::Delete(morning()))), Err(Code::InUse), "a machine stays");
}

#[test]
fn a_move_leaves_behind_devices_of_users_who_stand_above_no_more_and_says_so_acc_4_pro_1() {
    let mut world = peopled();
    let (ann, local) = (world.staff("root>acme", "ann", Role::Operator), world.staff("root>acme>north", "local", Role::Operator));
    let admin = UserId(1);
    let [acme, north, pc] =
        ["root>acme", "root>acme>north", "root>acme>north>pc-1"].map(|account| world.account(account).unwrap().id);
    let devices = [(1, acme, ann), (2, north, ann), (3, pc, ann), (4, north, local), (5, pc, local), (6, pc, admin)];
    world.put(&devices.map(|(id, account, user)| device(id, account, user)));
    let left = |world: &World| world.0.devices().map(|device| device.id.0).collect::<Vec<_>>();
    let actor = world.as_user("admin", "");
    let planned = plan(&world.0, &actor, &patch("root>acme>north", placed("root>other")), NOW).unwrap();
    assert!(planned.audit.detail.ends_with("without 2 devices of users who stand above no more"), "{}", planned.audit.detail);
    world.put(&planned.changes);
    assert_eq!(left(&world), [1, 4, 5, 6], "history stays (HIS-4)");
    let back = plan(&world.0, &actor, &patch("root>other>north", placed("root>acme")), NOW).unwrap();
    assert!(!back.audit.detail.contains("without"), "{}", back.audit.detail);
    world.put(&back.changes);
    assert_eq!(left(&world), [1, 4, 5, 6]);
}

#[test]
fn the_revisions_of_a_managed_profile_go_on_when_its_account_has_gone_pro_4_pro_7() {
    let mut world = peopled();
    world.act(make("root>acme>lab>desk", Some(Level::Site))).unwrap();
    let desk = world.account("root>acme>lab>desk").unwrap().id;
    let profile = documents(desk);
    let before = Guid::from_bytes([8; 16]);
    let (deleted_by, deleted_at) = (name("admin"), NOW);
    let older = Tombstone { account: desk, guid: before, name: name("Old"), revision: 2, deleted_by, deleted_at, stamp: 0 };
    let gone = Change::DropProfile { id: ProfileId(2), tombstone: older };
    world.put(&[Change::Profile(profile), gone]);
    let ends = ["root>acme>lab>desk", "root>acme>north>pc-1", "root>acme>north", "root>acme"];
    let kept = |world: &World| {
        [GUID, before].map(|guid| {
            let row = world.0.tombstone(AccountId::ROOT, &guid).unwrap();
            (world.0.account_name(row.account), row.revision)
        })
    };
    for (account, above) in ends.into_iter().zip(["root>acme", "root>acme", "root>acme", "root"]) {
        if account.ends_with("pc-1") {
            world.delete(account);
        } else {
            world.act(live(&[account], Wish::Delete(morning()))).unwrap();
        }
        assert_eq!(kept(&world), [(above.to_string(), 5), (above.to_string(), 2)], "{account}");
    }
    world.act(upload("six", 5)).unwrap();
    assert_eq!((world.profile().revision, world.profile().account), (6, AccountId::ROOT));
}
