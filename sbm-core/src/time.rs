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

impl Timestamp {
    /// Reads `2026-11-21T21:04:45.123+01:00` (RFC 3339), and gives the offset from UTC in minutes with it.
    ///
    /// A blank may stand in place of the `T`, and a fraction of a second may have up to nine digits, of which three count.
    /// A leap second is the beginning of the next minute. `None` for anything else.
    #[must_use]
    pub fn from_rfc3339(text: &str) -> Option<(Self, i32)> {
        let (date, rest) = text.split_at_checked(10)?;
        let (mark, rest) = rest.split_at_checked(1)?;
        let (clock, rest) = rest.split_at_checked(8)?;
        let (year, month, day) = (field(date, 0..4)?, field(date, 5..7)?, field(date, 8..10)?);
        let (hour, minute, second) = (field(clock, 0..2)?, field(clock, 3..5)?, field(clock, 6..8)?);
        let is_separated = date.get(4..5)? == "-"
            && date.get(7..8)? == "-"
            && matches!(mark, "T" | "t" | " ")
            && clock.get(2..3)? == ":"
            && clock.get(5..6)? == ":";
        if !is_separated || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let days = days_from_civil(year, month, day);
        // A day that its month does not have comes out as another one.
        if civil_from_days(days) != (year, month, day) {
            return None;
        }
        let (millis, zone) = fraction(rest)?;
        let offset = offset(zone)?;
        let local = days * DAY + hour * HOUR + minute * MINUTE + second * SECOND + millis;
        Some((Self(local - i64::from(offset) * MINUTE), offset))
    }
}

/// A number of digits alone.
fn field(text: &str, at: core::ops::Range<usize>) -> Option<i64> {
    let digits = text.get(at)?;
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
}

/// The milliseconds of a fraction of a second, if there is one, and what stands behind it.
fn fraction(text: &str) -> Option<(i64, &str)> {
    let Some(rest) = text.strip_prefix('.') else { return Some((0, text)) };
    let end = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, zone) = rest.split_at_checked(end)?;
    if !(1..=9).contains(&end) {
        return None;
    }
    let millis = digits.bytes().chain(*b"00").take(3).fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Some((millis, zone))
}

/// `Z`, or `+01:00` in minutes.
fn offset(text: &str) -> Option<i32> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let sign = match text.get(0..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = (field(text, 1..3)?, field(text, 4..6)?);
    if text.len() != 6 || text.get(3..4)? != ":" || hours > 23 || minutes > 59 {
        return None;
    }
    i32::try_from(sign * (hours * 60 + minutes)).ok()
}

/// The day counted from 1970-01-01 of a Gregorian date, by counting from the first of March of year 0.
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
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
    fn what_scripts_write_as_rfc_3339_is_read() {
        for (text, millis, offset) in [
            ("1970-01-01T00:00:00Z", 0, 0),
            ("1970-01-01t00:00:00z", 0, 0),
            ("2026-11-21T20:04:45.123Z", 1_795_291_485_123, 0),
            ("2026-11-21T21:04:45.1234567+01:00", 1_795_291_485_123, 60),
            ("2026-11-21 14:34:45.1-05:30", 1_795_291_485_100, -330),
            ("2026-11-21T20:04:45-00:00", 1_795_291_485_000, 0),
            ("2000-02-29T00:00:00+00:00", 951_782_400_000, 0),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000, 0),
            ("9999-12-31T23:59:59.999999999Z", 253_402_300_799_999, 0),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000, 0),
        ] {
            assert_eq!(Timestamp::from_rfc3339(text), Some((Timestamp::from_millis(millis), offset)), "{text}");
        }
        for text in [
            "",
            "now",
            "1795291485",
            "2026-11-21",
            "2026-11-21T20:04:45",
            "2026-11-21T20:04Z",
            "2026-11-21T20:04:45.Z",
            "2026-11-21T20:04:45,5Z",
            "2026-11-21T20:04:45.1234567890Z",
            "2026-11-21T20:04:45+0100",
            "2026-11-21T20:04:45+01:00 ",
            "2026-11-21T20:04:45+24:00",
            "2026-11-21T20:04:45+01:60",
            "2026-11-21T24:00:00Z",
            "2026-11-21T20:60:00Z",
            "2026-11-21T20:04:61Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-1-01T00:00:00Z0",
            "+026-01-01T00:00:00Z",
            "20２6-01-01T00:00:00Z",
            "2026-01-01T00:00:00Ｚ",
        ] {
            assert_eq!(Timestamp::from_rfc3339(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_as_rfc_3339_is_read_again(millis in -62_167_219_200_000_i64..=253_402_300_799_999) {
            let at = Timestamp::from_millis(millis);
            proptest::prop_assert_eq!(Timestamp::from_rfc3339(&at.to_rfc3339()), Some((at, 0)));
        }

        #[test]
        fn no_text_makes_the_reader_of_moments_stumble(text in ".{0,40}") {
            let _read = Timestamp::from_rfc3339(&text);
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
