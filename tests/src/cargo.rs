//! Cargo, asked by a test for what it does not build by itself: libraries for C, and examples of other packages. Once, with
//! the test's own profile, into the same target directory.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What Cargo tells a test of the package that the test is in. It is not the one that is built, and the build script of *ring*
/// asks for these: with them all that stands on it would be built anew for each package whose tests ask, and for `make` again.
const OF_THE_TEST: [&str; 3] = ["CARGO_MANIFEST_", "CARGO_PKG_", "OUT_DIR"];

/// Where this test's build output is, and the profile it was built with.
///
/// # Panics
///
/// When the test is not in a target directory; so does [`build`], and when it does not build.
#[must_use]
pub fn target() -> (PathBuf, String) {
    // target/PROFILE/deps/TEST-HASH
    let directory = std::env::current_exe().unwrap().parent().and_then(Path::parent).unwrap().to_owned();
    let name = directory.file_name().and_then(|name| name.to_str()).unwrap();
    let profile = if name == "debug" { "dev" } else { name }.to_owned();
    (directory, profile)
}

/// Builds what these arguments name.
pub fn build(arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO"));
    for (name, _) in std::env::vars_os() {
        if OF_THE_TEST.iter().any(|start| name.to_string_lossy().starts_with(start)) {
            command.env_remove(name);
        }
    }
    command.args(["build", "--quiet", "--profile", &target().1]).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}:\n{}", String::from_utf8_lossy(&output.stderr));
}
