//! What the directory knows about one user, for the engine; and the head of a device, which says the same to a client.
//!
//! Both are made from the same facts here, so that server and client give the same answer (DEC-4).

use alloc::collections::BTreeMap;
use alloc::string::ToString as _;
use alloc::vec::Vec;

use super::facts::Directory;
use super::rows::{Device, ManagedProfile, User};
use crate::account::AccountState;
use crate::cache::{Head, List, ListEntry, Number};
use crate::code::Code;
use crate::id::{Guid, Hash};
use crate::permission::action::Task;
use crate::permission::explain::{Names, explain};
use crate::permission::{
    Action, Context, Decision, Entitlement, Explanation, Facts, Resource, RightSet, RoleSet, ServerFacts, Standing, decide,
};

/// One user, seen through the directory.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    directory: &'a Directory,
    user: &'a User,
}

/// One user who asks the server to act, past the request gate.
#[derive(Clone, Copy, Debug)]
pub struct ServerSubject<'a>(pub Subject<'a>);

impl<'a> Subject<'a> {
    /// This user.
    #[must_use]
    pub const fn new(directory: &'a Directory, user: &'a User) -> Self {
        Self { directory, user }
    }

    /// The user's row.
    #[must_use]
    pub const fn user(&self) -> &'a User {
        self.user
    }

    /// May the user do this in the backup program?
    #[must_use]
    pub fn decide(&self, action: Action, resource: Resource, context: &Context) -> Decision {
        decide(self, action, resource, context)
    }

    /// The same, with the reason in words (DEC-3).
    #[must_use]
    pub fn explain(&self, action: Action, resource: Resource, context: &Context) -> Explanation {
        let names = Names {
            user: Some(self.user.name.as_str()),
            security_profile: self.security_profile_name(),
            profile: match resource {
                // A profile the user is not entitled to is named by its GUID, as the client would.
                Resource::Managed(guid) if self.entitlement(&guid) != Entitlement::None => {
                    self.profile(&guid).map(|profile| profile.name.as_str())
                }
                _ => None,
            },
        };
        explain(self.decide(action, resource, context), action, resource, names)
    }

    fn profile(&self, guid: &Guid) -> Option<&'a ManagedProfile> {
        self.directory.profile(self.directory.root_of(self.user.account), guid)
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

impl Facts for Subject<'_> {
    fn standing(&self, _: &Context) -> Standing {
        if self.user.disabled { Standing::Floor(Code::UserDisabled) } else { Standing::Verified }
    }

    fn account_state(&self) -> AccountState {
        self.directory.account(self.user.account).map_or(AccountState::DeletionPending, |account| account.state)
    }

    fn rights(&self) -> Option<RightSet> {
        self.directory.security_profile(self.user.security_profile?).map(|profile| profile.rights)
    }

    fn entitlement(&self, guid: &Guid) -> Entitlement {
        match self.profile(guid) {
            Some(profile) if shares(&self.user.groups, &profile.groups) => {
                if profile.delete {
                    Entitlement::MarkedForDeletion
                } else {
                    Entitlement::Shared
                }
            }
            _ => Entitlement::None,
        }
    }

    fn room(&self) -> Option<u64> {
        None
    }
}

/// Whether two sorted sets have a member in common.
fn shares<T: Ord>(one: &[T], other: &[T]) -> bool {
    let (few, many) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    few.iter().any(|member| many.binary_search(member).is_ok())
}

impl ServerFacts for ServerSubject<'_> {
    fn admitted(&self) -> bool {
        // The request gate stands before every handler; nobody gets here whom it did not admit (NET-8).
        true
    }

    fn authenticated(&self) -> Result<(), Code> {
        if self.0.user.disabled { Err(Code::UserDisabled) } else { Ok(()) }
    }

    fn second_factor_missing(&self) -> bool {
        false
    }

    fn account_state(&self) -> AccountState {
        Facts::account_state(&self.0)
    }

    fn roles(&self) -> RoleSet {
        self.0.user.roles
    }

    fn has_module(&self, _: Task) -> bool {
        // The root organisation has every module; levels come with the account tree.
        true
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
    /// The number of the head that this device would get now. It is cheap: no list is made.
    #[must_use]
    pub fn number_for(&self, device: &Device) -> Option<Number> {
        let user = self.user(device.user)?;
        Some(Number::new(self.server().epoch, Subject::new(self, user).stamp().max(device.stamp)))
    }

    /// The head and list of this device. Equal facts make equal bytes.
    #[must_use]
    pub fn head_for(&self, device: &Device) -> Option<HeadAndList> {
        let user = self.user(device.user)?;
        let subject = Subject::new(self, user);
        let number = self.number_for(device)?;
        let list = subject.list().to_bytes();
        let head = Head {
            v: Head::VERSION,
            epoch: number.epoch,
            revision: number.revision,
            mark: self.mark(number.revision),
            device: device.installation,
            account: user.account,
            user: user.id,
            state: Facts::account_state(&subject),
            rights: Facts::rights(&subject).map(RightSet::bits),
            security_profile: subject.security_profile_name().map(|name| name.to_string()),
            list: Hash::of(&list),
            critical: Vec::new(),
            max_offline: self.server().max_offline,
        };
        Some(HeadAndList { head, list })
    }
}
