//! A tunnel through an HTTP proxy: `CONNECT`, and then the connection is the server's (RUN-4).
//!
//! 1. The proxy's name is looked up here, the server's by the proxy. What goes through is TLS to the server, verified as
//!    without a proxy: it can break a connection off, and neither read it nor speak for the server.
//! 2. Its answer has a bound, in bytes and in time. What it sends behind the answer is what TLS reads next: a server may
//!    speak first (NET-1), and anything else ends there.
//! 3. Whatever the proxy does or says, the server was not reached: that is no refusal (OFF-2).

use std::fmt;
use std::time::Duration;

use sbm_core::code::Code;
use ureq::unversioned::transport::{ConnectionDetails, Connector, NextTimeout, Transport as Wire};
use zeroize::{Zeroize as _, Zeroizing};

use super::TransportError;
use super::tcp::TcpWire;
use crate::log::{Journal, Level};
use crate::proxy::Proxy;

/// The most bytes of a proxy's answer, up to the empty line.
const MAX_HEAD: usize = 16 * 1024;

/// Asks a proxy for a way to the server, if there is a proxy.
pub(super) struct TunnelConnector {
    proxy: Option<Proxy>,
    limit: Duration,
    journal: Journal,
}

impl TunnelConnector {
    /// A tunnel is made within that time, from the beginning of the connection.
    pub(super) const fn new(proxy: Option<Proxy>, limit: Duration, journal: Journal) -> Self {
        Self { proxy, limit, journal }
    }

    fn dig(&self, proxy: &Proxy, details: &ConnectionDetails<'_>, wire: &mut TcpWire) -> Result<(), ureq::Error> {
        let target = target(details);
        let request = request(proxy, &target);
        let left = self.left(details, wire);
        send(wire, &request, left, proxy)?;
        loop {
            let input = wire.buffers().input();
            if let Some(end) = end_of_head(input) {
                let status = status(input.get(..end).unwrap_or_default());
                wire.buffers().input_consume(end);
                return self.judge(proxy, &target, status);
            }
            if input.len() > MAX_HEAD {
                return Err(failed(format!("the answer of the proxy `{}` has no end", proxy.authority())));
            }
            let left = self.left(details, wire);
            if left.after.is_zero() {
                return Err(late(proxy));
            }
            match wire.await_input(left) {
                Ok(true) => {}
                Ok(false) => {
                    return Err(failed(format!("the proxy `{}` closed the connection without an answer", proxy.authority())));
                }
                Err(ureq::Error::Timeout(_)) => return Err(late(proxy)),
                Err(error) => {
                    return Err(failed(format!("the connection to the proxy `{}` broke off: {error}", proxy.authority())));
                }
            }
        }
    }

    fn judge(&self, proxy: &Proxy, target: &str, status: Option<u16>) -> Result<(), ureq::Error> {
        let place = proxy.authority();
        match status {
            Some(200..=299) => {
                self.journal.note(Level::Debug, || format!("the proxy `{place}` connected to `{target}`"));
                Ok(())
            }
            Some(407) if proxy.credentials().is_some() => {
                Err(failed(format!("the proxy `{place}` does not accept its user name or password; correct them in its address")))
            }
            Some(407) => Err(failed(format!(
                "the proxy `{place}` asks for a user name and a password; give them in its address, as in http://user:password@{place}"
            ))),
            Some(status) => Err(failed(format!(
                "the proxy `{place}` answered with status `{status}` and does not connect to `{target}`; its administrator can allow it"
            ))),
            None => Err(failed(format!("what answers at `{place}` is not an HTTP proxy"))),
        }
    }

    /// What is left of the time until there must be a connection.
    fn left(&self, details: &ConnectionDetails<'_>, wire: &TcpWire) -> NextTimeout {
        let mut timeout = details.timeout;
        let limit = timeout.not_zero().map_or(self.limit, |whole| self.limit.min(*whole));
        timeout.after = limit.saturating_sub(wire.age()).into();
        timeout
    }
}

impl Connector<TcpWire> for TunnelConnector {
    type Out = TcpWire;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<TcpWire>) -> Result<Option<TcpWire>, ureq::Error> {
        match (&self.proxy, chained) {
            (Some(proxy), Some(mut wire)) => {
                self.dig(proxy, details, &mut wire)?;
                Ok(Some(wire))
            }
            (_, chained) => Ok(chained),
        }
    }
}

impl fmt::Debug for TunnelConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TunnelConnector")
    }
}

/// The server as the proxy is to call it.
fn target(details: &ConnectionDetails<'_>) -> String {
    let port = details.uri.port_u16().unwrap_or(sbm_core::wire::DEFAULT_PORT);
    format!("{}:{port}", details.uri.host().unwrap_or_default())
}

/// With the proxy's password where it has one, so it is wiped when it is dropped; nor does it grow, which would leave a part
/// of it behind.
fn request(proxy: &Proxy, target: &str) -> Zeroizing<String> {
    let program = concat!("sbm/", env!("CARGO_PKG_VERSION"));
    let secret = proxy.credentials().map(|secret| secret.reveal()).unwrap_or_default();
    let parts: [&str; 10] = [
        "CONNECT ",
        target,
        " HTTP/1.1\r\nHost: ",
        target,
        "\r\nUser-Agent: ",
        program,
        if secret.is_empty() { "" } else { "\r\nProxy-Authorization: Basic " },
        secret,
        "\r\n",
        "\r\n",
    ];
    let mut request = Zeroizing::new(String::with_capacity(parts.iter().map(|part| part.len()).sum()));
    parts.iter().for_each(|part| request.push_str(part));
    request
}

