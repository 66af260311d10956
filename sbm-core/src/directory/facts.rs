//! The directory: every fact the server decides by, in memory (DESIGN 3.1).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;

use super::change::Change;
use super::index::{Index, NameKey};
use super::kin::Kin;
use super::marks::Marks;
use super::rows::{Account, Allow, CustomRole, Device, Grant, Group, ManagedProfile, SecurityProfile, Server, Tombstone, User};
use super::table::Table;
use crate::allowlist::{IpPattern, Matcher, PeerName, Rule};
use crate::cache::Mark;
use crate::factor::Means;
use crate::id::{AccountId, AllowId, Guid, InstallationId, ProfileId, RoleId, UserId};

mod accounts;
mod decisions;
mod devices;
mod factors;
mod groups;
mod logins;
mod profiles;
mod roles;
mod roots;
mod security_profiles;
mod users;

pub use decisions::Place;

use decisions::Columns;

/// All rows of a store, as they are loaded when the server starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The revision at which these rows stand.
    pub revision: u64,
    /// The server's row.
    pub server: Server,
    /// All accounts.
    pub accounts: Vec<Account>,
    /// All users.
    pub users: Vec<User>,
    /// Who has which second factor.
    pub factors: Vec<(UserId, Means)>,
    /// All groups.
    pub groups: Vec<Group>,
    /// All security profiles.
    pub security_profiles: Vec<SecurityProfile>,
    /// All managed profiles.
    pub profiles: Vec<ManagedProfile>,
    /// What is left of deleted managed profiles.
    pub tombstones: Vec<Tombstone>,
    /// All devices.
    pub devices: Vec<Device>,
    /// The allowlist.
    pub allow: Vec<Allow>,
    /// The roles that somebody made.
    pub roles: Vec<CustomRole>,
    /// Who has which role where, besides those at his own account.
    pub grants: Vec<Grant>,
    /// The marks of the revisions, as far as they have one.
    pub marks: Vec<(u64, Mark)>,
    /// The next free ids.
    pub next: NextIds,
}

/// The next free id of each kind. Ids are never reused, so these only grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the next free id of the kind it is named for")]
pub struct NextIds {
    pub account: u32,
    pub user: u32,
    pub group: u32,
    pub security_profile: u32,
    pub profile: u32,
    pub device: u32,
    pub allow: u32,
    pub role: u32,
    pub grant: u32,
}

impl Default for NextIds {
    fn default() -> Self {
        Self { account: 1, user: 1, group: 1, security_profile: 1, profile: 1, device: 1, allow: 1, role: 1, grant: 1 }
    }
}

/// The facts at one revision. Cloning shares all pages.
#[derive(Clone, Debug)]
pub struct Directory {
    revision: u64,
    marks: Marks,
    server: Arc<Server>,
    accounts: Table<Account>,
    kin: Kin,
    users: Table<User>,
    factors: Arc<BTreeSet<(UserId, Means)>>,
    groups: Table<Group>,
    security_profiles: Table<SecurityProfile>,
    profiles: Table<ManagedProfile>,
    devices: Table<Device>,
    allow: Table<Allow>,
    matcher: Arc<Matcher>,
    columns: Columns,
    names: Index<NameKey>,
    installations: Index<(AccountId, InstallationId)>,
    guids: Index<(AccountId, Guid)>,
    group_profiles: Table<Vec<ProfileId>>,
    tombstones: Arc<BTreeMap<(AccountId, Guid), Tombstone>>,
    roles: Arc<BTreeMap<RoleId, CustomRole>>,
    /// By user. Who has none has no place here.
    grants: Table<Vec<Grant>>,
    next: NextIds,
}

impl Directory {
    /// The facts that these rows state.
    #[must_use]
    pub fn new(rows: Rows) -> Self {
        let mut directory = Self {
            revision: rows.revision,
            marks: rows.marks.into_iter().collect(),
            server: Arc::new(rows.server),
            accounts: Table::default(),
            kin: Kin::default(),
            users: Table::default(),
            factors: Arc::new(rows.factors.into_iter().collect()),
            groups: Table::default(),
            security_profiles: Table::default(),
            profiles: Table::default(),
            devices: Table::default(),
            allow: Table::default(),
            matcher: Arc::new(Matcher::new([])),
            columns: Columns::default(),
            names: Index::default(),
            installations: Index::default(),
            guids: Index::default(),
            group_profiles: Table::default(),
            tombstones: Arc::default(),
            roles: Arc::default(),
            grants: Table::default(),
            next: rows.next,
        };
        rows.accounts.into_iter().for_each(|row| directory.put_account(row));
        rows.users.into_iter().for_each(|row| directory.put_user(row));
        rows.groups.into_iter().for_each(|row| directory.put_group(row));
        rows.security_profiles.into_iter().for_each(|row| directory.put_security_profile(row));
        rows.profiles.into_iter().for_each(|row| directory.put_profile(row));
        rows.tombstones.into_iter().for_each(|row| directory.put_tombstone(row));
        rows.devices.into_iter().for_each(|row| directory.put_device(row));
        rows.allow.into_iter().for_each(|row| directory.put_allow(row));
        rows.roles.into_iter().for_each(|row| directory.put_role(row));
        rows.grants.into_iter().for_each(|row| directory.put_grant(row));
        directory.compile_allowlist();
        directory
    }

