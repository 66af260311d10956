//! The connection string `sbm://host:port#ca-sha256=…`, which a person confirms once (RUN-4).

use alloc::string::{String, ToString as _};
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::code::Code;
use crate::id::Hash;
use crate::wire::DEFAULT_PORT;

/// Where a server is, and which CA its certificate comes from.
///
/// # Security
///
/// Without a pin the system's roots vouch for the server; there is no trust on first use.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionString {
    /// A host name or an IP address; an IPv6 address stands in brackets.
    pub host: String,
    /// The port, 8100 where none is given.
    pub port: u16,
    /// The SHA-256 of the CA's certificate.
    pub ca: Option<Hash>,
}

impl ConnectionString {
    /// The host as it stands in a URL and a `Host` header, with the port.
    #[must_use]
    pub fn authority(&self) -> String {
        alloc::format!("{}:{}", self.host, self.port)
    }

    /// The host without the brackets of an IPv6 address.
    #[must_use]
    pub fn bare_host(&self) -> &str {
        self.host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(&self.host)
    }
}

impl FromStr for ConnectionString {
    type Err = Code;

    fn from_str(text: &str) -> Result<Self, Code> {
        let rest = text.strip_prefix("sbm://").ok_or(Code::BadConnectionString)?;
        let (place, pin) = match rest.split_once('#') {
            Some((place, pin)) => (place, Some(pin)),
            None => (rest, None),
        };
        let place = place.strip_suffix('/').unwrap_or(place);
        let (host, port) = split_port(place)?;
        let ca = match pin {
            Some(pin) => {
                Some(pin.strip_prefix("ca-sha256=").and_then(|hash| hash.parse().ok()).ok_or(Code::BadConnectionString)?)
            }
            None => None,
        };
        Ok(Self { host: host.to_string(), port, ca })
    }
}

fn split_port(place: &str) -> Result<(&str, u16), Code> {
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (place, None),
    };
    let port = match port {
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok().filter(|port| *port > 0),
        Some(_) => None,
        None => Some(DEFAULT_PORT),
    };
    let port = port.ok_or(Code::BadConnectionString)?;
    if is_host(host) { Ok((host, port)) } else { Err(Code::BadConnectionString) }
}

fn is_host(host: &str) -> bool {
    match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').is_some_and(|inner| inner.parse::<core::net::Ipv6Addr>().is_ok()),
        None => {
            !host.is_empty()
                && host.len() <= 253
                && !host.starts_with(['-', '.'])
                && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
        }
    }
}

impl fmt::Display for ConnectionString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sbm://{}:{}", self.host, self.port)?;
        match &self.ca {
            Some(hash) => write!(f, "#ca-sha256={hash}"),
            None => Ok(()),
        }
    }
}

impl Serialize for ConnectionString {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ConnectionString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom("not of the form sbm://host:port#ca-sha256=…"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_string_is_read_and_written_run_4() {
        let pin = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        for (text, host, port) in [
            ("sbm://backup.example:8100", "backup.example", 8100),
            ("sbm://backup.example", "backup.example", 8100),
            ("sbm://10.0.0.1:9000/", "10.0.0.1", 9000),
            ("sbm://[::1]:8100", "[::1]", 8100),
            ("sbm://[::1]", "[::1]", 8100),
        ] {
            let read: ConnectionString = text.parse().unwrap();
            assert_eq!((read.host.as_str(), read.port, read.ca), (host, port, None), "{text}");
            let pinned: ConnectionString = alloc::format!("{text}#ca-sha256={pin}").parse().unwrap();
            assert_eq!(pinned.to_string().parse(), Ok(pinned));
        }
    }

    #[test]
    fn other_forms_are_refused_run_4() {
        for text in [
            "",
            "backup.example:8100",
            "https://backup.example",
            "sbm://",
            "sbm://:8100",
            "sbm://a:0",
            "sbm://a:65536",
            "sbm://a:+1",
            "sbm://a b",
            "sbm://user@a",
            "sbm://a/path",
            "sbm://::1:8100",
            "sbm://[::1",
            "sbm://[zz]:1",
            "sbm://-a",
            "sbm://a#sha256=00",
            "sbm://a#ca-sha256=00",
            "sbm://a#",
            "sbm://a?x=1",
            " sbm://a",
            "SBM://a",
        ] {
            assert_eq!(text.parse::<ConnectionString>(), Err(Code::BadConnectionString), "{text:?}");
        }
    }
}
