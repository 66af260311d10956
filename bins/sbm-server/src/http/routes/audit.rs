//! The audit log (RUN-12).
//!
//! The newest entry comes first. Whoever asks as clients of the first release did, with a bare number in `after`, gets the
//! entries behind that number in their order, as they did.
//!
//! Below the operator each reads what is about his account and those below it, as [`Log`] says.

use std::sync::Arc;

use sbm_core::directory::Directory;
use sbm_core::directory::plan::Log;
use sbm_core::id::Hash;
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{AuditEntry, AuditQuery, AuditVerdict, Page};
use sbm_core::wire::v1::path;

use super::asker::Asker;
use super::{Answer, ok};
use crate::http::listing::{Asked, columns, file};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::{Access, ApiError, Wanted};
use crate::service::Service;
use crate::store::audit::{AboutQuery, Placed};
use crate::store::{StoreError, Within};

/// The most entries on a page as the first release gave it.
const FIRST_MOST: u32 = 1_000;
/// Entries that are read from the store at once for a file.
const CHUNK: u32 = 500;
/// What stands before the number in a cursor of this order, which a bare number is not.
const BEFORE: &str = "before-";

pub(super) const LIST: Operation = Operation::get("list_audit", path::AUDIT, "", Access::ConsoleOrApi)
    .reads(Task::Server)
    .says(
        "The entries of the audit log, filtered, the newest first, page by page or as a file. Below the operator it has what is \
         about one's own account and those below it: `number` is the place among those then, and `hash` is zero.",
    )
    .asks("AuditQuery")
    .answers(Answers::Rows("AuditEntry", true));
pub(super) const VERIFY: Operation = Operation::get("verify_audit", path::AUDIT, "/verify", Access::ConsoleOrApi)
    .reads(Task::Server)
    .says("Checks the chain of the whole audit log. A broken chain is an answer, not an error.")
    .answers(Answers::Value("AuditVerdict"));

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<AuditQuery>) -> Answer {
    let log = asker.reads_log("audit.list").await?;
    if log == Log::Whole
        && let Some(after) = query.after.as_deref().and_then(|after| after.parse::<u64>().ok())
    {
        return ok(in_their_order(&asker.service, after, &query).await?);
    }
    if wanted != Wanted::File {
        return ok(page(&asker.service, &log, query).await?);
    }
    file::check_whole(query.limit, query.after.as_deref())?;
    let query = AuditQuery { limit: Some(CHUNK), ..query };
    let first = page(&asker.service, &log, query.clone()).await?;
    let service = Arc::clone(&asker.service);
    file::paged("audit", columns::AUDIT, first, move |after| {
        let (service, log, query) = (Arc::clone(&service), log.clone(), AuditQuery { after: Some(after), ..query.clone() });
        async move { page(&service, &log, query).await }
    })
}

/// A page, the newest entry first.
async fn page(service: &Service, log: &Log, mut query: AuditQuery) -> Result<Page<AuditEntry>, StoreError> {
    if let Some(after) = query.after.take() {
        let number = after.strip_prefix(BEFORE).map(str::to_owned);
        query.after = Some(number.ok_or_else(|| StoreError::BadCursor(after.chars().take(80).collect::<String>().into()))?);
    }
    let page = match log {
        Log::Whole => service.store().list_audit(query).await?,
        Log::Of(_) => about(service, log, query).await?,
    };
    Ok(Page { next: page.next.map(|number| format!("{BEFORE}{number}")), ..page })
}

/// A page of what is about somebody's accounts.
async fn about(service: &Service, log: &Log, query: AuditQuery) -> Result<Page<AuditEntry>, StoreError> {
    let facts = service.facts();
    let is_outside = query.actor.as_deref().is_some_and(|actor| !log.may_name(&facts, actor))
        || query.object.as_deref().is_some_and(|object| !log.may_ask_for(&facts, object));
    if is_outside {
        return Ok(Page { items: Vec::new(), next: None });
    }
    let page = service.store().list_audit_about(AboutQuery { accounts: Within::of_log(log), query }).await?;
    Ok(Page { items: page.items.into_iter().map(|placed| told(&facts, log, placed)).collect(), next: page.next })
}

fn told(facts: &Directory, log: &Log, placed: Placed) -> AuditEntry {
    let entry = log.tells(facts, placed.entry, placed.is_of_here);
    AuditEntry { number: placed.place, entry, hash: Hash::from_bytes([0; 32]) }
}

/// A page as the first release gave it; it knew no filters.
async fn in_their_order(service: &Service, after: u64, query: &AuditQuery) -> Result<Page<AuditEntry>, ApiError> {
    if *query != (AuditQuery { after: query.after.clone(), limit: query.limit, ..AuditQuery::default() }) {
        return Err(crate::http::listing::invalid("a bare number in `after` goes with `limit` alone; use the `next` of a page"));
    }
    let limit = query.limit.unwrap_or(100).clamp(1, FIRST_MOST);
    let entries = service.store().audit_page(after, limit).await?;
    let next = (entries.len() == limit as usize).then(|| entries.last().map(|last| last.number.to_string())).flatten();
    let entry = |chained: crate::store::Chained| AuditEntry { number: chained.number, entry: chained.entry, hash: chained.hash };
    Ok(Page { items: entries.into_iter().map(entry).collect(), next })
}

pub(super) async fn verify(asker: Asker) -> Answer {
    asker.may_read(Task::Server, "audit.verify").await?;
    let (entries, broken_at) = asker.service.store().verify_audit().await?;
    ok(AuditVerdict { entries, broken_at })
}
