//! What somebody typed when he was asked for a code.

use super::recovery::RecoveryCode;

/// How many digits the code of a phone has.
const DIGITS: usize = 6;

/// A code, as far as its form goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// The six digits that a phone shows, as a number.
    Digits(u32),
    /// A recovery code.
    Recovery(RecoveryCode),
}

impl Given {
    /// Reads what was typed, blanks and dashes aside; none if it is neither.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut number = 0_u32;
        let mut count = 0_usize;
        for byte in text.bytes().filter(|byte| !matches!(byte, b'-' | b' ')) {
            if !byte.is_ascii_digit() || count == DIGITS {
                return RecoveryCode::parse(text).map(Self::Recovery);
            }
            number = number * 10 + u32::from(byte - b'0');
            count += 1;
        }
        (count == DIGITS).then_some(Self::Digits(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_a_phone_s_and_24_signs_are_a_recovery_code_run_8() {
        for (text, number) in [("000000", 0), ("123456", 123_456), ("123 456", 123_456), (" 99-99-99 ", 999_999)] {
            assert_eq!(Given::parse(text), Some(Given::Digits(number)), "{text}");
        }
        let digits_only = "234567-892345-678923-456789";
        for text in ["abcdef-ghijkm-npqrst-uvwxyz", digits_only] {
            assert_eq!(Given::parse(text), Some(Given::Recovery(RecoveryCode::parse(text).unwrap())), "{text}");
        }
        for bad in ["", "12345", "1234567", "12345a", "１２３４５６", "-123456a", "123.456", "99999999999999999999"] {
            assert_eq!(Given::parse(bad), None, "{bad}");
        }
    }
}
