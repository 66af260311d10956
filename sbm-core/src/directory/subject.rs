//! What the directory knows about one user, for the engine; and the head of a device, which says the same to a client.
//!
//! Both are made from the same facts here, so that server and client give the same answer (DEC-4).

use alloc::collections::BTreeMap;
use alloc::string::ToString as _;
use alloc::vec::Vec;

use super::facts::{Directory, Place};
use super::rows::{Device, ManagedProfile, User};
use super::scope::View;
use crate::account::{AccountState, Module, Quota, tree};
use crate::cache::{Head, List, ListEntry, Number};
use crate::code::Code;
use crate::id::{AccountId, Guid, Hash};
use crate::permission::explain::{Names, explain, explain_server};
use crate::permission::{
    Action, Ceiling, Context, Decision, Entitlement, Explanation, Resource, RightSet, RoleSet, ServerFacts, Task, TaskAccess,
    decide_server,
};

/// One user, seen through the directory.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    directory: &'a Directory,
    user: &'a User,
    /// At which device; at none in particular, in his own account, if missing.
    place: Option<Place>,
}

/// One user who asks the server to act, past the request gate.
#[derive(Clone, Copy, Debug)]
pub struct ServerSubject<'a> {
    subject: Subject<'a>,
    ceiling: Option<Ceiling>,
    /// Where; somewhere, if missing.
    account: Option<AccountId>,
}

impl<'a> Subject<'a> {
    /// This user.
    #[must_use]
    pub const fn new(directory: &'a Directory, user: &'a User) -> Self {
        Self { directory, user, place: None }
    }

    /// The same at a device, which gives this answer itself (DEC-4).
    #[must_use]
    pub const fn at_device(self, place: Place) -> Self {
        Self { place: Some(place), ..self }
    }

    /// The user's row.
    #[must_use]
    pub const fn user(&self) -> &'a User {
        self.user
    }

    /// May the user do this in the backup program? Nothing on the server depends on the moment yet.
    #[must_use]
    pub fn decide(&self, action: Action, resource: Resource, context: &Context) -> Decision {
        match self.place {
            Some(place) => self.directory.decide_at(place, self.user.id, action, resource, context.estimate),
            None => self.directory.decide(self.user.id, action, resource),
        }
    }

    /// The same, with the reason in words (DEC-3), as the user's own program tells it.
    #[must_use]
    pub fn explain(&self, action: Action, resource: Resource, context: &Context) -> Explanation {
        let names =
            Names { security_profile: self.security_profile_name(), profile: self.profile_name(resource), ..self.names() };
        explain(self.decide(action, resource, context), action, resource, names)
    }

    /// The same, told to somebody else: of what he does not see he is told that it was set above his account, without a name.
    #[must_use]
    pub fn explain_to(&self, sees: View<'_>, action: Action, resource: Resource, context: &Context) -> Explanation {
        let security_profile = self.user.security_profile.and_then(|id| self.directory.security_profile(id));
        let seen_security_profile = security_profile.filter(|profile| sees.sees_security_profile(profile));
        let is_seen = |guid: &Guid| sees.profile(guid).is_some();
        let (profile, hides_profile) = match resource {
            Resource::Managed(guid) if !is_seen(&guid) => (None, true),
            _ => (self.profile_name(resource), false),
        };
        let decision = self.decide(action, resource, context);
        let above = match decision.code {
            Code::DeniedRight => security_profile.is_some() && seen_security_profile.is_none(),
            Code::DeniedMarkedForDeletion => hides_profile,
            Code::DeniedQuota => self.place.and_then(|place| place.room).is_some_and(|room| !sees.contains(room.decided_by)),
            _ => false,
        };
        let security_profile = seen_security_profile.map(|profile| profile.name.as_str());
        explain(decision, action, resource, Names { security_profile, profile, above, ..self.names() })
    }

    /// A profile the user is not entitled to is named by its GUID, as the client would.
    fn profile_name(&self, resource: Resource) -> Option<&'a str> {
        match resource {
            Resource::Managed(guid) if self.directory.entitlement(self.user.id, &guid) != Entitlement::None => {
                self.profile(&guid).map(|profile| profile.name.as_str())
            }
            _ => None,
        }
    }

    fn names(&self) -> Names<'a> {
        Names { user: Some(self.user.name.as_str()), ..Names::default() }
    }

    fn root(&self) -> AccountId {
        self.directory.root_of(self.user.account)
    }

    fn account_state(&self) -> AccountState {
        self.directory.account(self.user.account).map_or(AccountState::DeletionPending, |account| account.state())
    }

    fn rights(&self) -> Option<RightSet> {
        self.directory.security_profile(self.user.security_profile?).map(|profile| profile.rights)
    }

    fn profile(&self, guid: &Guid) -> Option<&'a ManagedProfile> {
        self.directory.profile(self.root(), guid)
    }

    fn security_profile_name(&self) -> Option<&'a str> {
        self.directory.security_profile(self.user.security_profile?).map(|profile| profile.name.as_str())
    }

    /// The list of the user's managed profiles.
    #[must_use]
    pub fn list(&self) -> List {
        let ids = self.user.groups.iter().flat_map(|group| self.directory.profiles_in(*group));
        let mut entries: BTreeMap<Guid, ListEntry> = BTreeMap::new();
        for profile in ids.filter_map(|id| self.directory.profile_by_id(*id)) {
            entries.entry(profile.guid).or_insert_with(|| entry(profile));
        }
        List::new(entries.into_values().collect())
    }

    /// The highest revision at which anything changed that this user's head depends on.
    fn stamp(&self) -> u64 {
        let directory = self.directory;
        let accounts = directory.chain(self.user.account).map(|account| account.stamp);
        let groups = self.user.groups.iter().filter_map(|group| directory.group(*group)).map(|group| group.stamp);
        let security_profile =
            self.user.security_profile.and_then(|id| directory.security_profile(id)).map(|profile| profile.stamp);
        [directory.server().stamp, self.user.stamp]
            .into_iter()
            .chain(accounts)
            .chain(groups)
            .chain(security_profile)
            .max()
            .unwrap_or(0)
    }
}

