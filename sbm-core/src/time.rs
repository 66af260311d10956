//! Time as an argument: milliseconds since 1970, never asked for in here (OFF-6).

use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01T00:00:00Z, negative before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// The lengths of time the rules speak of, in milliseconds.
pub const SECOND: i64 = 1_000;
/// Sixty seconds.
pub const MINUTE: i64 = 60 * SECOND;
/// Sixty minutes.
pub const HOUR: i64 = 60 * MINUTE;
/// Twenty-four hours.
pub const DAY: i64 = 24 * HOUR;

impl Timestamp {
    /// The moment that many milliseconds after the start of 1970.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the start of 1970.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// This moment and that many milliseconds more; stays at the end of time instead of wrapping.
    #[must_use]
    pub const fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this moment, negative if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whether at least `span` milliseconds have passed since `earlier`, or the clock was set back behind it.
    ///
    /// For reminders and uploads (OFF-4): a clock set back must not block them. Never for anything that expires.
    #[must_use]
    pub const fn is_due(self, earlier: Self, span: i64) -> bool {
        self.0 < earlier.0 || self.since(earlier) >= span
    }

    /// `2026-11-21T20:04:45.123Z`; what lies outside the years 0 to 9999 is given as a number of milliseconds.
    #[must_use]
    pub fn to_rfc3339(self) -> alloc::string::String {
        let (days, millis) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        let (year, month, day) = civil_from_days(days);
        if !(0..=9999).contains(&year) {
            return alloc::format!("{}ms", self.0);
        }
        let (hour, minute) = (millis / HOUR, millis % HOUR / MINUTE);
        let (second, milli) = (millis % MINUTE / SECOND, millis % SECOND);
        alloc::format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    }
}

/// The Gregorian date of a day counted from 1970-01-01, by counting from the first of March of year 0.
const fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days.saturating_add(719_468);
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_rfc_3339() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_291_485_123, "2026-11-21T20:04:45.123Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (i64::MAX, "9223372036854775807ms"),
            (i64::MIN, "-9223372036854775808ms"),
        ] {
            assert_eq!(Timestamp::from_millis(millis).to_rfc3339(), text);
        }
    }

    #[test]
    fn a_clock_set_back_makes_a_reminder_due() {
        let last = Timestamp::from_millis(10 * HOUR);
        assert!(!last.plus(HOUR - 1).is_due(last, HOUR));
        assert!(last.plus(HOUR).is_due(last, HOUR));
        assert!(last.plus(-1).is_due(last, HOUR));
    }
}
