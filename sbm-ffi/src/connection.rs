//! The management connection: which server this installation belongs to, and who may change it (USR-9).

use std::ffi::c_char;

use ::sbm_client::Administrator;
use ::sbm_client::core::wire::v1::session::Secret;

use crate::boundary;
use crate::client::{connection, sbm_client};
use crate::error::sbm_error;
use crate::status::sbm_status;
use crate::text::sbm_text;

/// Tells whether the management connection is read-only. It is open until its first valid test: a login, or a
/// sbm_client_test_server() with user and password in which everything is right. From then on the same user logs in at the
/// same server and nothing else is taken; sbm_client_change_connection() is the way. Logging out does not open it. An
/// installation that was tested and never logged in is locked, and unmanaged all the same: nobody gave it rights yet.
///
/// out: 1 if it is locked, else 0. Offline: works. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE,
/// SBM_STATUS_FORKED. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_is_locked(
    client: *const sbm_client,
    out: *mut i32,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out(out, "out")?;
            out.set(i32::from(call.client(client)?.client.is_locked()));
            Ok(())
        })
    }
}

/// Tells what the management connection is locked to, or, while it is open, what it is set to: what a form shows, read-only
/// or not.
///
/// connection: the connection string, freed with sbm_text_free(); NULL, with SBM_OK, if there is none. user: the login name,
/// likewise; NULL if you do not want it. Offline: works. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE,
/// SBM_STATUS_FORKED. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_connection(
    client: *const sbm_client,
    connection: *mut *mut sbm_text,
    user: *mut *mut sbm_text,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let connection = call.out_handle(connection, "connection")?;
            let user = if user.is_null() { None } else { Some(call.out_handle(user, "user")?) };
            let state = call.client(client)?.client.state();
            let server = state.lock().map(|lock| &lock.connection).or(state.connection());
            if let Some(server) = server {
                connection.set(sbm_text::new(&server.to_string()));
            }
            let name = state.lock().map(|lock| lock.user.as_str()).or(state.user());
            if let (Some(user), Some(name)) = (user, name) {
                user.set(sbm_text::new(name));
            }
            Ok(())
        })
    }
}

/// Tells the fingerprint of the CA that vouches for the server, for a person to compare: 64 hexadecimal digits.
///
/// out: the fingerprint, freed with sbm_text_free(); NULL, with SBM_OK, if there is no server or the system's roots vouch.
/// Offline: works. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_fingerprint(
    client: *const sbm_client,
    out: *mut *mut sbm_text,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_handle(out, "out")?;
            if let Some(fingerprint) = call.client(client)?.client.state().fingerprint() {
                out.set(sbm_text::new(&fingerprint.to_string()));
            }
            Ok(())
        })
    }
}

/// Tells when the server was last reached and what it said could be trusted.
///
/// contact_ms: in milliseconds since 1970-01-01 UTC, by this computer's clock then; -1 if it never was. age_ms: how long ago
/// that is; 0 if the clock was set back behind it, -1 if it never was; NULL if you do not want it. Offline: works. Errors:
/// SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_last_contact(
    client: *const sbm_client,
    contact_ms: *mut i64,
    age_ms: *mut i64,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let contact_ms = call.out(contact_ms, "contact_ms")?;
            let age_ms = call.optional_out(age_ms, "age_ms")?;
            let state = call.client(client)?.client.state();
            contact_ms.set(state.contact().map_or(-1, |contact| contact.as_millis().max(0)));
            if let Some(age_ms) = age_ms {
                age_ms.set(state.age().map_or(-1, |age| i64::try_from(age.as_millis()).unwrap_or(i64::MAX)));
            }
            Ok(())
        })
    }
}

/// Changes the management connection while it is locked: an administrator proves himself at the locked server, for this one
/// act, and the user logs in to the new one. He is logged in nowhere by it, and neither password is kept. An open connection
/// asks for no proof. Whatever fails, the old connection stays. Needs the server, the locked one as well as the new one.
///
/// connection, user and password: as for sbm_client_login(). admin_user and admin_password: of somebody with the role
/// superuser at the locked server.
///
/// Errors: SBM_STATUS_UNREACHABLE and the others of 2xx, SBM_STATUS_WRONG_CREDENTIALS, SBM_STATUS_DENIED_ROLE,
/// SBM_STATUS_THROTTLED, SBM_STATUS_CAPABILITY_MISSING if the locked server knows no locks; those of sbm_client_login().
/// Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_change_connection(
    client: *const sbm_client,
    connection: *const c_char,
    user: *const c_char,
    password: *const c_char,
    admin_user: *const c_char,
    admin_password: *const c_char,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let client = call.client(client)?;
            let connection = self::connection(call, connection)?;
            let user = call.text(user, "user")?;
            let password = Secret::new(call.text(password, "password")?);
            let administrator = Administrator {
                user: call.text(admin_user, "admin_user")?.to_owned(),
                password: Secret::new(call.text(admin_password, "admin_password")?),
                code: None,
            };
            client.client.change_connection(&connection, user, &password, &administrator)?;
            Ok(())
        })
    }
}

/// Does the same where the user or the administrator has a second factor, for which sbm_client_change_connection() answers
/// SBM_STATUS_DENIED_SECOND_FACTOR. Needs the server, the locked one as well as the new one.
///
/// connection, user, password, admin_user, admin_password: as for sbm_client_change_connection(). code: the user's, as for
/// sbm_client_login_with_code(); NULL if there is none. admin_code: what the administrator's authenticator shows, or a recovery
/// code; NULL if he has no second factor.
///
/// Errors: SBM_STATUS_SECOND_FACTOR_WRONG; those of sbm_client_change_connection(). Since 0.1, SBM_ABI 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_change_connection_with_code(
    client: *const sbm_client,
    connection: *const c_char,
    user: *const c_char,
    password: *const c_char,
    code: *const c_char,
    admin_user: *const c_char,
    admin_password: *const c_char,
    admin_code: *const c_char,
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
            let administrator = Administrator {
                user: call.text(admin_user, "admin_user")?.to_owned(),
                password: Secret::new(call.text(admin_password, "admin_password")?),
                code: call.optional_text(admin_code, "admin_code")?.map(Secret::new),
            };
            client.client.change_connection_with_code(&connection, user, &password, code.as_ref(), &administrator)?;
            Ok(())
        })
    }
}

/// Ends every call of this client that waits for the network, on whatever thread, within a moment: it answers
/// SBM_STATUS_CANCELLED. What was done by then is done and on disk; calls that begin later are not affected. For a window
/// that is closed while a login goes on. The look-up of a host name is the system's and is not interrupted; nothing is sent
/// after it. Offline: works. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED. Since 0.1,
/// SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_cancel(client: *const sbm_client, error: *mut *mut sbm_error) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            call.client(client)?.client.cancel();
            Ok(())
        })
    }
}
