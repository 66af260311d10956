//! SQLite in a child. A copy of the parent's memory holds two things that are not true there:
//!
//! 1. **Mutexes of threads that are gone.** SQLite's own few for the whole process are taken before the fork and given back
//!    on both sides of it, as the C library does with those of its memory. All others belong to a connection or a file.
//! 2. **Locks on files.** SQLite notes for each file which locks this process holds, and asks the system for none that it
//!    believes to have; but a child inherits no lock. It would write into a log that the parent's last close deletes.
//!    A file is known to SQLite by device and number. In a child every device has another number, so that what the parent
//!    noted is never met again: not its locks, and not the mutexes of its files.
//!
//! The parent's connections stay where they are in a child and are never touched.

use std::ffi::{CStr, c_char, c_int};
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rusqlite::ffi;

/// In the order in which SQLite takes them where it takes two: who has a later one never waits for an earlier one.
const MUTEXES: [c_int; 9] = [
    ffi::SQLITE_MUTEX_STATIC_PRNG,
    ffi::SQLITE_MUTEX_STATIC_MAIN,
    ffi::SQLITE_MUTEX_STATIC_OPEN,
    ffi::SQLITE_MUTEX_STATIC_VFS1,
    ffi::SQLITE_MUTEX_STATIC_VFS2,
    ffi::SQLITE_MUTEX_STATIC_VFS3,
    ffi::SQLITE_MUTEX_STATIC_LRU,
    ffi::SQLITE_MUTEX_STATIC_PMEM,
    ffi::SQLITE_MUTEX_STATIC_MEM,
];

/// SQLite's word for "any system call".
type Call = unsafe extern "C" fn();
type Fstat = unsafe extern "C" fn(c_int, *mut libc::stat) -> c_int;
type Stat = unsafe extern "C" fn(*const c_char, *mut libc::stat) -> c_int;

/// A mutex that is never freed.
#[derive(Clone, Copy)]
struct Mutex(*mut ffi::sqlite3_mutex);

// SAFETY: it is a mutex, and a static one.
unsafe impl Send for Mutex {}
// SAFETY: as above.
unsafe impl Sync for Mutex {}

/// How long a fork waits for SQLite at most. Nobody is in there for longer, but who stands still himself.
const PATIENCE: Duration = Duration::from_secs(1);

/// The thread that forks at the moment; 0 when none does.
static FORKING: AtomicUsize = AtomicUsize::new(0);
/// What it took, one bit each.
static TAKEN: AtomicU32 = AtomicU32::new(0);

static HELD: OnceLock<[Mutex; MUTEXES.len()]> = OnceLock::new();
static FSTAT: OnceLock<Fstat> = OnceLock::new();
static STAT: OnceLock<Stat> = OnceLock::new();

/// Once, before the first database is opened.
pub(super) fn prepare() {
    // SAFETY: static mutexes exist as soon as SQLite does, which this brings about.
    HELD.get_or_init(|| MUTEXES.map(|number| Mutex(unsafe { ffi::sqlite3_mutex_alloc(number) })));
    // SAFETY: both are calls of these shapes, and the ones in their place do the same but for one number. No database is
    // open yet, so that nobody makes one of them meanwhile.
    unsafe {
        if let Some(call) = call_of(c"fstat") {
            FSTAT.get_or_init(|| std::mem::transmute::<Call, Fstat>(call));
            replace(c"fstat", std::mem::transmute::<Fstat, Call>(fstat));
        }
        if let Some(call) = call_of(c"stat") {
            STAT.get_or_init(|| std::mem::transmute::<Call, Stat>(call));
            replace(c"stat", std::mem::transmute::<Stat, Call>(stat));
        }
    }
}

/// No thread is inside any of them from here on, but one that takes longer than [`PATIENCE`]: a signal's handler that forks
/// may stand in the way of its own thread. A child of such a fork must not use SQLite; everything else goes on.
pub(super) fn stand_still() {
    let Some(mutexes) = HELD.get() else { return };
    let until = Instant::now() + PATIENCE;
    if !within(until, || FORKING.compare_exchange(0, this_thread(), Ordering::AcqRel, Ordering::Relaxed).is_ok()) {
        return;
    }
    for (number, mutex) in mutexes.iter().enumerate() {
        // SAFETY: the mutex is static.
        if within(until, || unsafe { ffi::sqlite3_mutex_try(mutex.0) } == ffi::SQLITE_OK) {
            TAKEN.fetch_or(1 << number, Ordering::AcqRel);
        }
    }
}

/// What [`stand_still`] took is given back, by the thread that took it or by its copy.
pub(super) fn go_on() {
    if FORKING.load(Ordering::Acquire) != this_thread() {
        return;
    }
    let taken = TAKEN.swap(0, Ordering::AcqRel);
    let Some(mutexes) = HELD.get() else { return };
    for (number, mutex) in mutexes.iter().enumerate().rev() {
        if taken & 1 << number != 0 {
            // SAFETY: this thread holds it.
            unsafe { ffi::sqlite3_mutex_leave(mutex.0) };
        }
    }
    FORKING.store(0, Ordering::Release);
}

fn within(until: Instant, mut done: impl FnMut() -> bool) -> bool {
    while !done() {
        if Instant::now() > until {
            return false;
        }
        std::thread::yield_now();
    }
    true
}

/// A number for this thread that its copy in a child has too.
fn this_thread() -> usize {
    // SAFETY: it can always be asked.
    unsafe { libc::pthread_self() as usize }
}

unsafe extern "C" fn fstat(file: c_int, about: *mut libc::stat) -> c_int {
    let Some(call) = FSTAT.get() else { return -1 };
    // SAFETY: SQLite passes what the call it knows takes.
    unsafe { renumber(call(file, about), about) }
}

unsafe extern "C" fn stat(path: *const c_char, about: *mut libc::stat) -> c_int {
    let Some(call) = STAT.get() else { return -1 };
    // SAFETY: SQLite passes what the call it knows takes.
    unsafe { renumber(call(path, about), about) }
}

/// A device's number with the number of forks in bits that Linux does not use.
unsafe fn renumber(result: c_int, about: *mut libc::stat) -> c_int {
    if result == 0 {
        // SAFETY: the call that succeeded filled it; the device is its first field, however long its files may be.
        unsafe { (*about).st_dev ^= libc::dev_t::from(super::count()) << 32 };
    }
    result
}

unsafe fn call_of(name: &CStr) -> Option<Call> {
    // SAFETY: the default file system of SQLite is static, and so are its names.
    unsafe {
        let system = ffi::sqlite3_vfs_find(ptr::null());
        let get = system.as_ref()?.xGetSystemCall?;
        get(system, name.as_ptr())
    }
}

unsafe fn replace(name: &CStr, call: Call) {
    // SAFETY: as above.
    unsafe {
        let system = ffi::sqlite3_vfs_find(ptr::null());
        if let Some(set) = system.as_ref().and_then(|system| system.xSetSystemCall) {
            set(system, name.as_ptr(), Some(call));
        }
    }
}
