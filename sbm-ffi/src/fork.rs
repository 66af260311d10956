//! What a `fork` would break, and what is done so that it does not.
//!
//! 1. How many forks this process has been through is counted by the child itself: asking for the process id at each call
//!    would be a system call. What was made before a fork is [`Forked`](::sbm_client::core::code::Code::Forked) behind it.
//! 2. A child may open a client of its own, whatever the parent's threads were at: [`sqlite`] sees to it.
//! 3. A child lets go of its parent's locks on files, or what the parent was at would look as if it went on when the parent
//!    is long gone.
//! 4. All of it is ready when the library was loaded, and not at the first call: a fork may come in the middle of that, and
//!    whatever the host does around a fork it asked for later, so that its own locks are taken before SQLite's.

#[cfg(all(target_os = "linux", feature = "sqlite"))]
mod sqlite;

#[cfg(unix)]
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

static FORKS: AtomicU32 = AtomicU32::new(0);
#[cfg(unix)]
static ASKED: Once = Once::new();

/// The loader calls what stands there.
#[cfg(target_os = "linux")]
#[used]
#[unsafe(link_section = ".init_array")]
static AT_LOAD: extern "C" fn() = at_load;

#[cfg(target_os = "linux")]
extern "C" fn at_load() {
    crate::boundary::be_ready();
    watch();
}

/// From now on forks are counted; what was made earlier than this has nothing to fear from one.
pub(crate) fn watch() {
    #[cfg(unix)]
    ASKED.call_once(|| {
        #[cfg(all(target_os = "linux", feature = "sqlite"))]
        sqlite::prepare();
        // SAFETY: the handlers take and give back mutexes that stay, put descriptors of files in the place of others and add
        // to an atomic number, which is allowed around a `fork`. The system forgets them when the library is unloaded.
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
    #[cfg(target_os = "linux")]
    let_go();
    #[cfg(all(target_os = "linux", feature = "sqlite"))]
    sqlite::go_on();
}

/// Puts nothing in the place of every file that the parent locked. Its number stays taken: the parent's objects are still here,
/// and nobody touches them.
#[cfg(target_os = "linux")]
fn let_go() {
    let mut nothing = -1;
    for held in ::sbm_client::store::lock_descriptors() {
        // SAFETY: both are system calls that may be made after a fork, on a name that ends with NUL and on descriptors.
        unsafe {
            if nothing < 0 {
                nothing = libc::open(c"/dev/null".as_ptr(), libc::O_RDWR | libc::O_CLOEXEC);
            }
            if nothing >= 0 {
                libc::dup3(nothing, held, libc::O_CLOEXEC);
            }
        }
    }
    if nothing >= 0 {
        // SAFETY: it was opened here, and nobody else has it.
        unsafe { libc::close(nothing) };
    }
}

#[cfg(unix)]
unsafe extern "C" {
    fn pthread_atfork(
        prepare: Option<extern "C" fn()>,
        parent: Option<extern "C" fn()>,
        child: Option<extern "C" fn()>,
    ) -> std::ffi::c_int;
}
