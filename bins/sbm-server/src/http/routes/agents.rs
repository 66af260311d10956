//! Agents, which serve many accounts (ACC-10).

use sbm_core::account::AccountPath;
use sbm_core::code::Code;
use sbm_core::directory::{Command, Directory};
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{AgentDevice, ListQuery, NewAgent};
use sbm_core::wire::v1::path;

use super::asker::Asker;
use super::{Answer, missing, no_content, ok};
use crate::http::listing::{self, Asked, columns};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::{Access, Json, Path, Wanted};
use crate::service::agents;

pub(super) const LIST: Operation = Operation::get("list_agents", path::AGENTS, "", Access::ConsoleOrApi)
    .reads(Task::Accounts)
    .says("Which agent serves which account, filtered, in any order, page by page or as a file.")
    .asks("ListQuery")
    .answers(Answers::Rows("AgentAssignment", true));
pub(super) const ASSIGN: Operation = Operation::post("assign_agent", path::AGENTS, "", Access::ConsoleOrApi)
    .writes(Task::Accounts)
    .says("Has a user serve an account as its agent: his own account or one below it, which has no other agent.")
    .takes("NewAgent")
    .refuses(&[Code::NotFound, Code::InvalidArgument, Code::InUse, Code::UserDisabled]);
pub(super) const SERVED: Operation = Operation::get("list_served_accounts", path::AGENT_ACCOUNTS, "", Access::Console)
    .says("The accounts that whoever asks serves as their agent.")
    .asks("ListQuery")
    .answers(Answers::Rows("AgentAccount", true))
    .refuses(&[Code::DeniedSecondFactor]);
pub(super) const ENROL: Operation = Operation::post("enrol_agent", path::AGENT_DEVICES, "", Access::Console)
    .says("Whoever asks becomes a device of an account that he serves as its agent; the tokens that it had there end.")
    .takes("AgentDevice")
    .answers(Answers::Value("DeviceSession"))
    .refuses(&[Code::NotFound, Code::OtherMachine, Code::DeniedSecondFactor, Code::DeniedAccountDeletion]);
pub(super) const UNASSIGN: Operation = Operation::delete("unassign_agent", path::AGENTS, "/{account}", Access::ConsoleOrApi)
    .writes(Task::Accounts)
    .says("Has an account served by no agent: the agent's devices there are removed at once, their history stays.")
    .conditional(false);

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Accounts, "agent.list").await?;
    let facts = asker.service.facts();
    listing::answer(&columns::AGENTS, query, wanted, move || agents::assignments(asker.sees(&facts))).await
}

pub(super) async fn assign(asker: Asker, Json(NewAgent { account, agent }): Json<NewAgent>) -> Answer {
    asker.service.act(asker.actor(), Command::AssignAgent { account, agent }, Vec::new()).await?;
    no_content()
}

pub(super) async fn unassign(asker: Asker, Path(name): Path<String>) -> Answer {
    asker.may_write(Task::Accounts, "agent.unassign", &name).await?;
    let account: AccountPath = name.parse().map_err(|_| missing("account", &name))?;
    let named = account.clone();
    let check = move |facts: &Directory| Ok(agents::tokens_that_go(facts, &named));
    asker.service.act_when(asker.actor(), Command::UnassignAgent { account }, check).await?;
    no_content()
}

pub(super) async fn served(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_be_here("agent.served").await?;
    let (facts, actor) = (asker.service.facts(), asker.actor());
    listing::answer(&columns::SERVED, query, wanted, move || agents::served(&facts, &actor)).await
}

pub(super) async fn enrol(asker: Asker, Json(asked): Json<AgentDevice>) -> Answer {
    ok(asker.service.enrol_agent(asker.actor(), asked, asker.origin.address).await?)
}
