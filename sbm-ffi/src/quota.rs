//! Quotas: what the host stores, how much room is left, and room for a run (ACC-5).

use crate::boundary;
use crate::client::sbm_client;
use crate::error::sbm_error;
use crate::run::{begin, sbm_run, sbm_run_start};
use crate::status::sbm_status;

/// Says how many bytes this installation stores in all; not how many came. Say it after each run, and whenever something was
/// deleted. It is on disk before this returns and goes to the server with the next exchange; of several words that wait the
/// newest goes, once.
///
/// bytes: all that is stored. Offline: works; the room that is left gets less by what is stored more.
///
/// Errors: SBM_STATUS_INVALID_ARGUMENT for more bytes than anything holds, SBM_STATUS_NOT_LOGGED_IN on an installation that is
/// unmanaged, SBM_STATUS_CACHE_UNWRITABLE, SBM_STATUS_CACHE_BUSY. Since 0.1, SBM_ABI 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_report_stored(
    client: *const sbm_client,
    bytes: u64,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            call.client(client)?.client.report_stored(bytes)?;
            Ok(())
        })
    }
}

/// Tells how much room is left for new data, as far as this installation knows: as the server said at the last exchange, less
/// what was stored since and what the runs that go on expect to store. Nothing is sent.
///
/// left: bytes below the tightest quota; -1 where there is no ceiling. warns: 1 if it is time to tell somebody, as a quota is
/// nearly used up, else 0; NULL if you do not want it. stored: what was said last by sbm_client_report_stored(), -1 if nothing
/// was; NULL likewise. Offline: works.
///
/// Errors: SBM_STATUS_CACHE_DAMAGED, SBM_STATUS_CACHE_OTHER_MACHINE, SBM_STATUS_CACHE_NEWER, SBM_STATUS_CACHE_BUSY. Since 0.1,
/// SBM_ABI 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_room(
    client: *const sbm_client,
    left: *mut i64,
    warns: *mut i32,
    stored: *mut i64,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let left = call.out(left, "left")?;
            let (warns, stored) = (call.optional_out(warns, "warns")?, call.optional_out(stored, "stored")?);
            let room = call.client(client)?.client.room()?;
            left.set(bytes(room.left));
            if let Some(warns) = warns {
                warns.set(i32::from(room.warns));
            }
            if let Some(stored) = stored {
                stored.set(bytes(room.stored));
            }
            Ok(())
        })
    }
}

/// Begins a run as sbm_client_begin_run() does, which expects to store so many bytes of new data. Where a quota is set, the
/// server is asked first, if it was there the last time, and keeps that much room until it has the run's record; else what it
/// said last decides. Nothing is kept for a restore, and what is over its quota refuses none.
///
/// start: copied. estimate_bytes: that many; 0 if you cannot say, as for sbm_client_begin_run(). out: the run; free it with
/// sbm_run_free(). Offline: works, under the room of the last exchange.
///
/// Errors: SBM_STATUS_DENIED_QUOTA; SBM_STATUS_CANCELLED; those of sbm_client_begin_run(). Since 0.1, SBM_ABI 4.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_begin_run_storing(
    client: *const sbm_client,
    start: *const sbm_run_start,
    estimate_bytes: u64,
    out: *mut *mut sbm_run,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe { begin(client, start, estimate_bytes, out, error) }
}

/// -1 for nothing.
fn bytes(count: Option<u64>) -> i64 {
    count.map_or(-1, |count| i64::try_from(count).unwrap_or(i64::MAX))
}
