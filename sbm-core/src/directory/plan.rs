//! Plans: what an administrative act changes, worked out before anything is touched (DESIGN 3.4).
//!
//! 1. A plan is a pure function. A refusal changes nothing and is told to the audit log as well (RUN-12).
//! 2. The gates of DEC-1 stand before every command but two: the claim is proved by the setup code, an enrolment by the
//!    user's password or by a code that somebody made for him.
//! 3. The store commits a plan only at the revision it was made for; otherwise it is made again (at most eight times).

mod about;
mod accounts;
mod agents;
mod detail;
mod enrolments;
mod factor;
mod groups;
mod images;
mod log;
mod meant;
mod profiles;
mod reach;
mod renamed;
mod roles;
mod security_profiles;
mod server;
mod silos;
mod tokens;
mod users;

pub use enrolments::{PlannedEnrolment, may_come, plan_enrolment};
pub use log::{Log, is_of_several, reads_log};
pub use meant::device_meant;
pub use reach::may_reach;
pub use renamed::changed_logins;
pub use silos::check_machine;
pub use tokens::{by_person, may_make_token};

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::change::Change;
use super::command::{Actor, ActorKind, Command, Limit};
use super::facts::Directory;
use super::rows::{Group, User};
use super::scope::View;
use super::subject::{ServerSubject, Subject};
use crate::account::{AccountPath, Module, tree};
use crate::audit::Entry;
use crate::code::Code;
use crate::id::{AccountId, GroupId};
use crate::name::{Name, Text};
use crate::permission::{Decision, Effect, Role, Task, TaskAccess, decide_presence, decide_server};
use crate::time::Timestamp;

/// What is to be committed.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The changes; none when everything is as wanted already.
    pub changes: Vec<Change>,
    /// The entry for the audit log.
    pub audit: Entry,
}

/// Why nothing is to be committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason.
    pub code: Code,
    /// What was wrong with which value, and what to do.
    pub message: String,
}

impl Refusal {
    fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::new(code, code.text())
    }
}

/// Plans a command.
///
/// # Errors
///
/// A [`Refusal`] with the code of the gate or rule that stands against it.
pub fn plan(facts: &Directory, actor: &Actor, command: &Command, now: Timestamp) -> Result<Planned, Refusal> {
    if let Some((task, access)) = command.task() {
        authorise(facts, actor, task, access)?;
    }
    let sees = match command.task() {
        Some((task, access)) => facts.seen_for(actor, task, access),
        None => facts.seen_by(actor),
    };
    let act = Act { facts, actor, sees, now };
    let (changes, detail) = act.changes(command).map_err(|refused| act.rather(command, refused))?;
    let object = match command {
        _ if command.is_about_oneself() => act.actor_user().map(|user| user.name.to_string()),
        Command::DropAccount { account, .. } => facts.account(*account).map(|_| facts.account_name(*account)),
        _ => None,
    };
    let object = object.unwrap_or_else(|| command.object());
    let about = act.about(command, &changes);
    Ok(Planned { changes, audit: entry(facts, actor, command.act(), &object, Code::Ok, detail, now).about(about) })
}

/// Whether the actor may do that on the server, by the gates of DEC-1; reading is asked for here too.
///
/// # Errors
///
/// A [`Refusal`] with the code of the gate.
pub fn authorise(facts: &Directory, actor: &Actor, task: Task, access: TaskAccess) -> Result<(), Refusal> {
    let Some((user, subject)) = subject_of(facts, actor)? else { return Ok(()) };
    answer(decide_server(&subject, task, access), actor, user, task)
}

/// Whether the actor may do anything at all, for what he may by what he is, such as an agent: the gates of DEC-1 before that of
/// his roles.
///
/// # Errors
///
/// A [`Refusal`] with the code of the gate.
pub fn admit(facts: &Directory, actor: &Actor, access: TaskAccess) -> Result<(), Refusal> {
    let Some((_, subject)) = subject_of(facts, actor)? else { return Ok(()) };
    match decide_presence(&subject, access) {
        Decision { effect: Effect::Deny, code, .. } => Err(code.into()),
        _ => Ok(()),
    }
}

