//! A piece of work, its result until the commit, and who waits for it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use crate::store::StoreError;

/// Work whose type of answer is known to itself alone.
pub(super) trait Job<C>: Send {
    /// Does the work; says whether what it did is to be kept.
    fn run(&mut self, connection: &mut C) -> Result<(), StoreError>;

    /// Tells whoever waits: the work's own answer if the commit succeeded, else what went wrong with that.
    fn answer(self: Box<Self>, commit: Result<(), StoreError>);
}

pub(super) struct Task<T, W, N> {
    work: Option<W>,
    then: Option<N>,
    result: Option<Result<T, StoreError>>,
    sender: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, W, N> Task<T, W, N> {
    pub(super) const fn new(work: W, then: N, sender: oneshot::Sender<Result<T, StoreError>>) -> Self {
        Self { work: Some(work), then: Some(then), result: None, sender }
    }
}

impl<C, T, W, N> Job<C> for Task<T, W, N>
where
    T: Send,
    W: FnOnce(&mut C) -> Result<T, StoreError> + Send,
    N: FnOnce(&T) + Send,
{
    fn run(&mut self, connection: &mut C) -> Result<(), StoreError> {
        let result = match self.work.take() {
            // What the work left half done in the database is undone; it shares nothing else.
            Some(work) => catch_unwind(AssertUnwindSafe(|| work(connection))).unwrap_or(Err(StoreError::Fault)),
            None => Err(StoreError::Fault),
        };
        let kept = result.as_ref().map(|_| ()).map_err(Clone::clone);
        self.result = Some(result);
        kept
    }

    fn answer(mut self: Box<Self>, commit: Result<(), StoreError>) {
        let result = match (commit, self.result.take()) {
            (Ok(()), Some(result)) => result,
            (Err(error), _) => Err(error),
            (Ok(()), None) => Err(StoreError::Fault),
        };
        if let (Ok(value), Some(then)) = (&result, self.then.take()) {
            then(value);
        }
        // Nobody may be waiting any more; the work is done all the same.
        drop(self.sender.send(result));
    }
}
