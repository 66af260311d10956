//! Connections that a trusted proxy passes on with the PROXY protocol (NET-8).

use sbm_core::allowlist::{IpPattern, Matcher};

use super::*;
use crate::proxy::{ForwardedHeader, Proxies};

/// Admits by these patterns, loopback not among them.
struct List(Matcher);

impl Gate for List {
    fn admits(&self, address: IpAddr) -> bool {
        self.0.admits(address)
    }
}

fn door() -> Door {
    let list = List(Matcher::parse(["192.168.1.", "2001:db8:"]).unwrap());
    let trusted = ["127.0.0.1", "10.9.0.1"].map(|proxy| IpPattern::parse(proxy).unwrap());
    Door::new(Arc::new(list)).with_proxies(Proxies::new(&trusted, ForwardedHeader::XForwardedFor, true))
}

async fn served(limits: Limits) -> Served {
    let told = |axum::Extension(PeerAddr(peer)): axum::Extension<PeerAddr>, passed: Option<axum::Extension<PassedFor>>| async move {
        passed.map_or(format!("{peer} itself"), |axum::Extension(PassedFor(client))| format!("{peer} for {client}"))
    };
    Served::behind(door(), Router::new().route("/hello", get(told)), limits).await
}

const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// A header: version and command, family and protocol, and what follows the length.
fn header(version: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
    [SIGNATURE, &[version, family], &length, rest].concat()
}

fn v4(source: &str) -> Vec<u8> {
    let source: std::net::Ipv4Addr = source.parse().unwrap();
    header(0x21, 0x11, &[&source.octets()[..], &[127, 0, 0, 1], &[0x9c, 0x40], &[0x1f, 0xa4]].concat())
}

fn v6(source: &str) -> Vec<u8> {
    let source: std::net::Ipv6Addr = source.parse().unwrap();
    header(0x21, 0x21, &[&source.octets()[..], &[0; 16], &[0x9c, 0x40, 0x1f, 0xa4]].concat())
}

/// With additions: so many bytes of one that nobody knows.
fn with_additions(source: &str, bytes: usize) -> Vec<u8> {
    let plain = v4(source);
    let addition = [&[0xe0][..], &u16::try_from(bytes).unwrap().to_be_bytes(), &vec![7; bytes]].concat();
    header(0x21, 0x11, &[&plain[16..], &addition].concat())
}

#[tokio::test]
async fn a_proxy_says_for_whom_before_tls_and_that_one_counts_net_8() {
    let served = served(limits()).await;
    for (said, told) in [
        (v4("192.168.1.7"), "127.0.0.1 for 192.168.1.7"),
        (v6("2001:db8::7"), "127.0.0.1 for 2001:db8::7"),
        (v6("::ffff:192.168.1.7"), "127.0.0.1 for 192.168.1.7"),
        (with_additions("192.168.1.7", 0), "127.0.0.1 for 192.168.1.7"),
        (with_additions("192.168.1.7", 1_500), "127.0.0.1 for 192.168.1.7"),
        // The proxy looks whether the server is there; it has no privilege by that.
        (header(0x20, 0x00, &[]), "127.0.0.1 for 127.0.0.1"),
        (header(0x20, 0x11, &v4("192.168.1.7")[16..]), "127.0.0.1 for 127.0.0.1"),
        // A proxy behind it: whom it speaks for stands in the request.
        (v4("10.9.0.1"), "127.0.0.1 for 10.9.0.1"),
    ] {
        let mut stream = served.raw().await;
        stream.write_all(&said).await.unwrap();
        let mut client = served.secure(stream).await.unwrap();
        assert_eq!(client.ask(HELLO).await.1, told, "{said:02x?}");
    }
}

#[tokio::test]
async fn a_client_that_is_not_admitted_gets_the_alert_behind_a_proxy_too_net_1_net_8() {
    let served = served(limits()).await;
    for said in [
        v4("198.51.100.9"),
        v4("127.0.0.1").into_iter().map(|b| if b == 127 { 126 } else { b }).collect(),
        v6("::1"),
        v4("127.0.0.2"),
    ] {
        let mut stream = served.raw().await;
        stream.write_all(&said).await.unwrap();
        let error = served.secure(stream).await.map(|_| ()).unwrap_err();
        let cause = error.get_ref().unwrap().downcast_ref::<rustls::Error>().unwrap();
        assert_eq!(*cause, rustls::Error::AlertReceived(rustls::AlertDescription::AccessDenied), "{said:02x?}");
    }
}

