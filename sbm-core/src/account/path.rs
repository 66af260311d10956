//! Account names: parts joined by `>` (ACC-1).
//!
//! 1. Any depth; matched whole and exactly, never by a suffix.
//! 2. Parts are trimmed and not empty; case is kept; compared without regard to case.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::code::Code;
use crate::name::{Name, key};

/// The full name of an account.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountPath(Vec<Name>);

impl AccountPath {
    /// The most parts a path has.
    pub const MAX_DEPTH: usize = 32;

    /// The parts, from the root account down; never empty.
    #[must_use]
    pub fn parts(&self) -> &[Name] {
        &self.0
    }

    /// The form in which paths are compared.
    #[must_use]
    pub fn key(&self) -> String {
        key(&self.to_string())
    }
}

impl FromStr for AccountPath {
    type Err = Code;

    fn from_str(text: &str) -> Result<Self, Code> {
        let parts: Vec<Name> =
            text.split('>').map(|part| Name::new(part.trim())).collect::<Result<_, _>>().map_err(|_| Code::InvalidAccount)?;
        if parts.len() > Self::MAX_DEPTH { Err(Code::InvalidAccount) } else { Ok(Self(parts)) }
    }
}

impl fmt::Display for AccountPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(">")?;
            }
            f.write_str(part.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Debug for AccountPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for AccountPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AccountPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom("an account name is parts joined by `>`, none of them empty"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_trimmed_and_keep_their_case_acc_1() {
        let path: AccountPath = " Acme > North>pc-1 ".parse().unwrap();
        assert_eq!(path.to_string(), "Acme>North>pc-1");
        assert_eq!(path.key(), "acme>north>pc-1");
        assert_eq!(path.parts().len(), 3);
    }

    #[test]
    fn empty_parts_are_refused_acc_1() {
        for bad in ["", ">", "a>", ">a", "a>>b", "a> >b", "a\nb"] {
            assert_eq!(bad.parse::<AccountPath>(), Err(Code::InvalidAccount), "{bad:?}");
        }
    }
}
