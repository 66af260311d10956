//! The audit log on disk (RUN-12).

use sbm_core::audit::Entry;
use sbm_core::id::Hash;
use sbm_core::wire::v1::admin::{AuditEntry, AuditQuery, Page};

use super::Pending;

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

    /// Reads the whole log and checks the chain: how many entries there are, and the first that does not fit.
    fn verify_audit(&self) -> Pending<(u64, Option<u64>)>;
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
