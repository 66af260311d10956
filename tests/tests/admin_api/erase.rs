//! Erase orders end to end: a deleted account's order goes to the storage's hook, signed, until the hook acknowledges it
//! (ACC-8, RUN-12).

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use sbm_client::admin::Admin;
use sbm_client::core::code::Code;
use sbm_client::core::erase::pause;
use sbm_client::core::time::{DAY, MINUTE};
use sbm_client::core::wire::v1::admin::{EraseOrder, LifeAct, ListQuery, NewAccount};
use sbm_server::clock::{Clock as _, ManualClock, SystemClock};
use sbm_server::outgoing::MAX_ANSWER;
use sbm_tests::server::TestServer;
use serde_json::{Value, json};
use tempfile::TempDir;

/// What the hook answers.
#[derive(Clone, Copy, Debug)]
enum Reply {
    /// That status, with the right id.
    Status(u16),
    /// Another place.
    Redirect,
    /// Success, about nothing.
    Plain,
    /// Success, with more than is read.
    Large,
    /// Nothing: it hangs up.
    Nothing,
    /// What is wanted.
    Acknowledge,
}

/// What the hook got: the head, and the content.
type Got = (String, Vec<u8>);

/// The storage's hook on this machine. It goes when the test's process does.
struct Hook {
    url: String,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Hook {
    /// A hook that gives these answers, and acknowledges all that comes behind.
    fn new(replies: &[Reply]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/erase", listener.local_addr().unwrap());
        let mut replies: VecDeque<Reply> = replies.iter().copied().collect();
        let got = Arc::new(Mutex::new(Vec::new()));
        let hook = Self { url: url.clone(), got: Arc::clone(&got) };
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                // One that a server broke off is none.
                let _ = answer(&mut connection.unwrap(), &url, &mut replies, &got);
            }
        });
        hook
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }
}

fn answer(wire: &mut TcpStream, url: &str, replies: &mut VecDeque<Reply>, got: &Mutex<Vec<Got>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(wire.try_clone()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let length = header(&head, "content-length").parse().unwrap();
    let mut content = vec![0; length];
    reader.read_exact(&mut content)?;
    let order = serde_json::from_slice::<Value>(&content).unwrap()["order"].clone();
    got.lock().unwrap().push((head, content));
    let said = json!({ "order": order }).to_string();
    let reply = replies.pop_front().unwrap_or(Reply::Acknowledge);
    let (status, more, content) = match reply {
        Reply::Nothing => return Ok(()),
        Reply::Status(status) => (status, String::new(), said),
        Reply::Redirect => (307, format!("location: {url}\r\n"), said),
        Reply::Plain => (200, String::new(), "erased".to_owned()),
        Reply::Large => (200, String::new(), " ".repeat(MAX_ANSWER) + &said),
        Reply::Acknowledge => (200, String::new(), said),
    };
    let length = content.len();
    write!(wire, "HTTP/1.1 {status} Told\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n{content}")
}

fn header<'h>(head: &'h str, name: &str) -> &'h str {
    let named = |line: &'h str| line.split_once(": ").filter(|(found, _)| found.eq_ignore_ascii_case(name));
    head.lines().find_map(named).unwrap().1
}

struct World {
    server: TestServer,
    clock: Arc<ManualClock>,
}

impl World {
    fn claimed() -> (Self, Admin) {
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let directory = Arc::new(tempfile::tempdir().unwrap());
        let world = Self::start(directory, clock, &[]);
        let admin = world.server.claim();
        (world, admin)
    }

    fn start(directory: Arc<TempDir>, clock: Arc<ManualClock>, settings: &[(&str, &str)]) -> Self {
        Self { server: TestServer::start(directory, 0, Arc::clone(&clock) as _, settings), clock }
    }

    /// The same server, started anew with other settings.
    fn restarted(self, settings: &[(&str, &str)]) -> Self {
        let Self { server, clock } = self;
        Self::start(server.stop().0, clock, settings)
    }

