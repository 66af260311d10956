//! What is found by the root account above it, when another one comes to stand there: names, GUIDs, and what is left of
//! deleted managed profiles.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::Directory;
use crate::directory::rows::{Group, ManagedProfile, SecurityProfile, Tombstone, User};
use crate::id::AccountId;

/// Rows that nobody finds until they are put again.
#[derive(Debug, Default)]
pub(super) struct Unfound {
    users: Vec<User>,
    groups: Vec<Group>,
    security_profiles: Vec<SecurityProfile>,
    profiles: Vec<ManagedProfile>,
    tombstones: Vec<Tombstone>,
}

impl Directory {
    /// Whatever belongs to an account and those below it is found no more by the root account that stands above them still.
    pub(super) fn forget_below(&mut self, top: AccountId) -> Unfound {
        let is_below = |account| self.is_at_or_below(account, top);
        let unfound = Unfound {
            users: self.users().filter(|row| is_below(row.account)).cloned().collect(),
            groups: self.groups().filter(|row| is_below(row.account)).cloned().collect(),
            security_profiles: self.security_profiles().filter(|row| is_below(row.account)).cloned().collect(),
            profiles: self.profiles().filter(|row| is_below(row.account)).cloned().collect(),
            tombstones: self.tombstones().filter(|row| is_below(row.account)).cloned().collect(),
        };
        unfound.users.iter().for_each(|row| self.forget_user(row.id));
        unfound.groups.iter().for_each(|row| self.forget_group(row.id));
        unfound.security_profiles.iter().for_each(|row| self.forget_security_profile(row.id));
        unfound.profiles.iter().for_each(|row| self.forget_profile(row.id));
        for row in &unfound.tombstones {
            Arc::make_mut(&mut self.tombstones).remove(&(self.columns.root_of(row.account), row.guid));
        }
        unfound
    }

    /// It is found by the one that stands above now.
    pub(super) fn find_again(&mut self, unfound: Unfound) {
        unfound.users.into_iter().for_each(|row| self.put_user(row));
        unfound.groups.into_iter().for_each(|row| self.put_group(row));
        unfound.security_profiles.into_iter().for_each(|row| self.put_security_profile(row));
        unfound.profiles.into_iter().for_each(|row| self.put_profile(row));
        unfound.tombstones.into_iter().for_each(|row| self.put_tombstone(row));
    }
}
