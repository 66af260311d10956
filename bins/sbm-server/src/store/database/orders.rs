//! Erase orders in the database.

use sbm_core::audit::Entry;
use sbm_core::erase::{LONGEST, Order};
use sbm_core::id::OrderId;
use sbm_core::time::Timestamp;

use super::{Backend, audit};
use crate::store::orders::{KeptOrder, Orders};
use crate::store::sql::{Fields, Sql, all, one, values};
use crate::store::{Pending, StoreError};

const COLUMNS: &str = "order_id, account_id, name, deleted, tries, due, tried, failure, done";

impl<B: Backend> Orders for B {
    fn orders(&self) -> Pending<Vec<KeptOrder>> {
        self.database().read(|sql| {
            let text = format!("SELECT {COLUMNS} FROM erase_orders ORDER BY deleted, order_id");
            all(sql, &text, &[], decode)
        })
    }

    fn order(&self, id: OrderId) -> Pending<Option<KeptOrder>> {
        self.database().read(move |sql| {
            let text = format!("SELECT {COLUMNS} FROM erase_orders WHERE order_id = $1");
            one(sql, &text, &values![id.as_bytes()], decode)
        })
    }

    fn due_orders(&self, now: Timestamp, most: u32) -> Pending<Vec<KeptOrder>> {
        self.database().read(move |sql| {
            let text = format!(
                "SELECT {COLUMNS} FROM erase_orders WHERE done IS NULL AND (due <= $1 OR due > $2) ORDER BY due, order_id LIMIT $3"
            );
            all(sql, &text, &values![now.as_millis(), now.plus(LONGEST).as_millis(), most], decode)
        })
    }

    fn order_failed(&self, id: OrderId, at: Timestamp, next: Timestamp, why: String) -> Pending<bool> {
        self.database().write(move |sql| {
            let text = "UPDATE erase_orders SET tries = tries + 1, tried = $2, due = $3, failure = $4
                WHERE order_id = $1 AND done IS NULL";
            Ok(sql.run(text, &values![id.as_bytes(), at.as_millis(), next.as_millis(), why])? > 0)
        })
    }

    fn order_done(&self, id: OrderId, at: Timestamp, audit: Entry) -> Pending<bool> {
        self.database().write(move |sql| {
            let text = "UPDATE erase_orders SET tries = tries + 1, tried = $2, done = $2, failure = NULL
                WHERE order_id = $1 AND done IS NULL";
            told(sql, sql.run(text, &values![id.as_bytes(), at.as_millis()])?, audit)
        })
    }

    fn retry_order(&self, id: OrderId, at: Timestamp, audit: Entry) -> Pending<bool> {
        self.database().write(move |sql| {
            let text = "UPDATE erase_orders SET tries = 0, due = $2 WHERE order_id = $1 AND done IS NULL";
            told(sql, sql.run(text, &values![id.as_bytes(), at.as_millis()])?, audit)
        })
    }

    fn drop_orders(&self, before: Timestamp) -> Pending<u64> {
        self.database().write(move |sql| sql.run("DELETE FROM erase_orders WHERE done < $1", &values![before.as_millis()]))
    }
}

/// The order of an account that is just being deleted.
pub(super) fn put(sql: &dyn Sql, order: &Order) -> Result<(), StoreError> {
    let text = "INSERT INTO erase_orders (order_id, account_id, name, deleted, tries, due) VALUES ($1, $2, $3, $4, 0, $4)";
    let Order { id, account, name, deleted } = order;
    sql.run(text, &values![id.as_bytes(), account.0, name, deleted.as_millis()]).map(drop)
}

/// With the entry, if there was something to do.
fn told(sql: &dyn Sql, changed: u64, entry: Entry) -> Result<bool, StoreError> {
    if changed > 0 {
        audit::append(sql, &[entry])?;
    }
    Ok(changed > 0)
}

fn decode(row: &mut Fields<'_>) -> Result<KeptOrder, StoreError> {
    let order = Order { id: row.uuid(OrderId::from_bytes)?, account: row.id()?, name: row.take()?, deleted: row.time()? };
    Ok(KeptOrder {
        order,
        tries: row.take()?,
        due: row.time()?,
        tried: row.time_or_none()?,
        failure: row.take()?,
        done: row.time_or_none()?,
    })
}
