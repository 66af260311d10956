//! Texts in files for spreadsheets (CON-1): what a device or a user calls itself does not run on an administrator's desk.

use alloc::borrow::Cow;
use alloc::string::String;

/// A text that no spreadsheet takes for a formula, whether it splits lines at commas, semicolons or tabs: where a cell begins
/// like one, an apostrophe stands before it.
///
/// 1. A cell begins at the beginning of the text; behind each semicolon, tab and end of line too, since quotes mean nothing to
///    who splits elsewhere than at commas.
/// 2. A formula begins with `=`, `+`, `-` or `@`, also in full width, and also behind blanks and signs that are not seen.
/// 3. A text that begins with a tab or an end of line has an apostrophe in any case.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    let is_cell = |at: usize| at == 0 || text.get(..at).is_some_and(|before| before.ends_with(SPLITS));
    let is_harm = |at: usize| {
        let Some(cell) = text.get(at..) else { return false };
        cell.trim_start_matches(is_unseen).starts_with(FORMULA) || (at == 0 && cell.starts_with(['\t', '\r', '\n']))
    };
    let mut harmless = String::new();
    let mut done = 0;
    for (at, _) in text.char_indices().filter(|(at, _)| is_cell(*at) && is_harm(*at)) {
        harmless.push_str(text.get(done..at).unwrap_or_default());
        harmless.push('\'');
        done = at;
    }
    if harmless.is_empty() {
        return Cow::Borrowed(text);
    }
    harmless.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(harmless)
}

/// A text as it stands in a file that is read back: [`harmless`], and [`read_back`] gives the very text again. To that end a
/// cell that has apostrophes before a formula of its own gets one more.
#[must_use]
pub fn written(text: &str) -> Cow<'_, str> {
    with_cells(text, |cell, into| {
        into.push('\'');
        into.push_str(cell);
    })
}

/// The text that was [`written`]; one that [`harmless`] gave loses the apostrophe too. A spreadsheet keeps both as they are.
#[must_use]
pub fn read_back(text: &str) -> Cow<'_, str> {
    with_cells(text, |cell, into| into.push_str(cell.strip_prefix('\'').unwrap_or(cell)))
}

/// The text with each of its cells changed that is a formula, apostrophes before it or not.
fn with_cells(text: &str, change: impl Fn(&str, &mut String)) -> Cow<'_, str> {
    let is_formula = |at: usize, cell: &str| {
        let bare = cell.trim_start_matches('\'');
        bare.trim_start_matches(is_unseen).starts_with(FORMULA) || (at == 0 && bare.starts_with(['\t', '\r', '\n']))
    };
    let cells = || text.split_inclusive(SPLITS).enumerate();
    if !cells().any(|(at, cell)| is_formula(at, cell)) {
        return Cow::Borrowed(text);
    }
    let mut changed = String::with_capacity(text.len() + 4);
    for (at, cell) in cells() {
        if is_formula(at, cell) { change(cell, &mut changed) } else { changed.push_str(cell) }
    }
    Cow::Owned(changed)
}

/// What a formula begins with.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// Where cells are split by those who do not split at commas; an end of line ends a row for them.
const SPLITS: [char; 4] = [';', '\t', '\r', '\n'];

/// What a spreadsheet may pass over before it reads a formula; what splits is not among it.
fn is_unseen(sign: char) -> bool {
    !SPLITS.contains(&sign) && (sign.is_whitespace() || sign.is_control() || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{feff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_a_formula_however_it_is_split_con_1() {
        for (text, expected) in [
            ("", ""),
            ("Finance", "Finance"),
            ("a-b=c+d@e", "a-b=c+d@e"),
            ("=1", "'=1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@a", "'@a"),
            ("＝1", "'＝1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠a", "'＠a"),
            ("\ta", "'\ta"),
            ("\ra", "'\ra"),
            ("\na", "'\na"),
            ("\n=1", "'\n'=1"),
            ("  =1", "'  =1"),
            ("\u{a0}\u{feff}\u{1}=1", "'\u{a0}\u{feff}\u{1}=1"),
            ("a;=1", "a;'=1"),
            ("a; =1; b;@c", "a;' =1; b;'@c"),
            ("a\n=1", "a\n'=1"),
            ("a\t-1", "a\t'-1"),
            ("a\r\n=1", "a\r\n'=1"),
            ("a,=1", "a,=1"),
            ("=", "'="),
            ("ä;＝", "ä;'＝"),
        ] {
            assert_eq!(harmless(text), expected, "{text:?}");
            assert_eq!(harmless(expected), expected, "twice: {text:?}");
        }
    }

    #[test]
    fn what_is_written_is_harmless_and_read_back_as_it_was_con_1() {
        // Every text of up to four of these, which are all that matter.
        let signs = ['=', '\'', ';', '\t', '\n', ' ', 'a', '＠', '\u{200b}'];
        let mut texts = alloc::vec![String::new()];
        let mut whole = 0;
        for _ in 0..4 {
            let longer: alloc::vec::Vec<String> =
                texts.iter().skip(whole).flat_map(|text| signs.map(|sign| alloc::format!("{text}{sign}"))).collect();
            whole = texts.len();
            texts.extend(longer);
        }
        assert!(texts.len() > 7_000);
        for text in &texts {
            let file = written(text);
            assert_eq!(read_back(&file), text.as_str(), "{text:?} as {file:?}");
            assert_eq!(harmless(&file), file, "{text:?} is a formula still");
            assert_eq!(read_back(&harmless(text)), read_back(text), "{text:?} from a list");
        }
        for plain in ["", "Finance", "o'neil", "'quoted'", "a;b", "two\nlines"] {
            assert_eq!((written(plain).as_ref(), read_back(plain).as_ref()), (plain, plain));
        }
    }
}
