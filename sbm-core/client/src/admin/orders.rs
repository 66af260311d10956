//! Erase orders: what the storage was told to erase of deleted accounts (ACC-8).

use sbm_core::id::OrderId;
use sbm_core::wire::v1::admin::{EraseKey, EraseOrder, ListQuery, Page};
use sbm_core::wire::v1::{Capability, path};

use super::Admin;
use super::address::member;
use crate::error::Error;

impl Admin {
    /// A page of the orders: those that wait, and those of a year that are done.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page).
    pub fn erase_orders_page(&self, query: &ListQuery) -> Result<Page<EraseOrder>, Error> {
        self.need(Capability::Accounts)?;
        self.page(query)
    }

    /// One order: how often it was sent, and why it is not done.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound).
    pub fn erase_order(&self, id: &OrderId) -> Result<EraseOrder, Error> {
        self.need(Capability::Accounts)?;
        self.get(&member(path::ERASE_ORDERS, &id.to_string()))
    }

    /// Has an order sent again soon, with the pauses from the beginning.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`](sbm_core::code::Code::NotFound), also for one that is done.
    pub fn retry_erase_order(&self, id: &OrderId) -> Result<EraseOrder, Error> {
        self.need(Capability::Accounts)?;
        let path = format!("{}/retry", member(path::ERASE_ORDERS, &id.to_string()));
        self.send("POST", &path, Some(self.token()?), None::<&()>)
    }

    /// The public half of the key that signs the orders.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`](sbm_core::code::Code::DeniedRole).
    pub fn erase_key(&self) -> Result<EraseKey, Error> {
        self.need(Capability::Accounts)?;
        self.get(path::ERASE_KEY)
    }
}
