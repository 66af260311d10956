//! Two-factor login (RUN-8): the second step of a login, and one's own second factor.
//!
//! 1. A login whose password was right, by a user with a second factor, is answered by the problem `denied_second_factor`, which
//!    carries a [`HalfSession`]. Its token is good for the second step and for nothing else.
//! 2. The second step carries that token and a code: the six digits of an authenticator, or a recovery code.
//!    Where a code is to be sent, the client asks for that first, by one of the channels that came with the token.
//! 3. Whoever enrols proves his password, gets a key, and is enrolled when he has sent a code made with it.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::session::{Secret, Session};
use crate::factor::Channel;
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
    /// By which channels a code can be sent, and where it comes to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelOffer>,
    /// Whether there is no authenticator: a code has to be sent.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub sent_only: bool,
}

/// A channel by which a code can be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ChannelOffer {
    /// The channel.
    pub channel: Channel,
    /// So much of the address that its owner knows it: `a…@example.org`.
    pub address: String,
}

/// Has a code sent for a login that waits for one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SendLoginCode {
    /// The token of the first step.
    pub login: Secret,
    /// By which channel.
    pub channel: Channel,
}

/// Has a code sent to oneself, for what else takes one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SendCode {
    /// By which channel.
    pub channel: Channel,
}

/// A code is on its way; the ones of before are void.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct CodeSent {
    /// By which channel.
    pub channel: Channel,
    /// Where to, masked.
    pub address: String,
    /// From when on it is void.
    pub expires: Timestamp,
}

/// Begins the confirmation of an address for codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChannelBegin {
    /// The user's password.
    pub password: Secret,
    /// How codes are to be sent.
    pub channel: Channel,
    /// Where to: a mail address, or a telephone number with its country.
    pub address: String,
    /// A code of a second factor that there is already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
}

/// An address that waits for the code that was sent to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ChannelTicket {
    /// Goes back with the code.
    pub ticket: Secret,
    /// What was sent.
    pub sent: CodeSent,
}

/// Takes an address away, with a code of any second factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChannelRemove {
    /// By which codes are sent no more.
    pub channel: Channel,
    /// The code.
    pub code: Secret,
}

/// An address of one's own for codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ChannelState {
    /// How codes are sent to it.
    pub channel: Channel,
    /// The address, masked.
    pub address: String,
    /// Since when.
    pub since: Timestamp,
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
    /// As in a login without a second step; since the capability `silos`.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub take_over: bool,
}

/// How one's own second factor stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct FactorState {
    /// Whether there is an authenticator.
    pub enrolled: bool,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// How many recovery codes are left.
    pub recovery_codes: u32,
    /// Whether one is asked of this user.
    pub required: bool,
    /// One's addresses for codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelState>,
    /// By which channels the server sends codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Channel>,
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
    /// A code of a second factor that there is already; since the capability `factor_channels`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
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
