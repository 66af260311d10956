//! What of the audit log somebody reads (RUN-12, USR-5, ACC-4).
//!
//! 1. Whoever has a role that reads it at the operator's account reads all of it, and checks its chain.
//! 2. Whoever has one at another account, his own or one that he was let manage below it, reads what is about that account and
//!    those below it: what people there did and tried, and what was done to what is there. An entry has its place among those
//!    then, no number and no hash, which would count what he does not read.
//! 3. Who did it from outside is *somebody above*: neither his name nor his address is told, nor a detail, which may name what is
//!    outside. Nor is a full name that an account here had elsewhere before it was moved (ACC-4). The server itself is no secret, and neither is the address of a stranger who tried a login of the account.

use alloc::borrow::ToOwned as _;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::{Refusal, answer};
use crate::account::AccountState;
use crate::audit::Entry;
use crate::code::Code;
use crate::directory::command::{Actor, ActorKind, Limit};
use crate::directory::facts::Directory;
use crate::directory::rows::User;
use crate::directory::subject::{ServerSubject, Subject};
use crate::id::AccountId;
use crate::name::key;
use crate::permission::{Ceiling, RoleSet, ServerFacts, Task, TaskAccess, decide_server};

/// Who did it, where that is not told.
const SOMEBODY_ABOVE: &str = "somebody above";
/// What the server itself is called in the log.
const SYSTEM: &str = "system";

/// What somebody reads of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Log {
    /// All of it.
    Whole,
    /// What is about these accounts and those below them; none of them stands below another, and there is at least one.
    Of(Vec<AccountId>),
}

/// What the actor reads of the audit log.
///
/// # Errors
///
/// A [`Refusal`] with the code of the gate.
pub fn reads_log(facts: &Directory, actor: &Actor) -> Result<Log, Refusal> {
    let user = match actor.kind {
        ActorKind::System => return Ok(Log::Whole),
        ActorKind::Setup => return Err(Code::DeniedRole.into()),
        ActorKind::User(id) => facts.user(id).ok_or(Code::TokenRefused)?,
    };
    let subject = ServerSubject::new(Subject::new(facts, user)).limited(actor.limit.map(Limit::ceiling));
    let tops = tops(facts, user);
    let reader = Reader { subject, reads: !tops.is_empty() };
    answer(decide_server(&reader, Task::Server, TaskAccess::Read), actor, user, Task::Server)?;
    Ok(if tops.contains(&AccountId::ROOT) { Log::Whole } else { Log::Of(tops) })
}

/// The highest accounts at which a role of his reads the log.
fn tops(facts: &Directory, user: &User) -> Vec<AccountId> {
    let reads = facts.held(user).filter(|entry| entry.role.row().allows(Task::Server, TaskAccess::Read));
    let mut accounts: Vec<AccountId> = reads.map(|entry| entry.account).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let is_below_another = |at: AccountId| accounts.iter().any(|top| *top != at && facts.is_at_or_below(at, *top));
    accounts.iter().copied().filter(|account| !is_below_another(*account)).collect()
}

/// Somebody who wants to read: the log of an account is the account's, unlike the server.
struct Reader<'a> {
    subject: ServerSubject<'a>,
    reads: bool,
}

impl ServerFacts for Reader<'_> {
    fn admitted(&self) -> bool {
        self.subject.admitted()
    }

    fn authenticated(&self) -> Result<(), Code> {
        self.subject.authenticated()
    }

    fn second_factor_missing(&self) -> bool {
        self.subject.second_factor_missing()
    }

    fn account_state(&self) -> AccountState {
        self.subject.account_state()
    }

    fn roles(&self) -> RoleSet {
        self.subject.roles()
    }

    fn holds(&self, _: Task, _: TaskAccess) -> bool {
        self.reads
    }

    fn has_module(&self, _: Task) -> bool {
        true
    }

    fn ceiling(&self) -> Option<Ceiling> {
        self.subject.ceiling()
    }
}

impl Log {
    /// An entry as it is told; `is_of_here` says whether the actor's account is, or was, one of those that are read of.
    #[must_use]
    pub fn tells(&self, facts: &Directory, entry: Entry, is_of_here: bool) -> Entry {
        let Self::Of(tops) = self else { return entry };
        let entry = self.within(facts, entry);
        if is_of_here && self.may_name(facts, &entry.actor) {
            return entry;
        }
        let object = if is_of_several(&entry.act, &entry.object) { String::new() } else { entry.object };
        let entry = Entry { object, detail: String::new(), about: Vec::new(), ..entry };
        let roots = tops.first().map(|top| facts.root_of(*top)).into_iter().chain([AccountId::ROOT]);
        let is_a_user = roots.into_iter().any(|root| facts.user_named(root, SYSTEM).is_some());
        if entry.actor == SYSTEM && !is_a_user {
            return entry;
        }
        Entry { actor: SOMEBODY_ABOVE.to_string(), address: String::new(), ..entry }
    }

    /// An entry without the full names of accounts that are outside, such as those that an account below had before it was moved
    /// here: of the object its own name is left.
    fn within(&self, facts: &Directory, entry: Entry) -> Entry {
        let outside = |text: &str| text.contains('>') && !self.may_ask_for(facts, text);
        let object = match entry.object.rsplit_once('>') {
            Some((_, own)) if outside(&entry.object) => own.trim().to_owned(),
            _ => entry.object,
        };
        // Names stand between backticks.
        let detail = if entry.detail.split('`').skip(1).step_by(2).any(outside) { String::new() } else { entry.detail };
        Entry { object, detail, ..entry }
    }

    /// Whether entries with that object may be asked for: it is no full name of an account outside.
    #[must_use]
    pub fn may_ask_for(&self, facts: &Directory, object: &str) -> bool {
        let Self::Of(tops) = self else { return true };
        let spelled = |path: &str| path.split('>').map(|part| key(part.trim())).collect::<Vec<_>>();
        let asked = spelled(object);
        asked.len() < 2 || tops.iter().any(|top| asked.starts_with(&spelled(&facts.account_name(*top))))
    }

    /// Whether somebody of that name may be told of: it is nobody's outside.
    #[must_use]
    pub fn may_name(&self, facts: &Directory, name: &str) -> bool {
        let Self::Of(tops) = self else { return true };
        let Some(root) = tops.first().map(|top| facts.root_of(*top)) else { return false };
        let is_here = |user: &User| tops.iter().any(|top| facts.is_at_or_below(user.account, *top));
        facts.user_named(root, name).is_none_or(is_here)
    }
}

/// Whether the object is how many accounts it was done to: some of them may be elsewhere.
#[must_use]
pub fn is_of_several(act: &str, object: &str) -> bool {
    act.starts_with("account.")
        && object.strip_suffix(" accounts").is_some_and(|count| count.bytes().all(|digit| digit.is_ascii_digit()))
}
