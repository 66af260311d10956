//! What is done to the history by people: a run is deleted, and nothing else (HIS-2).

use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::directory::plan::{authorise, entry};
use sbm_core::directory::{Actor, Refusal};
use sbm_core::permission::{Task, TaskAccess};
use sbm_core::wire::v1::admin::Run;

use super::{Service, store_refusal};
use crate::store::Found;

impl Service {
    /// Deletes a run with its audit entry, if the session that asks for it still lives and its user still may: judged under
    /// the lock under which sessions end, so that nothing is deleted after their end was answered (RUN-7). False, and no entry,
    /// if the run is not there any more.
    ///
    /// # Errors
    ///
    /// [`Code::TokenRefused`] when the session ended meanwhile, [`Code::DeniedRole`]; what the store says.
    pub async fn delete_run(self: &Arc<Self>, actor: Actor, found: Found) -> Result<bool, Refusal> {
        let service = Arc::clone(self);
        // A handler is dropped when its client goes away; the lock is held until it is done all the same.
        let task = tokio::spawn(async move { service.delete_run_to_the_end(&actor, &found).await });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    async fn delete_run_to_the_end(&self, actor: &Actor, found: &Found) -> Result<bool, Refusal> {
        let _acting = self.acting.lock().await;
        let (facts, now) = (self.facts(), self.now());
        if actor.session.is_some_and(|id| self.sessions.get(id, now).is_none()) {
            return Err(Code::TokenRefused.into());
        }
        authorise(&facts, actor, Task::HistoryDelete, TaskAccess::Write)?;
        // Where it was found may have been put elsewhere in the tree meanwhile (ACC-4).
        if facts.account(found.account()).is_some_and(|account| !facts.seen_by(actor).contains(account.id)) {
            return Ok(false);
        }
        let id = found.run.record.id.to_string();
        let entry = entry(&facts, actor, "history.delete", &id, Code::Ok, told(&found.run), now).about([found.account()]);
        self.store.delete(found.place(), entry).await.map_err(|error| store_refusal(&error))
    }
}

/// Whose run it was, for the audit log.
fn told(run: &Run) -> String {
    let record = &run.record;
    format!(
        "`{}` of `{}` on `{}`, {}, {}",
        record.start.profile.name.escape_debug(),
        record.user.escape_debug(),
        record.computer.escape_debug(),
        record.start.profile_start.to_rfc3339(),
        record.finish.result.name(),
    )
}
