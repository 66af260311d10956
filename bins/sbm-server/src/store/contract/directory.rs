//! Cases of reading the directory.

use std::time::Duration;

use sbm_core::directory::Change;
use sbm_core::id::{AccountId, DeviceId, GroupId, Hash, SecurityProfileId, UserId};
use sbm_core::permission::{RightSet, Role};
use sbm_core::wire::v1::session::Audience;
use zeroize::Zeroizing;

use super::fixture::*;
use super::{Case, World, case};
use crate::store::{Commit, Committed, Logged, Revoke};

pub(super) const CASES: &[Case] = &[
    case!("newest", every_commit_is_told_in_its_turn),
    case!("load", a_fresh_server_has_root_admin_all_access_and_loopback),
    case!("load", what_was_put_comes_back_whole_and_survives_a_restart),
    case!("load", rows_come_in_the_order_of_their_ids),
    case!("revision", it_starts_at_one_and_grows_by_one),
    case!("changes_since", every_commit_is_there_in_order_with_its_stamp),
    case!("changes_since", nothing_is_newer_than_the_newest),
    case!("changes_since", the_tokens_that_end_with_a_commit_are_told_run_7),
    case!("changes_since", passwords_and_bodies_are_not_in_the_log),
    case!("wait_for_change", it_gives_the_newest_at_once_if_there_is_one),
    case!("wait_for_change", it_gives_up_when_the_time_is_over),
    case!("wait_for_change", a_commit_wakes_who_waits),
    case!("body", it_is_found_by_its_account_and_hash_alone),
    case!("body", the_same_body_is_kept_once),
    case!("password", it_is_kept_replaced_and_goes_with_its_user),
    case!("password", nobody_has_one_at_first),
    case!("profile_revisions", every_revision_is_kept),
    case!("profile_revisions", flags_and_groups_make_no_revision),
    case!("profile_revisions", an_unknown_profile_has_none),
];

fn a_fresh_server_has_root_admin_all_access_and_loopback(world: &mut World) {
    let loaded = world.store().load().wait().unwrap();
    assert_eq!(loaded.revision, 1);
    assert_eq!((loaded.server.claimed, loaded.server.epoch, loaded.server.keys, loaded.server.stamp), (false, 0, None, 1));
    let [root] = &loaded.accounts[..] else { panic!("{:?}", loaded.accounts) };
    assert_eq!((root.id, root.parent, root.name.as_str()), (AccountId::ROOT, None, "root"));
    let [all_access] = &loaded.security_profiles[..] else { panic!("{:?}", loaded.security_profiles) };
    assert_eq!((all_access.name.as_str(), all_access.rights, all_access.built_in), ("AllAccess", RightSet::ALL_ACCESS, true));
    let [admin] = &loaded.users[..] else { panic!("{:?}", loaded.users) };
    assert_eq!((admin.id, admin.name.as_str(), admin.built_in, admin.disabled), (ADMIN, "admin", true, false));
    assert!(admin.roles.has(Role::Superuser));
    assert_eq!(admin.security_profile, Some(all_access.id));
    let patterns: Vec<_> = loaded.allow.iter().map(|allow| allow.pattern.as_str()).collect();
    assert_eq!(patterns, ["localhost"]);
    assert!(loaded.groups.is_empty() && loaded.profiles.is_empty() && loaded.devices.is_empty());
    assert_eq!((loaded.next.user, loaded.next.allow, loaded.next.group, loaded.next.account), (2, 2, 1, 2));
}

fn what_was_put_comes_back_whole_and_survives_a_restart(world: &mut World) {
    let mut anna = user(2, "Änna");
    (anna.groups, anna.disabled, anna.security_profile) = (vec![GroupId(1), GroupId(2)], true, Some(SecurityProfileId(2)));
    let mut documents = profile(1, 1, b"content");
    (documents.groups, documents.schedule, documents.import_schedule, documents.delete) =
        (vec![GroupId(2)], Some(Hash::of(b"daily")), true, true);
    let mut server = world.store().load().wait().unwrap().server;
    (server.claimed, server.epoch) = (true, 4);
    let mut root = world.store().load().wait().unwrap().accounts[0].clone();
    root.life.standing = sbm_core::account::life::Standing::Supervisor;
    let allow = sbm_core::directory::rows::Allow {
        id: sbm_core::id::AllowId(2),
        account: ROOT,
        kind: sbm_core::allowlist::AllowKind::Address,
        pattern: "192.168".to_owned(),
        comment: sbm_core::name::Text::new("office\nfloor 2").unwrap(),
        stamp: 0,
    };
    // In an order in which nothing that is referred to comes first: the store sorts it out.
    let mut changes = vec![
        Change::Profile(documents),
        Change::User(anna),
        Change::Device(device(1)),
        Change::Allow(allow),
        Change::Group(group(1, "one")),
        Change::Group(group(2, "two")),
        Change::SecurityProfile(security_profile(2, "narrow")),
        body(b"content"),
        body(b"daily"),
        Change::Server(server),
        Change::Account(root),
    ];
    let revision = put(world.store(), changes.clone());
    changes.iter_mut().for_each(|change| change.stamp(revision));
    for round in 0..2 {
        let loaded = world.store().load().wait().unwrap();
        for change in &changes {
            let there = match change {
                Change::Profile(row) => loaded.profiles.contains(row),
                Change::User(row) => loaded.users.contains(row),
                Change::Device(row) => loaded.devices.contains(row),
                Change::Allow(row) => loaded.allow.contains(row),
                Change::Group(row) => loaded.groups.contains(row),
                Change::SecurityProfile(row) => loaded.security_profiles.contains(row),
                Change::Server(row) => loaded.server == *row,
                Change::Account(row) => loaded.accounts.contains(row),
                _ => true,
            };
            assert!(there, "round {round}: {change:?} is not in {loaded:?}");
        }
        assert_eq!(loaded.revision, revision);
        world.reopen();
    }
}

