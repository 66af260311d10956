//! How a password is proved (RUN-6, RUN-7).
//!
//! There is one way, and everything goes through it: throttled, bounded, and alike in words and time for a user that
//! exists, one that does not, and one that is disabled. What was proved holds until the lock under which it counts.

use std::net::IpAddr;
use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::directory::command::Phc;
use sbm_core::directory::plan;
use sbm_core::directory::rows::User;
use sbm_core::directory::{Actor, Change, Directory, Refusal};
use sbm_core::id::{AccountId, UserId};
use sbm_core::name::key;
use sbm_core::wire::v1::factor::HalfSession;
use sbm_core::wire::v1::session::Secret;

use super::acts::marked;
use super::refused::Standing;
use super::{Service, refusal, store_refusal};
use crate::auth::Wait;
use crate::auth::password::For;
use crate::http::ApiError;
use crate::http::problem::Plain;
use crate::store::Commit;
use crate::store::attempts::Outcome;

/// The id of no user: they are given from 1 on.
const NOBODY: UserId = UserId(u32::MAX);

/// Why somebody is not let in, and how long he has to wait if he was put off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotIn {
    /// Why.
    pub refusal: Refusal,
    /// Before the next attempt.
    pub wait: Option<Wait>,
    /// What the second step takes, if the password was right and a code is missing.
    pub half: Option<HalfSession>,
}

impl<R: Into<Refusal>> From<R> for NotIn {
    fn from(refusal: R) -> Self {
        Self { refusal: refusal.into(), wait: None, half: None }
    }
}

impl From<NotIn> for ApiError {
    fn from(not_in: NotIn) -> Self {
        let error = Self::from(not_in.refusal).second_step(not_in.half);
        match not_in.wait {
            Some(wait) => error.retry_after(wait.seconds),
            None => error,
        }
    }
}

impl Service {
    /// The one way to prove a password.
    pub(super) async fn prove(&self, attempt: Attempt<'_>) -> Result<Proven, NotIn> {
        let Attempt { login, password, address, .. } = attempt;
        let facts = self.facts();
        if !facts.server().claimed {
            return Err(Code::NotClaimed.into());
        }
        let user = facts.user_to_prove(login);
        let name = brake_name(&facts, login);
        if let Err(wait) = self.brake(&name, address).await? {
            tracing::info!(%address, login = %Plain(login), "a login was put off: too many attempts");
            let refused = refusal(Code::Throttled, format!("too many attempts; try again in {wait}"));
            self.audit_attempt(&facts, attempt, &refused).await;
            return Err(NotIn { wait: Some(wait), ..refused.into() });
        }
        // Who is not there costs the same read.
        let asked = user.map_or(NOBODY, |user| user.id);
        let phc = self.store.password(asked).await.map_err(|error| store_refusal(&error))?;
        // Who is not there, and who has no password yet, cost the same hash as everybody else; so does who is disabled.
        let verified = self.passwords.verify(For::login(&name, address), phc.as_deref().map(String::as_str), password).await;
        match (verified, user.filter(|user| !user.disabled), phc) {
            (Ok(verified), Some(user), Some(phc)) => {
                let mut proven = Proven { user: user.id, phc, brake: name, address, second: false };
                if verified.needs_upgrade {
                    self.upgrade(&mut proven, password).await;
                }
                Ok(proven)
            }
            (Ok(_), ..) | (Err(Code::WrongCredentials), ..) => {
                tracing::info!(%address, login = %Plain(login), "a login was refused");
                let refused = Refusal::from(Code::WrongCredentials);
                self.audit_attempt(&facts, attempt, &refused).await;
                Err(refused.into())
            }
            (Err(code), ..) => {
                self.brake_said(Outcome::Undecided, &name, address).await;
                Err(code.into())
            }
        }
    }

