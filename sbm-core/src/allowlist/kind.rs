//! The two lists of the allowlist (NET-2).

use serde::{Deserialize, Serialize};

/// Which list an entry is on. The same text may mean two things: `10` is an address, `mys` is a name, and `abc` could
/// be the beginning of either, so the list says it and nothing is guessed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AllowKind {
    /// Patterns of IP addresses.
    #[default]
    Address,
    /// Patterns of host names.
    Name,
}

impl AllowKind {
    /// Both, in the order of their numbers.
    pub const ALL: [Self; 2] = [Self::Address, Self::Name];

    /// The number in a file; never changes.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Address => 0,
            Self::Name => 1,
        }
    }

    /// The list with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }
}
