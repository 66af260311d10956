//! Erase orders of several servers on one database (ACC-8).

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;

use sbm_core::account::tree::Kind;
use sbm_core::account::{Level, Life};
use sbm_core::directory::Change;
use sbm_core::directory::rows::Account;
use sbm_core::erase::Order;
use sbm_core::id::OrderId;
use sbm_core::time::MINUTE;

use super::*;
use crate::outgoing::Place as Hook;
use crate::store::{Commit, Committed};

/// The ids that a hook got, in their order.
type Heard = Arc<Mutex<Vec<String>>>;

/// A hook that acknowledges everything, but what is of an account of that number.
fn hook(refused: u32) -> (Hook, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = Hook::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let heard = Heard::default();
    let all = Arc::clone(&heard);
    std::thread::spawn(move || {
        for wire in listener.incoming() {
            acknowledge(wire.unwrap(), &all, refused).unwrap();
        }
    });
    (place, heard)
}

fn acknowledge(mut wire: TcpStream, heard: &Heard, refused: u32) -> std::io::Result<()> {
    let mut reader = BufReader::new(wire.try_clone()?);
    let (mut line, mut length) = (String::new(), 0);
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line)?;
        let lower = line.to_lowercase();
        length = lower.strip_prefix("content-length: ").map_or(length, |length| length.trim().parse().unwrap());
    }
    let mut content = vec![0; length];
    reader.read_exact(&mut content)?;
    let content: serde_json::Value = serde_json::from_slice(&content).unwrap();
    let order = content["order"].as_str().unwrap().to_owned();
    let status = if content["account_id"] == refused { 503 } else { 200 };
    heard.lock().unwrap().push(order.clone());
    let said = format!("{{\"order\":\"{order}\"}}");
    write!(wire, "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{said}", said.len())
}

impl World {
    /// So many orders, as of accounts that were deleted a moment ago; the first of account 1, and so on.
    async fn orders(&self, count: u8) -> Vec<String> {
        let orders = (1..=count).map(|byte| Order {
            id: OrderId::from_bytes([byte; 16]),
            account: AccountId(u32::from(byte)),
            name: format!("root>pc-{byte}"),
            deleted: self.at(0).now().plus(i64::from(byte) - 1_000),
        });
        let changes: Vec<Change> = orders.map(Change::Erase).collect();
        let ids =
            changes.iter().filter_map(|change| if let Change::Erase(order) = change { Some(order.id.to_string()) } else { None });
        let (ids, store) = (ids.collect(), self.at(0).store());
        let based_on = store.revision().await.unwrap();
        let committed = store.commit(Commit { based_on, changes, ..Commit::default() }).await.unwrap();
        assert!(matches!(committed, Committed::At(_)));
        ids
    }

    /// All servers send at once what is due; gives how many orders they say were acknowledged.
    async fn send(&self) -> usize {
        let sending: Vec<_> = self
            .servers
            .iter()
            .map(|member| {
                let service = Arc::clone(&member.service);
                tokio::spawn(async move { service.send_due_orders().await.unwrap() })
            })
            .collect();
        let mut acknowledged = 0;
        for sent in sending {
            acknowledged += sent.await.unwrap();
        }
        acknowledged
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_four_servers_one_sends_at_a_time_and_each_order_once_acc_8() {
    for place in BOTH {
        let (hook, heard) = hook(3);
        let mut world = World::unclaimed(place, 0).await;
        world.hook = Some(hook);
        for _ in 0..4 {
            world.add().await.unwrap();
        }
        let orders = world.orders(5).await;
        assert_eq!(world.send().await, 4, "{place:?}");
        assert_eq!(*heard.lock().unwrap(), orders, "{place:?}: those that wait longest first; the third one was refused");
        assert_eq!(world.send().await, 0, "{place:?}: it is not due");
        assert_eq!(heard.lock().unwrap().len(), 5, "{place:?}");
        // A minute later, on the clock of one more.
        world.clocks_off = MINUTE + 1_000;
        world.add().await.unwrap();
        assert_eq!(world.at(4).send_due_orders().await, Ok(0), "{place:?}");
        assert_eq!(heard.lock().unwrap()[5..], orders[2..3], "{place:?}");
        let kept = world.at(0).store().orders().await.unwrap();
        let told: Vec<_> = kept.iter().map(|kept| (kept.tries, kept.done.is_some())).collect();
        assert_eq!(told, [(1, true), (1, true), (2, false), (1, true), (1, true)], "{place:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hook_that_cannot_be_reached_is_tried_once_a_round_and_loses_nothing_acc_8() {
    // Nobody listens there.
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut world = World::unclaimed(Place::Sqlite, 0).await;
    world.hook = Some(Hook::parse(&format!("http://{gone}/")).unwrap());
    world.add().await.unwrap();
    world.orders(3).await;
    for round in 1..=4 {
        assert_eq!(world.send().await, 0);
        let kept = world.at(0).store().orders().await.unwrap();
        let tried =
            kept.iter().filter(|kept| kept.tries == 1 && kept.failure.as_deref().is_some_and(|why| why.contains("reached")));
        assert_eq!(tried.count(), round.min(3), "{kept:?}");
    }
    // Without a hook nothing is sent, and nothing is lost.
    world.hook = None;
    world.add().await.unwrap();
    world.orders(0).await;
    assert_eq!(world.at(1).send_due_orders().await, Ok(0));
    let shown = world.at(1).erase_orders().await.unwrap();
    assert!(shown.len() == 3 && shown.iter().all(|order| order.next.is_none() && order.failure.is_some()), "{shown:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_account_that_cannot_be_deleted_holds_up_none_of_those_behind_it_acc_8() {
    for place in BOTH {
        let world = World::claimed(place, 1).await;
        let (store, due) = (Arc::clone(&world.opened.store), Some(Timestamp::from_millis(1)));
        // The first is an organisation, below which there is one that stays.
        let accounts = [(2, 1, Kind::Organisation(Level::Site), due), (3, 2, Kind::Backup, None), (4, 1, Kind::Backup, due)];
        let account = |(id, parent, kind, deletion): (u32, u32, Kind, Option<Timestamp>)| {
            let row = Account::new(AccountId(id), Some(AccountId(parent)), name(&format!("a{id}")), kind);
            Change::Account(Account { life: Life { deletion, ..row.life }, ..row })
        };
        let (based_on, changes) = (store.revision().await.unwrap(), accounts.map(account).to_vec());
        let committed = store.commit(Commit { based_on, changes, ..Commit::default() }).await.unwrap();
        assert!(matches!(committed, Committed::At(_)));
        world.change(0).await;
        world.at(0).do_duties().await;
        let facts = world.at(0).facts();
        let left: Vec<u32> = facts.accounts().map(|row| row.id.0).collect();
        assert_eq!(left, [1, 2, 3], "{place:?}");
        let orders: Vec<u32> = store.orders().await.unwrap().iter().map(|kept| kept.order.account.0).collect();
        assert_eq!(orders, [4], "{place:?}");
    }
}
