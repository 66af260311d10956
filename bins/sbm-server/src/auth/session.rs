//! The sessions in memory: what a token stands for, and until when (RUN-7).
//!
//! 1. A token is parsed and its MAC checked first: a forged one costs no look-up.
//! 2. It counts when its session is known, its hash is the same, its audience is the one asked for, and neither the idle
//!    nor the absolute limit has passed. The audience is told apart only once the token is known to be good.
//! 3. A session that is not in memory is told as *missing*, with what a store can look it up by; nothing else reads. So is one
//!    that was idle for too long as far as this memory knows: it may have been used at another server.
//! 4. Revoking acts on the next look-up. What was read from the store before something was revoked is not taken in behind it:
//!    it may be the very thing.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{PoisonError, RwLock};

use sbm_core::code::Code;
use sbm_core::directory::Limit;
use sbm_core::id::{AccountId, DeviceId, Hash, UserId};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::session::Audience;

use super::token::{ParsedToken, TokenKey, same_hash};

/// A session as it is put in and handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id, which the token carries.
    pub id: u64,
    /// What its token may be used for.
    pub audience: Audience,
    /// The account.
    pub account: AccountId,
    /// The user.
    pub user: UserId,
    /// The device, for a device's token.
    pub device: Option<DeviceId>,
    /// When it began.
    pub created: Timestamp,
    /// When it was last used.
    pub last_used: Timestamp,
    /// When it ends at the latest; a device's does not end by itself.
    pub expires: Option<Timestamp>,
    /// After how many milliseconds without use it ends; a device's does not.
    pub idle: Option<i64>,
    /// How far it goes at most, for a program's token (RUN-11).
    pub limit: Option<Limit>,
}

impl Session {
    /// Whether a limit has passed.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.is_expired(now) || self.idle.is_some_and(|idle| now.since(self.last_used) >= idle)
    }

    /// Whether it ended for good, however it was used.
    fn is_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|end| now >= end)
    }
}

/// A session and the hash of its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// The session.
    pub session: Session,
    /// The SHA-256 of its token.
    pub hash: Hash,
}

/// What became of a look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The session counts.
    Found(Session),
    /// This server made the token, but the session is not in memory: the store may know it.
    Missing(ParsedToken),
}

/// All sessions of the server.
#[derive(Debug, Default)]
pub struct Sessions(RwLock<Known>);

#[derive(Debug, Default)]
struct Known {
    entries: HashMap<u64, Entry>,
    /// How often something was revoked.
    revoked: u64,
}

/// The moment before something was read from the store.
#[derive(Clone, Copy, Debug)]
pub struct Before(u64);

#[derive(Debug)]
struct Entry {
    session: Session,
    hash: Hash,
    /// Moves on use under the shared lock.
    last_used: AtomicI64,
}

impl Entry {
    fn session(&self) -> Session {
        Session { last_used: Timestamp::from_millis(self.last_used.load(Ordering::Relaxed)), ..self.session }
    }

    fn is_over(&self, now: Timestamp) -> bool {
        self.session().is_over(now)
    }
}

impl Sessions {
    /// Takes in a session, in place of one with the same id.
    pub fn insert(&self, new: NewSession) {
        self.write().insert(new);
    }

    /// The moment before something is read from the store.
    #[must_use]
    pub fn before(&self) -> Before {
        Before(self.read().revoked)
    }

    /// Takes in what was read from the store, unless something was revoked since that moment: then it is to be read again.
    /// Tells whether it did.
    #[must_use]
    pub fn insert_read(&self, new: NewSession, before: Before) -> bool {
        let mut known = self.write();
        let is_current = known.revoked == before.0;
        if is_current {
            known.insert(new);
        }
        is_current
    }

