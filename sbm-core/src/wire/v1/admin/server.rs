//! The server as a whole: what holds for all clients, and the allowlist's two lists (OFF-3, NET-2 to NET-7).

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize};

use crate::allowlist::AllowKind;
use crate::factor::FactorRule;
use crate::id::AllowId;
use crate::name::Text;
use crate::time::Timestamp;

/// What holds for all clients of the server, and how it fares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ServerSettings {
    /// After how many seconds without contact a client has only the floor left; never, if missing (OFF-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_offline: Option<u64>,
    /// Of whom a second factor is asked; missing where it is asked of nobody (RUN-8).
    #[serde(default, skip_serializing_if = "FactorRule::is_nobody")]
    pub second_factor: FactorRule,
    /// The backups that the server makes of itself; missing where it makes none (DOOR-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<BackupState>,
    /// The servers on the same database, in the order in which they were started; missing where one has it to itself (RUN-7).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<ServerEntry>,
}

/// One of the servers on a database (RUN-7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ServerEntry {
    /// The computer that it runs on.
    pub name: String,
    /// The version of its program.
    pub version: String,
    /// When it was started.
    pub started: Timestamp,
    /// Whether it lives, as the one sees it that answers.
    pub lives: bool,
    /// Up to which revision it goes by what was changed, as far as it said.
    pub revision: u64,
}

/// What became of the backups that the server makes of itself (DOOR-2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct BackupState {
    /// How often one is made.
    pub every_hours: u64,
    /// When the last one was made and verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_success: Option<Timestamp>,
    /// When it last failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<Timestamp>,
    /// Why, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// What is to change of it; what is missing stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ServerPatch {
    /// From 3,600 (an hour) to 31,622,400 (a leap year); `null` takes the limit away.
    #[serde(default, deserialize_with = "super::present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<u64>"))]
    pub max_offline: Option<Option<u64>>,
    /// Of whom a second factor is asked from now on, all of them (RUN-8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<FactorRule>,
}

/// An entry of the allowlist (NET-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct AllowEntry {
    /// Its id.
    pub id: AllowId,
    /// Which of the two lists it is on.
    #[serde(default)]
    pub kind: AllowKind,
    /// The pattern, as it was entered.
    pub pattern: String,
    /// What somebody said of it.
    pub comment: Text,
}

/// A new entry of the allowlist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAllowEntry {
    /// Which of the two lists it goes to.
    #[serde(default, skip_serializing_if = "is_address")]
    pub kind: AllowKind,
    /// The pattern.
    pub pattern: String,
    /// What to say of it.
    #[serde(default)]
    pub comment: Text,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_address(kind: &AllowKind) -> bool {
    matches!(kind, AllowKind::Address)
}

/// "Would that client be admitted, and by what?"
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AllowTest {
    /// The client's address.
    pub address: String,
    /// Its name, to be taken as confirmed; looked up like a client's, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct AllowVerdict {
    /// Whether such a client gets past the gate.
    pub admitted: bool,
    /// The entries that admit it; none for loopback, which is never locked out.
    pub by: Vec<AllowEntry>,
    /// The confirmed name of the address, if one was asked for and found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// One sentence.
    pub sentence: String,
}

/// Something about an entry of the allowlist that deserves a look (NET-4, NET-5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct AllowFinding {
    /// The entry.
    pub entry: AllowEntry,
    /// The stable name of the finding.
    pub finding: String,
    /// One sentence: what is risky or useless about it, and what to write instead.
    pub sentence: String,
}

/// Tells whether the field is there at all; kept beside its only users.
pub(super) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
