//! Erase orders that wait for the storage, and those that it acknowledged (ACC-8).

use sbm_core::audit::Entry;
use sbm_core::erase::Order;
use sbm_core::id::OrderId;
use sbm_core::time::Timestamp;

use super::Pending;

/// Orders to erase what deleted accounts stored. A commit puts them there, together with the deletion.
///
/// 1. An order is due from its moment on. Moments further ahead than any pause are from before a clock was set back: those are
///    due, too.
/// 2. What is done stays done, whoever says something of it later.
pub trait Orders: Send + Sync {
    /// All of them, the oldest first.
    fn orders(&self) -> Pending<Vec<KeptOrder>>;

    /// One of them.
    fn order(&self, id: OrderId) -> Pending<Option<KeptOrder>>;

    /// Those that are due at that moment, those that wait longest first, so many at most.
    fn due_orders(&self, now: Timestamp, most: u32) -> Pending<Vec<KeptOrder>>;

    /// One was sent at that moment and not acknowledged: it is due again then. False if it is done.
    fn order_failed(&self, id: OrderId, at: Timestamp, next: Timestamp, why: String) -> Pending<bool>;

    /// One was sent at that moment and acknowledged, with its audit entry. False, and no entry, if it was done before.
    fn order_done(&self, id: OrderId, at: Timestamp, audit: Entry) -> Pending<bool>;

    /// One is due at once and begins anew, with its audit entry. False, and no entry, if there is none or it is done.
    fn retry_order(&self, id: OrderId, at: Timestamp, audit: Entry) -> Pending<bool>;

    /// Deletes those that were done before that moment; gives how many.
    fn drop_orders(&self, before: Timestamp) -> Pending<u64>;
}

/// An order, and how far it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptOrder {
    /// What is wanted.
    pub order: Order,
    /// How often it was sent since it was made, or since somebody wanted it sent again.
    pub tries: u32,
    /// When it is sent next, if it is not done.
    pub due: Timestamp,
    /// When it was sent last.
    pub tried: Option<Timestamp>,
    /// Why it is not done.
    pub failure: Option<String>,
    /// When it was acknowledged.
    pub done: Option<Timestamp>,
}
