//! What the HTTP library answers by itself, told like every other failure (ERR-1).
//!
//! A request that cannot be read as HTTP never reaches a route: the library answers it with a bare status and closes the
//! connection. Here that status, written as one piece with no content and without the header that all answers of the server
//! have, is taken out of the stream, and a problem document takes its place. Nothing else is looked at: one comparison of
//! the first bytes of what is written.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use sbm_core::code::Code;
use sbm_core::wire::v1::Problem;
use sbm_core::wire::{PROBLEM_TYPE, TIME_HEADER};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The most bytes of a bare answer.
const MOST: usize = 256;

/// A stream on which bare answers become problem documents.
pub(super) struct Told<S> {
    stream: S,
    now: Box<dyn Fn() -> i64 + Send>,
    /// What stands in place of a bare answer, as far as it is not written yet.
    waiting: Vec<u8>,
}

impl<S> Told<S> {
    /// This stream; `now` tells the time for the header.
    pub(super) fn new(stream: S, now: impl Fn() -> i64 + Send + 'static) -> Self {
        Self { stream, now: Box::new(now), waiting: Vec::new() }
    }

    /// The stream again.
    pub(super) fn into_inner(self) -> S {
        self.stream
    }
}

/// The failure that a bare answer tells of.
fn bare(written: &[u8]) -> Option<(Code, &'static str)> {
    if !written.starts_with(b"HTTP/1.1 4") || written.len() > MOST || !written.ends_with(b"\r\n\r\n") {
        return None;
    }
    let head = std::str::from_utf8(written).ok()?.to_ascii_lowercase();
    if head.contains(TIME_HEADER) || !head.contains("\r\ncontent-length: 0\r\n") {
        return None;
    }
    match head.get(9..12)? {
        "400" => Some((Code::MalformedRequest, "the request is not HTTP/1.1 as it should be, or contradicts itself")),
        "413" | "414" | "431" => Some((Code::TooLarge, "the head of the request is larger than what is taken here")),
        _ => None,
    }
}

fn document(code: Code, detail: &str, now: i64) -> Vec<u8> {
    // A problem has texts and numbers only, so that writing it cannot fail.
    let content = serde_json::to_vec(&Problem::new(code, detail)).unwrap_or_default();
    let reason = if code == Code::TooLarge { "Content Too Large" } else { "Bad Request" };
    let head = format!(
        "HTTP/1.1 {} {reason}\r\ncontent-type: {PROBLEM_TYPE}\r\ncontent-length: {}\r\n{TIME_HEADER}: {now}\r\n\
         x-content-type-options: nosniff\r\ncache-control: no-store\r\nconnection: close\r\n\r\n",
        code.status(),
        content.len(),
    );
    [head.into_bytes(), content].concat()
}

impl<S: AsyncWrite + Unpin> Told<S> {
    /// Writes what waits.
    fn poll_waiting(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.waiting.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, &self.waiting))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.waiting.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Told<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_waiting(context))?;
        if let Some((code, detail)) = bare(bytes) {
            self.waiting = document(code, detail, (self.now)());
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_waiting(context))?;
        if let Some(bytes) = slices.first().filter(|bytes| bare(bytes).is_some()) {
            return self.poll_write(context, bytes);
        }
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_waiting(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_waiting(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Told<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const BARE: &[u8] = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\ndate: x\r\n\r\n";

    async fn written(pieces: &[&[u8]]) -> Vec<u8> {
        let (near, mut far) = tokio::io::duplex(64 * 1024);
        let mut told = Told::new(near, || 7);
        for piece in pieces {
            told.write_all(piece).await.unwrap();
        }
        told.flush().await.unwrap();
        drop(told.into_inner());
        let mut all = Vec::new();
        far.read_to_end(&mut all).await.unwrap();
        all
    }

    #[tokio::test]
    async fn a_bare_answer_becomes_a_problem_and_nothing_else_is_touched_err_1() {
        let told = String::from_utf8(written(&[BARE]).await).unwrap();
        let (head, content) = told.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 400 Bad Request\r\n") && head.contains("sbm-time: 7\r\n"), "{head}");
        let problem: Problem = serde_json::from_str(content).unwrap();
        assert_eq!(problem.code(), Some(Code::MalformedRequest));
        assert!(head.contains(&format!("content-length: {}\r\n", content.len())));
        for other in [
            &b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"[..],
            b"HTTP/1.1 400 Bad Request\r\nsbm-time: 1\r\ncontent-length: 0\r\n\r\n",
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 5\r\n\r\nhello",
            b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
            b"HTTP/1.1 4",
        ] {
            assert_eq!(written(&[other]).await, other);
        }
        let long = [BARE, &[b'x'; 1_000], b"\r\n\r\n"].concat();
        assert_eq!(written(&[&long]).await, long);
        let large = BARE.to_vec();
        let large = String::from_utf8(large).unwrap().replace("400 Bad Request", "431 Request Header Fields Too Large");
        let told = String::from_utf8(written(&[large.as_bytes()]).await).unwrap();
        assert!(told.starts_with("HTTP/1.1 413 ") && told.contains("\"too_large\""), "{told}");
    }
}
