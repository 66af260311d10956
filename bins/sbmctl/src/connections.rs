//! Several servers, each under a name, with its own pin and its own session (CON-2).
//!
//! 1. Each connection is a file of its own, all of one form (`saved`). So no two of them can mix up pin and session, and
//!    what was written by an `sbmctl` that knew one connection only is there unchanged: it is the connection `default`.
//! 2. `default` is `connection.json`, named by `--config` or `SBMCTL_CONFIG`, or in the platform's place for settings under
//!    `sbm`. The others are `connection.d/NAME.json` beside it.
//! 3. A command is for the connection of `--connection` or `SBM_CONNECTION_NAME`; else for the one of `connection use`; else
//!    for `default`; else, if there is one connection only, for that one. It is never guessed between two.
//! 4. Whoever reads, decides and writes holds the lock meanwhile, for a moment and never while somebody is asked or a server
//!    is waited for. A process that dies gives it up.

use std::env;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _};
use std::path::PathBuf;
use std::str::FromStr;

use sbm_client::core::code::Code;
use sbm_client::core::wire::v1::session::Secret;
use sbm_client::plain;

use crate::failure::Failure;
use crate::saved::{Saved, Store, create_directory, replace};

/// The variable that names the file, where no argument does.
const VARIABLE: &str = "SBMCTL_CONFIG";
/// The name of the connection that needs no name.
const DEFAULT: &str = "default";
/// The file with the name of the connection in use.
const IN_USE: &str = "in-use";
/// The file that is locked.
const LOCK: &str = "lock";
/// What the name of a connection's file ends with.
const ENDING: &str = ".json";

/// The name of a connection: it is the name of a file too, on every system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ConnectionName(String);

impl ConnectionName {
    /// The connection that needs no name.
    pub(crate) fn default_one() -> Self {
        Self(DEFAULT.to_owned())
    }

    /// Whether it is the connection that needs no name.
    pub(crate) fn is_default(&self) -> bool {
        self.0 == DEFAULT
    }
}

impl FromStr for ConnectionName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.trim().to_lowercase();
        let is_plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte));
        let begins_well = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        if is_plain && begins_well && name.len() <= 64 && !name.ends_with('.') && !is_device(&name) {
            Ok(Self(name))
        } else {
            Err("a connection's name has 1 to 64 letters (a to z), digits, `-`, `_` and `.`, and begins with a letter or digit"
                .to_owned())
        }
    }
}

/// Windows takes these for devices, whatever stands behind a dot.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let numbered = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    matches!(stem, "con" | "prn" | "aux" | "nul") || numbered.is_some_and(|rest| rest.len() == 1)
}

impl fmt::Display for ConnectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// All connections of one person.
#[derive(Clone, Debug)]
pub(crate) struct Connections {
    /// The file of `default`.
    base: PathBuf,
}

/// Held while files are read, compared and written.
#[derive(Debug)]
struct Lock {
    _file: Option<File>,
}

impl Connections {
    /// Those of that file, or of the one that the environment names, or in the platform's place.
    ///
    /// # Errors
    ///
    /// When nothing in the environment says where settings are kept.
    pub(crate) fn new(path: Option<PathBuf>) -> Result<Self, Failure> {
        let named = || env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
        let path = path.or_else(named).or_else(|| Some(settings_directory()?.join("sbm").join("connection.json")));
        let base = path.ok_or_else(|| {
            Failure::file("there is no home directory to keep the connection in")
                .hint("name a file with `--config` or `SBMCTL_CONFIG`")
        })?;
        Ok(Self { base })
    }

    /// Where a connection is kept.
    pub(crate) fn store(&self, name: &ConnectionName) -> Store {
        let path = if name.is_default() { self.base.clone() } else { self.directory().join(format!("{name}{ENDING}")) };
        Store::new(path)
    }

    fn directory(&self) -> PathBuf {
        self.base.with_extension("d")
    }

    /// The connection that a command is for, if none was named.
    pub(crate) fn chosen(&self) -> Result<ConnectionName, Failure> {
        if let Some(name) = self.in_use()? {
            return Ok(name);
        }
        let names = self.names()?;
        match names.as_slice() {
            [only] => Ok(only.clone()),
            [] => Ok(ConnectionName::default_one()),
            several if several.iter().any(ConnectionName::is_default) => Ok(ConnectionName::default_one()),
            _ => Err(Failure::usage("there are several connections, and none is in use")
                .hint("choose one with `sbmctl connection use NAME`, or name one with `--connection NAME`")),
        }
    }

