//! `sbm_run`: one execution of a profile, from its beginning to its record (HIS-1).

use std::ffi::c_char;

use ::sbm_client::core::code::Code;
use ::sbm_client::core::id::Guid;
use ::sbm_client::core::run::record::{MAX_ERROR, MAX_NAME};
use ::sbm_client::core::run::{Profile, ProfileKind, RunEnd, RunResult, RunStart, Trigger};
use ::sbm_client::core::time::Timestamp;
use ::sbm_client::{Clock as _, Run, SystemClock};

use crate::boundary::{self, Call, Record};
use crate::client::sbm_client;
use crate::config::boolean;
use crate::error::{Failure, sbm_error};
use crate::handle::Table;
use crate::handle::encoding::{Kind, LAST_GENERATION};
use crate::status::sbm_status;

/// One execution of a profile that has begun. A pointer to it is a number, not an address: using it after sbm_run_free(), or
/// freeing it twice, is SBM_STATUS_BAD_HANDLE.
///
/// Threads: any number at once; one of them finishes it. Since 0.1.
pub struct sbm_run {
    _opaque: [u8; 0],
}

/// What stands behind the handle.
pub(crate) struct OpenRun(Run);

/// The open runs.
pub(crate) static RUNS: Table<OpenRun> = Table::new(Kind::Run, LAST_GENERATION);

/// What kind of profile runs. Since 0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum sbm_profile_kind {
    /// A backup.
    Backup = 1,
    /// Both sides become alike.
    Synchronize = 2,
    /// The destination becomes like the source.
    Mirror = 3,
    /// Something else; kind_text says what, and must.
    Other = 4,
}

/// How a run ended. Since 0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum sbm_result {
    /// Everything was done.
    Success = 1,
    /// It was done, with something to look at.
    Warning = 2,
    /// It was not done.
    Failure = 3,
    /// Somebody stopped it.
    Aborted = 4,
    /// It was not begun, on purpose.
    Skipped = 5,
    /// The host program died meanwhile. SBM alone says so; sbm_run_finish() refuses it.
    Interrupted = 6,
}

/// What began a run. Since 0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum sbm_trigger {
    /// A person.
    Manual = 1,
    /// The schedule.
    Schedule = 2,
    /// A group run of the host program.
    Group = 3,
    /// A person, to restore; sbm_run_start's restore is 1 then.
    Restore = 4,
}

/// What is known when a run begins. Set all of it to zero, then struct_size, kind, trigger and profile_name at least. Times
/// are milliseconds since 1970-01-01 UTC. A text that is too long is cut at a character, never refused. Since 0.1.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct sbm_run_start {
    /// sizeof(sbm_run_start).
    pub struct_size: u32,
    /// One of SBM_PROFILE_KIND_*.
    pub kind: i32,
    /// One of SBM_TRIGGER_*.
    pub trigger: i32,
    /// 1 if it restores, else 0. With SBM_TRIGGER_RESTORE it must be 1; with another trigger 1 counts as well.
    pub restore: i32,
    /// When the host's thread started; 0: now.
    pub thread_start_ms: i64,
    /// When the profile started; 0: now.
    pub profile_start_ms: i64,
    /// When the group run it is part of started; 0: it is not part of one.
    pub group_start_ms: i64,
    /// The version of the profile, as the host counts it.
    pub version: i64,
    /// The name of the profile; cut at 256 bytes. "" only beside a profile_guid.
    pub profile_name: *const c_char,
    /// The GUID of a managed profile; NULL for a local one.
    pub profile_guid: *const c_char,
    /// What kind it is, for SBM_PROFILE_KIND_OTHER; else NULL. Cut at 256 bytes.
    pub kind_text: *const c_char,
    /// The operating system's user; NULL: the one as whom this process acts. Cut at 256 bytes.
    pub os_user: *const c_char,
    /// How many minutes local time is ahead of UTC, from -1080 to 1080 (18 hours).
    pub utc_offset_minutes: i32,
    /// Zero.
    pub reserved: i32,
}

