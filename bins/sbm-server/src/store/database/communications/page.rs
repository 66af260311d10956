//! Pages of communications in the order that is asked for, with a cursor that later ones do not shift (ACC-3).
//!
//! The statement names the accounts at the top and never those below them. A page is as long as it is to be; what only fits by
//! words that the database does not have is read on until a page is full, and no more of it is held than that.

use std::fmt;
use std::ops::ControlFlow;

use sbm_core::wire::v1::admin::{ListQuery, Page};

use super::super::cursor::{read_key, short, write_key};
use super::super::query::{Conditions, settled};
use super::decode;
use crate::store::communications::{COMMUNICATION_SORTS, Fits, Kept};
use crate::store::sql::{Fields, Sql, Value};
use crate::store::{StoreError, Within};

/// Rows on a page if the query does not say.
const USUAL: u32 = 100;
/// Rows on a page at most.
const MOST: u32 = 500;

const SELECT: &str = "SELECT communication_id, account_id, kind, at, planned, with_whom, text, author, made FROM communications";

pub(super) fn list(
    sql: &dyn Sql,
    within: Within,
    fits: Option<&Fits>,
    query: &ListQuery,
) -> Result<Page<(u64, Kept)>, StoreError> {
    let order = query.sort.as_deref().map_or(Ok(Order::LATEST_FIRST), Order::parse)?;
    let mut conditions = Conditions::new();
    if let Some(after) = &query.after {
        let place = Place::parse(after, order).ok_or_else(|| StoreError::BadCursor(short(after)))?;
        place.add_behind(&mut conditions);
    }
    conditions.add_within(settled(sql, within)?);
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST) as usize;
    // One row more tells whether there is a next page.
    let most = if fits.is_none() { limit + 1 } else { u32::MAX as usize };
    let (text, values) = conditions.into_statement(SELECT, &order.by(), u32::try_from(most).unwrap_or(u32::MAX));
    let mut items = Vec::new();
    sql.rows(&text, &values, &mut |row| {
        let mut fields = Fields::new(row);
        let (id, kept) = (fields.take::<u64>()?, decode(&mut fields)?);
        if fits.is_none_or(|fits| fits(id, &kept)) {
            items.push((id, kept));
        }
        Ok(if items.len() > limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|(id, kept)| Place::of(order, *id, kept).to_string());
    Ok(Page { items, next })
}

/// A column by which communications are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Id,
    Kind,
    At,
    Planned,
    With,
    Made,
}

impl Column {
    /// In the order of [`COMMUNICATION_SORTS`].
    const ALL: [Self; COMMUNICATION_SORTS.len()] = [Self::Id, Self::Kind, Self::At, Self::Planned, Self::With, Self::Made];

    const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Kind => "kind",
            Self::At => "at",
            Self::Planned => "planned",
            Self::With => "with",
            Self::Made => "made",
        }
    }

    /// What is compared. The kinds are numbered in the order of their names.
    const fn sql(self) -> &'static str {
        match self {
            Self::Id => "communication_id",
            Self::With => "lower(with_whom)",
            Self::Kind | Self::At | Self::Planned | Self::Made => self.name(),
        }
    }

    /// What a row has in it.
    fn of(self, id: i64, kept: &Kept) -> Value<'static> {
        match self {
            Self::Id => id.into(),
            Self::Kind => kept.kind.number().into(),
            Self::At => kept.at.as_millis().into(),
            Self::Planned => kept.planned.into(),
            Self::With => kept.with.as_str().to_ascii_lowercase().into(),
            Self::Made => kept.made.as_millis().into(),
        }
    }
}

/// By which column, and which way round; what is alike in it goes the same way by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Order {
    column: Column,
    down: bool,
}

impl Order {
    const LATEST_FIRST: Self = Self { column: Column::At, down: true };

    /// Reads `at` or `-at`.
    fn parse(text: &str) -> Result<Self, StoreError> {
        let (name, down) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let column = Column::ALL.into_iter().find(|column| column.name() == name);
        let bad = || StoreError::BadSort { asked: short(text), known: &COMMUNICATION_SORTS };
        column.map(|column| Self { column, down }).ok_or_else(bad)
    }

    fn by(self) -> String {
        let (sql, down) = (self.column.sql(), if self.down { " DESC" } else { "" });
        match self.column {
            Column::Id => format!("{sql}{down}"),
            _ => format!("{sql}{down}, communication_id{down}"),
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.down { "-" } else { "" }, self.column.name())
    }
}

/// The place of a row in an order: what it has in the column, then its number.
struct Place {
    order: Order,
    key: Value<'static>,
    id: i64,
}

impl Place {
    fn of(order: Order, id: u64, kept: &Kept) -> Self {
        // It comes from a database, which counts no further.
        let id = i64::try_from(id).unwrap_or(i64::MAX);
        Self { order, key: order.column.of(id, kept), id }
    }

    /// Reads `ORDER.KEY.ID`.
    fn parse(text: &str, order: Order) -> Option<Self> {
        let (key, id) = text.strip_prefix(&order.to_string())?.strip_prefix('.')?.split_once('.')?;
        let key = read_key(key, order.column != Column::With)?;
        Some(Self { order, key, id: id.parse().ok()? })
    }

    /// Only what comes behind it.
    fn add_behind(self, conditions: &mut Conditions) {
        let Self { order: Order { column, down }, key, id } = self;
        let sign = if down { '<' } else { '>' };
        match column {
            Column::Id => conditions.add(&format!("communication_id {sign} ?"), [id.into()]),
            // A yes or no is compared with one, whatever number a cursor from elsewhere has.
            Column::Planned => {
                let key = Value::from(key == Value::Int(1));
                conditions.add(&format!("(planned, communication_id) {sign} (?, ?)"), [key, id.into()]);
            }
            _ => conditions.add(&format!("({}, communication_id) {sign} (?, ?)", column.sql()), [key, id.into()]),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.", self.order)?;
        write_key(f, &self.key)?;
        write!(f, ".{}", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sbm_core::wire::v1::admin::CommunicationKind;

    #[test]
    fn the_description_names_every_order_that_is_known_and_kinds_go_by_their_names_acc_3() {
        assert_eq!(Column::ALL.map(Column::name), COMMUNICATION_SORTS);
        assert!(CommunicationKind::ALL.is_sorted_by_key(|kind| kind.name()));
        assert!(CommunicationKind::ALL.is_sorted_by_key(|kind| kind.number()));
    }
}
