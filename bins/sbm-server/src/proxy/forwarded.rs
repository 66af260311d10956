//! The header by which a proxy tells whom it speaks for: `X-Forwarded-For`, or `Forwarded` of RFC 7239.
//!
//! Addresses are read by the standard library alone. Several headers of the name count as one, in their order.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::http::HeaderMap;
use thiserror::Error;

/// More proxies than this are in no chain.
const MOST_HOPS: usize = 64;

/// The header that counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`: addresses, separated by commas.
    #[default]
    XForwardedFor,
    /// `Forwarded`: RFC 7239.
    Forwarded,
}

/// Why it cannot be told whom a proxy speaks for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unclear {
    /// The header cannot be read.
    #[error("the header `{0}` cannot be read as a list of addresses")]
    Malformed(&'static str),
    /// The header has no address where the client must stand.
    #[error("the header `{0}` hides the client's address; let the proxy write it")]
    Hidden(&'static str),
    /// The configured header is missing and this one is there.
    #[error("the proxy sends `{0}`, and the setting `proxies.header` names another header; set it to what the proxy sends")]
    OtherHeader(String),
}

impl ForwardedHeader {
    /// Both.
    pub const ALL: [Self; 2] = [Self::XForwardedFor, Self::Forwarded];

    /// Its name, in small letters.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }

    /// The right-most address that is not trusted; the left-most, if all are.
    pub(super) fn client(self, headers: &HeaderMap, trusted: impl Fn(IpAddr) -> bool) -> Result<IpAddr, Unclear> {
        let hops = self.hops(headers).ok_or(Unclear::Malformed(self.name()))?;
        let mut client = None;
        for hop in hops.into_iter().rev() {
            let address = hop.ok_or(Unclear::Hidden(self.name()))?;
            client = Some(address);
            if !trusted(address) {
                break;
            }
        }
        client.ok_or(Unclear::Malformed(self.name()))
    }

    /// Every hop from left to right; one without an address is none. Nothing, if the header cannot be read.
    fn hops(self, headers: &HeaderMap) -> Option<Vec<Option<IpAddr>>> {
        let mut hops = Vec::new();
        for value in headers.get_all(self.name()) {
            for element in elements(value.to_str().ok()?, ',')? {
                hops.push(match self {
                    Self::XForwardedFor => Some(bare(element).or_else(|| node(element))?),
                    Self::Forwarded => forwarded_for(element)?,
                });
                if hops.len() > MOST_HOPS {
                    return None;
                }
            }
        }
        Some(hops)
    }
}

/// The parts between these separators, quoted ones left alone; nothing, if a quote is not closed or a part is empty.
fn elements(text: &str, separator: char) -> Option<Vec<&str>> {
    let mut quoted = false;
    let parts: Vec<&str> = text
        .split(|c: char| {
            quoted ^= c == '"';
            c == separator && !quoted
        })
        .map(|part| part.trim_matches([' ', '\t']))
        .collect();
    (!quoted && parts.iter().all(|part| !part.is_empty())).then_some(parts)
}

/// An address alone. An IPv6 address needs no brackets in `X-Forwarded-For`.
fn bare(text: &str) -> Option<IpAddr> {
    text.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// An address with or without a port, an IPv6 address in brackets.
fn node(text: &str) -> Option<IpAddr> {
    let (address, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            (IpAddr::from(address.parse::<Ipv6Addr>().ok()?), port)
        }
        None => {
            let (address, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            (IpAddr::from(address.parse::<Ipv4Addr>().ok()?), port)
        }
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)).then(|| address.to_canonical())
}

/// The address of one element of `Forwarded`; `Some(None)` if it names none on purpose.
fn forwarded_for(element: &str) -> Option<Option<IpAddr>> {
    let mut names: Vec<String> = Vec::new();
    let mut found = None;
    for pair in elements(element, ';')? {
        let (name, value) = pair.split_once('=')?;
        let name = name.to_ascii_lowercase();
        if !is_token(&name) || names.contains(&name) {
            return None;
        }
        let value = unquoted(value)?;
        if name == "for" {
            found = forwarded_node(value)?;
        }
        names.push(name);
    }
    Some(found)
}

/// `unknown` and `_names` hide the address; everything else is one.
fn forwarded_node(value: &str) -> Option<Option<IpAddr>> {
    let label = value.split(':').next().unwrap_or_default();
    let hidden = label.strip_prefix('_');
    let obscure =
        |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
    if value.eq_ignore_ascii_case("unknown") || hidden.is_some_and(obscure) && value == label {
        return Some(None);
    }
    node(value).map(Some)
}

/// A token, or what stands between two quotes. No address needs a backslash.
fn unquoted(value: &str) -> Option<&str> {
    match value.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"').filter(|inner| !inner.contains(['"', '\\'])),
        None => is_token(value).then_some(value),
    }
}

fn is_token(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}
