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
use sbm_core::time::{MINUTE, SECOND, Timestamp};

use super::acts::marked;
use super::everywhere::Everywhere;
use super::follow::Step;
use super::keys::{Signers, key_refusal};
use super::lease::Lease;
use super::lookup::Unknown;
use super::refused::{Merged, Room};
use super::seen::{Holds, Seen, Sequences};
use super::{Service, refusal, store_refusal};
use crate::auth::password::Passwords;
use crate::auth::session::Sessions;
use crate::auth::throttle::Throttle;
use crate::clock::Clock;
use crate::config::Config;
use crate::courier::Courier;
use crate::data_dir::{DataDir, DataDirError, SetupCode};
use crate::names::{Lookups, NameLimits, Resolver};
use crate::pki::{Keys, Pki, Vault};
use crate::place::Opened;
use crate::store::codes::{Instead, NewCode, PutCode};
use crate::store::servers::ServerId;
use crate::store::{Commit, Committed, Store};

/// How often what was noted in memory is written behind.
const WRITE_BEHIND: i64 = 5 * SECOND;
/// How often ended sessions are swept out of memory and the certificate is looked at.
const HOUSEKEEPING: i64 = 10 * MINUTE;

/// How often the keys are tried again when other servers change the database meanwhile.
const TRIES: usize = 8;

impl Service {
    /// Brings the server up on its data directory and store.
    ///
    /// # Errors
    ///
    /// What the store, the keys or the data directory say.
    pub fn start(
        config: Config,
        data_dir: Arc<DataDir>,
        vault: Arc<dyn Vault>,
        store: Arc<dyn Store>,
        pki: &Pki,
        clock: Arc<dyn Clock>,
        resolver: Arc<dyn Resolver>,
    ) -> Result<Arc<Self>, Refusal> {
        let lease = store.lease();
        Self::start_leased(config, Opened { store, vault, data_dir }, pki, clock, resolver, lease)
    }

