//! Groups, by id and by name; names are unique below a root account (USR-7).

use super::Directory;
use crate::directory::index::{Kind, NameRef};
use crate::directory::rows::Group;
use crate::id::{AccountId, GroupId};
use crate::name::key;

impl Directory {
    pub(super) fn put_group(&mut self, row: Group) {
        let (root, key) = (self.root_of(row.account), row.name.key());
        let name = NameRef::new(Kind::Group, root, &key);
        if self.names.get(&name) != Some(row.id.0) {
            self.forget_group(row.id);
            self.names.put(name.to_key(), row.id.0);
        }
        self.next.group = self.next.group.max(row.id.0.saturating_add(1));
        self.groups.put(row.id.index(), Some(row));
    }

    pub(super) fn drop_group(&mut self, id: GroupId) {
        self.forget_group(id);
        self.groups.put(id.index(), None);
    }

    pub(super) fn forget_group(&mut self, id: GroupId) {
        if let Some(old) = self.group(id) {
            let (root, key) = (self.root_of(old.account), old.name.key());
            self.names.remove(&NameRef::new(Kind::Group, root, &key), id.0);
        }
    }

    /// The group of that id.
    #[must_use]
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.get(id.index())
    }

    /// The group of that name below a root account.
    #[must_use]
    pub(crate) fn group_named(&self, root: AccountId, name: &str) -> Option<&Group> {
        self.group(GroupId(self.names.get(&NameRef::new(Kind::Group, root, &key(name)))?))
    }

    /// All groups.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter()
    }
}
