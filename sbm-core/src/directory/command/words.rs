//! What the audit log calls a command, and what it says that it was done to (RUN-12).

use alloc::string::{String, ToString as _};

use super::Command;
use crate::account::life::{Standing, Wish};

impl Command {
    /// What the audit log calls it.
    #[must_use]
    pub const fn act(&self) -> &'static str {
        match self {
            Self::Claim { .. } => "server.claim",
            Self::CreateUser { .. } => "user.create",
            Self::ModifyUser { .. } => "user.modify",
            Self::DeleteUser { .. } => "user.delete",
            Self::CreateAccount(_) | Self::CreateSilo { .. } => "account.create",
            Self::ModifyAccount { .. } => "account.modify",
            Self::LiveAccounts { wish: Wish::Stand(Standing::Active), .. } => "account.enable",
            Self::LiveAccounts { wish: Wish::Stand(Standing::Disabled), .. } => "account.disable",
            Self::LiveAccounts { wish: Wish::Stand(Standing::Supervisor), .. } => "account.supervise",
            Self::LiveAccounts { wish: Wish::Delete(_), .. } => "account.delete",
            Self::LiveAccounts { wish: Wish::Keep, .. } => "account.keep",
            Self::DropAccount { .. } => "account.drop",
            Self::PutImage { .. } => "account.image",
            Self::AssignAgent { .. } => "agent.assign",
            Self::UnassignAgent { .. } => "agent.unassign",
            Self::CreateGroup(_) => "group.create",
            Self::ModifyGroup { .. } => "group.modify",
            Self::DeleteGroup { .. } => "group.delete",
            Self::CreateSecurityProfile(_) => "security_profile.create",
            Self::ModifySecurityProfile { .. } => "security_profile.modify",
            Self::DeleteSecurityProfile { .. } => "security_profile.delete",
            Self::CreateRole(_) => "role.create",
            Self::ModifyRole { .. } => "role.modify",
            Self::DeleteRole { .. } => "role.delete",
            Self::Grant(_) => "role.grant",
            Self::Ungrant(_) => "role.ungrant",
            Self::AddAllow(_) => "allowlist.add",
            Self::RemoveAllow { .. } => "allowlist.remove",
            Self::Upload(_) => "profile.upload",
            Self::ModifyProfile { .. } => "profile.modify",
            Self::RollBack(_) => "profile.roll_back",
            Self::DeleteProfile { .. } => "profile.delete",
            Self::RemoveDevice { .. } => "device.remove",
            Self::ReleaseDevice { .. } => "device.release",
            Self::TakeSilo { .. } => "device.take",
            Self::TakeOver { .. } => "device.take_over",
            Self::ModifyServer(_) => "server.modify",
            Self::ChangePassword { .. } => "user.password",
            Self::EnrolFactor(_) | Self::ConfirmChannel { .. } => "factor.enrol",
            Self::RemoveFactor { .. } | Self::RemoveChannel { .. } => "factor.remove",
            Self::NewRecoveryCodes { .. } => "factor.recovery",
            Self::Enrol { .. } | Self::EnrolInto { .. } | Self::EnrolAgent { .. } => "device.enrol",
            Self::RaiseEpoch { .. } => "keys.rotate",
        }
    }

    /// What the audit log says it was done to.
    #[must_use]
    pub fn object(&self) -> String {
        match self {
            Self::Claim { .. } => "admin".to_string(),
            Self::CreateUser { user, .. } => user.name.to_string(),
            Self::ModifyUser { name, .. }
            | Self::DeleteUser { name }
            | Self::RemoveFactor { name: Some(name) }
            | Self::ModifyGroup { name, .. }
            | Self::DeleteGroup { name, .. }
            | Self::ModifySecurityProfile { name, .. }
            | Self::DeleteSecurityProfile { name }
            | Self::ModifyRole { name, .. }
            | Self::DeleteRole { name } => name.clone(),
            Self::CreateRole(role) => role.name.to_string(),
            Self::Grant(grant) => grant.user.clone(),
            Self::Ungrant(id) => id.0.to_string(),
            Self::CreateAccount(account) | Self::CreateSilo { account, .. } => account.account.to_string(),
            Self::TakeSilo { device } => device.0.to_string(),
            Self::ModifyAccount { account, .. }
            | Self::PutImage { account, .. }
            | Self::AssignAgent { account, .. }
            | Self::UnassignAgent { account } => account.to_string(),
            Self::LiveAccounts { accounts, .. } => match accounts.as_slice() {
                [account] => account.to_string(),
                accounts => alloc::format!("{} accounts", accounts.len()),
            },
            // The plan puts the account's name there.
            Self::DropAccount { account, .. } => account.0.to_string(),
            Self::CreateGroup(group) => group.name.to_string(),
            Self::CreateSecurityProfile(profile) => profile.name.to_string(),
            Self::AddAllow(entry) => entry.pattern.clone(),
            Self::RemoveAllow { id, .. } => id.0.to_string(),
            Self::Upload(upload) => upload.guid.to_string(),
            Self::ModifyProfile { guid, .. } | Self::DeleteProfile { guid } => guid.to_string(),
            Self::RollBack(old) => old.guid.to_string(),
            Self::ModifyServer(_) => "server".to_string(),
            // The plan puts the actor's name there.
            Self::ChangePassword { .. }
            | Self::EnrolFactor(_)
            | Self::ConfirmChannel { .. }
            | Self::RemoveChannel { .. }
            | Self::RemoveFactor { name: None }
            | Self::NewRecoveryCodes { .. } => String::new(),
            Self::RemoveDevice { installation, .. }
            | Self::ReleaseDevice { installation, .. }
            | Self::TakeOver { installation, .. }
            | Self::Enrol { installation, .. }
            | Self::EnrolInto { installation, .. }
            | Self::EnrolAgent { installation, .. } => installation.to_string(),
            Self::RaiseEpoch { epoch, .. } => epoch.to_string(),
        }
    }
}
