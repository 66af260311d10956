//! Where a cluster's files are, and who removes them.
//!
//! One that does not wait for the disk is kept in memory where there is room. A database is a thousand files and more, and a
//! file system with a journal takes longer to make the next thousand while it still remembers those that have just gone.

use std::path::{Path, PathBuf};

use crate::guardian::Guardian;
use crate::programs::Programs;

/// How long the path of a directory may be in which a socket is: the system takes 107 bytes for both.
const LONGEST: usize = 80;

/// Where the system keeps files in memory.
const MEMORY: &str = "/dev/shm";
/// How many bytes have to be free there, and of the machine's memory: many times what the largest test leaves.
const ROOM: u64 = 6 << 30;

/// The directories of a cluster.
#[derive(Debug)]
pub(crate) struct Home {
    /// Its files.
    pub(crate) directory: PathBuf,
    /// Its unix socket: the same directory, or a shorter one where the machine's temporary files are too far down.
    pub(crate) sockets: PathBuf,
    _guardian: Guardian,
}

impl Home {
    /// Makes them, for those programs' user; on the disk, if the cluster is to wait for it.
    pub(crate) fn new(programs: &Programs, waits: bool) -> Self {
        match Path::new(MEMORY) {
            memory if !waits && has_room(memory) => Self::below(memory, programs),
            _ => Self::below(&std::env::temp_dir(), programs),
        }
    }

    fn below(temporary: &Path, programs: &Programs) -> Self {
        let made = |below: &Path| tempfile::Builder::new().prefix("sbm-pg-").tempdir_in(below).unwrap().keep();
        let directory = made(temporary);
        let sockets = if directory.as_os_str().len() > LONGEST { made(Path::new("/tmp")) } else { directory.clone() };
        let guardian = Guardian::of([&directory, &sockets]);
        programs.give(&directory);
        programs.give(&sockets);
        Self { directory, sockets, _guardian: guardian }
    }
}

/// Whether there are files in memory, and room for more.
fn has_room(memory: &Path) -> bool {
    let there = rustix::fs::statvfs(memory).map_or(0, |there| there.f_bavail.saturating_mul(there.f_frsize));
    there >= ROOM && available(&std::fs::read_to_string("/proc/meminfo").unwrap_or_default()) >= ROOM
}

/// How many bytes of memory programs can still have; 0 where the system does not say.
fn available(meminfo: &str) -> u64 {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok()).unwrap_or(0).saturating_mul(1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_has_a_short_path_however_far_down_the_files_are_and_both_go() {
        let programs = Programs::find();
        let top = tempfile::tempdir().unwrap();
        let deep = top.path().join("d".repeat(90));
        std::fs::create_dir(&deep).unwrap();
        let home = Home::below(&deep, &programs);
        assert!(home.directory.starts_with(&deep) && home.sockets.as_os_str().len() <= LONGEST, "{home:?}");
        let near = Home::below(Path::new("/tmp"), &programs);
        assert_eq!(near.directory, near.sockets);
        let all = [&home, &near].map(|home| [home.directory.clone(), home.sockets.clone()]).concat();
        drop((home, near));
        assert!(all.iter().all(|directory| !directory.exists()), "{all:?}");
    }
    #[test]
    fn files_are_in_memory_only_where_there_is_room_and_nobody_waits_for_the_disk() {
        assert_eq!(available("MemTotal:  9 kB\nMemAvailable:   2048 kB\n"), 2_097_152);
        assert_eq!(available("MemTotal:  9 kB\n"), 0);
        assert!(!has_room(Path::new("/nowhere")));
        let programs = Programs::find();
        assert!(Home::new(&programs, true).directory.starts_with(std::env::temp_dir()));
        let quick = Home::new(&programs, false);
        assert_eq!(quick.directory.starts_with(MEMORY), has_room(Path::new(MEMORY)), "{quick:?}");
    }
}
