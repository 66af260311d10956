//! Moments as a person reads them, in the zone of this computer or in UTC, and as a person writes them.
//!
//! 1. Tables and sentences have local time, `2026-11-21 21:04:45`; with `--utc` it is `2026-11-21 20:04:45Z`. Files for
//!    programs always have UTC (RFC 3339), JSON has milliseconds.
//! 2. What is typed is read in the same zone: a date, a date with a time of day, or how long ago: `7d`, `12h`, `30m`,
//!    `2w`. A time with a zone of its own, as RFC 3339 writes it, means what it says.

use std::sync::OnceLock;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sbm_client::core::time::{DAY, HOUR, MINUTE, SECOND, Timestamp};

use super::text::DASH;

/// The zone of everything that is shown and read; UTC until somebody chose.
static ZONE: OnceLock<TimeZone> = OnceLock::new();

/// Makes the choice for the whole process: the computer's zone, or UTC.
pub(crate) fn choose_zone(utc: bool) {
    let _chosen_before = ZONE.set(if utc { TimeZone::UTC } else { TimeZone::system() });
}

fn zone() -> &'static TimeZone {
    static UTC: TimeZone = TimeZone::UTC;
    ZONE.get().unwrap_or(&UTC)
}

/// A moment to the second.
pub(crate) fn moment(at: Timestamp) -> String {
    in_zone(at, zone())
}

fn in_zone(at: Timestamp, zone: &TimeZone) -> String {
    let Ok(instant) = jiff::Timestamp::from_millisecond(at.as_millis()) else { return at.to_rfc3339() };
    let local = zone.to_datetime(instant);
    let mark = if zone.iana_name() == Some("UTC") || *zone == TimeZone::UTC { "Z" } else { "" };
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}{mark}",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    )
}

/// A moment, or a dash for never.
pub(crate) fn moment_or_dash(at: Option<Timestamp>) -> String {
    at.map_or_else(|| DASH.to_owned(), moment)
}

/// A moment as it was typed; what it means depends on the clock and the zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// That many milliseconds ago.
    Ago(i64),
    /// At that local time.
    Local(DateTime),
    /// At that moment.
    At(Timestamp),
}

impl When {
    /// What it means now and here. A local time that a change of the clocks leaves out is the moment after the gap.
    pub(crate) fn resolve(self) -> Option<Timestamp> {
        self.resolve_in(Timestamp::from_millis(jiff::Timestamp::now().as_millisecond()), zone())
    }

    fn resolve_in(self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        Some(match self {
            Self::Ago(millis) => now.plus(-millis),
            Self::At(at) => at,
            Self::Local(local) => Timestamp::from_millis(zone.to_timestamp(local).ok()?.as_millisecond()),
        })
    }
}

/// Reads a moment.
pub(crate) fn when(text: &str) -> Result<When, String> {
    let text = text.trim();
    ago(text)
        .map(When::Ago)
        .or_else(|| text.parse::<jiff::Timestamp>().ok().map(|at| When::At(Timestamp::from_millis(at.as_millisecond()))))
        .or_else(|| text.parse::<DateTime>().ok().map(When::Local))
        .ok_or_else(|| "say a date (2026-11-21), a date and a time (2026-11-21T20:04), or how long ago (7d, 12h, 30m)".to_owned())
}

/// A length of time: a number and `w`, `d`, `h`, `m` or `s`.
pub(crate) fn span(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "w" => 7 * DAY,
        "d" => DAY,
        "h" => HOUR,
        "m" => MINUTE,
        "s" => SECOND,
        _ => return None,
    };
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    number.parse::<i64>().ok()?.checked_mul(unit)
}

fn ago(text: &str) -> Option<i64> {
    span(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_millis(1_795_291_485_123);

    fn berlin() -> TimeZone {
        // A zone with two hours, written out, so that the test asks no file of this computer.
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    #[test]
    fn moments_are_local_or_marked_as_utc_con_1() {
        assert_eq!(in_zone(AT, &TimeZone::UTC), "2026-11-21 20:04:45Z");
        assert_eq!(in_zone(AT, &berlin()), "2026-11-21 21:04:45");
        assert_eq!(in_zone(Timestamp::from_millis(i64::MAX), &TimeZone::UTC), "9223372036854775807ms");
        assert_eq!(moment_or_dash(None), "-");
        assert_eq!(moment(AT), "2026-11-21 20:04:45Z", "nobody has chosen a zone");
    }

    #[test]
    fn a_moment_is_typed_as_a_date_a_time_or_how_long_ago_his_5() {
        let now = Timestamp::from_millis(1_795_291_485_123);
        for (text, zone, expected) in [
            ("7d", TimeZone::UTC, "2026-11-14T20:04:45.123Z"),
            ("2w", TimeZone::UTC, "2026-11-07T20:04:45.123Z"),
            ("12h", TimeZone::UTC, "2026-11-21T08:04:45.123Z"),
            ("30m", TimeZone::UTC, "2026-11-21T19:34:45.123Z"),
            ("0s", TimeZone::UTC, "2026-11-21T20:04:45.123Z"),
            ("2026-11-21", TimeZone::UTC, "2026-11-21T00:00:00.000Z"),
            ("2026-11-21", berlin(), "2026-11-20T23:00:00.000Z"),
            ("2026-07-01", berlin(), "2026-06-30T22:00:00.000Z"),
            ("2026-11-21 20:04", berlin(), "2026-11-21T19:04:00.000Z"),
            ("2026-11-21T20:04:45", TimeZone::UTC, "2026-11-21T20:04:45.000Z"),
            ("2026-11-21T20:04:45Z", berlin(), "2026-11-21T20:04:45.000Z"),
            ("2026-11-21T20:04:45+02:00", berlin(), "2026-11-21T18:04:45.000Z"),
            // The night of the change: half past two is not there, and the moment after the gap is meant.
            ("2026-03-29 02:30", berlin(), "2026-03-29T01:30:00.000Z"),
        ] {
            let resolved = when(text).unwrap().resolve_in(now, &zone);
            assert_eq!(resolved.map(Timestamp::to_rfc3339).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused_with_the_ways_to_write_one() {
        for text in ["", "d", "-7d", "7", "7y", "1.5d", "yesterday", "21.11.2026", "2026-13-01", "99999999999999999d", "７d"] {
            assert!(when(text).is_err_and(|told| told.contains("7d")), "{text:?}");
        }
    }
}
