//! Keeping in step with what other servers and processes commit (RUN-3, RUN-7, DESIGN 3.10).
//!
//! 1. The server hears of a commit as soon as the store does, and looks twice a second besides. Then the changes are applied
//!    and the tokens that ended are dropped, under the lock that every act takes.
//! 2. It says in the store how far it followed: whoever committed waits for that before he answers.
//! 3. Only a server that follows makes its lease longer. One whose lease ran out follows first, has a lease then, and answers
//!    after that.
//! 4. What keeps a server from following is told when it begins, and each minute, not twice a second ([`Contact`]).
//! 5. A newer program may raise the schema while this one runs. If this one does not fit it any more it answers no more.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sbm_core::code::Code;
use sbm_core::directory::{Change, Directory, Refusal};
use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;

use super::acts::Acting;
use super::contact::{Contact, Word};
use super::credentials::brake_name;
use super::{Service, Telling, quiet_refusal, refusal, store_refusal};
use crate::config::host::machine_name;
use crate::data_dir::SetupCode;
use crate::store::servers::{Joined, Joining};
use crate::store::{Logged, StoreError};

/// How often the store is asked for what others committed, if it does not tell.
const LOOK: Duration = Duration::from_millis(500);
/// How often in a row a server tries to catch up before it tries again later.
const TRIES: usize = 8;

/// How far this server is in step with the others.
#[derive(Debug, Default)]
pub struct Step {
    /// The newest revision of others that it goes by, and the one of which the store knows that.
    followed: AtomicU64,
    confirmed: AtomicU64,
    /// Whether it has a row in the store.
    joined: AtomicBool,
    /// When its lease was last made longer, by the steady clock, in milliseconds.
    renewed: AtomicU64,
    /// What was told of it.
    contact: Mutex<Contact>,
    /// Something of others was followed.
    heard: Notify,
}

impl Step {
    fn is_unconfirmed(&self) -> bool {
        self.followed.load(Ordering::Acquire) > self.confirmed.load(Ordering::Acquire)
    }

    fn contact(&self) -> MutexGuard<'_, Contact> {
        self.contact.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a server kept in step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Its lease lasts.
    Lease,
    /// Its lease was over, and it has another one.
    Anew,
}

impl Service {
    /// Keeps in step until it is dropped; run it beside the accept loop.
    pub async fn keep_step(self: Arc<Self>) {
        tokio::join!(self.step(), self.watch_others(), self.tell_of_contact());
    }

