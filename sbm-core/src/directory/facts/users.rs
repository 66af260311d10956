//! Users, by id and by name; names are unique below a root account (USR-1).

use super::Directory;
use crate::directory::index::{Kind, NameRef};
use crate::directory::rows::User;
use crate::id::{AccountId, UserId};
use crate::name::key;

impl Directory {
    pub(super) fn put_user(&mut self, row: User) {
        let (root, key) = (self.root_of(row.account), row.name.key());
        let name = NameRef::new(Kind::User, root, &key);
        if self.names.get(&name) != Some(row.id.0) {
            self.forget_user(row.id);
            self.names.put(name.to_key(), row.id.0);
        }
        self.next.user = self.next.user.max(row.id.0.saturating_add(1));
        self.columns.put_user(&row);
        self.users.put(row.id.index(), Some(row));
    }

    pub(super) fn drop_user(&mut self, id: UserId) {
        self.forget_user(id);
        self.columns.drop_user(id);
        self.drop_factors(id);
        self.drop_grants(id);
        self.users.put(id.index(), None);
    }

    pub(super) fn forget_user(&mut self, id: UserId) {
        if let Some(old) = self.user(id) {
            let (root, key) = (self.root_of(old.account), old.name.key());
            self.names.remove(&NameRef::new(Kind::User, root, &key), id.0);
        }
    }

    /// The user of that id.
    #[must_use]
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(id.index())
    }

    /// The user of that name below a root account.
    #[must_use]
    pub(crate) fn user_named(&self, root: AccountId, name: &str) -> Option<&User> {
        self.user(UserId(self.names.get(&NameRef::new(Kind::User, root, &key(name)))?))
    }

    /// All users.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.iter()
    }
}
