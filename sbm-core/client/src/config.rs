//! How a client is opened.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sbm_core::id::Hash;
use sbm_core::run::record::{MAX_NAME, cut};

use crate::clock::{Clock, SystemClock};
use crate::log::{Journal, Level, Log};
use crate::machine;
use crate::proxy::Proxy;
use crate::rollout::Rollout;
use crate::store::OutboxLimits;
use crate::transport::{Https, Network, STEP};

/// Where the cache lies, and who asks.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// let config = sbm_client::Config::new("/var/lib/minibackup/sbm").program("MiniBackup 1.0").timeout(Duration::from_secs(20));
/// ```
#[derive(Clone)]
pub struct Config {
    pub(crate) directory: PathBuf,
    pub(crate) program: String,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) handshake_timeout: Duration,
    pub(crate) system_roots: bool,
    pub(crate) outbox: OutboxLimits,
    pub(crate) machine: Option<Hash>,
    pub(crate) managed_required: bool,
    pub(crate) computer: Option<String>,
    pub(crate) os_user: Option<String>,
    pub(crate) network: Arc<dyn Network>,
    pub(crate) journal: Journal,
    pub(crate) proxy: Option<Proxy>,
    pub(crate) plain_files: bool,
}

impl Config {
    /// The cache lies in this directory, which is made if it is missing. One for each login user of the computer.
    #[must_use]
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            program: String::new(),
            clock: Arc::new(SystemClock),
            timeout: Duration::from_secs(30),
            connect_timeout: STEP,
            handshake_timeout: STEP,
            system_roots: false,
            outbox: OutboxLimits::default(),
            machine: None,
            managed_required: false,
            computer: None,
            os_user: None,
            network: Arc::new(Https::default()),
            journal: Journal::default(),
            proxy: None,
            plain_files: false,
        }
    }

    /// The backup program's name and version, for the server's list of devices.
    #[must_use]
    pub fn program(mut self, program: impl AsRef<str>) -> Self {
        self.program = cut(program.as_ref(), MAX_NAME);
        self
    }

    /// Another clock than the computer's. One that goes back widens nothing and holds nothing up: what was once seen counts
    /// on (OFF-4, OFF-6).
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// How long one request may take from its name look-up to the last byte of its answer; 30 seconds unless said.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long it may take until there is a connection; 10 seconds unless said, and never longer than the whole.
    #[must_use]
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long it may take from there until the connection is secure; 10 seconds unless said, and never longer than the
    /// whole.
    #[must_use]
    pub const fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.handshake_timeout = timeout;
        self
    }

    /// Whether a connection string without a fingerprint may be used: the roots that the operating system trusts vouch for
    /// the server then. Without this it is refused, and nobody is ever trusted on first use (RUN-4).
    #[must_use]
    pub const fn system_roots(mut self, yes: bool) -> Self {
        self.system_roots = yes;
        self
    }

    /// How many records of runs may wait for the server, and how many bytes of them; 100,000 and 64 MiB unless said. What is
    /// too much is given up, details first and the oldest first, and told to the server as a gap (ERR-3).
    #[must_use]
    pub const fn outbox(mut self, limits: OutboxLimits) -> Self {
        self.outbox = limits;
        self
    }

    /// Takes from a roll-out what must be known before the cache is opened: whether this installation must be managed.
    #[must_use]
    pub fn rollout(self, rollout: &Rollout) -> Self {
        let required = self.managed_required || rollout.is_managed_required();
        self.managed_required(required)
    }

    /// What makes this machine itself, in place of what the operating system says.
    #[must_use]
    pub fn machine_identity(mut self, identity: impl AsRef<[u8]>) -> Self {
        self.machine = Some(Hash::of(identity.as_ref()));
        self
    }

    /// The machine's administrator wants this installation managed: without a trustworthy cache it is on the floor, also
    /// before its first login (DEC-6).
    #[must_use]
    pub const fn managed_required(mut self, required: bool) -> Self {
        self.managed_required = required;
        self
    }

    /// The computer's name, in place of what the operating system says.
    #[must_use]
    pub fn computer(mut self, name: impl AsRef<str>) -> Self {
        self.computer = Some(cut(name.as_ref(), MAX_NAME));
        self
    }

    /// The operating system's user, in place of the one as whom this process acts.
    #[must_use]
    pub fn os_user(mut self, name: impl AsRef<str>) -> Self {
        self.os_user = Some(cut(name.as_ref(), MAX_NAME));
        self
    }

    /// Another network than the real one, for simulations.
    #[must_use]
    pub fn network(mut self, network: Arc<dyn Network>) -> Self {
        self.network = network;
        self
    }

    /// Tells this log what the client does, up to that level. See [`Log`].
    #[must_use]
    pub fn log(mut self, level: Level, log: Arc<dyn Log>) -> Self {
        self.journal = Journal::new(level, log);
        self
    }

    /// Reaches servers through this proxy; none unless said, whatever the environment says. A network of one's own
    /// ([`network`](Self::network)) has its own ways.
    #[must_use]
    pub fn proxy(mut self, proxy: Option<Proxy>) -> Self {
        self.proxy = proxy;
        self
    }

    /// Keeps the cache in plain files, in place of SQLite. A directory has the one or the other: opening it as what it is
    /// not is an error. Built without the feature `sqlite`, plain files are all there is.
    #[must_use]
    pub const fn plain_files(mut self, yes: bool) -> Self {
        self.plain_files = yes;
        self
    }

    /// Where the cache lies.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    pub(crate) fn machine_hash(&self) -> Hash {
        self.machine.unwrap_or_else(machine::identity)
    }

    pub(crate) fn computer_name(&self) -> String {
        self.computer.clone().unwrap_or_else(machine::computer_name)
    }

    pub(crate) fn os_user_name(&self) -> String {
        self.os_user.clone().unwrap_or_else(machine::os_user)
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("directory", &self.directory).field("program", &self.program).finish_non_exhaustive()
    }
}
