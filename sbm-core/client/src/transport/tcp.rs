//! TCP that can be ended from another thread: while it connects, and while it waits for bytes.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sbm_core::code::Code;
use socket2::{Domain, Protocol, Socket, Type};
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport as Wire};

use super::TransportError;
use super::cancel::{Cancel, Watched};
use super::tunnel::other;
use crate::log::{Journal, Level};
use crate::proxy::Proxy;

/// The first and the longest pause between two looks at a connection that is being made.
const LOOKS: (Duration, Duration) = (Duration::from_micros(100), Duration::from_millis(10));

/// Makes TCP connections.
pub(super) struct TcpConnector {
    limit: Duration,
    cancel: Arc<Cancel>,
    proxy: Option<Proxy>,
    journal: Journal,
}

impl TcpConnector {
    /// Each in that time at most, over all addresses of a name; to the proxy, if there is one.
    pub(super) const fn new(limit: Duration, cancel: Arc<Cancel>, proxy: Option<Proxy>, journal: Journal) -> Self {
        Self { limit, cancel, proxy, journal }
    }

    /// Whom it connects to, for messages.
    fn place(&self, details: &ConnectionDetails<'_>) -> String {
        match &self.proxy {
            Some(proxy) => format!("the proxy `{}`", proxy.authority()),
            None => format!("`{}`", details.uri.authority().map_or("", ureq::http::uri::Authority::as_str)),
        }
    }

    /// Why there is no connection, to the proxy by its name.
    fn blame(&self, error: ureq::Error) -> ureq::Error {
        let (Some(proxy), ureq::Error::Io(io)) = (&self.proxy, &error) else { return error };
        let (code, what) = match io.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => (Code::TimedOut, "did not answer in time".to_owned()),
            _ => (Code::Unreachable, format!("cannot be reached: {io}")),
        };
        other(TransportError::new(
            code,
            format!("the proxy `{}` {what}; is it running, and is it the right one?", proxy.authority()),
        ))
    }

    fn open(&self, addresses: &[SocketAddr], limit: Duration) -> Result<TcpStream, ureq::Error> {
        let deadline = Instant::now() + limit;
        let mut last = io::Error::from(io::ErrorKind::ConnectionRefused);
        for (at, address) in addresses.iter().enumerate() {
            let left = deadline.saturating_duration_since(Instant::now());
            // One address of a name that does not answer leaves half of the time to the others.
            let share = if at + 1 < addresses.len() { left / 2 } else { left };
            match self.open_one(*address, share) {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error,
            }
            if self.cancel.is_over_here() {
                break;
            }
        }
        Err(ureq::Error::Io(last))
    }

    /// The operating system connects; meanwhile this thread looks, at first often, whether it is done or is to be ended.
    fn open_one(&self, address: SocketAddr, limit: Duration) -> io::Result<TcpStream> {
        let begun = Instant::now();
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        socket.set_nonblocking(true)?;
        match socket.connect(&address.into()) {
            Err(error) if !is_under_way(&error) => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut pause = LOOKS.0;
        while !is_connected(&socket)? {
            if self.cancel.is_over_here() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.cancel.pause(pause.min(left));
            pause = (pause * 2).min(LOOKS.1);
        }
        socket.set_nonblocking(false)?;
        socket.set_tcp_nodelay(true)?;
        Ok(socket.into())
    }
}

fn is_connected(socket: &Socket) -> io::Result<bool> {
    if let Some(error) = socket.take_error()? {
        return Err(error);
    }
    Ok(socket.peer_addr().is_ok())
}

fn is_under_way(error: &io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::EINPROGRESS) {
        return true;
    }
    error.kind() == io::ErrorKind::WouldBlock
}

impl Connector for TcpConnector {
    type Out = TcpWire;

    fn connect(&self, details: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<TcpWire>, ureq::Error> {
        let limit = details.timeout.not_zero().map_or(self.limit, |left| self.limit.min(*left));
        let begun = Instant::now();
        let addresses: Vec<SocketAddr> = details.addrs.iter().copied().collect();
        self.journal.note(Level::Debug, || format!("connecting to {}", self.place(details)));
        let stream = self.open(&addresses, limit).map_err(|error| self.blame(error))?;
        let watched = self.cancel.watch(&stream)?;
        if self.cancel.is_over_here() {
            return Err(ureq::Error::Io(io::ErrorKind::Interrupted.into()));
        }
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(TcpWire { stream, buffers, begun, _watched: watched }))
    }
}

impl fmt::Debug for TcpConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TcpConnector")
    }
}

/// A TCP connection.
pub(super) struct TcpWire {
    stream: TcpStream,
    buffers: LazyBuffers,
    /// When it began to be made.
    begun: Instant,
    _watched: Watched,
}

impl TcpWire {
    /// How long it took until now.
    pub(super) fn age(&self) -> Duration {
        self.begun.elapsed()
    }
}

impl Wire for TcpWire {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.stream.set_write_timeout(timeout.not_zero().map(|left| *left))?;
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream.write_all(output).map_err(|error| timed(error, timeout))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.stream.set_read_timeout(timeout.not_zero().map(|left| *left))?;
        let amount = loop {
            match self.stream.read(self.buffers.input_append_buf()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read.map_err(|error| timed(error, timeout))?,
            }
        };
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        // On a connection that waits for its next request nothing comes in: neither bytes nor an end.
        let quiet = self.stream.set_nonblocking(true).and_then(|()| self.stream.peek(&mut [0]));
        let is_quiet = quiet.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        is_quiet && self.stream.set_nonblocking(false).is_ok()
    }
}

impl fmt::Debug for TcpWire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TcpWire")
    }
}

/// A socket says "would block" when its time is over.
fn timed(error: io::Error, timeout: NextTimeout) -> ureq::Error {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => ureq::Error::Timeout(timeout.reason),
        _ => ureq::Error::Io(error),
    }
}
