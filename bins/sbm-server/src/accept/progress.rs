//! Answers that nobody reads end (ERR-3): who takes an answer too slowly loses his connection, and what is held for it.
//!
//! 1. The time begins when the first byte cannot be written at once, and ends when all that was written has gone out.
//! 2. Within it as many seconds may pass as `limits.request_seconds` says, and one more for every [`RATE`] bytes that went out:
//!    who takes a byte now and then gains nothing.
//! 3. Waiting for what the server itself has yet to make does not count.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// Slower than that many bytes a second nobody takes a large answer.
const RATE: u64 = 4 * 1024;

/// A stream whose writes go on, or fail.
pub(super) struct Progress<S> {
    stream: S,
    patience: Duration,
    /// Since when something could not go out at once, and how much did since.
    held: Option<Held>,
}

struct Held {
    since: Instant,
    bytes: u64,
    alarm: Pin<Box<Sleep>>,
}

impl<S> Progress<S> {
    /// This stream, with so much patience.
    pub(super) const fn new(stream: S, patience: Duration) -> Self {
        Self { stream, patience, held: None }
    }

    /// The stream again.
    pub(super) fn into_inner(self) -> S {
        self.stream
    }

    /// What a write comes to, in view of the time.
    fn judge<T>(
        &mut self,
        context: &mut Context<'_>,
        polled: Poll<io::Result<T>>,
        bytes: impl Fn(&T) -> usize,
    ) -> Poll<io::Result<T>> {
        let patience = self.patience;
        match polled {
            Poll::Ready(Ok(done)) => {
                if let Some(held) = &mut self.held {
                    held.bytes = held.bytes.saturating_add(u64::try_from(bytes(&done)).unwrap_or(u64::MAX));
                }
                Poll::Ready(Ok(done))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let held = self.held.get_or_insert_with(|| {
                    let since = Instant::now();
                    Held { since, bytes: 0, alarm: Box::pin(tokio::time::sleep_until(since)) }
                });
                let further = Duration::from_millis(held.bytes.saturating_mul(1_000) / RATE);
                let until = held.since.checked_add(patience.saturating_add(further)).unwrap_or(held.since);
                held.alarm.as_mut().reset(until);
                match held.alarm.as_mut().poll(context) {
                    Poll::Ready(()) => Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "nobody reads the answer"))),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Progress<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(context, polled, |written| *written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.judge(context, polled, |written| *written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(context);
        if matches!(polled, Poll::Ready(Ok(()))) {
            self.held = None;
        }
        self.judge(context, polled, |()| 0)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_shutdown(context);
        self.judge(context, polled, |()| 0)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Progress<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);
    const BUFFER: usize = 1_024;

    /// Writes that much to somebody who reads `at_once` bytes every `pause`; gives how long it went on, and how it ended.
    async fn send(bytes: usize, at_once: usize, pause: Duration) -> (u64, io::Result<()>) {
        let (near, mut far) = tokio::io::duplex(BUFFER);
        let reader = tokio::spawn(async move {
            let mut buffer = vec![0; at_once];
            loop {
                tokio::time::sleep(pause).await;
                if at_once > 0 && !matches!(far.read(&mut buffer).await, Ok(1..)) {
                    return;
                }
            }
        });
        let begun = Instant::now();
        let mut stream = Progress::new(near, PATIENCE);
        let ended = async {
            stream.write_all(&vec![7; bytes]).await?;
            stream.flush().await
        };
        let ended = ended.await;
        reader.abort();
        (begun.elapsed().as_secs(), ended)
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_nobody_reads_ends_and_so_does_one_that_is_read_by_drops_err_3() {
        for (what, at_once, pause, ends) in [
            ("not at all", 0, 1, 60..=61),
            ("a byte a second", 1, 1, 60..=62),
            ("a kilobyte every minute", BUFFER, 50, 60..=62),
            ("half of what is asked", 2_048, 1, 60..=125),
        ] {
            let (seconds, ended) = send(1024 * 1024, at_once, Duration::from_secs(pause)).await;
            assert_eq!(ended.map_err(|error| error.kind()), Err(io::ErrorKind::TimedOut), "{what}");
            assert!(ends.contains(&seconds), "{what}: {seconds} s");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_on_gets_all_however_long_it_takes_err_3() {
        let (seconds, ended) = send(1024 * 1024, BUFFER, Duration::from_millis(200)).await;
        assert!(ended.is_ok() && seconds > 180, "{seconds} s: {ended:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_went_out_begins_anew_err_3() {
        let (near, mut far) = tokio::io::duplex(BUFFER);
        let mut stream = Progress::new(near, PATIENCE);
        for _ in 0..10 {
            let (sent, ()) = tokio::join!(
                async {
                    stream.write_all(&[7; 3 * BUFFER]).await?;
                    stream.flush().await
                },
                async {
                    tokio::time::sleep(PATIENCE / 2).await;
                    far.read_exact(&mut [0; 3 * BUFFER]).await.unwrap();
                }
            );
            sent.unwrap();
            tokio::time::sleep(PATIENCE * 3).await;
        }
    }
}