/// What is known when a run has ended. Set all of it to zero, then struct_size, result and what you know. Since 0.1.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct sbm_run_end {
    /// sizeof(sbm_run_end).
    pub struct_size: u32,
    /// One of SBM_RESULT_*, but not SBM_RESULT_INTERRUPTED.
    pub result: i32,
    /// When it ended, in milliseconds since 1970-01-01 UTC; 0: now.
    pub end_ms: i64,
    /// Files copied.
    pub files_copied: u64,
    /// Files deleted.
    pub files_deleted: u64,
    /// Files that failed.
    pub files_failed: u64,
    /// Bytes copied.
    pub bytes_copied: u64,
    /// Bytes deleted.
    pub bytes_deleted: u64,
    /// Bytes of the files that failed.
    pub bytes_failed: u64,
    /// Bytes that the destination holds now; -1 if you do not know.
    pub bytes_stored: i64,
    /// What went wrong, in the host's words; NULL: nothing. Cut at 4096 bytes.
    pub error_text: *const c_char,
    /// NULL.
    pub reserved: *const c_char,
}

// SAFETY: its size comes first; numbers, then an even number of pointers, so that nothing is between or behind them on 64
// bits nor on 32; every pattern of bits is a value, the pointers being followed by `Call` alone.
unsafe impl Record for sbm_run_start {
    const FIRST_SIZE: usize = 56 + size_of::<[usize; 4]>();
}

// SAFETY: as above.
unsafe impl Record for sbm_run_end {
    const FIRST_SIZE: usize = 72 + size_of::<[usize; 2]>();
}

const _: () = {
    assert!(size_of::<sbm_run_start>() == sbm_run_start::FIRST_SIZE);
    assert!(size_of::<sbm_run_end>() == sbm_run_end::FIRST_SIZE);
};

/// No place on earth is further from UTC, in minutes.
const MOST_OFFSET: i32 = 18 * 60;

/// C's numbers are the core's.
const _: () = {
    assert!(sbm_profile_kind::Backup as i32 == ProfileKind::Backup as i32);
    assert!(sbm_profile_kind::Synchronize as i32 == ProfileKind::Synchronize as i32);
    assert!(sbm_profile_kind::Mirror as i32 == ProfileKind::Mirror as i32);
    assert!(sbm_profile_kind::Other as i32 == ProfileKind::Other as i32);
    assert!(sbm_result::Success as i32 == RunResult::Success as i32);
    assert!(sbm_result::Warning as i32 == RunResult::Warning as i32);
    assert!(sbm_result::Failure as i32 == RunResult::Failure as i32);
    assert!(sbm_result::Aborted as i32 == RunResult::Aborted as i32);
    assert!(sbm_result::Skipped as i32 == RunResult::Skipped as i32);
    assert!(sbm_result::Interrupted as i32 == RunResult::Interrupted as i32);
    assert!(sbm_trigger::Manual as i32 == Trigger::Manual as i32);
    assert!(sbm_trigger::Schedule as i32 == Trigger::Schedule as i32);
    assert!(sbm_trigger::Group as i32 == Trigger::Group as i32);
    assert!(sbm_trigger::Restore as i32 == Trigger::Restore as i32);
    // What the comments above say of texts.
    assert!(MAX_NAME == 256 && MAX_ERROR == 4_096);
    assert!(ProfileKind::ALL.len() == 4 && RunResult::ALL.len() == 6 && Trigger::ALL.len() == 4);
};

/// Begins a run: asks first whether it is allowed (as SBM_ACTION_RESTORE for a restore,
/// SBM_ACTION_RUN_SCHEDULED for SBM_TRIGGER_SCHEDULE, else SBM_ACTION_RUN_MANUALLY), then notes on disk that it has
/// begun. Should the host die, the run is reported as interrupted at the next sbm_client_open(). An unmanaged installation
/// keeps no history; its runs work all the same. Where a quota is set the server is asked for room, too: see
/// sbm_client_begin_run_storing().
///
/// start: copied. out: the run; free it with sbm_run_free(). Offline: works.
///
/// Errors: the reason of a denial (SBM_STATUS_DENIED_* and others that sbm_decision_code() gives), with its sentence as
/// message; SBM_STATUS_INVALID_ARGUMENT, SBM_STATUS_INVALID_GUID, SBM_STATUS_CACHE_UNWRITABLE, SBM_STATUS_CACHE_BUSY,
/// SBM_STATUS_TOO_MANY_HANDLES (4,096 open runs). Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_begin_run(
    client: *const sbm_client,
    start: *const sbm_run_start,
    out: *mut *mut sbm_run,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe { begin(client, start, 0, out, error) }
}

