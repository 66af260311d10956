//! Which device is meant: an installation is a device of several accounts, where it is an agent of them (DEV-1, ACC-10).
//!
//! 1. Who says the account means the device there. Who says none means the only one that he sees; where he sees several, he is
//!    asked which, and nothing is done to any.
//! 2. What is released is what has a backup account, so one that has none is not in the way (ACC-11).

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::{Act, Refusal, not_found};
use crate::account::AccountPath;
use crate::account::tree::Kind;
use crate::code::Code;
use crate::directory::facts::Directory;
use crate::directory::rows::Device;
use crate::directory::scope::View;
use crate::id::InstallationId;

/// The device of that installation, in the account of that full name, if one is said.
///
/// # Errors
///
/// [`Code::NotFound`] for what is not there or not seen, [`Code::InvalidArgument`] where no account is said and several devices
/// could be meant.
pub fn device_meant<'a>(
    sees: View<'a>,
    installation: &InstallationId,
    account: Option<&AccountPath>,
) -> Result<&'a Device, Refusal> {
    only(sees, &sees.devices_of(installation, account).collect::<Vec<_>>(), installation)
}

/// The same, for a release.
pub(super) fn device_to_release<'a>(
    sees: View<'a>,
    installation: &InstallationId,
    account: Option<&AccountPath>,
) -> Result<&'a Device, Refusal> {
    let all: Vec<&Device> = sees.devices_of(installation, account).collect();
    let having: Vec<&Device> = all.iter().copied().filter(|device| has_silo(sees.facts(), device)).collect();
    only(sees, if having.is_empty() { &all } else { &having }, installation)
}

/// Whether a backup account is on that device.
pub(super) fn has_silo(facts: &Directory, device: &Device) -> bool {
    facts.account(device.account).is_some_and(|row| row.kind == Kind::Backup && row.silo.lease.admits(device.id))
}

fn only<'a>(sees: View<'_>, fits: &[&'a Device], installation: &InstallationId) -> Result<&'a Device, Refusal> {
    match fits {
        [] => Err(not_found("device", &installation.to_string())),
        [one] => Ok(one),
        [one, other, ..] => {
            let [one, other] = [one, other].map(|device| sees.facts().account_name(device.account));
            let message = format!(
                "`{installation}` is a device of {} accounts, such as `{one}` and `{other}`; say which with `account`",
                fits.len()
            );
            Err(Refusal::new(Code::InvalidArgument, message))
        }
    }
}

impl Act<'_> {
    /// The device there that whoever acts knows the secret of.
    pub(super) fn own_device(&self, installation: &InstallationId, account: Option<&AccountPath>) -> Option<&Device> {
        let own = self.actor_user().filter(|user| self.actor.limit.is_none() && self.facts.is_own_login(user))?;
        let is_meant = account.is_none_or(|path| self.facts.account_named(path).is_some_and(|row| row.id == own.account));
        self.facts.device_of(own.account, installation).filter(|_| is_meant)
    }
}
