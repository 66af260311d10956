//! Codes and passphrases with which devices enrol, and devices that wait to be let in (DEV-1).

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::account::AccountPath;
use crate::enrolment::{EnrolmentKind, EnrolmentState};
use crate::id::InstallationId;
use crate::name::{Name, Text};
use crate::time::Timestamp;
use crate::wire::v1::session::Secret;

/// A new code or passphrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewEnrolment {
    /// For one device, or for many.
    pub kind: EnrolmentKind,
    /// The user whose devices they become: `name`, or `account>name` in full.
    pub user: String,
    /// The account that they are put into, in full: the user's own or one below it; the user's own, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountPath>,
    /// How many devices: 1 for a code, up to 10,000 for a passphrase; 1 and 100, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
    /// For how many seconds: from a minute to 30 days for a code, to 366 days for a passphrase; one day and 30, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_for: Option<u64>,
    /// Whether a person has to let each device in.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub approval: bool,
    /// What it is for.
    #[serde(default)]
    pub comment: Text,
}

/// A code or passphrase, as a list shows it: never itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Enrolment {
    /// Its number.
    pub id: u64,
    /// For one device, or for many.
    pub kind: EnrolmentKind,
    /// How it stands.
    pub state: EnrolmentState,
    /// The account that devices are put into, in full.
    pub account: String,
    /// The user whose devices they become.
    pub user: Name,
    /// How many devices were enrolled with it, or wait.
    pub uses: u32,
    /// How many at most.
    pub most: u32,
    /// Whether a person has to let each device in.
    pub approval: bool,
    /// What it is for.
    pub comment: Text,
    /// Who made it, by name.
    pub made_by: Name,
    /// When.
    pub made: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
}

/// What its maker gets, this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct MadeEnrolment {
    /// The code or passphrase itself, which is not kept anywhere: six groups of four letters and digits.
    pub code: Secret,
    /// What the list shows of it.
    pub enrolment: Enrolment,
}

/// A device that waits to be let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct WaitingDevice {
    /// What it calls itself.
    pub installation: InstallationId,
    /// The computer's name, as it says.
    pub computer: String,
    /// The backup program, as it says.
    pub program: String,
    /// The address that it asked from first.
    pub address: String,
    /// The account that it would be put into, in full.
    pub account: String,
    /// The user whose device it would be.
    pub user: Name,
    /// The number of the code or passphrase that it came with.
    pub enrolment: u64,
    /// When it asked first.
    pub asked: Timestamp,
}
