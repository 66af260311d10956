//! The write-ahead log stays bounded.

use std::sync::Arc;
use std::sync::mpsc::channel;

use sbm_core::directory::Change;
use sbm_core::id::{AccountId, Hash};
use tempfile::TempDir;

use super::super::connection::MOST_LOG;
use super::super::{FILE, Sqlite};
use super::entry;
use crate::store::{Audit as _, Commit, Committed, Directory as _};

fn log_length(directory: &TempDir) -> u64 {
    std::fs::metadata(directory.path().join(format!("{FILE}-wal"))).map_or(0, |log| log.len())
}

/// A commit of that many bytes that are nowhere else.
fn commit_large(store: &Sqlite, number: u64, bytes: usize) {
    let mut body = vec![0_u8; bytes];
    body[..8].copy_from_slice(&number.to_be_bytes());
    let body: Arc<[u8]> = body.into();
    let change = Change::Body { account: AccountId::ROOT, hash: Hash::of(&body), bytes: body };
    let based_on = store.revision().wait().unwrap();
    let plan = Commit { based_on, changes: vec![change], ..Commit::default() };
    assert_eq!(store.commit(plan).wait(), Ok(Committed::At(based_on + 1)));
}

#[test]
fn the_log_is_cut_when_a_long_reader_is_done_err_4() {
    let directory = TempDir::new().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    let (go, reader) = reading(&store);
    const LARGE: usize = 4 * 1024 * 1024;
    let mut number = 0;
    while log_length(&directory) <= MOST_LOG + 2 * LARGE as u64 {
        number += 1;
        commit_large(&store, number, LARGE);
    }
    drop(go);
    assert_eq!(reader.wait(), Ok(1));
    // Nothing is forced more often than once a second, and what comes meanwhile is small.
    let begun = std::time::Instant::now();
    while log_length(&directory) > MOST_LOG {
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "the log stays long");
        store.append_audit(vec![entry("x")]).wait().unwrap();
    }
    assert_eq!(store.revision().wait(), Ok(1 + number));
}

/// A read that begins now and ends when the sender is dropped.
fn reading(store: &Sqlite) -> (std::sync::mpsc::Sender<()>, crate::store::Pending<u64>) {
    let (go, wait) = channel::<()>();
    let (tell, begun) = channel();
    let read = store.read(move |sql| {
        let revision = crate::store::database::directory::revision(sql)?;
        tell.send(()).unwrap();
        let _ = wait.recv();
        Ok(revision)
    });
    begun.recv().unwrap();
    (go, read)
}

#[test]
fn the_log_stays_bounded_though_somebody_reads_at_every_moment_err_4() {
    const LARGE: usize = 4 * 1024 * 1024;
    let directory = TempDir::new().unwrap();
    // How long each of them reads is up to the machine; that none reads for long is what is said of them here.
    let store = Sqlite::open_waiting(directory.path(), std::time::Duration::from_secs(60)).unwrap();
    let over = std::sync::atomic::AtomicBool::new(false);
    let mut longest = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut earlier = reading(&store);
            while !over.load(std::sync::atomic::Ordering::Acquire) {
                let next = reading(&store);
                let (go, read) = std::mem::replace(&mut earlier, next);
                drop(go);
                read.wait().unwrap();
            }
        });
        for number in 1..=50 {
            commit_large(&store, number, LARGE);
            longest = longest.max(log_length(&directory));
        }
        over.store(true, std::sync::atomic::Ordering::Release);
    });
    // 200 MiB went into it. Whoever commits what makes it too long cuts it; where readers happened to leave it a moment, it
    // was begun anew before it had to be cut, and its length stayed as it was.
    assert!(longest <= MOST_LOG, "{longest} bytes");
}
