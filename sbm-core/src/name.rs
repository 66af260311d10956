//! Names and descriptions that people give: checked once, then carried as what they are.
//!
//! 1. Nothing in them is hidden: no control character, no mark that is not seen or turns the text round.
//! 2. But U+200C and U+200D between two signs that are not ASCII are how Persian, Indic languages and emoji are written. They
//!    are kept as they were given and do not count when names are compared, so that no two names look alike.

use alloc::format;
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
    /// [`Code::InvalidName`] when it is empty, too long, or has characters that are not allowed; [`Name::fault`] says which.
    pub fn new(text: &str) -> Result<Self, Code> {
        if Self::fault(text).is_none() { Ok(Self(text.to_string())) } else { Err(Code::InvalidName) }
    }

    /// What is wrong with a name, in a sentence; nothing if it is one.
    #[must_use]
    pub fn fault(text: &str) -> Option<String> {
        if let Some(hidden) = hidden_in(text).next() {
            return Some(format!("a name has no characters that are hidden, and {} is in it; leave that out", spelled(hidden)));
        }
        let fits = !text.is_empty()
            && text.len() <= Self::MAX_BYTES
            && text.chars().count() <= Self::MAX_CHARS
            && text.trim() == text
            && !text.contains('>');
        let rule = "a name has 1 to 64 characters, at most 128 bytes, no `>` and no blank at its ends";
        if fits { None } else { Some(rule.to_string()) }
    }

    /// The name as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which names are compared.
    #[must_use]
    pub fn key(&self) -> String {
        key(&self.0)
    }
}

/// The form in which a text is compared with names: without case, and without the joiners that a name may have.
#[must_use]
pub fn key(text: &str) -> String {
    if !text.contains(JOINERS) {
        return text.to_lowercase();
    }
    let kept: String = places(text).filter(|(before, c, after)| !is_joined(*before, *c, *after)).map(|(_, c, _)| c).collect();
    kept.to_lowercase()
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
        if Self::fault(text).is_none() { Ok(Self(text.to_string())) } else { Err(Code::InvalidName) }
    }

    /// What is wrong with a description, in a sentence; nothing if it is one.
    #[must_use]
    pub fn fault(text: &str) -> Option<String> {
        if let Some(hidden) = hidden_in(text).find(|c| !matches!(c, '\n' | '\t')) {
            let told = "a description has no characters that are hidden";
            return Some(format!("{told}, and {} is in it; leave that out", spelled(hidden)));
        }
        let told = || format!("a description has at most {} characters", Self::MAX_CHARS);
        (text.chars().count() > Self::MAX_CHARS).then(told)
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

/// The joiners: zero width non-joiner and zero width joiner.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// The characters of a text that nobody sees, or that turn it round: what neither a name has nor a terminal should get. A
/// joiner between two signs that are not ASCII is none of them.
pub fn hidden_in(text: &str) -> impl Iterator<Item = char> {
    marked(text).filter_map(|(c, hidden)| hidden.then_some(c))
}

/// Each character of a text, and whether it is hidden as in [`hidden_in`].
pub fn marked(text: &str) -> impl Iterator<Item = (char, bool)> {
    places(text).map(|(before, c, after)| (c, is_hidden(c) && !is_joined(before, c, after)))
}

/// Each character between its neighbours.
fn places(text: &str) -> impl Iterator<Item = (Option<char>, char, Option<char>)> {
    let before = core::iter::once(None).chain(text.chars().map(Some));
    let after = text.chars().skip(1).map(Some).chain(core::iter::once(None));
    before.zip(text.chars()).zip(after).map(|((before, c), after)| (before, c, after))
}

/// Whether it is a joiner where it belongs: between two signs that are seen and are not ASCII.
fn is_joined(before: Option<char>, c: char, after: Option<char>) -> bool {
    let is_sign = |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && !c.is_whitespace() && !is_hidden(c));
    JOINERS.contains(&c) && is_sign(before) && is_sign(after)
}

fn spelled(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
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
        Self::new(&text).map_err(|_| serde::de::Error::custom(Self::fault(&text).unwrap_or_default()))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(|_| serde::de::Error::custom(Self::fault(&text).unwrap_or_default()))
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
    fn joiners_stand_where_people_write_them_and_nowhere_else_usr_1() {
        // What is written with a joiner, and how it is compared.
        for (good, key) in [
            ("می‌خواهم", "میخواهم"),
            ("کتاب‌ها", "کتابها"),
            ("क्‍ष", "क्ष"),
            ("ശ്രീ‍മ", "ശ്രീമ"),
            ("👩‍💻", "👩💻"),
            ("❤\u{fe0f}‍🔥", "❤\u{fe0f}🔥"),
            ("Team 👨‍👩‍👧 ÄÖ", "team 👨👩👧 äö"),
        ] {
            let name = Name::new(good).unwrap_or_else(|_| panic!("{good}: {:?}", Name::fault(good)));
            assert_eq!((name.as_str(), name.key().as_str()), (good, key));
            assert_eq!(Name::new(key).unwrap().key(), name.key(), "the two look alike, and are one name");
            assert_eq!(super::key(&name.key()), name.key());
        }
        for (bad, named) in [
            ("ad\u{200d}min", "U+200D"),
            ("admin\u{200c}", "U+200C"),
            ("\u{200d}admin", "U+200D"),
            ("\u{200c}کتاب", "U+200C"),
            ("کتاب\u{200c}", "U+200C"),
            ("ä\u{200d}b", "U+200D"),
            ("a\u{200c}ä", "U+200C"),
            ("کتاب\u{200c}\u{200c}ها", "U+200C"),
            ("کتاب\u{200c}\u{200d}ها", "U+200C"),
            ("ä\u{200d}\u{3000}ä", "U+200D"),
            ("ä\u{200b}ä", "U+200B"),
            ("ä\u{2060}ä", "U+2060"),
            ("ä\u{202e}ä", "U+202E"),
            ("ä\u{feff}ä", "U+FEFF"),
            ("a\tb", "U+0009"),
        ] {
            assert_eq!(Name::new(bad), Err(Code::InvalidName), "{bad:?}");
            let told = Name::fault(bad).unwrap();
            assert!(told.contains(named), "{bad:?}: {told}");
            let read = serde_json::from_value::<Name>(bad.into()).unwrap_err().to_string();
            assert!(read.contains(named), "{bad:?}: {read}");
            assert!(bad.contains('\t') || Text::fault(bad).is_some_and(|told| told.contains(named)), "{bad:?}");
            assert_eq!(key(bad), bad.to_lowercase(), "what is no name is like no name");
        }
        assert!(Text::new("می‌خواهم").is_ok() && Text::fault(&"x".repeat(501)).is_some());
    }

    #[test]
    fn keys_of_names_from_before_there_were_joiners_stay_usr_1() {
        for name in ["Finance", "Büro 2", "名前", "o'neil", "ΣΊΣΥΦΟΣ", "İstanbul"] {
            assert_eq!(Name::new(name).unwrap().key(), name.to_lowercase());
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
