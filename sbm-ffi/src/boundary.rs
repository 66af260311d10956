//! The one door between C and Rust.
//!
//! 1. Every exported function runs inside [`call`], [`read`] or [`free`]. They keep the host's floating-point traps out
//!    ([`float`]) and panics in ([`fault`]): nothing but a status crosses (ERR-2).
//! 2. Pointers become values here, by the methods of [`Call`], each checked for NULL and alignment; texts for UTF-8.
//! 3. `*error` and handle outputs are NULL before anything else happens; other outputs are written on success only.
//! 4. A handle is only ever looked up in its table, never followed.

mod fault;
mod float;
mod record;

use std::ffi::{CStr, c_char};
use std::marker::PhantomData;
use std::ptr;

use ::sbm_client::core::code::Code;
use ::sbm_client::core::id::Guid;

use crate::client::{CLIENTS, Host, sbm_client};
use crate::error::{Failure, sbm_error};
use crate::handle::Pinned;
use crate::handle::encoding::Handle;
use crate::run::{OpenRun, RUNS, sbm_run};
use crate::status::sbm_status;
use crate::worker::{Running, WORKERS, sbm_worker};

#[cfg(target_os = "linux")]
pub(crate) use fault::be_ready;
pub(crate) use float::HostFloat;
pub(crate) use record::Record;

/// One call from C, for as long as it lasts: what its pointers point to is borrowed from it.
///
/// Made by [`call`] and [`read`] alone. Their callers vouch that every pointer handed to its methods came from C in this
/// call, so that the rules of `sbm.h` hold for it: NULL, or valid for its type until the call returns.
pub(crate) struct Call(PhantomData<*const ()>);

/// Where C wants an answer. Checked before the work begins, written after it succeeded.
pub(crate) struct Out<'call, T>(*mut T, PhantomData<&'call Call>);

/// Where C wants a handle; NULL until it has one.
pub(crate) struct OutHandle<'call, T>(*mut *mut T, PhantomData<&'call Call>);

/// Runs a function that answers with a status.
///
/// # Safety
///
/// `error` and every pointer that `body` gives to [`Call`] came from C in this call.
#[inline]
pub(crate) unsafe fn call(error: *mut *mut sbm_error, body: impl FnOnce(&Call) -> Result<(), Failure>) -> sbm_status {
    let _quiet = float::Quiet::enter();
    // SAFETY: the caller of this function vouches for `error`, which is NULL or may be written.
    unsafe { set_null(error) };
    match fault::catch(|| body(&Call(PhantomData))) {
        Ok(()) => Code::Ok.number(),
        // SAFETY: as above.
        Err(failure) => unsafe { report(failure, error) },
    }
}

/// Runs a function that cannot fail but by its argument; it answers `otherwise` then.
///
/// # Safety
///
/// Every pointer that `body` gives to [`Call`] came from C in this call.
#[inline]
pub(crate) unsafe fn read<T>(otherwise: T, body: impl FnOnce(&Call) -> Result<T, Failure>) -> T {
    let _quiet = float::Quiet::enter();
    fault::catch(|| body(&Call(PhantomData))).unwrap_or(otherwise)
}

/// Frees a plain object. NULL is fine.
///
/// # Safety
///
/// `object` came from C in this call, which got it from [`OutHandle::set`] and does not use it again.
pub(crate) unsafe fn free<T>(object: *mut T) {
    let _quiet = float::Quiet::enter();
    if object.is_null() || !object.is_aligned() {
        return;
    }
    // A destructor that panics has no way to say so: the object is gone either way.
    let _: Result<(), Failure> = fault::catch(|| {
        // SAFETY: it is a box that `OutHandle::set` gave away, and C gives it back.
        drop(unsafe { Box::from_raw(object) });
        Ok(())
    });
}

/// Puts a failure where C can read it, and answers its status.
#[cold]
unsafe fn report(failure: Failure, error: *mut *mut sbm_error) -> sbm_status {
    let status = failure.code.number();
    if !error.is_null() && error.is_aligned() {
        let object = fault::catch(|| Ok(Box::into_raw(Box::new(sbm_error::from(failure)))));
        // SAFETY: it is not NULL, and C lets us write there.
        unsafe { *error = object.unwrap_or(ptr::null_mut()) };
    }
    status
}

