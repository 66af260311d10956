//! The rows of the directory: what the store keeps in typed tables and the facts hold in memory.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::account::tree::{Kind, NodeRef};
use crate::account::{About, AccountState, Level, Life, Policy, Quota, Silo};
use crate::allowlist::AllowKind;
use crate::cache::Signed;
use crate::factor::FactorRule;
use crate::id::{
    AccountId, AllowId, DeviceId, GrantId, GroupId, Guid, Hash, InstallationId, ProfileId, RoleId, SecurityProfileId, UserId,
};
use crate::name::{Name, Text};
use crate::permission::{Ceiling, RightSet, Role, RoleSet};
use crate::time::Timestamp;

/// The server as a whole: one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// Whether `admin` has a password (RUN-2).
    pub claimed: bool,
    /// The version of the key document.
    pub epoch: u64,
    /// The key document of this epoch, signed by the root key; none before the first start made the keys.
    pub keys: Option<Signed>,
    /// After how many seconds without contact a client has only the floor left; never, if missing (OFF-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_offline: Option<u64>,
    /// Of whom a second factor is asked (RUN-8).
    #[serde(default, skip_serializing_if = "FactorRule::is_nobody")]
    pub second_factor: FactorRule,
    /// The revision of the last change.
    pub stamp: u64,
}

/// A node of the organisation tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The account above; none for a root account.
    pub parent: Option<AccountId>,
    /// The last part of its name.
    pub name: Name,
    /// What it is; a part of names that nobody made an account of is one too (ACC-2).
    #[serde(default = "first_kind")]
    pub kind: Kind,
    /// How it stands, and whether it is about to be deleted (ACC-6 to ACC-8).
    #[serde(default)]
    pub life: Life,
    /// How much all below it may store (ACC-5).
    #[serde(default)]
    pub quota: Quota,
    /// What it hands down (ACC-9).
    #[serde(default, skip_serializing_if = "Policy::is_empty")]
    pub policy: Policy,
    /// Whether a second factor is asked of all its users and of those below it (RUN-8).
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub second_factor: bool,
    /// What somebody said of it (ACC-10).
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub comment: Text,
    /// What people want to know of it (ACC-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Box<About>>,
    /// The user who serves it as its agent, as far as he still stands at or above it (ACC-10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<UserId>,
    /// Its own login and its machine, if it is a backup account (ACC-11, ACC-12).
    #[serde(default, skip_serializing_if = "Silo::is_empty")]
    pub silo: Silo,
    /// The revision of the last change.
    pub stamp: u64,
}

/// What an account of a program was that knew no kinds: the root organisation.
const fn first_kind() -> Kind {
    Kind::Organisation(Level::Reseller)
}

impl Account {
    /// An account of which nothing was said yet.
    #[must_use]
    pub fn new(id: AccountId, parent: Option<AccountId>, name: Name, kind: Kind) -> Self {
        Self {
            id,
            parent,
            name,
            kind,
            life: Life::default(),
            quota: Quota::default(),
            policy: Policy::default(),
            second_factor: false,
            comment: Text::default(),
            about: None,
            agent: None,
            silo: Silo::default(),
            stamp: 0,
        }
    }

    /// What it may do at the moment.
    #[must_use]
    pub const fn state(&self) -> AccountState {
        self.life.state()
    }

    /// Its place in the tree.
    #[must_use]
    pub const fn node(&self) -> NodeRef<'_> {
        NodeRef { parent: self.parent, name: &self.name, kind: self.kind }
    }
}

/// A login (USR-1). The password's hash is not among the facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The account it belongs to.
    pub account: AccountId,
    /// The name, unique in its root account.
    pub name: Name,
    /// The description.
    pub description: Text,
    /// Shut out.
    pub disabled: bool,
    /// Built in: `admin`, who cannot be deleted or renamed.
    pub built_in: bool,
    /// The roles on the server.
    pub roles: RoleSet,
    /// The security profile.
    pub security_profile: Option<SecurityProfileId>,
    /// The groups, sorted.
    pub groups: Vec<GroupId>,
    /// The revision of the last change.
    pub stamp: u64,
}

