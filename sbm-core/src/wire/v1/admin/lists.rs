//! What a list is asked for: which rows, in which order, which page (CON-1, HIS-5).
//!
//! 1. A filter, a column or a cursor that the list does not know is `invalid_query`, never passed over.
//! 2. A page has at least one row: `limit=0` is `invalid_query` too.
//! 3. Whoever asks with `accept: text/csv` gets all matching rows as CSV (RFC 4180), with a header, not a page.

use alloc::string::String;

use serde::{Deserialize, Deserializer, Serialize};

use super::DeviceState;
use crate::id::{Guid, InstallationId};
use crate::time::Timestamp;

/// Which rows of a list, in which order. Each list knows some of the filters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Only rows with this text in one of their texts, in any case of its letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only users or managed profiles in this group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Only users with this security profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_profile: Option<String>,
    /// Only sessions or devices of this user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Only users who are shut out, or who are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Only managed profiles that are marked for deletion, or that are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<bool>,
    /// Only this account and those below it, by its full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Only devices that stand so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<DeviceState>,
    /// Only devices whose program, with its version, begins so, in any case of its letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// Only devices that were heard of then or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_since: Option<Timestamp>,
    /// Only devices that were not heard of since: last before that moment, or never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_before: Option<Timestamp>,
    /// A column by its name in the answer; `-` before it turns the order round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// At most that many, up to 500; 100, if missing.
    #[serde(default, deserialize_with = "some_rows", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<u32>", range(min = 1)))]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Which runs to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HistoryQuery {
    /// Only of this user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Only of this managed profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Guid>,
    /// Only of profiles with this name, local ones too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_name: Option<String>,
    /// Only of this installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<InstallationId>,
    /// Only of this computer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computer: Option<String>,
    /// Only with this result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<crate::run::RunResult>,
    /// Only of this type of profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<crate::run::ProfileKind>,
    /// Only restores, or only what is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restore: Option<bool>,
    /// Only runs whose profile started then or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Only runs whose profile started before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Only runs with this text in a name or in the error, in any case of its letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// `time`, `profile`, `user`, `computer` or `result`; `-` before it turns the order round. `-time`, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// At most that many, up to 500.
    #[serde(default, deserialize_with = "some_rows", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<u32>", range(min = 1)))]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Which run is meant, should several devices have made one with that id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RunQuery {
    /// The installation that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<InstallationId>,
}

/// Which entries of the audit log to list, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// Only of this actor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Only this act, or all that begin with it: `user` or `user.create`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
    /// Only done to this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Only with this outcome: `ok`, or the name of a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Only then or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Only before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// At most that many, up to 500.
    #[serde(default, deserialize_with = "some_rows", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<u32>", range(min = 1)))]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// A page without rows would be an endless list.
fn some_rows<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    match Option::<u32>::deserialize(deserializer)? {
        Some(0) => {
            Err(serde::de::Error::custom("`limit` is 0, and a page has at least one row; leave it out for the usual size"))
        }
        limit => Ok(limit),
    }
}