/// Who asks, as the engine knows him; nobody is asked for the server itself.
fn subject_of<'a>(facts: &'a Directory, actor: &Actor) -> Result<Option<(&'a User, ServerSubject<'a>)>, Refusal> {
    let user = match actor.kind {
        ActorKind::System => return Ok(None),
        ActorKind::Setup => return Err(Code::DeniedRole.into()),
        ActorKind::User(id) => facts.user(id).ok_or(Code::TokenRefused)?,
    };
    Ok(Some((user, ServerSubject::new(Subject::new(facts, user)).limited(actor.limit.map(Limit::ceiling)))))
}

/// What somebody is told whom the gates let through or not.
fn answer(decision: Decision, actor: &Actor, user: &User, task: Task) -> Result<(), Refusal> {
    match (decision.effect, decision.code) {
        (Effect::Allow | Effect::Unmanaged, _) => Ok(()),
        (Effect::Deny, Code::DeniedRole) => {
            let who = if task == Task::Passphrases { Role::SecurityOfficer } else { Role::Superuser };
            let message = format!("`{}` has no role that allows this; ask a user with the role `{}`", user.name, who.name());
            Err(Refusal::new(Code::DeniedRole, message))
        }
        (Effect::Deny, Code::DeniedToken) => {
            let most = actor.limit.map(Limit::ceiling).unwrap_or_default();
            let message = format!("this token is limited to {most}; use one that goes further, or log in");
            Err(Refusal::new(Code::DeniedToken, message))
        }
        (Effect::Deny, Code::DeniedModule) => Err(match Module::of(task) {
            Some(module) => {
                let what = module.words();
                let message = format!("the level of your account has no {what}; ask whoever manages the accounts above yours");
                Refusal::new(Code::DeniedModule, message)
            }
            None => Refusal::new(
                Code::DeniedModule,
                "the server itself is its operator's, and this is set above your account; ask the operator",
            ),
        }),
        (Effect::Deny, code) => Err(code.into()),
    }
}

/// The entry for the audit log of an act, done or refused.
#[must_use]
pub fn entry(facts: &Directory, actor: &Actor, act: &str, object: &str, outcome: Code, detail: String, now: Timestamp) -> Entry {
    let name = match actor.kind {
        ActorKind::Setup => "setup".to_string(),
        ActorKind::System => "system".to_string(),
        ActorKind::User(id) => facts.user(id).map_or_else(|| format!("user {}", id.0), |user| user.name.to_string()),
    };
    let by_token = actor.limit.and(actor.session).map(|id| format!("by the token `{id:016x}`"));
    let detail = [detail].into_iter().filter(|detail| !detail.is_empty()).chain(by_token).collect::<Vec<_>>().join(", ");
    Entry {
        at: now,
        account: facts.seen_by(actor).home(),
        actor: name,
        address: actor.address.clone(),
        act: act.to_string(),
        object: crate::run::record::cut(object, 256),
        outcome: outcome.name().to_string(),
        detail,
        about: Vec::new(),
    }
}

/// One act: who does it, on which facts, what he sees of them, when.
struct Act<'a> {
    facts: &'a Directory,
    actor: &'a Actor,
    sees: View<'a>,
    now: Timestamp,
}

/// What a planner gives: changes, and what the audit log is to know besides.
type Outcome = Result<(Vec<Change>, String), Refusal>;