    /// Looks a token up and marks its session as used now.
    ///
    /// # Errors
    ///
    /// `token_refused` when it is forged, revoked or past a limit, `wrong_audience` when it is good for something else.
    pub fn look_up(&self, key: &TokenKey, text: &str, audience: Audience, now: Timestamp) -> Result<Lookup, Code> {
        let parsed = key.parse(text)?;
        let known = self.read();
        let Some(entry) = known.entries.get(&parsed.id) else { return Ok(Lookup::Missing(parsed)) };
        let is_it = same_hash(&entry.hash, &parsed.hash) && entry.session.audience == parsed.audience;
        if !is_it || entry.session.is_expired(now) {
            return Err(Code::TokenRefused);
        }
        if entry.is_over(now) {
            return Ok(Lookup::Missing(parsed));
        }
        if entry.session.audience != audience {
            return Err(Code::WrongAudience);
        }
        // Only forward: a clock set back must not make a session older than it is.
        entry.last_used.fetch_max(now.as_millis(), Ordering::Relaxed);
        Ok(Lookup::Found(entry.session()))
    }

    /// Ends one session. Tells whether there was one.
    pub fn revoke(&self, id: u64) -> bool {
        let mut known = self.write();
        known.revoked = known.revoked.wrapping_add(1);
        known.entries.remove(&id).is_some()
    }

    /// Ends a user's sessions, all or those of one audience, and gives their ids (RUN-7).
    pub fn revoke_user(&self, user: UserId, audience: Option<Audience>) -> Vec<u64> {
        self.remove_where(|session| session.user == user && audience.is_none_or(|audience| session.audience == audience))
    }

    /// Ends a device's sessions and gives their ids.
    pub fn revoke_device(&self, device: DeviceId) -> Vec<u64> {
        self.remove_where(|session| session.device == Some(device))
    }

    /// Forgets what is past a limit, and gives the ids.
    pub fn sweep(&self, now: Timestamp) -> Vec<u64> {
        let mut known = self.write();
        let sessions = &mut known.entries;
        let over: Vec<u64> = sessions.iter().filter(|(_, entry)| entry.is_over(now)).map(|(id, _)| *id).collect();
        for id in &over {
            sessions.remove(id);
        }
        over
    }

    /// What was used at or after that moment, with when: a restart must not forget it of console sessions, or their idle limit
    /// would count from the login, and of programs' tokens people want to know it. When a device was seen is known apart.
    #[must_use]
    pub fn used_since(&self, since: Timestamp) -> Vec<(u64, Timestamp)> {
        let known = self.read();
        let fits = |session: &Session| session.audience != Audience::Device && session.last_used >= since;
        known.entries.values().map(Entry::session).filter(fits).map(|session| (session.id, session.last_used)).collect()
    }

    /// A user's sessions, oldest first.
    #[must_use]
    pub fn of_user(&self, user: UserId) -> Vec<Session> {
        let known = self.read();
        let mut found: Vec<Session> =
            known.entries.values().filter(|entry| entry.session.user == user).map(Entry::session).collect();
        found.sort_by_key(|session| (session.created, session.id));
        found
    }

    /// All sessions that count at that moment, oldest first.
    #[must_use]
    pub fn all(&self, now: Timestamp) -> Vec<Session> {
        let known = self.read();
        let mut found: Vec<Session> = known.entries.values().filter(|entry| !entry.is_over(now)).map(Entry::session).collect();
        found.sort_by_key(|session| (session.created, session.id));
        found
    }

    /// The session of that id, if it counts at that moment.
    #[must_use]
    pub fn get(&self, id: u64, now: Timestamp) -> Option<Session> {
        let known = self.read();
        known.entries.get(&id).filter(|entry| !entry.is_over(now)).map(Entry::session)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read().entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn remove_where(&self, gone: impl Fn(&Session) -> bool) -> Vec<u64> {
        let mut known = self.write();
        known.revoked = known.revoked.wrapping_add(1);
        let sessions = &mut known.entries;
        let mut ids: Vec<u64> = sessions.iter().filter(|(_, entry)| gone(&entry.session)).map(|(id, _)| *id).collect();
        for id in &ids {
            sessions.remove(id);
        }
        ids.sort_unstable();
        ids
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Known> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Known> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn insert(&mut self, new: NewSession) {
        let last_used = AtomicI64::new(new.session.last_used.as_millis());
        self.entries.insert(new.session.id, Entry { session: new.session, hash: new.hash, last_used });
    }
}

#[cfg(test)]
mod tests;
