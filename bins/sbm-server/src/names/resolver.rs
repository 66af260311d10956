//! The two lookups, and what they prove together.

use std::io;
use std::net::{IpAddr, ToSocketAddrs as _};

use sbm_core::allowlist::PeerName;

/// So many addresses of a name are compared; one that stands behind them does not confirm it.
pub(super) const MOST_ADDRESSES: usize = 1_024;

/// What knows names: the operating system, or a test's stub. It may block.
pub trait Resolver: Send + Sync + 'static {
    /// The names of an address, in the order in which they came.
    ///
    /// # Errors
    ///
    /// Whatever went wrong; there is no name then.
    fn names(&self, address: IpAddr) -> io::Result<Vec<String>>;

    /// The addresses of a name.
    ///
    /// # Errors
    ///
    /// Whatever went wrong; the name is not confirmed then.
    fn addresses(&self, name: &PeerName) -> io::Result<Vec<IpAddr>>;
}

/// The resolver of the operating system: its hosts file, its DNS.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn names(&self, address: IpAddr) -> io::Result<Vec<String>> {
        Ok(vec![dns_lookup::lookup_addr(&address).map_err(io::Error::from)?])
    }

    fn addresses(&self, name: &PeerName) -> io::Result<Vec<IpAddr>> {
        Ok((name.as_str(), 0).to_socket_addrs()?.map(|address| address.ip()).collect())
    }
}

/// The name of an address, if forward and reverse lookup agree.
pub(super) fn confirm(resolver: &dyn Resolver, address: IpAddr) -> Option<PeerName> {
    let first = resolver.names(address).ok()?.into_iter().next()?;
    let name = PeerName::parse(&first)?;
    let addresses = resolver.addresses(&name).ok()?;
    let confirmed = addresses.iter().take(MOST_ADDRESSES).any(|found| found.to_canonical() == address);
    confirmed.then_some(name)
}
