//! History comes in: each record is read by itself, so that one that is broken never stops the others (HIS-3).

use sbm_core::code::Code;
use sbm_core::directory::{Refusal, plan};
use sbm_core::id::{DeviceId, InstallationId, RunId};
use sbm_core::run::RunRecord;
use sbm_core::run::record::{MAX_RECORD, cut};
use sbm_core::wire::MAX_RUNS;
use sbm_core::wire::v1::device::{Fate, Receipt, Runs, RunsAnswer};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Service, refusal, store_refusal};
use crate::store::RunSource;

impl Service {
    /// Takes in an upload; the answer means that every record in it is on disk.
    ///
    /// # Errors
    ///
    /// [`Code::TooLarge`] for too many records, [`Code::DeviceRemoved`], and what the store says: then nothing is
    /// acknowledged, and the device sends it again.
    pub async fn ingest(&self, id: DeviceId, runs: Runs) -> Result<RunsAnswer, Refusal> {
        if runs.runs.len() > MAX_RUNS {
            return Err(refusal(Code::TooLarge, format!("{} records in one upload; send at most {MAX_RUNS}", runs.runs.len())));
        }
        let facts = self.facts();
        let device = facts.device(id).ok_or(Code::DeviceRemoved)?;
        plan::check_machine(&facts, device)?;
        let source = RunSource::of(device);
        let (mut good, mut broken, mut ids) = (Vec::with_capacity(runs.runs.len()), Vec::new(), Vec::new());
        for raw in &runs.runs {
            match read(raw, device.installation) {
                Ok(record) => {
                    ids.push(Ok(record.id));
                    good.push(record);
                }
                Err(fault) => {
                    ids.push(Err(Told { id: fault.id, reason: fault.reason.clone() }));
                    broken.push(fault);
                }
            }
        }
        let sequences: Vec<u64> = good.iter().map(|record| record.sequence).collect();
        let (now, received) = (self.now(), self.time_for_all());
        let taken = self.store.ingest(source, good, received);
        let aside: Vec<_> =
            broken.into_iter().map(|fault| self.store.set_aside(source, fault.raw, fault.reason, received)).collect();
        let taken = taken.await.map_err(|error| store_refusal(&error))?;
        let kept =
            sequences.into_iter().zip(&taken).filter(|(_, taken)| taken.fate != Fate::SetAside).map(|(sequence, _)| sequence);
        let highest = kept.max();
        let mut taken = taken.into_iter();
        for pending in aside {
            pending.await.map_err(|error| store_refusal(&error))?;
        }
        if let Some(highest) = highest {
            self.sequences.raise(id, highest);
        }
        self.seen.note(id, now);
        let receipts = ids.into_iter().map(|record| receipt(record, &mut taken)).collect();
        Ok(RunsAnswer { receipts })
    }
}

/// A record that breaks the rules, as it came.
struct Broken {
    id: Option<RunId>,
    raw: String,
    reason: String,
}

/// What the device is told of a broken record.
struct Told {
    id: Option<RunId>,
    reason: String,
}

/// Enough of a broken record to say which one it was.
#[derive(Deserialize)]
struct Named {
    id: Option<RunId>,
}

fn read(raw: &RawValue, installation: InstallationId) -> Result<RunRecord, Broken> {
    let text = raw.get();
    let broken = |reason: String| {
        let id = serde_json::from_str::<Named>(text).ok().and_then(|named| named.id);
        Broken { id, raw: cut(text, MAX_RECORD), reason }
    };
    if text.len() > MAX_RECORD {
        return Err(broken(format!("the record has {} bytes, and at most {MAX_RECORD} are allowed", text.len())));
    }
    if !text.starts_with('{') {
        return Err(broken("a record is an object".to_owned()));
    }
    let record: RunRecord = serde_json::from_str(text).map_err(|error| broken(error.to_string()))?;
    record.check().map_err(|code| broken(code.text().to_owned()))?;
    if record.installation != installation {
        return Err(broken(format!("the record is of installation `{}`, not of the device that sent it", record.installation)));
    }
    Ok(record)
}

fn receipt(record: Result<RunId, Told>, taken: &mut impl Iterator<Item = crate::store::Taken>) -> Receipt {
    match record {
        Ok(id) => match taken.next() {
            Some(taken) => Receipt { id: Some(id), fate: taken.fate, reason: taken.reason },
            None => Receipt { id: Some(id), fate: Fate::SetAside, reason: Some(Code::Internal.text().to_owned()) },
        },
        Err(told) => Receipt { id: told.id, fate: Fate::SetAside, reason: Some(told.reason) },
    }
}
