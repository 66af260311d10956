//! Recovery codes: for the day on which the phone is gone. Each works once.
//!
//! A code has 24 signs of 32, 120 bits: so many that a plain hash keeps it (112 are asked for). It is shown in groups of six,
//! with signs of which none looks like another, and read in any case, with or without dashes and blanks.

use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

use crate::id::Hash;

/// How many a user has at once.
pub const COUNT: usize = 10;

/// How many signs a code has, and so many bytes of chance it takes.
pub const SIGNS: usize = 24;
const GROUP: usize = 6;
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// What stands before a code in its hash, so that the hash is good for nothing else.
const DOMAIN: &[u8] = b"SBM recovery code v1 ";

/// A recovery code: the plain signs. It is wiped when dropped and never shown by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(Zeroizing<[u8; SIGNS]>);

impl RecoveryCode {
    /// The code of these bytes of chance: 256 is a multiple of 32, so no sign comes more often than another.
    #[must_use]
    pub fn from_random(bytes: &[u8; SIGNS]) -> Self {
        let mut signs = Zeroizing::new([0; SIGNS]);
        for (sign, byte) in signs.iter_mut().zip(bytes) {
            *sign = ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or_default();
        }
        Self(signs)
    }

    /// Reads what somebody typed; none if it is no recovery code at all.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut signs = Zeroizing::new([0; SIGNS]);
        let mut places = signs.iter_mut();
        for byte in text.bytes().filter(|byte| !matches!(byte, b'-' | b' ')) {
            let sign = byte.to_ascii_lowercase();
            if !ALPHABET.contains(&sign) {
                return None;
            }
            *places.next()? = sign;
        }
        places.next().is_none().then_some(Self(signs))
    }

    /// The code as it is shown, in groups.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(SIGNS + SIGNS / GROUP));
        for (place, sign) in self.0.iter().enumerate() {
            if place > 0 && place % GROUP == 0 {
                text.push('-');
            }
            text.push(char::from(*sign));
        }
        text
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut covered = Zeroizing::new([0; DOMAIN.len() + SIGNS]);
        covered.iter_mut().zip(DOMAIN.iter().chain(self.0.iter())).for_each(|(to, from)| *to = *from);
        Hash::of(covered.as_slice())
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_read_in_any_case_with_or_without_dashes_run_8() {
        let code = RecoveryCode::parse("abcdef-ghijkm-npqrst-uvwxyz").unwrap();
        for same in ["abcdefghijkmnpqrstuvwxyz", " ABCDEF GHIJKM-npqrst uvwxyz ", "a-b-cdefghijkmnpqrstuvwxyz-"] {
            assert_eq!(RecoveryCode::parse(same), Some(code.clone()), "{same}");
        }
        for bad in
            ["", "123456", "abcdef-ghijkm-npqrst-uvwxy", "abcdef-ghijkm-npqrst-uvwxyz2", "abcdef-ghijkl-npqrst-uvwxyz", "äbcdef"]
        {
            assert_eq!(RecoveryCode::parse(bad), None, "{bad}");
        }
        assert_eq!(format!("{code:?}"), "RecoveryCode(…)");
    }

    #[test]
    fn the_hash_is_that_of_the_signs_behind_its_domain_and_is_frozen_run_8() {
        let code = RecoveryCode::parse("abcdef-ghijkm-npqrst-uvwxyz").unwrap();
        assert_eq!(code.hash(), Hash::of(b"SBM recovery code v1 abcdefghijkmnpqrstuvwxyz"));
    }

    #[test]
    fn every_sign_comes_equally_often_run_8() {
        let signs: BTreeSet<u8> = ALPHABET.iter().copied().collect();
        assert_eq!((signs.len(), 256 % ALPHABET.len()), (32, 0));
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back_run_8(bytes: [u8; SIGNS]) {
            let code = RecoveryCode::from_random(&bytes);
            let shown = code.text();
            prop_assert_eq!(shown.len(), SIGNS + 3);
            prop_assert_eq!(RecoveryCode::parse(&shown), Some(code.clone()));
            prop_assert_eq!(RecoveryCode::parse(&shown.to_uppercase()).unwrap().hash(), code.hash());
        }

        #[test]
        fn other_chance_is_another_code_run_8(one: [u8; SIGNS], at in 0..SIGNS, by in 1_u8..32) {
            let mut two = one;
            two[at] = two[at].wrapping_add(by);
            prop_assert_ne!(RecoveryCode::from_random(&one).hash(), RecoveryCode::from_random(&two).hash());
        }
    }
}
