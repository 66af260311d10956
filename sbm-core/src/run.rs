//! Runs: the history record and what may be in it (HIS-1).

pub mod record;

pub use record::{Profile, ProfileKind, RunEnd, RunRecord, RunResult, RunStart, Trigger};
