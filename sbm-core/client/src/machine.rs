//! Which machine this is: what seals the cache to it, and the names that history shows (HIS-1, OFF-3).

use sbm_core::id::Hash;
use sbm_core::run::record::{MAX_NAME, cut};

/// The hash of what makes this machine itself. It is no secret; it tells another machine's cache apart.
pub(crate) fn identity() -> Hash {
    let name = || ["computer:", &computer_name()].concat();
    Hash::of(machine_id().unwrap_or_else(name).as_bytes())
}

/// The computer's name, or nothing if it has none.
pub(crate) fn computer_name() -> String {
    let known =
        std::env::var("COMPUTERNAME").ok().or_else(|| first_line("/etc/hostname")).or_else(|| std::env::var("HOSTNAME").ok());
    cut(known.unwrap_or_default().trim(), MAX_NAME)
}

/// The operating system's user as whom this process acts, or nothing if nobody says. What the environment says anybody can
/// write; it counts only where the system has no name for the user.
pub(crate) fn os_user() -> String {
    let said = |name: &&str| std::env::var(name).ok();
    let known = whoami::username().ok().into_iter().chain(["USER", "LOGNAME", "USERNAME"].iter().filter_map(said));
    cut(&known.into_iter().find(|name| !name.is_empty()).unwrap_or_default(), MAX_NAME)
}

/// systemd's id of the installation; other systems are known by their name.
fn machine_id() -> Option<String> {
    first_line("/etc/machine-id").map(|id| ["machine-id:", &id].concat())
}

fn first_line(path: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    text.lines().next().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty())
}
