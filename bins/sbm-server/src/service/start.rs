//! The server's start: keys, facts and tokens come into memory, in an order that a crash anywhere leaves whole.
//!
//! 1. A store that came back from an older backup knows a lower epoch than the key files beside it: the epoch is raised
//!    before anybody is answered, so that numbers never repeat (OFF-3).
//! 2. An unclaimed server writes a fresh setup code, readable by its owner alone (RUN-2).

use std::sync::Arc;

use arc_swap::ArcSwap;
use sbm_core::cache::KeyDocument;
use sbm_core::code::Code;
use sbm_core::directory::{Actor, Command, Directory, Refusal, plan};
use sbm_core::time::{DAY, MINUTE, SECOND, Timestamp};

use super::acts::marked;
use super::follow::LOOK;
use super::keys::{Signers, key_refusal};
use super::refused::{Merged, Room};
use super::seen::{Holds, Seen, Sequences};
use super::{Service, refusal, store_refusal};
use crate::auth::password::Passwords;
use crate::auth::session::Sessions;
use crate::auth::throttle::Throttle;
use crate::clock::Clock;
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::data_dir::setup_code::SetupCode;
use crate::names::{Lookups, NameLimits, Resolver};
use crate::pki::{Keys, Pki};
use crate::store::{Commit, Committed, Store};

/// How often what was noted in memory is written behind.
const WRITE_BEHIND: i64 = 5 * SECOND;
/// How often ended sessions are swept out of memory and the certificate is looked at.
const HOUSEKEEPING: i64 = 10 * MINUTE;

/// How long the row of a token stays after the token ended.
const KEEP_ENDED: i64 = 30 * DAY;

impl Service {
    /// Brings the server up on its data directory and store.
    ///
    /// # Errors
    ///
    /// What the store, the keys or the data directory say.
    pub fn start(
        config: Config,
        data_dir: DataDir,
        store: Arc<dyn Store>,
        pki: &Pki,
        clock: Arc<dyn Clock>,
        resolver: Arc<dyn Resolver>,
    ) -> Result<Arc<Self>, Refusal> {
        let mut facts = Directory::new(store.load().wait().map_err(|error| store_refusal(&error))?);
        let keys = open_keys(&data_dir, &*store, pki, &*clock, &mut facts)?;
        let sessions = Sessions::default();
        let service = Self {
            directory: ArcSwap::from_pointee(facts),
            acting: tokio::sync::Mutex::new(()),
            epochs: tokio::sync::Mutex::new(()),
            claims: tokio::sync::Mutex::new(()),
            keys: Signers::new(keys, pki.pins()),
            sessions,
            passwords: Passwords::new(config.hashing)?,
            throttle: Throttle::default(),
            seen: Seen::default(),
            written: std::sync::atomic::AtomicI64::new(0),
            sequences: Sequences::default(),
            holds: Holds::default(),
            refused: Merged::new(Room::REFUSED),
            granted: Merged::new(Room::GRANTED),
            store,
            names: Arc::new(Lookups::new(resolver, Arc::clone(&clock), NameLimits::default())),
            clock,
            config,
            data_dir,
        };
        for token in service.store.live_tokens(service.now()).wait().map_err(|error| store_refusal(&error))? {
            service.sessions.insert(service.live(&token));
        }
        service.read_sequences()?;
        if !service.facts().server().claimed {
            let code = SetupCode::issue(&service.data_dir).map_err(|error| refusal(error.code(), error.to_string()))?;
            service.store.put_setup_code(code.hash(), None).wait().map_err(|error| store_refusal(&error))?;
        }
        Ok(Arc::new(service))
    }

    /// How far the history of each device is: with that, the first check-in after the start reads no database either.
    fn read_sequences(&self) -> Result<(), Refusal> {
        let facts = self.facts();
        for (account, installation, highest) in self.store.highest_sequences().wait().map_err(|error| store_refusal(&error))? {
            if let Some(device) = facts.device_of(account, &installation) {
                self.sequences.note(device.id, highest);
            }
        }
        // Who is not among them has sent nothing yet.
        for device in facts.devices() {
            self.sequences.note(device.id, 0);
        }
        Ok(())
    }