fn entry(profile: &ManagedProfile) -> ListEntry {
    ListEntry {
        guid: profile.guid,
        name: profile.name.clone(),
        description: profile.description.clone(),
        version: profile.version,
        revision: profile.revision,
        body: profile.body,
        size: profile.size,
        schedule: profile.schedule.filter(|_| profile.import_schedule),
        delete: profile.delete,
        stamp: profile.stamp,
    }
}

impl<'a> ServerSubject<'a> {
    /// This user, who acts himself.
    #[must_use]
    pub const fn new(subject: Subject<'a>) -> Self {
        Self { subject, ceiling: None, account: None }
    }

    /// The same by a token that goes so far at most (RUN-11).
    #[must_use]
    pub const fn limited(self, ceiling: Option<Ceiling>) -> Self {
        Self { ceiling, ..self }
    }

    /// The same at this account.
    #[must_use]
    pub const fn at(self, account: AccountId) -> Self {
        Self { account: Some(account), ..self }
    }

    /// May the user do this on the server?
    #[must_use]
    pub fn decide(&self, task: Task, access: TaskAccess) -> Decision {
        decide_server(self, task, access)
    }

    /// The same, with the reason in words (DEC-3).
    #[must_use]
    pub fn explain(&self, task: Task, access: TaskAccess) -> Explanation {
        let decision = self.decide(task, access);
        // What an account lacks was decided above it.
        let above = decision.code == Code::DeniedModule;
        let Subject { directory, user, .. } = self.subject;
        // The first role that suffices, and where it was given; the account is his own or below, so that whoever sees him sees it.
        let held = self.account.and_then(|account| directory.because(user, task, access, account).into_iter().next());
        let at = held.map(|entry| (entry.role.name(), directory.account_name(entry.account)));
        let by = at.as_ref().map(|(role, account)| (*role, account.as_str()));
        let outside = self.account.is_some_and(|account| !directory.is_at_or_below(account, user.account));
        explain_server(decision, task, access, Names { above, outside, token: self.ceiling, by, ..self.subject.names() })
    }
}

