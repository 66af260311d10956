//! A decision is data (DEC-3): the effect, the gate that decided and the reason's code. It is 12 bytes and allocates
//! nothing; the sentence, the objects that decided and the way round are worked out only when somebody asks
//! ([`explain`](super::explain)).

use serde::{Deserialize, Serialize};

use super::gate::Gate;
use crate::code::Code;

/// What a decision comes to. The number is the C ABI's and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[repr(i32)]
pub enum Effect {
    /// Every gate let it pass.
    Allow = 1,
    /// A gate refused.
    Deny = 2,
    /// This host was never enrolled: SBM has no say, the host program decides (DEC-6).
    Unmanaged = 3,
}

/// The answer to one "may …?".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decision {
    /// What it comes to.
    pub effect: Effect,
    /// The first gate that refused; none when nothing did.
    pub gate: Option<Gate>,
    /// Why; [`Code::Ok`] when nothing refused.
    pub code: Code,
}

impl Decision {
    /// Every gate let it pass.
    pub const ALLOW: Self = Self { effect: Effect::Allow, gate: None, code: Code::Ok };
    /// Nothing to decide: not managed.
    pub const UNMANAGED: Self = Self { effect: Effect::Unmanaged, gate: None, code: Code::Ok };

    /// Refused at this gate for this reason.
    #[must_use]
    pub const fn deny(gate: Gate, code: Code) -> Self {
        Self { effect: Effect::Deny, gate: Some(gate), code }
    }

    /// Whether the host may go on. Unmanaged counts: the host program decides for itself then.
    #[must_use]
    pub const fn goes_on(self) -> bool {
        !matches!(self.effect, Effect::Deny)
    }
}
