//! The allowlist, compiled: sorted ranges that do not touch, one list for each family, asked by binary search.
//!
//! 1. The order of the entries and duplicates never matter: equal coverage makes equal matchers.
//! 2. Asking allocates nothing and takes time by the logarithm of the number of entries.
//! 3. An empty list admits nobody, loopback apart (NET-1, NET-7).

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv6Addr};

use super::error::PatternError;
use super::pattern::{Cover, IpPattern, mask_v4, mask_v6};

/// Who is admitted, by address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matcher {
    v4: Box<[(u32, u32)]>,
    v6: Box<[(u128, u128)]>,
}

impl Matcher {
    /// Compiles these patterns.
    #[must_use]
    pub fn new(patterns: impl IntoIterator<Item = IpPattern>) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for pattern in patterns {
            match pattern.cover() {
                Cover::All => {
                    v4.push((0, u32::MAX));
                    v6.push((0, u128::MAX));
                }
                Cover::ThisMachine => {
                    v4.push((0x7f00_0000, 0x7fff_ffff));
                    v6.push((Ipv6Addr::LOCALHOST.to_bits(), Ipv6Addr::LOCALHOST.to_bits()));
                }
                Cover::V4 { first, length } => v4.push((first, first | !mask_v4(length))),
                Cover::V6 { first, length } => v6.push((first, first | !mask_v6(length))),
            }
        }
        Self { v4: merged(v4, |last| last.saturating_add(1)), v6: merged(v6, |last| last.saturating_add(1)) }
    }

    /// Reads and compiles these entries.
    ///
    /// # Errors
    ///
    /// The [`PatternError`] of the first entry that is not a pattern.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, PatternError> {
        let patterns: Vec<IpPattern> = entries.into_iter().map(IpPattern::parse).collect::<Result<_, _>>()?;
        Ok(Self::new(patterns))
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
            IpAddr::V6(address) => covers(&self.v6, address.to_bits()),
        }
    }

    /// Whether the other end of a connection is admitted: by the list, or because it is this machine (NET-7).
    #[must_use]
    pub fn admits_peer(&self, peer: IpAddr) -> bool {
        peer.to_canonical().is_loopback() || self.admits(peer)
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

#[cfg(test)]
mod tests;
