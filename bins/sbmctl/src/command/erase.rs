//! `sbmctl erase` (ACC-8): what the storage was told to erase of deleted accounts, and whether it did.

use clap::{Args, Subcommand};
use sbm_client::admin::Admin;
use sbm_client::core::account::AccountPath;
use sbm_client::core::code::Code;
use sbm_client::core::id::OrderId;
use sbm_client::core::wire::v1::admin::{EraseOrder, ListQuery};

use crate::context::Context;
use crate::failure::Failure;
use crate::listing::{Listing, columns};
use crate::output::table::{Cell, Column, Row, Tone, long, number, text};
use crate::output::text::{count, or_dash};
use crate::parse;

#[derive(Subcommand, Debug)]
pub(crate) enum Erase {
    /// List the orders: those that wait, and those of a year that the storage acknowledged
    List(List),
    /// Show one order: how often it was sent, and why it is not done
    Show(Show),
    /// Have orders sent again soon, with the pauses from the beginning
    Retry(Retry),
    /// Print the public key that orders are signed with, in PEM, for whoever receives them
    Key,
}

#[derive(Args, Debug)]
#[command(after_help = columns::<EraseOrder>())]
pub(crate) struct List {
    /// Only of this account and those below, by its full name
    #[arg(short, long, value_name = "ACCOUNT", value_parser = parse::account)]
    account: Option<AccountPath>,
    #[command(flatten)]
    listing: Listing,
}

#[derive(Args, Debug)]
pub(crate) struct Show {
    /// Order, as the list shows it
    #[arg(value_name = "ORDER", value_parser = order)]
    order: OrderId,
}

#[derive(Args, Debug)]
pub(crate) struct Retry {
    /// Order, as the list shows it; several one after the other
    #[arg(required = true, value_name = "ORDER", value_parser = order)]
    orders: Vec<OrderId>,
}

impl Row for EraseOrder {
    const COLUMNS: &'static [Column] = &[
        text("ACCOUNT"),
        number("ACCOUNT ID").extra(),
        text("DELETED"),
        text("STATE"),
        number("TRIES"),
        text("TRIED").extra(),
        text("NEXT"),
        text("DONE").extra(),
        long("FAILURE"),
        text("ORDER").of("id"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            (&self.account).into(),
            Cell::number(self.account_id.0),
            Cell::moment(self.deleted),
            state(self),
            Cell::number(self.tries),
            Cell::moment(self.tried),
            Cell::moment(self.next),
            Cell::moment(self.done),
            or_dash(self.failure.as_deref().unwrap_or_default()).into(),
            self.id.to_string().into(),
        ]
    }
}

fn state(order: &EraseOrder) -> Cell {
    match (&order.done, &order.failure) {
        (Some(_), _) => "done".into(),
        (None, None) => "waits".into(),
        (None, Some(_)) => Cell::toned("waits", Tone::Bad),
    }
}

pub(crate) fn run(command: Erase, context: &mut Context) -> Result<(), Failure> {
    let admin = context.admin()?;
    match command {
        Erase::List(list) => {
            let account = list.account.map(|account| account.to_string());
            let filters = ListQuery { account, ..ListQuery::default() };
            list.listing.show_past::<EraseOrder>(&admin, filters, context, "no erase order waits or was sent")
        }
        Erase::Show(show) => {
            let order = admin.erase_order(&show.order).map_err(hinted)?;
            let facts = [
                ("order", order.id.to_string().into()),
                ("account", (&order.account).into()),
                ("account id", Cell::number(order.account_id.0)),
                ("deleted", Cell::moment(order.deleted)),
                ("state", state(&order)),
                ("tries", Cell::number(order.tries)),
                ("sent last", Cell::moment(order.tried)),
                ("sent next", Cell::moment(order.next)),
                ("done", Cell::moment(order.done)),
                ("failure", or_dash(order.failure.as_deref().unwrap_or_default()).into()),
            ];
            context.out.facts(&order, &facts)
        }
        Erase::Retry(retry) => again(&retry, &admin, context),
        Erase::Key => {
            let key = admin.erase_key()?;
            context.out.text(&key, &key.pem)
        }
    }
}

fn again(retry: &Retry, admin: &Admin, context: &mut Context) -> Result<(), Failure> {
    let mut shown = Vec::new();
    for (done, id) in retry.orders.iter().enumerate() {
        shown.push(admin.retry_erase_order(id).map_err(|error| hinted(error).after(done, "sent again"))?);
    }
    context.out.changed(&shown, &format!("{} will be sent again within a minute", count(shown.len(), "order")))
}

fn hinted(error: sbm_client::Error) -> Failure {
    Failure::from(error).hint_for(Code::NotFound, "`sbmctl erase list` shows them")
}

fn order(text: &str) -> Result<OrderId, String> {
    text.parse().map_err(|_| "an order is named by 32 hexadecimal digits; `sbmctl erase list` shows them".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::output::table::Look;

    #[test]
    fn a_list_of_orders_says_which_wait_and_why_acc_8() {
        let at = 1_795_291_485_123_i64;
        let orders: Vec<EraseOrder> = serde_json::from_value(json!([
            {"id": "0a".repeat(16), "account": "root>acme>pc-1", "account_id": 7, "deleted": at, "tries": 3, "tried": at, "next": at,
             "failure": "no answer within 15 s"},
            {"id": "0b".repeat(16), "account": "root>acme>pc-2", "account_id": 8, "deleted": at, "tries": 1, "tried": at, "done": at},
        ]))
        .unwrap();
        let shown = Look::default().list(&orders);
        let rows: Vec<Vec<&str>> =
            shown.lines().map(|line| line.split("  ").map(str::trim).filter(|word| !word.is_empty()).collect()).collect();
        assert_eq!(rows[1][..4], ["root>acme>pc-1", "7", "2026-11-21 20:04:45Z", "waits"]);
        assert!(shown.contains("no answer within 15 s") && shown.contains(&"0a".repeat(16)), "{shown}");
        assert_eq!(rows[2][3], "done");
        assert!(order("0a").is_err() && order(&"0a".repeat(16)).is_ok());
    }
}
