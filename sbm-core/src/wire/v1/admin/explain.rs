//! Who may do what, and why (DEC-3).

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::account::AccountPath;
use crate::id::{Guid, InstallationId};
use crate::name::Name;
use crate::permission::{Action, Task};

/// "May this user do that, and why?" (DEC-3)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Explain {
    /// The user's name.
    pub user: String,
    /// The act.
    pub action: Action,
    /// The managed profile; a local one, or none, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Guid>,
    /// At this device, which is the user's: what it answers once it hears of what is so here, by its account, its token and the room
    /// that is left for it; at none in particular, in the user's own account, if missing. Since the capability `places`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<InstallationId>,
    /// The device of this account, by its full name, where the installation is a device of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountPath>,
}

/// "May this user do that on the server, and why?" (DEC-3)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExplainServer {
    /// The user's name.
    pub user: String,
    /// The task, by its name in the matrix of roles.
    pub task: Task,
    /// Whether to write; reading, if false.
    pub write: bool,
    /// By this token of the user's, by its id (RUN-11); himself, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// At this account, by its full name; anywhere, if missing. For servers with the capability `roles`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountPath>,
}

/// "Who can do that, at this account, and why?"
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WhoCan {
    /// The task, by its name in the matrix of roles.
    pub task: Task,
    /// Whether to write; reading, if false.
    pub write: bool,
    /// The account, by its full name.
    pub account: AccountPath,
    /// Only those whose names come after this one: the `next` of the answer before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Name>,
}

/// Who can do it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Able {
    /// Those whom you see, by their names; at most 500 in one answer.
    pub users: Vec<AbleUser>,
    /// Whether there are others, above your account.
    pub above: bool,
    /// What to ask on with; missing when these are all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Name>,
}

/// Somebody who can do it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct AbleUser {
    /// Who.
    pub name: Name,
    /// The user's account, in full.
    pub account: String,
    /// By which roles.
    pub because: Vec<Because>,
    /// The ids of those of his tokens that can do it too (RUN-11).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<String>,
}

/// A role by which somebody can do something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Because {
    /// The role's name.
    pub role: String,
    /// The account, in full, at which he has it.
    pub account: String,
}
