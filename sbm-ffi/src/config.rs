//! `sbm_config`: how a client is to be opened.

use std::ffi::c_char;
use std::path::PathBuf;
use std::time::Duration;

use ::sbm_client::core::code::Code;
use ::sbm_client::store::OutboxLimits;
use ::sbm_client::{Config, Proxy};

use crate::boundary;
use crate::error::{Failure, sbm_error};
use crate::rollout::sbm_rollout;
use crate::status::sbm_status;
use crate::version::SBM_ABI;

/// The longest time one exchange with the server may be given: an hour.
const MAX_TIMEOUT_MS: i32 = 3_600_000;

/// How a client is to be opened. It may be freed, changed or used again once a client was opened with it.
///
/// Threads: one at a time; it may move between threads. Since 0.1.
pub struct sbm_config {
    config: Config,
}

impl sbm_config {
    pub(crate) fn to_config(&self) -> Config {
        self.config.clone()
    }

    pub(crate) fn change(&mut self, change: impl FnOnce(Config) -> Config) {
        self.config = change(self.config.clone());
    }
}

/// Makes a configuration.
///
/// abi: SBM_ABI, always. directory: where the client keeps its cache, UTF-8; it is made when the client is opened, and
/// readable by its owner alone. One directory belongs to one user of one installation; several processes may share it.
/// out: the configuration; free it with sbm_config_free().
///
/// Errors: SBM_STATUS_ABI_MISMATCH if the header is newer than the library, SBM_STATUS_INVALID_ARGUMENT for an empty
/// directory. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_config_new(
    abi: u32,
    directory: *const c_char,
    out: *mut *mut sbm_config,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_handle(out, "out")?;
            check_abi(abi)?;
            let directory = call.text(directory, "directory")?;
            if directory.is_empty() {
                return Err(Failure::value(Code::InvalidArgument, "directory", directory, "name the directory for the cache"));
            }
            out.set(sbm_config { config: Config::new(PathBuf::from(directory)) });
            Ok(())
        })
    }
}

/// Says what the host program is and which version, such as "MiniBackup 1.0"; the server shows it. Errors:
/// SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_NOT_UTF8. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_config_set_program(
    config: *mut sbm_config,
    program: *const c_char,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let config = call.object_mut(config, "config")?;
            let program = call.text(program, "program")?;
            config.config = config.config.clone().program(program);
            Ok(())
        })
    }
}

/// Says how long one exchange with the server may take, in milliseconds from 1 to 3,600,000; 30 seconds if you say nothing.
/// It bounds every call that speaks to the server. timeout_ms: that time. Errors: SBM_STATUS_INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_config_set_timeout_ms(
    config: *mut sbm_config,
    timeout_ms: i32,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let config = call.object_mut(config, "config")?;
            config.config = config.config.clone().timeout(timeout(timeout_ms)?);
            Ok(())
        })
    }
}

/// Says how long it may take until there is a connection to the server, in milliseconds from 1 to 3,600,000 and never longer
/// than the whole exchange; 10 seconds if you say nothing. timeout_ms: that time. Errors: SBM_STATUS_INVALID_ARGUMENT.
/// Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_config_set_connect_timeout_ms(
    config: *mut sbm_config,
    timeout_ms: i32,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let config = call.object_mut(config, "config")?;
            config.config = config.config.clone().connect_timeout(timeout(timeout_ms)?);
            Ok(())
        })
    }
}

/// Says how long it may take from there until the connection is secure, in the same way; 10 seconds if you say nothing.
/// timeout_ms: that time. Errors: SBM_STATUS_INVALID_ARGUMENT. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_config_set_handshake_timeout_ms(
    config: *mut sbm_config,
    timeout_ms: i32,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let config = call.object_mut(config, "config")?;
            config.config = config.config.clone().handshake_timeout(timeout(timeout_ms)?);
            Ok(())
        })
    }
}

/// Says with 1 that a connection string without a fingerprint may be used: the roots that the operating system trusts vouch
/// for the server then. 0 is the default: it is refused, and nobody is trusted on first use. yes: 0 or 1. Errors:
/// SBM_STATUS_INVALID_ARGUMENT for any other number. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_config_set_system_roots(
    config: *mut sbm_config,
    yes: i32,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let config = call.object_mut(config, "config")?;
            config.config = config.config.clone().system_roots(boolean(yes, "yes")?);
            Ok(())
        })
    }
}

