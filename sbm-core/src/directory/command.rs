//! What somebody wants done: the commands of the administrator, of a login and of the server itself.

use alloc::string::String;
use alloc::sync::Arc;

use zeroize::Zeroizing;

use crate::account::AccountPath;
use crate::account::life::Wish;
use crate::cache::Signed;
use crate::factor::{Channel, Kept, KeptAddress};
use crate::id::{AccountId, AllowId, GrantId, Guid, Hash, InstallationId, OrderId};
use crate::name::{Name, Text};
use crate::permission::{Task, TaskAccess};
use crate::wire::v1::admin::{
    AccountPatch, GroupPatch, NewAccount, NewAllowEntry, NewGrant, NewGroup, NewRole, NewSecurityProfile, ProfilePatch,
    RolePatch, SecurityProfilePatch, ServerPatch,
};

mod actor;
mod words;

pub use actor::{Actor, ActorKind, Limit};

/// A password as it is kept.
pub type Phc = Zeroizing<String>;

/// What is wanted.
#[derive(Clone, Debug)]
pub enum Command {
    /// Make the server somebody's (RUN-2).
    Claim {
        /// The password of `admin`.
        phc: Phc,
    },
    /// Add a user.
    CreateUser {
        /// What the user is to be, with the password hashed apart.
        user: NewUser,
        /// The password.
        phc: Phc,
    },
    /// Change a user.
    ModifyUser {
        /// Which.
        name: String,
        /// What is to change.
        patch: UserPatch,
        /// A new password.
        phc: Option<Phc>,
    },
    /// Remove a user.
    DeleteUser {
        /// Which.
        name: String,
    },
    /// Add an account (ACC-1 to ACC-3).
    CreateAccount(NewAccount),
    /// Add a backup account with a secret of its own (ACC-12).
    CreateSilo {
        /// What it is to be, with the secret hashed apart.
        account: NewAccount,
        /// The secret.
        phc: Phc,
    },
    /// Change an account, or put it elsewhere in the tree.
    ModifyAccount {
        /// Which.
        account: AccountPath,
        /// What is to change.
        patch: AccountPatch,
    },
    /// Change how accounts stand, schedule their deletion or cancel it; all of them or none (ACC-6 to ACC-8).
    LiveAccounts {
        /// Which.
        accounts: alloc::vec::Vec<AccountPath>,
        /// What is to become of them.
        wish: Wish,
    },
    /// Carry out a deletion that is due (ACC-8).
    DropAccount {
        /// Which.
        account: AccountId,
        /// What the order to erase what it stored is known by.
        order: OrderId,
    },
    /// Put an image into an account's branding (ACC-3).
    PutImage {
        /// Whose.
        account: AccountPath,
        /// For which use it is an icon; the logo, if missing.
        icon: Option<String>,
        /// The image.
        bytes: Arc<[u8]>,
    },
    /// Have a user serve an account as its agent (ACC-10).
    AssignAgent {
        /// Which account.
        account: AccountPath,
        /// The user.
        agent: String,
    },
    /// Have an account served by no agent.
    UnassignAgent {
        /// Which account.
        account: AccountPath,
    },
    /// The actor becomes a device of an account that he serves.
    EnrolAgent {
        /// Which account.
        account: AccountPath,
        /// What the installation calls itself.
        installation: InstallationId,
        /// The computer's name.
        computer: String,
        /// The program.
        program: String,
    },
    /// Add a group.
    CreateGroup(NewGroup),
    /// Change a group.
    ModifyGroup {
        /// Which.
        name: String,
        /// What is to change.
        patch: GroupPatch,
    },
    /// Remove a group.
    DeleteGroup {
        /// Which.
        name: String,
        /// Take its users and profiles out first.
        detach: bool,
    },
    /// Add a security profile.
    CreateSecurityProfile(NewSecurityProfile),
    /// Change a security profile.
    ModifySecurityProfile {
        /// Which.
        name: String,
        /// What is to change.
        patch: SecurityProfilePatch,
    },
    /// Remove a security profile.
    DeleteSecurityProfile {
        /// Which.
        name: String,
    },
    /// Add an entry to the allowlist.
    AddAllow(NewAllowEntry),
    /// Remove an entry of the allowlist.
    RemoveAllow {
        /// Which.
        id: AllowId,
        /// Even if it admits the actor himself (NET-7).
        confirm: bool,
    },
    /// Upload a managed profile.
    Upload(Upload),
    /// Mark a managed profile, import its schedule, put it into groups (PRO-5).
    ModifyProfile {
        /// Which.
        guid: Guid,
        /// What is to change.
        patch: ProfilePatch,
    },
    /// Make an earlier revision the newest one again (PRO-4).
    RollBack(RollBack),
    /// Remove a managed profile's record; a tombstone stays until every device that fetched it has removed it (PRO-7).
    DeleteProfile {
        /// Which.
        guid: Guid,
    },
    /// Add a role (USR-5).
    CreateRole(NewRole),
    /// Change a role that somebody made.
    ModifyRole {
        /// Which.
        name: String,
        /// What is to change.
        patch: RolePatch,
    },
    /// Remove a role that somebody made.
    DeleteRole {
        /// Which.
        name: String,
    },
    /// Give a user a role at an account.
    Grant(NewGrant),
    /// Take it away again.
    Ungrant(GrantId),
    /// Remove a device: its token ends, its history stays (DEV-1).
    RemoveDevice {
        /// Which.
        installation: InstallationId,
        /// Of which account; needed where the installation is a device of several.
        account: Option<AccountPath>,
    },
    /// Release the machine that a backup account is on, for another one to take over (ACC-11).
    ReleaseDevice {
        /// Which.
        installation: InstallationId,
        /// Of which account; needed where the installation has several.
        account: Option<AccountPath>,
    },
    /// The first device that is heard of takes a backup account that nobody ever had.
    TakeSilo {
        /// Which.
        device: crate::id::DeviceId,
    },
    /// Change what holds for all clients of the server.
    ModifyServer(ServerPatch),
    /// The actor changes his own password; he has just proved the one he has (RUN-9).
    ChangePassword {
        /// The new password.
        phc: Phc,
    },
    /// The actor enrols a second factor; he has just sent a code made with its key (RUN-8).
    EnrolFactor(Kept),
    /// The actor has an address for codes from now on; he has just sent one that came there (RUN-8).
    ConfirmChannel {
        /// How codes are sent to it.
        channel: Channel,
        /// The address.
        kept: KeptAddress,
        /// The same masked, for the audit log.
        shown: String,
    },
    /// The actor's address is none for codes any more; he has just sent a code of a second factor of his.
    RemoveChannel {
        /// How they were sent to it.
        channel: Channel,
    },
    /// Remove a second factor.
    RemoveFactor {
        /// Whose, with every address for codes; the actor's own authenticator if missing, who has just sent a code.
        name: Option<String>,
    },
    /// The actor gets new recovery codes; he has just sent a code.
    NewRecoveryCodes {
        /// Their hashes.
        hashes: alloc::vec::Vec<Hash>,
    },
    /// A host program logged its user in (DEV-3).
    Enrol {
        /// What the installation calls itself.
        installation: InstallationId,
        /// The computer's name.
        computer: String,
        /// The backup program.
        program: String,
    },
    /// The same, and the backup account is on this machine from now on, whichever had it (ACC-11).
    TakeOver {
        /// What the installation calls itself.
        installation: InstallationId,
        /// The computer's name.
        computer: String,
        /// The backup program.
        program: String,
    },
    /// A device came with a code or a passphrase that somebody made for the actor (DEV-1).
    EnrolInto {
        /// The account that it is put into.
        account: AccountId,
        /// What the installation calls itself.
        installation: InstallationId,
        /// The computer's name.
        computer: String,
        /// The backup program.
        program: String,
        /// With which code, for the audit log.
        by: String,
    },
    /// New keys, or a way out of a roll-back: the epoch is raised (OFF-3).
    RaiseEpoch {
        /// The epoch from now on.
        epoch: u64,
        /// Its key document.
        keys: Signed,
        /// Why, for the audit log.
        reason: String,
    },
}

