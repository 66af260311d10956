//! The names under which this server may be asked for.
//!
//! 1. A request whose `Host` is a name that is not on the list is refused (NET-8): a web page that makes its own name
//!    point at this machine (DNS rebinding) gets nowhere, loopback or not.
//! 2. An address as `Host` is always allowed: it cannot be made to point elsewhere, so that rebinding has no use for it,
//!    and behind a port forwarding the server does not know its own.

use std::net::{IpAddr, Ipv6Addr};

/// A host name in lower case without a trailing dot, or an address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HostName {
    /// A name.
    Name(String),
    /// An address, IPv4 in IPv6 mapped to IPv4.
    Address(IpAddr),
}

impl HostName {
    /// Reads a name or an address, an IPv6 address with or without brackets.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bracketed = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
        if let Some(inner) = bracketed {
            return inner.parse::<Ipv6Addr>().ok().map(|address| Self::Address(IpAddr::from(address).to_canonical()));
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Some(Self::Address(address.to_canonical()));
        }
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        is_name(&name).then_some(Self::Name(name))
    }
}

impl std::fmt::Display for HostName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(address) => std::fmt::Display::fmt(address, f),
        }
    }
}

/// Labels of letters, digits, `-` and `_`. The last one is not a number, so that `127.1` and `0x7f000001` are no names.
fn is_name(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let last_is_word =
        name.rsplit('.').next().is_some_and(|last| !last.starts_with(|c: char| c.is_ascii_digit()) || !is_number(last));
    name.len() <= 253 && last_is_word && name.split('.').all(label)
}

fn is_number(label: &str) -> bool {
    let digits = label.strip_prefix("0x").unwrap_or(label);
    digits.bytes().all(|byte| byte.is_ascii_digit())
        || (digits.len() < label.len() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// All names of this server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostNames(Vec<HostName>);

impl HostNames {
    /// The configured names, the machine's own name, `localhost` and the loopback addresses; sorted, each once.
    #[must_use]
    pub fn new(configured: &[HostName], machine: Option<HostName>) -> Self {
        let own = ["localhost", "127.0.0.1", "::1"].into_iter().filter_map(HostName::parse);
        let mut names: Vec<HostName> = configured.iter().cloned().chain(machine).chain(own).collect();
        names.sort();
        names.dedup();
        Self(names)
    }

    /// Every name and address, for the certificate.
    pub fn iter(&self) -> impl Iterator<Item = &HostName> {
        self.0.iter()
    }

    /// Whether a `Host` header, with or without a port, asks for this server.
    #[must_use]
    pub fn admit(&self, header: &str) -> bool {
        match host_part(header).and_then(HostName::parse) {
            Some(HostName::Address(_)) => true,
            Some(name) => self.0.contains(&name),
            None => false,
        }
    }
}

/// The host without the port. A bare IPv6 address is not allowed in a `Host` header.
fn host_part(header: &str) -> Option<&str> {
    let end = match header.strip_prefix('[') {
        Some(rest) => rest.find(']').map(|at| at.saturating_add(2))?,
        None => header.find(':').unwrap_or(header.len()),
    };
    let (host, port) = header.split_at_checked(end)?;
    let plain_port = |port: &str| port.parse::<u16>().is_ok() && port.bytes().all(|byte| byte.is_ascii_digit());
    (port.is_empty() || port.strip_prefix(':').is_some_and(plain_port)).then_some(host)
}

/// The name of this machine, if the operating system tells one that can stand in a certificate.
#[must_use]
pub fn machine_name() -> Option<HostName> {
    let text = match std::env::var("COMPUTERNAME") {
        Ok(name) if cfg!(windows) => name,
        _ => std::fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| std::fs::read_to_string("/etc/hostname")).ok()?,
    };
    match HostName::parse(text.trim()) {
        Some(HostName::Name(name)) => Some(HostName::Name(name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> HostNames {
        let configured = [HostName::parse("Backup.Example").unwrap(), HostName::parse("backup.example.").unwrap()];
        HostNames::new(&configured, HostName::parse("box7"))
    }

    #[test]
    fn the_list_has_every_name_once() {
        let shown: Vec<String> = names().iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["backup.example", "box7", "localhost", "127.0.0.1", "::1"]);
    }

    #[test]
    fn only_listed_names_and_addresses_pass_as_host_net_8() {
        for good in [
            "localhost",
            "LOCALHOST",
            "localhost:8100",
            "localhost.",
            "localhost.:8100",
            "backup.example",
            "BACKUP.example:443",
            "box7",
            "127.0.0.1",
            "127.0.0.1:8100",
            "[::1]",
            "[::1]:8100",
            "192.168.1.5:8100",
            "[2001:db8::1]:8100",
        ] {
            assert!(names().admit(good), "{good}");
        }
        for bad in [
            "",
            ":",
            ":8100",
            ".",
            "localhost..",
            "localhost.evil.example",
            "evil.example",
            "xlocalhost",
            "localhost:",
            "localhost:x",
            "localhost:+1",
            "localhost:99999",
            "localhost:80:80",
            "localhost ",
            " localhost",
            "user@localhost",
            "localhost/",
            "::1",
            "::1:8100",
            "[::1",
            "[::1]x",
            "[localhost]",
            "[127.0.0.1]",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.0.0.1.",
            "localhost,evil.example",
            "localhost\u{e9}",
            "*",
        ] {
            assert!(!names().admit(bad), "{bad:?}");
        }
    }
}
