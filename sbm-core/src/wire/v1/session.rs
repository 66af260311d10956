//! Claim and login (RUN-2, RUN-6, RUN-7, DEV-3).

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::cache::{Signed, VerifyingKey};
use crate::id::InstallationId;
use crate::name::Name;
use crate::permission::RoleSet;
use crate::time::Timestamp;

/// A secret text: a password, a setup code or a token. It is wiped when dropped and never shown.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text into keeping.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text, for the one place that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// What a token may be used for; it is refused elsewhere (RUN-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// A person at a console or command line.
    Console,
    /// A backup program.
    Device,
    /// A program that acts as a user, as far as he lets it (RUN-11).
    Api,
}

/// Makes the server somebody's: sets the password of `admin`, once (RUN-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The one-time code from the data directory.
    pub code: Secret,
    /// The password that `admin` is to have.
    pub password: Secret,
}

/// A person logs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The user's name: `name`, or `account>name` in full.
    pub user: String,
    /// The password.
    pub password: Secret,
}

/// What a person gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Session {
    /// The token for the `authorization: Bearer` header.
    pub token: Secret,
    /// The user's name.
    pub user: Name,
    /// What the user may do on the server.
    pub roles: RoleSet,
    /// When the session ends at the latest.
    pub expires: Timestamp,
}

/// A backup program logs its user in and becomes a device of that user's account (DEV-3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DeviceLogin {
    /// The user's name: `name`, or `account>name` in full.
    pub user: String,
    /// The password.
    pub password: Secret,
    /// What the installation calls itself.
    pub installation: InstallationId,
    /// The computer's name.
    pub computer: String,
    /// The backup program's name and version.
    pub program: String,
    /// Whether a backup account that is on another machine is to be on this one from now on (ACC-11); since the capability
    /// `silos`.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub take_over: bool,
}

/// A backup program that has no password enrols with a code or a passphrase that a security officer made (DEV-1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DeviceEnrolment {
    /// What was typed: in any case of its letters, with or without dashes.
    pub code: Secret,
    /// What the installation calls itself. Who waits asks again with the same code and the same installation.
    pub installation: InstallationId,
    /// The computer's name.
    pub computer: String,
    /// The backup program's name and version.
    pub program: String,
}

/// What becomes of a device that came with a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct DeviceEnrolled {
    /// Whether a person has yet to let it in: it asks again after a while.
    pub waiting: bool,
    /// The full name of the user whose device it became, as he would log in with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// What the device gets; missing while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<DeviceSession>,
}

/// What a device gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct DeviceSession {
    /// The device's token.
    pub token: Secret,
    /// The user's name.
    pub user: Name,
    /// The key that vouches for the server's key documents from now on.
    pub root: VerifyingKey,
    /// The current key document.
    pub keys: Signed,
}
