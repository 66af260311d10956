//! `sbm_error`: why a call failed, in words.

use std::ffi::{CString, c_char};

use ::sbm_client::core::code::Code;
use ::sbm_client::core::factor::Channel;

use crate::boundary;
use crate::enrolment::of_number;
use crate::status::sbm_status;
use crate::text;

/// Why a call failed: its status again, a sentence for a person, and when to try again. A call that fails puts one into
/// `*error` if `error` is not NULL; a call that succeeds sets `*error` to NULL. Free it before you reuse the variable.
///
/// Threads: one at a time; it may move between threads. Since 0.1.
pub struct sbm_error {
    status: sbm_status,
    message: CString,
    retry_after_ms: i64,
    codes: Vec<(Channel, CString)>,
}

/// A failure on its way to C.
#[derive(Debug)]
pub(crate) struct Failure {
    pub code: Code,
    pub message: String,
    pub retry_after_ms: i64,
    /// Where a code of a second factor can be sent to.
    pub codes: Vec<(Channel, String)>,
}

impl Failure {
    #[cold]
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after_ms: -1, codes: Vec::new() }
    }

    /// A required argument is NULL.
    #[cold]
    pub(crate) fn null(name: &str) -> Self {
        Self::new(Code::NullArgument, format!("`{name}` is NULL; it must be given"))
    }

    /// A handle that is not open, or not of this process.
    #[cold]
    pub(crate) fn handle(code: Code, name: &str) -> Self {
        let message = match code {
            Code::Forked => format!("`{name}` was opened before a fork; open a client of its own in the child"),
            Code::TooManyHandles => format!("as many handles are open as there can be; free each `{name}` after use"),
            _ => format!("`{name}` is not open: it was freed, or it never was one"),
        };
        Self::new(code, message)
    }

    /// An argument whose value is not allowed.
    #[cold]
    pub(crate) fn value(code: Code, name: &str, value: impl std::fmt::Display, advice: &str) -> Self {
        Self::new(code, format!("`{name}` is `{}`; {advice}", text::shown(&value.to_string())))
    }
}

impl From<::sbm_client::Error> for Failure {
    fn from(error: ::sbm_client::Error) -> Self {
        let wait = error.retry_after().map(|wait| i64::try_from(wait.as_millis()).unwrap_or(i64::MAX));
        let offers = error.second_step().map(|half| half.channels.as_slice()).unwrap_or_default();
        let codes = offers.iter().map(|offer| (offer.channel, offer.address.clone())).collect();
        Self { code: error.code(), message: error.to_string(), retry_after_ms: wait.unwrap_or(-1), codes }
    }
}

impl From<Failure> for sbm_error {
    fn from(failure: Failure) -> Self {
        let codes = failure.codes.iter().map(|(channel, address)| (*channel, text::to_c(address))).collect();
        let (status, retry_after_ms) = (failure.code.number(), failure.retry_after_ms);
        Self { status, message: text::to_c(&failure.message), retry_after_ms, codes }
    }
}

/// The status of an error: what the call returned. SBM_OK for NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_error_status(error: *const sbm_error) -> sbm_status {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(Code::Ok.number(), |call| Ok(call.object(error, "error")?.status)) }
}

/// What went wrong: one sentence, lower case, UTF-8, with the value that was wrong and what to do next; never a password or
/// other secret. Borrowed: valid until the error is freed. Never NULL; "" for a NULL error. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_error_message(error: *const sbm_error) -> *const c_char {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(text::EMPTY, |call| Ok(call.object(error, "error")?.message.as_ptr())) }
}

/// After how many milliseconds the same call is worth another attempt, where the server said so; -1 where nobody did. It
/// cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_error_retry_after_ms(error: *const sbm_error) -> i64 {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(-1, |call| Ok(call.object(error, "error")?.retry_after_ms)) }
}

/// Where sbm_client_send_login_code() would send a code to by a channel, so much of it that its owner knows it; "" if it sends none
/// that way. It says something of a login that failed with SBM_STATUS_DENIED_SECOND_FACTOR. channel: one of SBM_CHANNEL_*.
/// Borrowed: valid until the error is freed. Never NULL; "" for a NULL error. It cannot fail. Since 0.1, SBM_ABI 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_error_code_address(error: *const sbm_error, channel: i32) -> *const c_char {
    let find = |error: &sbm_error| {
        let wanted = of_number(channel)?;
        error.codes.iter().find(|(offered, _)| *offered == wanted).map(|(_, address)| address.as_ptr())
    };
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(text::EMPTY, |call| Ok(find(call.object(error, "error")?).unwrap_or(text::EMPTY))) }
}

/// Frees an error and its message. NULL is fine. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_error_free(error: *mut sbm_error) {
    // SAFETY: the pointer is C's, which gives the error back.
    unsafe { boundary::free(error) }
}
