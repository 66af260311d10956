//! `sbm_text`: a text that outlives the call that made it. Also how texts are made fit for C.

use std::ffi::{CString, c_char};

use crate::boundary;

/// What a getter answers where there is nothing to say: never NULL.
pub(crate) const EMPTY: *const c_char = c"".as_ptr();

/// The most characters of a wrong value that a message repeats.
const SHOWN: usize = 80;

/// A text of its own.
///
/// Threads: one at a time; it may move between threads. Since 0.1.
pub struct sbm_text {
    text: CString,
}

impl sbm_text {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: to_c(text) }
    }
}

/// The text, UTF-8, ended by NUL. Borrowed: valid until the text is freed. Never NULL; "" for a NULL text. It cannot fail.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_text_data(text: *const sbm_text) -> *const c_char {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(EMPTY, |call| Ok(call.object(text, "text")?.text.as_ptr())) }
}

/// Frees a text. NULL is fine. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_text_free(text: *mut sbm_text) {
    // SAFETY: the pointer is C's, which gives the text back.
    unsafe { boundary::free(text) }
}

/// For C a NUL ends a text, so one inside becomes a blank.
pub(crate) fn to_c(text: &str) -> CString {
    let bytes: Vec<u8> = text.bytes().map(|byte| if byte == 0 { b' ' } else { byte }).collect();
    CString::new(bytes).unwrap_or_default()
}

/// A value as a message shows it: short, and without characters that change a screen.
pub(crate) fn shown(value: &str) -> String {
    let start: String = value.chars().take(SHOWN).collect();
    let dots = if start.len() < value.len() { "…" } else { "" };
    format!("{}{dots}", start.escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_inside_does_not_cut_a_text() {
        assert_eq!(to_c("a\0b").as_bytes(), b"a b");
        assert_eq!(to_c("").as_bytes(), b"");
    }

    #[test]
    fn a_wrong_value_is_shown_short_and_harmless() {
        assert_eq!(shown("a\u{1b}[2J"), "a\\u{1b}[2J");
        assert_eq!(shown(&"x".repeat(100)), format!("{}…", "x".repeat(80)));
    }
}
