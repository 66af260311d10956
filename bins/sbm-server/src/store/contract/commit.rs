//! Cases of committing a plan.

use sbm_core::account::Silo;
use sbm_core::account::tree::Kind;
use sbm_core::directory::rows::{Account, CustomRole, Grant, GrantedRole, ManagedProfile, Tombstone};
use sbm_core::directory::{Change, Rows};
use sbm_core::factor::{Channel, KeptAddress};
use sbm_core::id::{AccountId, DeviceId, GrantId, GroupId, ProfileId, RoleId, SecurityProfileId, UserId};
use sbm_core::permission::{Ceiling, Role, Task, TaskAccess};
use zeroize::Zeroizing;

use super::fixture::*;
use super::{Case, World, case};
use crate::store::{Commit, Committed, Revoke, StoreError};

pub(super) const CASES: &[Case] = &[
    case!("commit", a_stale_plan_changes_nothing),
    case!("commit", a_plan_from_the_future_is_stale),
    case!("commit", every_row_gets_the_new_revision_as_its_stamp),
    case!("commit", a_plan_that_is_refused_leaves_nothing),
    case!("commit", changes_audit_and_tokens_go_together),
    case!("commit", a_taken_name_is_refused_whatever_its_case),
    case!("commit", dropped_rows_are_gone),
    case!("commit", an_account_goes_with_the_revisions_of_its_profiles_and_nothing_else_does_acc_8),
    case!("commit", what_is_in_use_is_not_dropped),
    case!("commit", use_may_end_in_the_same_plan_in_any_order),
    case!("commit", roles_and_grants_come_back_whole_and_go_with_whom_and_what_they_are_of_usr_5),
    case!("commit", what_refers_to_nothing_or_is_there_twice_is_refused_by_either_database_usr_5_acc_12),
    case!("commit", ids_are_never_given_twice),
    case!("commit", a_revision_names_its_content_for_ever),
    case!("commit", a_profile_needs_its_body),
    case!("commit", memberships_are_replaced_not_added),
    case!("commit", what_is_not_there_is_neither_dropped_nor_given_a_password),
    case!("commit", plans_one_after_the_other_in_one_queue_all_count),
];

fn loaded(world: &World) -> Rows {
    world.store().load().wait().unwrap()
}

fn commit(world: &World, changes: Vec<Change>) -> Result<Committed, StoreError> {
    let based_on = world.store().revision().wait().unwrap();
    world.store().commit(Commit { based_on, changes, audit: vec![entry("test.commit")], revoke: vec![] }).wait()
}

fn a_stale_plan_changes_nothing(world: &mut World) {
    put(world.store(), vec![Change::Group(group(1, "first"))]);
    let before = loaded(world);
    let stale = Commit {
        based_on: 1,
        changes: vec![Change::Group(group(2, "late"))],
        audit: vec![entry("group.create")],
        revoke: vec![],
    };
    assert_eq!(world.store().commit(stale).wait(), Ok(Committed::Stale(2)));
    assert_eq!(loaded(world), before);
    assert_eq!(world.store().audit_page(0, 10).wait(), Ok(vec![]));
    assert_eq!(world.store().changes_since(2).wait(), Ok(vec![]));
}

fn a_plan_from_the_future_is_stale(world: &mut World) {
    let plan = Commit { based_on: 2, ..Commit::default() };
    assert_eq!(world.store().commit(plan).wait(), Ok(Committed::Stale(1)));
}

fn every_row_gets_the_new_revision_as_its_stamp(world: &mut World) {
    let mut anna = user(2, "anna");
    anna.stamp = 999;
    let revision = put(world.store(), vec![Change::User(anna), Change::Group(group(1, "g"))]);
    assert_eq!(loaded(world).users[1].stamp, revision);
    assert_eq!(loaded(world).groups[0].stamp, revision);
    assert_eq!(loaded(world).users[0].stamp, 1, "admin was not put");
}

