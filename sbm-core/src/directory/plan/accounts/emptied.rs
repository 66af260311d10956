//! What goes with an account.
//!
//! 1. Its devices, users, groups, security profiles, managed profiles and roles, and what was granted there. What others have
//!    of them they lose: a group that is gone, a security profile that grants nothing any more. Whose list is another one by
//!    it hears of that (OFF-3).
//! 2. What stood below it stands below a part of its name. Whatever is kept by its id alone goes with its row.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::account::tree;
use crate::directory::change::Change;
use crate::directory::facts::Directory;
use crate::directory::plan::agents::unserved;
use crate::directory::rows::{Account, GrantedRole, Group, ManagedProfile, Tombstone, User};
use crate::id::{AccountId, GroupId, RoleId, SecurityProfileId, UserId};
use crate::time::Timestamp;

/// All of it, and the row itself, which leaves the tree so; history stays (HIS-4, HIS-7).
pub(super) fn changes(facts: &Directory, row: &Account, left: tree::Changes, now: Timestamp) -> Vec<Change> {
    let mut changes = belongings(facts, row, now);
    let facts = facts.apply(facts.revision(), &changes);
    for (id, node) in left.put {
        let row = facts.account(id).cloned().unwrap_or_else(|| Account::new(id, node.parent, node.name, node.kind));
        changes.push(Change::Account(Account { parent: node.parent, ..row }));
    }
    changes.extend(left.removed.into_iter().flat_map(|id| removed(&facts, id)));
    changes
}

/// A node that goes, with the devices that are in it still.
pub(super) fn removed(facts: &Directory, id: AccountId) -> impl Iterator<Item = Change> + '_ {
    let devices = facts.devices().filter(move |device| device.account == id).map(|device| Change::DropDevice(device.id));
    devices.chain([Change::DropAccount(id)])
}

fn belongings(facts: &Directory, row: &Account, now: Timestamp) -> Vec<Change> {
    let gone = Gone::of(facts, row);
    let mut changes: Vec<Change> = gone.touched(facts, row).into_iter().map(|group| Change::Group(group.clone())).collect();
    changes.extend(facts.users().filter_map(|user| gone.left_of_user(user)).map(Change::User));
    changes.extend(facts.profiles().filter_map(|profile| gone.left_of_profile(row, profile)).map(Change::Profile));
    let devices = facts.devices().filter(|device| device.account == row.id || gone.users.contains(&device.user));
    changes.extend(devices.map(|device| Change::DropDevice(device.id)));
    let profiles = facts.profiles().filter(|profile| profile.account == row.id);
    changes.extend(profiles.map(|profile| Change::DropProfile { id: profile.id, tombstone: tombstone(row, profile, now) }));
    let is_gone = |role| matches!(role, GrantedRole::Custom(id) if gone.roles.contains(&id));
    let grants = facts.grants().filter(|grant| grant.account == row.id || is_gone(grant.role));
    let grants = grants.filter(|grant| !gone.users.contains(&grant.user));
    changes.extend(grants.map(|grant| Change::DropGrant { id: grant.id, user: grant.user }));
    let served = unserved(facts, |user| gone.users.contains(&user)).filter(|served| served.id != row.id);
    changes.extend(served.map(Change::Account));
    changes.extend(gone.users.into_iter().map(Change::DropUser));
    changes.extend(gone.roles.into_iter().map(Change::DropRole));
    changes.extend(gone.groups.into_iter().map(Change::DropGroup));
    changes.extend(gone.security_profiles.into_iter().map(Change::DropSecurityProfile));
    changes
}

struct Gone {
    users: BTreeSet<UserId>,
    groups: BTreeSet<GroupId>,
    security_profiles: BTreeSet<SecurityProfileId>,
    roles: BTreeSet<RoleId>,
}

impl Gone {
    fn of(facts: &Directory, row: &Account) -> Self {
        Self {
            users: facts.users().filter(|user| user.account == row.id).map(|user| user.id).collect(),
            groups: facts.groups().filter(|group| group.account == row.id).map(|group| group.id).collect(),
            security_profiles: facts
                .security_profiles()
                .filter(|profile| profile.account == row.id)
                .map(|profile| profile.id)
                .collect(),
            roles: facts.roles().filter(|role| role.account == row.id).map(|role| role.id).collect(),
        }
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

    fn left_of_profile(&self, row: &Account, profile: &ManagedProfile) -> Option<ManagedProfile> {
        let groups = self.left_groups(&profile.groups);
        let changes = profile.account != row.id && groups.len() != profile.groups.len();
        changes.then(|| ManagedProfile { groups, ..profile.clone() })
    }

    /// The groups that stay of managed profiles that go, or are in fewer groups: what their users have is another list.
    fn touched<'a>(&self, facts: &'a Directory, row: &Account) -> Vec<&'a Group> {
        let changes = |profile: &&ManagedProfile| profile.account == row.id || self.left_of_profile(row, profile).is_some();
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
