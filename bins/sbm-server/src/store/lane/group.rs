//! Group commit: several pieces of work, one transaction, one wait for the disk.

use std::collections::VecDeque;

use super::{Connection, Job};
use crate::store::StoreError;

type Jobs<C> = VecDeque<Box<dyn Job<C>>>;

/// Does what waits in one transaction. What is still in `waiting` afterwards was not begun, because the transaction was
/// lost on the way; it is for the next one. `committed` hears how many pieces a commit carried, before any is answered.
pub(super) fn run<C: Connection>(connection: &mut C, waiting: &mut Jobs<C>, committed: impl FnOnce(u64)) {
    if let Err(error) = connection.begin() {
        connection.roll_back();
        return answer(std::mem::take(waiting), &Err(error));
    }
    let mut done = Jobs::new();
    let lost = work(connection, waiting, &mut done);
    let commit = match lost {
        None => connection.commit(),
        Some(error) => Err(error),
    };
    match &commit {
        Ok(()) => committed(done.len() as u64),
        Err(_) => connection.roll_back(),
    }
    answer(done, &commit);
}

/// Runs one after the other; gives the error that cost the whole transaction, if there was one.
fn work<C: Connection>(connection: &mut C, waiting: &mut Jobs<C>, done: &mut Jobs<C>) -> Option<StoreError> {
    while let Some(mut job) = waiting.pop_front() {
        let lost = step(connection, &mut *job);
        done.push_back(job);
        if lost.is_some() {
            return lost;
        }
    }
    None
}

fn step<C: Connection>(connection: &mut C, job: &mut dyn Job<C>) -> Option<StoreError> {
    if let Err(error) = connection.save() {
        return Some(error);
    }
    match job.run(connection) {
        Ok(()) => connection.keep().err(),
        Err(error) if !connection.in_transaction() => Some(error),
        Err(_) => connection.undo().err(),
    }
}

fn answer<C>(jobs: Jobs<C>, commit: &Result<(), StoreError>) {
    for job in jobs {
        job.answer(commit.clone());
    }
}
