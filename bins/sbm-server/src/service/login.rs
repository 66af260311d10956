//! Claim, login and logout (RUN-2, RUN-6, RUN-7, DEV-3).
//!
//! 1. Whoever logs in proves a password first ([`credentials`](super::credentials)).
//! 2. A console session lasts as long as it is used, within limits; a device's token lasts until it is revoked.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sbm_core::code::Code;
use sbm_core::directory::command::Phc;
use sbm_core::directory::plan::{self, plan};
use sbm_core::directory::rows::User;
use sbm_core::directory::{Actor, ActorKind, Command, Directory, Refusal};
use sbm_core::id::{DeviceId, Hash, UserId};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::session::{Audience, Claim, DeviceLogin, DeviceSession, Login, Secret, Session};

use super::acts::{Acting, TRIES, Wanted};
use super::credentials::{Attempt, NotIn, Proven, brake_name, overtaken};
use super::{Service, refusal, store_refusal};
use crate::auth::password::For;
use crate::auth::session::{NewSession, Session as Live};
use crate::data_dir::SetupCode;
use crate::store::attempts::Outcome;
use crate::store::{CodeTry, Proved, Revoke, Token};

/// How long it is waited for what somebody does at another server, which may have much to do, and how often it is looked.
const PATIENCE: Duration = Duration::from_secs(5);
const MOMENT: Duration = Duration::from_millis(50);

/// So many sessions at the console a user has at most.
pub(super) const MOST_SESSIONS: usize = 32;
impl Service {
    /// Makes the server somebody's (RUN-2): the password first, so that a weak one does not use up the code.
    ///
    /// # Errors
    ///
    /// [`Code::AlreadyClaimed`], the password rules, [`Code::SetupCodeWrong`].
    pub async fn claim(self: &Arc<Self>, claim: Claim, address: IpAddr) -> Result<(), Refusal> {
        let actor =
            Actor { kind: ActorKind::Setup, address: address.to_string(), host: None, session: None, limit: None, task: None };
        if self.facts().server().claimed {
            return Err(Code::AlreadyClaimed.into());
        }
        // One at a time: who comes second is told that he does, and not that his code is used up.
        let _claim = self.claims.lock().await;
        if self.facts().server().claimed {
            return Err(Code::AlreadyClaimed.into());
        }
        let phc = self.hash_password(&claim.password).await?;
        let given = SetupCode::parse(claim.code.reveal()).map(|code| code.hash());
        // Something that is no code at all counts as a wrong try, too.
        let hash = given.unwrap_or_else(|| Hash::of(claim.code.reveal().as_bytes()));
        match self.store.take_setup_code(hash, self.now()).await.map_err(|error| store_refusal(&error))? {
            CodeTry::Taken => {}
            CodeTry::Wrong { left } => {
                let refused = refusal(
                    Code::SetupCodeWrong,
                    format!("the setup code is wrong; tries left: {left}, then restart the server for a new one"),
                );
                self.audit_refused(&self.facts(), &actor, "server.claim", "admin", &refused).await;
                return Err(refused);
            }
            CodeTry::Gone if self.is_claimed_elsewhere().await => return Err(Code::AlreadyClaimed.into()),
            CodeTry::Gone => {
                return Err(refusal(Code::SetupCodeWrong, "the setup code is used up; restart the server for a new one"));
            }
        }
        self.act(actor, Command::Claim { phc }, Vec::new()).await?;
        tracing::info!(%address, "the server was set up: `admin` has a password");
        if let Err(error) = SetupCode::remove(&self.data_dir) {
            tracing::warn!(%error, "the used setup code could not be removed from the data directory");
        }
        Ok(())
    }

    /// Whether somebody claims the server at another one just now: the code is used up a moment before it shows.
    async fn is_claimed_elsewhere(&self) -> bool {
        let begun = Instant::now();
        while self.lease.is_shared() && begun.elapsed() < PATIENCE {
            if self.follow().await.is_ok() && self.facts().server().claimed {
                return true;
            }
            tokio::time::sleep(MOMENT).await;
        }
        false
    }

