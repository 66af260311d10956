//! Sessions, one's own password, and the proof that unlocks a client's connection (RUN-7, RUN-9, USR-9).

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::id::InstallationId;
use crate::name::Name;
use crate::time::Timestamp;
use crate::wire::v1::session::{Audience, Secret};

/// A token that counts at the moment. The token itself is never shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct SessionEntry {
    /// Its id: hexadecimal digits.
    pub id: String,
    /// What it is for.
    pub audience: Audience,
    /// Its user.
    pub user: Name,
    /// Its device, for a device's token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<InstallationId>,
    /// The device's computer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computer: Option<String>,
    /// When it was given out.
    pub created: Timestamp,
    /// When it was last used; written behind, so up to some minutes old.
    pub last_used: Timestamp,
    /// When it ends at the latest; never, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// Whether it is the asker's own.
    pub current: bool,
}

/// A user changes his own password (RUN-9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password he has.
    pub current: Secret,
    /// The password he wants.
    pub new: Secret,
}

/// An administrator proves himself at the server that a client is locked to, for the one act of changing that client's
/// connection; no session comes of it (USR-9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Unlock {
    /// The administrator: `name`, or `account>name` in full.
    pub user: String,
    /// The password.
    pub password: Secret,
    /// What the installation calls itself, for the audit log.
    pub installation: InstallationId,
    /// The computer's name, for the audit log.
    pub computer: String,
    /// The code of his second factor, if he has one (RUN-8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
}
