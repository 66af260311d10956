//! Examples of erase orders (ACC-8).

use sbm_core::id::{AccountId, OrderId};
use sbm_core::wire::v1::admin::{EraseKey, EraseOrder};

use super::cache::root;
use super::examples::{Direction, Example, example, now};

pub fn examples() -> Vec<Example> {
    use Direction::Answer;
    let waits = EraseOrder {
        id: OrderId::from_bytes([0xab; 16]),
        account: "root>Acme>pc-1".to_owned(),
        account_id: AccountId(17),
        deleted: now(),
        done: None,
        tries: 3,
        tried: Some(now()),
        next: Some(now()),
        failure: Some("no answer within 15 s".to_owned()),
    };
    let done = EraseOrder { done: Some(now()), next: None, failure: None, ..waits.clone() };
    let key = root().verifying_key();
    vec![
        example("EraseOrder", "erase_order", Answer, waits),
        example("EraseOrder", "erase_order_done", Answer, done),
        example("EraseKey", "erase_key", Answer, EraseKey { id: key.id(), pem: sbm_core::erase::pem(&key) }),
    ]
}
