//! The audit log (RUN-12).
//!
//! The newest entry comes first. Whoever asks as clients of the first release did, with a bare number in `after`, gets the
//! entries behind that number in their order, as they did.

use std::sync::Arc;

use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::{AuditEntry, AuditQuery, AuditVerdict, Page};
use sbm_core::wire::v1::path;

use super::asker::Asker;
use super::{Answer, ok};
use crate::http::listing::{Asked, columns, file};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::{Access, ApiError, Wanted};
use crate::service::Service;
use crate::store::StoreError;

/// The most entries on a page as the first release gave it.
const FIRST_MOST: u32 = 1_000;
/// Entries that are read from the store at once for a file.
const CHUNK: u32 = 500;
/// What stands before the number in a cursor of this order, which a bare number is not.
const BEFORE: &str = "before-";

pub(super) const LIST: Operation = Operation::get("list_audit", path::AUDIT, "", Access::ConsoleOrApi)
    .reads(Task::Server)
    .says("The entries of the audit log, filtered, the newest first, page by page or as a file.")
    .asks("AuditQuery")
    .answers(Answers::Rows("AuditEntry", true));
pub(super) const VERIFY: Operation = Operation::get("verify_audit", path::AUDIT, "/verify", Access::ConsoleOrApi)
    .reads(Task::Server)
    .says("Checks the chain of the whole audit log. A broken chain is an answer, not an error.")
    .answers(Answers::Value("AuditVerdict"));

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<AuditQuery>) -> Answer {
    asker.may_read(Task::Server, "audit.list").await?;
    if let Some(after) = query.after.as_deref().and_then(|after| after.parse::<u64>().ok()) {
        return ok(in_their_order(&asker.service, after, &query).await?);
    }
    if wanted != Wanted::File {
        return ok(page(&asker.service, query).await?);
    }
    file::check_whole(query.limit, query.after.as_deref())?;
    let query = AuditQuery { limit: Some(CHUNK), ..query };
    let first = page(&asker.service, query.clone()).await?;
    let service = Arc::clone(&asker.service);
    file::paged("audit", columns::AUDIT, first, move |after| {
        let (service, query) = (Arc::clone(&service), AuditQuery { after: Some(after), ..query.clone() });
        async move { page(&service, query).await }
    })
}

/// A page, the newest entry first.
async fn page(service: &Service, mut query: AuditQuery) -> Result<Page<AuditEntry>, StoreError> {
    if let Some(after) = query.after.take() {
        let number = after.strip_prefix(BEFORE).map(str::to_owned);
        query.after = Some(number.ok_or_else(|| StoreError::BadCursor(after.chars().take(80).collect::<String>().into()))?);
    }
    let page = service.store().list_audit(query).await?;
    Ok(Page { next: page.next.map(|number| format!("{BEFORE}{number}")), ..page })
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
