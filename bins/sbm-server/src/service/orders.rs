//! Erase orders go to the storage's hook until it acknowledges them (ACC-8).
//!
//! 1. An order is kept by the commit that deletes the account. It is done when the hook said its id; until then it is sent
//!    again, after pauses that grow.
//! 2. One server sends at a time. One that dies lets another go on; then the hook may get an order twice, and knows it by its id.
//! 3. A hook that cannot be reached ends the round: one attempt each time tells that it is back. One that answers and does not
//!    acknowledge holds up that order alone.
//! 4. Where no hook is set, orders wait and are shown.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sbm_core::cache::Domain;
use sbm_core::code::Code;
use sbm_core::directory::{Actor, Refusal, plan};
use sbm_core::erase::{self, Order, SIGNATURE_HEADER};
use sbm_core::id::OrderId;
use sbm_core::permission::{Task, TaskAccess};
use sbm_core::wire::v1::admin::{EraseKey, EraseOrder};

use super::{Service, refusal, store_refusal};
use crate::outgoing::{Outgoing, Place};
use crate::store::orders::KeptOrder;
use crate::store::tasks::Turn;

/// The name of the piece of work in the store.
const TASK: &str = "erase_orders";
/// How often it is asked whether an order is due.
const ASK: Duration = Duration::from_secs(20);
/// How long a turn is held without a word; an attempt takes less.
const HOLD: Duration = Duration::from_secs(60);
/// How many orders a round has at most.
const AT_ONCE: u32 = 100;
/// What the audit log calls it when somebody wants one sent again.
const RETRY: &str = "erase.retry";
/// What stands at an order where nobody said where to.
const NO_HOOK: &str = "the server has no hook to send it to; set `erase.hook`";

/// What became of an attempt.
enum Sent {
    Acknowledged,
    /// There was an answer, and it does not acknowledge.
    Refused(String),
    /// There was none.
    Unreachable(String),
}

