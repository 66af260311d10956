//! Calls that are ended: by their time, or from another thread.

use std::io::Read as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use sbm_core::code::Code;
use sbm_core::id::Hash;
use socket2::{Domain, Socket, Type};

use super::super::{Cancel, Cancellable, Https, Network as _, Roots, Terms, Transport, TransportError};
use super::server::{Ca, TestServer, answer};
use super::{HttpResponse, PATIENCE, get};

/// What "within a moment" is at the most, on a machine that is busy with other tests.
const MOMENT: Duration = Duration::from_secs(5);

/// A place where connections are neither taken nor refused.
struct FullHouse {
    address: SocketAddr,
    _listener: Socket,
    _waiting: Vec<Socket>,
}

impl FullHouse {
    fn new() -> Self {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        listener.bind(&"127.0.0.1:0".parse::<SocketAddr>().unwrap().into()).unwrap();
        listener.listen(0).unwrap();
        let address = listener.local_addr().unwrap().as_socket().unwrap();
        let waiting = (0..4).map(|_| {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            socket.set_nonblocking(true).unwrap();
            drop(socket.connect(&address.into()));
            socket
        });
        let waiting = waiting.collect();
        Self { address, _listener: listener, _waiting: waiting }
    }

    /// How many connections to it are being made, as the operating system counts them.
    fn knocking(&self) -> usize {
        let port = format!(":{:04X} 02 ", self.address.port());
        std::fs::read_to_string("/proc/net/tcp").unwrap().lines().filter(|line| line.contains(&port)).count()
    }
}

fn way(connection: &str, pin: Hash, terms: &Terms) -> Arc<dyn Transport> {
    Https::default().connect(&connection.parse().unwrap(), &Roots::Pinned(vec![pin]), terms).unwrap()
}

/// Sends in another thread, waits until `is_waiting` says that the call hangs where it should, ends it, and gives how it ended.
fn ended(connection: &str, pin: Hash, mut is_waiting: impl FnMut() -> bool) -> Result<HttpResponse, TransportError> {
    let cancel = Arc::new(Cancel::default());
    let terms = Terms { cancel: Arc::clone(&cancel), ..Terms::of(PATIENCE) };
    let act = cancel.begin();
    let call = Cancellable::new(way(connection, pin, &terms), &act);
    let (tell, told) = channel();
    let thread = std::thread::spawn(move || tell.send(call.send(get(1_000))).unwrap());
    while !is_waiting() {
        assert!(!thread.is_finished(), "{:?}", told.recv());
        std::thread::yield_now();
    }
    let begun = Instant::now();
    cancel.now();
    let result = told.recv_timeout(MOMENT).unwrap();
    assert!(begun.elapsed() < MOMENT);
    result
}

#[test]
fn a_call_is_ended_while_it_connects_shakes_hands_or_waits_for_its_answer() {
    let ca = Ca::new();
    let full = FullHouse::new();
    let before = full.knocking();
    let at = format!("sbm://{}", full.address);
    assert_eq!(ended(&at, ca.pin(), || full.knocking() > before).unwrap_err().code, Code::Cancelled, "while it connects");

    let (came, come) = channel();
    let mute = TestServer::raw(move |mut stream| {
        let _told = came.send(());
        let _until_the_end = stream.read_to_end(&mut Vec::new());
    });
    let error = ended(&mute.connection.to_string(), ca.pin(), || come.try_recv().is_ok()).unwrap_err();
    assert_eq!(error.code, Code::Cancelled, "while it shakes hands");

    for (what, half) in [("before", b"".as_slice()), ("within", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")] {
        let (came, come) = channel();
        let stuck = TestServer::tls(ca.certificate("localhost"), move |_| {
            let _told = came.send(());
            half.to_vec()
        });
        let error = ended(&stuck.connection.to_string(), ca.pin(), || come.try_recv().is_ok()).unwrap_err();
        assert_eq!(error.code, Code::Cancelled, "{what} its answer");
    }
}

#[test]
fn what_begins_after_is_not_ended_and_what_began_before_sends_nothing_any_more() {
    let ca = Ca::new();
    let server = TestServer::tls(ca.certificate("localhost"), |_| answer(200, "text/plain", &[], b"ok"));
    let cancel = Arc::new(Cancel::default());
    let terms = Terms { cancel: Arc::clone(&cancel), ..Terms::of(PATIENCE) };
    let way = way(&server.connection.to_string(), ca.pin(), &terms);
    let act = cancel.begin();
    let before = Cancellable::new(Arc::clone(&way), &act);
    assert_eq!(before.send(get(10)).unwrap().body, b"ok");
    cancel.now();
    let connections = server.connections();
    assert_eq!(before.send(get(10)).unwrap_err().code, Code::Cancelled);
    assert_eq!(server.connections(), connections, "nothing was sent");
    // The kept connection was shut down with the rest; the next call makes a new one.
    let later = Cancellable::new(Arc::clone(&way), &cancel.begin());
    assert_eq!(later.send(get(10)).unwrap().body, b"ok");
    assert!(!cancel.is_idle());
    drop(act);
    assert!(cancel.is_idle());
}

#[test]
fn connecting_shaking_hands_and_the_whole_have_bounds_of_their_own() {
    let ca = Ca::new();
    let short = Duration::from_millis(150);
    let code = |connection: &str, terms: Terms| {
        let begun = Instant::now();
        let error = way(connection, ca.pin(), &terms).send(get(10)).unwrap_err();
        assert!(begun.elapsed() < PATIENCE, "{error}");
        error.code
    };
    let full = FullHouse::new();
    let connecting = Terms { connect: short, ..Terms::of(PATIENCE * 3) };
    assert_eq!(code(&format!("sbm://{}", full.address), connecting), Code::TimedOut);

    let mute = TestServer::raw(|mut stream| {
        let _until_the_end = stream.read_to_end(&mut Vec::new());
    });
    let handshake = Terms { handshake: short, ..Terms::of(PATIENCE * 3) };
    assert_eq!(code(&mute.connection.to_string(), handshake), Code::TimedOut);

    // One byte now and then is not enough to stay: the time is that of the whole handshake.
    let drip = TestServer::raw(|mut stream: TcpStream| {
        let (_open, wait) = channel::<()>();
        while std::io::Write::write_all(&mut stream, &[22]).is_ok() {
            let _pause = wait.recv_timeout(Duration::from_millis(20));
        }
    });
    let handshake = Terms { handshake: short, ..Terms::of(PATIENCE * 3) };
    assert!(matches!(code(&drip.connection.to_string(), handshake), Code::TimedOut | Code::TlsFailed));

    let stuck = TestServer::tls(ca.certificate("localhost"), |_| Vec::new());
    assert_eq!(code(&stuck.connection.to_string(), Terms::of(Duration::from_millis(800))), Code::TimedOut);
}

#[test]
fn a_socket_is_watched_as_long_as_it_is_there() {
    let cancel = Arc::new(Cancel::default());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let watched = cancel.watch(&stream).unwrap();
    assert!(format!("{cancel:?}").contains("TcpStream"), "{cancel:?}");
    drop(watched);
    assert!(!format!("{cancel:?}").contains("TcpStream"), "{cancel:?}");
}
