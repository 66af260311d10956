//! Agents, which serve many accounts, and the way to an account's own login (ACC-10).

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::account::{AccountPath, AccountState};
use crate::id::InstallationId;

/// A user is to serve an account as its agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAgent {
    /// The account, by its full name.
    pub account: AccountPath,
    /// The user, by his login name.
    pub agent: String,
}

/// Which agent serves which account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct AgentAssignment {
    /// The account, by its full name.
    pub account: String,
    /// The user who is its agent; of one who is not seen it is said where he is (DEC-3).
    pub agent: String,
}

/// An account, as its agent sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct AgentAccount {
    /// Its full name.
    pub account: String,
    /// What it may do at the moment.
    pub state: AccountState,
}

/// An agent wants to be a device of an account that it serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AgentDevice {
    /// The account, by its full name.
    pub account: AccountPath,
    /// What the installation calls itself; one for each account.
    pub installation: InstallationId,
    /// The computer's name.
    pub computer: String,
    /// The program's name and version.
    pub program: String,
}

/// The way to an account's own login. It is no session: whoever goes there proves who he is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ConsoleLogin {
    /// The account, by its full name.
    pub account: String,
    /// What stands before a user's name in a login there: the full name and `>`. It is the full name alone, and the whole login, of an
    /// account with a secret of its own.
    pub login: String,
}
