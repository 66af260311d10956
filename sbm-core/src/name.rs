//! Names and descriptions that people give: checked once, then carried as what they are.

use alloc::string::{String, ToString as _};
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::code::Code;

/// The name of a user, group, security profile or managed profile: 1 to 64 characters, no control characters, no `>`
/// (which joins account names), no blank at either end. Compared without regard to ASCII and Unicode case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Name(String);

/// A description or comment: at most 500 characters, no control characters but line feed and tab; may be empty.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Text(String);

impl Name {
    /// The most characters a name has.
    pub const MAX_CHARS: usize = 64;
    /// The most bytes of UTF-8 a name has, so that a head stays within its 512 bytes.
    pub const MAX_BYTES: usize = 128;

    /// Checks a name.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidName`] when it is empty, too long, or has characters that are not allowed.
    pub fn new(text: &str) -> Result<Self, Code> {
        let fits = !text.is_empty()
            && text.len() <= Self::MAX_BYTES
            && text.chars().count() <= Self::MAX_CHARS
            && text.trim() == text
            && !text.chars().any(|c| is_hidden(c) || c == '>');
        if fits { Ok(Self(text.to_string())) } else { Err(Code::InvalidName) }
    }

    /// The name as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which names are compared.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl Text {
    /// The most characters a description has.
    pub const MAX_CHARS: usize = 500;

    /// Checks a description.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidName`] when it is too long or has control characters.
    pub fn new(text: &str) -> Result<Self, Code> {
        let fits = text.chars().count() <= Self::MAX_CHARS && !text.chars().any(|c| is_hidden(c) && c != '\n' && c != '\t');
        if fits { Ok(Self(text.to_string())) } else { Err(Code::InvalidName) }
    }

    /// The text as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

/// Control characters, and the marks that reverse or hide text on a screen.
fn is_hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(|_| {
            serde::de::Error::custom("a name has 1 to 64 characters, no control characters, no `>` and no blank at its ends")
        })
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text)
            .map_err(|_| serde::de::Error::custom("a description has at most 500 characters and no control characters"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_once() {
        for good in ["a", "Finance", "Büro 2", "名前", "o'neil", &"x".repeat(64)] {
            assert!(Name::new(good).is_ok(), "{good}");
        }
        let (long, wide) = ("x".repeat(65), "名".repeat(64));
        for bad in ["", " a", "a ", "a\nb", "a>b", "a\u{202e}b", "\u{0}", &long, &wide] {
            assert_eq!(Name::new(bad), Err(Code::InvalidName), "{bad:?}");
        }
    }

    #[test]
    fn names_are_compared_without_case() {
        assert_eq!(Name::new("ÄRGER").unwrap().key(), Name::new("ärger").unwrap().key());
    }

    #[test]
    fn a_description_may_be_empty_but_not_hidden() {
        assert!(Text::new("").unwrap().is_empty());
        assert!(Text::new("two\nlines").is_ok());
        assert!(Text::new("bell\u{7}").is_err());
        assert!(Text::new(&"x".repeat(501)).is_err());
    }
}
