//! The programs in C and C++ once more, watched: by valgrind, which sees what the library does with memory as well, by the
//! sanitizers, which see what its host does, and by what the process holds after a thousand loads.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::built::library;
use crate::golden::top;

/// The programs of `tests/c` that need no server: those that go through the interface, and those that misuse it.
const TOURS: [&str; 4] = ["tour", "garbage", "garbage_connection", "garbage_host"];
/// And those with threads, processes and waiting.
const THREADS: [&str; 5] = ["misuse", "cancel", "worker", "layout", "stress"];

/// How a program is watched.
#[derive(Clone, Copy)]
enum Watch {
    /// Every access of host and library, and every block that nobody knows any more.
    Valgrind,
    /// The host's accesses, its undefined behaviour, and leaks of both.
    Addresses,
    /// The host's accesses from several threads.
    Threads,
    /// Not at all.
    No,
}

/// Whether a program can be put at the same addresses each time. The sanitizers have addresses of their own, and a system that
/// puts programs anywhere puts some of them there; one that forbids to say where puts them where it likes.
fn may_place_alike() -> bool {
    let tried = Command::new("setarch").args(["-R", "true"]).output();
    tried.unwrap_or_else(|error| panic!("`setarch` of util-linux is needed for this test: {error}")).status.success()
}

/// A directory in which programs are built and run.
struct Bench {
    directory: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        // The loader looks for the soname, which an installation makes a link of.
        std::os::unix::fs::symlink(library(), directory.path().join("libsbm.so.0")).unwrap();
        Self { directory }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Compiles sources against the library.
    fn build(&self, watch: Watch, compiler: &str, arguments: &[&str], sources: &[PathBuf], name: &str) {
        let instrumented: &[&str] = match watch {
            Watch::Valgrind | Watch::No => &[],
            Watch::Addresses => &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
            Watch::Threads => &["-fsanitize=thread"],
        };
        let output = Command::new(compiler)
            .args(arguments)
            .args(instrumented)
            // Without debug information of the library's size and without optimising: the compiler is most of the time here.
            .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g1", "-I"])
            .arg(top("include"))
            .args(sources)
            .arg("-o")
            .arg(self.path(name))
            .arg(library())
            .args(["-lpthread", "-lm", "-ldl"])
            .output()
            .unwrap_or_else(|error| panic!("`{compiler}` is needed for this test: {error}"));
        assert!(output.status.success(), "{name}:\n{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Runs a program on a directory of its own; gives what it printed.
    fn run(&self, watch: Watch, name: &str, arguments: &[&Path]) -> String {
        let mut command = match watch {
            Watch::Valgrind => {
                let mut command = Command::new("valgrind");
                command
                    // Or one thread that waits for another has all the turns, where there is one core to have.
                    .arg("--fair-sched=try")
                    .args(["-q", "--error-exitcode=99", "--leak-check=full", "--errors-for-leak-kinds=definite"])
                    .args(["--show-leak-kinds=definite", "--num-callers=30"])
                    .arg(self.path(name));
                command
            }
            Watch::Addresses | Watch::Threads if may_place_alike() => {
                let mut command = Command::new("setarch");
                command.arg("-R").arg(self.path(name));
                command
            }
            _ => Command::new(self.path(name)),
        };
        // The library is not compiled for the thread sanitizer: its locks are unknown there, and so must its calls of libc be.
        let suppressions = self.path("threads.supp");
        std::fs::write(&suppressions, "called_from_lib:libsbm.so\n").unwrap();
        let output = command
            .arg(self.path(&format!("{name}-sbm")))
            .args(arguments)
            .env("LD_LIBRARY_PATH", self.directory.path())
            .env("TSAN_OPTIONS", format!("exitcode=98:suppressions={}", suppressions.display()))
            .output()
            .unwrap_or_else(|error| panic!("`valgrind` is needed for this test: {error}"));
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && err.is_empty(), "{name}: {}\n{out}{err}", output.status);
        out.into_owned()
    }

    /// One of the programs in C.
    fn runs_c(&self, watch: Watch, name: &str, arguments: &[&Path]) {
        let source = top("sbm-ffi/tests/c").join(name).with_extension("c");
        self.build(watch, "gcc", &["-std=c99", "-DWATCHED"], &[source], name);
        let told = self.run(watch, name, arguments);
        assert!(told.ends_with("ok\n") || told.lines().count() > 3, "{name}: {told}");
    }

    /// The cases in C++, of these sources; gives their number.
    fn runs_cpp(&self, watch: Watch, arguments: &[&str], sources: &[&str]) -> usize {
        let sources: Vec<PathBuf> =
            ["main"].iter().chain(sources).map(|name| top("sbm-ffi/tests/cpp").join(name).with_extension("cpp")).collect();
        self.build(watch, "g++", &[&["-std=c++17"], arguments].concat(), &sources, "suite");
        self.run(watch, "suite", &[]).lines().count()
    }
}

/// The sources of the cases in C++ that are built with exceptions.
const CASES: [&str; 4] = ["life", "results", "texts", "callbacks"];

#[test]
fn the_programs_in_c_lose_and_overrun_no_memory_under_valgrind() {
    let bench = Bench::new();
    for name in TOURS {
        bench.runs_c(Watch::Valgrind, name, &[]);
    }
}

#[test]
fn the_programs_with_threads_lose_and_overrun_no_memory_under_valgrind() {
    let bench = Bench::new();
    let once = [Path::new("1")];
    for name in THREADS {
        bench.runs_c(Watch::Valgrind, name, if name == "stress" { &once } else { &[] });
    }
}

#[test]
fn the_programs_in_c_are_clean_under_the_address_and_undefined_behaviour_sanitizers() {
    let bench = Bench::new();
    for name in TOURS.into_iter().chain(THREADS) {
        bench.runs_c(Watch::Addresses, name, &[]);
    }
}

#[test]
fn the_cases_in_cpp_lose_and_overrun_no_memory_under_valgrind() {
    assert!(Bench::new().runs_cpp(Watch::Valgrind, &[], &CASES) >= 40);
}

#[test]
fn the_cases_in_cpp_are_clean_under_the_address_and_undefined_behaviour_sanitizers() {
    assert!(Bench::new().runs_cpp(Watch::Addresses, &[], &CASES) >= 40);
}

#[test]
fn a_host_in_cpp_without_exceptions_has_all_it_needs() {
    let bench = Bench::new();
    assert!(bench.runs_cpp(Watch::No, &["-fno-exceptions", "-fno-rtti"], &["quiet"]) >= 2);
}

#[test]
fn sixteen_threads_share_a_client_that_is_freed_in_the_middle() {
    Bench::new().runs_c(Watch::Threads, "stress", &[Path::new("20")]);
}

#[test]
fn a_thousand_loads_with_workers_in_between_leave_the_process_as_it_was() {
    let bench = Bench::new();
    bench.runs_c(Watch::No, "reload", &[library()]);
}
