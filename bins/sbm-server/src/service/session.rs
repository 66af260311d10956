//! Sessions as they are listed and ended (RUN-7).
//!
//! 1. Everybody sees and ends his own. Who may see users sees those of his account and below; who may change
//!    users ends them (ACC-4).
//! 2. Ending one is an act: the end and its audit entry are one commit, and the next request with that token is refused.

use std::collections::HashMap;
use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::directory::plan;
use sbm_core::directory::{Actor, Directory, Refusal, View};
use sbm_core::id::{AccountId, UserId};
use sbm_core::permission::{Task, TaskAccess};
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::admin::SessionEntry;
use sbm_core::wire::v1::session::Audience;

use super::acts::Wanted;
use super::{Service, present, refusal, store_refusal};
use crate::auth::session::Session;
use crate::http::Caller;
use crate::store::{Revoke, Token};

impl Service {
    /// The sessions that the caller may see.
    ///
    /// # Errors
    ///
    /// What the store says, where there are other servers.
    pub async fn sessions(&self, facts: &Directory, caller: &Caller, actor: &Actor) -> Result<Vec<SessionEntry>, Refusal> {
        let sees_all = plan::authorise(facts, actor, Task::Users, TaskAccess::Read).is_ok();
        let mut live = self.all_sessions().await?;
        // Programs' tokens have a list of their own.
        live.retain(|session| session.audience != Audience::Api);
        let (own, others) = (facts.seen_by(actor), facts.seen_for(actor, Task::Users, TaskAccess::Read));
        let live = live.into_iter().filter(|session| match session.user == caller.user {
            true => own.contains(session.account),
            false => sees_all && others.contains(session.account),
        });
        Ok(live.filter_map(|session| entry(others, &session, caller)).collect())
    }

