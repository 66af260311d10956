//! How many forks this process has been through. Asking for the process id at each call would be a system call; the
//! system tells each child instead.

#[cfg(unix)]
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

static FORKS: AtomicU32 = AtomicU32::new(0);
#[cfg(unix)]
static ASKED: Once = Once::new();

/// From now on forks are counted; what was made earlier than this has nothing to fear from one.
pub(super) fn watch() {
    #[cfg(unix)]
    ASKED.call_once(|| {
        // SAFETY: the handler only adds to an atomic number, which is allowed in a child after `fork`. The system forgets
        // it when the library is unloaded.
        unsafe { pthread_atfork(None, None, Some(in_the_child)) };
    });
}

/// The forks between the first handle and this process.
#[inline]
pub(super) fn count() -> u32 {
    FORKS.load(Ordering::Relaxed)
}

#[cfg(unix)]
extern "C" fn in_the_child() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

#[cfg(unix)]
unsafe extern "C" {
    fn pthread_atfork(
        prepare: Option<extern "C" fn()>,
        parent: Option<extern "C" fn()>,
        child: Option<extern "C" fn()>,
    ) -> std::ffi::c_int;
}
