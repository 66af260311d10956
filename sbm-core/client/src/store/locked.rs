//! Locks on files: given up by name, and none of a parent's business of its child's.
//!
//! A lock belongs to the open file, and a child that the host forks holds the same open files. So a lock is given up by name
//! when it is dropped: closing the file alone would leave it to the child. And a child has to let go of all of them, or what
//! its parent held stays locked when the parent is gone: [`descriptors`] says which they are.

use std::fs::File;

/// A lock, as long as this is there.
#[derive(Debug)]
pub(crate) struct Locked(File);

impl Locked {
    /// The lock of a file that was locked just now.
    pub(crate) fn new(file: File) -> Self {
        #[cfg(unix)]
        table::note(&file);
        Self(file)
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // Not the child's any more before it is nobody's: the number may be another file's soon.
        #[cfg(unix)]
        table::forget(&self.0);
        // A lock that cannot be given up ends with the file.
        drop(self.0.unlock());
    }
}

/// The descriptors of the locks that this process holds. For a child after a fork, on the thread that forked: what it finds is
/// its parent's.
#[cfg(unix)]
pub fn descriptors() -> impl Iterator<Item = std::os::fd::RawFd> {
    table::all()
}

#[cfg(unix)]
mod table {
    use std::fs::File;
    use std::os::fd::{AsRawFd as _, RawFd};
    use std::sync::atomic::{AtomicI32, Ordering};

    /// Nobody's place.
    const NONE: RawFd = -1;
    /// Three for each client, and clients beyond any that a process has. A lock that finds no place is not let go by a child.
    const PLACES: usize = 16_384;

    /// Without a lock of its own: a child looks at it when the threads of its parent are gone.
    static HELD: [AtomicI32; PLACES] = [const { AtomicI32::new(NONE) }; PLACES];

    pub(super) fn note(file: &File) {
        let own = file.as_raw_fd();
        let is_taken = |place: &AtomicI32| place.compare_exchange(NONE, own, Ordering::AcqRel, Ordering::Relaxed).is_ok();
        let _place = HELD.iter().find(|place| is_taken(place));
    }

    pub(super) fn forget(file: &File) {
        let own = file.as_raw_fd();
        let is_it = |place: &AtomicI32| place.compare_exchange(own, NONE, Ordering::AcqRel, Ordering::Relaxed).is_ok();
        let _place = HELD.iter().find(|place| is_it(place));
    }

    pub(super) fn all() -> impl Iterator<Item = RawFd> {
        HELD.iter().map(|place| place.swap(NONE, Ordering::AcqRel)).filter(|held| *held != NONE)
    }
}
