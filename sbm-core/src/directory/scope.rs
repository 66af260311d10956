//! Whom somebody sees: his own account and what is below it (ACC-4); what he was let do at accounts below, only there (USR-5).
//!
//! 1. A [`Scope`] comes from who acts and from the task that he acts in, which the route states and the plan of a command: no
//!    handler can make one up. Who may do it at his own account sees that and all below it; who was given it at others sees
//!    those and what is below them, and nothing else.
//! 2. What is outside does not exist: every look-up that answers somebody goes through a [`View`], and whoever asks for what
//!    is above, beside or in another root account is answered as if nobody had ever made it.
//! 3. Names and GUIDs are unique in a whole root account (USR-1, PRO-3). So a name that is taken outside is refused, and
//!    the refusal says no more than that name, which whoever asked said himself.
//! 4. What is built in, such as `AllAccess`, is seen in its whole root account (USR-3).
//! 5. What was given from above still counts: a user below has the groups and the security profile that somebody above gave
//!    him (PRO-1). Who looks at him from his own account is told of neither, and does not take them away unseen.

use alloc::vec::Vec;

use super::command::{Actor, ActorKind};
use super::facts::Directory;
use super::rows::{Account, CustomRole, Device, Group, ManagedProfile, SecurityProfile, Tombstone, User};
use crate::account::AccountPath;
use crate::id::{AccountId, GroupId, Guid, InstallationId, UserId};
use crate::name::Name;
use crate::permission::{Task, TaskAccess};

/// An account and everything below it, or several; the whole server, for the server itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope(Reach);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Nothing,
    Below(AccountId),
    /// The same by a token that is for that account: of the operator's own it is that account alone.
    Limited(AccountId),
    /// Wherever this user goes that far in this task, at that account and below.
    Held {
        user: UserId,
        task: Task,
        access: TaskAccess,
        below: AccountId,
    },
    Everything,
}

impl Scope {
    /// What this user sees of what is his.
    #[must_use]
    pub const fn of_user(user: &User) -> Self {
        Self(Reach::Below(user.account))
    }

    /// What the actor sees in the task that he acts in; nothing, if he is a user who is not there any more.
    #[must_use]
    pub fn of(facts: &Directory, actor: &Actor) -> Self {
        Self::in_task(facts, actor, actor.task)
    }

    fn in_task(facts: &Directory, actor: &Actor, task: Option<(Task, TaskAccess)>) -> Self {
        match actor.kind {
            ActorKind::User(id) => facts.user(id).map_or(Self(Reach::Nothing), |user| {
                let all = task.map_or(Self::of_user(user), |(task, access)| Self::held(facts, user, task, access));
                all.within(facts, user, actor)
            }),
            ActorKind::Setup => Self(Reach::Below(AccountId::ROOT)),
            ActorKind::System => Self(Reach::Everything),
        }
    }

    /// Where a user goes that far in a task. Who was given nothing sees his own account and below: what he may do there the
    /// gates say.
    fn held(facts: &Directory, user: &User, task: Task, access: TaskAccess) -> Self {
        if user.roles.allows(task, access) || facts.grants_of(user.id).is_empty() {
            return Self::of_user(user);
        }
        match facts.tops(user, task, access).as_slice() {
            [] => Self(Reach::Nothing),
            [top] => Self(Reach::Below(*top)),
            _ => Self(Reach::Held { user: user.id, task, access, below: user.account }),
        }
    }

    /// The same by a token that is for one account and what is below it; nothing, if its owner does not see that any more
    /// (RUN-11).
    fn within(self, facts: &Directory, user: &User, actor: &Actor) -> Self {
        let Some(below) = actor.limit.and_then(|limit| limit.below) else { return self };
        let is_his = facts.is_at_or_below(below, user.account);
        match self.0 {
            _ if facts.contains(self, below) => Self(Reach::Limited(below)),
            Reach::Below(top) if is_his && facts.is_at_or_below(top, below) => self,
            Reach::Held { user, task, access, .. } if is_his => Self(Reach::Held { user, task, access, below }),
            _ => Self(Reach::Nothing),
        }
    }

    /// The account at the top; none for the whole server, and where there are several.
    #[must_use]
    pub const fn top(self) -> Option<AccountId> {
        match self.0 {
            Reach::Below(account) | Reach::Limited(account) => Some(account),
            Reach::Nothing | Reach::Held { .. } | Reach::Everything => None,
        }
    }

    /// The accounts at the top, none of them below another; none for the whole server.
    #[must_use]
    pub fn tops(self, facts: &Directory) -> Vec<AccountId> {
        match self.0 {
            Reach::Below(account) | Reach::Limited(account) => alloc::vec![account],
            Reach::Held { user, task, access, .. } => {
                let tops = facts.user(user).map(|user| facts.tops(user, task, access)).unwrap_or_default();
                tops.into_iter().filter(|top| facts.contains(self, *top)).collect()
            }
            Reach::Nothing | Reach::Everything => Vec::new(),
        }
    }