fn a_plan_that_is_refused_leaves_nothing(world: &mut World) {
    put(world.store(), vec![Change::Group(group(1, "taken"))]);
    let before = loaded(world);
    let refused = commit(world, vec![Change::User(user(2, "anna")), Change::Group(group(2, "taken"))]);
    assert!(matches!(refused, Err(StoreError::Taken(_))), "{refused:?}");
    assert_eq!(loaded(world), before, "neither the user nor a used-up id nor a revision is left");
    assert_eq!(world.store().audit_page(0, 10).wait(), Ok(vec![]));
    assert!(matches!(commit(world, vec![Change::User(user(2, "anna"))]), Ok(Committed::At(3))));
}

fn changes_audit_and_tokens_go_together(world: &mut World) {
    keep_tokens(world.store(), &[token(1)]);
    let plan = Commit {
        based_on: 2,
        changes: vec![Change::Password { user: ADMIN, phc: Zeroizing::new("phc".to_owned()) }],
        audit: vec![entry("user.password"), entry("user.logout")],
        revoke: vec![Revoke::User { user: ADMIN, audience: None }],
    };
    assert_eq!(world.store().commit(plan).wait(), Ok(Committed::At(3)));
    world.reopen();
    assert_eq!(world.store().live_tokens(at(0)).wait(), Ok(vec![]));
    assert!(world.store().password(ADMIN).wait().unwrap().is_some());
    assert_eq!(world.store().verify_audit().wait(), Ok((2, None)));
}

fn a_taken_name_is_refused_whatever_its_case(world: &mut World) {
    put(world.store(), vec![Change::User(user(2, "Ärger")), Change::SecurityProfile(security_profile(2, "Narrow"))]);
    for change in
        [Change::User(user(3, "ÄRGER")), Change::User(user(3, "ADMIN")), Change::SecurityProfile(security_profile(3, "narrow"))]
    {
        let refused = commit(world, vec![change]);
        assert!(matches!(refused, Err(StoreError::Taken(_))), "{refused:?}");
    }
}

fn dropped_rows_are_gone(world: &mut World) {
    let puts = vec![
        Change::User(user(2, "anna")),
        Change::Group(group(1, "g")),
        Change::SecurityProfile(security_profile(2, "narrow")),
        Change::Device(device(1)),
    ];
    let before = loaded(world);
    put(world.store(), puts);
    put(
        world.store(),
        vec![
            Change::DropSecurityProfile(SecurityProfileId(2)),
            Change::DropGroup(GroupId(1)),
            Change::DropUser(UserId(2)),
            Change::DropDevice(DeviceId(1)),
            Change::DropAllow(sbm_core::id::AllowId(1)),
        ],
    );
    world.reopen();
    let after = loaded(world);
    assert_eq!((after.users, after.groups, after.devices), (before.users, before.groups, before.devices));
    assert_eq!(after.security_profiles, before.security_profiles);
    assert_eq!((before.allow.len(), after.allow.len()), (1, 0));
}

fn what_is_in_use_is_not_dropped(world: &mut World) {
    let mut anna = user(2, "anna");
    anna.groups = vec![GroupId(1)];
    let mut documents = profile(1, 1, b"one");
    documents.groups = vec![GroupId(2)];
    let puts = vec![
        Change::User(anna),
        Change::Group(group(1, "g")),
        Change::Group(group(2, "h")),
        body(b"one"),
        Change::Profile(documents),
    ];
    put(world.store(), puts);
    let before = loaded(world);
    for drop in [Change::DropGroup(GroupId(1)), Change::DropGroup(GroupId(2)), Change::DropSecurityProfile(SecurityProfileId(1))]
    {
        let refused = commit(world, vec![drop.clone()]);
        assert!(matches!(refused, Err(StoreError::Rejected(_))), "{drop:?}: {refused:?}");
    }
    assert_eq!(loaded(world), before);
}

