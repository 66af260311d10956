//! An entry of either list, understood (NET-2).

use core::fmt;
use core::net::IpAddr;

use super::error::PatternError;
use super::kind::AllowKind;
use super::matcher::Matcher;
use super::name::{NamePattern, PeerName};
use super::pattern::IpPattern;

/// An entry of the allowlist, of one list or the other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Of the list of addresses.
    Address(IpPattern),
    /// Of the list of host names.
    Name(NamePattern),
}

impl Rule {
    /// Reads an entry of that list.
    ///
    /// # Errors
    ///
    /// [`PatternError`], always [`Code::InvalidPattern`](crate::code::Code::InvalidPattern), naming the entry and what
    /// to write instead (NET-6).
    pub fn parse(kind: AllowKind, entry: &str) -> Result<Self, PatternError> {
        match kind {
            AllowKind::Address => IpPattern::parse(entry).map(Self::Address),
            AllowKind::Name => NamePattern::parse(entry).map(Self::Name),
        }
    }

    /// The list it is on.
    #[must_use]
    pub const fn kind(&self) -> AllowKind {
        match self {
            Self::Address(_) => AllowKind::Address,
            Self::Name(_) => AllowKind::Name,
        }
    }

    /// Whether it alone admits this address, or this confirmed name of it. Loopback has no privilege here.
    #[must_use]
    pub fn admits(&self, address: IpAddr, name: Option<&PeerName>) -> bool {
        let alone = Matcher::new([self.clone()]);
        alone.admits(address) || name.is_some_and(|name| alone.admits_name(name))
    }
}

impl From<IpPattern> for Rule {
    fn from(pattern: IpPattern) -> Self {
        Self::Address(pattern)
    }
}

impl From<NamePattern> for Rule {
    fn from(pattern: NamePattern) -> Self {
        Self::Name(pattern)
    }
}

/// The one canonical spelling on its list.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(pattern) => pattern.fmt(f),
            Self::Name(pattern) => pattern.fmt(f),
        }
    }
}