    /// Whether it is the operator's, who manages every other root account too (ACC-4); not by a token that is for his own.
    #[must_use]
    pub fn is_operators(self) -> bool {
        self.0 == Reach::Below(AccountId::ROOT)
    }

    /// Whether it is nothing at all, as by a token for an account that is gone.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        matches!(self.0, Reach::Nothing)
    }

    /// Whether it is the whole server.
    #[must_use]
    pub const fn is_everything(self) -> bool {
        matches!(self.0, Reach::Everything)
    }
}

impl Directory {
    /// Whether that account is in the scope. It walks up from the account, at most [`AccountPath::MAX_DEPTH`] steps, and
    /// allocates nothing. An account that is not there is in none.
    #[must_use]
    #[inline]
    pub fn contains(&self, scope: Scope, account: AccountId) -> bool {
        match scope.0 {
            Reach::Nothing => false,
            Reach::Below(top) | Reach::Limited(top) => self.is_at_or_below(account, top),
            Reach::Held { user, task, access, below } => {
                let holds = |user| self.may_at(user, task, access, account);
                self.is_at_or_below(account, below) && self.user(user).is_some_and(holds)
            }
            Reach::Everything => self.account(account).is_some(),
        }
    }

    /// The directory as the actor sees it in the task that he acts in.
    #[must_use]
    pub fn seen_by(&self, actor: &Actor) -> View<'_> {
        View { facts: self, scope: Scope::of(self, actor) }
    }

    /// The directory as the actor sees it in another task, or going less far.
    #[must_use]
    pub fn seen_for(&self, actor: &Actor, task: Task, access: TaskAccess) -> View<'_> {
        View { facts: self, scope: Scope::in_task(self, actor, Some((task, access))) }
    }

    /// The directory as this user sees it.
    #[must_use]
    pub const fn seen_by_user(&self, user: &User) -> View<'_> {
        View { facts: self, scope: Scope::of_user(user) }
    }
}

/// The directory as somebody sees it: what is outside of his scope is not there.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    facts: &'a Directory,
    scope: Scope,
}

impl<'a> View<'a> {
    /// What is seen.
    #[must_use]
    pub const fn scope(self) -> Scope {
        self.scope
    }

