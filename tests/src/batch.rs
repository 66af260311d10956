//! Batches of history such as backup programs send: for benches that take it in.

use sbm_client::core::id::{Guid, InstallationId, RunId};
use sbm_client::core::run::{Profile, ProfileKind, RunEnd, RunRecord, RunResult, RunStart, Trigger};
use sbm_client::core::time::Timestamp;

/// When the first of these runs began.
pub const BEGAN: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// So many records of an installation, in batches of that size.
#[must_use]
pub fn batches(records: u64, size: usize, installation: InstallationId) -> Vec<Vec<RunRecord>> {
    let all: Vec<u64> = (1..=records).collect();
    all.chunks(size).map(|chunk| chunk.iter().map(|sequence| record(*sequence, installation)).collect()).collect()
}

/// A record: ids by time, some variety, a few texts.
#[must_use]
pub fn record(sequence: u64, installation: InstallationId) -> RunRecord {
    let start = BEGAN.as_millis() + sequence as i64 * 1_000;
    let mut random = [0; 10];
    random[2..].copy_from_slice(&sequence.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    RunRecord {
        id: RunId::v7(Timestamp::from_millis(start), random),
        sequence,
        installation,
        computer: format!("pc-{}", sequence % 50),
        user: format!("user {}", sequence % 40),
        start: RunStart {
            profile: Profile {
                name: format!("profile {}", sequence % 30),
                guid: Some(Guid::from_bytes([sequence as u8 % 30; 16])),
                version: 3,
                revision: 7,
            },
            kind: ProfileKind::Backup,
            kind_text: String::new(),
            trigger: Trigger::Schedule,
            restore: false,
            thread_start: Timestamp::from_millis(start - 20),
            profile_start: Timestamp::from_millis(start),
            group_start: None,
            utc_offset: 60,
            os_user: "SYSTEM".to_owned(),
        },
        finish: RunEnd {
            result: RunResult::Success,
            end: Timestamp::from_millis(start + 90_000),
            files_copied: 1_200,
            files_deleted: 3,
            files_failed: 0,
            bytes_copied: 987_654_321,
            bytes_deleted: 1_000,
            bytes_failed: 0,
            bytes_stored: Some(400_000_000),
            error: String::new(),
        },
        gap: None,
    }
}
