//! Tokens for programs that act as a user (RUN-11, RUN-7, USR-10).
//!
//! 1. A user makes them for himself, with his password: a token outlives the session that it is made in. It goes no further
//!    than he does at that moment, and later no further than he does then, which every request asks the facts.
//! 2. It is told once. Token and audit entry are one commit, in which the password still is the one that was proved.
//! 3. Everybody sees and revokes his own. Who may see users sees those of his root account; who may change users revokes those
//!    of whom he reaches. The next request with it is refused, at every server.
//! 4. A program makes, lists and revokes none.

use std::net::IpAddr;
use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::directory::plan;
use sbm_core::directory::{Actor, ActorKind, Directory, Limit, Refusal};
use sbm_core::id::UserId;
use sbm_core::permission::{Task, TaskAccess};
use sbm_core::wire::v1::admin::{IssuedToken, NewToken, TokenEntry};
use sbm_core::wire::v1::session::{Audience, Secret};

use super::acts::Acting;
use super::credentials::{Attempt, NotIn, Proven, overtaken};
use super::login::token_id;
use super::session::{Ending, parse, shown};
use super::{Service, refusal, store_refusal};
use crate::http::Caller;
use crate::store::{ApiToken, Kept, Token};

/// So many tokens for programs a user has at most.
pub const MOST_TOKENS: u32 = 64;

impl Service {
    /// A user makes a token for a program.
    ///
    /// # Errors
    ///
    /// Those of [`may_make_token`](plan::may_make_token), [`Code::InvalidArgument`] for one that would be over already,
    /// [`Code::WrongCredentials`], [`Code::Throttled`], [`Code::TooMany`] beyond [`MOST_TOKENS`], [`Code::Busy`].
    pub async fn make_token(self: &Arc<Self>, actor: Actor, new: NewToken, address: IpAddr) -> Result<IssuedToken, NotIn> {
        let service = Arc::clone(self);
        // Whoever goes away has his token made wholly or not at all.
        let task = tokio::spawn(async move { service.make_to_the_end(&actor, &new, address).await });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    async fn make_to_the_end(&self, actor: &Actor, new: &NewToken, address: IpAddr) -> Result<IssuedToken, NotIn> {
        let ActorKind::User(id) = actor.kind else { return Err(Code::DeniedRole.into()) };
        let facts = self.facts();
        if let Err(refused) = self.may_make(&facts, actor, new) {
            self.audit_refused(&facts, actor, "token.create", new.name.as_str(), &refused).await;
            return Err(refused.into());
        }
        let login = facts.login_of(facts.user(id).ok_or(Code::TokenRefused)?);
        let attempt = Attempt {
            login: &login,
            password: &new.password,
            address,
            act: "token.create",
            object: new.name.to_string(),
            detail: "the current password was asked for".to_owned(),
        };
        let proven = self.prove(attempt).await?;
        let made = {
            let acting = self.acting.lock().await;
            self.keep_token(&acting, &proven, actor, new).await
        };
        self.settled(&proven, made).await
    }

    /// What can be said of it before a password is proved.
    fn may_make(&self, facts: &Directory, actor: &Actor, new: &NewToken) -> Result<Limit, Refusal> {
        let missing = |path| refusal(Code::NotFound, format!("there is no account `{path}`"));
        // Somewhere in what it is for: one's own account is not where one was let do that below it.
        let seen = |path| match new.allows.is_empty() {
            true => facts.seen_by(actor).account(path),
            false => new.allows.iter().find_map(|(task, access)| facts.seen_for(actor, task, access).account(path)),
        };
        let below = new.account.as_ref().map(|path| seen(path).ok_or_else(|| missing(path)));
        let limit = Limit { most: new.allows, below: below.transpose()?.map(|account| account.id) };
        plan::may_make_token(facts, actor, limit)?;
        match new.expires {
            Some(end) if end <= self.now() => {
                let message = format!(
                    "the token would be over already: `expires` is `{}`; leave it out, or name a later moment",
                    end.to_rfc3339()
                );
                Err(refusal(Code::InvalidArgument, message))
            }
            _ => Ok(limit),
        }
    }

    /// Gives the token out, under the lock that every reset, demotion and logout takes here; the store looks once more as it
    /// keeps it, since others are not held back by the lock.
    async fn keep_token(
        &self,
        _acting: &Acting<'_>,
        proven: &Proven,
        actor: &Actor,
        new: &NewToken,
    ) -> Result<IssuedToken, Refusal> {
        let user = self.still(proven).await?;
        let (facts, now) = (self.facts(), self.now());
        if actor.session.is_some_and(|id| self.sessions.get(id, now).is_none()) {
            return Err(Code::TokenRefused.into());
        }
        let limit = self.may_make(&facts, actor, new)?;
        let id = token_id()?;
        let issued = self.keys.current().token().issue(Audience::Api, id)?;
        let token = Token {
            id,
            audience: Audience::Api,
            account: user.account,
            user: user.id,
            device: None,
            hash: issued.hash,
            created: now,
            last_used: now,
            expires: new.expires,
            revoked: false,
            api: Some(ApiToken { name: new.name.clone(), limit }),
        };
        let until = new.expires.map(|end| format!(", until {}", end.to_rfc3339())).unwrap_or_default();
        let below = new.account.as_ref().map(|path| format!(" below `{path}`")).unwrap_or_default();
        let detail = format!("`{}`, {}{below}{until}", new.name, new.allows);
        let entry = plan::entry(&facts, actor, "token.create", &shown(id), Code::Ok, detail, now);
        let kept = self.store.insert_api_token(token.clone(), proven.phc.clone(), MOST_TOKENS, entry).await;
        match kept.map_err(|error| store_refusal(&error))? {
            Kept::Yes => {}
            Kept::Overtaken => return Err(overtaken()),
            Kept::TooMany => {
                let message = format!("you have {MOST_TOKENS} tokens; revoke one that is not used any more");
                return Err(refusal(Code::TooMany, message));
            }
        }
        self.sessions.insert(self.live(&token));
        let secret = Secret::new(issued.text.reveal());
        entry_of(&facts, &token).map(|token| IssuedToken { secret, token }).ok_or_else(|| Code::Internal.into())
    }

    /// The tokens for programs that the caller may see.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn tokens(&self, facts: &Directory, caller: &Caller, actor: &Actor) -> Result<Vec<TokenEntry>, Refusal> {
        let sees_all = plan::authorise(facts, actor, Task::Users, TaskAccess::Read).is_ok();
        let (own, others) = (facts.seen_by(actor), facts.seen_for(actor, Task::Users, TaskAccess::Read));
        let mut live = self.store.api_tokens(self.now()).await.map_err(|error| store_refusal(&error))?;
        live.retain(|token| match token.user == caller.user {
            true => own.contains(token.account),
            false => sees_all && others.contains(token.account),
        });
        for token in &mut live {
            let here = self.sessions.get(token.id, self.now());
            token.last_used = here.map_or(token.last_used, |here| here.last_used.max(token.last_used));
        }
        Ok(live.iter().filter_map(|token| entry_of(facts, token)).collect())
    }

