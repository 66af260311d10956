//! The administrator's calls. Objects are named by their names; ids stay on the server.

mod accounts;
mod agents;
mod communications;
mod enrolments;
mod explain;
mod images;
mod lists;
mod orders;
mod passwords;
mod roles;
mod rollout;
mod server;
mod sessions;
mod strict;
mod tokens;

pub use accounts::{Account, AccountPatch, AccountsAct, ChangedLogin, ChangedLogins, EffectiveSetting, LifeAct, NewAccount};
pub use agents::{AgentAccount, AgentAssignment, AgentDevice, ConsoleLogin, NewAgent};
pub use communications::{Communication, CommunicationKind, CommunicationPatch, NewCommunication};
pub use enrolments::{Enrolment, MadeEnrolment, NewEnrolment, WaitingDevice};
pub use explain::{Able, AbleUser, Because, Explain, ExplainServer, WhoCan};
pub use images::{EffectiveBranding, NewImage};
pub use lists::{AuditQuery, HistoryQuery, ListQuery, RunQuery};
pub use orders::{EraseKey, EraseOrder};
pub use passwords::{JudgedPassword, PasswordToJudge, RuleMark};
pub use roles::{CustomRole, Grant, NewGrant, NewRole, RolePatch};
pub use rollout::{Holder, HolderState, ProfileRevision, RollBack, Tombstone};
pub use server::{
    AllowEntry, AllowFinding, AllowTest, AllowVerdict, BackupState, NewAllowEntry, ServerEntry, ServerPatch, ServerSettings,
};
pub use sessions::{PasswordChange, SessionEntry, Unlock};
pub use tokens::{IssuedToken, NewToken, TokenEntry};

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use self::server::present;
use super::session::Secret;
use crate::account::AccountPath;
use crate::cache::signed::base64_bytes;
use crate::id::{Guid, Hash, InstallationId, RunId};
use crate::name::{Name, Text};
use crate::permission::{RightSet, RoleSet};
use crate::run::RunRecord;
use crate::time::Timestamp;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "PageOf{T}"))]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// What to ask for to get the next page; missing on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A user, as a list shows it (USR-1). Password hashes are never shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct User {
    /// The name.
    pub name: Name,
    /// The description.
    pub description: Text,
    /// The account, in full.
    pub account: String,
    /// Whether the user is shut out.
    pub disabled: bool,
    /// The roles on the server.
    pub roles: RoleSet,
    /// The security profile's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_profile: Option<Name>,
    /// The groups' names.
    pub groups: Vec<Name>,
    /// Whether there is a second factor (RUN-8).
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub second_factor: bool,
    /// The last successful login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_login: Option<Timestamp>,
    /// The address it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_address: Option<String>,
}

/// A new user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// The name.
    pub name: Name,
    /// The account, by its full name; one's own, if missing. The name is unique in its whole root account (USR-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountPath>,
    /// The description.
    #[serde(default)]
    pub description: Text,
    /// The password.
    pub password: Secret,
    /// The roles on the server.
    #[serde(default)]
    pub roles: RoleSet,
    /// The security profile's name; without one the user has no right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_profile: Option<Name>,
    /// The groups' names.
    #[serde(default)]
    pub groups: Vec<Name>,
    /// Names of groups to make first, and to be in as well (USR-7).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new_groups: Vec<Name>,
}

/// What is to change about a user; what is missing stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UserPatch {
    /// A new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// A new description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Text>,
    /// A new password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// Whether the user is shut out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// The roles from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<RoleSet>,
    /// The security profile from now on; `null` takes it away.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<Name>"))]
    pub security_profile: Option<Option<Name>>,
    /// The groups from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<Name>>,
    /// Groups to be in as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_groups: Vec<Name>,
    /// Groups to be in no longer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_groups: Vec<Name>,
    /// Names of groups to make first, and to be in as well (USR-7).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new_groups: Vec<Name>,
}

/// A group (USR-7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Group {
    /// The name.
    pub name: Name,
    /// The description.
    pub description: Text,
    /// How many users are in it.
    pub users: usize,
    /// How many managed profiles are in it.
    pub profiles: usize,
    /// The account, in full, if it is one below one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

/// A new group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewGroup {
    /// The name.
    pub name: Name,
    /// The account, by its full name; one's own, if missing. The name is unique in its whole root account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountPath>,
    /// The description.
    #[serde(default)]
    pub description: Text,
}

impl NewGroup {
    /// One of one's own account, without a description.
    #[must_use]
    pub fn new(name: Name) -> Self {
        Self { name, account: None, description: Text::default() }
    }
}

/// What is to change about a group; what is missing stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GroupPatch {
    /// A new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// A new description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Text>,
}

/// A security profile (USR-3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct SecurityProfile {
    /// The name.
    pub name: Name,
    /// The description.
    pub description: Text,
    /// The rights.
    pub rights: RightSet,
    /// Whether it is built in and cannot be changed.
    pub built_in: bool,
    /// How many users have it.
    pub users: usize,
    /// The account, in full, if it is one below one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

