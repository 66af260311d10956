//! Who may open the data directory on Windows (ERR-5). What is made below it inherits that.

use std::io;
use std::os::windows::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::DataDirError;

/// The system, the administrators, and of each file whoever owns it, by numbers that are the same in every language.
const OWN: [&str; 3] = ["*S-1-5-18:(OI)(CI)F", "*S-1-5-32-544:(OI)(CI)F", "*S-1-3-4:(OI)(CI)F"];
/// No window flashes up.
const NO_WINDOW: u32 = 0x0800_0000;

/// Closes a directory that was just made to everybody but its owner, the administrators and the system.
pub(super) fn close(path: &Path) -> Result<(), DataDirError> {
    icacls(path, "/inheritance:r", &OWN)
}

/// Lets an account, such as a service's, into the data directory, which is made if it is missing.
///
/// # Errors
///
/// `store_unavailable`, also for an account that does not exist.
pub fn share_with(path: &Path, account: &str) -> Result<(), DataDirError> {
    super::make_directory(path)?;
    let account = format!("{account}:(OI)(CI)F");
    icacls(path, "/inheritance:r", &[&OWN[..], &[&account]].concat())
}

/// Windows has a program for this, and so needs no calls of ours into its security functions.
fn icacls(path: &Path, inheritance: &str, grants: &[&str]) -> Result<(), DataDirError> {
    let program = std::env::var_os("SystemRoot").map_or_else(
        || PathBuf::from("icacls"),
        |root| [Path::new(&root), Path::new("System32"), Path::new("icacls.exe")].iter().collect(),
    );
    let mut command = Command::new(program);
    command.arg(path).arg(inheritance).creation_flags(NO_WINDOW);
    for grant in grants {
        command.arg("/grant:r").arg(grant);
    }
    let told = command.output().map_err(DataDirError::io("close", path))?;
    if told.status.success() {
        return Ok(());
    }
    let why = io::Error::other(String::from_utf8_lossy(&told.stderr).trim().to_owned());
    Err(DataDirError::io("close", path)(why))
}
