//! What was said to accounts and is to be said: written down, changed, removed (ACC-3).
//!
//! 1. Who may change an account that he sees writes down what was said to it; its author is he.
//! 2. It is done behind the lock of all acts: whose session or role ended writes nothing any more (RUN-7).
//! 3. Their list is paged in the store, within what the asker sees ([`Within`]): no statement grows with the tree (ACC-4).
//! 4. Of an author from above it is said where he is (DEC-3).

use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::directory::{Actor, ActorKind, Directory, Refusal, View, plan};
use sbm_core::permission::{Task, TaskAccess};
use sbm_core::wire::v1::admin::{Communication, CommunicationPatch, ListQuery, NewCommunication, Page};

use super::{Service, present, refusal, store_refusal};
use crate::store::communications::{Fits, Kept, MOST_OF_ONE};
use crate::store::{StoreError, Within};

const CREATE: &str = "communication.create";
const MODIFY: &str = "communication.modify";
const DELETE: &str = "communication.delete";

impl Service {
    /// A page of the communications of accounts that the actor sees; of one and those below it, if the query names one. What was
    /// moved away since the facts were read is left out.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn communications(
        &self,
        facts: Arc<Directory>,
        actor: Actor,
        query: ListQuery,
    ) -> Result<Page<Communication>, StoreError> {
        let within = Within::managed(facts.seen_by(&actor), query.account.as_deref());
        let text = query.q.as_deref().map(str::to_lowercase).filter(|text| !text.is_empty());
        let fits = text.map(|text| -> Fits {
            let (facts, actor) = (Arc::clone(&facts), actor.clone());
            Arc::new(move |id, kept| shown(facts.seen_by(&actor), id, kept).is_some_and(|row| holds(&row, &text)))
        });
        let page = self.store.communications(within, fits, query).await?;
        let sees = facts.seen_by(&actor);
        Ok(Page { items: page.items.iter().filter_map(|(id, kept)| shown(sees, *id, kept)).collect(), next: page.next })
    }

    /// Does something behind the lock of all acts, to its end even if whoever asked goes away, as long as he may still do it.
    async fn while_he_may<T, Doing>(
        self: &Arc<Self>,
        actor: Actor,
        act: &str,
        object: &str,
        does: impl FnOnce(Arc<Self>, Arc<Directory>, Actor) -> Doing + Send + 'static,
    ) -> Result<T, Refusal>
    where
        T: Send + 'static,
        Doing: Future<Output = Result<T, Refusal>> + Send,
    {
        self.authorise_on(&actor, Task::Accounts, TaskAccess::Write, act, object).await?;
        let (service, act, object) = (Arc::clone(self), act.to_owned(), object.to_owned());
        let task = tokio::spawn(async move {
            let done = service.behind_the_lock(actor.clone(), does).await;
            service.said(&service.facts(), &actor, (&act, &object), done).await
        });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    async fn behind_the_lock<T, Doing>(
        self: &Arc<Self>,
        actor: Actor,
        does: impl FnOnce(Arc<Self>, Arc<Directory>, Actor) -> Doing,
    ) -> Result<T, Refusal>
    where
        Doing: Future<Output = Result<T, Refusal>>,
    {
        let _acting = self.acting.lock().await;
        let facts = self.facts();
        self.still_acts(&actor, self.now())?;
        plan::authorise(&facts, &actor, Task::Accounts, TaskAccess::Write)?;
        does(Arc::clone(self), facts, actor).await
    }

    /// Writes one down.
    ///
    /// # Errors
    ///
    /// The gates; [`Code::NotFound`] for an account that the actor does not see, [`Code::TooMany`] beyond [`MOST_OF_ONE`] of it.
    pub async fn make_communication(self: &Arc<Self>, actor: Actor, new: NewCommunication) -> Result<Communication, Refusal> {
        let account = new.account.to_string();
        let does =
            |service: Arc<Self>, facts: Arc<Directory>, actor| async move { service.write_down(&facts, &actor, new).await };
        self.while_he_may(actor, CREATE, &account, does).await
    }

    async fn write_down(&self, facts: &Directory, actor: &Actor, new: NewCommunication) -> Result<Communication, Refusal> {
        let now = self.now();
        let sees = facts.seen_by(actor);
        let account = sees.managed_account(&new.account).ok_or_else(|| {
            refusal(Code::NotFound, format!("there is no account `{}`", new.account.to_string().escape_debug()))
        })?;
        let ActorKind::User(author) = actor.kind else { return Err(Code::DeniedRole.into()) };
        let author = facts.user(author).ok_or(Code::TokenRefused)?.name.clone();
        let NewCommunication { account: _, kind, at, planned, with, text } = new;
        let kept = Kept { account: account.id, kind, at, planned, with, text, author, made: now };
        let entry = plan::entry(facts, actor, CREATE, "", Code::Ok, described(facts, &kept), now).about([kept.account]);
        let id = self.store.put_communication(kept.clone(), entry).await.map_err(|error| store_refusal(&error))?;
        let id = id.ok_or_else(|| {
            let message = format!("the account has {MOST_OF_ONE} communications; remove those that nobody reads any more");
            refusal(Code::TooMany, message)
        })?;
        shown(sees, id, &kept).ok_or_else(|| Code::Internal.into())
    }

    /// Changes one.
    ///
    /// # Errors
    ///
    /// The gates; [`Code::NotFound`] for one of an account that the actor does not see, [`Code::Stale`] when somebody else changed
    /// it meanwhile.
    pub async fn modify_communication(
        self: &Arc<Self>,
        actor: Actor,
        id: u64,
        patch: CommunicationPatch,
    ) -> Result<Communication, Refusal> {
        let does = move |service: Arc<Self>, facts: Arc<Directory>, actor| async move {
            service.write_anew(&facts, &actor, id, patch).await
        };
        self.while_he_may(actor, MODIFY, &id.to_string(), does).await
    }

    async fn write_anew(
        &self,
        facts: &Directory,
        actor: &Actor,
        id: u64,
        patch: CommunicationPatch,
    ) -> Result<Communication, Refusal> {
        let now = self.now();
        let sees = facts.seen_by(actor);
        let was = self.seen_communication(sees, id).await?;
        let new = Kept {
            kind: patch.kind.unwrap_or(was.kind),
            at: patch.at.unwrap_or(was.at),
            planned: patch.planned.unwrap_or(was.planned),
            with: patch.with.unwrap_or_else(|| was.with.clone()),
            text: patch.text.unwrap_or_else(|| was.text.clone()),
            ..was.clone()
        };
        if new != was {
            let entry =
                plan::entry(facts, actor, MODIFY, &id.to_string(), Code::Ok, described(facts, &new), now).about([new.account]);
            let done = self.store.modify_communication(id, was, new.clone(), entry).await;
            if !done.map_err(|error| store_refusal(&error))? {
                let message = format!("somebody else changed the communication `{id}` meanwhile; read it again");
                return Err(refusal(Code::Stale, message));
            }
        }
        shown(sees, id, &new).ok_or_else(|| Code::Internal.into())
    }

    /// Removes one.
    ///
    /// # Errors
    ///
    /// As [`modify_communication`](Self::modify_communication).
    pub async fn delete_communication(self: &Arc<Self>, actor: Actor, id: u64) -> Result<(), Refusal> {
        let does =
            move |service: Arc<Self>, facts: Arc<Directory>, actor| async move { service.strike(&facts, &actor, id).await };
        self.while_he_may(actor, DELETE, &id.to_string(), does).await
    }

    async fn strike(&self, facts: &Directory, actor: &Actor, id: u64) -> Result<(), Refusal> {
        let kept = self.seen_communication(facts.seen_by(actor), id).await?;
        let entry = plan::entry(facts, actor, DELETE, &id.to_string(), Code::Ok, described(facts, &kept), self.now());
        let entry = entry.about([kept.account]);
        let done = self.store.delete_communication(id, entry).await.map_err(|error| store_refusal(&error))?;
        if done { Ok(()) } else { Err(missing(id)) }
    }

    async fn seen_communication(&self, sees: View<'_>, id: u64) -> Result<Kept, Refusal> {
        let found = self.store.communication(id).await.map_err(|error| store_refusal(&error))?;
        found.filter(|kept| sees.manages(kept.account)).ok_or_else(|| missing(id))
    }
}

fn missing(id: u64) -> Refusal {
    refusal(Code::NotFound, format!("there is no communication `{id}`"))
}

/// For the audit log: of which account, and nothing of what was said.
fn described(facts: &Directory, kept: &Kept) -> String {
    let planned = if kept.planned { ", planned" } else { "" };
    format!("{} with `{}`{planned}", kept.kind.name(), facts.account_name(kept.account))
}

/// Whether one of its texts, as they are shown, has that text in it, in any case of its letters.
fn holds(row: &Communication, lower: &str) -> bool {
    let texts = [&row.account, row.kind.name(), row.with.as_str(), row.text.as_str(), row.author.as_str()];
    texts.iter().any(|text| text.to_lowercase().contains(lower))
}

/// As its list shows it, if it is seen.
fn shown(sees: View<'_>, id: u64, kept: &Kept) -> Option<Communication> {
    sees.manages(kept.account).then(|| Communication {
        id,
        account: sees.facts().account_name(kept.account),
        kind: kept.kind,
        at: kept.at,
        planned: kept.planned,
        with: kept.with.clone(),
        text: kept.text.clone(),
        author: present::told(sees, &kept.author),
        made: kept.made,
    })
}
