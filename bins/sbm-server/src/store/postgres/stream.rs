//! The way to the database: sockets that notice when it is gone, and that take no more than there is room for.

use std::io;
use std::net::ToSocketAddrs as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::config::HostName;
use crate::store::url::PostgresHost;

/// After that long without a word from a machine it is asked whether it is still there, and so often again.
const ASK_AFTER: Duration = Duration::from_secs(2);
const ASK_EVERY: Duration = Duration::from_secs(1);
/// A machine that does not even take what is sent to it for so long is gone.
#[cfg(target_os = "linux")]
const GONE_AFTER: Duration = Duration::from_secs(5);

/// What may come before anybody took a row of it: more than the largest row, and less than a machine's memory.
const MOST: usize = 256 * 1024 * 1024;

/// A socket of either kind.
pub(super) trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Socket for S {}

/// How much may still come.
#[derive(Clone, Debug, Default)]
pub(super) struct Room(Arc<AtomicUsize>);

impl Room {
    /// What came was taken; as much may come again.
    pub(super) fn renew(&self) {
        self.0.store(MOST, Ordering::Relaxed);
    }
}

/// A socket that stops when more comes than there is room for: an answer is input, whoever sends it.
pub(super) struct Bounded {
    socket: Box<dyn Socket>,
    room: Room,
}

impl Bounded {
    pub(super) fn new(socket: Box<dyn Socket>, room: Room) -> Self {
        room.renew();
        Self { socket, room }
    }
}

/// Connects to a place; a name with several addresses is tried at each.
pub(super) async fn reach(host: &PostgresHost) -> io::Result<Box<dyn Socket>> {
    match host {
        PostgresHost::Tcp { host: HostName::Address(address), port } => Ok(Box::new(tcp((*address, *port).into()).await?)),
        PostgresHost::Tcp { host: HostName::Name(name), port } => {
            let place = (name.clone(), *port);
            let found = tokio::task::spawn_blocking(move || place.to_socket_addrs()).await.map_err(io::Error::other)??;
            let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
            for address in found {
                match tcp(address).await {
                    Ok(socket) => return Ok(Box::new(socket)),
                    Err(error) => last = error,
                }
            }
            Err(last)
        }
        #[cfg(unix)]
        PostgresHost::Unix { directory, port } => {
            Ok(Box::new(tokio::net::UnixStream::connect(directory.join(format!(".s.PGSQL.{port}"))).await?))
        }
        #[cfg(not(unix))]
        PostgresHost::Unix { .. } => Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no unix sockets")),
    }
}

async fn tcp(address: std::net::SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let socket = SockRef::from(&stream);
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(ASK_AFTER).with_interval(ASK_EVERY))?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(GONE_AFTER))?;
    Ok(stream)
}

impl AsyncRead for Bounded {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = out.filled().len();
        let read = Pin::new(&mut self.socket).poll_read(cx, out);
        let came = out.filled().len().saturating_sub(before);
        let left = self.room.0.load(Ordering::Relaxed);
        if came > left {
            return Poll::Ready(Err(io::Error::other("it sends more at once than any answer is long")));
        }
        self.room.0.store(left - came, Ordering::Relaxed);
        read
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