fn use_may_end_in_the_same_plan_in_any_order(world: &mut World) {
    let mut anna = user(2, "anna");
    anna.groups = vec![GroupId(1)];
    put(world.store(), vec![Change::User(anna.clone()), Change::Group(group(1, "g"))]);
    anna.groups.clear();
    put(world.store(), vec![Change::DropGroup(GroupId(1)), Change::User(anna)]);
    assert!(loaded(world).groups.is_empty());
    assert!(loaded(world).users[1].groups.is_empty());
}

fn roles_and_grants_come_back_whole_and_go_with_whom_and_what_they_are_of_usr_5(world: &mut World) {
    let below = Account::new(AccountId(2), Some(ROOT), name("north"), Kind::Organisation(sbm_core::account::Level::Site));
    let role = |id: u32, text: &str| CustomRole {
        id: RoleId(id),
        account: AccountId(id),
        name: name(text),
        description: sbm_core::name::Text::new("for the desk\nfloor 2").unwrap(),
        tasks: Ceiling::NONE.with(Task::Users, TaskAccess::Write).with(Task::Passphrases, TaskAccess::Read),
        stamp: 0,
    };
    let grant = |id: u32, user: u32, account: u32, role| {
        Change::Grant(Grant { id: GrantId(id), user: UserId(user), account: AccountId(account), role, stamp: 0 })
    };
    let (custom, built_in) = (GrantedRole::Custom(RoleId(1)), GrantedRole::BuiltIn(Role::Supporter));
    // In an order in which nothing that is referred to comes first.
    let mut changes = vec![
        grant(1, 2, 2, custom),
        grant(2, 2, 1, built_in),
        grant(3, 3, 2, GrantedRole::BuiltIn(Role::Superuser)),
        Change::Role(role(1, "Desk")),
        Change::Role(role(2, "Ǆ")),
        Change::User(user(2, "anna")),
        Change::User(user(3, "bert")),
        Change::Account(below),
    ];
    let revision = put(world.store(), changes.clone());
    changes.iter_mut().for_each(|change| change.stamp(revision));
    world.reopen();
    let there = loaded(world);
    for change in &changes {
        let is_there = match change {
            Change::Role(row) => there.roles.contains(row),
            Change::Grant(row) => there.grants.contains(row),
            _ => true,
        };
        assert!(is_there, "{change:?} is not in {there:?}");
    }
    assert_eq!((there.next.role, there.next.grant), (3, 4));
    // Changed in its place; a name that is taken there is refused, whatever its case.
    put(world.store(), vec![Change::Role(CustomRole { tasks: Ceiling::NONE, ..role(1, "Helpdesk") })]);
    assert_eq!((loaded(world).roles[0].name.as_str(), loaded(world).roles[0].tasks), ("Helpdesk", Ceiling::NONE));
    let taken = commit(world, vec![Change::Role(CustomRole { account: AccountId(1), ..role(3, "HELPDESK") })]);
    assert!(matches!(taken, Err(StoreError::Taken(_))), "{taken:?}");
    // One goes with its user, one with its role, one with its account; none comes back, and no number does.
    let ids = |world: &World| loaded(world).grants.iter().map(|grant| grant.id.0).collect::<Vec<_>>();
    put(world.store(), vec![Change::DropUser(UserId(3))]);
    assert_eq!(ids(world), [1, 2]);
    put(world.store(), vec![Change::DropGrant { id: GrantId(1), user: UserId(2) }, Change::DropRole(RoleId(1))]);
    assert_eq!(ids(world), [2]);
    put(world.store(), vec![grant(4, 2, 2, built_in)]);
    put(
        world.store(),
        vec![
            Change::DropAccount(AccountId(2)),
            Change::DropRole(RoleId(2)),
            Change::DropGrant { id: GrantId(4), user: UserId(2) },
        ],
    );
    let left = loaded(world);
    assert_eq!((left.roles.len(), left.grants.len(), left.next.role, left.next.grant), (0, 1, 3, 5));
    for again in [grant(4, 2, 1, built_in), Change::DropGrant { id: GrantId(4), user: UserId(2) }, Change::DropRole(RoleId(2))] {
        let refused = commit(world, vec![again]);
        assert!(matches!(refused, Err(StoreError::Rejected(_))), "{refused:?}");
    }
}