unsafe fn set_null<T>(place: *mut *mut T) {
    if !place.is_null() && place.is_aligned() {
        // SAFETY: it is not NULL, and C lets us write there.
        unsafe { *place = ptr::null_mut() };
    }
}

impl Call {
    /// A text that must be there.
    pub(crate) fn text(&self, text: *const c_char, name: &str) -> Result<&str, Failure> {
        self.optional_text(text, name)?.ok_or_else(|| Failure::null(name))
    }

    /// A text, or nothing for NULL.
    pub(crate) fn optional_text(&self, text: *const c_char, name: &str) -> Result<Option<&str>, Failure> {
        if text.is_null() {
            return Ok(None);
        }
        // SAFETY: it is not NULL; C ends its texts with NUL and keeps them until the call returns.
        let bytes = unsafe { CStr::from_ptr(text) };
        bytes
            .to_str()
            .map(Some)
            .map_err(|_| Failure::new(Code::NotUtf8, format!("`{name}` is not valid UTF-8; convert it first")))
    }

    /// A GUID, or nothing for NULL; in any of its spellings (PRO-2).
    #[inline]
    pub(crate) fn optional_guid(&self, guid: *const c_char, name: &str) -> Result<Option<Guid>, Failure> {
        match self.optional_text(guid, name)? {
            None => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|code| Failure::value(code, name, text, "give 32 hexadecimal digits")),
        }
    }

    /// Bytes with their number, at most so many; NULL is fine when there are none. Too many are refused before they are
    /// looked at, so that a wrong size is an error and not a crash.
    pub(crate) fn bytes(&self, data: *const u8, size: usize, max: usize, name: &str) -> Result<&[u8], Failure> {
        if size == 0 {
            return Ok(&[]);
        }
        if data.is_null() {
            return Err(Failure::null(name));
        }
        if size > max {
            return Err(Failure::new(Code::TooLarge, format!("`{name}` has {size} bytes; it may have at most {max}")));
        }
        // SAFETY: it is not NULL, the size is bounded, and C keeps that many bytes until the call returns.
        Ok(unsafe { std::slice::from_raw_parts(data, size) })
    }

    /// A plain object.
    #[inline]
    pub(crate) fn object<T>(&self, object: *const T, name: &str) -> Result<&T, Failure> {
        check_pointer(object, name)?;
        // SAFETY: it is neither NULL nor a table's handle, so it is an object that C got from here and has not freed.
        Ok(unsafe { &*object })
    }

    /// A plain object to be changed; C uses it on one thread at a time.
    #[expect(clippy::mut_from_ref, reason = "the object is C's, not the call's: the call is only how long it lasts")]
    pub(crate) fn object_mut<T>(&self, object: *mut T, name: &str) -> Result<&mut T, Failure> {
        check_pointer(object, name)?;
        // SAFETY: as in `object`; nobody else uses it during this call.
        Ok(unsafe { &mut *object })
    }

    /// A record, as much of it as the caller's header knows.
    pub(crate) fn record<T: Record>(&self, record: *const T, name: &str) -> Result<T, Failure> {
        check_pointer(record, name)?;
        // SAFETY: it is not NULL, and C wrote there as many bytes as the record's first field says.
        unsafe { record::read(record, name) }
    }

    /// Where a record is to be written; the caller has set its size.
    pub(crate) fn out_record<T: Record>(&self, record: *mut T, name: &str) -> Result<record::OutRecord<'_, T>, Failure> {
        check_pointer(record, name)?;
        // SAFETY: as in `record`, and C lets us write there.
        unsafe { record::OutRecord::new(record, name) }
    }

    /// Where a value is to be written.
    #[inline]
    pub(crate) fn out<T>(&self, place: *mut T, name: &str) -> Result<Out<'_, T>, Failure> {
        check_pointer(place, name)?;
        Ok(Out(place, PhantomData))
    }

    /// Where a value is to be written, if C wants it at all.
    pub(crate) fn optional_out<T>(&self, place: *mut T, name: &str) -> Result<Option<Out<'_, T>>, Failure> {
        if place.is_null() { Ok(None) } else { self.out(place, name).map(Some) }
    }

    /// Where a new handle is to be written; it is NULL from now on.
    pub(crate) fn out_handle<T>(&self, place: *mut *mut T, name: &str) -> Result<OutHandle<'_, T>, Failure> {
        check_pointer(place, name)?;
        // SAFETY: it is not NULL, and C lets us write there.
        unsafe { set_null(place) };
        Ok(OutHandle(place, PhantomData))
    }

    /// The client behind a handle.
    #[inline]
    pub(crate) fn client(&self, client: *const sbm_client) -> Result<Pinned<'static, Host>, Failure> {
        CLIENTS.get(handle(client, "client")?).map_err(|code| Failure::handle(code, "client"))
    }

    /// Closes a client's handle; NULL is fine.
    pub(crate) fn close_client(&self, client: *mut sbm_client) -> Result<(), Failure> {
        if client.is_null() {
            return Ok(());
        }
        CLIENTS.close(handle(client, "client")?).map_err(|code| Failure::handle(code, "client"))
    }

    /// The run behind a handle.
    pub(crate) fn run(&self, run: *const sbm_run) -> Result<Pinned<'static, OpenRun>, Failure> {
        RUNS.get(handle(run, "run")?).map_err(|code| Failure::handle(code, "run"))
    }

    /// The worker behind a handle.
    pub(crate) fn worker(&self, worker: *const sbm_worker) -> Result<Pinned<'static, Running>, Failure> {
        WORKERS.get(handle(worker, "worker")?).map_err(|code| Failure::handle(code, "worker"))
    }

    /// Closes a worker's handle and waits for its thread; NULL is fine.
    pub(crate) fn close_worker(&self, worker: *mut sbm_worker) -> Result<(), Failure> {
        if worker.is_null() {
            return Ok(());
        }
        let handle = handle(worker, "worker")?;
        let worker = WORKERS.close_taking(handle, Running::take).map_err(|code| Failure::handle(code, "worker"))?;
        // Here, where the slot is not held any more, and on the thread that frees it.
        drop(worker);
        Ok(())
    }

    /// Closes a run's handle; NULL is fine.
    pub(crate) fn close_run(&self, run: *mut sbm_run) -> Result<(), Failure> {
        if run.is_null() {
            return Ok(());
        }
        RUNS.close(handle(run, "run")?).map_err(|code| Failure::handle(code, "run"))
    }
}

