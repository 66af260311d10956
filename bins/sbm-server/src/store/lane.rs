//! Lanes: a bounded number of threads, each with a connection of its own (DESIGN 3.5).
//!
//! 1. Work that was taken over is done, whether or not anybody still waits for the answer.
//! 2. A full lane refuses at once, so that overload is told and not piled up (ERR-3).
//! 3. A thread takes what waits, up to the lane's group size, into one transaction with a savepoint each: work that fails
//!    undoes itself alone. Nobody is answered before the one commit; if that fails, everybody is told so.
//! 4. A panic in one piece of work undoes that piece (ERR-2).
//! 5. Dropping the lane finishes what waits and ends the threads.

mod group;
mod job;
mod queue;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use self::job::{Job, Task};
use self::queue::Queue;
use super::{Pending, StoreError};

/// A connection that can do work in transactions.
pub trait Connection: Send + 'static {
    /// Begins a transaction.
    ///
    /// # Errors
    ///
    /// The database's own.
    fn begin(&mut self) -> Result<(), StoreError>;

    /// Sets a savepoint in the transaction.
    ///
    /// # Errors
    ///
    /// The database's own.
    fn save(&mut self) -> Result<(), StoreError>;

    /// Keeps what was done since the savepoint.
    ///
    /// # Errors
    ///
    /// The database's own.
    fn keep(&mut self) -> Result<(), StoreError>;

    /// Undoes what was done since the savepoint.
    ///
    /// # Errors
    ///
    /// The database's own.
    fn undo(&mut self) -> Result<(), StoreError>;

    /// Makes the transaction last.
    ///
    /// # Errors
    ///
    /// The database's own.
    fn commit(&mut self) -> Result<(), StoreError>;

    /// Gives the transaction up, if there still is one.
    fn roll_back(&mut self);

    /// Whether the transaction is still there: some errors end it.
    fn in_transaction(&self) -> bool;
}

/// How big a lane is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// How many pieces of work may wait.
    pub waiting: usize,
    /// How many pieces of work share a transaction at most.
    pub group: usize,
}

/// What a lane has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Pieces of work that were done or failed.
    pub jobs: u64,
    /// Transactions that were committed.
    pub commits: u64,
}

/// Threads with connections, and the work that waits for them.
pub struct Lane<C: Connection> {
    queue: Arc<Queue<C>>,
    counts: Arc<Counts>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Counts {
    jobs: AtomicU64,
    commits: AtomicU64,
}

impl<C: Connection> Lane<C> {
    /// Starts a thread for each connection.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] when the system gives no thread.
    pub fn start(name: &str, size: Size, connections: Vec<C>) -> Result<Self, StoreError> {
        let mut lane = Self { queue: Arc::new(Queue::new(size.waiting)), counts: Arc::default(), threads: Vec::new() };
        for connection in connections {
            let (queue, counts) = (Arc::clone(&lane.queue), Arc::clone(&lane.counts));
            let thread = std::thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || serve(connection, &queue, size.group, &counts))
                .map_err(StoreError::unavailable)?;
            lane.threads.push(thread);
        }
        Ok(lane)
    }

    /// Hands work over. It runs in a transaction and must not begin one itself.
    pub fn submit<T: Send + 'static>(&self, work: impl FnOnce(&mut C) -> Result<T, StoreError> + Send + 'static) -> Pending<T> {
        self.submit_then(work, |_| {})
    }

    /// Hands work over; `then` sees its result after the commit, before the answer goes out.
    pub fn submit_then<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut C) -> Result<T, StoreError> + Send + 'static,
        then: impl FnOnce(&T) + Send + 'static,
    ) -> Pending<T> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        match self.queue.push(Box::new(Task::new(work, then, sender))) {
            Ok(()) => Pending::coming(receiver),
            Err(error) => Pending::ready(Err(error)),
        }
    }

    /// What was done so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        Counters { jobs: self.counts.jobs.load(Ordering::Acquire), commits: self.counts.commits.load(Ordering::Acquire) }
    }
}

impl<C: Connection> Drop for Lane<C> {
    fn drop(&mut self) {
        self.queue.close();
        for thread in self.threads.drain(..) {
            // A thread never panics outside its guarded work; were it so, there is nothing left to do about it here.
            drop(thread.join());
        }
    }
}

fn serve<C: Connection>(mut connection: C, queue: &Queue<C>, group: usize, counts: &Counts) {
    loop {
        let mut waiting = queue.take(group);
        if waiting.is_empty() {
            return;
        }
        while !waiting.is_empty() {
            group::run(&mut connection, &mut waiting, |jobs| {
                counts.jobs.fetch_add(jobs, Ordering::AcqRel);
                counts.commits.fetch_add(1, Ordering::AcqRel);
            });
        }
    }
}

#[cfg(test)]
mod tests;
