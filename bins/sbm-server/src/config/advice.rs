//! What is allowed and yet probably not meant: told by `sbm-server config check` and at every start, and never in the way.

use std::net::SocketAddr;
use std::path::Path;

use super::error::similar;
use super::source::{Origin, Sources};
use super::{Config, HostName};
use crate::data_dir::DataDir;
use crate::store::sqlite::FILE as DATABASE;

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
        if !path.join(DATABASE).exists() && self.listen.iter().any(|address| !address.ip().is_loopback()) {
            advice.push(format!(
                "there is no database in `{}` yet: the server will be a fresh one, which answers this machine alone until it is set \
                 up and addresses are admitted, wherever it listens",
                path.display()
            ));
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

#[cfg(not(unix))]
fn writable_by_others(_path: &Path) -> Option<String> {
    None
}