    /// Deletes an account; gives its order.
    fn delete(&self, account: &str) -> EraseOrder {
        let admin = self.server.admin();
        let account = account.parse().unwrap();
        admin.act_on_accounts(vec![account], LifeAct::Delete).unwrap();
        self.clock.advance(2 * DAY);
        self.block_on(|| async { self.server.service().do_duties().await });
        let orders: Vec<EraseOrder> = self.server.admin().rows(&ListQuery::default()).map(Result::unwrap).collect();
        orders.into_iter().max_by_key(|order| order.deleted).unwrap()
    }

    fn block_on<T, F: Future<Output = T>>(&self, work: impl FnOnce() -> F) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work())
    }

    /// Sends what is due until the hook heard so many in all. The server does the same by itself now and then, and maybe now.
    fn send_until(&self, hook: &Hook, heard: usize) {
        while hook.got().len() < heard {
            self.block_on(|| async { self.server.service().send_due_orders().await.unwrap() });
        }
    }

    /// The order, when what became of that attempt was written down.
    fn after(&self, order: &EraseOrder, tries: u32) -> EraseOrder {
        let admin = self.server.admin();
        loop {
            let order = admin.erase_order(&order.id).unwrap();
            if order.tries >= tries {
                return order;
            }
        }
    }
}

fn add(admin: &Admin, account: &str) {
    let new: NewAccount = serde_json::from_value(json!({ "account": account })).unwrap();
    admin.add_account(&new).unwrap();
}

/// What `docs/OPERATE.md` tells who receives orders: the signature is over exactly what came.
fn openssl_verifies(room: &Path, pem: &str, content: &[u8], signature: &str) -> bool {
    for (file, bytes) in [("key.pem", pem.as_bytes()), ("order.json", content), ("order.b64", signature.as_bytes())] {
        std::fs::write(room.join(file), bytes).unwrap();
    }
    let openssl = |arguments: &str| {
        let done = Command::new("openssl").args(arguments.split(' ')).current_dir(room).output().unwrap();
        done.status.success()
    };
    assert!(openssl("base64 -d -A -in order.b64 -out order.sig"));
    openssl("pkeyutl -verify -pubin -inkey key.pem -rawin -in order.json -sigfile order.sig")
}

