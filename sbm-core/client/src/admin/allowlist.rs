//! The allowlist (NET-2): who gets as far as the login at all.

use sbm_core::id::AllowId;
use sbm_core::wire::v1::admin::{AllowEntry, NewAllowEntry};
use sbm_core::wire::v1::path;

use super::Admin;
use super::address::{Query, member};
use crate::error::Error;

impl Admin {
    /// All entries.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) without that task.
    pub fn allowlist(&self) -> Result<Vec<AllowEntry>, Error> {
        self.list(path::ALLOWLIST)
    }

    /// Adds an entry.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidPattern`](sbm_core::code::Code::InvalidPattern), naming the entry (NET-6).
    pub fn add_allow(&self, entry: &NewAllowEntry) -> Result<AllowEntry, Error> {
        self.post(path::ALLOWLIST, entry)
    }

    /// Removes an entry; it counts from the next request on (NET-7). With `confirm` even the one that admits oneself.
    ///
    /// # Errors
    ///
    /// [`Code::ConfirmationNeeded`](sbm_core::code::Code::ConfirmationNeeded) when this cuts off whoever asks and
    /// `confirm` is not given.
    pub fn remove_allow(&self, id: AllowId, confirm: bool) -> Result<(), Error> {
        self.delete(&Query::of(&member(path::ALLOWLIST, &id.0.to_string())).flag("confirm", confirm).finish())
    }
}
