//! `sbm_change`: one thing that the host is to do with a managed profile, from a durable queue (PRO-8).

use std::ffi::{CString, c_char};

use ::sbm_client::PendingChange;
use ::sbm_client::core::code::Code;
use ::sbm_client::core::profile::ChangeKind;

use crate::boundary;
use crate::bytes;
use crate::client::sbm_client;
use crate::error::{Failure, sbm_error};
use crate::status::sbm_status;
use crate::text;

/// What the host is to do with a managed profile. Since 0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum sbm_delivery {
    /// Nothing: there is no change.
    None = 0,
    /// Take the profile over. A local profile of the same name keeps its data under another name.
    Install = 1,
    /// Replace the managed copy. Without a schedule the host's own stays as it is.
    Update = 2,
    /// Remove the managed copy; never the user's files.
    Remove = 3,
}

/// One thing to do. Do it, then answer with sbm_change_done() or sbm_change_failed(). Freed without an answer, or after a
/// crash, it is delivered again.
///
/// Threads: one at a time; it may move between threads. Since 0.1.
pub struct sbm_change {
    kind: sbm_delivery,
    guid: CString,
    name: CString,
    description: CString,
    version: i64,
    revision: u64,
    body: Option<Vec<u8>>,
    schedule: Option<Vec<u8>>,
    /// None once the host has answered.
    pending: Option<PendingChange>,
    /// The process that took it. Its cache is not its children's: SQLite forbids that.
    process: u32,
}

impl From<PendingChange> for sbm_change {
    fn from(change: PendingChange) -> Self {
        Self {
            kind: match change.kind() {
                ChangeKind::Install => sbm_delivery::Install,
                ChangeKind::Update => sbm_delivery::Update,
                ChangeKind::Remove => sbm_delivery::Remove,
            },
            guid: text::to_c(&change.guid().to_string()),
            name: text::to_c(change.name()),
            description: text::to_c(change.description()),
            version: change.version(),
            revision: change.revision(),
            body: change.body().map(<[u8]>::to_vec),
            schedule: change.schedule().map(<[u8]>::to_vec),
            pending: Some(change),
            process: std::process::id(),
        }
    }
}

impl sbm_change {
    /// Whether this is the process that took it, and no child of it.
    fn check_process(&self) -> Result<(), Failure> {
        if self.process == std::process::id() { Ok(()) } else { Err(Failure::handle(Code::Forked, "change")) }
    }

    /// Takes the answer; a second one does not fit.
    fn answer(&mut self) -> Result<PendingChange, Failure> {
        self.check_process()?;
        self.pending.take().ok_or_else(|| Failure::new(Code::NotFinished, "`change` was answered already; take the next one"))
    }
}

impl Drop for sbm_change {
    fn drop(&mut self) {
        if self.check_process().is_err() {
            // In a child: what is open belongs to the parent, which closes it.
            std::mem::forget(self.pending.take());
        }
    }
}

/// Takes the next change that waits. They wait on disk until they are answered, so a crash loses none. A change to a
/// profile that is running waits until the run is over.
///
/// out: the change, freed with sbm_change_free(); NULL, with SBM_OK, if none waits. Offline: works.
///
/// Errors: SBM_STATUS_CACHE_DAMAGED, SBM_STATUS_CACHE_OTHER_MACHINE, SBM_STATUS_CACHE_NEWER, SBM_STATUS_CACHE_BUSY.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_client_next_change(
    client: *const sbm_client,
    out: *mut *mut sbm_change,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let out = call.out_handle(out, "out")?;
            if let Some(change) = call.client(client)?.client.next_change()? {
                out.set(change.into());
            }
            Ok(())
        })
    }
}

/// What is to be done; SBM_DELIVERY_NONE for NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_change_kind(change: *const sbm_change) -> sbm_delivery {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(sbm_delivery::None, |call| Ok(call.object(change, "change")?.kind)) }
}

/// The GUID of the profile: 32 upper-case hexadecimal digits. Borrowed: valid until the change is freed. Never NULL; "" for
/// NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_change_guid(change: *const sbm_change) -> *const c_char {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(text::EMPTY, |call| Ok(call.object(change, "change")?.guid.as_ptr())) }
}

/// The name of the profile. Borrowed: valid until the change is freed. Never NULL; "" for NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_change_name(change: *const sbm_change) -> *const c_char {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(text::EMPTY, |call| Ok(call.object(change, "change")?.name.as_ptr())) }
}

/// What the uploader said of the profile. Borrowed: valid until the change is freed. Never NULL; "" for NULL. It cannot
/// fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_change_description(change: *const sbm_change) -> *const c_char {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(text::EMPTY, |call| Ok(call.object(change, "change")?.description.as_ptr())) }
}

/// The version that the uploader stated; 0 for NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_change_version(change: *const sbm_change) -> i64 {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(0, |call| Ok(call.object(change, "change")?.version)) }
}

/// The server's revision to arrive at, or the one to remove; 0 for NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_change_revision(change: *const sbm_change) -> u64 {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(0, |call| Ok(call.object(change, "change")?.revision)) }
}

/// The content of the profile. data and size: where it begins and how many bytes it has; NULL and 0 for a removal.
/// Borrowed: valid until the change is freed.
///
/// Errors: SBM_STATUS_NULL_ARGUMENT; SBM_STATUS_FORKED in a child of the process that took it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_change_body(
    change: *const sbm_change,
    data: *mut *const u8,
    size: *mut usize,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe { part(change, data, size, error, |change| change.body.as_deref()) }
}

