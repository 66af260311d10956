//! How an installation becomes a device: by a code without a password, or by a password and the code of a second factor (DEV-1,
//! RUN-8).

use std::ffi::c_char;

use ::sbm_client::Enrolment;
use ::sbm_client::core::code::Code;
use ::sbm_client::core::factor::Channel;
use ::sbm_client::core::wire::v1::session::Secret;

use crate::boundary;
use crate::client::{connection, sbm_client};
use crate::error::{Failure, sbm_error};
use crate::status::sbm_status;
use crate::text::sbm_text;

/// What became of an enrolment. Since 0.1, SBM_ABI 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum sbm_enrolment {
    /// This installation is a device, and has its permissions.
    Enrolled = 1,
    /// A person has yet to let it in. Ask again after a while, with the same code.
    Waiting = 2,
}

/// How the code of a second factor can be sent. Since 0.1, SBM_ABI 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum sbm_channel {
    /// By mail.
    Email = 1,
    /// By a short message to a phone.
    Sms = 2,
}

/// Makes this installation a device with a code or a passphrase, without any password, then fetches its rights and profiles.
/// The code is used for this one exchange and kept nowhere. Where a person has to let the device in, the call does not wait for
/// that: the state is SBM_ENROLMENT_WAITING, the installation is what it was, and the same call with the same code asks again,
/// after a restart, too. An enrolment locks the management connection as a login does. Needs the server.
///
/// connection: as for sbm_client_login(). code: as it was given out, in any case, with or without dashes. out: what became of
/// it.
///
/// Errors: SBM_STATUS_ENROLMENT_REFUSED for a code that is wrong, used up, expired or revoked, and for a device that was
/// rejected; SBM_STATUS_CONNECTION_LOCKED, SBM_STATUS_CAPABILITY_MISSING at a server that knows no codes; SBM_STATUS_OTHER_MACHINE
/// for a backup account that is on another machine, which no code takes over; but for credentials those of sbm_client_login().
/// Since 0.1, SBM_ABI 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_enrol(
    client: *const sbm_client,
    connection: *const c_char,
    code: *const c_char,
    out: *mut sbm_enrolment,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out(out, "out")?;
            let client = call.client(client)?;
            let connection = self::connection(call, connection)?;
            let code = Secret::new(call.text(code, "code")?);
            out.set(match client.client.enrol(&connection, &code)? {
                Enrolment::Enrolled => sbm_enrolment::Enrolled,
                Enrolment::Waiting => sbm_enrolment::Waiting,
            });
            Ok(())
        })
    }
}

/// Logs a user in who has a second factor. sbm_client_login() answers SBM_STATUS_DENIED_SECOND_FACTOR for such a user: ask him
/// for the code and call this. The device's token is asked for no code later. Needs the server.
///
/// connection, user, password: as for sbm_client_login(). code: what his authenticator shows, a recovery code, or the code that
/// sbm_client_send_login_code() had sent to him. A user without a second factor is logged in whatever it says.
///
/// Errors: SBM_STATUS_SECOND_FACTOR_WRONG; those of sbm_client_login(). Since 0.1, SBM_ABI 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_login_with_code(
    client: *const sbm_client,
    connection: *const c_char,
    user: *const c_char,
    password: *const c_char,
    code: *const c_char,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let client = call.client(client)?;
            let connection = self::connection(call, connection)?;
            let user = call.text(user, "user")?;
            let password = Secret::new(call.text(password, "password")?);
            let code = Secret::new(call.text(code, "code")?);
            client.client.login_with_code(&connection, user, &password, &code)?;
            Ok(())
        })
    }
}

/// Logs a user in as sbm_client_login() does, and takes a backup account over from the machine that it is on: it is on this one
/// from then on. A backup account is for one machine; sbm_client_login() answers SBM_STATUS_OTHER_MACHINE on another one, and its
/// message names the machine that has it. Ask your user, and call this only if he says so. What the other machine did stays in
/// the history; it is answered SBM_STATUS_OTHER_MACHINE from then on, makes no more backups, and still restores. Needs the server.
///
/// connection, user, password: as for sbm_client_login(); user is the account's full name and password its secret, or somebody
/// of that account who may change its devices. code: as for sbm_client_login_with_code(), one that was not used for the login
/// that failed; NULL if there is no second factor.
///
/// Errors: SBM_STATUS_DENIED_ROLE for a user who may not, SBM_STATUS_CAPABILITY_MISSING at a server that knows no such login;
/// those of sbm_client_login_with_code(). Since 0.1, SBM_ABI 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_take_over(
    client: *const sbm_client,
    connection: *const c_char,
    user: *const c_char,
    password: *const c_char,
    code: *const c_char,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let client = call.client(client)?;
            let connection = self::connection(call, connection)?;
            let user = call.text(user, "user")?;
            let password = Secret::new(call.text(password, "password")?);
            let code = call.optional_text(code, "code")?.map(Secret::new);
            client.client.take_over(&connection, user, &password, code.as_ref())?;
            Ok(())
        })
    }
}

/// Has a code sent to a user for a login, which sbm_client_login_with_code() then ends in this process with the same connection,
/// user and password. By which channels a code can be sent is told by sbm_error_code_address(). Needs the server.
///
/// connection, user, password: as for sbm_client_login(). channel: one of SBM_CHANNEL_*. out: where it was sent to, so much of
/// it that its owner knows it, freed with sbm_text_free(); NULL, with SBM_OK, if this user has no second factor: he is logged in
/// then.
///
/// Errors: SBM_STATUS_INVALID_ARGUMENT for no channel, SBM_STATUS_NOT_FOUND if the user has no address there,
/// SBM_STATUS_CODE_NOT_SENT, SBM_STATUS_THROTTLED when as many were sent as may be; those of sbm_client_login(). Since 0.1,
/// SBM_ABI 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_send_login_code(
    client: *const sbm_client,
    connection: *const c_char,
    user: *const c_char,
    password: *const c_char,
    channel: i32,
    out: *mut *mut sbm_text,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_handle(out, "out")?;
            let client = call.client(client)?;
            let connection = self::connection(call, connection)?;
            let user = call.text(user, "user")?;
            let password = Secret::new(call.text(password, "password")?);
            let channel = of_number(channel)
                .ok_or_else(|| Failure::value(Code::InvalidArgument, "channel", channel, "give one of SBM_CHANNEL_*"))?;
            if let Some(sent) = client.client.send_login_code(&connection, user, &password, channel)? {
                out.set(sbm_text::new(&sent.address));
            }
            Ok(())
        })
    }
}

/// The channel of that number.
pub(crate) const fn of_number(number: i32) -> Option<Channel> {
    const EMAIL: i32 = sbm_channel::Email as i32;
    const SMS: i32 = sbm_channel::Sms as i32;
    match number {
        EMAIL => Some(Channel::Email),
        SMS => Some(Channel::Sms),
        _ => None,
    }
}
