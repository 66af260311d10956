//! Sessions as they are listed and ended (RUN-7).
//!
//! 1. Everybody sees and ends his own. Who may see users sees those of his root account; who may change users ends them.
//! 2. Ending one is an act: the end and its audit entry are one commit, and the next request with that token is refused.

use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::directory::plan;
use sbm_core::directory::{Actor, Directory, Refusal};
use sbm_core::id::AccountId;
use sbm_core::permission::{Task, TaskAccess};
use sbm_core::wire::v1::admin::SessionEntry;

use super::acts::Wanted;
use super::present::visible;
use super::{Service, refusal};
use crate::auth::session::Session;
use crate::http::Caller;
use crate::store::Revoke;

impl Service {
    /// The sessions that the caller may see.
    #[must_use]
    pub fn sessions(&self, facts: &Directory, root: AccountId, caller: &Caller, actor: &Actor) -> Vec<SessionEntry> {
        let sees_all = plan::authorise(facts, actor, Task::Users, TaskAccess::Read).is_ok();
        let mut live = self.sessions.all(self.now());
        if !sees_all {
            live.retain(|session| session.user == caller.user);
        }
        let live = live.into_iter().filter(|session| visible(facts, root, session.account));
        live.filter_map(|session| entry(facts, &session, caller)).collect()
    }

    /// Ends a session by its id.
    ///
    /// # Errors
    ///
    /// [`Code::DeniedRole`] for a session of others, which is audited; [`Code::NotFound`].
    pub async fn end_session(self: &Arc<Self>, actor: Actor, caller: Caller, root: AccountId, id: String) -> Result<(), Refusal> {
        let service = Arc::clone(self);
        let task = tokio::spawn(async move { service.end_to_the_end(&actor, &caller, root, &id).await });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    async fn end_to_the_end(&self, actor: &Actor, caller: &Caller, root: AccountId, id: &str) -> Result<(), Refusal> {
        let live = parse(id).and_then(|id| self.sessions.get(id, self.now()));
        let facts = self.facts();
        if live.is_none_or(|live| live.user != caller.user) {
            self.authorise_on(actor, Task::Users, TaskAccess::Write, "session.end", id).await?;
        }
        let live = live.filter(|live| visible(&facts, root, live.account));
        let live = live.ok_or_else(|| refusal(Code::NotFound, format!("there is no session `{}`", id.escape_debug())))?;
        let acting = self.acting.lock().await;
        let wanted = |facts: &Directory| {
            let user = facts.user(live.user).map_or_else(|| "nobody".to_owned(), |user| user.name.to_string());
            let detail = format!("a session of `{user}`");
            let entry = plan::entry(facts, actor, "session.end", &shown(live.id), Code::Ok, detail, self.now());
            Ok(Wanted { changes: Vec::new(), audit: vec![entry], revoke: vec![Revoke::Token(live.id)] })
        };
        self.commit_wanted(&acting, actor, &wanted).await.map(drop)
    }
}

fn entry(facts: &Directory, session: &Session, caller: &Caller) -> Option<SessionEntry> {
    let device = session.device.and_then(|id| facts.device(id));
    Some(SessionEntry {
        id: shown(session.id),
        audience: session.audience,
        user: facts.user(session.user)?.name.clone(),
        installation: device.map(|device| device.installation),
        computer: device.map(|device| device.computer.clone()),
        created: session.created,
        last_used: session.last_used,
        expires: session.expires,
        current: session.id == caller.session,
    })
}

/// An id as it is told.
fn shown(id: u64) -> String {
    format!("{id:016x}")
}

/// The id that is told so, and no other spelling of it.
fn parse(text: &str) -> Option<u64> {
    u64::from_str_radix(text, 16).ok().filter(|id| shown(*id) == text)
}
