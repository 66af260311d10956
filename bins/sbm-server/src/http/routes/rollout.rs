//! Managed profiles over time: revisions, their content, the way back, who has which, and what is left (PRO-4, PRO-7).

use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use sbm_core::code::Code;
use sbm_core::directory::plan;
use sbm_core::id::{AccountId, Guid, Hash};
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{ListQuery, RollBack};
use sbm_core::wire::v1::path;
use serde::Deserialize;

use super::Answer;
use super::asker::Asker;
use super::profiles::{answer, missing, parse};
use crate::http::listing::{self, Asked, columns};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::{Access, ApiError, Conditions, Json, Path, Query, Wanted, tag};
use crate::service::present;
use crate::store::ProfileRevision;

pub(super) const REVISIONS: Operation =
    Operation::get("list_revisions", path::PROFILES, "/{guid}/revisions", Access::ConsoleOrApi)
        .reads(Task::Groups)
        .says("What a managed profile was at each of its revisions; of a deleted one, too.")
        .asks("ListQuery")
        .answers(Answers::Rows("ProfileRevision", true))
        .refuses(&[Code::InvalidGuid]);
pub(super) const HOLDERS: Operation = Operation::get("list_holders", path::PROFILES, "/{guid}/holders", Access::ConsoleOrApi)
    .reads(Task::Groups)
    .says("The devices that ever fetched a managed profile, and how far each one is; of a deleted one, too.")
    .asks("ListQuery")
    .answers(Answers::Rows("Holder", true))
    .refuses(&[Code::InvalidGuid]);
pub(super) const BODY: Operation = Operation::get("download_body", path::PROFILES, "/{guid}/body", Access::ConsoleOrApi)
    .writes(Task::Profiles)
    .says("The content of a revision, or of the newest one. It may hold passwords: it needs the right to upload, and is audited.")
    .asks("WhichRevision")
    .answers(Answers::Bytes)
    .refuses(&[Code::InvalidGuid]);
pub(super) const SCHEDULE: Operation =
    Operation::get("download_schedule", path::PROFILES, "/{guid}/schedule", Access::ConsoleOrApi)
        .writes(Task::Profiles)
        .says("The schedule of a revision, or of the newest one, like its content.")
        .asks("WhichRevision")
        .answers(Answers::Bytes)
        .refuses(&[Code::InvalidGuid]);
pub(super) const ROLL_BACK: Operation =
    Operation::post("roll_back_profile", path::PROFILES, "/{guid}/rollback", Access::ConsoleOrApi)
        .writes(Task::Profiles)
        .says("Makes an earlier revision the newest one again: a new revision with the old content.")
        .takes("RollBack")
        .answers(Answers::Object("Profile"))
        .refuses(&[Code::InvalidGuid, Code::Stale]);
pub(super) const TOMBSTONES: Operation = Operation::get("list_tombstones", path::TOMBSTONES, "", Access::ConsoleOrApi)
    .reads(Task::Groups)
    .says("The deleted managed profiles that some device has not removed yet.")
    .asks("ListQuery")
    .answers(Answers::Rows("Tombstone", true));

pub(super) async fn revisions(asker: Asker, wanted: Wanted, Path(guid): Path<String>, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Groups, "profile.revisions").await?;
    let revisions = all(&asker, &parse(&guid)?).await?.1;
    let (facts, actor) = (asker.service.facts(), asker.actor());
    listing::answer(&columns::REVISIONS, query, wanted, move || {
        let sees = facts.seen_by(&actor);
        revisions.into_iter().map(|old| present::revision(sees, old)).collect()
    })
    .await
}

pub(super) async fn holders(asker: Asker, wanted: Wanted, Path(guid): Path<String>, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Groups, "profile.holders").await?;
    let facts = asker.service.facts();
    let holders = asker.service.holders(asker.sees(&facts), parse(&guid)?).await?;
    listing::answer(&columns::HOLDERS, query, wanted, || holders).await
}

