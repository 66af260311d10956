//! Codes and passphrases with which devices enrol: who makes one for whom, and who comes with it (DEV-1).
//!
//! 1. A code names a user and an account, both of which its maker sees: the user's own account or one below it. The user may
//!    do nothing on the server that the maker may not: with the code somebody has a device of his (USR-10).
//! 2. The level of that account has the module: codes, or automatic deployment for passphrases (ACC-3).
//! 3. What was so when the code was made must be so still when a device comes with it. A part of a name that is no account, and
//!    an account that is about to be deleted, take no device.

use alloc::format;
use alloc::string::String;

use super::accounts::check_stays;
use super::{Act, Outcome, Refusal, authorise, not_found};
use crate::account::tree::{Kind, effective_level};
use crate::code::Code;
use crate::directory::command::Actor;
use crate::directory::facts::Directory;
use crate::directory::rows::{Account, User};
use crate::enrolment::{EnrolmentKind, Terms};
use crate::figure::duration;
use crate::id::{AccountId, InstallationId, UserId};
use crate::permission::{Task, TaskAccess};
use crate::time::{SECOND, Timestamp};
use crate::wire::v1::admin::NewEnrolment;

/// How many devices a passphrase enrols if nobody says.
const USUAL_USES: u32 = 100;

/// What a new code or passphrase comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedEnrolment {
    /// The account that devices are put into.
    pub account: AccountId,
    /// The user whose devices they become.
    pub user: UserId,
    /// What it allows.
    pub terms: Terms,
    /// What the audit log says of it.
    pub detail: String,
}

/// Plans a new code or passphrase.
///
/// # Errors
///
/// The gates; [`Code::NotFound`] for a user or an account that the actor does not see, [`Code::DeniedRole`] for a user who
/// may do more than he, [`Code::UserDisabled`], [`Code::DeniedModule`], [`Code::InvalidArgument`] for an account that is not
/// the user's nor below it, and for a number or a time that is not allowed.
pub fn plan_enrolment(facts: &Directory, actor: &Actor, new: &NewEnrolment, now: Timestamp) -> Result<PlannedEnrolment, Refusal> {
    authorise(facts, actor, Task::Passphrases, TaskAccess::Write)?;
    let act = Act { facts, actor, sees: facts.seen_for(actor, Task::Passphrases, TaskAccess::Write), now };
    let user = act.user(&new.user)?;
    act.reaches(user)?;
    act.check_not_own(user, "no code is made for it; make one for a user whose device is to be in that account")?;
    if user.disabled {
        return Err(Refusal::new(Code::UserDisabled, format!("`{}` is disabled; enable the user first", user.name)));
    }
    let account = match &new.account {
        Some(path) => act.sees.account(path).ok_or_else(|| not_found("account", &format!("{path}")))?,
        None => facts.account(user.account).ok_or(Code::Internal)?,
    };
    check_place(facts, user, account)?;
    check_module(facts, new.kind, account.id)?;
    let terms = terms(new, now)?;
    let (kind, name, devices) = (new.kind.name(), facts.account_name(account.id), terms.most);
    let (until, asks) = (terms.expires.to_rfc3339(), if terms.approval { ", with approval" } else { "" });
    let detail = format!("{kind} for `{}` in `{name}`, {devices} at most, until {until}{asks}", user.name);
    Ok(PlannedEnrolment { account: account.id, user: user.id, terms, detail })
}

/// Whether a device may still be enrolled for that user in that account, by a code of that kind.
///
/// # Errors
///
/// As [`plan_enrolment`]; what is not there any more is [`Code::NotFound`].
pub fn may_come(facts: &Directory, kind: EnrolmentKind, user: UserId, account: AccountId) -> Result<(), Refusal> {
    let user = facts.user(user).ok_or(Code::NotFound)?;
    let account = facts.account(account).ok_or(Code::NotFound)?;
    if user.disabled {
        return Err(Code::UserDisabled.into());
    }
    if facts.is_own_login(user) {
        return Err(Code::DeniedRole.into());
    }
    check_place(facts, user, account)?;
    check_module(facts, kind, account.id)
}

fn check_place(facts: &Directory, user: &User, account: &Account) -> Result<(), Refusal> {
    let name = || facts.account_name(account.id);
    if account.kind == Kind::Virtual {
        return Err(not_found("account", &name()));
    }
    check_stays(facts, account)?;
    if facts.is_at_or_below(account.id, user.account) {
        return Ok(());
    }
    let message = format!("the account `{}` is neither that of `{}` nor below it; name one that is, or none", name(), user.name);
    Err(Refusal::new(Code::InvalidArgument, message))
}

fn check_module(facts: &Directory, kind: EnrolmentKind, account: AccountId) -> Result<(), Refusal> {
    if effective_level(facts, account).is_none_or(|level| level.has(kind.module())) {
        return Ok(());
    }
    let what = kind.module().words();
    let message = format!("the level of the account has no {what}; enrol in an account below it that has");
    Err(Refusal::new(Code::DeniedModule, message))
}

fn terms(new: &NewEnrolment, now: Timestamp) -> Result<Terms, Refusal> {
    let (kind, name) = (new.kind, new.kind.name());
    let most = new.uses.unwrap_or(USUAL_USES.min(kind.most_uses()));
    if most == 0 || most > kind.most_uses() {
        let most_uses = kind.most_uses();
        return Err(Refusal::new(Code::InvalidArgument, format!("a {name} for {most} devices; one is for 1 to {most_uses}")));
    }
    let span = match new.valid_for {
        Some(seconds) => i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(SECOND),
        None => kind.usual_span(),
    };
    if !(EnrolmentKind::SHORTEST_SPAN..=kind.longest_span()).contains(&span) {
        let (least, longest) = (duration(EnrolmentKind::SHORTEST_SPAN), duration(kind.longest_span()));
        let message = format!("a {name} that lasts {}; one lasts from {least} to {longest}", duration(span));
        return Err(Refusal::new(Code::InvalidArgument, message));
    }
    Ok(Terms { most, uses: 0, expires: now.plus(span), approval: new.approval, revoked: false })
}

impl Act<'_> {
    /// A device comes with a code, which says how many there may be.
    pub(super) fn enrol_into(
        &self,
        account: AccountId,
        installation: &InstallationId,
        (computer, program): (&str, &str),
        by: &str,
    ) -> Outcome {
        let user = self.actor_user().filter(|user| !user.disabled).ok_or(Code::WrongCredentials)?;
        let account = self.facts.account(account).ok_or(Code::NotFound)?;
        check_place(self.facts, user, account)?;
        let (changes, detail) = self.device_changes(user, account.id, installation, (computer, program))?;
        Ok((changes, format!("{detail}, {by}")))
    }
}
