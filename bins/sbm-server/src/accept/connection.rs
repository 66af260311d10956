//! One connection, from its first byte to its end.

use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use axum::Extension;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::bare::Told;
use super::progress::Progress;
use super::{MOST_HEAD_BYTES, PassedFor, PeerAddr, Place, Shared, closing};
use crate::clock::{Clock as _, SystemClock};
use crate::proxy::protocol::{self, Passed};

/// The first byte of a TLS handshake.
const HANDSHAKE: u8 = 0x16;
/// The most headers of a request.
const MOST_HEADERS: usize = 64;
/// So much of what a peer still sends is thrown away before its connection is closed. It is more than any upload, since a
/// client that is refused reads the reason only when it has sent everything.
const CLOSING_BYTES: usize = sbm_core::wire::MAX_UPLOAD + 64 * 1024;
const CLOSING_TIME: Duration = Duration::from_secs(5);
const STOPPING_TIME: Duration = Duration::from_millis(250);

/// The result of the first look: no connection at all, a PROXY header, plain HTTP, or TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spoken {
    Nothing,
    Proxy,
    Plain,
    Tls,
}

/// Where a connection comes from.
#[derive(Clone, Copy)]
struct Way {
    peer: PeerAddr,
    /// Whom the peer, a trusted proxy, passed it on for.
    passed: Option<PassedFor>,
}

/// Serves a connection; its place is given back at the end.
pub(super) async fn serve(mut stream: TcpStream, peer: PeerAddr, mut place: Place, shared: &Shared) {
    // Small answers go at once; if the system refuses, they only go later.
    let _ = stream.set_nodelay(true);
    match passed_for(&mut stream, peer, &mut place, shared).await {
        Passage::Direct => speak(stream, Way { peer, passed: None }, shared).await,
        Passage::For(passed) => speak(stream, Way { peer, passed: Some(passed) }, shared).await,
        Passage::Refused => closing::refuse(stream).await,
        Passage::Unclear => {}
    }
}

/// What a connection is, as far as proxies are concerned.
enum Passage {
    /// The peer speaks for itself, or by headers.
    Direct,
    /// A trusted proxy passed it on.
    For(PassedFor),
    /// A trusted proxy passed it on for somebody who is not admitted.
    Refused,
    /// A trusted proxy did not say for whom, or for somebody with too many connections.
    Unclear,
}

/// Reads the PROXY header where one must stand (NET-8): on every connection from an address that is named as a proxy, of
/// this machine too. What comes from there without it may be anybody behind the proxy.
async fn passed_for(stream: &mut TcpStream, PeerAddr(peer): PeerAddr, place: &mut Place, shared: &Shared) -> Passage {
    let door = &shared.serving.door;
    if !(door.proxies().speak_protocol() && door.proxies().trusts(peer)) {
        return Passage::Direct;
    }
    let time = shared.serving.limits.handshake;
    let client = match timeout(time, protocol::read(stream)).await {
        Ok(Ok(Passed::For(client))) => client,
        Ok(Ok(Passed::Itself)) => return Passage::For(PassedFor(peer)),
        Ok(Err(error)) => {
            tracing::debug!(%peer, %error, "closed: the setting `proxies.protocol` asks for a PROXY header");
            return Passage::Unclear;
        }
        Err(_) => return Passage::Unclear,
    };
    if door.proxies().trusts(client) {
        // A proxy behind the proxy: whom it speaks for stands in the header of each request.
        return Passage::For(PassedFor(client));
    }
    if door.admit(client, true).await.is_none() {
        tracing::debug!(%peer, %client, "refused: the address is not on the allowlist");
        return Passage::Refused;
    }
    if place.count_for(client) { Passage::For(PassedFor(client)) } else { Passage::Unclear }
}

/// TLS and what comes in it, or the one answer to plain HTTP.
async fn speak(stream: TcpStream, way: Way, shared: &Shared) {
    let time = shared.serving.limits.handshake;
    match timeout(time, first_byte(&stream)).await.unwrap_or(Spoken::Nothing) {
        Spoken::Nothing => {}
        Spoken::Plain | Spoken::Proxy => {
            let answer = plain_answer(&shared.serving.name, stream.local_addr().ok());
            closing::finish(stream, answer.as_bytes(), MOST_HEAD_BYTES, Duration::from_secs(1)).await;
        }
        Spoken::Tls => {
            let acceptor = TlsAcceptor::from(std::sync::Arc::clone(&shared.serving.tls));
            match timeout(time, acceptor.accept(stream)).await {
                Ok(Ok(secure)) => serve_http(secure, way, shared).await,
                Ok(Err(error)) => tracing::debug!(peer = %way.peer.0, %error, "the TLS handshake failed"),
                Err(_) => tracing::debug!(peer = %way.peer.0, "the TLS handshake took too long"),
            }
        }
    }
}

async fn first_byte(stream: &TcpStream) -> Spoken {
    let mut byte = [0_u8];
    match stream.peek(&mut byte).await {
        Ok(0) | Err(_) => Spoken::Nothing,
        Ok(_) if byte == [HANDSHAKE] => Spoken::Tls,
        Ok(_) if byte == [protocol::FIRST_BYTE] => Spoken::Proxy,
        Ok(_) => Spoken::Plain,
    }
}

fn plain_answer(name: &str, local: Option<SocketAddr>) -> String {
    let port = local.map_or(sbm_core::wire::DEFAULT_PORT, |local| local.port());
    let text = format!("This server speaks HTTPS only. Use https://{name}:{port}/STATUS\n");
    format!(
        "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    )
}

async fn serve_http(secure: TlsStream<TcpStream>, way: Way, shared: &Shared) {
    use tower::Layer as _;
    let Way { peer, passed } = way;
    let router = match passed {
        Some(passed) => shared.serving.router.clone().layer(Extension(passed)),
        None => shared.serving.router.clone(),
    };
    let service = Extension(peer).layer(router);
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(shared.serving.limits.header)
        .max_buf_size(MOST_HEAD_BYTES)
        .max_headers(MOST_HEADERS)
        .keep_alive(true);
    let going = Progress::new(secure, shared.serving.limits.request);
    let told = Told::new(going, || SystemClock.now().as_millis());
    let mut connection = builder.serve_connection(TokioIo::new(told), TowerToHyperService::new(service));
    let mut stopped = shared.stopped.clone();
    let ended = tokio::select! {
        ended = std::future::poll_fn(|context| connection.poll_without_shutdown(context)) => Some(ended),
        () = stopped.wait() => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            Pin::new(&mut connection).graceful_shutdown();
            std::future::poll_fn(|context| connection.poll_without_shutdown(context)).await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(peer = %peer.0, %error, "a connection ended with an error");
    }
    tokio::select! {
        () = close(connection.into_parts().io.into_inner().into_inner().into_inner()) => {}
        // A peer that keeps an idle connection does not hold up the stop.
        () = async { stopped.wait().await; tokio::time::sleep(STOPPING_TIME).await } => {}
    }
}

/// Closes TLS, then the socket, in a way that the last answer arrives.
async fn close(mut secure: TlsStream<TcpStream>) {
    use tokio::io::AsyncWriteExt as _;
    let goodbye = async {
        let (_, tls) = secure.get_mut();
        tls.send_close_notify();
        secure.flush().await
    };
    if matches!(timeout(CLOSING_TIME, goodbye).await, Ok(Ok(()))) {
        let (stream, _) = secure.into_inner();
        closing::finish(stream, &[], CLOSING_BYTES, CLOSING_TIME).await;
    }
}
