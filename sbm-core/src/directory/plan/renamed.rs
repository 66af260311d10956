//! Which logins a rename or a move of an account changed, for whoever did it (ACC-3).

use alloc::vec::Vec;

use super::authorise;
use crate::directory::command::Actor;
use crate::directory::facts::Directory;
use crate::directory::rows::User;
use crate::id::AccountId;
use crate::name::key;
use crate::permission::{Task, TaskAccess};
use crate::wire::v1::admin::{ChangedLogin, ChangedLogins};

/// The logins by the full name at an account and below it that are others `after`; none for who may not see users, and where there
/// is none. Only users whom he sees are named and counted (ACC-4).
#[must_use]
pub fn changed_logins(before: &Directory, after: &Directory, actor: &Actor, account: AccountId) -> Option<ChangedLogins> {
    authorise(after, actor, Task::Users, TaskAccess::Read).ok()?;
    let sees = after.seen_for(actor, Task::Users, TaskAccess::Read);
    let is_below = |user: &&User| after.is_at_or_below(user.account, account) && sees.contains(user.account);
    let mut logins: Vec<ChangedLogin> = after.users().filter(is_below).filter_map(|user| changed(before, after, user)).collect();
    let count = logins.len();
    logins.sort_by_cached_key(|login| key(&login.before));
    logins.truncate(ChangedLogins::MOST);
    (count > 0).then_some(ChangedLogins { count, logins })
}

fn changed(before: &Directory, after: &Directory, user: &User) -> Option<ChangedLogin> {
    let (before, now) = (before.login_of(before.user(user.id)?), after.login_of(user));
    // Who types it in another case logs in all the same.
    (key(&before) != key(&now)).then_some(ChangedLogin { before, now })
}
