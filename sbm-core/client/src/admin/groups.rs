//! Groups (USR-7): membership distributes, it never adds rights.

use sbm_core::name::Name;
use sbm_core::wire::v1::admin::{Group, GroupPatch, NewGroup};
use sbm_core::wire::v1::path;

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
        self.list(path::GROUPS)
    }

    /// Adds a group.
    ///
    /// # Errors
    ///
    /// [`Code::NameTaken`](sbm_core::code::Code::NameTaken).
    pub fn add_group(&self, group: &NewGroup) -> Result<Group, Error> {
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