/// A new user, checked.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of wire::v1::admin::NewUser")]
pub struct NewUser {
    pub name: Name,
    pub account: Option<AccountPath>,
    pub description: Text,
    pub roles: crate::permission::RoleSet,
    pub security_profile: Option<Name>,
    pub groups: alloc::vec::Vec<Name>,
    pub new_groups: alloc::vec::Vec<Name>,
}

/// What is to change about a user.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are those of wire::v1::admin::UserPatch")]
pub struct UserPatch {
    pub name: Option<Name>,
    pub description: Option<Text>,
    pub disabled: Option<bool>,
    pub roles: Option<crate::permission::RoleSet>,
    pub security_profile: Option<Option<Name>>,
    pub groups: Option<alloc::vec::Vec<Name>>,
    pub add_groups: alloc::vec::Vec<Name>,
    pub remove_groups: alloc::vec::Vec<Name>,
    pub new_groups: alloc::vec::Vec<Name>,
}

/// An upload of a managed profile.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of wire::v1::admin::Upload")]
pub struct Upload {
    pub guid: Guid,
    pub name: Name,
    pub description: Text,
    pub version: i64,
    pub body: Arc<[u8]>,
    pub schedule: Option<Arc<[u8]>>,
    pub based_on: u64,
    pub account: Option<AccountPath>,
}

