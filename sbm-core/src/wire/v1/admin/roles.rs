//! Roles that somebody made, and who has which role where (USR-5).

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::account::AccountPath;
use crate::name::{Name, Text};
use crate::permission::Ceiling;
use crate::permission::ceiling::lenient;

/// A role: a row of the matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct CustomRole {
    /// The name.
    pub name: Name,
    /// The description.
    pub description: Text,
    /// How far it goes in each task; what it does not name it does not allow.
    #[serde(deserialize_with = "lenient")]
    pub tasks: Ceiling,
    /// Whether it is built in and cannot be changed.
    pub built_in: bool,
    /// The account, in full, that it belongs to: it is for users of that and below. Missing for one that is built in, and for
    /// one that is set above your account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// How often it is held, by users whom you see.
    pub users: usize,
}

/// A new role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// The name; none of those that are built in.
    pub name: Name,
    /// The description.
    #[serde(default)]
    pub description: Text,
    /// How far it goes in each task, at least in one; nobody gives more than he has.
    pub tasks: Ceiling,
    /// The account that it belongs to, by its full name; one's own, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountPath>,
}

/// What is to change about a role; what is missing stays. It counts at the next request of all who have it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RolePatch {
    /// A new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// A new description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Text>,
    /// How far it goes in each task from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Ceiling>,
}

/// A role that a user has at an account and below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Grant {
    /// Its number.
    pub id: u32,
    /// Who has it.
    pub user: Name,
    /// The role's name.
    pub role: Name,
    /// The account, in full.
    pub account: String,
    /// Whether it counts: not while the account stands outside of the user's own, or the user outside of the role's.
    pub counts: bool,
}

/// A role for a user at an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    /// The user's name.
    pub user: String,
    /// The role's name: one that is built in, or one that somebody made.
    pub role: Name,
    /// The account, by its full name: the user's own or one below it.
    pub account: AccountPath,
}
