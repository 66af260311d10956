//! An answer that is on its way: waited for in a thread, or awaited in a handler.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use tokio::sync::oneshot;

use super::StoreError;

/// The answer to work that a lane has taken over. Dropping it does not stop the work.
#[must_use = "the work is done, but its answer is lost"]
pub struct Pending<T>(State<T>);

enum State<T> {
    Ready(Option<Result<T, StoreError>>),
    Coming(oneshot::Receiver<Result<T, StoreError>>),
}

impl<T> Pending<T> {
    /// An answer that is there already.
    pub const fn ready(answer: Result<T, StoreError>) -> Self {
        Self(State::Ready(Some(answer)))
    }

    pub(super) const fn coming(receiver: oneshot::Receiver<Result<T, StoreError>>) -> Self {
        Self(State::Coming(receiver))
    }
}

impl<T: Unpin> Pending<T> {
    /// Blocks this thread until the answer is there. In a handler, `.await` it instead.
    ///
    /// # Errors
    ///
    /// What the operation says; [`StoreError::Busy`] when the lane was full, [`StoreError::Fault`] when the work panicked.
    pub fn wait(mut self) -> Result<T, StoreError> {
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        let mut context = Context::from_waker(&waker);
        loop {
            match Pin::new(&mut self).poll(&mut context) {
                Poll::Ready(answer) => return answer,
                Poll::Pending => std::thread::park(),
            }
        }
    }
}

impl<T: Unpin> Future for Pending<T> {
    type Output = Result<T, StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Ready(answer) => Poll::Ready(answer.take().unwrap_or(Err(StoreError::Fault))),
            State::Coming(receiver) => Pin::new(receiver).poll(context).map(|answer| answer.unwrap_or(Err(StoreError::Fault))),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
