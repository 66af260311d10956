//! The directory: every fact the server decides by, in memory (DESIGN 3.1).

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;

use super::change::Change;
use super::marks::Marks;
use super::rows::{Account, Allow, Device, Group, ManagedProfile, SecurityProfile, Server, Tombstone, User};
use super::table::{Index, Table};
use crate::allowlist::{IpPattern, Matcher};
use crate::cache::Mark;
use crate::id::{AccountId, AllowId, DeviceId, GroupId, Guid, InstallationId, ProfileId, SecurityProfileId, UserId};

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
}

impl Default for NextIds {
    fn default() -> Self {
        Self { account: 1, user: 1, group: 1, security_profile: 1, profile: 1, device: 1, allow: 1 }
    }
}

/// The facts at one revision. Cloning shares all pages.
#[derive(Clone, Debug)]
pub struct Directory {
    revision: u64,
    marks: Marks,
    server: Arc<Server>,
    accounts: Table<Account>,
    users: Table<User>,
    groups: Table<Group>,
    security_profiles: Table<SecurityProfile>,
    profiles: Table<ManagedProfile>,
    devices: Table<Device>,
    allow: Table<Allow>,
    matcher: Arc<Matcher>,
    names: Index<String>,
    installations: Index<String>,
    guids: Index<String>,
    group_profiles: Table<Vec<ProfileId>>,
    tombstones: Arc<BTreeMap<(AccountId, Guid), Tombstone>>,
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
            users: Table::default(),
            groups: Table::default(),
            security_profiles: Table::default(),
            profiles: Table::default(),
            devices: Table::default(),
            allow: Table::default(),
            matcher: Arc::new(Matcher::new([])),
            names: Index::default(),
            installations: Index::default(),
            guids: Index::default(),
            group_profiles: Table::default(),
            tombstones: Arc::new(rows.tombstones.into_iter().map(|row| ((row.account, row.guid), row)).collect()),
            next: rows.next,
        };
        rows.accounts.into_iter().for_each(|row| directory.put_account(row));
        rows.users.into_iter().for_each(|row| directory.put_user(row));
        rows.groups.into_iter().for_each(|row| directory.put_group(row));
        rows.security_profiles.into_iter().for_each(|row| directory.put_security_profile(row));
        rows.profiles.into_iter().for_each(|row| directory.put_profile(row));
        rows.devices.into_iter().for_each(|row| directory.put_device(row));
        rows.allow.into_iter().for_each(|row| directory.put_allow(row));
        directory.compile_allowlist();
        directory
    }

    /// The facts after these changes were committed at that revision: every row that was put is stamped with it.
    #[must_use]
    pub fn apply(&self, revision: u64, changes: &[Change]) -> Self {
        let mut next = self.clone();
        next.revision = revision;
        for change in changes {
            next.apply_one(revision, change.clone());
        }
        if changes.iter().any(|change| matches!(change, Change::Allow(_) | Change::DropAllow(_))) {
            next.compile_allowlist();
        }
        next
    }

    fn apply_one(&mut self, revision: u64, mut change: Change) {
        change.stamp(revision);
        match change {
            Change::Mark(mark) => self.marks.put(revision, mark),
            Change::Server(row) => self.server = Arc::new(row),
            Change::Account(row) => self.put_account(row),
            Change::User(row) => self.put_user(row),
            Change::DropUser(id) => self.drop_user(id),
            Change::Group(row) => self.put_group(row),
            Change::DropGroup(id) => self.drop_group(id),
            Change::SecurityProfile(row) => self.put_security_profile(row),
            Change::DropSecurityProfile(id) => self.drop_security_profile(id),
            Change::Profile(row) => {
                if self.tombstones.contains_key(&(row.account, row.guid)) {
                    Arc::make_mut(&mut self.tombstones).remove(&(row.account, row.guid));
                }
                self.put_profile(row);
            }
            Change::DropProfile { id, tombstone } => {
                self.drop_profile(id);
                Arc::make_mut(&mut self.tombstones).insert((tombstone.account, tombstone.guid), tombstone);
            }
            Change::Device(row) => self.put_device(row),
            Change::DropDevice(id) => self.drop_device(id),
            Change::Allow(row) => self.put_allow(row),
            Change::DropAllow(id) => self.allow.put(id.index(), None),
            Change::Password { .. } | Change::Body { .. } => {}
        }
    }

    fn put_account(&mut self, row: Account) {
        self.next.account = self.next.account.max(row.id.0.saturating_add(1));
        self.accounts.put(row.id.index(), Some(row));
    }

    fn put_user(&mut self, row: User) {
        self.drop_user(row.id);
        self.next.user = self.next.user.max(row.id.0.saturating_add(1));
        self.names.put(key("user", row.account, &row.name.key()), Some(row.id.0));
        self.users.put(row.id.index(), Some(row));
    }

    fn drop_user(&mut self, id: UserId) {
        if let Some(old) = self.users.get(id.index()) {
            self.names.put(key("user", old.account, &old.name.key()), None);
        }
        self.users.put(id.index(), None);
    }

    fn put_group(&mut self, row: Group) {
        self.drop_group(row.id);
        self.next.group = self.next.group.max(row.id.0.saturating_add(1));
        self.names.put(key("group", row.account, &row.name.key()), Some(row.id.0));
        self.groups.put(row.id.index(), Some(row));
    }

    fn drop_group(&mut self, id: GroupId) {
        if let Some(old) = self.groups.get(id.index()) {
            self.names.put(key("group", old.account, &old.name.key()), None);
        }
        self.groups.put(id.index(), None);
    }

    fn put_security_profile(&mut self, row: SecurityProfile) {
        self.drop_security_profile(row.id);
        self.next.security_profile = self.next.security_profile.max(row.id.0.saturating_add(1));
        self.names.put(key("security profile", row.account, &row.name.key()), Some(row.id.0));
        self.security_profiles.put(row.id.index(), Some(row));
    }

    fn drop_security_profile(&mut self, id: SecurityProfileId) {
        if let Some(old) = self.security_profiles.get(id.index()) {
            self.names.put(key("security profile", old.account, &old.name.key()), None);
        }
        self.security_profiles.put(id.index(), None);
    }

    fn put_profile(&mut self, row: ManagedProfile) {
        let old = self.profiles.get(row.id.index()).map(|old| old.groups.clone()).unwrap_or_default();
        for group in old.iter().filter(|group| !row.groups.contains(group)) {
            let mut members = self.profiles_in(*group).to_vec();
            members.retain(|id| *id != row.id);
            self.group_profiles.put(group.index(), Some(members));
        }
        for group in row.groups.iter().filter(|group| !old.contains(group)) {
            let mut members = self.profiles_in(*group).to_vec();
            if let Err(at) = members.binary_search(&row.id) {
                members.insert(at, row.id);
            }
            self.group_profiles.put(group.index(), Some(members));
        }
        self.next.profile = self.next.profile.max(row.id.0.saturating_add(1));
        self.guids.put(key("profile", row.account, &format!("{}", row.guid)), Some(row.id.0));
        self.profiles.put(row.id.index(), Some(row));
    }

    fn drop_profile(&mut self, id: ProfileId) {
        let Some(old) = self.profiles.get(id.index()).cloned() else { return };
        for group in &old.groups {
            let mut members = self.profiles_in(*group).to_vec();
            members.retain(|member| *member != id);
            self.group_profiles.put(group.index(), Some(members));
        }
        self.guids.put(key("profile", old.account, &format!("{}", old.guid)), None);
        self.profiles.put(id.index(), None);
    }

    fn put_device(&mut self, row: Device) {
        self.next.device = self.next.device.max(row.id.0.saturating_add(1));
        self.installations.put(key("device", row.account, &format!("{}", row.installation)), Some(row.id.0));
        self.devices.put(row.id.index(), Some(row));
    }

    fn drop_device(&mut self, id: DeviceId) {
        if let Some(old) = self.devices.get(id.index()) {
            self.installations.put(key("device", old.account, &format!("{}", old.installation)), None);
        }
        self.devices.put(id.index(), None);
    }

    fn put_allow(&mut self, row: Allow) {
        self.next.allow = self.next.allow.max(row.id.0.saturating_add(1));
        self.allow.put(row.id.index(), Some(row));
    }

    /// An entry that is no pattern was never let in; should one be there, it admits nobody.
    fn compile_allowlist(&mut self) {
        let patterns: Vec<IpPattern> = self.allow.iter().filter_map(|entry| IpPattern::parse(&entry.pattern).ok()).collect();
        self.matcher = Arc::new(Matcher::new(patterns));
    }

    /// Whether this peer may talk to the server at all. Until the server is claimed, loopback alone (RUN-2).
    #[must_use]
    pub fn admits_peer(&self, peer: IpAddr) -> bool {
        if self.server.claimed { self.matcher.admits_peer(peer) } else { peer.to_canonical().is_loopback() }
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

    /// The account of that id.
    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(id.index())
    }

    /// The root account above this one, or itself.
    #[must_use]
    pub fn root_of(&self, id: AccountId) -> AccountId {
        self.chain(id).last().map_or(id, |account| account.id)
    }

    /// This account and those above it, up to the root.
    pub fn chain(&self, id: AccountId) -> impl Iterator<Item = &Account> {
        let mut next = self.account(id);
        core::iter::from_fn(move || {
            let account = next?;
            next = account.parent.and_then(|parent| self.account(parent));
            Some(account)
        })
        .take(crate::account::AccountPath::MAX_DEPTH)
    }

    /// The account's full name.
    #[must_use]
    pub fn account_name(&self, id: AccountId) -> String {
        let mut parts: Vec<&str> = self.chain(id).map(|account| account.name.as_str()).collect();
        parts.reverse();
        parts.join(">")
    }

    /// The user of that id.
    #[must_use]
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(id.index())
    }

    /// The user of that name below a root account.
    #[must_use]
    pub fn user_named(&self, root: AccountId, name: &str) -> Option<&User> {
        self.user(UserId(self.names.get(&key("user", root, &name.to_lowercase()))?))
    }

    /// All users.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.iter()
    }

    /// The group of that id.
    #[must_use]
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.get(id.index())
    }

    /// The group of that name below a root account.
    #[must_use]
    pub fn group_named(&self, root: AccountId, name: &str) -> Option<&Group> {
        self.group(GroupId(self.names.get(&key("group", root, &name.to_lowercase()))?))
    }

    /// All groups.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter()
    }

    /// The security profile of that id.
    #[must_use]
    pub fn security_profile(&self, id: SecurityProfileId) -> Option<&SecurityProfile> {
        self.security_profiles.get(id.index())
    }

    /// The security profile of that name below a root account.
    #[must_use]
    pub fn security_profile_named(&self, root: AccountId, name: &str) -> Option<&SecurityProfile> {
        self.security_profile(SecurityProfileId(self.names.get(&key("security profile", root, &name.to_lowercase()))?))
    }

    /// All security profiles.
    pub fn security_profiles(&self) -> impl Iterator<Item = &SecurityProfile> {
        self.security_profiles.iter()
    }

    /// The managed profile of that GUID below a root account.
    #[must_use]
    pub fn profile(&self, root: AccountId, guid: &Guid) -> Option<&ManagedProfile> {
        self.profiles.get(self.guids.get(&key("profile", root, &format!("{guid}")))? as usize)
    }

    /// The managed profile of that id.
    #[must_use]
    pub fn profile_by_id(&self, id: ProfileId) -> Option<&ManagedProfile> {
        self.profiles.get(id.index())
    }

    /// All managed profiles.
    pub fn profiles(&self) -> impl Iterator<Item = &ManagedProfile> {
        self.profiles.iter()
    }

    /// What is left of the deleted managed profile of that GUID below a root account.
    #[must_use]
    pub fn tombstone(&self, root: AccountId, guid: &Guid) -> Option<&Tombstone> {
        self.tombstones.get(&(root, *guid))
    }

    /// What is left of all deleted managed profiles.
    pub fn tombstones(&self) -> impl Iterator<Item = &Tombstone> {
        self.tombstones.values()
    }

    /// The managed profiles in a group, sorted.
    #[must_use]
    pub fn profiles_in(&self, group: GroupId) -> &[ProfileId] {
        self.group_profiles.get(group.index()).map_or(&[], Vec::as_slice)
    }

    /// The device of that id.
    #[must_use]
    pub fn device(&self, id: DeviceId) -> Option<&Device> {
        self.devices.get(id.index())
    }

    /// The device of that installation in an account.
    #[must_use]
    pub fn device_of(&self, account: AccountId, installation: &InstallationId) -> Option<&Device> {
        self.device(DeviceId(self.installations.get(&key("device", account, &format!("{installation}")))?))
    }

    /// All devices.
    pub fn devices(&self) -> impl Iterator<Item = &Device> {
        self.devices.iter()
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

fn key(kind: &str, account: AccountId, name: &str) -> String {
    format!("{kind}\0{}\0{name}", account.0)
}
