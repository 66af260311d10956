//! Groups (USR-7): membership distributes, it never adds rights.

use sbm_core::name::Name;
use sbm_core::wire::v1::admin::{Group, GroupPatch, ListQuery, NewGroup, Page};
use sbm_core::wire::v1::{Capability, path};

use super::Admin;
use super::address::{Query, member};
use crate::error::Error;

impl Admin {
    /// All groups.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) without that task.
    pub fn groups(&self) -> Result<Vec<Group>, Error> {
        self.whole(path::GROUPS)
    }

    /// A page of them: filtered, in any order.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub fn groups_page(&self, query: &ListQuery) -> Result<Page<Group>, Error> {
        self.page(query)
    }

    /// One group.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound); [`Code::CapabilityMissing`](sbm_core::code::Code::CapabilityMissing)
    /// without `manage`.
    pub fn group(&self, name: &Name) -> Result<Group, Error> {
        self.need(Capability::Manage)?;
        self.get(&member(path::GROUPS, name.as_str()))
    }

    /// Adds a group.
    ///
    /// # Errors
    ///
    /// [`Code::NameTaken`](sbm_core::code::Code::NameTaken).
    pub fn add_group(&self, group: &NewGroup) -> Result<Group, Error> {
        if group.account.is_some() {
            self.need(Capability::Places)?;
        }
        self.post(path::GROUPS, group)
    }

    /// Changes a group; what the patch does not mention stays.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound), [`Code::NameTaken`](sbm_core::code::Code::NameTaken).
    pub fn modify_group(&self, name: &Name, patch: &GroupPatch) -> Result<Group, Error> {
        self.patch(&member(path::GROUPS, name.as_str()), patch)
    }

    /// Deletes a group. With `detach` its users and managed profiles leave it first, and what they shared through it
    /// alone is withdrawn (PRO-6).
    ///
    /// # Errors
    ///
    /// [`Code::InUse`](sbm_core::code::Code::InUse) when somebody or something is in it and `detach` is not given.
    pub fn delete_group(&self, name: &Name, detach: bool) -> Result<(), Error> {
        self.delete(&Query::of(&member(path::GROUPS, name.as_str())).flag("detach", detach).finish())
    }
}
