//! `exports.txt`: the symbols of the library. They are added to, never taken away.

use std::process::Command;

use crate::built::library;
use crate::golden::compare;

/// The symbols that are promised.
pub fn wanted() -> Vec<&'static str> {
    include_str!("../../exports.txt").lines().collect()
}

#[test]
fn the_library_exports_what_is_promised_and_nothing_else() {
    let output = Command::new("nm")
        .args(["-D", "--defined-only", "--format=posix"])
        .arg(library())
        .output()
        .expect("`nm` is needed for this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut names: Vec<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    names.sort_unstable();
    compare("sbm-ffi/exports.txt", &names.iter().map(|name| format!("{name}\n")).collect::<String>());
    assert!(names.iter().all(|name| name.starts_with("sbm_")));
}

#[test]
#[cfg(target_os = "linux")]
fn the_library_tells_the_loader_its_name() {
    let output = Command::new("readelf").args(["-d", "-W"]).arg(library()).output().expect("`readelf` is needed for this test");
    assert!(String::from_utf8_lossy(&output.stdout).contains("Library soname: [libsbm.so.0]"));
}
