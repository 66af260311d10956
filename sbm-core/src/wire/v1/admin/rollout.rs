//! Managed profiles over time: revisions, the way back, who has which, and what is left of deleted ones (PRO-4, PRO-7).

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::id::{Guid, Hash, InstallationId};
use crate::name::{Name, Text};
use crate::time::Timestamp;

/// What a managed profile was at one revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ProfileRevision {
    /// The revision, from 1.
    pub revision: u64,
    /// The version that the uploading client stated.
    pub version: i64,
    /// The name it had.
    pub name: Name,
    /// What its uploader said of it.
    pub description: Text,
    /// The content's hash.
    pub body: Hash,
    /// How many bytes the content has.
    pub size: u64,
    /// Whether a schedule was uploaded.
    pub has_schedule: bool,
    /// Who uploaded it.
    pub uploaded_by: Name,
    /// When.
    pub uploaded_at: Timestamp,
}

/// "Make that revision the newest again": a new revision with the old content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RollBack {
    /// The earlier revision.
    pub revision: u64,
    /// The newest revision that the asker knows; if there is a newer one, this is stale.
    pub based_on: u64,
}

/// A device that fetched a managed profile, and what it said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Holder {
    /// The device.
    pub installation: InstallationId,
    /// The computer's name.
    pub computer: String,
    /// Its current user.
    pub user: Name,
    /// How far it is.
    pub state: HolderState,
    /// The revision that it fetched last.
    pub revision: u64,
    /// When.
    pub fetched_at: Timestamp,
    /// When it last said what became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// Why it could not take the profile over, or not remove it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// When the device was last heard of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Timestamp>,
    /// The account of the device, in full; a server of before says none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

/// How far a device is with a managed profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum HolderState {
    /// It fetched the content; its host has not said what became of it.
    Fetched,
    /// Its host took the newest revision over that it fetched.
    Installed,
    /// Its host could not.
    Failed,
    /// Its host removed it.
    Removed,
}

/// What is left of a managed profile whose record was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Tombstone {
    /// Its GUID.
    pub guid: Guid,
    /// The name it had.
    pub name: Name,
    /// Its last revision.
    pub revision: u64,
    /// Who deleted it.
    pub deleted_by: Name,
    /// When.
    pub deleted_at: Timestamp,
    /// How many devices ever fetched it, removed devices apart.
    pub holders: u64,
    /// How many of them have removed it.
    pub gone: u64,
    /// Those that have not, the longest unheard of first; at most 100.
    pub left: Vec<Holder>,
}
