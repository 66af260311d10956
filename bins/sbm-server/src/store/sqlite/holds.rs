//! The function `holds` of our connections: whether one of several texts has another text in it, in any case of its letters.

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};

use super::connection::failure;
use crate::store::StoreError;

/// Gives the connection the function. Its first argument is in lower case already.
pub(super) fn add(sql: &Connection) -> Result<(), StoreError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    sql.create_scalar_function("holds", -1, flags, holds).map_err(|error| failure(&error))
}

fn holds(context: &Context<'_>) -> rusqlite::Result<bool> {
    let wanted = context.get_raw(0).as_str().unwrap_or_default();
    Ok((1..context.len()).any(|at| context.get_raw(at).as_str().is_ok_and(|text| is_in(wanted, text))))
}

/// Plain letters are compared as they stand; only what is more costs a copy.
fn is_in(wanted: &str, text: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(wanted);
    }
    wanted.is_ascii()
        && text.len() >= wanted.len()
        && text.as_bytes().windows(wanted.len().max(1)).any(|part| part.eq_ignore_ascii_case(wanted.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_in_any_case_of_its_letters_his_5() {
        for (wanted, text, found) in [
            ("disk", "The DISK is full", true),
            ("full", "full", true),
            ("fuller", "full", false),
            ("straße", "Lange STRAßE", true),
            ("ö", "KÖLN", true),
            ("köln", "Koln", false),
            ("x", "", false),
            ("k", "\u{212a}", true),
        ] {
            assert_eq!(is_in(wanted, text), found, "{wanted} in {text}");
        }
    }
}
