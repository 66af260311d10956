//! What a `fork` would break, and what is done so that it does not.
//!
//! 1. How many forks this process has been through is counted by the child itself: asking for the process id at each call
//!    would be a system call. What was made before a fork is [`Forked`](::sbm_client::core::code::Code::Forked) behind it.
//! 2. A child may open a client of its own, whatever the parent's threads were at: [`sqlite`] sees to it.

#[cfg(all(target_os = "linux", feature = "sqlite"))]
mod sqlite;

#[cfg(unix)]
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

static FORKS: AtomicU32 = AtomicU32::new(0);
#[cfg(unix)]
static ASKED: Once = Once::new();

/// From now on forks are counted; what was made earlier than this has nothing to fear from one.
pub(crate) fn watch() {
    #[cfg(unix)]
    ASKED.call_once(|| {
        #[cfg(all(target_os = "linux", feature = "sqlite"))]
        sqlite::prepare();
        // SAFETY: the handlers take and give back mutexes that stay, and add to an atomic number, which is allowed around a
        // `fork`. The system forgets them when the library is unloaded.
        unsafe { pthread_atfork(Some(before), Some(in_the_parent), Some(in_the_child)) };
    });
}

/// The forks between the first handle and this process.
#[inline]
pub(crate) fn count() -> u32 {
    FORKS.load(Ordering::Relaxed)
}

#[cfg(unix)]
extern "C" fn before() {
    #[cfg(all(target_os = "linux", feature = "sqlite"))]
    sqlite::stand_still();
}

#[cfg(unix)]
extern "C" fn in_the_parent() {
    #[cfg(all(target_os = "linux", feature = "sqlite"))]
    sqlite::go_on();
}

#[cfg(unix)]
extern "C" fn in_the_child() {
    FORKS.fetch_add(1, Ordering::Relaxed);
    #[cfg(all(target_os = "linux", feature = "sqlite"))]
    sqlite::go_on();
}

#[cfg(unix)]
unsafe extern "C" {
    fn pthread_atfork(
        prepare: Option<extern "C" fn()>,
        parent: Option<extern "C" fn()>,
        child: Option<extern "C" fn()>,
    ) -> std::ffi::c_int;
}
