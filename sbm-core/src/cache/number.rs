//! The number of a head: (epoch, revision), compared in that order (OFF-3); and the mark of a revision.
//!
//! A server that came back from an older copy counts on from a revision that it had passed before. Its numbers then look
//! like those its clients hold, and mean something else. The mark, drawn at random with each revision, tells them apart.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where a head stands in the server's history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Number {
    /// The version of the key document; raised when keys change or the server came back from an older backup.
    pub epoch: u64,
    /// The server's revision at which something of this head last changed; raised by compare-and-swap.
    pub revision: u64,
}

impl Number {
    /// Before everything.
    pub const ZERO: Self = Self { epoch: 0, revision: 0 };

    /// The number of this epoch and revision.
    #[must_use]
    pub const fn new(epoch: u64, revision: u64) -> Self {
        Self { epoch, revision }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.revision)
    }
}

/// What tells two revisions of the same number apart: 63 random bits, drawn when the revision was committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mark(u64);

impl Mark {
    /// The mark of these bits; the highest is left out, since databases count in signed numbers.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits & (u64::MAX >> 1))
    }

    /// Its bits.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }
}

impl Serialize for Mark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:016x}", self.0))
    }
}

impl<'de> Deserialize<'de> for Mark {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let fits = text.len() == 16 && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        let bits = u64::from_str_radix(&text, 16).ok().filter(|bits| fits && bits >> 63 == 0);
        bits.map(Self).ok_or_else(|| serde::de::Error::custom("not a mark of 16 hexadecimal digits"))
    }
}