    /// The same, with a lease of that length among the servers of the store.
    pub(super) fn start_leased(
        config: Config,
        opened: Opened,
        pki: &Pki,
        clock: Arc<dyn Clock>,
        resolver: Arc<dyn Resolver>,
        lease: Option<std::time::Duration>,
    ) -> Result<Arc<Self>, Refusal> {
        let Opened { store, vault, data_dir } = opened;
        let loaded = store.load().wait().map_err(|error| refusal(error.code(), error.to_string()))?;
        let mut facts = Directory::new(loaded);
        let keys = open_keys(&*vault, &*store, pki, &*clock, &mut facts)?;
        let sessions = Sessions::default();
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|_| Code::Internal)?;
        let service = Self {
            directory: ArcSwap::from_pointee(facts),
            acting: tokio::sync::Mutex::new(()),
            epochs: tokio::sync::Mutex::new(()),
            claims: tokio::sync::Mutex::new(()),
            id: ServerId::from_bytes(id),
            lease: Lease::new(lease),
            step: Step::default(),
            everywhere: Everywhere::default(),
            keys: Signers::new(keys, pki.pins()),
            factor_key: arc_swap::ArcSwapOption::empty(),
            sessions,
            unknown: Unknown::default(),
            passwords: Passwords::new(config.hashing)?,
            bodies: super::bodies::Bodies::default(),
            throttle: Throttle::default(),
            judging: tokio::sync::Mutex::new(()),
            courier: Courier::new(&config.codes)?,
            seen: Seen::default(),
            written: std::sync::atomic::AtomicI64::new(0),
            sequences: Sequences::default(),
            holds: Holds::default(),
            refused: Merged::new(Room::REFUSED),
            granted: Merged::new(Room::GRANTED),
            store,
            names: Arc::new(Lookups::new(resolver, Arc::clone(&clock), NameLimits::default())),
            clock,
            shared_time: super::shared_time::SharedTime::default(),
            config,
            data_dir,
            vault,
        };
        for token in service.store.live_tokens(service.now()).wait().map_err(|error| store_refusal(&error))? {
            service.sessions.insert(service.live(&token));
        }
        service.look_at_time_at_start()?;
        service.read_sequences()?;
        service.remember_owners()?;
        service.join_at_start()?;
        if !service.facts().server().claimed {
            service.offer_setup_code()?;
        }
        Ok(Arc::new(service))
    }

    /// A fresh setup code for whoever owns the data directory. Of servers that share a database one makes it; the others say
    /// where it is (RUN-2).
    fn offer_setup_code(&self) -> Result<(), Refusal> {
        let of_files = |error: DataDirError| refusal(error.code(), error.to_string());
        let place = SetupCode::place(self.data_dir.path());
        let instead = if self.config.store.postgres().is_some() { Instead::OfOwn } else { Instead::OfAny };
        // The file comes first: a code that counts is always in one.
        let code = SetupCode::issue(&self.data_dir).map_err(of_files)?;
        let code = NewCode { hash: code.hash(), expires: None, place };
        match self.store.put_setup_code(code, instead).wait().map_err(|error| store_refusal(&error))? {
            PutCode::Kept => Ok(()),
            PutCode::There(place) => {
                tracing::info!(%place, "the server is not set up yet: another server of this database has the setup code; run `sbmctl setup` there or, if that server is lost, `sbm-server admin setup-code` here");
                SetupCode::is_elsewhere(&self.data_dir, &place).map_err(of_files)
            }
        }
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
        let mut duties = tokio::time::interval(millis(super::duties::ASK));
        loop {
            tokio::select! {
                _ = write_behind.tick() => {
                    if self.may_write_unasked() {
                        self.write_behind().await;
                    }
                }
                _ = duties.tick() => {
                    if self.may_write_unasked() {
                        self.do_duties().await;
                    }
                }
                _ = housekeeping.tick() => {
                    self.sessions.sweep(self.now());
                    match pki.renew_if_due(&self.data_dir, self.now()) {
                        Ok(true) => tracing::info!("the server's certificate was renewed"),
                        Ok(false) => {}
                        Err(error) => tracing::error!(%error, "the server's certificate could not be renewed"),
                    }
                }
            }
        }
    }

    /// Whether this server may write what nobody waits for: as long as it may answer. One that stood still may be awake in a
    /// database that was moved away meanwhile, or that is a newer program's (DOOR-2, DOOR-4).
    pub(super) fn may_write_unasked(&self) -> bool {
        self.lease.holds(self.clock.steady())
    }

    /// Writes what is not written yet; call it when the server stops.
    pub async fn close(&self) {
        if !self.lease.is_stopped() {
            self.append_audit([self.refused.rest(), self.granted.rest()].concat()).await;
            self.write_behind().await;
        }
        self.leave().await;
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

/// The keys of the epoch to begin with. Servers that start at once all try; one publishes them, and the others find them.
fn open_keys(vault: &dyn Vault, store: &dyn Store, pki: &Pki, clock: &dyn Clock, facts: &mut Directory) -> Result<Keys, Refusal> {
    for _ in 0..TRIES {
        if let Some(keys) = try_keys(vault, store, pki, clock, facts)? {
            return Ok(keys);
        }
        *facts = Directory::new(store.load().wait().map_err(|error| store_refusal(&error))?);
    }
    Err(refusal(Code::Busy, "other servers kept changing the database during the start; try again"))
}

/// The first start makes the keys; a store behind its key files leaves their epochs behind. `None` when another server
/// changed the database meanwhile.
fn try_keys(
    vault: &dyn Vault,
    store: &dyn Store,
    pki: &Pki,
    clock: &dyn Clock,
    facts: &mut Directory,
) -> Result<Option<Keys>, Refusal> {
    let stored = facts.server().epoch;
    let highest = Keys::highest_epoch(vault).map_err(|error| key_refusal(&error))?;
    let (epoch, reason) = match (highest, facts.server().keys.is_some()) {
        // Where keys come back together with the database, one above it is that of an epoch which is just being published,
        // or was left over by a crash: it tells of no older backup.
        (Some(highest), true) if highest <= stored || !vault.outlives_the_store() => {
            let keys = Keys::open(vault, stored, &pki.pins()).map_err(|error| key_refusal(&error))?;
            if facts.server().keys.as_ref() == Some(keys.key_document()) {
                return Ok(Some(keys));
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
    let keys = Keys::open(vault, epoch, &pki.pins())
        .or_else(|_| Keys::for_epoch(vault, epoch, &pki.pins()))
        .map_err(|error| key_refusal(&error))?;
    let actor = Actor::system();
    let command = Command::RaiseEpoch { epoch, keys: keys.key_document().clone(), reason: reason.to_owned() };
    let planned = plan(facts, &actor, &command, clock.now())?;
    let changes = marked(planned.changes)?;
    let commit = Commit { based_on: facts.revision(), changes: changes.clone(), audit: vec![planned.audit], revoke: Vec::new() };
    match store.commit(commit).wait().map_err(|error| store_refusal(&error))? {
        Committed::At(revision) => *facts = facts.apply(revision, &changes),
        Committed::Stale(_) => return Ok(None),
    }
    Ok(Some(keys))
}
