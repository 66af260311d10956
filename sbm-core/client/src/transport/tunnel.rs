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
        let output = wire.buffers().output();
        let Some(place) = output.get_mut(..request.len()) else {
            return Err(failed(format!("the request to the proxy `{}` is too long", proxy.authority())));
        };
        place.copy_from_slice(request.as_bytes());
        wire.transmit_output(request.len(), self.left(details, wire))?;
        // What was sent may hold a password.
        wire.buffers().output().iter_mut().take(request.len()).for_each(|byte| *byte = 0);
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

fn request(proxy: &Proxy, target: &str) -> String {
    let credentials = proxy.credentials().map(|secret| format!("Proxy-Authorization: Basic {}\r\n", secret.reveal()));
    let program = concat!("sbm/", env!("CARGO_PKG_VERSION"));
    let credentials = credentials.unwrap_or_default();
    format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nUser-Agent: {program}\r\n{credentials}\r\n")
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
    use super::*;

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
