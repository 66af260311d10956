//! Managed profiles, by id, by GUID and by group; and what is left of those that were deleted (PRO-3, PRO-7).

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::Directory;
use crate::directory::rows::{Device, ManagedProfile, Tombstone};
use crate::id::{AccountId, GroupId, Guid, ProfileId};

impl Directory {
    pub(super) fn put_profile(&mut self, row: ManagedProfile) {
        let key = (self.root_of(row.account), row.guid);
        if self.tombstones.contains_key(&key) {
            Arc::make_mut(&mut self.tombstones).remove(&key);
        }
        if self.guids.get(&key) != Some(row.id.0) {
            self.forget_profile(row.id);
            self.guids.put(key, row.id.0);
        }
        let old = self.profile_by_id(row.id).map(|old| old.groups.clone()).unwrap_or_default();
        old.iter().filter(|group| !row.groups.contains(group)).for_each(|group| self.leave_group(row.id, *group));
        row.groups.iter().filter(|group| !old.contains(group)).for_each(|group| self.join_group(row.id, *group));
        self.next.profile = self.next.profile.max(row.id.0.saturating_add(1));
        self.columns.put_profile(&row);
        self.profiles.put(row.id.index(), Some(row));
    }

    pub(super) fn drop_profile(&mut self, id: ProfileId, tombstone: Tombstone) {
        let groups = self.profile_by_id(id).map(|old| old.groups.clone()).unwrap_or_default();
        groups.into_iter().for_each(|group| self.leave_group(id, group));
        self.forget_profile(id);
        self.columns.drop_profile(id);
        self.profiles.put(id.index(), None);
        self.put_tombstone(tombstone);
    }

    pub(super) fn put_tombstone(&mut self, row: Tombstone) {
        let key = (self.root_of(row.account), row.guid);
        Arc::make_mut(&mut self.tombstones).insert(key, row);
    }

    /// What is left of the managed profiles of an account that goes is kept by the one above it, so that their revisions go on
    /// there (PRO-4).
    pub(super) fn keep_tombstones(&mut self, of: AccountId, above: Option<AccountId>) {
        if !self.tombstones().any(|row| row.account == of) {
            return;
        }
        let all = Arc::make_mut(&mut self.tombstones);
        match above {
            Some(above) => all.values_mut().filter(|row| row.account == of).for_each(|row| row.account = above),
            None => all.retain(|_, row| row.account != of),
        }
    }

    pub(super) fn forget_profile(&mut self, id: ProfileId) {
        if let Some(old) = self.profile_by_id(id) {
            let key = (self.root_of(old.account), old.guid);
            self.guids.remove(&key, id.0);
        }
    }

    fn join_group(&mut self, id: ProfileId, group: GroupId) {
        let mut members = self.profiles_in(group).to_vec();
        if let Err(at) = members.binary_search(&id) {
            members.insert(at, id);
        }
        self.group_profiles.put(group.index(), Some(members));
    }

    fn leave_group(&mut self, id: ProfileId, group: GroupId) {
        let mut members = self.profiles_in(group).to_vec();
        members.retain(|member| *member != id);
        self.group_profiles.put(group.index(), Some(members));
    }

    /// The managed profile of that GUID in the root account of this device: for what is delivered, which goes by memberships
    /// and no scope (PRO-1).
    #[must_use]
    pub fn profile_for(&self, device: &Device, guid: &Guid) -> Option<&ManagedProfile> {
        self.profile(self.root_of(device.account), guid)
    }

    /// The newest revision of a managed profile that there is or was there.
    #[must_use]
    pub fn newest_revision(&self, device: &Device, guid: &Guid) -> Option<u64> {
        let deleted = || self.tombstone(self.root_of(device.account), guid).map(|tombstone| tombstone.revision);
        self.profile_for(device, guid).map(|profile| profile.revision).or_else(deleted)
    }

    /// The managed profile of that GUID below a root account.
    #[must_use]
    pub(crate) fn profile(&self, root: AccountId, guid: &Guid) -> Option<&ManagedProfile> {
        self.profile_by_id(self.profile_id(root, guid)?)
    }

    /// The place of the managed profile of that GUID below a root account.
    #[must_use]
    #[inline]
    pub fn profile_id(&self, root: AccountId, guid: &Guid) -> Option<ProfileId> {
        self.guids.get(&(root, *guid)).map(ProfileId)
    }

    /// The managed profile of that id.
    #[must_use]
    pub fn profile_by_id(&self, id: ProfileId) -> Option<&ManagedProfile> {
        self.profiles.get(id.index())
    }

    /// All managed profiles.
    pub fn profiles(&self) -> impl Iterator<Item = &ManagedProfile> {
        self.profiles.iter()
    }

    /// What is left of the deleted managed profile of that GUID below a root account.
    #[must_use]
    pub(crate) fn tombstone(&self, root: AccountId, guid: &Guid) -> Option<&Tombstone> {
        self.tombstones.get(&(root, *guid))
    }

    /// What is left of all deleted managed profiles.
    pub fn tombstones(&self) -> impl Iterator<Item = &Tombstone> {
        self.tombstones.values()
    }

    /// The managed profiles in a group, sorted.
    #[must_use]
    pub fn profiles_in(&self, group: GroupId) -> &[ProfileId] {
        self.group_profiles.get(group.index()).map_or(&[], Vec::as_slice)
    }
}
