//! Locks on files, given up by name.
//!
//! A lock belongs to the open file, and a child that another thread is just starting has the same open files until its program
//! runs. Closing a file alone would leave the lock to that child for a moment, in which nobody else gets it.

use std::fs::File;

/// A lock, as long as this is there. The system frees it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Locked(File);

impl Locked {
    /// The lock of a file that was locked just now.
    pub(crate) const fn new(file: File) -> Self {
        Self(file)
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // A lock that cannot be given up ends with the file.
        drop(self.0.unlock());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_free_when_it_is_given_up_though_a_child_still_has_the_file_err_4() {
        let directory = tempfile::tempdir().unwrap();
        let open = || File::create(directory.path().join("lock")).unwrap();
        let file = open();
        file.try_lock().unwrap();
        let of_a_child = file.try_clone().unwrap();
        let locked = Locked::new(file);
        assert!(open().try_lock().is_err());
        drop(locked);
        open().try_lock().unwrap();
        drop(of_a_child);
    }
}
