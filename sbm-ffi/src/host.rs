//! What the host program brings of its own: its clock and its log (OFF-6).

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use ::sbm_client::core::code::Code;
use ::sbm_client::core::time::Timestamp;
use ::sbm_client::{Clock, Level, Log};

use crate::boundary::{self, HostFloat};
use crate::config::sbm_config;
use crate::error::{Failure, sbm_error};
use crate::status::sbm_status;
use crate::text;

/// Called once when the library is done with user_data, by whichever thread that is, and under no lock. It must return: not
/// throw, not longjmp.
///
/// user_data: what was given with the callback. It cannot fail. Since 0.1.
pub type sbm_destroy = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// Tells the time: milliseconds since 1970-01-01 00:00 UTC.
///
/// Threads: called on every thread that calls the library, and on the worker's, several at once. It must be quick, as
/// sbm_client_may() may ask it, must not call the library, and must return: not throw, not longjmp. The floating-point state
/// is the one of the thread that set it.
///
/// A clock that goes back widens nothing and holds nothing up: what was once seen counts on, and an exchange that is due
/// goes on being made. A clock that is wrong by days makes the server's certificate no less valid, which is checked by the
/// computer's own clock.
///
/// user_data: what was given with the callback. It cannot fail. Since 0.1, SBM_ABI 3.
pub type sbm_clock_callback = Option<unsafe extern "C" fn(user_data: *mut c_void) -> i64>;

/// How much a message of the log matters. Greater is more talkative. Since 0.1, SBM_ABI 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum sbm_log_level {
    /// Something failed that somebody must see to.
    Error = 1,
    /// Something is not as it should be, and work goes on.
    Warning = 2,
    /// What the library did.
    Info = 3,
    /// Each request and connection besides.
    Debug = 4,
}

/// Takes a message of the library for the host's log.
///
/// Threads: called on the thread of the call that it tells of, when that call is as good as over, or on the worker's; several
/// at once; under no lock of the library. It may call the library; what such a call does is not logged. It must return: not
/// throw, not longjmp. The floating-point state is the one of the thread that set it.
///
/// user_data: what was given with the callback. level: one of SBM_LOG_LEVEL_*, never above the one that was set; a later library
/// may have more of them. message: one sentence, lower case, UTF-8, without a line break; never a password, a token or the content of a profile.
/// Borrowed: valid until the callback returns. It cannot fail. Since 0.1, SBM_ABI 3.
pub type sbm_log_callback = Option<unsafe extern "C" fn(user_data: *mut c_void, level: sbm_log_level, message: *const c_char)>;

/// What the host gave for its callback; given back when nothing can call any more.
pub(crate) struct UserData {
    data: *mut c_void,
    destroy: sbm_destroy,
    host: HostFloat,
}

impl UserData {
    /// What C gave. Made before the boundary puts the floating-point state off.
    pub(crate) fn new(data: *mut c_void, destroy: sbm_destroy) -> Self {
        Self { data, destroy, host: HostFloat::read() }
    }

    /// Calls the host under its own floating-point state.
    #[inline]
    pub(crate) fn during<T>(&self, call: impl FnOnce(*mut c_void) -> T) -> T {
        self.host.during(|| call(self.data))
    }
}

// SAFETY: the header says that `destroy` comes from any thread; the pointer is never followed here.
unsafe impl Send for UserData {}
// SAFETY: the header says which callbacks come from several threads at once; the pointer is never followed here.
unsafe impl Sync for UserData {}

impl Drop for UserData {
    fn drop(&mut self) {
        if let Some(destroy) = self.destroy.take() {
            // SAFETY: C says that it may be called once with this pointer, from any thread.
            self.during(|data| unsafe { destroy(data) });
        }
    }
}

/// The host's clock.
struct HostClock {
    callback: unsafe extern "C" fn(*mut c_void) -> i64,
    user: UserData,
}

impl Clock for HostClock {
    fn now(&self) -> Timestamp {
        // SAFETY: C says that it may be called with its pointer from any thread until `destroy` was called.
        Timestamp::from_millis(self.user.during(|data| unsafe { (self.callback)(data) }))
    }
}

/// The host's log.
struct HostLog {
    callback: unsafe extern "C" fn(*mut c_void, sbm_log_level, *const c_char),
    user: UserData,
}

impl Log for HostLog {
    fn log(&self, level: Level, message: &str) {
        let level = match level {
            Level::Error => sbm_log_level::Error,
            Level::Warning => sbm_log_level::Warning,
            Level::Info => sbm_log_level::Info,
            Level::Debug => sbm_log_level::Debug,
        };
        let message = text::to_c(message);
        // SAFETY: C says that it may be called with its pointer from any thread until `destroy` was called; the message
        // outlives the call.
        self.user.during(|data| unsafe { (self.callback)(data, level, message.as_ptr()) });
    }
}

/// Gives clients a clock of the host program's own, in place of the computer's: for a program that knows the time better, and
/// for tests.
///
/// config: stays yours. callback: the clock. user_data: handed to it. destroy: called once with user_data when the last
/// configuration and client that hold it are freed, and also if this call fails; NULL if there is nothing to do.
///
/// Errors: SBM_STATUS_NULL_ARGUMENT. Since 0.1, SBM_ABI 3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_config_set_clock(
    config: *mut sbm_config,
    callback: sbm_clock_callback,
    user_data: *mut c_void,
    destroy: sbm_destroy,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // Read before the boundary puts it off.
    let user = UserData::new(user_data, destroy);
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let user = user;
            let callback = callback.ok_or_else(|| Failure::null("callback"))?;
            let config = call.object_mut(config, "config")?;
            config.change(|config| config.clock(Arc::new(HostClock { callback, user })));
            Ok(())
        })
    }
}

/// Tells a log of the host program's own what the library does and why: a cache that cannot be trusted, connections by name
/// and port, exchanges and what came of them, refusals, runs that were sent or given up. Without it nothing is logged and
/// nothing is printed.
///
/// config: stays yours. level: the most talkative level that is wanted, one of SBM_LOG_LEVEL_*. callback: the log. user_data:
/// handed to it. destroy: called once with user_data when the last configuration and client that hold it are freed, and also
/// if this call fails; NULL if there is nothing to do.
///
/// Errors: SBM_STATUS_NULL_ARGUMENT, SBM_STATUS_INVALID_ARGUMENT for a level that is none. Since 0.1, SBM_ABI 3.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_config_set_log(
    config: *mut sbm_config,
    level: i32,
    callback: sbm_log_callback,
    user_data: *mut c_void,
    destroy: sbm_destroy,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // Read before the boundary puts it off.
    let user = UserData::new(user_data, destroy);
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let user = user;
            let callback = callback.ok_or_else(|| Failure::null("callback"))?;
            let config = call.object_mut(config, "config")?;
            let level = Level::from_number(level)
                .ok_or_else(|| Failure::value(Code::InvalidArgument, "level", level, "give one of SBM_LOG_LEVEL_*"))?;
            config.change(|config| config.log(level, Arc::new(HostLog { callback, user })));
            Ok(())
        })
    }
}
