//! What is said of a password before it is anybody's (RUN-9).

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::password::{self, RULE_SETS, RuleSet, Strength};
use crate::wire::v1::session::Secret;

/// A password to be judged. It is kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordToJudge {
    /// The password.
    pub password: Secret,
}

/// What is said of it; nothing of it blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct JudgedPassword {
    /// How strong it is.
    pub strength: Strength,
    /// How many bits trying all of its kind takes.
    pub bits: u32,
    /// The sets of rules that are known, and whether it conforms.
    pub rule_sets: Vec<RuleMark>,
}

/// Whether a password conforms to a named set of rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RuleMark {
    /// What the set is known by.
    pub name: String,
    /// What it is.
    pub title: String,
    /// Where its rules are from.
    pub source: String,
    /// Whether the password conforms.
    pub conforms: bool,
}

impl JudgedPassword {
    /// Judges a password.
    #[must_use]
    pub fn of(password: &str) -> Self {
        let bits = password::bits(password);
        let mark = |set: &RuleSet| RuleMark {
            name: set.name.to_string(),
            title: set.title.to_string(),
            source: set.source.to_string(),
            conforms: set.holds(password),
        };
        Self { strength: Strength::of(bits), bits, rule_sets: RULE_SETS.iter().map(mark).collect() }
    }
}
