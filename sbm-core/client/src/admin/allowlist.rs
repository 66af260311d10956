//! The allowlist (NET-2): who gets as far as the login at all.

use sbm_core::allowlist::AllowKind;
use sbm_core::id::AllowId;
use sbm_core::wire::v1::admin::{AllowEntry, AllowFinding, AllowTest, AllowVerdict, ListQuery, NewAllowEntry, Page};
use sbm_core::wire::v1::{Capability, path};

use super::Admin;
use super::address::{Query, member};
use super::listing::Rows;
use crate::error::Error;

impl Admin {
    /// All entries.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) without that task.
    pub fn allowlist(&self) -> Result<Vec<AllowEntry>, Error> {
        self.whole(path::ALLOWLIST)
    }

    /// A page of them: filtered, in any order.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub fn allowlist_page(&self, query: &ListQuery) -> Result<Page<AllowEntry>, Error> {
        self.page(query)
    }

    /// Adds an entry. One with a host name needs a server that can `manage`.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidPattern`](sbm_core::code::Code::InvalidPattern), naming the entry (NET-6).
    pub fn add_allow(&self, entry: &NewAllowEntry) -> Result<AllowEntry, Error> {
        if entry.kind != AllowKind::Address {
            self.need(Capability::Manage)?;
        }
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

    /// Would that client be admitted, and by what?
    ///
    /// # Errors
    ///
    /// [`Code::InvalidPattern`](sbm_core::code::Code::InvalidPattern) for an address that is none.
    pub fn test_allow(&self, client: &AllowTest) -> Result<AllowVerdict, Error> {
        self.need(Capability::Manage)?;
        self.post(path::ALLOWLIST_TEST, client)
    }

    /// What about the entries deserves a look (NET-4, NET-5).
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole) without that task.
    pub fn lint_allowlist(&self) -> Result<Vec<AllowFinding>, Error> {
        self.need(Capability::Manage)?;
        self.whole(path::ALLOWLIST_LINT)
    }

    /// The matching ones, page by page as they are taken, like [`rows`](Self::rows).
    pub fn allowlist_finding_rows(&self, query: &ListQuery) -> Rows<'_, AllowFinding, ListQuery> {
        Rows::managed(self, path::ALLOWLIST_LINT.to_owned(), query.clone())
    }
}
