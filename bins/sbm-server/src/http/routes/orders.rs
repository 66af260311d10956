//! Erase orders: what the storage was told to erase, and whether it did (ACC-8).

use sbm_core::code::Code;
use sbm_core::id::OrderId;
use sbm_core::permission::Task;
use sbm_core::wire::v1::admin::ListQuery;
use sbm_core::wire::v1::path;

use super::asker::Asker;
use super::{Answer, missing, ok};
use crate::http::listing::{self, Asked, columns};
use crate::http::operation::{Answer as Answers, Operation};
use crate::http::{Access, ApiError, Path, Wanted};

pub(super) const LIST: Operation = Operation::get("list_erase_orders", path::ERASE_ORDERS, "", Access::ConsoleOrApi)
    .reads(Task::Server)
    .says("The orders to the storage to erase what deleted accounts stored: those that wait, and those of a year that are done.")
    .asks("ListQuery")
    .answers(Answers::Rows("EraseOrder", true));
pub(super) const SHOW: Operation = Operation::get("show_erase_order", path::ERASE_ORDERS, "/{id}", Access::ConsoleOrApi)
    .reads(Task::Server)
    .says("One of them: how often it was sent, and why it is not done.")
    .answers(Answers::Value("EraseOrder"));
pub(super) const RETRY: Operation = Operation::post("retry_erase_order", path::ERASE_ORDERS, "/{id}/retry", Access::ConsoleOrApi)
    .writes(Task::Server)
    .says("Has an order sent again soon, with the pauses from the beginning.")
    .answers(Answers::Value("EraseOrder"));
pub(super) const KEY: Operation = Operation::get("show_erase_key", path::ERASE_KEY, "", Access::ConsoleOrApi)
    .reads(Task::Server)
    .says("The public half of the key that signs erase orders, for who receives them.")
    .answers(Answers::Value("EraseKey"));

pub(super) async fn list(asker: Asker, wanted: Wanted, Asked(query): Asked<ListQuery>) -> Answer {
    asker.may_read(Task::Server, "erase.list").await?;
    let rows = asker.service.erase_orders().await?;
    listing::answer(&columns::ERASE_ORDERS, query, wanted, || rows).await
}

pub(super) async fn show(asker: Asker, Path(id): Path<String>) -> Answer {
    asker.may_read(Task::Server, "erase.show").await?;
    ok(asker.service.erase_order(parsed(&id)?).await?)
}

pub(super) async fn retry(asker: Asker, Path(id): Path<String>) -> Answer {
    asker.may_write(Task::Server, "erase.retry", &id).await?;
    ok(asker.service.retry_erase_order(asker.actor(), parsed(&id)?).await?)
}

pub(super) async fn key(asker: Asker) -> Answer {
    asker.may_read(Task::Server, "erase.key").await?;
    ok(asker.service.erase_key())
}

fn parsed(id: &str) -> Result<OrderId, ApiError> {
    id.parse().map_err(|_: Code| missing("erase order", id))
}
