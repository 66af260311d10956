//! Processes that a test kills, and the history that must be left.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use sbm_client::admin::Admin;
use sbm_client::core::id::RunId;
use sbm_client::core::run::RunResult;
use sbm_client::core::wire::v1::ConnectionString;
use sbm_client::core::wire::v1::admin::HistoryQuery;

/// A process whose lines are read one by one. It is killed when it is dropped, as by `kill -9`.
#[derive(Debug)]
pub struct Victim {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Victim {
    /// Starts a program.
    #[must_use]
    pub fn start(program: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// A server process on a data directory, and how to reach it.
    #[must_use]
    pub fn server(program: &str, data_dir: &Path, port: u16) -> (Self, ConnectionString) {
        let mut server = Self::start(program, &[&data_dir.display().to_string(), &port.to_string()]);
        let connection = server.line().unwrap().parse().unwrap();
        (server, connection)
    }

    /// The next line it says; nothing when it is gone.
    pub fn line(&mut self) -> Option<String> {
        self.lines.next()?.ok()
    }

    /// Writes a line to it; nothing when it is gone.
    pub fn say(&mut self, line: &str) {
        if let Some(stdin) = &mut self.child.stdin {
            let _ = writeln!(stdin, "{line}");
        }
    }

    /// Sends it a signal by its name, such as `STOP`.
    ///
    /// # Panics
    ///
    /// When it cannot be sent.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status().unwrap();
        assert!(sent.success(), "{name}");
    }

    /// Makes it stand still, and waits until each of its threads does: a signal is taken a moment after it was sent.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub fn freeze(&self) {
        self.signal("STOP");
        let begun = std::time::Instant::now();
        let stands = |task: std::fs::DirEntry| {
            let state = std::fs::read_to_string(task.path().join("stat")).unwrap_or_default();
            state.rsplit(')').next().is_none_or(|rest| rest.trim_start().starts_with(['T', 't', 'Z']))
        };
        while !std::fs::read_dir(format!("/proc/{}/task", self.child.id())).unwrap().flatten().all(stands) {
            assert!(begun.elapsed() < std::time::Duration::from_secs(10), "it does not stand still");
            std::thread::yield_now();
        }
    }

    /// Kills it at once and gives what it had said until then and nobody read yet.
    pub fn kill(&mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.lines.by_ref().map_while(Result::ok).collect()
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Every run that the server has, by id, with its result; an id that stands there twice fails the test.
///
/// # Panics
///
/// When a run is there twice, or two runs of a device have the same sequence number.
#[must_use]
pub fn history(admin: &Admin) -> BTreeMap<RunId, RunResult> {
    let mut runs = BTreeMap::new();
    let mut sequences = BTreeSet::new();
    let mut query = HistoryQuery { limit: Some(500), ..HistoryQuery::default() };
    loop {
        let page = admin.history(&query).unwrap();
        for run in page.items {
            let record = run.record;
            assert!(sequences.insert((record.installation, record.sequence)), "sequence {} is there twice", record.sequence);
            assert!(runs.insert(record.id, record.finish.result).is_none(), "{} is there twice", record.id);
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return runs,
        }
    }
}

/// How many kills: 10 in the tests, what `SBM_KILLS` says in a campaign.
#[must_use]
pub fn kills() -> u32 {
    std::env::var("SBM_KILLS").ok().map_or(10, |text| text.parse().unwrap())
}

/// A random number below `bound`, from the operating system: each run of the tests kills at other points.
#[must_use]
pub fn random(bound: u32) -> u32 {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).unwrap();
    u32::from_le_bytes(bytes) % bound.max(1)
}
