//! Codes that a person types: letters and digits that are hard to mix up, in groups of four.
//!
//! 1. Each letter is five random bits. Nothing keeps a code but whom it was made for; servers keep its hash.
//! 2. Typed in by hand, case, blanks and dashes do not matter.

use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

use crate::id::Hash;
use crate::wire::v1::session::Secret;

/// RFC 4648 base32: without 0, 1, 8 and 9.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// How many letters stand together.
const GROUP: usize = 4;

/// A code of so many letters. It is wiped when dropped and never shown by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Typed<const LETTERS: usize>(Zeroizing<String>);

impl<const LETTERS: usize> Typed<LETTERS> {
    /// Reads what somebody typed or a file holds.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > GROUP * LETTERS {
            return None;
        }
        let mut plain = Zeroizing::new(String::with_capacity(LETTERS));
        for c in text.chars().filter(|c| *c != '-' && !c.is_ascii_whitespace()) {
            let upper = c.to_ascii_uppercase();
            if !upper.is_ascii() || !ALPHABET.contains(&(upper as u8)) || plain.len() == LETTERS {
                return None;
            }
            plain.push(upper);
        }
        (plain.len() == LETTERS).then_some(Self(plain))
    }

    /// The code of these random bytes. Five bits of each count: 256 is a multiple of 32, so that every letter is equally likely.
    #[must_use]
    pub fn from_random(random: &[u8; LETTERS]) -> Self {
        let letters = random.iter().filter_map(|byte| ALPHABET.get(usize::from(byte % 32)).map(|letter| char::from(*letter)));
        Self(Zeroizing::new(letters.collect()))
    }

    /// What a server keeps of it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(self.0.as_bytes())
    }

    /// The code in groups, for its file and for a person.
    #[must_use]
    pub fn reveal(&self) -> Secret {
        let mut text = String::with_capacity(LETTERS / GROUP * (GROUP + 1));
        for (index, letter) in self.0.chars().enumerate() {
            if index > 0 && index % GROUP == 0 {
                text.push('-');
            }
            text.push(letter);
        }
        Secret::new(text)
    }
}

impl<const LETTERS: usize> fmt::Debug for Typed<LETTERS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString as _;

    type Code = Typed<8>;

    #[test]
    fn a_code_is_typed_in_any_case_with_or_without_dashes() {
        let code = Code::from_random(&[0, 1, 31, 26, 32, 255, 7, 64]);
        let text = code.reveal();
        assert_eq!(text.reveal(), "AB72-A7HA");
        for typed in ["AB72-A7HA", "ab72a7ha", " ab 72-a7\tha\n", "A-B-7-2-A-7-H-A"] {
            assert_eq!(Code::parse(typed), Some(code.clone()), "{typed:?}");
        }
        assert_eq!(code.hash(), Hash::of(b"AB72A7HA"));
    }

    #[test]
    fn what_is_no_code_is_none_however_long() {
        let long = "A-".repeat(20);
        for typed in ["", "AB72-A7H", "AB72-A7HAA", "AB72-A7H0", "AB72-A7H1", "AB72_A7HA", "ÄB72-A7HA", "AB72-A7H\u{ff21}", &long]
        {
            assert_eq!(Code::parse(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn every_letter_is_as_likely_as_every_other_and_none_is_shown_by_accident() {
        let mut seen = [0_u8; 32];
        for byte in 0..=255_u8 {
            let letter = Typed::<1>::from_random(&[byte]).reveal().reveal().to_string();
            seen[ALPHABET.iter().position(|known| [*known] == *letter.as_bytes()).unwrap()] += 1;
        }
        assert_eq!(seen, [8; 32]);
        assert_eq!(format!("{:?}", Code::from_random(&[3; 8])), "…");
    }
}
