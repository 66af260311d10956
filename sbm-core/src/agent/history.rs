//! Upload of history (OFF-4, HIS-3).
//!
//! 1. A run that ended online goes at once. What was kept offline goes an hour or more after the last upload of kept
//!    history, or at once on demand; a clock set back does not block it.
//! 2. A record is forgotten only after the receipt for it is on disk; a receipt of any fate is final.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::step::{Event, Request, Step, Write};
use super::{Agent, Cause, Connection, Phase};
use crate::code::Code;
use crate::id::RunId;
use crate::run::RunRecord;
use crate::time::{DAY, HOUR, Timestamp};
use crate::wire::v1::device::{Fate, RunsAnswer};

/// How many records are read and sent at once.
const BATCH: usize = 200;
/// How long acknowledged records are kept, to be sent again to a server that came back from a backup (HIS-3).
const KEEP: i64 = 7 * DAY;

impl Agent {
    pub(super) fn read_outbox(&mut self) {
        let newest = self.cause == Cause::RunEnded;
        self.phase = Phase::ReadingOutbox;
        self.steps.push_back(Step::ReadOutbox { limit: if newest { 1 } else { BATCH }, newest });
    }

    /// Takes the result of the last [`Step::ReadOutbox`].
    pub fn handle_outbox(&mut self, now: Timestamp, records: Vec<RunRecord>) {
        self.phase = Phase::Idle;
        if records.is_empty() || (self.cause == Cause::Due && !self.is_kept_history_due(now)) {
            return;
        }
        self.phase = Phase::SendingRuns { sent: records.iter().map(|record| (record.id, record.sequence)).collect() };
        self.steps.push_back(Step::Send(Request::Runs(records)));
    }

    pub(super) fn take_receipts(&mut self, now: Timestamp, sent: &[(RunId, u64)], answer: &RunsAnswer) {
        let receipts = || answer.receipts.iter().zip(sent);
        let fits = answer.receipts.len() == sent.len()
            && receipts().all(|(receipt, (id, _))| receipt.id.is_none_or(|named| named == *id));
        if !fits {
            return self.fail(now, Code::MalformedAnswer);
        }
        let one_of_now = self.cause == Cause::RunEnded;
        let kept_ones_are_due = !one_of_now || self.is_kept_history_due(now);
        self.contact = Connection::Online;
        // What was set aside is no part of the server's history, and no measure of how far it is.
        let kept = receipts().filter(|(receipt, _)| receipt.fate != Fate::SetAside).map(|(_, (_, sequence))| *sequence);
        self.trust.acknowledged = self.trust.acknowledged.max(kept.max().unwrap_or(0));
        if !one_of_now {
            self.trust.cached_upload = Some(now);
        }
        let (ids, sent) = (sent.iter().map(|(id, _)| *id).collect(), sent.len());
        self.steps.push_back(Step::Persist(vec![
            Write::Trust(Box::new(self.trust.clone())),
            Write::Acknowledge { ids, at: now },
            Write::ForgetAcknowledged { before: now.plus(-KEEP) },
        ]));
        self.steps.push_back(Step::Notify(Event::HistorySent(sent)));
        if kept_ones_are_due {
            // All that is left belongs to this upload: the hour counts from its end.
            self.cause = Cause::OnDemand;
            self.read_outbox();
        }
    }

    fn is_kept_history_due(&self, now: Timestamp) -> bool {
        self.trust.cached_upload.is_none_or(|last| now.is_due(last, HOUR))
    }
}
