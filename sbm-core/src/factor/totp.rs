//! Codes of a step of time (RFC 6238), each of which works once.

use alloc::format;
use alloc::string::String;

use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _, ConstantTimeGreater as _};
use zeroize::Zeroizing;

use super::hotp::{Algorithm, Digits, code};
use crate::time::{SECOND, Timestamp};

/// How many bytes a key has that is made here: as long as the hash.
pub const KEY: usize = 20;

/// How a phone makes its codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totp {
    /// The hash.
    pub algorithm: Algorithm,
    /// The length of a code.
    pub digits: Digits,
    /// The length of a step.
    pub period: Period,
}

/// The length of a step of time: 15 to 120 seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period(u8);

impl Period {
    /// What every authenticator knows.
    pub const THIRTY_SECONDS: Self = Self(30);

    /// So many seconds; none outside 15 to 120.
    #[must_use]
    pub const fn new(seconds: u8) -> Option<Self> {
        if seconds >= 15 && seconds <= 120 { Some(Self(seconds)) } else { None }
    }

    /// In seconds.
    #[must_use]
    pub const fn seconds(self) -> u8 {
        self.0
    }
}

impl Totp {
    /// What every authenticator knows, whatever the `otpauth:` address says: SHA-1, six digits, thirty seconds.
    pub const COMMON: Self = Self { algorithm: Algorithm::Sha1, digits: Digits::Six, period: Period::THIRTY_SECONDS };

    /// The step of a moment; the first one for all before 1970.
    #[must_use]
    pub fn step(&self, now: Timestamp) -> u64 {
        u64::try_from(now.as_millis()).unwrap_or(0) / (u64::from(self.period.seconds()) * SECOND.unsigned_abs())
    }

    /// The code of a step, as it is shown.
    #[must_use]
    pub fn code(&self, key: &[u8], step: u64) -> Zeroizing<String> {
        let number = code(self.algorithm, key, step, self.digits);
        Zeroizing::new(format!("{number:0width$}", width = self.digits.count()))
    }

    /// The step whose code was given: the current one, the one before or the one behind, and none up to `last`, the one that
    /// counted before. Where two of them have the same code it is the later one, so that the code is over with both.
    ///
    /// # Security
    ///
    /// All three are always compared, each in a time that does not tell where it differs.
    #[must_use]
    pub fn matching(&self, key: &[u8], given: u32, now: Timestamp, last: u64) -> Option<u64> {
        let current = self.step(now);
        let mut found = (Choice::from(0), 0_u64);
        for step in [current.saturating_sub(1), current, current.saturating_add(1)] {
            let fits = code(self.algorithm, key, step, self.digits).ct_eq(&given) & step.ct_gt(&last);
            found = (found.0 | fits, u64::conditional_select(&found.1, &step, fits));
        }
        bool::from(found.0).then_some(found.1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Its printed key is as long as each hash: the short one alone fails twelve of the vectors.
    const KEYS: [(Algorithm, &[u8]); 3] = [
        (Algorithm::Sha1, b"12345678901234567890"),
        (Algorithm::Sha256, b"12345678901234567890123456789012"),
        (Algorithm::Sha512, b"1234567890123456789012345678901234567890123456789012345678901234"),
    ];

    #[test]
    fn the_eighteen_vectors_of_rfc_6238_run_8() {
        let vectors = [
            (59, ["94287082", "46119246", "90693936"]),
            (1_111_111_109, ["07081804", "68084774", "25091201"]),
            (1_111_111_111, ["14050471", "67062674", "99943326"]),
            (1_234_567_890, ["89005924", "91819424", "93441116"]),
            (2_000_000_000, ["69279037", "90698825", "38618901"]),
            (20_000_000_000, ["65353130", "77737706", "47863826"]),
        ];
        for (seconds, codes) in vectors {
            let now = Timestamp::from_millis(seconds * SECOND);
            for ((algorithm, key), expected) in KEYS.into_iter().zip(codes) {
                let totp = Totp { algorithm, digits: Digits::Eight, period: Period::THIRTY_SECONDS };
                assert_eq!(*totp.code(key, totp.step(now)), expected, "{algorithm:?} at {seconds}");
                let given = expected.parse().unwrap();
                assert_eq!(totp.matching(key, given, now, 0), Some(totp.step(now)));
            }
        }
    }

    #[test]
    fn a_code_counts_one_step_either_way_and_no_further_run_8() {
        let (totp, key) = (Totp::COMMON, KEYS[0].1);
        let given = totp.code(key, 1_000).parse().unwrap();
        for (second, counts) in [
            (999 * 30 - 1, false),
            (999 * 30, true),
            (1_000 * 30, true),
            (1_001 * 30 + 29, true),
            (1_002 * 30, false),
            (-5, false),
        ] {
            let now = Timestamp::from_millis(second * SECOND);
            assert_eq!(totp.matching(key, given, now, 0), counts.then_some(1_000), "{second}");
        }
    }

    #[test]
    fn a_period_is_neither_too_short_to_type_nor_long_enough_to_guess_run_8() {
        for (seconds, is_one) in [(0, false), (14, false), (15, true), (30, true), (120, true), (121, false), (255, false)] {
            assert_eq!(Period::new(seconds).is_some(), is_one, "{seconds}");
        }
    }

    proptest! {
        #[test]
        fn no_step_counts_twice_and_none_before_one_that_counted_run_8(
            key in proptest::collection::vec(any::<u8>(), 20),
            begin in 1_000_u64..1_000_000,
            tries in proptest::collection::vec((0_u64..12, 0_i64..360), 1..40),
        ) {
            let totp = Totp::COMMON;
            let mut last = 0;
            for (offset, second) in tries {
                let given = totp.code(&key, begin + offset).parse().unwrap();
                let now = Timestamp::from_millis((i64::try_from(begin).unwrap() * 30 + second) * SECOND);
                let found = totp.matching(&key, given, now, last);
                let near = (begin + offset).abs_diff(totp.step(now)) <= 1;
                if near && begin + offset > last {
                    prop_assert!(found.is_some());
                }
                if let Some(step) = found {
                    prop_assert!(step > last && step.abs_diff(totp.step(now)) <= 1);
                    prop_assert_eq!(code(totp.algorithm, &key, step, totp.digits), given);
                    last = step;
                    prop_assert_eq!(totp.matching(&key, given, now, last), None);
                }
            }
        }

        #[test]
        fn what_is_no_code_of_the_three_steps_never_counts_run_8(given in 0_u32..1_000_000, second in 0_i64..4_000_000_000) {
            let (totp, key) = (Totp::COMMON, KEYS[0].1);
            let now = Timestamp::from_millis(second * SECOND);
            let step = totp.step(now);
            let is_one = [step.saturating_sub(1), step, step + 1].iter().any(|step| {
                *step > 0 && code(totp.algorithm, key, *step, totp.digits) == given
            });
            prop_assert_eq!(totp.matching(key, given, now, 0).is_some(), is_one);
        }

        #[test]
        fn a_number_that_is_too_large_is_no_code_run_8(given in 1_000_000_u32.., step in 1_u64..1_000_000) {
            let now = Timestamp::from_millis(i64::try_from(step).unwrap() * 30 * SECOND);
            prop_assert_eq!(Totp::COMMON.matching(KEYS[0].1, given, now, 0), None);
        }
    }
}
