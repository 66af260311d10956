//! Accounts: the nodes of the organisation tree (ACC-1, ACC-6 to ACC-8).
//!
//! A fresh server has one root organisation; every object has an owner account from the first migration on.

pub mod about;
pub mod branding;
pub mod lease;
pub mod level;
pub mod life;
pub mod path;
pub mod policy;
pub mod quota;
pub mod silo;
pub mod tree;

pub use about::About;
pub use branding::Branding;
pub use lease::Lease;
pub use level::{Level, Module};
pub use life::Life;
pub use path::AccountPath;
pub use policy::Policy;
pub use quota::Quota;
pub use silo::Silo;

use crate::code::Code;
use serde::{Deserialize, Serialize};

/// What an account may do at the moment. It is that account's alone, never its subtree's (ACC-6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Backups and restores.
    #[default]
    Active,
    /// No backups; restores, console and data stay (ACC-6).
    Disabled,
    /// Supervises others: no backups, no alerts (ACC-7).
    Supervisor,
    /// About to be deleted: restores only (ACC-8).
    DeletionPending,
}

impl AccountState {
    /// Whether backups are made.
    ///
    /// # Errors
    ///
    /// The code that says why not.
    pub const fn backs_up(self) -> Result<(), Code> {
        match self {
            Self::Active => Ok(()),
            Self::Disabled => Err(Code::DeniedAccountDisabled),
            Self::Supervisor => Err(Code::DeniedAccountSupervisor),
            Self::DeletionPending => Err(Code::DeniedAccountDeletion),
        }
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Supervisor => "supervisor",
            Self::DeletionPending => "deletion_pending",
        }
    }
}