/// A membership set of users and managed profiles (USR-7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// The account it belongs to.
    pub account: AccountId,
    /// The name.
    pub name: Name,
    /// The description.
    pub description: Text,
    /// The revision of the last change of the group or of a profile in it.
    pub stamp: u64,
}

/// A named set of rights (USR-3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityProfile {
    /// Its id.
    pub id: SecurityProfileId,
    /// The account it belongs to.
    pub account: AccountId,
    /// The name.
    pub name: Name,
    /// The description.
    pub description: Text,
    /// The rights.
    pub rights: RightSet,
    /// Built in: `AllAccess`.
    pub built_in: bool,
    /// The revision of the last change.
    pub stamp: u64,
}

/// A row of the matrix that somebody made: a role for users of its account and of those below (USR-5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomRole {
    /// Its id.
    pub id: RoleId,
    /// The account it belongs to.
    pub account: AccountId,
    /// The name, unique in its root account.
    pub name: Name,
    /// The description.
    pub description: Text,
    /// How far it goes in each task.
    pub tasks: Ceiling,
    /// The revision of the last change.
    pub stamp: u64,
}

/// A role as a grant names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantedRole {
    /// One of those that are built in.
    BuiltIn(Role),
    /// One that somebody made.
    Custom(RoleId),
}

/// A role that a user has at an account and below it: his own account or one below (USR-5, USR-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Who has it.
    pub user: UserId,
    /// Where.
    pub account: AccountId,
    /// Which role.
    pub role: GrantedRole,
    /// The revision at which it was given.
    pub stamp: u64,
}

/// A managed profile at its newest revision (PRO-2 to PRO-6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedProfile {
    /// Its place in the tables.
    pub id: ProfileId,
    /// The account it belongs to.
    pub account: AccountId,
    /// Its name for everybody else, unique in its root account.
    pub guid: Guid,
    /// The name.
    pub name: Name,
    /// What its uploader said of it.
    pub description: Text,
    /// The version that the uploading client stated.
    pub version: i64,
    /// The server's revision of it, from 1.
    pub revision: u64,
    /// The content.
    pub body: Hash,
    /// How many bytes the content has.
    pub size: u64,
    /// The schedule, if one was uploaded.
    pub schedule: Option<Hash>,
    /// Whether clients take the schedule over.
    pub import_schedule: bool,
    /// Marked for deletion.
    pub delete: bool,
    /// The groups, sorted.
    pub groups: Vec<GroupId>,
    /// Who uploaded this revision, by name (HIS-4's reason).
    pub uploaded_by: Name,
    /// When.
    pub uploaded_at: Timestamp,
    /// The revision of the server at which its list entry last changed.
    pub stamp: u64,
}

/// One installation of a backup program (DEV-3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// The account it belongs to.
    pub account: AccountId,
    /// Its current user.
    pub user: UserId,
    /// What it calls itself, unique in its account.
    pub installation: InstallationId,
    /// The computer's name.
    pub computer: String,
    /// The backup program's name and version.
    pub program: String,
    /// When it was enrolled.
    pub enrolled: Timestamp,
    /// The revision of the last change.
    pub stamp: u64,
}

/// An entry of the allowlist (NET-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allow {
    /// Its id.
    pub id: AllowId,
    /// The account it belongs to: the root organisation.
    pub account: AccountId,
    /// Which of the two lists it is on.
    #[serde(default)]
    pub kind: AllowKind,
    /// The pattern, as it was entered.
    pub pattern: String,
    /// What somebody said of it.
    pub comment: Text,
    /// The revision of the last change.
    pub stamp: u64,
}

/// What is left of a managed profile whose record was deleted: it says which devices still have it, and where its
/// revisions go on if it is uploaded again (PRO-4, PRO-7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// The account it belonged to.
    pub account: AccountId,
    /// Its GUID.
    pub guid: Guid,
    /// The name it had.
    pub name: Name,
    /// Its last revision.
    pub revision: u64,
    /// Who deleted it, by name.
    pub deleted_by: Name,
    /// When.
    pub deleted_at: Timestamp,
    /// The revision of the server at which it was deleted.
    pub stamp: u64,
}
