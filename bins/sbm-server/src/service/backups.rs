//! The backups that the server makes of itself, now and then; one server does it for all (DOOR-2).
//!
//! 1. One that is due is made and verified, then the oldest go. One that fails is told in the log and to administrators, and
//!    tried again.
//! 2. Whoever makes one holds its turn meanwhile. A server that stops breaks it off, and leaves nothing of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sbm_core::code::Code;
use sbm_core::directory::Refusal;
use sbm_core::time::{HOUR, Timestamp};
use sbm_core::wire::v1::admin::BackupState;

use super::{Service, refusal, store_refusal};
use crate::backup::create::{Made, Stop};
use crate::backup::{self, BackupError, Origin, TASK, Tidied};
use crate::store::tasks::{Last, Turn};

/// How often it is asked whether one is due.
const ASK: Duration = Duration::from_secs(60);
/// How long a turn is held without a word.
const HOLD: Duration = Duration::from_secs(10 * 60);
/// How soon one that failed is tried again, at the latest.
const AGAIN: Duration = Duration::from_secs(15 * 60);
/// How often it is told that none succeeded for long.
const TELL: Duration = Duration::from_secs(60 * 60);
/// How far the database's clock may go ahead of this server's.
const AHEAD: i64 = HOUR;

impl Service {
    /// Makes backups when they are due, until it is dropped; run it beside the accept loop.
    pub async fn keep_backups(self: Arc<Self>) {
        let Some(dir) = self.config.backup.dir.clone() else { return };
        let (begun, mut told) = (self.clock.steady(), None::<Duration>);
        let mut ask = tokio::time::interval(ASK);
        ask.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ask.tick().await;
            if !self.may_write_unasked() {
                continue;
            }
            // A failure was logged, and is tried again.
            drop(self.back_up_if_due(&dir).await);
            let steady = self.clock.steady();
            if told.is_none_or(|told| steady.saturating_sub(told) >= TELL)
                && let Ok(last) = self.store.last(TASK).await
                && is_late(&last, steady.saturating_sub(begun), self.now(), self.config.backup.every)
            {
                told = Some(steady);
                let last = last.done.map_or("never".to_owned(), Timestamp::to_rfc3339);
                tracing::warn!(last, dir = %dir.display(), "no backup of the server succeeded for more than twice as long as wanted");
            }
        }
    }

    /// Makes one if it is due and no other server is at it; gives where it is.
    ///
    /// # Errors
    ///
    /// What the backup or the store say; it was logged.
    pub async fn back_up_if_due(&self, dir: &Path) -> Result<Option<PathBuf>, Refusal> {
        let failed = |error| store_refusal(&error);
        if !self.may_write_unasked() {
            return Ok(None);
        }
        if !self.store.is_due(TASK, self.config.backup.every).await.map_err(failed)? {
            return Ok(None);
        }
        let every = self.config.backup.every;
        let Some(turn) = self.store.take(TASK, every, HOLD).await.map_err(failed)? else { return Ok(None) };
        match self.back_up(dir, &turn).await {
            Ok(path) => {
                tracing::info!(path = %path.display(), "a backup of the server was made and verified");
                self.store.done(turn).await.map_err(failed)?;
                Ok(Some(path))
            }
            Err(refused) => {
                tracing::error!(code = refused.code.name(), dir = %dir.display(), "no backup of the server was made: {}", refused.message);
                self.store.failed(turn, AGAIN.min(every), refused.message.clone()).await.map_err(failed)?;
                Err(refused)
            }
        }
    }

    /// What administrators are told of it; nothing where none are made.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn backup_state(&self) -> Result<Option<BackupState>, Refusal> {
        if self.config.backup.dir.is_none() {
            return Ok(None);
        }
        let Last { done, failed } = self.store.last(TASK).await.map_err(|error| store_refusal(&error))?;
        let (last_failure, failure) = failed.unzip();
        Ok(Some(BackupState {
            every_hours: self.config.backup.every.as_secs() / 3_600,
            last_success: done,
            last_failure,
            failure,
        }))
    }

    async fn back_up(&self, dir: &Path, turn: &Turn) -> Result<PathBuf, Refusal> {
        let stop = Stop::new(AtomicBool::new(false));
        let _guard = StopOnDrop(Arc::clone(&stop));
        let (config, store, now) = (self.config.clone(), Arc::clone(&self.store), self.now());
        let (data_dir, dir) = (self.data_dir.path().to_owned(), dir.to_owned());
        let mut work = tokio::task::spawn_blocking(move || {
            let origin = Origin::of_server(&config, &data_dir, &store)?;
            let made = backup::create(&origin, &dir, now, &stop)?;
            tidy_up(config.backup.keep, &made);
            Ok::<_, BackupError>(made.path)
        });
        loop {
            match tokio::time::timeout(HOLD / 5, &mut work).await {
                Ok(done) => return done.map_err(|_| Code::Internal)?.map_err(|error| error.refusal()),
                Err(_) => match self.store.hold_longer(turn.clone(), HOLD).await {
                    Ok(true) => {}
                    Ok(false) => {
                        return Err(refusal(Code::Busy, "another server makes the backup, since this one was away for too long"));
                    }
                    // It is held for a while yet.
                    Err(error) => drop(store_refusal(&error)),
                },
            }
        }
    }
}

/// What is too many goes. Whatever comes of that, the new one was made.
fn tidy_up(keep: usize, made: &Made) {
    let tidied = backup::remove_beyond(keep, &made.path, &made.manifest);
    let Tidied { gone, left } = tidied.unwrap_or_else(|error| {
        tracing::warn!("old backups of the server are removed after the next one: {error}");
        Tidied::default()
    });
    for path in gone {
        tracing::info!(path = %path.display(), "an old backup of the server was removed");
    }
    for (path, error) in left {
        tracing::warn!(path = %path.display(), "an old backup of the server stays, remove it by hand: {error}");
    }
}

/// Whoever waits no longer wants it no longer.
struct StopOnDrop(Stop);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Whether none succeeded for twice as long as wanted; at the first, in the time that the server runs. One of a time to come
/// does not count: a clock was set back since, and nobody knows how old it is.
fn is_late(last: &Last, running: Duration, now: Timestamp, every: Duration) -> bool {
    let allowed = every.saturating_mul(2);
    match last.done.map(|done| now.since(done)) {
        Some(since) if since >= -AHEAD => Duration::from_millis(u64::try_from(since).unwrap_or(0)) > allowed,
        _ => running > allowed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_when_none_succeeded_for_twice_as_long_as_wanted_door_2() {
        let at = |hours: i64| Timestamp::from_millis(hours * HOUR);
        let every = Duration::from_secs(24 * 3_600);
        let done = |hours| Last { done: Some(at(hours)), failed: None };
        // What became of the last, for how many hours the server runs, and what time it is.
        for (last, running, now, late) in [
            (Last::default(), 48, 48, false),
            (Last::default(), 49, 49, true),
            (Last::default(), 3, 9_999, false),
            (done(0), 8, 48, false),
            (done(0), 9, 49, true),
            (done(10), 58, 58, false),
            (Last { failed: Some((at(1), "no room".to_owned())), ..done(0) }, 49, 49, true),
            // The database's clock goes ahead a little; or it was set back since by far.
            (done(50), 99, 49, false),
            (done(52), 99, 49, true),
            (done(52), 9, 49, false),
            (done(i64::MAX / HOUR), 99, 49, true),
            (done(i64::MIN / HOUR), 9, 49, true),
        ] {
            assert_eq!(is_late(&last, Duration::from_secs(running * 3_600), at(now), every), late, "{last:?} {running} {now}");
        }
    }
}
