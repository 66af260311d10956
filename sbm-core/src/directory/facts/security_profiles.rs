//! Security profiles, by id and by name; names are unique below a root account (USR-3).

use super::Directory;
use crate::directory::index::{Kind, NameRef};
use crate::directory::rows::SecurityProfile;
use crate::id::{AccountId, SecurityProfileId};
use crate::name::key;

impl Directory {
    pub(super) fn put_security_profile(&mut self, row: SecurityProfile) {
        let (root, key) = (self.root_of(row.account), row.name.key());
        let name = NameRef::new(Kind::SecurityProfile, root, &key);
        if self.names.get(&name) != Some(row.id.0) {
            self.forget_security_profile(row.id);
            self.names.put(name.to_key(), row.id.0);
        }
        self.next.security_profile = self.next.security_profile.max(row.id.0.saturating_add(1));
        self.columns.put_rights(row.id, Some(row.rights));
        self.security_profiles.put(row.id.index(), Some(row));
    }

    pub(super) fn drop_security_profile(&mut self, id: SecurityProfileId) {
        self.forget_security_profile(id);
        self.columns.put_rights(id, None);
        self.security_profiles.put(id.index(), None);
    }

    pub(super) fn forget_security_profile(&mut self, id: SecurityProfileId) {
        if let Some(old) = self.security_profile(id) {
            let (root, key) = (self.root_of(old.account), old.name.key());
            self.names.remove(&NameRef::new(Kind::SecurityProfile, root, &key), id.0);
        }
    }

    /// The security profile of that id.
    #[must_use]
    pub fn security_profile(&self, id: SecurityProfileId) -> Option<&SecurityProfile> {
        self.security_profiles.get(id.index())
    }

    /// The security profile of that name below a root account.
    #[must_use]
    pub(crate) fn security_profile_named(&self, root: AccountId, name: &str) -> Option<&SecurityProfile> {
        let id = self.names.get(&NameRef::new(Kind::SecurityProfile, root, &key(name)))?;
        self.security_profile(SecurityProfileId(id))
    }

    /// All security profiles.
    pub fn security_profiles(&self) -> impl Iterator<Item = &SecurityProfile> {
        self.security_profiles.iter()
    }
}
