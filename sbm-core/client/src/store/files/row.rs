//! What a ledger's records are made of.

use sbm_core::id::{Guid, Hash, RunId};
use sbm_core::profile::{Applied, Change};
use sbm_core::run::RunRecord;
use sbm_core::time::Timestamp;
use sbm_core::wire::v1::device::{Outcome, Stored};
use serde::{Deserialize, Serialize};

use crate::store::Mark;

/// One thing that changed. Frozen: rows are added, never changed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Row {
    /// The trust record.
    Trust { record: String, machine: Hash, seal: Hash },
    /// A body is there.
    Body(Hash),
    /// It is not any more.
    BodyGone(Hash),
    /// What the host is asked to do, all of it.
    Queue(Vec<Change>),
    /// What the host answered.
    Outcome(i64, Outcome),
    /// The server heard it.
    OutcomeSent(i64),
    /// The next answer has that number at the least.
    NextOutcome(i64),
    /// What the host has taken over.
    Applied(Applied),
    /// It has not any more.
    AppliedGone(Guid),
    /// A run is going on.
    Mark { owner: String, mark: Mark },
    /// It is not any more.
    MarkGone(RunId),
    /// A record of a run, and how much of it is there.
    Run { detail: u8, record: RunRecord, acknowledged: Option<Timestamp> },
    /// It is given up.
    RunGone(u64),
    /// The server has these.
    Acknowledged { ids: Vec<RunId>, at: Timestamp },
    /// What it had before then is not kept any more.
    Forgotten(Timestamp),
    /// It has nothing any more.
    Again,
    /// The last number that was given, at the least.
    Sequence(u64),
    /// The host's last word about what it stores.
    Stored(Stored),
}
