//! The bounded queue before a lane.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::Job;
use crate::store::StoreError;

pub(super) struct Queue<C> {
    state: Mutex<State<C>>,
    ready: Condvar,
    limit: usize,
}

struct State<C> {
    jobs: VecDeque<Box<dyn Job<C>>>,
    closed: bool,
}

impl<C> Queue<C> {
    pub(super) fn new(limit: usize) -> Self {
        Self { state: Mutex::new(State { jobs: VecDeque::new(), closed: false }), ready: Condvar::new(), limit }
    }

    pub(super) fn push(&self, job: Box<dyn Job<C>>) -> Result<(), StoreError> {
        let mut state = self.lock();
        if state.closed {
            return Err(StoreError::unavailable("it is being closed"));
        }
        if state.jobs.len() >= self.limit {
            return Err(StoreError::Busy);
        }
        state.jobs.push_back(job);
        drop(state);
        self.ready.notify_one();
        Ok(())
    }

    /// Waits for work and takes up to `most` of it; nothing once the queue is closed and empty.
    pub(super) fn take(&self, most: usize) -> VecDeque<Box<dyn Job<C>>> {
        let mut state = self.lock();
        while state.jobs.is_empty() && !state.closed {
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let count = state.jobs.len().min(most.max(1));
        state.jobs.drain(..count).collect()
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.ready.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<C>> {
        // Nothing panics while the lock is held, and a queue is whole between any two of its steps.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