fn what_refers_to_nothing_or_is_there_twice_is_refused_by_either_database_usr_5_acc_12(world: &mut World) {
    let own = |id: u32, own: u32| {
        let silo = Silo { own: Some(UserId(own)), ..Silo::default() };
        Change::Account(Account { silo, ..Account::new(AccountId(id), Some(ROOT), name(&format!("pc-{id}")), Kind::Backup) })
    };
    let role = |account: u32| CustomRole {
        id: RoleId(1),
        account: AccountId(account),
        name: name("desk"),
        description: sbm_core::name::Text::default(),
        tasks: Ceiling::NONE,
        stamp: 0,
    };
    let grant = |user: u32, account: u32, role| {
        Change::Grant(Grant { id: GrantId(1), user: UserId(user), account: AccountId(account), role, stamp: 0 })
    };
    let (custom, built_in) = (GrantedRole::Custom(RoleId(77)), GrantedRole::BuiltIn(Role::Supporter));
    let sealed = KeptAddress { nonce: [1; 24], sealed: vec![1], since: at(1) };
    put(world.store(), vec![own(2, 9)]);
    let before = loaded(world);
    for dangling in [
        grant(77, 1, built_in),
        grant(1, 77, built_in),
        grant(1, 1, custom),
        Change::Role(role(77)),
        Change::Channel { user: UserId(77), channel: Channel::Email, kept: sealed },
        Change::Image { account: AccountId(77), hash: sbm_core::id::Hash::of(b"x"), bytes: std::sync::Arc::from(*b"x") },
    ] {
        let refused = commit(world, vec![dangling.clone()]);
        assert!(matches!(refused, Err(StoreError::Rejected(_))), "{dangling:?}: {refused:?}");
    }
    let again = commit(world, vec![own(3, 9)]);
    assert!(matches!(again, Err(StoreError::Taken(_))), "two accounts have one secret: {again:?}");
    assert_eq!(loaded(world), before, "nothing of it was kept");
}

fn ids_are_never_given_twice(world: &mut World) {
    put(world.store(), vec![Change::User(user(2, "anna")), Change::Group(group(1, "g"))]);
    put(world.store(), vec![Change::DropUser(UserId(2)), Change::DropGroup(GroupId(1))]);
    world.reopen();
    let next = loaded(world).next;
    assert_eq!((next.user, next.group), (3, 2));
    for change in [Change::User(user(2, "bert")), Change::Group(group(1, "h")), Change::User(user(u32::MAX, "max"))] {
        let refused = commit(world, vec![change]);
        assert!(matches!(refused, Err(StoreError::Rejected(_))), "{refused:?}");
    }
    put(world.store(), vec![Change::User(user(3, "bert"))]);
    assert_eq!(loaded(world).next.user, 4);
}

fn a_revision_names_its_content_for_ever(world: &mut World) {
    put(world.store(), vec![body(b"one"), body(b"two"), Change::Profile(profile(1, 1, b"one"))]);
    let other = commit(world, vec![Change::Profile(profile(1, 1, b"two"))]);
    assert!(matches!(other, Err(StoreError::Rejected(_))), "{other:?}");
    assert_eq!(loaded(world).profiles[0].body, profile(1, 1, b"one").body);
}

fn a_profile_needs_its_body(world: &mut World) {
    let refused = commit(world, vec![Change::Profile(profile(1, 1, b"nowhere"))]);
    assert!(matches!(refused, Err(StoreError::Rejected(_))), "{refused:?}");
    let mut other = profile(1, 1, b"one");
    (other.id, other.schedule) = (ProfileId(1), Some(sbm_core::id::Hash::of(b"nowhere")));
    let refused = commit(world, vec![body(b"one"), Change::Profile(other)]);
    assert!(matches!(refused, Err(StoreError::Rejected(_))), "{refused:?}");
}

