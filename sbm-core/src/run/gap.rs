//! Room in an outbox that is full (ERR-3): what is given up first, and what stays.
//!
//! 1. First details go, of the oldest records first: the error text, then the counts. The record says that they are gone.
//! 2. Then the oldest records become one: it says how many there were, with which numbers, in which time, and how many of
//!    them did not go well. It is never given up, and takes the place of two records when it is made, so that there is
//!    always room for it.
//! 3. Numbers stay gap-free in meaning: each from 1 on is a record's own or lies within a gap. A gap tells what its client
//!    no longer has: records of these numbers that the server has all the same stay, and a later gap with the same first
//!    number tells all that the one before told.

use alloc::borrow::ToOwned as _;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::record::{Profile, ProfileKind, RunEnd, RunRecord, RunResult, RunStart, Trigger};
use crate::id::RunId;

/// What stands in the error text of a record whose details were given up.
pub const DROPPED: &str = "details were dropped to make room";

/// What is known of records that were given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Gap {
    /// How many.
    pub count: u64,
    /// How many of them neither succeeded nor ended with a warning.
    #[serde(default)]
    pub failed: u64,
    /// The lowest of their sequence numbers.
    pub first: u64,
    /// The highest; it is that of the record that tells of the gap.
    pub last: u64,
}

/// How much of a record is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Detail {
    /// All of it.
    Whole = 0,
    /// All but the error text.
    Textless = 1,
    /// What happened when, and how it ended.
    Bare = 2,
    /// A gap.
    Gap = 3,
}

impl Gap {
    /// Whether these numbers can be.
    #[must_use]
    pub const fn is_possible(&self) -> bool {
        self.first >= 1
            && self.first <= self.last
            && self.count >= 1
            && self.count <= self.last - self.first + 1
            && self.failed <= self.count
    }
}

impl RunRecord {
    /// Gives up the next of its details; says what is left then.
    pub fn give_up_detail(&mut self, detail: Detail) -> Detail {
        match detail {
            Detail::Whole => {
                if self.finish.error.len() > DROPPED.len() {
                    DROPPED.clone_into(&mut self.finish.error);
                }
                Detail::Textless
            }
            Detail::Textless | Detail::Bare | Detail::Gap => {
                let finish = &mut self.finish;
                let counts = [
                    &mut finish.files_copied,
                    &mut finish.files_deleted,
                    &mut finish.files_failed,
                    &mut finish.bytes_copied,
                    &mut finish.bytes_deleted,
                    &mut finish.bytes_failed,
                ];
                let digits: u32 = counts.iter().filter_map(|count| count.checked_ilog10()).sum();
                // Counts without many digits take less room than the word that they are gone.
                if finish.bytes_stored.is_some() || digits as usize > DROPPED.len() {
                    counts.into_iter().for_each(|count| *count = 0);
                    finish.bytes_stored = None;
                    DROPPED.clone_into(&mut finish.error);
                }
                Detail::Bare
            }
        }
    }

    /// One record for both, which follow each other; each may be a gap already.
    #[must_use]
    pub fn joined(self, next: Self, id: RunId) -> Self {
        let (older, newer) = (self.as_gap(), next.as_gap());
        let gap = Gap {
            count: older.count.saturating_add(newer.count),
            failed: older.failed.saturating_add(newer.failed),
            first: older.first.min(newer.first),
            last: newer.last.max(older.last),
        };
        let begun = self.start.profile_start.min(next.start.profile_start);
        let result = worse(self.finish.result, next.finish.result);
        Self {
            id,
            sequence: gap.last,
            installation: next.installation,
            computer: next.computer,
            user: next.user,
            start: RunStart {
                profile: Profile::default(),
                kind: ProfileKind::Other,
                kind_text: "gap".to_owned(),
                trigger: Trigger::Schedule,
                restore: false,
                thread_start: begun,
                profile_start: begun,
                group_start: None,
                utc_offset: next.start.utc_offset,
                os_user: next.start.os_user,
            },
            finish: RunEnd {
                result,
                end: self.finish.end.max(next.finish.end),
                files_copied: 0,
                files_deleted: 0,
                files_failed: 0,
                bytes_copied: 0,
                bytes_deleted: 0,
                bytes_failed: 0,
                bytes_stored: None,
                error: told(&gap),
            },
            gap: Some(gap),
        }
    }

    fn as_gap(&self) -> Gap {
        let failed = !matches!(self.finish.result, RunResult::Success | RunResult::Warning | RunResult::Skipped);
        self.gap.unwrap_or(Gap { count: 1, failed: u64::from(failed), first: self.sequence, last: self.sequence })
    }
}

fn told(gap: &Gap) -> String {
    let Gap { count, failed, first, last } = gap;
    alloc::format!(
        "{count} runs with the numbers {first} to {last}, {failed} of which did not go well: there was no room to keep their records until the server was reached"
    )
}

