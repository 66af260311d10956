//! A way that the test can cut: what is sent to its port goes on to the first of some other ports that takes it.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::process::random;

/// What the way does at the moment.
#[derive(Clone, Copy, Debug, Default)]
struct Now {
    /// Nothing that is sent arrives.
    stalls: bool,
    /// Nobody gets through.
    refuses: bool,
    /// How often all connections were cut.
    cuts: u64,
    /// Connections do not last: whoever uses them moves on.
    restless: bool,
}

/// A port of the test's own.
#[derive(Debug)]
pub struct Way {
    /// Its number, on 127.0.0.1.
    pub port: u16,
    now: watch::Sender<Now>,
    _runtime: Runtime,
}

impl Way {
    /// A way to one of these ports, another one each time.
    #[must_use]
    pub fn to(targets: Vec<u16>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let (port, (now, seen)) = (listener.local_addr().unwrap().port(), watch::channel(Now::default()));
        let (targets, next) = (Arc::new(targets), Arc::new(AtomicUsize::new(0)));
        runtime.spawn(async move {
            while let Ok((from, _)) = listener.accept().await {
                let (targets, next, seen) = (Arc::clone(&targets), Arc::clone(&next), seen.clone());
                tokio::spawn(async move {
                    let life = Duration::from_millis(if seen.borrow().restless {
                        300 + u64::from(random(3_000))
                    } else {
                        u64::MAX >> 20
                    });
                    let carried = carry(from, &targets, next.fetch_add(1, Ordering::AcqRel), seen);
                    drop(tokio::time::timeout(life, carried).await);
                });
            }
        });
        Self { port, now, _runtime: runtime }
    }

    /// Cuts all connections, and lets nobody through until it flows.
    pub fn cut(&self) {
        self.now.send_modify(|now| *now = Now { refuses: true, stalls: false, cuts: now.cuts + 1, ..*now });
    }

    /// Keeps connections, but nothing arrives until it flows.
    pub fn stall(&self) {
        self.now.send_modify(|now| now.stalls = true);
    }

    /// From now on connections do not last.
    pub fn be_restless(&self) {
        self.now.send_modify(|now| now.restless = true);
    }

    /// All is well again. What stalled arrives.
    pub fn flow(&self) {
        self.now.send_modify(|now| *now = Now { refuses: false, stalls: false, ..*now });
    }
}

async fn carry(from: TcpStream, targets: &[u16], first: usize, mut seen: watch::Receiver<Now>) {
    let Now { refuses, cuts, .. } = *seen.borrow_and_update();
    if refuses {
        return;
    }
    for at in 0..targets.len() {
        let Some(target) = targets.get((first + at) % targets.len()) else { continue };
        let Ok(to) = TcpStream::connect((Ipv4Addr::LOCALHOST, *target)).await else { continue };
        drop((from.set_nodelay(true), to.set_nodelay(true)));
        let ((from_read, from_write), (to_read, to_write)) = (from.into_split(), to.into_split());
        tokio::select! {
            () = pump(from_read, to_write, seen.clone()) => {}
            () = pump(to_read, from_write, seen.clone()) => {}
            _ = seen.wait_for(|now| now.cuts != cuts) => {}
        }
        return;
    }
}

async fn pump(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, mut seen: watch::Receiver<Now>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if seen.wait_for(|now| !now.stalls).await.is_err() || to.write_all(buffer.get(..length).unwrap()).await.is_err() {
            return;
        }
    }
}
