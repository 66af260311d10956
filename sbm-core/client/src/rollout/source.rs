//! A file with settings: whose word counts, and who may know what it says (USR-9, ERR-5).
//!
//! 1. It is a plain file. A pipe or a device is refused, and opening it does not wait.
//! 2. It belongs to the administrator of the machine or to whoever runs this program, and nobody else may change it.
//! 3. What holds a password is for its owner's eyes alone; anything else may be read by everybody.

use std::fmt;
use std::fs::Metadata;
use std::io::Read as _;
use std::path::Path;

use sbm_core::code::Code;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::plain;

/// The most bytes of a roll-out file or a password file.
const MAX_FILE: u64 = 64 * 1024;

/// What a file says.
pub(super) struct Source {
    pub(super) text: Zeroizing<String>,
    /// The mode by which others may read it.
    open: Option<u32>,
}

impl Source {
    /// Reads it.
    pub(super) fn read(path: &Path, what: &str) -> Result<Self, Error> {
        let unreadable = |error: &dyn fmt::Display| {
            Error::new(Code::ConfigUnreadable, format!("the {what} `{}` cannot be read: {error}", path.display()))
        };
        let file = plain::open(path).map_err(|error| unreadable(&error))?;
        // What is asked is what was opened; the name may lead elsewhere by now.
        let about = file.metadata().map_err(|error| unreadable(&error))?;
        let open = readers(&about).map_err(|reason| {
            Error::new(Code::ConfigUnreadable, format!("the {what} `{}` does not count: {reason}", path.display()))
        })?;
        let mut bytes = Zeroizing::new(Vec::new());
        file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_FILE {
            return Err(unreadable(&format!("it has more than `{MAX_FILE}` bytes")));
        }
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(Self { text: Zeroizing::new(text.to_owned()), open }),
            Err(_) => Err(unreadable(&"it is not UTF-8")),
        }
    }

    /// Refuses it if others may read it: there is a password in it.
    pub(super) fn holds_password(&self, path: &Path, what: &str) -> Result<(), Error> {
        let Some(mode) = self.open else { return Ok(()) };
        let message = format!(
            "the {what} `{}` holds a password and is open to others (mode {mode:03o}); give it to its owner alone (mode 600)",
            path.display()
        );
        Err(Error::new(Code::ConfigUnreadable, message))
    }
}

/// The mode, if others than the owner may read it; or why it is nobody's word.
#[cfg(unix)]
fn readers(about: &Metadata) -> Result<Option<u32>, String> {
    use std::os::unix::fs::MetadataExt as _;

    let (mode, owner) = (about.mode() & 0o777, about.uid());
    if owner != 0 && owner != rustix::process::geteuid().as_raw() {
        return Err(format!("it belongs to user {owner}; it is for root or the user of this program to own it"));
    }
    if mode & 0o022 != 0 {
        return Err(format!("others may change it (mode {mode:03o}); give it mode 600, or 644 if it holds no password"));
    }
    Ok((mode & 0o044 != 0).then_some(mode))
}

#[cfg(not(unix))]
fn readers(_: &Metadata) -> Result<Option<u32>, String> {
    Ok(None)
}