    /// Writes behind and sweeps until it is dropped; run it beside the accept loop.
    pub async fn keep_house(self: Arc<Self>, pki: Arc<Pki>) {
        let mut write_behind = tokio::time::interval(millis(WRITE_BEHIND));
        let mut housekeeping = tokio::time::interval(millis(HOUSEKEEPING));
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = write_behind.tick() => self.write_behind().await,
                // A failure was logged, and is tried again.
                _ = look.tick() => drop(self.follow().await),
                _ = housekeeping.tick() => {
                    self.sessions.sweep(self.now());
                    self.delete_ended_tokens().await;
                    match pki.renew_if_due(&self.data_dir, self.now()) {
                        Ok(true) => tracing::info!("the server's certificate was renewed"),
                        Ok(false) => {}
                        Err(error) => tracing::error!(%error, "the server's certificate could not be renewed"),
                    }
                }
            }
        }
    }

    /// Deletes the tokens that ended long ago, so that logins do not fill the database for ever (ERR-4).
    async fn delete_ended_tokens(&self) {
        match self.store.drop_ended(self.now().plus(-KEEP_ENDED)).await {
            Ok(0) => {}
            Ok(dropped) => tracing::info!(dropped, "tokens that ended long ago were deleted"),
            Err(error) => tracing::warn!(%error, "tokens that ended long ago could not be deleted"),
        }
    }

    /// Writes what is not written yet; call it when the server stops.
    pub async fn close(&self) {
        self.append_audit([self.refused.rest(), self.granted.rest()].concat()).await;
        self.write_behind().await;
    }

    /// Writes what was noted in memory.
    pub async fn write_behind(&self) {
        self.append_audit([self.refused.due(self.now()), self.granted.due(self.now())].concat()).await;
        let since = self.written.swap(self.now().as_millis(), std::sync::atomic::Ordering::AcqRel);
        let used = self.sessions.used_since(Timestamp::from_millis(since));
        if !used.is_empty()
            && let Err(error) = self.store.touch_tokens(used).await
        {
            tracing::warn!(%error, "when sessions were last used could not be written");
        }
        let seen = self.seen.drain();
        if !seen.is_empty()
            && let Err(error) = self.store.seen(seen).await
        {
            tracing::warn!(%error, "when devices were last seen could not be written");
        }
    }
}

fn millis(millis: i64) -> std::time::Duration {
    std::time::Duration::from_millis(millis.unsigned_abs())
}

/// The keys of the epoch to begin with. The first start makes them; a store behind its key files leaves their epochs
/// behind.
fn open_keys(
    data_dir: &DataDir,
    store: &dyn Store,
    pki: &Pki,
    clock: &dyn Clock,
    facts: &mut Directory,
) -> Result<Keys, Refusal> {
    let stored = facts.server().epoch;
    let on_disk = Keys::highest_epoch(data_dir).map_err(|error| key_refusal(&error))?;
    let (epoch, reason) = match (on_disk, facts.server().keys.is_some()) {
        (Some(highest), true) if highest <= stored => {
            let keys = Keys::open(data_dir, stored, &pki.pins()).map_err(|error| key_refusal(&error))?;
            if facts.server().keys.as_ref() == Some(keys.key_document()) {
                return Ok(keys);
            }
            let root = keys.root().verifying_key();
            if facts.server().keys.as_ref().is_some_and(|stored| KeyDocument::verify(stored, &root).is_err()) {
                return Err(refusal(
                    Code::StoreDamaged,
                    "the root key in the data directory is not the one of this database; restore the key files that belong to it",
                ));
            }
            (stored.saturating_add(1), "the key files are not those of the database's key document")
        }
        (Some(highest), true) => {
            (highest.saturating_add(1), "the database knows a lower epoch than the key files: it came from an older backup")
        }
        (highest, false) => (highest.unwrap_or(0).max(1), "first start"),
        (None, true) => {
            return Err(refusal(
                Code::StoreDamaged,
                "the database has keys, but their files are missing from the data directory; restore them from a backup",
            ));
        }
    };
    let keys = Keys::open(data_dir, epoch, &pki.pins())
        .or_else(|_| Keys::for_epoch(data_dir, epoch, &pki.pins()))
        .map_err(|error| key_refusal(&error))?;
    let actor = Actor::system();
    let command = Command::RaiseEpoch { epoch, keys: keys.key_document().clone(), reason: reason.to_owned() };
    let planned = plan(facts, &actor, &command, clock.now())?;
    let changes = marked(planned.changes)?;
    let commit = Commit { based_on: facts.revision(), changes: changes.clone(), audit: vec![planned.audit], revoke: Vec::new() };
    match store.commit(commit).wait().map_err(|error| store_refusal(&error))? {
        Committed::At(revision) => *facts = facts.apply(revision, &changes),
        Committed::Stale(_) => return Err(refusal(Code::StoreLocked, "another server changed the database during the start")),
    }
    Ok(keys)
}
