//! Names are resolved on the caller's thread: the library starts no thread that its host did not ask for. Behind a proxy it
//! is the proxy's name; the server's is the proxy's matter.

use std::net::{SocketAddr, ToSocketAddrs as _};

use sbm_core::code::Code;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::TransportError;
use super::tunnel::other;
use crate::proxy::Proxy;

/// The most addresses of a name that are tried.
const MAX_ADDRESSES: usize = 16;

/// The system's look-up, without a thread of its own. How long it takes at most is the system's setting.
#[derive(Debug)]
pub(super) struct CallersThread {
    pub(super) proxy: Option<Proxy>,
}

impl Resolver for CallersThread {
    fn resolve(&self, uri: &Uri, _: &ureq::config::Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap_or_default();
        let host = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(host);
        let port = uri.port_u16().unwrap_or(sbm_core::wire::DEFAULT_PORT);
        let (host, port) = self.proxy.as_ref().map_or((host, port), |proxy| (proxy.host(), proxy.port()));
        let found: Vec<SocketAddr> = (host, port).to_socket_addrs().map_err(|_| self.unknown())?.collect();
        let mut addresses = self.empty();
        for address in found.into_iter().take(MAX_ADDRESSES) {
            addresses.push(address);
        }
        if addresses.is_empty() { Err(self.unknown()) } else { Ok(addresses) }
    }
}

impl CallersThread {
    fn unknown(&self) -> ureq::Error {
        let Some(proxy) = &self.proxy else { return ureq::Error::HostNotFound };
        let message =
            format!("the name of the proxy `{}` is not known; is it spelt right, and is there a network?", proxy.authority());
        other(TransportError::new(Code::Unreachable, message))
    }
}
