//! Devices (DEV-1): the installations of backup programs.

use sbm_core::id::InstallationId;
use sbm_core::wire::v1::admin::{Device, ListQuery, Page};
use sbm_core::wire::v1::{Capability, path};

use super::Admin;
use super::address::member;
use crate::error::Error;

impl Admin {
    /// All devices.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) without that task.
    pub fn devices(&self) -> Result<Vec<Device>, Error> {
        self.whole(path::DEVICES)
    }

    /// A page of them: filtered, in any order.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub fn devices_page(&self, query: &ListQuery) -> Result<Page<Device>, Error> {
        self.page(query)
    }

    /// One device.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound).
    pub fn device(&self, installation: &InstallationId) -> Result<Device, Error> {
        self.need(Capability::Manage)?;
        self.get(&member(path::DEVICES, &installation.to_string()))
    }

    /// Removes a device: its tokens end, its history stays. It comes back when its user logs in there again.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound).
    pub fn remove_device(&self, installation: &InstallationId) -> Result<(), Error> {
        self.need(Capability::Manage)?;
        self.delete(&member(path::DEVICES, &installation.to_string()))
    }

    /// Releases the machine that a backup account is on: the next that logs in takes it over, and what this one says is not
    /// taken any more. Its history stays (ACC-11).
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound),
    /// [`Code::NothingToChange`](sbm_core::code::Code::NothingToChange) for a device that has no backup account,
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) for who may not change devices and did not log in with the
    /// account's secret.
    pub fn release_device(&self, installation: &InstallationId) -> Result<(), Error> {
        self.need(Capability::Silos)?;
        let at = format!("{}/release", member(path::DEVICES, &installation.to_string()));
        self.post_nothing(&at)
    }
}