    /// A person logs in.
    ///
    /// # Errors
    ///
    /// [`Code::WrongCredentials`], [`Code::Throttled`], [`Code::Busy`], [`Code::NotClaimed`]; [`Code::DeniedSecondFactor`] with
    /// what its second step takes (RUN-8).
    pub async fn log_in(self: &Arc<Self>, login: Login, address: IpAddr) -> Result<Session, NotIn> {
        let attempt = Attempt::login(&login.user, &login.password, address, "session.login");
        let proven = self.prove(attempt).await?;
        self.first_step(&proven, None).await?;
        self.begin_session(&proven).await
    }

    /// What was proved becomes a session, if it still holds.
    pub(super) async fn begin_session(&self, proven: &Proven) -> Result<Session, NotIn> {
        let given = {
            let acting = self.acting.lock().await;
            self.new_session(&acting, proven).await
        };
        let (session, ended) = self.settled(proven, given).await?;
        if let Some(revision) = ended {
            self.everywhere(revision).await;
        }
        self.note_login(proven).await;
        self.audit_granted(&proven.actor(), "session.login", "").await;
        Ok(session)
    }

    /// Tells the brake what became of a proof: only one that held to the end makes its address one of the owner's.
    pub(super) async fn settled<T>(&self, proven: &Proven, done: Result<T, Refusal>) -> Result<T, NotIn> {
        let said = match &done {
            Ok(_) => Some(Outcome::GotIn),
            Err(refused) if refused.code == Code::WrongCredentials => None,
            // The password was neither right nor wrong in the end.
            Err(_) => Some(Outcome::Undecided),
        };
        if let Some(said) = said {
            self.brake_said(said, &proven.brake, proven.address).await;
        }
        Ok(done?)
    }

    /// Gives out a console session, and the revision with which another one ended for it.
    pub(super) async fn new_session(&self, acting: &Acting<'_>, proven: &Proven) -> Result<(Session, Option<u64>), Refusal> {
        let ended = self.make_room_for_session(acting, proven.user).await?;
        let expires = self.now().plus(self.config.sessions.absolute);
        let (token, user) = self.new_token(acting, proven, Audience::Console, None, Some(expires)).await?;
        Ok((Session { token, user: user.name, roles: user.roles, expires }, ended))
    }

    /// A backup program logs its user in and becomes a device of his account (DEV-3). Its older tokens end.
    ///
    /// # Errors
    ///
    /// As [`log_in`](Self::log_in).
    pub async fn log_in_device(self: &Arc<Self>, login: DeviceLogin, address: IpAddr) -> Result<DeviceSession, NotIn> {
        let attempt = Attempt::login(&login.user, &login.password, address, "device.login");
        let proven = self.prove(attempt).await?;
        self.first_step(&proven, Some(login.installation)).await?;
        self.log_in_device_to_the_end(proven, login).await
    }

