//! API tokens: for programs that act as a user, as far as he lets them (RUN-11).

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::account::AccountPath;
use crate::name::Name;
use crate::permission::Ceiling;
use crate::permission::ceiling::lenient;
use crate::time::Timestamp;
use crate::wire::v1::session::Secret;

/// A token to be made. It is its maker's, and he proves that he is who he says: it may outlive his session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is known by in lists; it need not be the only one of that name.
    pub name: Name,
    /// How far it goes in each task, at least in one; nobody gives more than he has.
    pub allows: Ceiling,
    /// The account, by its full name, that it is for with what is below; wherever its maker goes, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountPath>,
    /// When it ends at the latest; never by itself, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// The password of its maker.
    pub password: Secret,
}

/// A token that was just made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct IssuedToken {
    /// The token, told this once, for the `authorization: Bearer` header.
    pub secret: Secret,
    /// As lists show it.
    pub token: TokenEntry,
}

/// A token that counts at the moment. The token itself is never shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct TokenEntry {
    /// Its id: hexadecimal digits.
    pub id: String,
    /// What it is known by.
    pub name: Name,
    /// Whose it is.
    pub user: Name,
    /// How far it goes in each task at most. What its user may not do at the moment, it may not either.
    #[serde(deserialize_with = "lenient")]
    pub allows: Ceiling,
    /// The account that it is for with what is below; wherever its user goes, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last used; written behind, so up to some minutes old. Never, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<Timestamp>,
    /// When it ends at the latest; never by itself, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
}
