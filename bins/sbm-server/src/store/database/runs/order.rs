//! In which order runs are listed, and where a page goes on.

use std::fmt;

use sbm_core::id::RunId;
use sbm_core::wire::v1::admin::Run;

use super::super::cursor::{read_key, short, write_key};
use super::super::query::Conditions;
use crate::store::StoreError;
use crate::store::sql::Value;

/// A column that runs are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Time,
    Profile,
    User,
    Computer,
    Result,
}

impl Column {
    const ALL: [Self; 5] = [Self::Time, Self::Profile, Self::User, Self::Computer, Self::Result];

    const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Profile => "profile",
            Self::User => "user",
            Self::Computer => "computer",
            Self::Result => "result",
        }
    }

    /// Whether its keys are numbers.
    const fn is_number(self) -> bool {
        matches!(self, Self::Time | Self::Result)
    }

    /// What is compared.
    const fn sql(self) -> &'static str {
        match self {
            Self::Time => "profile_start",
            Self::Profile => "lower(profile_name)",
            Self::User => "lower(login)",
            Self::Computer => "lower(computer)",
            Self::Result => "result",
        }
    }
}

/// By which column, and which way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    column: Column,
    down: bool,
}

impl Order {
    pub(super) const NEWEST_FIRST: Self = Self { column: Column::Time, down: true };

    /// Reads `time` or `-time`.
    pub(super) fn parse(text: &str) -> Result<Self, StoreError> {
        let (name, down) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let column = Column::ALL.into_iter().find(|column| column.name() == name);
        let bad = || StoreError::BadSort { asked: short(text), known: &crate::store::RUN_SORTS };
        column.map(|column| Self { column, down }).ok_or_else(bad)
    }

    /// The columns to order by. What is alike in the first is newest first; by time, all go the same way.
    pub(super) const fn by(self) -> &'static str {
        match (self.column, self.down) {
            (Column::Time, true) => "profile_start DESC, run_id DESC, device_id DESC",
            (Column::Time, false) => "profile_start, run_id, device_id",
            (Column::Profile, true) => "lower(profile_name) DESC, profile_start DESC, run_id DESC, device_id DESC",
            (Column::Profile, false) => "lower(profile_name), profile_start DESC, run_id DESC, device_id DESC",
            (Column::User, true) => "lower(login) DESC, profile_start DESC, run_id DESC, device_id DESC",
            (Column::User, false) => "lower(login), profile_start DESC, run_id DESC, device_id DESC",
            (Column::Computer, true) => "lower(computer) DESC, profile_start DESC, run_id DESC, device_id DESC",
            (Column::Computer, false) => "lower(computer), profile_start DESC, run_id DESC, device_id DESC",
            (Column::Result, true) => "result DESC, profile_start DESC, run_id DESC, device_id DESC",
            (Column::Result, false) => "result, profile_start DESC, run_id DESC, device_id DESC",
        }
    }

    /// The same in words that no index has: where runs of few accounts among many are sorted, going through those of all others
    /// in their order takes longer.
    pub(super) fn by_sorting(self) -> String {
        self.by().replace("profile_start", "profile_start + 0")
    }

    /// Whether runs are listed by time, in whichever direction.
    pub(super) const fn is_by_time(self) -> bool {
        matches!(self.column, Column::Time)
    }

    /// Only what comes behind that place.
    pub(super) fn add_after(self, cursor: &Cursor, conditions: &mut Conditions) {
        let place = || [cursor.start.into(), cursor.id.as_bytes().to_vec().into(), cursor.device.into()];
        let (sql, sign) = (self.column.sql(), if self.down { '<' } else { '>' });
        if self.column == Column::Time {
            return conditions.add(&format!("(profile_start, run_id, device_id) {sign} (?, ?, ?)"), place());
        }
        let [start, id, device] = place();
        let condition = format!("({sql} {sign} ? OR ({sql} = ? AND (profile_start, run_id, device_id) < (?, ?, ?)))");
        let key = match &cursor.key {
            Value::Text(text) => text.to_ascii_lowercase().into(),
            other => other.clone(),
        };
        conditions.add(&condition, [key.clone(), key, start, id, device]);
    }
}

/// The place of a run in an order: what it has in the column, then start, id and device.
pub(super) struct Cursor {
    order: Order,
    key: Value<'static>,
    start: i64,
    id: RunId,
    device: u32,
}

impl Cursor {
    /// The place of that run of that device.
    pub(super) fn at(order: Order, device: u32, run: &Run) -> Self {
        let start = run.record.start.profile_start.as_millis();
        Self { order, key: order.column.of(run), start, id: run.record.id, device }
    }

    /// Reads `START.ID.DEVICE`, or `ORDER.KEY.START.ID.DEVICE` for any other order than newest first.
    pub(super) fn parse(text: &str, order: Order) -> Result<Self, StoreError> {
        let parts = || {
            let (key, place) = match order {
                Order::NEWEST_FIRST => (Value::Null, text),
                _ => {
                    let (key, place) = text.strip_prefix(&order.to_string())?.strip_prefix('.')?.split_once('.')?;
                    (read_key(key, order.column.is_number())?, place)
                }
            };
            let mut parts = place.split('.');
            let (start, id, device) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            parts.next().is_none().then_some(Self { order, key, start, id, device })
        };
        parts().ok_or_else(|| StoreError::BadCursor(short(text)))
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.down { "-" } else { "" }, self.column.name())
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.order != Order::NEWEST_FIRST {
            write!(f, "{}.", self.order)?;
            write_key(f, &self.key)?;
            f.write_str(".")?;
        }
        write!(f, "{}.{}.{}", self.start, self.id, self.device)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_names_every_order_that_is_known_his_5() {
        assert_eq!(Column::ALL.map(Column::name), crate::store::RUN_SORTS);
    }
}