    /// The device of whoever proved himself.
    pub(super) async fn log_in_device_to_the_end(
        self: &Arc<Self>,
        proven: Proven,
        login: DeviceLogin,
    ) -> Result<DeviceSession, NotIn> {
        let service = Arc::clone(self);
        // Whoever goes away has his device enrolled wholly or not at all.
        let task = tokio::spawn(async move { service.enrol(&proven, login).await });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    /// What was proved makes a device and its token, as long as it holds: under one lock, and on the very facts that the device
    /// is enrolled in.
    async fn enrol(&self, proven: &Proven, login: DeviceLogin) -> Result<DeviceSession, NotIn> {
        let actor = proven.actor();
        let DeviceLogin { installation, computer, program, .. } = login;
        let command = if login.take_over {
            Command::TakeOver { installation, computer, program }
        } else {
            Command::Enrol { installation, computer, program }
        };
        let done = async {
            let acting = self.acting.lock().await;
            let facts = self.commit_proven(&acting, proven, &actor, &command).await?;
            let user = facts.user(proven.user).ok_or(Code::WrongCredentials)?;
            let device = facts.device_of(user.account, &installation).ok_or(Code::Internal)?;
            let ended = self.end_tokens_of(&acting, device.id).await?;
            let (token, user) = self.new_token(&acting, proven, Audience::Device, Some(device.id), None).await?;
            Ok::<_, Refusal>((token, user, ended))
        };
        let done = done.await;
        if let Err(refused) = &done {
            self.audit_refused(&self.facts(), &actor, command.act(), &command.object(), refused).await;
        }
        let (token, user, ended) = self.settled(proven, done).await?;
        self.everywhere(ended).await;
        self.note_login(proven).await;
        self.audit_granted(&actor, "device.login", &installation.to_string()).await;
        let keys = self.keys.current();
        let (root, document) = (keys.root().verifying_key(), keys.key_document().clone());
        Ok(DeviceSession { token, user: self.facts().called(&user).clone(), root, keys: document })
    }

    /// Commits what somebody wants by a password that he proved. It must be his still, by the very facts that are committed
    /// on: a reset, in another process too, comes before or behind the commit, and never in between (RUN-3, RUN-7).
    async fn commit_proven(
        &self,
        acting: &Acting<'_>,
        proven: &Proven,
        actor: &Actor,
        command: &Command,
    ) -> Result<Arc<Directory>, Refusal> {
        for _ in 0..TRIES {
            let based_on = self.facts().revision();
            self.still(proven).await?;
            let wanted = |facts: &Directory| {
                if facts.revision() != based_on {
                    return Err(overtaken());
                }
                let planned = plan(facts, actor, command, self.now())?;
                Ok(Wanted { changes: planned.changes, audit: vec![planned.audit], revoke: Vec::new() })
            };
            match self.commit_wanted(acting, actor, &wanted).await {
                // Others changed something: perhaps this very password.
                Err(_) if self.facts().revision() != based_on => {}
                done => return done,
            }
        }
        Err(refusal(Code::Busy, "others keep changing the same things; try again"))
    }

    /// A user has so many sessions at the console, at all servers together; the one that was not used for the longest time
    /// makes room (ERR-3). Gives the revision with which it ended, if one did: whoever is answered waits until it counts
    /// everywhere.
    async fn make_room_for_session(&self, acting: &Acting<'_>, user: UserId) -> Result<Option<u64>, Refusal> {
        let mut sessions = self.console_sessions(user).await?;
        sessions.sort_by_key(|session| (session.last_used, session.created, session.id));
        let many = sessions.len().saturating_sub(MOST_SESSIONS.saturating_sub(1));
        let ended: Vec<Revoke> = sessions.into_iter().take(many).map(|session| Revoke::Token(session.id)).collect();
        if ended.is_empty() {
            return Ok(None);
        }
        let wanted = |_: &Directory| Ok(Wanted { changes: Vec::new(), audit: Vec::new(), revoke: ended.clone() });
        Ok(Some(self.commit_wanted(acting, &Actor::system(), &wanted).await?.revision()))
    }

    /// Checks a new password against the rules and hashes it.
    ///
    /// # Errors
    ///
    /// The rules for passwords, [`Code::Busy`].
    pub async fn hash_password(&self, password: &Secret) -> Result<Phc, Refusal> {
        self.passwords.hash_new(For::Act, password).await.map(Into::into).map_err(password_refusal)
    }

    /// Ends one token, at every server.
    ///
    /// # Errors
    ///
    /// What the store says; at this server the token is over all the same.
    pub async fn log_out(&self, actor: &Actor, id: u64, device: Option<DeviceId>) -> Result<(), Refusal> {
        let wanted = |facts: &Directory| {
            let (act, object) = match device.and_then(|id| facts.device(id)) {
                Some(device) => ("device.logout", device.installation.to_string()),
                None => ("session.logout", String::new()),
            };
            let entry = plan::entry(facts, actor, act, &object, Code::Ok, String::new(), self.now());
            Ok(Wanted { changes: Vec::new(), audit: vec![entry], revoke: vec![Revoke::Token(id)] })
        };
        let ended = self.end_tokens(actor, &wanted).await;
        self.forget(&Revoke::Token(id));
        ended
    }

    pub(super) fn live(&self, token: &Token) -> NewSession {
        let idle = (token.audience == Audience::Console).then_some(self.config.sessions.idle);
        let session = Live {
            id: token.id,
            audience: token.audience,
            account: token.account,
            user: token.user,
            device: token.device,
            created: token.created,
            last_used: token.last_used,
            expires: token.expires,
            idle,
            limit: token.api.as_ref().map(|api| api.limit),
        };
        NewSession { session, hash: token.hash }
    }

    /// Ends tokens in memory; the next request with one of them is refused.
    pub(super) fn forget(&self, which: &Revoke) {
        match which {
            Revoke::Token(id) => drop(self.sessions.revoke(*id)),
            Revoke::User { user, audience } => drop(self.sessions.revoke_user(*user, *audience)),
            Revoke::Device(device) => drop(self.sessions.revoke_device(*device)),
        }
    }

    /// The last login is kept, on success only (RUN-10), and only once what was proved has held to the end.
    async fn note_login(&self, proven: &Proven) {
        if let Err(error) = self.store.logged_in(proven.user, self.now(), proven.address.to_string()).await {
            tracing::error!(%error, "a login could not be noted");
        }
    }

    /// The brake on guessing learns from where people got in before: they do so again, whoever is guessing (RUN-6).
    pub(super) fn remember_owners(&self) -> Result<(), Refusal> {
        let facts = self.facts();
        for login in self.store.last_logins().wait().map_err(|error| store_refusal(&error))? {
            if let (Some(user), Ok(address)) = (facts.user(login.user), login.address.parse()) {
                self.throttle.remember(&brake_name(&facts, &facts.login_of(user)), address, login.at);
            }
        }
        Ok(())
    }

    /// Ends the tokens of a device, which gets a new one; gives the revision with which they end.
    async fn end_tokens_of(&self, acting: &Acting<'_>, device: DeviceId) -> Result<u64, Refusal> {
        let wanted = |_: &Directory| Ok(Wanted { changes: Vec::new(), audit: Vec::new(), revoke: vec![Revoke::Device(device)] });
        Ok(self.commit_wanted(acting, &Actor::system(), &wanted).await?.revision())
    }

    /// Gives out a token, under the lock that every reset and disabling takes: it is there before them, and ends with them,
    /// or it is not given at all.
    pub(super) async fn new_token(
        &self,
        _acting: &Acting<'_>,
        proven: &Proven,
        audience: Audience,
        device: Option<DeviceId>,
        expires: Option<Timestamp>,
    ) -> Result<(Secret, User), Refusal> {
        let id = token_id()?;
        let issued = self.keys.current().token().issue(audience, id)?;
        let now = self.now();
        let user = self.still(proven).await?;
        // A device may stand in an account below its user's.
        let account = device.and_then(|id| Some(self.facts().device(id)?.account)).unwrap_or(user.account);
        let hash = issued.hash;
        let (created, last_used) = (now, now);
        let token =
            Token { id, audience, account, user: user.id, device, hash, created, last_used, expires, revoked: false, api: None };
        // The lock holds back nobody in another process: the store looks once more as it keeps the token (RUN-3, RUN-8).
        let proved = Proved { phc: proven.phc.clone(), second: proven.second };
        if !self.store.insert_token(token.clone(), proved).await.map_err(|error| store_refusal(&error))? {
            return Err(overtaken());
        }
        self.sessions.insert(self.live(&token));
        Ok((issued.text, user))
    }
}

/// The id of a new token.
pub(super) fn token_id() -> Result<u64, Code> {
    let mut id = [0; 8];
    getrandom::fill(&mut id).map_err(|_| Code::Internal)?;
    // Databases count in signed numbers.
    Ok(u64::from_be_bytes(id) >> 1)
}

/// What the rules for passwords say, with what to do.
pub(super) fn password_refusal(code: Code) -> Refusal {
    match code {
        Code::PasswordTooShort => {
            refusal(code, "the password has fewer than 12 characters; take a longer one, or have one made up")
        }
        Code::PasswordTooCommon => {
            refusal(code, "the password is among the most common ones; take another one, or have one made up")
        }
        other => other.into(),
    }
}

#[cfg(test)]
mod tests;
