//! How the text of the setting `store` is read: strictly, and with one sentence for each mistake.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use sbm_core::wire::v1::session::Secret;

use super::{BadStoreUrl, DEFAULT_PORT, HIDDEN, PostgresHost, PostgresUrl, StoreUrl, Tls};
use crate::config::HostName;

/// The most bytes of the text.
const MAX: usize = 4_096;
/// The most places of one database.
const MAX_HOSTS: usize = 16;

const FORMS: &str = "it must be `sqlite:`, `sqlite:PATH` or `postgres://user@host/database`";
const ESCAPE: &str =
    "in a user, password or database write `@` as `%40`, `:` as `%3A`, `/` as `%2F`, `?` as `%3F` and `#` as `%23`";

pub(super) fn store(text: &str) -> Result<StoreUrl, BadStoreUrl> {
    if text.len() > MAX {
        return bad(format!("it has more than {MAX} bytes"));
    }
    if text.chars().any(char::is_control) {
        return bad("it has a control character in it; it is one line of text");
    }
    if text.trim() != text {
        return bad("it begins or ends with a blank");
    }
    if let Some(path) = text.strip_prefix("sqlite:") {
        return sqlite(path);
    }
    match text.split_once("://") {
        Some(("postgres" | "postgresql", rest)) => postgres(rest).map(StoreUrl::Postgres),
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("postgres") || scheme.eq_ignore_ascii_case("postgresql") => {
            bad("write `postgres://` in lower case")
        }
        Some(_) => bad(format!("there is no store of that kind; {FORMS}")),
        None if text.starts_with(['/', '.', '\\']) => bad("it is a path; write `sqlite:` before it"),
        None if text.starts_with("postgres") => bad(format!("after `postgres:` come two slashes; {FORMS}")),
        None => bad(FORMS),
    }
}

fn sqlite(path: &str) -> Result<StoreUrl, BadStoreUrl> {
    if path.is_empty() {
        return Ok(StoreUrl::Sqlite(None));
    }
    if path.starts_with("//") {
        return bad("after `sqlite:` comes the path as it is, without `//` before it: `sqlite:/var/lib/sbm/sbm.db`");
    }
    if path == ":memory:" {
        return bad("a database in memory ends with the server; name a file");
    }
    if path.contains(['?', '#']) {
        return bad("a SQLite file has no parameters; write `sqlite:` and the path alone");
    }
    if path.ends_with(['/', '\\']) || path == "." || path == ".." {
        return bad("it names a directory; name the file in it, such as `sqlite:/var/lib/sbm/sbm.db`");
    }
    Ok(StoreUrl::Sqlite(Some(path.into())))
}

fn postgres(rest: &str) -> Result<PostgresUrl, BadStoreUrl> {
    if rest.contains('#') {
        return bad(format!("there is a `#` in it; {ESCAPE}"));
    }
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = before.split_once('/').unwrap_or((before, ""));
    let Some((login, hosts)) = authority.split_once('@') else {
        return bad(format!("the user is missing, or something is not escaped; write `postgres://user@host/database`; {ESCAPE}"));
    };
    if hosts.contains('@') || database.contains('@') || query.contains('@') {
        return bad(format!("there is more than one `@` in it; {ESCAPE}"));
    }
    let (user, password) = login.split_once(':').map_or((login, None), |(user, password)| (user, Some(password)));
    let user = decoded(user, "the user")?;
    if user.is_empty() {
        return bad("the user is missing; write `postgres://user@host/database`");
    }
    let password = password.map(secret).transpose()?;
    let parameters = Parameters::read(query)?;
    let hosts = parameters.hosts(hosts)?;
    if database.contains('/') {
        return bad(format!("after the host comes one database, without another `/`; {ESCAPE}"));
    }
    let database = decoded(database, "the database")?;
    if database.is_empty() {
        return bad("the database is missing; write `postgres://user@host/database`");
    }
    let tls = parameters.tls(&hosts)?;
    Ok(PostgresUrl { user, password, hosts, database, tls })
}

fn secret(text: &str) -> Result<Secret, BadStoreUrl> {
    match decoded(text, "the password")? {
        password if password.is_empty() => bad("the password is empty; without one leave the `:` out as well"),
        password if password == HIDDEN => {
            bad(format!("`{HIDDEN}` stands for a password that is not shown; write the password, or set `store_password_file`"))
        }
        password => Ok(Secret::new(password)),
    }
}

/// A part as it is meant. Every `%` is an escape.
fn decoded(part: &str, what: &str) -> Result<String, BadStoreUrl> {
    let escapes = part.split('%').skip(1);
    let is_escape = |rest: &str| rest.get(..2).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if !escapes.clone().all(is_escape) {
        return bad(format!("in {what} a `%` is not followed by two hexadecimal digits; a percent sign itself is `%25`"));
    }
    match percent_decode_str(part).decode_utf8() {
        Ok(text) if text.chars().any(char::is_control) => bad(format!("{what} has a control character in it")),
        Ok(text) => Ok(text.into_owned()),
        Err(_) => bad(format!("{what} is not UTF-8 text")),
    }
}

/// What stands behind the `?`.
#[derive(Default)]
struct Parameters {
    mode: Option<String>,
    roots: Option<String>,
    host: Option<String>,
    port: Option<String>,
}

