//! The way through an HTTP proxy, as it is written: `http://[user:password@]host:port`.
//!
//! 1. The proxy is told the server's name and port, and whatever goes through it is TLS to the server as ever: it reads
//!    nothing and changes nothing (RUN-4).
//! 2. It comes from the host program alone, never from the environment.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sbm_core::code::Code;
use sbm_core::wire::v1::session::Secret;

use crate::error::Error;

/// The most bytes of a proxy's address, credentials included.
const MAX_TEXT: usize = 2_000;

/// An HTTP proxy that is asked to `CONNECT`.
#[derive(Clone)]
pub struct Proxy {
    host: String,
    port: u16,
    /// What stands behind `Basic`.
    credentials: Option<Secret>,
}

impl Proxy {
    /// Its name or address, without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Its port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) const fn credentials(&self) -> Option<&Secret> {
        self.credentials.as_ref()
    }

    /// Where it is, as messages show it: without credentials.
    #[must_use]
    pub fn authority(&self) -> String {
        if self.host.contains(':') { format!("[{}]:{}", self.host, self.port) } else { format!("{}:{}", self.host, self.port) }
    }
}

impl FromStr for Proxy {
    type Err = Error;

    /// Reads `http://[user:password@]host:port`. In user and password `%` spells a byte by two hexadecimal digits.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`]. What was given is not repeated: it may hold a password (ERR-5).
    fn from_str(text: &str) -> Result<Self, Error> {
        parse(text).ok_or_else(|| {
            let message = "the proxy is not of the form http://[user:password@]host:port; spell `@`, `:`, `/` and `%` in user and password as %40, %3A, %2F and %25";
            Error::new(Code::InvalidArgument, message)
        })
    }
}

fn parse(text: &str) -> Option<Proxy> {
    let (scheme, rest) = text.split_once("://")?;
    if text.len() > MAX_TEXT || !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (credentials, place) = match rest.rsplit_once('@') {
        Some((credentials, place)) => (Some(self::credentials(credentials)?), place),
        None => (None, rest),
    };
    let (host, port) = place.rsplit_once(':')?;
    let port =
        Some(port).filter(|port| port.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok().filter(|port| *port != 0)?;
    Some(Proxy { host: self::host(host)?, port, credentials })
}

/// A name, an IPv4 address, or an IPv6 address in brackets.
fn host(text: &str) -> Option<String> {
    if let Some(inner) = text.strip_prefix('[') {
        let address: std::net::Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
        return Some(address.to_string());
    }
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (!text.is_empty() && text.len() <= 255 && text.bytes().all(is_name)).then(|| text.to_owned())
}

/// `user:password` as the header carries it.
fn credentials(text: &str) -> Option<Secret> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    let (user, password) = (decoded(user)?, decoded(password)?);
    let is_control = |byte: &u8| *byte < 0x20 || *byte == 0x7f;
    if user.is_empty() || user.contains(&b':') || user.iter().chain(&password).any(is_control) {
        return None;
    }
    Some(Secret::new(STANDARD.encode([user.as_slice(), b":", &password].concat())))
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?
            }
            b'/' | b'?' | b'#' | b'@' | b' ' => return None,
            byte => byte,
        });
    }
    Some(bytes)
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_read_with_and_without_credentials() {
        for (text, authority, credentials) in [
            ("http://proxy:3128", "proxy:3128", None),
            ("HTTP://10.0.0.1:8080/", "10.0.0.1:8080", None),
            ("http://[::1]:3128", "[::1]:3128", None),
            ("http://carol:violet@proxy.example:3128", "proxy.example:3128", Some("carol:violet")),
            ("http://carol@proxy:3128", "proxy:3128", Some("carol:")),
            ("http://carol:a%40b%3Ac%2F%25@proxy:3128", "proxy:3128", Some("carol:a@b:c/%")),
            ("http://carol:a:b@proxy:3128", "proxy:3128", Some("carol:a:b")),
        ] {
            let proxy: Proxy = text.parse().unwrap();
            assert_eq!(proxy.authority(), authority, "{text}");
            let told = proxy.credentials().map(|secret| String::from_utf8(STANDARD.decode(secret.reveal()).unwrap()).unwrap());
            assert_eq!(told.as_deref(), credentials, "{text}");
            assert!(!format!("{proxy:?} {proxy}").contains("violet"));
        }
    }

    #[test]
    fn what_is_no_proxy_is_refused_and_not_repeated_err_5() {
        let long = format!("http://{}:1", "a".repeat(3_000));
        for text in [
            "",
            "proxy:3128",
            "https://proxy:3128",
            "socks5://proxy:3128",
            "http://proxy",
            "http://proxy:",
            "http://proxy:0",
            "http://proxy:65536",
            "http://proxy:+80",
            "http://:3128",
            "http://proxy:3128/path",
            "http://proxy:3128?x",
            "http://violet@:3128",
            "http://a b:3128",
            "http://pro\r\nxy:3128",
            "http://carol:violet%0d%0a@proxy:1",
            "http://carol:violet%4@proxy:1",
            "http://:violet@proxy:1",
            "http://ca%3Arol:violet@proxy:1",
            "http://[::1:1",
            &long,
        ] {
            let error = text.parse::<Proxy>().unwrap_err();
            assert_eq!(error.code(), Code::InvalidArgument, "{text}");
            assert!(!error.to_string().contains("violet"), "{text}");
        }
    }
}
