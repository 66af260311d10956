//! The gates of a decision, in the order in which they are asked (DEC-1).

use serde::{Deserialize, Serialize};

/// One question that an action has to pass. The number is the C ABI's and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[repr(i32)]
pub enum Gate {
    /// Before all gates, on a client: is there a verified permission document at all (OFF-3)?
    Floor = 0,
    /// Is the address on the allowlist?
    Network = 1,
    /// Is somebody logged in?
    Authentication = 2,
    /// Was the second factor given, where one is asked for?
    SecondFactor = 3,
    /// Does the account's state allow it?
    AccountState = 4,
    /// Does a role allow it on the server?
    Role = 5,
    /// Does the account's level have the module?
    Module = 6,
    /// Does the security profile have the right?
    Right = 7,
    /// Do the user and the managed profile share a group?
    Entitlement = 8,
    /// Is there room for new data?
    Quota = 9,
    /// Do the job, its schedule and the bandwidth allow a run now?
    Job = 10,
}

impl Gate {
    /// All gates, in the order in which they are asked.
    pub const ORDER: [Self; 11] = [
        Self::Floor,
        Self::Network,
        Self::Authentication,
        Self::SecondFactor,
        Self::AccountState,
        Self::Role,
        Self::Module,
        Self::Right,
        Self::Entitlement,
        Self::Quota,
        Self::Job,
    ];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Network => "network",
            Self::Authentication => "authentication",
            Self::SecondFactor => "second_factor",
            Self::AccountState => "account_state",
            Self::Role => "role",
            Self::Module => "module",
            Self::Right => "right",
            Self::Entitlement => "entitlement",
            Self::Quota => "quota",
            Self::Job => "job",
        }
    }
}
