//! "May this user do that, and why?" (DEC-3)

use sbm_core::account::AccountPath;
use sbm_core::directory::plan::device_meant;
use sbm_core::directory::rows::Device;
use sbm_core::directory::{Actor, Directory, Limit, ServerSubject, Subject};
use sbm_core::id::InstallationId;
use sbm_core::permission::{Ceiling, Context, Resource, Task, TaskAccess};
use sbm_core::wire::v1::admin::{Explain, ExplainServer, WhoCan};
use sbm_core::wire::v1::path;

use sbm_core::code::Code;

use super::asker::Asker;
use super::{Answer, ok};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::{Access, ApiError, Json};

pub(super) const HOST: Operation = Operation::post("explain", path::EXPLAIN, "", Access::ConsoleOrApi)
    .reads(Task::Users)
    .says(
        "May this user do that in the backup program, and why? A denial is an answer, not an error. With a device, which whoever may \
         read devices can name: what it answers itself.",
    )
    .takes("Explain")
    .answers(Answers::Value("Explanation"))
    .refuses(&[Code::NotFound, Code::InvalidArgument, Code::DeniedRole]);
pub(super) const SERVER: Operation = Operation::post("explain_server", path::EXPLAIN_SERVER, "", Access::ConsoleOrApi)
    .reads(Task::Users)
    .says("May this user do that on the server, and why? A denial is an answer, not an error.")
    .takes("ExplainServer")
    .answers(Answers::Value("Explanation"))
    .refuses(&[Code::NotFound]);

pub(super) const WHO: Operation = Operation::post("explain_who", path::EXPLAIN_WHO, "", Access::ConsoleOrApi)
    .reads(Task::Users)
    .says("Who can do that on the server, at this account, and why?")
    .takes("WhoCan")
    .answers(Answers::Value("Able"))
    .refuses(&[Code::NotFound]);

pub(super) async fn explain(asker: Asker, Json(asked): Json<Explain>) -> Answer {
    asker.may_read(Task::Users, "decision.explain").await?;
    let facts = asker.service.facts();
    let sees = asker.sees(&facts);
    let user = sees.user(&asked.user).ok_or_else(|| super::missing("user", &asked.user))?;
    let mut subject = Subject::new(&facts, user);
    if let Some(installation) = &asked.device {
        let device = device_of(&asker, &facts, installation, asked.account.as_ref()).await?;
        if device.user != user.id {
            let detail = format!("that device is another user's than `{}`, and its program answers for its own", asked.user);
            return Err(ApiError::new(Code::InvalidArgument, detail));
        }
        let place = asker.service.place_of(&facts, device).await?;
        subject = subject.at_device(place.ok_or_else(|| super::missing("device", &installation.to_string()))?);
    } else if asked.account.is_some() {
        let detail = "`account` says which device of several is meant; name the device, too";
        return Err(ApiError::new(Code::InvalidArgument, detail));
    }
    let resource = asked.profile.map_or(Resource::Local, Resource::Managed);
    let context = Context { now: asker.service.now(), estimate: 0 };
    ok(subject.explain_to(sees, asked.action, resource, &context))
}

/// Devices are seen where their task is allowed, not where users are.
async fn device_of<'f>(
    asker: &Asker,
    facts: &'f Directory,
    installation: &InstallationId,
    account: Option<&AccountPath>,
) -> Result<&'f Device, ApiError> {
    let actor = Actor { task: Some((Task::Devices, TaskAccess::Read)), ..asker.actor() };
    asker.service.authorise(&actor, Task::Devices, "decision.explain").await?;
    Ok(device_meant(facts.seen_by(&actor), installation, account)?)
}

pub(super) async fn explain_server(asker: Asker, Json(asked): Json<ExplainServer>) -> Answer {
    asker.may_read(Task::Users, "decision.explain").await?;
    let facts = asker.service.facts();
    let sees = asker.sees(&facts);
    let user = sees.user(&asked.user).ok_or_else(|| super::missing("user", &asked.user))?;
    let access = if asked.write { TaskAccess::Write } else { TaskAccess::Read };
    let limit = match &asked.token {
        Some(id) => Some(asker.service.limit_of(id, user.id).await?),
        None => None,
    };
    let mut ceiling = limit.map(Limit::ceiling);
    let mut subject = ServerSubject::new(Subject::new(&facts, user));
    if let Some(path) = &asked.account {
        let account = sees.account(path).ok_or_else(|| super::missing("account", &path.to_string()))?.id;
        subject = subject.at(account);
        // A token for another account does nothing here.
        let is_for_another = |below| !facts.chain(account).any(|above| above.id == below);
        if limit.and_then(|limit| limit.below).is_some_and(is_for_another) {
            ceiling = Some(Ceiling::NONE);
        }
    }
    ok(subject.limited(ceiling).explain(asked.task, access))
}

pub(super) async fn who(asker: Asker, Json(asked): Json<WhoCan>) -> Answer {
    asker.may_read(Task::Users, "decision.who").await?;
    let facts = asker.service.facts();
    let sees = asker.sees(&facts);
    let account = sees.account(&asked.account).ok_or_else(|| super::missing("account", &asked.account.to_string()))?.id;
    ok(asker.service.able(sees, account, &asked).await?)
}