/// Begins a run that expects to store so many bytes.
///
/// # Safety
///
/// All pointers came from C in this call.
pub(crate) unsafe fn begin(
    client: *const sbm_client,
    start: *const sbm_run_start,
    estimate: u64,
    out: *mut *mut sbm_run,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the caller vouches for them.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_handle(out, "out")?;
            let client = call.client(client)?;
            let start = run_start(call, &call.record(start, "start")?)?;
            let place = RUNS.reserve().map_err(|code| Failure::handle(code, "run"))?;
            out.set_handle(place.fill(OpenRun(client.client.begin_run_storing(start, estimate)?)));
            Ok(())
        })
    }
}

/// Ends a run. Its record is on disk before this returns; then, if the server can be reached, it is sent at once. A server
/// that cannot be reached is no error: the record goes later.
///
/// end: copied. sequence: the number of the run on this installation, from 1 without gaps, 0 if it is unmanaged; NULL if you
/// do not want it.
/// Free the run afterwards. When the cache cannot be written (a full disk) the run is still going on: free some room and
/// finish it again. Offline: works.
///
/// Errors: SBM_STATUS_NOT_FINISHED if it was finished already, SBM_STATUS_INVALID_ARGUMENT, SBM_STATUS_CACHE_UNWRITABLE,
/// SBM_STATUS_CACHE_BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_run_finish(
    run: *const sbm_run,
    end: *const sbm_run_end,
    sequence: *mut u64,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let sequence = call.optional_out(sequence, "sequence")?;
            let open = call.run(run)?;
            let end = run_end(call, &call.record(end, "end")?)?;
            let number = open.0.finish(end)?;
            if let Some(sequence) = sequence {
                sequence.set(number);
            }
            Ok(())
        })
    }
}

/// Frees a run. NULL is fine. One that was not finished is reported as interrupted at the next sbm_client_open(). Answers
/// SBM_STATUS_BAD_HANDLE if it is freed already; then nothing happens. Errors: SBM_STATUS_BAD_HANDLE, SBM_STATUS_FORKED.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_run_free(run: *mut sbm_run) -> sbm_status {
    // SAFETY: the pointer is C's.
    unsafe { boundary::call(std::ptr::null_mut(), |call| call.close_run(run)) }
}

fn run_start(call: &Call, start: &sbm_run_start) -> Result<RunStart, Failure> {
    let now = SystemClock.now();
    let guid: Option<Guid> = call.optional_guid(start.profile_guid, "profile_guid")?;
    zero(start.reserved)?;
    let start = RunStart {
        profile: Profile {
            name: call.text(start.profile_name, "profile_name")?.to_owned(),
            guid,
            version: start.version,
            revision: 0,
        },
        kind: ProfileKind::from_number(start.kind).ok_or_else(|| unknown("kind", start.kind, "SBM_PROFILE_KIND_*"))?,
        kind_text: call.optional_text(start.kind_text, "kind_text")?.unwrap_or_default().to_owned(),
        trigger: Trigger::from_number(start.trigger).ok_or_else(|| unknown("trigger", start.trigger, "SBM_TRIGGER_*"))?,
        restore: boolean(start.restore, "restore")?,
        thread_start: moment(start.thread_start_ms).unwrap_or(now),
        profile_start: moment(start.profile_start_ms).unwrap_or(now),
        group_start: moment(start.group_start_ms),
        utc_offset: start.utc_offset_minutes,
        os_user: call.optional_text(start.os_user, "os_user")?.unwrap_or_default().to_owned(),
    };
    consistent(&start)?;
    Ok(start)
}