    /// Ends a session by its id.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`] for a session of others, which is audited; [`Code::NotFound`].
    pub async fn end_session(self: &Arc<Self>, actor: Actor, caller: Caller, id: String) -> Result<(), Refusal> {
        let service = Arc::clone(self);
        let task = tokio::spawn(async move { service.end_to_the_end(&actor, &caller, &id).await });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    async fn end_to_the_end(&self, actor: &Actor, caller: &Caller, id: &str) -> Result<(), Refusal> {
        let live = match parse(id) {
            Some(id) => self.session_of(id).await?.filter(|live| live.audience != Audience::Api),
            None => None,
        };
        let ending =
            live.map(|live| Ending { id: live.id, user: live.user, account: live.account, what: "a session".to_owned() });
        let missing = refusal(Code::NotFound, format!("there is no session `{}`", id.escape_debug()));
        self.end_token(actor, caller, ("session.end", id), ending, &missing).await
    }

    /// Ends a token that somebody names, if he may by the very facts on which it is committed (RUN-7).
    pub(super) async fn end_token(
        &self,
        actor: &Actor,
        caller: &Caller,
        (act, id): (&str, &str),
        ending: Option<Ending>,
        missing: &Refusal,
    ) -> Result<(), Refusal> {
        if ending.as_ref().is_none_or(|ending| ending.user != caller.user) {
            self.authorise_on(actor, Task::Users, TaskAccess::Write, act, id).await?;
        }
        let done = match &ending {
            Some(ending) => {
                let wanted = |facts: &Directory| {
                    ending.check(facts, actor, caller, missing)?;
                    let user = facts.user(ending.user).map_or_else(|| "nobody".to_owned(), |user| user.name.to_string());
                    let detail = format!("{} of `{user}`", ending.what);
                    let entry = plan::entry(facts, actor, act, &shown(ending.id), Code::Ok, detail, self.now());
                    let (audit, revoke) = (vec![entry.about([ending.account])], vec![Revoke::Token(ending.id)]);
                    Ok(Wanted { changes: Vec::new(), audit, revoke })
                };
                self.end_tokens(actor, &wanted).await
            }
            None => Err(missing.clone()),
        };
        if let Err(refused) = &done {
            self.audit_refused(&self.facts(), actor, act, id, refused).await;
        }
        done
    }

    /// Ends tokens, everywhere, with what the audit log says of it.
    pub(super) async fn end_tokens(
        &self,
        actor: &Actor,
        wanted: &(dyn Fn(&Directory) -> Result<Wanted, Refusal> + Send + Sync),
    ) -> Result<(), Refusal> {
        let facts = {
            let acting = self.acting.lock().await;
            self.commit_wanted(&acting, actor, wanted).await?
        };
        self.everywhere(facts.revision()).await;
        Ok(())
    }

    /// The session of that id, if it counts: where there are other servers, as the store has it.
    async fn session_of(&self, id: u64) -> Result<Option<Session>, Refusal> {
        if !self.lease.is_shared() {
            return Ok(self.sessions.get(id, self.now()));
        }
        let kept = self.store.token(id).await.map_err(|error| store_refusal(&error))?;
        Ok(kept.filter(|token| !token.revoked).map(|token| self.live(&token).session).filter(|live| !live.is_over(self.now())))
    }

    /// A user's sessions at the console that count, at whichever server they began.
    pub(super) async fn console_sessions(&self, user: UserId) -> Result<Vec<Session>, Refusal> {
        let now = self.now();
        let mut here = self.sessions.of_user(user);
        here.retain(|session| session.audience == Audience::Console && !session.is_over(now));
        if !self.lease.is_shared() {
            return Ok(here);
        }
        let kept = self.store.console_tokens(user, now).await.map_err(|error| store_refusal(&error))?;
        Ok(self.used_here(&kept, here))
    }

    /// Tokens as the store has them, used when this server knows better.
    fn used_here(&self, kept: &[Token], here: Vec<Session>) -> Vec<Session> {
        let used: HashMap<u64, Timestamp> = here.into_iter().map(|session| (session.id, session.last_used)).collect();
        let mut all: Vec<Session> = kept.iter().map(|token| self.live(token).session).collect();
        for session in &mut all {
            session.last_used = used.get(&session.id).copied().unwrap_or(session.last_used).max(session.last_used);
        }
        all.retain(|session| !session.is_over(self.now()));
        all.sort_by_key(|session| (session.created, session.id));
        all
    }

    /// All sessions that count. Those of other servers are in the store, and when they were last used there, as of some
    /// seconds ago.
    async fn all_sessions(&self) -> Result<Vec<Session>, Refusal> {
        let now = self.now();
        let here = self.sessions.all(now);
        if !self.lease.is_shared() {
            return Ok(here);
        }
        let kept = self.store.live_tokens(now).await.map_err(|error| store_refusal(&error))?;
        Ok(self.used_here(&kept, here))
    }
}

/// A token that somebody wants to end.
pub(super) struct Ending {
    pub(super) id: u64,
    /// Whose it is.
    pub(super) user: UserId,
    /// Where it counts.
    pub(super) account: AccountId,
    /// What the audit log calls it.
    pub(super) what: String,
}

impl Ending {
    /// That it is one's own, or of somebody whom one reaches: what is out of one's sight is not there.
    fn check(&self, facts: &Directory, actor: &Actor, caller: &Caller, missing: &Refusal) -> Result<(), Refusal> {
        let sees = if self.user == caller.user {
            facts.seen_by(actor)
        } else {
            plan::authorise(facts, actor, Task::Users, TaskAccess::Write)?;
            facts.seen_for(actor, Task::Users, TaskAccess::Write)
        };
        if !sees.contains(self.account) {
            return Err(missing.clone());
        }
        facts.user(self.user).map_or(Ok(()), |user| plan::may_reach(facts, facts.user(caller.user), user))
    }
}

/// A session; of somebody from above, whose device is here, it is not told who he is (ACC-4).
fn entry(sees: View<'_>, session: &Session, caller: &Caller) -> Option<SessionEntry> {
    let device = session.device.and_then(|id| sees.facts().device(id));
    let user = match session.user == caller.user {
        true => sees.facts().user(session.user)?.name.clone(),
        false => present::user_name(sees, session.user)?,
    };
    Some(SessionEntry {
        id: shown(session.id),
        audience: session.audience,
        user,
        installation: device.map(|device| device.installation),
        computer: device.map(|device| device.computer.clone()),
        created: session.created,
        last_used: session.last_used,
        expires: session.expires,
        current: session.id == caller.session,
    })
}

/// An id as it is told.
pub(super) fn shown(id: u64) -> String {
    format!("{id:016x}")
}

/// The id that is told so, and no other spelling of it.
pub(super) fn parse(text: &str) -> Option<u64> {
    u64::from_str_radix(text, 16).ok().filter(|id| shown(*id) == text)
}
