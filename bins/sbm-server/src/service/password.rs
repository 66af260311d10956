//! One's own password, and the proof that unlocks a client's connection (RUN-7, RUN-9, USR-9).
//!
//! 1. Both prove a password the one way there is: throttled, bounded, and alike for whoever exists and whoever does not.
//!    Neither is a login: the last login stays what it was (RUN-10).
//! 2. A change ends the user's console sessions and keeps the tokens of devices; the asker gets a fresh session. It is
//!    done under the lock that a reset by others takes, so that what was proved still holds.
//! 3. An unlock gives nothing: it says that somebody who may change the server's settings proved himself, and the audit
//!    log keeps for which installation, also when he did not.

use std::net::IpAddr;
use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::directory::command::Phc;
use sbm_core::directory::plan::{self, plan};
use sbm_core::directory::{Actor, ActorKind, Command, Directory, Refusal};
use sbm_core::permission::{Task, TaskAccess};
use sbm_core::run::record::{MAX_NAME, cut};
use sbm_core::wire::v1::admin::{PasswordChange, Unlock};
use sbm_core::wire::v1::session::{Audience, Session};

use super::acts::Wanted;
use super::credentials::{Attempt, NotIn, Proven};
use super::login::password_refusal;
use super::refused::Standing;
use super::{Service, refusal};
use crate::auth::password::For;
use crate::http::Origin;
use crate::store::Revoke;

impl Service {
    /// A user changes his own password.
    ///
    /// # Errors
    ///
    /// [`Code::WrongCredentials`] when `current` is not the password, [`Code::Throttled`], the rules for passwords,
    /// [`Code::Busy`].
    pub async fn change_password(
        self: &Arc<Self>,
        actor: Actor,
        change: PasswordChange,
        address: IpAddr,
    ) -> Result<Session, NotIn> {
        let service = Arc::clone(self);
        // Whoever goes away has his password changed wholly or not at all.
        let task = tokio::spawn(async move { service.change_to_the_end(&actor, &change, address).await });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    async fn change_to_the_end(&self, actor: &Actor, change: &PasswordChange, address: IpAddr) -> Result<Session, NotIn> {
        let ActorKind::User(id) = actor.kind else { return Err(Code::DeniedRole.into()) };
        let (login, name) = {
            let facts = self.facts();
            let user = facts.user(id).ok_or(Code::TokenRefused)?;
            (facts.login_of(user), user.name.to_string())
        };
        let attempt = Attempt {
            login: &login,
            password: &change.current,
            address,
            act: "user.password",
            object: name,
            detail: "the current password was asked for".to_owned(),
        };
        // His session began with a code, if he has a second factor.
        let proven = Proven { second: true, ..self.prove(attempt).await? };
        let whose = For::login(&proven.brake, proven.address);
        let phc = match self.passwords.hash_new(whose, &change.new).await.map_err(password_refusal) {
            Ok(phc) => Phc::from(phc),
            Err(refused) => return self.settled(&proven, Err(refused)).await,
        };
        let command = Command::ChangePassword { phc: phc.clone() };
        let wanted = |facts: &Directory| {
            let planned = plan(facts, actor, &command, self.now())?;
            let revoke = vec![Revoke::User { user: id, audience: Some(Audience::Console) }];
            Ok(Wanted { changes: planned.changes, audit: vec![planned.audit], revoke })
        };
        let changed = async {
            let acting = self.acting.lock().await;
            self.still(&proven).await?;
            let facts = self.commit_wanted(&acting, actor, &wanted).await?;
            let (session, ended) = self.new_session(&acting, &Proven { phc: phc.clone(), ..proven.clone() }).await?;
            Ok::<_, Refusal>((ended.unwrap_or_else(|| facts.revision()), session))
        };
        let changed = changed.await;
        let (revision, session) = self.settled(&proven, changed).await?;
        self.everywhere(revision).await;
        Ok(session)
    }

    /// Somebody proves that he may change the connection of a client that is locked to this server (USR-9).
    ///
    /// # Errors
    ///
    /// As a login; [`Code::DeniedRole`] for who may not change the server's settings.
    pub async fn unlock(&self, asked: Unlock, origin: &Origin) -> Result<(), NotIn> {
        let object = asked.installation.to_string();
        let computer = cut(&asked.computer, MAX_NAME);
        let detail = format!("`{}` by `{}`", computer.escape_debug(), cut(&asked.user, MAX_NAME).escape_debug());
        let attempt = Attempt {
            login: &asked.user,
            password: &asked.password,
            address: origin.address,
            act: "connection.unlock",
            object: object.clone(),
            detail: detail.clone(),
        };
        let proven = self.prove(attempt).await?;
        let proven = self.with_second_factor(proven, asked.code.as_ref(), "connection.unlock").await?;
        self.unlocked(&proven, &object, detail, origin.host.as_deref()).await
    }

    /// What was proved lifts the lock, as long as it holds: a reset ends it, until the answer is given.
    pub(super) async fn unlocked(&self, proven: &Proven, object: &str, detail: String, host: Option<&str>) -> Result<(), NotIn> {
        let _acting = self.acting.lock().await;
        let held = self.still(proven).await.map(drop);
        self.settled(proven, held).await?;
        let actor = Actor { host: host.map(str::to_owned), ..proven.actor() };
        let facts = self.facts();
        let judged = plan::authorise(&facts, &actor, Task::Server, TaskAccess::Write);
        let code = judged.as_ref().map_or_else(|refused| refused.code, |()| Code::Ok);
        let entry = plan::entry(&facts, &actor, "connection.unlock", object, code, detail, self.now());
        let merged = if judged.is_ok() { &self.granted } else { &self.refused };
        let due = merged.take(entry, Standing::Known);
        if !due.is_empty()
            && let Err(error) = self.store.append_audit(due).await
        {
            // What cannot be written down is not allowed.
            return Err(super::store_refusal(&error).into());
        }
        // Writing took its time, and the lock holds back nobody in another process.
        self.still(proven).await?;
        judged.map_err(|refused| refusal(refused.code, refused.message).into())
    }
}
