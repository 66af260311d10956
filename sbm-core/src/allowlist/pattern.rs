//! One entry of the allowlist: an address, the leading part of one, a network, this machine or everybody.
//!
//! 1. Octets and groups are read by the standard library alone: a leading part is filled up with zeros to a full
//!    address first. It accepts no leading zeros, no hexadecimal, no short forms (NET-6).
//! 2. A leading part without a dot behind it, such as `192.168`, cannot be told by its form from an old short form:
//!    `192.168` was once 192.0.0.168, as `127.1` is 127.0.0.1. The source settles the first: it is a leading part. The
//!    exception is a part inside 127 that ends in another number than 0, `127.1` or `127.0.1`: people write that for
//!    the loopback address, and as a leading part it is of no use, since loopback is never locked out. It is an error;
//!    `127.1.` and `127.1.*` say clearly what they mean and are accepted.
//! 3. The word `localhost` is this machine: 127.0.0.0/8 and ::1 in one record, the one of a fresh server (NET-1, NET-3).
//! 4. `literal:` in front asks for the textual reading, which is for lists that come from elsewhere: `literal:192.16` admits
//!    every address whose text begins so (NET-4).
//! 5. A network inside `::ffff:0:0/96` is the IPv4 network that it maps. A wider IPv6 network, even `::/0`, covers no
//!    IPv4 address.

use alloc::string::String;
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

use super::error::{Fault, PatternError};
use super::literal::Literal;

/// An entry of the allowlist that was understood.
///
/// # Examples
///
/// ```
/// use sbm_core::allowlist::IpPattern;
/// for (entry, canonical) in [("192.168", "192.168.0.0/16"), ("10.*", "10.0.0.0/8"), ("::ffff:10.0.0.1", "10.0.0.1")] {
///     assert_eq!(IpPattern::parse(entry)?.to_string(), canonical);
/// }
/// assert!(IpPattern::parse("127.1").is_err());
/// # Ok::<(), sbm_core::allowlist::PatternError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IpPattern(Cover);

/// What a pattern covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Cover {
    All,
    ThisMachine,
    V4 { first: u32, length: u8 },
    V6 { first: u128, length: u8 },
    Literal(Literal),
}

impl IpPattern {
    /// The most bytes an entry has.
    pub const MAX_BYTES: usize = 255;
    /// The pattern of a fresh server's one record (NET-1).
    pub const THIS_MACHINE: Self = Self(Cover::ThisMachine);
    /// The pattern that admits all.
    pub const ALL: Self = Self(Cover::All);

    /// Reads an entry.
    ///
    /// # Errors
    ///
    /// [`PatternError`], always [`Code::InvalidPattern`](crate::code::Code::InvalidPattern), naming the entry and what
    /// to write instead.
    pub fn parse(entry: &str) -> Result<Self, PatternError> {
        read(entry).map(Self).map_err(|fault| PatternError::new(entry, fault))
    }

    pub(super) const fn cover(self) -> Cover {
        self.0
    }

    pub(super) const fn literal(text: Literal) -> Self {
        Self(Cover::Literal(text))
    }
}

impl FromStr for IpPattern {
    type Err = PatternError;

    fn from_str(entry: &str) -> Result<Self, PatternError> {
        Self::parse(entry)
    }
}

/// The one canonical spelling; parsing it gives the same pattern.
impl fmt::Display for IpPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Cover::All => f.write_str("*"),
            Cover::ThisMachine => f.write_str("localhost"),
            Cover::V4 { first, length: 32 } => write!(f, "{}", Ipv4Addr::from_bits(first)),
            Cover::V4 { first, length } => write!(f, "{}/{length}", Ipv4Addr::from_bits(first)),
            Cover::V6 { first, length: 128 } => write!(f, "{}", Ipv6Addr::from_bits(first)),
            Cover::V6 { first, length } => write!(f, "{}/{length}", Ipv6Addr::from_bits(first)),
            Cover::Literal(literal) => write!(f, "{}{}", Literal::MARK, literal.as_str()),
        }
    }
}

fn read(entry: &str) -> Result<Cover, Fault> {
    check_characters(entry)?;
    if entry == "*" {
        return Ok(Cover::All);
    }
    if entry.eq_ignore_ascii_case("localhost") {
        return Ok(Cover::ThisMachine);
    }
    if let Ok(address) = entry.parse::<IpAddr>() {
        return Ok(single(address));
    }
    if let Some(text) = entry.strip_prefix(Literal::MARK) {
        return Literal::parse(text).map(Cover::Literal).ok_or(Fault::Literal);
    }
    let stem = without_star(entry)?;
    match entry.split_once('/') {
        Some((address, length)) => network(address, length),
        None if stem.contains(':') => leading_groups(stem),
        None if is_octets(stem) => leading_octets(stem),
        None => Err(other_fault(entry)),
    }
}

/// What no spelling of a pattern has in it, each with its own explanation.
fn check_characters(entry: &str) -> Result<(), Fault> {
    if entry.is_empty() {
        return Err(Fault::Empty);
    }
    if entry.len() > IpPattern::MAX_BYTES {
        return Err(Fault::TooLong);
    }
    if entry.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Fault::Blank);
    }
    if entry.chars().any(|c| c.is_numeric() && !c.is_ascii()) {
        return Err(Fault::ForeignDigit);
    }
    if entry.contains('%') {
        return Err(Fault::Zone);
    }
    if entry.contains(['[', ']']) {
        return Err(Fault::Bracket);
    }
    Ok(())
}