#[test]
fn an_order_waits_for_a_hook_and_is_sent_signed_until_it_is_acknowledged_acc_8_run_12() {
    let (world, admin) = World::claimed();
    let root = admin.rows::<sbm_client::core::wire::v1::admin::Account>(&ListQuery::default()).next().unwrap().unwrap().account;
    let pc = format!("{root}>Büro \"7\"");
    add(&admin, &pc);
    let key = admin.erase_key().unwrap();
    let order = world.delete(&pc);
    assert_eq!((order.account.as_str(), order.done, order.tries, order.next), (pc.as_str(), None, 0, None));
    assert!(order.failure.as_deref().unwrap().contains("set `erase.hook`"), "{order:?}");

    // The server is another one now, with a hook that refuses in every way.
    let refusals = [
        (Reply::Status(500), "the status 500"),
        (Reply::Redirect, "the status 307"),
        (Reply::Plain, "does not say the order's id"),
        (Reply::Large, "more than"),
        (Reply::Nothing, ""),
    ];
    let hook = Hook::new(&refusals.map(|(reply, _)| reply));
    let world = world.restarted(&[("erase.hook", &hook.url)]);
    for (number, (reply, why)) in refusals.iter().enumerate() {
        let tries = u32::try_from(number).unwrap() + 1;
        world.send_until(&hook, number + 1);
        let order = world.after(&order, tries);
        assert!(order.failure.as_deref().is_some_and(|told| told.contains(why)), "{reply:?}: {order:?}");
        assert_eq!((order.done, order.next), (None, Some(world.clock.now().plus(pause(tries)))), "{reply:?}");
        // Not a moment before its time.
        world.clock.advance(pause(tries) - 1);
        world.block_on(|| async { world.server.service().send_due_orders().await.unwrap() });
        assert_eq!(hook.got().len(), number + 1, "{reply:?}");
        world.clock.advance(1);
    }

    // A crash here leaves it as it is; it is sent again, and this time acknowledged.
    let world = world.restarted(&[("erase.hook", &hook.url)]);
    world.send_until(&hook, refusals.len() + 1);
    let done = loop {
        let order = world.after(&order, 6);
        if order.done.is_some() {
            break order;
        }
    };
    assert_eq!((done.done, done.tries, done.next, &done.failure), (Some(world.clock.now()), 6, None, &None));
    world.clock.advance(DAY);
    world.block_on(|| async { world.server.service().send_due_orders().await.unwrap() });
    let admin = world.server.admin();
    assert_eq!(admin.retry_erase_order(&order.id).unwrap_err().code(), Code::NotFound, "it is done");

    // It was the same bytes each time, and `openssl` knows whose they are, also after the server was another one.
    let got = hook.got();
    assert_eq!(got.len(), 6);
    assert!(got.iter().all(|sent| sent.1 == got[0].1), "{got:?}");
    let content: Value = serde_json::from_slice(&got[0].1).unwrap();
    let told = json!({
        "type": "sbm-erase-order-1", "order": order.id, "server": key.id, "account_id": order.account_id, "account": pc,
        "deleted": order.deleted,
    });
    assert_eq!(content, told);
    let line = got[0].0.lines().next().unwrap();
    assert_eq!((line, header(&got[0].0, "content-type")), ("POST /erase HTTP/1.1", "application/json"));
    let room = tempfile::tempdir().unwrap();
    let signature = header(&got[0].0, "sbm-signature");
    assert!(openssl_verifies(room.path(), &key.pem, &got[0].1, signature));
    let mut changed = got[0].1.clone();
    changed[40] ^= 1;
    assert!(!openssl_verifies(room.path(), &key.pem, &changed, signature));
    assert_eq!(admin.erase_key().unwrap(), key, "the key stays");

    let entries = admin.audit(0, 1_000).unwrap().items;
    let told: Vec<_> = entries.iter().filter(|entry| entry.entry.act == "account.erased").map(|entry| &entry.entry).collect();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].actor.as_str(), told[0].object.as_str()), ("system", pc.as_str()));
    assert!(told[0].detail.contains(&order.id.to_string()), "{told:?}");
}

#[test]
fn a_hook_over_tls_counts_by_its_authority_and_a_retry_begins_at_once_acc_8_run_12() {
    let (world, admin) = World::claimed();
    let root = admin.rows::<sbm_client::core::wire::v1::admin::Account>(&ListQuery::default()).next().unwrap().unwrap().account;
    let pc = format!("{root}>pc");
    add(&admin, &pc);
    let order = world.delete(&pc);
    // Another server of ours stands for a hook over TLS: it answers, and does not acknowledge.
    let other = TestServer::unclaimed();
    let hook = format!("https://localhost:{}/erase", other.connection().port);
    let authorities = other.data_dir().join("ca.pem").display().to_string();
    let send = |world: &World| world.block_on(|| async { world.server.service().send_due_orders().await.unwrap() });
    let world = world.restarted(&[("erase.hook", &hook)]);
    send(&world);
    let failed = world.after(&order, 1);
    assert!(failed.failure.as_deref().is_some_and(|why| why.contains("certificate is not trusted")), "{failed:?}");
    let world = world.restarted(&[("erase.hook", &hook), ("erase.authorities", &authorities)]);
    send(&world);
    assert_eq!(world.after(&order, 1).tries, 1, "it is not due");
    let again = world.server.admin().retry_erase_order(&order.id).unwrap();
    assert_eq!((again.tries, again.next), (0, Some(world.clock.now())));
    send(&world);
    let failed = world.after(&order, 1);
    assert!(failed.failure.as_deref().is_some_and(|why| why.contains("has the status 4")), "{failed:?}");
    assert_eq!(failed.next, Some(world.clock.now().plus(MINUTE)), "the pauses begin anew");
    let entries = world.server.admin().audit(0, 1_000).unwrap().items;
    let retried: Vec<_> = entries.iter().filter(|entry| entry.entry.act == "erase.retry").collect();
    assert_eq!((retried.len(), retried[0].entry.actor.as_str()), (1, "admin"));
}
