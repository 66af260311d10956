//! Proxies in front of the server, and whom they speak for (NET-8).
//!
//! 1. Trusted is who stands in the setting `proxies.trusted`, and nobody by default. Everybody is not allowed there.
//! 2. The client is the right-most address of the one configured header that is not trusted itself: what stands left of
//!    it was written by the client, or by whoever it likes. If all are trusted, the left-most is the client.
//! 3. A header that cannot be read as a whole is refused, and so is one that names no address where the client must stand.
//! 4. From a trusted proxy the other forwarding headers are ignored where the configured one is there; where it is
//!    missing they are refused, since something else is set up than the setting says.
//! 5. From everybody else every forwarding header, known by what it has in its name, is refused: he is behind a proxy that
//!    nobody told the server of, or lies.
//! 6. With `proxies.protocol = "v2"` a trusted proxy begins each connection with a PROXY header of version 2, whatever its
//!    address is. The header of requests still counts where the address that PROXY names is a trusted proxy too.
//! 7. An address that is named as a proxy is never this machine, loopback or not: where it does not say for whom it speaks,
//!    it may speak for anybody. Programs of this machine come from another address than its proxy.

pub mod forwarded;
pub mod protocol;

use std::net::IpAddr;

use axum::http::HeaderMap;
use sbm_core::allowlist::{IpPattern, Matcher, Rule};

pub use forwarded::{ForwardedHeader, Unclear};

/// What a header has in its name with which a proxy tells whom it speaks for. There are too many such headers for a list:
/// every maker has his own.
const FORWARDING: &[&str] = &[
    "forwarded",
    "forward-for",
    "client-ip",
    "clientip",
    "connecting-ip",
    "real-ip",
    "remote-addr",
    "remote-ip",
    "user-ip",
    "source-ip",
    "socketip",
    "originating-ip",
    "external-address",
];
/// Headers that a proxy adds without saying for whom: RFC 9110 and RFC 8586.
const PASSED_ON: &[&str] = &["via", "cdn-loop"];

/// The configured proxies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    trusted: Matcher,
    header: ForwardedHeader,
    protocol: bool,
}

impl Proxies {
    /// These proxies, which speak by this header, and by PROXY v2 if `protocol` says so.
    #[must_use]
    pub fn new(trusted: &[IpPattern], header: ForwardedHeader, protocol: bool) -> Self {
        Self { trusted: Matcher::new(trusted.iter().copied().map(Rule::from)), header, protocol }
    }

    /// Whether this address is a trusted proxy.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.admits(address)
    }

    /// Whether trusted proxies begin their connections with a PROXY header.
    #[must_use]
    pub const fn speak_protocol(&self) -> bool {
        self.protocol
    }

    /// The header by which they tell whom they speak for.
    #[must_use]
    pub const fn header(&self) -> ForwardedHeader {
        self.header
    }

    /// Whom a trusted proxy speaks for with this request; nobody, if it speaks for itself.
    ///
    /// # Errors
    ///
    /// [`Unclear`] when the header cannot be read or names nobody, or another one stands there.
    pub fn client(&self, headers: &HeaderMap) -> Result<Option<IpAddr>, Unclear> {
        if headers.contains_key(self.header.name()) {
            return self.header.client(headers, |address| self.trusts(address)).map(Some);
        }
        match forwarding_header(headers) {
            Some(other) => Err(Unclear::OtherHeader(other.to_owned())),
            None => Ok(None),
        }
    }
}

/// A header of the request that says that a proxy is in between. In its name `_` counts as `-`, as it does for programs
/// that read headers from their environment.
#[must_use]
pub fn forwarding_header(headers: &HeaderMap) -> Option<&str> {
    headers.keys().map(axum::http::HeaderName::as_str).find(|name| {
        PASSED_ON.iter().any(|whole| spelt_alike(name.as_bytes(), whole))
            || FORWARDING.iter().any(|part| name.as_bytes().windows(part.len()).any(|found| spelt_alike(found, part)))
    })
}

/// Whether a part of a header's name, in small letters, is this word.
fn spelt_alike(found: &[u8], word: &str) -> bool {
    let plain = found.iter().map(|byte| if *byte == b'_' { b'-' } else { *byte });
    plain.eq(word.bytes())
}

#[cfg(test)]
mod tests;
