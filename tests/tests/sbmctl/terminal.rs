//! A terminal, made by `script`, which every Debian has.

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::desk::{Desk, PROGRAM};

/// Longer than anything takes here; a test that needs it has failed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A command on a terminal.
pub struct Terminal {
    child: Child,
    keys: ChildStdin,
    shown: Receiver<Vec<u8>>,
    seen: String,
}

impl Terminal {
    /// A terminal of that many columns; words with blanks stand in single quotes.
    pub fn wide(desk: &Desk, columns: u32, line: &str) -> Self {
        let line = format!("stty cols {columns} rows 50; exec {PROGRAM} {line}");
        let mut command = Command::new("script");
        command.args(["-qec", &line, "/dev/null"]).env("SBMCTL_CONFIG", desk.file("connection.json")).env("TZ", "UTC");
        command.env("SHELL", "/bin/sh").env("TERM", "xterm").env_remove("NO_COLOR").current_dir(desk.home());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (keys, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, shown) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4_096];
            while let Ok(length @ 1..) = screen.read(&mut bytes) {
                let _ = sender.send(bytes[..length].to_vec());
            }
        });
        Self { child, keys, shown, seen: String::new() }
    }

    pub fn of(desk: &Desk, line: &str) -> Self {
        Self::wide(desk, 100, line)
    }

    /// Waits until these words are on the screen, and types.
    #[track_caller]
    pub fn at(mut self, words: &str, keys: &str) -> Self {
        while !self.seen.contains(words) {
            let more = self.shown.recv_timeout(PATIENCE);
            let more = more.unwrap_or_else(|_| panic!("{words:?} never came: {:?}", self.seen));
            self.seen.push_str(&String::from_utf8_lossy(&more));
        }
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    /// Waits for the end: the exit code and everything that was on the screen.
    pub fn end(mut self) -> (i32, String) {
        while let Ok(more) = self.shown.recv_timeout(PATIENCE) {
            self.seen.push_str(&String::from_utf8_lossy(&more));
        }
        (self.child.wait().unwrap().code().unwrap(), self.seen)
    }
}