fn memberships_are_replaced_not_added(world: &mut World) {
    let mut anna = user(2, "anna");
    anna.groups = vec![GroupId(1), GroupId(3)];
    put(
        world.store(),
        (1..=3).map(|id| Change::Group(group(id, &format!("g{id}")))).chain([Change::User(anna.clone())]).collect(),
    );
    anna.groups = vec![GroupId(2), GroupId(3)];
    put(world.store(), vec![Change::User(anna)]);
    assert_eq!(loaded(world).users[1].groups, [GroupId(2), GroupId(3)]);
}

fn what_is_not_there_is_neither_dropped_nor_given_a_password(world: &mut World) {
    for change in [
        Change::DropUser(UserId(9)),
        Change::DropGroup(GroupId(9)),
        Change::DropDevice(DeviceId(9)),
        Change::Password { user: UserId(9), phc: Zeroizing::new("phc".to_owned()) },
    ] {
        let refused = commit(world, vec![change.clone()]);
        assert!(matches!(refused, Err(StoreError::Rejected(_))), "{change:?}: {refused:?}");
    }
    assert_eq!(world.store().revision().wait(), Ok(1));
}

fn plans_one_after_the_other_in_one_queue_all_count(world: &mut World) {
    let pending: Vec<_> = (1..=20_u32)
        .map(|id| {
            let changes = vec![Change::Group(group(id, &format!("g{id}")))];
            world.store().commit(Commit { based_on: u64::from(id), changes, ..Commit::default() })
        })
        .collect();
    for (index, pending) in pending.into_iter().enumerate() {
        assert_eq!(pending.wait(), Ok(Committed::At(index as u64 + 2)));
    }
    assert_eq!(loaded(world).groups.len(), 20);
}

fn an_account_goes_with_the_revisions_of_its_profiles_and_nothing_else_does_acc_8(world: &mut World) {
    let account = AccountId(2);
    let bytes =
        |account| Change::Body { account, hash: sbm_core::id::Hash::of(b"one"), bytes: std::sync::Arc::from(&b"one"[..]) };
    put(world.store(), vec![Change::Account(Account::new(account, Some(ROOT), name("acme"), Kind::Backup))]);
    let (own, other) = (ManagedProfile { account, ..profile(1, 1, b"one") }, profile(2, 1, b"one"));
    put(world.store(), vec![bytes(account), bytes(ROOT), Change::Profile(own.clone()), Change::Profile(other.clone())]);
    let tombstone =
        Tombstone { account, guid: own.guid, name: own.name, revision: 1, deleted_by: name("acme"), deleted_at: at(9), stamp: 0 };
    put(world.store(), vec![Change::DropAccount(account), Change::DropProfile { id: own.id, tombstone }]);
    let rows = world.store().load().wait().unwrap();
    let kept_by: Vec<AccountId> = rows.tombstones.iter().map(|row| row.account).collect();
    assert_eq!((rows.accounts.len(), kept_by), (1, vec![ROOT]), "its revisions go on above (PRO-4)");
    assert_eq!(world.store().profile_revisions(account, own.guid).wait().unwrap(), []);
    assert_eq!(world.store().body(account, other.body).wait(), Ok(None));
    assert_eq!(world.store().profile_revisions(ROOT, other.guid).wait().unwrap().len(), 1);
    assert!(world.store().body(ROOT, other.body).wait().unwrap().is_some());
    // Its id is nobody's ever again.
    let again = vec![Change::Account(Account::new(account, Some(ROOT), name("acme"), Kind::Backup))];
    let commit = Commit { based_on: world.store().revision().wait().unwrap(), changes: again, ..Commit::default() };
    assert!(matches!(world.store().commit(commit).wait(), Err(StoreError::Rejected(_))));
}
