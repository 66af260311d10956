//! Users (USR-1).

use sbm_core::name::Name;
use sbm_core::wire::v1::admin::{ListQuery, NewUser, Page, User, UserPatch};
use sbm_core::wire::v1::session::Secret;
use sbm_core::wire::v1::{Capability, path};

use super::Admin;
use super::address::member;
use crate::error::Error;

impl Admin {
    /// All users that the person may see.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) without that task.
    pub fn users(&self) -> Result<Vec<User>, Error> {
        self.whole(path::USERS)
    }

    /// A page of them: filtered, in any order.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub fn users_page(&self, query: &ListQuery) -> Result<Page<User>, Error> {
        self.page(query)
    }

    /// One user.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound).
    pub fn user(&self, name: &Name) -> Result<User, Error> {
        self.get(&member(path::USERS, name.as_str()))
    }

    /// Adds a user.
    ///
    /// # Errors
    ///
    /// [`Code::NameTaken`](sbm_core::code::Code::NameTaken), [`Code::PasswordTooShort`](sbm_core::code::Code::PasswordTooShort),
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) for a group or security profile that does not exist.
    pub fn add_user(&self, user: &NewUser) -> Result<User, Error> {
        if !user.new_groups.is_empty() {
            self.need(Capability::Manage)?;
        }
        if user.account.is_some() {
            self.need(Capability::Accounts)?;
        }
        self.post(path::USERS, user)
    }

    /// Changes a user; what the patch does not mention stays.
    ///
    /// # Errors
    ///
    /// [`Code::LastSuperuser`](sbm_core::code::Code::LastSuperuser) for what would leave nobody in charge (USR-6).
    pub fn modify_user(&self, name: &Name, patch: &UserPatch) -> Result<User, Error> {
        if !(patch.add_groups.is_empty() && patch.remove_groups.is_empty() && patch.new_groups.is_empty()) {
            self.need(Capability::Manage)?;
        }
        self.patch(&member(path::USERS, name.as_str()), patch)
    }

    /// Gives a user another password. His sessions end; so does one's own, if it is one's own password (RUN-7).
    ///
    /// # Errors
    ///
    /// [`Code::PasswordTooShort`](sbm_core::code::Code::PasswordTooShort), [`Code::PasswordTooCommon`](sbm_core::code::Code::PasswordTooCommon).
    pub fn set_password(&self, name: &Name, password: &Secret) -> Result<User, Error> {
        self.modify_user(name, &UserPatch { password: Some(password.clone()), ..UserPatch::default() })
    }

    /// Deletes a user. His runs keep his name (HIS-4).
    ///
    /// # Errors
    ///
    /// [`Code::LastSuperuser`](sbm_core::code::Code::LastSuperuser) for the last superuser and for oneself (USR-6).
    pub fn delete_user(&self, name: &Name) -> Result<(), Error> {
        self.delete(&member(path::USERS, name.as_str()))
    }
}
