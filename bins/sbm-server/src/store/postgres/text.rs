//! Texts that PostgreSQL cannot hold as they are.
//!
//! A text of SBM may have any character in it; one of PostgreSQL's may have all but U+0000. What a client says, such as the
//! name that somebody tried to log in with, comes back as it was said all the same: U+0000 is kept as U+10FFFF and `0`, and
//! U+10FFFF, which stands for nothing in Unicode, as U+10FFFF and `1`. So two texts that differ are kept as two that differ,
//! and nobody has to send again what could not be stored.

use std::borrow::Cow;

use crate::store::StoreError;

const MARK: char = '\u{10ffff}';

/// The text as PostgreSQL keeps it.
pub(super) fn kept(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', MARK]) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\0' => kept.extend([MARK, '0']),
            MARK => kept.extend([MARK, '1']),
            c => kept.push(c),
        }
    }
    Cow::Owned(kept)
}

/// Whether the text is kept in other words than it has.
pub(super) fn is_marked(kept: &str) -> bool {
    kept.contains(MARK)
}

/// The text as it was given.
pub(super) fn given(kept: &str) -> Result<String, StoreError> {
    let mut given = String::with_capacity(kept.len());
    let mut characters = kept.chars();
    while let Some(c) = characters.next() {
        given.push(match c {
            MARK => match characters.next() {
                Some('0') => '\0',
                Some('1') => MARK,
                _ => return Err(StoreError::damaged("a text has a mark in it that nothing stands behind")),
            },
            c => c,
        });
    }
    Ok(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_comes_back_as_it_was_his_1() {
        for text in ["", "plain", "\0", "a\0b\u{10ffff}0c", "\u{10ffff}", "\u{10ffff}1\0\0", "größer\u{10fffe}"] {
            let kept = kept(text);
            assert!(!kept.contains('\0'), "{text:?}");
            assert_eq!(given(&kept).unwrap(), text);
            assert_eq!(is_marked(&kept), kept != text);
        }
    }

    #[test]
    fn a_mark_with_nothing_behind_it_is_damage() {
        for text in ["\u{10ffff}", "a\u{10ffff}2"] {
            assert!(matches!(given(text), Err(StoreError::Damaged(_))));
        }
    }
}
