//! What somebody typed when he was asked for a code.

use super::recovery::RecoveryCode;
use super::sent::{self, SentCode};

/// How many digits the code of a phone has.
const DIGITS: usize = 6;

/// A code, as far as its form goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// The six digits that a phone shows, as a number.
    Digits(u32),
    /// The eight digits that were sent.
    Sent(SentCode),
    /// A recovery code.
    Recovery(RecoveryCode),
}

impl Given {
    /// Reads what was typed, blanks and dashes aside; none if it is neither.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let typed = || text.bytes().filter(|byte| !matches!(byte, b'-' | b' '));
        let count = typed().count();
        if count > sent::DIGITS || !typed().all(|byte| byte.is_ascii_digit()) {
            return RecoveryCode::parse(text).map(Self::Recovery);
        }
        match count {
            DIGITS => Some(Self::Digits(typed().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))),
            sent::DIGITS => SentCode::of_digits(typed()).map(Self::Sent),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_a_phone_s_eight_were_sent_and_24_signs_are_a_recovery_code_run_8() {
        for (text, number) in [("000000", 0), ("123456", 123_456), ("123 456", 123_456), (" 99-99-99 ", 999_999)] {
            assert_eq!(Given::parse(text), Some(Given::Digits(number)), "{text}");
        }
        for text in ["01234567", "0123 4567", "01-23-45-67 "] {
            assert_eq!(Given::parse(text), SentCode::of_digits(b"01234567".iter().copied()).map(Given::Sent), "{text}");
        }
        let digits_only = "234567-892345-678923-456789";
        for text in ["abcdef-ghijkm-npqrst-uvwxyz", digits_only] {
            assert_eq!(Given::parse(text), Some(Given::Recovery(RecoveryCode::parse(text).unwrap())), "{text}");
        }
        for bad in [
            "",
            "12345",
            "1234567",
            "12345a",
            "１２３４５６",
            "-123456a",
            "123.456",
            "1234567a",
            "123456789",
            "99999999999999999999",
        ] {
            assert_eq!(Given::parse(bad), None, "{bad}");
        }
    }
}
