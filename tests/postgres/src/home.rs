//! Where a cluster's files are, and who removes them.

use std::path::{Path, PathBuf};

use crate::guardian::Guardian;
use crate::programs::Programs;

/// How long the path of a directory may be in which a socket is: the system takes 107 bytes for both.
const LONGEST: usize = 80;

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
    /// Makes them, for those programs' user.
    pub(crate) fn new(programs: &Programs) -> Self {
        Self::below(&std::env::temp_dir(), programs)
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
}
