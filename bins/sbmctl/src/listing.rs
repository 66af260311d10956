//! Lists (CON-1): filters, order, how many rows, and in which form they come.

use clap::Args;
use sbm_client::Error;
use sbm_client::admin::{Admin, Listed};
use sbm_client::core::wire::v1::admin::ListQuery;
use serde::Serialize;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::sheet::{Sheet, names};
use crate::output::table::Row;
use crate::parse;

/// The most rows of a page.
const PAGE: u32 = 500;

/// What every list of the server's objects knows. It must be the last of a command's arguments: its heading stays.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Listing {
    /// Only rows with this text in one of their texts
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// In the order of this column; `-` before it turns the order round
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true, value_parser = parse::sort)]
    sort: Option<String>,
    /// At most that many [default: all]
    #[arg(short, long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    #[command(flatten)]
    sheet: Sheet,
}

impl Listing {
    /// Shows the rows that fit, in their order.
    pub(crate) fn show<T>(&self, admin: &Admin, filters: ListQuery, context: &mut Context, none: &str) -> Result<(), Failure>
    where
        T: Listed<Query = ListQuery> + Row + Serialize,
    {
        let sort = self.sort.as_deref().map(|sort| field::<T>(sort));
        let query = ListQuery { q: self.search.clone(), sort, limit: page(self.limit), ..filters };
        show(admin.rows::<T>(&query), self.limit, &self.sheet, context, none)
    }
}

/// The field that a column shows, the sign before it kept; what is no column the server has a word for.
fn field<T: Row>(sort: &str) -> String {
    let (sign, name) = sort.strip_prefix('-').map_or(("", sort), |name| ("-", name));
    let column = T::COLUMNS.iter().find(|column| column.is_called(name));
    format!("{sign}{}", column.map_or_else(|| name.to_owned(), |column| column.key()))
}

/// What a help page says of the columns of a list.
pub(crate) fn columns<T: Row>() -> String {
    format!("Columns: {}", names(T::COLUMNS))
}

/// How many rows to ask for at once: one more than are shown tells whether there are more.
pub(crate) fn page(limit: Option<u32>) -> Option<u32> {
    Some(limit.map_or(PAGE, |limit| limit.saturating_add(1).min(PAGE)))
}

/// Shows so many of these rows, and says if there are more.
pub(crate) fn show<T: Row + Serialize>(
    rows: impl Iterator<Item = Result<T, Error>>,
    limit: Option<u32>,
    sheet: &Sheet,
    context: &mut Context,
    none: &str,
) -> Result<(), Failure> {
    let mut rows = rows.map(|row| row.map_err(Failure::from));
    let Some(limit) = limit else { return context.out.rows(rows, sheet, none).map(|_| ()) };
    context.out.rows(rows.by_ref().take(limit as usize), sheet, none)?;
    match rows.next() {
        Some(Ok(_)) => context.out.note("There are more; a greater `--limit`, or `--all` where there is one, shows them."),
        Some(Err(failure)) => Err(failure),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_more_than_are_shown_tells_whether_there_are_more() {
        for (limit, asked) in [(None, 500), (Some(1), 2), (Some(499), 500), (Some(500), 500), (Some(u32::MAX), 500)] {
            assert_eq!(page(limit), Some(asked), "{limit:?}");
        }
    }
}