#[tokio::test]
async fn what_is_no_header_of_version_2_closes_the_connection_net_8_err_1() {
    let served = served(short(|limits| limits.handshake = Duration::from_millis(80))).await;
    let good = v4("192.168.1.7");
    let changed = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        bytes
    };
    for (case, said) in [
        ("version 1", b"PROXY TCP4 192.168.1.7 127.0.0.1 40000 8100\r\n".to_vec()),
        ("a signature that is cut short", good[..10].to_vec()),
        ("a header that is cut short", good[..20].to_vec()),
        ("another signature", changed(5, b'X')),
        ("version 3", changed(12, 0x31)),
        ("another command", changed(12, 0x22)),
        ("no family", header(0x21, 0x00, &good[16..])),
        ("datagrams", changed(13, 0x12)),
        ("a family that nobody knows", changed(13, 0x41)),
        ("a socket of the file system", header(0x21, 0x31, &[0; 216])),
        ("fewer bytes than the addresses have", header(0x21, 0x11, &[192, 168, 1, 7])),
        ("IPv6 in the bytes of IPv4", header(0x21, 0x21, &good[16..])),
        ("more bytes than any proxy sends", with_additions("192.168.1.7", 2_040)),
        ("the most bytes that can be stated", [SIGNATURE, &[0x21, 0x11, 0xff, 0xff], &[0; 4_000]].concat()),
    ] {
        let mut stream = served.raw().await;
        let _ = stream.write_all(&said).await;
        let told = everything(&mut stream).await;
        assert!(told.is_empty(), "{case}: {told:02x?}");
    }
}

/// A connection as it would come from that address.
async fn from(peer: &str, shared: &Arc<Shared>) -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    admit(listener.accept().await.unwrap().0, peer.parse().unwrap(), shared);
    stream
}

#[tokio::test]
async fn a_proxy_must_say_for_whom_on_this_machine_too_and_nobody_else_may_net_8() {
    let served = served(limits()).await;
    let (_stopping, stopped) = watch::channel(false);
    let shared = Arc::new(Shared {
        connections: Connections::new(10, 1),
        polite: Arc::new(Semaphore::new(4)),
        serving: served.shared.clone(),
        stopped: Stopped(stopped),
    });
    // TLS at once: the proxy does not do what the setting says, and whoever is behind it is not told from this machine.
    for proxy in ["10.9.0.1", "127.0.0.1"] {
        let mute = from(proxy, &shared).await;
        assert!(served.secure(mute).await.is_err(), "{proxy}");
    }
    // A program of this machine comes from another address.
    for own in ["127.0.0.9", "::1"] {
        let mut client = served.secure(from(own, &shared).await).await.unwrap();
        assert_eq!(client.ask(HELLO).await.1, format!("{own} itself"));
    }
    let mut stream = from("10.9.0.1", &shared).await;
    stream.write_all(&v4("192.168.1.7")).await.unwrap();
    let mut client = served.secure(stream).await.unwrap();
    assert_eq!(client.ask(HELLO).await.1, "10.9.0.1 for 192.168.1.7");
    // One connection for each client is the cap here, and the proxy has none of its own.
    let mut second = from("10.9.0.1", &shared).await;
    second.write_all(&v4("192.168.1.7")).await.unwrap();
    assert!(everything(&mut second).await.is_empty(), "one more for the same client");
    let mut other = from("10.9.0.1", &shared).await;
    other.write_all(&v4("192.168.1.8")).await.unwrap();
    assert_eq!(served.secure(other).await.unwrap().ask(HELLO).await.1, "10.9.0.1 for 192.168.1.8");
    // Who is admitted and no proxy cannot pass for somebody else.
    let mut liar = from("192.168.1.9", &shared).await;
    liar.write_all(&v4("192.168.1.7")).await.unwrap();
    liar.shutdown().await.unwrap();
    assert!(everything(&mut liar).await.starts_with(b"HTTP/1.1 400"));
}