/// An earlier revision that is to be the newest again. The store knows what it was; the plan makes a new one of it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of an upload, by hash, and the revision they come from")]
pub struct RollBack {
    pub guid: Guid,
    pub revision: u64,
    pub name: Name,
    pub description: Text,
    pub version: i64,
    pub body: Hash,
    pub size: u64,
    pub schedule: Option<Hash>,
    pub based_on: u64,
}

impl Command {
    /// The row of the role matrix that this command needs; none for what has its own proof.
    #[must_use]
    pub const fn task(&self) -> Option<(Task, TaskAccess)> {
        let task = match self {
            // Who knows the account's secret may release its machine, too.
            Self::ReleaseDevice { .. } | Self::TakeOver { .. } | Self::TakeSilo { .. } => return None,
            Self::Claim { .. }
            | Self::Enrol { .. }
            | Self::EnrolInto { .. }
            | Self::EnrolAgent { .. }
            | Self::ChangePassword { .. }
            | Self::EnrolFactor(_)
            | Self::ConfirmChannel { .. }
            | Self::RemoveChannel { .. }
            | Self::RemoveFactor { name: None }
            | Self::NewRecoveryCodes { .. } => return None,
            Self::CreateUser { .. }
            | Self::ModifyUser { .. }
            | Self::DeleteUser { .. }
            | Self::RemoveFactor { name: Some(_) }
            | Self::CreateSecurityProfile(_)
            | Self::ModifySecurityProfile { .. }
            | Self::DeleteSecurityProfile { .. }
            | Self::CreateRole(_)
            | Self::ModifyRole { .. }
            | Self::DeleteRole { .. }
            | Self::Grant(_)
            | Self::Ungrant(_) => Task::Users,
            Self::CreateGroup(_) | Self::ModifyGroup { .. } | Self::DeleteGroup { .. } | Self::ModifyProfile { .. } => {
                Task::Groups
            }
            Self::AddAllow(_) | Self::RemoveAllow { .. } | Self::RaiseEpoch { .. } | Self::ModifyServer(_) => Task::Server,
            Self::CreateAccount(_)
            | Self::CreateSilo { .. }
            | Self::ModifyAccount { .. }
            | Self::LiveAccounts { .. }
            | Self::DropAccount { .. }
            | Self::PutImage { .. }
            | Self::AssignAgent { .. }
            | Self::UnassignAgent { .. } => Task::Accounts,
            Self::RemoveDevice { .. } => Task::Devices,
            Self::Upload(_) | Self::RollBack(_) | Self::DeleteProfile { .. } => Task::Profiles,
        };
        Some((task, TaskAccess::Write))
    }

    /// Whether the actor does it to himself: the plan puts his name into the audit log.
    #[must_use]
    pub const fn is_about_oneself(&self) -> bool {
        matches!(
            self,
            Self::ChangePassword { .. }
                | Self::EnrolFactor(_)
                | Self::ConfirmChannel { .. }
                | Self::RemoveChannel { .. }
                | Self::RemoveFactor { name: None }
                | Self::NewRecoveryCodes { .. }
        )
    }
}
