//! Logos and icons, and the branding that counts for an account (ACC-3).

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::account::Branding;
use crate::cache::signed::base64_bytes;

/// The branding that counts for an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct EffectiveBranding {
    /// The account that was asked for, by its full name.
    pub account: String,
    /// The nearest one on the way up; missing if there is none. Its images are below the account's own address, by their hashes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branding: Option<Branding>,
    /// The account that it comes from, by its full name; missing if it stands above one's own (DEC-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// An image for the branding of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewImage {
    /// For which use it is an icon, such as `tray`: 1 to 32 letters, digits and `_`. The logo, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// The image, a PNG or an ICO file of at most 131,072 bytes.
    #[serde(with = "base64_bytes")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64"))]
    pub content: Vec<u8>,
}