    /// The facts after these changes were committed at that revision: every row that was put is stamped with it.
    #[must_use]
    pub fn apply(&self, revision: u64, changes: &[Change]) -> Self {
        let mut next = self.clone();
        next.revision = revision;
        next.apply_accounts(revision, changes);
        for change in changes.iter().filter(|change| !matches!(change, Change::Account(_))) {
            next.apply_one(revision, change.clone());
        }
        if changes.iter().any(|change| matches!(change, Change::Allow(_) | Change::DropAllow(_))) {
            next.compile_allowlist();
        }
        next
    }

    /// Accounts come first: whatever else is put is known by the root account above it.
    fn apply_accounts(&mut self, revision: u64, changes: &[Change]) {
        let rows: Vec<&Account> =
            changes.iter().filter_map(|change| if let Change::Account(row) = change { Some(row) } else { None }).collect();
        rows.into_iter().for_each(|row| self.apply_one(revision, Change::Account(row.clone())));
    }

    fn apply_one(&mut self, revision: u64, mut change: Change) {
        change.stamp(revision);
        match change {
            Change::Mark(mark) => self.marks.put(revision, mark),
            Change::Server(row) => self.server = Arc::new(row),
            Change::Account(row) => self.put_account(row),
            Change::DropAccount(id) => self.drop_account(id),
            Change::User(row) => self.put_user(row),
            Change::DropUser(id) => self.drop_user(id),
            Change::Group(row) => self.put_group(row),
            Change::DropGroup(id) => self.drop_group(id),
            Change::SecurityProfile(row) => self.put_security_profile(row),
            Change::DropSecurityProfile(id) => self.drop_security_profile(id),
            Change::Profile(row) => self.put_profile(row),
            Change::DropProfile { id, tombstone } => self.drop_profile(id, tombstone),
            Change::Device(row) => self.put_device(row),
            Change::DropDevice(id) => self.drop_device(id),
            Change::Allow(row) => self.put_allow(row),
            Change::DropAllow(id) => self.allow.put(id.index(), None),
            Change::Role(row) => self.put_role(row),
            Change::DropRole(id) => self.drop_role(id),
            Change::Grant(row) => self.put_grant(row),
            Change::DropGrant { id, user } => self.drop_grant(id, user),
            Change::Factor { user, .. } => self.put_factor(user, Means::Authenticator),
            Change::DropFactor(user) => self.drop_factor(user, Means::Authenticator),
            Change::Channel { user, channel, .. } => self.put_factor(user, Means::Sent(channel)),
            Change::DropChannel { user, channel } => self.drop_factor(user, Means::Sent(channel)),
            Change::Password { .. }
            | Change::RecoveryCodes { .. }
            | Change::Body { .. }
            | Change::Image { .. }
            | Change::Erase(_) => {}
        }
    }

    fn put_allow(&mut self, row: Allow) {
        self.next.allow = self.next.allow.max(row.id.0.saturating_add(1));
        self.allow.put(row.id.index(), Some(row));
    }

    /// An entry that is no pattern was never let in; should one be there, it admits nobody. The record of this machine
    /// says what holds for a loopback peer anyway; `127.0.0.1` from a proxy is not this machine, and not admitted by it
    /// (NET-7, NET-8).
    fn compile_allowlist(&mut self) {
        let rules = self.allow.iter().filter_map(|entry| Rule::parse(entry.kind, &entry.pattern).ok());
        let of_others: Vec<Rule> = rules.filter(|rule| *rule != Rule::Address(IpPattern::THIS_MACHINE)).collect();
        self.matcher = Arc::new(Matcher::new(of_others));
    }

    /// Whether this peer may talk to the server at all. Until the server is claimed, loopback alone (RUN-2).
    #[must_use]
    pub fn admits_peer(&self, peer: IpAddr) -> bool {
        if self.server.claimed { self.matcher.admits_peer(peer) } else { peer.to_canonical().is_loopback() }
    }

    /// Whether the allowlist admits this address; loopback has no privilege here, so that it can be asked about an
    /// address that a proxy forwarded (NET-8). Until the server is claimed it admits nobody (RUN-2).
    #[must_use]
    pub fn admits(&self, address: IpAddr) -> bool {
        self.server.claimed && self.matcher.admits(address)
    }

    /// Whether a name could admit whom no address rule does (NET-5).
    #[must_use]
    pub fn needs_name(&self) -> bool {
        self.server.claimed && self.matcher.needs_name()
    }

    /// Whether the allowlist admits this name, which reverse DNS has confirmed (NET-5).
    #[must_use]
    pub fn admits_name(&self, name: &PeerName) -> bool {
        self.server.claimed && self.matcher.admits_name(name)
    }

    /// The entries that admit this address, or this confirmed name of it, in the order of their ids.
    #[must_use]
    pub fn admitted_by(&self, address: IpAddr, name: Option<&PeerName>) -> Vec<&Allow> {
        let admits = |entry: &&Allow| Rule::parse(entry.kind, &entry.pattern).is_ok_and(|rule| rule.admits(address, name));
        self.allow.iter().filter(admits).collect()
    }

    /// The revision at which these facts stand.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The mark of a revision; none if it was made without one.
    #[must_use]
    pub fn mark(&self, revision: u64) -> Option<Mark> {
        self.marks.get(revision)
    }

    /// The server's row.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The next free ids.
    #[must_use]
    pub const fn next(&self) -> NextIds {
        self.next
    }

    /// The entry of the allowlist of that id.
    #[must_use]
    pub fn allow(&self, id: AllowId) -> Option<&Allow> {
        self.allow.get(id.index())
    }

    /// The whole allowlist.
    pub fn allowlist(&self) -> impl Iterator<Item = &Allow> {
        self.allow.iter()
    }
}
