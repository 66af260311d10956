//! Administrative acts: plan, commit, apply (DESIGN 3.4).

use std::sync::Arc;

use sbm_core::audit::Entry;
use sbm_core::cache::Mark;
use sbm_core::code::Code;
use sbm_core::directory::plan::{self, Log, plan};
use sbm_core::directory::{Actor, ActorKind, Change, Command, Directory, Refusal};
use sbm_core::id::AccountId;
use sbm_core::permission::{Task, TaskAccess};

use super::refused::Standing;
use super::{Service, Telling, refusal, store_refusal};
use crate::store::{Commit, Committed, Revoke};

/// The proof that nobody else changes the facts meanwhile.
pub(super) type Acting<'a> = tokio::sync::MutexGuard<'a, ()>;

/// How often a plan that others overtook is made again.
pub(super) const TRIES: usize = 8;

/// What an act comes to on some facts.
pub(super) struct Wanted {
    pub(super) changes: Vec<Change>,
    pub(super) audit: Vec<Entry>,
    pub(super) revoke: Vec<Revoke>,
}

impl Service {
    /// Plans and commits a command; gives the facts after it.
    ///
    /// # Errors
    ///
    /// The refusal of the plan, which is audited, or of the store.
    pub async fn act(self: &Arc<Self>, actor: Actor, command: Command, revoke: Vec<Revoke>) -> Result<Arc<Directory>, Refusal> {
        self.act_when(actor, command, move |_| Ok(revoke.clone())).await
    }

