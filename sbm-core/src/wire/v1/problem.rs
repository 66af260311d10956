//! How a failure is told: RFC 9457, with the code's number and name (ERR-1).

use alloc::format;
use alloc::string::{String, ToString as _};

use serde::{Deserialize, Serialize};

use super::factor::HalfSession;
use crate::code::Code;

/// A failure on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Problem {
    /// A stable name for the kind of failure: `urn:sbm:code:` and the code's name.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is wrong in general.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What was wrong with which value, and what to do.
    pub detail: String,
    /// The code's number.
    pub code: i32,
    /// The code's name.
    pub name: String,
    /// After how many seconds to try again, if trying again can help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// With `denied_second_factor`, of a login whose password was right: what its second step takes (RUN-8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_step: Option<HalfSession>,
}

impl Problem {
    /// The failure of that code; `detail` adds the value and the next step to the code's own text.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:sbm:code:{}", code.name()),
            title: code.text().to_string(),
            status: code.status(),
            detail: detail.into(),
            code: code.number(),
            name: code.name().to_string(),
            retry_after: code.is_retryable().then_some(1),
            second_step: None,
        }
    }

    /// The code, if this version knows it.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        Code::from_number(self.code)
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code, code.text())
    }
}