impl Act<'_> {
    fn changes(&self, command: &Command) -> Outcome {
        match command {
            Command::Claim { phc } => self.claim(phc),
            Command::RaiseEpoch { epoch, keys, reason } => self.raise_epoch(*epoch, keys, reason),
            Command::AddAllow(entry) => self.add_allow(entry),
            Command::RemoveAllow { id, confirm } => self.remove_allow(*id, *confirm),
            Command::CreateUser { user, phc } => self.create_user(user, phc),
            Command::ModifyUser { name, patch, phc } => self.modify_user(name, patch, phc.as_ref()),
            Command::DeleteUser { name } => self.delete_user(name),
            Command::CreateAccount(new) => self.create_account(new),
            Command::CreateSilo { account, phc } => self.create_silo(account, phc),
            Command::ModifyAccount { account, patch } => self.modify_account(account, patch),
            Command::LiveAccounts { accounts, wish } => self.live_accounts(accounts, *wish),
            Command::DropAccount { account, order } => self.drop_account(*account, *order),
            Command::PutImage { account, icon, bytes } => self.put_image(account, icon.as_ref(), bytes),
            Command::AssignAgent { account, agent } => self.assign_agent(account, agent),
            Command::UnassignAgent { account } => self.unassign_agent(account),
            Command::EnrolAgent { account, installation, computer, program } => {
                self.enrol_agent(account, installation, (computer, program))
            }
            Command::CreateGroup(group) => self.create_group(group),
            Command::ModifyGroup { name, patch } => self.modify_group(name, patch),
            Command::DeleteGroup { name, detach } => self.delete_group(name, *detach),
            Command::CreateSecurityProfile(profile) => self.create_security_profile(profile),
            Command::ModifySecurityProfile { name, patch } => self.modify_security_profile(name, patch),
            Command::DeleteSecurityProfile { name } => self.delete_security_profile(name),
            Command::Upload(upload) => self.upload(upload),
            Command::ModifyProfile { guid, patch } => self.modify_profile(guid, patch),
            Command::RollBack(old) => self.roll_back(old),
            Command::DeleteProfile { guid } => self.delete_profile(guid),
            Command::CreateRole(new) => self.create_role(new),
            Command::ModifyRole { name, patch } => self.modify_role(name, patch),
            Command::DeleteRole { name } => self.delete_role(name),
            Command::Grant(new) => self.grant(new),
            Command::Ungrant(id) => self.ungrant(*id),
            Command::RemoveDevice { installation, account } => self.remove_device(installation, account.as_ref()),
            Command::ReleaseDevice { installation, account } => self.release_device(installation, account.as_ref()),
            Command::TakeSilo { device } => self.take_silo(*device),
            Command::ModifyServer(patch) => self.modify_server(patch),
            Command::ChangePassword { phc } => self.change_password(phc),
            Command::EnrolFactor(kept) => self.enrol_factor(kept),
            Command::ConfirmChannel { channel, kept, shown } => self.confirm_channel(*channel, kept, shown),
            Command::RemoveChannel { channel } => self.remove_channel(*channel),
            Command::RemoveFactor { name } => self.remove_factor(name.as_deref()),
            Command::NewRecoveryCodes { hashes } => self.new_recovery_codes(hashes),
            Command::Enrol { installation, computer, program } => self.enrol(installation, computer, program),
            Command::TakeOver { installation, computer, program } => self.take_over(installation, computer, program),
            Command::EnrolInto { account, installation, computer, program, by } => {
                self.enrol_into(*account, installation, (computer, program), by)
            }
        }
    }

    /// What somebody sees and may not change, because he may only look at it there, is there: he is told so.
    fn rather(&self, command: &Command, refused: Refusal) -> Refusal {
        let Some((task, TaskAccess::Write)) = command.task().filter(|_| refused.code == Code::NotFound) else { return refused };
        let sees = self.facts.seen_for(self.actor, task, TaskAccess::Read);
        if sees.scope() == self.sees.scope() {
            return refused;
        }
        match (Act { sees, ..*self }).changes(command) {
            Err(again) if again.code == Code::NotFound => refused,
            Ok(_) | Err(_) => {
                Refusal::new(Code::DeniedRole, "you may look at this, and have no role there that allows changing it")
            }
        }
    }

    /// The account that a new object belongs to, if nobody names one.
    fn place(&self) -> Result<AccountId, Refusal> {
        if self.sees.scope().is_nothing() {
            let message = "this token is for an account that is gone, or that you see no more; use another one, or log in";
            return Err(Refusal::new(Code::NotFound, message));
        }
        let message =
            "you may do this at several accounts below yours, and each could be meant; say which one, or use a token for it";
        let place = self.sees.place().ok_or_else(|| Refusal::new(Code::InvalidAccount, message))?;
        self.facts.account(place).map_or(Ok(place), |row| self.check_stays(row).map(|()| place))
    }

    /// The account that a new object belongs to: the one that is named, if it is seen and has what the task is for (ACC-3,
    /// ACC-4).
    fn place_at(&self, path: Option<&AccountPath>, task: Task) -> Result<AccountId, Refusal> {
        let Some(path) = path else { return self.place() };
        let row = self.sees.account(path).ok_or_else(|| not_found("account", &path.to_string()))?;
        self.check_stays(row)?;
        let level = tree::effective_level(self.facts, row.id);
        match Module::of(task).filter(|module| level.is_some_and(|level| !level.has(*module))) {
            None => Ok(row.id),
            Some(module) => {
                let what = module.words();
                let message = format!("the level of the account `{path}` has no {what}; name an account that has");
                Err(Refusal::new(Code::DeniedModule, message))
            }
        }
    }

    /// The actor's row; the server itself has none.
    fn actor_user(&self) -> Option<&User> {
        match self.actor.kind {
            ActorKind::User(id) => self.facts.user(id),
            ActorKind::Setup | ActorKind::System => None,
        }
    }

    /// The user of a login as it is typed here; those outside of the actor's scope do not exist (USR-1, ACC-4).
    fn user(&self, login: &str) -> Result<&User, Refusal> {
        self.sees.user(login).ok_or_else(|| not_found("user", login))
    }

    /// The groups of these names, made; with their ids (USR-7).
    fn new_groups(&self, names: &[Name]) -> Result<(Vec<Change>, Vec<GroupId>), Refusal> {
        let (mut changes, mut ids) = (Vec::new(), Vec::new());
        for (name, next) in names.iter().zip(self.facts.next().group..) {
            let is_twice = names.iter().filter(|other| other.key() == name.key()).count() > 1;
            if is_twice {
                return Err(name_taken("group", name));
            }
            self.check_group_is_new(name)?;
            let id = GroupId(next);
            let row = Group { id, account: self.place()?, name: name.clone(), description: Text::default(), stamp: 0 };
            changes.push(Change::Group(row));
            ids.push(id);
        }
        Ok((changes, ids))
    }

    /// That a name is another one's. Names are unique in a whole root account (USR-1): of one outside of his scope the actor
    /// is told no more than what he said himself.
    fn taken(&self, kind: &str, wanted: &Name, other: (&Name, AccountId)) -> Refusal {
        if self.sees.contains(other.1) {
            return name_taken(kind, other.0);
        }
        Refusal::new(Code::NameTaken, format!("the name `{wanted}` is taken; choose another name for the {kind}"))
    }

    /// The ids of groups by name, sorted, each once.
    fn group_ids(&self, names: &[Name]) -> Result<Vec<GroupId>, Refusal> {
        let mut ids = names
            .iter()
            .map(|name| self.sees.group(name.as_str()).map(|group| group.id).ok_or_else(|| not_found("group", name.as_str())))
            .collect::<Result<Vec<_>, _>>()?;
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }
}

fn not_found(kind: &str, name: &str) -> Refusal {
    Refusal::new(Code::NotFound, format!("there is no {kind} `{}`", name.escape_debug()))
}

fn name_taken(kind: &str, name: &Name) -> Refusal {
    Refusal::new(Code::NameTaken, format!("there is a {kind} `{name}` already; choose another name or modify that one"))
}

#[cfg(test)]
mod tests;
