//! C programs that use the built library as a host does.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::built::library;
use crate::exports::wanted;
use crate::golden::{compare, top};

/// Compiles a source against the library, under the header of that directory, and gives the program; the directory keeps it.
fn compile(source: &Path, include: &Path, directory: &Path) -> PathBuf {
    let program = directory.join(source.file_stem().unwrap());
    let output = Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1", "-I"])
        .arg(include)
        .arg(source)
        .arg("-o")
        .arg(&program)
        // By its path, not by -lsbm: an installed library must not be tested instead.
        .arg(library())
        .args(["-lpthread", "-lm", "-ldl"])
        .output()
        .expect("`cc` is needed for this test");
    assert!(output.status.success(), "{}:\n{}", source.display(), String::from_utf8_lossy(&output.stderr));
    program
}

/// Runs `tests/c/NAME.c` under the header as it is.
fn run(name: &str) -> String {
    run_source(&top("sbm-ffi/tests/c").join(name).with_extension("c"), &top("include"))
}

/// Runs a program with a cache directory of its own, and gives what it printed.
pub fn run_source(source: &Path, include: &Path) -> String {
    let name = source.display();
    let directory = tempfile::tempdir().unwrap();
    let program = compile(source, include, directory.path());
    let output: Output = Command::new(program)
        .arg(directory.path().join("sbm"))
        .env("LD_LIBRARY_PATH", with_soname(directory.path()))
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{name}: {}\n{out}{err}", output.status);
    assert!(err.is_empty(), "the library wrote to the host's output: {err}");
    out.into_owned()
}

/// The loader looks for the soname, which an installation makes a link of.
fn with_soname(directory: &Path) -> PathBuf {
    std::os::unix::fs::symlink(library(), directory.join("libsbm.so.0")).unwrap();
    directory.to_owned()
}

#[test]
fn sizes_offsets_and_numbers_are_those_of_the_golden_file() {
    let name = format!("sbm-ffi/tests/golden/layout-{}.txt", if cfg!(target_pointer_width = "64") { "64" } else { "32" });
    compare(&name, &run("layout"));
}

/// No library of 32 bits is needed: it is the header that a compiler lays out. Windows aligns 64-bit numbers to 8 bytes there,
/// Linux to 4; the records are such that this makes no difference.
#[test]
fn sizes_and_offsets_of_32_bits_are_those_of_the_golden_file_on_every_system() {
    let directory = tempfile::tempdir().unwrap();
    for alignment in ["-malign-double", "-mno-align-double"] {
        let program = directory.path().join("layout");
        let output = Command::new("gcc")
            .args(["-m32", alignment, "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-DLAYOUT_ALONE", "-I"])
            .arg(top("include"))
            .arg(top("sbm-ffi/tests/c/layout.c"))
            .arg("-o")
            .arg(&program)
            .output()
            .expect("`gcc` is needed for this test");
        assert!(output.status.success(), "`gcc -m32` is needed for this test:\n{}", String::from_utf8_lossy(&output.stderr));
        let output = Command::new(&program).output().unwrap();
        assert!(output.status.success(), "{}", output.status);
        compare("sbm-ffi/tests/golden/layout-32.txt", std::str::from_utf8(&output.stdout).unwrap());
    }
}

#[test]
fn every_function_survives_null_and_garbage_with_the_documented_status() {
    let tried = run("garbage") + &run("garbage_connection") + &run("garbage_host");
    let mut tried: Vec<&str> = tried.lines().collect();
    tried.sort_unstable();
    tried.dedup();
    assert_eq!(tried, wanted(), "a function without a case, or a case without a function");
}

#[test]
fn a_freed_client_or_run_is_a_status_and_so_is_one_from_before_a_fork() {
    assert_eq!(run("misuse"), "ok\n");
}

#[test]
#[cfg(unix)]
fn a_host_that_forks_while_it_works_goes_on_and_its_children_open_their_own_off_8() {
    assert_eq!(run("fork"), "ok\n");
}

#[test]
fn a_host_with_floating_point_traps_on_survives_and_keeps_them() {
    assert_eq!(run("traps"), "ok\n");
}

#[test]
fn the_worker_calls_from_its_own_thread_under_the_host_s_floating_point_state_and_ends_when_it_is_freed_pro_8() {
    assert_eq!(run("worker"), "ok\n");
}

#[test]
fn a_call_that_waits_is_ended_by_another_thread_or_by_its_time_err_1() {
    assert_eq!(run("cancel"), "ok\n");
}

#[test]
fn an_unmanaged_host_goes_through_the_whole_interface() {
    assert_eq!(run("tour"), "ok\n");
}

#[test]
#[cfg(target_os = "linux")]
fn the_question_may_allocates_nothing_and_makes_no_system_call() {
    let told = run("may_bench");
    assert!(
        told.contains("allocations on allow: 0\n") && told.contains("answers without a system call: 1000 of 1000\n"),
        "{told}"
    );
}

#[test]
fn the_example_compiles_without_a_warning() {
    let directory = tempfile::tempdir().unwrap();
    let parts = std::fs::read_dir(top("examples/minibackup")).unwrap().map(|entry| entry.unwrap().path());
    let output = Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", "-O1", "-I"])
        .arg(top("include"))
        .arg(top("examples/minibackup.c"))
        .args(parts.filter(|path| path.extension().is_some_and(|extension| extension == "c")))
        .arg("-o")
        .arg(directory.path().join("minibackup"))
        .arg(library())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
