//! The library as it is shipped. Cargo does not build a `cdylib` for the tests of its own package, so they ask for it: once
//! each run, with the same profile, into the same target directory; nothing is built twice.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The path of the shared library.
pub fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        // target/PROFILE/deps/abi-HASH
        let program = std::env::current_exe().unwrap();
        let directory = program.parent().and_then(Path::parent).unwrap().to_owned();
        let profile = match directory.file_name().and_then(|name| name.to_str()) {
            Some("debug") => "dev",
            Some(name) => name,
            None => panic!("{} is not in a target directory", program.display()),
        };
        let output = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "sbm-ffi", "--lib", "--profile", profile])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(output.status.success(), "the library does not build:\n{}", String::from_utf8_lossy(&output.stderr));
        let name = format!("{}sbm{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        let library = directory.join(name);
        assert!(library.is_file(), "{} is missing", library.display());
        library
    })
}
