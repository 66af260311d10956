//! `sbm_sync_summary`: what one exchange with the server came to.

use ::sbm_client::SyncSummary;
use ::sbm_client::core::code::Code;

use crate::boundary::{self, Record};
use crate::client::sbm_client;
use crate::error::sbm_error;
use crate::status::sbm_status;

/// What one exchange with the server came to. Set struct_size to sizeof(sbm_sync_summary) before the call. Since 0.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct sbm_sync_summary {
    /// sizeof(sbm_sync_summary), set by the caller.
    pub struct_size: u32,
    /// 1 if the server answered, else 0: work goes on under what it said last.
    pub online: i32,
    /// Why it did not answer, or refused; SBM_OK if all is well.
    pub why: sbm_status,
    /// How many changes wait for sbm_client_next_change().
    pub changes_waiting: u32,
    /// How many runs the server has acknowledged in this exchange.
    pub runs_sent: u32,
    /// 1 if the rights or the list of profiles changed, else 0.
    pub permissions_changed: i32,
    /// How many runs still wait for the server.
    pub runs_waiting: u32,
    /// 1 if the server was asked, else 0: it was not due.
    pub tried: i32,
}

// SAFETY: its size comes first, eight numbers of four bytes leave no padding, and every pattern of bits is a value.
unsafe impl Record for sbm_sync_summary {
    const FIRST_SIZE: usize = 32;
}

/// Exchanges everything with the server now: rights, profiles and history. A server that cannot be reached is no error:
/// the summary says so. Call it when the user wants it.
///
/// out: the summary; set its struct_size first. Offline: SBM_OK with online = 0.
///
/// Errors: SBM_STATUS_NOT_LOGGED_IN, SBM_STATUS_CACHE_UNWRITABLE, SBM_STATUS_CACHE_BUSY, SBM_STATUS_INVALID_ARGUMENT for a
/// wrong struct_size. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_sync(
    client: *const sbm_client,
    out: *mut sbm_sync_summary,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_record(out, "out")?;
            let summary = call.client(client)?.client.sync()?;
            out.set(summary.into());
            Ok(())
        })
    }
}

/// Does the same if it is due: at the first call after the client was opened, and then every 54 to 60 minutes. Call it from a
/// timer, as often as you like. Runs that were made offline go with it at most once an hour.
///
/// out: the summary; set its struct_size first. With tried = 0, nothing was due and the rest is zero. Offline: SBM_OK with
/// online = 0.
///
/// Errors: SBM_STATUS_CACHE_UNWRITABLE, SBM_STATUS_INVALID_ARGUMENT for a wrong struct_size. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_sync_if_due(
    client: *const sbm_client,
    out: *mut sbm_sync_summary,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_record(out, "out")?;
            let summary = call.client(client)?.client.sync_if_due()?;
            out.set(summary.map_or_else(sbm_sync_summary::default, Into::into));
            Ok(())
        })
    }
}

impl From<SyncSummary> for sbm_sync_summary {
    fn from(summary: SyncSummary) -> Self {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            struct_size: 0,
            online: i32::from(summary.online),
            why: summary.why.unwrap_or(Code::Ok).number(),
            changes_waiting: count(summary.changes_waiting),
            runs_sent: count(summary.history_sent),
            permissions_changed: i32::from(summary.permissions_changed),
            runs_waiting: count(summary.history_waiting),
            tried: 1,
        }
    }
}