/// What each field allows by itself, but not beside the others.
fn consistent(start: &RunStart) -> Result<(), Failure> {
    let refuse = |message: &str| Err(Failure::new(Code::InvalidArgument, message));
    if start.trigger == Trigger::Restore && !start.restore {
        return refuse("`trigger` is SBM_TRIGGER_RESTORE and `restore` is `0`; set `restore` to 1, or give another trigger");
    }
    if start.kind == ProfileKind::Other && start.kind_text.trim().is_empty() {
        return refuse("`kind` is SBM_PROFILE_KIND_OTHER and `kind_text` is empty; say there what kind it is");
    }
    if start.profile.guid.is_none() && start.profile.name.trim().is_empty() {
        return refuse("`profile_name` is empty and there is no `profile_guid`; give the profile's name");
    }
    if !(-MOST_OFFSET..=MOST_OFFSET).contains(&start.utc_offset) {
        let advice = "give the minutes by which local time is ahead of UTC, from -1080 to 1080";
        return Err(Failure::value(Code::InvalidArgument, "utc_offset_minutes", start.utc_offset, advice));
    }
    Ok(())
}

fn run_end(call: &Call, end: &sbm_run_end) -> Result<RunEnd, Failure> {
    null(end.reserved)?;
    let count = |count: u64, name: &str| match i64::try_from(count) {
        Ok(_) => Ok(count),
        Err(_) => Err(Failure::value(Code::InvalidArgument, name, count, "no disk holds as many")),
    };
    let result = RunResult::from_number(end.result).ok_or_else(|| unknown("result", end.result, "SBM_RESULT_*"))?;
    if result == RunResult::Interrupted {
        let message = "`result` is SBM_RESULT_INTERRUPTED, which the library says by itself; say SBM_RESULT_ABORTED or _FAILURE";
        return Err(Failure::new(Code::InvalidArgument, message));
    }
    Ok(RunEnd {
        result,
        end: moment(end.end_ms).unwrap_or_else(|| SystemClock.now()),
        files_copied: count(end.files_copied, "files_copied")?,
        files_deleted: count(end.files_deleted, "files_deleted")?,
        files_failed: count(end.files_failed, "files_failed")?,
        bytes_copied: count(end.bytes_copied, "bytes_copied")?,
        bytes_deleted: count(end.bytes_deleted, "bytes_deleted")?,
        bytes_failed: count(end.bytes_failed, "bytes_failed")?,
        bytes_stored: stored(end.bytes_stored)?,
        error: call.optional_text(end.error_text, "error_text")?.unwrap_or_default().to_owned(),
    })
}

fn stored(bytes: i64) -> Result<Option<u64>, Failure> {
    match (bytes, u64::try_from(bytes)) {
        (-1, _) => Ok(None),
        (_, Ok(bytes)) => Ok(Some(bytes)),
        (_, Err(_)) => Err(Failure::value(Code::InvalidArgument, "bytes_stored", bytes, "give -1 if you do not know")),
    }
}

/// C's 0 is no moment.
fn moment(millis: i64) -> Option<Timestamp> {
    if millis == 0 { None } else { Some(Timestamp::from_millis(millis)) }
}

fn unknown(name: &str, number: i32, names: &str) -> Failure {
    Failure::value(Code::InvalidArgument, name, number, &format!("give one of {names}"))
}

/// What is reserved today may mean something tomorrow, so nobody may leave garbage there.
pub(crate) fn null(reserved: *const c_char) -> Result<(), Failure> {
    if reserved.is_null() { Ok(()) } else { Err(Failure::new(Code::InvalidArgument, "`reserved` is not NULL; set it to NULL")) }
}

/// The same for a number.
pub(crate) fn zero(reserved: i32) -> Result<(), Failure> {
    if reserved == 0 { Ok(()) } else { Err(Failure::value(Code::InvalidArgument, "reserved", reserved, "set it to 0")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_stored_may_be_unknown_but_not_negative() {
        assert_eq!(stored(-1).unwrap(), None);
        assert_eq!(stored(0).unwrap(), Some(0));
        assert_eq!(stored(i64::MIN).unwrap_err().code, Code::InvalidArgument);
    }
}