    async fn step(&self) {
        let mut newest = self.store.newest();
        let mut look = tokio::time::interval(self.lease.pause().map_or(LOOK, |pause| (pause / 2).min(LOOK)));
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let on_time = tokio::select! {
                _ = look.tick() => true,
                Ok(()) = newest.changed() => false,
                () = self.step.heard.notified() => false,
            };
            let newest = *newest.borrow_and_update();
            if on_time || newest > self.facts().revision() || self.step.is_unconfirmed() {
                let kept = self.keep_up(on_time).await;
                self.note_contact(kept);
            }
        }
    }

    /// Tells what became of keeping in step. A program that may not go on has told so already.
    fn note_contact(&self, kept: Result<Kept, Refusal>) {
        if self.lease.is_stopped() {
            return;
        }
        let (mut contact, now) = (self.step.contact(), self.clock.steady());
        let word = match kept {
            Ok(kept) => contact.kept(now, kept == Kept::Anew),
            Err(refused) => contact.failed(now, refused.message),
        };
        tell(word, contact.why());
    }

    /// Tells when the lease ends, and that it lasts, whether the database answers or not.
    async fn tell_of_contact(&self) {
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            look.tick().await;
            if !self.lease.is_stopped() {
                let mut contact = self.step.contact();
                let word = contact.passed(self.clock.steady(), self.answers());
                tell(word, contact.why());
            }
        }
    }

    /// Follows, and says so; makes the lease longer if it is time to.
    ///
    /// # Errors
    ///
    /// What the store says; it was not logged. The lease is left to run out then.
    pub async fn keep_up(&self, on_time: bool) -> Result<Kept, Refusal> {
        if self.lease.is_stopped() {
            return Err(Code::ServerBehind.into());
        }
        if on_time {
            self.check_program().await?;
        }
        self.follow().await?;
        let asked = self.clock.steady();
        if !self.step.joined.load(Ordering::Acquire) || !self.lease.holds(asked) {
            return self.join().await;
        }
        let renewed = Duration::from_millis(self.step.renewed.load(Ordering::Acquire));
        let is_due = self.lease.pause().is_some_and(|pause| asked.saturating_sub(renewed) >= pause);
        if !is_due && !self.step.is_unconfirmed() {
            return Ok(Kept::Lease);
        }
        let revision = self.facts().revision();
        let renewed = self.store.renew(self.id, revision, self.lease.span()).await.map_err(|error| quiet_refusal(&error))?;
        if renewed && self.lease.extend(asked, self.clock.steady()) {
            self.note_lease(asked, revision);
            return Ok(Kept::Lease);
        }
        // Where only the database's clock was set it takes one more question to it.
        self.join().await
    }

    /// Brings the facts to the newest revision and gets a lease on it.
    async fn join(&self) -> Result<Kept, Refusal> {
        self.lease.end();
        for _ in 0..TRIES {
            let asked = self.clock.steady();
            let revision = self.facts().revision();
            match self.store.join(self.joining(revision), self.lease.span()).await.map_err(|error| quiet_refusal(&error))? {
                Joined::Yes => {
                    self.begin_lease(asked, revision);
                    return Ok(Kept::Anew);
                }
                Joined::Behind(newest) if newest < revision => return Err(went_back(newest, revision)),
                Joined::Behind(_) => self.follow().await?,
            }
        }
        Err(refusal(Code::Busy, "others keep changing things; try again"))
    }

    /// The same at the start, when nobody else has this server yet.
    pub(super) fn join_at_start(&self) -> Result<(), Refusal> {
        for _ in 0..TRIES {
            let asked = self.clock.steady();
            let facts = self.facts();
            match self
                .store
                .join(self.joining(facts.revision()), self.lease.span())
                .wait()
                .map_err(|error| store_refusal(&error))?
            {
                Joined::Yes => {
                    self.begin_lease(asked, facts.revision());
                    return Ok(());
                }
                Joined::Behind(newest) if newest < facts.revision() => return Err(went_back(newest, facts.revision())),
                Joined::Behind(_) => {
                    let log = self.store.changes_since(facts.revision()).wait().map_err(|error| store_refusal(&error))?;
                    if log.iter().any(|logged| logged.revoked.is_none()) {
                        self.drop_ended(self.store.live_tokens(self.now()).wait(), Telling::Log)?;
                    }
                    let next = after(&facts, &log, Telling::Log)?;
                    self.keys_at_start(&next)?;
                    self.go_by(&facts, next, &log);
                }
            }
        }
        Err(refusal(Code::Busy, "others keep changing things; start again"))
    }

    fn joining(&self, confirmed: u64) -> Joining {
        let name = machine_name().map_or_else(|| "localhost".to_owned(), |name| name.to_string());
        Joining { id: self.id, name, program: env!("CARGO_PKG_VERSION").to_owned(), confirmed }
    }

    fn begin_lease(&self, asked: Duration, revision: u64) {
        self.lease.begin(asked);
        self.note_lease(asked, revision);
        self.step.joined.store(true, Ordering::Release);
    }

    fn note_lease(&self, asked: Duration, revision: u64) {
        self.step.renewed.fetch_max(u64::try_from(asked.as_millis()).unwrap_or(u64::MAX), Ordering::AcqRel);
        self.step.confirmed.fetch_max(revision, Ordering::AcqRel);
    }

    /// A program that may not use the database any more stops, and so does any where the database was moved; nobody waits for it.
    async fn check_program(&self) -> Result<(), Refusal> {
        match self.store.fits().await {
            Ok(()) => Ok(()),
            Err(error @ (StoreError::Newer { .. } | StoreError::Moved(_))) => {
                self.lease.stop();
                tracing::error!(%error, "this server answers nobody any more, and is to be replaced");
                drop(self.store.leave(self.id).await);
                Err(refusal(error.code(), error.to_string()))
            }
            Err(error) => Err(quiet_refusal(&error)),
        }
    }

    /// The server stops: nobody waits for it any more.
    pub(super) async fn leave(&self) {
        self.lease.stop();
        if let Err(error) = self.store.leave(self.id).await {
            tracing::warn!(%error, "the others could not be told that this server stops; they wait for it once");
        }
    }

    /// Brings the facts and the tokens to the store's revision if that is ahead.
    ///
    /// # Errors
    ///
    /// What the store says; the next look tries again, and it was not logged.
    pub async fn follow(&self) -> Result<(), Refusal> {
        let newest = self.store.revision().await.map_err(|error| quiet_refusal(&error))?;
        if newest <= self.facts().revision() {
            return Ok(());
        }
        let acting = self.acting.lock().await;
        self.catch_up(&acting, Telling::Refusal).await
    }

    /// Brings the facts to the store's revision. The lock is held, so that no act is overwritten by what was read before it.
    pub(super) async fn catch_up(&self, _acting: &Acting<'_>, telling: Telling) -> Result<(), Refusal> {
        let facts = self.facts();
        let log = self.store.changes_since(facts.revision()).await.map_err(|error| telling.store(&error))?;
        if log.is_empty() {
            return Ok(());
        }
        let next = after(&facts, &log, telling)?;
        // The keys first: a head of the new epoch needs them. Without them these facts are not gone by.
        self.keys_of_epoch(&next, telling).await?;
        if log.iter().any(|logged| logged.revoked.is_none()) {
            self.drop_ended(self.store.live_tokens(self.now()).await, telling)?;
        }
        self.go_by(&facts, next, &log);
        Ok(())
    }

    /// Goes by what was committed after these facts, which are the ones in memory.
    fn go_by(&self, facts: &Directory, next: Arc<Directory>, log: &[Logged]) {
        // The tokens first: who was shut out must not be let in by memory while the facts are new already.
        log.iter().for_each(|logged| self.forget_ended(logged));
        self.directory.store(Arc::clone(&next));
        self.free_brakes(&next, log.iter().flat_map(|logged| &logged.changes));
        if next.server().claimed && !facts.server().claimed {
            // It was somebody else's to use.
            drop(SetupCode::remove(&self.data_dir));
        }
        let revision = next.revision();
        tracing::debug!(revision, "the server follows what somebody else changed");
        self.step.followed.fetch_max(revision, Ordering::AcqRel);
        self.step.heard.notify_one();
    }

    /// The tokens that ended with a revision: those that it says, and those of who is there no more.
    fn forget_ended(&self, logged: &Logged) {
        logged.revoked.iter().flatten().for_each(|which| self.forget(which));
        for change in &logged.changes {
            match change {
                Change::DropUser(user) => drop(self.sessions.revoke_user(*user, None)),
                Change::DropDevice(device) => drop(self.sessions.revoke_device(*device)),
                _ => {}
            }
        }
    }

    /// Where a program of before committed, nobody knows which tokens ended; those that live are in the store.
    fn drop_ended(&self, live: Result<Vec<crate::store::Token>, StoreError>, telling: Telling) -> Result<(), Refusal> {
        let live = live.map_err(|error| telling.store(&error))?;
        let live: HashSet<u64> = live.into_iter().map(|token| token.id).collect();
        for session in self.sessions.all(self.now()) {
            if !live.contains(&session.id) {
                self.sessions.revoke(session.id);
            }
        }
        Ok(())
    }

    /// Whoever was given a new password from outside need not wait because of those that were wrong. Where attempts are
    /// counted together whoever gave it says so there.
    fn free_brakes<'a>(&self, facts: &Directory, changes: impl Iterator<Item = &'a Change>) {
        if self.lease.is_shared() {
            return;
        }
        for change in changes {
            if let Change::Password { user, .. } = change
                && let Some(user) = facts.user(*user)
            {
                self.throttle.forget(&brake_name(facts, &facts.login_of(user)));
            }
        }
    }
}