    /// All facts.
    #[must_use]
    pub const fn facts(self) -> &'a Directory {
        self.facts
    }

    /// Whether what belongs to that account is seen.
    #[must_use]
    #[inline]
    pub fn contains(self, account: AccountId) -> bool {
        self.facts.contains(self.scope, account)
    }

    /// The account at the top: one's own; the operator's, for the server itself. Where there are several, the one above them
    /// all, which is not seen.
    #[must_use]
    pub fn home(self) -> AccountId {
        match self.scope.0 {
            Reach::Below(top) | Reach::Limited(top) => top,
            Reach::Held { below, .. } => below,
            Reach::Nothing | Reach::Everything => AccountId::ROOT,
        }
    }

    /// The account that new objects belong to, if nobody names one; none where several could be meant, and where nothing is
    /// seen.
    #[must_use]
    pub fn place(self) -> Option<AccountId> {
        match self.scope.0 {
            Reach::Nothing | Reach::Held { .. } => None,
            Reach::Below(_) | Reach::Limited(_) | Reach::Everything => Some(self.home()),
        }
    }

    /// The root account above [`home`](Self::home), in which names are unique.
    #[must_use]
    pub fn root(self) -> AccountId {
        self.facts.root_of(self.home())
    }

    /// The account of that full name.
    #[must_use]
    pub fn account(self, path: &AccountPath) -> Option<&'a Account> {
        self.facts.account_named(path).filter(|account| self.contains(account.id))
    }

    /// Whether that account may be managed: one that is seen, and for the operator, whose account is the root organisation,
    /// every other root account with what is below it, too (ACC-4). What is in those is nobody's but theirs.
    #[must_use]
    pub fn manages(self, account: AccountId) -> bool {
        self.scope.is_operators() || self.contains(account)
    }

    /// The account of that full name, if it may be managed.
    #[must_use]
    pub fn managed_account(self, path: &AccountPath) -> Option<&'a Account> {
        self.facts.account_named(path).filter(|account| self.manages(account.id))
    }

    /// The user of that name in that very account, if the account may be managed.
    #[must_use]
    pub fn user_of(self, account: AccountId, name: &Name) -> Option<&'a User> {
        let user = self.facts.user_named(self.facts.root_of(account), name.as_str())?;
        (user.account == account && self.manages(account)).then_some(user)
    }

    /// The user of a login as it is typed here.
    #[must_use]
    pub fn user(self, login: &str) -> Option<&'a User> {
        self.facts.user_by_login(self.root(), login).filter(|user| self.contains(user.account))
    }

    /// The group of that name.
    #[must_use]
    pub fn group(self, name: &str) -> Option<&'a Group> {
        self.facts.group_named(self.root(), name).filter(|group| self.contains(group.account))
    }

    /// The security profile of that name.
    #[must_use]
    pub fn security_profile(self, name: &str) -> Option<&'a SecurityProfile> {
        self.facts.security_profile_named(self.root(), name).filter(|profile| self.sees_security_profile(profile))
    }

    /// Whether a security profile is seen: one that is built in is, in its whole root account.
    #[must_use]
    pub fn sees_security_profile(self, row: &SecurityProfile) -> bool {
        self.contains(row.account) || (row.built_in && self.facts.root_of(row.account) == self.root())
    }

    /// The role of that name; none of those that are built in.
    #[must_use]
    pub fn role(self, name: &str) -> Option<&'a CustomRole> {
        self.facts.role_named(self.root(), name).filter(|role| self.sees_role(role))
    }

    /// Whether a role that somebody made is seen: one that is for users here is, from wherever it comes.
    #[must_use]
    pub fn sees_role(self, row: &CustomRole) -> bool {
        self.contains(row.account) || (self.scope != Scope(Reach::Nothing) && self.facts.is_at_or_below(self.home(), row.account))
    }

    /// All roles that somebody made.
    pub fn roles(self) -> impl Iterator<Item = &'a CustomRole> {
        self.facts.roles().filter(move |row| self.sees_role(row))
    }

    /// The managed profile of that GUID.
    #[must_use]
    pub fn profile(self, guid: &Guid) -> Option<&'a ManagedProfile> {
        self.facts.profile(self.root(), guid).filter(|profile| self.contains(profile.account))
    }

    /// What is left of the deleted managed profile of that GUID.
    #[must_use]
    pub fn tombstone(self, guid: &Guid) -> Option<&'a Tombstone> {
        self.facts.tombstone(self.root(), guid).filter(|tombstone| self.contains(tombstone.account))
    }

    /// The account of the managed profile of that GUID, which is there or was.
    #[must_use]
    pub fn account_of_profile(self, guid: &Guid) -> Option<AccountId> {
        let deleted = || self.tombstone(guid).map(|tombstone| tombstone.account);
        self.profile(guid).map(|profile| profile.account).or_else(deleted)
    }

    /// Whether the name of somebody that was kept with what he did may be told: it is nobody's who is outside.
    #[must_use]
    pub fn may_be_named(self, name: &Name) -> bool {
        self.facts.user_named(self.root(), name.as_str()).is_none_or(|user| self.contains(user.account))
    }

    /// The devices of that installation, which is one of several accounts where it is an agent (ACC-10); of the account of that
    /// full name, if one is said. Which is meant, [`device_meant`](super::plan::device_meant) says.
    pub fn devices_of(self, installation: &InstallationId, account: Option<&AccountPath>) -> impl Iterator<Item = &'a Device> {
        let (installation, place) = (*installation, account.map(|path| self.account(path).map(|row| row.id)));
        let is_there = move |device: &&Device| place.is_none_or(|place| place == Some(device.account));
        self.devices().filter(move |device| device.installation == installation).filter(is_there)
    }

    /// All users.
    pub fn users(self) -> impl Iterator<Item = &'a User> {
        self.facts.users().filter(move |row| self.contains(row.account))
    }

    /// All groups.
    pub fn groups(self) -> impl Iterator<Item = &'a Group> {
        self.facts.groups().filter(move |row| self.contains(row.account))
    }

    /// All security profiles.
    pub fn security_profiles(self) -> impl Iterator<Item = &'a SecurityProfile> {
        self.facts.security_profiles().filter(move |row| self.sees_security_profile(row))
    }

    /// All managed profiles.
    pub fn profiles(self) -> impl Iterator<Item = &'a ManagedProfile> {
        self.facts.profiles().filter(move |row| self.contains(row.account))
    }

    /// All devices.
    pub fn devices(self) -> impl Iterator<Item = &'a Device> {
        self.facts.devices().filter(move |row| self.contains(row.account))
    }

    /// The managed profiles in a group.
    pub fn profiles_in(self, group: GroupId) -> impl Iterator<Item = &'a ManagedProfile> {
        let rows = self.facts.profiles_in(group).iter().filter_map(move |id| self.facts.profile_by_id(*id));
        rows.filter(move |row| self.contains(row.account))
    }

    /// Those of these groups that are seen.
    pub fn groups_among(self, ids: &[GroupId]) -> impl Iterator<Item = &'a Group> {
        ids.iter().filter_map(move |id| self.facts.group(*id)).filter(move |group| self.contains(group.account))
    }

    /// Their names, in order.
    #[must_use]
    pub fn group_names(self, ids: &[GroupId]) -> Vec<Name> {
        let mut names: Vec<Name> = self.groups_among(ids).map(|group| group.name.clone()).collect();
        names.sort_by_key(Name::key);
        names
    }
}

#[cfg(test)]
mod tests;
