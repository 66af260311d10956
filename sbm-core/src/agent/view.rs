//! What a client decides from: compiled once per change, read by any number of threads, 8 bytes to clone.

use alloc::string::String;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicI64, Ordering};

use super::verify::Known;
use crate::account::AccountState;
use crate::cache::{List, Number, RoomNote, RunRoom, Trust};
use crate::code::Code;
use crate::id::Guid;
use crate::permission::explain::{Names, explain};
use crate::permission::{Action, Context, Decision, Entitlement, Explanation, Facts, Resource, RightSet, Standing, decide};
use crate::time::{SECOND, Timestamp};
use crate::wire::v1::device::Stored;

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
    room: Room,
    note: Option<RoomNote>,
    /// With it: the last contact, the latest moment known, and how long may lie between contact and now.
    offline_limit: Option<OfflineLimit>,
}

/// How much room is left, as far as it is known here (ACC-5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// Whether there is a quota at all. Before a run the server is asked then.
    pub quota: bool,
    /// Bytes of new data that still fit, as the server said at the last contact, less what was stored since; none where no
    /// ceiling is known.
    pub left: Option<u64>,
    /// A soft quota is reached, or a ceiling.
    pub warns: bool,
}

impl Room {
    /// There is nothing to go by but that there is a quota: nothing new fits.
    const UNKNOWN: Self = Self { quota: true, left: Some(0), warns: false };

    fn of(quota: bool, note: Option<&RoomNote>, stored: Option<u64>, expected: &[RunRoom]) -> Self {
        match (quota, note) {
            (false, _) => Self::default(),
            (true, None) => Self::UNKNOWN,
            (true, Some(note)) => {
                let left = note.left(stored, expected);
                Self { quota: true, left, warns: note.warns || left == Some(0) }
            }
        }
    }
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

    pub(super) fn of(
        trust: &Trust,
        known: &Result<Known, Code>,
        fault: Option<Code>,
        contact: Connection,
        stored: Option<Stored>,
    ) -> Self {
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
        let note = known.and_then(|known| known.room.clone());
        let limit = known.and_then(|known| known.head.max_offline).map(|seconds| OfflineLimit {
            contact: trust.contact.unwrap_or_default(),
            latest: AtomicI64::new(trust.latest.as_millis()),
            millis: i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(SECOND),
        });
        Self(Arc::new(Compiled {
            connection,
            standing,
            state: if replaced(standing) {
                AccountState::Disabled
            } else {
                known.map_or(AccountState::Active, |known| known.head.state)
            },
            rights: known.and_then(|known| known.head.right_set()),
            list: known.map(|known| known.list.clone()),
            number: known.map_or(trust.seen, |known| known.head.number()),
            user: trust.user.clone(),
            security_profile: known.and_then(|known| known.head.security_profile.clone()),
            room: Room::of(known.is_some_and(|known| known.head.quota), note.as_ref(), stored.map(|stored| stored.bytes), &[]),
            note,
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
            room: Room::default(),
            note: None,
            offline_limit: None,
        }))
    }

    /// May the user do this? The clock is read only when the head limits the time offline.
    #[must_use]
    pub fn decide(&self, action: Action, resource: Resource, now: impl FnOnce() -> Timestamp) -> Decision {
        let now = if self.0.offline_limit.is_some() { now() } else { Timestamp::default() };
        self.told(decide(&*self.0, action, resource, &Context { now, estimate: 0 }))
    }

    /// May this run begin? Of its room counts what the host stores now by its own word. Where the server is asked for the room
    /// only the other gates are asked here (ACC-5).
    #[must_use]
    pub fn decide_run(
        &self,
        action: Action,
        resource: Resource,
        now: impl FnOnce() -> Timestamp,
        planned: Planned<'_>,
    ) -> Decision {
        let now = if self.0.offline_limit.is_some() { now() } else { Timestamp::default() };
        let left = if planned.asked { None } else { self.room(planned.stored, planned.expected).left };
        self.told(decide(&With { compiled: &self.0, left }, action, resource, &Context { now, estimate: planned.estimate }))
    }

    /// Another machine has the account, and that is why no backup is made here (ACC-11).
    #[inline]
    fn told(&self, mut decision: Decision) -> Decision {
        if decision.code == Code::DeniedAccountDisabled && replaced(self.0.standing) {
            decision.code = Code::OtherMachine;
        }
        decision
    }

    /// The same as [`decide`](Self::decide), with the reason in words (DEC-3).
    #[must_use]
    pub fn explain(&self, action: Action, resource: Resource, now: Timestamp) -> Explanation {
        self.explain_decision(self.decide(action, resource, || now), action, resource)
    }

    /// A decision that was made before, in words.
    #[must_use]
    pub fn explain_decision(&self, decision: Decision, action: Action, resource: Resource) -> Explanation {
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

    /// How much room is left, as far as it is known here, for a host that stores so many bytes and whose runs that go on expect
    /// to store these.
    #[must_use]
    pub fn room(&self, stored: Option<u64>, expected: &[RunRoom]) -> Room {
        Room::of(self.0.room.quota, self.0.note.as_ref(), stored, expected)
    }

    /// What the server keeps for runs of this device, as it said at the last contact.
    #[must_use]
    pub fn kept(&self) -> &[RunRoom] {
        self.0.note.as_ref().map_or(&[], |note| &note.kept)
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

/// Whether the server said that the account is another machine's: nothing is backed up here until somebody logs in, or two
/// machines would take turns (ACC-11). Restores go on by the last verified rights.
const fn replaced(standing: Standing) -> bool {
    matches!(standing, Standing::Floor(Code::OtherMachine))
}

/// What is known of a run that is about to begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Planned<'r> {
    /// How many bytes of new data it expects to store; 0 if it cannot say.
    pub estimate: u64,
    /// How many bytes the host stores by its own last word.
    pub stored: Option<u64>,
    /// What the runs that go on expect to store.
    pub expected: &'r [RunRoom],
    /// Whether the server is asked for the room.
    pub asked: bool,
}

/// What was compiled, with another room.
struct With<'v> {
    compiled: &'v Compiled,
    left: Option<u64>,
}

impl Facts for With<'_> {
    fn standing(&self, context: &Context) -> Standing {
        self.compiled.standing(context)
    }

    fn account_state(&self) -> AccountState {
        self.compiled.account_state()
    }

    fn rights(&self) -> Option<RightSet> {
        self.compiled.rights()
    }

    fn entitlement(&self, profile: &Guid) -> Entitlement {
        self.compiled.entitlement(profile)
    }

    fn room(&self) -> Option<u64> {
        self.left
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
        self.room.left
    }
}
