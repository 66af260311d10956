//! `sbm_bytes`: bytes that outlive the call that made them.

use std::ptr;

use crate::boundary;

/// Bytes of their own: the content of a profile. SBM never looks into them.
///
/// Threads: one at a time; it may move between threads. Since 0.1.
pub struct sbm_bytes {
    bytes: Vec<u8>,
}

impl sbm_bytes {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }
}

/// The first byte. Borrowed: valid until the bytes are freed. NULL if there are none. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_bytes_data(bytes: *const sbm_bytes) -> *const u8 {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(ptr::null(), |call| Ok(start(&call.object(bytes, "bytes")?.bytes))) }
}

/// How many bytes there are; 0 for NULL. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_bytes_size(bytes: *const sbm_bytes) -> usize {
    // SAFETY: the pointer is C's.
    unsafe { boundary::read(0, |call| Ok(call.object(bytes, "bytes")?.bytes.len())) }
}

/// Frees bytes. NULL is fine. It cannot fail. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sbm_bytes_free(bytes: *mut sbm_bytes) {
    // SAFETY: the pointer is C's, which gives the bytes back.
    unsafe { boundary::free(bytes) }
}

/// Where bytes begin; an empty slice has no address that C should see.
pub(crate) fn start(bytes: &[u8]) -> *const u8 {
    if bytes.is_empty() { ptr::null() } else { bytes.as_ptr() }
}