/// A new security profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSecurityProfile {
    /// The name.
    pub name: Name,
    /// The account, by its full name; one's own, if missing. The name is unique in its whole root account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountPath>,
    /// The description.
    #[serde(default)]
    pub description: Text,
    /// The rights.
    #[serde(default)]
    pub rights: RightSet,
}

impl NewSecurityProfile {
    /// One of one's own account, without a description.
    #[must_use]
    pub fn new(name: Name, rights: RightSet) -> Self {
        Self { name, account: None, description: Text::default(), rights }
    }
}

/// What is to change about a security profile; what is missing stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SecurityProfilePatch {
    /// A new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// A new description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Text>,
    /// The rights from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rights: Option<RightSet>,
}

/// A managed profile (PRO-2 to PRO-6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Profile {
    /// Its GUID.
    pub guid: Guid,
    /// Its name.
    pub name: Name,
    /// What its uploader said of it.
    pub description: Text,
    /// The version that the uploading client stated.
    pub version: i64,
    /// The server's revision.
    pub revision: u64,
    /// The content's hash.
    pub body: Hash,
    /// How many bytes the content has.
    pub size: u64,
    /// Whether a schedule was uploaded.
    pub has_schedule: bool,
    /// Whether clients take the schedule over.
    pub import_schedule: bool,
    /// Whether it is marked for deletion.
    pub delete: bool,
    /// The groups' names.
    pub groups: Vec<Name>,
    /// Who uploaded this revision.
    pub uploaded_by: Name,
    /// When.
    pub uploaded_at: Timestamp,
    /// The account, in full, if it is one below one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

/// An upload of a managed profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Upload {
    /// The GUID that the host made.
    pub guid: Guid,
    /// The name.
    pub name: Name,
    /// The description, which is compulsory.
    pub description: Text,
    /// The version that the client states.
    #[serde(default)]
    pub version: i64,
    /// The content: bytes that only the host program understands.
    #[serde(with = "base64_bytes")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64"))]
    pub body: Vec<u8>,
    /// The schedule.
    #[serde(default, with = "crate::cache::signed::base64_optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<crate::openapi::Base64>"))]
    pub schedule: Option<Vec<u8>>,
    /// The revision that this one was made from; 0 for a new profile.
    #[serde(default)]
    pub based_on: u64,
    /// The account, by its full name; one's own, if missing. A managed profile that is there stays where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountPath>,
}

impl Upload {
    /// The first revision of a managed profile of one's own account, without a schedule.
    #[must_use]
    pub fn new(guid: Guid, name: Name, description: Text, body: Vec<u8>) -> Self {
        Self { guid, name, description, version: 0, body, schedule: None, based_on: 0, account: None }
    }
}

/// What is to change about a managed profile; what is missing stays (PRO-5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProfilePatch {
    /// Mark for deletion, or clear the mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<bool>,
    /// Whether clients take the schedule over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import_schedule: Option<bool>,
    /// Groups to put it into.
    #[serde(default)]
    pub add_groups: Vec<Name>,
    /// Groups to take it out of.
    #[serde(default)]
    pub remove_groups: Vec<Name>,
    /// Names of groups to make first, and to put it into as well (USR-7).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new_groups: Vec<Name>,
}

/// A run, as the server keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Run {
    /// The record.
    #[serde(flatten)]
    pub record: RunRecord,
    /// When the server took it in.
    pub received: Timestamp,
}

/// One run by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RunRef {
    /// The id.
    pub id: RunId,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Device {
    /// What it calls itself.
    pub installation: InstallationId,
    /// The computer's name.
    pub computer: String,
    /// The backup program.
    pub program: String,
    /// Its current user.
    pub user: Name,
    /// When it was enrolled.
    pub enrolled: Timestamp,
    /// When it was last heard of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Timestamp>,
    /// The account that it belongs to, in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// How it stands; active, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<DeviceState>,
    /// Another machine took over the backup account that it was for: what it says is not taken any more (ACC-11).
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub replaced: bool,
}

/// How a device stands (DEV-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// It is enrolled.
    Active,
    /// It waits for a person to let it in, and has nothing yet: `enrolled` is when it asked first.
    Waiting,
}

impl DeviceState {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Waiting => "waiting",
        }
    }
}

/// An entry of the audit log (RUN-12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct AuditEntry {
    /// Its number, from 1 without a gap.
    pub number: u64,
    /// What was done.
    #[serde(flatten)]
    pub entry: crate::audit::Entry,
    /// The hash over the entry and the one before.
    pub hash: Hash,
}

/// What the check of the audit log found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct AuditVerdict {
    /// How many entries there are.
    pub entries: u64,
    /// The first entry that does not fit the chain; none if all fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_at: Option<u64>,
}

/// The epoch after the signing keys were rotated (OFF-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct KeyEpoch {
    /// The epoch.
    pub epoch: u64,
}