pub(super) async fn tombstones(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Groups, "profile.tombstones").await?;
    let facts = asker.service.facts();
    let tombstones = asker.service.tombstones(asker.sees(&facts)).await?;
    listing::answer(&columns::TOMBSTONES, query, wanted, || tombstones).await
}

pub(super) async fn roll_back(asker: Asker, Path(guid): Path<String>, Json(to): Json<RollBack>) -> Answer {
    asker.may_write(Task::Profiles, "profile.roll_back", &guid).await?;
    let guid = parse(&guid)?;
    let facts = asker.service.roll_back(asker.actor(), guid, to).await?;
    answer(&facts, &asker, &guid, StatusCode::OK)
}

/// Which revision is meant.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WhichRevision {
    /// The newest, if missing.
    revision: Option<u64>,
}

pub(super) async fn body(
    asker: Asker,
    conditions: Conditions,
    Path(guid): Path<String>,
    Query(which): Query<WhichRevision>,
) -> Answer {
    download(asker, conditions, guid, which, "body", |revision| Some(revision.body)).await
}

pub(super) async fn schedule(
    asker: Asker,
    conditions: Conditions,
    Path(guid): Path<String>,
    Query(which): Query<WhichRevision>,
) -> Answer {
    download(asker, conditions, guid, which, "schedule", |revision| revision.schedule).await
}

/// What leaves is in the audit log before it does (ERR-5).
async fn download(
    asker: Asker,
    conditions: Conditions,
    guid: String,
    which: WhichRevision,
    part: &str,
    hash: impl Fn(&ProfileRevision) -> Option<Hash>,
) -> Answer {
    asker.may_write(Task::Profiles, "profile.export", &guid).await?;
    let guid = parse(&guid)?;
    let (account, revisions) = all(&asker, &guid).await?;
    let wanted = which.revision.or_else(|| revisions.last().map(|newest| newest.revision));
    let revision = revisions.iter().find(|revision| Some(revision.revision) == wanted);
    let Some(revision) = revision else {
        let detail = format!("there is no revision {} of `{guid}`; list its revisions", wanted.unwrap_or_default());
        return Err(ApiError::new(Code::NotFound, detail));
    };
    let number = revision.revision;
    let hash = hash(revision)
        .ok_or_else(|| ApiError::new(Code::NotFound, format!("revision {number} of `{guid}` came without a schedule")))?;
    if let Some(known) = tag::is_known(&conditions, &hash) {
        return Ok(known);
    }
    let content = asker.service.content(account, hash).await?.ok_or_else(|| missing(&guid))?;
    // Reading takes its time: who lost his session or the right to upload meanwhile takes nothing away (RUN-7).
    asker.is_still_here()?;
    asker.may_write(Task::Profiles, "profile.export", &guid.to_string()).await?;
    let detail = format!("the {part} of revision {number}");
    let service = &asker.service;
    let entry =
        plan::entry(&service.facts(), &asker.actor(), "profile.export", &guid.to_string(), Code::Ok, detail, service.now());
    let entry = entry.about([account]);
    service.store().append_audit(vec![entry]).await?;
    let name = format!("attachment; filename=\"{guid}-{number}.{part}\"");
    let headers = [(CONTENT_TYPE, "application/octet-stream"), (CONTENT_DISPOSITION, name.as_str())];
    Ok(tag::tagged((headers, content.into_response()).into_response(), &hash.to_string()))
}

/// All revisions of a managed profile that is there or was, and the account it belongs to.
async fn all(asker: &Asker, guid: &Guid) -> Result<(AccountId, Vec<ProfileRevision>), ApiError> {
    let facts = asker.service.facts();
    let account = asker.sees(&facts).account_of_profile(guid).ok_or_else(|| missing(guid))?;
    Ok((account, asker.service.store().profile_revisions(account, *guid).await?))
}
