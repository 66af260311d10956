//! The columns of a row, taken from left to right.

use sbm_core::id::{Guid, Hash};
use sbm_core::name::{Name, Text};
use sbm_core::time::Timestamp;

use super::{Cell, Row, strange};
use crate::store::StoreError;

/// The columns of a row, taken from left to right.
pub struct Fields<'r> {
    row: &'r dyn Row,
    at: usize,
}

impl<'r> Fields<'r> {
    pub(in crate::store) fn new(row: &'r dyn Row) -> Self {
        Self { row, at: 0 }
    }

    /// The next column, as what it must be.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it holds something else; so do all methods of this type.
    pub fn take<T: Column>(&mut self) -> Result<T, StoreError> {
        let cell = self.row.cell(self.at)?;
        self.at += 1;
        T::from_cell(cell)
    }

    /// An id of 32 bits.
    pub fn id<T: From<u32>>(&mut self) -> Result<T, StoreError> {
        Ok(T::from(self.take::<u32>()?))
    }

    /// An id of 32 bits, if there is one.
    pub fn id_or_none<T: From<u32>>(&mut self) -> Result<Option<T>, StoreError> {
        Ok(self.take::<Option<u32>>()?.map(T::from))
    }

    /// A name.
    pub fn name(&mut self) -> Result<Name, StoreError> {
        let text: String = self.take()?;
        Name::new(&text).map_err(|_| strange("name", &text))
    }

    /// A description.
    pub fn text(&mut self) -> Result<Text, StoreError> {
        let text: String = self.take()?;
        Text::new(&text).map_err(|_| strange("description", &text))
    }

    /// A time.
    pub fn time(&mut self) -> Result<Timestamp, StoreError> {
        self.take().map(Timestamp::from_millis)
    }

    /// A time, if there is one.
    pub fn time_or_none(&mut self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.take::<Option<i64>>()?.map(Timestamp::from_millis))
    }

    /// An id of 128 bits.
    pub fn uuid<T>(&mut self, make: impl FnOnce([u8; 16]) -> T) -> Result<T, StoreError> {
        self.take().map(make)
    }

    /// A GUID, if there is one.
    pub fn guid_or_none(&mut self) -> Result<Option<Guid>, StoreError> {
        Ok(self.take::<Option<[u8; 16]>>()?.map(Guid::from_bytes))
    }

    /// A hash.
    pub fn hash(&mut self) -> Result<Hash, StoreError> {
        self.take().map(Hash::from_bytes)
    }

    /// A hash, if there is one.
    pub fn hash_or_none(&mut self) -> Result<Option<Hash>, StoreError> {
        Ok(self.take::<Option<[u8; 32]>>()?.map(Hash::from_bytes))
    }
}

/// What a column can be taken as.
pub trait Column: Sized {
    /// Makes it of what the column holds.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be that.
    fn from_cell(cell: Cell<'_>) -> Result<Self, StoreError>;
}

impl Column for i64 {
    fn from_cell(cell: Cell<'_>) -> Result<Self, StoreError> {
        match cell {
            Cell::Int(number) => Ok(number),
            other => Err(other.instead_of("number")),
        }
    }
}

macro_rules! smaller {
    ($($type:ty),*) => { $(
        impl Column for $type {
            fn from_cell(cell: Cell<'_>) -> Result<Self, StoreError> {
                let number = i64::from_cell(cell)?;
                Self::try_from(number).map_err(|_| strange(concat!("number of the type ", stringify!($type)), number))
            }
        }
    )* };
}

smaller! { i32, u32, u64 }

impl Column for bool {
    fn from_cell(cell: Cell<'_>) -> Result<Self, StoreError> {
        match cell {
            Cell::Int(0) => Ok(false),
            Cell::Int(1) => Ok(true),
            other => Err(other.instead_of("yes or no")),
        }
    }
}

impl Column for String {
    fn from_cell(cell: Cell<'_>) -> Result<Self, StoreError> {
        match cell {
            Cell::Text(text) => Ok(text.to_owned()),
            other => Err(other.instead_of("text")),
        }
    }
}

impl Column for Vec<u8> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, StoreError> {
        match cell {
            Cell::Bytes(bytes) => Ok(bytes.to_vec()),
            other => Err(other.instead_of("bytes")),
        }
    }
}

impl<const N: usize> Column for [u8; N] {
    fn from_cell(cell: Cell<'_>) -> Result<Self, StoreError> {
        match cell {
            Cell::Bytes(bytes) => bytes.try_into().map_err(|_| strange("key of its length", bytes.len())),
            other => Err(other.instead_of("bytes")),
        }
    }
}

impl<T: Column> Column for Option<T> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, StoreError> {
        match cell {
            Cell::Null => Ok(None),
            cell => T::from_cell(cell).map(Some),
        }
    }
}

impl Cell<'_> {
    /// What the cell holds is not told: it may be a secret.
    fn instead_of(self, what: &str) -> StoreError {
        let is = match self {
            Self::Null => "nothing",
            Self::Int(_) => "a number",
            Self::Text(_) => "a text",
            Self::Bytes(_) => "bytes",
        };
        StoreError::damaged(format!("a column holds {is} instead of {what}"))
    }
}
