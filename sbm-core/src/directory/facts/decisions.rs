//! What decisions look at: columns of at most 16 bytes a row beside the rows, and the questions put to them (DEC-1).
//!
//! 1. The columns follow the rows: they are put and dropped with them, nowhere else.
//! 2. Nothing is handed down the tree beforehand but which root account stands above: that never changes for a whole
//!    subtree but by moving it, and then it is worked out anew. Whether one account stands below another, which no decision
//!    asks, is found by walking up.
//! 3. What is not there denies: no such user is the floor, no such account is one that is being deleted, no such security
//!    profile has no right, no such managed profile is in no group.
//! 4. No question allocates.

use super::Directory;
use crate::account::quota::Room;
use crate::account::{AccountPath, AccountState};
use crate::code::Code;
use crate::directory::column::Column;
use crate::directory::membership::{Filling, Member, Membership, Memberships};
use crate::directory::rows::{Account, ManagedProfile, User};
use crate::id::{AccountId, DeviceId, Guid, InstallationId, ProfileId, SecurityProfileId, UserId};
use crate::permission::reasons::Reasons;
use crate::permission::{Action, Decision, Entitlement, Gate, Resource, RightSet};

/// The device at which something is asked, as far as an answer goes by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its account: what is backed up is that account's, whoever works there (ACC-6).
    pub account: AccountId,
    /// How much is left for it; none without a ceiling (ACC-5).
    pub room: Option<Room>,
    /// Why the server refuses the device itself, once it is heard of again: it has no token any more, or another machine has the
    /// account and nothing is backed up at this one (ACC-11).
    pub refused: Option<Code>,
}

/// The columns.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    accounts: Column<AccountFacts>,
    rights: Column<Option<RightSet>>,
    /// The current users of devices; 0 where there is none.
    devices: Column<u32>,
    /// Eight groups of a user have a fixed place, and four of a managed profile.
    users: Memberships<2>,
    profiles: Memberships<1>,
}

/// What a decision looks at about an account; one that is not there is about to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct AccountFacts {
    /// The account itself, if it is a root account; 0 if it is not known.
    root: u32,
    /// The account above; 0 if there is none.
    parent: u32,
    state: AccountState,
}

impl Default for AccountFacts {
    fn default() -> Self {
        Self { root: 0, parent: 0, state: AccountState::DeletionPending }
    }
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            accounts: Column::default(),
            rights: Column::default(),
            devices: Column::default(),
            users: Memberships::new(Filling::Low),
            profiles: Memberships::new(Filling::High),
        }
    }
}

impl Columns {
    /// The root account above has to be known.
    pub(super) fn put_account(&mut self, row: &Account, root: AccountId) {
        let parent = row.parent.map_or(0, |parent| parent.0);
        self.accounts.put(row.id.0, AccountFacts { root: root.0, parent, state: row.state() });
    }

    pub(super) fn drop_account(&mut self, id: AccountId) {
        self.accounts.put(id.0, AccountFacts::default());
    }

    pub(super) fn put_device(&mut self, id: DeviceId, user: Option<UserId>) {
        self.devices.put(id.0, user.map_or(0, |user| user.0));
    }

    pub(super) fn put_rights(&mut self, id: SecurityProfileId, rights: Option<RightSet>) {
        self.rights.put(id.0, rights);
    }

    pub(super) fn put_user(&mut self, row: &User) {
        let other = row.security_profile.map_or(0, |id| id.0);
        let member = Member { account: row.account.0, other, exists: true, flagged: row.disabled };
        self.users.put(row.id.0, Some(member), &row.groups);
    }

    pub(super) fn drop_user(&mut self, id: UserId) {
        self.users.put(id.0, None, &[]);
    }

    pub(super) fn put_profile(&mut self, row: &ManagedProfile) {
        let member = Member { account: row.account.0, other: 0, exists: true, flagged: row.delete };
        self.profiles.put(row.id.0, Some(member), &row.groups);
    }

    pub(super) fn drop_profile(&mut self, id: ProfileId) {
        self.profiles.put(id.0, None, &[]);
    }

    #[inline]
    pub(super) fn root_of(&self, id: AccountId) -> AccountId {
        match self.accounts.get(id.0).root {
            0 => id,
            root => AccountId(root),
        }
    }

    #[inline]
    fn state_of(&self, id: AccountId) -> AccountState {
        self.accounts.get(id.0).state
    }

    /// Whether an account is the one at the top, or below it: found by walking up.
    #[inline]
    fn is_at_or_below(&self, account: AccountId, top: AccountId) -> bool {
        let mut facts = self.accounts.get(account.0);
        if facts.root == 0 || facts.root == top.0 || account == top {
            return facts.root != 0;
        }
        for _ in 1..AccountPath::MAX_DEPTH {
            match facts.parent {
                0 => return false,
                parent if parent == top.0 => return true,
                parent => facts = self.accounts.get(parent),
            }
        }
        false
    }
}

impl Directory {
    /// Whether an account is another one, or stands below it; no decision asks this. One that is not there does not.
    #[inline]
    pub(in crate::directory) fn is_at_or_below(&self, account: AccountId, top: AccountId) -> bool {
        self.columns.is_at_or_below(account, top)
    }

    /// The account that a user belongs to, as decisions look it up.
    #[must_use]
    #[inline]
    pub fn account_of(&self, user: UserId) -> Option<AccountId> {
        let member = self.columns.users.get(user.0).member;
        member.exists.then_some(AccountId(member.account))
    }

