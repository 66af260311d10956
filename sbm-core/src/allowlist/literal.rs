//! The textual mode, `literal:`: the leading part of an address as it is written, for lists that come from elsewhere.
//!
//! 1. It is compared with the canonical text of an address, character by character: `literal:192.16` admits 192.16.0.1
//!    and 192.168.0.1, and `literal:192.168.1.1` admits 192.168.1.17 (NET-4). The linter says where that is wider than
//!    the entry without `literal:`.
//! 2. What begins the text of no address is refused. Capital letters are read as small ones, since that text has none.
//! 3. For IPv4 such a text is a few ranges of addresses; they are found when it is compiled, and asking compares no text.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

/// The leading part of the text of an address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Literal {
    bytes: [u8; Self::MOST],
    length: u8,
}

impl Literal {
    /// The longest text of an address: eight groups of four digits.
    const MOST: usize = 39;
    /// What stands in front of it in an entry.
    pub(super) const MARK: &'static str = "literal:";

    /// Reads what stands behind the mark; none if the text of no address begins so.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; Self::MOST];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        bytes.make_ascii_lowercase();
        let literal = Self { bytes, length: u8::try_from(text.len()).ok()? };
        let begins_some = !text.is_empty() && (!literal.v4().is_empty() || literal.begins_v6());
        begins_some.then_some(literal)
    }

    pub(super) fn as_str(&self) -> &str {
        self.bytes.get(..usize::from(self.length)).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// The IPv4 addresses whose text begins so, as ranges.
    pub(super) fn v4(&self) -> Vec<(u32, u32)> {
        let parts: Vec<&str> = self.as_str().split('.').collect();
        let Some((last, whole)) = parts.split_last() else { return Vec::new() };
        if whole.len() > 3 {
            return Vec::new();
        }
        let Some(begin) = whole.iter().try_fold(0_u32, |bits, part| Some(bits << 8 | u32::from(octet(part)?))) else {
            return Vec::new();
        };
        let octets = if last.is_empty() && !whole.is_empty() { whole.len() } else { whole.len().saturating_add(1) };
        let behind = 32_u32.saturating_sub(8_u32.saturating_mul(u32::try_from(octets).unwrap_or(4)));
        let range = |bits: u32| {
            let first = bits.checked_shl(behind).unwrap_or(0);
            (first, first | !u32::MAX.checked_shl(behind).unwrap_or(0))
        };
        if octets == whole.len() {
            return alloc::vec![range(begin)];
        }
        let ends = (0..=u8::MAX).filter(|value| !last.is_empty() && decimal(*value).starts_with(*last));
        ends.map(|value| range(begin << 8 | u32::from(value))).collect()
    }

    /// Whether the text of an IPv6 address can begin so: groups without leading zeros, and one `::` at most.
    pub(super) fn begins_v6(&self) -> bool {
        let text = self.as_str();
        let plain = text.bytes().all(|byte| byte == b':' || byte.is_ascii_hexdigit());
        let groups = || text.split(':').filter(|group| !group.is_empty());
        let written = |group: &str| group.len() <= 4 && (group == "0" || !group.starts_with('0'));
        let first = text.strip_prefix(':').is_none_or(|rest| rest.is_empty() || rest.starts_with(':'));
        let gaps = text.matches("::").count();
        let most = if gaps == 0 { 8 } else { 6 };
        let behind_the_last = text.ends_with(':') && gaps == 0 && groups().count() == 8;
        plain
            && first
            && !text.contains(":::")
            && gaps <= 1
            && groups().count() <= most
            && !behind_the_last
            && groups().all(written)
    }
}

/// An octet as the text of an address has it.
fn octet(text: &str) -> Option<u8> {
    let value: u8 = text.parse().ok()?;
    (decimal(value) == text).then_some(value)
}

fn decimal(value: u8) -> String {
    alloc::format!("{value}")
}

impl fmt::Debug for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Literal").field(&self.as_str()).finish()
    }
}

/// The canonical text of an IPv6 address, without an allocation.
pub(super) struct Text {
    bytes: [u8; 48],
    length: usize,
}

impl Text {
    pub(super) fn of(address: u128) -> Self {
        use fmt::Write as _;
        let mut text = Self { bytes: [0; 48], length: 0 };
        // It fits; what did not fit would be cut, and match less.
        let _ = write!(text, "{}", Ipv6Addr::from_bits(address));
        text
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let end = self.length.saturating_add(part.len());
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(part.as_bytes());
        self.length = end;
        Ok(())
    }
}

/// The text of an IPv4 address, for a person.
pub(super) fn shown(address: u32) -> String {
    alloc::format!("{}", Ipv4Addr::from_bits(address))
}
