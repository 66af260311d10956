//! The allowlist, compiled: sorted ranges that do not touch, one list for each family, and the names, asked by binary search.
//!
//! 1. The order of the entries and duplicates never matter: equal coverage makes equal matchers.
//! 2. Asking allocates nothing and takes time by the logarithm of the number of entries.
//! 3. An empty list admits nobody, loopback apart (NET-1, NET-7).
//! 4. A `*` among the names admits every address, with or without a name (NET-2). The other names are asked only when
//!    no address matched, and only of a name that was confirmed (NET-5).

mod names;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv6Addr};

use super::error::PatternError;
use super::literal::Text;
use super::name::{Form, NamePattern, PeerName};
use super::pattern::{Cover, IpPattern, mask_v4, mask_v6};
use super::rule::Rule;
use names::{Beginnings, Names};

/// Who is admitted, by address or by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matcher {
    v4: Box<[(u32, u32)]>,
    v6: Box<[(u128, u128)]>,
    /// How the text of IPv6 addresses begins, by `literal:`. Those of IPv4 are ranges.
    v6_texts: Beginnings,
    names: Names,
}

impl Matcher {
    /// Compiles these rules.
    #[must_use]
    pub fn new(rules: impl IntoIterator<Item = Rule>) -> Self {
        let mut parts = Parts::default();
        for rule in rules {
            match rule {
                Rule::Address(pattern) => parts.add(pattern.cover()),
                Rule::Name(NamePattern(Form::All)) => parts.add(Cover::All),
                Rule::Name(pattern) => parts.names.push(pattern),
            }
        }
        Self {
            v4: merged(parts.v4, |last| last.saturating_add(1)),
            v6: merged(parts.v6, |last| last.saturating_add(1)),
            v6_texts: Beginnings::new(parts.v6_texts),
            names: Names::new(&parts.names),
        }
    }

    /// Reads and compiles these entries of the list of addresses.
    ///
    /// # Errors
    ///
    /// The [`PatternError`] of the first entry that is not a pattern.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, PatternError> {
        let rules: Vec<Rule> =
            entries.into_iter().map(|entry| IpPattern::parse(entry).map(Rule::from)).collect::<Result<_, _>>()?;
        Ok(Self::new(rules))
    }

    /// Whether an entry of the list admits this address. An IPv4 address inside IPv6 is that IPv4 address.
    ///
    /// # Security
    ///
    /// Loopback has no privilege here: ask this about an address that a proxy forwarded (NET-8).
    #[must_use]
    pub fn admits(&self, address: IpAddr) -> bool {
        match address.to_canonical() {
            IpAddr::V4(address) => covers(&self.v4, address.to_bits()),
            IpAddr::V6(address) => covers(&self.v6, address.to_bits()) || self.admits_text(address.to_bits()),
        }
    }

    fn admits_text(&self, address: u128) -> bool {
        !self.v6_texts.is_empty() && self.v6_texts.begin(Text::of(address).as_bytes())
    }

    /// Whether the other end of a connection is admitted: by the list, or because it is this machine (NET-7).
    #[must_use]
    pub fn admits_peer(&self, peer: IpAddr) -> bool {
        peer.to_canonical().is_loopback() || self.admits(peer)
    }

    /// Whether a name could admit whom the addresses do not: if not, no name is looked up (NET-5).
    #[must_use]
    pub fn needs_name(&self) -> bool {
        !self.names.is_empty()
    }

    /// Whether an entry of the list of names admits this name.
    ///
    /// # Security
    ///
    /// Only a name that forward-confirmed reverse DNS gave may be asked about, never one that the client said.
    #[must_use]
    pub fn admits_name(&self, name: &PeerName) -> bool {
        self.names.admit(name)
    }

    /// Whether whoever the other one admits is admitted here too, as far as one entry can tell of another.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let within = |range: &(u32, u32)| holds(&self.v4, *range);
        let within_v6 = |range: &(u128, u128)| holds(&self.v6, *range);
        let (all_v4, all_v6) = (holds(&self.v4, (0, u32::MAX)), holds(&self.v6, (0, u128::MAX)));
        other.v4.iter().all(within)
            && other.v6.iter().all(within_v6)
            && (all_v6 || self.v6_texts.cover(&other.v6_texts))
            && (all_v4 && all_v6 || self.names.cover(&other.names))
    }

    /// An IPv4 address that is admitted here and not by the other one.
    pub(super) fn beyond(&self, other: &Self) -> Option<u32> {
        self.v4.iter().flat_map(|(first, last)| [*first, *last]).find(|address| !covers(&other.v4, *address))
    }
}

/// What a matcher is made of, as it is gathered.
#[derive(Default)]
struct Parts {
    v4: Vec<(u32, u32)>,
    v6: Vec<(u128, u128)>,
    v6_texts: Vec<Box<[u8]>>,
    names: Vec<NamePattern>,
}

impl Parts {
    fn add(&mut self, cover: Cover) {
        match cover {
            Cover::All => {
                self.v4.push((0, u32::MAX));
                self.v6.push((0, u128::MAX));
            }
            Cover::ThisMachine => {
                self.v4.push((0x7f00_0000, 0x7fff_ffff));
                self.v6.push((Ipv6Addr::LOCALHOST.to_bits(), Ipv6Addr::LOCALHOST.to_bits()));
            }
            Cover::V4 { first, length } => self.v4.push((first, first | !mask_v4(length))),
            Cover::V6 { first, length } => self.v6.push((first, first | !mask_v6(length))),
            Cover::Literal(literal) => {
                self.v4.extend(literal.v4());
                if literal.begins_v6() {
                    self.v6_texts.push(literal.as_str().as_bytes().into());
                }
            }
        }
    }
}

/// The same coverage in sorted ranges with a gap between any two.
fn merged<T: Copy + Ord>(mut ranges: Vec<(T, T)>, after: fn(T) -> T) -> Box<[(T, T)]> {
    ranges.sort_unstable();
    let mut apart: Vec<(T, T)> = Vec::with_capacity(ranges.len());
    for (first, last) in ranges {
        match apart.last_mut() {
            Some(before) if first <= after(before.1) => before.1 = before.1.max(last),
            _ => apart.push((first, last)),
        }
    }
    apart.into_boxed_slice()
}

fn covers<T: Copy + Ord>(ranges: &[(T, T)], at: T) -> bool {
    let begun = ranges.partition_point(|(first, _)| *first <= at);
    begun.checked_sub(1).and_then(|index| ranges.get(index)).is_some_and(|(_, last)| at <= *last)
}

/// Whether one of the ranges holds this one whole.
fn holds<T: Copy + Ord>(ranges: &[(T, T)], (first, last): (T, T)) -> bool {
    let begun = ranges.partition_point(|(begin, _)| *begin <= first);
    begun.checked_sub(1).and_then(|index| ranges.get(index)).is_some_and(|(_, end)| last <= *end)
}

#[cfg(test)]
mod tests;