    /// Nobody has proved who he is yet: what he said he was is what it was tried on.
    async fn audit_attempt(&self, facts: &Directory, attempt: Attempt<'_>, refused: &Refusal) {
        let Attempt { act, object, detail, address, .. } = attempt;
        let actor = Actor { address: address.to_string(), ..Actor::system() };
        let entry = plan::entry(facts, &actor, act, &object, refused.code, detail, self.now());
        // Whoever reads of that user's account is told that somebody tried.
        let entry = entry.about(facts.user_to_prove(attempt.login).map(|user| user.account));
        self.append_audit(self.refused.take(entry, Standing::Stranger)).await;
    }

    /// Parameters of the hash got stronger since it was made: it is made anew while the password is at hand.
    async fn upgrade(&self, proven: &mut Proven, password: &Secret) {
        let whose = For::login(&proven.brake, proven.address);
        let Ok(stronger) = self.passwords.hash_again(whose, password).await.map(Phc::from) else { return };
        let _acting = self.acting.lock().await;
        if self.still_has_password(proven).await.is_err() {
            return;
        }
        let facts = self.facts();
        let Ok(changes) = marked(vec![Change::Password { user: proven.user, phc: stronger.clone() }]) else { return };
        let commit = Commit { based_on: facts.revision(), changes: changes.clone(), audit: Vec::new(), revoke: Vec::new() };
        if let Ok(crate::store::Committed::At(revision)) = self.store.commit(commit).await {
            self.directory.store(Arc::new(facts.apply(revision, &changes)));
            proven.phc = stronger;
        }
    }

    /// Whether what was proven still holds: hashing takes its time, and a reset or disabling in between counts (RUN-7).
    pub(super) async fn still(&self, proven: &Proven) -> Result<User, Refusal> {
        let user = self.still_has_password(proven).await?;
        // Enrolled meanwhile: the password alone lets nobody in any more (RUN-8).
        if !proven.second && self.facts().has_factor(user.id) {
            return Err(refusal(Code::Busy, "a second factor was enrolled while the password was proved; try again"));
        }
        Ok(user)
    }

    async fn still_has_password(&self, proven: &Proven) -> Result<User, Refusal> {
        let facts = self.facts();
        let phc = self.store.password(proven.user).await.map_err(|error| store_refusal(&error))?;
        if phc.as_ref() != Some(&proven.phc) {
            return Err(overtaken());
        }
        facts.user(proven.user).filter(|user| !user.disabled).cloned().ok_or_else(|| Code::WrongCredentials.into())
    }
}

/// The brake of a login: that of the name below its root account, however it is spelled. Who exists is not asked for it,
/// or the brake would tell: names that nobody has are slowed in the same way, and share their brakes in the same way.
pub(crate) fn brake_name(facts: &Directory, login: &str) -> String {
    let home = || facts.account_name(AccountId::ROOT);
    let (root, name) = match login.rsplit_once('>') {
        Some((account, name)) => (account.split('>').next().unwrap_or_default().trim().to_owned(), name),
        None => (home(), login),
    };
    format!("{}>{}", key(&root), key(name.trim()))
}

/// Somebody says who he is.
pub(super) struct Attempt<'a> {
    /// The login name: `name`, or `account>name` in full.
    pub(super) login: &'a str,
    pub(super) password: &'a Secret,
    pub(super) address: IpAddr,
    /// What the audit log calls it, to what it was done, and what else there is to know, should it be refused.
    pub(super) act: &'static str,
    pub(super) object: String,
    pub(super) detail: String,
}

impl<'a> Attempt<'a> {
    pub(super) fn login(login: &'a str, password: &'a Secret, address: IpAddr, act: &'static str) -> Self {
        Self { login, password, address, act, object: login.to_owned(), detail: String::new() }
    }
}

/// A user who proved a password, and the hash that it was proved with; by which brake, and from where.
#[derive(Clone)]
pub(super) struct Proven {
    pub(super) user: UserId,
    pub(super) phc: Phc,
    pub(super) brake: String,
    pub(super) address: IpAddr,
    /// Whether he proved his second factor, too.
    pub(super) second: bool,
}

impl Proven {
    /// As plans and the audit log know him.
    pub(super) fn actor(&self) -> Actor {
        Actor::user(self.user, self.address.to_string())
    }
}

pub(super) fn overtaken() -> Refusal {
    refusal(Code::Busy, "the password was stored anew while it was proved; try again")
}
