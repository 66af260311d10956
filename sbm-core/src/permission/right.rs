//! The eleven rights of a security profile (USR-3), and sets of them.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One thing that a security profile lets a user do in the backup program.
///
/// The number is the bit in a [`RightSet`], on the wire, in a head and in the C ABI; it never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Right {
    /// Every present and future right.
    AllAccess = 0,
    /// Create profiles.
    Create = 1,
    /// Delete profiles.
    Delete = 2,
    /// Modify profiles.
    Modify = 3,
    /// Export profiles.
    Export = 4,
    /// Import profiles.
    Import = 5,
    /// Rename profiles.
    Rename = 6,
    /// Modify the backup program's global settings.
    ModifyGlobalSettings = 7,
    /// Modify the backup program's own login settings.
    ModifyLoginSettings = 8,
    /// Run profiles by hand.
    RunManually = 9,
    /// Run profiles to restore.
    Restore = 10,
}

impl Right {
    /// All eleven, in the order of the source's form.
    pub const ALL: [Self; 11] = [
        Self::AllAccess,
        Self::Create,
        Self::Delete,
        Self::Modify,
        Self::Export,
        Self::Import,
        Self::Rename,
        Self::ModifyGlobalSettings,
        Self::ModifyLoginSettings,
        Self::RunManually,
        Self::Restore,
    ];

    /// The stable name, as the wire and the command line spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AllAccess => "all_access",
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Modify => "modify",
            Self::Export => "export",
            Self::Import => "import",
            Self::Rename => "rename",
            Self::ModifyGlobalSettings => "modify_global_settings",
            Self::ModifyLoginSettings => "modify_login_settings",
            Self::RunManually => "run_manually",
            Self::Restore => "restore",
        }
    }

    /// The right of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|right| right.name() == name)
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A set of rights. With [`Right::AllAccess`] in it, it has every right there is and will be (USR-3).
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RightSet(u32);

impl RightSet {
    /// No right at all.
    pub const NONE: Self = Self(0);
    /// What the built-in `AllAccess` has.
    pub const ALL_ACCESS: Self = Self(Right::AllAccess.bit());

    /// The set of a head or a table. Bits this version has no name for are kept, and grant nothing here.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The bits, one a right.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// This set and one right more.
    #[must_use]
    pub const fn with(self, right: Right) -> Self {
        Self(self.0 | right.bit())
    }

    /// This set without that right. All access is not taken apart: what it implies stays.
    #[must_use]
    pub const fn without(self, right: Right) -> Self {
        Self(self.0 & !right.bit())
    }

    /// Whether the right is in the set, or implied by all access.
    #[must_use]
    pub const fn has(self, right: Right) -> bool {
        self.0 & (right.bit() | Right::AllAccess.bit()) != 0
    }

    /// The rights that were given by name, without what all access implies.
    pub fn iter(self) -> impl Iterator<Item = Right> {
        Right::ALL.into_iter().filter(move |right| self.0 & right.bit() != 0)
    }
}

impl FromIterator<Right> for RightSet {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Self {
        rights.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Debug for RightSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Right::name)).finish()
    }
}

impl Serialize for RightSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Right::name))
    }
}

impl<'de> Deserialize<'de> for RightSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names: Vec<String> = Vec::deserialize(deserializer)?;
        names
            .iter()
            .map(|name| {
                Right::from_name(name)
                    .ok_or_else(|| serde::de::Error::custom(alloc::format!("`{}` is not a right", name.escape_debug())))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_access_implies_every_right_usr_3() {
        for right in Right::ALL {
            assert!(RightSet::ALL_ACCESS.has(right));
            assert!(!RightSet::NONE.has(right));
            assert_eq!(Right::from_name(right.name()), Some(right));
        }
    }

    #[test]
    fn a_right_grants_itself_only() {
        for right in Right::ALL.into_iter().filter(|right| *right != Right::AllAccess) {
            let set = RightSet::NONE.with(right);
            for other in Right::ALL {
                assert_eq!(set.has(other), other == right);
            }
            assert_eq!(set.without(right), RightSet::NONE);
        }
    }

    #[test]
    fn a_bit_without_a_name_grants_nothing_here() {
        let set = RightSet::from_bits(1 << 20);
        assert!(Right::ALL.into_iter().all(|right| !set.has(right)));
    }
}