    /// Ends a token for a program by its id.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`] for a token of others, which is audited; [`Code::NotFound`].
    pub async fn revoke_token(self: &Arc<Self>, actor: Actor, caller: Caller, id: String) -> Result<(), Refusal> {
        let service = Arc::clone(self);
        let task = tokio::spawn(async move { service.revoke_to_the_end(&actor, &caller, &id).await });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    async fn revoke_to_the_end(&self, actor: &Actor, caller: &Caller, id: &str) -> Result<(), Refusal> {
        let live = match parse(id) {
            Some(id) => self.api_token(id).await?,
            None => None,
        };
        let ending = live.map(|live| {
            let name = live.api.as_ref().map(|api| api.name.to_string()).unwrap_or_default();
            Ending { id: live.id, user: live.user, account: live.account, what: format!("the token `{name}`") }
        });
        self.end_token(actor, caller, ("token.revoke", id), ending, &missing(id)).await
    }

    /// How far that token of that user goes at most.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`], and what the store says.
    pub async fn limit_of(&self, id: &str, user: UserId) -> Result<Limit, Refusal> {
        let live = match parse(id) {
            Some(id) => self.api_token(id).await?,
            None => None,
        };
        let limit = live.filter(|live| live.user == user).and_then(|live| live.api).map(|api| api.limit);
        limit.ok_or_else(|| missing(id))
    }

    /// The program's token of that id, if it counts.
    async fn api_token(&self, id: u64) -> Result<Option<Token>, Refusal> {
        let kept = self.store.token(id).await.map_err(|error| store_refusal(&error))?;
        let counts = |token: &Token| !token.revoked && token.api.is_some() && !self.live(token).session.is_over(self.now());
        Ok(kept.filter(counts))
    }
}

fn missing(id: &str) -> Refusal {
    refusal(Code::NotFound, format!("there is no token `{}`", id.escape_debug()))
}

fn entry_of(facts: &Directory, token: &Token) -> Option<TokenEntry> {
    let api = token.api.as_ref()?;
    Some(TokenEntry {
        id: shown(token.id),
        name: api.name.clone(),
        user: facts.user(token.user)?.name.clone(),
        allows: api.limit.most,
        account: api.limit.below.map(|below| facts.account_name(below)),
        created: token.created,
        last_used: Some(token.last_used).filter(|used| *used > token.created),
        expires: token.expires,
    })
}
