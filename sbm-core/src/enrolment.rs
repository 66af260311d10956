//! Enrolment without a password: by a code that names account and user, or by a passphrase for many devices (DEV-1).
//!
//! 1. A code enrols one device. A passphrase enrols as many as it says. Both end at a moment, or when they are revoked.
//! 2. Where approval is asked for, a device that asks waits until a person said yes, and asks again then: with the same code,
//!    from the same installation. Nothing is given out before.
//! 3. What is promised to a device that waits counts as used at once, so that no more wait than can be let in. It stays
//!    promised behind the moment at which the code ends, and not behind its being revoked.
//! 4. Whatever is refused is refused alike: wrong, used up, expired, revoked, or rejected by a person.

use serde::{Deserialize, Serialize};

use crate::account::Module;
use crate::time::{DAY, MINUTE, Timestamp};
use crate::typed::Typed;

/// What is typed: 120 random bits.
pub type EnrolmentCode = Typed<24>;

/// What devices are enrolled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum EnrolmentKind {
    /// For one device.
    Code = 1,
    /// For many devices alike: automatic deployment.
    Passphrase = 2,
}

impl EnrolmentKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Code, Self::Passphrase];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Passphrase => "passphrase",
        }
    }

    /// The kind of that number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == number)
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The most devices that one enrols.
    #[must_use]
    pub const fn most_uses(self) -> u32 {
        match self {
            Self::Code => 1,
            Self::Passphrase => 10_000,
        }
    }

    /// How long one lasts if nobody says, in milliseconds.
    #[must_use]
    pub const fn usual_span(self) -> i64 {
        match self {
            Self::Code => DAY,
            Self::Passphrase => 30 * DAY,
        }
    }

    /// How long one lasts at most, in milliseconds.
    #[must_use]
    pub const fn longest_span(self) -> i64 {
        match self {
            Self::Code => 30 * DAY,
            Self::Passphrase => 366 * DAY,
        }
    }

    /// How long one lasts at least, in milliseconds.
    pub const SHORTEST_SPAN: i64 = MINUTE;

    /// The module that the level of the account must have (ACC-3).
    #[must_use]
    pub const fn module(self) -> Module {
        match self {
            Self::Code => Module::Passphrases,
            Self::Passphrase => Module::AutomaticDeployment,
        }
    }
}

/// What a code or a passphrase allows, and how far it was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// How many devices at most.
    pub most: u32,
    /// How many were enrolled or wait.
    pub uses: u32,
    /// From when on no further device is let in.
    pub expires: Timestamp,
    /// Whether a person has to say yes.
    pub approval: bool,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// How a code or passphrase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentState {
    /// A device may come with it.
    Usable,
    /// As many devices came as it allows.
    Used,
    /// Its time is over.
    Expired,
    /// Somebody revoked it.
    Revoked,
}

impl EnrolmentState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Usable, Self::Used, Self::Expired, Self::Revoked];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Usable => "usable",
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// How a device that came with a code stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Phase {
    /// A person has yet to say yes.
    Waiting = 1,
    /// It gets its token when it asks next.
    Approved = 2,
    /// A person said no.
    Rejected = 3,
    /// It was given its token.
    Enrolled = 4,
}

impl Phase {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Approved, Self::Rejected, Self::Enrolled];

    /// The phase of that number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| *phase as u8 == number)
    }
}

/// What becomes of a device that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing: whatever the reason, it is told the same.
    Refused,
    /// It waits for a person.
    Waits {
        /// Whether it is new, so that it counts as a use.
        counts: bool,
    },
    /// It is enrolled, and gets its token.
    Enrols {
        /// Whether it is new, so that it counts as a use.
        counts: bool,
    },
}

impl Terms {
    /// How it stands at that moment.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> EnrolmentState {
        match () {
            () if self.revoked => EnrolmentState::Revoked,
            () if self.uses >= self.most => EnrolmentState::Used,
            () if now >= self.expires => EnrolmentState::Expired,
            () => EnrolmentState::Usable,
        }
    }

    /// What becomes of a device that asks at that moment and stood like that before; none, if it never asked.
    #[must_use]
    pub fn ask(&self, before: Option<Phase>, now: Timestamp) -> Asked {
        match before {
            _ if self.revoked => Asked::Refused,
            Some(Phase::Waiting) => Asked::Waits { counts: false },
            Some(Phase::Approved) => Asked::Enrols { counts: false },
            Some(Phase::Rejected) => Asked::Refused,
            // Who lost his token comes with a passphrase once more, and counts once more.
            None | Some(Phase::Enrolled) if self.state(now) != EnrolmentState::Usable => Asked::Refused,
            None | Some(Phase::Enrolled) if self.approval => Asked::Waits { counts: true },
            None | Some(Phase::Enrolled) => Asked::Enrols { counts: true },
        }
    }
}

#[cfg(test)]
mod tests;
