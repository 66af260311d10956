//! What goes with an account: its devices, users, groups, security profiles, managed profiles and roles, and what was granted there. What others have of them
//! they lose: a group that is gone, a security profile that grants nothing any more.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::directory::change::Change;
use crate::directory::facts::Directory;
use crate::directory::plan::agents::unserved;
use crate::directory::rows::{Account, GrantedRole, ManagedProfile, Tombstone, User};
use crate::id::{GroupId, RoleId, SecurityProfileId, UserId};
use crate::time::Timestamp;

/// All of it; history stays (HIS-4, HIS-7).
pub(super) fn changes(facts: &Directory, row: &Account, now: Timestamp) -> Vec<Change> {
    let gone = Gone::of(facts, row);
    let mut changes: Vec<Change> = Vec::new();
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
