//! Which file system a directory is on, read from Linux's `/proc/self/mountinfo`.
//!
//! 1. The mount point that is the longest leading part of the path counts; of equal ones the last, which hides the others.
//! 2. Blanks, tabs, line feeds and backslashes in a mount point are written as octal escapes.

use std::path::{Path, PathBuf};

/// The kinds whose files live on another machine.
const NETWORK: &[&str] = &[
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "gfs",
    "gfs2",
    "glusterfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "orangefs",
    "smb3",
    "smbfs",
];
/// What stands behind `fuse.` for such file systems.
const NETWORK_FUSE: &[&str] = &[
    "ceph",
    "curlftpfs",
    "davfs2",
    "gcsfuse",
    "glusterfs",
    "goofys",
    "juicefs",
    "mount.davfs",
    "rclone",
    "s3fs",
    "smbnetfs",
    "sshfs",
];

/// Whether the kind is a network file system.
#[must_use]
pub fn is_network(kind: &str) -> bool {
    match kind.strip_prefix("fuse.") {
        Some(program) => NETWORK_FUSE.contains(&program),
        None => NETWORK.contains(&kind),
    }
}

/// The kind of the file system that an absolute path is on.
#[must_use]
pub fn file_system<'a>(mountinfo: &'a str, path: &Path) -> Option<&'a str> {
    let mounts = mountinfo.lines().filter_map(mount);
    let covering = mounts.filter(|(point, _)| path.starts_with(point));
    covering.max_by_key(|(point, _)| point.components().count()).map(|(_, kind)| kind)
}

/// Mount point and kind of a line: `36 35 98:0 /root /point options optional… - kind source options`.
fn mount(line: &str) -> Option<(PathBuf, &str)> {
    let (head, tail) = line.split_once(" - ")?;
    Some((unescape(head.split(' ').nth(4)?), tail.split(' ').next()?))
}

fn unescape(text: &str) -> PathBuf {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, escaped)) = rest.split_once('\\') {
        plain.push_str(before);
        let octal = escaped.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match (octal, escaped.get(3..)) {
            (Some(byte), Some(after)) => {
                plain.push(char::from(byte));
                rest = after;
            }
            _ => {
                plain.push('\\');
                rest = escaped;
            }
        }
    }
    plain.push_str(rest);
    plain.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 27 0:40 / /srv rw,relatime shared:7 - nfs4 files:/srv rw,vers=4.2
41 40 0:41 / /srv/local\\040disk rw - xfs /dev/vdb rw
42 27 0:42 / /home rw - ext4 /dev/vdc rw
43 27 0:43 / /home rw master:1 propagate_from:2 - cifs //files/home rw
44 27 0:44 / /mnt/remote rw - fuse.sshfs me@there:/ rw
45 27 0:45 / /mnt/back\\134slash rw - 9p host rw
garbage
46 27 0:46 /
";

    #[test]
    fn the_mount_that_covers_a_path_tells_its_file_system_err_4() {
        for (path, kind) in [
            ("/var/lib/sbm", "ext4"),
            ("/srv", "nfs4"),
            ("/srv/sbm", "nfs4"),
            ("/srvx", "ext4"),
            ("/srv/local disk/sbm", "xfs"),
            ("/home/me", "cifs"),
            ("/mnt/remote/x", "fuse.sshfs"),
            ("/mnt/back\\slash/x", "9p"),
        ] {
            assert_eq!(file_system(TABLE, Path::new(path)), Some(kind), "{path}");
        }
        assert_eq!(file_system("", Path::new("/")), None);
    }

    #[test]
    fn network_file_systems_are_known_by_name_err_4() {
        for kind in ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.rclone", "ceph"] {
            assert!(is_network(kind), "{kind}");
        }
        for kind in ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuse", "fuseblk", "fuse.bindfs", "sshfs", ""] {
            assert!(!is_network(kind), "{kind}");
        }
    }
}
