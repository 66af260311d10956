//! Agents, which serve many accounts (ACC-10): who serves what, and how one becomes a device of an account that it serves.

use std::net::IpAddr;
use std::sync::Arc;

use sbm_core::code::Code;
use sbm_core::directory::plan::plan;
use sbm_core::directory::{Actor, ActorKind, Command, Directory, Refusal, View};
use sbm_core::wire::v1::admin::{AgentAccount, AgentAssignment, AgentDevice};
use sbm_core::wire::v1::session::{Audience, DeviceSession};

use super::acts::Wanted;
use super::credentials::Proven;
use super::{Service, present, store_refusal};
use crate::store::Revoke;

/// Which agent serves which account, as far as the accounts are seen.
#[must_use]
pub fn assignments(sees: View<'_>) -> Vec<AgentAssignment> {
    let facts = sees.facts();
    let served = facts.accounts().filter(|row| row.agent.is_some() && sees.contains(row.id));
    let assigned = served.filter_map(|row| {
        let agent = present::user_name(sees, facts.agent_of(row.id)?.id)?;
        Some(AgentAssignment { account: facts.account_name(row.id), agent: agent.to_string() })
    });
    assigned.collect()
}

/// The accounts that the actor serves.
#[must_use]
pub fn served(facts: &Directory, actor: &Actor) -> Vec<AgentAccount> {
    let ActorKind::User(id) = actor.kind else { return Vec::new() };
    let Some(user) = facts.user(id) else { return Vec::new() };
    let shown =
        |row: &sbm_core::directory::rows::Account| AgentAccount { account: facts.account_name(row.id), state: row.state() };
    facts.served_by(user).map(shown).collect()
}

/// Which tokens end with an agent that is taken away from an account.
#[must_use]
pub fn tokens_that_go(facts: &Directory, account: &sbm_core::account::AccountPath) -> Vec<Revoke> {
    let Some(row) = facts.account_named(account) else { return Vec::new() };
    let devices = facts.devices().filter(|device| device.account == row.id && Some(device.user) == row.agent);
    devices.map(|device| Revoke::Device(device.id)).collect()
}

impl Service {
    /// Whoever asks becomes a device of an account that he serves. The tokens that it had there end.
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`] for an account that he does not serve, which is audited; [`Code::TokenRefused`] when his session ended
    /// meanwhile.
    pub async fn enrol_agent(
        self: &Arc<Self>,
        actor: Actor,
        asked: AgentDevice,
        address: IpAddr,
    ) -> Result<DeviceSession, Refusal> {
        let service = Arc::clone(self);
        // Whoever goes away is enrolled wholly or not at all.
        let task = tokio::spawn(async move { service.enrol_agent_to_the_end(&actor, asked, address).await });
        task.await.unwrap_or_else(|_| Err(Code::Internal.into()))
    }

    async fn enrol_agent_to_the_end(&self, actor: &Actor, asked: AgentDevice, address: IpAddr) -> Result<DeviceSession, Refusal> {
        let AgentDevice { account, installation, computer, program } = asked;
        let command = Command::EnrolAgent { account: account.clone(), installation, computer, program };
        let done = async {
            let acting = self.acting.lock().await;
            let ActorKind::User(user) = actor.kind else { return Err(Code::DeniedRole.into()) };
            let phc = self.store.password(user).await.map_err(|error| store_refusal(&error))?.ok_or(Code::TokenRefused)?;
            let device_of = |facts: &Directory| {
                let account = facts.account_named(&account)?.id;
                facts.device_of(account, &installation).map(|device| device.id)
            };
            let wanted = |facts: &Directory| {
                let planned = plan(facts, actor, &command, self.now())?;
                // The tokens that it had end with the same commit.
                let revoke = device_of(facts).map(Revoke::Device).into_iter().collect();
                Ok(Wanted { changes: planned.changes, audit: vec![planned.audit], revoke })
            };
            let facts = self.commit_wanted(&acting, actor, &wanted).await?;
            let device = device_of(&facts).ok_or(Code::Internal)?;
            let proven = Proven { user, phc, brake: String::new(), address, second: true };
            let (token, user) = self.new_token(&acting, &proven, Audience::Device, Some(device), None).await?;
            let keys = self.keys.current();
            let (root, document) = (keys.root().verifying_key(), keys.key_document().clone());
            Ok::<_, Refusal>((DeviceSession { token, user: user.name, root, keys: document }, facts.revision()))
        };
        match done.await {
            Ok((session, revision)) => {
                self.everywhere(revision).await;
                Ok(session)
            }
            Err(refused) => {
                self.audit_refused(&self.facts(), actor, command.act(), &command.object(), &refused).await;
                Err(refused)
            }
        }
    }
}
