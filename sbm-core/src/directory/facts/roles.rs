//! Roles that somebody made, and who has which role where (USR-5). There are few of the former: they are found by going
//! through them.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::Directory;
use crate::directory::rows::{CustomRole, Grant};
use crate::id::{AccountId, GrantId, RoleId, UserId};
use crate::name::key;

impl Directory {
    pub(super) fn put_role(&mut self, row: CustomRole) {
        self.next.role = self.next.role.max(row.id.0.saturating_add(1));
        Arc::make_mut(&mut self.roles).insert(row.id, row);
    }

    pub(super) fn drop_role(&mut self, id: RoleId) {
        Arc::make_mut(&mut self.roles).remove(&id);
    }

    pub(super) fn put_grant(&mut self, row: Grant) {
        self.next.grant = self.next.grant.max(row.id.0.saturating_add(1));
        let mut grants = self.grants_without(row.id, row.user);
        grants.push(row);
        grants.sort_unstable_by_key(|grant| grant.id);
        self.grants.put(row.user.index(), Some(grants));
    }

    pub(super) fn drop_grant(&mut self, id: GrantId, user: UserId) {
        let grants = self.grants_without(id, user);
        self.grants.put(user.index(), Some(grants).filter(|grants| !grants.is_empty()));
    }

    pub(super) fn drop_grants(&mut self, user: UserId) {
        if self.grants.get(user.index()).is_some() {
            self.grants.put(user.index(), None);
        }
    }

    fn grants_without(&self, id: GrantId, user: UserId) -> Vec<Grant> {
        self.grants_of(user).iter().copied().filter(|grant| grant.id != id).collect()
    }

    /// The role of that id.
    #[must_use]
    pub fn role(&self, id: RoleId) -> Option<&CustomRole> {
        self.roles.get(&id)
    }

    /// The role of that name below a root account; none of those that are built in.
    #[must_use]
    pub(crate) fn role_named(&self, root: AccountId, name: &str) -> Option<&CustomRole> {
        let key = key(name);
        self.roles().find(|role| self.root_of(role.account) == root && role.name.key() == key)
    }

    /// All roles that somebody made.
    pub fn roles(&self) -> impl Iterator<Item = &CustomRole> {
        self.roles.values()
    }

    /// What a user was given besides the roles at his own account, in the order of the ids; whether it counts,
    /// [`held`](Self::held) says.
    #[must_use]
    #[inline]
    pub fn grants_of(&self, user: UserId) -> &[Grant] {
        self.grants.get(user.index()).map_or(&[], Vec::as_slice)
    }

    /// All grants.
    pub fn grants(&self) -> impl Iterator<Item = &Grant> {
        self.grants.iter().flatten()
    }
}