    /// The same on a condition: behind the plan, `check` is asked about the very facts that the plan was made from, and
    /// again whenever it is made anew. It refuses, or says which tokens end with the act.
    ///
    /// # Errors
    ///
    /// The refusal of the plan or of `check`, which is audited, or of the store.
    pub async fn act_when(
        self: &Arc<Self>,
        actor: Actor,
        command: Command,
        check: impl Fn(&Directory) -> Result<Vec<Revoke>, Refusal> + Send + Sync + 'static,
    ) -> Result<Arc<Directory>, Refusal> {
        let service = Arc::clone(self);
        // A handler is dropped when its client goes away; an act is not left half done for that.
        let task = tokio::spawn(async move {
            let facts = service.act_here(&actor, &command, &check).await?;
            service.everywhere(facts.revision()).await;
            Ok(facts)
        });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    /// An act, as far as this server goes by it: whoever is answered waits until it counts [everywhere](Self::everywhere).
    pub(super) async fn act_here(
        &self,
        actor: &Actor,
        command: &Command,
        check: &(dyn Fn(&Directory) -> Result<Vec<Revoke>, Refusal> + Send + Sync),
    ) -> Result<Arc<Directory>, Refusal> {
        let done = {
            let acting = self.acting.lock().await;
            let wanted = |facts: &Directory| {
                let planned = plan(facts, actor, command, self.now())?;
                Ok(Wanted { changes: planned.changes, audit: vec![planned.audit], revoke: check(facts)? })
            };
            self.commit_wanted(&acting, actor, &wanted).await
        };
        if let Err(refused) = &done {
            // Behind the lock: whoever is refused again and again holds nobody up.
            self.audit_refused(&self.facts(), actor, command.act(), &command.object(), refused).await;
        }
        done
    }

    /// Commits what is wanted of the facts as they are; if they moved meanwhile, what is wanted is worked out again. The
    /// session that it is wanted by must still live, by the very facts that are committed on: it ends together with them.
    pub(super) async fn commit_wanted(
        &self,
        acting: &Acting<'_>,
        actor: &Actor,
        wanted: &(dyn Fn(&Directory) -> Result<Wanted, Refusal> + Send + Sync),
    ) -> Result<Arc<Directory>, Refusal> {
        for _ in 0..TRIES {
            let facts = self.facts();
            if actor.session.is_some_and(|id| self.sessions.get(id, self.now()).is_none()) {
                return Err(Code::TokenRefused.into());
            }
            let Wanted { changes, audit, revoke } = wanted(&facts)?;
            if changes.is_empty() && revoke.is_empty() {
                return Ok(facts);
            }
            let changes = marked(changes)?;
            let commit = Commit { based_on: facts.revision(), changes: changes.clone(), audit, revoke: revoke.clone() };
            match self.store.commit(commit).await.map_err(|error| store_refusal(&error))? {
                Committed::At(revision) => {
                    let next = Arc::new(facts.apply(revision, &changes));
                    self.directory.store(Arc::clone(&next));
                    revoke.iter().for_each(|which| self.forget(which));
                    return Ok(next);
                }
                Committed::Stale(_) => self.catch_up(acting, Telling::Log).await?,
            }
        }
        Err(refusal(Code::Busy, "others keep changing the same things; try again"))
    }

    /// Whether the actor may look at this.
    ///
    /// # Errors
    ///
    /// The refusal of the gate, which is audited.
    pub async fn authorise(&self, actor: &Actor, task: Task, act: &str) -> Result<(), Refusal> {
        self.authorise_on(actor, task, TaskAccess::Read, act, "").await
    }

    /// Whether the actor may do this to that object: where it is asked before there is a plan.
    ///
    /// # Errors
    ///
    /// The refusal of the gate, which is audited.
    pub async fn authorise_on(
        &self,
        actor: &Actor,
        task: Task,
        access: TaskAccess,
        act: &str,
        object: &str,
    ) -> Result<(), Refusal> {
        let facts = self.facts();
        let said = plan::authorise(&facts, actor, task, access).and_then(|()| is_of_the_row(&facts, actor, task, access));
        self.said(&facts, actor, (act, object), said).await
    }

    /// Whether the actor may do anything at all: where he is shown something for what he is, such as an agent.
    ///
    /// # Errors
    ///
    /// The refusal of the gate, which is audited.
    pub async fn admit(&self, actor: &Actor, act: &str) -> Result<(), Refusal> {
        let facts = self.facts();
        let said = plan::admit(&facts, actor, TaskAccess::Read);
        self.said(&facts, actor, (act, ""), said).await
    }

    /// What was said of an act; that it was refused is audited.
    pub(super) async fn said<T>(
        &self,
        facts: &Directory,
        actor: &Actor,
        (act, object): (&str, &str),
        said: Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        if let Err(refused) = &said {
            self.audit_refused(facts, actor, act, object, refused).await;
        }
        said
    }

    /// What the actor reads of the audit log.
    ///
    /// # Errors
    ///
    /// The refusal of the gate, which is audited.
    pub async fn reads_log(&self, actor: &Actor, act: &str) -> Result<Log, Refusal> {
        let facts = self.facts();
        self.said(&facts, actor, (act, ""), plan::reads_log(&facts, actor)).await
    }

    /// That somebody was let in for his password is audited, merged with what is alike: the same to the same, from the same
    /// address, within the minute.
    pub(super) async fn audit_granted(&self, actor: &Actor, act: &str, object: &str) {
        let entry = plan::entry(&self.facts(), actor, act, object, Code::Ok, String::new(), self.now());
        self.append_audit(self.granted.take(entry, Standing::Known)).await;
    }

    /// That somebody was told the way to an account's own login is audited likewise (ACC-10).
    pub async fn audit_console(&self, facts: &Directory, actor: &Actor, account: AccountId) {
        let name = facts.account_name(account);
        let entry = plan::entry(facts, actor, "account.console", &name, Code::Ok, String::new(), self.now()).about([account]);
        self.append_audit(self.granted.take(entry, Standing::Known)).await;
    }

    /// A refused attempt is audited, merged with those alike; if even that fails, the log says so and the refusal stands.
    pub async fn audit_refused(&self, facts: &Directory, actor: &Actor, act: &str, object: &str, refused: &Refusal) {
        let entry = plan::entry(facts, actor, act, object, refused.code, String::new(), self.now());
        self.append_audit(self.refused.take(entry, standing(actor))).await;
    }

    /// Writes entries that go with no act; if even that fails, the log says so.
    pub(super) async fn append_audit(&self, entries: Vec<Entry>) {
        if entries.is_empty() {
            return;
        }
        if let Err(error) = self.store.append_audit(entries).await {
            tracing::error!(%error, "an audit entry could not be written");
        }
    }
}

/// What is asked here is what the route's row says, by which everything is seen: where somebody may do the one and not the
/// other he does neither.
fn is_of_the_row(facts: &Directory, actor: &Actor, task: Task, access: TaskAccess) -> Result<(), Refusal> {
    let sees_alike = || facts.seen_for(actor, task, access).scope() == facts.seen_by(actor).scope();
    if actor.task.is_none() || sees_alike() {
        return Ok(());
    }
    Err(refusal(Code::DeniedRole, "no role that you have allows this everywhere where you would be shown something"))
}

/// Only users proved who they are.
const fn standing(actor: &Actor) -> Standing {
    match actor.kind {
        ActorKind::User(_) => Standing::Known,
        ActorKind::Setup | ActorKind::System => Standing::Stranger,
    }
}

/// These changes with the mark of the revision that they will make.
pub(crate) fn marked(mut changes: Vec<Change>) -> Result<Vec<Change>, Refusal> {
    let mut bits = [0; 8];
    getrandom::fill(&mut bits).map_err(|_| Code::Internal)?;
    changes.push(Change::Mark(Mark::from_bits(u64::from_be_bytes(bits))));
    Ok(changes)
}
