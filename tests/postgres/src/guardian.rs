//! Who ends the database and removes its files when the test's process is gone, however it went.

use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// Waits for the end of its input, which the system closes with the process that holds the other end.
const SCRIPT: &str = r#"
cat >/dev/null
lock="$1/data/postmaster.pid"
[ -f "$lock" ] && kill -QUIT "$(head -n 1 "$lock")" 2>/dev/null
tries=0
while [ -f "$lock" ] && [ "$tries" -lt 100 ]; do sleep 0.05; tries=$((tries + 1)); done
rm -rf "$@"
"#;

/// Its process. Dropped, it does its work, and that is waited for.
#[derive(Debug)]
pub(crate) struct Guardian(Child);

impl Guardian {
    /// Guards the cluster of the first of these directories, and removes them all. In a group of its own: what interrupts the
    /// tests leaves it to its work.
    pub(crate) fn of(directories: [&PathBuf; 2]) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT, "guardian"]).args(directories).process_group(0);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Self(child.unwrap_or_else(|error| panic!("the guardian of PostgreSQL does not start: {error}")))
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        drop(self.0.wait());
    }
}
