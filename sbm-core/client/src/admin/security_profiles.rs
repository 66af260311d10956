//! Security profiles (USR-3): named sets of rights.

use sbm_core::code::Code;
use sbm_core::name::Name;
use sbm_core::wire::v1::admin::{ListQuery, NewSecurityProfile, Page, SecurityProfile, SecurityProfilePatch};
use sbm_core::wire::v1::{Capability, path};

use super::Admin;
use super::address::member;
use crate::error::Error;

impl Admin {
    /// All security profiles, the built-in one among them.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`] without that task.
    pub fn security_profiles(&self) -> Result<Vec<SecurityProfile>, Error> {
        self.whole(path::SECURITY_PROFILES)
    }

    /// A page of them: filtered, in any order.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub fn security_profiles_page(&self, query: &ListQuery) -> Result<Page<SecurityProfile>, Error> {
        self.page(query)
    }

    /// One security profile.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`].
    pub fn security_profile(&self, name: &Name) -> Result<SecurityProfile, Error> {
        if self.can(Capability::Manage)? {
            return self.get(&member(path::SECURITY_PROFILES, name.as_str()));
        }
        self.security_profiles()?
            .into_iter()
            .find(|profile| profile.name.key() == name.key())
            .ok_or_else(|| Error::new(Code::NotFound, format!("there is no security profile `{name}`")))
    }

    /// Adds a security profile.
    ///
    /// # Errors
    ///
    /// [`Code::NameTaken`].
    pub fn add_security_profile(&self, profile: &NewSecurityProfile) -> Result<SecurityProfile, Error> {
        if profile.account.is_some() {
            self.need(Capability::Places)?;
        }
        self.post(path::SECURITY_PROFILES, profile)
    }

    /// Changes a security profile; what the patch does not mention stays.
    ///
    /// # Errors
    ///
    /// [`Code::BuiltIn`] for `AllAccess`.
    pub fn modify_security_profile(&self, name: &Name, patch: &SecurityProfilePatch) -> Result<SecurityProfile, Error> {
        self.patch(&member(path::SECURITY_PROFILES, name.as_str()), patch)
    }

    /// Deletes a security profile.
    ///
    /// # Errors
    ///
    /// [`Code::InUse`] while a user has it; [`Code::BuiltIn`] for `AllAccess`.
    pub fn delete_security_profile(&self, name: &Name) -> Result<(), Error> {
        self.delete(&member(path::SECURITY_PROFILES, name.as_str()))
    }
}
