//! Devices (DEV-1).

use sbm_core::account::AccountPath;
use sbm_core::code::Code;
use sbm_core::directory::plan::device_meant;
use sbm_core::directory::{Command, Directory};
use sbm_core::id::InstallationId;
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::ListQuery;
use sbm_core::wire::v1::path;
use serde::Deserialize;

use super::asker::Asker;
use super::{Answer, missing, no_content};
use crate::http::listing::{self, Asked, columns};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::tag::{self, State};
use crate::http::{Access, ApiError, Conditions, Path, Query, Wanted};
use crate::service::present;
use crate::store::Revoke;

pub(super) const LIST: Operation = Operation::get("list_devices", path::DEVICES, "", Access::ConsoleOrApi)
    .reads(Task::Devices)
    .says("The devices, those that wait to be let in too, filtered, in any order, page by page or as a file.")
    .asks("ListQuery")
    .answers(Answers::Rows("Device", true));
pub(super) const SHOW: Operation = Operation::get("show_device", path::DEVICES, "/{installation}", Access::ConsoleOrApi)
    .reads(Task::Devices)
    .says("One device.")
    .asks("WhichDevice")
    .answers(Answers::Object("Device"))
    .refuses(&[Code::InvalidArgument]);
pub(super) const DELETE: Operation = Operation::delete("remove_device", path::DEVICES, "/{installation}", Access::ConsoleOrApi)
    .writes(Task::Devices)
    .says("Removes a device: its token ends, its history stays.")
    .asks("WhichDevice")
    .refuses(&[Code::InvalidArgument]);
pub(super) const RELEASE: Operation =
    Operation::post("release_device", path::DEVICES, "/{installation}/release", Access::ConsoleOrApi)
        .says(
            "Releases the machine that a backup account is on: the next that logs in takes it over, and what the old one says is \
             not taken any more. Who may change devices does so, and who knows the account's secret.",
        )
        .asks("WhichDevice")
        .conditional(false)
        .refuses(&[
            Code::InvalidArgument,
            Code::DeniedRole,
            Code::DeniedSecondFactor,
            Code::DeniedAccountDeletion,
            Code::NotFound,
            Code::NothingToChange,
        ]);

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Devices, "device.list").await?;
    let (facts, traces) = (asker.service.facts(), asker.service.traces().await?);
    let actor = asker.actor();
    let waiting = asker.service.waiting_devices(&facts, &actor).await?;
    listing::answer(&columns::DEVICES, query, wanted, move || {
        let sees = facts.seen_by(&actor);
        let there = sees.devices().filter_map(|device| present::device(sees, device, &traces));
        there.chain(waiting.into_iter().map(present::waiting_device)).collect()
    })
    .await
}

/// Which device of an installation is meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WhichDevice {
    /// The one of this account; the only one, if missing.
    account: Option<AccountPath>,
}

pub(super) async fn show(
    asker: Asker,
    conditions: Conditions,
    Path(name): Path<String>,
    Query(which): Query<WhichDevice>,
) -> Answer {
    asker.may_read(Task::Devices, "device.show").await?;
    let installation = parse(&name)?;
    let facts = asker.service.facts();
    let sees = asker.sees(&facts);
    let device = device_meant(sees, &installation, which.account.as_ref())?;
    let traces = asker.service.traces_of_device(device.id).await?;
    let shown = present::device(sees, device, &traces).ok_or_else(|| missing("device", &name))?;
    tag::read(&conditions, &State::of(&facts, device.stamp), &shown)
}

pub(super) async fn remove(
    asker: Asker,
    conditions: Conditions,
    Path(name): Path<String>,
    Query(which): Query<WhichDevice>,
) -> Answer {
    asker.may_write(Task::Devices, "device.remove", &name).await?;
    let installation = parse(&name)?;
    let (actor, account) = (asker.actor(), which.account.clone());
    let check = move |facts: &Directory| {
        let device = device_meant(facts.seen_by(&actor), &installation, account.as_ref())?;
        conditions.check(&State::of(facts, device.stamp))?;
        Ok(vec![Revoke::Device(device.id)])
    };
    asker.service.act_when(asker.actor(), Command::RemoveDevice { installation, account: which.account }, check).await?;
    no_content()
}

pub(super) async fn release(asker: Asker, Path(name): Path<String>, Query(which): Query<WhichDevice>) -> Answer {
    let command = match parse(&name) {
        Ok(installation) => Command::ReleaseDevice { installation, account: which.account },
        Err(error) => {
            asker.may_write(Task::Devices, "device.release", &name).await?;
            return Err(error);
        }
    };
    asker.service.act(asker.actor(), command, Vec::new()).await?;
    no_content()
}

fn parse(text: &str) -> Result<InstallationId, ApiError> {
    text.parse().map_err(|_| missing("device", text))
}