impl ServerFacts for ServerSubject<'_> {
    fn admitted(&self) -> bool {
        // The request gate stands before every handler; nobody gets here whom it did not admit (NET-8).
        true
    }

    fn authenticated(&self) -> Result<(), Code> {
        if self.subject.user.disabled { Err(Code::UserDisabled) } else { Ok(()) }
    }

    fn second_factor_missing(&self) -> bool {
        // A token for programs is given out by who had his, and asks nobody for a code (RUN-8).
        self.ceiling.is_none() && self.subject.directory.lacks_factor(self.subject.user)
    }

    fn account_state(&self) -> AccountState {
        self.subject.account_state()
    }

    fn roles(&self) -> RoleSet {
        self.subject.user.roles
    }

    fn holds(&self, task: Task, access: TaskAccess) -> bool {
        let Subject { directory, user, .. } = self.subject;
        match self.account {
            Some(account) => directory.may_at(user, task, access, account),
            None => directory.may_somewhere(user, task, access),
        }
    }

    fn has_module(&self, task: Task) -> bool {
        let account = self.subject.user.account;
        // The server itself is the operator's, whose root account every server has, and of nobody below it (ACC-4).
        let is_served = task != Task::Server || account == AccountId::ROOT;
        // An account without a level has the modules of the nearest organisation above it (ACC-3).
        let level = tree::effective_level(self.subject.directory, account);
        is_served && Module::of(task).is_none_or(|module| level.is_none_or(|level| level.has(module)))
    }

    fn ceiling(&self) -> Option<Ceiling> {
        self.ceiling
    }
}

/// What a device is to have: its head and the bytes of its list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadAndList {
    /// The head, to be signed.
    pub head: Head,
    /// The list's bytes.
    pub list: Vec<u8>,
}

impl Directory {
    /// Whether there is a quota on that account or above it (ACC-5).
    #[must_use]
    pub fn has_quota(&self, account: AccountId) -> bool {
        self.chain(account).any(|account| account.quota != Quota::default())
    }

    /// The number of the head that this device would get now. It is cheap: no list is made.
    #[must_use]
    pub fn number_for(&self, device: &Device) -> Option<Number> {
        let user = self.user(device.user)?;
        // A device may be in an account below its user's: how it looks is said there, too.
        let below = self.chain(device.account).take_while(|account| account.id != user.account).map(|account| account.stamp);
        let stamp = below.chain([Subject::new(self, user).stamp(), device.stamp]).max().unwrap_or(0);
        Some(Number::new(self.server().epoch, stamp))
    }

    /// The list of this device: the profiles of its user, and how its host program is to look (ACC-3).
    #[must_use]
    pub fn list_for(&self, device: &Device) -> Option<List> {
        let user = self.user(device.user)?;
        let branding = self.branding_of(device.account).map(|(_, branding)| branding.clone());
        Some(Subject::new(self, user).list().branded(branding).ruled(self.settings_for(device, user)))
    }

    /// The head and list of this device. Equal facts make equal bytes.
    #[must_use]
    pub fn head_for(&self, device: &Device) -> Option<HeadAndList> {
        let user = self.user(device.user)?;
        let subject = Subject::new(self, user);
        let number = self.number_for(device)?;
        let list = self.list_for(device)?.to_bytes();
        let head = Head {
            v: Head::VERSION,
            epoch: number.epoch,
            revision: number.revision,
            mark: self.mark(number.revision),
            device: device.installation,
            account: user.account,
            user: user.id,
            // What is backed up is the device's account's: disabling that stops it, whoever works there (ACC-6).
            state: self.account(device.account).map_or(AccountState::DeletionPending, |account| account.state()),
            rights: subject.rights().map(RightSet::bits),
            security_profile: subject.security_profile_name().map(|name| name.to_string()),
            list: Hash::of(&list),
            critical: Vec::new(),
            max_offline: self.server().max_offline,
            quota: self.has_quota(device.account),
        };
        Some(HeadAndList { head, list })
    }
}
