//! Which accounts an act is about, so that the audit log of each has it (RUN-12, ACC-4).
//!
//! 1. An act is about the account of what the entry names as its object, and about no other one that it changes something in:
//!    whoever reads there would be told a name from elsewhere.
//! 2. It is about its actor's account too, which the entry has anyway.

use alloc::vec::Vec;

use super::Act;
use super::meant::{device_meant, device_to_release};
use crate::directory::change::Change;
use crate::directory::command::Command;
use crate::id::AccountId;

impl Act<'_> {
    pub(super) fn about(&self, command: &Command, changes: &[Change]) -> Vec<AccountId> {
        match command {
            Command::LiveAccounts { accounts, .. } => {
                accounts.iter().filter_map(|path| self.facts.account_named(path)).map(|row| row.id).collect()
            }
            _ => self.about_one(command).or_else(|| about_new(command, changes)).into_iter().collect(),
        }
    }

    /// The account of what was there before.
    fn about_one(&self, command: &Command) -> Option<AccountId> {
        match command {
            Command::ModifyUser { name, .. } | Command::DeleteUser { name } | Command::RemoveFactor { name: Some(name) } => {
                self.sees.user(name).map(|user| user.account)
            }
            Command::Grant(new) => self.sees.user(&new.user).map(|user| user.account),
            Command::Ungrant(id) => {
                let user = self.facts.grants().find(|grant| grant.id == *id).and_then(|grant| self.facts.user(grant.user));
                user.map(|user| user.account)
            }
            Command::ModifyAccount { account, .. }
            | Command::PutImage { account, .. }
            | Command::AssignAgent { account, .. }
            | Command::UnassignAgent { account }
            | Command::EnrolAgent { account, .. } => self.facts.account_named(account).map(|row| row.id),
            Command::DropAccount { account, .. } | Command::EnrolInto { account, .. } => Some(*account),
            Command::ModifyGroup { name, .. } | Command::DeleteGroup { name, .. } => {
                self.sees.group(name).map(|group| group.account)
            }
            Command::ModifySecurityProfile { name, .. } | Command::DeleteSecurityProfile { name } => {
                self.sees.security_profile(name).map(|profile| profile.account)
            }
            Command::ModifyRole { name, .. } | Command::DeleteRole { name } => self.sees.role(name).map(|role| role.account),
            Command::Upload(upload) => self.sees.account_of_profile(&upload.guid),
            Command::ModifyProfile { guid, .. } | Command::DeleteProfile { guid } => self.sees.account_of_profile(guid),
            Command::RollBack(old) => self.sees.account_of_profile(&old.guid),
            Command::RemoveDevice { installation, account } => {
                device_meant(self.sees, installation, account.as_ref()).ok().map(|device| device.account)
            }
            Command::ReleaseDevice { installation, account } => {
                let own = self.own_device(installation, account.as_ref());
                let device = own.or_else(|| device_to_release(self.sees, installation, account.as_ref()).ok());
                device.map(|device| device.account)
            }
            Command::TakeSilo { device } => self.facts.device(*device).map(|device| device.account),
            _ => None,
        }
    }
}

/// The account of what is made.
fn about_new(command: &Command, changes: &[Change]) -> Option<AccountId> {
    changes.iter().find_map(|change| match (command, change) {
        (Command::CreateUser { .. }, Change::User(row)) => Some(row.account),
        (Command::CreateAccount(_) | Command::CreateSilo { .. }, Change::Account(row)) => Some(row.id),
        (Command::CreateGroup(_), Change::Group(row)) => Some(row.account),
        (Command::CreateSecurityProfile(_), Change::SecurityProfile(row)) => Some(row.account),
        (Command::CreateRole(_), Change::Role(row)) => Some(row.account),
        (Command::Upload(_), Change::Profile(row)) => Some(row.account),
        _ => None,
    })
}
