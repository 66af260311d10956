//! Figures as people read them, in sentences and tables: bytes and lengths of time.

use alloc::format;
use alloc::string::String;

use crate::time::{DAY, HOUR, MINUTE, SECOND};

/// A number of bytes in the decimal units that quotas use (ACC-5): `999 B`, `1.5 kB`, `12 GB`.
#[must_use]
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    let count = u128::from(count);
    let mut unit = 1_000_u128;
    if count < unit {
        return format!("{count} B");
    }
    for name in UNITS {
        let (tenths, whole) = ((count * 10 + unit / 2) / unit, (count + unit / 2) / unit);
        match (tenths, whole) {
            (..100, _) => return format!("{}.{} {name}", tenths / 10, tenths % 10),
            (_, ..1_000) => return format!("{whole} {name}"),
            _ => unit *= 1_000,
        }
    }
    format!("{count} B")
}

/// A length of time: `0.4 s`, `59 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`, `7 d`.
#[must_use]
pub fn duration(millis: i64) -> String {
    let (days, hours, minutes, seconds) = (millis / DAY, millis % DAY / HOUR, millis % HOUR / MINUTE, millis % MINUTE / SECOND);
    let both = |whole: i64, unit: &str, rest: i64, small: &str| match rest {
        0 => format!("{whole} {unit}"),
        rest => format!("{whole} {unit} {rest} {small}"),
    };
    match millis {
        _ if millis < 10 * SECOND => format!("{}.{} s", seconds, millis.max(0) % SECOND / 100),
        _ if millis < MINUTE => format!("{seconds} s"),
        _ if millis < HOUR => both(minutes, "min", seconds, "s"),
        _ if millis < DAY => both(hours, "h", minutes, "min"),
        _ => both(days, "d", hours, "h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_short_and_rounded() {
        for (number, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (1_549, "1.5 kB"),
            (1_550, "1.6 kB"),
            (9_999, "10 kB"),
            (12_345, "12 kB"),
            (999_499, "999 kB"),
            (999_999, "1.0 MB"),
            (4 * 1024 * 1024, "4.2 MB"),
            (1_000_000_000, "1.0 GB"),
            (u64::MAX, "18 EB"),
        ] {
            assert_eq!(bytes(number), text, "{number}");
        }
    }

    #[test]
    fn durations_have_two_parts_at_most() {
        for (millis, text) in [
            (-5, "0.0 s"),
            (0, "0.0 s"),
            (449, "0.4 s"),
            (9_999, "9.9 s"),
            (59_000, "59 s"),
            (200_000, "3 min 20 s"),
            (2 * HOUR + 5 * MINUTE, "2 h 5 min"),
            (3 * DAY + 4 * HOUR, "3 d 4 h"),
            (7 * DAY, "7 d"),
            (MINUTE, "1 min"),
        ] {
            assert_eq!(duration(millis), text, "{millis}");
        }
    }
}
