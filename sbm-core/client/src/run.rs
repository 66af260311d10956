//! Runs: decided first, marked on disk, recorded on disk (HIS-1, OFF-4).

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sbm_core::agent::Connection;
use sbm_core::code::Code;
use sbm_core::id::RunId;
use sbm_core::permission::{Action, Effect, Resource};
use sbm_core::run::{Profile, RunEnd, RunStart, Trigger};

use crate::client::{Client, Shared};
use crate::error::Error;
use crate::log::Level;
use crate::store::{Mark, random};

/// A run that is going on.
///
/// Dropped without [`finish`](Self::finish) its mark stays, and the run is reported as interrupted when the cache is
/// next opened after this client was closed.
#[must_use = "a run that is not finished is reported as interrupted"]
pub struct Run {
    shared: Arc<Shared>,
    id: RunId,
    is_kept: bool,
    is_finished: AtomicBool,
}

impl Client {
    /// Asks whether the run may begin, and leaves a mark on disk that it did.
    ///
    /// What is asked is [`Action::Restore`] for a restore, [`Action::RunScheduled`] for a scheduled run and
    /// [`Action::RunManually`] for everything a person began. An unmanaged installation decides for itself, and its runs
    /// are nobody's history.
    ///
    /// # Errors
    ///
    /// The code and the sentence of the denial; [`Code::InvalidArgument`] for a run that contradicts itself; when the cache
    /// cannot be written. The run must not begin then. That the outbox is full is no reason: it gives up what is oldest
    /// (ERR-3).
    pub fn begin_run(&self, start: RunStart) -> Result<Run, Error> {
        self.begin_run_storing(start, 0)
    }

    /// The same for a run that expects to store so many bytes of new data; 0 if it cannot say. Where a quota is set, the server
    /// is asked first, if it was there the last time, and keeps that much room until the run's record reached it; else what it
    /// said last decides (ACC-5). Nothing is kept for a restore, and a run that does not begin after all gives its room back.
    ///
    /// # Errors
    ///
    /// Those of [`begin_run`](Self::begin_run); [`Code::DeniedQuota`] when there is less room; [`Code::InvalidArgument`] for an
    /// estimate that no disk holds; [`Code::Cancelled`].
    ///
    /// # Offline
    ///
    /// The room of the last contact counts, less what was stored since and what the runs that go on expect to store.
    pub fn begin_run_storing(&self, start: RunStart, estimate: u64) -> Result<Run, Error> {
        let _telling = self.shared.config.journal.begin();
        let name = if self.shared.config.journal.wants(Level::Warning) { start.profile.name.clone() } else { String::new() };
        let result = self.try_begin_run(start, estimate);
        match &result {
            Ok(run) => self.shared.config.journal.note(Level::Info, || format!("the run `{}` of `{name}` begins", run.id)),
            Err(error) => self
                .shared
                .config
                .journal
                .note(Level::Warning, || format!("a run of `{name}` may not begin: {error} ({})", error.code())),
        }
        result
    }

    fn try_begin_run(&self, mut start: RunStart, estimate: u64) -> Result<Run, Error> {
        let shared = &self.shared;
        if start.trigger == Trigger::Restore && !start.restore {
            let message = "a run that was begun to restore must say that it restores; set `restore`, or name another trigger";
            return Err(Error::new(Code::InvalidArgument, message));
        }
        shared.refresh();
        let (action, resource) = question(&start);
        let id = RunId::v7(shared.now(), random()?);
        let (decision, asked) = self.decide_run(id, action, resource, estimate)?;
        let is_kept = decision.effect != Effect::Unmanaged;
        if is_kept {
            start.cut();
            if start.os_user.is_empty() {
                start.os_user = shared.config.os_user_name();
            }
            self.complete(&mut start.profile)?;
            let installation = shared.known().installation;
            let user = shared.view().user().unwrap_or_default().to_owned();
            let computer = shared.config.computer_name();
            asked.begin(&Mark { id, installation, computer, user, start, estimate })?;
        }
        Ok(Run { shared: Arc::clone(shared), id, is_kept, is_finished: AtomicBool::new(false) })
    }

