//! `sbm_rollout`: the settings of the management connection without a person at the keyboard (USR-9).

use std::ffi::c_char;

use ::sbm_client::Rollout;
use ::sbm_client::core::wire::v1::session::Secret;

use crate::boundary::{self, Call};
use crate::client::{connection, sbm_client};
use crate::config::boolean;
use crate::error::{Failure, sbm_error};
use crate::status::sbm_status;
use crate::sync::sbm_sync_summary;

/// A silent roll-out: the settings of the management connection, from arguments, from the environment and from a file. It
/// counts only while nothing is locked. What is said first wins: set what the command line says, then add the environment,
/// then the file.
///
/// Threads: one at a time; it may move between threads. Since 0.1, SBM_ABI 2.
pub struct sbm_rollout {
    rollout: Rollout,
}

impl sbm_rollout {
    pub(crate) const fn rollout(&self) -> &Rollout {
        &self.rollout
    }
}

/// Makes a roll-out without any setting. out: free it with sbm_rollout_free(). Errors: SBM_STATUS_NULL_ARGUMENT. Since 0.1,
/// SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_rollout_new(out: *mut *mut sbm_rollout, error: *mut *mut sbm_error) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            call.out_handle(out, "out")?.set(sbm_rollout { rollout: Rollout::new() });
            Ok(())
        })
    }
}

/// Says which server. connection: sbm://host:port#ca-sha256=…; without the fingerprint it is refused, unless
/// sbm_rollout_set_system_roots() says that the system's roots vouch. Errors: SBM_STATUS_BAD_CONNECTION_STRING.
/// Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_rollout_set_connection(
    rollout: *mut sbm_rollout,
    connection: *const c_char,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        set(rollout, error, |call, rollout| {
            let connection = self::connection(call, connection)?;
            Ok(rollout.connection(connection))
        })
    }
}

/// Says with 1 that the roots which the operating system trusts vouch for the server, in place of a fingerprint; 0 is the
/// default. yes: 0 or 1. Errors: SBM_STATUS_INVALID_ARGUMENT for any other number. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_rollout_set_system_roots(
    rollout: *mut sbm_rollout,
    yes: i32,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        set(rollout, error, |_, rollout| {
            let yes = boolean(yes, "yes")?;
            Ok(rollout.system_roots(yes))
        })
    }
}

/// Says who logs in. user: that name. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_NOT_UTF8. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_rollout_set_user(
    rollout: *mut sbm_rollout,
    user: *const c_char,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        set(rollout, error, |call, rollout| {
            let user = call.text(user, "user")?;
            Ok(rollout.user(user))
        })
    }
}

/// Says his password. It logs in once and is kept nowhere. password: in place of one that was set before. Errors:
/// SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_NOT_UTF8. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_rollout_set_password(
    rollout: *mut sbm_rollout,
    password: *const c_char,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        set(rollout, error, |call, rollout| {
            let password = Secret::new(call.text(password, "password")?);
            Ok(rollout.password(password))
        })
    }
}

/// Says which file holds the password and nothing else. Nobody but its owner may read it; it is read by
/// sbm_client_roll_out(). path: where the file is. Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_NOT_UTF8. Since 0.1,
/// SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_rollout_set_password_file(
    rollout: *mut sbm_rollout,
    path: *const c_char,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        set(rollout, error, |call, rollout| {
            let path = call.text(path, "path")?;
            Ok(rollout.password_file(path))
        })
    }
}

/// Says with 1 that this installation is managed even before its first login; see sbm_config_set_managed_required() and hand
/// the roll-out to sbm_config_set_rollout(). required: 0 or 1. Errors: SBM_STATUS_INVALID_ARGUMENT unless it is 0 or 1.
/// Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_rollout_set_managed_required(
    rollout: *mut sbm_rollout,
    required: i32,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        set(rollout, error, |_, rollout| {
            let required = boolean(required, "required")?;
            Ok(rollout.managed_required(required))
        })
    }
}

/// Adds what the environment says and nobody said before: SBM_CONNECTION, SBM_ROOTS (pinned or system), SBM_USER,
/// SBM_PASSWORD_FILE, SBM_MANAGED (required or optional). One that is empty counts as not set. A required that anybody said
/// stays, whatever is said elsewhere.
///
/// Errors: SBM_STATUS_CONFIG_INVALID, SBM_STATUS_BAD_CONNECTION_STRING; nothing is added then. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_rollout_add_environment(rollout: *mut sbm_rollout, error: *mut *mut sbm_error) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        set(rollout, error, |_, rollout| {
            let environment = Rollout::from_env()?;
            Ok(rollout.over(environment))
        })
    }
}

/// Adds what a file says and nobody said before: TOML with connection, roots, user, password or password_file, and managed.
/// It belongs to root or to the user of this program; nobody else may change it, nor read it if it holds the password.
///
/// path: where the file is. Errors: SBM_STATUS_CONFIG_UNREADABLE, SBM_STATUS_CONFIG_UNKNOWN_KEY, SBM_STATUS_CONFIG_INVALID,
/// SBM_STATUS_BAD_CONNECTION_STRING; nothing is added then. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_rollout_add_file(
    rollout: *mut sbm_rollout,
    path: *const c_char,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        set(rollout, error, |call, rollout| {
            let file = Rollout::from_file(call.text(path, "path")?)?;
            Ok(rollout.over(file))
        })
    }
}

/// 1 if no connection was given, so that there is nothing to roll out; else 0. 1 for NULL. It cannot fail. Since 0.1,
/// SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_rollout_is_empty(rollout: *const sbm_rollout) -> i32 {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(1, |call| Ok(i32::from(call.object(rollout, "rollout")?.rollout.is_empty()))) }
}

/// Frees a roll-out and forgets its password. NULL is fine. It cannot fail. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_rollout_free(rollout: *mut sbm_rollout) {
    // SAFETY: the pointer is C's, which gives the roll-out back.
    unsafe { boundary::free(rollout) }
}

/// Logs in with the settings of a roll-out, while nothing is locked; the connection is locked then. Where one is locked
/// already, or the roll-out has no connection, it does not count and nothing happens. Needs the server.
///
/// out: the summary of the exchange behind the login; set its struct_size first. With tried = 0 the roll-out did not count.
///
/// rollout: stays yours. Errors: SBM_STATUS_UNTRUSTED_SERVER for a connection without a fingerprint,
/// SBM_STATUS_CONFIG_INVALID and SBM_STATUS_CONFIG_UNREADABLE if settings are missing or cannot be read; those of
/// sbm_client_login(). Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_roll_out(
    client: *const sbm_client,
    rollout: *const sbm_rollout,
    out: *mut sbm_sync_summary,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_record(out, "out")?;
            let client = call.client(client)?;
            let summary = client.client.roll_out(call.object(rollout, "rollout")?.rollout())?;
            out.set(summary.map_or_else(sbm_sync_summary::default, Into::into));
            Ok(())
        })
    }
}

/// Changes a roll-out, if the arguments are good.
///
/// # Safety
///
/// All pointers came from C in this call.
unsafe fn set(
    rollout: *mut sbm_rollout,
    error: *mut *mut sbm_error,
    change: impl FnOnce(&Call, Rollout) -> Result<Rollout, Failure>,
) -> sbm_status {
    // SAFETY: the caller vouches for them.
    unsafe {
        boundary::call(error, |call| {
            let place = call.object_mut(rollout, "rollout")?;
            place.rollout = change(call, place.rollout.clone())?;
            Ok(())
        })
    }
}
