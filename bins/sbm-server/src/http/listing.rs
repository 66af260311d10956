//! Lists: one way to filter, sort, page and export them all (CON-1, HIS-5).
//!
//! 1. A [`List`] says once which columns it has, by which of them a row is told apart, and which filters it knows. `q` finds
//!    a text in any column of text, in any case of its letters.
//! 2. A filter, a column or a place that the list does not know is `invalid_query` and named; nothing is passed over.
//! 3. The order is whole: rows that are alike in the column follow their key. A page goes on behind the row that the cursor
//!    names, whatever came or went meanwhile.
//! 4. Asked with `accept: text/csv`, all matching rows come as one file ([`mod@file`]); then there is no page to speak of.
//!
//! What is too large for memory (history, the audit log, communications) pages in the store and shares the columns and the file.

pub mod cell;
pub mod columns;
mod cursor;
pub mod file;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use sbm_core::code::Code;
use sbm_core::wire::v1::admin::{ListQuery, Page};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::cell::Cell;
use self::cell::Place;
use self::cursor::Cursor;
use super::limits::Query;
use super::problem::Plain;
use super::{ApiError, Json, Wanted};

/// Rows on a page if nobody says.
const USUAL: u32 = 100;
/// Rows on a page at most.
const MOST: u32 = 500;

/// A list: what its rows are like.
#[derive(Debug)]
pub struct List<T: 'static> {
    /// What its rows are called; also the name of the file.
    pub name: &'static str,
    /// The columns, in the order of the file. Each has the name of its field in JSON.
    pub columns: &'static [Column<T>],
    /// What tells each row from all others.
    pub key: fn(&T) -> String,
    /// The order if nobody says.
    pub usual: &'static str,
    /// The filters besides `q`.
    pub filters: &'static [Filter<T>],
}

/// A column.
#[derive(Debug)]
pub struct Column<T> {
    /// Its name.
    pub name: &'static str,
    /// What a row has in it.
    pub cell: fn(&T) -> Cell,
}

/// A filter of [`ListQuery`].
#[derive(Debug)]
pub struct Filter<T> {
    /// Its name.
    pub name: &'static str,
    /// Whether a row passes; asked only where the query has the filter.
    pub fits: fn(&ListQuery, &T) -> bool,
}

/// What stands behind the `?` of a list. What the list does not know is `invalid_query`.
#[derive(Clone, Copy, Debug)]
pub struct Asked<Q>(pub Q);

impl<Q: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<Q> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let read = Query::from_request_parts(parts, state).await;
        read.map(|query| Self(query.0)).map_err(|error| invalid(error.problem().detail.clone()))
    }
}

