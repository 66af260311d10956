//! What a row has in a column: for the order, for the search, and as text in a file.

use std::cmp::Ordering;

use sbm_core::name::{Name, Text};
use sbm_core::sheet::harmless;
use sbm_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a row has in a column. Nothing comes before something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Nothing,
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(i128),
    /// A moment.
    Time(Timestamp),
    /// A text.
    Text(String),
    /// Texts, which the file joins with `; `.
    Texts(Vec<String>),
}

impl Cell {
    /// Whether a text with these letters in lower case is in it. Numbers, flags and moments are no texts.
    #[must_use]
    pub fn holds(&self, lower: &str) -> bool {
        match self {
            Self::Text(text) => text.to_lowercase().contains(lower),
            Self::Texts(texts) => texts.iter().any(|text| text.to_lowercase().contains(lower)),
            Self::Nothing | Self::Flag(_) | Self::Number(_) | Self::Time(_) => false,
        }
    }

    /// As the file shows it: moments in UTC (RFC 3339). A text that a spreadsheet would take for a formula has an
    /// apostrophe before it.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Flag(flag) => flag.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Time(time) => time.to_rfc3339(),
            Self::Text(text) => harmless(text).into_owned(),
            Self::Texts(texts) => harmless(&texts.join("; ")).into_owned(),
        }
    }
}

/// Where a row stands: by the column, then by its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Place(Rank, String);

/// A cell as it is compared; texts without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Rank {
    Nothing,
    Flag(bool),
    Number(i64),
    Text(String),
}

impl Place {
    pub(super) fn new(cell: Cell, key: String) -> Self {
        let rank = match cell {
            Cell::Nothing => Rank::Nothing,
            Cell::Flag(flag) => Rank::Flag(flag),
            // No column counts further than that.
            Cell::Number(number) => Rank::Number(i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX })),
            Cell::Time(time) => Rank::Number(time.as_millis()),
            Cell::Text(text) => Rank::Text(text.to_lowercase()),
            Cell::Texts(texts) => Rank::Text(texts.join("; ").to_lowercase()),
        };
        Self(rank, key)
    }
}

impl Rank {
    const fn kind(&self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::Flag(_) => 1,
            Self::Number(_) => 2,
            Self::Text(_) => 3,
        }
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Flag(one), Self::Flag(other)) => one.cmp(other),
            (Self::Number(one), Self::Number(other)) => one.cmp(other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            // A cursor from elsewhere may have another kind; it stands somewhere, and no row is shown twice.
            (one, other) => one.kind().cmp(&other.kind()),
        }
    }
}

impl From<&Name> for Cell {
    fn from(name: &Name) -> Self {
        Self::Text(name.to_string())
    }
}

impl From<&Text> for Cell {
    fn from(text: &Text) -> Self {
        Self::Text(text.to_string())
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Timestamp> for Cell {
    fn from(time: Timestamp) -> Self {
        Self::Time(time)
    }
}

impl From<&[Name]> for Cell {
    fn from(names: &[Name]) -> Self {
        Self::Texts(names.iter().map(ToString::to_string).collect())
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

macro_rules! numbers {
    ($($kind:ty)*) => { $(
        impl From<$kind> for Cell {
            fn from(number: $kind) -> Self {
                Self::Number(number.into())
            }
        }
    )* };
}

numbers!(i32 u32 i64 u64);

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::Number(number as i128)
    }
}
