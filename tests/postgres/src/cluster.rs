//! A cluster: its files, its process, and how it is stopped and started again.

use std::fs::{File, Permissions};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::home::Home;
use crate::programs::Programs;
use crate::{ROLE, certificate};

/// How long it may take to start: after a kill it reads its log again.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What every cluster is started with. Small, since several run at once, and with room for many connections: a machine with
/// many cores runs as many tests at once, and each of them several servers.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "max_connections=1000",
    "shared_buffers=64MB",
    "ssl=on",
    "password_encryption=scram-sha-256",
    "log_min_messages=fatal",
    "max_wal_size=128MB",
];

/// What a cluster of a test's own is like.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether it waits for the disk, as a real one does.
    pub fsync: bool,
    /// More settings, such as `log_statement=all`.
    pub settings: Vec<String>,
}

/// How a cluster is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// When everybody has gone.
    Smart,
    /// At once, with what is under way undone: the usual way.
    Fast,
    /// At once, as if it had crashed; the next start recovers.
    Immediate,
}

/// A running PostgreSQL.
#[derive(Debug)]
pub struct Cluster {
    process: Mutex<Option<Child>>,
    programs: Programs,
    options: Options,
    home: Home,
    pub(crate) port: u16,
    pub(crate) password: String,
}

impl Cluster {
    /// The one cluster of this process. It does not wait for the disk.
    ///
    /// # Panics
    ///
    /// When it cannot run; so do all functions here.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(Options::default()))
    }

    /// A cluster of the test's own.
    #[must_use]
    pub fn start(options: Options) -> Self {
        let programs = Programs::find();
        let home = Home::new(&programs, options.fsync);
        let password = home.directory.file_name().unwrap().to_string_lossy().replace("sbm-pg-", "word-");
        make(&programs, &home.directory, &password);
        let mut cluster = Self::new(programs, options, home, password);
        cluster.find_port();
        let role = format!("CREATE ROLE {ROLE} LOGIN PASSWORD '{}'", cluster.password);
        cluster.admin("postgres").batch_execute(&role).unwrap();
        cluster
    }

    /// One whose files are there, and that does not run.
    pub(crate) const fn new(programs: Programs, options: Options, home: Home, password: String) -> Self {
        Self { process: Mutex::new(None), programs, options, home, port: 0, password }
    }

    /// The file with the certificate that signed the server's.
    #[must_use]
    pub fn ca(&self) -> PathBuf {
        self.home.directory.join("ca.pem")
    }

    /// The directory of the unix socket.
    #[must_use]
    pub fn socket_directory(&self) -> &Path {
        &self.home.sockets
    }

    /// The directory of its files.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.home.directory
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) const fn programs(&self) -> &Programs {
        &self.programs
    }

    /// The password of [`ROLE`] and of the superuser.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    /// Stops it, and waits until it has stopped.
    pub fn stop(&self, how: Stop) {
        self.end(match how {
            Stop::Smart => Signal::TERM,
            Stop::Fast => Signal::INT,
            Stop::Immediate => Signal::QUIT,
        });
    }

    /// Ends its first process as a lost power supply would; the others notice and end too.
    pub fn kill(&self) {
        self.end(Signal::KILL);
    }

    /// Starts it again after [`stop`](Self::stop) or [`kill`](Self::kill), on the same port.
    pub fn run_again(&self) {
        let begun = Instant::now();
        while let Err(why) = self.run(self.port) {
            // Those whom a kill left behind may still be about to end.
            assert!(begun.elapsed() < PATIENCE, "PostgreSQL does not start again: {why}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Stops it fast and starts it again.
    pub fn restart(&self) {
        self.stop(Stop::Fast);
        self.run_again();
    }

    fn end(&self, signal: Signal) {
        let mut process = self.process();
        let mut child = process.take().unwrap_or_else(|| panic!("PostgreSQL does not run"));
        kill_process(Pid::from_child(&child), signal).unwrap();
        child.wait().unwrap();
    }

    /// A port cannot be left to PostgreSQL: one that is free is tried, and another if somebody else was faster.
    pub(crate) fn find_port(&mut self) {
        let mut why = String::new();
        for _ in 0..20 {
            let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr()).unwrap();
            match self.run(free.port()) {
                Ok(()) => return self.port = free.port(),
                Err(log) => why = log,
            }
        }
        panic!("PostgreSQL does not start: {why}");
    }

    /// Starts the process; gives its log if it ends instead of being ready.
    fn run(&self, port: u16) -> Result<(), String> {
        let log = self.home.directory.join("log");
        let mut command = self.programs.command("postgres");
        command.arg("-D").arg(self.data()).arg("-k").arg(&self.home.sockets).args(["-p", &port.to_string()]);
        let fsync = if self.options.fsync { "fsync=on" } else { "fsync=off" };
        for setting in SETTINGS.iter().copied().chain([fsync]).chain(self.options.settings.iter().map(String::as_str)) {
            command.args(["-c", setting]);
        }
        let output = File::create(&log).unwrap();
        command.stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output).process_group(0);
        let mut child = command.spawn().unwrap_or_else(|error| panic!("PostgreSQL does not start: {error}"));
        let begun = Instant::now();
        while !self.is_ready(child.id()) {
            if child.try_wait().unwrap().is_some() {
                return Err(std::fs::read_to_string(&log).unwrap());
            }
            assert!(begun.elapsed() < PATIENCE, "PostgreSQL is not ready: {}", std::fs::read_to_string(&log).unwrap());
            std::thread::sleep(Duration::from_millis(10));
        }
        *self.process() = Some(child);
        Ok(())
    }

    /// It writes into its lock file that it is ready, or that it is a stand-by that can be read.
    fn is_ready(&self, process: u32) -> bool {
        let lock = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        let mut lines = lock.lines();
        lines.next() == Some(&process.to_string())
            && lines.nth(6).is_some_and(|state| ["ready", "standby"].contains(&state.trim()))
    }

    fn data(&self) -> PathBuf {
        self.home.directory.join("data")
    }

    fn process(&self) -> MutexGuard<'_, Option<Child>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut child) = self.process().take() {
            let _ = kill_process(Pid::from_child(&child), Signal::QUIT);
            drop(child.wait());
        }
    }
}

/// Makes the files of a fresh cluster.
fn make(programs: &Programs, directory: &Path, password: &str) {
    let secret = directory.join("password");
    std::fs::write(&secret, password).unwrap();
    programs.give(&secret);
    let mut command = programs.command("initdb");
    command.arg("-D").arg(directory.join("data")).arg(format!("--pwfile={}", secret.display()));
    command.args(["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]);
    check(&mut command);
    certificate::write(directory);
    for name in ["server.crt", "server.key"] {
        let file = directory.join("data").join(name);
        std::fs::rename(directory.join(name), &file).unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        programs.give(&file);
    }
}

/// Runs a command to its end.
pub(crate) fn check(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "PostgreSQL's files cannot be made: {said}");
}