/// What stands in a pointer to a table's entry.
#[inline]
fn handle<T>(pointer: *const T, name: &'static str) -> Result<Handle, Failure> {
    if pointer.is_null() {
        return Err(Failure::null(name));
    }
    Handle::from_address(pointer.addr()).ok_or_else(|| Failure::handle(Code::BadHandle, name))
}

/// Neither NULL nor odd: a table's handle in the wrong place is odd and would not be followed.
#[inline]
fn check_pointer<T>(pointer: *const T, name: &str) -> Result<(), Failure> {
    if pointer.is_null() {
        return Err(Failure::null(name));
    }
    if pointer.addr() & 1 == 1 || !pointer.is_aligned() {
        return Err(Failure::handle(Code::BadHandle, name));
    }
    Ok(())
}

impl<T> Out<'_, T> {
    /// Writes the answer.
    #[inline]
    pub(crate) fn set(self, value: T) {
        // SAFETY: it was checked when the call began, and C lets us write there until the call returns.
        unsafe { self.0.write(value) }
    }
}

impl<T> OutHandle<'_, T> {
    /// Gives an object to C, which frees it by the type's own function.
    pub(crate) fn set(self, object: T) {
        // SAFETY: as in `Out::set`.
        unsafe { self.0.write(Box::into_raw(Box::new(object))) }
    }

    /// Gives a table's handle to C.
    pub(crate) fn set_handle(self, handle: Handle) {
        // SAFETY: as in `Out::set`.
        unsafe { self.0.write(ptr::without_provenance_mut(handle.to_address())) }
    }
}

#[cfg(test)]
mod tests;
