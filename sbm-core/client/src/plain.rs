//! Files that are read as they are: plain ones only. A pipe or a device in their place is refused, and opening one does not
//! wait for somebody at its other end (OFF-3, USR-9).

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a plain file for reading.
///
/// # Errors
///
/// The operating system's; also when there is something else than a plain file.
///
/// # Security
///
/// What is asked is what was opened: the name may lead elsewhere by then.
pub fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOCTTY);
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is not a file")) }
}

/// The same, and what is opened lies under this very name: a symbolic link is refused, not followed.
///
/// # Errors
///
/// As for [`open`].
///
/// # Security
///
/// Links among the directories before the name are followed: whoever may change those is trusted.
pub fn open_here(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOCTTY | libc::O_NOFOLLOW);
    // FILE_FLAG_OPEN_REPARSE_POINT: the link itself is opened, which is no plain file.
    #[cfg(windows)]
    std::os::windows::fs::OpenOptionsExt::custom_flags(&mut options, 0x0020_0000);
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is not a file")) }
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn only_a_plain_file_is_opened_and_a_pipe_is_not_waited_for_off_3() {
        let directory = tempfile::tempdir().unwrap();
        let place = |name: &str| directory.path().join(name);
        std::fs::write(place("file"), "text").unwrap();
        assert!(std::process::Command::new("mkfifo").arg(place("pipe")).status().unwrap().success());
        std::os::unix::fs::symlink("/dev/zero", place("endless")).unwrap();
        let mut text = String::new();
        open(&place("file")).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "text");
        for name in ["pipe", "endless", "."] {
            assert_eq!(open(&place(name)).unwrap_err().to_string(), "it is not a file", "{name}");
        }
        assert_eq!(open(&place("nothing")).unwrap_err().kind(), io::ErrorKind::NotFound);
        std::os::unix::fs::symlink("file", place("link")).unwrap();
        assert!(open(&place("link")).is_ok() && open_here(&place("file")).is_ok());
        for name in ["link", "pipe", "endless", ".", "nothing"] {
            assert!(open_here(&place(name)).is_err(), "{name}");
        }
    }
}
