//! Runs: the history record and what may be in it (HIS-1).

pub mod gap;
pub mod record;
pub mod retention;
pub mod spool;

pub use gap::{Detail, Gap};
pub use record::{Profile, ProfileKind, RunEnd, RunRecord, RunResult, RunStart, Trigger};
pub use retention::Retention;
