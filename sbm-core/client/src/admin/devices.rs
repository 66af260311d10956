//! Devices (DEV-1): the installations of backup programs.

use sbm_core::account::AccountPath;
use sbm_core::id::InstallationId;
use sbm_core::wire::v1::admin::{Device, ListQuery, Page};
use sbm_core::wire::v1::{Capability, path};

use super::Admin;
use super::address::{Query, member};
use crate::error::Error;

/// Which device is meant: that of an installation, or where it is one of several accounts, that of one of them.
#[derive(Clone, Debug)]
pub struct WhichDevice {
    installation: InstallationId,
    account: Option<String>,
}

impl WhichDevice {
    /// The device of that installation in that account; the only one, if none is said.
    #[must_use]
    pub fn new(installation: InstallationId, account: Option<&AccountPath>) -> Self {
        Self { installation, account: account.map(ToString::to_string) }
    }

    fn at(&self, behind: &str) -> String {
        let device = member(path::DEVICES, &self.installation.to_string());
        Query::of(&format!("{device}{behind}")).with("account", self.account.as_deref()).finish()
    }
}

impl From<&InstallationId> for WhichDevice {
    fn from(installation: &InstallationId) -> Self {
        Self { installation: *installation, account: None }
    }
}

impl From<&Device> for WhichDevice {
    fn from(device: &Device) -> Self {
        Self { installation: device.installation, account: device.account.clone() }
    }
}

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
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound),
    /// [`Code::InvalidArgument`](sbm_core::code::Code::InvalidArgument) where no account is said and several devices could be
    /// meant.
    pub fn device(&self, which: impl Into<WhichDevice>) -> Result<Device, Error> {
        self.need(Capability::Manage)?;
        self.get(&which.into().at(""))
    }

    /// Removes a device: its tokens end, its history stays. It comes back when its user logs in there again.
    ///
    /// # Errors
    ///
    /// Those of [`device`](Self::device).
    pub fn remove_device(&self, which: impl Into<WhichDevice>) -> Result<(), Error> {
        self.need(Capability::Manage)?;
        self.delete(&which.into().at(""))
    }

    /// Releases the machine that a backup account is on: the next that logs in takes it over, and what this one says is not
    /// taken any more. Its history stays (ACC-11).
    ///
    /// # Errors
    ///
    /// Those of [`device`](Self::device),
    /// [`Code::NothingToChange`](sbm_core::code::Code::NothingToChange) for a device that has no backup account,
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) for who may not change devices and did not log in with the
    /// account's secret.
    pub fn release_device(&self, which: impl Into<WhichDevice>) -> Result<(), Error> {
        self.need(Capability::Silos)?;
        self.post_nothing(&which.into().at("/release"))
    }
}