    /// The connection that was chosen for use, if it is there.
    pub(crate) fn in_use(&self) -> Result<Option<ConnectionName>, Failure> {
        let path = self.directory().join(IN_USE);
        let mut text = String::new();
        match plain::open(&path).and_then(|file| file.take(256).read_to_string(&mut text)) {
            Ok(_) => Ok(text.parse().ok().filter(|name| self.is_there(name))),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(Failure::file(format!("`{}` cannot be read: {error}", path.display()))),
        }
    }

    /// Chooses a connection for the commands that name none.
    pub(crate) fn choose(&self, name: &ConnectionName) -> Result<(), Failure> {
        let _lock = self.lock()?;
        if !self.is_there(name) {
            return Err(unknown(name));
        }
        let path = self.directory().join(IN_USE);
        replace(&path, format!("{name}\n").as_bytes())
            .map_err(|error| Failure::file(format!("`{}` cannot be written: {error}", path.display())))
    }

    /// Every connection's name, in order, `default` first.
    pub(crate) fn names(&self) -> Result<Vec<ConnectionName>, Failure> {
        let directory = self.directory();
        let entries = match fs::read_dir(&directory) {
            Ok(entries) => entries.collect::<Result<Vec<_>, _>>(),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(Vec::new()),
            Err(error) => Err(error),
        };
        let entries = entries.map_err(|error| Failure::file(format!("`{}` cannot be read: {error}", directory.display())))?;
        let mut names: Vec<ConnectionName> = entries
            .iter()
            .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(ENDING)?.parse::<ConnectionName>().ok())
            .filter(|name| !name.is_default())
            .collect();
        names.sort();
        if self.is_there(&ConnectionName::default_one()) {
            names.insert(0, ConnectionName::default_one());
        }
        Ok(names)
    }

    /// Whether there is such a connection.
    pub(crate) fn is_there(&self, name: &ConnectionName) -> bool {
        self.store(name).path().exists()
    }

    /// Saves a connection, and gives what was there before.
    pub(crate) fn save(&self, name: &ConnectionName, saved: &Saved) -> Result<Option<Saved>, Failure> {
        let _lock = self.lock()?;
        let store = self.store(name);
        let before = store.load()?;
        store.save(saved)?;
        Ok(before)
    }

    /// Saves a connection under a name that nothing has yet.
    pub(crate) fn add(&self, name: &ConnectionName, saved: &Saved) -> Result<(), Failure> {
        let _lock = self.lock()?;
        if self.is_there(name) {
            return Err(taken(name));
        }
        self.store(name).save(saved)
    }

    /// Forgets a session, unless another process has begun a new one meanwhile.
    pub(crate) fn end_session(&self, name: &ConnectionName, token: &Secret) -> Result<(), Failure> {
        let _lock = self.lock()?;
        let store = self.store(name);
        match store.load()? {
            Some(saved) if saved.token.as_ref() == Some(token) => store.save(&saved.logged_out()),
            _ => Ok(()),
        }
    }

    /// Removes a connection and gives what it was.
    pub(crate) fn remove(&self, name: &ConnectionName) -> Result<Option<Saved>, Failure> {
        let _lock = self.lock()?;
        if !self.is_there(name) {
            return Err(unknown(name));
        }
        let store = self.store(name);
        // One that cannot be read can be removed all the same.
        let before = store.load().unwrap_or_default();
        store.remove()?;
        Ok(before)
    }

    fn lock(&self) -> Result<Lock, Failure> {
        let directory = self.directory();
        let failed = |error: std::io::Error| {
            Failure::file(format!("`{}` cannot be used: {error}", directory.display()))
                .hint("name another file with `--config` or `SBMCTL_CONFIG`")
        };
        create_directory(&directory).map_err(failed)?;
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(directory.join(LOCK)).map_err(failed)?;
        match file.lock() {
            Ok(()) => Ok(Lock { _file: Some(file) }),
            // Some file systems know no locks; a file is still replaced as a whole.
            Err(error) if error.kind() == ErrorKind::Unsupported => Ok(Lock { _file: None }),
            Err(error) => Err(failed(error)),
        }
    }
}

/// There is such a connection already.
pub(crate) fn taken(name: &ConnectionName) -> Failure {
    Failure::new(Code::NameTaken, format!("there is a connection `{name}` already"))
        .hint(format!("take another name, or remove it with `sbmctl connection remove {name}`"))
}

/// There is no such connection.
pub(crate) fn unknown(name: &ConnectionName) -> Failure {
    Failure::new(Code::NotFound, format!("there is no connection `{name}`"))
        .hint(format!("`sbmctl connection list` shows them; `sbmctl connection add {name} sbm://…` adds it"))
}

fn settings_directory() -> Option<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if cfg!(windows) {
        absolute("APPDATA")
    } else if cfg!(target_os = "macos") {
        absolute("HOME").map(|home| home.join("Library").join("Application Support"))
    } else {
        absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")))
    }
}

#[cfg(test)]
mod tests;
