//! Through an HTTP proxy: what goes through it, what it gets to see, and what becomes of one that does not mean well.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::super::{Cancel, Cancellable, Https, Network as _, Roots, Transport};
use super::*;
use crate::log::{Journal, Level, Log};
use crate::proxy::Proxy;

/// A small proxy of the test's own: does this with each connection, and keeps what it was asked.
struct TestProxy {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl TestProxy {
    fn new(mut serve: impl FnMut(TcpStream, &str) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let head = head_of(&mut stream);
                kept.lock().unwrap().push(head.clone());
                serve(stream, &head);
            }
        });
        Self { port, asked }
    }

    /// One that does as it is told: connects to whatever port is named, on this machine.
    fn honest(greeting: &'static str) -> Self {
        Self::new(move |mut client, head| {
            let port: u16 = head.split([' ', ':']).nth(2).unwrap().parse().unwrap();
            let server = TcpStream::connect(("127.0.0.1", port)).unwrap();
            let _gone = client.write_all(greeting.as_bytes());
            for (mut from, mut to) in [(client.try_clone().unwrap(), server.try_clone().unwrap()), (server, client)] {
                std::thread::spawn(move || {
                    let _ended = std::io::copy(&mut from, &mut to);
                    let _closed = to.shutdown(std::net::Shutdown::Both);
                });
            }
        })
    }

    /// One that says this and closes.
    fn saying(answer: &'static [u8]) -> Self {
        Self::new(move |mut client, _| {
            let _gone = client.write_all(answer);
        })
    }

    fn at(&self, credentials: &str) -> Proxy {
        format!("http://{credentials}127.0.0.1:{}", self.port).parse().unwrap()
    }

    fn authority(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

fn head_of(stream: &mut TcpStream) -> String {
    let (mut bytes, mut one) = (Vec::new(), [0]);
    while !bytes.ends_with(b"\r\n\r\n") && stream.read(&mut one).is_ok_and(|size| size > 0) {
        bytes.push(one[0]);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn through(proxy: Proxy, server: &TestServer, pin: Hash, terms: Terms) -> Result<HttpResponse, TransportError> {
    let terms = Terms { proxy: Some(proxy), ..terms };
    Https::default().connect(&server.connection, &Roots::Pinned(vec![pin]), &terms).unwrap().send(get(1_000))
}

const GREETING: &str = "HTTP/1.1 200 Connection established\r\nVia: a test\r\n\r\n";

#[test]
fn a_request_goes_through_a_proxy_that_sees_name_and_port_and_nothing_else_run_4() {
    let ca = Ca::new();
    let server = TestServer::tls(ca.certificate("localhost"), |request| {
        assert!(!request.to_lowercase().contains("proxy"), "{request}");
        answer(200, "text/plain", &[], b"ok")
    });
    let proxy = TestProxy::honest(GREETING);
    let way = Http::pinned(
        &server.connection,
        vec![ca.pin()],
        &Terms { proxy: Some(proxy.at("carol:violet%40@")), ..Terms::of(PATIENCE) },
    )
    .unwrap();
    for _ in 0..3 {
        assert_eq!(way.send(get(10)).unwrap().body, b"ok");
    }
    let asked = proxy.asked.lock().unwrap();
    let target = format!("localhost:{}", server.connection.port);
    assert_eq!(asked.len(), 1, "one tunnel serves several requests");
    assert!(asked[0].starts_with(&format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n")), "{}", asked[0]);
    assert!(asked[0].contains("\r\nProxy-Authorization: Basic Y2Fyb2w6dmlvbGV0QA==\r\n"), "{}", asked[0]);
    assert!(!asked[0].contains("token-1") && !asked[0].contains("STATUS"), "{}", asked[0]);
}

#[test]
fn the_server_s_name_is_the_proxy_s_to_look_up() {
    let ca = Ca::new();
    let server = TestServer::tls(ca.certificate("server.test.invalid"), |_| answer(200, "text/plain", &[], b"ok"));
    let connection = format!("sbm://server.test.invalid:{}", server.connection.port).parse().unwrap();
    let proxy = TestProxy::honest(GREETING);
    let terms = Terms { proxy: Some(proxy.at("")), ..Terms::of(PATIENCE) };
    let way = Https::default().connect(&connection, &Roots::Pinned(vec![ca.pin()]), &terms).unwrap();
    assert_eq!(way.send(get(10)).unwrap().body, b"ok", "no resolver knows that name");
    assert!(!proxy.asked.lock().unwrap()[0].contains("Proxy-Authorization"));
}

#[test]
fn a_proxy_cannot_put_itself_in_the_server_s_place_run_4() {
    let (ca, other) = (Ca::new(), Ca::new());
    let impostor = TestServer::tls(other.certificate("localhost"), |_| answer(200, "text/plain", &[], b"stolen"));
    let port = impostor.connection.port;
    let proxy = TestProxy::new(move |mut client, _| {
        let mut server = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let _gone = client.write_all(GREETING.as_bytes());
        let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        std::thread::spawn(move || std::io::copy(&mut from, &mut to));
        let _ended = std::io::copy(&mut server, &mut client);
    });
    let error = through(proxy.at(""), &impostor, ca.pin(), Terms::of(PATIENCE)).unwrap_err();
    assert_eq!(error.code, Code::UntrustedServer, "{error}");
}

#[test]
fn each_way_in_which_a_proxy_fails_is_told_by_its_name_and_is_no_refusal_off_2() {
    let ca = Ca::new();
    let server = TestServer::tls(ca.certificate("localhost"), |_| panic!("nothing comes through"));
    let endless: &'static [u8] = Box::leak([b"HTTP/1.1 200 OK\r\n".as_slice(), &b"A: b\r\n".repeat(10_000)].concat().into());
    let cases: [(&str, &'static [u8], &str); 9] = [
        ("closed early", b"", "closed the connection without an answer"),
        ("half an answer", b"HTTP/1.1 200 OK\r\nA:", "closed the connection without an answer"),
        ("endless", endless, "has no end"),
        ("forbidden", b"HTTP/1.1 403 Forbidden\r\n\r\n", "status `403`"),
        ("no way on", b"HTTP/1.1 502 Bad gateway\r\n\r\n", "status `502`"),
        ("not yet", b"HTTP/1.1 100 Continue\r\n\r\n", "status `100`"),
        ("elsewhere", b"HTTP/1.1 302 Found\r\nLocation: http://x/\r\n\r\n", "status `302`"),
        ("another language", b"220 smtp.test ESMTP\r\n\r\n", "not an HTTP proxy"),
        ("credentials wanted", b"HTTP/1.1 407 Authenticate\r\n\r\n", "http://user:password@"),
    ];
    for (what, bytes, words) in cases {
        let proxy = TestProxy::saying(bytes);
        let error = through(proxy.at(""), &server, ca.pin(), Terms::of(PATIENCE)).unwrap_err();
        // A proxy that is gone before the request was read may also have broken the connection off.
        let broke_off = error.message.contains("broke off");
        assert_eq!(error.code, Code::Unreachable, "{what}: {error}");
        assert!(error.message.contains(words) || broke_off, "{what}: {error}");
        assert!(error.message.contains(&proxy.authority()), "{what}: {error}");
    }
    let proxy = TestProxy::saying(b"HTTP/1.1 407 Authenticate\r\n\r\n");
    let error = through(proxy.at("carol:violet@"), &server, ca.pin(), Terms::of(PATIENCE)).unwrap_err();
    assert!(error.message.contains("does not accept its user name or password"), "{error}");
    assert!(!error.message.contains("violet") && !error.message.contains("carol"), "{error}");
    let nobody = TestServer::raw(drop).into_nobody();
    let gone: Proxy = format!("http://127.0.0.1:{}", nobody.port).parse().unwrap();
    let error = through(gone, &server, ca.pin(), Terms::of(PATIENCE)).unwrap_err();
    assert_eq!(error.code, Code::Unreachable, "{error}");
    assert!(error.message.contains("the proxy `127.0.0.1:"), "{error}");
    let unknown: Proxy = "http://proxy.test.invalid:1".parse().unwrap();
    let error = through(unknown, &server, ca.pin(), Terms::of(PATIENCE)).unwrap_err();
    assert_eq!((error.code, error.message.contains("the name of the proxy")), (Code::Unreachable, true), "{error}");
    assert_eq!(server.connections(), 0);
}

/// Whatever stands behind the answer is what TLS reads: an answer of the proxy's own is none.
#[test]
fn bytes_behind_the_answer_are_no_answer_of_the_server_s_run_4() {
    let ca = Ca::new();
    let server = TestServer::tls(ca.certificate("localhost"), |_| answer(200, "text/plain", &[], b"ok"));
    for smuggled in ["HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nstolen", "\u{16}\u{3}\u{3}\u{0}\u{2}xx"] {
        let greeting: &'static str = Box::leak(format!("{GREETING}{smuggled}").into_boxed_str());
        let proxy = TestProxy::honest(greeting);
        let error = through(proxy.at(""), &server, ca.pin(), Terms::of(PATIENCE)).unwrap_err();
        assert_eq!(error.code, Code::TlsFailed, "{error}");
    }
    // What a server may say before anything is secure is told as without a proxy (NET-1).
    let refused = TestProxy::saying(b"HTTP/1.1 200 OK\r\n\r\n\x15\x03\x03\x00\x02\x02\x31");
    let error = through(refused.at(""), &server, ca.pin(), Terms::of(PATIENCE)).unwrap_err();
    assert_eq!(error.code, Code::AddressRefused, "{error}");
}

#[test]
fn a_proxy_that_says_nothing_or_a_byte_now_and_then_has_its_time_and_no_more() {
    let ca = Ca::new();
    let server = TestServer::tls(ca.certificate("localhost"), |_| panic!("nothing comes through"));
    let short = Terms { connect: Duration::from_millis(150), ..Terms::of(PATIENCE * 3) };
    let mute = TestProxy::new(|mut client, _| {
        let _until_the_end = client.read_to_end(&mut Vec::new());
    });
    let drip = TestProxy::new(|mut client, _| {
        let (_open, wait) = channel::<()>();
        while client.write_all(b"H").is_ok() {
            let _pause = wait.recv_timeout(Duration::from_millis(20));
        }
    });
    for proxy in [mute, drip] {
        let begun = Instant::now();
        let error = through(proxy.at(""), &server, ca.pin(), short.clone()).unwrap_err();
        assert_eq!(error.code, Code::TimedOut, "{error}");
        assert!(begun.elapsed() < PATIENCE && error.message.contains(&proxy.authority()), "{error}");
    }
}

#[test]
fn a_call_that_waits_for_a_proxy_is_ended_from_another_thread() {
    let ca = Ca::new();
    let (came, come): (_, Receiver<()>) = channel();
    let mute = TestProxy::new(move |mut client, _| {
        let _told = came.send(());
        let _until_the_end = client.read_to_end(&mut Vec::new());
    });
    let connection = "sbm://localhost:9".parse().unwrap();
    let cancel = Arc::new(Cancel::default());
    let terms = Terms { cancel: Arc::clone(&cancel), proxy: Some(mute.at("")), ..Terms::of(PATIENCE) };
    let way = Https::default().connect(&connection, &Roots::Pinned(vec![ca.pin()]), &terms).unwrap();
    let act = cancel.begin();
    let call = Cancellable::new(way, &act);
    let thread = std::thread::spawn(move || call.send(get(10)));
    come.recv().unwrap();
    cancel.now();
    assert_eq!(thread.join().unwrap().unwrap_err().code, Code::Cancelled);
}

#[test]
fn connections_are_logged_by_name_and_port_and_never_with_what_goes_over_them_err_5() {
    #[derive(Default)]
    struct Kept(Mutex<String>);
    impl Log for Kept {
        fn log(&self, _: Level, message: &str) {
            *self.0.lock().unwrap() += &format!("{message}\n");
        }
    }
    let ca = Ca::new();
    let server = TestServer::tls(ca.certificate("localhost"), |_| answer(200, "text/plain", &[], b"ok"));
    let proxy = TestProxy::honest(GREETING);
    let kept = Arc::new(Kept::default());
    let journal = Journal::new(Level::Debug, Arc::clone(&kept) as _);
    let telling = journal.begin();
    let terms = Terms { journal: journal.clone(), ..Terms::of(PATIENCE) };
    through(proxy.at("carol:violet@"), &server, ca.pin(), terms.clone()).unwrap();
    Https::default().connect(&server.connection, &Roots::Pinned(vec![ca.pin()]), &terms).unwrap().send(get(10)).unwrap();
    assert_eq!(*kept.0.lock().unwrap(), "", "nothing is told while a call is under way");
    drop(telling);
    let told = kept.0.lock().unwrap();
    let place = format!("localhost:{}", server.connection.port);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(
        lines,
        [
            format!("connecting to the proxy `{}`", proxy.authority()),
            format!("the proxy `{}` connected to `{place}`", proxy.authority()),
            format!("connecting to `{place}`"),
        ]
    );
}