/// Takes from a roll-out what must be known before a client is opened: whether this installation is managed even before its
/// first login. rollout: stays yours. Errors: SBM_STATUS_NULL_ARGUMENT. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_config_set_rollout(
    config: *mut sbm_config,
    rollout: *const sbm_rollout,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let config = call.object_mut(config, "config")?;
            config.config = config.config.clone().rollout(call.object(rollout, "rollout")?.rollout());
            Ok(())
        })
    }
}

/// Says with 1 that this installation is managed even if it was never connected: until its first login everything is denied,
/// instead of left to the host program. 0 is the default. A connection that was once saved counts as 1, whatever is set
/// here. required: 0 or 1. Errors: SBM_STATUS_INVALID_ARGUMENT for any other number. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_config_set_managed_required(
    config: *mut sbm_config,
    required: i32,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let config = call.object_mut(config, "config")?;
            config.config = config.config.clone().managed_required(boolean(required, "required")?);
            Ok(())
        })
    }
}

/// Says through which HTTP proxy servers are reached. The proxy is asked to CONNECT to the server and looks its name up; what
/// goes through is TLS to the server as ever, which the proxy can neither read nor change. Without this no proxy is used,
/// whatever the environment says.
///
/// config: stays yours. proxy: http://[user:password@]host:port, where % spells a byte of user and password by two
/// hexadecimal digits; NULL for none.
///
/// Errors: SBM_STATUS_INVALID_ARGUMENT, which does not repeat the text. Since 0.1, SBM_ABI 3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_config_set_proxy(
    config: *mut sbm_config,
    proxy: *const c_char,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let config = call.object_mut(config, "config")?;
            let proxy = call.optional_text(proxy, "proxy")?.map(str::parse::<Proxy>).transpose()?;
            config.change(|config| config.proxy(proxy));
            Ok(())
        })
    }
}

/// Says with 1 that the cache is kept in plain files, in place of a SQLite database: for host programs that bring a SQLite of
/// their own. 0 is the default. A directory has the one or the other; opening it as what it is not is an error.
///
/// config: stays yours. yes: 0 or 1.
///
/// Errors: SBM_STATUS_INVALID_ARGUMENT for any other number. Since 0.1, SBM_ABI 3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_config_set_plain_files(config: *mut sbm_config, yes: i32, error: *mut *mut sbm_error) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let config = call.object_mut(config, "config")?;
            let yes = boolean(yes, "yes")?;
            config.change(|config| config.plain_files(yes));
            Ok(())
        })
    }
}

/// Says how many records of runs may wait for the server; 100,000 with 64 MiB if you say nothing. No run is ever refused for
/// want of room: the oldest records lose their details first, then they become one record that counts them.
///
/// config: stays yours. records: the most records; fewer than 8 count as 8. bytes: the most bytes of all of them; fewer than
/// 128 KiB count as that.
///
/// Errors: SBM_STATUS_INVALID_ARGUMENT for 0. Since 0.1, SBM_ABI 3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_config_set_outbox(
    config: *mut sbm_config,
    records: u32,
    bytes: u64,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let config = call.object_mut(config, "config")?;
            if records == 0 || bytes == 0 {
                let name = if records == 0 { "records" } else { "bytes" };
                return Err(Failure::value(Code::InvalidArgument, name, 0, "give at least 1"));
            }
            config.change(|config| config.outbox(OutboxLimits { records: records.into(), bytes }));
            Ok(())
        })
    }
}

/// Frees a configuration. NULL is fine. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_config_free(config: *mut sbm_config) {
    // SAFETY: the pointer is C's, which gives the configuration back.
    unsafe { boundary::free(config) }
}

fn check_abi(abi: u32) -> Result<(), Failure> {
    match abi {
        0 => Err(Failure::value(Code::InvalidArgument, "abi", abi, "give SBM_ABI")),
        1..=SBM_ABI => Ok(()),
        _ => Err(Failure::new(
            Code::AbiMismatch,
            format!(
                "the program was built for version `{abi}` of the interface and this library has {SBM_ABI}; update the library"
            ),
        )),
    }
}

fn timeout(millis: i32) -> Result<Duration, Failure> {
    match u64::try_from(millis) {
        Ok(wait @ 1..) if millis <= MAX_TIMEOUT_MS => Ok(Duration::from_millis(wait)),
        _ => Err(Failure::value(Code::InvalidArgument, "timeout_ms", millis, "give 1 to 3600000 milliseconds")),
    }
}

/// C's 0 and 1.
pub(crate) fn boolean(number: i32, name: &str) -> Result<bool, Failure> {
    match number {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Failure::value(Code::InvalidArgument, name, number, "give 0 or 1")),
    }
}
