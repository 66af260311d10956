//! Whose a path is, and who else can read it (ERR-5).

use std::path::Path;

use super::DataDirError;

#[cfg(unix)]
pub(super) fn is_superuser() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
pub(super) fn is_superuser() -> bool {
    false
}

/// A directory that somebody just made for the server has nothing to hide yet. It may be somebody else's; then that is
/// what is told.
#[cfg(unix)]
pub(super) fn close_if_empty(path: &Path) -> Result<(), DataDirError> {
    use std::os::unix::fs::PermissionsExt as _;
    let open = check_private(path).is_err();
    if open && super::is_empty(path)? {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).map_err(DataDirError::io("close", path))?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn close_if_empty(_path: &Path) -> Result<(), DataDirError> {
    Ok(())
}

/// Whoever is not the owner would leave files that the server cannot write; even the superuser.
#[cfg(unix)]
pub(super) fn check_owner(path: &Path) -> Result<(), DataDirError> {
    use std::os::unix::fs::MetadataExt as _;
    let owner = std::fs::metadata(path).map_err(DataDirError::io("examine", path))?.uid();
    let own = rustix::process::geteuid().as_raw();
    if owner == own { Ok(()) } else { Err(DataDirError::NotOwner { path: path.into(), owner, own }) }
}

#[cfg(not(unix))]
pub(super) fn check_owner(_path: &Path) -> Result<(), DataDirError> {
    Ok(())
}

pub(super) fn check_private(path: &Path) -> Result<(), DataDirError> {
    check_mode(path, &std::fs::metadata(path).map_err(DataDirError::io("examine", path))?)
}

#[cfg(unix)]
pub(super) fn check_mode(path: &Path, about: &std::fs::Metadata) -> Result<(), DataDirError> {
    let mode = std::os::unix::fs::MetadataExt::mode(about) & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(DataDirError::ReadableByOthers { path: path.into(), mode }) }
}

#[cfg(not(unix))]
pub(super) fn check_mode(_path: &Path, _about: &std::fs::Metadata) -> Result<(), DataDirError> {
    Ok(())
}
