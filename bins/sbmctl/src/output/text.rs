//! How values look to a person.

use sbm_client::core::name::marked;
use sbm_client::core::time::{DAY, HOUR, MINUTE, SECOND};

/// The text without anything that a terminal obeys or that hides: one line, no control characters, no marks that turn
/// the direction of writing round.
pub(crate) fn clean(text: &str) -> String {
    marked(text)
        .map(|(c, hidden)| match c {
            '\n' | '\r' | '\t' => ' ',
            _ if hidden => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// The same of a text of several lines, whose ends and tabs stay.
pub(crate) fn clean_lines(text: &str) -> String {
    text.split_inclusive(['\n', '\t'])
        .map(|part| match part.strip_suffix(['\n', '\t']) {
            Some(line) => clean(line) + part.get(line.len()..).unwrap_or_default(),
            None => clean(part),
        })
        .collect()
}

/// Whether there is nothing to clean in a text of several lines.
pub(crate) fn is_clean(text: &str) -> bool {
    clean_lines(text) == text
}

/// A number of bytes in the decimal units that quotas use (ACC-5): `999 B`, `1.5 kB`, `12 GB`.
pub(crate) fn bytes(count: u64) -> String {
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

/// A length of time: `0.4 s`, `59 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
pub(crate) fn duration(millis: i64) -> String {
    let (days, hours, minutes, seconds) = (millis / DAY, millis % DAY / HOUR, millis % HOUR / MINUTE, millis % MINUTE / SECOND);
    match millis {
        _ if millis < 10 * SECOND => format!("{}.{} s", seconds, millis.max(0) % SECOND / 100),
        _ if millis < MINUTE => format!("{seconds} s"),
        _ if millis < HOUR => format!("{minutes} min {seconds} s"),
        _ if millis < DAY => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

/// What stands where there is nothing to say.
pub(crate) const DASH: &str = "-";

/// The text, or a dash.
pub(crate) fn or_dash(text: &str) -> String {
    if text.trim().is_empty() { DASH.to_owned() } else { text.to_owned() }
}

/// Names in a row, or a dash.
pub(crate) fn joined<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    or_dash(&items.join(", "))
}

/// `yes` or `no`.
pub(crate) const fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// `1 user`, `2 users`.
pub(crate) fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_server_can_move_the_cursor() {
        for (raw, clean_text) in [
            ("Büro 名前", "Büro 名前"),
            ("two\nlines\tand\r", "two lines and "),
            ("\u{1b}[2Jgone", "\u{fffd}[2Jgone"),
            ("\u{9b}31m", "\u{fffd}31m"),
            ("می\u{200c}خواهم a\u{200c}b", "می\u{200c}خواهم a\u{fffd}b"),
            ("a\u{202e}b\u{0}", "a\u{fffd}b\u{fffd}"),
        ] {
            assert_eq!(clean(raw), clean_text, "{raw:?}");
        }
    }

    #[test]
    fn a_text_of_several_lines_keeps_their_ends_and_nothing_hidden() {
        assert!(is_clean("a\n  b\n") && !is_clean("a\u{202e}\nb") && !is_clean("a\r\nb"));
        assert_eq!(clean_lines("a\u{1b}[1m\n\tb\n"), "a\u{fffd}[1m\n\tb\n");
    }

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
        ] {
            assert_eq!(duration(millis), text, "{millis}");
        }
    }

    #[test]
    fn nothing_to_say_is_a_dash() {
        assert_eq!(joined(Vec::<String>::new()), "-");
        assert_eq!(joined(["a", "b"]), "a, b");
        assert_eq!(or_dash("  "), "-");
    }
}
