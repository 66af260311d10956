//! Codes that are sent, and how many (RUN-8).
//!
//! 1. A code has eight digits, so that it is no authenticator's; it lasts ten minutes, and a new one voids the one before.
//! 2. Each one that is sent may cost the operator money: a user gets one in half a minute, and so many in an hour; so does
//!    everybody of an account together.

use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

use crate::time::{HOUR, MINUTE, SECOND, Timestamp};

/// How many digits a code has.
pub const DIGITS: usize = 8;
/// How long a code lasts.
pub const LIFE: i64 = 10 * MINUTE;
/// How long a user waits for the next code.
pub const GAP: i64 = 30 * SECOND;

/// A code that is sent: its digits. It is wiped when dropped and never shown by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct SentCode(Zeroizing<[u8; DIGITS]>);

impl SentCode {
    /// The code of these bytes of chance: of the more than 10^19 numbers that they make each code has as many as any other, but
    /// for one.
    #[must_use]
    pub fn from_random(bytes: [u8; 8]) -> Self {
        let mut number = u64::from_be_bytes(bytes);
        let mut digits = Zeroizing::new([0; DIGITS]);
        for digit in digits.iter_mut().rev() {
            *digit = b'0'.saturating_add(u8::try_from(number % 10).unwrap_or_default());
            number /= 10;
        }
        Self(digits)
    }

    /// The digits, as they were typed; none if they are not eight.
    pub(super) fn of_digits(typed: impl Iterator<Item = u8>) -> Option<Self> {
        let mut digits = Zeroizing::new([0; DIGITS]);
        let mut places = digits.iter_mut();
        for digit in typed {
            *places.next()? = digit;
        }
        places.next().is_none().then_some(Self(digits))
    }

    /// The digits, as they are sent.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.iter().map(|digit| char::from(*digit)).collect())
    }

    /// The digits in ASCII, to be hashed under a key: so few that a plain hash would keep nothing.
    #[must_use]
    pub fn digits(&self) -> &[u8; DIGITS] {
        &self.0
    }
}

impl fmt::Debug for SentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SentCode(…)")
    }
}

/// How many codes are sent in an hour, at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    /// To one user.
    pub user: u32,
    /// To all users of one account.
    pub account: u32,
}

/// How many codes were sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sendings {
    /// When the last one was sent to the user, if it still counts.
    pub last: Option<Timestamp>,
    /// In this hour to the user.
    pub user: u32,
    /// In this hour to all users of his account.
    pub account: u32,
}

impl Sendings {
    /// Whether one more may be sent; else after how many milliseconds at the soonest.
    ///
    /// # Errors
    ///
    /// How long it is to be waited.
    pub fn one_more(&self, most: Most, now: Timestamp) -> Result<(), i64> {
        let waited = self.last.map_or(GAP, |last| now.since(last));
        // A clock that was set back makes nobody wait for longer.
        if (0..GAP).contains(&waited) {
            return Err(GAP.saturating_sub(waited));
        }
        if self.user >= most.user || self.account >= most.account {
            return Err(HOUR.saturating_sub(now.as_millis().rem_euclid(HOUR)));
        }
        Ok(())
    }
}

/// Which hour a moment is in, counted from 1970.
#[must_use]
pub const fn hour(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(HOUR)
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_more_is_sent_within_the_hour_and_behind_the_gap_run_8() {
        let most = Most { user: 3, account: 5 };
        let noon = Timestamp::from_millis(12 * HOUR);
        let sendings = |last: Option<i64>, user, account| Sendings { last: last.map(|ago| noon.plus(-ago)), user, account };
        for (before, expected) in [
            (sendings(None, 0, 0), Ok(())),
            (sendings(None, 2, 4), Ok(())),
            (sendings(Some(0), 0, 0), Err(GAP)),
            (sendings(Some(GAP - 1), 0, 0), Err(1)),
            (sendings(Some(GAP), 0, 0), Ok(())),
            (sendings(Some(-5), 0, 0), Ok(())),
            (sendings(None, 3, 3), Err(HOUR)),
            (sendings(None, 0, 5), Err(HOUR)),
            (sendings(Some(GAP), 4, 9), Err(HOUR)),
        ] {
            assert_eq!(before.one_more(most, noon), expected, "{before:?}");
        }
        let late = Timestamp::from_millis(13 * HOUR - 1);
        assert_eq!(sendings(None, 3, 3).one_more(most, late), Err(1));
        assert_eq!((hour(late), hour(noon), hour(Timestamp::from_millis(-1))), (12, 12, -1));
    }

    #[test]
    fn a_code_has_eight_digits_with_those_in_front_run_8() {
        assert_eq!(*SentCode::from_random([0; 8]).text(), "00000000");
        assert_eq!(*SentCode::from_random(100_000_042_u64.to_be_bytes()).text(), "00000042");
        assert_eq!(*SentCode::from_random([255; 8]).text(), "09551615");
        assert_eq!(format!("{:?}", SentCode::from_random([1; 8])), "SentCode(…)");
    }

    proptest! {
        #[test]
        fn what_is_sent_is_read_back_run_8(bytes: [u8; 8]) {
            let code = SentCode::from_random(bytes);
            prop_assert_eq!(SentCode::of_digits(code.text().bytes()), Some(code.clone()));
            prop_assert_eq!(SentCode::of_digits(code.text().bytes().skip(1)), None);
            prop_assert_eq!(SentCode::of_digits(code.text().bytes().chain([b'0'])), None);
        }
    }
}
