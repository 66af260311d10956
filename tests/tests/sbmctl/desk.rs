//! An administrator's desk: a server that is claimed, and the command line with a home of its own.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sbm_tests::fixture::PASSWORD;
use sbm_tests::server::{ADMIN_PASSWORD, TestServer};
use serde_json::Value;
use tempfile::TempDir;

/// The command line as these tests start it.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_sbm-test-sbmctl");

/// A desk. Whatever is said at it, no password may be in an answer.
pub struct Desk {
    pub server: TestServer,
    home: TempDir,
}

/// How a command ended, and what it said.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Desk {
    /// A desk at a server that was set up from it.
    pub fn claimed() -> Self {
        Self::claimed_at(TestServer::unclaimed())
    }

    /// The same at that server.
    pub fn claimed_at(server: TestServer) -> Self {
        let desk = Self::at(server);
        let data_dir = desk.server.data_dir().display().to_string();
        desk.with(&["setup", "--data-dir", &data_dir, "--password-stdin"], ADMIN_PASSWORD).ok();
        desk
    }

    /// A desk of somebody who has never been at that server.
    pub fn at(server: TestServer) -> Self {
        Self { server, home: tempfile::tempdir().unwrap() }
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.home().join(name)
    }

    /// Writes a file and gives its path as an argument.
    pub fn written(&self, name: &str, text: &str) -> String {
        std::fs::write(self.file(name), text).unwrap();
        self.file(name).display().to_string()
    }

    /// The connection string of its server.
    pub fn address(&self) -> String {
        self.server.connection().to_string()
    }

    /// A command with nothing of this process's environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).env_clear().env("TZ", "UTC").env("SBMCTL_CONFIG", self.file("connection.json"));
        command.current_dir(self.home());
        command
    }

    /// A command without a terminal and with nothing to read.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.with(arguments, "")
    }

    /// The same with this on standard input.
    pub fn with(&self, arguments: &[&str], input: &str) -> Ran {
        run(self.command(arguments), input)
    }

    /// The JSON that a command answers.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(&[arguments, &["--json"]].concat());
        serde_json::from_str(ran.ok()).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {ran:?}"))
    }
}

/// Runs a command to its end.
pub fn run(mut command: Command, input: &str) -> Ran {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that does not read its input may be gone before it is written.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let ran = Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) };
    for secret in [ADMIN_PASSWORD, PASSWORD, "sbmc_", "sbmd_"] {
        assert!(!ran.out.contains(secret) && !ran.err.contains(secret), "a secret is in the answer: {ran:?}");
    }
    ran
}

impl Ran {
    /// It was done, and this is what it said.
    #[track_caller]
    pub fn ok(&self) -> &str {
        assert_eq!(self.code, 0, "{self:?}");
        &self.out
    }

    /// It was done and said this.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.ok().contains(words), "{words:?} is not in {self:?}");
        self
    }

    /// It was not done: this exit code, these words in the error or its hint, and nothing on standard output.
    #[track_caller]
    pub fn fails(&self, code: i32, words: &str) -> &Self {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{self:?}");
        assert!(self.err.starts_with("error: ") && self.err.contains(words), "{words:?} is not in {self:?}");
        self
    }

    /// The same with `--json`: the failure is one object.
    #[track_caller]
    pub fn fails_json(&self, code: i32, words: &str) {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{self:?}");
        let told: Value = serde_json::from_str(&self.err).unwrap();
        assert!(told.to_string().contains(words), "{words:?} is not in {told}");
    }

    /// The JSON it answered.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(self.ok()).unwrap()
    }
}