fn rows_come_in_the_order_of_their_ids(world: &mut World) {
    let changes = [4, 2, 3].map(|id| Change::User(user(id, &format!("user {id}"))));
    put(world.store(), changes.to_vec());
    let ids: Vec<u32> = world.store().load().wait().unwrap().users.iter().map(|user| user.id.0).collect();
    assert_eq!(ids, [1, 2, 3, 4]);
}

fn it_starts_at_one_and_grows_by_one(world: &mut World) {
    assert_eq!(world.store().revision().wait(), Ok(1));
    assert_eq!(put(world.store(), vec![Change::Group(group(1, "a"))]), 2);
    assert_eq!(put(world.store(), vec![]), 3);
    world.reopen();
    assert_eq!(world.store().revision().wait(), Ok(3));
}

fn every_commit_is_there_in_order_with_its_stamp(world: &mut World) {
    put(world.store(), vec![Change::Group(group(1, "a")), Change::User(user(2, "anna"))]);
    put(world.store(), vec![Change::DropUser(UserId(2))]);
    put(world.store(), vec![Change::Group(group(1, "b"))]);
    world.reopen();
    let mut first = vec![Change::Group(group(1, "a")), Change::User(user(2, "anna"))];
    first.iter_mut().for_each(|change| change.stamp(2));
    let mut last = vec![Change::Group(group(1, "b"))];
    last.iter_mut().for_each(|change| change.stamp(4));
    let all = [(2, first), (3, vec![Change::DropUser(UserId(2))]), (4, last)];
    let all = all.map(|(revision, changes)| Logged { revision, changes, revoked: Some(vec![]) });
    assert_eq!(world.store().changes_since(1).wait().unwrap(), all);
    assert_eq!(world.store().changes_since(3).wait().unwrap(), all[2..]);
}

fn nothing_is_newer_than_the_newest(world: &mut World) {
    for revision in [1, 2, u64::MAX] {
        assert_eq!(world.store().changes_since(revision).wait(), Ok(vec![]), "{revision}");
    }
}

fn the_tokens_that_end_with_a_commit_are_told_run_7(world: &mut World) {
    let revoke = vec![
        Revoke::Token(u64::MAX >> 1),
        Revoke::User { user: ADMIN, audience: None },
        Revoke::User { user: UserId(9), audience: Some(Audience::Console) },
        Revoke::Device(DeviceId(3)),
    ];
    let plan = Commit { based_on: 1, revoke: revoke.clone(), ..Commit::default() };
    assert_eq!(world.store().commit(plan).wait(), Ok(Committed::At(2)));
    world.reopen();
    let told = vec![Logged { revision: 2, changes: vec![], revoked: Some(revoke) }];
    assert_eq!(world.store().changes_since(1).wait(), Ok(told));
}

fn passwords_and_bodies_are_not_in_the_log(world: &mut World) {
    let phc = Zeroizing::new("$argon2id$secret".to_owned());
    put(world.store(), vec![Change::Password { user: ADMIN, phc }, body(b"a secret body")]);
    let log = format!("{:?}", world.store().changes_since(1).wait().unwrap());
    assert!(!log.contains("argon2id") && !log.contains("secret"), "{log}");
    let changes = &world.store().changes_since(1).wait().unwrap()[0].changes;
    assert_eq!(changes.len(), 2, "that they changed is told");
}

fn it_gives_the_newest_at_once_if_there_is_one(world: &mut World) {
    put(world.store(), vec![]);
    assert_eq!(world.store().wait_for_change(1, Duration::from_secs(3_600)), 2);
    assert_eq!(world.store().wait_for_change(0, Duration::from_secs(3_600)), 2);
}

fn it_gives_up_when_the_time_is_over(world: &mut World) {
    assert_eq!(world.store().wait_for_change(1, Duration::ZERO), 1);
    assert_eq!(world.store().wait_for_change(9, Duration::from_millis(1)), 1);
}

