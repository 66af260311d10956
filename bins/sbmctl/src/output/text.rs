//! How values look to a person.

pub(crate) use sbm_client::core::figure::{bytes, duration};
use sbm_client::core::name::marked;

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
    fn nothing_to_say_is_a_dash() {
        assert_eq!(joined(Vec::<String>::new()), "-");
        assert_eq!(joined(["a", "b"]), "a, b");
        assert_eq!(or_dash("  "), "-");
    }
}