/// The one that somebody should look at rather. That records are gone is a warning at the least.
const fn worse(one: RunResult, other: RunResult) -> RunResult {
    const fn weight(result: RunResult) -> u8 {
        match result {
            RunResult::Success | RunResult::Skipped | RunResult::Warning => 0,
            RunResult::Aborted => 1,
            RunResult::Interrupted => 2,
            RunResult::Failure => 3,
        }
    }
    let worst = if weight(one) >= weight(other) { one } else { other };
    if weight(worst) == 0 { RunResult::Warning } else { worst }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use crate::time::Timestamp;

    fn record(sequence: u64, result: RunResult) -> RunRecord {
        let text = r#"{"id":"01a1ffb613c375a5a5a5a5a5a5a5a5a5","sequence":1,"installation":"07070707070707070707070707070707",
            "computer":"pc","user":"carol","profile":{"name":"x"},"thread_start":1,"profile_start":1,"result":"success","end":2}"#;
        let mut record: RunRecord = serde_json::from_str(text).unwrap();
        record.sequence = sequence;
        record.start.profile_start = Timestamp::from_millis(i64::try_from(sequence).unwrap() * 10);
        record.finish.end = Timestamp::from_millis(i64::try_from(sequence).unwrap() * 10 + 5);
        record.finish.result = result;
        record
    }

    const ID: RunId = RunId::from_bytes([9; 16]);

    #[test]
    fn records_that_are_given_up_are_counted_and_their_time_and_numbers_are_kept_err_3() {
        let results = [RunResult::Success, RunResult::Failure, RunResult::Skipped, RunResult::Aborted, RunResult::Warning];
        let mut gap = record(4, results[0]);
        for (sequence, result) in (5..).zip(results.into_iter().skip(1)) {
            gap = gap.joined(record(sequence, result), ID);
            assert_eq!(gap.check(), Ok(()));
        }
        assert_eq!(gap.gap, Some(Gap { count: 5, failed: 2, first: 4, last: 8 }));
        assert_eq!((gap.sequence, gap.finish.result), (8, RunResult::Failure));
        assert_eq!((gap.start.profile_start.as_millis(), gap.finish.end.as_millis()), (40, 85));
        assert!(gap.finish.error.starts_with("5 runs with the numbers 4 to 8, 2 of which"), "{}", gap.finish.error);
        let later = gap.joined(record(9, RunResult::Success), ID);
        assert_eq!(later.gap, Some(Gap { count: 6, failed: 2, first: 4, last: 9 }), "a later gap tells what the one before told");
        let good = record(1, RunResult::Success).joined(record(2, RunResult::Success), ID);
        assert_eq!(good.finish.result, RunResult::Warning, "that records are gone is something to look at");
    }

    #[test]
    fn details_go_text_first_and_the_record_says_so_err_3() {
        let mut run = record(1, RunResult::Failure);
        run.finish.error = "x".repeat(4_000);
        (run.finish.files_copied, run.finish.bytes_stored) = (7, Some(9));
        assert_eq!(run.give_up_detail(Detail::Whole), Detail::Textless);
        assert_eq!((run.finish.error.as_str(), run.finish.files_copied), (DROPPED, 7));
        assert_eq!(run.give_up_detail(Detail::Textless), Detail::Bare);
        assert_eq!((run.finish.files_copied, run.finish.bytes_stored, run.finish.result), (0, None, RunResult::Failure));
        assert_eq!(run.check(), Ok(()));
        let mut small = record(1, RunResult::Success);
        (small.finish.error, small.finish.files_copied) = ("short".into(), 7);
        let before = small.clone();
        small.give_up_detail(Detail::Whole);
        small.give_up_detail(Detail::Textless);
        assert_eq!(small, before, "what takes no room is not given up");
    }

    #[test]
    fn a_gap_that_cannot_be_is_refused_err_3() {
        let good = record(4, RunResult::Success).joined(record(5, RunResult::Success), ID);
        let with = |change: fn(&mut Gap)| {
            let mut record = good.clone();
            change(record.gap.as_mut().unwrap());
            record.check()
        };
        assert_eq!(with(|_| {}), Ok(()));
        for impossible in [
            with(|gap| gap.count = 0),
            with(|gap| gap.count = 3),
            with(|gap| gap.failed = 3),
            with(|gap| gap.first = 0),
            with(|gap| gap.first = 6),
            with(|gap| gap.last = 6),
            with(|gap| (gap.first, gap.count) = (1, u64::MAX)),
        ] {
            assert_eq!(impossible, Err(Code::InvalidRecord));
        }
        assert_eq!(with(|gap| (gap.first, gap.count) = (1, 5)), Ok(()));
    }
}
