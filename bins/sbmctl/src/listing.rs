//! Lists (CON-1): filters, order, how many rows, and in which form they come.

use clap::Args;
use sbm_client::Error;
use sbm_client::admin::{Admin, Listed};
use sbm_client::core::account::AccountPath;
use sbm_client::core::code::Code;
use sbm_client::core::name::Name;
use sbm_client::core::wire::v1::admin::ListQuery;
use serde::Serialize;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::sheet::{Sheet, names, place};
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
        let query = self.query::<T>(filters);
        let rows = checked(admin.rows::<T>(&query), &query, admin)?;
        self.show_rows(rows, context, none)
    }

    /// The same where a filter may name what is not there any more.
    pub(crate) fn show_past<T>(&self, admin: &Admin, filters: ListQuery, context: &mut Context, none: &str) -> Result<(), Failure>
    where
        T: Listed<Query = ListQuery> + Row + Serialize,
    {
        let query = self.query::<T>(filters);
        self.show_rows(admin.rows::<T>(&query), context, none)
    }

    /// What to ask the server for.
    pub(crate) fn query<T: Row>(&self, filters: ListQuery) -> ListQuery {
        let sort = self.sort.as_deref().map(|sort| field::<T>(sort));
        ListQuery { q: self.search.clone(), sort, limit: page(self.limit), ..filters }
    }

    /// The same question, where not every row that comes is shown: in whole pages.
    pub(crate) fn whole_query<T: Row>(&self, filters: ListQuery) -> ListQuery {
        ListQuery { limit: page(None), ..self.query::<T>(filters) }
    }

    /// Whether an order was asked for.
    pub(crate) const fn is_sorted(&self) -> bool {
        self.sort.is_some()
    }

    /// Shows the rows that came for [`query`](Self::query).
    pub(crate) fn show_rows<T: Row + Serialize>(
        &self,
        rows: impl Iterator<Item = Result<T, Error>>,
        context: &mut Context,
        none: &str,
    ) -> Result<(), Failure> {
        let rows = rows.map(|row| {
            row.map_err(|error| {
                Failure::from(error).hint_for(Code::InvalidQuery, &format!("the columns are: {}", names(T::COLUMNS)))
            })
        });
        show(rows, self.limit, &self.sheet, context, none)
    }

    /// Shows rows of this machine, all of which are here: filtered and ordered as a server does it.
    pub(crate) fn show_here<T: Row + Serialize>(&self, rows: Vec<T>, context: &mut Context, none: &str) -> Result<(), Failure> {
        show(self.fitting(rows)?.into_iter().map(Ok), self.limit, &self.sheet, context, none)
    }

    fn fitting<T: Row>(&self, mut rows: Vec<T>) -> Result<Vec<T>, Failure> {
        if let Some(text) = self.search.as_deref().map(str::to_lowercase) {
            rows.retain(|row| row.cells().iter().any(|cell| cell.texts().0.to_lowercase().contains(&text)));
        }
        if let Some(sort) = self.sort.as_deref() {
            let (name, is_reverse) = sort.strip_prefix('-').map_or((sort, false), |name| (name, true));
            let place = place(T::COLUMNS, name)?;
            let key = |row: &T| row.cells().get(place).map(|cell| cell.texts().1.to_lowercase()).unwrap_or_default();
            rows.sort_by_key(key);
            if is_reverse {
                rows.reverse();
            }
        }
        Ok(rows)
    }
}

/// The rows that came for a question. Where none did, what its filters name must be there: an empty list would hide that a name
/// was mistyped. Whoever may not see such names is told of none.
pub(crate) fn checked<T>(
    rows: impl Iterator<Item = Result<T, Error>>,
    query: &ListQuery,
    admin: &Admin,
) -> Result<impl Iterator<Item = Result<T, Error>>, Failure> {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        let name = |name: &Option<String>| name.as_deref().and_then(|name| Name::new(name).ok());
        let account = query.account.as_deref().and_then(|account| account.parse::<AccountPath>().ok());
        there(account.map(|account| admin.account(&account)), "`sbmctl account list` shows the accounts that you see")?;
        there(name(&query.user).map(|user| admin.user(&user)), "`sbmctl user list` shows the users")?;
        there(name(&query.group).map(|group| admin.group(&group)), "`sbmctl group list` shows the groups")?;
        let profile = name(&query.security_profile).map(|profile| admin.security_profile(&profile));
        there(profile, "`sbmctl security-profile list` shows the profiles")?;
    }
    Ok(rows)
}

fn there<T>(found: Option<Result<T, Error>>, hint: &str) -> Result<(), Failure> {
    match found {
        Some(Err(error)) if error.code() == Code::NotFound => Err(Failure::from(error).hint(hint)),
        _ => Ok(()),
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
    mut rows: impl Iterator<Item = Result<T, Failure>>,
    limit: Option<u32>,
    sheet: &Sheet,
    context: &mut Context,
    none: &str,
) -> Result<(), Failure> {
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
    use crate::output::table::{Cell, Column, text};

    struct Pair(&'static str, &'static str);

    impl Row for Pair {
        const COLUMNS: &'static [Column] = &[text("NAME"), text("USED BY").of("user")];

        fn cells(&self) -> Vec<Cell> {
            vec![self.0.into(), self.1.into()]
        }
    }

    #[test]
    fn rows_of_this_machine_are_filtered_and_ordered_like_those_of_a_server_con_1() {
        let rows = || vec![Pair("b", "Carol"), Pair("a", "dave"), Pair("C", "admin")];
        let fitting = |search: Option<&str>, sort: Option<&str>| {
            let listing = Listing { search: search.map(str::to_owned), sort: sort.map(str::to_owned), ..Listing::default() };
            listing.fitting(rows()).map(|rows| rows.iter().map(|row| row.0).collect::<String>())
        };
        assert_eq!(fitting(None, None).unwrap(), "baC");
        assert_eq!(fitting(None, Some("name")).unwrap(), "abC");
        assert_eq!(fitting(None, Some("-used_by")).unwrap(), "abC");
        assert_eq!(fitting(Some("AR"), None).unwrap(), "b");
        assert_eq!(fitting(None, Some("colour")).unwrap_err().exit(), crate::exit::Exit::Usage);
    }

    #[test]
    fn one_row_more_than_are_shown_tells_whether_there_are_more() {
        for (limit, asked) in [(None, 500), (Some(1), 2), (Some(499), 500), (Some(500), 500), (Some(u32::MAX), 500)] {
            assert_eq!(page(limit), Some(asked), "{limit:?}");
        }
    }
}