/// Sends what may hold a password, and leaves nothing of it in the buffer, also where it could not be sent.
fn send(wire: &mut impl Wire, request: &str, left: NextTimeout, proxy: &Proxy) -> Result<(), ureq::Error> {
    let Some(place) = wire.buffers().output().get_mut(..request.len()) else {
        return Err(failed(format!("the request to the proxy `{}` is too long", proxy.authority())));
    };
    place.copy_from_slice(request.as_bytes());
    let sent = wire.transmit_output(request.len(), left);
    wire.buffers().output().zeroize();
    sent
}

/// Where the head of an answer ends: behind its empty line.
fn end_of_head(input: &[u8]) -> Option<usize> {
    let shown = input.get(..MAX_HEAD.min(input.len()))?;
    shown.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

/// The number in `HTTP/1.1 200 Connection established`.
fn status(head: &[u8]) -> Option<u16> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let rest = line.strip_prefix(b"HTTP/1.0 ").or_else(|| line.strip_prefix(b"HTTP/1.1 "))?;
    let (digits, behind) = rest.split_at_checked(3)?;
    let is_number = digits.iter().all(u8::is_ascii_digit) && behind.first().is_none_or(|byte| *byte == b' ');
    std::str::from_utf8(digits).ok().filter(|_| is_number)?.parse().ok()
}

fn late(proxy: &Proxy) -> ureq::Error {
    let message = format!("the proxy `{}` did not answer in time; try again later", proxy.authority());
    other(TransportError::new(Code::TimedOut, message))
}

fn failed(message: String) -> ureq::Error {
    other(TransportError::new(Code::Unreachable, message))
}

/// Our own error on its way through the HTTP library.
pub(super) fn other(error: TransportError) -> ureq::Error {
    ureq::Error::Other(Box::new(error))
}

#[cfg(test)]
mod tests {
    use std::io;

    use ureq::unversioned::transport::time;
    use ureq::unversioned::transport::{Buffers, LazyBuffers};

    use super::*;

    /// A connection that breaks off before anything is sent, or takes it all.
    #[derive(Debug)]
    struct Fake {
        buffers: LazyBuffers,
        breaks: bool,
        sent: Vec<u8>,
    }

    impl Wire for Fake {
        fn buffers(&mut self) -> &mut dyn Buffers {
            &mut self.buffers
        }

        fn transmit_output(&mut self, amount: usize, _timeout: NextTimeout) -> Result<(), ureq::Error> {
            self.sent = self.buffers.output()[..amount].to_vec();
            if self.breaks { Err(io::Error::from(io::ErrorKind::BrokenPipe).into()) } else { Ok(()) }
        }

        fn await_input(&mut self, _timeout: NextTimeout) -> Result<bool, ureq::Error> {
            Ok(false)
        }

        fn is_open(&mut self) -> bool {
            true
        }
    }

    #[test]
    fn the_password_for_a_proxy_does_not_stay_in_the_buffer_sent_or_not_err_5() {
        let proxy: Proxy = "http://carol:secret@127.0.0.1:3128".parse().unwrap();
        let request = request(&proxy, "backup.example:8100");
        assert_eq!(request.capacity(), request.len(), "it grew, and left a part of itself behind");
        let version = env!("CARGO_PKG_VERSION");
        let expected = format!(
            "CONNECT backup.example:8100 HTTP/1.1\r\nHost: backup.example:8100\r\nUser-Agent: sbm/{version}\r\n\
             Proxy-Authorization: Basic Y2Fyb2w6c2VjcmV0\r\n\r\n"
        );
        assert_eq!(*request, expected);
        let left =
            NextTimeout { after: time::Duration::from_secs(1), reason: ureq::Timeout::Connect, per_read: None, per_write: None };
        for breaks in [false, true] {
            let mut wire = Fake { buffers: LazyBuffers::new(1024, 1024), breaks, sent: Vec::new() };
            assert_eq!(send(&mut wire, &request, left, &proxy).is_err(), breaks);
            assert_eq!(wire.sent, expected.as_bytes());
            assert!(wire.buffers.output().iter().all(|byte| *byte == 0), "sent: {}", !breaks);
        }
        let mut small = Fake { buffers: LazyBuffers::new(16, 16), breaks: false, sent: Vec::new() };
        assert!(send(&mut small, &request, left, &proxy).is_err() && small.sent.is_empty());
    }

    #[test]
    fn a_proxy_without_a_password_is_asked_without_one_run_4() {
        let proxy: Proxy = "http://127.0.0.1:3128".parse().unwrap();
        let version = env!("CARGO_PKG_VERSION");
        let expected = format!("CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\nUser-Agent: sbm/{version}\r\n\r\n");
        assert_eq!(*request(&proxy, "b:1"), expected);
    }

    #[test]
    fn an_answer_s_head_is_found_and_read_or_is_none() {
        for (text, end, number) in [
            ("HTTP/1.1 200 OK\r\n\r\nrest", Some(19), Some(200)),
            ("HTTP/1.0 407\r\nA: b\r\n\r\n", Some(22), Some(407)),
            ("HTTP/1.1 2000 OK\r\n\r\n", Some(20), None),
            ("HTTP/2 200\r\n\r\n", Some(14), None),
            ("HTTP/1.1 +20 x\r\n\r\n", Some(18), None),
            ("SSH-2.0-x\r\n\r\n", Some(13), None),
            ("HTTP/1.1 200 OK\r\n", None, Some(200)),
            ("", None, None),
        ] {
            assert_eq!((end_of_head(text.as_bytes()), status(text.as_bytes())), (end, number), "{text}");
        }
    }
}