impl Service {
    /// Sends what is due, until it is dropped; run it beside the accept loop.
    pub async fn keep_orders(self: Arc<Self>) {
        if self.config.erase.hook.is_none() {
            return;
        }
        let mut ask = tokio::time::interval(ASK);
        ask.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ask.tick().await;
            if let Err(refused) = self.send_due_orders().await {
                tracing::warn!(code = refused.code.name(), "erase orders could not be sent; it is tried again");
            }
        }
    }

    /// Sends what is due, unless another server is at it; gives how many were acknowledged.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn send_due_orders(&self) -> Result<usize, Refusal> {
        let failed = |error| store_refusal(&error);
        let Some(hook) = self.config.erase.hook.clone() else { return Ok(0) };
        // Most often there is none, and nothing is written to find that out.
        if !self.may_write_unasked() || self.store.due_orders(self.now(), 1).await.map_err(failed)?.is_empty() {
            return Ok(0);
        }
        let Some(turn) = self.store.take(TASK, Duration::ZERO, HOLD).await.map_err(failed)? else { return Ok(0) };
        let sent = self.send_round(&hook, &turn).await;
        self.store.done(turn).await.map_err(failed)?;
        sent
    }

    async fn send_round(&self, hook: &Place, turn: &Turn) -> Result<usize, Refusal> {
        let failed = |error| store_refusal(&error);
        let authorities = self.config.erase.authorities.clone();
        let opened = tokio::task::spawn_blocking(move || Outgoing::new(authorities.as_deref())).await;
        let outgoing = Arc::new(opened.map_err(|_| Code::Internal)?.map_err(|why| refusal(Code::ConfigInvalid, why))?);
        let mut acknowledged = 0;
        // Behind the turn: whoever had it before sent some of them.
        for kept in self.store.due_orders(self.now(), AT_ONCE).await.map_err(failed)? {
            if !self.store.hold_longer(turn.clone(), HOLD).await.map_err(failed)? || !self.may_write_unasked() {
                break;
            }
            let (id, sent) = (kept.order.id, self.send(&outgoing, hook, kept.order.clone()).await);
            let now = self.now();
            let (why, goes_on) = match sent {
                Sent::Acknowledged => {
                    acknowledged += usize::from(self.order_done(&kept).await?);
                    continue;
                }
                Sent::Refused(why) => (why, true),
                Sent::Unreachable(why) => (why, false),
            };
            tracing::warn!(order = %id, account = kept.order.name, "an erase order was not acknowledged: {why}");
            let next = now.plus(erase::pause(kept.tries.saturating_add(1)));
            self.store.order_failed(id, now, next, why).await.map_err(failed)?;
            if !goes_on {
                break;
            }
        }
        Ok(acknowledged)
    }

    async fn send(&self, outgoing: &Arc<Outgoing>, hook: &Place, order: Order) -> Sent {
        let (content, signature) = self.signed(&order);
        let (outgoing, hook) = (Arc::clone(outgoing), hook.clone());
        let task = tokio::task::spawn_blocking(move || {
            let headers = [("content-type", "application/json"), (SIGNATURE_HEADER, signature.as_str())];
            match outgoing.post(&hook, &headers, &content) {
                Ok(reply) => order.acknowledged(reply.status, &reply.content).map_or_else(Sent::Refused, |()| Sent::Acknowledged),
                Err(why) => Sent::Unreachable(why),
            }
        });
        task.await.unwrap_or_else(|_| Sent::Unreachable(Code::Internal.text().to_owned()))
    }

    /// What is sent, and its signature.
    fn signed(&self, order: &Order) -> (Vec<u8>, String) {
        let keys = self.keys.current();
        let signed = keys.orders().sign(Domain::Order, order.document(&keys.orders().verifying_key().id()));
        let signature = BASE64.encode(signed.signature.unwrap_or_default());
        (signed.bytes, signature)
    }

    async fn order_done(&self, kept: &KeptOrder) -> Result<bool, Refusal> {
        let Order { id, name, .. } = &kept.order;
        let detail = format!("the storage acknowledged the erase order `{id}`");
        let entry = plan::entry(&self.facts(), &Actor::system(), "account.erased", name, Code::Ok, detail, self.now());
        let entry = entry.about([kept.order.account]);
        let won = self.store.order_done(*id, self.now(), entry).await.map_err(|error| store_refusal(&error))?;
        tracing::info!(order = %id, account = name, "the storage erases what a deleted account stored");
        Ok(won)
    }

    /// All orders, as administrators see them.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn erase_orders(&self) -> Result<Vec<EraseOrder>, Refusal> {
        let kept = self.store.orders().await.map_err(|error| store_refusal(&error))?;
        Ok(kept.into_iter().map(|kept| self.shown_order(kept)).collect())
    }

    /// One of them.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`]; what the store says.
    pub async fn erase_order(&self, id: OrderId) -> Result<EraseOrder, Refusal> {
        let kept = self.store.order(id).await.map_err(|error| store_refusal(&error))?;
        kept.map(|kept| self.shown_order(kept)).ok_or_else(|| missing(&id.to_string()))
    }

    /// Somebody wants an order sent again at once, with the pauses from the beginning.
    ///
    /// # Errors
    ///
    /// The gates; [`Code::NotFound`], also for one that is done.
    pub async fn retry_erase_order(self: &Arc<Self>, actor: Actor, id: OrderId) -> Result<EraseOrder, Refusal> {
        let service = Arc::clone(self);
        let task = tokio::spawn(async move {
            let done = service.retry_to_the_end(&actor, id).await;
            service.said(&service.facts(), &actor, (RETRY, &id.to_string()), done).await
        });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    async fn retry_to_the_end(&self, actor: &Actor, id: OrderId) -> Result<EraseOrder, Refusal> {
        let _acting = self.acting.lock().await;
        let (facts, now) = (self.facts(), self.now());
        self.still_acts(actor, now)?;
        plan::authorise(&facts, actor, Task::Server, TaskAccess::Write)?;
        let account = self.erase_order(id).await?.account;
        let entry = plan::entry(&facts, actor, RETRY, &id.to_string(), Code::Ok, format!("of `{account}`"), now);
        match self.store.retry_order(id, now, entry).await.map_err(|error| store_refusal(&error))? {
            true => self.erase_order(id).await,
            false => Err(missing(&id.to_string())),
        }
    }

    /// The public half of the key that signs orders.
    #[must_use]
    pub fn erase_key(&self) -> EraseKey {
        let key = self.keys.current().orders().verifying_key();
        EraseKey { id: key.id(), pem: erase::pem(&key) }
    }

    fn shown_order(&self, kept: KeptOrder) -> EraseOrder {
        let KeptOrder { order, tries, due, tried, failure, done } = kept;
        let waits_for_a_hook = done.is_none() && self.config.erase.hook.is_none();
        EraseOrder {
            id: order.id,
            account: order.name,
            account_id: order.account,
            deleted: order.deleted,
            done,
            tries,
            tried,
            next: Some(due).filter(|_| done.is_none() && !waits_for_a_hook),
            failure: if waits_for_a_hook { Some(NO_HOOK.to_owned()) } else { failure },
        }
    }
}

fn missing(id: &str) -> Refusal {
    refusal(Code::NotFound, format!("no erase order `{}` waits or was sent", id.escape_debug()))
}