/// Answers a list: a page of it, or all of it as a file. The rows are made and judged on a thread of their own, since there
/// may be many.
///
/// # Errors
///
/// [`Code::InvalidQuery`].
pub async fn answer<T, M>(list: &'static List<T>, query: ListQuery, wanted: Wanted, rows: M) -> Result<Response, ApiError>
where
    T: Serialize + Send + 'static,
    M: FnOnce() -> Vec<T> + Send + 'static,
{
    let task = tokio::task::spawn_blocking(move || match wanted {
        Wanted::File => list.file(&query, rows()),
        Wanted::Json | Wanted::Html => list.page(&query, rows()).map(|page| Json(page).into_response()),
    });
    task.await.map_err(ApiError::internal)?
}

impl<T> List<T> {
    /// The page that the query asks for.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidQuery`].
    pub fn page(&self, query: &ListQuery, rows: Vec<T>) -> Result<Page<T>, ApiError> {
        let order = self.order(query)?;
        let after = query.after.as_deref().map(|after| Cursor::parse(after, order.name())).transpose()?;
        let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST) as usize;
        let mut sorted = self.sorted(query, &order, rows)?;
        if let Some(cursor) = after {
            let begin = sorted.partition_point(|(place, _)| order.compare(place, &cursor.place).is_le());
            sorted.drain(..begin);
        }
        let more = sorted.len() > limit;
        sorted.truncate(limit);
        let next = sorted.last().filter(|_| more).map(|(place, _)| Cursor::at(order.name(), place.clone()).to_string());
        Ok(Page { items: sorted.into_iter().map(|(_, row)| row).collect(), next })
    }

    /// All matching rows as a file.
    fn file(&self, query: &ListQuery, rows: Vec<T>) -> Result<Response, ApiError> {
        file::check_whole(query.limit, query.after.as_deref())?;
        let order = self.order(query)?;
        let sorted = self.sorted(query, &order, rows)?;
        file::whole(self.name, self.columns, sorted.iter().map(|(_, row)| row))
    }

    /// The rows that fit, each with its place, in order.
    fn sorted(&self, query: &ListQuery, order: &Order<T>, rows: Vec<T>) -> Result<Vec<(Place, T)>, ApiError> {
        let filters = self.filters_of(query)?;
        let text = query.q.as_deref().map(str::to_lowercase).filter(|text| !text.is_empty());
        let fits = |row: &T| {
            filters.iter().all(|filter| (filter.fits)(query, row))
                && text.as_deref().is_none_or(|text| self.columns.iter().any(|column| (column.cell)(row).holds(text)))
        };
        let mut sorted: Vec<(Place, T)> =
            rows.into_iter().filter(fits).map(|row| (Place::new((order.column.cell)(&row), (self.key)(&row)), row)).collect();
        sorted.sort_by(|(one, _), (other, _)| order.compare(one, other));
        Ok(sorted)
    }

    fn order(&self, query: &ListQuery) -> Result<Order<'_, T>, ApiError> {
        let asked = query.sort.as_deref().unwrap_or(self.usual);
        let (name, reverse) = asked.strip_prefix('-').map_or((asked, false), |name| (name, true));
        let column = self.columns.iter().find(|column| column.name == name);
        let column = column.ok_or_else(|| {
            let names: Vec<&str> = self.columns.iter().map(|column| column.name).collect();
            invalid(format!("the list of {} has no column `{}`; it has {}", self.name, Plain(name), named(&names)))
        })?;
        Ok(Order { column, reverse })
    }

    /// Whether the query has only filters that the list knows; for a list that pages in the store.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidQuery`].
    pub fn check_filters(&self, query: &ListQuery) -> Result<(), ApiError> {
        self.filters_of(query).map(drop)
    }

    fn filters_of(&self, query: &ListQuery) -> Result<Vec<&Filter<T>>, ApiError> {
        let asked = [
            ("account", query.account.is_some()),
            ("group", query.group.is_some()),
            ("security_profile", query.security_profile.is_some()),
            ("user", query.user.is_some()),
            ("disabled", query.disabled.is_some()),
            ("delete", query.delete.is_some()),
            ("state", query.state.is_some()),
            ("program", query.program.is_some()),
            ("seen_since", query.seen_since.is_some()),
            ("seen_before", query.seen_before.is_some()),
        ];
        let asked = asked.into_iter().filter(|(_, asked)| *asked);
        asked
            .map(|(name, _)| self.filters.iter().find(|filter| filter.name == name).ok_or_else(|| self.no_filter(name)))
            .collect()
    }

    fn no_filter(&self, name: &str) -> ApiError {
        let known: Vec<&str> = ["q"].into_iter().chain(self.filters.iter().map(|filter| filter.name)).collect();
        invalid(format!("the list of {} cannot be filtered by `{name}`; it knows {}", self.name, named(&known)))
    }
}

/// An order of rows: by a column, then by their keys; all of it turned round, if it is.
struct Order<'a, T: 'static> {
    column: &'a Column<T>,
    reverse: bool,
}

impl<T> Order<'_, T> {
    /// As the query spells it.
    fn name(&self) -> String {
        format!("{}{}", if self.reverse { "-" } else { "" }, self.column.name)
    }

    fn compare(&self, one: &Place, other: &Place) -> std::cmp::Ordering {
        let forward = one.cmp(other);
        if self.reverse { forward.reverse() } else { forward }
    }
}

pub(in crate::http) fn invalid(detail: impl Into<String>) -> ApiError {
    ApiError::new(Code::InvalidQuery, detail)
}

/// Words as a sentence names them.
fn named(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests;
