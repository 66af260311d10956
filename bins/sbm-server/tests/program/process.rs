//! The server as a process.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longer than anything takes; a test that waits so long fails.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sbm-server"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SBM_")) {
        command.env_remove(name);
    }
    command.env_remove("NOTIFY_SOCKET");
    command
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A server that answers. It is killed when it is dropped.
pub struct Running {
    child: Child,
    directory: PathBuf,
    pub port: u16,
}

impl Running {
    /// Starts it in that directory, with its data in `data`, on a free port.
    pub fn start(directory: &Path, change: impl FnOnce(&mut Command) -> &mut Command) -> Self {
        let connection = directory.join("data/connection");
        let _ = std::fs::remove_file(&connection);
        let log = std::fs::File::create(directory.join("log")).unwrap();
        let mut command = program();
        command.current_dir(directory).args(["--data-dir", "data", "--listen", "127.0.0.1:0"]).stdout(Stdio::null()).stderr(log);
        let child = change(&mut command).spawn().unwrap();
        let mut server = Self { child, directory: directory.to_owned(), port: 0 };
        server.until_log("clients on this machine reach the server so");
        let port = server.connection().split(':').nth(2).unwrap().split('#').next().unwrap().trim().parse().unwrap();
        server.port = port;
        server
    }

    pub fn connection(&self) -> String {
        std::fs::read_to_string(self.directory.join("data/connection")).unwrap()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.join("log")).unwrap()
    }

    /// Waits until the log says that.
    pub fn until_log(&self, part: &str) {
        let begun = Instant::now();
        while !self.log().contains(part) {
            assert!(begun.elapsed() < PATIENCE, "the log does not say `{part}`:\n{}", self.log());
            std::thread::yield_now();
        }
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status().unwrap();
        assert!(sent.success());
    }

    /// Asks by curl: its exit code and what was answered.
    pub fn curl(&self, arguments: &[&str], name: &str, path: &str) -> (Option<i32>, String) {
        let output = Command::new("curl")
            .current_dir(&self.directory)
            // Whatever the machine's owner has set for other uses of it.
            .args(["-q", "--noproxy", "*", "--silent", "--show-error", "--max-time", "120"])
            .args(["--resolve", &format!("{name}:{}:127.0.0.1", self.port)])
            .args(arguments)
            .arg(format!("https://{name}:{}{path}", self.port))
            .output()
            .unwrap();
        (output.status.code(), text(&output.stdout) + &text(&output.stderr))
    }

    /// Waits for its end: the exit code and the log.
    pub fn ended(mut self) -> (Option<i32>, String) {
        (self.child.wait().unwrap().code(), self.log())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