/// The schedule to take over. data and size: as for sbm_change_body(); NULL and 0 if there is none, and the host's own
/// stays as it is. Borrowed: valid until the change is freed.
///
/// Errors: SBM_STATUS_NULL_ARGUMENT; SBM_STATUS_FORKED in a child of the process that took it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_change_schedule(
    change: *const sbm_change,
    data: *mut *const u8,
    size: *mut usize,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe { part(change, data, size, error, |change| change.schedule.as_deref()) }
}

/// Answers that the change was applied; call it after your own files are safe on disk. The server hears it at the next
/// exchange. Offline: works.
///
/// Errors: SBM_STATUS_NOT_FINISHED if it was answered already; SBM_STATUS_CACHE_UNWRITABLE: it is delivered again then;
/// SBM_STATUS_FORKED in a child of the process that took it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_change_done(change: *mut sbm_change, error: *mut *mut sbm_error) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            call.object_mut(change, "change")?.answer()?.done()?;
            Ok(())
        })
    }
}

/// Answers that the change could not be applied. The server hears the reason, and the change is tried again at a later
/// exchange. Offline: works.
///
/// reason: for the administrator, in the host's words. Errors: as for sbm_change_done(). Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_change_failed(
    change: *mut sbm_change,
    reason: *const c_char,
    error: *mut *mut sbm_error,
) -> sbm_status {
    // SAFETY: the pointers are C's.
    unsafe {
        boundary::call(error, |call| {
            let change = call.object_mut(change, "change")?;
            change.check_process()?;
            let reason = call.text(reason, "reason")?;
            change.answer()?.failed(reason)?;
            Ok(())
        })
    }
}

/// Frees a change. NULL is fine. One that was not answered is delivered again. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_change_free(change: *mut sbm_change) {
    // SAFETY: the pointer is C's, which gives the change back.
    unsafe { boundary::free(change) }
}

/// # Safety
///
/// All pointers came from C in this call.
unsafe fn part(
    change: *const sbm_change,
    data: *mut *const u8,
    size: *mut usize,
    error: *mut *mut sbm_error,
    bytes: impl FnOnce(&sbm_change) -> Option<&[u8]>,
) -> sbm_status {
    // SAFETY: the caller vouches for them.
    unsafe {
        boundary::call(error, |call| {
            let (data, size) = (call.out(data, "data")?, call.out(size, "size")?);
            let change = call.object(change, "change")?;
            change.check_process()?;
            let bytes = bytes(change).unwrap_or_default();
            data.set(bytes::start(bytes));
            size.set(bytes.len());
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::ptr;
    use std::sync::{Arc, Weak};

    use ::sbm_client::core::agent::Write;
    use ::sbm_client::core::id::Guid;
    use ::sbm_client::core::name::{Name, Text};
    use ::sbm_client::core::profile::Change;
    use ::sbm_client::store::{CacheStore as _, MemoryStore};
    use ::sbm_client::{Client, Config};

    use super::*;

    /// A client for which the removal of a profile waits.
    fn client() -> (Client, Weak<MemoryStore>) {
        let store = MemoryStore::new().unwrap();
        let change = Change {
            kind: ChangeKind::Remove,
            guid: Guid::from_bytes([1; 16]),
            name: Name::new("Finance").unwrap(),
            description: Text::default(),
            version: 1,
            revision: 1,
            body: None,
            schedule: None,
        };
        store.apply(&[Write::Queue(vec![change])]).unwrap();
        let store = Arc::new(store);
        let kept = Arc::downgrade(&store);
        (Client::with_store(Config::new("nowhere"), store).unwrap(), kept)
    }

    #[test]
    fn a_change_of_another_process_is_not_answered_and_waits_still_pro_8() {
        let (client, _) = client();
        let mut change = sbm_change::from(client.next_change().unwrap().unwrap());
        let here = std::mem::replace(&mut change.process, 0);
        let (mut data, mut size) = (ptr::null(), 0);
        let (change, none) = (&raw mut change, ptr::null_mut());
        // SAFETY: the change, the text and both outputs are ours.
        let told = unsafe {
            [
                sbm_change_done(change, none),
                sbm_change_failed(change, c"no room".as_ptr(), none),
                sbm_change_body(change, &raw mut data, &raw mut size, none),
                sbm_change_schedule(change, &raw mut data, &raw mut size, none),
            ]
        };
        assert_eq!(told, [Code::Forked.number(); 4]);
        assert!(client.next_change().unwrap().is_some());
        // SAFETY: as above.
        unsafe {
            (*change).process = here;
            assert_eq!(sbm_change_done(change, none), Code::Ok.number());
        }
        assert!(client.next_change().unwrap().is_none());
    }

    #[test]
    fn a_child_that_frees_its_parent_s_change_closes_nothing_of_the_parent() {
        for (is_child, left) in [(false, 0), (true, 1)] {
            let (client, store) = client();
            let mut change = sbm_change::from(client.next_change().unwrap().unwrap());
            if is_child {
                change.process = 0;
            }
            drop(client);
            let change = Box::into_raw(Box::new(change));
            // SAFETY: it is a box, as C gets one, and is not used again.
            unsafe { sbm_change_free(change) };
            assert_eq!(store.strong_count(), left);
        }
    }
}
