//! The table of settings: key, kind, default and what it is for. Flags, environment names and the file all follow it.

use sbm_core::wire::{MAX_REQUEST, MAX_UPLOAD};

use super::value::{Value, addresses, choice, directory, line, names, networks, one, path, place, store, whole_number, zone};
use crate::outgoing::Place;
use crate::store::url::StoreUrl;

/// A setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The key in the file; a dot joins section and name.
    pub key: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// The value where none is given.
    pub default: &'static str,
    /// One line for a person.
    pub about: &'static str,
}

/// What values a setting takes.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A directory.
    Directory,
    /// At least one address with a port, without repetition.
    Addresses,
    /// Host names and addresses, maybe none.
    Names,
    /// A file, or none.
    File,
    /// Addresses and networks, maybe none, and never everybody.
    Networks,
    /// Where the database is.
    Store,
    /// A time zone by its name.
    Zone,
    /// An address that the server sends to, or none.
    Place,
    /// A line of text, maybe none.
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number within these bounds.
    Number {
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
}

const DATA_DIR: &str = if cfg!(windows) { "C:\\ProgramData\\SBM" } else { "/var/lib/sbm" };

/// Every setting.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "data_dir",
        kind: Kind::Directory,
        default: DATA_DIR,
        about: "the directory that holds the database, the keys and the setup code",
    },
    Setting {
        key: "store",
        kind: Kind::Store,
        default: "sqlite:",
        about: "the database: `sqlite:` in the data directory, `sqlite:PATH` or `postgres://user@host/database`",
    },
    Setting {
        key: "store_password_file",
        kind: Kind::File,
        default: "",
        about: "a file with the password of the database, if that is a PostgreSQL; readable by the server alone",
    },
    Setting {
        key: "key_file",
        kind: Kind::File,
        default: "",
        about: "the key file of the database, if that is a PostgreSQL: the same on each server; `sbm-server keys create` makes one",
    },
    Setting {
        key: "listen",
        kind: Kind::Addresses,
        default: "127.0.0.1:8100",
        about: "the addresses to listen on, such as `0.0.0.0:8100` or `[::]:8100`",
    },
    Setting {
        key: "names",
        kind: Kind::Names,
        default: "",
        about: "host names and addresses under which clients ask for this server",
    },
    Setting {
        key: "tls.certificate",
        kind: Kind::File,
        default: "",
        about: "a certificate of your own with its chain, in PEM; without one the server makes its own CA and certificate",
    },
    Setting { key: "tls.key", kind: Kind::File, default: "", about: "the key of that certificate, in PEM" },
    Setting {
        key: "proxies.trusted",
        kind: Kind::Networks,
        default: "",
        about: "addresses and networks of proxies that are believed whom they speak for",
    },
    Setting {
        key: "proxies.header",
        kind: Kind::Choice(&["x-forwarded-for", "forwarded"]),
        default: "x-forwarded-for",
        about: "the header by which they say it: x-forwarded-for or forwarded",
    },
    Setting {
        key: "proxies.protocol",
        kind: Kind::Choice(&["none", "v2"]),
        default: "none",
        about: "v2 if they begin each connection with a PROXY header of version 2, else none",
    },
    number("limits.connections", 1, 1_000_000, "10000", "the most connections at once"),
    number("limits.connections_per_address", 1, 1_000_000, "512", "the most connections at once from one address"),
    number("limits.requests", 16, 1_000_000, "1024", "the most requests at once; logins are refused from half of it on"),
    number("limits.handshake_seconds", 1, 120, "10", "how long a TLS handshake may take"),
    number("limits.header_seconds", 1, 120, "10", "how long the head of a request may take, and a connection may idle"),
    number("limits.request_seconds", 1, 600, "60", "how long a request may take"),
    number("limits.stop_seconds", 0, 600, "10", "how long running requests may go on when the server stops"),
    number("limits.request_bytes", 4_096, MAX_REQUEST as u64, "262144", "the most bytes of an ordinary request"),
    number("limits.upload_bytes", 65_536, MAX_UPLOAD as u64, "12582912", "the most bytes of an upload"),
    number(
        "limits.buffered_bytes",
        8 * MAX_UPLOAD as u64,
        1 << 40,
        "268435456",
        "the most bytes of all requests that are being sent or worked on; a quarter of it for one address",
    ),
    number("sessions.idle_minutes", 1, 525_600, "60", "how long a console session lasts without use"),
    number("sessions.absolute_hours", 1, 8_760, "12", "how long a console session lasts in all"),
    number("hashing.parallel", 1, 64, "2", "how many passwords are hashed at once; each takes 19 MiB"),
    number("hashing.waiting", 0, 10_000, "64", "how many logins may wait for that"),
    number("history.keep_days", 0, 36_500, "0", "how many days a run of the history is kept; 0 for ever"),
    number("history.keep_runs", 0, 1_000_000, "0", "how many runs of a profile are kept; 0 all"),
    number("accounts.deletion_hour", 0, 23, "6", "the hour at which accounts are deleted that are to be, at least 6 hours later"),
    Setting {
        key: "accounts.deletion_zone",
        kind: Kind::Zone,
        default: "UTC",
        about: "the time zone of that hour, such as `Europe/Berlin`",
    },
    Setting {
        key: "erase.hook",
        kind: Kind::Place,
        default: "",
        about: "where the storage takes orders to erase what a deleted account stored; without it they wait",
    },
    Setting {
        key: "erase.authorities",
        kind: Kind::File,
        default: "",
        about: "a file with the certificates that vouch for that place, in PEM; without it those that the system knows do",
    },
    text("mail.host", "the relay that takes mails with codes of a second factor, a host name or an address; none without it"),
    number("mail.port", 1, 65_535, "587", "its port"),
    Setting {
        key: "mail.tls",
        kind: Kind::Choice(&["starttls", "implicit", "none"]),
        default: "starttls",
        about: "how the connection to it is sealed: starttls, implicit, or none for a relay on this machine",
    },
    text("mail.user", "as whom the server logs in there, if it has to"),
    file("mail.password_file", "a file with the password for that; readable by the server alone"),
    text("mail.from", "the address that the mails come from"),
    file(
        "mail.authorities",
        "a file with the certificates that vouch for the relay, in PEM; without it those that the system knows do",
    ),
    number("mail.timeout_seconds", 1, 60, "10", "how long it is waited for each answer of the relay"),
    Setting {
        key: "sms.url",
        kind: Kind::Place,
        default: "",
        about: "the gateway that takes short messages with codes; behind a `?` there may be `{number}` and `{text}`; none without it",
    },
    text("sms.body", "what it is sent, as JSON with `{number}` and `{text}` in its texts"),
    file("sms.headers_file", "a file with headers for it, one `Name: value` in a line; readable by the server alone"),
    file("sms.authorities", "a file with the certificates that vouch for it, in PEM; without it those that the system knows do"),
    text("sms.prefixes", "how the numbers begin that are sent to, such as `+49, +43`; any without it"),
    number("codes.user_per_hour", 1, 1_000, "6", "how many codes are sent to a user in an hour, at most"),
    number(
        "codes.account_per_hour",
        1,
        1_000_000,
        "100",
        "how many codes are sent to all users of an account in an hour, at most",
    ),
    Setting {
        key: "backup.dir",
        kind: Kind::File,
        default: "",
        about: "the directory that the server puts backups of itself into, best on another disk; none without it",
    },
    number("backup.every_hours", 1, 8_760, "24", "how often it makes one"),
    number("backup.keep", 1, 10_000, "14", "how many it keeps; the oldest goes when the new one was verified"),
];

