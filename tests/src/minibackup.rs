//! The example backup programs, in C, in Rust and in Pascal, as people build them, and a desk at which somebody uses one.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use sbm_client::core::wire::v1::ConnectionString;
use tempfile::TempDir;

use crate::cargo::{build, target};
use crate::fixture::{GUID, PASSWORD};
use crate::language::Language;
use crate::server::ADMIN_PASSWORD;

/// All three programs; each test is a test of each of them.
#[must_use]
pub fn programs() -> [&'static Path; 3] {
    static PROGRAMS: OnceLock<[PathBuf; 3]> = OnceLock::new();
    PROGRAMS.get_or_init(|| [in_c(), example("minibackup"), in_pascal()]).each_ref().map(PathBuf::as_path)
}

/// The repository's top.
#[must_use]
pub fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// An example in Rust.
#[must_use]
pub fn example(name: &str) -> PathBuf {
    build(&["--package", "sbm-client", "--example", name]);
    target().0.join("examples").join(name)
}

fn in_c() -> PathBuf {
    let parts = fs::read_dir(top().join("examples/minibackup")).unwrap().map(|entry| entry.unwrap().path());
    let parts: Vec<PathBuf> = parts.filter(|path| path.extension().is_some_and(|extension| extension == "c")).collect();
    let directory = target().0.join("minibackup-c");
    fs::create_dir_all(&directory).unwrap();
    // Under another name first: a test that runs beside this one may be using it.
    let (new, program) = (directory.join(format!("new-{}", std::process::id())), directory.join("minibackup"));
    link_c(&[&[top().join("examples/minibackup.c")], parts.as_slice()].concat(), &new);
    fs::rename(new, &program).unwrap();
    program
}

fn in_pascal() -> PathBuf {
    let directory = target().0.join("minibackup-pascal");
    fs::create_dir_all(&directory).unwrap();
    let (new, program) = (directory.join(format!("new-{}", std::process::id())), directory.join("minibackup"));
    Language::Pascal.compile_with(&top().join("examples/minibackup.pas"), &new, &[top().join("examples/minibackup")]);
    fs::rename(new, &program).unwrap();
    program
}

/// The shared library, built.
#[must_use]
pub fn library() -> PathBuf {
    build(&["--package", "sbm-ffi", "--lib"]);
    target().0.join("libsbm.so")
}

/// Compiles C files against the library, which they find beside them.
pub fn link_c(sources: &[PathBuf], program: &Path) {
    let library = library();
    let directory = program.parent().unwrap();
    // The loader looks for the soname, which an installation makes a link of. Another test may have made it.
    drop(std::os::unix::fs::symlink(&library, directory.join("libsbm.so.0")));
    // `cc` is one of the things that tests/needs.sh installs.
    let output = Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1", "-Wl,-rpath,$ORIGIN", "-I"])
        .arg(top().join("include"))
        .args(sources)
        .arg("-o")
        .arg(program)
        .arg(&library)
        .arg("-lpthread")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A computer with a backup program, and somebody who uses it.
#[derive(Debug)]
pub struct Desk {
    program: &'static Path,
    /// Who sits there.
    pub user: String,
    directory: TempDir,
}

/// What a command came to.
#[derive(Debug)]
pub struct Told {
    /// Its exit status.
    pub status: i32,
    /// What it printed.
    pub out: String,
    /// What it printed as errors, and the caption.
    pub err: String,
}

impl Desk {
    /// A desk with a program that nobody has logged in to yet.
    #[must_use]
    pub fn new(program: &'static Path, user: &str) -> Self {
        let desk = Self { program, user: user.to_owned(), directory: tempfile::tempdir().unwrap() };
        fs::create_dir_all(desk.path("home/profiles")).unwrap();
        desk.furnish();
        desk
    }

    /// The same, logged in.
    #[must_use]
    pub fn logged_in(program: &'static Path, user: &str, connection: &ConnectionString) -> Self {
        let desk = Self::new(program, user);
        desk.ask(&["login", &connection.to_string(), user]).is(0);
        desk
    }

    /// A path on this computer.
    #[must_use]
    pub fn path(&self, below: &str) -> PathBuf {
        self.directory.path().join(below)
    }

    /// The same as text.
    #[must_use]
    pub fn text(&self, below: &str) -> String {
        self.path(below).display().to_string()
    }

    /// Puts everything back to how a day begins: a document, an older backup of it, the local profile `mine` and the managed
    /// one, no settings.
    pub fn furnish(&self) {
        for folder in ["home/profiles", "copies", "restored"] {
            drop(fs::remove_dir_all(self.path(folder)));
            fs::create_dir_all(self.path(folder)).unwrap();
        }
        for file in ["home/settings", "home/login", "out.profile"] {
            drop(fs::remove_file(self.path(file)));
        }
        fs::create_dir_all(self.path("documents")).unwrap();
        fs::write(self.path("documents/today.txt"), "what happened today").unwrap();
        fs::write(self.path("copies/yesterday.txt"), "what happened yesterday").unwrap();
        fs::write(self.path("in.profile"), self.body()).unwrap();
        fs::write(self.path("home/profiles/mine.profile"), self.body()).unwrap();
        fs::write(self.path("home/profiles/Finance documents.profile"), format!("{}managed={GUID}\n", self.body())).unwrap();
    }

    /// What stands in each profile.
    #[must_use]
    pub fn body(&self) -> String {
        format!("source={}\ndest={}\n", self.text("documents"), self.text("copies"))
    }

    /// Every file on this computer but SBM's own, with its content.
    #[must_use]
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.directory.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_file() {
                    files.insert(path.clone(), fs::read(&path).unwrap());
                } else if path.is_dir() && !path.ends_with("home/sbm") {
                    folders.push(path);
                }
            }
        }
        files
    }

    /// One command.
    #[must_use]
    pub fn ask(&self, arguments: &[&str]) -> Told {
        Told::from(self.command(arguments).output().unwrap())
    }

    /// What is typed at the prompt, and what comes of it.
    #[must_use]
    pub fn type_in(&self, lines: &str) -> Told {
        let mut child = self.command(&[]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        Told::from(child.wait_with_output().unwrap())
    }

    /// A command that goes on meanwhile.
    #[must_use]
    pub fn begin(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// A command before it is run, for its environment.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.program);
        command
            .arg("--home")
            .arg(self.path("home"))
            .args(arguments)
            .env("MINIBACKUP_PASSWORD", PASSWORD)
            .env("MINIBACKUP_ADMIN_PASSWORD", ADMIN_PASSWORD)
            .env("USER", "tester");
        command
    }
}

impl From<Output> for Told {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Told {
    /// Fails the test unless the command ended with that status; gives what it told.
    ///
    /// # Panics
    ///
    /// When it did not.
    pub fn is(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{}{}", self.out, self.err);
        self
    }

    /// Fails the test unless the words stand in what was told.
    ///
    /// # Panics
    ///
    /// When they do not.
    pub fn says(self, words: &str) -> Self {
        assert!(self.out.contains(words) || self.err.contains(words), "`{words}` is not said in:\n{}{}", self.out, self.err);
        self
    }
}