    /// Records a run that is over and that nobody asked about: it happened, in a program that cannot link this library. It is on
    /// disk when this returns its sequence number. The same id, made by [`new_run_id`](Self::new_run_id), is recorded once
    /// however often it is told, so that whoever is interrupted may tell it again. Nothing is sent here; sync, or let the
    /// worker.
    ///
    /// # Errors
    ///
    /// [`Code::NotLoggedIn`] on an unmanaged installation, which keeps no history; when the cache cannot be written.
    pub fn record_run(&self, id: RunId, mut start: RunStart, end: RunEnd) -> Result<u64, Error> {
        let shared = &self.shared;
        let _telling = shared.config.journal.begin();
        shared.refresh();
        if shared.view().connection() == Connection::Unmanaged {
            let message = "no server manages this installation, and it keeps no history; log in to the server first";
            return Err(Error::new(Code::NotLoggedIn, message));
        }
        start.cut();
        self.complete(&mut start.profile)?;
        let mark = Mark {
            id,
            installation: shared.known().installation,
            computer: shared.config.computer_name(),
            user: shared.view().user().unwrap_or_default().to_owned(),
            start,
            estimate: 0,
        };
        let result = end.result.name();
        match shared.store.record_run(&mark, end) {
            Ok(sequence) => {
                shared.config.journal.note(Level::Info, || {
                    format!("the run `{id}` of `{}` is recorded as number {sequence}: {result}", mark.start.profile.name)
                });
                Ok(sequence)
            }
            Err(error) => {
                shared.config.journal.note(Level::Error, || format!("the run `{id}` could not be recorded: {error}"));
                Err(error)
            }
        }
    }

    /// A fresh id for a run, of this client's moment.
    ///
    /// # Errors
    ///
    /// [`Code::Internal`] when the operating system gives no random numbers.
    pub fn new_run_id(&self) -> Result<RunId, Error> {
        Ok(RunId::v7(self.shared.now(), random()?))
    }

    /// What the host has of a managed profile is known better here than there: its revision always, its name and version
    /// where the host says nothing.
    fn complete(&self, profile: &mut Profile) -> Result<(), Error> {
        let Some(guid) = profile.guid else { return Ok(()) };
        let Some(taken_over) = self.shared.store.applied()?.into_iter().find(|applied| applied.guid == guid) else {
            return Ok(());
        };
        profile.revision = taken_over.revision;
        if profile.version == 0 {
            profile.version = taken_over.version;
        }
        if profile.name.is_empty() {
            taken_over.name.as_str().clone_into(&mut profile.name);
        }
        Ok(())
    }
}

impl Run {
    /// The run's id, which its record will have.
    #[must_use]
    pub const fn id(&self) -> RunId {
        self.id
    }

    /// Puts the record into the outbox and gives its sequence number; it is on disk when this returns. Then the record is
    /// sent, if the server was there the last time; that it could not be sent is no error, it goes later.
    ///
    /// An unmanaged installation keeps no record; its runs have the number 0.
    ///
    /// # Errors
    ///
    /// [`Code::NotFinished`] when it was finished before. When the cache cannot be written, the run is still going on: free
    /// some room and finish it again, or let it be reported as interrupted.
    pub fn finish(&self, end: RunEnd) -> Result<u64, Error> {
        let over = || Error::new(Code::NotFinished, format!("the run `{}` is not going on any more", self.id));
        if self.is_finished.swap(true, Ordering::AcqRel) {
            return Err(over());
        }
        if !self.is_kept {
            return Ok(0);
        }
        let journal = &self.shared.config.journal;
        let _telling = journal.begin();
        let before = self.shared.store.given_up();
        let result = end.result;
        let sequence = self.shared.store.finish_run(&self.id, end).map_err(|error| match error.code() {
            Code::NotFinished => over(),
            _ => {
                self.is_finished.store(false, Ordering::Release);
                journal.note(Level::Error, || format!("the run `{}` could not be recorded: {error}", self.id));
                error
            }
        })?;
        journal.note(Level::Info, || {
            format!("the run `{}` is recorded as number {sequence}: {}", self.id, format!("{result:?}").to_lowercase())
        });
        if self.shared.store.given_up() != before {
            journal.note(Level::Warning, || "the outbox is full: details of the oldest runs, or runs, were given up");
        }
        self.shared.send_run();
        Ok(sequence)
    }
}

fn question(start: &RunStart) -> (Action, Resource) {
    let resource = start.profile.guid.map_or(Resource::Local, Resource::Managed);
    let action = match start.trigger {
        _ if start.restore => Action::Restore,
        // Refused before; asked like a restore all the same.
        Trigger::Restore => Action::Restore,
        Trigger::Schedule => Action::RunScheduled,
        Trigger::Manual | Trigger::Group => Action::RunManually,
    };
    (action, resource)
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("id", &self.id).finish_non_exhaustive()
    }
}