/// The entry without a `*` at its end. It stands for the missing octets or groups, so a dot or colon is before it.
fn without_star(entry: &str) -> Result<&str, Fault> {
    match entry.strip_suffix('*') {
        Some(stem) if stem.ends_with(['.', ':']) && !stem.contains('*') => Ok(stem),
        None if !entry.contains('*') => Ok(entry),
        _ => Err(Fault::InnerStar),
    }
}

fn single(address: IpAddr) -> Cover {
    match address.to_canonical() {
        IpAddr::V4(address) => Cover::V4 { first: address.to_bits(), length: 32 },
        IpAddr::V6(address) => Cover::V6 { first: address.to_bits(), length: 128 },
    }
}

/// `10.0.0.0/8`: a full address, and a prefix that leaves nothing behind it.
fn network(address: &str, length: &str) -> Result<Cover, Fault> {
    let full: IpAddr = address.parse().map_err(|_| network_fault(address))?;
    let length = prefix_length(length, if full.is_ipv4() { 32 } else { 128 })?;
    let (network, exact) = match full {
        IpAddr::V4(address) => {
            let first = address.to_bits() & mask_v4(length);
            (Cover::V4 { first, length }, first == address.to_bits())
        }
        IpAddr::V6(address) => {
            let first = address.to_bits() & mask_v6(length);
            (v6(first, length), first == address.to_bits())
        }
    };
    if exact { Ok(network) } else { Err(Fault::HostBits(IpPattern(network))) }
}

/// A plain decimal number: no sign, no leading zero, nothing behind it.
fn prefix_length(text: &str, most: u8) -> Result<u8, Fault> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    let length: u32 = text.parse().ok().filter(|_| is_plain).ok_or(Fault::PrefixLength)?;
    u8::try_from(length).ok().filter(|length| *length <= most).ok_or(Fault::PrefixTooLong(most))
}

/// `192.168` or `192.168.`: one to three octets.
fn leading_octets(stem: &str) -> Result<Cover, Fault> {
    let part = stem.strip_suffix('.').unwrap_or(stem);
    let octets = part.split('.').count();
    let missing = 4_usize.checked_sub(octets).filter(|missing| *missing > 0).ok_or_else(|| octet_fault(part))?;
    let address: Ipv4Addr = filled(part, ".0", missing).parse().map_err(|_| octet_fault(part))?;
    let short = part == stem && octets > 1 && address.is_loopback() && !part.ends_with(".0");
    if short {
        return Err(Fault::ShortLoopback);
    }
    let length = u8::try_from(octets * 8).map_err(|_| Fault::NotAnAddress)?;
    Ok(Cover::V4 { first: address.to_bits(), length })
}

/// `2001:db8` or `2001:db8:`: one to seven whole groups; a single one needs its colon.
fn leading_groups(stem: &str) -> Result<Cover, Fault> {
    if stem.contains('.') {
        return Err(Fault::NotAnAddress);
    }
    if stem.contains("::") {
        return Err(Fault::DoubleColon);
    }
    let part = stem.strip_suffix(':').unwrap_or(stem);
    let groups = part.split(':').count();
    let missing = 8_usize.checked_sub(groups).filter(|missing| *missing > 0).ok_or(Fault::NotAnAddress)?;
    let address: Ipv6Addr = filled(part, ":0", missing).parse().map_err(|_| Fault::NotAnAddress)?;
    let length = u8::try_from(groups * 16).map_err(|_| Fault::NotAnAddress)?;
    Ok(v6(address.to_bits(), length))
}

fn filled(part: &str, zero: &str, times: usize) -> String {
    let mut full = String::from(part);
    full.extend(core::iter::repeat_n(zero, times));
    full
}

/// An IPv6 network in its canonical form: inside the mapped block it is the IPv4 network.
const fn v6(first: u128, length: u8) -> Cover {
    match length.checked_sub(96) {
        #[expect(clippy::cast_possible_truncation, reason = "the low 32 bits are the IPv4 address")]
        Some(length) if first >> 32 == 0xffff => Cover::V4 { first: first as u32, length },
        _ => Cover::V6 { first, length },
    }
}

/// The bits of a prefix of that length.
pub(super) const fn mask_v4(length: u8) -> u32 {
    match u32::MAX.checked_shl(32_u8.saturating_sub(length) as u32) {
        Some(mask) => mask,
        None => 0,
    }
}

/// The bits of a prefix of that length.
pub(super) const fn mask_v6(length: u8) -> u128 {
    match u128::MAX.checked_shl(128_u8.saturating_sub(length) as u32) {
        Some(mask) => mask,
        None => 0,
    }
}

fn is_octets(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// Why the standard library did not take these octets. It explains only; it admits nothing.
fn octet_fault(text: &str) -> Fault {
    let octets = || text.split('.');
    if octets().any(|octet| octet.len() > 1 && octet.starts_with('0')) {
        Fault::LeadingZero
    } else if octets().all(|octet| !octet.is_empty()) && octets().any(|octet| octet.parse::<u8>().is_err()) {
        Fault::OctetTooLarge
    } else {
        Fault::NotAnAddress
    }
}

fn network_fault(address: &str) -> Fault {
    if address.contains(':') || is_octets(address) && address.split('.').count() < 4 {
        Fault::NetworkCutShort
    } else if is_octets(address) {
        octet_fault(address)
    } else {
        other_fault(address)
    }
}

/// What is it, if it is neither octets nor groups?
fn other_fault(text: &str) -> Fault {
    let is_hexadecimal = |part: &str| {
        let digits = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X"));
        digits.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    if text.split('.').any(is_hexadecimal) {
        return Fault::Hexadecimal;
    }
    let name = text.strip_prefix(['=', '.']).unwrap_or(text);
    let is_name =
        name.chars().any(char::is_alphabetic) && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if is_name { Fault::HostName } else { Fault::NotAnAddress }
}

#[cfg(test)]
mod tests;
