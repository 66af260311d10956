//! Two-factor login (RUN-8): the second step of a login, and one's own second factor.
//!
//! 1. A login whose password was right, by a user with a second factor, is answered by the problem `denied_second_factor`, which
//!    carries a [`HalfSession`]. Its token is good for the second step and for nothing else.
//! 2. The second step carries that token and a code: the six digits of an authenticator, or a recovery code.
//! 3. Whoever enrols proves his password, gets a key, and is enrolled when he has sent a code made with it.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::session::{Secret, Session};
use crate::id::InstallationId;
use crate::time::Timestamp;

/// A login that waits for its code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct HalfSession {
    /// The token of the second step.
    pub token: Secret,
    /// From when on it is over.
    pub expires: Timestamp,
}

/// The second step of a person's login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SecondStep {
    /// The token of the first step.
    pub login: Secret,
    /// The code.
    pub code: Secret,
}

/// The second step of a backup program's login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DeviceSecondStep {
    /// The token of the first step.
    pub login: Secret,
    /// The code.
    pub code: Secret,
    /// What the installation calls itself: the same as in the first step.
    pub installation: InstallationId,
    /// The computer's name.
    pub computer: String,
    /// The backup program's name and version.
    pub program: String,
}

/// How one's own second factor stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct FactorState {
    /// Whether there is one.
    pub enrolled: bool,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// How many recovery codes are left.
    pub recovery_codes: u32,
    /// Whether the server asks one of this user.
    pub required: bool,
}

/// Begins an enrolment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FactorBegin {
    /// The user's password.
    pub password: Secret,
    /// What the authenticator is to call the server; its address, say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
}

/// A key that is not enrolled yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct FactorOffer {
    /// Goes back with the first code.
    pub ticket: Secret,
    /// The key, as an authenticator takes it by hand: base 32, for SHA-1, six digits, thirty seconds.
    pub key: Secret,
    /// The same as the address that a QR code shows: `otpauth://totp/…`.
    pub address: Secret,
    /// From when on the ticket is void.
    pub expires: Timestamp,
}

/// Ends an enrolment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FactorConfirm {
    /// The ticket of the offer.
    pub ticket: Secret,
    /// A code made with its key.
    pub code: Secret,
}

/// Enrolled: the other sessions at the console are over, since they began without a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct FactorEnrolled {
    /// A fresh session for who enrolled.
    pub session: Session,
    /// The recovery codes, shown this once.
    pub recovery_codes: Vec<Secret>,
}

/// A code, for what only its owner may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FactorCode {
    /// The code.
    pub code: Secret,
}

/// New recovery codes; those of before are void.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RecoveryCodes {
    /// The codes, shown this once.
    pub recovery_codes: Vec<Secret>,
}
