//! What the agent asks its driver to do, and what the driver hands back.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::cache::trust::Trust;
use crate::code::Code;
use crate::id::{Hash, RunId};
use crate::profile::{Applied, Change};
use crate::run::RunRecord;
use crate::time::Timestamp;
use crate::wire::v1::device::{CheckIn, CheckInAnswer, Outcome, RunsAnswer, Stored};

/// What lies in the cache when a sync begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The trust record; a new one when the old one cannot be trusted.
    pub trust: Trust,
    /// Why the cache as a whole cannot be trusted: missing, damaged, another machine's, rolled back.
    pub fault: Option<Code>,
    /// What the host has taken over.
    pub applied: Vec<Applied>,
    /// What the host was asked to do and has not answered yet.
    pub queue: Vec<Change>,
    /// Which bodies are there.
    pub bodies: BTreeSet<Hash>,
    /// What the host answered and the server has not heard yet, each with its row number.
    pub outcomes: Vec<(i64, Outcome)>,
    /// The host's last word about what it stores, if it ever said one (ACC-5).
    pub stored: Option<Stored>,
}

/// Why a sync begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The program started, or the hour is over (PRO-8).
    Due,
    /// A person or program asked for it: profiles and history at once (OFF-4).
    OnDemand,
    /// A run ended: its record goes at once when online (OFF-4).
    RunEnded,
}

/// The next thing to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Write all of these to the cache in one transaction, then go on. If that fails, stop: nothing after it is true.
    Persist(Vec<Write>),
    /// Send this and hand the answer to [`Agent::handle_answer`](super::Agent::handle_answer).
    Send(Request),
    /// Read waiting records and hand them to [`Agent::handle_outbox`](super::Agent::handle_outbox).
    ReadOutbox {
        /// At most that many.
        limit: usize,
        /// The last of them instead of the first.
        newest: bool,
    },
    /// Tell the host.
    Notify(Event),
}

/// One write to the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Replace the trust record.
    Trust(Box<Trust>),
    /// Keep a body.
    Body {
        /// Its hash.
        hash: Hash,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Remove all bodies but these.
    KeepBodies(BTreeSet<Hash>),
    /// Replace the queue by these changes. A change that is there already keeps its place.
    Queue(Vec<Change>),
    /// The server has heard these outcomes.
    OutcomesSent(Vec<i64>),
    /// The server acknowledged these records: they no longer wait, and are kept for a week (HIS-3).
    Acknowledge {
        /// Which.
        ids: Vec<RunId>,
        /// When.
        at: Timestamp,
    },
    /// Remove acknowledged records of before that moment.
    ForgetAcknowledged {
        /// The moment.
        before: Timestamp,
    },
    /// The next record gets a number above this one: the server has more of this device than its cache remembers.
    RaiseSequence(u64),
    /// All acknowledged records wait again: the server came back from an older backup (HIS-3).
    SendAgain,
}

/// What to send. The driver adds the device's token.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// See [`CheckIn`].
    CheckIn(Box<CheckIn>),
    /// Fetch a body.
    Body {
        /// Its hash.
        hash: Hash,
        /// Its size, as the list says.
        size: u64,
    },
    /// Upload these records.
    Runs(Vec<RunRecord>),
    /// Say how many bytes the host stores.
    Stored(Stored),
}

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To a check-in, with the server's clock.
    CheckIn {
        /// The answer.
        answer: Box<CheckInAnswer>,
        /// The server's clock.
        server_time: Option<Timestamp>,
    },
    /// To a fetch.
    Body(Vec<u8>),
    /// To an upload.
    Runs(RunsAnswer),
    /// To what the host stores.
    Heard,
    /// The server, reached over verified TLS, refused with this code.
    Refused(Code),
    /// The server was not reached, or what came back was no answer of its own (OFF-2).
    Failed(Code),
    /// The server has no time at the moment, and said for how long (ERR-3).
    Later {
        /// Its reason.
        code: Code,
        /// How many milliseconds to stay away.
        wait: i64,
    },
}

/// What the host may want to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The server answered.
    Online,
    /// The server was not reached; work goes on from the cache (OFF-1).
    Offline(Code),
    /// The server refused this client; the floor is in force (OFF-2).
    Refused(Code),
    /// What the server sent is not to be trusted; the floor is in force (OFF-3).
    Rejected(Code),
    /// The rights or the list changed.
    PermissionsChanged,
    /// There are changes for the host to do.
    ChangesWaiting(usize),
    /// That many records were uploaded.
    HistorySent(usize),
}
