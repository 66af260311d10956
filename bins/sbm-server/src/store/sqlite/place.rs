//! Where a database may lie: not on a network file system, whose locks and memory maps do not hold (ERR-4).

use std::path::Path;

use crate::store::StoreError;

/// The kinds of file systems, as Linux calls them, that are on another machine.
const NETWORK: &[&str] =
    &["9p", "afs", "beegfs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"];

/// Refuses a directory that is on another machine, as far as the system tells.
pub(super) fn check(directory: &Path) -> Result<(), StoreError> {
    let file = directory.display().to_string();
    let real = directory.canonicalize().map_err(|error| StoreError::unavailable(format!("`{file}`: {error}")))?;
    let real = real.display().to_string();
    if real.starts_with(r"\\?\UNC\") {
        return Err(StoreError::NetworkFile { file: file.into(), kind: "unc".into() });
    }
    // Only Linux has this table; elsewhere there is nothing to read and nothing is refused.
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    match kind_of(&mounts, &real) {
        Some(kind) if NETWORK.contains(&kind) => Err(StoreError::NetworkFile { file: file.into(), kind: kind.into() }),
        _ => Ok(()),
    }
}

/// The kind of the file system that holds a path: the longest mount point above it, the last of equal ones.
fn kind_of<'a>(mounts: &'a str, path: &str) -> Option<&'a str> {
    mounts.lines().filter_map(mount).filter(|(point, _)| is_above(point, path)).max_by_key(|(point, _)| point.len()).map(|(_, kind)| kind)
}

/// `36 35 98:0 / /mnt rw,noatime master:1 - ext4 /dev/root rw`: the fifth word, and the first behind the lone dash.
fn mount(line: &str) -> Option<(String, &str)> {
    let (left, right) = line.split_once(" - ")?;
    let point = left.split(' ').nth(4)?;
    Some((point.replace("\\040", " "), right.split(' ').next()?))
}

fn is_above(point: &str, path: &str) -> bool {
    path.strip_prefix(point.trim_end_matches('/')).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /srv rw shared:2 - nfs4 server:/srv rw,vers=4.2
31 30 8:2 / /srv/local rw shared:3 - xfs /dev/sdb1 rw
32 22 0:41 / /mnt/two\\040words rw - cifs //server/share rw
33 22 0:42 / /over rw - ext4 /dev/sdc1 rw
34 33 0:43 / /over rw - nfs server:/over rw
";

    #[test]
    fn the_nearest_mount_tells_the_kind_err_4() {
        for (path, kind) in [
            ("/var/lib/sbm", "ext4"),
            ("/srv", "nfs4"),
            ("/srv/sbm", "nfs4"),
            ("/srv/local/sbm", "xfs"),
            ("/srvx", "ext4"),
            ("/mnt/two words/sbm", "cifs"),
            ("/over/sbm", "nfs"),
        ] {
            assert_eq!(kind_of(MOUNTS, path), Some(kind), "{path}");
        }
        assert_eq!(kind_of("", "/srv"), None);
        assert_eq!(kind_of("rubbish - \n", "/srv"), None);
    }

    #[test]
    fn a_missing_directory_is_named() {
        let error = check(Path::new("/no/such/directory")).unwrap_err();
        assert!(error.to_string().contains("/no/such/directory"), "{error}");
    }
}
