//! Who gets past the gates: by address, by confirmed name, or for a trusted proxy (NET-1 to NET-8).
//!
//! 1. Loopback always does, unless a proxy forwarded the address or is itself there: then it has no privilege (NET-7, NET-8).
//! 2. Addresses are asked first, and whoever they admit waits for nothing. Names are asked only where the list has some.
//! 3. The list is asked each time; what is kept of names is what they are, not that they are admitted (NET-7).

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use sbm_core::allowlist::PeerName;

use crate::names::Lookups;
use crate::proxy::Proxies;

/// The allowlist. It is asked for each connection and again for each request.
pub trait Gate: Send + Sync + 'static {
    /// Whether it admits this address; IPv4 in IPv6 comes mapped to IPv4. Loopback has no privilege here.
    fn admits(&self, address: IpAddr) -> bool;

    /// Whether a name could admit whom no address rule does.
    fn needs_name(&self) -> bool {
        false
    }

    /// Whether it admits this confirmed name.
    fn admits_name(&self, _name: &PeerName) -> bool {
        false
    }
}

/// By what somebody is admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// By the address, or because it is this machine.
    ByAddress,
    /// By the confirmed name of the address.
    ByName(Arc<str>),
}

/// What can be said without waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Admitted, by address.
    Admitted,
    /// Refused: there is no name that could admit.
    Refused,
    /// Only a name can admit.
    AskName,
}

/// The allowlist with what it needs to be asked.
#[derive(Clone)]
pub struct Door {
    gate: Arc<dyn Gate>,
    proxies: Proxies,
    names: Option<Arc<Lookups>>,
}

impl Door {
    /// A door without proxies and without names: addresses alone admit.
    #[must_use]
    pub fn new(gate: Arc<dyn Gate>) -> Self {
        Self { gate, proxies: Proxies::default(), names: None }
    }

    /// With these proxies trusted.
    #[must_use]
    pub fn with_proxies(self, proxies: Proxies) -> Self {
        Self { proxies, ..self }
    }

    /// With names looked up there.
    #[must_use]
    pub fn with_names(self, names: Arc<Lookups>) -> Self {
        Self { names: Some(names), ..self }
    }

    /// The trusted proxies.
    #[must_use]
    pub const fn proxies(&self) -> &Proxies {
        &self.proxies
    }

    /// What can be said of an address at once. It is `forwarded` if a proxy speaks for it.
    #[must_use]
    pub fn judge(&self, address: IpAddr, forwarded: bool) -> Judgement {
        if !forwarded && address.is_loopback() || self.gate.admits(address) {
            Judgement::Admitted
        } else if self.names.is_some() && self.gate.needs_name() {
            Judgement::AskName
        } else {
            Judgement::Refused
        }
    }

    /// By what an address is admitted; nothing, if it is not. Waits only where a name alone can admit.
    pub async fn admit(&self, address: IpAddr, forwarded: bool) -> Option<Admission> {
        match (self.judge(address, forwarded), &self.names) {
            (Judgement::Admitted, _) => Some(Admission::ByAddress),
            (Judgement::AskName, Some(names)) => {
                let name = names.confirmed(address).await?;
                self.gate.admits_name(&name).then(|| Admission::ByName(name.text()))
            }
            _ => None,
        }
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("proxies", &self.proxies).field("names", &self.names).finish_non_exhaustive()
    }
}
