//! The spool folder with a real server and the real command (HIS-1, HIS-3): every good run once, whatever else lies there,
//! whether or not the server is there, and whoever is killed; and the page and the schema for those who write the files.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "spool/folder.rs"]
mod folder;
#[path = "spool/page.rs"]
mod page;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use sbm_client::admin::Admin;
use sbm_client::core::run::RunResult;
use sbm_client::core::wire::v1::admin::{HistoryQuery, Run};
use sbm_tests::fixture::{PASSWORD, office};
use sbm_tests::server::TestServer;

const SBMCTL: &str = env!("CARGO_BIN_EXE_sbm-test-sbmctl");

/// A folder, and what its agent needs to log in.
struct Place {
    home: tempfile::TempDir,
}

impl Place {
    /// For an agent of `carol`'s at that server.
    fn new(server: &TestServer) -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("spool")).unwrap();
        let rollout = format!("connection = \"{}\"\nuser = \"carol\"\npassword = \"{PASSWORD}\"\n", server.connection());
        fs::write(home.path().join("agent.toml"), rollout).unwrap();
        #[cfg(unix)]
        for (name, mode) in [("spool", 0o700), ("agent.toml", 0o600)] {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
            fs::set_permissions(home.path().join(name), mode).unwrap();
        }
        Self { home }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join("spool").join(name)
    }

    /// Drops a file as a program should.
    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(&format!("{name}.tmp")), content).unwrap();
        fs::rename(self.path(&format!("{name}.tmp")), self.path(name)).unwrap();
    }

    fn agent(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(SBMCTL);
        command.env_clear().arg("agent").arg("--spool").arg(self.home.path().join("spool"));
        command.arg("--rollout").arg(self.home.path().join("agent.toml")).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn start(&self) -> Agent {
        Agent(self.agent(&["--quiet"]).stderr(Stdio::null()).spawn().unwrap())
    }

    fn once(&self, arguments: &[&str]) -> Output {
        self.agent(&[&["--once"], arguments].concat()).output().unwrap()
    }

    /// Whether nothing waits in the folder any more.
    fn is_empty(&self) -> bool {
        let names = |folder: &str| -> Vec<String> {
            let Ok(entries) = fs::read_dir(self.path(folder)) else { return Vec::new() };
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
        };
        names("").iter().all(|name| !name.ends_with(".json")) && names("taking").iter().all(|name| name == "lock")
    }
}

/// A running agent; it is killed when it is dropped, as by `kill -9`.
struct Agent(Child);

impl Drop for Agent {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn run(name: &str) -> String {
    format!(
        r#"{{"profile": {{"name": "{name}"}}, "trigger": "schedule", "result": "warning", "profile_start": "2026-11-17T21:00:00+01:00",
            "end": "2026-11-17T21:10:00+01:00", "files_copied": 3, "bytes_copied": 4096, "error": "one was open"}}"#
    )
}

/// The runs that the server has; a profile's name stands for one.
fn history(admin: &Admin) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut query = HistoryQuery { limit: Some(500), ..HistoryQuery::default() };
    loop {
        let page = admin.history(&query).unwrap();
        runs.extend(page.items);
        match page.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    let names: BTreeSet<&str> = runs.iter().map(|run| run.record.start.profile.name.as_str()).collect();
    assert_eq!(names.len(), runs.len(), "a run is there twice");
    runs
}

/// Waits until it holds, a minute at most.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    let (_open, wait) = channel::<()>();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what} does not come true");
        assert_eq!(wait.recv_timeout(Duration::from_millis(20)), Err(RecvTimeoutError::Timeout));
    }
}

fn check(runs: &[Run], expected: usize) {
    assert_eq!(runs.len(), expected);
    for run in runs {
        let record = &run.record;
        assert_eq!((record.user.as_str(), record.finish.result, record.start.utc_offset), ("carol", RunResult::Warning, 60));
        assert_eq!((record.finish.files_copied, record.finish.error.as_str()), (3, "one was open"));
        assert_eq!(record.duration(), 600_000);
    }
}

/// A claimed server with `carol`.
fn server() -> (TestServer, Admin) {
    let (server, admin) = TestServer::claimed();
    office(&admin);
    (server, admin)
}