    /// May this user do that to the managed profile of that id? The fastest form of the question.
    #[must_use]
    #[inline]
    pub fn decide_by_id(&self, user: UserId, profile: ProfileId, action: Action) -> Decision {
        let user = Asking::new(self, user);
        user.answer(action, true, user.entitled(profile, user.root()))
    }

    /// May this user do that, to a managed profile by its GUID or to anything else?
    #[must_use]
    #[inline]
    pub fn decide(&self, user: UserId, action: Action, resource: Resource) -> Decision {
        let user = Asking::new(self, user);
        match resource {
            Resource::Local => user.answer(action, false, Reasons::NONE),
            Resource::Managed(guid) => user.answer(action, true, user.entitled_by_guid(&guid)),
        }
    }

    /// The same at a device, for a run that expects to store so many bytes: what the device itself answers (DEC-4).
    #[must_use]
    pub fn decide_at(&self, place: Place, user: UserId, action: Action, resource: Resource, estimate: u64) -> Decision {
        let user = Asking::new(self, user);
        let (managed, entitlement) = match resource {
            Resource::Local => (false, Reasons::NONE),
            Resource::Managed(guid) => (true, user.entitled_by_guid(&guid)),
        };
        let is_replaced = place.refused == Some(Code::OtherMachine);
        let state = if is_replaced { AccountState::Disabled } else { self.columns.state_of(place.account) };
        let room = Reasons::of_room(place.room.map(|room| room.bytes), estimate);
        let against = entitlement.and(room).and(Reasons::FLOOR.when(place.refused.is_some()));
        let mut answer = user.answer_in(state, action, managed, against);
        if let Some(code) = place.refused
            && (answer.gate == Some(Gate::Floor) || (is_replaced && answer.code == Code::DeniedAccountDisabled))
        {
            answer.code = code;
        }
        answer
    }

    /// May the current user of this installation of an account do that to the managed profile of that GUID? An installation
    /// that is not known has no user. How much room is left is not looked at.
    #[must_use]
    #[inline]
    pub fn decide_for(&self, account: AccountId, installation: &InstallationId, guid: &Guid, action: Action) -> Decision {
        let device = self.device_id(account, installation);
        let user = device.map_or(0, |device| self.columns.devices.get(device.0));
        let user = Asking::new(self, UserId(user));
        user.answer_in(self.columns.state_of(account), action, true, user.entitled_by_guid(guid))
    }

    /// How a user stands to the managed profile of that GUID (PRO-1).
    #[must_use]
    pub fn entitlement(&self, user: UserId, guid: &Guid) -> Entitlement {
        match Asking::new(self, user).entitled_by_guid(guid) {
            Reasons::NONE => Entitlement::Shared,
            Reasons::MARKED => Entitlement::MarkedForDeletion,
            _ => Entitlement::None,
        }
    }
}

/// A user about whom something is asked.
struct Asking<'a> {
    facts: &'a Directory,
    id: UserId,
    user: Membership<'a, 2>,
}

impl<'a> Asking<'a> {
    #[inline]
    fn new(facts: &'a Directory, id: UserId) -> Self {
        Self { facts, id, user: facts.columns.users.get(id.0) }
    }

    #[inline]
    fn root(&self) -> AccountId {
        self.facts.columns.root_of(AccountId(self.user.member.account))
    }

    #[inline]
    fn entitled_by_guid(&self, guid: &Guid) -> Reasons {
        let root = self.root();
        match self.facts.profile_id(root, guid) {
            Some(id) => self.entitled(id, root),
            None => Reasons::ENTITLEMENT,
        }
    }

    /// What stands against this user and that profile: it belongs to another root account, no group is shared, it is marked.
    #[inline(always)]
    fn entitled(&self, id: ProfileId, root: AccountId) -> Reasons {
        let profile = self.facts.columns.profiles.get(id.0);
        let meets = match self.user.meets(&profile) {
            Some(meets) => meets,
            None => self.meets_in_rows(id),
        };
        let shared = meets & profile.member.exists & (self.facts.columns.root_of(AccountId(profile.member.account)) == root);
        Reasons::ENTITLEMENT.when(!shared).and(Reasons::MARKED.when(shared & profile.member.flagged))
    }

    #[cold]
    fn meets_in_rows(&self, id: ProfileId) -> bool {
        match (self.facts.user(self.id), self.facts.profile_by_id(id)) {
            (Some(user), Some(profile)) => meet(&user.groups, &profile.groups),
            _ => false,
        }
    }

    #[inline(always)]
    fn answer(&self, action: Action, managed: bool, entitlement: Reasons) -> Decision {
        let state = self.facts.columns.state_of(AccountId(self.user.member.account));
        self.answer_in(state, action, managed, entitlement)
    }

    #[inline(always)]
    fn answer_in(&self, state: AccountState, action: Action, managed: bool, others: Reasons) -> Decision {
        let member = self.user.member;
        let columns = &self.facts.columns;
        let refused = member.flagged | !member.exists;
        let floor = if member.exists { Code::UserDisabled } else { Code::TokenRefused };
        Reasons::FLOOR
            .when(refused)
            .and(Reasons::of_state(state))
            .and(Reasons::of_rights(columns.rights.get(member.other), action))
            .and(others)
            .answer(action, managed, floor)
    }
}

/// Whether two sorted sets have a member in common.
fn meet<T: Ord>(one: &[T], other: &[T]) -> bool {
    let (few, many) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    few.iter().any(|member| many.binary_search(member).is_ok())
}
