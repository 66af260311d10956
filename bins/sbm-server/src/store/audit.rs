//! The audit log on disk (RUN-12).

use sbm_core::audit::Entry;
use sbm_core::id::Hash;
use sbm_core::wire::v1::admin::{AuditEntry, AuditQuery, Page};

use super::{Pending, Within};

/// The append-only, hash-chained log. There is no way to change or remove an entry.
pub trait Audit: Send + Sync {
    /// Adds entries behind the last one; gives the number of the last entry there is then.
    fn append_audit(&self, entries: Vec<Entry>) -> Pending<u64>;

    /// Entries with numbers above `after`, oldest first, at most `limit`.
    fn audit_page(&self, after: u64, limit: u32) -> Pending<Vec<Chained>>;

    /// A page of the entries that fit a query, newest first.
    ///
    /// # Errors
    ///
    /// [`BadCursor`](super::StoreError::BadCursor) when `query.after` is no page's `next`.
    fn list_audit(&self, query: AuditQuery) -> Pending<Page<AuditEntry>>;

    /// The same of what is about accounts, with the place of each among those, from 1 without a gap, for its number.
    ///
    /// # Errors
    ///
    /// As [`list_audit`](Self::list_audit).
    fn list_audit_about(&self, query: AboutQuery) -> Pending<Page<Placed>>;

    /// Reads the whole log and checks the chain: how many entries there are, and the first that does not fit.
    fn verify_audit(&self) -> Pending<(u64, Option<u64>)>;
}

/// What of the entries about accounts is wanted.
#[derive(Clone, Debug)]
pub struct AboutQuery {
    /// Which accounts.
    pub accounts: Within,
    /// What is asked of the entries. Only those that somebody of these accounts made fit an actor.
    pub query: AuditQuery,
}

/// An entry in its place among those about some accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Its place, from 1 without a gap.
    pub place: u64,
    /// The entry.
    pub entry: Entry,
    /// Whether the account of whoever did it is, or was, one of them.
    pub is_of_here: bool,
}

/// An entry in its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chained {
    /// Its number, from 1 without a gap.
    pub number: u64,
    /// The entry.
    pub entry: Entry,
    /// The hash over it and the one before.
    pub hash: Hash,
}
