//! Codes and passphrases with which devices enrol, and devices that wait to be let in (DEV-1).

use sbm_core::id::InstallationId;
use sbm_core::wire::v1::admin::{Enrolment, ListQuery, MadeEnrolment, NewEnrolment, Page, WaitingDevice};
use sbm_core::wire::v1::{Capability, path};

use super::Admin;
use super::address::member;
use crate::error::Error;

impl Admin {
    /// Makes a code for one device, or a passphrase for many. It is told this once.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) without the role `security_officer`, and for a user who may do
    /// more than oneself (USR-10); [`Code::NotFound`](sbm_core::code::Code::NotFound) for a user or an account that one does
    /// not see; [`Code::DeniedModule`](sbm_core::code::Code::DeniedModule) at an account whose level has none;
    /// [`Code::InvalidArgument`](sbm_core::code::Code::InvalidArgument) for a number or a time that is not allowed;
    /// [`Code::TooMany`](sbm_core::code::Code::TooMany).
    pub fn create_enrolment(&self, new: &NewEnrolment) -> Result<MadeEnrolment, Error> {
        self.need(Capability::Enrol)?;
        self.post(path::ENROLMENTS, new)
    }

    /// A page of the codes and passphrases, which are not told any more.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub fn enrolments_page(&self, query: &ListQuery) -> Result<Page<Enrolment>, Error> {
        self.need(Capability::Enrol)?;
        self.page(query)
    }

    /// Revokes a code or a passphrase by its number: no device comes with it any more, and those that wait do so in vain.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound), also for one that is revoked already.
    pub fn revoke_enrolment(&self, id: u64) -> Result<(), Error> {
        self.need(Capability::Enrol)?;
        self.delete(&member(path::ENROLMENTS, &id.to_string()))
    }

    /// A page of the devices that wait to be let in.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub fn waiting_devices_page(&self, query: &ListQuery) -> Result<Page<WaitingDevice>, Error> {
        self.need(Capability::Enrol)?;
        self.page(query)
    }

    /// Lets a device in that waits: it gets its token when it asks next.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) for one that does not wait.
    pub fn approve_device(&self, installation: &InstallationId) -> Result<(), Error> {
        self.decide_device(installation, "approve")
    }

    /// Does not let a device in that waits: it is refused from now on.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound) for one that does not wait.
    pub fn reject_device(&self, installation: &InstallationId) -> Result<(), Error> {
        self.decide_device(installation, "reject")
    }

    fn decide_device(&self, installation: &InstallationId, how: &str) -> Result<(), Error> {
        self.need(Capability::Enrol)?;
        self.post_nothing(&format!("{}/{how}", member(path::WAITING, &installation.to_string())))
    }
}