impl Parameters {
    fn read(query: &str) -> Result<Self, BadStoreUrl> {
        let mut found = Self::default();
        for part in query.split('&').filter(|_| !query.is_empty()) {
            let Some((key, value)) = part.split_once('=') else {
                return bad("a parameter has no value; write `?sslmode=verify-full`, and join several by `&`");
            };
            let place = match key {
                "sslmode" => &mut found.mode,
                "sslrootcert" => &mut found.roots,
                "host" => &mut found.host,
                "port" => &mut found.port,
                "password" | "passfile" => return bad("the password stands before the host, or in `store_password_file`"),
                _ if !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') => {
                    return bad(format!("there is no parameter `{key}`; there are `sslmode`, `sslrootcert`, `host` and `port`"));
                }
                _ => return bad(format!("there is a parameter that is none; {ESCAPE}")),
            };
            if place.replace(decoded(value, &format!("`{key}`"))?).is_some() {
                return bad(format!("`{key}` stands there twice"));
            }
        }
        Ok(found)
    }

    /// Where the database listens: before the path, or by `host`, which is the directory of a socket.
    fn hosts(&self, authority: &str) -> Result<Vec<PostgresHost>, BadStoreUrl> {
        if let Some(directory) = &self.host {
            if !authority.is_empty() {
                return bad("there are two hosts, before the database and as `host`; leave one out");
            }
            let port = self.port.as_deref().map_or(Ok(DEFAULT_PORT), port)?;
            return Ok(vec![socket(directory, port)?]);
        }
        if self.port.is_some() {
            return bad("the port stands behind the host: `host:5432`");
        }
        let mut found: Vec<PostgresHost> = Vec::new();
        for text in authority.split(',') {
            let host = host(text)?;
            if found.contains(&host) {
                return bad("a host stands there twice");
            }
            found.push(host);
        }
        if found.len() > MAX_HOSTS { bad(format!("there are more than {MAX_HOSTS} hosts")) } else { Ok(found) }
    }

    fn tls(self, hosts: &[PostgresHost]) -> Result<Tls, BadStoreUrl> {
        let sockets = hosts.iter().all(|host| matches!(host, PostgresHost::Unix { .. }));
        let verified = match self.mode.as_deref() {
            None => self.roots.is_some() || hosts.iter().any(|host| !host.is_here()),
            Some("disable") => false,
            Some("verify-full") => true,
            Some("allow" | "prefer") => {
                return bad(
                    "this `sslmode` goes on without encryption when somebody wants it so; write `verify-full`, or `disable`",
                );
            }
            Some("require" | "verify-ca") => {
                return bad(
                    "this `sslmode` does not look whether the certificate is the host's; write `verify-full`, with the CA as `sslrootcert`",
                );
            }
            Some(_) => return bad("`sslmode` is `verify-full` or `disable`"),
        };
        let roots = match self.roots {
            Some(_) if !verified => return bad("`sslrootcert` is for `sslmode=verify-full`, and this one is `disable`"),
            Some(path) if path.is_empty() => {
                return bad("`sslrootcert` is empty; name a file, or leave it out for the system's CAs");
            }
            Some(path) if path == "system" => None,
            roots => roots.map(PathBuf::from),
        };
        match verified {
            true if sockets => bad("there is no TLS on a socket of this machine; leave `sslmode` and `sslrootcert` out"),
            true => Ok(Tls::Verified { roots }),
            false => Ok(Tls::Off),
        }
    }
}

fn host(text: &str) -> Result<PostgresHost, BadStoreUrl> {
    let (name, port_text) = match text.strip_prefix('[').map(|rest| rest.split_once(']')) {
        Some(Some((_, ""))) => (text, None),
        Some(Some((_, after))) => match after.strip_prefix(':') {
            Some(port) => (text.strip_suffix(after).unwrap_or(text), Some(port)),
            None => return bad("after the `]` of an address comes the port: `[2001:db8::1]:5432`"),
        },
        Some(None) => return bad("an address begins with `[` and has no `]`"),
        None => text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port))),
    };
    if name.is_empty() {
        return bad("a host is missing; write `postgres://user@host/database`");
    }
    let port = port_text.map_or(Ok(DEFAULT_PORT), port)?;
    let name = decoded(name, "the host")?;
    if name.starts_with('/') {
        return socket(&name, port);
    }
    match HostName::parse(&name) {
        Some(host) => Ok(PostgresHost::Tcp { host, port }),
        None => bad(
            "a host is neither a name nor an address; an IPv6 address stands in brackets, a socket's directory is escaped: `%2Frun%2Fpostgresql`",
        ),
    }
}

fn socket(directory: &str, port: u16) -> Result<PostgresHost, BadStoreUrl> {
    if directory.starts_with('/') {
        Ok(PostgresHost::Unix { directory: directory.into(), port })
    } else {
        bad("`host` is the directory of a socket, such as `/run/postgresql`; other hosts stand before the database")
    }
}

fn port(text: &str) -> Result<u16, BadStoreUrl> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(port) if plain && port > 0 => Ok(port),
        _ => bad("a port is a number from 1 to 65535"),
    }
}

fn bad<T>(reason: impl Into<String>) -> Result<T, BadStoreUrl> {
    Err(BadStoreUrl(reason.into()))
}
