//! How connections end, so that the last word arrives.
//!
//! A socket that is closed while bytes of the peer lie unread is reset, and the peer loses what was said to it last. So the
//! sending side is closed first, and what still comes is read and thrown away, bounded in bytes and time.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A TLS record with the fatal alert `access_denied`, in plain bytes as before any handshake (NET-1).
const ACCESS_DENIED: [u8; 7] = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x31];
const REFUSED_BYTES: usize = 16 * 1024;
const REFUSED_TIME: Duration = Duration::from_secs(1);

/// Tells a peer that its address is not admitted, and closes.
pub(super) async fn refuse(stream: TcpStream) {
    finish(stream, &ACCESS_DENIED, REFUSED_BYTES, REFUSED_TIME).await;
}

/// Says the last word, and closes.
pub(super) async fn finish(mut stream: TcpStream, last: &[u8], most_bytes: usize, most_time: Duration) {
    let close = async {
        if stream.write_all(last).await.is_ok() && stream.shutdown().await.is_ok() {
            drain(&mut stream, most_bytes).await;
        }
    };
    // The peer's slowness is not ours: after this time the socket just goes.
    let _ = tokio::time::timeout(most_time, close).await;
}

async fn drain(stream: &mut TcpStream, most_bytes: usize) {
    let mut left = most_bytes;
    let mut buffer = [0_u8; 4_096];
    while left > 0 {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(read) => left = left.saturating_sub(read),
        }
    }
}
