use std::time::Instant;

use axum::routing::get;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Notify;

use super::fixture::{Served, limits};
use super::*;

mod names;
mod passed;

const HELLO: &str = "GET /hello HTTP/1.1\r\nhost: localhost\r\n\r\n";

fn router() -> Router {
    let hello = |axum::Extension(PeerAddr(peer)): axum::Extension<PeerAddr>| async move { format!("hello {peer}") };
    Router::new().route("/hello", get(hello))
}

fn short(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = limits();
    change(&mut limits);
    limits
}

async fn everything(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A connection that is reset has ended too.
    let _ = stream.read_to_end(&mut bytes).await;
    bytes
}

#[tokio::test]
async fn requests_are_served_over_tls_12_and_13_on_one_connection_run_4() {
    let served = Served::start(router(), limits()).await;
    for version in rustls::ALL_VERSIONS {
        let mut client = served.client_with(&[version]).await;
        assert_eq!(client.0.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
        for _ in 0..3 {
            let (head, content) = client.ask(HELLO).await;
            assert!(head.starts_with("http/1.1 200"), "{head}");
            assert_eq!(content, "hello 127.0.0.1");
        }
    }
}

#[tokio::test]
async fn a_peer_that_is_not_admitted_gets_the_alert_access_denied_before_tls_net_1() {
    let served = Served::start(router(), limits()).await;
    let (_stopping, stopped) = watch::channel(false);
    let shared = Arc::new(Shared {
        connections: Connections::new(10, 10),
        polite: Arc::new(Semaphore::new(1)),
        serving: served.shared.clone(),
        stopped: Stopped(stopped),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let connect = async {
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        served.connector(rustls::ALL_VERSIONS).connect(ServerName::try_from("localhost").unwrap(), stream).await
    };
    let accept = async {
        let (stream, _) = listener.accept().await.unwrap();
        admit(stream, "10.1.2.3".parse().unwrap(), &shared);
    };
    let (connected, ()) = tokio::join!(connect, accept);
    let error = connected.unwrap_err();
    let cause = error.get_ref().unwrap().downcast_ref::<rustls::Error>().unwrap();
    assert_eq!(*cause, rustls::Error::AlertReceived(rustls::AlertDescription::AccessDenied));
    assert_eq!(shared.connections.len(), 0);
}

#[tokio::test]
async fn a_refused_peer_that_goes_on_sending_is_let_go_in_bounded_time_net_1() {
    let served = Served::start(router(), limits()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    let begun = Instant::now();
    closing::refuse(stream).await;
    assert!(begun.elapsed() < Duration::from_secs(3));
    assert_eq!(everything(&mut client).await, [0x15, 3, 3, 0, 2, 2, 0x31]);
    drop(served);
}

#[tokio::test]
async fn plain_http_is_told_the_https_address_run_1() {
    let served = Served::start(router(), limits()).await;
    for request in ["GET /STATUS HTTP/1.1\r\nHost: localhost\r\n\r\n", "POST / HTTP/1.0\r\n\r\n", "anything"] {
        let mut client = served.raw().await;
        client.write_all(request.as_bytes()).await.unwrap();
        client.shutdown().await.unwrap();
        let answer = String::from_utf8(everything(&mut client).await).unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
        assert!(answer.contains(&format!("https://localhost:{}/STATUS", served.address.port())), "{answer}");
    }
}

#[tokio::test]
async fn a_handshake_that_does_not_come_is_closed_err_3() {
    let served = Served::start(router(), short(|limits| limits.handshake = Duration::from_millis(80))).await;
    for begun in [&b""[..], &[0x16], &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]] {
        let mut client = served.raw().await;
        client.write_all(begun).await.unwrap();
        assert!(everything(&mut client).await.is_empty());
    }
}

#[tokio::test]
async fn a_head_that_does_not_come_is_closed_and_so_is_an_idle_connection_err_3() {
    let served = Served::start(router(), short(|limits| limits.header = Duration::from_millis(80))).await;
    for begun in ["", "GET /hello HTTP/1.1\r\nhost: loc", "GET /hello HTTP/1.1\r\nx: y\r\n"] {
        let mut client = served.client().await;
        client.send(begun.as_bytes()).await;
        let rest = client.rest().await;
        assert!(rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&rest));
    }
    // One that gets its answer: on a slow machine its head may come too late as well.
    let mut idle = loop {
        let mut client = served.client().await;
        let sent = client.0.write_all(HELLO.as_bytes()).await;
        if sent.is_ok() && client.try_answer().await.is_ok_and(|(head, _)| head.starts_with("http/1.1 200")) {
            break client;
        }
    };
    assert!(idle.rest().await.is_empty());
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused_err_1() {
    let served = Served::start(router(), limits()).await;
    let many = "x: y\r\n".repeat(100);
    let long = format!("x: {}\r\n", "y".repeat(64 * 1024));
    for extra in [many, long] {
        let mut client = served.client().await;
        client.send(format!("GET /hello HTTP/1.1\r\nhost: localhost\r\n{extra}\r\n").as_bytes()).await;
        let rest = String::from_utf8(client.rest().await).unwrap();
        assert!(rest.starts_with("HTTP/1.1 413") && rest.contains(r#""name":"too_large""#), "{rest}");
    }
}

#[tokio::test]
async fn one_connection_more_than_the_cap_is_closed_and_a_place_comes_back_err_3() {
    for change in [|limits: &mut Limits| limits.connections = 2, |limits: &mut Limits| limits.connections_per_address = 2] {
        let served = Served::start(router(), short(change)).await;
        let mut first = served.client().await;
        let mut second = served.client().await;
        let mut third = served.raw().await;
        assert!(everything(&mut third).await.is_empty());
        first.ask(HELLO).await;
        first.0.shutdown().await.unwrap();
        drop(first);
        loop {
            let mut next = served.raw().await;
            next.write_all(b"plain").await.unwrap();
            next.shutdown().await.unwrap();
            if !everything(&mut next).await.is_empty() {
                break;
            }
        }
        second.ask(HELLO).await;
    }
}

#[tokio::test]
async fn junk_never_stops_the_loop_err_2() {
    let served = Served::start(router(), limits()).await;
    let junk: [&[u8]; 8] = [
        &[0],
        &[0xff; 5_000],
        &[0x16; 5_000],
        &[0x16, 3, 0, 0, 1, 1],
        &[0x16, 3, 3, 0xff, 0xff],
        &[0x80, 0x2e, 1, 0, 2],
        &[0x15, 3, 3, 0, 2, 2, 0x31],
        b"\r\n\r\n\r\n",
    ];
    for bytes in junk {
        let mut client = served.raw().await;
        let _ = client.write_all(bytes).await;
        let _ = client.shutdown().await;
        everything(&mut client).await;
        assert!(served.client().await.ask(HELLO).await.0.starts_with("http/1.1 200"));
    }
}

#[tokio::test]
async fn stopping_lets_a_running_request_end_and_takes_no_new_one() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = {
        let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
        move || async move {
            begun.notify_one();
            go_on.notified().await;
            "done"
        }
    };
    let mut served = Served::start(router().route("/slow", get(slow)), limits()).await;
    let mut idle = served.client().await;
    idle.ask(HELLO).await;
    let mut busy = served.client().await;
    busy.send(b"GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    begun.notified().await;
    served.tell_to_stop();
    assert!(idle.rest().await.is_empty());
    go_on.notify_one();
    let (head, content) = busy.answer().await;
    assert!(head.starts_with("http/1.1 200") && content == "done", "{head}");
    let address = served.address;
    served.ended().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_request_that_does_not_end_does_not_hold_up_the_stop() {
    let begun = Arc::new(Notify::new());
    let endless = {
        let begun = Arc::clone(&begun);
        move || async move {
            begun.notify_one();
            std::future::pending::<()>().await;
        }
    };
    let mut served =
        Served::start(router().route("/endless", get(endless)), short(|limits| limits.stop = Duration::from_millis(80))).await;
    let mut busy = served.client().await;
    busy.send(b"GET /endless HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    begun.notified().await;
    served.tell_to_stop();
    served.ended().await;
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let holder = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let taken = holder.local_addr().unwrap();
    let error = Listeners::bind(&[taken]).await.unwrap_err();
    assert!(error.to_string().contains(&taken.to_string()), "{error}");
    drop(holder);
}