fn a_commit_wakes_who_waits(world: &mut World) {
    let store = world.shared();
    let waits = std::thread::spawn(move || store.wait_for_change(1, Duration::from_secs(3_600)));
    put(world.store(), vec![]);
    assert_eq!(waits.join().unwrap(), 2);
}

fn it_is_found_by_its_account_and_hash_alone(world: &mut World) {
    put(world.store(), vec![body(b"content"), body(b"")]);
    let get = |account, bytes: &[u8]| world.store().body(account, Hash::of(bytes)).wait().unwrap();
    assert_eq!(get(ROOT, b"content"), Some(b"content".to_vec()));
    assert_eq!(get(ROOT, b""), Some(vec![]));
    assert_eq!(get(AccountId(2), b"content"), None);
    assert_eq!(get(ROOT, b"other"), None);
}

fn the_same_body_is_kept_once(world: &mut World) {
    put(world.store(), vec![body(b"content"), body(b"content")]);
    put(world.store(), vec![body(b"content")]);
    assert_eq!(world.store().body(ROOT, Hash::of(b"content")).wait().unwrap(), Some(b"content".to_vec()));
}

fn it_is_kept_replaced_and_goes_with_its_user(world: &mut World) {
    let password = |text: &str| Change::Password { user: UserId(2), phc: Zeroizing::new(text.to_owned()) };
    // The password of a user who is made in the same commit.
    put(world.store(), vec![password("first"), Change::User(user(2, "anna"))]);
    put(world.store(), vec![password("second")]);
    world.reopen();
    let kept = world.store().password(UserId(2)).wait().unwrap();
    assert_eq!(kept.as_ref().map(|phc| phc.as_str()), Some("second"));
    put(world.store(), vec![Change::User(user(2, "renamed"))]);
    assert!(world.store().password(UserId(2)).wait().unwrap().is_some(), "putting the user keeps it");
    put(world.store(), vec![Change::DropUser(UserId(2))]);
    assert!(world.store().password(UserId(2)).wait().unwrap().is_none());
}

fn nobody_has_one_at_first(world: &mut World) {
    assert!(world.store().password(ADMIN).wait().unwrap().is_none());
    assert!(world.store().password(UserId(99)).wait().unwrap().is_none());
}

fn every_revision_is_kept(world: &mut World) {
    put(world.store(), vec![body(b"one"), Change::Profile(profile(1, 1, b"one"))]);
    put(world.store(), vec![body(b"two"), Change::Profile(profile(1, 2, b"two"))]);
    put(world.store(), vec![Change::Profile(profile(1, 3, b"one"))]);
    world.reopen();
    let revisions = world.store().profile_revisions(ROOT, guid(1)).wait().unwrap();
    let bodies: Vec<_> = revisions.iter().map(|kept| (kept.revision, kept.body)).collect();
    assert_eq!(bodies, [(1, Hash::of(b"one")), (2, Hash::of(b"two")), (3, Hash::of(b"one"))]);
    let first = &revisions[0];
    assert_eq!((first.version, first.name.as_str(), first.size, first.uploaded_by.as_str()), (-3, "profile 1", 3, "admin"));
    assert_eq!((first.description.as_str(), first.schedule, first.uploaded_at), ("what it is for", None, at(1_000)));
    assert_eq!(world.store().load().wait().unwrap().profiles.len(), 1);
}

fn flags_and_groups_make_no_revision(world: &mut World) {
    put(world.store(), vec![body(b"one"), Change::Profile(profile(1, 1, b"one")), Change::Group(group(1, "g"))]);
    let mut marked = profile(1, 1, b"one");
    (marked.delete, marked.groups) = (true, vec![GroupId(1)]);
    put(world.store(), vec![Change::Profile(marked.clone())]);
    assert_eq!(world.store().profile_revisions(ROOT, guid(1)).wait().unwrap().len(), 1);
    marked.stamp = 3;
    assert_eq!(world.store().load().wait().unwrap().profiles, [marked]);
}

fn an_unknown_profile_has_none(world: &mut World) {
    put(world.store(), vec![body(b"one"), Change::Profile(profile(1, 1, b"one"))]);
    assert_eq!(world.store().profile_revisions(ROOT, guid(2)).wait(), Ok(vec![]));
    assert_eq!(world.store().profile_revisions(AccountId(2), guid(1)).wait(), Ok(vec![]));
}

fn every_commit_is_told_in_its_turn(world: &mut World) {
    let mut told = world.store().newest();
    assert_eq!(*told.borrow_and_update(), 1);
    for revision in [2, 3] {
        put(world.store(), vec![]);
        assert!(told.has_changed().unwrap(), "{revision}");
        assert_eq!(*told.borrow_and_update(), revision);
    }
    assert!(!told.has_changed().unwrap());
    let plan = Commit { based_on: 1, ..Commit::default() };
    assert_eq!(world.store().commit(plan).wait(), Ok(Committed::Stale(3)));
    assert!(!told.has_changed().unwrap(), "nothing was committed");
}
