//! Names of peers: forty ways in which a lookup can go, and what waiting, keeping and bounds do (NET-5).

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use sbm_core::allowlist::PeerName;
use sbm_core::time::Timestamp;

use super::resolver::MOST_ADDRESSES;
use super::*;
use crate::clock::ManualClock;

const PEER: &str = "203.0.113.7";
const START: Timestamp = Timestamp::from_millis(1_795_291_485_123);

/// What the stub says to a question.
#[derive(Clone)]
enum Says<T> {
    Yes(Vec<T>),
    No(io::ErrorKind),
    Panics,
}

impl<T: Clone> Says<T> {
    fn say(&self) -> io::Result<Vec<T>> {
        match self {
            Self::Yes(answer) => Ok(answer.clone()),
            Self::No(kind) => Err((*kind).into()),
            Self::Panics => panic!("a resolver that panics"),
        }
    }
}

/// A world of names.
#[derive(Default)]
struct Stub {
    names: HashMap<IpAddr, Says<String>>,
    addresses: HashMap<String, Says<IpAddr>>,
    asked: AtomicUsize,
    /// While it is shut, questions wait in front of it.
    gate: (Mutex<bool>, Condvar),
    waiting: AtomicUsize,
}

impl Stub {
    fn with(names: Says<String>, addresses: &[(&str, Says<IpAddr>)]) -> Arc<Self> {
        let addresses = addresses.iter().map(|(name, says)| ((*name).to_owned(), says.clone())).collect();
        Arc::new(Self { names: HashMap::from([(address(PEER), names)]), addresses, ..Self::default() })
    }

    /// Every address `a.b.c.d` is called `a-b-c-d.example`, and that name is its.
    fn honest() -> Arc<Self> {
        Arc::new(Self::default())
    }

    fn shut(self: &Arc<Self>) -> Shut {
        *self.gate.0.lock().unwrap() = true;
        Shut(Arc::clone(self))
    }

