//! The programs of PostgreSQL on this machine, and as whom they run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian puts each version's programs.
const VERSIONS: &str = "/usr/lib/postgresql";

/// The user that Debian's package makes. Where it is missing one of our own is made.
const USERS: [&str; 2] = ["postgres", "sbm-postgres"];

/// The newest version's programs.
#[derive(Debug)]
pub(crate) struct Programs {
    bin: PathBuf,
    /// As whom they run; nobody else if this process is not root's: PostgreSQL refuses root.
    user: Option<(String, u32, u32)>,
}

impl Programs {
    /// # Panics
    ///
    /// When there is no PostgreSQL, or nobody it could run as.
    pub(crate) fn find() -> Self {
        let is_root = rustix::process::geteuid().is_root();
        Self { bin: newest(), user: is_root.then(user) }
    }

    /// A program, to be run as the database's user, with none of this process's environment.
    pub(crate) fn command(&self, program: &str) -> Command {
        let path = self.bin.join(program);
        let mut command = match &self.user {
            None => Command::new(path),
            Some((_, user, group)) => {
                let mut command = Command::new("setpriv");
                command.args([&format!("--reuid={user}"), &format!("--regid={group}"), "--clear-groups", "--"]).arg(path);
                command
            }
        };
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").env("TZ", "UTC");
        command
    }

    /// Gives a file or directory to the database's user.
    pub(crate) fn give(&self, path: &Path) {
        if let Some((_, user, group)) = &self.user {
            std::os::unix::fs::chown(path, Some(*user), Some(*group)).unwrap();
        }
    }
}

fn newest() -> PathBuf {
    let there = std::fs::read_dir(VERSIONS).into_iter().flatten().flatten().map(|entry| entry.path());
    let version = |path: &PathBuf| path.file_name().and_then(OsStr::to_str)?.parse::<u32>().ok();
    let newest = there.filter(|path| path.join("bin/postgres").exists()).max_by_key(version);
    newest
        .map(|path| path.join("bin"))
        .unwrap_or_else(|| panic!("there is no PostgreSQL in `{VERSIONS}`; run `tests/needs.sh`, which installs it"))
}

fn user() -> (String, u32, u32) {
    if let Some(found) = USERS.iter().find_map(|name| id_of(name)) {
        return found;
    }
    let [_, own] = USERS;
    let made = Command::new("useradd").args(["--system", "--user-group", "--shell", "/usr/sbin/nologin", own]).status();
    // Another test may have made it in the meantime.
    id_of(own).unwrap_or_else(|| panic!("PostgreSQL does not run as root, and `useradd {own}` came to {made:?}"))
}

fn id_of(name: &str) -> Option<(String, u32, u32)> {
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let found = fields.next()? == name;
        let (user, group) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
        found.then(|| (name.to_owned(), user, group))
    })
}
