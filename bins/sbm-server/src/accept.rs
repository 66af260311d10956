//! How connections get in: our own loop, since `axum::serve` has no header timeout (DESIGN 3.9).
//!
//! 1. The peer's address is looked at before anything else, TLS included (NET-1, NET-8): who is not admitted gets the
//!    alert `access_denied` in plain bytes, and a bounded close. Loopback always passes (NET-7), and so does a trusted
//!    proxy, whose clients are looked at one by one. Whoever only a name can admit waits for it in a task of its own.
//! 2. Then the caps on connections, in all and per address (of IPv6 per /64); one more is closed at once. A trusted proxy has no cap of its
//!    own: it speaks for many.
//! 3. Then the first byte: whoever speaks plain HTTP gets one fixed answer that names the https address (RUN-1).
//! 4. Then the TLS handshake, the head of each request, the requests themselves, and the answers on their way, each within
//!    its time.
//! 5. A connection is a task of its own: what goes wrong in it, a panic too, never reaches the loop (ERR-2).
//! 6. When told to stop, the loop takes no more connections, lets running requests end within a deadline, and goes.

mod bare;
mod closing;
mod connection;
mod count;
pub mod descriptors;
pub mod door;
mod progress;

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::config::Limits;
pub use door::{Admission, Door, Gate, Judgement};

use count::{Connections, Place};

/// The most bytes of a request's head. The HTTP library gives up when so many have come without its end; one that comes at
/// once and is larger is refused at the gate.
pub(crate) const MOST_HEAD_BYTES: usize = 32 * 1024;
/// So many refused peers are closed politely at once; one more is dropped.
const POLITE_CLOSES: usize = 256;
/// How long to wait when the operating system has no more sockets to give.
const OUT_OF_SOCKETS: Duration = Duration::from_millis(50);

/// Where a connection comes from, IPv4 in IPv6 mapped to IPv4: an extension of every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddr(pub IpAddr);

/// Whom a trusted proxy passed the connection on for, by the PROXY protocol: an extension of every request on it (NET-8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassedFor(pub IpAddr);

/// Ports that are open but not served yet.
#[derive(Debug)]
pub struct Listeners(Vec<TcpListener>);

/// What connections are served with.
#[derive(Clone)]
pub struct Serving {
    /// The certificate and what goes with it.
    pub tls: Arc<ServerConfig>,
    /// Who is admitted.
    pub door: Door,
    /// What answers requests.
    pub router: Router,
    /// How many connections, and how long things may take.
    pub limits: Limits,
    /// The name that plain HTTP is pointed to: the first of the setting `names`, else `localhost`.
    pub name: String,
}

impl fmt::Debug for Serving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serving").field("limits", &self.limits).field("name", &self.name).finish_non_exhaustive()
    }
}

impl Listeners {
    /// Opens the ports; all or none.
    ///
    /// # Errors
    ///
    /// The operating system's, with the address in the text.
    pub async fn bind(addresses: &[SocketAddr]) -> io::Result<Self> {
        let mut listeners = Vec::new();
        for address in addresses {
            let named = |error: io::Error| io::Error::new(error.kind(), format!("cannot listen on `{address}`: {error}"));
            listeners.push(TcpListener::bind(address).await.map_err(named)?);
        }
        Ok(Self(listeners))
    }

    /// The addresses as they are, with the ports that were given for port 0.
    #[must_use]
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.0.iter().filter_map(|listener| listener.local_addr().ok()).collect()
    }

    /// Serves until `stop` is ready, then lets running requests end within `limits.stop`.
    pub async fn serve(self, serving: Serving, stop: impl Future<Output = ()>) {
        let (stopping, stopped) = watch::channel(false);
        let grace = serving.limits.stop;
        let shared = Arc::new(Shared {
            connections: Connections::new(serving.limits.connections, serving.limits.connections_per_address),
            polite: Arc::new(Semaphore::new(POLITE_CLOSES)),
            serving,
            stopped: Stopped(stopped),
        });
        let mut loops = JoinSet::new();
        for listener in self.0 {
            loops.spawn(accept_all(listener, Arc::clone(&shared)));
        }
        stop.await;
        let _ = stopping.send(true);
        let ended = async {
            while loops.join_next().await.is_some() {}
            shared.connections.all_gone().await;
        };
        if tokio::time::timeout(grace, ended).await.is_err() {
            tracing::warn!(connections = shared.connections.len(), "stopped before every request had ended");
        }
    }
}

/// What all connections share.
struct Shared {
    serving: Serving,
    connections: Connections,
    polite: Arc<Semaphore>,
    stopped: Stopped,
}

/// Tells that the server stops.
#[derive(Clone)]
struct Stopped(watch::Receiver<bool>);

impl Stopped {
    /// Waits until it does, or until nobody is left who could say so.
    async fn wait(&mut self) {
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }
}

async fn accept_all(listener: TcpListener, shared: Arc<Shared>) {
    let mut stopped = shared.stopped.clone();
    loop {
        tokio::select! {
            biased;
            () = stopped.wait() => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => admit(stream, peer.ip().to_canonical(), &shared),
                // A peer that went away meanwhile is its own affair; a lack of sockets passes.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(OUT_OF_SOCKETS).await;
                }
            },
        }
    }
}

/// Decides what becomes of a connection, without waiting.
fn admit(stream: TcpStream, peer: IpAddr, shared: &Arc<Shared>) {
    let door = &shared.serving.door;
    let is_proxy = door.proxies().trusts(peer);
    let judged = if is_proxy { Judgement::Admitted } else { door.judge(peer, false) };
    if judged == Judgement::Refused {
        return refuse(stream, peer, shared);
    }
    let Some(place) = shared.connections.enter((!is_proxy).then_some(peer)) else {
        tracing::debug!(%peer, "closed: too many connections");
        return;
    };
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        if judged == Judgement::AskName && shared.serving.door.admit(peer, false).await.is_none() {
            // The place is given back first: who is refused takes none.
            drop(place);
            return refuse(stream, peer, &shared);
        }
        connection::serve(stream, PeerAddr(peer), place, &shared).await;
    });
}

/// Refuses a peer, politely if there is room for that.
fn refuse(stream: TcpStream, peer: IpAddr, shared: &Arc<Shared>) {
    tracing::debug!(%peer, "refused: the address is not on the allowlist");
    if let Ok(room) = Arc::clone(&shared.polite).try_acquire_owned() {
        tokio::spawn(async move {
            closing::refuse(stream).await;
            drop(room);
        });
    }
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
