//! `/STATUS`: whether the service is up and claimed, and what it can do (RUN-1, DOOR-4).

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What a server tells anybody who gets past the allowlist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Status {
    /// Always `sbm`.
    pub service: String,
    /// The program's version.
    pub version: String,
    /// The versions of the wire it speaks.
    pub wire: Vec<u32>,
    /// What it can do, by [`Capability`] name; a client sends only what is listed.
    pub capabilities: Vec<String>,
    /// Whether it has been set up.
    pub claimed: bool,
    /// Its clock.
    pub time: Timestamp,
    /// Whether it answers more than this: not while it has lost touch with the other servers (RUN-7). Missing from a server
    /// that does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serving: Option<bool>,
}

/// Something that a server may or may not be able to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    /// Device login, check-in, lists and bodies.
    Sync,
    /// Upload of history.
    History,
    /// Upload of profiles and the administrator's calls.
    Admin,
    /// Lists with filters, order and pages; sessions, one's own password, revisions, tombstones, host names in the
    /// allowlist, groups made along the way, and what holds for all clients.
    Manage,
    /// An administrator's proof for a client whose connection is locked (USR-9).
    Unlock,
    /// Records that stand for others which their device gave up (ERR-3).
    Gap,
    /// Tokens for programs (RUN-11).
    Tokens,
    /// The tree of accounts.
    Accounts,
    /// Enrolment by codes and passphrases, and devices that wait to be let in (DEV-1).
    Enrol,
    /// A second step of the login, and one's own second factor (RUN-8).
    SecondFactor,
    /// Roles that somebody makes, roles at accounts below one's own, and who can do what there (USR-5).
    Roles,
    /// Codes by mail and short message, and second factors that accounts ask for (RUN-8).
    FactorChannels,
    /// Logos and icons, communications, agents, and the way to an account's own login (ACC-3, ACC-10).
    Company,
    /// Secrets of backup accounts, the release of their machines, logins that take one over, and what is said of a password
    /// (ACC-11, ACC-12, RUN-9).
    Silos,
    /// Groups, security profiles and managed profiles that are made in accounts below one's own (ACC-4), and answers as a device
    /// gives them (DEC-4).
    Places,
}

impl Capability {
    /// What this version of the server can do.
    pub const ALL: [Self; 15] = [
        Self::Sync,
        Self::History,
        Self::Admin,
        Self::Manage,
        Self::Unlock,
        Self::Gap,
        Self::Tokens,
        Self::Accounts,
        Self::Enrol,
        Self::SecondFactor,
        Self::Roles,
        Self::FactorChannels,
        Self::Company,
        Self::Silos,
        Self::Places,
    ];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::History => "history",
            Self::Admin => "admin",
            Self::Manage => "manage",
            Self::Unlock => "unlock",
            Self::Gap => "gap",
            Self::Tokens => "tokens",
            Self::Accounts => "accounts",
            Self::Enrol => "enrol",
            Self::SecondFactor => "second_factor",
            Self::Roles => "roles",
            Self::FactorChannels => "factor_channels",
            Self::Company => "company",
            Self::Silos => "silos",
            Self::Places => "places",
        }
    }
}

impl Status {
    /// Whether the server answers more than this; one that does not say so does.
    #[must_use]
    pub fn is_serving(&self) -> bool {
        self.serving != Some(false)
    }

    /// Whether the server lists this capability.
    #[must_use]
    pub fn can(&self, capability: Capability) -> bool {
        self.capabilities.iter().any(|name| name == capability.name())
    }
}
