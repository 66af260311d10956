//! What is allowed and yet probably not meant: told by `sbm-server config check` and at every start, and never in the way.

use std::net::SocketAddr;
use std::path::Path;

use super::error::similar;
use super::source::{Origin, Sources};
use super::{Config, HostName};
use crate::data_dir::DataDir;
use crate::store::sqlite::FILE as DATABASE;
use crate::store::url::{PostgresUrl, StoreUrl, Tls};

/// What hashing one password takes, in MiB.
const HASH_MIB: usize = 19;
/// So much memory for hashing is worth a word, in MiB.
const MUCH_MIB: usize = 512;
/// An idle limit of so many milliseconds is worth a word: a forgotten session stays open overnight.
const LONG_IDLE: i64 = 8 * sbm_core::time::HOUR;

impl Config {
    /// Everything that is worth a word, one sentence each. It looks at files and changes none.
    #[must_use]
    pub fn advice(&self, sources: &Sources) -> Vec<String> {
        let mut advice = Vec::new();
        advice.extend(sources.file.as_deref().and_then(writable_by_others));
        self.advise_on_listening(&mut advice);
        self.advise_on_data(&mut advice);
        self.advise_on_store(sources, &mut advice);
        self.advise_on_limits(&mut advice);
        for name in &self.foreign_environment {
            let meant = similar(name, Origin::Environment).map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
            advice.push(format!("`{name}` in the environment begins with SBM_ and is no setting of the server{meant}"));
        }
        advice
    }

    fn advise_on_listening(&self, advice: &mut Vec<String>) {
        let beyond: Vec<&SocketAddr> = self.listen.iter().filter(|address| !address.ip().is_loopback()).collect();
        if let Some(first) = beyond.first()
            && self.names.is_empty()
        {
            advice.push(format!(
                "`listen` is `{first}`, which other machines reach, and `names` is empty: they can ask by address only, and the \
                 certificate names none of them; set `names` to the names under which clients ask"
            ));
        }
        if beyond.is_empty() && self.names.iter().any(|name| !is_loopback(name)) {
            advice.push(
                "`names` is set, and `listen` is this machine alone: no other machine reaches the server; set `listen` to \
                 `0.0.0.0:8100` or `[::]:8100` if they should"
                    .into(),
            );
        }
        for own in ["127.0.0.1", "::1"] {
            if own.parse().is_ok_and(|address| self.proxies.trusts(address)) {
                advice.push(format!(
                    "`proxies.trusted` has `{own}`, from which the programs of this machine come too: `sbmctl` gets in from there only \
                     as a client of the proxy, and cannot set the server up; let the proxy connect from an address of its own, such \
                     as `127.0.0.2`, and trust that one"
                ));
            }
        }
        for address in self.listen.iter().filter(|address| address.port() == 0) {
            advice.push(format!("`listen` is `{address}`: port 0 is another port at every start, and clients lose the server"));
        }
    }

    fn advise_on_data(&self, advice: &mut Vec<String>) {
        let path = &self.data_dir;
        if path.is_relative() {
            advice.push(format!(
                "`data_dir` is `{}`: it depends on where the server is started; write the whole path",
                path.display()
            ));
        }
        advice.extend(DataDir::belongs_to_another(path).map(|error| error.to_string()));
        if self.store == StoreUrl::Sqlite(None)
            && !path.join(DATABASE).exists()
            && self.listen.iter().any(|address| !address.ip().is_loopback())
        {
            advice.push(format!(
                "there is no database in `{}` yet: the server will be a fresh one, which answers this machine alone until it is set \
                 up and addresses are admitted, wherever it listens",
                path.display()
            ));
        }
    }

    fn advise_on_store(&self, sources: &Sources, advice: &mut Vec<String>) {
        match &self.store {
            StoreUrl::Postgres(url) => self.advise_on_postgres(url, sources, advice),
            StoreUrl::Sqlite(file) => {
                if let Some(path) = file.as_deref().filter(|path| path.is_relative()) {
                    let path = path.display();
                    advice.push(format!(
                        "`store` is `sqlite:{path}`: it depends on where the server is started; write the whole path"
                    ));
                }
                if let Some(path) = &self.key_file {
                    let path = path.display();
                    advice.push(format!("`key_file` is `{path}`, and a SQLite store has none: its keys are files in `data_dir`"));
                }
            }
        }
    }

    fn advise_on_postgres(&self, url: &PostgresUrl, sources: &Sources, advice: &mut Vec<String>) {
        if let (Tls::Off, Some(host)) = (&url.tls, url.elsewhere()) {
            advice.push(format!(
                "`store` is at `{host}` without encryption: whoever is on the way reads and changes everything; write \
                 `sslmode=verify-full`"
            ));
        }
        let origin = self.effective().iter().find(|row| row.key == "store").map(|row| row.origin);
        if url.password.is_some() && origin == Some(Origin::Flag) {
            advice.push(
                "`store` has a password on the command line, which every process on this machine can see; set `store_password_file`"
                    .into(),
            );
        }
        let file = sources.file.as_deref().filter(|_| url.password.is_some() && origin == Some(Origin::File));
        advice.extend(file.and_then(readable_by_everybody));
        if let Some(path) = self.key_file.as_deref().filter(|path| path.is_relative()) {
            let path = path.display();
            advice.push(format!("`key_file` is `{path}`: it depends on where the server is started; write the whole path"));
        }
    }

    fn advise_on_limits(&self, advice: &mut Vec<String>) {
        let mib = self.hashing.parallel.saturating_mul(HASH_MIB);
        if mib > MUCH_MIB {
            advice.push(format!(
                "`hashing.parallel` is {}: so many logins at once take {mib} MiB; more than the processors do not make logins faster",
                self.hashing.parallel
            ));
        }
        if self.limits.connections_per_address > self.limits.connections {
            advice.push(format!(
                "`limits.connections_per_address` is {}, more than `limits.connections`: one address can take all of them",
                self.limits.connections_per_address
            ));
        }
        if self.sessions.idle > LONG_IDLE {
            advice.push(format!(
                "`sessions.idle_minutes` is {}: whoever finds a forgotten session the next day is logged in",
                self.sessions.idle / sbm_core::time::MINUTE
            ));
        }
    }
}

fn is_loopback(name: &HostName) -> bool {
    match name {
        HostName::Address(address) => address.is_loopback(),
        HostName::Name(name) => name == "localhost",
    }
}

#[cfg(unix)]
fn writable_by_others(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let mode = std::fs::metadata(path).ok()?.mode() & 0o777;
    (mode & 0o022 != 0).then(|| {
        format!(
            "`{}` can be changed by others (mode {mode:03o}), and with it where the server listens; `chmod go-w` it",
            path.display()
        )
    })
}

#[cfg(unix)]
fn readable_by_everybody(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let mode = std::fs::metadata(path).ok()?.mode() & 0o777;
    (mode & 0o004 != 0).then(|| {
        let path = path.display();
        format!(
            "`{path}` has the database's password in `store`, and everybody on this machine can read it (mode {mode:03o}); \
             `chmod o=` it and change the password, or set `store_password_file`"
        )
    })
}

#[cfg(not(unix))]
fn readable_by_everybody(_path: &Path) -> Option<String> {
    None
}

#[cfg(not(unix))]
fn writable_by_others(_path: &Path) -> Option<String> {
    None
}