/// The facts after what was committed: every revision, one after the other.
fn after(facts: &Arc<Directory>, log: &[Logged], telling: Telling) -> Result<Arc<Directory>, Refusal> {
    log.iter().try_fold(Arc::clone(facts), |facts, logged| {
        if logged.revision != facts.revision().saturating_add(1) {
            let gap = format!("revision {} of the log of changes follows {}", logged.revision, facts.revision());
            return Err(telling.store(&StoreError::damaged(gap)));
        }
        Ok(Arc::new(facts.apply(logged.revision, &logged.changes)))
    })
}

/// Numbers never go back (OFF-3): a database that did is not the one that this server began with.
fn went_back(newest: u64, revision: u64) -> Refusal {
    let message = format!("the database went back from revision {revision} to {newest} under this server; restart the server");
    refusal(Code::StoreUnavailable, message)
}

/// Tells what there is to tell, and why.
fn tell(word: Option<Word>, why: &str) {
    let seconds = |span: Duration| span.as_secs();
    match word {
        None => {}
        Some(Word::Begins) => tracing::warn!(why, "this server cannot keep in step with its database; it is tried again"),
        Some(Word::Silent) => {
            tracing::error!(why, "this server has lost touch with the others and answers nobody until it has caught up");
        }
        Some(Word::Lasts { took, answers: true }) => {
            tracing::warn!(why, seconds = seconds(took), "this server still cannot keep in step with its database");
        }
        Some(Word::Lasts { took, answers: false }) => {
            tracing::error!(why, seconds = seconds(took), "this server still answers nobody: it has lost touch with the others");
        }
        Some(Word::Over { took }) => {
            tracing::info!(seconds = took.as_secs_f32(), "this server keeps in step with its database again, and answers");
        }
        Some(Word::Back) => {
            tracing::warn!(
                "this server's lease had run out, since it stood still or a clock was set; it has caught up and answers"
            );
        }
    }
}
