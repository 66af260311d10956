//! What the sources come to, setting by setting, and where two of them do not go together.

use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::tz::TimeZone;

use super::source::Resolved;
use super::value::Value;
use super::{ConfigError, HostName, Origin, OwnCertificate, listen};
use crate::outgoing::Place;
use crate::proxy::{ForwardedHeader, Proxies};
use crate::store::StoreUrl;

impl Resolved {
    pub(super) fn directory(&self, key: &str) -> Result<PathBuf, ConfigError> {
        match self.value(key)? {
            Value::Directory(path) => Ok(path.clone()),
            _ => Err(ConfigError::unknown_key(key, Origin::Default)),
        }
    }

    pub(super) fn addresses(&self, key: &str) -> Result<Vec<SocketAddr>, ConfigError> {
        match self.value(key)? {
            Value::Addresses(addresses) => Ok(addresses.clone()),
            _ => Err(ConfigError::unknown_key(key, Origin::Default)),
        }
    }

    pub(super) fn listen(&self) -> Result<Vec<SocketAddr>, ConfigError> {
        let addresses = self.addresses("listen")?;
        match listen::overlap(&addresses, listen::six_takes_four()) {
            Some((one, other)) => Err(self.refuse(
                "listen",
                &format!("names `{one}` and `{other}`, of which one takes what comes for the other; keep one"),
            )),
            None => Ok(addresses),
        }
    }

    pub(super) fn names(&self, key: &str) -> Result<Vec<HostName>, ConfigError> {
        match self.value(key)? {
            Value::Names(names) => Ok(names.clone()),
            _ => Err(ConfigError::unknown_key(key, Origin::Default)),
        }
    }

    pub(super) fn file(&self, key: &str) -> Result<Option<PathBuf>, ConfigError> {
        match self.value(key)? {
            Value::File(path) => Ok(path.clone()),
            _ => Err(ConfigError::unknown_key(key, Origin::Default)),
        }
    }

    pub(super) fn store(&self) -> Result<StoreUrl, ConfigError> {
        let store = match self.value("store")? {
            Value::Store(store) => store.clone(),
            _ => return Err(ConfigError::unknown_key("store", Origin::Default)),
        };
        if self.is_wrong(&["store", "store_password_file"]) {
            return Ok(store);
        }
        match (self.file("store_password_file")?, store.postgres()) {
            (None, _) => Ok(store),
            (Some(_), None) => Err(self.refuse("store_password_file", "`store` is a SQLite file, which has no password")),
            (Some(_), Some(url)) if url.password.is_some() => {
                Err(self.refuse("store_password_file", "`store` has a password too; leave one of them out"))
            }
            (Some(_), Some(_)) => Ok(store),
        }
    }

    pub(super) fn key_file(&self) -> Result<Option<PathBuf>, ConfigError> {
        match (self.file("key_file")?, self.value("store")?) {
            (None, Value::Store(StoreUrl::Postgres(_))) if !self.is_wrong(&["key_file"]) => Err(self.refuse(
                "key_file",
                "in a PostgreSQL the server's keys are sealed under a key file; make one with `sbm-server keys create FILE`, \
                 give each server of that database a copy, and name it here",
            )),
            (file, _) => Ok(file),
        }
    }

    pub(super) fn own_certificate(&self) -> Result<Option<OwnCertificate>, ConfigError> {
        match (self.file("tls.certificate")?, self.file("tls.key")?) {
            (Some(certificate), Some(key)) => Ok(Some(OwnCertificate { certificate, key })),
            (None, None) => Ok(None),
            _ if self.is_wrong(&["tls.certificate", "tls.key"]) => Ok(None),
            (Some(_), None) => Err(self.refuse("tls.key", "`tls.certificate` is set, and a certificate needs its key")),
            (None, Some(_)) => Err(self.refuse("tls.certificate", "`tls.key` is set, and a key needs its certificate")),
        }
    }

    pub(super) fn proxies(&self) -> Result<Proxies, ConfigError> {
        let trusted = match self.value("proxies.trusted")? {
            Value::Networks(networks) => networks.as_slice(),
            _ => return Err(ConfigError::unknown_key("proxies.trusted", Origin::Default)),
        };
        let header = match self.choice("proxies.header")? {
            "forwarded" => ForwardedHeader::Forwarded,
            _ => ForwardedHeader::XForwardedFor,
        };
        Ok(Proxies::new(trusted, header, self.choice("proxies.protocol")? == "v2"))
    }

    pub(super) fn choice(&self, key: &str) -> Result<&str, ConfigError> {
        match self.value(key)? {
            Value::Choice(word) => Ok(word),
            _ => Err(ConfigError::unknown_key(key, Origin::Default)),
        }
    }

    pub(super) fn zone(&self, key: &str) -> Result<TimeZone, ConfigError> {
        match self.value(key)? {
            Value::Zone(zone) => Ok(zone.clone()),
            _ => Err(ConfigError::unknown_key(key, Origin::Default)),
        }
    }

    pub(super) fn place(&self, key: &str) -> Result<Option<Place>, ConfigError> {
        match self.value(key)? {
            Value::Place(place) => Ok(place.clone()),
            _ => Err(ConfigError::unknown_key(key, Origin::Default)),
        }
    }

    pub(super) fn number(&self, key: &str) -> Result<u64, ConfigError> {
        match self.value(key)? {
            Value::Number(number) => Ok(*number),
            _ => Err(ConfigError::unknown_key(key, Origin::Default)),
        }
    }

    /// A number of which 0 is none.
    pub(super) fn limit(&self, key: &str) -> Result<Option<u32>, ConfigError> {
        let limit = u32::try_from(self.number(key)?).map_err(|_| self.refuse(key, "is too large"))?;
        Ok((limit > 0).then_some(limit))
    }

    pub(super) fn size(&self, key: &str) -> Result<usize, ConfigError> {
        usize::try_from(self.number(key)?).map_err(|_| self.refuse(key, "is too large for this machine"))
    }
}
