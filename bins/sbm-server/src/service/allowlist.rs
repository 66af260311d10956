//! Who is admitted: asked by the gates, tried out and looked over by administrators (NET-2 to NET-8).

use std::net::IpAddr;
use std::sync::Arc;

use sbm_core::allowlist::{AllowKind, PeerName, lint};
use sbm_core::code::Code;
use sbm_core::directory::{Directory, Refusal};
use sbm_core::wire::v1::admin::{AllowEntry, AllowFinding, AllowTest, AllowVerdict};

use super::{Service, present, refusal};
use crate::accept::Door;

impl Service {
    /// The gate that connections and requests pass, with the proxies and names of this server.
    #[must_use]
    pub fn door(self: &Arc<Self>) -> Door {
        Door::new(Arc::clone(self) as _).with_proxies(self.config.proxies.clone()).with_names(Arc::clone(&self.names))
    }

    /// Whether a client at that address would be admitted, and by which entries. The name is looked up as a client's is,
    /// unless one is given to be taken as confirmed.
    ///
    /// # Errors
    ///
    /// `invalid_pattern` for what is no address or no host name.
    pub async fn test_allow(&self, test: &AllowTest) -> Result<AllowVerdict, Refusal> {
        let address = test.address.parse::<IpAddr>().map_err(|_| {
            refusal(
                Code::InvalidPattern,
                format!("`{}` is not an address; write one such as `192.168.1.7`", test.address.escape_debug()),
            )
        })?;
        let address = address.to_canonical();
        let given = test.name.as_deref().map(confirmed_name).transpose()?;
        let facts = self.facts();
        let by_address = address.is_loopback() || facts.admits(address);
        let name = match given {
            Some(name) => Some(name),
            None if by_address || !facts.needs_name() => None,
            None => self.names.confirmed(address).await,
        };
        Ok(verdict(&facts, address, name.as_ref()))
    }

    /// What deserves a look about the entries of both lists. Nothing is changed.
    #[must_use]
    pub fn lint_allowlist(&self) -> Vec<AllowFinding> {
        let facts = self.facts();
        let entries: Vec<AllowEntry> = facts.allowlist().map(present::allow).collect();
        let texts: Vec<(AllowKind, &str)> = entries.iter().map(|entry| (entry.kind, entry.pattern.as_str())).collect();
        let found = lint::lint(&texts).into_iter().filter_map(|found| {
            let entry = entries.get(found.at)?.clone();
            Some(AllowFinding { entry, finding: found.finding.name().into(), sentence: found.sentence })
        });
        found.collect()
    }
}

fn confirmed_name(text: &str) -> Result<PeerName, Refusal> {
    PeerName::parse(text).ok_or_else(|| {
        refusal(
            Code::InvalidPattern,
            format!("`{}` is not a host name; write one such as `pc7.example.com`", text.escape_debug()),
        )
    })
}

fn verdict(facts: &Directory, address: IpAddr, name: Option<&PeerName>) -> AllowVerdict {
    let by: Vec<AllowEntry> = facts.admitted_by(address, name).into_iter().map(present::allow).collect();
    let admitted = address.is_loopback() || !by.is_empty();
    let called = name.map_or_else(String::new, |name| format!(", whose confirmed name is `{name}`,"));
    let sentence = match by.first() {
        Some(first) if admitted => format!("`{address}`{called} is admitted by `{}`", first.pattern),
        _ if admitted => format!("`{address}` is this machine, which is never locked out; no entry is needed for it"),
        _ if name.is_none() && facts.needs_name() => {
            format!("`{address}` is refused: no entry covers the address, and it has no confirmed name")
        }
        _ => format!("`{address}`{called} is refused: no entry covers it"),
    };
    AllowVerdict { admitted, by, name: name.map(ToString::to_string), sentence }
}
