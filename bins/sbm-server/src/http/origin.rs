//! Where a request comes from, as the gate has found it (NET-5, NET-8).

use std::net::IpAddr;
use std::sync::Arc;

/// Where a request comes from. As an argument of a handler it is there on every route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The client's address, canonical: the peer's own, or the one that a trusted proxy speaks for.
    pub address: IpAddr,
    /// The confirmed name of that address, if the allowlist admits it by that name.
    pub host: Option<Arc<str>>,
    /// Whether a trusted proxy speaks for the client.
    pub forwarded: bool,
}

impl Origin {
    /// The other end of the connection itself.
    #[must_use]
    pub const fn peer(address: IpAddr) -> Self {
        Self { address, host: None, forwarded: false }
    }

    /// Whether the request comes from this machine. An address that a proxy forwarded never does, whatever it says.
    #[must_use]
    pub const fn is_this_machine(&self) -> bool {
        !self.forwarded && self.address.to_canonical().is_loopback()
    }
}
