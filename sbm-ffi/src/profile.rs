//! `sbm_profile_list`: the managed profiles of this user on this installation.

use std::ffi::{CString, c_char};

use ::sbm_client::ManagedProfile;

use crate::boundary;
use crate::bytes::sbm_bytes;
use crate::client::sbm_client;
use crate::error::{Failure, sbm_error};
use crate::status::sbm_status;
use crate::text;

/// The managed profiles as they were when the list was made.
///
/// Threads: one at a time; it may move between threads. Since 0.1.
pub struct sbm_profile_list {
    profiles: Vec<Row>,
}

struct Row {
    guid: CString,
    name: CString,
    description: CString,
    version: i64,
    revision: u64,
}

impl From<Vec<ManagedProfile>> for sbm_profile_list {
    fn from(profiles: Vec<ManagedProfile>) -> Self {
        let row = |profile: ManagedProfile| Row {
            guid: text::to_c(&profile.guid.to_string()),
            name: text::to_c(&profile.name),
            description: text::to_c(&profile.description),
            version: profile.version,
            revision: profile.revision,
        };
        Self { profiles: profiles.into_iter().map(row).collect() }
    }
}

/// Lists the managed profiles that this user may use here.
///
/// out: the list; free it with sbm_profile_list_free(). Offline: works, as of the last contact.
///
/// Errors: SBM_STATUS_CACHE_DAMAGED, SBM_STATUS_CACHE_OTHER_MACHINE, SBM_STATUS_CACHE_NEWER, SBM_STATUS_CACHE_BUSY.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_profiles(
    client: *const sbm_client,
    out: *mut *mut sbm_profile_list,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_handle(out, "out")?;
            out.set(call.client(client)?.client.profiles()?.into());
            Ok(())
        })
    }
}

/// Reads the content of a managed profile from the cache, checked against the hash that the server signed for.
///
/// guid: in any spelling. out: the bytes; free them with sbm_bytes_free(). Offline: works.
///
/// Errors: SBM_STATUS_NOT_FOUND, SBM_STATUS_INVALID_GUID, SBM_STATUS_CACHE_DAMAGED, SBM_STATUS_CACHE_OTHER_MACHINE,
/// SBM_STATUS_CACHE_NEWER, SBM_STATUS_CACHE_BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_profile_body(
    client: *const sbm_client,
    guid: *const c_char,
    out: *mut *mut sbm_bytes,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_handle(out, "out")?;
            let client = call.client(client)?;
            let guid = call.optional_guid(guid, "guid")?.ok_or_else(|| Failure::null("guid"))?;
            out.set(sbm_bytes::new(client.client.profile_body(&guid)?));
            Ok(())
        })
    }
}

/// Says that the host removed its copy of a managed profile by itself, as a user may who has the right to delete. It is kept on
/// disk, and the server hears of it at the next sync: until then it takes the profile for one that is here.
///
/// Syncs do not put the profile back. It comes again, as SBM_DELIVERY_INSTALL, when there is something new to take over: the next
/// revision or another schedule, or after it was withdrawn and given again. When it is withdrawn before, SBM_DELIVERY_REMOVE comes
/// all the same: answer that it is done. Said twice, it does no harm.
///
/// guid: in any spelling. Offline: works; the server hears of it later.
///
/// Errors: SBM_STATUS_NOT_FOUND for a profile that was never taken over here, SBM_STATUS_INVALID_GUID,
/// SBM_STATUS_CACHE_DAMAGED, SBM_STATUS_CACHE_OTHER_MACHINE, SBM_STATUS_CACHE_NEWER, SBM_STATUS_CACHE_UNWRITABLE,
/// SBM_STATUS_CACHE_BUSY. Since 0.1, SBM_ABI 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_profile_removed(
    client: *const sbm_client,
    guid: *const c_char,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let client = call.client(client)?;
            let guid = call.optional_guid(guid, "guid")?.ok_or_else(|| Failure::null("guid"))?;
            Ok(client.client.profile_removed(&guid)?)
        })
    }
}

/// How many profiles there are; 0 for NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_profile_list_count(list: *const sbm_profile_list) -> usize {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(0, |call| Ok(call.object(list, "list")?.profiles.len())) }
}

/// The GUID of the profile at that place, from 0: 32 upper-case hexadecimal digits. Borrowed: valid until the list is freed.
/// Never NULL; "" where there is no such profile. index: from 0 on. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_profile_list_guid(list: *const sbm_profile_list, index: usize) -> *const c_char {
    // SAFETY: the pointer is C's.
    unsafe { row(list, index, text::EMPTY, |row| row.guid.as_ptr()) }
}

/// Its name. Borrowed: valid until the list is freed. Never NULL; "" where there is no such profile. index: from 0 on. It
/// cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_profile_list_name(list: *const sbm_profile_list, index: usize) -> *const c_char {
    // SAFETY: the pointer is C's.
    unsafe { row(list, index, text::EMPTY, |row| row.name.as_ptr()) }
}

/// What its uploader said of it. Borrowed: valid until the list is freed. Never NULL; "" where there is no such profile.
/// index: from 0 on. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_profile_list_description(list: *const sbm_profile_list, index: usize) -> *const c_char {
    // SAFETY: the pointer is C's.
    unsafe { row(list, index, text::EMPTY, |row| row.description.as_ptr()) }
}

/// The version that its uploader stated; 0 where there is no such profile. index: from 0 on. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_profile_list_version(list: *const sbm_profile_list, index: usize) -> i64 {
    // SAFETY: the pointer is C's.
    unsafe { row(list, index, 0, |row| row.version) }
}

/// The server's revision of it, from 1; 0 where there is no such profile. index: from 0 on. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_profile_list_revision(list: *const sbm_profile_list, index: usize) -> u64 {
    // SAFETY: the pointer is C's.
    unsafe { row(list, index, 0, |row| row.revision) }
}

/// Frees a list and its texts. NULL is fine. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_profile_list_free(list: *mut sbm_profile_list) {
    // SAFETY: the pointer is C's, which gives the list back.
    unsafe { boundary::free(list) }
}

/// # Safety
///
/// The list came from C in this call.
unsafe fn row<T: Copy>(list: *const sbm_profile_list, index: usize, otherwise: T, field: impl FnOnce(&Row) -> T) -> T {
    // SAFETY: the caller vouches for it.
    unsafe { boundary::read(otherwise, |call| Ok(call.object(list, "list")?.profiles.get(index).map_or(otherwise, field))) }
}