    fn pass(&self) {
        let mut shut = self.gate.0.lock().unwrap();
        if *shut {
            self.waiting.fetch_add(1, Ordering::SeqCst);
            while *shut {
                shut = self.gate.1.wait(shut).unwrap();
            }
            self.waiting.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Opens the gate at its end, also when a test fails.
struct Shut(Arc<Stub>);

impl Drop for Shut {
    fn drop(&mut self) {
        *self.0.gate.0.lock().unwrap() = false;
        self.0.gate.1.notify_all();
    }
}

impl Resolver for Stub {
    fn names(&self, asked: IpAddr) -> io::Result<Vec<String>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.pass();
        match self.names.get(&asked) {
            Some(says) => says.say(),
            None if self.names.is_empty() => Ok(vec![format!("{}.example.", asked.to_string().replace('.', "-"))]),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn addresses(&self, name: &PeerName) -> io::Result<Vec<IpAddr>> {
        match self.addresses.get(name.as_str()) {
            Some(says) => says.say(),
            None => {
                let own = name.as_str().strip_suffix(".example").and_then(|own| own.replace('-', ".").parse().ok());
                Ok(vec![own.ok_or(io::ErrorKind::NotFound)?])
            }
        }
    }
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn limits() -> NameLimits {
    NameLimits { threads: 2, queue: 3, wait: Duration::from_secs(20), kept: 100, ..NameLimits::default() }
}

fn lookups(stub: &Arc<Stub>, limits: NameLimits) -> (Lookups, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(START));
    (Lookups::new(Arc::clone(stub) as _, Arc::clone(&clock) as _, limits), clock)
}

async fn called(lookups: &Lookups, asked: &str) -> Option<String> {
    lookups.confirmed(address(asked)).await.map(|name| name.to_string())
}

fn names(texts: &[&str]) -> Says<String> {
    Says::Yes(texts.iter().map(|text| (*text).to_owned()).collect())
}

fn at(texts: &[&str]) -> Says<IpAddr> {
    Says::Yes(texts.iter().map(|text| address(text)).collect())
}

/// So many addresses of which the peer's own stands at that place.
fn many(count: usize, own_at: usize) -> Says<IpAddr> {
    let other = |n: usize| IpAddr::from(Ipv4Addr::from(0x0b00_0000 + u32::try_from(n).unwrap()));
    Says::Yes((0..count).map(|n| if n == own_at { address(PEER) } else { other(n) }).collect())
}

/// What the reverse lookup says, what the lookup of a name says, and the name that results.
type Case = (&'static str, Says<String>, Vec<(&'static str, Says<IpAddr>)>, Option<&'static str>);

fn cases() -> Vec<Case> {
    use Says::{No, Panics};
    let own = || at(&[PEER]);
    let long: &'static str = Box::leak("a.".repeat(200).into_boxed_str());
    let host = "pc7.example.com";
    vec![
        ("both lookups agree", names(&[host]), vec![(host, own())], Some(host)),
        ("a dot at the end", names(&["pc7.example.com."]), vec![(host, own())], Some(host)),
        ("capital letters", names(&["PC7.Example.COM"]), vec![(host, own())], Some(host)),
        ("a name without a domain", names(&["pc7"]), vec![("pc7", own())], Some("pc7")),
        ("an underscore", names(&["_pc.example"]), vec![("_pc.example", own())], Some("_pc.example")),
        (
            "an international name",
            names(&["xn--bro-hoa.example"]),
            vec![("xn--bro-hoa.example", own())],
            Some("xn--bro-hoa.example"),
        ),
        ("one address of several", names(&[host]), vec![(host, at(&["10.0.0.1", PEER, "10.0.0.2"]))], Some(host)),
        ("IPv4 in IPv6 is that IPv4", names(&[host]), vec![(host, at(&["::ffff:203.0.113.7"]))], Some(host)),
        ("the same address twice", names(&[host]), vec![(host, at(&[PEER, PEER]))], Some(host)),
        ("the first of many names", names(&[host, "other.example"]), vec![(host, own())], Some(host)),
        ("a name that a CNAME leads to", names(&["alias.example"]), vec![("alias.example", own())], Some("alias.example")),
        ("the last address that is compared", names(&[host]), vec![(host, many(MOST_ADDRESSES, MOST_ADDRESSES - 1))], Some(host)),
        // Lies and mistakes.
        ("a spoofed name of somebody else", names(&["bank.example"]), vec![("bank.example", at(&["198.51.100.9"]))], None),
        ("a spoofed name that does not exist", names(&["no.example"]), vec![("no.example", No(io::ErrorKind::NotFound))], None),
        (
            "only the second name is confirmed",
            names(&["bank.example", host]),
            vec![("bank.example", at(&["10.0.0.1"])), (host, own())],
            None,
        ),
        ("the network's address, not the peer's", names(&[host]), vec![(host, at(&["203.0.113.0"]))], None),
        ("IPv4 as IPv4-compatible IPv6", names(&[host]), vec![(host, at(&["::203.0.113.7"]))], None),
        ("IPv4 behind NAT64", names(&[host]), vec![(host, at(&["64:ff9b::cb00:7107"]))], None),
        ("an address behind ten thousand", names(&[host]), vec![(host, many(10_000, 9_999))], None),
        ("ten thousand others", names(&[host]), vec![(host, many(10_000, 20_000))], None),
        (
            "a thousand names, the right one last",
            names(&[&["x.example"; 999][..], &[host]].concat()),
            vec![("x.example", at(&["10.0.0.1"])), (host, own())],
            None,
        ),
        // Nothing.
        ("no such address", No(io::ErrorKind::NotFound), vec![], None),
        ("an answer without a name", names(&[]), vec![], None),
        ("a name without an address", names(&[host]), vec![(host, at(&[]))], None),
        ("the reverse lookup takes too long", No(io::ErrorKind::TimedOut), vec![], None),
        ("the lookup of the name takes too long", names(&[host]), vec![(host, No(io::ErrorKind::TimedOut))], None),
        ("the DNS server refuses", No(io::ErrorKind::ConnectionRefused), vec![], None),
        ("a loop of CNAMEs", names(&["loop.example"]), vec![("loop.example", No(io::ErrorKind::Other))], None),
        ("the reverse lookup panics", Panics, vec![], None),
        ("the lookup of the name panics", names(&[host]), vec![(host, Panics)], None),
        // What is no name.
        ("an empty name", names(&[""]), vec![("", own())], None),
        ("a dot", names(&["."]), vec![(".", own())], None),
        ("the address itself", names(&[PEER]), vec![(PEER, own())], None),
        ("the address as a number", names(&["3405803783"]), vec![("3405803783", own())], None),
        ("the address in hexadecimal", names(&["0xcb007107"]), vec![("0xcb007107", own())], None),
        ("a short form of an address", names(&["203.7"]), vec![("203.7", own())], None),
        ("a blank inside", names(&["pc 7.example"]), vec![("pc 7.example", own())], None),
        ("a line break", names(&["pc7.example\n"]), vec![("pc7.example\n", own())], None),
        ("a NUL", names(&["pc7\0.example"]), vec![("pc7\0.example", own())], None),
        ("a star", names(&["*.example"]), vec![("*.example", own())], None),
        ("a letter that is not ASCII", names(&["büro.example"]), vec![("büro.example", own())], None),
        ("an empty label", names(&["a..example"]), vec![("a..example", own())], None),
        ("a name longer than any", names(&[long]), vec![(long, own())], None),
        ("slashes", names(&["../../etc/hosts"]), vec![("../../etc/hosts", own())], None),
    ]
}

#[tokio::test]
async fn only_a_name_that_both_lookups_agree_on_counts_net_5() {
    let cases = cases();
    assert!(cases.len() >= 40, "{} cases", cases.len());
    for (case, names, addresses, expected) in cases {
        let stub = Stub::with(names, &addresses);
        let (lookups, _clock) = lookups(&stub, limits());
        assert_eq!(called(&lookups, PEER).await.as_deref(), expected, "{case}");
        assert_eq!(called(&lookups, PEER).await.as_deref(), expected, "{case}, asked again");
        assert_eq!(stub.asked.load(Ordering::SeqCst), 1, "{case}: kept");
    }
}

#[tokio::test]
async fn nobody_is_asked_about_loopback_and_addresses_that_nobody_has_net_5() {
    let stub = Stub::honest();
    let (lookups, _clock) = lookups(&stub, limits());
    for odd in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::", "224.0.0.1", "ff02::1"] {
        assert_eq!(called(&lookups, odd).await, None, "{odd}");
    }
    assert_eq!((stub.asked.load(Ordering::SeqCst), lookups.threads()), (0, 0));
    assert_eq!(called(&lookups, "::ffff:10.0.0.1").await.as_deref(), Some("10-0-0-1.example"), "mapped to IPv4 first");
}

#[tokio::test]
async fn a_name_is_kept_for_five_minutes_and_that_there_is_none_for_thirty_seconds_net_5() {
    let named = Stub::with(names(&["pc7.example.com"]), &[("pc7.example.com", at(&[PEER]))]);
    let nameless = Stub::with(Says::No(io::ErrorKind::NotFound), &[]);
    for (stub, kept) in [(named, 300_000), (nameless, 30_000)] {
        let (lookups, clock) = lookups(&stub, limits());
        for (advance, asked) in [(0, 1), (kept - 1, 1), (1, 2), (kept - 1, 2), (1, 3)] {
            clock.advance(advance);
            called(&lookups, PEER).await;
            assert_eq!(stub.asked.load(Ordering::SeqCst), asked, "{kept}");
        }
    }
}

#[tokio::test]
async fn what_is_kept_is_bounded_and_a_flood_of_strangers_pushes_out_no_name_net_5() {
    let stub = Stub::with(names(&["pc7.example.com"]), &[("pc7.example.com", at(&[PEER]))]);
    let (lookups, _clock) = lookups(&stub, NameLimits { kept: 10, ..limits() });
    called(&lookups, PEER).await;
    for last in 1..=200_u8 {
        assert_eq!(called(&lookups, &format!("10.0.0.{last}")).await, None);
        assert!(lookups.kept() <= 10);
    }
    let asked = stub.asked.load(Ordering::SeqCst);
    assert_eq!(called(&lookups, PEER).await.as_deref(), Some("pc7.example.com"));
    assert_eq!(stub.asked.load(Ordering::SeqCst), asked, "still known");
}

#[tokio::test]
async fn whoever_asks_for_the_same_address_shares_one_lookup_net_5() {
    let stub = Stub::honest();
    let (lookups, _clock) = lookups(&stub, limits());
    let shut = stub.shut();
    let asked = futures(&lookups, &["10.0.0.1"; 50]);
    tokio::join!(async { drop(until_waiting(&stub, 1).await.then_some(shut)) }, async {
        assert!(asked.await.iter().all(|name| name.as_deref() == Some("10-0-0-1.example")));
    });
    assert_eq!(stub.asked.load(Ordering::SeqCst), 1);
}

/// All of them at once.
async fn futures(lookups: &Lookups, asked: &[&str]) -> Vec<Option<String>> {
    let mut tasks: Vec<_> = asked.iter().map(|one| Box::pin(called(lookups, one))).collect();
    let mut done: Vec<Option<Option<String>>> = vec![None; tasks.len()];
    std::future::poll_fn(|context| {
        for (task, done) in tasks.iter_mut().zip(&mut done).filter(|(_, done)| done.is_none()) {
            if let std::task::Poll::Ready(name) = task.as_mut().poll(context) {
                *done = Some(name);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

/// Waits until so many lookups stand in front of the shut gate.
async fn until_waiting(stub: &Stub, count: usize) -> bool {
    while stub.waiting.load(Ordering::SeqCst) < count {
        tokio::task::yield_now().await;
    }
    true
}

#[tokio::test]
async fn a_resolver_that_hangs_costs_each_asker_two_seconds_at_most_and_the_next_nothing_net_5() {
    assert_eq!(NameLimits::default().wait, Duration::from_secs(2));
    let stub = Stub::honest();
    let (lookups, _clock) = lookups(&stub, NameLimits { wait: Duration::from_millis(30), ..limits() });
    let shut = stub.shut();
    let begun = Instant::now();
    assert_eq!(called(&lookups, "10.0.0.1").await, None, "not in time");
    assert!(begun.elapsed() >= Duration::from_millis(30));
    let patient = lookups_with_patience(&lookups);
    assert_eq!(patient.await, None, "nobody waits again for what has come late");
    drop(shut);
    // The late answer is kept all the same.
    while called(&lookups, "10.0.0.1").await.is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(stub.asked.load(Ordering::SeqCst), 1);
}

/// Asks again, and fails the test if that waits at all.
async fn lookups_with_patience(lookups: &Lookups) -> Option<String> {
    let mut asked = Box::pin(called(lookups, "10.0.0.1"));
    std::future::poll_fn(|context| match asked.as_mut().poll(context) {
        std::task::Poll::Pending => panic!("it waited"),
        ready => ready,
    })
    .await
}

#[tokio::test]
async fn a_slow_resolver_does_not_slow_those_who_are_known_and_its_queue_is_bounded_net_5() {
    let stub = Stub::honest();
    let (lookups, _clock) = lookups(&stub, limits());
    assert!(called(&lookups, "10.0.0.1").await.is_some());
    let shut = stub.shut();
    // Two are looked up, three wait, the sixth finds no room.
    let lookups = Arc::new(lookups);
    let ask = |asked: &'static str| {
        let lookups = Arc::clone(&lookups);
        tokio::spawn(async move { called(&lookups, asked).await })
    };
    let mut slow = vec![ask("10.1.0.1"), ask("10.1.0.2")];
    until_waiting(&stub, 2).await;
    slow.extend([ask("10.1.0.3"), ask("10.1.0.4"), ask("10.1.0.5")]);
    while lookups.queued() < 3 {
        tokio::task::yield_now().await;
    }
    assert_eq!(lookups.threads(), 2, "no more threads than the limit says");
    assert!(called(&lookups, "10.0.0.1").await.is_some(), "known, and not held up");
    assert_eq!(called(&lookups, "10.1.0.6").await, None, "no room, and not held up");
    drop(shut);
    for slow in slow {
        assert!(slow.await.unwrap().is_some(), "whoever had a place is answered");
    }
    assert!(called(&lookups, "10.1.0.6").await.is_some(), "no room was not kept as no name");
}

#[tokio::test]
async fn a_panic_ends_no_thread_net_5_err_2() {
    let stub = Arc::new(Stub {
        names: HashMap::from([(address(PEER), Says::Panics), (address("10.0.0.1"), names(&["10-0-0-1.example"]))]),
        ..Stub::default()
    });
    let (lookups, _clock) = lookups(&stub, NameLimits { threads: 1, ..limits() });
    assert_eq!(called(&lookups, PEER).await, None);
    assert!(called(&lookups, "10.0.0.1").await.is_some());
    assert_eq!(lookups.threads(), 1);
}

#[test]
fn the_threads_end_with_the_lookups_net_5() {
    let stub = Stub::honest();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (lookups, clock) = lookups(&stub, limits());
    assert!(runtime.block_on(called(&lookups, "10.0.0.1")).is_some());
    drop(lookups);
    // Each thread holds the resolver until it ends.
    while Arc::strong_count(&stub) > 1 {
        std::thread::yield_now();
    }
    drop(clock);
}

#[test]
fn the_system_s_own_resolver_answers_about_this_machine_net_5() {
    // What this machine calls itself is its own affair; that it has an address is not.
    let names = SystemResolver.names(address("127.0.0.1"));
    assert!(names.is_err() || names.is_ok_and(|names| names.len() == 1));
    let own = SystemResolver.addresses(&PeerName::parse("localhost").unwrap());
    assert!(own.is_ok_and(|own| own.iter().any(IpAddr::is_loopback)));
}
