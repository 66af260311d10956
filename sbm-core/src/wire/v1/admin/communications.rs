//! What was said and is to be said: the log of past and planned communications of an account (ACC-3).

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::account::AccountPath;
use crate::name::{Name, Text};
use crate::time::Timestamp;

/// How somebody was or is to be talked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CommunicationKind {
    /// On the telephone.
    Call,
    /// By e-mail.
    Email,
    /// On paper.
    Letter,
    /// Face to face, or by video.
    Meeting,
    /// In another way.
    Other,
}

impl CommunicationKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Self; 5] = [Self::Call, Self::Email, Self::Letter, Self::Meeting, Self::Other];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Email => "email",
            Self::Letter => "letter",
            Self::Meeting => "meeting",
            Self::Other => "other",
        }
    }

    /// Its number in a database; never changes.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Call => 1,
            Self::Email => 2,
            Self::Letter => 3,
            Self::Meeting => 4,
            Self::Other => 5,
        }
    }

    /// The kind of that number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }
}

/// A communication, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Communication {
    /// Its number, from 1 on; never given twice.
    pub id: u64,
    /// The account, by its full name.
    pub account: String,
    /// How.
    pub kind: CommunicationKind,
    /// When it was or is to be.
    pub at: Timestamp,
    /// Whether it is still to come.
    pub planned: bool,
    /// With whom.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub with: Text,
    /// What about, or what came of it.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub text: Text,
    /// Who wrote it down; of whoever is not seen it is said where he is (DEC-3).
    pub author: Name,
    /// When it was written down.
    pub made: Timestamp,
}

/// A communication to be written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewCommunication {
    /// The account, by its full name.
    pub account: AccountPath,
    /// How.
    pub kind: CommunicationKind,
    /// When it was or is to be.
    pub at: Timestamp,
    /// Whether it is still to come.
    #[serde(default)]
    pub planned: bool,
    /// With whom.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub with: Text,
    /// What about, or what came of it.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub text: Text,
}

/// What is to change about a communication; what is missing stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CommunicationPatch {
    /// How.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<CommunicationKind>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// `false` once it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<bool>,
    /// With whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<Text>,
    /// What about, or what came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
}