const fn text(key: &'static str, about: &'static str) -> Setting {
    Setting { key, kind: Kind::Text, default: "", about }
}

const fn file(key: &'static str, about: &'static str) -> Setting {
    Setting { key, kind: Kind::File, default: "", about }
}

const fn number(key: &'static str, least: u64, most: u64, default: &'static str, about: &'static str) -> Setting {
    Setting { key, kind: Kind::Number { least, most }, default, about }
}

impl Setting {
    /// The setting with this key.
    #[must_use]
    pub fn find(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }

    /// Its name in the environment: `SBM_LIMITS_CONNECTIONS`.
    #[must_use]
    pub fn environment(&self) -> String {
        format!("SBM_{}", self.key.replace('.', "_").to_ascii_uppercase())
    }

    /// Its long flag, without the two dashes: `limits-connections`.
    #[must_use]
    pub fn flag(&self) -> String {
        self.key.replace(['.', '_'], "-")
    }

    /// Checks values that were given as separate texts. The error says what is allowed.
    pub(super) fn check(&self, texts: &[String]) -> Result<Value, String> {
        match self.kind {
            Kind::Directory => one(texts).and_then(directory),
            Kind::Addresses => addresses(texts),
            Kind::Names => names(texts),
            Kind::File => one(texts).and_then(path),
            Kind::Text => one(texts).and_then(line),
            Kind::Networks => networks(texts),
            Kind::Store => one(texts).and_then(store),
            Kind::Zone => one(texts).and_then(zone),
            Kind::Place => one(texts).and_then(place),
            Kind::Choice(words) => one(texts).and_then(|text| choice(text, words)),
            Kind::Number { least, most } => one(texts).and_then(|text| whole_number(text, least, most)),
        }
    }

    /// How the setting is written in the file, for somebody who wrote it otherwise.
    pub(super) fn example(&self) -> String {
        let name = self.key.rsplit('.').next().unwrap_or(self.key);
        match self.kind {
            Kind::Number { .. } => format!("write a whole number: `{name} = {}`", self.default),
            Kind::Directory => format!("write a text: `{name} = \"{}\"`", self.default.replace('\\', "\\\\")),
            Kind::Place => format!("write a text: `{name} = \"https://storage.example/{name}\"`"),
            Kind::File => format!("write a text: `{name} = \"/etc/sbm/{}\"`", name.replace('_', "-")),
            Kind::Choice(_) | Kind::Store | Kind::Zone | Kind::Text => format!("write a text: `{name} = \"{}\"`", self.default),
            _ => format!("write a list of texts: `{name} = [\"{}\"]`", if self.default.is_empty() { "…" } else { self.default }),
        }
    }

    /// A text that was given for it, without what may be a secret in it.
    pub(super) fn shown(&self, text: &str) -> String {
        match self.kind {
            Kind::Store => StoreUrl::without_secrets(text),
            Kind::Place => Place::shown(text),
            _ => text.to_owned(),
        }
    }

    /// Whether the setting takes several values.
    pub(super) const fn is_list(&self) -> bool {
        matches!(self.kind, Kind::Addresses | Kind::Names | Kind::Networks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_allowed_by_its_own_setting() {
        for setting in SETTINGS {
            let listed = setting.default.split(',').filter(|text| !setting.is_list() || !text.is_empty());
            let texts: Vec<String> = listed.map(Into::into).collect();
            assert!(setting.check(&texts).is_ok(), "{}", setting.key);
        }
    }

    #[test]
    fn keys_flags_and_environment_names_are_unique() {
        let unique = |name: fn(&Setting) -> String| SETTINGS.iter().map(name).collect::<std::collections::BTreeSet<_>>().len();
        assert_eq!(unique(|setting| setting.key.into()), SETTINGS.len());
        assert_eq!(unique(Setting::flag), SETTINGS.len());
        assert_eq!(unique(Setting::environment), SETTINGS.len());
    }
}
