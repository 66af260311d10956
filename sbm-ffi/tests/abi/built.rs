//! The library as it is shipped. Cargo does not build a `cdylib` for the tests of its own package, so they ask for it: once
//! each run.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::cargo::{build, target};

/// The path of the shared library.
pub fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        build(&["--package", "sbm-ffi", "--lib"]);
        let name = format!("{}sbm{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        let library = target().0.join(name);
        assert!(library.is_file(), "{} is missing", library.display());
        library
    })
}
