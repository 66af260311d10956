//! The number of a head: (epoch, revision), compared in that order (OFF-3).

use core::fmt;

use serde::{Deserialize, Serialize};

/// Where a head stands in the server's history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
