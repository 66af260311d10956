//! What `make windows` needs and cannot have: it is said in red and ends the run, so that nothing passes untested.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(unix)]

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use sbm_tests::minibackup::top;

/// What the script says on a machine that has these programs, by name and what they do, and of the others what a shell needs.
fn refused(programs: &[(&str, &str)]) -> String {
    let machine = tempfile::tempdir().unwrap();
    let path = machine.path();
    for name in ["bash", "env", "id"] {
        symlink(format!("/usr/bin/{name}"), path.join(name)).unwrap();
    }
    for (name, does) in programs {
        fs::write(path.join(name), format!("#!/bin/sh\n{does}\n")).unwrap();
        fs::set_permissions(path.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        // A child that another test is just starting still has the file open for writing, and then it cannot be run.
        let is_busy = || {
            let run = Command::new(path.join(name)).output();
            run.is_err_and(|error| error.kind() == ErrorKind::ExecutableFileBusy)
        };
        while is_busy() {}
    }
    let output = Command::new(path.join("bash")).arg(top().join("tests/windows/needs.sh")).env("PATH", path).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap().lines().last().unwrap().to_owned()
}

const SUDO: (&str, &str) = ("sudo", "exec \"$@\"");
const PACKAGES_COME: (&str, &str) = ("apt-get", "exit 0");
const RUSTC: (&str, &str) = ("rustc", "echo /nowhere");

#[test]
fn packages_that_cannot_be_had_for_windows_are_said_in_red() {
    let told = refused(&[SUDO, ("apt-get", "exit 1")]);
    assert_eq!(told, "\u{1b}[31mNOT RUN: the list of packages cannot be had\u{1b}[0m");
    let told = refused(&[SUDO, ("apt-get", "[ \"$1\" = update ]")]);
    assert!(told.starts_with("\u{1b}[31mNOT RUN: these packages cannot be installed: "), "{told}");
}

#[test]
fn libraries_of_rust_s_that_cannot_be_had_for_windows_are_said_in_red() {
    let told = refused(&[SUDO, PACKAGES_COME, RUSTC, ("rustup", "exit 1")]);
    assert!(told.starts_with("\u{1b}[31mNOT RUN: Rust's libraries for x86_64-pc-windows-gnu cannot be had"), "{told}");
    let told = refused(&[SUDO, PACKAGES_COME, RUSTC, ("rustup", "exit 0")]);
    assert!(
        told.starts_with("\u{1b}[31mNOT RUN: Rust's libraries for x86_64-pc-windows-gnu are not where rustc looks"),
        "{told}"
    );
    let told = refused(&[SUDO, PACKAGES_COME, RUSTC]);
    assert!(told.contains("NOT RUN: Rust's libraries for x86_64-pc-windows-gnu cannot be had"), "{told}");
}
