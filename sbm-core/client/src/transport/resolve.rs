//! Names are resolved on the caller's thread: the library starts no thread that its host did not ask for.

use std::net::{SocketAddr, ToSocketAddrs as _};

use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// The most addresses of a name that are tried.
const MAX_ADDRESSES: usize = 16;

/// The system's look-up, without a thread of its own. How long it takes at most is the system's setting.
#[derive(Debug)]
pub(super) struct CallersThread;

impl Resolver for CallersThread {
    fn resolve(&self, uri: &Uri, _: &ureq::config::Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap_or_default();
        let host = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(host);
        let port = uri.port_u16().unwrap_or(sbm_core::wire::DEFAULT_PORT);
        let found: Vec<SocketAddr> = (host, port).to_socket_addrs().map_err(|_| ureq::Error::HostNotFound)?.collect();
        let mut addresses = self.empty();
        for address in found.into_iter().take(MAX_ADDRESSES) {
            addresses.push(address);
        }
        if addresses.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(addresses) }
    }
}
