//! The PROXY protocol, version 2: what stands in front of TLS when a proxy passes a connection on as it is (NET-8).
//!
//! Version 1, datagrams and sockets of the file system are refused: none of them brings a client here.

use std::io;
use std::net::IpAddr;

use ppp::v2::{Addresses, Command, Header, Protocol};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The first byte of the header; no TLS connection begins so.
pub const FIRST_BYTE: u8 = b'\r';
/// What stands in front of the addresses: signature, version, family and length.
const FIXED: usize = 16;
/// The most bytes of addresses and additions. Proxies send a few hundred at most.
const MOST: usize = 2_048;

/// Whom a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed {
    /// The proxy itself, to see whether the server is there.
    Itself,
    /// A client at this address, canonical.
    For(IpAddr),
}

/// Reads the header, and not a byte more.
///
/// # Errors
///
/// `InvalidData` for what is no such header, or the stream's own error.
pub async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Passed> {
    let mut bytes = vec![0; FIXED];
    stream.read_exact(&mut bytes).await?;
    let length = match bytes.as_slice() {
        [.., high, low] => usize::from(u16::from_be_bytes([*high, *low])),
        _ => 0,
    };
    // Who is no proxy is not listened to any longer.
    if !bytes.starts_with(ppp::v2::PROTOCOL_PREFIX) || length > MOST {
        return Err(refused("no PROXY header of version 2"));
    }
    bytes.resize(FIXED.saturating_add(length), 0);
    stream.read_exact(bytes.get_mut(FIXED..).unwrap_or_default()).await?;
    let header = Header::try_from(bytes.as_slice()).map_err(|_| refused("a PROXY header that cannot be read"))?;
    match (header.command, header.protocol, header.addresses) {
        (Command::Local, _, _) => Ok(Passed::Itself),
        (Command::Proxy, Protocol::Stream, Addresses::IPv4(both)) => Ok(Passed::For(both.source_address.into())),
        (Command::Proxy, Protocol::Stream, Addresses::IPv6(both)) => {
            Ok(Passed::For(IpAddr::from(both.source_address).to_canonical()))
        }
        _ => Err(refused("a PROXY header without an address")),
    }
}

fn refused(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}
