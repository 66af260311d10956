//! Who can do what where, and why (DEC-3, USR-5): both ways round.
//!
//! 1. Somebody can do it whom every gate lets pass at that account. Why, is each role of his that goes that far there.
//! 2. Whoever asks is told of those whom he sees. That somebody above his account can do it too is told as just that,
//!    without a name or a figure (DEC-3).

use alloc::vec::Vec;

use super::facts::Directory;
use super::rights::Entry;
use super::rows::User;
use super::scope::View;
use super::subject::{ServerSubject, Subject};
use crate::id::AccountId;
use crate::permission::{Effect, Task, TaskAccess};

/// Somebody who can do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Able<'a> {
    /// Who.
    pub user: &'a User,
    /// By which roles, and where he has them.
    pub because: Vec<Entry<'a>>,
}

/// All who can do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllAble<'a> {
    /// Those whom the asker sees, by their names.
    pub seen: Vec<Able<'a>>,
    /// Whether there are others, above his account.
    pub above: bool,
}

impl Directory {
    /// The roles by which a user goes that far in a task at an account; the server itself, at his own alone.
    #[must_use]
    pub fn because<'a>(&'a self, user: &'a User, task: Task, access: TaskAccess, account: AccountId) -> Vec<Entry<'a>> {
        self.held_at(user, account).filter(|entry| entry.goes(user, task, access)).collect()
    }
}

impl<'a> View<'a> {
    /// Who can do that at an account, as far as he who asks may know.
    #[must_use]
    pub fn able(self, task: Task, access: TaskAccess, account: AccountId) -> AllAble<'a> {
        let facts = self.facts();
        // A role counts at its account and below: of all others nobody can have one here.
        let could = facts.users().filter(|user| facts.is_at_or_below(account, user.account));
        let may = could.filter(|user| {
            let subject = ServerSubject::new(Subject::new(facts, user)).at(account);
            subject.decide(task, access).effect == Effect::Allow
        });
        let (seen, others): (Vec<&User>, Vec<&User>) = may.partition(|user| self.contains(user.account));
        let mut seen: Vec<Able<'a>> =
            seen.into_iter().map(|user| Able { user, because: facts.because(user, task, access, account) }).collect();
        seen.sort_by_cached_key(|able| able.user.name.key());
        AllAble { seen, above: !others.is_empty() }
    }
}
