//! Roles that somebody made, roles at accounts, and who can do what there (USR-5, DEC-3).

use sbm_core::name::Name;
use sbm_core::wire::v1::admin::{Able, CustomRole, Grant, ListQuery, NewGrant, NewRole, Page, RolePatch, WhoCan};
use sbm_core::wire::v1::{Capability, path};

use super::Admin;
use super::address::member;
use crate::error::Error;

impl Admin {
    /// A page of the roles, those that are built in among them.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub fn roles_page(&self, query: &ListQuery) -> Result<Page<CustomRole>, Error> {
        self.need(Capability::Roles)?;
        self.page(query)
    }

    /// One role.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound).
    pub fn role(&self, name: &Name) -> Result<CustomRole, Error> {
        self.need(Capability::Roles)?;
        self.get(&member(path::ROLES, name.as_str()))
    }

    /// Adds a role.
    ///
    /// # Errors
    ///
    /// [`Code::NameTaken`](sbm_core::code::Code::NameTaken); [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) for one
    /// that goes further than oneself at that account (USR-10);
    /// [`Code::InvalidArgument`](sbm_core::code::Code::InvalidArgument) for a task that no such role has.
    pub fn add_role(&self, role: &NewRole) -> Result<CustomRole, Error> {
        self.need(Capability::Roles)?;
        self.post(path::ROLES, role)
    }

    /// Changes a role; what the patch does not mention stays. It counts at the next request of all who have it.
    ///
    /// # Errors
    ///
    /// As [`add_role`](Self::add_role); [`Code::BuiltIn`](sbm_core::code::Code::BuiltIn).
    pub fn modify_role(&self, name: &Name, patch: &RolePatch) -> Result<CustomRole, Error> {
        self.need(Capability::Roles)?;
        self.patch(&member(path::ROLES, name.as_str()), patch)
    }

    /// Deletes a role.
    ///
    /// # Errors
    ///
    /// [`Code::InUse`](sbm_core::code::Code::InUse) while somebody has it;
    /// [`Code::BuiltIn`](sbm_core::code::Code::BuiltIn).
    pub fn delete_role(&self, name: &Name) -> Result<(), Error> {
        self.need(Capability::Roles)?;
        self.delete(&member(path::ROLES, name.as_str()))
    }

    /// A page of the grants: who has which role where, besides those at his own account.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub fn grants_page(&self, query: &ListQuery) -> Result<Page<Grant>, Error> {
        self.need(Capability::Roles)?;
        self.page(query)
    }

    /// Gives a user a role at an account and below. Given twice it is one grant.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) for a user, an account or a role that one does not see;
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) for a role that goes further than oneself there (USR-10);
    /// [`Code::InvalidArgument`](sbm_core::code::Code::InvalidArgument) for an account that is not the user's nor below it;
    /// [`Code::TooMany`](sbm_core::code::Code::TooMany).
    pub fn grant_role(&self, grant: &NewGrant) -> Result<Grant, Error> {
        self.need(Capability::Roles)?;
        self.post(path::GRANTS, grant)
    }

    /// Takes a role away that a user has at an account, by the grant's number.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound); [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) for a user
    /// who may do more than oneself.
    pub fn revoke_grant(&self, id: u32) -> Result<(), Error> {
        self.need(Capability::Roles)?;
        self.delete(&member(path::GRANTS, &id.to_string()))
    }

    /// Who can do that at an account, and why? At most 500 in one answer; its `next` asks on.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) for the account.
    pub fn who_can(&self, question: &WhoCan) -> Result<Able, Error> {
        self.need(Capability::Roles)?;
        self.post(path::EXPLAIN_WHO, question)
    }
}
