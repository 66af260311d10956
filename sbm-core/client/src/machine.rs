//! Which machine this is: what seals the cache to it, and the names that history shows (HIS-1, OFF-3).

use sbm_core::id::Hash;
use sbm_core::run::record::{MAX_NAME, cut};

/// The hash of what makes this machine itself. It is no secret; it tells another machine's cache apart. Nothing of it is
/// taken from the environment, which anybody can write.
pub(crate) fn identity() -> Hash {
    let name = || ["computer:", &computer_name()].concat();
    Hash::of(machine_id().unwrap_or_else(name).as_bytes())
}

/// The computer's name, or nothing if it has none.
pub(crate) fn computer_name() -> String {
    let known = first_line("/etc/hostname").or_else(|| whoami::hostname().ok());
    cut(known.unwrap_or_default().trim(), MAX_NAME)
}

/// The operating system's user as whom this process acts, or nothing if nobody says. What the environment says anybody can
/// write; it counts only where the system has no name for the user.
pub(crate) fn os_user() -> String {
    let said = |name: &&str| std::env::var(name).ok();
    let known = whoami::username().ok().into_iter().chain(["USER", "LOGNAME", "USERNAME"].iter().filter_map(said));
    cut(&known.into_iter().find(|name| !name.is_empty()).unwrap_or_default(), MAX_NAME)
}

/// systemd's id of the installation, or Windows' own; other systems are known by their name.
fn machine_id() -> Option<String> {
    installed_id().map(|id| ["machine-id:", &id].concat())
}

#[cfg(not(windows))]
fn installed_id() -> Option<String> {
    first_line("/etc/machine-id")
}

#[cfg(windows)]
fn installed_id() -> Option<String> {
    // A program of 32 bits would be shown a part of the registry where there is no such number.
    const WHOLE: u32 = 0x0100;
    let mut options = windows_registry::LOCAL_MACHINE.options();
    let key = options.read().access(WHOLE).open(r"SOFTWARE\Microsoft\Cryptography").ok()?;
    key.get_string("MachineGuid").ok().filter(|id| !id.is_empty())
}

fn first_line(path: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    text.lines().next().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// This test again in a process with another environment; gives what it prints.
    fn elsewhere(variables: &[(&str, &str)]) -> String {
        let mut again = std::process::Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", "--nocapture", "machine::tests::the_environment_names_no_machine_off_3_his_1"]).env(AGAIN, "1");
        let told = again.envs(variables.iter().copied()).output().unwrap();
        let told = String::from_utf8(told.stdout).unwrap();
        told.lines().find(|line| line.contains(MARK)).unwrap_or_else(|| panic!("{told}")).to_owned()
    }

    const AGAIN: &str = "SBM_TEST_MACHINE_AGAIN";
    const MARK: &str = "this machine is ";

    #[test]
    fn the_environment_names_no_machine_off_3_his_1() {
        if std::env::var_os(AGAIN).is_some() {
            println!("\n{MARK}{:?} {}", computer_name(), identity());
            return;
        }
        let own = elsewhere(&[]);
        assert_eq!(elsewhere(&[("COMPUTERNAME", "forged"), ("HOSTNAME", "forged"), ("HOST", "forged")]), own);
    }
}
