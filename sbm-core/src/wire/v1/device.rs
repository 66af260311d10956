//! What a device says and hears: check-in and history (OFF-5, HIS-3). It may do nothing else (DEV-2).

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::cache::{Mark, Number, Signed};
use crate::id::{Guid, Hash, RunId};
use crate::run::RunRecord;
use crate::wire::MAX_RUNS;

/// "Here is what I have; what is new?"
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckIn {
    /// The number of the head that the device holds; zero without one.
    pub number: Number,
    /// The mark of that head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// The list that it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<Hash>,
    /// The highest sequence number of history that the server acknowledged to it; 0 for none.
    #[serde(default)]
    pub acknowledged: u64,
    /// The documents themselves, when the server asked for them ([`Code::NumberAhead`](crate::code::Code::NumberAhead)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// What became of changes since the last check-in (PRO-8).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<Outcome>,
}

/// That a server knew more than it knows now: its own head, and the key document that vouches for the head's key. The root
/// key vouches for that one, so that nothing but the root key is needed to believe it (OFF-3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The head that the device holds.
    pub head: Signed,
    /// The key document of its epoch.
    pub keys: Signed,
}

/// What the host made of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// The managed profile.
    pub guid: Guid,
    /// The revision that was installed or updated to; 0 for a removal.
    pub revision: u64,
    /// Why it could not be done; done, if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// The answer: nothing of it is there when nothing changed (OFF-5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct CheckInAnswer {
    /// A newer key document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<Signed>,
    /// A newer head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Signed>,
    /// The list of that head as text, if the device does not hold it. What is hashed are these very bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// The highest sequence number of history that the server has of this device, if the device remembers another: if
    /// less, its cache came from an older copy; if more, the server did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<u64>,
    /// How much room is left, signed; there wherever the head says that there is a quota (ACC-5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<Signed>,
}

/// An upload of history.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Runs {
    /// The records, at most [`MAX_RUNS`]. Each is kept as it came and read by itself, so that one
    /// that is broken does not stop the others, and takes no more memory than its text.
    #[serde(deserialize_with = "bounded")]
    #[cfg_attr(feature = "openapi", schemars(with = "Vec<RunRecord>"))]
    pub runs: Vec<Box<RawValue>>,
}

impl Runs {
    /// The upload of these records.
    #[must_use]
    pub fn new(records: &[RunRecord]) -> Self {
        Self { runs: records.iter().filter_map(|record| serde_json::value::to_raw_value(record).ok()).collect() }
    }
}

impl PartialEq for Runs {
    fn eq(&self, other: &Self) -> bool {
        self.runs.iter().map(|run| run.get()).eq(other.runs.iter().map(|run| run.get()))
    }
}

/// Twice as many records as may come are read, so that the excess can be told; a list without end is not read to its end.
fn bounded<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Box<RawValue>>, D::Error> {
    struct Bounded;
    impl<'de> Visitor<'de> for Bounded {
        type Value = Vec<Box<RawValue>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a list of at most {MAX_RUNS} records")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut runs = Vec::new();
            while let Some(run) = list.next_element()? {
                if runs.len() == 2 * MAX_RUNS {
                    return Err(serde::de::Error::invalid_length(runs.len(), &self));
                }
                runs.push(run);
            }
            Ok(runs)
        }
    }
    deserializer.deserialize_seq(Bounded)
}

/// What became of each record, in the order in which they were sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RunsAnswer {
    /// One receipt a record.
    pub receipts: Vec<Receipt>,
}

/// What became of one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// Its id, if it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RunId>,
    /// What became of it.
    pub fate: Fate,
    /// Why it was set aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What can become of a record. All of them are final: the device need not send it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is kept, on disk.
    Accepted,
    /// It had been kept before.
    Duplicate,
    /// It had been kept, and an administrator deleted it; it stays deleted.
    Deleted,
    /// It breaks the rules and was set aside.
    SetAside,
}

/// How many bytes a device stores (ACC-5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Stored {
    /// Counted up with each word of the device; an older word than the last is not taken.
    pub number: u64,
    /// All that it stores, not what came.
    pub bytes: u64,
}

/// Room that a run needs before it begins (ACC-5). Asked again, the last number counts; refused, it keeps what it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Reservation {
    /// The run; its room is free again when it came into the history, or was given back.
    pub run: RunId,
    /// How many bytes of new data it expects to store; 0 if it cannot say.
    pub bytes: u64,
}
