//! Connections that only a name can admit (NET-5).

use std::sync::{Condvar, Mutex};

use sbm_core::allowlist::{Matcher, NamePattern, PeerName};
use sbm_core::time::Timestamp;

use super::*;
use crate::clock::ManualClock;
use crate::names::{Lookups, NameLimits, Resolver};

/// Addresses by pattern, names below `example.com`.
struct Both(Matcher);

impl Gate for Both {
    fn admits(&self, address: IpAddr) -> bool {
        self.0.admits(address)
    }

    fn needs_name(&self) -> bool {
        self.0.needs_name()
    }

    fn admits_name(&self, name: &PeerName) -> bool {
        self.0.admits_name(name)
    }
}

/// `10.0.0.n` is called `pcn.example.com`, `10.0.1.n` is `pcn.example.net`; nobody else has a name. It waits while told to.
#[derive(Default)]
struct Office {
    hangs: Mutex<bool>,
    goes_on: Condvar,
}

impl Office {
    fn hang(self: &Arc<Self>) -> Hanging {
        *self.hangs.lock().unwrap() = true;
        Hanging(Arc::clone(self))
    }
}

/// Lets it go on at its end, also when a test fails.
struct Hanging(Arc<Office>);

impl Drop for Hanging {
    fn drop(&mut self) {
        *self.0.hangs.lock().unwrap() = false;
        self.0.goes_on.notify_all();
    }
}

impl Resolver for Office {
    fn names(&self, address: IpAddr) -> io::Result<Vec<String>> {
        drop(self.goes_on.wait_while(self.hangs.lock().unwrap(), |hangs| *hangs).unwrap());
        match address {
            IpAddr::V4(v4) => match v4.octets() {
                [10, 0, 0, n] => Ok(vec![format!("pc{n}.example.com")]),
                [10, 0, 1, n] => Ok(vec![format!("pc{n}.example.net")]),
                _ => Err(io::ErrorKind::NotFound.into()),
            },
            IpAddr::V6(_) => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn addresses(&self, name: &PeerName) -> io::Result<Vec<IpAddr>> {
        let n = name.as_str().strip_prefix("pc").and_then(|rest| rest.split('.').next()?.parse::<u8>().ok()).unwrap();
        let net = u8::from(name.as_str().ends_with(".net"));
        Ok(vec![IpAddr::from([10, 0, net, n])])
    }
}

async fn served(office: &Arc<Office>) -> (Served, Arc<Shared>, watch::Sender<bool>) {
    let rules = ["172.16."].map(|entry| sbm_core::allowlist::IpPattern::parse(entry).unwrap().into());
    let names = [NamePattern::parse(".example.com").unwrap().into()];
    let gate = Arc::new(Both(Matcher::new(rules.into_iter().chain(names))));
    let clock = Arc::new(ManualClock::at(Timestamp::from_millis(0)));
    let lookups =
        Lookups::new(Arc::clone(office) as _, clock, NameLimits { wait: Duration::from_secs(20), ..NameLimits::default() });
    let served = Served::behind(Door::new(gate).with_names(Arc::new(lookups)), router(), limits()).await;
    let (stopping, stopped) = watch::channel(false);
    let shared = Arc::new(Shared {
        connections: Connections::new(20, 2),
        polite: Arc::new(Semaphore::new(4)),
        serving: served.shared.clone(),
        stopped: Stopped(stopped),
    });
    (served, shared, stopping)
}

async fn from(peer: &str, shared: &Arc<Shared>) -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    admit(listener.accept().await.unwrap().0, peer.parse().unwrap(), shared);
    stream
}

#[tokio::test]
async fn a_confirmed_name_gets_a_connection_in_and_no_other_does_net_5_net_1() {
    let office = Arc::default();
    let (served, shared, _stopping) = served(&office).await;
    for (peer, admitted) in
        [("10.0.0.7", true), ("10.0.0.8", true), ("10.0.1.7", false), ("203.0.113.7", false), ("172.16.0.1", true)]
    {
        let stream = from(peer, &shared).await;
        match served.secure(stream).await {
            Ok(mut client) => assert_eq!((client.ask(HELLO).await.1, admitted), (format!("hello {peer}"), true)),
            Err(error) => {
                let cause = error.get_ref().unwrap().downcast_ref::<rustls::Error>().unwrap();
                assert_eq!(*cause, rustls::Error::AlertReceived(rustls::AlertDescription::AccessDenied), "{peer}");
                assert!(!admitted, "{peer}");
            }
        }
    }
}

#[tokio::test]
async fn while_a_resolver_hangs_addresses_that_are_admitted_and_this_machine_are_served_net_5() {
    let office: Arc<Office> = Arc::default();
    let (served, shared, _stopping) = served(&office).await;
    let hanging = office.hang();
    let mut slow: Vec<TcpStream> = Vec::new();
    for n in 1..=8 {
        slow.push(from(&format!("10.0.0.{n}"), &shared).await);
    }
    // They are served to their end while eight others wait for their names.
    let mut served_at_once = Vec::new();
    for peer in ["172.16.0.1", "127.0.0.1", "172.16.0.2"] {
        let mut client = served.secure(from(peer, &shared).await).await.unwrap();
        assert_eq!(client.ask(HELLO).await.1, format!("hello {peer}"));
        served_at_once.push(client);
    }
    assert_eq!(shared.connections.len(), 8 + 3, "who waits takes a place");
    drop(hanging);
    for (n, stream) in (1..).zip(slow) {
        assert_eq!(served.secure(stream).await.unwrap().ask(HELLO).await.1, format!("hello 10.0.0.{n}"));
    }
}
