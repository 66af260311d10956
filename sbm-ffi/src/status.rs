//! `sbm_status`: the number of the error table, and what the table says about it (ERR-1).

use std::ffi::{CString, c_char};
use std::sync::OnceLock;

use ::sbm_client::core::code::Code;

use crate::boundary;
use crate::text;

/// What a call came to: SBM_OK, or one of SBM_STATUS_*. Numbers are never reused. A later library may answer with numbers
/// that this header does not name; sbm_status_text() knows them. Since 0.1.
pub type sbm_status = i32;

/// The table's texts as C wants them, made at the first question and kept.
struct Texts {
    name: CString,
    text: CString,
}

/// The stable name of a status, such as "denied_right": lower case, for logs and scripts. "unknown" for a number that is no
/// status. Never NULL; valid for ever. Any thread. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn sbm_status_name(status: sbm_status) -> *const c_char {
    // SAFETY: no pointer comes in.
    unsafe { boundary::read(c"unknown".as_ptr(), |_| Ok(texts(status).map_or(c"unknown".as_ptr(), |texts| texts.name.as_ptr()))) }
}

/// What a status means in general: one sentence, lower case. The message of an error says more. Never NULL; valid for ever.
/// Any thread. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn sbm_status_text(status: sbm_status) -> *const c_char {
    let unknown = c"this is no status of this library".as_ptr();
    // SAFETY: no pointer comes in.
    unsafe { boundary::read(unknown, |_| Ok(texts(status).map_or(unknown, |texts| texts.text.as_ptr()))) }
}

/// 1 if the same call may succeed later without anybody changing anything, else 0. Any thread. status: any number. It cannot
/// fail. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn sbm_status_is_retryable(status: sbm_status) -> i32 {
    i32::from(Code::from_number(status).is_some_and(Code::is_retryable))
}

fn texts(status: sbm_status) -> Option<&'static Texts> {
    static TABLE: OnceLock<Vec<Texts>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        Code::ALL.iter().map(|code| Texts { name: text::to_c(code.name()), text: text::to_c(code.text()) }).collect()
    });
    let row = Code::ALL.iter().position(|code| code.number() == status)?;
    table.get(row)
}
