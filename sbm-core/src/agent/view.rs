//! What a client decides from: compiled once per change, read by any number of threads, 8 bytes to clone.

use alloc::string::String;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicI64, Ordering};

use super::verify::Known;
use crate::account::AccountState;
use crate::cache::{List, Number, Trust};
use crate::code::Code;
use crate::id::Guid;
use crate::permission::explain::{Names, explain};
use crate::permission::{Action, Context, Decision, Entitlement, Explanation, Facts, Resource, RightSet, Standing, decide};
use crate::time::{SECOND, Timestamp};

/// How a client stands to its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Never enrolled: the host program decides (DEC-6).
    Unmanaged,
    /// The last contact succeeded.
    Online,
    /// The server was not reached, for this reason; [`Code::Ok`] when it was not tried yet. The last verified rights hold.
    Offline(Code),
    /// The server refused this client, or sent what cannot be trusted; the floor holds.
    Refused(Code),
    /// The cache cannot be trusted; the floor holds.
    Floor(Code),
}

/// The permissions in force.
#[derive(Clone, Debug)]
pub struct View(Arc<Compiled>);

#[derive(Debug)]
struct Compiled {
    connection: Connection,
    standing: Standing,
    state: AccountState,
    rights: Option<RightSet>,
    list: Option<List>,
    number: Number,
    user: Option<String>,
    security_profile: Option<String>,
    /// With it: the last contact, the latest moment known, and how long may lie between contact and now.
    offline_limit: Option<OfflineLimit>,
}

#[derive(Debug)]
struct OfflineLimit {
    contact: Timestamp,
    /// The latest moment known, raised by each question: what a clock once showed does not come back when it is set back.
    latest: AtomicI64,
    millis: i64,
}

impl OfflineLimit {
    fn age(&self, now: Timestamp) -> i64 {
        let before = self.latest.fetch_max(now.as_millis(), Ordering::Relaxed);
        now.max(Timestamp::from_millis(before)).since(self.contact)
    }
}

impl View {
    /// A host that was never enrolled.
    #[must_use]
    pub fn unmanaged() -> Self {
        Self::without_known(Connection::Unmanaged, Standing::Unmanaged)
    }

    /// A managed host without anything to trust: nothing is entitled, no right is there.
    #[must_use]
    pub fn floor(code: Code) -> Self {
        Self::without_known(Connection::Floor(code), Standing::Bare(code))
    }

    pub(super) fn of(trust: &Trust, known: &Result<Known, Code>, fault: Option<Code>, contact: Connection) -> Self {
        let refused = trust.refused.as_deref().map(|name| Code::from_name(name).unwrap_or(Code::DeniedFloor));
        match fault {
            Some(code) => return Self::floor(code),
            None if trust.connection.is_none() => return Self::unmanaged(),
            None => {}
        }
        let (connection, standing) = match (known, refused) {
            (Ok(_), Some(code)) => (Connection::Refused(code), Standing::Floor(code)),
            (Err(_), Some(code)) => (Connection::Refused(code), Standing::Bare(code)),
            (Ok(_), None) => (contact, Standing::Verified),
            (Err(code), None) => (Connection::Floor(*code), Standing::Bare(*code)),
        };
        let known = known.as_ref().ok();
        let limit = known.and_then(|known| known.head.max_offline).map(|seconds| OfflineLimit {
            contact: trust.contact.unwrap_or_default(),
            latest: AtomicI64::new(trust.latest.as_millis()),
            millis: i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(SECOND),
        });
        Self(Arc::new(Compiled {
            connection,
            standing,
            state: known.map_or(AccountState::Active, |known| known.head.state),
            rights: known.and_then(|known| known.head.right_set()),
            list: known.map(|known| known.list.clone()),
            number: known.map_or(trust.seen, |known| known.head.number()),
            user: trust.user.clone(),
            security_profile: known.and_then(|known| known.head.security_profile.clone()),
            offline_limit: limit,
        }))
    }

    fn without_known(connection: Connection, standing: Standing) -> Self {
        Self(Arc::new(Compiled {
            connection,
            standing,
            state: AccountState::Active,
            rights: None,
            list: None,
            number: Number::ZERO,
            user: None,
            security_profile: None,
            offline_limit: None,
        }))
    }

    /// May the user do this? The clock is read only when the head limits the time offline.
    #[must_use]
    pub fn decide(&self, action: Action, resource: Resource, now: impl FnOnce() -> Timestamp) -> Decision {
        let now = if self.0.offline_limit.is_some() { now() } else { Timestamp::default() };
        decide(&*self.0, action, resource, &Context { now, estimate: 0 })
    }

    /// The same, with the reason in words (DEC-3).
    #[must_use]
    pub fn explain(&self, action: Action, resource: Resource, now: Timestamp) -> Explanation {
        let decision = self.decide(action, resource, || now);
        let profile = match (resource, &self.0.list) {
            (Resource::Managed(guid), Some(list)) => list.entry(&guid).map(|entry| entry.name.as_str()),
            _ => None,
        };
        let security_profile = self.0.security_profile.as_deref();
        let names = Names { user: self.user(), security_profile, profile, ..Names::default() };
        explain(decision, action, resource, names)
    }

    /// The latest moment that a question was asked at, where the time offline is limited; see
    /// [`Agent::handle_moment`](super::Agent::handle_moment).
    #[must_use]
    pub fn latest(&self) -> Option<Timestamp> {
        self.0.offline_limit.as_ref().map(|limit| Timestamp::from_millis(limit.latest.load(Ordering::Relaxed)))
    }

    /// How the client stands to its server.
    #[must_use]
    pub fn connection(&self) -> Connection {
        self.0.connection
    }

    /// The verified list of managed profiles.
    #[must_use]
    pub fn list(&self) -> Option<&List> {
        self.0.list.as_ref()
    }

    /// The number of the head in force.
    #[must_use]
    pub fn number(&self) -> Number {
        self.0.number
    }

    /// The login name.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.0.user.as_deref()
    }

    /// The security profile's name, for showing.
    #[must_use]
    pub fn security_profile(&self) -> Option<&str> {
        self.0.security_profile.as_deref()
    }
}

impl Facts for Compiled {
    fn standing(&self, context: &Context) -> Standing {
        match (self.standing, &self.offline_limit) {
            // Age only narrows, and a clock set back does not make younger.
            (Standing::Verified, Some(limit)) if limit.age(context.now) > limit.millis => Standing::Floor(Code::DeniedOfflineAge),
            (standing, _) => standing,
        }
    }

    fn account_state(&self) -> AccountState {
        self.state
    }

    fn rights(&self) -> Option<RightSet> {
        self.rights
    }

    fn entitlement(&self, profile: &Guid) -> Entitlement {
        match self.list.as_ref().and_then(|list| list.entry(profile)) {
            None => Entitlement::None,
            Some(entry) if entry.delete => Entitlement::MarkedForDeletion,
            Some(_) => Entitlement::Shared,
        }
    }

    fn room(&self) -> Option<u64> {
        None
    }
}
