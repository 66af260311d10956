//! What goes with an account, or with several.
//!
//! 1. Its devices, users, groups, security profiles, managed profiles and roles, and what was granted there. What others have
//!    of them they lose: a group that is gone, a security profile that grants nothing any more. Whose list is another one by
//!    it hears of that (OFF-3).
//! 2. What stood below it stands below a part of its name. Whatever is kept by its id alone goes with its row.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::account::tree;
use crate::directory::change::Change;
use crate::directory::facts::Directory;
use crate::directory::plan::agents::unserved;
use crate::directory::rows::{Account, GrantedRole, Group, ManagedProfile, Tombstone, User};
use crate::id::{AccountId, GroupId, RoleId, SecurityProfileId, UserId};
use crate::time::Timestamp;

/// All of it for one account, and the row itself, which leaves the tree so; history stays (HIS-4, HIS-7).
pub(super) fn changes(facts: &Directory, row: &Account, left: tree::Changes, now: Timestamp) -> Vec<Change> {
    let mut changes = belongings(facts, &[row], now);
    let facts = facts.apply(facts.revision(), &changes);
    changes.extend(strays(&facts, &left.removed));
    changes.extend(rows(&facts, left));
    changes
}

/// What becomes of the tree's rows, as far as it is said with these facts.
pub(super) fn rows(facts: &Directory, left: tree::Changes) -> Vec<Change> {
    let put = left.put.into_iter().map(|(id, node)| {
        let row = facts.account(id).cloned().unwrap_or_else(|| Account::new(id, node.parent, node.name, node.kind));
        Change::Account(Account { parent: node.parent, ..row })
    });
    put.chain(left.removed.into_iter().map(Change::DropAccount)).collect()
}

/// The devices that are in these nodes still.
pub(super) fn strays(facts: &Directory, nodes: &[AccountId]) -> Vec<Change> {
    if nodes.is_empty() {
        return Vec::new();
    }
    let nodes: BTreeSet<AccountId> = nodes.iter().copied().collect();
    facts.devices().filter(|device| nodes.contains(&device.account)).map(|device| Change::DropDevice(device.id)).collect()
}

/// What goes with these accounts, their rows apart: everything is gone through once, however many they are.
pub(super) fn belongings(facts: &Directory, rows: &[&Account], now: Timestamp) -> Vec<Change> {
    if rows.is_empty() {
        return Vec::new();
    }
    let gone = Gone::of(facts, rows);
    let mut changes: Vec<Change> = gone.touched(facts).into_iter().map(|group| Change::Group(group.clone())).collect();
    changes.extend(facts.users().filter_map(|user| gone.left_of_user(user)).map(Change::User));
    changes.extend(facts.profiles().filter_map(|profile| gone.left_of_profile(profile)).map(Change::Profile));
    let devices = facts.devices().filter(|device| gone.has(device.account) || gone.users.contains(&device.user));
    changes.extend(devices.map(|device| Change::DropDevice(device.id)));
    let dropped = |profile: &ManagedProfile| Some(tombstone(gone.accounts.get(&profile.account)?, profile, now));
    let profiles = facts.profiles().filter_map(|profile| Some((profile.id, dropped(profile)?)));
    changes.extend(profiles.map(|(id, tombstone)| Change::DropProfile { id, tombstone }));
    let is_gone = |role| matches!(role, GrantedRole::Custom(id) if gone.roles.contains(&id));
    let grants = facts.grants().filter(|grant| gone.has(grant.account) || is_gone(grant.role));
    let grants = grants.filter(|grant| !gone.users.contains(&grant.user));
    changes.extend(grants.map(|grant| Change::DropGrant { id: grant.id, user: grant.user }));
    let served = unserved(facts, |user| gone.users.contains(&user)).filter(|served| !gone.has(served.id));
    changes.extend(served.map(Change::Account));
    changes.extend(gone.users.into_iter().map(Change::DropUser));
    changes.extend(gone.roles.into_iter().map(Change::DropRole));
    changes.extend(gone.groups.into_iter().map(Change::DropGroup));
    changes.extend(gone.security_profiles.into_iter().map(Change::DropSecurityProfile));
    changes
}

struct Gone<'a> {
    accounts: BTreeMap<AccountId, &'a Account>,
    users: BTreeSet<UserId>,
    groups: BTreeSet<GroupId>,
    security_profiles: BTreeSet<SecurityProfileId>,
    roles: BTreeSet<RoleId>,
}

impl<'a> Gone<'a> {
    fn of(facts: &Directory, rows: &[&'a Account]) -> Self {
        let accounts: BTreeMap<AccountId, &Account> = rows.iter().map(|row| (row.id, *row)).collect();
        let is_of = |account: AccountId| accounts.contains_key(&account);
        Self {
            users: facts.users().filter(|user| is_of(user.account)).map(|user| user.id).collect(),
            groups: facts.groups().filter(|group| is_of(group.account)).map(|group| group.id).collect(),
            security_profiles: facts.security_profiles().filter(|row| is_of(row.account)).map(|row| row.id).collect(),
            roles: facts.roles().filter(|role| is_of(role.account)).map(|role| role.id).collect(),
            accounts,
        }
    }

    fn has(&self, account: AccountId) -> bool {
        self.accounts.contains_key(&account)
    }

    /// A user of another account without what is gone, if he had any of it.
    fn left_of_user(&self, user: &User) -> Option<User> {
        let loses = user.security_profile.is_some_and(|id| self.security_profiles.contains(&id));
        let groups = self.left_groups(&user.groups);
        if self.users.contains(&user.id) || (!loses && groups.len() == user.groups.len()) {
            return None;
        }
        let security_profile = user.security_profile.filter(|_| !loses);
        Some(User { groups, security_profile, ..user.clone() })
    }

    fn left_of_profile(&self, profile: &ManagedProfile) -> Option<ManagedProfile> {
        let groups = self.left_groups(&profile.groups);
        let changes = !self.has(profile.account) && groups.len() != profile.groups.len();
        changes.then(|| ManagedProfile { groups, ..profile.clone() })
    }

    /// The groups that stay of managed profiles that go, or are in fewer groups: what their users have is another list.
    fn touched<'f>(&self, facts: &'f Directory) -> Vec<&'f Group> {
        let changes = |profile: &&ManagedProfile| self.has(profile.account) || self.left_of_profile(profile).is_some();
        let groups = facts.profiles().filter(changes).flat_map(|profile| self.left_groups(&profile.groups));
        groups.collect::<BTreeSet<_>>().into_iter().filter_map(|id| facts.group(id)).collect()
    }

    fn left_groups(&self, groups: &[GroupId]) -> Vec<GroupId> {
        groups.iter().copied().filter(|id| !self.groups.contains(id)).collect()
    }
}

fn tombstone(row: &Account, profile: &ManagedProfile, now: Timestamp) -> Tombstone {
    Tombstone {
        account: row.id,
        guid: profile.guid,
        name: profile.name.clone(),
        revision: profile.revision,
        // It goes with its account.
        deleted_by: row.name.clone(),
        deleted_at: now,
        stamp: 0,
    }
}
