//! `sbm_server_test`: what "test server" found, each question with its own answer (RUN-5).

use std::ffi::{CString, c_char};
use std::fmt::Write as _;

use ::sbm_client::core::wire::v1::session::Secret;
use ::sbm_client::{Outcome, ServerTest};

use crate::boundary;
use crate::client::{connection, sbm_client};
use crate::error::{Failure, sbm_error};
use crate::status::sbm_status;
use crate::text;

/// How one question of a server test was answered. Since 0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum sbm_check {
    /// It could not be asked: an earlier one failed, or no user was given.
    NotTried = 0,
    /// It is as it should be.
    Passed = 1,
    /// It is not; the report says why.
    Failed = 2,
}

/// What a server test found.
///
/// Threads: one at a time; it may move between threads. Since 0.1.
pub struct sbm_server_test {
    reachable: sbm_check,
    certificate: sbm_check,
    address: sbm_check,
    credentials: sbm_check,
    versions: sbm_check,
    locked: sbm_check,
    clock_skew_ms: i64,
    report: CString,
}

impl From<&Outcome> for sbm_check {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::NotTried => Self::NotTried,
            Outcome::Ok => Self::Passed,
            Outcome::Failed { .. } => Self::Failed,
        }
    }
}

impl From<ServerTest> for sbm_server_test {
    fn from(test: ServerTest) -> Self {
        Self {
            reachable: (&test.reachable).into(),
            certificate: (&test.certificate).into(),
            address: (&test.address_allowed).into(),
            credentials: (&test.credentials).into(),
            versions: (&test.versions).into(),
            locked: (&test.locked).into(),
            clock_skew_ms: test.clock_skew_ms.unwrap_or(0),
            report: text::to_c(&report(&test)),
        }
    }
}

/// One line a question.
fn report(test: &ServerTest) -> String {
    let mut report = String::new();
    let checks = [
        ("reachable", &test.reachable),
        ("certificate", &test.certificate),
        ("address", &test.address_allowed),
        ("credentials", &test.credentials),
        ("versions", &test.versions),
        ("locked", &test.locked),
    ];
    for (name, outcome) in checks {
        // Writing to a string cannot fail.
        let _ = match outcome {
            Outcome::NotTried => writeln!(report, "{name}: not tried"),
            Outcome::Ok => writeln!(report, "{name}: ok"),
            Outcome::Failed { code, message } => writeln!(report, "{name}: failed ({code}): {message}"),
        };
    }
    let _ = match test.clock_skew_ms {
        Some(skew) => writeln!(report, "clock: {skew} ms ahead of this computer's"),
        None => writeln!(report, "clock: not tried"),
    };
    report
}

/// Tests a server, where it changes nothing: can it be reached, is its certificate the confirmed one, does it admit this
/// address, are user and password right, do the versions fit, how do the clocks differ. A test with user and password in
/// which everything is right locks an open connection to them (since SBM_ABI 2); nobody is logged in by it.
///
/// connection: as for sbm_client_login(). user and password: both NULL to leave that question out. out: the findings;
/// free them with sbm_server_test_free(). What fails in the test is a finding, not an error.
///
/// Errors: SBM_STATUS_BAD_CONNECTION_STRING, SBM_STATUS_NULL_ARGUMENT if only one of user and password is given. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_test_server(
    client: *const sbm_client,
    connection: *const c_char,
    user: *const c_char,
    password: *const c_char,
    out: *mut *mut sbm_server_test,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_handle(out, "out")?;
            let client = call.client(client)?;
            let connection = self::connection(call, connection)?;
            let credentials = match (call.optional_text(user, "user")?, call.optional_text(password, "password")?) {
                (Some(user), Some(password)) => Some((user, Secret::new(password))),
                (None, None) => None,
                (Some(_), None) => return Err(Failure::null("password")),
                (None, Some(_)) => return Err(Failure::null("user")),
            };
            let credentials = credentials.as_ref().map(|(user, password)| (*user, password));
            out.set(client.client.test_server(&connection, credentials).into());
            Ok(())
        })
    }
}

/// Whether the server can be reached. SBM_CHECK_NOT_TRIED for NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_server_test_reachable(test: *const sbm_server_test) -> sbm_check {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(sbm_check::NotTried, |call| Ok(call.object(test, "test")?.reachable)) }
}

/// Whether its certificate is the confirmed one. SBM_CHECK_NOT_TRIED for NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_server_test_certificate(test: *const sbm_server_test) -> sbm_check {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(sbm_check::NotTried, |call| Ok(call.object(test, "test")?.certificate)) }
}

/// Whether it admits this address. SBM_CHECK_NOT_TRIED for NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_server_test_address(test: *const sbm_server_test) -> sbm_check {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(sbm_check::NotTried, |call| Ok(call.object(test, "test")?.address)) }
}

/// Whether user and password are right. SBM_CHECK_NOT_TRIED for NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_server_test_credentials(test: *const sbm_server_test) -> sbm_check {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(sbm_check::NotTried, |call| Ok(call.object(test, "test")?.credentials)) }
}

/// Whether server and library understand each other. SBM_CHECK_NOT_TRIED for NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_server_test_versions(test: *const sbm_server_test) -> sbm_check {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(sbm_check::NotTried, |call| Ok(call.object(test, "test")?.versions)) }
}

/// Whether the management connection is locked now: passed also where it was locked before, be it to something else, which
/// sbm_client_connection() tells; failed if the cache cannot be written. SBM_CHECK_NOT_TRIED for NULL, without user and
/// password, and if something else is wrong. It cannot fail. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_server_test_locked(test: *const sbm_server_test) -> sbm_check {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(sbm_check::NotTried, |call| Ok(call.object(test, "test")?.locked)) }
}

/// By how many milliseconds the server's clock is ahead of this computer's, negative if it is behind; 0 if it could not be
/// asked. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_server_test_clock_skew_ms(test: *const sbm_server_test) -> i64 {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(0, |call| Ok(call.object(test, "test")?.clock_skew_ms)) }
}

/// All findings as text, one line a question, with the reasons. Borrowed: valid until the test is freed. Never NULL; "" for
/// NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_server_test_report(test: *const sbm_server_test) -> *const c_char {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(text::EMPTY, |call| Ok(call.object(test, "test")?.report.as_ptr())) }
}

/// Frees a test's findings. NULL is fine. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_server_test_free(test: *mut sbm_server_test) {
    // SAFETY: the pointer is C's, which gives the test back.
    unsafe { boundary::free(test) }
}
